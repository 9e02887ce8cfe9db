"""Instances: launching one unlocks its volumes, stopping it ends that.

Auto Scaling launches by ``launch``, too.
"""

from __future__ import annotations

from contextlib import suppress
from typing import Any

from moto.ec2.exceptions import InvalidInstanceIdError
from moto.ec2.models.instances import StateReason

from kmsnb.kms.core.errors import KmsError

from . import ec2_images
from .call import Answer, Call
from .ec2_answers import ids
from .ec2_grants import encrypt, lock, unlock
from .ec2_keys import backend, key_for_volume


def run_instances(call: Call) -> Answer:
    """Launch the instances, then encrypt and unlock their volumes; one that KMS refuses a key for is terminated."""
    answer = call.proceed()
    for instance_id in ids(answer, "instanceId"):
        launch(call, backend(call).get_instance(instance_id))
    return answer


def launch(call: Call, instance: Any) -> bool:
    """Ask KMS for what the volumes of a new instance need. If it refuses, the instance is terminated: False."""
    try:
        for volume, source in _volumes_with_sources(call, instance):
            asked = {"Encrypted": volume.encrypted, "KmsKeyId": _named_key(call, volume)}
            key_id = key_for_volume(call, asked, source)
            if key_id:
                encrypt(call, volume, key_id, source)
                unlock(call, volume, instance.id)
    except KmsError:
        _end(call, instance)
        return False
    return True


def _named_key(call: Call, volume: Any) -> str | None:
    """The key that a request or launch template named for a volume. Where none is named, moto fills in its default key."""
    named: str | None = volume.kms_key_id
    # a key that was named is equal to the default one at most, but another object
    return None if named is backend(call).default_kms_key_id else named


def _volumes_with_sources(call: Call, instance: Any) -> list[tuple[Any, Any]]:
    """The volumes of a new instance, each with its snapshot; the root volume has that of the AMI."""
    ec2 = backend(call)
    image = ec2.amis.get(instance.image_id)
    found = []
    for device, block in instance.get_block_device_mapping:
        volume = ec2.volumes[block.volume_id]
        source = ec2.snapshots.get(volume.snapshot_id)
        if source is None and image and device in ec2_images.root_devices(instance):
            source = image.ebs_snapshot
        found.append((volume, source))
    return found


def _end(call: Call, instance: Any) -> None:
    """Terminate an instance that did not get its keys. It takes its volumes along."""
    volumes = volumes_of(call, instance)
    for volume in volumes:
        lock(call, volume)
    instance.terminate()
    for volume in volumes:
        backend(call).volumes.pop(volume.id, None)
    _blame_the_key(instance)


def start_instances(call: Call) -> Answer:
    """An instance that is started needs the keys of its volumes again."""
    stopped = [instance for instance in _instances(call) if instance.state == "stopped"]
    answer = call.proceed()
    for instance in stopped:
        volumes = volumes_of(call, instance)
        try:
            for volume in volumes:
                unlock(call, volume, instance.id)
        except KmsError:
            for volume in volumes:
                lock(call, volume)
            instance.stop()
            _blame_the_key(instance)
    return answer


def _blame_the_key(instance: Any) -> None:
    code = "Client.InvalidKMSKey.InvalidState"
    instance.state_reason = StateReason(f"{code}: The KMS key provided is in an incorrect state", code)
    instance._reason = "Server.InternalError"


def stop_instances(call: Call) -> Answer:
    """The grants end with the run: a stopped instance keeps its volumes, a terminated one does not."""
    volumes = [volume for instance in _instances(call) for volume in volumes_of(call, instance)]
    answer = call.proceed()
    for volume in volumes:
        lock(call, volume)
    return answer


def _instances(call: Call) -> list[Any]:
    """The instances that a request names; none if one of them does not exist, as moto then refuses."""
    with suppress(InvalidInstanceIdError):
        return list(backend(call).get_multi_instances_by_id(call.members.get("InstanceIds", [])))
    return []


def volumes_of(call: Call, instance: Any) -> list[Any]:
    """The volumes that are attached to an instance."""
    volumes = backend(call).volumes
    attached = [block.volume_id for _, block in instance.get_block_device_mapping]
    return [volumes[volume_id] for volume_id in attached if volume_id in volumes]
