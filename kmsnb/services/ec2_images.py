"""AMIs with an encrypted root volume. moto gives an AMI one snapshot, so other volumes of an image are not kept.

EC2 User Guide, "Use encryption with EBS-backed AMIs"; API Reference, "CopyImage".
"""

from __future__ import annotations

from typing import Any

from moto.ec2.models import ec2_backends

from kmsnb.kms.core.errors import KmsError

from .call import Answer, Call, Refusal
from .ec2_answers import ids
from .ec2_grants import data_key_for_copy
from .ec2_keys import arn_of, backend, data_key_of, give, is_aws_managed, key_for_copy
from .ec2_sharing import accounts


def create_image(call: Call) -> Answer:
    """An AMI of an instance has the data key of its root volume, as a snapshot would."""
    answer, image = _made(call)
    for device, block in backend(call).get_instance(call.members["InstanceId"]).get_block_device_mapping:
        if device in root_devices(image):
            give(image.ebs_snapshot, data_key_of(backend(call).volumes[block.volume_id]))
    return answer


def register_image(call: Call) -> Answer:
    """An AMI of a snapshot has that snapshot's data key."""
    answer, image = _made(call)
    for mapping in call.members.get("BlockDeviceMappings", ()):
        snapshot = backend(call).snapshots.get(mapping.get("Ebs", {}).get("SnapshotId"))
        if snapshot and mapping["DeviceName"] == call.members.get("RootDeviceName", mapping["DeviceName"]):
            give(image.ebs_snapshot, data_key_of(snapshot))
    return answer


def copy_image(call: Call) -> Answer:
    """Copying an AMI copies its snapshot, under another key if one is named."""
    asked = call.members
    images = ec2_backends[call.account][asked["SourceRegion"]].amis
    source = getattr(images.get(asked["SourceImageId"]), "ebs_snapshot", None)
    key_id = key_for_copy(call, asked, source)
    answer, image = _made(call)
    copy = image.ebs_snapshot
    if key_id:
        copy.encrypted, copy.kms_key_id = True, arn_of(call, key_id)
        try:
            give(copy, data_key_for_copy(call, key_id, copy.id, source))
        except KmsError:
            image.state = "failed"
    return answer


def modify_image_attribute(call: Call) -> Answer:
    """An AMI whose snapshot is encrypted under ``aws/ebs`` cannot be shared."""
    image = backend(call).amis.get(call.members["ImageId"])
    added, _ = accounts(call, "LaunchPermission")
    if image and added and is_aws_managed(call, image.ebs_snapshot):
        message = "Snapshots encrypted with the AWS Managed CMK can't be shared. Specify another snapshot."
        raise Refusal("InvalidParameter", message, 400)
    return call.proceed()


def root_devices(image_or_instance: Any) -> set[str]:
    """The names of the root device: the AMI's, and what moto calls it where a request says nothing."""
    return {image_or_instance.root_device_name, "/dev/sda1"}


def _made(call: Call) -> tuple[Answer, Any]:
    """moto's answer, and the AMI that it made."""
    answer = call.proceed()
    (image_id,) = ids(answer, "imageId")
    return answer, backend(call).amis[image_id]


ASKS = {
    "CreateImage": create_image,
    "RegisterImage": register_image,
    "CopyImage": copy_image,
    "ModifyImageAttribute": modify_image_attribute,
}
