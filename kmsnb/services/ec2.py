"""EC2 and EBS: each encrypted volume has a data key, and each instance gets a grant to decrypt it.

| Request | asks KMS for | as | encryption context |
|---|---|---|---|
| CreateVolume, empty | GenerateDataKeyWithoutPlaintext (64 bytes) | the caller | `aws:ebs:id` = volume id |
| CreateVolume from one's own snapshot under the same key | ReEncrypt | the caller | the snapshot's, then volume id |
| CreateVolume from any other snapshot | GenerateDataKeyWithoutPlaintext; ReEncrypt to the new key, if the snapshot is encrypted; CreateGrant | the caller | volume id |
| | Decrypt, RetireGrant | EC2, by the grant | volume id |
| CopySnapshot, CopyImage | DescribeKey (CopySnapshot only), GenerateDataKeyWithoutPlaintext, CreateGrant; CreateGrant on the key of the source | the caller | id of the copy; the source's |
| | Decrypt, RetireGrant for each grant | EC2, by the grants | the same |
| AttachVolume, RunInstances, StartInstances | CreateGrant | the caller | volume id, as the grant's constraint |
| | Decrypt | the grantee, `aws:ec2-infrastructure/INSTANCE` | volume id |
| DetachVolume, StopInstances, TerminateInstances | RetireGrant | EC2 | |
| CreateSnapshot, ModifySnapshotAttribute | nothing | | |

RunInstances also creates volumes, and asks as CreateVolume does. While a volume is attached, EC2 asks nothing more: it
goes on under a key that is disabled. Where KMS refuses:

- CreateVolume answers as ever, ``creating``, and the volume is gone (InvalidVolume.NotFound); an event tells why, unless a
  permission is missing. On AWS that takes seconds.
- CopySnapshot refuses a key that is disabled, or that the caller can't describe. Otherwise the copy's state is ``error``,
  "Given key ID is not accessible".
- AttachVolume: CustomerKeyHasBeenRevoked.
- RunInstances and StartInstances answer as ever, and the instance is terminated or stopped; its state reason says why.

Not simulated: Multi-Attach, Spot Instances, fleets, instances and volumes of CloudFormation stacks. ``autoscaling`` has Auto Scaling.

EBS User Guide, "How Amazon EBS encryption works", "Amazon EBS encryption examples" and "Copy an Amazon EBS snapshot"; AWS
KMS Developer Guide, "How Amazon Elastic Block Store (Amazon EBS) uses AWS KMS"; EC2 API Reference, "Error codes". Where
they are silent or differ, as recorded from AWS in September 2026: ReEncrypt, the answers to CreateVolume (``creating``,
with the key only if it was named or is the snapshot's) and CreateSnapshot (``pending``, without the key), and
CopySnapshot's refusals. Here what is ``creating`` or ``pending`` is ready by the next request; of several volumes that
don't exist, the first is named. The event's form is that of the EC2 User Guide, "EventBridge for Amazon EBS", and the state
reason that of users' reports.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from moto.ec2.models import ec2_backends

from kmsnb.kms.core.errors import AccessDeniedException, KmsError

from . import ec2_images, ec2_settings, ec2_sharing
from .autoscaling import scale
from .call import Answer, Call, Refusal
from .ec2_answers import ids, refusal, say
from .ec2_events import tell
from .ec2_grants import data_key_for_copy, encrypt, lock, unlock
from .ec2_instances import run_instances, start_instances, stop_instances
from .ec2_keys import arn_of, backend, data_key_of, give, key_for_copy, key_for_volume, own_key
from .service import Service


def create_volume(call: Call) -> Answer:
    """Create the volume first, whose id is the encryption context; it does not stay if KMS refuses."""
    asked = call.members
    source = _source_of_volume(call)
    key_id = key_for_volume(call, asked, source)
    if key_id is None:
        return say(call.proceed(), "status", "creating")
    named = asked.get("KmsKeyId") or own_key(call, source)
    call.rewrite_form(Encrypted="true", KmsKeyId=named or arn_of(call, key_id))
    answer = say(call.proceed(), "status", "creating")
    if named is None:
        say(answer, "kmsKeyId", None)  # DescribeVolumes tells which key the default one is
    (volume_id,) = ids(answer, "volumeId")
    volume = backend(call).volumes[volume_id]
    try:
        encrypt(call, volume, key_id, source)
    except KmsError:
        del backend(call).volumes[volume_id]
    return answer


def _source_of_volume(call: Call) -> Any:
    """The snapshot that a new volume is filled from, if the request names one."""
    name = call.members.get("SnapshotId")
    source = _sound(backend(call).snapshots.get(name))
    if name and source is None:
        raise Refusal("InvalidSnapshot.NotFound", "Snapshot does not exist", 400)
    if data_key_of(source) and call.members.get("Encrypted") is False:
        raise Refusal(
            "InvalidParameterCombination",
            "EncryptedVolume parameter [false] is inconsistent with snapshot encryption state [true]",
            400,
        )
    return source


def create_snapshot(call: Call) -> Answer:
    """A snapshot has its volume's data key, so nothing is asked."""
    answer = call.proceed()
    for snapshot_id in ids(answer, "snapshotId"):
        snapshot = backend(call).snapshots[snapshot_id]
        give(snapshot, data_key_of(snapshot.volume))
    return say(say(answer, "status", "pending"), "progress", "")


def copy_snapshot(call: Call) -> Answer:
    """The way to another key: a copy has a data key of its own."""
    asked = call.members
    source = _sound(
        ec2_backends[call.account][asked["SourceRegion"]].snapshots.get(asked["SourceSnapshotId"])
    )
    key_id = key_for_copy(call, asked, source)
    answer = call.proceed()
    (copy_id,) = ids(answer, "snapshotId")
    copy = backend(call).snapshots[copy_id]
    if key_id:
        try:
            _require_enabled(call, key_id)
        except Refusal:
            del backend(call).snapshots[copy_id]
            raise
        copy.encrypted, copy.kms_key_id = True, arn_of(call, key_id)
        try:
            give(copy, data_key_for_copy(call, key_id, copy_id, source))
        except KmsError:
            copy.status, copy.state_message = "error", "Given key ID is not accessible"
    return answer


def _require_enabled(call: Call, key_id: str) -> None:
    """What CopySnapshot finds out before it answers. A key in another state than disabled, it finds out later."""
    try:
        found = call.ask("DescribeKey", KeyId=key_id)["KeyMetadata"]
    except AccessDeniedException:
        raise Refusal("AuthFailure", f"Not authorized to use key {key_id} ", 403) from None
    except KmsError:
        raise Refusal("InvalidParameterValue", f"The specified keyId {key_id} is invalid", 400) from None
    if found["KeyState"] == "Disabled":
        raise Refusal("InvalidParameterValue", f"The specified keyId {key_id} is disabled", 400)


def _sound(source: Any) -> Any:
    """A snapshot, unless it is a copy that KMS refused."""
    if source and source.status == "error":
        raise Refusal("IncorrectState", "Snapshot is in invalid state - error", 400)
    return source


def describe(held: str, one: str, code: str) -> Callable[[Call], Answer]:
    """Name what isn't there: moto's message has all volumes in braces, and none for snapshots."""

    def describe_them(call: Call) -> Answer:
        for name in call.members.get(f"{one.title()}Ids", ()):
            if name not in getattr(backend(call), held):
                raise Refusal(code, f"The {one} '{name}' does not exist.", 400)
        return call.proceed()

    return describe_them


def attach_volume(call: Call) -> Answer:
    """Attach the volume, and detach it if KMS refuses. moto would move one that is attached elsewhere."""
    volume = backend(call).volumes.get(call.members["VolumeId"])
    if volume and volume.attachment:
        raise Refusal("VolumeInUse", f"{volume.id} is already attached to an instance", 400)
    answer = call.proceed()
    try:
        unlock(call, volume, call.members["InstanceId"])
    except KmsError as error:
        attached = volume.attachment
        backend(call).detach_volume(volume.id, attached.instance.id, attached.device)
        tell(call, "attachVolume", "failed", volume, error.message)
        raise Refusal(
            "CustomerKeyHasBeenRevoked",
            f"Volume {volume.id} cannot be attached. The encrypted volume was unable to access the KMS key.",
            400,
        ) from None
    return answer


def detach_volume(call: Call) -> Answer:
    """The grant goes with the attachment. A request need not name the instance, but moto wants it."""
    volume = backend(call).volumes.get(call.members["VolumeId"])
    if volume and not call.members.get("InstanceId"):
        if not volume.attachment:
            raise Refusal("IncorrectState", f"Volume '{volume.id}' is in the 'available' state.", 400)
        call.rewrite_form(InstanceId=volume.attachment.instance.id)
    answer = call.proceed()
    lock(call, volume)
    return answer


def terminate_instances(call: Call) -> Answer:
    """The grants end for good, and an Auto Scaling group launches another instance in place of its own."""
    return scale(call, stop_instances)


SERVICE = Service(
    "ec2",
    "ec2.amazonaws.com",
    {
        "CreateVolume": create_volume,
        "CreateSnapshot": create_snapshot,
        "CreateSnapshots": create_snapshot,
        "CopySnapshot": copy_snapshot,
        "DescribeVolumes": describe("volumes", "volume", "InvalidVolume.NotFound"),
        "DescribeSnapshots": describe("snapshots", "snapshot", "InvalidSnapshot.NotFound"),
        "AttachVolume": attach_volume,
        "DetachVolume": detach_volume,
        "RunInstances": run_instances,
        "StartInstances": start_instances,
        "StopInstances": stop_instances,
        "TerminateInstances": terminate_instances,
        **ec2_settings.ASKS,
        **ec2_sharing.ASKS,
        **ec2_images.ASKS,
    },
    refusal,
)
