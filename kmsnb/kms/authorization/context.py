"""The condition keys of a request, and the values they have in it.

AWS KMS Developer Guide, "AWS KMS condition keys" and "AWS global condition keys"; IAM User Guide, "AWS global
condition context keys". Names are in lower case, because condition keys ignore case, and every value is a string.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from .actions import ACTIONS, WITHOUT_CALLER, On
from .caller import Caller
from .facts import Circumstances, KeyFacts
from .organization import Place
from .principals import Kind

Values = dict[str, tuple[str, ...]]

#: Condition keys that repeat a parameter: action → (key, parameter, value where the request leaves it out).
#: Keys whose documentation tests with Null that the parameter is absent have no such value.
_PARAMETERS: dict[str, tuple[tuple[str, str, Any], ...]] = {
    "Encrypt": (("kms:encryptionalgorithm", "EncryptionAlgorithm", "SYMMETRIC_DEFAULT"),),
    "Decrypt": (("kms:encryptionalgorithm", "EncryptionAlgorithm", "SYMMETRIC_DEFAULT"),),
    "ReEncryptFrom": (("kms:encryptionalgorithm", "SourceEncryptionAlgorithm", "SYMMETRIC_DEFAULT"),),
    "ReEncryptTo": (("kms:encryptionalgorithm", "DestinationEncryptionAlgorithm", "SYMMETRIC_DEFAULT"),),
    "Sign": (
        ("kms:signingalgorithm", "SigningAlgorithm", None),
        ("kms:messagetype", "MessageType", "RAW"),
    ),
    "Verify": (
        ("kms:signingalgorithm", "SigningAlgorithm", None),
        ("kms:messagetype", "MessageType", "RAW"),
    ),
    "GenerateMac": (("kms:macalgorithm", "MacAlgorithm", None),),
    "VerifyMac": (("kms:macalgorithm", "MacAlgorithm", None),),
    "DeriveSharedSecret": (("kms:keyagreementalgorithm", "KeyAgreementAlgorithm", None),),
    "GenerateDataKeyPair": (("kms:datakeypairspec", "KeyPairSpec", None),),
    "GenerateDataKeyPairWithoutPlaintext": (("kms:datakeypairspec", "KeyPairSpec", None),),
    "CreateGrant": (
        ("kms:grantoperations", "Operations", None),
        ("kms:granteeprincipal", "GranteePrincipal", None),
        ("kms:granteeserviceprincipal", "GranteeServicePrincipal", None),
        ("kms:retiringprincipal", "RetiringPrincipal", None),
        ("kms:retiringserviceprincipal", "RetiringServicePrincipal", None),
    ),
    "CreateKey": (
        ("kms:keyusage", "KeyUsage", "ENCRYPT_DECRYPT"),
        ("kms:keyorigin", "Origin", "AWS_KMS"),
        ("kms:multiregion", "MultiRegion", False),
        ("kms:bypasspolicylockoutsafetycheck", "BypassPolicyLockoutSafetyCheck", None),
    ),
    "PutKeyPolicy": (
        ("kms:bypasspolicylockoutsafetycheck", "BypassPolicyLockoutSafetyCheck", None),
        ("kms:policyname", "PolicyName", "default"),
    ),
    "GetKeyPolicy": (("kms:policyname", "PolicyName", "default"),),
    "EnableKeyRotation": (("kms:rotationperiodindays", "RotationPeriodInDays", 365),),
    "ScheduleKeyDeletion": (("kms:schedulekeydeletionpendingwindowindays", "PendingWindowInDays", 30),),
    "ReplicateKey": (("kms:replicaregion", "ReplicaRegion", None),),
    "UpdatePrimaryRegion": (("kms:primaryregion", "PrimaryRegion", None),),
    "ImportKeyMaterial": (
        ("kms:expirationmodel", "ExpirationModel", None),
        ("kms:validto", "ValidTo", None),
    ),
    "GetParametersForImport": (
        ("kms:wrappingalgorithm", "WrappingAlgorithm", None),
        ("kms:wrappingkeyspec", "WrappingKeySpec", None),
    ),
}

_KEY_MEMBER = {"ReEncryptFrom": "SourceKeyId", "ReEncryptTo": "DestinationKeyId"}
_CONTEXT_MEMBER = {"ReEncryptFrom": "SourceEncryptionContext", "ReEncryptTo": "DestinationEncryptionContext"}
_CONTEXT_CONSTRAINTS = ("EncryptionContextEquals", "EncryptionContextSubset")
_ABOUT_TAGS = frozenset({"CreateKey", "TagResource", "UntagResource"})
_ABOUT_GRANTS = frozenset({"CreateGrant", "ListGrants", "RevokeGrant"})

#: "IAM policies only": in a key policy these keys are never there ("ABAC for AWS KMS").
_IN_IAM_POLICIES_ONLY = ("kms:resourcealiases", "aws:resourcetag/")


def hidden_from_key_policies(key: str) -> bool:
    """Whether a condition key (in lower case) can be used in IAM policies only."""
    return key.startswith(_IN_IAM_POLICIES_ONLY)


def condition_values(
    operation: str,
    parameters: Mapping[str, Any],
    key: KeyFacts | None,
    caller: Caller,
    circumstances: Circumstances | None = None,
    *,
    same_key: bool | None = None,
) -> Values:
    """All condition keys of a request that have a value.

    ``operation`` is the action without ``kms:``, so that ReEncryptFrom and ReEncryptTo are told apart;
    ``parameters`` are the members of the request (of RetireGrant also the ``Constraints`` of the grant);
    ``same_key`` says whether ReEncrypt stays on one key.
    """
    circumstances = circumstances or Circumstances()
    values = global_values(caller, circumstances)
    action = ACTIONS.get(operation)
    if action is None or (key is None and action.on is On.KEY and operation != "TagResource"):
        return values  # an alias, to which no condition key of KMS applies
    values |= _of_parameters(operation, parameters)
    if operation not in WITHOUT_CALLER:
        _put(values, "kms:calleraccount", caller.account)
        if action.on is On.KEY or operation == "CreateKey":
            _put(values, "kms:viaservice", circumstances.via_service)
    if operation in _ABOUT_GRANTS:
        _put(values, "kms:grantisforawsresource", circumstances.via_service is not None)
    if operation.startswith("ReEncrypt"):
        _put(values, "kms:reencryptonsamekey", same_key)
    if key is not None:
        values |= _of_key(key, operation)
    return values


def global_values(caller: Caller, circumstances: Circumstances) -> Values:
    """The condition keys of every service: of the caller, and of the circumstances of its request."""
    return _of_caller(caller, circumstances.time) | _of_circumstances(circumstances)


def owner_values(account: str, place: Place | None) -> Values:
    """The condition keys of the account that owns a resource."""
    return {"aws:resourceaccount": (account,)} | _of_place("resource", place)


def encryption_context(operation: str, parameters: Mapping[str, Any]) -> Mapping[str, str]:
    """The encryption context of an action; for a grant, that of its constraint."""
    if operation in ("CreateGrant", "RetireGrant"):
        constraints = parameters.get("Constraints") or {}
        return next((constraints[name] for name in _CONTEXT_CONSTRAINTS if constraints.get(name)), {})
    action = ACTIONS.get(operation)
    if not action or not action.has_context:
        return {}
    return parameters.get(_CONTEXT_MEMBER.get(operation, "EncryptionContext")) or {}


def key_identifier(operation: str, parameters: Mapping[str, Any]) -> str | None:
    """How the request names the key."""
    return parameters.get(_KEY_MEMBER.get(operation, "KeyId"))


def _of_parameters(operation: str, parameters: Mapping[str, Any]) -> Values:
    values: Values = {}
    for name, member, otherwise in _PARAMETERS.get(operation, ()):
        _put(values, name, parameters.get(member, otherwise))
    if operation.startswith("GenerateDataKey"):
        _put(values, "kms:encryptionalgorithm", "SYMMETRIC_DEFAULT")
    if operation == "CreateKey":
        _put_both_names(
            values,
            "spec",
            parameters.get("KeySpec") or parameters.get("CustomerMasterKeySpec") or "SYMMETRIC_DEFAULT",
        )
        values["kms:customermasterkeyusage"] = values["kms:keyusage"]
        primary = "PRIMARY" if parameters.get("MultiRegion") else None
        _put(values, "kms:multiregionkeytype", parameters.get("MultiRegionKeyType", primary))
    if operation in ("CreateGrant", "RetireGrant"):
        _put_constraints(values, parameters)
    context = encryption_context(operation, parameters)
    for name, value in context.items():  # keys that differ in case only are one condition key with two values
        condition_key = f"kms:encryptioncontext:{name.lower()}"
        values[condition_key] = (*values.get(condition_key, ()), value)
    _put(values, "kms:encryptioncontextkeys", list(context))
    if (action := ACTIONS.get(operation)) and action.names_alias:
        _put(values, "kms:requestalias", _alias_name(key_identifier(operation, parameters)))
    if operation in _ABOUT_TAGS:
        tags = parameters.get("Tags") or ()
        for tag in tags:
            _put(values, f"aws:requesttag/{tag['TagKey'].lower()}", tag["TagValue"])
        _put(values, "aws:tagkeys", [tag["TagKey"] for tag in tags] or parameters.get("TagKeys"))
    return values


def _put_constraints(values: Values, parameters: Mapping[str, Any]) -> None:
    constraints = parameters.get("Constraints") or {}
    _put(values, "kms:grantconstraintsourcearn", constraints.get("SourceArn"))
    _put(values, "kms:grantconstrainttype", [name for name in _CONTEXT_CONSTRAINTS if constraints.get(name)])


def _of_key(key: KeyFacts, operation: str) -> Values:
    values = owner_values(key.account, key.place)
    if operation != "RetireGrant":
        _put_both_names(values, "spec", key.spec)
        _put_both_names(values, "usage", key.usage)
        _put(values, "kms:keyorigin", key.origin)
        _put(values, "kms:multiregion", key.multi_region_type is not None)
        _put(values, "kms:multiregionkeytype", key.multi_region_type)
    if operation in ("DisableKey", "ScheduleKeyDeletion"):
        _put(values, "kms:trailingdayswithoutkeyusage", key.days_without_use)
    _put(values, "kms:resourcealiases", key.aliases)
    for name, value in key.tags.items():
        _put(values, f"aws:resourcetag/{name.lower()}", value)
    return values


def _of_caller(caller: Caller, now: datetime | None) -> Values:
    values: Values = {}
    service = caller.kind is Kind.SERVICE
    _put(values, "aws:principalisawsservice", service)
    if service:
        _put(values, "aws:principalservicename", caller.arn)
        return values
    anonymous = caller.kind is Kind.ANONYMOUS
    _put(values, "aws:principalarn", None if anonymous else caller.principal_arn)
    _put(values, "aws:principalaccount", caller.arn if anonymous else caller.account)
    values |= _of_place("principal", caller.place)
    _put(values, "aws:principaltype", _PRINCIPAL_TYPES[caller.kind])
    _put(values, "aws:username", caller.username)
    _put(values, "aws:userid", caller.unique_id)
    _put(values, "aws:multifactorauthpresent", caller.mfa)
    if caller.token_issued:
        _put(values, "aws:tokenissuetime", _iso(caller.token_issued))
        if caller.mfa and now:  # the code came with the request for the token
            _put(values, "aws:multifactorauthage", int((now - caller.token_issued).total_seconds()))
    _put(values, "aws:federatedprovider", caller.federated_provider)
    for name, value in caller.tags.items():
        _put(values, f"aws:principaltag/{name.lower()}", value)
    return values


_PRINCIPAL_TYPES = {
    Kind.ROOT: "Account",
    Kind.USER: "User",
    Kind.ROLE_SESSION: "AssumedRole",
    Kind.FEDERATED_USER: "FederatedUser",
    Kind.ANONYMOUS: "Anonymous",
}


def _of_circumstances(circumstances: Circumstances) -> Values:
    values: Values = dict(circumstances.more)
    if circumstances.time:
        _put(values, "aws:currenttime", _iso(circumstances.time))
        _put(values, "aws:epochtime", int(circumstances.time.timestamp()))
    _put(values, "aws:requestedregion", circumstances.region)
    endpoint = circumstances.vpc_endpoint
    _put(values, "aws:vpcsourceip" if endpoint else "aws:sourceip", circumstances.source_ip)
    if endpoint:
        _put(values, "aws:sourcevpce", endpoint.id)
        _put(values, "aws:sourcevpc", endpoint.vpc)
    _put(values, "aws:securetransport", circumstances.secure_transport)
    _put(values, "aws:useragent", circumstances.user_agent)
    _put(values, "aws:sourcearn", circumstances.source_arn)
    _put(values, "aws:sourceaccount", circumstances.source_account)
    values |= _of_place("source", circumstances.source_place)
    _put(values, "aws:viaawsservice", circumstances.via_service is not None)
    if circumstances.called_via:
        _put(values, "aws:calledvia", circumstances.called_via)
        _put(values, "aws:calledviafirst", circumstances.called_via[0])
        _put(values, "aws:calledvialast", circumstances.called_via[-1])
    return values


def _of_place(whose: str, place: Place | None) -> Values:
    """The organization of the principal, the resource, or the source of a service's request."""
    if place is None:
        return {}
    return {f"aws:{whose}orgid": (place.organization,), f"aws:{whose}orgpaths": (place.path,)}


def _iso(time: datetime) -> str:
    return time.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def _put_both_names(values: Values, what: str, value: str) -> None:
    """``kms:KeySpec`` and ``kms:KeyUsage`` still answer to their old names."""
    values[f"kms:key{what}"] = values[f"kms:customermasterkey{what}"] = (value,)


def _put(values: Values, key: str, value: Any) -> None:
    """Set a value, or several. None and an empty list leave the key out."""
    several = value if isinstance(value, list | tuple) else [] if value is None else [value]
    if several:
        values[key] = tuple(map(_text, several))


def _text(value: Any) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, datetime):
        return str(value.timestamp())
    return str(value)


def _alias_name(identifier: str | None) -> str | None:
    if identifier is None:
        return None
    name = identifier.split(":", 5)[-1]
    return name if name.startswith("alias/") else None
