"""What is common to the resources of a stack: reading properties, calling KMS, and what moto's stacks ask of a resource.

The names without an underscore are moto's.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping
from typing import Any, ClassVar, NoReturn, Self

from ...api.handler import handle
from ...core.errors import KmsError
from ..models import backend_of
from .change import Refused, change_in_progress
from .properties import text

Properties = dict[str, Any]

#: AWS's names for why a resource was refused, by KMS's error code; "InvalidRequest" for all others.
_HANDLER_ERRORS = {
    "AccessDeniedException": "AccessDenied",
    "AlreadyExistsException": "AlreadyExists",
    "KMSInternalException": "ServiceInternalError",
    "LimitExceededException": "ServiceLimitExceeded",
    "NotFoundException": "NotFound",
}


class Resource(ABC):
    """One resource of a stack.

    ``template`` is the resource as its template has it, with references resolved. Subclasses say which properties
    there are, which are required and which replace the resource, and what ``Fn::GetAtt`` can read.
    """

    cf_resource_type: str
    _properties: ClassVar[Mapping[str, Callable[[Any], Any]]]
    _required: ClassVar[tuple[str, ...]] = ()
    _replacing: ClassVar[tuple[str, ...]] = ()

    def __init__(self, logical_id: str, template: Mapping[str, Any], account: str, region: str) -> None:
        change = change_in_progress()
        self.logical_resource_id = logical_id
        self.physical_resource_id = ""
        self.template = template
        self.stack_tags = change.tags if change else {}
        self._account = account
        self._region = region
        self._attributes: dict[str, str] = {}
        self._is_gone = False
        self._wanted = self._with_defaults(self._read(template["Properties"]))

    # What moto's stacks call

    @classmethod
    def create_from_cloudformation_json(
        cls,
        resource_name: str,
        cloudformation_json: Mapping[str, Any],
        account_id: str,
        region_name: str,
        *,
        LogicalId: str,
        **_: Any,
    ) -> Self:
        """Create the resource."""
        resource = cls(LogicalId, cloudformation_json, account_id, region_name)
        resource._create()
        return resource

    @classmethod
    def update_from_cloudformation_json(
        cls,
        original_resource: Any,
        new_resource_name: str,
        cloudformation_json: Mapping[str, Any],
        account_id: str,
        region_name: str,
    ) -> Self:
        """Change the resource, or replace it: the old one is then deleted at the end of the update."""
        name = getattr(original_resource, "logical_resource_id", new_resource_name)
        new = cls(name, cloudformation_json, account_id, region_name)
        if type(original_resource) is cls and not original_resource._differs(new, cls._replacing):
            new.physical_resource_id = original_resource.physical_resource_id
            new._attributes = original_resource._attributes
            new._change(original_resource._wanted)
            return new
        new._create()
        if isinstance(original_resource, Resource):
            original_resource._leave("UpdateReplacePolicy")
        return new

    def delete(self, account_id: str, region_name: str) -> None:
        """Delete the resource: at the end of the operation that removed it, if there is one."""
        self._leave("DeletionPolicy")

    @classmethod
    def has_cfn_attr(cls, attr: str) -> bool:
        """Whether ``Fn::GetAtt`` can read this attribute."""
        return False

    def get_cfn_attribute(self, attribute_name: str) -> str:
        """What ``Fn::GetAtt`` returns."""
        # here, as in moto: the package loads every service of moto
        from moto.cloudformation.exceptions import UnformattedGetAttTemplateException

        if attribute_name not in self._attributes:
            raise UnformattedGetAttTemplateException()
        return self._attributes[attribute_name]

    def is_created(self) -> bool:
        """Whether the resource exists."""
        return True

    # The life of a resource

    def remove(self, attribute: str) -> None:
        """Delete the resource, unless this attribute of the template (DeletionPolicy, …) says to keep it."""
        if not self._is_gone and self.template.get(attribute) not in ("Retain", "RetainExceptOnCreate"):
            self._delete()
            self._is_gone = True

    def _leave(self, attribute: str) -> None:
        change = change_in_progress()
        if change is None:
            self.remove(attribute)
        else:
            change.leftovers.append((self, attribute))

    def _undo_creation(self) -> None:
        if not self._is_gone and self.template.get("DeletionPolicy") != "Retain":
            self._delete()
            self._is_gone = True

    @abstractmethod
    def _create(self) -> None:
        """Create what the properties ask for, and note how to undo it."""

    @abstractmethod
    def _change(self, before: Properties) -> None:
        """Turn what was created with the properties ``before`` into what they ask for now."""

    @abstractmethod
    def _delete(self) -> None:
        """Delete it. That it is gone already is fine."""

    # Properties

    def _read(self, given: Mapping[str, Any]) -> Properties:
        wrong = [f"#: extraneous key [{name}] is not permitted" for name in given.keys() - self._properties]
        wrong += [f"#: required key [{name}] not found" for name in self._required if name not in given]
        read = {}
        for name, value in given.items():
            try:
                read[name] = self._properties.get(name, text)(value)
            except ValueError as error:
                wrong.append(f"#/{name}: {error}")
        if wrong:
            resource = f"Properties validation failed for resource {self.logical_resource_id} with message:"
            self._fail("\n".join([resource, *sorted(wrong)]))
        return read

    def _with_defaults(self, given: Properties) -> Properties:
        return given

    def _differs(self, other: Resource, names: tuple[str, ...]) -> bool:
        return any(self._wanted[name] != other._wanted[name] for name in names)

    # Calls

    def _ask(self, operation: str, region: str | None = None, **parameters: Any) -> dict[str, Any]:
        """Call KMS on behalf of the caller who asked for this operation on the stack."""
        change = change_in_progress()
        endpoint = backend_of(self._account, region or self._region).endpoint
        present = {name: value for name, value in parameters.items() if value not in (None, [])}
        return handle(operation, present, endpoint, origin=change.origin if change else None)

    def _call(self, operation: str, region: str | None = None, **parameters: Any) -> dict[str, Any]:
        try:
            return self._ask(operation, region, **parameters)
        except KmsError as error:
            self._refuse(error.message or f"{operation} failed due to {error.code}", error.code)

    def _refuse(self, message: str, code: str = "") -> NoReturn:
        kind = _HANDLER_ERRORS.get(code, "InvalidRequest")
        self._fail(f'Resource handler returned message: "{message}" (HandlerErrorCode: {kind})')

    def _fail(self, reason: str) -> NoReturn:
        if change_in_progress() is None:  # a stack of a stack set, which moto creates on its own
            from moto.cloudformation.exceptions import ValidationError

            raise ValidationError(message=reason)
        raise Refused(self, reason) from None

    def _to_undo(self, step: Callable[[], Any]) -> None:
        change = change_in_progress()
        if change is not None:
            change.undo.append(step)
