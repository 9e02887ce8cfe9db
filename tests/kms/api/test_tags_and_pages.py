"""Tags, and lists in pages."""

import pytest

from kmsnb.kms.api.validation import service_model

from ..conftest import make, refused


def tags(kms, key):
    return {each["TagKey"]: each["TagValue"] for each in kms.list_resource_tags(KeyId=key)["Tags"]}


def as_list(pairs):
    return [{"TagKey": name, "TagValue": value} for name, value in pairs.items()]


def test_added_changed_and_taken_away(kms):
    key = make(kms, Tags=as_list({"a": "1", "b": ""}))
    kms.tag_resource(KeyId=key, Tags=as_list({"a": "2", "C": "3"}))
    assert tags(kms, key) == {"a": "2", "b": "", "C": "3"}
    kms.untag_resource(KeyId=key, TagKeys=["a", "none"])
    assert tags(kms, key) == {"b": "", "C": "3"}


def test_fifty_at_most(kms, key):
    kms.tag_resource(KeyId=key, Tags=as_list({str(n): "" for n in range(50)}))
    kms.tag_resource(KeyId=key, Tags=as_list({"0": "changed"}))
    with refused("TagException", "Too many tags"):
        kms.tag_resource(KeyId=key, Tags=as_list({"one more": ""}))
    assert len(kms.list_resource_tags(KeyId=key)["Tags"]) == 50


def test_reserved_names_are_not_taken_away_either(kms, key):
    with refused("TagException"):
        kms.untag_resource(KeyId=key, TagKeys=["aws:x"])


def test_keys_in_pages(kms):
    keys = [make(kms) for _ in range(5)]
    pages = list(kms.get_paginator("list_keys").paginate(PaginationConfig={"PageSize": 2}))
    assert [each["KeyArn"] for page in pages for each in page["Keys"]] == keys
    assert [page["Truncated"] for page in pages] == [True, True, False]
    assert ["NextMarker" in page for page in pages] == [True, True, False]


def test_a_hundred_keys_are_a_page(kms):
    for _ in range(101):
        kms.create_key()
    first = kms.list_keys()
    assert (len(first["Keys"]), first["Truncated"]) == (100, True)
    assert len(kms.list_keys(Marker=first["NextMarker"])["Keys"]) == 1
    assert len(kms.list_keys(Limit=1000)["Keys"]) == 101


@pytest.mark.skipif(
    "ResourceOwners" not in service_model().operation_model("ListKeys").input_shape.members,
    reason="this botocore does not know of keys shared through Resource Access Manager",
)
def test_what_is_shared_by_other_accounts(kms, key):
    assert kms.list_keys(ResourceOwners=["OTHER_ACCOUNTS_VIA_RAM"])["Keys"] == []
    assert len(kms.list_keys(ResourceOwners=["SELF", "OTHER_ACCOUNTS_VIA_RAM"])["Keys"]) == 1


def test_aliases_and_tags_in_pages(kms, key):
    for n in range(3):
        kms.create_alias(AliasName=f"alias/{n}", TargetKeyId=key)
        kms.tag_resource(KeyId=key, Tags=as_list({str(n): ""}))
    for name, member in (("list_aliases", "Aliases"), ("list_resource_tags", "Tags")):
        pages = kms.get_paginator(name).paginate(KeyId=key, PaginationConfig={"PageSize": 2})
        assert [len(page[member]) for page in pages] == [2, 1]


def test_a_page_survives_what_vanishes_between_two(kms, clock):
    keys = [make(kms) for _ in range(4)]
    first = kms.list_keys(Limit=2)
    kms.schedule_key_deletion(KeyId=keys[1], PendingWindowInDays=7)
    clock.advance(days=8)
    rest = kms.list_keys(Marker=first["NextMarker"])
    assert [each["KeyArn"] for each in rest["Keys"]] == keys[2:]


@pytest.mark.parametrize("marker", ["nonsense", "====", "AAAA", "\u00ff", "TGlzdEtleXM="])
def test_markers_are_of_an_earlier_page(kms, key, marker):
    for operation, more in (
        (kms.list_keys, {}),
        (kms.list_aliases, {}),
        (kms.list_grants, {"KeyId": key}),
        (kms.list_key_policies, {"KeyId": key}),
    ):
        with refused("InvalidMarkerException"):
            operation(Marker=marker, **more)


def test_a_marker_is_of_its_own_list(kms, key):
    marker = kms.list_aliases(Limit=1)["NextMarker"]
    with refused("InvalidMarkerException"):
        kms.list_keys(Marker=marker)


@pytest.mark.parametrize(
    ("operation", "most"),
    [("list_keys", 1000), ("list_aliases", 100), ("list_resource_tags", 50), ("list_grants", 100)],
)
def test_limits_have_limits(kms, key, operation, most):
    more = {} if operation == "list_keys" else {"KeyId": key}
    getattr(kms, operation)(Limit=most, **more)
    for limit in (0, most + 1):
        with refused("ValidationException"):
            getattr(kms, operation)(Limit=limit, **more)
