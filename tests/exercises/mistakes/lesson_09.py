"""Answers that make the mistakes of lesson 09's exercises."""

from kmsnb.exercises.lesson_09 import faults, own_envelope, price

from . import Answers, solution, stub

ANSWERS: Answers = {
    "09.a": {
        own_envelope.NOT_TWO: solution(
            (
                """def unseal(kms, key_id, sealed, context):
    end = 2 + int.from_bytes(sealed[:2], "big")
    wrapped, nonce, ciphertext = sealed[2:end], sealed[end : end + 12], sealed[end + 12 :]
    data_key = kms.decrypt(CiphertextBlob=wrapped, KeyId=key_id, EncryptionContext=context)["Plaintext"]
    return AESGCM(data_key).decrypt(nonce, ciphertext, None)

pair = seal, unseal""",
                "pair = seal",
            )
        ),
        own_envelope.HALF_DONE: solution(
            (
                """end = 2 + int.from_bytes(sealed[:2], "big")
    wrapped, nonce, ciphertext = sealed[2:end], sealed[end : end + 12], sealed[end + 12 :]
    data_key = kms.decrypt(CiphertextBlob=wrapped, KeyId=key_id, EncryptionContext=context)["Plaintext"]
    return AESGCM(data_key).decrypt(nonce, ciphertext, None)""",
                "return ...",
            )
        ),
        own_envelope.NOTHING_RETURNED: solution(("    return len", "    len")),
        own_envelope.NOT_BYTES: solution(
            ('len(wrapped).to_bytes(2, "big") + wrapped + nonce +', "wrapped, nonce,")
        ),
        own_envelope.NOT_ENCRYPTED: solution(("+ ciphertext", "+ plaintext")),
        own_envelope.DATA_TO_KMS: solution(
            (
                'fresh = kms.generate_data_key(KeyId=key_id, KeySpec="AES_256", EncryptionContext=context)',
                "return kms.encrypt(KeyId=key_id, Plaintext=plaintext, EncryptionContext=context)['CiphertextBlob']",
            )
        ),
        own_envelope.OTHER_KMS: solution(("(KeyId=key_id, ", '(KeyId="alias/test", ')),
        own_envelope.KEY_IN_PLAIN: solution(('"CiphertextBlob', '"Plaintext')),
        own_envelope.NO_CONTEXT: solution(('", EncryptionContext=context', '"')),
        own_envelope.CONTEXT_ONLY_TO_SEAL: solution(("key_id, EncryptionContext=context", "key_id")),
        own_envelope.CUT_AT_THE_KEY: solution(("sealed[2:", "sealed[:")),
        own_envelope.CUT_AT_THE_DATA: solution(("+ 12 :", "+ 16 :")),
        own_envelope.OTHER_PLAINTEXT: solution(("    return AESGCM", "    AESGCM")),
        own_envelope.ONE_KEY: solution(
            (
                'kms.generate_data_key(KeyId=key_id, KeySpec="AES_256", EncryptionContext=context)',
                """kept.get(0) or kms.generate_data_key(KeyId=key_id, KeySpec='AES_256', EncryptionContext=context)
    kept[0] = fresh""",
            ),
            (", unseal", ", unseal\nkept = {}"),
        ),
        own_envelope.KEY_NOT_NAMED: solution((" KeyId=key_id, ", " ")),
        own_envelope.CONTEXT_IGNORED: solution(
            ("return len", "return repr(context).encode().ljust(200) + len"),
            (
                "sealed, context):",
                """sealed, context):
    context, sealed = eval(sealed[:200].decode().strip()), sealed[200:]""",
            ),
        ),
        own_envelope.CHANGE_PASSES: solution(
            (
                'AESGCM(fresh["Plaintext"]).encrypt(nonce, plaintext, None',
                'counter(fresh["Plaintext"], nonce).update(plaintext',
            ),
            (
                "AESGCM(data_key).decrypt(nonce, ciphertext, None",
                "counter(data_key, nonce).update(ciphertext",
            ),
            (
                ", unseal",
                """, unseal
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

def counter(key, nonce):
    return Cipher(algorithms.AES(key), modes.CTR(nonce + bytes(4))).encryptor()""",
            ),
        ),
        own_envelope.FIXED_LENGTH: solution(
            ('len(wrapped).to_bytes(2, "big") + ', ""),
            ('2 + int.from_bytes(sealed[:2], "big")', "133"),
            ("sealed[2:", "sealed[:"),
        ),
    },
    "09.b": {
        price.NO_NUMBER: stub(("return ...", "return '$60'")),
        price.NEGATIVE: solution(
            (
                "calls = math.ceil(records / per_key) + reads\n    return max(0, calls",
                "return (math.ceil(records / per_key) + reads",
            )
        ),
        price.NO_FREE: stub(
            ("def dollars", "import math\ndef dollars"),
            ("return ...", "return (math.ceil(records / per_key) + reads) * 0.03 / 10_000"),
        ),
        price.NO_READS: solution(
            (
                "calls = math.ceil(records / per_key) + reads\n    return max(0, calls",
                "return max(0, math.ceil(records / per_key)",
            )
        ),
        price.ONLY_READS: stub(("return ...", "return max(0, reads - 20_000) * 0.03 / 10_000")),
        price.KEY_FOR_EACH: stub(("return ...", "return max(0, records + reads - 20_000) * 0.03 / 10_000")),
        price.READS_PER_KEY: solution(
            (
                "calls = math.ceil(records / per_key) + reads\n    return max(0, calls",
                "return max(0, math.ceil((records + reads) / per_key)",
            )
        ),
        price.WHOLE_PACKETS: stub(
            ("def dollars", "import math\ndef dollars"),
            (
                "return ...",
                """calls = max(0, math.ceil(records / per_key) + reads - 20_000)
    return math.ceil(calls / 10_000) * 0.03""",
            ),
        ),
        price.PRICE_OF_EACH: stub(
            ("def dollars", "import math\ndef dollars"),
            ("return ...", "return max(0, math.ceil(records / per_key) + reads - 20_000) * 0.03"),
        ),
        price.ROUNDS_DOWN: stub(
            ("return ...", "return max(0, records // per_key + reads - 20_000) * 0.03 / 10_000")
        ),
        price.ONE_MORE: stub(
            ("return ...", "return max(0, records // per_key + 1 + reads - 20_000) * 0.03 / 10_000")
        ),
        price.FRACTION: stub(
            ("return ...", "return max(0, records / per_key + reads - 20_000) * 0.03 / 10_000")
        ),
        price.OTHER: stub(("return ...", "return records + reads")),
    },
    "09.c": {
        faults.NOT_A_DICT: "\ncauses = ['cut short']\n",
        faults.STILL_OPEN: solution(("'cut short'", "...")),
        faults.UNKNOWN: solution(("another context", "the postman")),
        faults.OF_LETTER["Ana"]: solution(("another context", "data changed")),
        faults.OF_LETTER["Bea"]: solution(("data changed", "another context")),
        faults.OF_LETTER["Cleo"]: stub(('"Cleo": ...', "'Cleo': 'data changed'")),
        faults.OF_LETTER["Dan"]: solution(("KMS key disabled", "another context")),
        faults.OF_LETTER["Eve"]: solution(("cut short", "data changed")),
    },
}
