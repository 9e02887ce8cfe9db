"""The data keys of a secret's versions: made, encrypted and decrypted by KMS, and kept beside moto's secret."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

from moto.utilities.utils import get_partition

from kmsnb.kms.core.errors import KmsError

from .call import Call

DEFAULT_KEY = "alias/aws/secretsmanager"
#: The version in the encryption context when a key is only tried out.
TRIAL = "RequestToValidateKeyAccess"
#: Versions with one of these labels are encrypted again when the key changes, and for replicas.
LABELS = {"AWSCURRENT", "AWSPREVIOUS", "AWSPENDING"}


class DataKey(NamedTuple):
    """An encrypted data key, and the ARN of the KMS key that encrypted it."""

    encrypted: bytes
    key: str

    @classmethod
    def of(cls, told: Mapping[str, Any]) -> DataKey:
        """The one in a response of KMS."""
        return cls(told["CiphertextBlob"], told["KeyId"])


def new(call: Call, secret: Any, version_id: str, key: str) -> DataKey:
    """Have a data key made for a version. Raises a ``KmsError``."""
    return DataKey.of(call.ask("GenerateDataKey", **request(call, secret.arn, version_id, key)))


def decrypt(call: Call, secret: Any, version_id: str) -> bytes:
    """A version's data key, by any of its ciphertexts. Raises KMS's error for the first of them."""
    if version_id not in kept(secret):  # moto stored this version by itself
        made = call.ask_internally("GenerateDataKey", **request(call, secret.arn, version_id, key_of(secret)))
        kept(secret)[version_id] = [DataKey.of(made)]
    errors = []
    for data_key in kept(secret)[version_id]:
        try:
            decrypted: bytes = call.ask(
                "Decrypt",
                CiphertextBlob=data_key.encrypted,
                EncryptionContext=context(secret.arn, version_id),
            )["Plaintext"]
            return decrypted
        except KmsError as error:
            errors.append(error)
    raise errors[0]


def try_out(call: Call, arn: str, key: str) -> None:
    """Whether the caller may use a key; the results are thrown away. Raises a ``KmsError``."""
    made = call.ask("GenerateDataKey", **request(call, arn, TRIAL, key))
    call.ask("Decrypt", CiphertextBlob=made["CiphertextBlob"], EncryptionContext=context(arn, TRIAL))


def encrypted_again(call: Call, secret: Any, key: str) -> dict[str, DataKey]:
    """The data keys of the versions with labels under another key. What KMS refuses stays as it is."""
    again = {}
    for version_id in labelled(secret):
        try:
            data_key = decrypt(call, secret, version_id)
            again[version_id] = encrypt(call, secret.arn, version_id, key, data_key)
        except KmsError:
            continue
    return again


def encrypt(call: Call, arn: str, version_id: str, key: str, data_key: bytes) -> DataKey:
    """A version's data key under another KMS key. Raises a ``KmsError``."""
    encrypted = call.ask(
        "Encrypt",
        KeyId=_named(call, key),
        Plaintext=data_key,
        EncryptionContext=context(arn, version_id),
    )
    return DataKey.of(encrypted)


def is_filled(version: dict[str, Any]) -> bool:
    """Whether moto's version has a value; that of a rotation has none at first."""
    return version.get("secret_string") is not None or version.get("secret_binary") is not None


def labelled(secret: Any) -> list[str]:
    """The IDs of the versions that have one of ``LABELS``, and a value."""
    return [
        version_id
        for version_id, version in secret.versions.items()
        if LABELS & set(version["version_stages"]) and is_filled(version)
    ]


def kept(secret: Any) -> dict[str, list[DataKey]]:
    """The data keys beside moto's secret, by version; those to try first come first."""
    kept: dict[str, list[DataKey]] = secret.__dict__.setdefault("data_keys", {})
    return kept


def key_of(secret: Any) -> str:
    """The KMS key that a secret names, or the one that stands for none."""
    return getattr(secret, "kms_key_id", None) or DEFAULT_KEY


def _named(call: Call, key: str) -> str:
    """A key as KMS is asked for it: from another account, an ID or alias means one of the secret's account."""
    return key if call.account == call.sender_account else arn_of(key, call.account, call.region)


def arn_of(key: str, account: str, region: str) -> str:
    """A key or alias of an account by its ARN."""
    if key.startswith("arn:"):
        return key
    resource = key if key.startswith("alias/") else f"key/{key}"
    return f"arn:{get_partition(region)}:kms:{region}:{account}:{resource}"


def request(call: Call, arn: str, version_id: str, key: str) -> dict[str, Any]:
    """The members of a request for a version's data key."""
    return {
        "KeyId": _named(call, key),
        "KeySpec": "AES_256",
        "EncryptionContext": context(arn, version_id),
    }


def context(arn: str, version_id: str) -> dict[str, str]:
    """The encryption context of a version's data key."""
    return {"SecretARN": arn, "SecretVersionId": version_id}
