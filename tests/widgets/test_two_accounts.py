"""The widget of lesson 14: two accounts, a key, and the permissions that Decrypt takes."""

import json
from itertools import chain, combinations
from typing import Any

import boto3
import pytest

import kmsnb
from kmsnb.exercises.lesson_14.scene import administrator
from kmsnb.widgets import TwoAccounts
from kmsnb.widgets.two_accounts_model import BEN, KEY_ARN, NAMES, PERMISSIONS, THEIRS, TwoAccountsModel

SMALLEST = [{"grant"}, {"account", "ben"}, {"user", "ben"}]


def test_there_are_three_smallest_ways() -> None:
    for name in ("key ARN", "alias ARN"):
        assert TwoAccountsModel(name=name).smallest() == SMALLEST
    assert TwoAccountsModel(name="alias name").smallest() == []


def test_every_way_that_works_contains_a_smallest_one_or_a_wider_one() -> None:
    everything = chain.from_iterable(combinations(PERMISSIONS, size) for size in range(len(PERMISSIONS) + 1))
    for given in map(set, everything):
        ours, theirs = given & {"account", "user", "wide"}, given & {"ben", "any"}
        works = bool((ours and theirs) or "grant" in given)
        assert TwoAccountsModel(given, "key ARN").ask().works is works, given


@pytest.mark.parametrize(
    ("given", "spare", "too_wide"),
    [
        ({"account", "ben"}, [], {}),
        ({"account", "ben", "ada", "alias"}, ["ada", "alias"], {}),
        ({"wide", "any"}, [], {"wide": "account", "any": "ben"}),
        ({"account", "user", "ben"}, ["account", "user"], {}),
        ({"account"}, [], {}),
    ],
)
def test_what_is_spare_or_too_wide_is_named(
    given: set[str], spare: list[str], too_wide: dict[str, str]
) -> None:
    model = TwoAccountsModel(given, "key ARN")
    assert model.spare() == spare
    assert model.too_wide() == too_wide


def test_it_answers_as_the_lab_does(lab: kmsnb.Lab, kms: Any) -> None:
    key = kms.create_key()["KeyMetadata"]["Arn"]
    assert key == KEY_ARN
    kms.create_alias(AliasName="alias/orders", TargetKeyId=key)
    root = json.loads(kms.get_key_policy(KeyId=key)["Policy"])["Statement"]
    blob = kms.encrypt(KeyId=key, Plaintext=b"x")["CiphertextBlob"]
    ben, iam = lab.user("Ben", account=THEIRS), administrator(lab, "Chloe", THEIRS).client("iam")

    def allow(action: str, **more: Any) -> dict[str, Any]:
        return {"Effect": "Allow", "Action": action, "Resource": "*", **more}

    in_key_policy = {
        "account": allow("kms:Decrypt", Principal={"AWS": f"arn:aws:iam::{THEIRS}:root"}),
        "user": allow("kms:Decrypt", Principal={"AWS": BEN}),
    }
    in_iam = {"ben": key, "alias": NAMES["alias ARN"], "any": "*"}
    for ours in ([], ["account"], ["user"]):
        statements = [*root, *(in_key_policy[each] for each in ours)]
        kms.put_key_policy(KeyId=key, Policy=json.dumps({"Version": "2012-10-17", "Statement": statements}))
        for theirs in (["ben"], ["alias"], ["any"]):
            policy = [allow("kms:Decrypt") | {"Resource": in_iam[each]} for each in theirs]
            iam.put_user_policy(
                UserName="Ben",
                PolicyName="p",
                PolicyDocument=json.dumps({"Version": "2012-10-17", "Statement": policy}),
            )
            for name, identifier in NAMES.items():
                outcome = TwoAccountsModel({*ours, *theirs}, name).ask()
                assert said(ben, identifier, blob) == (outcome.error, outcome.says)


def said(session: boto3.Session, identifier: str, blob: bytes) -> tuple[str, str]:
    client = session.client("kms")
    try:
        client.decrypt(KeyId=identifier, CiphertextBlob=blob)
    except client.exceptions.ClientError as error:
        return error.response["Error"]["Code"], error.response["Error"]["Message"]
    return "", ""


def test_the_card_tells_what_is_missing_and_what_is_spare() -> None:
    card = TwoAccounts()
    assert "NotFoundException" in card.reply.value
    card.name.value = "key ARN"
    assert "no identity-based policy allows" in card.reply.value
    card.boxes["ben"].value = True
    assert "Still works without any one of these" in card.reply.value
    assert PERMISSIONS["ada"].label in card.reply.value
    for each in ("ada", "alias"):
        card.boxes[each].value = False
    assert "allows more than Decrypt" in card.reply.value
    card.boxes["account"].value, card.boxes["wide"].value = True, False
    assert "Nothing is spare." in card.reply.value
    card.start_again.click()
    assert {each for each, box in card.boxes.items() if box.value} == {"wide", "ada", "alias"}
    assert "NotFoundException" in card.reply.value


def test_a_grant_is_drawn_as_such() -> None:
    card = TwoAccounts()
    card.name.value = "alias ARN"
    card.boxes["grant"].value = True
    assert "key policy or grant" in card.figure.value
    assert "decrypted" in card.figure.value


def test_without_a_kernel_it_shows_the_start_and_a_table() -> None:
    card = TwoAccounts()
    shown = card.fallback()
    assert "NotFoundException" in shown
    assert shown.replace("\N{NO-BREAK SPACE}", " ").count("✓ decrypted") == 2
    assert repr(card) == "Two accounts and a key: Ben's Decrypt"


def test_the_choices_of_a_name_are_short_and_say_whose_account_it_is() -> None:
    choices = [words for words, _ in TwoAccounts().name.options]
    assert choices == [
        "alias name: alias/orders",
        "alias ARN: arn:…:123456789012:alias/orders",
        f"key ARN: arn:…:123456789012:{KEY_ARN.rpartition(':')[2][:12]}…",
    ]
