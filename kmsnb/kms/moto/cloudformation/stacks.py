"""Joins the resource types of KMS to moto's CloudFormation, and rolls a stack back when KMS refuses a resource.

CloudFormation calls KMS for the caller of CloudFormation, in a forward access session (IAM User Guide, "Forward access
sessions"): with ``enforce``, the creator of a stack needs the KMS permissions for what is in it. If the stack has a
service role, that role needs them (CloudFormation User Guide, "AWS CloudFormation service role"). The journal records
the caller, invoked by cloudformation.amazonaws.com. CloudFormation's own permissions are moto's affair.

moto loads CloudFormation, and with it most of its services, on the first request. Its stacks are joined then.
"""

from __future__ import annotations

import re
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from copy import copy
from functools import wraps
from typing import TYPE_CHECKING, Any

from moto.kms import models as moto
from moto.kms.models import kms_backends
from moto.utilities.utils import get_partition

from ...api.origin import Origin
from .. import seam
from ..models import KmsBackend
from .change import Change, Refused, change_in_progress, changing
from .resource import Resource
from .resources import TYPES

if TYPE_CHECKING:
    from moto.cloudformation.models import CloudFormationBackend, Stack
    from moto.cloudformation.parsing import ResourceMap

SERVICE = "cloudformation.amazonaws.com"

#: moto's own resource types, used again when this KMS is not installed.
_MOTO_S = {"AWS::KMS::Alias": moto.Alias, "AWS::KMS::Key": moto.Key}

_origin: ContextVar[Origin | None] = ContextVar("sender of a request to CloudFormation", default=None)
_joining = threading.Lock()


def listen() -> None:
    """From now on, see every request to CloudFormation before moto does.

    It has no effect while this KMS is not installed.
    """
    seam.put_around("cloudformation", _with_caller)


def _with_caller(handler: seam.Handler) -> seam.Handler:
    @wraps(handler)
    def handle_for_caller(request: Any, url: str, headers: Any) -> Any:
        _join()
        token = _origin.set(_sender(request.headers))
        try:
            return handler(request, url, headers)
        finally:
            _origin.reset(token)

    return handle_for_caller


def _sender(headers: Mapping[str, str]) -> Origin:
    signed = re.search(r"Credential=([^/,]+)/", headers.get("Authorization") or "")
    return Origin.of(signed[1] if signed else "", headers)._replace(via_service=SERVICE, service=None)


def _join() -> None:
    """Let moto's CloudFormation use these resource types, or moto's own if this KMS is not installed."""
    from moto.cloudformation import models, parsing

    with _joining:
        types: dict[str, Any] = parsing.get_model_map()
        if not issubclass(kms_backends.backend, KmsBackend):
            if "AWS::KMS::ReplicaKey" in types:
                types.update(_MOTO_S)
                del types["AWS::KMS::ReplicaKey"]
            return
        types.update(TYPES)
        backend = models.CloudFormationBackend
        if not hasattr(backend.create_stack, "__wrapped__"):
            for ours in (create_stack, update_stack, execute_change_set, delete_stack):
                _put_around(backend, ours)
            _put_around(parsing.ResourceMap, update)


def _put_around(owner: type, ours: Callable[..., Any]) -> None:
    """Call ``ours`` instead of the method of that name, which becomes its first argument."""
    theirs = getattr(owner, ours.__name__)

    @wraps(theirs)
    def method(self: Any, *arguments: Any, **named: Any) -> Any:
        return ours(theirs, self, *arguments, **named)

    setattr(owner, ours.__name__, method)


# What happens around moto's methods of these names


def create_stack(
    theirs: Callable[..., Stack], self: CloudFormationBackend, name: str, *rest: Any, **named: Any
) -> Stack:
    """Create a stack; if KMS refuses a resource, delete what had been created."""
    with _changing(self, named.get("role_arn"), named.get("tags")) as change:
        try:
            return theirs(self, name, *rest, **named)
        except Refused as refusal:
            stack = self.get_stack(name)
            _undo_creation(self, stack, change, refusal)
            if change.nested:
                raise
            return stack


def update_stack(
    theirs: Callable[..., Stack], self: CloudFormationBackend, name: str, *rest: Any, **named: Any
) -> Stack:
    """Update a stack; if KMS refuses a change, take back the others."""
    stack = self.get_stack(name)
    role = named.get("role_arn") or stack.role_arn
    tags = named.get("tags")
    with _changing(self, role, stack.tags if tags is None else tags) as change:
        put_back = _state_of(stack)
        try:
            theirs(self, name, *rest, **named)
            stack.role_arn = role  # CloudFormation goes on using a role
        except Refused as refusal:
            put_back()
            _undo_update(stack, change, refusal)
        else:
            _clean_up(stack, change)
    return stack


def execute_change_set(
    theirs: Callable[..., None], self: CloudFormationBackend, change_set_name: str, *rest: Any, **named: Any
) -> None:
    """The same for a change set, which creates a stack or updates one."""
    change_set: Any = self.describe_change_set(change_set_name)
    stack = self.stacks[change_set.stack_id]
    with _changing(self, change_set.role_arn or stack.role_arn, change_set.tags or stack.tags) as change:
        put_back = _state_of(stack)
        try:
            theirs(self, change_set_name, *rest, **named)
            stack.role_arn = change_set.role_arn or stack.role_arn
        except Refused as refusal:
            change_set.execution_status = "EXECUTE_FAILED"
            if change_set.change_set_type == "CREATE":
                _undo_creation(self, stack, change, refusal)
            else:
                put_back()
                _undo_update(stack, change, refusal)
        else:
            _clean_up(stack, change)


def delete_stack(theirs: Callable[..., None], self: CloudFormationBackend, name_or_stack_id: str) -> None:
    """Delete a stack, the newest KMS resource first; if KMS refuses one, the stack stays."""
    stack = self.stacks.get(name_or_stack_id)
    if stack is None:
        return theirs(self, name_or_stack_id)  # it comes back with the id
    with _changing(self, stack.role_arn, stack.tags) as change:
        change.leftovers = [(each, "DeletionPolicy") for each in _resources(stack.resource_map).values()]
        failures = change.clean_up()
        if failures:
            stack._add_stack_event("DELETE_IN_PROGRESS", resource_status_reason="User Initiated")
            _note(stack, "DELETE_FAILED", failures)
            _end(stack, "DELETE_FAILED", f"The following resource(s) failed to delete: {_names(failures)}.")
            return None
        theirs(self, name_or_stack_id)
    _forget(stack)
    return None


def update(theirs: Callable[..., None], self: ResourceMap, *arguments: Any, **named: Any) -> None:
    """Update a stack's resources, and those whose references lead to another value now, which moto leaves alone."""
    from moto.cloudformation.parsing import parse_and_update_resource, parse_resource

    theirs(self, *arguments, **named)
    change = change_in_progress()
    for name, resource in _resources(self).items():
        template = self._resource_json_map.get(name)
        if template is None:
            del self._parsed_resources[name]  # or moto would find it when the name is used again
            continue
        _, wanted, _ = parse_resource(template, self)
        retagged = change is not None and resource.stack_tags != change.tags
        if wanted["Properties"] != resource.template["Properties"] or retagged:
            self._parsed_resources[name] = parse_and_update_resource(
                name, template, self, account_id=self._account_id, region_name=self._region_name
            )


# Rolling back


@contextmanager
def _changing(
    backend: CloudFormationBackend, role: str | None, tags: dict[str, str] | None
) -> Iterator[Change]:
    with changing(
        Change(_sender_or_role(backend, role), tags or {}, nested=change_in_progress() is not None)
    ) as change:
        yield change


def _sender_or_role(backend: CloudFormationBackend, role: str | None) -> Origin | None:
    if not role:
        return _origin.get()
    from moto.sts.models import sts_backends

    session = sts_backends[backend.account_id][get_partition(backend.region_name)].assume_role(
        region_name=backend.region_name,
        role_session_name="AWSCloudFormation",
        role_arn=role,
        policy="",
        duration=3600,
        external_id="",
    )
    return Origin(session.access_key_id, session.session_token, via_service=SERVICE)


def _undo_creation(backend: CloudFormationBackend, stack: Stack, change: Change, refusal: Refused) -> None:
    _note(stack, "CREATE_FAILED", [refusal])
    reason = f"The following resource(s) failed to create: {_names([refusal])}. Rollback requested by user."
    stack._add_stack_event("ROLLBACK_IN_PROGRESS", reason)
    failures = change.roll_back()
    stack.resource_map.delete()  # those of other services
    _forget(stack)
    for name, export in list(backend.exports.items()):
        if export.exporting_stack_id == stack.stack_id:
            del backend.exports[name]
    _note(stack, "DELETE_FAILED", failures)
    _end(stack, "ROLLBACK_FAILED" if failures else "ROLLBACK_COMPLETE")


def _undo_update(stack: Stack, change: Change, refusal: Refused) -> None:
    existed = refusal.resource.logical_resource_id in stack.resource_map._parsed_resources
    _note(stack, "UPDATE_FAILED" if existed else "CREATE_FAILED", [refusal])
    reason = f"The following resource(s) failed to update: {_names([refusal])}."
    stack._add_stack_event("UPDATE_ROLLBACK_IN_PROGRESS", reason)
    failures = change.roll_back()
    _note(stack, "UPDATE_FAILED", failures)
    _end(stack, "UPDATE_ROLLBACK_FAILED" if failures else "UPDATE_ROLLBACK_COMPLETE")


def _state_of(stack: Stack) -> Callable[[], None]:
    """A function that gives a stack the template and the resources that it has now.

    It deletes resources of other services that have been added since; those that moto changed stay changed.
    """
    resources = stack.resource_map
    before = {
        name: getattr(stack, name) for name in ("template", "template_dict", "parameters", "tags", "role_arn")
    }
    map_before = {
        name: copy(value) if isinstance(value, dict) else value for name, value in vars(resources).items()
    }

    def put_back() -> None:
        for name, resource in resources._parsed_resources.items():
            added = name not in map_before["_parsed_resources"] and name in resources._resource_json_map
            if added and not isinstance(resource, Resource):
                resources._delete_resource(resource, resources._resource_json_map[name])
        vars(resources).update(map_before)
        vars(stack).update(before)

    return put_back


def _clean_up(stack: Stack, change: Change) -> None:
    """Delete what an update has replaced or removed. A failure does not fail the update."""
    _note(stack, "DELETE_FAILED", change.clean_up())


def _forget(stack: Stack) -> None:
    """Drop the resources of a stack that has none any more: moto would create them when it is described."""
    from moto.cloudformation.models import OutputMap

    resources = stack.resource_map
    resources._resource_json_map = {}
    stack.output_map = OutputMap(resources, {}, stack.stack_id)


def _resources(resources: ResourceMap) -> dict[str, Resource]:
    """The KMS resources of a stack, in the order in which they were created."""
    return {name: each for name, each in resources._parsed_resources.items() if isinstance(each, Resource)}


def _names(refusals: list[Refused]) -> str:
    return f"[{', '.join(each.resource.logical_resource_id for each in refusals)}]"


def _note(stack: Stack, status: str, refusals: list[Refused]) -> None:
    """An event for each resource that failed, with the reason."""
    from moto.cloudformation.models import Event

    for refusal in refusals:
        resource = refusal.resource
        stack.events.append(
            Event(
                stack_id=stack.stack_id,
                stack_name=stack.name,
                logical_resource_id=resource.logical_resource_id,
                physical_resource_id=resource.physical_resource_id,
                resource_type=resource.cf_resource_type,
                resource_status=status,
                resource_status_reason=str(refusal),
                resource_properties=None,
            )
        )


def _end(stack: Stack, status: str, reason: str | None = None) -> None:
    stack._add_stack_event(status, reason)
    stack.status = status
