"""The way of a request through a service to KMS."""

from kmsnb.figures.service_path import Question, describe, service_path

COPY = [Question("Decrypt"), Question("GenerateDataKey", 3, done=False)]


def test_it_draws_each_question_with_its_outcome() -> None:
    svg = service_path("Uma", "CopyObject", "S3", COPY, "AccessDenied", refused_by="KMS")
    assert "✓ Decrypt" in svg
    assert "✗ GenerateDataKey × 3" in svg
    assert "asks nothing" not in svg


def test_a_request_that_asks_nothing_has_no_arrow_to_kms() -> None:
    svg = service_path("Uma", "HeadObject", "S3", [], "the headers")
    assert "asks nothing" in svg
    assert "not asked" in svg
    assert 'stroke-dasharray="2 4"' in svg


def test_its_description_says_the_same() -> None:
    said = describe("Uma", "CopyObject", "S3", COPY, "AccessDenied", refused_by="KMS")
    assert said == (
        "Uma sends CopyObject to S3. S3 asks KMS for Decrypt, done, GenerateDataKey (3 times), refused. KMS refuses. "
        "Back comes: AccessDenied"
    )
    assert "asks KMS for nothing." in describe("Uma", "HeadObject", "S3", [], "the headers")


def test_what_it_is_given_never_becomes_markup() -> None:
    assert "<img" not in service_path("<img>", "<img>", "<img>", [Question("<img>")], "<img>")
