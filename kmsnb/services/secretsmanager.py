"""Secrets Manager: each version of a secret has a data key, which KMS decrypts whenever the value is read.

| Request | asks KMS for | as | encryption context |
|---|---|---|---|
| CreateSecret, PutSecretValue, UpdateSecret with a value | GenerateDataKey | the caller | SecretARN, SecretVersionId |
| CreateSecret, UpdateSecret with a KmsKeyId | before: GenerateDataKey and Decrypt, to try the key out | the caller | SecretARN, SecretVersionId = RequestToValidateKeyAccess |
| UpdateSecret with a KmsKeyId | also, for AWSCURRENT, AWSPREVIOUS, AWSPENDING: Decrypt, then Encrypt under the new key | the caller | SecretARN, SecretVersionId |
| GetSecretValue, BatchGetSecretValue | Decrypt, once for each secret | the caller | SecretARN, SecretVersionId |
| PutSecretValue, UpdateSecret, CreateSecret again with the version ID of a version | Decrypt, to compare | the caller | SecretARN, SecretVersionId |
| ReplicateSecretToRegions, CreateSecret with replicas | GenerateDataKey in the other Region; Decrypt here, Encrypt there | the caller | SecretARN (that of the replica there), SecretVersionId |
| RotateSecret, UpdateSecretVersionStage, DeleteSecret, RestoreSecret, GetRandomPassword … | nothing | | |

Rotating a secret does not rotate its key: the rotation function puts a new value, which gets a new data key under the
same KMS key. After a change of key, the versions with labels open with the new key or the old one. If KMS refuses to
encrypt a data key again, UpdateSecret still succeeds, and that version stays under its old key alone.

AWS Secrets Manager User Guide, "Secret encryption and decryption in AWS Secrets Manager" and "Access secrets from a
different account"; Secrets Manager API Reference.

Ours, as AWS doesn't document it: the order of these calls; the key is tried out only if the request names one; an
identifier or spec that KMS rejects is InvalidParameterException, any other fault in a key EncryptionFailure; the new data
key is tried before the old one; how a replica is tried out, and that KMS's refusal makes its status Failed; a batch asks
once for each secret. A value that moto stored without a request that came by here (a replica's later versions, RDS's
password) gets its data key when it is first read.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from moto.secretsmanager.models import ReplicaSecret, secretsmanager_backends
from moto.utilities.utils import get_partition

from kmsnb.kms.core.errors import (
    AccessDeniedException,
    DisabledException,
    KmsError,
    KMSInternalException,
    KMSInvalidStateException,
    UnrecognizedClientException,
)

from .call import Answer, Call, Refusal
from .permission import Need
from .question import Behind, Question
from .quoted import quoted
from .secretsmanager_permissions import of_secret, permit, require_read
from .service import Service

PRINCIPAL = "secretsmanager.amazonaws.com"
DEFAULT_KEY = "alias/aws/secretsmanager"
TRIAL = "RequestToValidateKeyAccess"
LABELS = {"AWSCURRENT", "AWSPREVIOUS", "AWSPENDING"}


def create_secret(call: Call) -> Answer:
    """The secret's ARN is known once moto has made it; if KMS refuses, it is removed again."""
    asked, version_id = call.members, _version_id(call)
    existing = _find(call, asked["Name"])
    if existing is not None:
        _compare(call, existing, version_id)
        return call.proceed()
    answer = call.proceed()
    told = json.loads(answer.body)
    secret = _find(call, told["ARN"])
    try:
        if asked.get("KmsKeyId"):
            _try_out(call, secret.arn, asked["KmsKeyId"])
        if _has_value(asked):
            _kept(secret)[version_id] = [_new_data_key(call, secret, version_id, _key_of(secret))]
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
    return _write(call, DEFAULT_KEY if key == "" else key)


def _write(call: Call, new_key: str | None) -> Answer:
    version_id, secret = _version_id(call), _find(call, call.members["SecretId"])
    if secret is None or isinstance(secret, ReplicaSecret) or secret.is_deleted():
        return call.proceed()  # moto rejects it
    again: dict[str, bytes] = {}
    if new_key is not None:
        _try_out(call, secret.arn, new_key)
        again = _encrypted_again(call, secret, new_key) if new_key != _key_of(secret) else {}
    _compare(call, secret, version_id)
    made = []
    if _has_value(call.members) and not _is_final(secret, version_id):
        made = [_new_data_key(call, secret, version_id, new_key or _key_of(secret))]
    answer = call.proceed()
    if new_key is not None:
        secret.kms_key_id = new_key
    for version, data_key in again.items():
        _kept(secret)[version] = [data_key, _kept(secret)[version][0]]  # the copy under the old key stays
    if made:
        _kept(secret)[version_id] = made
    return answer


def get_secret_value(call: Call) -> Answer:
    """The value is returned if KMS decrypts its data key."""
    answer = call.proceed()
    told = json.loads(answer.body)
    read(call, told["ARN"], told["VersionId"])
    return answer


def batch_get_secret_value(call: Call) -> Answer:
    """A secret that KMS refuses is listed under Errors; the others are returned."""
    answer = call.proceed()
    told = json.loads(answer.body)
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


def read(call: Call, secret_id: str, version_id: str) -> None:
    """Ask KMS to decrypt the data key of a version. Raises the service's ``Refusal``."""
    secret = _find(call, secret_id)
    if secret is None:  # deleted since
        raise Refusal("ResourceNotFoundException", "Secrets Manager can't find the specified secret.")
    try:
        _decrypt(call, secret, version_id)
    except KmsError as error:
        raise refusal(error, "decrypt") from error


def _new_data_key(call: Call, secret: Any, version_id: str, key: str) -> bytes:
    made = call.ask("GenerateDataKey", **_data_key(call, secret.arn, version_id, key))
    encrypted: bytes = made["CiphertextBlob"]
    return encrypted


def _decrypt(call: Call, secret: Any, version_id: str) -> bytes:
    """A version's data key, by any of its ciphertexts. Raises KMS's error for the first of them."""
    if version_id not in _kept(secret):  # moto stored this version by itself
        made = call.ask_internally(
            "GenerateDataKey", **_data_key(call, secret.arn, version_id, _key_of(secret))
        )
        _kept(secret)[version_id] = [made["CiphertextBlob"]]
    errors = []
    for ciphertext in _kept(secret)[version_id]:
        try:
            decrypted: bytes = call.ask(
                "Decrypt", CiphertextBlob=ciphertext, EncryptionContext=_context(secret.arn, version_id)
            )["Plaintext"]
            return decrypted
        except KmsError as error:
            errors.append(error)
    raise errors[0]


def _try_out(call: Call, arn: str, key: str) -> None:
    """Whether the caller may use a key. The results are thrown away."""
    made = call.ask("GenerateDataKey", **_data_key(call, arn, TRIAL, key))
    call.ask("Decrypt", CiphertextBlob=made["CiphertextBlob"], EncryptionContext=_context(arn, TRIAL))


def _encrypted_again(call: Call, secret: Any, key: str) -> dict[str, bytes]:
    """The data keys of the versions with labels under another key. What KMS refuses stays as it is."""
    again = {}
    for version_id in _labelled(secret):
        try:
            data_key = _decrypt(call, secret, version_id)
            again[version_id] = _encrypt(call, secret.arn, version_id, key, data_key)
        except KmsError:
            continue
    return again


def _encrypt(call: Call, arn: str, version_id: str, key: str, data_key: bytes) -> bytes:
    encrypted: bytes = call.ask(
        "Encrypt",
        KeyId=_named(call, key),
        Plaintext=data_key,
        EncryptionContext=_context(arn, version_id),
    )["CiphertextBlob"]
    return encrypted


def _replicated(call: Call, answer: Answer, secret: Any) -> Answer:
    """Give the replicas of a request their data keys; one that KMS refuses has failed."""
    for asked in call.members.get("AddReplicaRegions") or []:
        there, key = call.in_region(asked["Region"]), asked.get("KmsKeyId") or DEFAULT_KEY
        replica = next(each for each in secret.replicas[::-1] if each.region == there.region)
        if not replica.has_replica:
            continue  # moto refused it
        replica.kms_key_id = replica.config["KmsKeyId"] = key
        try:
            there.ask("GenerateDataKey", **_data_key(there, replica.arn, TRIAL, key))
            for version_id in _labelled(secret):
                data_key = _decrypt(call, secret, version_id)
                _kept(replica)[version_id] = [_encrypt(there, replica.arn, version_id, key, data_key)]
        except KmsError as error:
            replica.has_replica = False
            replica.config.update(Status="Failed", StatusMessage=refusal(error).message)
            _remove(there, replica)
    if secret.replicas:
        told = {
            **json.loads(answer.body),
            "ReplicationStatus": [replica.config for replica in secret.replicas],
        }
        answer.body = json.dumps(told)
    return answer


def _compare(call: Call, secret: Any, version_id: str) -> None:
    """A version ID that exists already: its value is decrypted, to see whether the request only repeats it."""
    if _has_value(call.members) and _is_filled(secret.versions.get(version_id, {})):
        read(call, secret.arn, version_id)


def _is_final(secret: Any, version_id: str) -> bool:
    """Whether moto won't give this version another value."""
    version = secret.versions.get(version_id)
    return version is not None and "AWSPENDING" not in version["version_stages"]


def _has_value(members: dict[str, Any]) -> bool:
    return members.get("SecretString") is not None or members.get("SecretBinary") is not None


def _is_filled(version: dict[str, Any]) -> bool:
    """Whether moto's version has a value; that of a rotation has none at first."""
    return version.get("secret_string") is not None or version.get("secret_binary") is not None


def _labelled(secret: Any) -> list[str]:
    return [
        version_id
        for version_id, version in secret.versions.items()
        if LABELS & set(version["version_stages"]) and _is_filled(version)
    ]


def _find(call: Call, secret_id: str) -> Any:
    """moto's secret, or replica of one, by its name or ARN; or None."""
    return secretsmanager_backends[call.account][call.region].secrets.get(secret_id)


def _remove(call: Call, secret: Any) -> None:
    """Remove a secret and its replicas. moto has a secret under its name, and a replica under its ARN."""
    secrets: Any = secretsmanager_backends[call.account][call.region].secrets
    for key in (secret.name, secret.arn):
        if dict.get(secrets, key) is secret:
            dict.pop(secrets, key)
    for replica in getattr(secret, "replicas", ()):
        _remove(call.in_region(replica.region), replica)


def _kept(secret: Any) -> dict[str, list[bytes]]:
    """The encrypted data keys beside moto's secret, by version; those to try first come first."""
    kept: dict[str, list[bytes]] = secret.__dict__.setdefault("data_keys", {})
    return kept


def _key_of(secret: Any) -> str:
    return getattr(secret, "kms_key_id", None) or DEFAULT_KEY


def _named(call: Call, key: str) -> str:
    """A key as KMS is asked for it: from another account, an ID or alias means one of the secret's account."""
    if call.account == call.sender_account or key.startswith("arn:"):
        return key
    resource = key if key.startswith("alias/") else f"key/{key}"
    return f"arn:{get_partition(call.region)}:kms:{call.region}:{call.account}:{resource}"


def _data_key(call: Call, arn: str, version_id: str, key: str) -> dict[str, Any]:
    """The members of a request for a data key."""
    return {
        "KeyId": _named(call, key),
        "KeySpec": "AES_256",
        "EncryptionContext": _context(arn, version_id),
    }


def _context(arn: str, version_id: str) -> dict[str, str]:
    return {"SecretARN": arn, "SecretVersionId": version_id}


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
    """What an action on a secret's ARN needs, and what KMS is asked behind it."""
    region, account = arn.split(":")[3:5] if arn.count(":") >= 6 else ("", "")
    secret: Any = secretsmanager_backends[account][region].secrets.get(arn) if account else None
    if secret is None:
        raise ValueError(
            f"There is no secret of this ARN: {arn!r}. Secrets Manager's list_secrets() lists them."
        )
    asked = None
    current = next((v for v, each in secret.versions.items() if "AWSCURRENT" in each["version_stages"]), "")
    if action == "secretsmanager:GetSecretValue":
        asked = Behind("kms:Decrypt", _key_of(secret), region, _context(secret.arn, current))
    elif action == "secretsmanager:PutSecretValue":
        version = parameters.get("ClientRequestToken", "")
        asked = Behind("kms:GenerateDataKey", _key_of(secret), region, _context(secret.arn, version))
    return Question(Need(action, of_secret(arn, account, region)), region, asked)


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
        "PutSecretValue": put_secret_value,
        "UpdateSecret": update_secret,
        "GetSecretValue": get_secret_value,
        "BatchGetSecretValue": batch_get_secret_value,
        "ReplicateSecretToRegions": replicate_secret,
    },
    refusal,
    permit=permit,
    question=question,
)
