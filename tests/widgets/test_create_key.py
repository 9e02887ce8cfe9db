"""The widget of lesson 05: the console's steps, the policy it writes, and the code it hands over."""

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import boto3
import pytest

import kmsnb
from kmsnb.widgets import CreateKey
from kmsnb.widgets.create_key_code import abridged, literal, source
from kmsnb.widgets.create_key_model import REVIEW, CreateKeyModel, step_name
from kmsnb.widgets.create_key_policy import ADMINISTRATORS, GRANTS, USERS, console_policy

ACCOUNT, OTHER = "123456789012", "111122223333"
XYZ, ABC = (f"arn:aws:iam::{ACCOUNT}:user/{name}" for name in ("XYZ", "ABC"))
CONSOLE = json.loads((Path(__file__).parents[1] / "console_policy.json").read_text())


@pytest.fixture
def kms() -> Iterator[Any]:
    with kmsnb.start() as lab:
        lab.user("XYZ"), lab.user("ABC"), lab.role("Auditor")
        yield boto3.client("kms")


def statements(policy: dict[str, Any]) -> dict[str, dict[str, Any]]:
    return {statement["Sid"]: statement for statement in policy["Statement"]}


def actions(policy: dict[str, Any], sid: str) -> set[str]:
    return set(statements(policy)[sid]["Action"])


# --- the policy


def test_the_policy_is_the_consoles_with_the_action_it_has_got_since() -> None:
    policy = console_policy(ACCOUNT, administrators=[XYZ], users=[ABC])
    statements(policy)[ADMINISTRATORS]["Action"].remove("kms:RotateKeyOnDemand")
    assert policy == CONSOLE


def test_nobody_chosen_leaves_the_statement_for_the_account() -> None:
    assert console_policy(ACCOUNT)["Statement"] == CONSOLE["Statement"][:1]


def test_without_the_box_administrators_cannot_delete() -> None:
    both = [console_policy(ACCOUNT, administrators=[XYZ], may_delete=each) for each in (True, False)]
    with_box, without = (actions(policy, ADMINISTRATORS) for policy in both)
    assert with_box - without == {"kms:ScheduleKeyDeletion", "kms:CancelKeyDeletion"}


@pytest.mark.parametrize(
    ("more", "added"),
    [
        ({"origin": "EXTERNAL"}, {"kms:ImportKeyMaterial"}),
        ({"multi_region": True}, {"kms:ReplicateKey", "kms:UpdatePrimaryRegion"}),
    ],
)
def test_special_keys_give_administrators_more(more: dict[str, Any], added: set[str]) -> None:
    usual = console_policy(ACCOUNT, administrators=[XYZ])
    special = console_policy(ACCOUNT, administrators=[XYZ], **more)
    assert actions(special, ADMINISTRATORS) - actions(usual, ADMINISTRATORS) == added


@pytest.mark.parametrize(
    ("spec", "usage", "use"),
    [
        ("SYMMETRIC_DEFAULT", "ENCRYPT_DECRYPT", "Encrypt Decrypt ReEncrypt* GenerateDataKey* DescribeKey"),
        ("RSA_2048", "ENCRYPT_DECRYPT", "Encrypt Decrypt ReEncrypt* DescribeKey GetPublicKey"),
        ("RSA_2048", "SIGN_VERIFY", "DescribeKey GetPublicKey Sign Verify"),
        ("ECC_NIST_P256", "KEY_AGREEMENT", "DescribeKey GetPublicKey DeriveSharedSecret"),
        ("HMAC_256", "GENERATE_VERIFY_MAC", "DescribeKey GenerateMac VerifyMac"),
    ],
)
def test_users_may_do_what_the_key_is_for(spec: str, usage: str, use: str) -> None:
    policy = console_policy(ACCOUNT, spec=spec, usage=usage, users=[ABC])
    assert actions(policy, USERS) == {f"kms:{action}" for action in use.split()}
    assert (GRANTS in statements(policy)) is (usage != "GENERATE_VERIFY_MAC")


def test_another_account_is_a_user_by_its_root() -> None:
    policy = console_policy(ACCOUNT, users=[ABC], accounts=[OTHER])
    for sid in (USERS, GRANTS):
        assert statements(policy)[sid]["Principal"] == {"AWS": [ABC, f"arn:aws:iam::{OTHER}:root"]}


# --- the model


def model(**choices: Any) -> CreateKeyModel:
    return CreateKeyModel(ACCOUNT, "us-east-1", (ABC, XYZ), **choices)


@pytest.mark.parametrize(
    ("alias", "problem"),
    [
        ("", "the console doesn't go on"),
        ("aws/shop", "reserved for AWS"),
        ("my shop", "only letters"),
        ("é", "only letters"),
        ("x" * 251, "250 characters"),
    ],
)
def test_an_alias_that_the_console_would_not_take(alias: str, problem: str) -> None:
    (told,) = model(alias=alias).problems(2)
    assert problem in told


def test_other_problems_are_told_where_they_are_and_at_the_end() -> None:
    wrong = model(alias="shop", tags="team=shop\n=no key", accounts=f"{OTHER} 42", own_policy="{")
    assert "no key" in wrong.problems(2)[0]
    assert "this isn't one: 42" in wrong.problems(4)[0]
    assert "valid JSON" in wrong.problems(5)[0]
    assert len(wrong.problems(REVIEW)) == 3
    assert wrong.problems(1) == wrong.problems(3) == ()
    assert "Statement" in model(own_policy='{"Statement": ["x"]}').problems(5)[0]
    with pytest.raises(ValueError, match="no key"):
        wrong.create(None)


def test_the_prefix_is_put_before_whatever_is_typed() -> None:
    assert model(alias="shop").alias_name == "alias/shop"
    assert model(alias="alias/shop").alias_name == "alias/alias/shop"


def test_a_new_key_type_brings_usages_and_specs_that_fit() -> None:
    key = model(key_type="Asymmetric")
    key.settle()
    assert (key.usage, key.spec) == ("ENCRYPT_DECRYPT", "RSA_2048")
    key.usage = "KEY_AGREEMENT"
    key.settle()
    assert key.spec == "ECC_NIST_P256"
    key.key_type = "Symmetric"
    key.settle()
    assert (key.usage, key.spec) == ("ENCRYPT_DECRYPT", "SYMMETRIC_DEFAULT")
    assert set(key.usages.values()) == {"ENCRYPT_DECRYPT", "GENERATE_VERIFY_MAC"}


def test_what_later_steps_ask_is_not_in_the_code_before() -> None:
    key = model(alias="shop", description="of the shop", tags="team=shop")
    assert "alias" not in key.code(1)
    assert "of the shop" not in key.code(1)
    assert "Policy" not in key.code(2)
    assert 'create_alias(AliasName="alias/shop"' in key.code(2)
    assert "Policy=json.dumps(policy)" in key.code(3)


def test_steps_have_the_consoles_names() -> None:
    assert step_name(5) == "Step 5 of 6: Edit key policy"


# --- the code


KEYS = {
    "plain": {"alias": "shop"},
    "all": {
        "alias": "team/shop",
        "description": 'it\'s "ours" \\ <b>',
        "tags": "team=shop\nempty=\nequals=a=b",
        "administrators": (XYZ,),
        "may_delete": False,
        "users": (ABC, XYZ),
        "accounts": f"{OTHER}, 444455556666",
        "multi_region": True,
    },
    "hmac": {"alias": "mac", "usage": "GENERATE_VERIFY_MAC", "spec": "HMAC_384", "users": (ABC,)},
    "signs": {"alias": "s", "key_type": "Asymmetric", "usage": "SIGN_VERIFY", "spec": "ECC_NIST_P256"},
    "imported": {"alias": "own", "origin": "EXTERNAL", "administrators": (XYZ,)},
    "edited": {"alias": "e", "own_policy": json.dumps({**CONSOLE, "Id": "mine"})},
}


def made(choices: dict[str, Any], how: str) -> dict[str, Any]:
    """What there is in a lab of its own after the wizard's two calls, or after its code was run."""
    with kmsnb.start() as lab:
        lab.user("XYZ"), lab.user("ABC")
        key, kms = model(**choices), boto3.client("kms")
        if how == "wizard":
            assert key.create(kms).refusal is None
        else:
            exec(key.code(), {})  # noqa: S102 (what a learner copies)
        name = key.alias_name
        metadata = kms.describe_key(KeyId=name)["KeyMetadata"]
        key_id = metadata["KeyId"]
        return {
            **{each: value for each, value in metadata.items() if each != "CreationDate"},
            "policy": json.loads(kms.get_key_policy(KeyId=key_id)["Policy"]),
            "tags": kms.list_resource_tags(KeyId=key_id)["Tags"],
            "aliases": [alias["AliasName"] for alias in kms.list_aliases(KeyId=key_id)["Aliases"]],
            "keys": len(kms.list_keys()["Keys"]),
        }


@pytest.mark.parametrize("choices", KEYS.values(), ids=KEYS)
def test_the_code_makes_the_same_key_as_the_wizard(choices: dict[str, Any]) -> None:
    assert made(choices, "code") == made(choices, "wizard")


def test_what_was_chosen_is_what_the_key_has() -> None:
    key = made(KEYS["all"], "wizard")
    assert key["Description"] == KEYS["all"]["description"]
    assert key["MultiRegion"] is True
    assert {tag["TagKey"]: tag["TagValue"] for tag in key["tags"]} == {
        "team": "shop",
        "empty": "",
        "equals": "a=b",
    }
    assert key["aliases"] == ["alias/team/shop"]
    assert key["policy"] == model(**KEYS["all"]).built_policy()


def test_the_code_is_boto3_and_nothing_of_ours() -> None:
    code = model(**KEYS["all"]).code()
    assert set(re.findall(r"(?m)^import (\w+)", code)) == {"json", "boto3"}
    assert "kmsnb" not in code


@pytest.mark.parametrize(
    "value", ['"', "\\n\n", "é🔑", True, None, 3, [], {}, ["a" * 99, {"b": [False]}], {"a": {"b": "c" * 99}}]
)
def test_a_literal_is_the_value_again(value: Any) -> None:
    assert eval(literal(value)) == value


def test_an_abridged_program_leaves_out_the_policy_and_nothing_else() -> None:
    whole = model(alias="shop", users=(ABC,), description="}\npolicy = {").code()
    short = abridged(whole)
    assert "arn:aws:iam" not in short
    assert whole.startswith(short.partition("policy =")[0])
    assert whole.endswith(short.partition("# see the table")[2])
    assert abridged(source("eu-west-1", {})) == source("eu-west-1", {})


def test_a_program_without_policy_and_alias() -> None:
    code = source("eu-west-1", {"MultiRegion": False})
    assert "json" not in code
    assert "create_alias" not in code
    assert 'region_name="eu-west-1"' in code


# --- the view


def go_to(card: CreateKey, step: int) -> None:
    while card.step < step:
        before = card.step
        card.next.click()
        assert card.step == before + 1, card.note.value
    while card.step > step:
        card.back.click()


def test_it_goes_no_further_without_an_alias(kms: Any) -> None:
    card = CreateKey(kms)
    card.next.click()
    card.next.click()
    assert card.step == 2
    assert "go on without one" in card.note.value
    assert 'role="alert"' in card.note.value
    card.alias.value = "orders"
    card.next.click()
    assert card.step == 3
    assert "alias/orders" in card.code.source


def test_each_tick_adds_its_statements(kms: Any) -> None:
    card = CreateKey(kms)
    card.alias.value = "orders"
    go_to(card, 3)
    assert ADMINISTRATORS not in card.statements.value
    card.administrators[XYZ].value = True
    assert f"{ADMINISTRATORS} ← this step" in card.statements.value
    assert "policy = {…}  # see the table" in card.code.text
    assert f'"Sid": "{ADMINISTRATORS}"' in card.code.source  # the button copies all of it
    assert "kms:ScheduleKeyDeletion" in card.statements.value.replace("<wbr>", "")
    card.may_delete.value = False
    assert "kms:ScheduleKeyDeletion" not in card.statements.value.replace("<wbr>", "")
    go_to(card, 4)
    assert USERS not in card.statements.value
    card.users[ABC].value = True
    card.accounts.value = OTHER
    assert USERS in card.statements.value
    assert f"{GRANTS} ← this step" in card.statements.value
    assert f"{ADMINISTRATORS} ← this step" not in card.statements.value
    assert f"arn:aws:iam::{OTHER}:root" in card.statements.value.replace("<wbr>", "")


def test_only_the_present_page_is_shown(kms: Any) -> None:
    card = CreateKey(kms)
    card.alias.value = "orders"
    for step in range(1, REVIEW + 1):
        go_to(card, step)
        assert [page.layout.display for page in card.pages].count(None) == 1
        assert card.pages[step - 1].layout.display is None
        assert card.back.disabled is (step == 1)
        assert (card.create.layout.display is None) is (step == REVIEW)
        assert step_name(step) in card.heading.value


def test_it_creates_the_key_and_the_second_time_a_key_without_a_name(kms: Any) -> None:
    card = CreateKey(kms)
    card.alias.value = "orders"
    go_to(card, REVIEW)
    assert not kms.list_keys()["Keys"]
    card.create.click()
    key = kms.describe_key(KeyId="alias/orders")["KeyMetadata"]
    assert key["KeyId"] in card.reply.value
    assert "✓ CreateAlias" in card.reply.value
    card.create.click()
    assert "✗ CreateAlias refused: AlreadyExistsException" in card.reply.value
    assert "without a name" in card.reply.value
    assert len(kms.list_keys()["Keys"]) == 2


def test_a_policy_that_locks_its_maker_out_is_refused_by_kms(kms: Any) -> None:
    card = CreateKey(kms)
    card.alias.value = "orders"
    card.administrators[XYZ].value = True
    go_to(card, 5)
    policy = json.loads(card.policy.value)
    del policy["Statement"][0]
    card.policy.value = json.dumps(policy)
    assert "You have edited the policy" in card.note.value
    go_to(card, REVIEW)
    card.create.click()
    assert "✗ CreateKey refused: MalformedPolicyDocumentException" in card.reply.value
    assert not kms.list_keys()["Keys"]


def test_an_edited_policy_stays_until_it_is_undone(kms: Any) -> None:
    card = CreateKey(kms)
    card.alias.value = "orders"
    go_to(card, 5)
    card.policy.value = "{"
    assert "valid JSON" in card.note.value
    card.next.click()
    assert card.step == 5
    go_to(card, 3)
    card.administrators[XYZ].value = True
    assert ADMINISTRATORS not in card.policy.value
    go_to(card, 5)
    card.undo.click()
    assert json.loads(card.policy.value) == card.model.built_policy()
    assert ADMINISTRATORS in card.policy.value
    assert card.note.value == ""


def test_the_lists_follow_the_key_type(kms: Any) -> None:
    card = CreateKey(kms)
    card.key_type.value = "Asymmetric"
    assert card.spec.value == "RSA_2048"
    card.usage.value = "KEY_AGREEMENT"
    assert card.spec.options == ("ECC_NIST_P256", "ECC_NIST_P384", "ECC_NIST_P521")
    card.key_type.value = "Symmetric"
    card.usage.value = "GENERATE_VERIFY_MAC"
    assert card.spec.value.startswith("HMAC_")
    assert 'KeyUsage="GENERATE_VERIFY_MAC"' in card.code.source


def test_the_people_are_those_of_the_account(kms: Any) -> None:
    names = [box.description for box in CreateKey(kms).users.values()]
    assert names == ["role/Auditor", "user/ABC", "user/XYZ", "user/student"]


def test_every_control_has_a_label(kms: Any) -> None:
    card = CreateKey(kms)
    buttons = [card.back, card.next, card.create, card.undo]
    assert all(control.description for control in [*card._fields(), card.policy, *buttons])


def test_what_is_typed_is_shown_as_text_and_not_as_markup(kms: Any) -> None:
    card = CreateKey(kms)
    card.description.value, card.tags.value = "<img src=x>", "<img>=<b>"
    card.alias.value = "orders"
    go_to(card, 2)
    shown = card.statements.value + card.fallback().replace("<img alt", "")
    assert "<img" not in shown
    assert "<b>" not in shown


def test_without_a_kernel_there_is_a_picture_in_words_and_the_code(kms: Any) -> None:
    card = CreateKey(kms)
    card.alias.value = "orders"
    bundle = card._repr_mimebundle_()
    assert re.search(
        r'<img alt="The six steps of the console, at step 1.*CreateAlias \(alias/orders\)',
        bundle["text/html"],
    )
    assert "kms.create_key(" in bundle["text/html"]
    assert bundle["text/plain"] == "Create a KMS key, Step 1 of 6: Configure key"


def test_no_error_was_swallowed(kms: Any) -> None:
    from kmsnb.widgets import card as cards

    cards.faults.clear()
    card = CreateKey(kms)
    card.alias.value = "orders"
    go_to(card, REVIEW)
    card.create.click()
    assert cards.faults == []
