"""Lesson 07: Encrypt and decrypt."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from botocore.exceptions import ClientError

from .examiner import examiner_kms
from .model import Exercise, Mistake, NotAttempted, Option, Question, attempted

QUESTIONS = {
    "07.twice": Question(
        "You encrypt the same password twice under the same KMS key. How do the two ciphertexts compare?",
        (
            Option(
                "They are the same bytes.",
                "Then anyone who sees your ciphertexts could tell which of them hide the same password. KMS draws "
                "fresh random bytes for every call.",
            ),
            Option(
                "They have the same length, but other bytes.",
                "KMS draws fresh random bytes (a nonce) for each call, so equal plaintexts do not show. Their length "
                "does: encryption hides what is written, not how much.",
                right=True,
            ),
            Option(
                "Even their lengths differ.",
                "The bytes differ, not the length: it does not depend on what the random bytes are.",
            ),
        ),
    ),
    "07.limit": Question(
        "Your KMS key is symmetric. What is the most that one Encrypt call takes?",
        (
            Option(
                "256 bits, the size of the key.",
                "The key has 256 bits, which says how hard it is to guess, not how much it can encrypt.",
            ),
            Option(
                "4,096 characters.",
                "Close: 4,096 *bytes*. A character may need more than one of them: é takes two in UTF-8, 🔑 takes four.",
            ),
            Option("4,096 bytes.", "One byte more, and KMS refuses. Next you watch it do so.", right=True),
            Option(
                "Any size: KMS cuts it into blocks.",
                "KMS takes a request whole or refuses it. It is made for small secrets and for other keys.",
            ),
        ),
    ),
    "07.which-key": Question(
        "You call Decrypt with a ciphertext and nothing else. How does KMS find the right key?",
        (
            Option(
                "It tries all your keys until one fits.",
                "That would be slow, and would use keys that you never meant to use. The ciphertext itself tells.",
            ),
            Option(
                "The ciphertext says which key made it.",
                "A ciphertext of a symmetric KMS key carries the identity of its key, beside the encrypted bytes.",
                right=True,
            ),
            Option(
                "boto3 remembers the key of your last Encrypt.",
                "boto3 remembers nothing between calls; another program on another machine could decrypt this just "
                "as well.",
            ),
        ),
    ),
    "07.region": Question(
        "You made the ciphertext in us-east-1. With the same credentials you call Decrypt in eu-west-1. What happens?",
        (
            Option(
                "It opens: the ciphertext says which key it needs.",
                "It does say so. But KMS in eu-west-1 has no such key, and never asks another Region for one.",
            ),
            Option(
                "KMS answers NotFoundException.",
                "A fair guess, and right if you name a key that is not in that Region. Without a key id it is "
                "AccessDeniedException.",
            ),
            Option(
                "KMS answers AccessDeniedException.",
                "This key lives in one Region. Without a key id, Decrypt gives the same code for a key that is gone, "
                "that is elsewhere and that you may not use.",
                right=True,
            ),
        ),
    ),
    "07.context": Question(
        "You encrypted with the context `customer=17, app=shop`. Which contexts open it again?",
        (
            Option(
                "`app=shop, customer=17`",
                "Order does not count: a context is a set of pairs.",
                right=True,
            ),
            Option("`customer=17`", "A part of the context is another context. All pairs must be there."),
            Option("`Customer=17, app=shop`", "Names and values count to the letter, capitals too."),
            Option("no context at all", "What was bound to a context opens with that context only."),
        ),
    ),
    "07.which-call": Question(
        "You want to protect a backup of 3 GB. Which call do you start with?",
        (
            Option(
                "Encrypt, once for every 4,096 bytes.",
                "It would work, in more than 700,000 calls, each over the network, counted and billed; and unless each "
                "piece had an encryption context of its own, nothing would stop someone from swapping them.",
            ),
            Option(
                "GenerateDataKey.",
                "KMS hands you a fresh data key; you encrypt the backup with it on your own machine, and 3 GB stay "
                "where they are.",
                right=True,
            ),
            Option(
                "Encrypt, under an RSA_4096 key.",
                "That takes even less: 446 or 470 bytes. The chart above shows it.",
            ),
        ),
    ),
    "07.1": Question(
        "An application must encrypt configuration files of 12 KB under a customer managed symmetric encryption KMS key. "
        "What does it do?",
        (
            Option(
                "Call Encrypt with each file.",
                "12 KB is above the limit of 4,096 bytes: ValidationException.",
            ),
            Option(
                "Call GenerateDataKey, encrypt the file locally with the plaintext data key, and store the encrypted "
                "data key beside it.",
                "Envelope encryption: KMS protects the small key, the small key protects the file.",
                right=True,
            ),
            Option(
                "Ask for a higher quota on the size of Encrypt requests.",
                "Quotas are for requests a second and for resources such as keys, aliases and grants. The 4,096 bytes "
                "are no quota; they are fixed.",
            ),
            Option(
                "Use an asymmetric RSA_4096 key instead.",
                "RSA keys take at most 470 bytes.",
            ),
        ),
    ),
    "07.2": Question(
        "Decrypt answers InvalidCiphertextException. The key is a symmetric encryption KMS key. What may be the cause?",
        (
            Option(
                "The encryption context differs from the one at Encrypt in a capital letter.",
                "The context must match to the letter.",
                right=True,
            ),
            Option(
                "The ciphertext was cut short when it was stored.",
                "A ciphertext opens whole and unchanged, or not at all.",
                right=True,
            ),
            Option(
                "The caller has no permission for kms:Decrypt on the key.",
                "Missing permission is AccessDeniedException.",
            ),
            Option("The KMS key is disabled.", "A disabled key is DisabledException."),
        ),
    ),
    "07.3": Question(
        "A password was encrypted in us-east-1 under a single-Region KMS key. A program that runs in eu-west-1 "
        "must from now on read it without calls to us-east-1. What do you do, once?",
        (
            Option(
                "Call ReEncrypt in us-east-1 with the ARN of a key in eu-west-1 as the destination.",
                "ReEncrypt works inside one Region: KMS in us-east-1 has no key of eu-west-1.",
            ),
            Option(
                "Make an alias of the same name in eu-west-1.",
                "An alias points to a key of its own Region; it moves no key material.",
            ),
            Option(
                "Decrypt it in us-east-1, then encrypt it in eu-west-1 under a key there.",
                "The plaintext passes through your program once. (For new data, multi-Region keys spare you this; a "
                "single-Region key cannot be turned into one.)",
                right=True,
            ),
        ),
    ),
}

NO_CONTEXT = Mistake(
    "It encrypts, but under no encryption context: any other customer's ciphertext would open just as well. Pass "
    "`EncryptionContext={'customer': customer}`.",
    """
def keep(kms, key_id, password, customer):
    return kms.encrypt(KeyId=key_id, Plaintext=password)["CiphertextBlob"]
""",
)
FIXED_CONTEXT = Mistake(
    "The context is the same whoever the customer is. Its value must be the `customer` that the function is given.",
    """
def keep(kms, key_id, password, customer):
    context = {"customer": "customer"}
    return kms.encrypt(KeyId=key_id, Plaintext=password, EncryptionContext=context)["CiphertextBlob"]
""",
)
WHOLE_ANSWER = Mistake(
    "It returns KMS's whole answer. What you store is the ciphertext: the bytes under `CiphertextBlob`.",
    """
def keep(kms, key_id, password, customer):
    return kms.encrypt(KeyId=key_id, Plaintext=password, EncryptionContext={"customer": customer})
""",
)
NOTHING_RETURNED = Mistake(
    "It returns None. End it with `return`, and the ciphertext.",
    """
def keep(kms, key_id, password, customer):
    kms.encrypt(KeyId=key_id, Plaintext=password, EncryptionContext={"customer": customer})
""",
)
NOT_ENCRYPTED = Mistake(
    "The password stands in what it returns, for everyone to read. Call `kms.encrypt`.",
    """
def keep(kms, key_id, password, customer):
    return password.encode()
""",
)
OTHER_KMS = Mistake(
    "It does not use the `kms` and `key_id` that it is given, but some from outside. A function that uses its own "
    "parameters can be tried anywhere.",
    """
def keep(kms, key_id, password, customer):
    import boto3
    own = boto3.client("kms")
    key = own.create_key()["KeyMetadata"]["KeyId"]
    return own.encrypt(KeyId=key, Plaintext=password, EncryptionContext={"customer": customer})["CiphertextBlob"]
""",
)


OTHER_CONTEXT = Mistake(
    "It must open with exactly `{'customer': customer}`: that one pair, and no other.",
    """
def keep(kms, key_id, password, customer):
    context = {"customer": customer, "app": "shop"}
    return kms.encrypt(KeyId=key_id, Plaintext=password, EncryptionContext=context)["CiphertextBlob"]
""",
)
OTHER_PLAINTEXT = Mistake(
    "It opens for the customer, but what comes out is not the password. `Plaintext` must be the `password` as it is.",
    """
def keep(kms, key_id, password, customer):
    context = {"customer": customer}
    return kms.encrypt(KeyId=key_id, Plaintext="password", EncryptionContext=context)["CiphertextBlob"]
""",
)


def _examine_keep(keep: Callable[..., Any]) -> Mistake | None:
    kms = examiner_kms()
    key_id = kms.create_key()["KeyMetadata"]["KeyId"]
    password = "correct horse battery staple"
    contexts: list[dict[str, str]] = []
    kms.meta.events.register(
        "provide-client-params.kms.Encrypt",
        lambda params, **_: contexts.append(params.get("EncryptionContext", {})),
    )
    try:
        blob = attempted(keep(kms, key_id, password, "17"))
        keep(kms, key_id, password, "18")
    except kms.exceptions.NotFoundException:
        return OTHER_KMS
    if blob is None:
        return NOTHING_RETURNED
    if isinstance(blob, dict):
        return WHOLE_ANSWER
    if blob in (password, password.encode()):
        return NOT_ENCRYPTED
    if len(contexts) < 2:
        return OTHER_KMS
    return _fault_of_contexts(*contexts[-2:]) or _fault_of_blob(kms, key_id, blob, password)


def _fault_of_contexts(of_17: dict[str, str], of_18: dict[str, str]) -> Mistake | None:
    if not of_17:
        return NO_CONTEXT
    if of_17 == of_18:
        return FIXED_CONTEXT
    return None if of_17 == {"customer": "17"} else OTHER_CONTEXT


def _fault_of_blob(kms: Any, key_id: str, blob: Any, password: str) -> Mistake | None:
    try:
        answer = kms.decrypt(CiphertextBlob=blob, KeyId=key_id, EncryptionContext={"customer": "17"})
    except ClientError:
        return OTHER_KMS
    return None if answer["Plaintext"] == password.encode() else OTHER_PLAINTEXT


COUNTS_CHARACTERS = Mistake(
    "It counts characters. KMS counts bytes: `'é' * 4096` is 8,192 of them. Encode the text first.",
    """
def fits(text):
    return 1 <= len(text) <= 4096
""",
)
REFUSES_THE_LIMIT = Mistake(
    "It refuses a text of exactly 4,096 bytes, which KMS takes: the limit is the last size that passes.",
    """
def fits(text):
    return 1 <= len(text.encode()) < 4096
""",
)
TAKES_TOO_MUCH = Mistake(
    "It lets a text of 4,097 bytes pass, which KMS refuses.",
    """
def fits(text):
    return 1 <= len(text.encode()) <= 5000
""",
)
TAKES_NOTHING_TOO = Mistake(
    "It lets the empty text pass. KMS wants at least one byte: try `Plaintext=b''`.",
    """
def fits(text):
    return len(text.encode()) <= 4096
""",
)
NOT_A_TRUTH_VALUE = Mistake(
    "It must return True or False.",
    """
def fits(text):
    return len(text.encode())
""",
)


def _examine_fits(fits: Callable[[str], Any]) -> Mistake | None:
    # the smallest and the largest texts that tell one mistake from another
    trials = (
        ("é" * 2049, False, COUNTS_CHARACTERS),
        ("x" * 4096, True, REFUSES_THE_LIMIT),
        ("é" * 2048, True, REFUSES_THE_LIMIT),
        ("x" * 4097, False, TAKES_TOO_MUCH),
        ("", False, TAKES_NOTHING_TOO),
        ("x", True, REFUSES_THE_LIMIT),
    )
    if not isinstance(attempted(fits("x")), bool):
        return NOT_A_TRUTH_VALUE
    characters_counted = fits("é" * 2049) and not fits("x" * 4097)
    for text, expected, mistake in trials:
        if fits(text) is not expected and (mistake is not COUNTS_CHARACTERS or characters_counted):
            return mistake
    return None


ERRORS = (
    "NotFoundException",
    "ValidationException",
    "InvalidCiphertextException",
    "AccessDeniedException",
    "IncorrectKeyException",
    "InvalidKeyUsageException",
    "DisabledException",
)

NOT_A_DICT = Mistake(
    "`causes` must stay a dictionary: the name of an error, then a function that causes it.",
    "causes = [lambda: kms.list_keys()]",
)
STILL_OPEN = Mistake(
    "So far so good. Still to be caused:",
    """
causes = {
    "NotFoundException": lambda: kms.describe_key(KeyId="alias/nobody"),
    "ValidationException": ...,
    "InvalidCiphertextException": ...,
    "AccessDeniedException": ...,
    "IncorrectKeyException": ...,
    "InvalidKeyUsageException": ...,
    "DisabledException": ...,
}
""",
)
NOT_A_FUNCTION = Mistake(
    "An entry is no function. Write `lambda: kms.…(…)`, so that the call is made when the check asks for it:",
    """
causes = {
    "NotFoundException": "kms.describe_key(KeyId='alias/nobody')",
    "ValidationException": ...,
    "InvalidCiphertextException": ...,
    "AccessDeniedException": ...,
    "IncorrectKeyException": ...,
    "InvalidKeyUsageException": ...,
    "DisabledException": ...,
}
""",
)
NO_ERROR = Mistake(
    "A call succeeds where KMS should refuse. Change one thing about it:",
    """
causes = {
    "NotFoundException": lambda: kms.list_keys(),
    "ValidationException": ...,
    "InvalidCiphertextException": ...,
    "AccessDeniedException": ...,
    "IncorrectKeyException": ...,
    "InvalidKeyUsageException": ...,
    "DisabledException": ...,
}
""",
)
OTHER_ERROR = Mistake(
    "A call fails with another error than the one it stands for:",
    """
causes = {
    "NotFoundException": ...,
    "ValidationException": lambda: kms.describe_key(KeyId="alias/nobody"),
    "InvalidCiphertextException": ...,
    "AccessDeniedException": ...,
    "IncorrectKeyException": ...,
    "InvalidKeyUsageException": ...,
    "DisabledException": ...,
}
""",
)
NEVER_SENT = Mistake(
    "A call never gets as far as KMS. Make one that is well formed and still refused:",
    """
causes = {
    "NotFoundException": ...,
    "ValidationException": lambda: kms.encrypt(),
    "InvalidCiphertextException": ...,
    "AccessDeniedException": ...,
    "IncorrectKeyException": ...,
    "InvalidKeyUsageException": ...,
    "DisabledException": ...,
}
""",
)


def _examine_causes(causes: Any) -> Mistake | None:
    if not isinstance(causes, dict):
        return NOT_A_DICT
    entries = {name: causes.get(name, ...) for name in ERRORS}
    waiting = [name for name, cause in entries.items() if cause is ...]
    if len(waiting) == len(ERRORS):
        raise NotAttempted
    for name, cause in entries.items():
        if cause is ...:
            continue
        if not callable(cause):
            return _with(NOT_A_FUNCTION, f"`{name}`.")
        try:
            cause()
        except ClientError as error:
            code = error.response["Error"]["Code"]
            if code != name:
                return _with(OTHER_ERROR, f"`{name}` got `{code}`.")
        except Exception as error:  # noqa: BLE001 (a learner's own code may raise anything)
            return _with(NEVER_SENT, f"`{name}` got Python's `{type(error).__name__}`.")
        else:
            return _with(NO_ERROR, f"`{name}`.")
    return _with(STILL_OPEN, ", ".join(f"`{name}`" for name in waiting) + ".") if waiting else None


def _with(mistake: Mistake, detail: str) -> Mistake:
    return replace(mistake, says=f"{mistake.says} {detail}")


EXERCISES = {
    "07.a": Exercise(
        task="Encrypt a customer's password so that it opens for that customer only.",
        answer_name="keep",
        stub="""
def keep(kms, key_id, password, customer):
    return ...
""",
        examine=_examine_keep,
        mistakes=(
            NO_CONTEXT,
            FIXED_CONTEXT,
            OTHER_CONTEXT,
            WHOLE_ANSWER,
            NOTHING_RETURNED,
            NOT_ENCRYPTED,
            OTHER_PLAINTEXT,
            OTHER_KMS,
        ),
        hints=(
            "One call of `kms.encrypt` does it. Which of its parameters ties a ciphertext to a customer?",
            "`EncryptionContext` takes a dictionary of strings, such as `{'customer': '17'}`.",
            "Return the bytes under `CiphertextBlob`, not the whole answer.",
        ),
        solution="""
def keep(kms, key_id, password, customer):
    answer = kms.encrypt(KeyId=key_id, Plaintext=password, EncryptionContext={"customer": customer})
    return answer["CiphertextBlob"]
""",
    ),
    "07.b": Exercise(
        task="Say beforehand whether Encrypt will take a text under a symmetric key.",
        answer_name="fits",
        stub="""
def fits(text):
    return ...
""",
        examine=_examine_fits,
        mistakes=(COUNTS_CHARACTERS, REFUSES_THE_LIMIT, TAKES_TOO_MUCH, TAKES_NOTHING_TOO, NOT_A_TRUTH_VALUE),
        hints=(
            "KMS sees bytes. `text.encode()` gives the bytes that boto3 sends for a text.",
            "Try the edges: 0, 1, 4,096 and 4,097 bytes. And a text of é.",
        ),
        solution="""
def fits(text):
    return 1 <= len(text.encode()) <= 4096
""",
    ),
    "07.c": Exercise(
        task="Fill the catalogue of errors: cause each of them.",
        answer_name="causes",
        stub="""
causes = {
    "NotFoundException": ...,
    "ValidationException": ...,
    "InvalidCiphertextException": ...,
    "AccessDeniedException": ...,
    "IncorrectKeyException": ...,
    "InvalidKeyUsageException": ...,
    "DisabledException": ...,
}
""",
        examine=_examine_causes,
        mistakes=(NOT_A_DICT, STILL_OPEN, NOT_A_FUNCTION, NO_ERROR, OTHER_ERROR, NEVER_SENT),
        hints=(
            "Each entry is a function that makes one call, such as `lambda: kms.describe_key(KeyId='alias/nobody')`.",
            "ValidationException: a plaintext too long. InvalidCiphertextException: a byte changed, or another context.",
            (
                "AccessDeniedException: a ciphertext of this Region, handed to KMS in another one. IncorrectKeyException: "
                "a ciphertext of one key, decrypted while naming another."
            ),
            (
                "InvalidKeyUsageException: an RSA key, and no algorithm named. DisabledException: the key that section 5 "
                "switched off."
            ),
        ),
        solution="""
import boto3

ireland = boto3.client("kms", region_name="eu-west-1")
rsa = kms.create_key(KeySpec="RSA_2048", KeyUsage="ENCRYPT_DECRYPT")["KeyMetadata"]["KeyId"]
off = kms.create_key()["KeyMetadata"]["KeyId"]
kms.disable_key(KeyId=off)
blob = kms.encrypt(KeyId="alias/test", Plaintext=b"secret")["CiphertextBlob"]
causes = {
    "NotFoundException": lambda: kms.describe_key(KeyId="alias/nobody"),
    "ValidationException": lambda: kms.encrypt(KeyId="alias/test", Plaintext=b"x" * 4097),
    "InvalidCiphertextException": lambda: kms.decrypt(CiphertextBlob=blob[:-1]),
    "AccessDeniedException": lambda: ireland.decrypt(CiphertextBlob=blob),
    "IncorrectKeyException": lambda: kms.decrypt(CiphertextBlob=blob, KeyId=kms.create_key()["KeyMetadata"]["KeyId"]),
    "InvalidKeyUsageException": lambda: kms.encrypt(KeyId=rsa, Plaintext=b"x"),
    "DisabledException": lambda: kms.encrypt(KeyId=off, Plaintext=b"x"),
}
""",
    ),
}
