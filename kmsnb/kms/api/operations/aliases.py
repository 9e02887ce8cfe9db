"""Aliases: names for keys, which can be moved to other keys without a change to code."""

from ...core import errors
from ...core.alias import MOST_ALIASES_OF_A_KEY, Alias
from ...core.aws_managed import PREDEFINED, PREFIX
from ...core.errors import (
    AlreadyExistsException,
    InvalidArnException,
    LimitExceededException,
    NotAuthorizedException,
    ValidationException,
)
from ...core.key import Key
from ...core.state import ANY, NOT_DYING
from ..call import Call
from .paging import page
from .registry import Response, looks, manages


@manages(NOT_DYING)
def create_alias(call: Call) -> None:
    name = _own_name(call["AliasName"])
    call.guard.on_alias("CreateAlias", call.region.arn(name))
    key = _target(call)
    if name in call.region.aliases:
        raise AlreadyExistsException(f"An alias with the name {call.region.arn(name)} already exists")
    _refuse_too_many(call, key)
    call.region.add_alias(name, key)


@manages(NOT_DYING)
def update_alias(call: Call) -> None:
    """Point an alias at another key, of the same type and usage, so that users of the alias are not affected."""
    name = _own_name(call["AliasName"])
    alias = _existing(call, name)
    call.guard.on_alias("UpdateAlias", alias.arn)
    call.guard.on_key("UpdateAlias", alias.key)
    key = _target(call)
    if (key.spec.kind, key.usage) != (alias.key.spec.kind, alias.key.usage):
        raise ValidationException(
            f"Alias {alias.arn} refers to a key of type {alias.key.spec.kind} and usage {alias.key.usage}; "
            f"it cannot be updated to refer to a key of type {key.spec.kind} and usage {key.usage}."
        )
    if key is not alias.key:
        _refuse_too_many(call, key)
    call.region.point_alias(alias, key, call.now)


@manages(ANY)
def delete_alias(call: Call) -> None:
    name = _own_name(call["AliasName"])
    alias = _existing(call, name)
    call.guard.on_alias("DeleteAlias", alias.arn)
    call.admit(alias.key)
    call.region.drop_alias(name)


@looks()
def list_aliases(call: Call) -> Response:
    """Aliases in order of their names. Those of AWS managed keys have no key until they are first used."""
    aliases = {alias.name: alias for alias in call.region.aliases.values()}
    if "KeyId" in call.parameters:
        key = call.key()
        entries = [alias.describe() for alias in aliases.values() if alias.key is key]
    else:
        entries = [alias.describe() for alias in aliases.values()] + [
            {"AliasName": PREFIX + service, "AliasArn": call.region.arn(PREFIX + service)}
            for service in PREDEFINED
            if PREFIX + service not in aliases
        ]
    entries.sort(key=lambda entry: entry["AliasName"])
    return page(call, "Aliases", entries, place=lambda entry: entry["AliasName"], default=50, most=100)


def _own_name(name: str) -> str:
    """Check a name for a customer's alias."""
    if not name.startswith("alias/"):
        raise ValidationException(
            'Alias must start with the prefix "alias/". Please see '
            "https://docs.aws.amazon.com/kms/latest/developerguide/kms-alias.html"
        )
    if name.startswith(PREFIX):
        raise NotAuthorizedException
    if ":" in name or name == "alias/":
        raise ValidationException(f"{name} contains invalid characters for an alias")
    return name


def _existing(call: Call, name: str) -> Alias:
    if name not in call.region.aliases:
        raise errors.alias_is_not_found(call.region.arn(name))
    return call.region.aliases[name]


def _target(call: Call) -> Key:
    try:
        return call.key("TargetKeyId")
    except InvalidArnException:
        if "alias/" in call["TargetKeyId"]:
            raise ValidationException("Aliases must refer to keys. Not aliases") from None
        raise


def _refuse_too_many(call: Call, key: Key) -> None:
    if len(key.aliases) >= MOST_ALIASES_OF_A_KEY:
        raise LimitExceededException(f"{key.arn} has reached its limit of {MOST_ALIASES_OF_A_KEY} aliases.")
