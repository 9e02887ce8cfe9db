"""Answers that make the mistakes of lesson 03's exercises."""

from kmsnb.exercises.lesson_03 import matrix, seal_for_all, shares

from . import Answers, solution, stub

ANSWERS: Answers = {
    "03.a": {
        matrix.NO_MATRIX: '\ncan = {"encrypt for Bea": True}\n',
        matrix.NO_TRUTH_VALUE: solution(
            (
                'Ana": {"Ana": True, "Bea": True, "Mallory": True},',
                'Ana": {"Ana": "yes", "Bea": "yes", "Mallory": "yes"},',
            )
        ),
        matrix.STILL_OPEN: solution(
            (
                'Ana": {"Ana": True, "Bea": True, "Mallory": True},',
                'Ana": {"Ana": ..., "Bea": ..., "Mallory": ...},',
            )
        ),
        matrix.ENCRYPT: solution(
            (
                'Bea": {"Ana": True, "Bea": True, "Mallory": True},',
                'Bea": {"Ana": True, "Bea": False, "Mallory": False},',
            )
        ),
        matrix.DECRYPT_SENDER: solution(('Ana": False, "', 'Ana": True, "')),
        matrix.DECRYPT_MALLORY: solution(('True, "Mallory": False},', 'True, "Mallory": True},')),
        matrix.DECRYPT_BEA: solution(('False, "Bea": True, "Mallory": ', 'False, "Bea": False, "Mallory": ')),
        matrix.SIGN_OTHERS: solution(('False, "Mallory": False', 'True, "Mallory": True')),
        matrix.SIGN_ANA: solution((': {"Ana": True, "Bea": False', ': {"Ana": False, "Bea": False')),
        matrix.VERIFY: solution(
            (
                'Ana": {"Ana": True, "Bea": True, "Mallory": True},',
                'Ana": {"Ana": False, "Bea": True, "Mallory": False},',
            )
        ),
    },
    "03.b": {
        shares.NO_SHARES: stub(
            ("def split", "import secrets\ndef split"),
            (
                "return ...",
                """share = secrets.token_bytes(len(key))
    return share, bytes(k ^ s for k, s in zip(key, share))""",
            ),
        ),
        shares.CUT: stub(
            (
                "return ...",
                """size = -(-len(key) // holders)
    return [key[n * size : (n + 1) * size] for n in range(holders)]""",
            )
        ),
        shares.FIXED_SIZE: solution(("len(key)", "32")),
        shares.NOT_THE_KEY: """
import secrets

def split(key, holders):
    return [secrets.token_bytes(len(key)) for _ in range(holders)]
""",
        shares.TOO_FEW: stub(
            ("def split", "import secrets\ndef split"),
            (
                "return ...",
                """same = secrets.token_bytes(len(key))
    last = bytes(k ^ s for k, s in zip(key, same)) if holders % 2 == 0 else key
    return [same] * (holders - 1) + [last]""",
            ),
        ),
        shares.PIECE: solution(
            (
                "shares = [secrets.token_bytes(len(key)",
                """half = len(key) // 2
    shares = [secrets.token_bytes(half) + bytes(len(key) - half""",
            )
        ),
        shares.NOT_FRESH: stub(
            ("def split", "import random\ndef split"),
            (
                "return ...",
                """shares = [random.randbytes(len(key)) for _ in range(holders - 1)]
    last = key
    for share in shares:
        last = bytes(a ^ b for a, b in zip(last, share))
    return shares + [last]""",
            ),
        ),
    },
    "03.c": {
        seal_for_all.NO_PARCEL: solution(
            (
                """ciphertext = AESGCM(data_key).encrypt(nonce, plaintext, None)
    return nonce, ciphertext, [key.encrypt(data_key, oaep) for key in public_keys]""",
                "return AESGCM(data_key).encrypt(nonce, plaintext, None)",
            )
        ),
        seal_for_all.RSA_ON_DATA: solution(
            (
                """data_key, nonce = AESGCM.generate_key(bit_length=256), os.urandom(12)
    ciphertext = AESGCM(data_key).encrypt(nonce, plaintext, None)
    return nonce, ciphertext, [key.encrypt(data_key""",
                'return os.urandom(12), b"", [key.encrypt(plaintext',
            )
        ),
        seal_for_all.KEY_IN_PLAIN: solution(
            (
                """ciphertext = AESGCM(data_key).encrypt(nonce, plaintext, None)
    return nonce, ciphertext, [key.encrypt(data_key, oaep) for key""",
                "return nonce, AESGCM(data_key).encrypt(nonce, plaintext, None), [data_key for _",
            )
        ),
        seal_for_all.NOT_FOR_ALL: solution(
            (
                "ciphertext = AESGCM(data_key).encrypt(nonce, plaintext, None)",
                "wrapped = [public_keys[0].encrypt(data_key, oaep) for _ in public_keys]",
            ),
            (
                "ciphertext, [key.encrypt(data_key, oaep) for key in public_keys]",
                "AESGCM(data_key).encrypt(nonce, plaintext, None), wrapped",
            ),
        ),
        seal_for_all.SHORT_KEY: solution(
            ("bit_length=256)", "bit_length=128)"),
            (
                "ciphertext = AESGCM(data_key).encrypt(nonce, plaintext, None)",
                "wrapped = [key.encrypt(data_key, oaep) for key in public_keys]",
            ),
            (
                "ciphertext, [key.encrypt(data_key, oaep) for key in public_keys]",
                "AESGCM(data_key).encrypt(nonce, plaintext, None), wrapped",
            ),
        ),
        seal_for_all.DOES_NOT_OPEN: solution(
            (
                "ciphertext = AESGCM(data_key).encrypt(nonce, plaintext, None)",
                "wrapped = [key.encrypt(AESGCM.generate_key(bit_length=256), oaep) for key in public_keys]",
            ),
            (
                "ciphertext, [key.encrypt(data_key, oaep) for key in public_keys]",
                "AESGCM(data_key).encrypt(nonce, plaintext, None), wrapped",
            ),
        ),
        seal_for_all.OTHER_DATA: solution(
            (
                "ciphertext = AESGCM(data_key).encrypt(nonce, plaintext, None)",
                "wrapped = [key.encrypt(data_key, oaep) for key in public_keys]",
            ),
            (
                "ciphertext, [key.encrypt(data_key, oaep) for key in public_keys]",
                'AESGCM(data_key).encrypt(nonce, b"photo", None), wrapped',
            ),
        ),
        seal_for_all.SAME_KEY: solution(
            ("=None)", "=None)\ndata_key = AESGCM.generate_key(bit_length=256)"),
            ("data_key, nonce = AESGCM.generate_key(bit_length=256),", "nonce ="),
            (
                "ciphertext = AESGCM(data_key).encrypt(nonce, plaintext, None)",
                "wrapped = [key.encrypt(data_key, oaep) for key in public_keys]",
            ),
            (
                "ciphertext, [key.encrypt(data_key, oaep) for key in public_keys]",
                "AESGCM(data_key).encrypt(nonce, plaintext, None), wrapped",
            ),
        ),
    },
}
