"""Key policies. A key has one, called ``default``."""

from ...core.errors import NotFoundException, ValidationException
from ...core.state import ANY
from ..call import Call
from ..namesakes import policy_of
from .paging import page
from .registry import Answer, looks, manages

#: A second policy, which AWS Resource Access Manager writes on keys it shares; there is no RAM here, and so none.
_RAM = "AWS_RAM"


@looks()
def get_key_policy(call: Call) -> Answer:
    key = call.key()
    if call.get("PolicyName", "default") != "default":
        raise NotFoundException("No such policy exists")
    return {"Policy": policy_of(key), "PolicyName": "default"}


@manages(ANY)
def put_key_policy(call: Call) -> Answer:
    key = call.key()
    name = call.get("PolicyName", "default")
    if name == _RAM:
        raise ValidationException("The AWS_RAM policy can only be managed by the RAM service")
    if name != "default":
        raise NotFoundException("No such policy exists")
    key.attach(call["Policy"], call.guard.new_policy(call["Policy"], key.arn, key))


@looks()
def list_key_policies(call: Call) -> Answer:
    call.key()
    return page(call, "PolicyNames", ["default"], place=str)
