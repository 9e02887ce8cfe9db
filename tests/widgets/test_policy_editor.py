"""The widget of lesson 06: a key policy to edit."""

import json
import re
from pathlib import Path
from typing import Any

import boto3
import pytest

import kmsnb
from kmsnb.widgets import PolicyEditor
from kmsnb.widgets.policy_changes import CHANGES, laid_out
from kmsnb.widgets.policy_editor_model import ACTIONS, CALLERS, KEY_ARN, THROUGH_EC2, PolicyEditorModel

CONSOLE = (Path(__file__).parents[1] / "console_policy.json").read_text()
POLICY = json.loads(CONSOLE.replace("user/XYZ", "user/Ada").replace("user/ABC", "user/Uma"))
LOCKOUT = "The new key policy will not allow you to update the key policy in the future."


def model_after(change: str, **asked: Any) -> PolicyEditorModel:
    """A model in which a button was pressed."""
    model = PolicyEditorModel(POLICY, **asked)
    model.text = laid_out(CHANGES[change](model.document))
    assert model.read() == ""
    return model


def changed(model: PolicyEditorModel) -> set[tuple[str, str]]:
    return {place for place, (_, words) in model.matrix().items() if words.endswith("← changed")}


def text_of(html: str) -> str:
    return re.sub(r"\s+", " ", re.sub("<[^>]+>", " ", html))


def test_the_matrix_is_what_the_live_mock_says(lab: kmsnb.Lab, kms: Any) -> None:
    for name in ("Ada", "Uma", "Bea"):
        lab.user(name)
    key = kms.create_key(Policy=json.dumps(POLICY))["KeyMetadata"]
    assert key["Arn"] == KEY_ARN
    iam_policy = {
        "Version": "2012-10-17",
        "Statement": [{"Effect": "Allow", "Action": "kms:Decrypt", "Resource": "*"}],
    }
    boto3.client("iam").put_user_policy(
        UserName="Bea", PolicyName="read", PolicyDocument=json.dumps(iam_policy)
    )
    sessions = {name: lab.user(name) for name in CALLERS if name != THROUGH_EC2}
    sessions[THROUGH_EC2] = lab.service("ec2.amazonaws.com", on_behalf_of=lab.user("Uma"))
    cells = PolicyEditorModel(POLICY, bea_has_iam=True).matrix()
    for (caller, action), (allowed, _) in cells.items():
        assert lab.explain(sessions[caller], f"kms:{action}", KEY_ARN).allowed is allowed, (caller, action)


@pytest.mark.parametrize(
    ("change", "context", "affected"),
    [
        ("Remove the root statement", "", {("student", action) for action in ACTIONS}),
        ("Deny Uma Decrypt", "", {("Uma", "Decrypt"), (THROUGH_EC2, "Decrypt")}),
        (
            "Require the context app=shop",
            "",
            {
                (who, action)
                for who in ("Uma", THROUGH_EC2)
                for action in ("Encrypt", "Decrypt", "GenerateDataKey", "DescribeKey")
            },
        ),
        (
            "Require the context app=shop",
            "app=shop",
            {("Uma", "DescribeKey"), (THROUGH_EC2, "DescribeKey")},
        ),
        (
            "Require it, with a typo",
            "app=shop",
            {
                (who, action)
                for who in ("Uma", THROUGH_EC2)
                for action in ("Encrypt", "Decrypt", "GenerateDataKey", "DescribeKey")
            },
        ),
        (
            "Ada without kms:Create*, kms:Put*",
            "",
            {("Ada", "CreateGrant"), ("Ada", "PutKeyPolicy")},
        ),
    ],
)
def test_a_ready_made_change_changes_these_answers(
    change: str, context: str, affected: set[tuple[str, str]]
) -> None:
    assert changed(model_after(change, context=context)) == affected


def test_an_iam_policy_counts_with_the_root_statement_only() -> None:
    model = PolicyEditorModel(POLICY, bea_has_iam=True)
    assert model.matrix()["Bea", "Decrypt"] == (True, "IAM policy")
    without = model_after("Remove the root statement", bea_has_iam=True)
    assert without.matrix()["Bea", "Decrypt"] == (False, "not in key policy ← changed")


@pytest.mark.parametrize("change", CHANGES)
def test_a_change_made_twice_is_made_once(change: str) -> None:
    once = CHANGES[change](POLICY)
    assert once != POLICY
    assert CHANGES[change](once) == once


def test_the_lockout_check_is_about_who_puts_the_policy() -> None:
    without_root = model_after("Remove the root statement")
    assert without_root.put_by("student") == f"MalformedPolicyDocumentException: {LOCKOUT}"
    assert without_root.put_by("Ada") == ""
    assert without_root.put_by("Uma") == "AccessDeniedException"
    narrowed = model_after("Ada without kms:Create*, kms:Put*")
    assert (narrowed.put_by("student"), bool(narrowed.put_by("Ada"))) == ("", True)


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("", "This is not JSON: Expecting value, at line 1, character 1."),
        ('{\n  "Statement": [}', "This is not JSON: Expecting value, at line 2, character 17."),
        ("[" * 100_000, "nested too deeply"),
        ('{"a": 1, "a": 1}', "The policy is not valid JSON"),
        ("[]", "The policy is not a JSON object"),
        ('{"Statement": []}', "no statement"),
        ('{"Statements": []}', "an element that policies do not have: Statements"),
        (json.dumps(POLICY).replace("user/Uma", "group/Uma"), "invalid principals"),
        (json.dumps(POLICY).replace("user/Uma", "user/Nobody"), "invalid principals"),
    ],
)
def test_what_is_no_policy_is_refused_in_a_sentence_and_the_last_one_stays(text: str, says: str) -> None:
    model = PolicyEditorModel(POLICY)
    before = model.matrix()
    model.text = text
    assert says in model.read()
    assert model.matrix() == before


def test_it_starts_with_a_policy_that_kms_accepts() -> None:
    with pytest.raises(ValueError, match="Start with a policy that KMS accepts"):
        PolicyEditorModel({"Statement": []})


def test_a_policy_laid_out_is_the_same_policy() -> None:
    assert json.loads(laid_out(POLICY)) == POLICY
    assert max(map(len, laid_out(POLICY).splitlines())) <= 80


def test_editing_shows_in_the_card() -> None:
    card = PolicyEditor(POLICY)
    assert "✓ PutKeyPolicy accepts it from student and Ada." in text_of(card.reply.value)
    assert "← changed" not in card.figure.value
    assert "user/Uma may perform kms:Decrypt" in card.why.value
    card.text.value = card.text.value.replace("kms:Decrypt", "kms:Verify")
    assert "user/Uma may not perform kms:Decrypt" in card.why.value
    assert "✗ denied no IAM policy ← changed" in text_of(card.figure.value)
    card.text.value = card.text.value[:-2]
    assert "✗ KMS would reject this text. This is not JSON:" in text_of(card.reply.value)
    assert "user/Uma may not perform kms:Decrypt" in card.why.value
    card.start_again.click()
    assert card.text.value == card.model.start
    assert "✓ allowed key policy ← changed" in text_of(card.figure.value)


def test_changed_means_by_the_last_change_that_turned_an_answer() -> None:
    card = PolicyEditor(POLICY)
    card.changes["Remove the root statement"].click()
    assert changed(card.model) == {("student", action) for action in ACTIONS}
    card.changes["Deny Uma Decrypt"].click()
    assert changed(card.model) == {("Uma", "Decrypt"), (THROUGH_EC2, "Decrypt")}
    card.caller.value = "Bea"  # asks, and changes nothing
    card.text.value += " "
    card.text.value += "}"  # not JSON: the table stays, and so do its marks
    assert changed(card.model) == {("Uma", "Decrypt"), (THROUGH_EC2, "Decrypt")}
    card.start_again.click()
    assert changed(card.model) == {
        *(("student", action) for action in ACTIONS),
        ("Uma", "Decrypt"),
        (THROUGH_EC2, "Decrypt"),
    }


def test_each_button_changes_the_text() -> None:
    card = PolicyEditor(POLICY)
    for button in card.changes.values():
        card.start_again.click()
        button.click()
        assert "← changed" in card.figure.value
    card.start_again.click()
    card.changes["Remove the root statement"].click()
    assert f"✗ PutKeyPolicy rejects it from student. MalformedPolicyDocumentException: {LOCKOUT}" in text_of(
        card.reply.value
    )
    card.changes["Ada without kms:Create*, kms:Put*"].click()
    assert "With BypassPolicyLockoutSafetyCheck, KMS would accept it" in card.reply.value


def test_the_question_is_answered_for_whom_it_is_about() -> None:
    card = PolicyEditor(POLICY)
    card.caller.value, card.action.value = "Bea", "Decrypt"
    assert "user/Bea may not perform kms:Decrypt" in card.why.value
    card.bea.value = True
    assert "user/Bea may perform kms:Decrypt" in card.why.value
    card.changes["Require the context app=shop"].click()
    card.caller.value, card.context.value = "Uma", "app=shop"
    assert "user/Uma may perform kms:Decrypt" in card.why.value
    assert "with the context app=shop" in card.figure.value
    card.context.value = "shop"
    assert "○ Not asked." in card.reply.value


def test_without_a_kernel_there_are_the_matrix_and_a_picture() -> None:
    bundle = PolicyEditor(POLICY)._repr_mimebundle_()
    assert re.search(r'<img alt="The path of a decision: [^"]*outcome is allowed', bundle["text/html"])
    assert "<caption" in bundle["text/html"]
    assert bundle["text/plain"] == "Policy editor, 4 statements"


def test_the_simple_editor_leaves_out_what_only_lesson_06_explains() -> None:
    card = PolicyEditor(POLICY, simple=True)
    shown = {
        widget.description
        for each in card.children
        for widget in (each, *getattr(each, "children", ()))
        if getattr(widget, "description", "")
    }
    assert shown == {"key policy", "Start again", "Remove the root statement", "Deny Uma Decrypt"}
    card.changes["Remove the root statement"].click()
    assert re.findall('scope="col"[^>]*>([^<]+)', card.figure.value) == ["Action", "Ada", "Uma", "student"]
    assert "✗ denied not in key policy ← changed" in text_of(card.figure.value)
    assert "<img" not in card.fallback()
    assert "Bea" not in card.fallback() + card.reply.value


def test_every_control_has_a_label() -> None:
    card = PolicyEditor(POLICY)
    controls = [
        card.text,
        card.start_again,
        *card.changes.values(),
        card.caller,
        card.action,
        card.context,
        card.bea,
    ]
    assert all(control.description for control in controls)


def test_a_text_is_shown_as_text_and_not_as_markup() -> None:
    card = PolicyEditor(POLICY)
    card.text.value = json.dumps(POLICY).replace("Allow use of the key", "<img src=x>")
    card.context.value = "app=<b>"
    assert "<img" not in card.why.value + card.figure.value + card.reply.value
    assert "<b>" not in card.figure.value


def test_a_role_may_be_named_and_a_call_has_a_time_and_an_address() -> None:
    conditions = {
        "DateGreaterThan": {"aws:CurrentTime": "2026-01-01T00:00:00Z"},
        "IpAddress": {"aws:SourceIp": "127.0.0.0/8"},
    }
    arn = "arn:aws:iam::123456789012:role/Machine"
    users = {"AWS": [arn, "arn:aws:iam::123456789012:user/Bea"]}
    statement = {"Effect": "Allow", "Principal": users, "Action": "kms:Encrypt", "Resource": "*"}
    model = PolicyEditorModel(POLICY)
    model.text = json.dumps(
        POLICY | {"Statement": [*POLICY["Statement"], statement | {"Condition": conditions}]}
    )
    assert model.read() == ""
    assert model.matrix()["Bea", "Encrypt"] == (True, "key policy ← changed")
