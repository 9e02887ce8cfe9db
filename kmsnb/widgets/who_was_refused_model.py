"""Eight requests to AWS services and four faults: what the sender sees, and whom KMS refused.

Data only. ``tests/widgets/test_who_was_refused.py`` causes each in a lab, and compares.
"""

from dataclasses import dataclass
from typing import NamedTuple

NOBODY = "nobody"
UMA = "Uma"
GRANTEE = "somebody with a grant"
SERVICE = "the service itself"
ROLE = "the service's role"
#: Whom KMS may have refused.
CALLERS = (NOBODY, UMA, GRANTEE, SERVICE, ROLE)

NO_PERMISSION, NO_STATEMENT, REVOKED, DISABLED = "no permission", "no statement", "revoked", "disabled"
#: The faults, and what the widget calls them.
FAULTS = {
    "none": "nothing is wrong",
    NO_PERMISSION: "Uma has no permission for the key",
    NO_STATEMENT: "the key policy names no service or role",
    REVOKED: "the grants on the key were revoked",
    DISABLED: "the key is disabled",
}


class Outcome(NamedTuple):
    """What the sender sees, and what KMS was asked: by whom, for what, and its error, which is empty if it agreed."""

    seen: str
    caller: str
    principal: str
    operation: str
    error: str = ""

    @property
    def refused(self) -> str:
        """Whom KMS refused, one of ``CALLERS``."""
        return self.caller if self.error else NOBODY


@dataclass(frozen=True)
class Request:
    """A request of Uma's to a service, which asks KMS as ``principal``; ``needs`` is the fault that denies it that.

    ``denied`` and ``disabled`` are what Uma sees then.
    """

    label: str
    name: str
    service: str
    caller: str
    principal: str
    operation: str
    needs: str
    denied: str
    disabled: str
    because: str

    def outcome(self, fault: str) -> Outcome:
        """What comes of the request under a fault, a key of ``FAULTS``."""
        asked = self.caller, self.principal, self.operation
        if fault == DISABLED:
            return Outcome(f"✗ {self.disabled}", *asked, "DisabledException")
        if fault == self.needs:
            return Outcome(f"✗ {self.denied}", *asked, "AccessDenied")
        return Outcome("✓", *asked)


_NOT_ACCESSIBLE = "KMSKeyNotAccessibleFault"
REQUESTS = {
    "parameter": Request(
        "read a SecureString",
        "GetParameter",
        "Parameter Store",
        UMA,
        "user/Uma",
        "Decrypt",
        NO_PERMISSION,
        "AccessDeniedException",
        "InvalidKeyId",
        "Parameter Store decrypts in the caller's name.",
    ),
    "secret": Request(
        "read a secret",
        "GetSecretValue",
        "Secrets Manager",
        UMA,
        "user/Uma",
        "Decrypt",
        NO_PERMISSION,
        "AccessDeniedException",
        "DecryptionFailure",
        "Secrets Manager decrypts in the caller's name.",
    ),
    "disk": Request(
        "attach a disk",
        "AttachVolume",
        "Amazon EC2",
        UMA,
        "user/Uma",
        "CreateGrant",
        NO_PERMISSION,
        "CustomerKeyHasBeenRevoked",
        "CustomerKeyHasBeenRevoked",
        "Each attachment makes a new grant, in the caller's name.",
    ),
    "database": Request(
        "start a database",
        "StartDBInstance",
        "Amazon RDS",
        GRANTEE,
        "rds.us-east-1.amazonaws.com",
        "Decrypt",
        REVOKED,
        _NOT_ACCESSIBLE,
        _NOT_ACCESSIBLE,
        "RDS has had a grant since the database was created.",
    ),
    "function": Request(
        "start a function",
        "Invoke",
        "AWS Lambda",
        GRANTEE,
        "assumed-role/run-shop/shop",
        "Decrypt",
        REVOKED,
        "KMSAccessDeniedException",
        "KMSDisabledException",
        "The function's session has had a grant since the function was created.",
    ),
    "message": Request(
        "publish to an encrypted queue",
        "Publish",
        "Amazon SNS",
        SERVICE,
        "sns.amazonaws.com",
        "GenerateDataKey",
        NO_STATEMENT,
        "nothing arrives",
        "nothing arrives",
        "SNS delivers as itself, and the sender doesn't hear of it.",
    ),
    "trail": Request(
        "create a trail",
        "CreateTrail",
        "AWS CloudTrail",
        SERVICE,
        "cloudtrail.amazonaws.com",
        "GenerateDataKey",
        NO_STATEMENT,
        "InsufficientEncryptionPolicyException",
        "KmsException",
        "CloudTrail asks as itself.",
    ),
    "group": Request(
        "launch an instance",
        "SetDesiredCapacity",
        "Auto Scaling",
        ROLE,
        "assumed-role/AWSServiceRoleForAutoScaling/AutoScaling",
        "GenerateDataKeyWithoutPlaintext",
        NO_STATEMENT,
        "no instance",
        "no instance",
        "Auto Scaling launches instances as its service-linked role.",
    ),
}


@dataclass
class WhoWasRefusedModel:
    """A request, a key of ``REQUESTS``, under a fault, a key of ``FAULTS``; and the learner's ``guess`` if there is one."""

    request: str = "parameter"
    fault: str = NO_PERMISSION
    guess: str = ""

    @property
    def asked(self) -> Request:
        """The request."""
        return REQUESTS[self.request]

    @property
    def outcome(self) -> Outcome:
        """What comes of it."""
        return self.asked.outcome(self.fault)

    @property
    def right(self) -> bool:
        """Whether the guess names the caller that KMS refused."""
        return self.guess == self.outcome.refused

    def reason(self) -> str:
        """Why KMS refused that caller, or nobody."""
        if self.fault == DISABLED:
            return f"{self.asked.because} And nobody can use a disabled key."
        if self.outcome.error or self.fault == "none":
            return self.asked.because
        return f"{self.asked.because} This fault doesn't concern it."
