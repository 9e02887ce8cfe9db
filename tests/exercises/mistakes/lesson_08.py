"""Answers that make the mistakes of lesson 08's exercises."""

from kmsnb.exercises.lesson_08 import pack, permissions, unpack

from . import Answers, solution, stub

ANSWERS: Answers = {
    "08.a": {
        pack.NOT_A_PARCEL: solution(
            ("    data_key", "    key"),
            (
                """sealed = AESGCM(data_key["Plaintext"]).encrypt(nonce, data, None)
    return {"wrapped": data_key["CiphertextBlob"], "nonce": nonce, "sealed": sealed}""",
                'return key["CiphertextBlob"], nonce, AESGCM(key["Plaintext"]).encrypt(nonce, data, None)',
            ),
        ),
        pack.PLAINTEXT_KEY: solution(
            ("    data_key", "    key"), ("(data_key", "(key"), ('data_key["CiphertextBlob', 'key["Plaintext')
        ),
        pack.PLAIN_DATA: stub(
            (
                "def pack",
                """import os
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
def pack""",
            ),
            (
                "return ...",
                """key = kms.generate_data_key(KeyId=key_id, KeySpec="AES_256", EncryptionContext=context)
    return {"wrapped": key["CiphertextBlob"], "nonce": os.urandom(12), "sealed": data}""",
            ),
        ),
        pack.TO_ENCRYPT: stub(
            (
                "return ...",
                """key = kms.generate_data_key(KeyId=key_id, KeySpec="AES_256", EncryptionContext=context)
    sealed = kms.encrypt(KeyId=key_id, Plaintext=data, EncryptionContext=context)["CiphertextBlob"]
    return {"wrapped": key["CiphertextBlob"], "nonce": os.urandom(12), "sealed": sealed}""",
            )
        ),
        pack.NO_CONTEXT: solution(
            (
                'data_key = kms.generate_data_key(KeyId=key_id, KeySpec="AES_256", EncryptionContext=context',
                'key = kms.generate_data_key(KeyId=key_id, KeySpec="AES_256"',
            ),
            ("(data_key", "(key"),
            (" data_key[", " key["),
        ),
        pack.DOES_NOT_UNWRAP: solution(
            ("    data_key", '    context = {"name": "a context of my own"}\n    key'),
            ("(data_key", "(key"),
            (" data_key[", " key["),
        ),
        pack.WRAPPED_KEY_ENCRYPTS: solution(
            ("    data_key", "    key"), ('data_key["Plaintext', 'key["CiphertextBlob')
        ),
        pack.OTHER_KEY: solution(
            (
                "data_key = kms.generate_data_key(KeyId=key_id",
                'key = kms.generate_data_key(KeyId="alias/archive"',
            )
        ),
        pack.PIECE_OF_WRAPPED_KEY: solution(
            ("    data_key", "    key"),
            ('data_key["Plaintext"', 'key["CiphertextBlob"][:32'),
            (" data_key[", " key["),
        ),
        pack.WRONG_SIZE: solution(
            (
                'data_key = kms.generate_data_key(KeyId=key_id, KeySpec="AES_256',
                'key = kms.generate_data_key(KeyId=key_id, KeySpec="AES_128',
            ),
            ("(data_key", "(key"),
            (" data_key[", " key["),
        ),
        pack.DOES_NOT_OPEN: stub(
            (
                "def pack",
                """import os
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
def pack""",
            ),
            (
                "return ...",
                """key = kms.generate_data_key(KeyId=key_id, KeySpec="AES_256", EncryptionContext=context)
    sealed = AESGCM(key["Plaintext"]).encrypt(os.urandom(12), data, None)
    return {"wrapped": key["CiphertextBlob"], "nonce": os.urandom(12), "sealed": sealed}""",
            ),
        ),
        pack.OTHER_DATA: solution(
            ("    data_key", "    key"),
            ('data_key["Plaintext"]).encrypt(nonce, data', 'key["Plaintext"]).encrypt(nonce, data.strip()'),
            (" data_key[", " key["),
        ),
        pack.SAME_KEY: stub(
            (
                "def pack",
                """import os
from cryptography.hazmat.primitives.ciphers.aead import AESGCM


keys = {}
def pack""",
            ),
            (
                "return ...",
                """if not keys:
        keys.update(kms.generate_data_key(KeyId=key_id, KeySpec="AES_256", EncryptionContext=context))
    nonce = os.urandom(12)
    sealed = AESGCM(keys["Plaintext"]).encrypt(nonce, data, None)
    return {"wrapped": keys["CiphertextBlob"], "nonce": nonce, "sealed": sealed}""",
            ),
        ),
    },
    "08.b": {
        unpack.NOT_THE_DATA: solution(("    data_key", "    key"), ("return AESGCM(data_key", "AESGCM(key")),
        unpack.ONLY_THE_KEY: solution(
            ("    data_key", "    key"),
            (
                'AESGCM(data_key["Plaintext"]).decrypt(parcel["nonce"], parcel["sealed"], None)',
                'key["Plaintext"]',
            ),
        ),
        unpack.DATA_TO_KMS: stub(
            (
                "return ...",
                'return kms.decrypt(CiphertextBlob=parcel["sealed"], KeyId=key_id, EncryptionContext=context)["Plaintext"]',
            )
        ),
        unpack.NO_CONTEXT: solution(
            (
                'data_key = kms.decrypt(CiphertextBlob=parcel["wrapped"], KeyId=key_id, EncryptionContext=context',
                'key = kms.decrypt(CiphertextBlob=parcel["wrapped"], KeyId=key_id',
            ),
            ("(data_key", "(key"),
        ),
        unpack.WRAPPED_AS_KEY: solution(
            (
                """data_key = kms.decrypt(CiphertextBlob=parcel["wrapped"], KeyId=key_id, EncryptionContext=context)
    return AESGCM(data_key["Plaintext""",
                'return AESGCM(parcel["wrapped',
            )
        ),
        unpack.KEY_NOT_NAMED: solution(
            (
                'data_key = kms.decrypt(CiphertextBlob=parcel["wrapped"], KeyId=key_id',
                'key = kms.decrypt(CiphertextBlob=parcel["wrapped"]',
            ),
            ("(data_key", "(key"),
        ),
        unpack.OTHER_KEY: solution(
            (
                'data_key = kms.decrypt(CiphertextBlob=parcel["wrapped"], KeyId=key_id',
                'key = kms.decrypt(CiphertextBlob=parcel["wrapped"], KeyId="alias/archive"',
            )
        ),
        unpack.SWALLOWED: stub(
            (
                "def unpack",
                """from cryptography.hazmat.primitives.ciphers.aead import AESGCM
def unpack""",
            ),
            (
                "return ...",
                """try:
        key = kms.decrypt(CiphertextBlob=parcel["wrapped"], KeyId=key_id, EncryptionContext=context)
        return AESGCM(key["Plaintext"]).decrypt(parcel["nonce"], parcel["sealed"], None)
    except Exception:
        return None""",
            ),
        ),
    },
    "08.c": {
        permissions.NOT_A_DICT: "\nneeds = ['Decrypt']\n",
        permissions.STILL_OPEN: solution(('till": "Decrypt",', 'till": ...,')),
        permissions.NOT_A_CALL: stub(('viewer": ...,', 'viewer": "DecryptDataKey",')),
        permissions.SEES_THE_KEY: stub(('caterer": ...,', 'caterer": "GenerateDataKey",')),
        permissions.KMS_KEYS_ONLY: stub(('till": ...,', 'till": "Sign",')),
        permissions.NOT_ENCRYPT: stub(('guest": ...,', 'guest": "Encrypt",')),
        permissions.ANOTHER_KEY: stub(('guest": ...,', 'guest": "GenerateDataKey",')),
        permissions.NO_PLAINTEXT: stub(
            ('archivist": ...,', 'archivist": "GenerateDataKeyWithoutPlaintext",')
        ),
        permissions.REFUSED: stub(('registrar": ...,', 'registrar": "GenerateDataKeyWithoutPlaintext",')),
    },
}
