"""Exercise a: encrypt a customer's password so that it decrypts for that customer only."""

from collections.abc import Callable
from typing import Any

from ..examiner import examiner_kms
from ..model import Exercise, Mistake, attempted

NO_CONTEXT = Mistake(
    "It encrypts without an encryption context, so any other customer's ciphertext would decrypt just as well. Pass "
    "`EncryptionContext={'customer': customer}`."
)
FIXED_CONTEXT = Mistake(
    "The context is the same for every customer. Its value must be the function's `customer`."
)
WHOLE_ANSWER = Mistake(
    "It returns KMS's whole response. Return only the ciphertext: the bytes under `CiphertextBlob`."
)
NOTHING_RETURNED = Mistake("It returns None. Return the ciphertext.")
NOT_ENCRYPTED = Mistake("It returns the password, readable for everyone. Call `kms.encrypt`.")
OTHER_KMS = Mistake(
    "It doesn't call `encrypt` on the `kms` that it gets, with the `key_id` that it gets. The check passes a client "
    "and a key of another account."
)
CHANGED = Mistake(
    "It returns something other than KMS's ciphertext. Return the bytes under `CiphertextBlob` unchanged."
)
OTHER_CONTEXT = Mistake("It must decrypt with exactly `{'customer': customer}`: that one pair and no other.")
OTHER_PLAINTEXT = Mistake(
    "It decrypts for the customer, but not to the password. Pass `password` unchanged as `Plaintext`."
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
    """A list that grows with each Encrypt call of ``kms``: its context, and the response's key ARN and ciphertext."""
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
        "Return the bytes under `CiphertextBlob`, not the whole response.",
    ),
    solution="""
def keep(kms, key_id, password, customer):
    response = kms.encrypt(KeyId=key_id, Plaintext=password, EncryptionContext={"customer": customer})
    return response["CiphertextBlob"]
""",
)
