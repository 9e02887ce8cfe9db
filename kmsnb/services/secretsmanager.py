"""Secrets Manager: each version of a secret has a data key, which KMS decrypts whenever the value is read.

| Request | asks KMS for | as | encryption context |
|---|---|---|---|
| CreateSecret, PutSecretValue, UpdateSecret with a value | GenerateDataKey | the caller | SecretARN, SecretVersionId |
| CreateSecret, UpdateSecret with a KmsKeyId | before: GenerateDataKey and Decrypt, to try the key out | the caller | SecretARN, SecretVersionId = RequestToValidateKeyAccess |
| UpdateSecret with a KmsKeyId | also, for AWSCURRENT, AWSPREVIOUS, AWSPENDING: Decrypt, then Encrypt under the new key | the caller | SecretARN, SecretVersionId |
| GetSecretValue, BatchGetSecretValue | Decrypt, once for each secret | the caller | SecretARN, SecretVersionId |
| PutSecretValue, UpdateSecret, CreateSecret again with the version ID of a version | Decrypt, to compare | the caller | SecretARN, SecretVersionId |
| ReplicateSecretToRegions, CreateSecret with replicas | GenerateDataKey in the other Region; Decrypt here, Encrypt there | the caller | SecretARN (that of the replica there), SecretVersionId |
| RotateSecret, UpdateSecretVersionStage, ListSecretVersionIds, DeleteSecret, RestoreSecret, GetRandomPassword … | nothing | | |

Rotating a secret does not rotate its key: the rotation function puts a new value, which gets a new data key under the
same KMS key. After a change of key, the versions with labels open with the new key or the old one. If KMS refuses to
encrypt a data key again, UpdateSecret still succeeds, and that version stays under its old key alone.

AWS Secrets Manager User Guide, "Secret encryption and decryption in AWS Secrets Manager" and "Access secrets from a
different account"; Secrets Manager API Reference.

Ours, as AWS doesn't document it: the order of these calls; the key is tried out only if the request names one; an
identifier or spec that KMS rejects is InvalidParameterException, any other fault in a key EncryptionFailure; the new data
key is tried before the old one; how a replica is tried out, and that KMS's refusal makes its status Failed; a batch asks
once for each secret; ListSecretVersionIds has customer managed keys by their ARNs. A value that moto stored without a
request that came by here (a replica's later versions, RDS's password) gets its data key when it is first read.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from moto.secretsmanager.models import FakeSecret, ReplicaSecret, secretsmanager_backends

from kmsnb.kms.core.errors import (
    AccessDeniedException,
    DisabledException,
    KmsError,
    KMSInternalException,
    KMSInvalidStateException,
    UnrecognizedClientException,
)
from kmsnb.kms.moto.models import backend_of

from . import secretsmanager_data_keys as data_keys
from .call import Answer, Call, Refusal
from .permission import Need
from .question import Behind, Question
from .quoted import quoted
from .secretsmanager_permissions import (
    of_secret,
    permit,
    put_resource_policy,
    require_read,
    validate_resource_policy,
    values,
)
from .service import Service

PRINCIPAL = "secretsmanager.amazonaws.com"
MARKED = "You can't perform this operation on the secret because it was marked for deletion."


def create_secret(call: Call) -> Answer:
    """The secret's ARN is known once moto has made it; if KMS refuses, it is removed again."""
    asked, version_id = call.members, _version_id(call)
    existing = _find(call, asked["Name"])
    if existing is not None and existing.is_deleted():
        raise Refusal(
            "InvalidRequestException",
            "You can't create this secret because a secret with this name is already scheduled for deletion.",
        )
    if existing is not None:
        _compare(call, existing, version_id)
        return call.proceed()
    answer = call.proceed()
    told = json.loads(answer.body)
    secret = _find(call, told["ARN"])
    try:
        if asked.get("KmsKeyId"):
            data_keys.try_out(call, secret.arn, asked["KmsKeyId"])
        if _has_value(asked):
            made = data_keys.new(call, secret, version_id, data_keys.key_of(secret))
            data_keys.kept(secret)[version_id] = [made]
    except KmsError:
        _remove(call, secret)
        raise
    return _replicated(call, answer, secret)


def put_secret_value(call: Call) -> Answer:
    """A new version gets a new data key."""
    return _write(call, None)


def update_secret(call: Call) -> Answer:
    """A new key is tried out; then the data keys of the versions with labels are encrypted under it, too."""
    key = call.members.get("KmsKeyId")
    return _write(call, data_keys.DEFAULT_KEY if key == "" else key)


def _write(call: Call, new_key: str | None) -> Answer:
    version_id, secret = _version_id(call), _find(call, call.members["SecretId"])
    if secret is None or isinstance(secret, ReplicaSecret):
        return call.proceed()  # moto rejects it
    _require_unmarked(secret)
    again: dict[str, data_keys.DataKey] = {}
    if new_key is not None:
        data_keys.try_out(call, secret.arn, new_key)
        if new_key != data_keys.key_of(secret):
            again = data_keys.encrypted_again(call, secret, new_key)
    _compare(call, secret, version_id)
    made = []
    if _has_value(call.members) and not _is_final(secret, version_id):
        made = [data_keys.new(call, secret, version_id, new_key or data_keys.key_of(secret))]
    answer = call.proceed()
    if new_key is not None:
        secret.kms_key_id = new_key
    kept = data_keys.kept(secret)
    for version, data_key in again.items():
        kept[version] = [data_key, kept[version][0]]  # the copy under the old key stays
    if made:
        kept[version_id] = made
    return answer


def get_secret_value(call: Call) -> Answer:
    """The value is returned if KMS decrypts its data key."""
    secret, stage = _find(call, call.members["SecretId"]), call.members.get("VersionStage")
    _require_unmarked(secret)
    versions = [] if secret is None else secret.versions.values()
    labels = {label for each in versions for label in each["version_stages"]}
    if labels and stage and stage not in labels and not call.members.get("VersionId"):
        raise _not_found(f" value for staging label: {stage}")
    answer = call.proceed()
    told = json.loads(answer.body)
    read(call, told["ARN"], told["VersionId"])
    return answer


def batch_get_secret_value(call: Call) -> Answer:
    """A secret that KMS refuses is listed under Errors; the others are returned."""
    answer = call.proceed()
    told = json.loads(answer.body)
    for error in told["Errors"]:
        if error["ErrorCode"] == "InvalidRequestException":
            error["Message"] = MARKED
    opened = []
    for value in told["SecretValues"]:
        try:
            require_read(call, value["ARN"])
            read(call, value["ARN"], value["VersionId"])
            opened.append(value)
        except Refusal as refused:
            told["Errors"].append(
                {"SecretId": value["ARN"], "ErrorCode": refused.code, "Message": refused.message}
            )
    answer.body = json.dumps({**told, "SecretValues": opened})
    return answer


def replicate_secret(call: Call) -> Answer:
    """The data keys are encrypted again under a key of each new Region."""
    answer = call.proceed()
    return _replicated(call, answer, _find(call, call.members["SecretId"]))


def update_secret_version_stage(call: Call) -> Answer:
    """From now on, the version that AWSCURRENT was moved to is the one that is read; moto would read the old one."""
    answer = call.proceed()
    moved_to = call.members.get("MoveToVersionId")
    if moved_to and call.members["VersionStage"] == "AWSCURRENT":
        _find(call, call.members["SecretId"]).set_default_version_id(moved_to)
    return answer


def rotate_secret(call: Call) -> Answer:
    """Whoever rotates a secret is a function, or the service that owns it; for none, moto would put an empty version."""
    secret = _find(call, call.members["SecretId"])
    rotates = call.members.get("RotationLambdaARN") or getattr(secret, "rotation_lambda_arn", "")
    if isinstance(secret, FakeSecret) and not (rotates or secret.owning_service):
        _require_unmarked(secret)
        raise Refusal(
            "InvalidRequestException", "No Lambda rotation function ARN is associated with this secret."
        )
    return call.proceed()


def list_secret_version_ids(call: Call) -> Answer:
    """The versions that have labels, or all of them, with the keys that their data keys are encrypted under."""
    secret = _existing(call, call.members["SecretId"])
    answer = call.proceed()
    told, kept = json.loads(answer.body), data_keys.kept(secret)
    told.pop("NextToken")  # moto's is always empty
    default = backend_of(call.account, call.region).endpoint.region.aliases.get(data_keys.DEFAULT_KEY)
    names = {default.key.arn: "DefaultEncryptionKey"} if default else {}
    told["Versions"] = [
        {**each, "KmsKeyIds": [names.get(key, key) for _, key in kept.get(each["VersionId"], ())]}
        for each in told["Versions"]
        if each["VersionStages"] or call.members.get("IncludeDeprecated")
    ]
    answer.body = json.dumps({**told, "ARN": secret.arn})
    return answer


def read(call: Call, secret_id: str, version_id: str) -> None:
    """Ask KMS to decrypt the data key of a version. Raises the service's ``Refusal``."""
    secret = _existing(call, secret_id)
    try:
        data_keys.decrypt(call, secret, version_id)
    except KmsError as error:
        raise refusal(error, "decrypt") from error


def _require_unmarked(secret: Any) -> None:
    if secret is not None and secret.is_deleted():
        raise Refusal("InvalidRequestException", MARKED)


def _replicated(call: Call, answer: Answer, secret: Any) -> Answer:
    """Give the replicas of a request their data keys; one that KMS refuses has failed."""
    for asked in call.members.get("AddReplicaRegions") or []:
        there, key = call.in_region(asked["Region"]), asked.get("KmsKeyId") or data_keys.DEFAULT_KEY
        replica = next(each for each in secret.replicas[::-1] if each.region == there.region)
        if not replica.has_replica:
            continue  # moto refused it
        replica.kms_key_id = replica.config["KmsKeyId"] = key
        try:
            there.ask("GenerateDataKey", **data_keys.request(there, replica.arn, data_keys.TRIAL, key))
            for version_id in data_keys.labelled(secret):
                data_key = data_keys.decrypt(call, secret, version_id)
                data_keys.kept(replica)[version_id] = [
                    data_keys.encrypt(there, replica.arn, version_id, key, data_key)
                ]
        except KmsError as error:
            replica.has_replica = False
            replica.config.update(Status="Failed", StatusMessage=refusal(error).message)
            _remove(there, replica)
    if secret.replicas:
        told = {
            **json.loads(answer.body),
            "ARN": secret.arn,
            "ReplicationStatus": [replica.config for replica in secret.replicas],
        }
        answer.body = json.dumps(told)
    return answer


def _compare(call: Call, secret: Any, version_id: str) -> None:
    """A version ID that exists already: its value is decrypted, to see whether the request only repeats it."""
    if _has_value(call.members) and data_keys.is_filled(secret.versions.get(version_id, {})):
        read(call, secret.arn, version_id)


def _is_final(secret: Any, version_id: str) -> bool:
    """Whether moto won't give this version another value."""
    version = secret.versions.get(version_id)
    return version is not None and "AWSPENDING" not in version["version_stages"]


def _has_value(members: Mapping[str, Any]) -> bool:
    return members.get("SecretString") is not None or members.get("SecretBinary") is not None


def _find(call: Call, secret_id: str) -> Any:
    """moto's secret, or replica of one, by its name or ARN; or None."""
    return secretsmanager_backends[call.account][call.region].secrets.get(secret_id)


def _existing(call: Call, secret_id: str) -> Any:
    """moto's secret, or replica of one. Raises a ``Refusal`` if there is none."""
    secret = _find(call, secret_id)
    if secret is None:
        raise _not_found(".")
    return secret


def _not_found(what: str) -> Refusal:
    return Refusal("ResourceNotFoundException", f"Secrets Manager can't find the specified secret{what}")


def _remove(call: Call, secret: Any) -> None:
    """Remove a secret and its replicas. moto has a secret under its name, and a replica under its ARN."""
    secrets: Any = secretsmanager_backends[call.account][call.region].secrets
    for key in (secret.name, secret.arn):
        if dict.get(secrets, key) is secret:
            dict.pop(secrets, key)
    for replica in getattr(secret, "replicas", ()):
        _remove(call.in_region(replica.region), replica)


def _version_id(call: Call) -> str:
    """The ID of a version is the request's token, which AWS's SDKs make up."""
    token: str | None = call.members.get("ClientRequestToken")
    if not token:
        raise Refusal(
            "InvalidRequestException",
            "You must provide a ClientRequestToken value. We recommend a UUID-type value.",
        )
    return token


def question(action: str, arn: str, sender_account: str, parameters: Mapping[str, Any]) -> Question:
    """What an action on a secret's ARN needs, and what KMS is asked behind it: the first question, if there are several."""
    region, account = arn.split(":")[3:5] if arn.count(":") >= 6 else ("", "")
    secret: Any = secretsmanager_backends[account][region].secrets.get(arn) if account else None
    if secret is None:
        raise ValueError(
            f"There is no secret of this ARN: {arn!r}. Secrets Manager's list_secrets() lists them."
        )
    need = Need(action, of_secret(arn, account, region), values(parameters, account, region))

    def behind(operation: str, key: str, version_id: str) -> Question:
        context, named = data_keys.context(secret.arn, version_id), data_keys.arn_of(key, account, region)
        return Question(need, region, Behind(operation, named, region, context))

    if action == "secretsmanager:GetSecretValue":
        stage = parameters.get("VersionStage") or "AWSCURRENT"
        labelled = (each for each, version in secret.versions.items() if stage in version["version_stages"])
        read = parameters.get("VersionId") or next(labelled, "")
        kept = data_keys.kept(secret).get(read)
        return behind("kms:Decrypt", kept[0].key if kept else data_keys.key_of(secret), read)
    updates = action == "secretsmanager:UpdateSecret"
    if updates and parameters.get("KmsKeyId") is not None:
        new_key = parameters["KmsKeyId"] or data_keys.DEFAULT_KEY
        return behind("kms:GenerateDataKey", new_key, data_keys.TRIAL)
    if action == "secretsmanager:PutSecretValue" or (updates and _has_value(parameters)):
        version_id = parameters.get("ClientRequestToken", "")
        return behind("kms:GenerateDataKey", data_keys.key_of(secret), version_id)
    return Question(need, region)


def refusal(error: KmsError, what: str = "encrypt") -> Refusal:
    """KMS's refusal as Secrets Manager words it; ``what`` it could not do is ``encrypt`` or ``decrypt``."""
    if isinstance(error, UnrecognizedClientException):
        return Refusal(error.code, error.message)
    if isinstance(error, AccessDeniedException):
        return Refusal("AccessDeniedException", "Access to KMS is not allowed", 400)
    if isinstance(error, KMSInternalException):
        return Refusal("InternalServiceError", quoted(error))
    if what == "decrypt" or isinstance(error, (DisabledException, KMSInvalidStateException)):
        code = "DecryptionFailure" if what == "decrypt" else "EncryptionFailure"
        return Refusal(code, f"Secrets Manager can't {what} the secret value: {quoted(error)}")
    return Refusal(
        "InvalidParameterException", f"The operation failed because of an invalid KMS key: {quoted(error)}"
    )


SERVICE = Service(
    "secretsmanager",
    PRINCIPAL,
    {
        "CreateSecret": create_secret,
        "PutResourcePolicy": put_resource_policy,
        "ValidateResourcePolicy": validate_resource_policy,
        "PutSecretValue": put_secret_value,
        "UpdateSecret": update_secret,
        "GetSecretValue": get_secret_value,
        "BatchGetSecretValue": batch_get_secret_value,
        "ReplicateSecretToRegions": replicate_secret,
        "ListSecretVersionIds": list_secret_version_ids,
        "RotateSecret": rotate_secret,
        "UpdateSecretVersionStage": update_secret_version_stage,
    },
    refusal,
    permit=permit,
    question=question,
)
