"""One authorization request on a resource that is not a KMS key: a bucket, an object, a secret, a parameter."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property

from .caller import Caller
from .context import Values, global_values, owner_values
from .document import Policy
from .facts import Circumstances
from .organization import Place


@dataclass(frozen=True)
class ResourceRequest:
    """A caller, an action such as ``s3:GetObject``, and the ARN of a resource (``*`` if the action has none).

    ``owner`` is the account of the resource, ``place`` its place in an organization. ``policy`` is the resource's own;
    None if it has none. ``of_service`` are the service's condition keys, by their names in lower case.
    """

    caller: Caller
    action: str
    arn: str
    owner: str
    policy: Policy | None = None
    of_service: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    circumstances: Circumstances = field(default_factory=Circumstances)
    place: Place | None = None

    @cached_property
    def values(self) -> Values:
        """The condition keys, computed when a policy first asks for one."""
        values = global_values(self.caller, self.circumstances) | owner_values(self.owner, self.place)
        return values | dict(self.of_service)

    def in_iam_policy(self, key: str) -> tuple[str, ...] | None:
        """The values of a condition key, as IAM policies see them."""
        return self.values.get(key)

    #: The policies of resources other than keys see the same.
    in_resource_policy = in_iam_policy
