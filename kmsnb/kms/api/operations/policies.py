"""Key policies. A key has one, called ``default``."""

from ...core.errors import NotFoundException, ValidationException
from ...core.state import ANY
from ..call import Call
from .paging import page
from .registry import Response, looks, manages

#: A second policy, which AWS Resource Access Manager attaches to keys that it shares. This mock has no RAM.
_RAM = "AWS_RAM"


@looks()
def get_key_policy(call: Call) -> Response:
    key = call.key()
    if call.get("PolicyName", "default") != "default":
        raise NotFoundException("No such policy exists")
    return {"Policy": call.guard.policy_now(key), "PolicyName": "default"}


@manages(ANY)
def put_key_policy(call: Call) -> None:
    key = call.key()
    name = call.get("PolicyName", "default")
    if name == _RAM:
        raise ValidationException("The AWS_RAM policy can only be managed by the RAM service")
    if name != "default":
        raise NotFoundException("No such policy exists")
    key.set_policy(call["Policy"], call.guard.new_policy(call["Policy"], key.arn, key))


@looks()
def list_key_policies(call: Call) -> Response:
    call.key()
    return page(call, "PolicyNames", ["default"], place=str)
