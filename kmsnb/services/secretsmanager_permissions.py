"""Who may do what with a secret: IAM policies and the secret's resource policy, from another account both.

AWS Secrets Manager User Guide, "Permissions policy examples" and "Access AWS Secrets Manager secrets from a different
account"; Service Authorization Reference, "Actions, resources, and condition keys for AWS Secrets Manager".

Policies are matched against the secret's ARN, but the message of a denial names the secret as the request did: by its
name if that is what it had. This is seen in records of AWS, for CreateSecret and GetSecretValue.

Ours: a policy is public if it allows everyone something and has no condition, where AWS reasons with Zelkova;
ValidateResourcePolicy's messages, which name no check, and that it does not look whether the caller is locked out; an empty
KmsKeyId has the ARN of the default key in ``secretsmanager:KmsKeyArn``; a key that does not exist has none.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import suppress
from functools import lru_cache
from typing import Any

from moto.secretsmanager.models import secretsmanager_backends
from moto.utilities.utils import get_partition

from kmsnb.kms.authorization import parse_resource_policy
from kmsnb.kms.authorization.principals import account_of
from kmsnb.kms.core.errors import KmsError
from kmsnb.kms.moto.models import KmsBackend, backend_of

from . import permission
from .call import Answer, Call, Refusal
from .permission import Need, Resource
from .secretsmanager_data_keys import DEFAULT_KEY

#: Operations on no secret in particular.
ON_NONE = ("BatchGetSecretValue", "GetRandomPassword", "ListSecrets")
#: What CreateSecret with such a member needs besides (API Reference, "CreateSecret").
WITH_MEMBER = {
    "Tags": "secretsmanager:TagResource",
    "AddReplicaRegions": "secretsmanager:ReplicateSecretToRegions",
}
#: Members of requests that are condition keys by the same name.
MEMBERS = (
    "BlockPublicPolicy",
    "Description",
    "ForceDeleteWithoutRecovery",
    "ForceOverwriteReplicaSecret",
    "KmsKeyId",
    "Name",
    "RecoveryWindowInDays",
    "RotateImmediately",
    "RotationLambdaARN",
    "SecretId",
    "VersionId",
    "VersionStage",
)
#: What stands for the six characters that a secret's ARN ends in, where there is no secret yet.
_UNKNOWN = "??????"

#: botocore's words for PublicPolicyException.
PUBLIC = "The BlockPublicPolicy parameter is set to true, and the resource policy did not prevent broad access to the secret."

_parsed = lru_cache(maxsize=256)(parse_resource_policy)


def permit(call: Call) -> None:
    """Send a request for another account's secret there, and raise ``AccessDeniedException`` unless it is allowed."""
    secret_id = call.members.get("SecretId")
    owner = account_of(secret_id) if isinstance(secret_id, str) else ""
    if owner not in ("", call.sender_account):
        call.account = owner
        call.rewrite("x-moto-account-id", owner)
    permission.require(call, needs(call))


def needs(call: Call) -> Iterator[Need]:
    """The permissions that a request needs: its own action, on the secret."""
    action, name = f"secretsmanager:{call.operation}", call.members.get("Name")
    if call.operation in ON_NONE:
        yield Need(action, Resource("*", call.account))
        if call.operation == "BatchGetSecretValue" and call.members.get("Filters"):
            yield Need("secretsmanager:ListSecrets", Resource("*", call.account))
    elif call.operation == "CreateSecret" and isinstance(name, str):
        also = (needed for member, needed in WITH_MEMBER.items() if call.members.get(member))
        in_request = values(call.members, call.account, call.region)
        for each in (action, *also):
            yield Need(each, _unborn(name, call.account, call.region), in_request)
    else:
        id = call.members.get("SecretId")
        secret = (
            of_secret(id, call.account, call.region) if isinstance(id, str) else Resource("*", call.account)
        )
        yield Need(action, secret, values(call.members, call.account, call.region))
        if call.operation == "ValidateResourcePolicy":
            yield Need("secretsmanager:PutResourcePolicy", secret)


def require_read(call: Call, secret_id: str) -> None:
    """Raise ``AccessDeniedException`` unless the sender may read a secret that the request does not name itself."""
    if KmsBackend.settings.enforce:
        action = "secretsmanager:GetSecretValue"
        permission.require(call, [Need(action, of_secret(secret_id, call.account, call.region))])


def put_resource_policy(call: Call) -> Answer:
    """Check a policy before moto stores it: Secrets Manager User Guide, "Attach a permissions policy to a secret"."""
    fault = _fault(call.members["ResourcePolicy"])
    if fault:
        raise Refusal("MalformedPolicyDocumentException", fault)
    if call.members.get("BlockPublicPolicy") and _is_public(call.members["ResourcePolicy"]):
        raise Refusal("PublicPolicyException", PUBLIC)
    return call.proceed()


def validate_resource_policy(call: Call) -> Answer:
    """The same checks without storing anything: API Reference, "ValidateResourcePolicy". moto has no such operation."""
    text = call.members["ResourcePolicy"]
    fault = _fault(text) or (PUBLIC if _is_public(text) else None)
    errors = [{"ErrorMessage": fault}] if fault else []
    return call.respond({"PolicyValidationPassed": not fault, "ValidationErrors": errors})


def _fault(text: str) -> str | None:
    policy = parse_resource_policy(text)
    if any(map(permission.is_malformed, policy.statements)):
        return "This resource policy contains a syntax error."
    if permission.names_nobody(policy):
        return "This resource policy contains an unsupported principal."
    return None


def _is_public(text: str) -> bool:
    """Whether a policy allows everyone something under no condition."""
    return any(
        each.principals
        and (each.principals.everyone or each.principals.negated)
        and not each.conditions.tests
        for each in parse_resource_policy(text).allows
    )


def of_secret(secret_id: str, account: str, region: str) -> Resource:
    """A secret, by its name or ARN, with its resource policy. Messages name it as the request does."""
    found: Any = secretsmanager_backends[account][region].secrets.get(secret_id)
    if found is None:
        return (
            Resource(secret_id, account)
            if secret_id.startswith("arn:")
            else _unborn(secret_id, account, region)
        )
    policy = getattr(found, "policy", None)
    parsed = _parsed(policy, "resource policy") if policy else None
    return Resource(found.arn, account, parsed, secret_id, permission.by_key(found.tags))


def _unborn(name: str, account: str, region: str) -> Resource:
    partition = get_partition(region)
    arn = f"arn:{partition}:secretsmanager:{region}:{account}:secret:{name}-{_UNKNOWN}"
    return Resource(arn, account, named=name)


def values(members: Mapping[str, Any], account: str, region: str) -> permission.Values:
    """The condition keys of Secrets Manager in a request: members of it, and the ARN of the KMS key that it names."""
    found = permission.named_values(members, {name: f"secretsmanager:{name.lower()}" for name in MEMBERS})
    found = {**found, **permission.tags_in(members)}
    key = members.get("KmsKeyId")
    if key is not None:
        with suppress(KmsError):  # then it has no ARN
            named = backend_of(account, region).endpoint.region.find(key or DEFAULT_KEY, across_accounts=True)
            found = {**found, "secretsmanager:kmskeyarn": (named.arn,)}
    return found
