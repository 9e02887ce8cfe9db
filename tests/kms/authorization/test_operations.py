"""Operations that need several permissions, or none on a key."""

import re
from typing import Any

import botocore.session
import pytest

from kmsnb.kms.authorization import (
    ACTIONS,
    GRANTABLE,
    Caller,
    Circumstances,
    KeyFacts,
    On,
    Reason,
    access_denied,
    decide,
    decide_all,
    needs,
    requests_for,
)

from .world import ABC, ALIAS, DELEGATES, KEY, OTHER_KEY, OURS, XYZ, allow, caller, key, may, may_not

MODEL = botocore.session.get_session().get_service_model("kms")
READS = key(allow(ABC, "ReEncryptFrom"))
WRITES = key(allow(ABC, "ReEncryptTo"), arn=OTHER_KEY)
NEITHER = key(allow(XYZ, "kms:*"))


def documentation(operation: str) -> str:
    return re.sub(r"<[^>]+>", "", MODEL.operation_model(operation).documentation)


@pytest.mark.parametrize("operation", MODEL.operation_names)
def test_every_operation_of_the_model_is_known(operation: str) -> None:
    assert {need.action for need in needs(operation)} <= ACTIONS.keys()


@pytest.mark.parametrize("operation", MODEL.operation_names)
def test_cross_account_use_is_as_the_model_says(operation: str) -> None:
    said = re.search(r"Cross-account use:\s*(Yes|No)\b", documentation(operation))
    if said and operation != "ListRetirableGrants":
        assert all(ACTIONS[need.action].cross_account is (said[1] == "Yes") for need in needs(operation))


@pytest.mark.parametrize("operation", MODEL.operation_names)
def test_required_permissions_are_as_the_model_says(operation: str) -> None:
    """``kms:CreateKey (IAM policy)``: without a key. ``kms:Encrypt (key policy)``: on one."""
    said = re.search(r"Required permissions?\W+kms:(\w+) \((key|IAM) policy\)", documentation(operation))
    if said:
        first = needs(operation)[0]
        assert (first.action, first.on) == (said[1], On.KEY if said[2] == "key" else On.ACCOUNT)


def test_grant_operations_are_the_models() -> None:
    assert set(MODEL.shape_for("GrantOperation").enum) == GRANTABLE


def test_what_only_tells_is_told_from_what_writes() -> None:
    reading = {name for name, action in ACTIONS.items() if not action.writes}
    assert {name for name in reading if not name.startswith(("Get", "List", "Describe"))} == set()
    assert {name for name in ACTIONS if name.startswith(("Get", "List", "Describe"))} == reading


def test_what_is_no_operation_is_a_key_error() -> None:
    with pytest.raises(KeyError):
        needs("Destroy")


def reencrypt(source: KeyFacts, destination: KeyFacts, who: Caller | None = None) -> Any:
    keys = {"SourceKeyId": source, "DestinationKeyId": destination}
    return decide_all(requests_for("ReEncrypt", who or caller(ABC), keys=keys))


def test_reencrypt_needs_from_on_the_source_and_to_on_the_destination() -> None:
    assert reencrypt(READS, WRITES).allowed
    without_from, without_to = reencrypt(NEITHER, WRITES), reencrypt(READS, NEITHER)
    assert (without_from.allowed, without_from.request.action) == (False, "kms:ReEncryptFrom")
    assert (without_to.allowed, without_to.request.action) == (False, "kms:ReEncryptTo")


def test_reencrypt_knows_whether_it_stays_on_its_key() -> None:
    same = {"Condition": {"Bool": {"kms:ReEncryptOnSameKey": "true"}}}
    here, there = key(allow(ABC, "ReEncrypt*", **same)), key(allow(ABC, "ReEncrypt*"), arn=OTHER_KEY)
    assert reencrypt(here, here).allowed
    assert not reencrypt(here, there).allowed


def test_reencrypt_tells_the_two_contexts_and_aliases_apart() -> None:
    condition = {
        "Condition": {"StringEquals": {"kms:EncryptionContext:a": "new", "kms:RequestAlias": "alias/new"}}
    }
    keys = {"SourceKeyId": READS, "DestinationKeyId": key(allow(ABC, "ReEncryptTo", **condition))}
    parameters = {
        "SourceEncryptionContext": {"a": "old"},
        "DestinationEncryptionContext": {"a": "new"},
        "SourceKeyId": "alias/old",
        "DestinationKeyId": "alias/new",
    }
    assert decide_all(requests_for("ReEncrypt", caller(ABC), parameters, keys=keys)).allowed


def aliases(operation: str, *statements: Any, keys: dict[str, KeyFacts]) -> Any:
    return decide_all(requests_for(operation, caller(ABC, *statements), keys=keys, alias_arn=ALIAS))


def test_an_alias_needs_the_alias_by_iam_and_the_key() -> None:
    willing = {"TargetKeyId": key(allow(ABC, "CreateAlias"))}
    assert aliases("CreateAlias", may("CreateAlias", on=ALIAS), keys=willing).allowed
    assert aliases("CreateAlias", keys=willing).request.arn == ALIAS
    unwilling = aliases("CreateAlias", may("CreateAlias", on=ALIAS), keys={"TargetKeyId": NEITHER})
    assert (unwilling.allowed, unwilling.request.arn) == (False, KEY)


def test_moving_an_alias_needs_both_keys() -> None:
    old, new = key(allow(ABC, "UpdateAlias")), key(allow(ABC, "UpdateAlias"), arn=OTHER_KEY)
    by_alias = may("UpdateAlias", on=ALIAS)
    assert aliases("UpdateAlias", by_alias, keys={"CurrentKeyId": old, "TargetKeyId": new}).allowed
    assert not aliases("UpdateAlias", by_alias, keys={"CurrentKeyId": NEITHER, "TargetKeyId": new}).allowed
    assert not aliases("UpdateAlias", by_alias, keys={"CurrentKeyId": old, "TargetKeyId": NEITHER}).allowed


def test_deleting_an_alias_needs_the_alias_and_its_key() -> None:
    keys = {"CurrentKeyId": key(allow(ABC, "DeleteAlias"))}
    assert aliases("DeleteAlias", may("DeleteAlias", on=ALIAS), keys=keys).allowed
    assert not aliases("DeleteAlias", keys=keys).allowed


PRIMARY = key(allow(ABC, "ReplicateKey"), multi_region_type="PRIMARY", spec="RSA_2048", usage="SIGN_VERIFY")


def replicate(*statements: Any, **parameters: Any) -> Any:
    parameters = {"ReplicaRegion": "eu-west-1", **parameters}
    circumstances = Circumstances(region="us-east-1")
    return decide_all(
        requests_for(
            "ReplicateKey",
            caller(ABC, *statements),
            parameters,
            keys={"KeyId": PRIMARY},
            circumstances=circumstances,
        )
    )


def test_replicating_needs_create_key_in_the_other_region() -> None:
    assert replicate(may("CreateKey")).allowed
    assert replicate().request.action == "kms:CreateKey"
    there = {"Condition": {"StringEquals": {"aws:RequestedRegion": "eu-west-1"}}}
    here = {"Condition": {"StringEquals": {"aws:RequestedRegion": "us-east-1"}}}
    assert replicate(may("CreateKey", **there)).allowed
    assert not replicate(may("CreateKey", **here)).allowed


def test_a_replica_is_created_like_its_primary() -> None:
    like = {"kms:KeySpec": "RSA_2048", "kms:KeyUsage": "SIGN_VERIFY", "kms:MultiRegionKeyType": "REPLICA"}
    assert replicate(may("CreateKey", Condition={"StringEquals": like})).allowed


def test_tags_on_a_new_key_need_tag_resource() -> None:
    tags = [{"TagKey": "Purpose", "TagValue": "Test"}]
    create = requests_for("CreateKey", caller(ABC, may("CreateKey")), {"Tags": tags})
    assert decide_all(create).request.action == "kms:TagResource"
    assert decide_all(requests_for("CreateKey", caller(ABC, may("CreateKey")))).allowed
    assert replicate(may("CreateKey"), Tags=tags).request.action == "kms:TagResource"
    assert replicate(may("CreateKey", "TagResource"), Tags=tags).allowed


@pytest.mark.parametrize(
    ("resource", "expected"),
    [
        ("*", True),
        (f"arn:aws:kms:*:{OURS}:key/*", True),
        (f"arn:aws:kms:us-east-1:{OURS}:key/*", True),
        (f"arn:aws:kms:eu-west-1:{OURS}:key/*", False),
        (KEY, False),
        (ALIAS, False),
    ],
)
def test_tags_on_a_new_key_need_a_policy_that_is_not_restricted_to_a_key(
    resource: str, expected: bool
) -> None:
    who = caller(ABC, may("CreateKey"), may("TagResource", on=resource))
    tags = {"Tags": [{"TagKey": "Purpose", "TagValue": "Test"}]}
    decision = decide_all(
        requests_for("CreateKey", who, tags, circumstances=Circumstances(region="us-east-1"))
    )
    assert decision.allowed is expected
    if not expected:
        assert access_denied(decision) == (
            f"User: {ABC} is not authorized to perform: kms:TagResource "
            "because no identity-based policy allows the kms:TagResource action"
        )


def test_a_new_primary_needs_both_keys() -> None:
    willing, unwilling = key(allow(ABC, "UpdatePrimaryRegion")), key(allow(ABC, "DescribeKey"))
    for replica, expected in ((willing, True), (unwilling, False)):
        keys = {"KeyId": willing, "ReplicaKeyId": replica}
        assert decide_all(requests_for("UpdatePrimaryRegion", caller(ABC), keys=keys)).allowed is expected


def test_list_retirable_grants_is_authorized_on_the_principal() -> None:
    who = caller(ABC, may("ListRetirableGrants", on=XYZ))
    asked = requests_for("ListRetirableGrants", who, {"RetiringPrincipal": XYZ})
    assert decide_all(asked).allowed
    assert not decide_all(requests_for("ListRetirableGrants", who, {"RetiringPrincipal": ABC})).allowed


def test_actions_are_found_in_any_case() -> None:
    (asked,) = requests_for("Decrypt", caller(ABC), keys={"KeyId": key(allow(ABC, "Decrypt"))})
    assert decide(asked).reason is Reason.KEY_POLICY
    assert asked.operation == "Decrypt"


def test_a_grant_that_is_not_there_cannot_be_retired() -> None:
    asked = requests_for("RetireGrant", caller(ABC, may("kms:*")), keys={"KeyId": key()})
    assert decide_all(asked).reason is Reason.NOT_RETIRABLE


def test_nothing_to_decide_is_an_error() -> None:
    with pytest.raises(ValueError, match=r"^There are no requests to decide\.$"):
        decide_all([])


def test_a_denial_among_several_is_the_one_that_is_told() -> None:
    source = key(DELEGATES)
    denied = reencrypt(source, source, caller(ABC, may("kms:*"), may_not("ReEncryptTo")))
    assert denied.reason is Reason.DENY_IN_IAM_POLICY


def test_reencrypt_onto_a_key_that_takes_only_its_own() -> None:
    """The condition is on the destination alone, so nothing but ReEncryptTo can fail for it."""
    for wanted, elsewhere in (("true", False), ("false", True)):
        condition = {"Condition": {"Bool": {"kms:ReEncryptOnSameKey": wanted}}}
        here = key(allow(ABC, "ReEncryptFrom"), allow(ABC, "ReEncryptTo", **condition))
        there = key(allow(ABC, "ReEncryptFrom"), arn=OTHER_KEY)
        assert reencrypt(there, here).allowed is elsewhere
        assert reencrypt(here, here).allowed is not elsewhere
