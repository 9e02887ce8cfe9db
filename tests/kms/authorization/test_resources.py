"""Who may use a resource that is not a key: callers of every kind under every kind of policy.

A case's rule begins with the page: IAM is the IAM User Guide, Organizations the Organizations User Guide, S3 the Amazon
S3 User Guide.
"""

from dataclasses import dataclass, field, replace
from typing import Any

import pytest

from kmsnb.kms.authorization import (
    Caller,
    Circumstances,
    Decision,
    Place,
    Policy,
    Reason as R,
    ResourceRequest,
    decide_on_resource,
    parse_resource_policy,
    why_denied,
)

from .world import (
    ABC,
    ADMINISTRATOR,
    AUDITOR,
    BOB,
    FEDERATED,
    MAI,
    ORGANIZATION,
    OURS,
    ROOT,
    THEIR_ROLE,
    THEIR_ROOT,
    THEIRS,
    XYZ,
    Statement,
    allow,
    caller,
    deny,
    document,
    endpoint,
    may,
    may_not,
    place,
    session_arn,
    user_arn,
)

OBJECT = "arn:aws:s3:::bkt/a"
READ = "s3:GetObject"
CLOUDFRONT = "cloudfront.amazonaws.com"
DISTRIBUTION = f"arn:aws:cloudfront::{OURS}:distribution/E1"
FEDERATOR = user_arn("Federator")
LINKED = f"arn:aws:iam::{OURS}:role/aws-service-role/rds.amazonaws.com/AWSServiceRoleForRDS"

MAY = may("s3:*")
ELSE = may("sqs:*")
USER, SESSION, FAY, HER = caller(ABC), caller(MAI), caller(FEDERATED), caller(BOB)
THEIR_SESSION = caller(session_arn("Engineering", "eve", THEIRS))
SERVICE, ANYONE = caller(CLOUDFRONT), Caller.anonymous()
OUR_ROOT = caller(ROOT)

ONE_SIDE = "IAM Policy evaluation for requests within a single account: an Allow in either policy is enough"
DIRECT = (
    "IAM Policy evaluation logic: what a resource policy gives the caller itself, no implicit deny limits"
)
LIMITED = "IAM Policy evaluation logic: boundary and session policies limit what is given to a role's ARN"
INTERSECTION = "IAM Policy evaluation logic: identity policies count within boundary and session policies"
DELEGATED = "IAM Principal element: an account as principal leaves it to the account's IAM policies"
BOTH = "IAM Cross-account policy evaluation logic: both accounts have to allow"
EXPLICIT = "IAM Policy evaluation logic: an explicit deny in any policy overrides any allow"
NO_IAM = "IAM Principal element: an AWS service, or anyone without a signature, has the resource policy alone"
ROOT_USER = "IAM Policy evaluation logic: nothing has to allow what the root user does in its account"
SCP = "Organizations SCP evaluation: each level has to allow; SCPs bind principals of the account"
RCP = "Organizations RCP evaluation: each level has to allow; RCPs bind whoever uses resources of the account"
UNBOUND = "Organizations: SCPs and RCPs don't bind service-linked roles, SCPs no service, nobody in the management account"
ENDPOINT = (
    "VPC Control access to VPC endpoints: the endpoint policy has to allow too, and never gives permission"
)
CONDITION = "IAM Condition element"
FORM = "IAM grammar: a statement of a resource policy needs Principal, Action and Resource"


@dataclass(frozen=True)
class Case:
    """One row: ``policy`` are the statements of the resource's own policy; None if it has none."""

    id: str
    rule: str
    caller: Caller
    policy: tuple[Statement, ...] | None
    reason: R
    place: Place | None = None
    circumstances: Circumstances = field(default_factory=Circumstances)
    values: dict[str, tuple[str, ...]] = field(default_factory=dict)


def with_(who: Caller, *statements: Statement, **limits: Any) -> Caller:
    """The caller with these statements of IAM policies, ``boundary``, ``session`` policies or ``place``."""
    made = caller(
        who.arn, *statements, **{name: limits.pop(name) for name in ("boundary", "session") if name in limits}
    )
    return replace(made, **limits)


def gives(*principals: Any, **more: Any) -> tuple[Statement, ...]:
    return tuple(allow(each, READ, **more) for each in principals)


def _if(operator: str, key: str, *values: str) -> dict[str, Any]:
    return {"Condition": {operator: {key: list(values)}}}


def _at(*statements: Statement, **more: Any) -> Circumstances:
    return Circumstances(vpc_endpoint=endpoint(*statements), **more)


#: From CloudFront, for a distribution.
FOR_IT = Circumstances(source_arn=DISTRIBUTION, source_account=OURS)
EVERYONE_HERE = _if("StringEquals", "aws:PrincipalOrgID", ORGANIZATION)

CASES = [
    # One account: either side is enough
    Case("nothing", ONE_SIDE, USER, None, R.NOT_IN_IAM_POLICY),
    Case("nothing-in-either", ONE_SIDE, USER, gives(XYZ), R.NOT_IN_EITHER),
    Case("iam-alone", ONE_SIDE, with_(USER, MAY), None, R.IAM),
    Case("iam-beside-a-policy-for-another", ONE_SIDE, with_(USER, MAY), gives(XYZ), R.IAM),
    Case("iam-for-something-else", ONE_SIDE, with_(USER, ELSE), None, R.NOT_IN_IAM_POLICY),
    Case("iam-for-another-object", ONE_SIDE, with_(USER, may("s3:*", on="arn:aws:s3:::bkt/b")), None, R.NOT_IN_IAM_POLICY),
    Case("iam-for-the-bucket-only", ONE_SIDE, with_(USER, may("s3:*", on="arn:aws:s3:::bkt")), None, R.NOT_IN_IAM_POLICY),
    Case("policy-alone", ONE_SIDE, USER, gives(ABC), R.RESOURCE_POLICY),
    Case("policy-for-everyone", ONE_SIDE, USER, gives("*"), R.RESOURCE_POLICY),
    Case("policy-for-another-action", ONE_SIDE, USER, (allow(ABC, "s3:PutObject"),), R.NOT_IN_EITHER),
    Case("policy-for-another-object", ONE_SIDE, USER, gives(ABC, Resource="arn:aws:s3:::bkt/b"), R.NOT_IN_EITHER),
    Case("role-alone", ONE_SIDE, SESSION, gives(AUDITOR), R.RESOURCE_POLICY),
    Case("session-alone", ONE_SIDE, SESSION, gives(MAI), R.RESOURCE_POLICY),
    Case("another-session", ONE_SIDE, SESSION, gives(session_arn("Auditor", "tom")), R.NOT_IN_EITHER),
    Case("role-by-iam", ONE_SIDE, with_(SESSION, MAY), None, R.IAM),
    # The account as principal
    Case("account-alone", DELEGATED, USER, gives(ROOT), R.NOT_IN_EITHER),
    Case("account-by-id-alone", DELEGATED, USER, gives(OURS), R.NOT_IN_EITHER),
    Case("account-and-iam", DELEGATED, with_(USER, MAY), gives(ROOT), R.IAM),
    Case("account-and-role", DELEGATED, SESSION, gives(ROOT), R.NOT_IN_EITHER),
    # What an Allow for the caller itself gives
    Case("user-within-boundary", DIRECT, with_(USER, boundary=[MAY]), gives(ABC), R.RESOURCE_POLICY),
    Case("user-outside-boundary", DIRECT, with_(USER, boundary=[ELSE]), gives(ABC), R.RESOURCE_POLICY),
    Case("user-outside-boundary-everyone", DIRECT, with_(USER, boundary=[ELSE]), gives("*"), R.RESOURCE_POLICY),
    Case("session-outside-boundary", DIRECT, with_(SESSION, boundary=[ELSE]), gives(MAI), R.RESOURCE_POLICY),
    Case("session-outside-session-policy", DIRECT, with_(SESSION, session=[ELSE]), gives(MAI), R.RESOURCE_POLICY),
    Case("session-outside-both", DIRECT, with_(SESSION, boundary=[ELSE], session=[ELSE]), gives(MAI), R.RESOURCE_POLICY),
    Case("federated-itself", DIRECT, FAY, gives(FEDERATED), R.RESOURCE_POLICY),
    Case("federated-itself-outside-session-policy", DIRECT, with_(FAY, session=[ELSE]), gives(FEDERATED), R.RESOURCE_POLICY),
    # What an Allow for the role or user behind a session gives
    Case("role-within-boundary", LIMITED, with_(SESSION, boundary=[MAY]), gives(AUDITOR), R.RESOURCE_POLICY),
    Case("role-outside-boundary", LIMITED, with_(SESSION, boundary=[ELSE]), gives(AUDITOR), R.NOT_IN_BOUNDARY),
    Case("role-within-session-policy", LIMITED, with_(SESSION, session=[MAY]), gives(AUDITOR), R.RESOURCE_POLICY),
    Case("role-outside-session-policy", LIMITED, with_(SESSION, session=[ELSE]), gives(AUDITOR), R.NOT_IN_SESSION_POLICY),
    Case("role-outside-one-of-two", LIMITED, with_(SESSION, boundary=[MAY], session=[ELSE]), gives(AUDITOR), R.NOT_IN_SESSION_POLICY),
    Case("role-and-session-named", DIRECT, with_(SESSION, session=[ELSE]), gives(AUDITOR, MAI), R.RESOURCE_POLICY),
    Case("federator-named", LIMITED, FAY, gives(FEDERATOR), R.NOT_IN_SESSION_POLICY),
    Case("federator-named-in-session-policy", LIMITED, with_(FAY, session=[MAY]), gives(FEDERATOR), R.RESOURCE_POLICY),
    Case("provider-named", LIMITED, replace(SESSION, federated_provider="accounts.google.com"), gives({"Federated": "accounts.google.com"}), R.RESOURCE_POLICY),
    # IAM policies within the limits
    Case("iam-outside-boundary", INTERSECTION, with_(USER, MAY, boundary=[ELSE]), None, R.NOT_IN_BOUNDARY),
    Case("iam-outside-boundary-account-named", INTERSECTION, with_(USER, MAY, boundary=[ELSE]), gives(ROOT), R.NOT_IN_BOUNDARY),
    Case("boundary-alone", INTERSECTION, with_(USER, boundary=[ADMINISTRATOR]), None, R.NOT_IN_IAM_POLICY),
    Case("iam-within-both", INTERSECTION, with_(SESSION, MAY, boundary=[MAY], session=[MAY]), None, R.IAM),
    Case("iam-outside-session-policy", INTERSECTION, with_(SESSION, MAY, session=[ELSE]), None, R.NOT_IN_SESSION_POLICY),
    Case("federated-without-session-policy", INTERSECTION, with_(FAY, ADMINISTRATOR), None, R.NOT_IN_SESSION_POLICY),
    Case("federated-with-session-policy", INTERSECTION, with_(FAY, ADMINISTRATOR, session=[MAY]), None, R.IAM),
    # The root user
    Case("root", ROOT_USER, OUR_ROOT, None, R.ROOT),
    Case("root-beside-a-policy-for-another", ROOT_USER, OUR_ROOT, gives(ABC), R.ROOT),
    Case("root-denied", EXPLICIT, OUR_ROOT, (deny(ROOT, READ),), R.DENY_IN_RESOURCE_POLICY),
    Case("their-root-not-named", BOTH, caller(THEIR_ROOT), gives(ABC), R.OTHER_ACCOUNT_S_RESOURCE),
    Case("their-root-named", BOTH, caller(THEIR_ROOT), gives(THEIR_ROOT), R.RESOURCE_POLICY_AND_IAM),
    # Another account
    Case("other-nothing", BOTH, HER, None, R.OTHER_ACCOUNT_S_RESOURCE),
    Case("other-iam-alone", BOTH, with_(HER, ADMINISTRATOR), None, R.OTHER_ACCOUNT_S_RESOURCE),
    Case("other-iam-and-a-policy-for-another", BOTH, with_(HER, ADMINISTRATOR), gives(ABC), R.OTHER_ACCOUNT_S_RESOURCE),
    Case("other-named-alone", BOTH, HER, gives(BOB), R.NOT_IN_IAM_POLICY),
    Case("other-account-named-alone", BOTH, HER, gives(THEIR_ROOT), R.NOT_IN_IAM_POLICY),
    Case("other-everyone-alone", BOTH, HER, gives("*"), R.NOT_IN_IAM_POLICY),
    Case("other-named-and-iam", BOTH, with_(HER, MAY), gives(BOB), R.RESOURCE_POLICY_AND_IAM),
    Case("other-account-named-and-iam", BOTH, with_(HER, MAY), gives(THEIR_ROOT), R.RESOURCE_POLICY_AND_IAM),
    Case("other-everyone-and-iam", BOTH, with_(HER, MAY), gives("*"), R.RESOURCE_POLICY_AND_IAM),
    Case("other-role-and-iam", BOTH, with_(THEIR_SESSION, MAY), gives(THEIR_ROLE), R.RESOURCE_POLICY_AND_IAM),
    Case("other-role-alone", BOTH, THEIR_SESSION, gives(THEIR_ROLE), R.NOT_IN_IAM_POLICY),
    Case("other-session-alone", BOTH, THEIR_SESSION, gives(THEIR_SESSION.arn), R.NOT_IN_IAM_POLICY),
    Case("other-outside-boundary", BOTH, with_(HER, MAY, boundary=[ELSE]), gives(BOB), R.NOT_IN_BOUNDARY),
    Case("other-session-outside-session-policy", BOTH, with_(THEIR_SESSION, MAY, session=[ELSE]), gives(THEIR_SESSION.arn), R.NOT_IN_SESSION_POLICY),
    Case("other-our-account-named", BOTH, with_(HER, MAY), gives(ROOT), R.OTHER_ACCOUNT_S_RESOURCE),
    # Services, and callers without a signature
    Case("service-named", NO_IAM, SERVICE, gives({"Service": CLOUDFRONT}), R.RESOURCE_POLICY),
    Case("service-not-named", NO_IAM, SERVICE, gives(ROOT), R.NOT_IN_RESOURCE_POLICY),
    Case("another-service-named", NO_IAM, SERVICE, gives({"Service": "sns.amazonaws.com"}), R.NOT_IN_RESOURCE_POLICY),
    Case("service-no-policy", NO_IAM, SERVICE, None, R.NOT_IN_RESOURCE_POLICY),
    Case("service-for-its-resource", NO_IAM, SERVICE, gives({"Service": CLOUDFRONT}, **_if("StringEquals", "aws:SourceArn", DISTRIBUTION)), R.RESOURCE_POLICY, circumstances=FOR_IT),
    Case("service-for-another-resource", NO_IAM, SERVICE, gives({"Service": CLOUDFRONT}, **_if("StringEquals", "aws:SourceArn", f"{DISTRIBUTION}2")), R.NOT_IN_RESOURCE_POLICY, circumstances=FOR_IT),
    Case("service-for-nothing", NO_IAM, SERVICE, gives({"Service": CLOUDFRONT}, **_if("StringEquals", "aws:SourceArn", DISTRIBUTION)), R.NOT_IN_RESOURCE_POLICY),
    Case("service-for-our-account", NO_IAM, SERVICE, gives({"Service": CLOUDFRONT}, **_if("StringEquals", "aws:SourceAccount", OURS)), R.RESOURCE_POLICY, circumstances=FOR_IT),
    Case("anonymous-public", NO_IAM, ANYONE, gives("*"), R.RESOURCE_POLICY),
    Case("anonymous-public-aws", NO_IAM, ANYONE, gives({"AWS": "*"}), R.RESOURCE_POLICY),
    Case("anonymous-no-policy", NO_IAM, ANYONE, None, R.NOT_IN_RESOURCE_POLICY),
    Case("anonymous-account-named", NO_IAM, ANYONE, gives(ROOT), R.NOT_IN_RESOURCE_POLICY),
    Case("anonymous-in-an-organization", NO_IAM, ANYONE, gives("*", **EVERYONE_HERE), R.NOT_IN_RESOURCE_POLICY),
    Case("anonymous-not-principal", "IAM NotPrincipal element: with Allow, everyone else has it, callers without a signature too", ANYONE, (allow(None, READ, NotPrincipal={"AWS": ABC}),), R.RESOURCE_POLICY),
    Case("anonymous-denied", EXPLICIT, ANYONE, (*gives("*"), deny("*", READ, **_if("StringNotEquals", "aws:PrincipalAccount", OURS))), R.DENY_IN_RESOURCE_POLICY),
    Case("anonymous-in-a-denial-if-exists", CONDITION, ANYONE, (*gives("*"), deny("*", READ, **_if("StringNotEqualsIfExists", "aws:PrincipalOrgID", ORGANIZATION))), R.DENY_IN_RESOURCE_POLICY),
    # Explicit denies
    Case("deny-in-policy", EXPLICIT, with_(USER, ADMINISTRATOR), (*gives(ABC), deny(ABC, READ)), R.DENY_IN_RESOURCE_POLICY),
    Case("deny-for-the-account", EXPLICIT, with_(USER, ADMINISTRATOR), (deny(ROOT, READ),), R.DENY_IN_RESOURCE_POLICY),
    Case("deny-for-the-role", EXPLICIT, with_(SESSION, ADMINISTRATOR), (*gives(MAI), deny(AUDITOR, READ)), R.DENY_IN_RESOURCE_POLICY),
    Case("deny-for-another", EXPLICIT, with_(USER, ADMINISTRATOR), (deny(XYZ, READ),), R.IAM),
    Case("deny-another-action", EXPLICIT, with_(USER, ADMINISTRATOR), (deny("*", "s3:PutObject"),), R.IAM),
    Case("deny-in-iam", EXPLICIT, with_(USER, may_not("s3:*")), gives(ABC), R.DENY_IN_IAM_POLICY),
    Case("deny-in-boundary", EXPLICIT, with_(USER, boundary=[MAY, may_not(READ)]), gives(ABC), R.DENY_IN_BOUNDARY),
    Case("deny-in-session-policy", EXPLICIT, with_(SESSION, session=[MAY, may_not(READ)]), gives(MAI), R.DENY_IN_SESSION_POLICY),
    Case("deny-in-scp", EXPLICIT, with_(USER, MAY, place=place(service=[[ADMINISTRATOR, may_not(READ)]])), gives(ABC), R.DENY_IN_SCP),
    Case("deny-in-rcp", EXPLICIT, with_(USER, MAY), gives(ABC), R.DENY_IN_RCP, place(resource=[[allow("*", "*"), deny("*", READ)]])),
    Case("deny-in-endpoint-policy", EXPLICIT, with_(USER, MAY), gives(ABC), R.DENY_IN_ENDPOINT_POLICY, circumstances=_at(allow("*", "*"), deny("*", READ))),
    Case("not-principal-spares", "IAM NotPrincipal element: list the account as well", with_(USER, MAY), (deny(None, READ, NotPrincipal={"AWS": [ABC, ROOT]}),), R.IAM),
    Case("not-principal-denies", "IAM NotPrincipal element: list the account as well", with_(USER, MAY), (deny(None, READ, NotPrincipal={"AWS": ABC}),), R.DENY_IN_RESOURCE_POLICY),
    # Organizations
    Case("scp-allows", SCP, with_(USER, MAY, place=place(service=[[ADMINISTRATOR], [MAY]])), None, R.IAM),
    Case("scp-silent-at-one-level", SCP, with_(USER, MAY, place=place(service=[[ADMINISTRATOR], [ELSE]])), gives(ABC), R.NOT_IN_SCP),
    Case("scp-gives-nothing", SCP, with_(USER, place=place(service=[[ADMINISTRATOR]])), None, R.NOT_IN_IAM_POLICY),
    Case("scp-binds-root", SCP, replace(OUR_ROOT, place=place(service=[[ELSE]])), None, R.NOT_IN_SCP),
    Case("scp-of-the-caller-s-account", SCP, with_(HER, MAY, place=place(service=[[ELSE]])), gives(BOB), R.NOT_IN_SCP),
    Case("scp-of-the-resource-s-account", SCP, with_(HER, MAY), gives(BOB), R.RESOURCE_POLICY_AND_IAM, place(service=[[ELSE]])),
    Case("scp-and-a-service", UNBOUND, SERVICE, gives({"Service": CLOUDFRONT}), R.RESOURCE_POLICY, place(service=[[ELSE]])),
    Case("rcp-allows", RCP, with_(USER, MAY), None, R.IAM, place(resource=[[allow("*", "*")]])),
    Case("rcp-silent", RCP, with_(USER, MAY), gives(ABC), R.NOT_IN_RCP, place(resource=[[allow("*", "*")], [allow("*", "sqs:*")]])),
    Case("rcp-binds-root", RCP, OUR_ROOT, None, R.NOT_IN_RCP, place(resource=[[]])),
    Case("rcp-binds-others", RCP, with_(HER, MAY), gives(BOB), R.NOT_IN_RCP, place(resource=[[]])),
    Case("rcp-binds-services", RCP, SERVICE, gives({"Service": CLOUDFRONT}), R.NOT_IN_RCP, place(resource=[[]])),
    Case("rcp-binds-anyone", RCP, ANYONE, gives("*"), R.NOT_IN_RCP, place(resource=[[]])),
    Case("rcp-of-the-caller-s-account", RCP, with_(HER, MAY, place=place(resource=[[]])), gives(BOB), R.RESOURCE_POLICY_AND_IAM),
    Case("rcp-keeps-others-out", RCP, with_(HER, MAY), gives(BOB), R.DENY_IN_RCP, place(resource=[[allow("*", "*"), deny("*", READ, **_if("StringNotEqualsIfExists", "aws:PrincipalOrgID", ORGANIZATION))]])),
    Case("rcp-spares-services", RCP, SERVICE, gives({"Service": CLOUDFRONT}), R.RESOURCE_POLICY, place(resource=[[allow("*", "*"), deny("*", READ, Condition={"StringNotEqualsIfExists": {"aws:PrincipalOrgID": ORGANIZATION}, "BoolIfExists": {"aws:PrincipalIsAWSService": "false"}})]])),
    Case("linked-role", UNBOUND, with_(caller(session_arn("AWSServiceRoleForRDS", "rds"), MAY), MAY, source_arn=LINKED, place=place(service=[[ELSE]])), None, R.IAM, place(resource=[[]])),
    Case("org-id-ours", CONDITION, with_(HER, MAY, place=place()), gives("*", **EVERYONE_HERE), R.RESOURCE_POLICY_AND_IAM),
    Case("org-id-none", CONDITION, with_(HER, MAY), gives("*", **EVERYONE_HERE), R.OTHER_ACCOUNT_S_RESOURCE),
    Case("resource-org-id", CONDITION, with_(USER, may(READ, **_if("StringEquals", "aws:ResourceOrgID", ORGANIZATION))), None, R.IAM, place()),
    Case("resource-account", CONDITION, with_(USER, may(READ, **_if("StringEquals", "aws:ResourceAccount", THEIRS))), None, R.NOT_IN_IAM_POLICY),
    # Networks
    Case("endpoint-allows", ENDPOINT, with_(USER, MAY), None, R.IAM, circumstances=_at(allow("*", "*"))),
    Case("endpoint-silent", ENDPOINT, with_(USER, MAY), gives(ABC), R.NOT_IN_ENDPOINT_POLICY, circumstances=_at(allow("*", "s3:PutObject"))),
    Case("endpoint-binds-root", ENDPOINT, OUR_ROOT, None, R.NOT_IN_ENDPOINT_POLICY, circumstances=_at()),
    Case("endpoint-gives-nothing", ENDPOINT, USER, None, R.NOT_IN_IAM_POLICY, circumstances=_at(allow("*", "*"))),
    Case("endpoint-only", CONDITION, with_(USER, MAY), (deny("*", READ, **_if("StringNotEquals", "aws:SourceVpce", "vpce-1")),), R.IAM, circumstances=_at(allow("*", "*"))),
    Case("not-the-endpoint", CONDITION, with_(USER, MAY), (deny("*", READ, **_if("StringNotEquals", "aws:SourceVpce", "vpce-1")),), R.DENY_IN_RESOURCE_POLICY),
    # The service's condition keys, and policies that cannot be read
    Case("service-key", CONDITION, USER, gives(ABC, **_if("StringEquals", "s3:versionid", "1")), R.RESOURCE_POLICY, values={"s3:versionid": ("1",)}),
    Case("service-key-other", CONDITION, USER, gives(ABC, **_if("StringEquals", "s3:versionid", "1")), R.NOT_IN_EITHER, values={"s3:versionid": ("2",)}),
    Case("service-key-absent", CONDITION, USER, gives(ABC, **_if("StringEquals", "s3:VersionId", "1")), R.NOT_IN_EITHER),
    Case("no-resource", FORM, USER, (allow(ABC, READ, Resource=None),), R.NOT_IN_EITHER),
    Case("no-principal", FORM, USER, (allow(None, READ),), R.NOT_IN_EITHER),
    Case("a-group", FORM, USER, gives(f"arn:aws:iam::{OURS}:group/all"), R.NOT_IN_EITHER),
]  # fmt: skip

ALLOWING = {R.IAM, R.ROOT, R.RESOURCE_POLICY, R.RESOURCE_POLICY_AND_IAM}


def policy_of(statements: tuple[Statement, ...] | None) -> Policy | None:
    return None if statements is None else parse_resource_policy(document(list(statements)), "bucket policy")


def decided(case: Case) -> Decision:
    policy = policy_of(case.policy)
    return decide_on_resource(
        ResourceRequest(case.caller, READ, OBJECT, OURS, policy, case.values, case.circumstances, case.place)
    )


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.id)
def test_case(case: Case) -> None:
    decision = decided(case)
    assert decision.reason is case.reason, (case.rule, decision.sentence)
    assert decision.allowed is (case.reason in ALLOWING)
    may_or_not = "may" if decision.allowed else "may not"
    begin = f"{case.caller.arn} {may_or_not} perform {READ} on {OBJECT}: {case.reason}"
    assert decision.sentence.startswith(begin)
    assert decision.sentence.endswith(".")


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.id)
def test_one_denial_is_enough(case: Case) -> None:
    """Whatever else allows it: a Deny in the resource's policy, or in an RCP unless those don't bind the caller."""
    denied = replace(case, policy=(*(case.policy or ()), deny("*", "s3:Get*")))
    assert not decided(denied).allowed
    controls = place(resource=[[allow("*", "*"), deny("*", READ)]])
    bound = not case.caller.is_service_linked
    assert decided(replace(case, place=controls)).allowed is (not bound and case.reason in ALLOWING)


@pytest.mark.parametrize(
    ("reason", "words"),
    [
        (R.NOT_IN_IAM_POLICY, "because no identity-based policy allows the s3:GetObject action"),
        (R.NOT_IN_EITHER, "because no identity-based policy allows the s3:GetObject action"),
        (R.NOT_IN_RESOURCE_POLICY, "because no resource-based policy allows the s3:GetObject action"),
        (R.OTHER_ACCOUNT_S_RESOURCE, "because no resource-based policy allows the s3:GetObject action"),
        (R.NOT_IN_BOUNDARY, "because no permissions boundary allows the s3:GetObject action"),
        (R.NOT_IN_SESSION_POLICY, "because no session policy allows the s3:GetObject action"),
        (R.NOT_IN_SCP, "because no service control policy allows the s3:GetObject action"),
        (R.NOT_IN_RCP, "because no resource control policy allows the s3:GetObject action"),
        (R.NOT_IN_ENDPOINT_POLICY, "because no VPC endpoint policy allows the s3:GetObject action"),
        (R.DENY_IN_RESOURCE_POLICY, "with an explicit deny in a resource-based policy"),
        (R.DENY_IN_IAM_POLICY, "with an explicit deny in an identity-based policy"),
        (R.DENY_IN_BOUNDARY, "with an explicit deny in a permissions boundary"),
        (R.DENY_IN_SESSION_POLICY, "with an explicit deny in a session policy"),
        (R.DENY_IN_SCP, "with an explicit deny in a service control policy"),
        (R.DENY_IN_RCP, "with an explicit deny in a resource control policy"),
        (R.DENY_IN_ENDPOINT_POLICY, "with an explicit deny in a VPC endpoint policy"),
    ],
)
def test_aws_s_words_for_each_reason(reason: R, words: str) -> None:
    """S3 User Guide, "Troubleshoot access denied (403 Forbidden) errors in Amazon S3"."""
    case = next(case for case in CASES if case.reason is reason)
    assert why_denied(decided(case)) == words


@pytest.mark.parametrize(
    ("id", "sentence"),
    [
        ("iam-alone", f"{ABC} may perform s3:GetObject on {OBJECT}: an IAM policy allows it (statement number 1 of the IAM policy)."),
        ("iam-beside-a-policy-for-another", f"{ABC} may perform s3:GetObject on {OBJECT}: an IAM policy allows it (statement number 1 of the IAM policy)."),
        ("policy-alone", f"{ABC} may perform s3:GetObject on {OBJECT}: the resource policy allows it (statement number 1 of the bucket policy)."),
        ("role-within-boundary", f"{MAI} may perform s3:GetObject on {OBJECT}: the resource policy allows it (statement number 1 of the bucket policy and statement number 1 of the permissions boundary)."),
        ("other-named-and-iam", f"{BOB} may perform s3:GetObject on {OBJECT}: the resource policy and an IAM policy of the caller's account allow it (statement number 1 of the bucket policy and statement number 1 of the IAM policy)."),
        ("nothing", f"{ABC} may not perform s3:GetObject on {OBJECT}: no IAM policy of the caller allows it."),
        ("deny-in-policy", f"{ABC} may not perform s3:GetObject on {OBJECT}: explicit deny in the resource policy (statement number 2 of the bucket policy)."),
        ("root", f"{ROOT} may perform s3:GetObject on {OBJECT}: the account's root user may."),
        ("service-for-nothing", f"{CLOUDFRONT} may not perform s3:GetObject on {OBJECT}: the resource policy does not allow it (statement number 1 of the bucket policy does not: StringEquals requires aws:SourceArn to match {DISTRIBUTION}, and it is not in the request)."),
    ],
)  # fmt: skip
def test_sentences(id: str, sentence: str) -> None:
    assert decided(next(case for case in CASES if case.id == id)).sentence == sentence


def test_no_two_cases_have_a_name() -> None:
    assert len({case.id for case in CASES}) == len(CASES)
