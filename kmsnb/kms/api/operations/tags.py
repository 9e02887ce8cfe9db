"""Tags: name-value pairs on a key, for access control and cost allocation."""

from ...core.errors import TagException
from ...core.state import NOT_DYING
from ..call import Call
from .paging import page
from .registry import Response, looks, manages

#: "You can add up to 50 tags to a KMS key".
MOST_TAGS = 50


def read_tags(tags: list[dict[str, str]]) -> dict[str, str]:
    """The tags of a request, checked."""
    names = [tag["TagKey"] for tag in tags]
    _check_names(names)
    if len(set(names)) < len(names):
        raise TagException("Duplicate tag keys")
    if len(names) > MOST_TAGS:
        raise TagException("Too many tags")
    return {tag["TagKey"]: tag["TagValue"] for tag in tags}


def as_list(tags: dict[str, str]) -> list[dict[str, str]]:
    return [{"TagKey": name, "TagValue": value} for name, value in tags.items()]


def _check_names(names: list[str]) -> None:
    if any(name.lower().startswith("aws:") for name in names):
        raise TagException("Tags beginning with aws: are reserved")


@manages(NOT_DYING)
def tag_resource(call: Call) -> None:
    key = call.key()
    tags = key.tags | read_tags(call["Tags"])
    if len(tags) > MOST_TAGS:
        raise TagException("Too many tags")
    key.tags = tags


@manages(NOT_DYING)
def untag_resource(call: Call) -> None:
    """Remove tags. Names that the key does not have are ignored."""
    key = call.key()
    _check_names(call["TagKeys"])
    # a new dict: decisions in the journal keep the old one
    key.tags = {name: value for name, value in key.tags.items() if name not in call["TagKeys"]}


@looks()
def list_resource_tags(call: Call) -> Response:
    key = call.key()
    tags = as_list(dict(sorted(key.tags.items())))
    return page(call, "Tags", tags, place=lambda tag: tag["TagKey"], default=50, most=50)
