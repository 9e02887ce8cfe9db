"""The widget of lesson 12: a request to S3 and a policy, what S3 asks KMS, and what comes back."""

import re
from typing import Any

import boto3
import pytest

import kmsnb
from kmsnb.widgets import S3Requests
from kmsnb.widgets.s3_requests_model import ENCRYPTIONS, REQUESTS, S3RequestsModel

GENERATE, DECRYPT = "GenerateDataKey", "Decrypt"
ASKS = {
    "PutObject": [GENERATE],
    "multipart upload": [GENERATE, DECRYPT],
    "GetObject": [DECRYPT],
    "HeadObject": [],
    "CopyObject": [DECRYPT, GENERATE],
    "DeleteObject": [],
}


@pytest.fixture
def model(lab: kmsnb.Lab) -> S3RequestsModel:
    return S3RequestsModel()


@pytest.fixture
def card(lab: kmsnb.Lab) -> S3Requests:
    return S3Requests()


def asked(model: S3RequestsModel, **change: Any) -> list[str]:
    for name, value in change.items():
        setattr(model, name, value)
    return [record.name for record in model.run().asked]


@pytest.mark.parametrize("request_", REQUESTS)
@pytest.mark.parametrize("encryption", ENCRYPTIONS)
def test_what_s3_asks(model: S3RequestsModel, request_: Any, encryption: Any) -> None:
    expected = [] if encryption == "SSE-S3" else ASKS[request_]
    assert asked(model, request=request_, encryption=encryption) == expected
    assert not model.run().error


@pytest.mark.parametrize("request_", REQUESTS)
@pytest.mark.parametrize("allowed", [{GENERATE}, {DECRYPT}, set()])
def test_a_request_needs_what_s3_asks_for(model: S3RequestsModel, request_: Any, allowed: set[str]) -> None:
    model.request, model.allowed = request_, frozenset(allowed)
    outcome = model.run()
    missing = [name for name in ASKS[request_] if name not in allowed]
    assert outcome.error == ("AccessDenied" if missing else "")
    if missing:
        assert f"kms:{missing[0]}" in outcome.message
        assert not outcome.by_s3


def test_the_part_is_refused_and_not_the_start(model: S3RequestsModel) -> None:
    model.request, model.allowed = "multipart upload", frozenset({GENERATE})
    assert model.run().refused == "UploadPart"
    model.allowed = frozenset({DECRYPT})
    assert model.run().refused == "CreateMultipartUpload"


@pytest.mark.parametrize("request_", REQUESTS)
def test_without_permission_in_s3_kms_is_not_asked(model: S3RequestsModel, request_: Any) -> None:
    model.request, model.s3 = request_, False
    outcome = model.run()
    assert outcome.by_s3
    assert outcome.asked == ()


def test_a_bucket_key_is_asked_for_once_and_names_the_bucket(model: S3RequestsModel) -> None:
    model.times = 3
    assert asked(model) == [DECRYPT] * 3
    model.bucket_key = True
    (record,) = model.run().asked
    assert record.encryption_context == {"aws:s3:arn": "arn:aws:s3:::letters-of-uma"}
    assert len(model.run().asked) == 1  # the bucket is a new one each time


def test_a_condition_on_objects_fails_with_a_bucket_key(model: S3RequestsModel) -> None:
    model.condition = "only for objects' ARNs"
    assert not model.run().error
    model.bucket_key = True
    assert model.run().error == "AccessDenied"
    model.condition = "only through S3"
    assert not model.run().error


def test_a_disabled_key_refuses_and_aws_s3_does_not_care(model: S3RequestsModel) -> None:
    model.enabled = False
    assert model.run().error == "KMS.DisabledException"
    model.encryption = "SSE-KMS, aws/s3"
    assert not model.run().error


def test_it_leaves_no_key_record_or_time_in_the_lab(lab: kmsnb.Lab, kms: Any) -> None:
    before = lab.clock.now()
    S3Requests()
    assert len(lab.journal) == 0
    assert kms.list_keys()["Keys"] == []
    assert (lab.clock.now() - before).total_seconds() <= 1
    assert boto3.client("s3").list_buckets()["Buckets"] == []


def test_it_follows_to_the_lab_that_is_on(card: S3Requests) -> None:
    with kmsnb.start():
        card.request.value = "PutObject"
        assert "✓ The object is written." in card.reply.value
    assert not card._fault.value


def test_without_a_lab_it_says_so() -> None:
    with kmsnb.start():
        card = S3Requests()
    card.request.value = "PutObject"
    assert "○ Not tried." in card.reply.value
    assert "No lab is running" in card.reply.value
    assert "No lab is running" in card.fallback()
    assert "kmsnb-stale" in card.figure._dom_classes


def test_a_bucket_of_that_name_in_another_account_is_said(lab: kmsnb.Lab) -> None:
    boto3.client("s3").create_bucket(Bucket="letters-of-uma")
    card = S3Requests()
    assert "○ Not tried." in card.reply.value
    assert "BucketAlreadyExists" in card.reply.value


def test_the_controls_change_the_answer(card: S3Requests) -> None:
    assert "✓ The object, in plaintext." in card.reply.value
    assert "S3 asked KMS once." in card.reply.value
    for control, value, says in (
        (card.decrypt, False, "kms:Decrypt"),
        (card.s3, False, "s3:GetObject"),
        (card.enabled, False, "KMS.DisabledException"),
        (card.request, "HeadObject", "The object's headers"),
        (card.request, "DeleteObject", "The object is deleted"),
        (card.times, 3, "3 times"),
        (card.encryption, "SSE-S3", "S3 asked KMS nothing."),
    ):
        before = control.value
        control.value = value
        assert says in card.reply.value.replace("&#x27;", "'"), (control.description, card.reply.value)
        control.value = before
        assert "✓ The object, in plaintext." in card.reply.value


def test_the_policy_and_the_questions_are_shown(card: S3Requests) -> None:
    assert "kms:ViaService" not in re.sub("<[^>]+>", "", card.figure.value)
    card.condition.value = "only through S3"
    text = re.sub("<[^>]+>", "", card.figure.value)
    assert "kms:ViaService" in text
    assert "user/Uma via s3.amazonaws.com" in text


def test_without_a_kernel_it_is_a_table_the_same_each_time(card: S3Requests) -> None:
    bundle = card._repr_mimebundle_()
    assert bundle["text/html"] == card.fallback()
    assert bundle["text/html"].count("<tr>") == 1 + len(REQUESTS)
    assert bundle["text/html"].count("✗ ") == 6
    assert bundle["text/plain"] == "A request to S3, what S3 asks KMS for it, and what comes back"


def test_every_control_has_a_label(card: S3Requests) -> None:
    controls = (
        card.request,
        card.times,
        card.encryption,
        card.bucket_key,
        card.s3,
        card.generate,
        card.decrypt,
        card.condition,
        card.enabled,
    )
    assert all(control.description for control in controls)
