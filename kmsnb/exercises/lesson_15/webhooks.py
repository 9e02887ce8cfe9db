"""15.c: two services and an HMAC key: one makes tags, the other checks them, and neither can do more."""

from collections.abc import Callable
from typing import Any

from botocore.exceptions import ClientError

from kmsnb.kms.authorization.actions import ACTIONS
from kmsnb.lab import current

from ..examiner import ACCOUNT, FROM_THE_NOTEBOOK, examiner_kms
from ..model import Exercise, Mistake, attempted

SENDER_CANNOT = Mistake("The sender is denied GenerateMac, so it can't make a tag.")
RECEIVER_CANNOT = Mistake("The receiver is denied VerifyMac, so it can't check a tag.")
EVERYONE = Mistake("A third program in the account may use the key as well. Name the two roles only.")
RECEIVER_FORGES = Mistake(
    "The receiver may call GenerateMac, so it could forge the sender's messages. It only has to check tags."
)
SENDER_CHECKS = Mistake("The sender may call VerifyMac. It only has to make tags.")
TOO_MUCH = Mistake("It works, but they may do more than make tags and check them. Also allowed:")
LOCKED_OUT = Mistake(
    "It works, but the administrator has lost control of the key. Keep the statements that are in its policy."
)
OTHER_KEY = Mistake(FROM_THE_NOTEBOOK)

_ADMINISTRATION = {"PutKeyPolicy", "GetKeyPolicy", "CreateGrant", "DisableKey", "ScheduleKeyDeletion"}


def _examine(allow: Callable[..., Any]) -> Mistake | None:
    kms = examiner_kms()
    spec = {"KeySpec": "HMAC_256", "KeyUsage": "GENERATE_VERIFY_MAC"}
    key_arn = kms.create_key(**spec)["KeyMetadata"]["Arn"]
    roles = {name: current().role(name, account=ACCOUNT) for name in ("sender", "receiver", "third")}
    try:
        attempted(allow(kms, key_arn, *(f"arn:aws:iam::{ACCOUNT}:role/{name}" for name in list(roles)[:2])))
    except ClientError as error:
        if error.response["Error"]["Code"] == "NotFoundException":
            return OTHER_KEY
        raise
    sender, receiver, third = (_permissions(role, key_arn) for role in roles.values())
    if "GenerateMac" not in sender:
        return SENDER_CANNOT
    if "VerifyMac" not in receiver:
        return RECEIVER_CANNOT
    if third:
        return EVERYONE
    if "GenerateMac" in receiver:
        return RECEIVER_FORGES
    if "VerifyMac" in sender:
        return SENDER_CHECKS
    if more := (sender | receiver) - {"GenerateMac", "VerifyMac"}:
        return TOO_MUCH.about(f"{', '.join(sorted(more))}.")
    examiner = current().user("examiner", account=ACCOUNT)
    return None if _permissions(examiner, key_arn) >= _ADMINISTRATION else LOCKED_OUT


def _permissions(who: Any, key_arn: str) -> set[str]:
    """The actions that KMS would allow on the key."""
    explain, algorithm = current().explain, "HMAC_SHA_256"  # a policy may ask for the algorithm
    return {
        action for action in ACTIONS if explain(who, f"kms:{action}", key_arn, MacAlgorithm=algorithm).allowed
    }


WEBHOOKS = Exercise(
    answer_name="allow",
    stub="""
def allow(kms, key_arn, sender_arn, receiver_arn):
    return ...
""",
    examine=_examine,
    hints=(
        "Section 4 does it with two grants.",
        "`kms.create_grant` takes `KeyId`, `GranteePrincipal` and a list of `Operations`.",
        "One grant for the sender, with `GenerateMac`; one for the receiver, with `VerifyMac`.",
    ),
    solution="""
def allow(kms, key_arn, sender_arn, receiver_arn):
    for arn, operation in ((sender_arn, "GenerateMac"), (receiver_arn, "VerifyMac")):
        kms.create_grant(KeyId=key_arn, GranteePrincipal=arn, Operations=[operation])
""",
)
