"""Exercise c: read from CloudTrail's records who still needs a key that is disabled."""

import contextlib
import copy
import json
from collections.abc import Callable
from typing import Any

from botocore.exceptions import ClientError

from kmsnb.kms import Sandbox
from kmsnb.lab import current

from ..examiner import ACCOUNT, examiner_kms
from ..model import Exercise, Mistake, attempted

NO_ERROR_CODE = Mistake(
    'It stops with KeyError. The record of a successful call has no `errorCode`; use `event.get("errorCode")`.'
)
ALL_CALLERS = Mistake("It names a caller whose requests all succeeded. Only refused callers count.")
ANY_ERROR = Mistake(
    "It names a caller who was refused for another reason. `AccessDenied` means that they have no permission. Look for "
    "`DisabledException`."
)
ANY_KEY = Mistake(
    "It names a caller who needed a different key. Compare `key_arn` with each `ARN` in the record's `resources`."
)
DECRYPT_ONLY = Mistake(
    "A caller is missing. Decrypt isn't the only call that needs the key: think of GenerateDataKey."
)
SOME_MISSING = Mistake(
    "A caller is missing who was refused because the key is disabled. Look at every record: `errorCode` is exactly "
    "`DisabledException`, and `resources` is a list of dictionaries, each with an `ARN`."
)
NOT_ARNS = Mistake(
    "Return a set of ARNs, taken from the `arn` in each record's `userIdentity`. If nobody was refused, return an empty set."
)

_USERS = ("report", "backup", "shop", "stranger", "neighbor")


def _examine(who_needs: Callable[..., Any]) -> Mistake | None:
    events, arns, people = _history()
    needs = {people["report"], people["backup"]}
    trials: tuple[tuple[str, set[str]], ...] = (
        (arns[0], needs),
        (arns[1], {people["neighbor"]}),
        (arns[2], set()),
    )
    for key_arn, wanted in trials:
        try:
            given = attempted(who_needs(copy.deepcopy(events), key_arn))
        except KeyError as error:
            if error.args == ("errorCode",):
                return NO_ERROR_CODE
            raise
        if fault := _fault_of(given, wanted, people):
            return fault
    return None


def _fault_of(given: Any, wanted: set[str], people: dict[str, str]) -> Mistake | None:
    if not isinstance(given, set | frozenset | list | tuple) or not set(given) <= {*people.values()}:
        return NOT_ARNS
    named = set(given)
    if people["shop"] in named:
        return ALL_CALLERS
    if people["stranger"] in named:
        return ANY_ERROR
    if named - wanted:
        return ANY_KEY
    if wanted - named == {people["backup"]} and people["report"] in named:
        return DECRYPT_ONLY
    return SOME_MISSING if wanted - named else None


def _history() -> tuple[list[dict[str, Any]], list[str], dict[str, str]]:
    """Records of two disabled keys and one that is in use; the keys' ARNs; the callers' ARNs by name."""
    with Sandbox() as aside:
        kms, lab = examiner_kms(), current()
        clients = {name: lab.user(name, account=ACCOUNT).client("kms") for name in _USERS}
        people = {name: f"arn:aws:iam::{ACCOUNT}:user/{name}" for name in _USERS}
        people["examiner"] = f"arn:aws:iam::{ACCOUNT}:user/examiner"
        allowed = [people[name] for name in _USERS if name != "stranger"]
        arns = [_shared_key(kms, allowed) for _ in range(3)]
        blobs = {arn: kms.encrypt(KeyId=arn, Plaintext=b"x")["CiphertextBlob"] for arn in arns}
        clients["shop"].decrypt(CiphertextBlob=blobs[arns[0]])
        clients["report"].decrypt(CiphertextBlob=blobs[arns[0]])
        kms.rotate_key_on_demand(KeyId=arns[2])
        for arn in arns[:2]:
            kms.disable_key(KeyId=arn)
            kms.describe_key(KeyId=arn)
        aside.clock.advance(days=90)
        _try(clients["stranger"], blobs[arns[0]], arns[0])
        _try(clients["report"], blobs[arns[0]], arns[0])
        _try(clients["neighbor"], blobs[arns[1]], arns[1])
        _try(clients["shop"], blobs[arns[2]], arns[2])
        with contextlib.suppress(ClientError):
            clients["backup"].generate_data_key(KeyId=arns[0], KeySpec="AES_256")
        return [record.cloudtrail() for record in aside.journal], arns, people


def _try(client: Any, blob: bytes, key_arn: str) -> None:
    with contextlib.suppress(ClientError):
        client.decrypt(CiphertextBlob=blob, KeyId=key_arn)


def _shared_key(kms: Any, users: list[str]) -> str:
    """A key that the examiner manages and ``users`` may use; its ARN."""

    def allow(sid: str, who: object, action: list[str]) -> dict[str, Any]:
        return {"Sid": sid, "Effect": "Allow", "Principal": {"AWS": who}, "Action": action, "Resource": "*"}

    statements = [
        allow("admin", f"arn:aws:iam::{ACCOUNT}:root", ["kms:*"]),
        allow("use", users, ["kms:Decrypt", "kms:GenerateDataKey"]),
    ]
    policy = {"Version": "2012-10-17", "Statement": statements}
    return kms.create_key(Policy=json.dumps(policy))["KeyMetadata"]["Arn"]


WHO_NEEDS = Exercise(
    answer_name="who_needs",
    stub="""
def who_needs(events, key_arn):
    return ...
""",
    examine=_examine,
    hints=(
        "Print one record, `print(json.dumps(events[-1], indent=2))`. Where are the caller, the key and the error?",
        (
            'Two conditions: `event.get("errorCode") == "DisabledException"`, and the key is among the `resources`. '
            "Collect `userIdentity`, `arn`."
        ),
    ),
    solution="""
def who_needs(events, key_arn):
    return {
        event["userIdentity"]["arn"]
        for event in events
        if event.get("errorCode") == "DisabledException"
        and key_arn in [each["ARN"] for each in event["resources"]]
    }
""",
)
