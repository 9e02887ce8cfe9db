"""The canary: moto's private seams that the services of EC2, EBS and Auto Scaling stand on."""

import inspect
from collections.abc import Iterator
from typing import Any

import pytest
from moto import mock_aws
from moto.autoscaling.models import FakeAutoScalingGroup, autoscaling_backends
from moto.ec2.exceptions import InvalidVolumeIdError
from moto.ec2.models import ec2_backends
from moto.ec2.models.elastic_block_store import EBSBackend
from moto.ec2.models.instances import Instance, StateReason
from moto.ec2.responses.instances import InstanceResponse
from moto.events.models import EventsBackend
from moto.iam.models import IAMBackend

from .ec2 import IMAGE

ACCOUNT, REGION = "123456789012", "us-east-1"


@pytest.fixture
def ec2() -> Iterator[Any]:
    with mock_aws():
        yield ec2_backends[ACCOUNT][REGION]


def test_ec2_keeps_what_it_makes_in_these_containers(ec2: Any):
    for name in ("volumes", "snapshots", "amis"):
        assert isinstance(getattr(ec2, name), dict), (
            f"moto's EC2Backend has no {name} by id any more: kmsnb/services/ec2*.py find nothing there."
        )
    assert ec2.default_kms_key_id == "", (
        "moto keeps the default key for EBS elsewhere: see kmsnb/services/ec2_settings.py."
    )
    assert ec2.ebs_encryption_by_default is False, "moto keeps it elsewhere: see kmsnb/services/ec2_keys.py."


def test_volumes_and_snapshots_have_these_attributes(ec2: Any):
    volume = ec2.create_volume(8, f"{REGION}a")
    snapshot = ec2.create_snapshot(volume.id, "")
    told = "kmsnb/services/ec2*.py read and set it."
    for name in ("encrypted", "kms_key_id", "attachment", "snapshot_id"):
        assert hasattr(volume, name), f"moto's Volume has no {name} any more: {told}"
    for name in (
        "encrypted",
        "kms_key_id",
        "owner_id",
        "status",
        "volume",
        "create_volume_permission_userids",
    ):
        assert hasattr(snapshot, name), f"moto's Snapshot has no {name} any more: {told}"
    image = ec2.amis[IMAGE]
    for name in ("ebs_snapshot", "root_device_name", "state"):
        assert hasattr(image, name), f"moto's Ami has no {name} any more: {told}"


def test_instances_have_these_attributes(ec2: Any):
    instance = ec2.run_instances(
        IMAGE, 1, "", [], instance_type="t3.micro", is_instance_type_default=False
    ).instances[0]
    told = "kmsnb/services/ec2_instances.py reads and sets it."
    for name in ("image_id", "root_device_name", "get_block_device_mapping", "_reason", "state_reason"):
        assert hasattr(instance, name), f"moto's Instance has no {name} any more: {told}"
    ((device, block),) = instance.get_block_device_mapping
    assert device == "/dev/sda1", (
        "moto's default root device has another name: see root_devices() in ec2_images.py."
    )
    assert block.volume_id in ec2.volumes, f"moto's block devices have no volume_id any more: {told}"
    assert ec2.get_multi_instances_by_id([instance.id]) == [instance], told
    ec2.terminate_instances([instance.id])
    assert (instance.state, instance.get_block_device_mapping) == ("terminated", []), (
        "a terminated instance keeps its volumes now: see volumes_of() in kmsnb/services/ec2_instances.py."
    )
    assert list(inspect.signature(StateReason).parameters)[:2] == ["message", "code"], told
    assert all(hasattr(Instance, name) for name in ("stop", "terminate")), told


def test_moto_still_needs_what_we_do_in_its_place(ec2: Any):
    """Where moto learns to do it, kmsnb/services/ec2.py need not any more."""
    volume = ec2.create_volume(8, f"{REGION}a")
    one, two = ec2.run_instances(
        IMAGE, 2, "", [], instance_type="t3.micro", is_instance_type_default=False
    ).instances
    ec2.attach_volume(volume.id, one.id, "/dev/sdf")
    ec2.attach_volume(volume.id, two.id, "/dev/sdf")  # AWS: VolumeInUse
    with pytest.raises(TypeError):
        ec2.detach_volume(volume.id, None, None)  # AWS: the instance need not be named
    with pytest.raises(InvalidVolumeIdError, match=r"\{'vol-1'\}"):  # AWS: 'vol-1'
        ec2.describe_volumes(["vol-1"])
    assert (volume.status, ec2.create_snapshot(volume.id, "").status) == ("in-use", "completed")


def test_moto_makes_up_the_default_key_of_a_volume():
    source = inspect.getsource(EBSBackend.create_volume)
    assert "kms_key_id = self.default_kms_key_id" in source, (
        "moto names the default key otherwise: see _named_key() in kmsnb/services/ec2_instances.py."
    )


def test_auto_scaling_launches_through_ec2_s_backend(ec2: Any):
    assert autoscaling_backends[ACCOUNT][REGION].autoscaling_groups == {}, (
        "moto keeps groups elsewhere: see kmsnb/services/autoscaling.py."
    )
    launching = inspect.getsource(FakeAutoScalingGroup.replace_autoscaling_group_instances)
    assert "ec2_backend.run_instances(" in launching, (
        "moto's Auto Scaling launches otherwise: see scale() in kmsnb/services/autoscaling.py."
    )
    assert "self.instance_states.append(" in launching, "see scale() in kmsnb/services/autoscaling.py."
    assert "notify_terminate_instances(" in inspect.getsource(InstanceResponse.terminate_instances), (
        "moto replaces what EC2 terminates otherwise: see terminate_instances() in kmsnb/services/ec2.py."
    )
    assert hasattr(IAMBackend, "create_service_linked_role")
    assert hasattr(IAMBackend, "get_roles")


def test_eventbridge_takes_events_by_a_call():
    parameters = inspect.signature(EventsBackend.put_events).parameters
    assert list(parameters)[:2] == ["self", "events"], (
        "moto's EventBridge takes events otherwise: see kmsnb/services/ec2_events.py."
    )
