"""A key policy to edit: what would PutKeyPolicy say to it, and who could then do what?"""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from kmsnb.kms.authorization import (
    Caller,
    Circumstances,
    Decision,
    KeyFacts,
    Kind,
    Policy,
    Reason,
    Request,
    decide,
    locks_out,
    malformed,
    parse_identity_policy,
    parse_key_policy,
)
from kmsnb.kms.authorization.lockout import LOCKOUT_MESSAGE
from kmsnb.kms.authorization.principals import account_of_root
from kmsnb.kms.core import identifiers
from kmsnb.kms.core.clock import ManualClock

from .policy_changes import laid_out
from .round_trip_model import parse_context

ACCOUNT, REGION = "123456789012", "us-east-1"
#: The first key that a learner makes in a lab has this ARN.
KEY_ARN = f"arn:aws:kms:{REGION}:{ACCOUNT}:key/{identifiers.key_id(ACCOUNT, REGION, 'key', 1)}"
#: The lesson's role, made for a grant.
ROLE = f"arn:aws:iam::{ACCOUNT}:role/Machine"
USERS = ("Ada", "Uma", "Bea", "student")
THROUGH_EC2 = "Uma through EC2"
CALLERS = ("Ada", "Uma", THROUGH_EC2, "Bea", "student")
ACTIONS = (
    "Encrypt",
    "Decrypt",
    "GenerateDataKey",
    "DescribeKey",
    "CreateGrant",
    "DisableKey",
    "PutKeyPolicy",
)

#: The reason of an answer, short enough for a cell.
SHORT = {
    Reason.KEY_POLICY: "key policy",
    Reason.KEY_POLICY_AND_IAM: "IAM policy",
    Reason.NOT_IN_KEY_POLICY: "not in key policy",
    Reason.NOT_IN_IAM_POLICY: "no IAM policy",
    Reason.DENY_IN_KEY_POLICY: "a Deny",
}


def arn_of(user: str) -> str:
    """The ARN of a user of the account."""
    return f"arn:aws:iam::{ACCOUNT}:user/{user}"


def _iam_policy(name: str, action: str) -> Policy:
    statement = {"Effect": "Allow", "Action": action, "Resource": "*"}
    return parse_identity_policy(json.dumps({"Version": "2012-10-17", "Statement": [statement]}), name)


_ADMINISTRATOR = _iam_policy("IAM policy AdministratorAccess", "*")
_BEAS = _iam_policy("IAM policy read", "kms:Decrypt")


def _exists(principal: str) -> bool:
    """Whether a policy can name this principal: an existing user or role, an account, or a service."""
    known = principal in (*map(arn_of, USERS), ROLE) or account_of_root(principal) is not None
    return known or principal.endswith(".amazonaws.com")


@dataclass
class PolicyEditorModel:
    """A policy as ``text``, and a question: may ``caller`` perform ``action`` with a ``context`` (``app=shop``)?

    ``bea_has_iam`` gives Bea an IAM policy that allows kms:Decrypt. Ada and Uma have none, ``student`` has
    AdministratorAccess. ``start`` is the policy that is on the key now.
    """

    start: str | Mapping[str, Any]
    text: str = ""
    caller: str = "Uma"
    action: str = "Decrypt"
    context: str = ""
    bea_has_iam: bool = False
    document: Any = field(default=None, init=False)
    _in_force: Policy = field(init=False, repr=False)
    _before: Policy = field(init=False, repr=False)
    _answers: dict[tuple[str, str], Decision] = field(init=False, repr=False)
    _earlier: dict[tuple[str, str], Decision] = field(init=False, repr=False)

    def __post_init__(self) -> None:
        document = json.loads(self.start) if isinstance(self.start, str) else dict(self.start)
        self.start = laid_out(document)
        if wrong := malformed(self.start, _exists):
            raise ValueError(f"Start with a policy that KMS accepts. {wrong}")
        self.document, self._before = document, parse_key_policy(self.start)
        self._in_force = self._before
        self.text = self.text or self.start
        self._answers = self._earlier = self._decide_all()

    def read(self) -> str:
        """Read ``text``. Returns why it is not a valid policy, or an empty string.

        As long as it is not valid, ``matrix`` and ``decision`` are about the last valid policy.
        """
        try:
            document = json.loads(self.text)
        except json.JSONDecodeError as error:
            return f"This is not JSON: {error.msg}, at line {error.lineno}, character {error.colno}."
        except RecursionError:
            return "This JSON is nested too deeply."
        if wrong := malformed(self.text, _exists):
            return f"MalformedPolicyDocumentException: {wrong}"
        self.document, self._in_force = document, parse_key_policy(self.text)
        return ""

    def put_by(self, user: str) -> str:
        """The code and message of PutKeyPolicy's error if ``user`` puts this policy; empty if it is accepted."""
        caller = self._caller(user)
        before = KeyFacts(KEY_ARN, self._before)
        if not decide(Request(caller, "kms:PutKeyPolicy", before)).allowed:
            return "AccessDeniedException"
        if locks_out(caller, before, self._in_force):
            return f"MalformedPolicyDocumentException: {LOCKOUT_MESSAGE}"
        return ""

    def matrix(self) -> dict[tuple[str, str], tuple[bool, str]]:
        """Allowed or denied, and a short reason, by caller and action.

        An answer that the last change turned round is marked, until another change turns one.
        """
        answers = self._decide_all()
        if any(answers[place].allowed is not self._answers[place].allowed for place in answers):
            self._earlier = self._answers
        self._answers = answers
        cells = {}
        for place, now in answers.items():
            words = SHORT.get(now.reason, str(now.reason))
            changed = now.allowed is not self._earlier[place].allowed
            cells[place] = (now.allowed, f"{words} ← changed" if changed else words)
        return cells

    def decision(self) -> Decision:
        """The answer to the question. Raises ``ValueError`` for a context that is not written as name=value."""
        return self._decide(self._in_force, self.caller, self.action, self._context)

    @property
    def _context(self) -> dict[str, str]:
        return parse_context(self.context)

    def _caller(self, name: str) -> Caller:
        user = "Uma" if name == THROUGH_EC2 else name
        policies = {"student": (_ADMINISTRATOR,), "Bea": (_BEAS,) if self.bea_has_iam else ()}
        return Caller(Kind.USER, arn_of(user), ACCOUNT, identity_policies=policies.get(user, ()))

    def _decide_all(self) -> dict[tuple[str, str], Decision]:
        policy, context = self._in_force, self._context
        return {
            (caller, action): self._decide(policy, caller, action, context)
            for caller in CALLERS
            for action in ACTIONS
        }

    def _decide(self, policy: Policy, caller: str, action: str, context: Mapping[str, str]) -> Decision:
        through = f"ec2.{REGION}.amazonaws.com" if caller == THROUGH_EC2 else None
        return decide(
            Request(
                self._caller(caller),
                f"kms:{action}",
                KeyFacts(KEY_ARN, policy),
                parameters={
                    "KeyId": KEY_ARN,
                    "EncryptionContext": context,
                    "GranteePrincipal": arn_of("Bea"),
                    "Operations": ["Decrypt"],
                },
                circumstances=Circumstances(
                    time=ManualClock().now(),  # when every lab starts
                    region=REGION,
                    source_ip="127.0.0.1",
                    via_service=through,
                ),
            )
        )
