"""What EC2 asks KMS for: a data key for each new volume or copy, and a grant for each instance that uses one.

EBS User Guide, "How Amazon EBS encryption works" and "Requirements for Amazon EBS encryption"; AWS KMS Developer Guide,
"Amazon EC2 example two". What is asked for a volume or a copy that has a source, by which grants, and when they are
retired is as CloudTrail recorded it in September 2026; the order within one request is ours. An instance decrypts without
EC2 in between: its records have ``AWS Internal`` in place of a service, and so there is no ``kms:ViaService``. The last is
our conclusion, as is who retires the grant for a new volume.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import replace
from typing import Any

from moto.utilities.utils import get_partition

from kmsnb.kms.authorization import Caller
from kmsnb.kms.core.errors import AccessDeniedException, KmsError
from kmsnb.kms.moto import callers
from kmsnb.kms.records.journal import INTERNAL

from .call import Call
from .ec2_events import tell
from .ec2_keys import DataKey, arn_of, data_key_of, give, own_key

#: The size of a data key in bytes: AES-256 in XTS mode needs two keys.
DATA_KEY_BYTES = 64


def unlock(call: Call, volume: Any, instance: str) -> None:
    """Make an encrypted volume readable for an instance, which decrypts the data key by a grant that the caller makes.

    Raises a ``KmsError`` where KMS refuses, and leaves no grant then.
    """
    key = data_key_of(volume)
    if key is None:
        return
    lock(call, volume)
    grantee = _infrastructure(call, instance)
    volume.grant = _make(call, key, str(grantee.arn))
    try:
        call.ask(
            "Decrypt",
            grantee=grantee,
            directly=True,
            invoked_by=INTERNAL,
            CiphertextBlob=key.ciphertext,
            EncryptionContext=key.context,
        )
    except KmsError:
        lock(call, volume)
        raise


def lock(call: Call, volume: Any) -> None:
    """Retire the grant of the instance that used a volume, if there is one."""
    grant, volume.grant = getattr(volume, "grant", None), None
    key = data_key_of(volume)
    if grant and key:
        _retire(call, key.kms_key, grant)


def encrypt(call: Call, volume: Any, key_id: str, source: Any) -> None:
    """Give a new volume its data key, and let EventBridge know. Raises a ``KmsError`` where KMS refuses."""
    try:
        give(volume, _data_key_for_volume(call, key_id, volume.id, source))
    except AccessDeniedException:
        tell(call, "deleteVolume", "deleted", volume)
        raise
    except KmsError as error:
        tell(call, "createVolume", "failed", volume, error.message)
        raise
    tell(call, "createVolume", "available", volume)


def _data_key_for_volume(call: Call, key_id: str, volume: str, source: Any = None) -> DataKey:
    """A data key for a new volume, encrypted under ``key_id``. Raises a ``KmsError``.

    ``source`` is the snapshot that it is filled from. The data key of one's own snapshot under the same key is used again.
    """
    read = data_key_of(source)
    if read and arn_of(call, key_id) == own_key(call, source):
        return _encrypt_again(call, read, read.kms_key, volume)
    made = _generate(call, key_id, volume)
    if read:
        _encrypt_again(call, read, made.kms_key, volume)
    if source:
        _use_once(call, made, "EncryptionContextSubset", "ebs.amazonaws.com", INTERNAL)
    return made


def data_key_for_copy(call: Call, key_id: str, copy: str, source: Any) -> DataKey:
    """A data key for a copy of a snapshot, encrypted under ``key_id``. Raises a ``KmsError``."""
    made, read = _generate(call, key_id, copy), data_key_of(source)
    for key in (made, read):
        if key:
            with _in_region_of(call, key):
                worker = f"prod.kms-caller.ebs.{call.region}.amazonaws.com"
                _use_once(call, key, "EncryptionContextEquals", worker, worker)
    return made


def _generate(call: Call, key_id: str, resource: str) -> DataKey:
    made = call.ask(
        "GenerateDataKeyWithoutPlaintext",
        KeyId=key_id,
        NumberOfBytes=DATA_KEY_BYTES,
        EncryptionContext={"aws:ebs:id": resource},
    )
    return DataKey(made["KeyId"], made["CiphertextBlob"], resource)


def _encrypt_again(call: Call, key: DataKey, kms_key: str, volume: str) -> DataKey:
    """A snapshot's data key for a volume: under ``kms_key``, and with the volume's context."""
    made = DataKey(kms_key, b"", volume)
    answer = call.ask(
        "ReEncrypt",
        CiphertextBlob=key.ciphertext,
        SourceEncryptionContext=key.context,
        DestinationKeyId=kms_key,
        DestinationEncryptionContext=made.context,
    )
    return replace(made, ciphertext=answer["CiphertextBlob"])


def _infrastructure(call: Call, name: str) -> Caller:
    """The session of EC2's own role that works for an instance."""
    partition = get_partition(call.region)
    return callers.of_arn(f"arn:{partition}:sts::{call.account}:assumed-role/aws:ec2-infrastructure/{name}")


def _make(call: Call, key: DataKey, grantee: str, constraint: str = "EncryptionContextSubset") -> str:
    grant = call.ask(
        "CreateGrant",
        KeyId=key.kms_key,
        GranteePrincipal=grantee,
        RetiringPrincipal=_service(call),
        Operations=["Decrypt"],
        Constraints={constraint: key.context},
    )
    return str(grant["GrantId"])


def _retire(call: Call, kms_key: str, grant: str, invoked_by: str = INTERNAL) -> None:
    with suppress(KmsError):  # the key may be gone, with all its grants
        call.ask_as_service(
            "RetireGrant",
            "",
            principal=_service(call),
            invoked_by=invoked_by,
            KeyId=kms_key,
            GrantId=grant,
        )


def _service(call: Call) -> str:
    return f"ec2.{call.region}.amazonaws.com"


def _use_once(call: Call, key: DataKey, constraint: str, worker: str, retirer: str) -> None:
    """Let EC2 itself decrypt a data key, by a grant that the caller makes, to fill a volume or copy without an instance.

    ``worker`` and ``retirer`` are EC2's names in CloudTrail. What comes back stays in EC2; nothing here keeps it.
    """
    grant = _make(call, key, _service(call), constraint)
    try:
        call.ask_as_service(
            "Decrypt",
            "",
            principal=_service(call),
            invoked_by=worker,
            CiphertextBlob=key.ciphertext,
            EncryptionContext=key.context,
        )
    finally:
        _retire(call, key.kms_key, grant, retirer)


@contextmanager
def _in_region_of(call: Call, key: DataKey) -> Iterator[None]:
    """Ask in the Region of a key: a copy from another Region reads its source there."""
    here, call.region = call.region, key.kms_key.split(":")[3]
    try:
        yield
    finally:
        call.region = here
