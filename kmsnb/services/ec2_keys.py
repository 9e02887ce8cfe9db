"""Which KMS key EBS encrypts a new volume or copy under, and the data key that it keeps with each.

EBS User Guide, "Amazon EBS encryption examples", under "Encryption outcomes"; API Reference, "CopySnapshot".
"""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from moto.ec2.models import ec2_backends

from kmsnb.kms.core.key import AWS
from kmsnb.kms.moto.models import backend_of

from .call import Call

AWS_MANAGED = "alias/aws/ebs"


@dataclass(frozen=True)
class DataKey:
    """A data key as EBS keeps it: encrypted, with the ARN of its KMS key and the id in its encryption context."""

    kms_key: str
    ciphertext: bytes
    id: str

    @property
    def context(self) -> dict[str, str]:
        """The encryption context. A snapshot made by CreateSnapshot has its volume's data key, and so its id."""
        return {"aws:ebs:id": self.id}


def backend(call: Call) -> Any:
    """moto's EC2 in the account and Region of a request."""
    return ec2_backends[call.account][call.region]


def data_key_of(resource: Any) -> DataKey | None:
    """The data key of a volume or snapshot; None if that is not encrypted."""
    return getattr(resource, "data_key", None)


def give(resource: Any, key: DataKey | None) -> None:
    """Keep a data key with its volume or snapshot."""
    if key:
        resource.data_key, resource.kms_key_id, resource.encrypted = key, key.kms_key, True


def default_key(call: Call) -> str:
    """The default key for EBS encryption of the account in the Region."""
    return backend(call).default_kms_key_id or AWS_MANAGED


def arn_of(call: Call, key_id: str) -> str:
    """The ARN of a key, or its name as given if there is no such key: KMS will say so when it is asked."""
    try:
        return str(_find(call, key_id).arn)
    except KeyError:
        return key_id


def is_aws_managed(call: Call, resource: Any) -> bool:
    """Whether a snapshot is encrypted under ``aws/ebs``: a key of another account never is, nor one that is gone."""
    key = data_key_of(resource)
    with suppress(KeyError):
        return key is not None and bool(_find(call, key.kms_key).manager == AWS)
    return False


def _find(call: Call, key_id: str) -> Any:
    return backend_of(call.account, call.region).describe_key(key_id)


def key_for_volume(call: Call, asked: Mapping[str, Any], source: Any) -> str | None:
    """The key that a new volume will be encrypted under; None if it stays unencrypted.

    ``asked`` may have the members ``Encrypted`` and ``KmsKeyId``, ``source`` is the snapshot it is created from. A volume
    from an encrypted snapshot of one's own has the same key unless another is named, from a shared one the default key.
    """
    if not (asked.get("Encrypted") or data_key_of(source) or backend(call).ebs_encryption_by_default):
        return None
    return asked.get("KmsKeyId") or own_key(call, source) or default_key(call)


def own_key(call: Call, source: Any) -> str | None:
    """The key of a snapshot of one's own, which a volume from it takes over; None for a shared or unencrypted one."""
    key = data_key_of(source)
    return key.kms_key if key and source.owner_id == call.account else None


def key_for_copy(call: Call, asked: Mapping[str, Any], source: Any) -> str | None:
    """The key for a copy of a snapshot: the one that is named, or the default key, whoever owns the snapshot."""
    wanted = asked.get("KmsKeyId")
    encrypted = wanted or asked.get("Encrypted") or data_key_of(source)
    return wanted or default_key(call) if encrypted or backend(call).ebs_encryption_by_default else None
