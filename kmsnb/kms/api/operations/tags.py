"""Tags: pairs of texts on a key, for access control and for the bill."""

from ...core.errors import TagException
from ...core.state import STANDING
from ..call import Call
from .paging import page
from .registry import Answer, looks, manages

#: "You can add up to 50 tags to a KMS key".
MOST_TAGS = 50


def read_tags(tags: list[dict[str, str]]) -> dict[str, str]:
    """Tags as the API gives them, checked."""
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


@manages(STANDING)
def tag_resource(call: Call) -> Answer:
    key = call.key()
    tags = key.tags | read_tags(call["Tags"])
    if len(tags) > MOST_TAGS:
        raise TagException("Too many tags")
    key.tags = tags


@manages(STANDING)
def untag_resource(call: Call) -> Answer:
    """Take tags away. Names of tags the key has not are ignored."""
    key = call.key()
    _check_names(call["TagKeys"])
    for name in call["TagKeys"]:
        key.tags.pop(name, None)


@looks()
def list_resource_tags(call: Call) -> Answer:
    key = call.key()
    tags = as_list(dict(sorted(key.tags.items())))
    return page(call, "Tags", tags, place=lambda tag: tag["TagKey"], default=50, most=50)
