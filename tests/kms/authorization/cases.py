"""Policy cases: who asks what of which key, the rule of AWS's documentation it is about, and what comes of it.

A case's rule begins with the page: DG is the AWS KMS Developer Guide, API the KMS API Reference, IAM the IAM User Guide.
"""

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from kmsnb.kms.authorization import Caller, Circumstances, GrantFacts, KeyFacts, Reason

from .world import (
    ABC,
    ADMINISTRATOR,
    ALIAS,
    AUDITOR,
    BOB,
    DELEGATES,
    EC2,
    FEDERATED,
    KEY,
    MAI,
    ORGANIZATION,
    OTHER_KEY,
    OURS,
    PATH,
    ROOT,
    THEIR_ROLE,
    THEIR_ROOT,
    THEIRS,
    XYZ,
    allow,
    caller,
    deny,
    endpoint,
    grant,
    key,
    may,
    may_not,
    place,
    role_arn,
    session_arn,
    user_arn,
)


@dataclass(frozen=True)
class Case:
    """One row. Without ``key`` the action is about no key."""

    id: str
    rule: str
    caller: Caller
    action: str
    key: KeyFacts | None
    reason: Reason
    parameters: dict[str, Any] = field(default_factory=dict)
    circumstances: Circumstances = field(default_factory=Circumstances)
    grant_tokens: frozenset[str] = frozenset()
    resource: str = "*"
    same_key: bool | None = None
    retired: GrantFacts | None = None


R = Reason
ARTICLE_USER = caller(ABC)
ADMIN = caller(XYZ, ADMINISTRATOR)
EXPLICIT = "IAM Policy evaluation logic: an explicit deny in any policy overrides any allow"
KEY_POLICY = "DG Key policies: the key policy may allow directly"
ROOT_STATEMENT = "DG Default key policy: the account statement lets IAM policies allow, and no more"
NEEDED = "DG Key policies: without permission from the key policy, IAM policies that allow have no effect"
DIRECT = "IAM Policy evaluation logic: what a key policy gives the caller itself, no implicit deny limits"
LIMITED = "IAM Policy evaluation logic: boundary and session policies limit what is given to a role's ARN"
INTERSECTION = "IAM Policy evaluation logic: identity policies count within boundary and session policies"
PRINCIPALS = "IAM Principal element"
NOT_PRINCIPAL = "IAM NotPrincipal element: with Deny list the account, the role and the session as well"
CROSS = "DG Allowing users in other accounts: both the key policy and an IAM policy are needed"
NOT_CROSS = "DG AWS KMS permissions: cross-account use is effective for some operations only"
GRANTS = "DG Grants in AWS KMS: a grant allows its grantee its operations"
CONSTRAINT = "API GrantConstraints"
CHILD = "DG Creating grants: a grant made by right of a grant is equally strict or stricter"
RETIRE = "DG Retiring and revoking grants"
IAM_ALONE = "DG AWS KMS permissions: policy type IAM policy"
ALIASES = "DG Controlling access to aliases"
ACTION = "IAM Action and NotAction elements"
RESOURCE = "IAM Resource and NotResource elements"
VARIABLE = "IAM Variables and tags"
CONDITION_KEY = "DG AWS KMS condition keys"
GLOBAL = "DG AWS global condition keys"
ABAC = "DG ABAC for AWS KMS: aliases and tags of the key can be used in IAM policies only"
NO_EFFECT = "API PutKeyPolicy: a statement without Action or Resource has no effect"
MALFORMED = "(no rule: AWS stores no such policy; here it never allows, and a Deny denies)"
SCP = "Organizations SCP evaluation: each level has to allow, and a Deny at any level denies"
SCP_SCOPE = "Organizations SCPs: service-linked roles are not affected"
RCP = "Organizations RCP evaluation: RCPs limit what anyone may do with resources of the account"
RCP_SCOPE = "Organizations RCPs: not AWS managed keys, kms:RetireGrant or service-linked roles"
ENDPOINT = "DG Connect to an AWS KMS VPC endpoint: the endpoint policy has to allow too"
SERVICES = "DG Permissions for AWS services in key policies"


def _use(*statements: Any, who: Caller = ARTICLE_USER, **more: Any) -> dict[str, Any]:
    return {"caller": who, "action": "Decrypt", "key": key(*statements), **more}


def _if(operator: str, condition_key: str, *values: Any) -> dict[str, Any]:
    return {"Condition": {operator: {condition_key: list(values)}}}


def _keyed(id: str, statement_actions: str, condition: dict, expected: bool, **more: Any) -> Case:
    """A key policy that allows ABC an action under a condition on one of KMS's condition keys."""
    facts = more.pop("facts", {})
    return Case(
        f"key-{id}",
        f"{CONDITION_KEY}: {next(iter(next(iter(condition['Condition'].values()))))}",
        more.pop("who", ARTICLE_USER),
        more.pop("action", statement_actions),
        key(allow(ABC, statement_actions, **condition), **facts),
        R.KEY_POLICY if expected else R.NOT_IN_KEY_POLICY,
        **more,
    )


def _iam_keyed(id: str, action: str, condition: dict, expected: bool, **more: Any) -> Case:
    """An IAM policy that allows ABC an action without a key, under a condition."""
    rule = f"{CONDITION_KEY}: {next(iter(next(iter(condition['Condition'].values()))))}"
    reason = R.IAM if expected else R.NOT_IN_IAM_POLICY
    return Case(f"iam-{id}", rule, caller(ABC, may(action, **condition)), action, None, reason, **more)


AT_NINE = datetime(2026, 1, 5, 9, tzinfo=UTC)
ORDERS = f"arn:aws:rds:us-east-1:{OURS}:db:orders"
FOR_ORDERS = Circumstances(source_arn=ORDERS)
VIA_EC2 = Circumstances(via_service=EC2)
CONTEXT = {"EncryptionContext": {"AppName": "ExampleApp"}}
SHARED = allow(
    THEIR_ROOT, "Encrypt", "Decrypt", "ReEncrypt*", "GenerateDataKey*", "DescribeKey", "CreateGrant"
)
NEW_GRANT = {"GranteePrincipal": XYZ, "Operations": ["Decrypt"]}


def _child(id: str, expected: bool, parent: dict[str, Any], **new: Any) -> Case:
    """ABC has CreateGrant, Encrypt and Decrypt from a grant with constraints, and makes another grant by it."""
    circumstances = new.pop("circumstances", Circumstances())
    facts = grant(ABC, "CreateGrant", "Encrypt", "Decrypt", Constraints=parent)
    reason = R.GRANT if expected else R.NOT_IN_KEY_POLICY
    parameters = {**NEW_GRANT, **new}
    return Case(
        f"child-{id}",
        CHILD,
        ARTICLE_USER,
        "CreateGrant",
        key(allow(XYZ, "kms:*"), grants=(facts,)),
        reason,
        parameters,
        circumstances,
    )


def _granted(
    id: str, reason: Reason, facts: GrantFacts, *statements: Any, rule: str = GRANTS, **more: Any
) -> Case:
    """A key whose policy is for XYZ alone, with one grant."""
    who = more.pop("who", ARTICLE_USER)
    policy = (allow(XYZ, "kms:*"), *statements)
    return Case(
        f"grant-{id}", rule, who, more.pop("action", "Decrypt"), key(*policy, grants=(facts,)), reason, **more
    )


def _retiring(
    id: str,
    expected: bool,
    who: Caller,
    facts: GrantFacts,
    *statements: Any,
    reason: Reason = R.NOT_RETIRABLE,
) -> Case:
    policy = statements or (DELEGATES,)
    outcome = R.RETIRABLE if expected else reason
    return Case(
        f"retire-{id}", RETIRE, who, "RetireGrant", key(*policy, grants=(facts,)), outcome, retired=facts
    )


# fmt: off
# One line a case, so that they can be read as a table.
CASES = [
    # The default key policy, and what it takes
    Case("default-admin", ROOT_STATEMENT, ADMIN, "Decrypt", key(), R.KEY_POLICY_AND_IAM),
    Case("default-nobody", ROOT_STATEMENT, ARTICLE_USER, "Decrypt", key(), R.NOT_IN_IAM_POLICY),
    Case("default-root-user", ROOT_STATEMENT, caller(ROOT), "Decrypt", key(), R.KEY_POLICY),
    Case("default-iam-other-action", ROOT_STATEMENT, caller(ABC, may("Encrypt")), "Decrypt", key(), R.NOT_IN_IAM_POLICY),
    Case("default-iam-this-key", RESOURCE, caller(ABC, may("Decrypt", on=KEY)), "Decrypt", key(), R.KEY_POLICY_AND_IAM),
    Case("default-iam-other-key", RESOURCE, caller(ABC, may("Decrypt", on=OTHER_KEY)), "Decrypt", key(), R.NOT_IN_IAM_POLICY),
    Case("default-account-id", "IAM Principal element: the account ARN and the account id behave the same way", ADMIN, "Decrypt", key(allow(OURS, "kms:*")), R.KEY_POLICY_AND_IAM),
    Case("root-statement-narrow", ROOT_STATEMENT, ADMIN, "Encrypt", key(allow(ROOT, "Decrypt")), R.NOT_IN_KEY_POLICY),
    Case("root-user-needs-policy", "DG Key policies: not even the account root user has permissions unless they are given", caller(ROOT), "Decrypt", key(allow(ABC, "kms:*")), R.NOT_IN_KEY_POLICY),
    Case("root-user-denied", EXPLICIT, caller(ROOT), "Decrypt", key(DELEGATES, deny(ROOT, "Decrypt")), R.DENY_IN_KEY_POLICY),
    Case("iam-alone", NEEDED, ADMIN, "Decrypt", key(allow(ABC, "kms:*")), R.NOT_IN_KEY_POLICY),
    Case("iam-role-alone", NEEDED, caller(MAI, ADMINISTRATOR), "Decrypt", key(allow(ABC, "kms:*")), R.NOT_IN_KEY_POLICY),
    Case("creator-has-nothing", "DG Key policies: the key's creator has no permission unless it is given", caller(ABC), "DescribeKey", key(allow(XYZ, "kms:*")), R.NOT_IN_KEY_POLICY),
    # The key policy allows directly
    Case("direct-user", KEY_POLICY, **_use(allow(ABC, "Decrypt")), reason=R.KEY_POLICY),
    Case("direct-user-list", PRINCIPALS, **_use(allow({"AWS": [XYZ, ABC]}, "Decrypt")), reason=R.KEY_POLICY),
    Case("direct-other-user", PRINCIPALS, **_use(allow(XYZ, "Decrypt")), reason=R.NOT_IN_KEY_POLICY),
    Case("direct-user-case", "IAM Principal element: the user name is case sensitive", **_use(allow(user_arn("abc"), "Decrypt")), reason=R.NOT_IN_KEY_POLICY),
    Case("direct-user-path", "IAM identifiers: a user's path is part of the ARN", caller(user_arn("team/ABC")), "Decrypt", key(allow(ABC, "Decrypt")), R.NOT_IN_KEY_POLICY),
    Case("direct-role", KEY_POLICY, **_use(allow(AUDITOR, "Decrypt"), who=caller(MAI)), reason=R.KEY_POLICY),
    Case("direct-role-other", PRINCIPALS, **_use(allow(role_arn("Other"), "Decrypt"), who=caller(MAI)), reason=R.NOT_IN_KEY_POLICY),
    Case("direct-role-path", PRINCIPALS, **_use(allow(role_arn("team/Auditor"), "Decrypt"), who=caller(MAI, source_arn=role_arn("team/Auditor"))), reason=R.KEY_POLICY),
    Case("direct-session", PRINCIPALS, **_use(allow(MAI, "Decrypt"), who=caller(MAI)), reason=R.KEY_POLICY),
    Case("direct-session-other", "IAM Principal element: principals name a specific session", **_use(allow(session_arn("Auditor", "tom"), "Decrypt"), who=caller(MAI)), reason=R.NOT_IN_KEY_POLICY),
    Case("direct-everyone", "DG Key policies: an asterisk gives every identity permission", **_use(allow("*", "Decrypt")), reason=R.KEY_POLICY),
    Case("direct-everyone-aws", PRINCIPALS, **_use(allow({"AWS": "*"}, "Decrypt")), reason=R.KEY_POLICY),
    Case("group-is-no-principal", "IAM Principal element: a user group cannot be identified as a principal", **_use(allow(f"arn:aws:iam::{OURS}:group/Users", "Decrypt")), reason=R.NOT_IN_KEY_POLICY),
    Case("partial-wildcard", "IAM Principal element: a wildcard cannot match part of a name or ARN", **_use(allow(f"arn:aws:iam::{OURS}:user/*", "Decrypt")), reason=R.NOT_IN_KEY_POLICY),
    Case("deleted-user", "IAM Principal element: a deleted user's unique id matches nobody", **_use(allow("AIDAQQQQQQQQQQQQQQQQQ", "Decrypt")), reason=R.NOT_IN_KEY_POLICY),
    Case("canonical-user", PRINCIPALS, **_use(allow({"CanonicalUser": "79a59df900b949e5"}, "Decrypt")), reason=R.NOT_IN_KEY_POLICY),
    Case("federated-provider", PRINCIPALS, **_use(allow({"Federated": "accounts.google.com"}, "Decrypt"), who=caller(MAI, federated_provider="accounts.google.com")), reason=R.KEY_POLICY),
    Case("federated-provider-other", PRINCIPALS, **_use(allow({"Federated": "accounts.google.com"}, "Decrypt"), who=caller(MAI)), reason=R.NOT_IN_KEY_POLICY),
    Case("group-policies", "IAM Policy evaluation logic: identity policies include those of the user's groups", caller(ABC, may("Encrypt"), may("Decrypt")), "Decrypt", key(), R.KEY_POLICY_AND_IAM),
    # Explicit deny
    Case("deny-key-policy", EXPLICIT, **_use(allow(ABC, "kms:*"), deny(ABC, "Decrypt")), reason=R.DENY_IN_KEY_POLICY),
    Case("deny-key-policy-account", EXPLICIT, **_use(allow(ABC, "kms:*"), deny(ROOT, "Decrypt")), reason=R.DENY_IN_KEY_POLICY),
    Case("deny-key-policy-everyone", EXPLICIT, **_use(DELEGATES, deny("*", "Decrypt"), who=ADMIN), reason=R.DENY_IN_KEY_POLICY),
    Case("deny-other-user", EXPLICIT, **_use(allow(ABC, "kms:*"), deny(XYZ, "Decrypt")), reason=R.KEY_POLICY),
    Case("deny-other-action", EXPLICIT, **_use(allow(ABC, "kms:*"), deny(ABC, "Encrypt")), reason=R.KEY_POLICY),
    Case("deny-role-hits-session", EXPLICIT, **_use(allow(MAI, "kms:*"), deny(AUDITOR, "Decrypt"), who=caller(MAI)), reason=R.DENY_IN_KEY_POLICY),
    Case("deny-iam", "DG Key policies: an IAM policy may deny without permission from the key policy", **_use(allow(ABC, "kms:*"), who=caller(ABC, may_not("Decrypt"))), reason=R.DENY_IN_IAM_POLICY),
    Case("deny-boundary", EXPLICIT, **_use(allow(ABC, "kms:*"), who=caller(ABC, boundary=[ADMINISTRATOR, may_not("Decrypt")])), reason=R.DENY_IN_BOUNDARY),
    Case("deny-session", EXPLICIT, **_use(allow(MAI, "kms:*"), who=caller(MAI, session=[ADMINISTRATOR, may_not("Decrypt")])), reason=R.DENY_IN_SESSION_POLICY),
    Case("deny-under-condition", EXPLICIT, **_use(allow(ABC, "kms:*"), deny("*", "Decrypt", **_if("StringNotEquals", "aws:PrincipalArn", XYZ))), reason=R.DENY_IN_KEY_POLICY),
    Case("deny-condition-spares", EXPLICIT, **_use(allow(ABC, "kms:*"), deny("*", "Decrypt", **_if("StringNotEquals", "aws:PrincipalArn", ABC))), reason=R.KEY_POLICY),
    # NotPrincipal
    Case("not-principal-denies", NOT_PRINCIPAL, **_use(allow(ABC, "kms:*"), deny(None, "Decrypt", NotPrincipal={"AWS": XYZ})), reason=R.DENY_IN_KEY_POLICY),
    Case("not-principal-spares", NOT_PRINCIPAL, **_use(allow(ABC, "kms:*"), deny(None, "Decrypt", NotPrincipal={"AWS": [ABC, ROOT]})), reason=R.KEY_POLICY),
    Case("not-principal-without-account", NOT_PRINCIPAL, **_use(allow(ABC, "kms:*"), deny(None, "Decrypt", NotPrincipal={"AWS": ABC})), reason=R.DENY_IN_KEY_POLICY),
    Case("not-principal-session-without-role", NOT_PRINCIPAL, **_use(allow(MAI, "kms:*"), deny(None, "Decrypt", NotPrincipal={"AWS": [MAI, ROOT]}), who=caller(MAI)), reason=R.DENY_IN_KEY_POLICY),
    Case("not-principal-session-in-full", NOT_PRINCIPAL, **_use(allow(MAI, "kms:*"), deny(None, "Decrypt", NotPrincipal={"AWS": [MAI, AUDITOR, ROOT]}), who=caller(MAI)), reason=R.KEY_POLICY),
    Case("not-principal-root-user", NOT_PRINCIPAL, **_use(DELEGATES, deny(None, "Decrypt", NotPrincipal={"AWS": ROOT}), who=caller(ROOT)), reason=R.KEY_POLICY),
    Case("not-principal-root-user-by-id", NOT_PRINCIPAL, **_use(DELEGATES, deny(None, "Decrypt", NotPrincipal={"AWS": OURS}), who=caller(ROOT)), reason=R.KEY_POLICY),
    Case("not-principal-boundary", "IAM NotPrincipal element: with Deny it always denies a principal that has a permissions boundary", **_use(allow(ABC, "kms:*"), deny(None, "Decrypt", NotPrincipal={"AWS": [ABC, ROOT]}), who=caller(ABC, boundary=[ADMINISTRATOR])), reason=R.DENY_IN_KEY_POLICY),
    Case("not-principal-boundary-allow", "IAM NotPrincipal element: with Allow all others are allowed", **_use(allow(None, "Decrypt", NotPrincipal={"AWS": ABC}), who=caller(ABC, boundary=[ADMINISTRATOR])), reason=R.NOT_IN_KEY_POLICY),
    Case("not-principal-allow", "IAM NotPrincipal element: with Allow all others are allowed", **_use(allow(None, "Decrypt", NotPrincipal={"AWS": XYZ})), reason=R.KEY_POLICY),
    Case("not-principal-allow-spares", "IAM NotPrincipal element: with Allow all others are allowed", **_use(allow(None, "Decrypt", NotPrincipal={"AWS": ABC})), reason=R.NOT_IN_KEY_POLICY),
    Case("not-principal-service", NOT_PRINCIPAL, **_use(allow("*", "kms:*"), deny(None, "Decrypt", NotPrincipal={"Service": "logs.amazonaws.com"}), who=caller("logs.amazonaws.com")), reason=R.KEY_POLICY),
    # Boundary and session policies
    Case("boundary-not-user", DIRECT, **_use(allow(ABC, "Decrypt"), who=caller(ABC, boundary=[may("s3:*")])), reason=R.KEY_POLICY),
    Case("boundary-limits-iam", INTERSECTION, **_use(DELEGATES, who=caller(ABC, ADMINISTRATOR, boundary=[may("s3:*")])), reason=R.NOT_IN_BOUNDARY),
    Case("boundary-within", INTERSECTION, **_use(DELEGATES, who=caller(ABC, ADMINISTRATOR, boundary=[may("Decrypt")])), reason=R.KEY_POLICY_AND_IAM),
    Case("boundary-gives-nothing", INTERSECTION, **_use(DELEGATES, who=caller(ABC, boundary=[ADMINISTRATOR])), reason=R.NOT_IN_IAM_POLICY),
    Case("boundary-limits-role", LIMITED, **_use(allow(AUDITOR, "Decrypt"), who=caller(MAI, boundary=[may("s3:*")])), reason=R.NOT_IN_BOUNDARY),
    Case("boundary-not-session", DIRECT, **_use(allow(MAI, "Decrypt"), who=caller(MAI, boundary=[may("s3:*")])), reason=R.KEY_POLICY),
    Case("session-limits-role", LIMITED, **_use(allow(AUDITOR, "Decrypt"), who=caller(MAI, session=[may("Encrypt")])), reason=R.NOT_IN_SESSION_POLICY),
    Case("session-within-role", LIMITED, **_use(allow(AUDITOR, "Decrypt"), who=caller(MAI, session=[may("Decrypt")])), reason=R.KEY_POLICY),
    Case("session-not-session", DIRECT, **_use(allow(MAI, "Decrypt"), who=caller(MAI, session=[may("Encrypt")])), reason=R.KEY_POLICY),
    Case("session-limits-iam", INTERSECTION, **_use(DELEGATES, who=caller(MAI, ADMINISTRATOR, session=[may("Encrypt")])), reason=R.NOT_IN_SESSION_POLICY),
    Case("session-and-boundary", INTERSECTION, **_use(DELEGATES, who=caller(MAI, ADMINISTRATOR, boundary=[may("Decrypt")], session=[may("Decrypt")])), reason=R.KEY_POLICY_AND_IAM),
    Case("session-not-everyone", "IAM Principal element: limits do not touch what is given to * under aws:PrincipalArn", **_use(allow("*", "Decrypt", **_if("ArnEquals", "aws:PrincipalArn", AUDITOR)), who=caller(MAI, session=[may("s3:*")])), reason=R.KEY_POLICY),
    Case("role-needs-no-iam", "IAM Policy evaluation logic: an Allow in either policy is enough in one account", **_use(allow(AUDITOR, "Decrypt"), who=caller(MAI)), reason=R.KEY_POLICY),
    Case("federated-itself", DIRECT, **_use(allow(FEDERATED, "Decrypt"), who=caller(FEDERATED)), reason=R.KEY_POLICY),
    Case("federated-by-its-user", LIMITED, **_use(allow(user_arn("Federator"), "Decrypt"), who=caller(FEDERATED)), reason=R.NOT_IN_SESSION_POLICY),
    Case("federated-by-its-user-with-session", LIMITED, **_use(allow(user_arn("Federator"), "Decrypt"), who=caller(FEDERATED, session=[may("Decrypt")])), reason=R.KEY_POLICY),
    Case("federated-needs-session-policy", "IAM Policy evaluation logic: a federated session without a session policy is denied", **_use(DELEGATES, who=caller(FEDERATED, ADMINISTRATOR)), reason=R.NOT_IN_SESSION_POLICY),
    # Other accounts
    Case("cross-both", CROSS, caller(BOB, may("Decrypt")), "Decrypt", key(SHARED), R.BOTH_ACCOUNTS),
    Case("cross-key-policy-alone", CROSS, caller(BOB), "Decrypt", key(SHARED), R.NOT_IN_IAM_POLICY),
    Case("cross-user-named-alone", CROSS, caller(BOB), "Decrypt", key(allow(BOB, "Decrypt")), R.NOT_IN_IAM_POLICY),
    Case("cross-user-named-both", CROSS, caller(BOB, may("Decrypt")), "Decrypt", key(allow(BOB, "Decrypt")), R.BOTH_ACCOUNTS),
    Case("cross-role-named", CROSS, caller(session_arn("Engineering", "bob", THEIRS), may("Decrypt")), "Decrypt", key(allow(THEIR_ROLE, "Decrypt")), R.BOTH_ACCOUNTS),
    Case("cross-iam-alone", CROSS, caller(BOB, ADMINISTRATOR), "Decrypt", key(), R.OTHER_ACCOUNT),
    Case("cross-everyone", "DG Key policies: with * users of other accounts need permission in their own", caller(BOB), "Decrypt", key(allow("*", "Decrypt")), R.NOT_IN_IAM_POLICY),
    Case("cross-root-user", CROSS, caller(THEIR_ROOT), "Decrypt", key(SHARED), R.BOTH_ACCOUNTS),
    Case("cross-boundary", CROSS, caller(BOB, may("Decrypt"), boundary=[may("s3:*")]), "Decrypt", key(allow(BOB, "Decrypt")), R.NOT_IN_BOUNDARY),
    Case("cross-iam-other-key", CROSS, caller(BOB, may("Decrypt", on=OTHER_KEY)), "Decrypt", key(SHARED), R.NOT_IN_IAM_POLICY),
    Case("cross-management", NOT_CROSS, caller(BOB, ADMINISTRATOR), "ScheduleKeyDeletion", key(allow(THEIR_ROOT, "kms:*")), R.NOT_ACROSS_ACCOUNTS),
    Case("cross-tags", NOT_CROSS, caller(BOB, ADMINISTRATOR), "TagResource", key(allow(THEIR_ROOT, "kms:*")), R.NOT_ACROSS_ACCOUNTS),
    Case("cross-describe", NOT_CROSS, caller(BOB, may("DescribeKey")), "DescribeKey", key(SHARED), R.BOTH_ACCOUNTS),
    Case("cross-grants", NOT_CROSS, caller(BOB, may("CreateGrant")), "CreateGrant", key(SHARED), R.BOTH_ACCOUNTS, NEW_GRANT),
    Case("cross-denied-at-home", EXPLICIT, caller(BOB, may("Decrypt"), may_not("Decrypt")), "Decrypt", key(SHARED), R.DENY_IN_IAM_POLICY),
    Case("cross-caller-account", f"{CONDITION_KEY}: kms:CallerAccount", caller(BOB, may("Decrypt")), "Decrypt", key(allow("*", "Decrypt", **_if("StringEquals", "kms:CallerAccount", OURS))), R.OTHER_ACCOUNT),
    # Operations without a key, aliases
    Case("create-key", IAM_ALONE, caller(ABC, may("CreateKey")), "CreateKey", None, R.IAM),
    Case("create-key-denied", IAM_ALONE, caller(ABC), "CreateKey", None, R.NOT_IN_IAM_POLICY),
    Case("create-key-in-key-policy", IAM_ALONE, caller(ABC), "CreateKey", key(allow(ABC, "kms:*")), R.NOT_IN_IAM_POLICY),
    Case("create-key-root", IAM_ALONE, caller(ROOT), "CreateKey", None, R.ROOT),
    Case("list-keys-on-a-key", "DG AWS KMS permissions: the Resource element must be *", caller(ABC, may("ListKeys", on=KEY)), "ListKeys", None, R.NOT_IN_IAM_POLICY),
    Case("list-keys", IAM_ALONE, caller(ABC, may("List*")), "ListKeys", None, R.IAM),
    Case("list-aliases", IAM_ALONE, caller(ABC, may("ListAliases")), "ListAliases", None, R.IAM),
    Case("random", IAM_ALONE, caller(ABC, may("GenerateRandom")), "GenerateRandom", None, R.IAM),
    Case("random-denied", EXPLICIT, caller(ABC, ADMINISTRATOR, may_not("GenerateRandom")), "GenerateRandom", None, R.DENY_IN_IAM_POLICY),
    Case("random-boundary", INTERSECTION, caller(ABC, ADMINISTRATOR, boundary=[may("s3:*")]), "GenerateRandom", None, R.NOT_IN_BOUNDARY),
    Case("retirable-of-another-account", "API ListRetirableGrants: enter a principal in your account", ADMIN, "ListRetirableGrants", None, R.NOT_ACROSS_ACCOUNTS, resource=BOB),
    Case("alias", ALIASES, caller(ABC, may("CreateAlias", on=ALIAS)), "CreateAlias", None, R.IAM, resource=ALIAS),
    Case("alias-pattern", ALIASES, caller(ABC, may("CreateAlias", on=f"arn:aws:kms:us-east-1:{OURS}:alias/te*")), "CreateAlias", None, R.IAM, resource=ALIAS),
    Case("alias-other", ALIASES, caller(ABC, may("CreateAlias", on=f"{ALIAS}2")), "CreateAlias", None, R.NOT_IN_IAM_POLICY, resource=ALIAS),
    Case("alias-restricted", ALIASES, caller(ABC, may("*Alias"), may_not("*Alias", on=ALIAS)), "DeleteAlias", None, R.DENY_IN_IAM_POLICY, resource=ALIAS),
    Case("alias-elsewhere", ALIASES, ADMIN, "CreateAlias", None, R.NOT_ACROSS_ACCOUNTS, resource=ALIAS.replace(OURS, THEIRS)),
    Case("alias-no-condition-keys", "DG Controlling access to aliases: no condition keys where the resource is an alias", caller(ABC, may("CreateAlias", **_if("StringEquals", "kms:CallerAccount", OURS))), "CreateAlias", None, R.NOT_IN_IAM_POLICY, resource=ALIAS),
    Case("alias-arn-is-no-key", "DG ABAC for AWS KMS: an alias in the Resource element is not the key it points to", caller(ABC, may("Decrypt", on=ALIAS)), "Decrypt", key(aliases=("alias/test",)), R.NOT_IN_IAM_POLICY),
    # Grants
    _granted("user", R.GRANT, grant(ABC, "Decrypt")),
    _granted("other-user", R.NOT_IN_KEY_POLICY, grant(BOB, "Decrypt")),
    _granted("other-operation", R.NOT_IN_KEY_POLICY, grant(ABC, "Encrypt")),
    _granted("role", R.GRANT, grant(AUDITOR, "Decrypt"), who=caller(MAI)),
    _granted("session", R.GRANT, grant(MAI, "Decrypt"), who=caller(MAI)),
    _granted("session-other", R.NOT_IN_KEY_POLICY, grant(session_arn("Auditor", "tom"), "Decrypt"), who=caller(MAI)),
    _granted("role-limited", R.NOT_IN_SESSION_POLICY, grant(AUDITOR, "Decrypt"), who=caller(MAI, session=[may("Encrypt")]), rule=LIMITED),
    _granted("account", R.GRANT, grant(ROOT, "Decrypt"), who=caller(ABC, may("Decrypt"))),
    _granted("account-without-iam", R.NOT_IN_IAM_POLICY, grant(ROOT, "Decrypt")),
    _granted("cross-account", R.GRANT, grant(BOB, "Decrypt"), who=caller(BOB), rule="DG Troubleshooting key access: a grant or an IAM policy may allow use of another account's key"),
    _granted("denied-by-key-policy", R.DENY_IN_KEY_POLICY, grant(ABC, "Decrypt"), deny(ABC, "Decrypt"), rule="DG kms:EncryptionAlgorithm: a Deny takes precedence over all grants"),
    _granted("denied-by-iam", R.DENY_IN_IAM_POLICY, grant(ABC, "Decrypt"), who=caller(ABC, may_not("Decrypt")), rule=EXPLICIT),
    _granted("ungrantable", R.NOT_IN_KEY_POLICY, grant(ABC, "ScheduleKeyDeletion"), action="ScheduleKeyDeletion", rule="API CreateGrant: only grant operations are permitted in a grant"),
    _granted("describe", R.GRANT, grant(ABC, "DescribeKey"), action="DescribeKey"),
    _granted("new-without-token", R.NOT_IN_KEY_POLICY, grant(ABC, "Decrypt", settled=False), rule="DG Using a grant token"),
    _granted("new-with-token", R.GRANT, grant(ABC, "Decrypt", settled=False), rule="DG Using a grant token", grant_tokens=frozenset({"g1"})),
    _granted("token-of-another", R.NOT_IN_KEY_POLICY, grant(ABC, "Decrypt", settled=False), rule="DG Using a grant token", grant_tokens=frozenset({"g2"})),
    _granted("equals", R.GRANT, grant(ABC, "Decrypt", Constraints={"EncryptionContextEquals": {"AppName": "ExampleApp"}}), rule=CONSTRAINT, parameters=CONTEXT),
    _granted("equals-more", R.NOT_IN_KEY_POLICY, grant(ABC, "Decrypt", Constraints={"EncryptionContextEquals": {"AppName": "ExampleApp"}}), rule=CONSTRAINT, parameters={"EncryptionContext": {"AppName": "ExampleApp", "Stage": "Test"}}),
    _granted("equals-none", R.NOT_IN_KEY_POLICY, grant(ABC, "Decrypt", Constraints={"EncryptionContextEquals": {"AppName": "ExampleApp"}}), rule=CONSTRAINT),
    _granted("subset", R.GRANT, grant(ABC, "Decrypt", Constraints={"EncryptionContextSubset": {"AppName": "ExampleApp"}}), rule=CONSTRAINT, parameters={"EncryptionContext": {"AppName": "ExampleApp", "Stage": "Test"}}),
    _granted("subset-missing", R.NOT_IN_KEY_POLICY, grant(ABC, "Decrypt", Constraints={"EncryptionContextSubset": {"AppName": "ExampleApp"}}), rule=CONSTRAINT, parameters={"EncryptionContext": {"Stage": "Test"}}),
    _granted("constraint-key-case", R.GRANT, grant(ABC, "Decrypt", Constraints={"EncryptionContextSubset": {"APPNAME": "ExampleApp"}}), rule=f"{CONSTRAINT}: the key is not case sensitive", parameters=CONTEXT),
    _granted("constraint-value-case", R.NOT_IN_KEY_POLICY, grant(ABC, "Decrypt", Constraints={"EncryptionContextSubset": {"AppName": "exampleapp"}}), rule=f"{CONSTRAINT}: the value is case sensitive", parameters=CONTEXT),
    _granted("constraint-not-describe", R.GRANT, grant(ABC, "DescribeKey", Constraints={"EncryptionContextEquals": {"A": "1"}}), rule=f"{CONSTRAINT}: not applied to management operations", action="DescribeKey"),
    _granted("reencrypt-from-context", R.GRANT, grant(ABC, "ReEncryptFrom", Constraints={"EncryptionContextEquals": {"A": "1"}}), rule=CONSTRAINT, action="ReEncryptFrom", parameters={"SourceEncryptionContext": {"A": "1"}, "DestinationEncryptionContext": {"A": "2"}}),
    _granted("reencrypt-to-context", R.NOT_IN_KEY_POLICY, grant(ABC, "ReEncryptTo", Constraints={"EncryptionContextEquals": {"A": "1"}}), rule=CONSTRAINT, action="ReEncryptTo", parameters={"SourceEncryptionContext": {"A": "1"}, "DestinationEncryptionContext": {"A": "2"}}),
    _granted("service", R.GRANT, grant("rds.amazonaws.com", "Decrypt", Constraints={"SourceArn": ORDERS}), rule=f"{CONSTRAINT}: SourceArn", who=caller("rds.amazonaws.com"), circumstances=FOR_ORDERS),
    _granted("service-other-source", R.NOT_IN_KEY_POLICY, grant("rds.amazonaws.com", "Decrypt", Constraints={"SourceArn": ORDERS}), rule=f"{CONSTRAINT}: SourceArn", who=caller("rds.amazonaws.com"), circumstances=Circumstances(source_arn=f"arn:aws:rds:us-east-1:{OURS}:db:other")),
    _granted("other-service", R.NOT_IN_KEY_POLICY, grant("rds.amazonaws.com", "Decrypt"), rule=GRANTS, who=caller("ec2.amazonaws.com")),
    Case("grant-account-no-iam-anywhere", GRANTS, ARTICLE_USER, "Decrypt", key(DELEGATES, grants=(grant(ROOT, "Decrypt"),)), R.NOT_IN_IAM_POLICY),
    # Grants made by right of a grant
    _child("subset-of-operations", True, {}),
    _child("same-operations", True, {}, Operations=["CreateGrant", "Encrypt", "Decrypt"]),
    _child("more-operations", False, {}, Operations=["Decrypt", "GenerateDataKey"]),
    _child("constraint-dropped", False, {"EncryptionContextSubset": {"Department": "IT"}}),
    _child("constraint-kept", True, {"EncryptionContextSubset": {"Department": "IT"}}, Constraints={"EncryptionContextSubset": {"Department": "IT"}}),
    _child("constraint-grown", True, {"EncryptionContextSubset": {"Department": "IT"}}, Constraints={"EncryptionContextSubset": {"Department": "IT", "Stage": "Test"}}),
    _child("subset-to-equals", True, {"EncryptionContextSubset": {"Department": "IT"}}, Constraints={"EncryptionContextEquals": {"Department": "IT"}}),
    _child("equals-to-subset", False, {"EncryptionContextEquals": {"Department": "IT"}}, Constraints={"EncryptionContextSubset": {"Department": "IT"}}),
    _child("equals-changed", False, {"EncryptionContextEquals": {"Department": "IT"}}, Constraints={"EncryptionContextEquals": {"Department": "HR"}}),
    _child("constraint-shrunk", False, {"EncryptionContextSubset": {"Department": "IT", "Stage": "Test"}}, Constraints={"EncryptionContextSubset": {"Department": "IT"}}),
    _child("source-kept", True, {"SourceArn": ORDERS}, circumstances=FOR_ORDERS, Constraints={"SourceArn": ORDERS}),
    _child("source-lost", False, {"SourceArn": ORDERS}, circumstances=FOR_ORDERS),
    _child("not-for-its-source", False, {"SourceArn": ORDERS}, Constraints={"SourceArn": ORDERS}),
    _child("source-dropped", False, {"SourceArn": ORDERS}),
    Case("policy-is-not-limited", "DG Creating grants: the limits don't apply to CreateGrant permission from a policy", **{**_use(allow(ABC, "CreateGrant")), "action": "CreateGrant"}, reason=R.KEY_POLICY, parameters={**NEW_GRANT, "Operations": ["Decrypt", "Encrypt", "Sign"]}),
    # Retiring
    _retiring("by-retiring-principal", True, caller(XYZ), grant(ABC, "Decrypt", RetiringPrincipal=XYZ)),
    _retiring("by-retiring-role", True, caller(MAI), grant(ABC, "Decrypt", RetiringPrincipal=AUDITOR)),
    _retiring("by-grantee", True, ARTICLE_USER, grant(ABC, "Decrypt", "RetireGrant")),
    _retiring("by-grantee-without", False, ARTICLE_USER, grant(ABC, "Decrypt")),
    _retiring("by-account", True, caller(ROOT), grant(ABC, "Decrypt")),
    _retiring("by-issuing-account", True, caller(THEIR_ROOT), grant(ABC, "Decrypt", issuer=THEIRS)),
    _retiring("by-owning-account", True, caller(ROOT), grant(BOB, "Decrypt", issuer=THEIRS)),
    _retiring("delegated-by-account", True, caller(XYZ, may("RetireGrant")), grant(ABC, "Decrypt")),
    _retiring("not-by-anyone", False, caller(XYZ), grant(ABC, "Decrypt")),
    _retiring("not-by-key-policy", False, caller(XYZ), grant(ABC, "Decrypt"), allow(XYZ, "kms:*")),
    _retiring("policy-alone-elsewhere", False, caller(BOB, may("RetireGrant")), grant(ABC, "Decrypt")),
    _retiring("retiring-account-delegates", True, caller(BOB, may("RetireGrant")), grant(ABC, "Decrypt", RetiringPrincipal=THEIR_ROOT)),
    _retiring("retiring-account-does-not", False, caller(BOB), grant(ABC, "Decrypt", RetiringPrincipal=THEIR_ROOT)),
    _retiring("denied-by-iam", False, caller(XYZ, may_not("RetireGrant")), grant(ABC, "Decrypt", RetiringPrincipal=XYZ), reason=R.DENY_IN_IAM_POLICY),
    _retiring("key-policy-cannot-deny", True, caller(XYZ), grant(ABC, "Decrypt", RetiringPrincipal=XYZ), DELEGATES, deny("*", "kms:*")),
    _retiring("constraint-does-not-matter", True, ARTICLE_USER, grant(ABC, "RetireGrant", Constraints={"SourceArn": ORDERS})),
    _retiring("by-condition-on-its-constraint", False, caller(XYZ, may_not("RetireGrant", **_if("StringEquals", "kms:EncryptionContext:A", "1"))), grant(ABC, "Decrypt", RetiringPrincipal=XYZ, Constraints={"EncryptionContextSubset": {"A": "1"}}), reason=R.DENY_IN_IAM_POLICY),
    _retiring("by-a-limited-role", False, caller(MAI, session=[may("Encrypt")]), grant(ABC, "Decrypt", RetiringPrincipal=AUDITOR)),
    _retiring("service", True, caller("rds.amazonaws.com"), grant("rds.amazonaws.com", "Decrypt", RetiringServicePrincipal="rds.amazonaws.com")),
    # AWS services
    Case("service-allowed", SERVICES, caller("logs.us-east-1.amazonaws.com"), "Encrypt", key(allow({"Service": "logs.us-east-1.amazonaws.com"}, "Encrypt")), R.KEY_POLICY),
    Case("service-other", SERVICES, caller("sns.amazonaws.com"), "Encrypt", key(allow({"Service": "logs.us-east-1.amazonaws.com"}, "Encrypt")), R.NOT_IN_KEY_POLICY),
    Case("service-source-account", f"{GLOBAL}: aws:SourceAccount", caller("sns.amazonaws.com"), "Decrypt", key(allow({"Service": "sns.amazonaws.com"}, "Decrypt", **_if("StringEquals", "aws:SourceAccount", OURS))), R.KEY_POLICY, circumstances=Circumstances(source_account=OURS)),
    Case("service-confused-deputy", f"{GLOBAL}: aws:SourceAccount", caller("sns.amazonaws.com"), "Decrypt", key(allow({"Service": "sns.amazonaws.com"}, "Decrypt", **_if("StringEquals", "aws:SourceAccount", OURS))), R.NOT_IN_KEY_POLICY, circumstances=Circumstances(source_account=THEIRS)),
    Case("service-source-arn", f"{GLOBAL}: aws:SourceArn", caller("sns.amazonaws.com"), "Decrypt", key(allow({"Service": "sns.amazonaws.com"}, "Decrypt", **_if("ArnLike", "aws:SourceArn", f"arn:aws:sns:*:{OURS}:topic-*"))), R.KEY_POLICY, circumstances=Circumstances(source_arn=f"arn:aws:sns:us-east-1:{OURS}:topic-a")),
    Case("service-account-statement", SERVICES, caller("sns.amazonaws.com"), "Decrypt", key(), R.NOT_IN_KEY_POLICY),
    Case("service-denied-by-everyone", f"{GLOBAL}: aws:PrincipalIsAWSService", caller("sns.amazonaws.com"), "Decrypt", key(allow({"Service": "sns.amazonaws.com"}, "Decrypt"), deny("*", "Decrypt", **_if("Bool", "aws:PrincipalIsAWSService", "true"))), R.DENY_IN_KEY_POLICY),
    Case("aws-managed-key", "DG kms:CallerAccount: the key policy of an AWS managed key", caller(ABC), "Decrypt", key(allow({"AWS": "*"}, "Decrypt", Condition={"StringEquals": {"kms:CallerAccount": OURS, "kms:ViaService": EC2}})), R.KEY_POLICY, circumstances=VIA_EC2),
    Case("aws-managed-key-directly", "DG kms:CallerAccount: the key policy of an AWS managed key", ADMIN, "Decrypt", key(allow({"AWS": "*"}, "Decrypt", Condition={"StringEquals": {"kms:CallerAccount": OURS, "kms:ViaService": EC2}})), R.NOT_IN_KEY_POLICY),
    # Action, Resource
    Case("action-case", f"{ACTION}: case does not matter", **_use(allow(ABC, "KMS:decrypt")), reason=R.KEY_POLICY),
    Case("action-star", ACTION, **_use(allow(ABC, "*")), reason=R.KEY_POLICY),
    Case("action-prefix", ACTION, **_use(allow(ABC, "De*")), reason=R.KEY_POLICY),
    Case("action-question-mark", ACTION, **_use(allow(ABC, "Decryp?")), reason=R.KEY_POLICY),
    Case("action-inner-star", ACTION, **{**_use(allow(ABC, "Generate*Plaintext")), "action": "GenerateDataKeyWithoutPlaintext"}, reason=R.KEY_POLICY),
    Case("action-other-service", ACTION, **_use(allow(ABC, "s3:*")), reason=R.NOT_IN_KEY_POLICY),
    Case("action-reencrypt", "DG AWS KMS permissions: kms:ReEncrypt* covers From and To", **{**_use(allow(ABC, "ReEncrypt*")), "action": "ReEncryptTo"}, reason=R.KEY_POLICY),
    Case("action-reencrypt-is-none", "DG AWS KMS permissions: ReEncrypt's permissions are ReEncryptFrom and ReEncryptTo", **{**_use(allow(ABC, "ReEncrypt")), "action": "ReEncryptTo"}, reason=R.NOT_IN_KEY_POLICY),
    Case("not-action", ACTION, **_use(allow(ABC, Action=None, NotAction="kms:Encrypt")), reason=R.KEY_POLICY),
    Case("not-action-excluded", ACTION, **_use(allow(ABC, Action=None, NotAction=["kms:Enc*", "kms:Dec*"])), reason=R.NOT_IN_KEY_POLICY),
    Case("not-action-deny", ACTION, **_use(allow(ABC, "kms:*"), deny(ABC, Action=None, NotAction="kms:Encrypt")), reason=R.DENY_IN_KEY_POLICY),
    Case("resource-this-key", RESOURCE, **_use(allow(ABC, "Decrypt", Resource=KEY)), reason=R.KEY_POLICY),
    Case("resource-other-key", RESOURCE, **_use(allow(ABC, "Decrypt", Resource=OTHER_KEY)), reason=R.NOT_IN_KEY_POLICY),
    Case("resource-pattern", RESOURCE, caller(ABC, may("Decrypt", on=f"arn:aws:kms:*:{OURS}:key/1*")), "Decrypt", key(), R.KEY_POLICY_AND_IAM),
    Case("resource-case", f"{RESOURCE}: case matters", caller(ABC, may("Decrypt", on=KEY.replace(":key/", ":KEY/"))), "Decrypt", key(), R.NOT_IN_IAM_POLICY),
    Case("not-resource", RESOURCE, caller(ABC, may("Decrypt", on=None, NotResource=OTHER_KEY)), "Decrypt", key(), R.KEY_POLICY_AND_IAM),
    Case("not-resource-excluded", RESOURCE, caller(ABC, may("Decrypt", on=None, NotResource=KEY)), "Decrypt", key(), R.NOT_IN_IAM_POLICY),
    Case("no-action-no-effect", NO_EFFECT, **_use(allow(ABC, Action=None)), reason=R.NOT_IN_KEY_POLICY),
    Case("no-resource-no-effect", NO_EFFECT, **_use(allow(ABC, "kms:*", Resource=None)), reason=R.NOT_IN_KEY_POLICY),
    Case("deny-no-resource-no-effect", NO_EFFECT, **_use(allow(ABC, "kms:*"), deny(ABC, "kms:*", Resource=None)), reason=R.KEY_POLICY),
    # Policy variables
    Case("variable-username", VARIABLE, **_use(allow("*", "Decrypt", **_if("StringEquals", "kms:EncryptionContext:user", "${aws:username}"))), reason=R.KEY_POLICY, parameters={"EncryptionContext": {"user": "ABC"}}),
    Case("variable-username-other", VARIABLE, **_use(allow("*", "Decrypt", **_if("StringEquals", "kms:EncryptionContext:user", "${aws:username}"))), reason=R.NOT_IN_KEY_POLICY, parameters={"EncryptionContext": {"user": "XYZ"}}),
    Case("variable-role-has-no-username", VARIABLE, **_use(allow("*", "Decrypt", **_if("StringEquals", "kms:EncryptionContext:user", "${aws:username}")), who=caller(MAI)), reason=R.NOT_IN_KEY_POLICY, parameters={"EncryptionContext": {"user": "mai"}}),
    Case("variable-missing-negated", f"{VARIABLE}: inverted operators match a variable without value", **_use(allow("*", "Decrypt", **_if("StringNotEquals", "kms:EncryptionContext:user", "${aws:username}")), who=caller(MAI)), reason=R.KEY_POLICY, parameters={"EncryptionContext": {"user": "mai"}}),
    Case("variable-default", f"{VARIABLE}: default values", **_use(allow("*", "Decrypt", **_if("StringEquals", "kms:EncryptionContext:team", "${aws:PrincipalTag/team, 'all'}"))), reason=R.KEY_POLICY, parameters={"EncryptionContext": {"team": "all"}}),
    Case("variable-tag", VARIABLE, **_use(allow("*", "Decrypt", **_if("StringEquals", "kms:EncryptionContext:team", "${aws:PrincipalTag/team, 'all'}")), who=caller(ABC, tags={"team": "red"})), reason=R.KEY_POLICY, parameters={"EncryptionContext": {"team": "red"}}),
    Case("variable-value-is-no-pattern", VARIABLE, **_use(allow("*", "Decrypt", **_if("StringLike", "kms:EncryptionContext:team", "${aws:PrincipalTag/team}")), who=caller(ABC, tags={"team": "*"})), reason=R.NOT_IN_KEY_POLICY, parameters={"EncryptionContext": {"team": "red"}}),
    Case("variable-star", f"{VARIABLE}: special characters", **_use(allow("*", "Decrypt", **_if("StringLike", "kms:EncryptionContext:a", "x${*}y"))), reason=R.NOT_IN_KEY_POLICY, parameters={"EncryptionContext": {"a": "xzy"}}),
    Case("variable-star-itself", f"{VARIABLE}: special characters", **_use(allow("*", "Decrypt", **_if("StringLike", "kms:EncryptionContext:a", "x${*}${?}${$}y"))), reason=R.KEY_POLICY, parameters={"EncryptionContext": {"a": "x*?$y"}}),
    Case("variable-in-resource", VARIABLE, caller(ABC, may("CreateAlias", on=f"arn:aws:kms:us-east-1:{OURS}:alias/${{aws:username}}")), "CreateAlias", None, R.IAM, resource=ALIAS.replace("test", "ABC")),
    Case("variable-in-resource-missing", f"{VARIABLE}: a variable without value matches no resource", caller(MAI, may("CreateAlias", on=f"arn:aws:kms:us-east-1:{OURS}:alias/${{aws:username}}")), "CreateAlias", None, R.NOT_IN_IAM_POLICY, resource=ALIAS),
    Case("variable-malformed", MALFORMED, **_use(allow("*", "Decrypt", **_if("StringNotEquals", "kms:EncryptionContext:a", "${aws:username"))), reason=R.NOT_IN_KEY_POLICY),
    # Condition keys of KMS
    _keyed("context", "Decrypt", _if("StringEquals", "kms:EncryptionContext:AppName", "ExampleApp"), True, parameters=CONTEXT),
    _keyed("context-key-case", "Decrypt", _if("StringEquals", "kms:EncryptionContext:appname", "ExampleApp"), True, parameters=CONTEXT),
    _keyed("context-value-case", "Decrypt", _if("StringEquals", "kms:EncryptionContext:AppName", "exampleapp"), False, parameters=CONTEXT),
    _keyed("context-missing", "Decrypt", _if("StringEquals", "kms:EncryptionContext:AppName", "ExampleApp"), False),
    _keyed("context-of-a-grant", "CreateGrant", _if("StringEquals", "kms:EncryptionContext:AppName", "ExampleApp"), True, parameters={**NEW_GRANT, "Constraints": {"EncryptionContextSubset": {"AppName": "ExampleApp"}}}),
    _keyed("context-not-of-signing", "Sign", _if("StringEquals", "kms:EncryptionContext:AppName", "ExampleApp"), False, parameters=CONTEXT),
    _keyed("context-keys-any", "Encrypt", _if("ForAnyValue:StringEquals", "kms:EncryptionContextKeys", "AppName"), True, parameters={"EncryptionContext": {"AppName": "x", "Stage": "y"}}),
    _keyed("context-keys-any-case", "Encrypt", _if("ForAnyValue:StringEquals", "kms:EncryptionContextKeys", "appname"), False, parameters=CONTEXT),
    _keyed("context-keys-all", "Encrypt", _if("ForAllValues:StringEquals", "kms:EncryptionContextKeys", "AppName"), False, parameters={"EncryptionContext": {"AppName": "x", "Stage": "y"}}),
    _keyed("context-keys-all-empty", "Encrypt", _if("ForAllValues:StringEquals", "kms:EncryptionContextKeys", "AppName"), True),
    _keyed("context-keys-required", "Encrypt", _if("Null", "kms:EncryptionContextKeys", "false"), False),
    _keyed("context-keys-present", "Encrypt", _if("Null", "kms:EncryptionContextKeys", False), True, parameters=CONTEXT),
    _keyed("caller-account", "Decrypt", _if("StringEquals", "kms:CallerAccount", OURS), True),
    _keyed("caller-account-other", "Decrypt", _if("StringEquals", "kms:CallerAccount", THEIRS), False),
    _keyed("via-service", "Decrypt", _if("StringEquals", "kms:ViaService", EC2), True, circumstances=VIA_EC2),
    _keyed("via-service-directly", "Decrypt", _if("StringEquals", "kms:ViaService", EC2), False),
    _keyed("grant-is-for-aws", "CreateGrant", _if("Bool", "kms:GrantIsForAWSResource", "true"), True, parameters=NEW_GRANT, circumstances=VIA_EC2),
    _keyed("grant-is-for-aws-directly", "CreateGrant", _if("Bool", "kms:GrantIsForAWSResource", "true"), False, parameters=NEW_GRANT),
    _keyed("grant-is-for-aws-not-encrypt", "Encrypt", _if("Bool", "kms:GrantIsForAWSResource", "true"), False, circumstances=VIA_EC2),
    _keyed("grant-operations", "CreateGrant", _if("ForAllValues:StringEquals", "kms:GrantOperations", "Encrypt", "Decrypt"), True, parameters=NEW_GRANT),
    _keyed("grant-operations-more", "CreateGrant", _if("ForAllValues:StringEquals", "kms:GrantOperations", "Encrypt"), False, parameters=NEW_GRANT),
    _keyed("grantee", "CreateGrant", _if("StringEquals", "kms:GranteePrincipal", XYZ), True, parameters=NEW_GRANT),
    _keyed("grantee-other", "CreateGrant", _if("StringEquals", "kms:GranteePrincipal", ABC), False, parameters=NEW_GRANT),
    _keyed("grantee-service", "CreateGrant", _if("StringEquals", "kms:GranteeServicePrincipal", "rds.amazonaws.com"), True, parameters={"GranteeServicePrincipal": "rds.amazonaws.com", "Operations": ["Decrypt"]}),
    _keyed("retiring", "CreateGrant", _if("StringEquals", "kms:RetiringPrincipal", ABC, XYZ), True, parameters={**NEW_GRANT, "RetiringPrincipal": ABC}),
    _keyed("retiring-missing", "CreateGrant", _if("StringEquals", "kms:RetiringPrincipal", ABC, XYZ), False, parameters=NEW_GRANT),
    _keyed("retiring-service", "CreateGrant", _if("StringEquals", "kms:RetiringServicePrincipal", "rds.amazonaws.com"), True, parameters={**NEW_GRANT, "RetiringServicePrincipal": "rds.amazonaws.com"}),
    _keyed("constraint-type", "CreateGrant", _if("StringEquals", "kms:GrantConstraintType", "EncryptionContextEquals"), True, parameters={**NEW_GRANT, "Constraints": {"EncryptionContextEquals": {"A": "1"}}}),
    _keyed("constraint-type-other", "CreateGrant", _if("StringEquals", "kms:GrantConstraintType", "EncryptionContextEquals"), False, parameters={**NEW_GRANT, "Constraints": {"EncryptionContextSubset": {"A": "1"}}}),
    _keyed("constraint-source", "CreateGrant", _if("ArnLike", "kms:GrantConstraintSourceArn", f"arn:aws:rds:*:{OURS}:db:*"), True, parameters={**NEW_GRANT, "Constraints": {"SourceArn": ORDERS}}),
    _keyed("algorithm-default", "Encrypt", _if("StringEquals", "kms:EncryptionAlgorithm", "SYMMETRIC_DEFAULT"), True),
    _keyed("algorithm", "Encrypt", _if("StringEquals", "kms:EncryptionAlgorithm", "SYMMETRIC_DEFAULT"), False, parameters={"EncryptionAlgorithm": "RSAES_OAEP_SHA_256"}),
    _keyed("algorithm-of-data-key", "GenerateDataKey", _if("StringEquals", "kms:EncryptionAlgorithm", "SYMMETRIC_DEFAULT"), True),
    _keyed("signing-algorithm", "Sign", _if("StringLike", "kms:SigningAlgorithm", "RSASSA_PSS*"), True, parameters={"SigningAlgorithm": "RSASSA_PSS_SHA_256"}),
    _keyed("signing-algorithm-other", "Sign", _if("StringLike", "kms:SigningAlgorithm", "RSASSA_PSS*"), False, parameters={"SigningAlgorithm": "ECDSA_SHA_256"}),
    _keyed("message-type", "Sign", _if("StringEquals", "kms:MessageType", "RAW"), False, parameters={"MessageType": "DIGEST"}),
    _keyed("message-type-default", "Verify", _if("StringEquals", "kms:MessageType", "RAW"), True),
    _keyed("mac-algorithm", "GenerateMac", _if("StringEquals", "kms:MacAlgorithm", "HMAC_SHA_384", "HMAC_SHA_512"), True, parameters={"MacAlgorithm": "HMAC_SHA_512"}),
    _keyed("mac-algorithm-other", "VerifyMac", _if("StringEquals", "kms:MacAlgorithm", "HMAC_SHA_384"), False, parameters={"MacAlgorithm": "HMAC_SHA_512"}),
    _keyed("key-agreement", "DeriveSharedSecret", _if("StringEquals", "kms:KeyAgreementAlgorithm", "ECDH"), True, parameters={"KeyAgreementAlgorithm": "ECDH"}),
    _keyed("data-key-pair", "GenerateDataKeyPair", _if("StringLike", "kms:DataKeyPairSpec", "RSA*"), True, parameters={"KeyPairSpec": "RSA_2048"}),
    _keyed("data-key-pair-other", "GenerateDataKeyPair", _if("StringLike", "kms:DataKeyPairSpec", "RSA*"), False, parameters={"KeyPairSpec": "ECC_NIST_P256"}),
    _keyed("same-key", "ReEncryptFrom", _if("Bool", "kms:ReEncryptOnSameKey", "true"), True, same_key=True),
    _keyed("another-key", "ReEncryptFrom", _if("Bool", "kms:ReEncryptOnSameKey", "true"), False, same_key=False),
    _keyed("deletion-window", "ScheduleKeyDeletion", _if("NumericGreaterThanEquals", "kms:ScheduleKeyDeletionPendingWindowInDays", 14), False, parameters={"PendingWindowInDays": 7}),
    _keyed("deletion-window-default", "ScheduleKeyDeletion", _if("NumericEquals", "kms:ScheduleKeyDeletionPendingWindowInDays", "30"), True),
    _keyed("unused", "ScheduleKeyDeletion", _if("NumericGreaterThan", "kms:TrailingDaysWithoutKeyUsage", 90), True, facts={"days_without_use": 120}),
    _keyed("unused-other-operation", "Decrypt", _if("NumericGreaterThan", "kms:TrailingDaysWithoutKeyUsage", 90), False, facts={"days_without_use": 120}),
    _keyed("rotation-period", "EnableKeyRotation", _if("NumericLessThanEquals", "kms:RotationPeriodInDays", 180), False, parameters={"RotationPeriodInDays": 365}),
    _keyed("rotation-period-short", "EnableKeyRotation", _if("NumericLessThanEquals", "kms:RotationPeriodInDays", 180), True, parameters={"RotationPeriodInDays": 90}),
    _keyed("bypass", "PutKeyPolicy", _if("Null", "kms:BypassPolicyLockoutSafetyCheck", True), True),
    _keyed("bypass-set", "PutKeyPolicy", _if("Null", "kms:BypassPolicyLockoutSafetyCheck", True), False, parameters={"BypassPolicyLockoutSafetyCheck": True}),
    _keyed("policy-name", "PutKeyPolicy", _if("StringEquals", "kms:PolicyName", "default"), True),
    _keyed("key-spec", "Decrypt", _if("StringEquals", "kms:KeySpec", "SYMMETRIC_DEFAULT"), True),
    _keyed("key-spec-old-name", "Decrypt", _if("StringLike", "kms:CustomerMasterKeySpec", "RSA_*"), True, facts={"spec": "RSA_2048"}),
    _keyed("key-usage", "Sign", _if("StringEquals", "kms:KeyUsage", "SIGN_VERIFY"), True, facts={"usage": "SIGN_VERIFY"}),
    _keyed("key-origin", "Decrypt", _if("StringEquals", "kms:KeyOrigin", "AWS_KMS"), False, facts={"origin": "EXTERNAL"}),
    _keyed("multi-region", "Decrypt", _if("Bool", "kms:MultiRegion", "true"), True, facts={"multi_region_type": "PRIMARY"}),
    _keyed("multi-region-not", "Decrypt", _if("Bool", "kms:MultiRegion", "true"), False),
    _keyed("multi-region-type", "ScheduleKeyDeletion", _if("StringEquals", "kms:MultiRegionKeyType", "REPLICA"), True, facts={"multi_region_type": "REPLICA"}),
    _keyed("replica-region", "ReplicateKey", _if("StringEquals", "kms:ReplicaRegion", "us-east-1", "eu-west-3"), True, parameters={"ReplicaRegion": "eu-west-3"}),
    _keyed("primary-region", "UpdatePrimaryRegion", _if("StringLike", "kms:PrimaryRegion", "eu-*"), True, parameters={"PrimaryRegion": "eu-west-3"}),
    _keyed("expiration-model", "ImportKeyMaterial", _if("Null", "kms:ExpirationModel", True), False, parameters={"ExpirationModel": "KEY_MATERIAL_DOES_NOT_EXPIRE"}),
    _keyed("valid-to", "ImportKeyMaterial", _if("NumericLessThanEquals", "kms:ValidTo", "1798761600.0"), True, parameters={"ValidTo": datetime(2026, 12, 31, tzinfo=UTC)}),
    _keyed("wrapping-algorithm", "GetParametersForImport", _if("StringEquals", "kms:WrappingAlgorithm", "RSAES_OAEP_SHA_256"), True, parameters={"WrappingAlgorithm": "RSAES_OAEP_SHA_256", "WrappingKeySpec": "RSA_4096"}),
    _keyed("wrapping-key-spec", "GetParametersForImport", _if("StringEquals", "kms:WrappingKeySpec", "RSA_4096"), True, parameters={"WrappingAlgorithm": "RSAES_OAEP_SHA_256", "WrappingKeySpec": "RSA_4096"}),
    _keyed("request-alias", "Encrypt", _if("StringEquals", "kms:RequestAlias", "alias/test"), True, parameters={"KeyId": "alias/test"}),
    _keyed("request-alias-arn", "Encrypt", _if("StringEquals", "kms:RequestAlias", "alias/test"), True, parameters={"KeyId": ALIAS}),
    _keyed("request-alias-key-id", "Encrypt", _if("StringEquals", "kms:RequestAlias", "alias/test"), False, parameters={"KeyId": KEY}, facts={"aliases": ("alias/test",)}),
    _keyed("resource-aliases-in-key-policy", "Decrypt", _if("ForAnyValue:StringEquals", "kms:ResourceAliases", "alias/test"), False, facts={"aliases": ("alias/test",)}),
    _keyed("resource-tag-in-key-policy", "Decrypt", _if("StringEquals", "aws:ResourceTag/Purpose", "Test"), False, facts={"tags": {"Purpose": "Test"}}),
    _keyed("request-tag", "TagResource", _if("StringEquals", "aws:RequestTag/Purpose", "Test"), True, parameters={"Tags": [{"TagKey": "Purpose", "TagValue": "Test"}]}),
    _keyed("tag-keys", "UntagResource", _if("ForAllValues:StringEquals", "aws:TagKeys", "Purpose"), False, parameters={"TagKeys": ["Purpose", "Owner"]}),
    Case("resource-aliases", ABAC, caller(ABC, may("Decrypt", **_if("ForAnyValue:StringLike", "kms:ResourceAliases", "alias/te*"))), "Decrypt", key(aliases=("alias/prod", "alias/test")), R.KEY_POLICY_AND_IAM),
    Case("resource-aliases-none", ABAC, caller(ABC, may("Decrypt", **_if("ForAnyValue:StringLike", "kms:ResourceAliases", "alias/te*"))), "Decrypt", key(), R.NOT_IN_IAM_POLICY),
    Case("resource-tag", ABAC, caller(ABC, may("Decrypt", **_if("StringEquals", "aws:ResourceTag/Purpose", "Test"))), "Decrypt", key(tags={"Purpose": "Test"}), R.KEY_POLICY_AND_IAM),
    Case("resource-tag-other", ABAC, caller(ABC, may("Decrypt", **_if("StringEquals", "aws:ResourceTag/Purpose", "Test"))), "Decrypt", key(tags={"Purpose": "Prod"}), R.NOT_IN_IAM_POLICY),
    _iam_keyed("spec-of-new-key", "CreateKey", _if("StringLike", "kms:KeySpec", "RSA_*"), True, parameters={"KeySpec": "RSA_2048"}),
    _iam_keyed("spec-of-new-key-default", "CreateKey", _if("StringEquals", "kms:KeySpec", "SYMMETRIC_DEFAULT"), True),
    _iam_keyed("usage-of-new-key-default", "CreateKey", _if("StringEquals", "kms:KeyUsage", "ENCRYPT_DECRYPT"), True),
    _iam_keyed("origin-of-new-key", "CreateKey", _if("StringEquals", "kms:KeyOrigin", "AWS_KMS"), False, parameters={"Origin": "EXTERNAL"}),
    _iam_keyed("new-key-in-one-region", "CreateKey", _if("Bool", "kms:MultiRegion", False), False, parameters={"MultiRegion": True}),
    _iam_keyed("bypass-at-creation", "CreateKey", _if("Bool", "kms:BypassPolicyLockoutSafetyCheck", "false"), False),
    _iam_keyed("tags-of-new-key", "CreateKey", _if("StringEquals", "aws:RequestTag/Purpose", "Test"), True, parameters={"Tags": [{"TagKey": "Purpose", "TagValue": "Test"}]}),
    _iam_keyed("no-key-no-key-spec", "ListKeys", _if("StringEquals", "kms:KeySpec", "SYMMETRIC_DEFAULT"), False),
    # Global condition keys
    Case("principal-arn-role", f"{GLOBAL}: aws:PrincipalArn is the role's ARN", **_use(allow("*", "Decrypt", **_if("ArnEquals", "aws:PrincipalArn", AUDITOR)), who=caller(MAI)), reason=R.KEY_POLICY),
    Case("principal-arn-session", f"{GLOBAL}: aws:PrincipalArn is the role's ARN", **_use(allow("*", "Decrypt", **_if("ArnEquals", "aws:PrincipalArn", MAI)), who=caller(MAI)), reason=R.NOT_IN_KEY_POLICY),
    Case("principal-arn-pattern", f"{GLOBAL}: aws:PrincipalArn", **_use(allow("*", "Decrypt", **_if("ArnLike", "aws:PrincipalArn", f"arn:aws:iam::{OURS}:user/A*"))), reason=R.KEY_POLICY),
    Case("principal-tag", f"{GLOBAL}: aws:PrincipalTag", **_use(allow("*", "Decrypt", **_if("StringEquals", "aws:PrincipalTag/Team", "red")), who=caller(ABC, tags={"Team": "red"})), reason=R.KEY_POLICY),
    Case("principal-tag-missing", f"{GLOBAL}: aws:PrincipalTag", **_use(allow("*", "Decrypt", **_if("StringEquals", "aws:PrincipalTag/Team", "red"))), reason=R.NOT_IN_KEY_POLICY),
    Case("mfa-present", f"{GLOBAL}: aws:MultiFactorAuthPresent", **_use(allow(ABC, "Decrypt", **_if("Bool", "aws:MultiFactorAuthPresent", "true")), who=caller(ABC, mfa=True)), reason=R.KEY_POLICY),
    Case("mfa-long-term", f"{GLOBAL}: aws:MultiFactorAuthPresent is absent with long-term credentials", **_use(allow(ABC, "kms:*"), deny("*", "Decrypt", **_if("Bool", "aws:MultiFactorAuthPresent", "false"))), reason=R.KEY_POLICY),
    Case("mfa-if-exists", f"{GLOBAL}: aws:MultiFactorAuthPresent with BoolIfExists", **_use(allow(ABC, "kms:*"), deny("*", "Decrypt", **_if("BoolIfExists", "aws:MultiFactorAuthPresent", "false"))), reason=R.DENY_IN_KEY_POLICY),
    Case("mfa-age", f"{GLOBAL}: aws:MultiFactorAuthAge", **_use(allow(ABC, "Decrypt", **_if("NumericLessThan", "aws:MultiFactorAuthAge", "3600")), who=caller(ABC, mfa=True, token_issued=AT_NINE)), reason=R.KEY_POLICY, circumstances=Circumstances(time=AT_NINE + timedelta(seconds=3599))),
    Case("mfa-age-too-old", f"{GLOBAL}: aws:MultiFactorAuthAge", **_use(allow(ABC, "Decrypt", **_if("NumericLessThan", "aws:MultiFactorAuthAge", "3600")), who=caller(ABC, mfa=True, token_issued=AT_NINE)), reason=R.NOT_IN_KEY_POLICY, circumstances=Circumstances(time=AT_NINE + timedelta(hours=1))),
    Case("mfa-age-without-mfa", f"{GLOBAL}: aws:MultiFactorAuthAge is absent without MFA", **_use(allow(ABC, "Decrypt", **_if("Null", "aws:MultiFactorAuthAge", "true")), who=caller(ABC, mfa=False, token_issued=AT_NINE)), reason=R.KEY_POLICY, circumstances=Circumstances(time=AT_NINE)),
    Case("source-ip", f"{GLOBAL}: aws:SourceIp", **_use(allow(ABC, "Decrypt", **_if("IpAddress", "aws:SourceIp", "203.0.113.0/24"))), reason=R.KEY_POLICY, circumstances=Circumstances(source_ip="203.0.113.7")),
    Case("source-ip-elsewhere", f"{GLOBAL}: aws:SourceIp", **_use(allow(ABC, "Decrypt", **_if("IpAddress", "aws:SourceIp", "203.0.113.0/24"))), reason=R.NOT_IN_KEY_POLICY, circumstances=Circumstances(source_ip="198.51.100.7")),
    Case("current-time", f"{GLOBAL}: aws:CurrentTime", **_use(allow(ABC, "Decrypt", **_if("DateLessThan", "aws:CurrentTime", "2026-02-01T00:00:00Z"))), reason=R.KEY_POLICY, circumstances=Circumstances(time=datetime(2026, 1, 5, 9, tzinfo=UTC))),
    Case("current-time-later", f"{GLOBAL}: aws:CurrentTime", **_use(allow(ABC, "Decrypt", **_if("DateLessThan", "aws:CurrentTime", "2026-02-01T00:00:00Z"))), reason=R.NOT_IN_KEY_POLICY, circumstances=Circumstances(time=datetime(2026, 3, 1, tzinfo=UTC))),
    Case("token-issue-time", f"{GLOBAL}: aws:TokenIssueTime", **_use(allow("*", "Decrypt", **_if("DateGreaterThan", "aws:TokenIssueTime", "2026-01-01T00:00:00Z")), who=caller(MAI, token_issued=AT_NINE)), reason=R.KEY_POLICY),
    Case("token-issue-time-long-term", f"{GLOBAL}: aws:TokenIssueTime is absent with long-term credentials", **_use(allow("*", "Decrypt", **_if("DateGreaterThan", "aws:TokenIssueTime", "2026-01-01T00:00:00Z"))), reason=R.NOT_IN_KEY_POLICY),
    Case("secure-transport", f"{GLOBAL}: aws:SecureTransport", **_use(allow(ABC, "kms:*"), deny("*", "kms:*", **_if("Bool", "aws:SecureTransport", "false"))), reason=R.KEY_POLICY),
    Case("other-global-key", f"{GLOBAL}: aws:SourceVpce", **_use(allow(ABC, "Decrypt", **_if("StringEquals", "aws:SourceVpce", "vpce-1"))), reason=R.KEY_POLICY, circumstances=Circumstances(more={"aws:sourcevpce": ("vpce-1",)})),
    # AWS Organizations
    *(
        Case(f"organization-{name}", f"{GLOBAL}: {name}", caller(ABC, place=place()), "Decrypt", key(allow("*", "Decrypt", **_if(operator, name, value)), place=place()), R.KEY_POLICY if expected else R.NOT_IN_KEY_POLICY)
        for name, operator, value, expected in [
            ("aws:PrincipalOrgID", "StringEquals", ORGANIZATION, True),
            ("aws:PrincipalOrgPaths", "ForAnyValue:StringLike", f"{ORGANIZATION}/r-root/*", True),
            ("aws:ResourceOrgID", "StringEquals", "${aws:PrincipalOrgID}", True),
            ("aws:ResourceOrgPaths", "ForAnyValue:StringEquals", PATH, True),
            ("aws:SourceOrgID", "Null", "false", False),
        ]
    ),
    Case("organization-none", f"{GLOBAL}: aws:PrincipalOrgID", **_use(allow("*", "Decrypt", **_if("StringEquals", "aws:PrincipalOrgID", ORGANIZATION))), reason=R.NOT_IN_KEY_POLICY),
    Case("organization-of-the-source", f"{GLOBAL}: aws:SourceOrgID", caller("sns.amazonaws.com", place=place()), "Decrypt", key(allow({"Service": "sns.amazonaws.com"}, "Decrypt", Condition={"StringEquals": {"aws:SourceOrgID": ORGANIZATION}, "Null": {"aws:PrincipalOrgID": "true"}})), R.KEY_POLICY, circumstances=Circumstances(source_place=place())),
    Case("scp-allows", SCP, caller(ABC, ADMINISTRATOR, place=place(service=[[ADMINISTRATOR], [may("kms:*")]])), "Decrypt", key(), R.KEY_POLICY_AND_IAM),
    Case("scp-gives-nothing", SCP, caller(ABC, place=place(service=[[ADMINISTRATOR]])), "Decrypt", key(), R.NOT_IN_IAM_POLICY),
    Case("scp-denies", SCP, caller(ABC, ADMINISTRATOR, place=place(service=[[ADMINISTRATOR], [ADMINISTRATOR, may_not("Decrypt")]])), "Decrypt", key(), R.DENY_IN_SCP),
    Case("scp-level-silent", SCP, caller(ABC, ADMINISTRATOR, place=place(service=[[ADMINISTRATOR], [may("Encrypt")], [ADMINISTRATOR]])), "Decrypt", key(), R.NOT_IN_SCP),
    Case("scp-level-without-policies", SCP, caller(ABC, ADMINISTRATOR, place=place(service=[[ADMINISTRATOR], []])), "Decrypt", key(), R.NOT_IN_SCP),
    Case("scp-limits-what-a-key-policy-gives", SCP, caller(ABC, place=place(service=[[may("s3:*")]])), "Decrypt", key(allow(ABC, "Decrypt")), R.NOT_IN_SCP),
    Case("scp-limits-grants", SCP, caller(ABC, place=place(service=[[may("s3:*")]])), "Decrypt", key(grants=(grant(ABC, "Decrypt"),)), R.NOT_IN_SCP),
    Case("scp-root-user", "Organizations SCPs: the root user of a member account is affected", caller(ROOT, place=place(service=[[ADMINISTRATOR, may_not("Decrypt")]])), "Decrypt", key(), R.DENY_IN_SCP),
    Case("scp-without-key", SCP, caller(ABC, ADMINISTRATOR, place=place(service=[[may("Decrypt")]])), "CreateKey", None, R.NOT_IN_SCP),
    Case("scp-condition", SCP, caller(ABC, ADMINISTRATOR, place=place(service=[[ADMINISTRATOR, may_not("*", **_if("StringNotEquals", "aws:RequestedRegion", "eu-west-1"))]])), "Decrypt", key(), R.DENY_IN_SCP, circumstances=Circumstances(region="us-east-1")),
    Case("scp-service-linked-role", SCP_SCOPE, caller(MAI, source_arn=role_arn("aws-service-role/autoscaling.amazonaws.com/Auditor"), place=place(service=[[may_not("*")]])), "Decrypt", key(allow("*", "Decrypt")), R.KEY_POLICY),
    Case("scp-of-the-keys-account", "Organizations SCPs: users from outside the organization are not affected", caller(BOB, may("Decrypt")), "Decrypt", key(SHARED, place=place(service=[[may_not("*")]])), R.BOTH_ACCOUNTS),
    Case("rcp-allows", RCP, ADMIN, "Decrypt", key(place=place(resource=[[allow("*", "*")]])), R.KEY_POLICY_AND_IAM),
    Case("rcp-denies", RCP, ADMIN, "Decrypt", key(place=place(resource=[[allow("*", "*")], [allow("*", "*"), deny("*", "Decrypt")]])), R.DENY_IN_RCP),
    Case("rcp-level-silent", RCP, ADMIN, "Decrypt", key(place=place(resource=[[allow("*", "*")], [allow("*", "Encrypt")]])), R.NOT_IN_RCP),
    Case("rcp-from-elsewhere", RCP, caller(BOB, may("Decrypt")), "Decrypt", key(SHARED, place=place(resource=[[allow("*", "*"), deny("*", "kms:*", **_if("StringNotEqualsIfExists", "aws:PrincipalOrgID", ORGANIZATION))]])), R.DENY_IN_RCP),
    Case("rcp-from-within", RCP, caller(BOB, may("Decrypt"), place=place()), "Decrypt", key(SHARED, place=place(resource=[[allow("*", "*"), deny("*", "kms:*", **_if("StringNotEqualsIfExists", "aws:PrincipalOrgID", ORGANIZATION))]])), R.BOTH_ACCOUNTS),
    Case("rcp-service", RCP, caller("sns.amazonaws.com"), "Decrypt", key(allow({"Service": "sns.amazonaws.com"}, "Decrypt"), place=place(resource=[[allow("*", "*"), deny("*", "Decrypt")]])), R.DENY_IN_RCP),
    Case("rcp-before-scp", "IAM Policy evaluation logic: RCPs, then SCPs", caller(ABC, ADMINISTRATOR, place=place(service=[[may("s3:*")]])), "Decrypt", key(place=place(resource=[[allow("*", "s3:*")]])), R.NOT_IN_RCP),
    Case("rcp-of-the-callers-account", RCP, caller(ABC, ADMINISTRATOR, place=place(resource=[[deny("*", "*")]])), "Decrypt", key(), R.KEY_POLICY_AND_IAM),
    Case("rcp-aws-managed-key", RCP_SCOPE, ADMIN, "DescribeKey", key(aws_managed=True, place=place(resource=[[deny("*", "*")]])), R.KEY_POLICY_AND_IAM),
    Case("rcp-service-linked-role", RCP_SCOPE, caller(MAI, source_arn=role_arn("aws-service-role/autoscaling.amazonaws.com/Auditor")), "Decrypt", key(allow("*", "Decrypt"), place=place(resource=[[deny("*", "*")]])), R.KEY_POLICY),
    Case("rcp-retire-grant", RCP_SCOPE, caller(XYZ), "RetireGrant", key(grants=(grant(ABC, "Decrypt", RetiringPrincipal=XYZ),), place=place(resource=[[deny("*", "*")]])), R.RETIRABLE, retired=grant(ABC, "Decrypt", RetiringPrincipal=XYZ)),
    Case("scp-retire-grant", SCP, caller(XYZ, place=place(service=[[may_not("*")]])), "RetireGrant", key(grants=(grant(ABC, "Decrypt", RetiringPrincipal=XYZ),)), R.DENY_IN_SCP, retired=grant(ABC, "Decrypt", RetiringPrincipal=XYZ)),
    # The network
    Case("endpoint-allows", ENDPOINT, ADMIN, "Decrypt", key(), R.KEY_POLICY_AND_IAM, circumstances=Circumstances(vpc_endpoint=endpoint(allow("*", "*")))),
    Case("endpoint-gives-nothing", ENDPOINT, ARTICLE_USER, "Decrypt", key(), R.NOT_IN_IAM_POLICY, circumstances=Circumstances(vpc_endpoint=endpoint(allow("*", "*")))),
    Case("endpoint-other-action", ENDPOINT, ADMIN, "Decrypt", key(), R.NOT_IN_ENDPOINT_POLICY, circumstances=Circumstances(vpc_endpoint=endpoint(allow("*", "Encrypt")))),
    Case("endpoint-other-user", ENDPOINT, ADMIN, "Decrypt", key(), R.NOT_IN_ENDPOINT_POLICY, circumstances=Circumstances(vpc_endpoint=endpoint(allow(ABC, "*")))),
    Case("endpoint-account", ENDPOINT, ADMIN, "Decrypt", key(), R.KEY_POLICY_AND_IAM, circumstances=Circumstances(vpc_endpoint=endpoint(allow(ROOT, "*")))),
    Case("endpoint-other-key", ENDPOINT, ADMIN, "Decrypt", key(), R.NOT_IN_ENDPOINT_POLICY, circumstances=Circumstances(vpc_endpoint=endpoint(allow("*", "*", Resource=OTHER_KEY)))),
    Case("endpoint-denies", ENDPOINT, ADMIN, "Decrypt", key(), R.DENY_IN_ENDPOINT_POLICY, circumstances=Circumstances(vpc_endpoint=endpoint(allow("*", "*"), deny("*", "Decrypt")))),
    Case("endpoint-without-key", ENDPOINT, ADMIN, "ListKeys", None, R.NOT_IN_ENDPOINT_POLICY, circumstances=Circumstances(vpc_endpoint=endpoint(allow("*", "Decrypt")))),
    *(
        Case(f"endpoint-{name}", f"{GLOBAL}: {name}", **_use(allow("*", "Decrypt", **_if(operator, name, value))), reason=R.KEY_POLICY if expected else R.NOT_IN_KEY_POLICY, circumstances=Circumstances(source_ip="10.0.0.4", vpc_endpoint=endpoint(allow("*", "*"))))
        for name, operator, value, expected in [
            ("aws:SourceVpce", "StringEquals", "vpce-1", True),
            ("aws:SourceVpc", "StringEquals", "vpc-1", True),
            ("aws:VpcSourceIp", "IpAddress", "10.0.0.0/16", True),
            ("aws:SourceIp", "IpAddress", "10.0.0.0/16", False),
        ]
    ),
    *(
        Case(f"called-via-{name}-{value}", f"{GLOBAL}: {name}", **_use(allow("*", "Decrypt", **_if(operator, name, value))), reason=R.KEY_POLICY if expected else R.NOT_IN_KEY_POLICY, circumstances=Circumstances(via_service="dynamodb.us-east-1.amazonaws.com", called_via=("cloudformation.amazonaws.com", "dynamodb.amazonaws.com")))
        for name, operator, value, expected in [
            ("aws:CalledVia", "ForAnyValue:StringEquals", "cloudformation.amazonaws.com", True),
            ("aws:CalledVia", "ForAnyValue:StringEquals", "athena.amazonaws.com", False),
            ("aws:CalledViaFirst", "StringEquals", "cloudformation.amazonaws.com", True),
            ("aws:CalledViaFirst", "StringEquals", "dynamodb.amazonaws.com", False),
            ("aws:CalledViaLast", "StringEquals", "dynamodb.amazonaws.com", True),
        ]
    ),
    Case("called-via-directly", f"{GLOBAL}: aws:CalledVia", **_use(allow("*", "Decrypt", **_if("Null", "aws:CalledVia", "true"))), reason=R.KEY_POLICY),
    Case("user-agent", f"{GLOBAL}: aws:UserAgent", **_use(allow("*", "Decrypt", **_if("StringLike", "aws:UserAgent", "Boto3/*"))), reason=R.KEY_POLICY, circumstances=Circumstances(user_agent="Boto3/1.43")),
    # Several conditions
    Case("conditions-all", "IAM Condition element: several keys are joined by AND", **_use(allow(ABC, "Decrypt", Condition={"StringEquals": {"kms:EncryptionContext:a": "1", "kms:EncryptionContext:b": "2"}})), reason=R.NOT_IN_KEY_POLICY, parameters={"EncryptionContext": {"a": "1"}}),
    Case("conditions-exact", "DG kms:EncryptionContext: require a pair and forbid all others", **_use(allow(ABC, "Decrypt", Condition={"StringEquals": {"kms:EncryptionContext:AppName": "ExampleApp"}, "ForAllValues:StringEquals": {"kms:EncryptionContextKeys": ["AppName"]}})), reason=R.KEY_POLICY, parameters=CONTEXT),
    Case("conditions-exact-more", "DG kms:EncryptionContext: require a pair and forbid all others", **_use(allow(ABC, "Decrypt", Condition={"StringEquals": {"kms:EncryptionContext:AppName": "ExampleApp"}, "ForAllValues:StringEquals": {"kms:EncryptionContextKeys": ["AppName"]}})), reason=R.NOT_IN_KEY_POLICY, parameters={"EncryptionContext": {"AppName": "ExampleApp", "Stage": "Test"}}),
    # What AWS would not store
    Case("malformed-operator", MALFORMED, **_use(allow(ABC, "Decrypt", **_if("StringIs", "kms:KeySpec", "SYMMETRIC_DEFAULT"))), reason=R.NOT_IN_KEY_POLICY),
    Case("malformed-operator-deny", MALFORMED, **_use(allow(ABC, "kms:*"), deny(ABC, "Decrypt", **_if("StringIs", "kms:KeySpec", "x"))), reason=R.DENY_IN_KEY_POLICY),
    Case("malformed-value-deny", MALFORMED, **_use(allow(ABC, "kms:*"), deny(ABC, "kms:*", **_if("NumericEquals", "kms:RotationPeriodInDays", "many"))), reason=R.DENY_IN_KEY_POLICY),
    Case("malformed-effect", MALFORMED, **_use(allow(ABC, "kms:*"), {**allow(ABC, "Decrypt"), "Effect": "deny"}), reason=R.DENY_IN_KEY_POLICY),
    Case("malformed-element", MALFORMED, **_use({**allow(ABC, "kms:*"), "Conditions": {}}), reason=R.NOT_IN_KEY_POLICY),
    Case("malformed-both-actions", MALFORMED, **_use(allow(ABC, "kms:*", NotAction="kms:Encrypt")), reason=R.NOT_IN_KEY_POLICY),
    Case("malformed-both-actions-deny", MALFORMED, **_use(allow(ABC, "kms:*"), deny(ABC, "kms:Encrypt", NotAction="kms:Decrypt")), reason=R.DENY_IN_KEY_POLICY),
    Case("malformed-both-principals-deny", MALFORMED, **_use(allow(ABC, "kms:*"), deny(XYZ, "Decrypt", NotPrincipal={"AWS": [ABC, ROOT]})), reason=R.DENY_IN_KEY_POLICY),
    Case("malformed-resource-variable-deny", MALFORMED, **_use(allow(ABC, "kms:*"), deny(ABC, "Decrypt", Resource=f"{OTHER_KEY}${{")), reason=R.DENY_IN_KEY_POLICY),
    Case("not-resource-variable-missing", MALFORMED, **_use(allow(MAI, "kms:*"), deny(MAI, "Decrypt", Resource=None, NotResource=f"{KEY}${{aws:username}}"), who=caller(MAI)), reason=R.DENY_IN_KEY_POLICY),
    Case("not-resource-variable-missing-allow", MALFORMED, **_use(allow(MAI, "Decrypt", Resource=None, NotResource=f"{KEY}${{aws:username}}"), who=caller(MAI)), reason=R.NOT_IN_KEY_POLICY),
    Case("malformed-principal-deny", MALFORMED, **_use(allow(ABC, "kms:*"), deny({"Everyone": "*"}, "Decrypt")), reason=R.DENY_IN_KEY_POLICY),
    Case("malformed-iam-deny", MALFORMED, caller(ABC, ADMINISTRATOR, may_not(Action=None)), "Decrypt", key(), R.DENY_IN_IAM_POLICY),
    Case("malformed-iam-allow", MALFORMED, caller(ABC, may("kms:*", on=None)), "Decrypt", key(), R.NOT_IN_IAM_POLICY),
    Case("principal-in-iam-policy", "IAM Principal element: it cannot be used in an identity-based policy", caller(ABC, allow(ABC, "kms:*")), "Decrypt", key(), R.NOT_IN_IAM_POLICY),
    Case("several-values-without-set-operator", "DG AWS KMS condition keys: multi-valued condition keys require a set operator", **_use(allow(ABC, "Encrypt", **_if("StringEquals", "kms:EncryptionContextKeys", "a", "b"))) | {"action": "Encrypt"}, reason=R.NOT_IN_KEY_POLICY, parameters={"EncryptionContext": {"a": "1", "b": "2"}}),
]
# fmt: on
