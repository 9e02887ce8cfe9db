"""Exercise 13.b: a key policy statement that lets CloudTrail use a key for one trail."""

import json
from collections.abc import Callable
from typing import Any, NamedTuple

from kmsnb.kms.authorization import (
    Caller,
    Circumstances,
    KeyFacts,
    Kind,
    Request,
    decide,
    malformed,
    parse_key_policy,
)
from kmsnb.kms.core.clock import ManualClock

from ..model import Exercise, Mistake, attempted

_REGION, _ACCOUNT, _STRANGERS = "us-east-1", "123456789012", "111122223333"
_KEY = f"arn:aws:kms:{_REGION}:{_ACCOUNT}:key/1234abcd-12ab-34cd-56ef-1234567890ab"
_UMA = f"arn:aws:iam::{_ACCOUNT}:user/Uma"
_CLOUDTRAIL = "cloudtrail.amazonaws.com"


def _trail(name: str, account: str = _ACCOUNT) -> str:
    return f"arn:aws:cloudtrail:{_REGION}:{account}:trail/{name}"


_OURS = _trail("audit"), _trail("billing")

NOT_A_STATEMENT = Mistake(
    "Return one statement: a dictionary with Effect, Principal, Action, Resource and Condition."
)
REFUSED = Mistake("KMS rejects this statement.")
NO_SERVICE = Mistake(
    "CloudTrail is still denied. Name `cloudtrail.amazonaws.com` as the principal, under `Service`, and check the condition."
)
NO_DATA_KEY = Mistake("CloudTrail may not generate a data key for the trail's logs.")
FIXED = Mistake("The statement doesn't depend on `trail_arn`. Use the argument in the condition.")
ANY_TRAIL = Mistake(
    "Another account's trail gets in, too: CloudTrail would be a confused deputy. Compare `aws:SourceArn` with `trail_arn`."
)
ANOTHER_TRAIL = Mistake("Another trail of the account gets in, too. Compare the trail's whole ARN.")
SOMEBODY_ELSE = Mistake("It lets somebody else in, too.")
MORE = Mistake(
    "It allows CloudTrail more than it needs to encrypt: GenerateDataKey, and DescribeKey to look at the key."
)


class _Try(NamedTuple):
    caller: Caller
    action: str
    source: str = ""

    def allowed(self, policy: str) -> bool:
        circumstances = Circumstances(
            time=ManualClock().now(),
            region=_REGION,
            source_arn=self.source or None,
            source_account=self.source.split(":")[4] if self.source else None,
        )
        parameters = {"KeyId": _KEY, "EncryptionContext": {"aws:cloudtrail:arn": self.source}}
        facts = KeyFacts(_KEY, parse_key_policy(policy))
        request = Request(
            self.caller, f"kms:{self.action}", facts, parameters=parameters, circumstances=circumstances
        )
        return decide(request).allowed


def _service(action: str, trail: str, name: str = _CLOUDTRAIL) -> _Try:
    return _Try(Caller.service(name), action, trail)


def _examine(statement: Callable[[str], Any]) -> Mistake | None:
    given = [_read(attempted(statement(trail))) for trail in _OURS]
    if not all(isinstance(each, dict) and "Effect" in each for each in given):
        return NOT_A_STATEMENT
    if given[0] == given[1]:
        mistake = _fault(given[0], _OURS[0])
        return FIXED if mistake is None or mistake == ANOTHER_TRAIL else mistake
    return next(filter(None, map(_fault, given, _OURS)), None)


def _fault(statement: dict[str, Any], trail: str) -> Mistake | None:
    policy = json.dumps({"Version": "2012-10-17", "Statement": [statement]})
    if wrong := malformed(policy, lambda _: True):
        return REFUSED.about(wrong)
    if not _service("GenerateDataKey", trail).allowed(policy):
        looks = _service("DescribeKey", trail).allowed(policy)
        return NO_DATA_KEY if looks else NO_SERVICE
    uma = Caller(Kind.USER, _UMA, _ACCOUNT)
    for name, others in (
        (
            SOMEBODY_ELSE,
            [_Try(uma, "GenerateDataKey"), _service("GenerateDataKey", trail, "logs.amazonaws.com")],
        ),
        (ANY_TRAIL, [_service("GenerateDataKey", _trail(trail.rpartition("/")[2], _STRANGERS))]),
        (ANOTHER_TRAIL, [_service("GenerateDataKey", _trail("other"))]),
        (MORE, [_service(action, trail) for action in ("PutKeyPolicy", "CreateGrant", "Encrypt")]),
    ):
        if any(each.allowed(policy) for each in others):
            return name
    return None


def _read(given: Any) -> Any:
    """A statement as JSON has it; None for what isn't one."""
    try:
        return json.loads(given if isinstance(given, str) else json.dumps(given))
    except (TypeError, ValueError):
        return None


STATEMENT = Exercise(
    answer_name="statement",
    stub="""
def statement(trail_arn):
    return ...
""",
    examine=_examine,
    hints=(
        "Section 5 builds this statement: `allow` puts it together, and the next cell adds its condition.",
        'Its principal is `{"Service": "cloudtrail.amazonaws.com"}`, and its resource `"*"`, as in every key policy.',
        '`"Condition": {"StringEquals": {"aws:SourceArn": trail_arn}}`',
    ),
    solution="""
def statement(trail_arn):
    return {
        "Effect": "Allow",
        "Principal": {"Service": "cloudtrail.amazonaws.com"},
        "Action": ["kms:GenerateDataKey*", "kms:DescribeKey"],
        "Resource": "*",
        "Condition": {"StringEquals": {"aws:SourceArn": trail_arn}},
    }
""",
)
