"""What EC2 asks KMS for: a data key for each new volume or copy, and a grant for each instance that uses one.

EBS User Guide, "How Amazon EBS encryption works" and "Requirements for Amazon EBS encryption"; AWS KMS Developer Guide,
"Amazon EC2 example two". The retiring principal is that of CloudTrail records of 2026; when EC2 retires a grant is not
documented: here, when the volume is detached or its instance stops.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Any

from moto.utilities.utils import get_partition

from kmsnb.kms.authorization import Caller
from kmsnb.kms.core.errors import KmsError
from kmsnb.kms.moto import callers

from .call import Call
from .ec2_keys import DataKey, arn_of, data_key_of

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
    volume.grant = _make(call, key, grantee)
    try:
        _decrypt(call, key, grantee)
    except KmsError:
        lock(call, volume)
        raise


def lock(call: Call, volume: Any) -> None:
    """Retire the grant of the instance that used a volume, if there is one."""
    grant, volume.grant = getattr(volume, "grant", None), None
    key = data_key_of(volume)
    if grant and key:
        _retire(call, key.kms_key, grant)


def new_data_key(call: Call, key_id: str, resource: str, source: Any = None) -> DataKey:
    """A data key for a new volume or copy, encrypted under ``key_id``.

    ``source`` is the snapshot that it is filled from. The documentation describes what an unencrypted snapshot, or one
    under the same key, makes EC2 ask for. That reading a snapshot under another key needs a grant and Decrypt, too, we
    conclude from the permissions that EBS requires; the grantee and that the grant is then retired are ours.
    """
    if source is None:
        return _generate(call, key_id, resource)
    kms_key, read = arn_of(call, key_id), data_key_of(source)
    if read is None:
        with _for_a_while(call, DataKey(kms_key, b"", resource), resource) as worker:
            made = _generate(call, kms_key, resource)
            _decrypt(call, made, worker)
            return made
    if read.kms_key != kms_key:
        with _in_region_of(call, read), _for_a_while(call, read, resource) as worker:
            _decrypt(call, read, worker)
    return _generate(call, key_id, resource)


def _generate(call: Call, key_id: str, resource: str) -> DataKey:
    made = call.ask(
        "GenerateDataKeyWithoutPlaintext",
        KeyId=key_id,
        NumberOfBytes=DATA_KEY_BYTES,
        EncryptionContext={"aws:ebs:id": resource},
    )
    return DataKey(made["KeyId"], made["CiphertextBlob"], resource)


def _decrypt(call: Call, key: DataKey, grantee: Caller) -> None:
    """What comes back goes to the instance's host; nothing here keeps it."""
    call.ask("Decrypt", grantee=grantee, CiphertextBlob=key.ciphertext, EncryptionContext=key.context)


def _infrastructure(call: Call, name: str) -> Caller:
    """The session of EC2's own role that works for an instance, or for a new volume or snapshot."""
    partition = get_partition(call.region)
    return callers.of_arn(f"arn:{partition}:sts::{call.account}:assumed-role/aws:ec2-infrastructure/{name}")


def _make(call: Call, key: DataKey, grantee: Caller) -> str:
    grant = call.ask(
        "CreateGrant",
        KeyId=key.kms_key,
        GranteePrincipal=grantee.arn,
        RetiringPrincipal=_retiring(call),
        Operations=["Decrypt"],
        Constraints={"EncryptionContextSubset": key.context},
    )
    return str(grant["GrantId"])


def _retire(call: Call, kms_key: str, grant: str) -> None:
    with suppress(KmsError):  # the key may be gone, with all its grants
        call.ask_as_service("RetireGrant", "", principal=_retiring(call), KeyId=kms_key, GrantId=grant)


def _retiring(call: Call) -> str:
    return f"ec2.{call.region}.amazonaws.com"


@contextmanager
def _for_a_while(call: Call, key: DataKey, name: str) -> Iterator[Caller]:
    """A grant while EC2 reads or writes a volume or snapshot without an instance."""
    grantee = _infrastructure(call, name)
    grant = _make(call, key, grantee)
    try:
        yield grantee
    finally:
        _retire(call, key.kms_key, grant)


@contextmanager
def _in_region_of(call: Call, key: DataKey) -> Iterator[None]:
    """Ask in the Region of a key: a copy from another Region reads its source there."""
    here, call.region = call.region, key.kms_key.split(":")[3]
    try:
        yield
    finally:
        call.region = here
