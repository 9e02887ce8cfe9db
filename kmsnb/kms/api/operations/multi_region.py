"""Multi-Region keys: ReplicateKey, UpdatePrimaryRegion."""

from ...core import errors, state
from ...core.errors import AlreadyExistsException, UnsupportedOperationException, ValidationException
from ...core.key import Key
from ...core.region import Region
from ...core.state import USABLE
from ..call import Call
from .registry import Response, manages
from .tags import as_list, read_tags


@manages(USABLE)
def replicate_key(call: Call) -> Response:
    """A replica of a primary key in another Region: same id, same material, otherwise a key of its own."""
    key = _primary_key(call)
    there = _region(call, call["ReplicaRegion"])
    if there.name in key.related.keys:
        raise AlreadyExistsException(
            f"Key {key.id} already exists in {there.name}, and cannot be replicated into it."
        )
    call.guard.on_new_replica(key)
    principal_ids = {}
    if "Policy" in call.parameters:
        principal_ids = call.guard.new_policy(call["Policy"], there.arn(f"key/{key.id}"), primary=key)
    replica = there.create_replica(
        key,
        policy=call.get("Policy"),
        description=call.get("Description", ""),
        tags=read_tags(call.get("Tags", [])),
    )
    replica.set_policy(replica.policy, principal_ids)
    metadata = replica.metadata()
    # AWS responds before the replica exists, seconds later, and has its material; here it exists at the next call
    metadata |= {"KeyState": "Creating", "Enabled": False}
    metadata.pop("CurrentKeyMaterialId", None)
    response = {"ReplicaKeyMetadata": metadata, "ReplicaPolicy": replica.policy}
    return response | ({"ReplicaTags": as_list(replica.tags)} if replica.tags else {})


@manages(USABLE)
def update_primary_region(call: Call) -> None:
    """Make a replica the primary key, and the primary key a replica."""
    key = _primary_key(call)
    region = call["PrimaryRegion"]
    related = key.related
    if region not in related.keys:
        raise errors.key_does_not_exist(key.arn.replace(f":{key.region}:", f":{region}:"))
    successor = related.keys[region]
    if successor is key:
        raise UnsupportedOperationException(f"{key.arn} is already the multi-region primary key.")
    call.guard.on_key("UpdatePrimaryRegion", successor)
    state.require(successor.arn, successor.state, USABLE)
    related.primary = successor
    for each in call.region.in_account():
        each.schedule_changed()


def _primary_key(call: Call) -> Key:
    key = call.key()
    if key.multi_region_key is None or key.is_replica:
        raise errors.is_not_a_primary_key(key.arn)
    return key


def _region(call: Call, name: str) -> Region:
    try:
        region = call.region.other(name)
    except KeyError:
        raise ValidationException(f"{name} is not a Region in which AWS KMS is supported.") from None
    if region.partition != call.region.partition:
        raise ValidationException(f"{name} is not in the AWS partition {call.region.partition}.")
    return region
