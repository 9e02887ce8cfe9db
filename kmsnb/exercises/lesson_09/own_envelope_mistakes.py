"""The mistakes of exercise 09.a, each with an answer that makes it."""

from ..model import Mistake

_IMPORTS = """
import os
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
"""
_SEAL = """
def seal(kms, key_id, plaintext, context):
    fresh = kms.generate_data_key(KeyId=key_id, KeySpec="AES_256", EncryptionContext=context)
    wrapped, nonce = fresh["CiphertextBlob"], os.urandom(12)
    ciphertext = AESGCM(fresh["Plaintext"]).encrypt(nonce, plaintext, None)
    return len(wrapped).to_bytes(2, "big") + wrapped + nonce + ciphertext
"""
_UNSEAL = """
def unseal(kms, key_id, sealed, context):
    end = 2 + int.from_bytes(sealed[:2], "big")
    wrapped, nonce, ciphertext = sealed[2:end], sealed[end : end + 12], sealed[end + 12 :]
    data_key = kms.decrypt(CiphertextBlob=wrapped, KeyId=key_id, EncryptionContext=context)["Plaintext"]
    return AESGCM(data_key).decrypt(nonce, ciphertext, None)
"""
_PAIR = """
pair = seal, unseal
"""
SOLUTION = _IMPORTS + _SEAL + _UNSEAL + _PAIR


def _with(*changes: tuple[str, str]) -> str:
    source = SOLUTION
    for before, after in changes:
        assert before in source, before
        source = source.replace(before, after)
    return source


NOT_TWO = Mistake(
    "`pair` must stay what it was: the two functions, `seal` and `unseal`.",
    _IMPORTS + _SEAL + "pair = seal",
)
HALF_DONE = Mistake(
    "`seal` works so far. Now write `unseal`.",
    _IMPORTS + _SEAL + "def unseal(kms, key_id, sealed, context):\n    return ...\n" + _PAIR,
)
NOTHING_RETURNED = Mistake(
    "`seal` returns None. End it with `return`, and the bytes to store.",
    _with(("return len(wrapped)", "len(wrapped)")),
)
NOT_BYTES = Mistake(
    "`seal` must return one piece of bytes, such as a file holds: wrapped key, nonce and ciphertext one after another.",
    _with(('len(wrapped).to_bytes(2, "big") + wrapped + nonce + ciphertext', "wrapped, nonce, ciphertext")),
)
NOT_ENCRYPTED = Mistake(
    "The plaintext stands in what `seal` returns, for everyone to read. Encrypt it with the data key.",
    _with(("+ nonce + ciphertext", "+ nonce + plaintext")),
)
DATA_TO_KMS = Mistake(
    "`seal` sends the data to KMS. Encrypt takes 4,096 bytes at the most: ask for a data key, and encrypt here.",
    _with(
        (
            'fresh = kms.generate_data_key(KeyId=key_id, KeySpec="AES_256", EncryptionContext=context)',
            "return kms.encrypt(KeyId=key_id, Plaintext=plaintext, EncryptionContext=context)['CiphertextBlob']",
        )
    ),
)
OTHER_KMS = Mistake(
    "`seal` does not ask the `kms` that it is given, or not for the `key_id` that it is given.",
    _with(("KeyId=key_id, KeySpec", 'KeyId="alias/test", KeySpec')),
)
KEY_IN_PLAIN = Mistake(
    "The data key lies in plain in what `seal` returns: whoever has the file has its key. Store the wrapped copy, "
    "`CiphertextBlob`.",
    _with(('wrapped, nonce = fresh["CiphertextBlob"]', 'wrapped, nonce = fresh["Plaintext"]')),
)
NO_CONTEXT = Mistake(
    "`seal` does not give KMS the context, or gives it another one. GenerateDataKey takes it as `EncryptionContext`.",
    _with((', KeySpec="AES_256", EncryptionContext=context', ', KeySpec="AES_256"')),
)
CONTEXT_ONLY_TO_SEAL = Mistake(
    "`seal` gives KMS the context, but `unseal` does not: KMS answers InvalidCiphertextException. Decrypt takes it as "
    "`EncryptionContext`, too.",
    _with(("KeyId=key_id, EncryptionContext=context)[", "KeyId=key_id)[")),
)
CUT_AT_THE_KEY = Mistake(
    "What `unseal` sends to Decrypt is not the wrapped key as `seal` stored it: KMS answers InvalidCiphertextException. Look "
    "at where the wrapped key begins and ends.",
    _with(("sealed[2:end], sealed[end :", "sealed[:end], sealed[end :")),
)
CUT_AT_THE_DATA = Mistake(
    "`unseal` gets the data key, and then AES-GCM answers InvalidTag: the nonce or the ciphertext is not what `seal` stored, "
    "or the additional data differs.",
    _with(("sealed[end + 12 :]", "sealed[end + 16 :]")),
)
OTHER_PLAINTEXT = Mistake(
    "What `unseal` returns is not what was sealed. Does it return all of the plaintext, as bytes?",
    _with(("return AESGCM(data_key)", "AESGCM(data_key)")),
)
ONE_KEY = Mistake(
    "The second message got no data key of its own. Ask KMS for a fresh one each time.",
    _with(
        (
            'fresh = kms.generate_data_key(KeyId=key_id, KeySpec="AES_256", EncryptionContext=context)',
            "fresh = kept.get(0) or kms.generate_data_key(KeyId=key_id, KeySpec='AES_256', EncryptionContext=context)"
            + "\n    kept[0] = fresh",
        )
    )
    + "kept = {}\n",
)
KEY_NOT_NAMED = Mistake(
    "`unseal` also opens what was sealed under another KMS key than the one it is given. Name the key in Decrypt: `KeyId`.",
    _with(("KeyId=key_id, EncryptionContext=context)[", "EncryptionContext=context)[")),
)
CONTEXT_IGNORED = Mistake(
    "`unseal` opens the message for another context than the one it was sealed with. The context must come from the "
    "caller, not out of the message.",
    _with(
        ("return len(wrapped)", "return repr(context).encode().ljust(200) + len(wrapped)"),
        (
            "    end = 2",
            "    context, sealed = eval(sealed[:200].decode().strip()), sealed[200:]\n    end = 2",
        ),
    ),
)
CHANGE_PASSES = Mistake(
    "One changed bit in the sealed message goes unnoticed, and other data comes out. Use AES-GCM, which checks its tag.",
    _with(
        (
            'ciphertext = AESGCM(fresh["Plaintext"]).encrypt(nonce, plaintext, None)',
            'ciphertext = counter(fresh["Plaintext"], nonce).update(plaintext)',
        ),
        (
            "return AESGCM(data_key).decrypt(nonce, ciphertext, None)",
            "return counter(data_key, nonce).update(ciphertext)",
        ),
    )
    + """
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

def counter(key, nonce):
    return Cipher(algorithms.AES(key), modes.CTR(nonce + bytes(4))).encryptor()
""",
)
FIXED_LENGTH = Mistake(
    "It works only as long as every wrapped key has the same length. That length is KMS's own affair: store it, as "
    "`seal_by_hand` does.",
    _with(
        ('return len(wrapped).to_bytes(2, "big") + wrapped', "return wrapped"),
        ('end = 2 + int.from_bytes(sealed[:2], "big")', "end = 133"),
        ("sealed[2:end]", "sealed[:end]"),
    ),
)

ALL = (
    NOT_TWO,
    HALF_DONE,
    NOTHING_RETURNED,
    NOT_BYTES,
    NOT_ENCRYPTED,
    DATA_TO_KMS,
    OTHER_KMS,
    KEY_IN_PLAIN,
    NO_CONTEXT,
    CONTEXT_ONLY_TO_SEAL,
    CUT_AT_THE_KEY,
    CUT_AT_THE_DATA,
    OTHER_PLAINTEXT,
    ONE_KEY,
    KEY_NOT_NAMED,
    CONTEXT_IGNORED,
    CHANGE_PASSES,
    FIXED_LENGTH,
)
