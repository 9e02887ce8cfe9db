"""Multi-Region keys: ReplicateKey, UpdatePrimaryRegion."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ...core import errors, state
from ...core.errors import AlreadyExistsException, UnsupportedOperationException, ValidationException
from ...core.key import Key
from ...core.state import USABLE
from ..call import Call
from .registry import Answer, manages
from .tags import as_list, read_tags

if TYPE_CHECKING:
    from ...moto.models import KmsBackend


@manages(USABLE)
def replicate_key(call: Call) -> Answer:
    """A replica of a primary key in another Region: same id, same material, otherwise a key of its own."""
    key = _primary_key(call)
    there = _backend(call, call["ReplicaRegion"])
    if there.region_name in key.multi_region_key.keys:
        raise AlreadyExistsException(
            f"Key {key.id} already exists in {there.region_name}, and cannot be replicated into it."
        )
    call.guard.on_new_replica(key)
    means = {}
    if "Policy" in call.parameters:
        means = call.guard.new_policy(call["Policy"], there.arn(f"key/{key.id}"), primary=key)
    replica = there.make_replica(
        key,
        policy_text=call.get("Policy"),
        description=call.get("Description", ""),
        tags=read_tags(call.get("Tags", [])),
    )
    replica.attach(replica.policy, means)
    metadata = replica.metadata()
    # AWS takes seconds to make a replica, and answers before it is done; here it is done with the next call
    metadata |= {"KeyState": "Creating", "Enabled": False}
    return {
        "ReplicaKeyMetadata": metadata,
        "ReplicaPolicy": replica.policy,
        "ReplicaTags": as_list(replica.tags),
    }


@manages(USABLE)
def update_primary_region(call: Call) -> Answer:
    """Let a replica become the primary key, and the primary key a replica."""
    key = _primary_key(call)
    region = call["PrimaryRegion"]
    related = key.multi_region_key
    if region not in related.keys:
        raise errors.key_does_not_exist(key.arn.replace(f":{key.region}:", f":{region}:"))
    successor = related.keys[region]
    if successor is key:
        raise UnsupportedOperationException(f"{key.arn} is already the multi-region primary key.")
    call.guard.on_key("UpdatePrimaryRegion", successor)
    state.require(successor.arn, successor.state, USABLE)
    related.primary = successor
    for backend in call.backend.regions():
        backend.calendar_changed()


def _primary_key(call: Call) -> Key:
    key = call.key()
    if key.multi_region_key is None or key.is_replica:
        raise errors.is_not_a_primary_key(key.arn)
    return key


def _backend(call: Call, region: str) -> KmsBackend:
    try:
        backend = call.backend.region(region)
    except KeyError:
        raise ValidationException(f"{region} is not a Region in which AWS KMS is supported.") from None
    if backend.partition != call.backend.partition:
        raise ValidationException(f"{region} is not in the AWS partition {call.backend.partition}.")
    return backend
