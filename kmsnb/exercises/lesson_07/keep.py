"""Exercise a: encrypt a customer's password so that it opens for that customer only."""

from collections.abc import Callable
from typing import Any

from ..examiner import examiner_kms
from ..model import Exercise, Mistake, attempted

NO_CONTEXT = Mistake(
    "It encrypts, but under no encryption context: any other customer's ciphertext would open just as well. Pass "
    "`EncryptionContext={'customer': customer}`."
)
FIXED_CONTEXT = Mistake(
    "The context is the same whoever the customer is. Its value must be the `customer` that the function is given."
)
WHOLE_ANSWER = Mistake(
    "It returns KMS's whole answer. What you store is the ciphertext: the bytes under `CiphertextBlob`."
)
NOTHING_RETURNED = Mistake("It returns None. End it with `return`, and the ciphertext.")
NOT_ENCRYPTED = Mistake("The password stands in what it returns, for everyone to read. Call `kms.encrypt`.")
OTHER_KMS = Mistake(
    "It never calls `encrypt` on the `kms` that it is given, or not with the `key_id` that it is given. A function that "
    "uses its own parameters can be tried anywhere."
)
CHANGED = Mistake(
    "What it returns is not the ciphertext as KMS gave it: return the bytes under `CiphertextBlob` unchanged."
)
OTHER_CONTEXT = Mistake("It must open with exactly `{'customer': customer}`: that one pair, and no other.")
OTHER_PLAINTEXT = Mistake(
    "It opens for the customer, but what comes out is not the password. `Plaintext` must be the `password` as it is."
)


_CUSTOMERS = ("17", "18", " Añil-007 ")


def _examine_keep(keep: Callable[..., Any]) -> Mistake | None:
    kms = examiner_kms()
    key = kms.create_key()["KeyMetadata"]
    password = " Pässwörd of 22 bytes "
    calls = _listen(kms)
    contexts = []
    for customer in _CUSTOMERS:
        calls.clear()
        try:
            blob = attempted(keep(kms, key["KeyId"], password, customer))
        except kms.exceptions.NotFoundException:
            return OTHER_KMS
        if fault := _fault_of_result(blob, password, calls, key["Arn"]):
            return fault
        contexts.append(next(call["context"] for call in calls if call.get("blob") == blob))
        answer = kms.decrypt(CiphertextBlob=blob, KeyId=key["KeyId"], EncryptionContext=contexts[-1])
        if answer["Plaintext"] != password.encode():
            return OTHER_PLAINTEXT
    return _fault_of_contexts(contexts)


def _listen(kms: Any) -> list[dict[str, Any]]:
    """A list that from now on gets each Encrypt call of ``kms``: context, and KMS's key ARN and ciphertext."""
    calls: list[dict[str, Any]] = []

    def called(params: dict[str, Any], **_: Any) -> None:
        calls.append({"context": params.get("EncryptionContext", {})})

    def answered(parsed: dict[str, Any], **_: Any) -> None:
        calls[-1].update(blob=parsed.get("CiphertextBlob"), key=parsed.get("KeyId"))

    kms.meta.events.register("provide-client-params.kms.Encrypt", called)
    kms.meta.events.register("after-call.kms.Encrypt", answered)
    return calls


def _fault_of_result(blob: Any, password: str, calls: list[dict[str, Any]], key_arn: str) -> Mistake | None:
    if blob is None:
        return NOTHING_RETURNED
    if isinstance(blob, dict):
        return WHOLE_ANSWER
    if blob in (password, password.encode()):
        return NOT_ENCRYPTED
    with_the_key = [call for call in calls if call.get("key") == key_arn]
    if not with_the_key:
        return OTHER_KMS
    return None if blob in [call["blob"] for call in with_the_key] else CHANGED


def _fault_of_contexts(contexts: list[dict[str, str]]) -> Mistake | None:
    if not any(contexts):
        return NO_CONTEXT
    if contexts[0] == contexts[1]:
        return FIXED_CONTEXT
    return None if contexts == [{"customer": customer} for customer in _CUSTOMERS] else OTHER_CONTEXT


EXERCISE = Exercise(
    answer_name="keep",
    stub="""
def keep(kms, key_id, password, customer):
    return ...
""",
    examine=_examine_keep,
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
)
