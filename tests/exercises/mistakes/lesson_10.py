"""Answers that make the mistakes of lesson 10's exercises."""

from kmsnb.exercises.lesson_10 import plan, radius, two_layers

from . import Answers, solution, stub

ANSWERS: Answers = {
    "10.a": {
        two_layers.NOT_THREE: solution(('kek["CiphertextBlob"], ', "")),
        two_layers.IN_PLAIN: solution(("CiphertextBlob", "Plaintext")),
        two_layers.LAYER_MISSING: solution(("(data_key", '(kek["Plaintext"]')),
        two_layers.KMS_TWICE: solution(
            (
                'aes_key_wrap(kek["Plaintext"], data_key)',
                'kms.encrypt(KeyId=key_id, Plaintext=data_key)["CiphertextBlob"]',
            )
        ),
        two_layers.ORDER: solution(
            ('kek["CiphertextBlob"], wrapped, sealed', 'sealed, wrapped, kek["CiphertextBlob"]')
        ),
        two_layers.OTHER_KMS_KEY: solution(
            ("data):", 'data):\n    key_id = kms.create_key()["KeyMetadata"]["KeyId"]')
        ),
        two_layers.NO_CONTEXT: solution((", EncryptionContext=context", "")),
        two_layers.OTHER_WRAP: solution(
            (
                'aes_key_wrap(kek["Plaintext"], data_key',
                'nonce + AESGCM(kek["Plaintext"]).encrypt(nonce, data_key, None',
            )
        ),
        two_layers.KEK_DOES_NOT_FIT: solution(('kek["Plaintext"]', "AESGCM.generate_key(bit_length=256)")),
        two_layers.DATA_DOES_NOT_OPEN: solution(
            (" data_key)", " data_key)\n    sealed = AESGCM(data_key).encrypt(nonce, data, None)")
        ),
        two_layers.OTHER_DATA: solution(
            (
                " data_key)",
                """ data_key)
    sealed = nonce + AESGCM(data_key).encrypt(nonce, data.strip(bytes(1)), None)""",
            )
        ),
        two_layers.BLOB_WRAPS: solution(("Plaintext", "CiphertextBlob")),
        two_layers.NOT_FRESH: solution(
            ("import aes_key_wrap", "import aes_key_wrap\ndata_key = AESGCM.generate_key(bit_length=256)"),
            ("data_key, nonce = AESGCM.generate_key(bit_length=256),", "nonce ="),
        ),
    },
    "10.b": {
        plan.NO_MATRIX: '\nopens = {"billing": True}\n',
        plan.NO_TRUTH_VALUE: solution(
            ('True, "new root": True, "new KEK": True', '"yes", "new root": "yes", "new KEK": "yes"')
        ),
        plan.STILL_OPEN: stub(
            (
                'permission": {"rotate": ..., "new root": ..., "new KEK": ',
                'permission": {"rotate": True, "new root": False, "new KEK": ',
            )
        ),
        plan.ROTATION: solution(
            ('permission": {"rotate": True, "new root": ', 'permission": {"rotate": False, "new root": ')
        ),
        plan.SAME_KEY: solution(('root": False, "', 'root": True, "')),
        plan.OUTER: solution(
            ('True, "new root": True, "new KEK": False', 'True, "new root": False, "new KEK": False')
        ),
        plan.INNER: solution(('True, "new data keys": True},', 'True, "new data keys": False},')),
    },
    "10.c": {
        radius.ONE_STEP: stub(("return ...", "return {name for name in under[taken] if name not in under}")),
        radius.KEYS_TOO: stub(
            (
                "return ...",
                """found = set(under.get(taken, ()))
    for name in under.get(taken, ()):
        found |= blast_radius(under, name)
    return found""",
            )
        ),
        radius.EVERYTHING: stub(
            ("return ...", "return {name for names in under.values() for name in names if name not in under}")
        ),
        radius.LOOKED_UP: solution(
            ("\n    if taken not in under:\n        return {taken}", ""),
            ("for each ", "for name "),
            (", each)", ", name)"),
        ),
        radius.TOO_LITTLE: stub(
            (
                "return ...",
                """while taken in under:
        taken = under[taken][0]
    return {taken}""",
            )
        ),
        radius.NO_NAMES: stub(("return ...", "return len(under[taken])")),
        radius.TWICE: stub(
            (
                "return ...",
                """if taken not in under:
        return [taken]
    return [name for each in under[taken] for name in blast_radius(under, each)]""",
            )
        ),
        radius.CHANGED: stub(
            (
                "return ...",
                """found, waiting = set(), under[taken]
    while waiting:
        name = waiting.pop()
        if name in under:
            waiting.extend(under[name])
        else:
            found.add(name)
    return found""",
            )
        ),
    },
}
