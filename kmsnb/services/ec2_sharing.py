"""Snapshots that another account may use. Sharing asks KMS nothing; the other account needs permission for the key, too.

EBS User Guide, "Share an Amazon EBS snapshot", also for which it cannot be; the messages are from users' reports. moto
keeps the snapshots of each account apart, so a shared one is put among the other account's as well. That the other account
can neither share nor delete it is documented; the error code for it is ours.
"""

from __future__ import annotations

from typing import Any

from moto.ec2.models import ec2_backends

from .call import Answer, Call, Refusal
from .ec2_keys import backend, data_key_of, is_aws_managed


def modify_snapshot_attribute(call: Call) -> Answer:
    """Share a snapshot or stop sharing it. An encrypted one cannot be public, nor shared under ``aws/ebs``."""
    snapshot = backend(call).snapshots.get(call.members["SnapshotId"])
    _only_its_owner(call, snapshot)
    added, removed = accounts(call, "CreateVolumePermission")
    if data_key_of(snapshot):
        if "all" in added:
            raise Refusal("OperationNotPermitted", "Encrypted snapshots cannot be shared publicly", 400)
        if added and is_aws_managed(call, snapshot):
            message = "Encrypted snapshots with EBS default key cannot be shared"
            raise Refusal("OperationNotPermitted", message, 400)
    answer = call.proceed()
    _share(call, snapshot, added - {"all"}, removed - {"all"})
    return answer


def accounts(call: Call, structure: str) -> tuple[set[str], set[str]]:
    """The accounts, or ``all``, that a request adds and removes, in either of the two forms that the API has."""
    asked = call.members
    listed = {*asked.get("UserIds", ()), *asked.get("GroupNames", ()), *asked.get("UserGroups", ())}
    changes = {"add": set[str](), "remove": set[str]()}
    if listed and asked.get("OperationType") in changes:
        changes[asked["OperationType"]] = listed
    for kind, entries in asked.get(structure, {}).items():
        changes[kind.lower()] |= {name for entry in entries for name in entry.values()}
    return changes["add"], changes["remove"]


def _share(call: Call, snapshot: Any, added: set[str], removed: set[str]) -> None:
    snapshot.create_volume_permission_userids |= added  # moto reads one form of the request only
    snapshot.create_volume_permission_userids -= removed
    for account in added:
        ec2_backends[account][call.region].snapshots[snapshot.id] = snapshot
    _hide(call, snapshot, removed)


def delete_snapshot(call: Call) -> Answer:
    """A deleted snapshot is not shared any more."""
    snapshot = backend(call).snapshots.get(call.members["SnapshotId"])
    _only_its_owner(call, snapshot)
    answer = call.proceed()
    _hide(call, snapshot, snapshot.create_volume_permission_userids)
    return answer


def _only_its_owner(call: Call, snapshot: Any) -> None:
    if snapshot and snapshot.owner_id != call.account:
        raise Refusal("AuthFailure", f"Not authorized for snapshot {snapshot.id}: it is not yours.", 403)


def _hide(call: Call, snapshot: Any, of_accounts: set[str]) -> None:
    for account in of_accounts - {snapshot.owner_id}:
        ec2_backends[account][call.region].snapshots.pop(snapshot.id, None)


ASKS = {"ModifySnapshotAttribute": modify_snapshot_attribute, "DeleteSnapshot": delete_snapshot}
