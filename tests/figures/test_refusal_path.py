"""The figure of a request to a service, and of whom KMS refused."""

from xml.etree import ElementTree

from kmsnb.figures.refusal_path import refusal_path

SVG = "{http://www.w3.org/2000/svg}"


def words(svg: str) -> list[str]:
    return [each.text or "" for each in ElementTree.fromstring(svg).iter(f"{SVG}text")]


def test_it_names_who_asks_for_what_and_the_error() -> None:
    shown = words(
        refusal_path("Uma", "Publish", "Amazon SNS", "Decrypt", "sns.amazonaws.com", "AccessDenied")
    )
    assert {
        "Uma",
        "Publish",
        "Amazon SNS",
        "asks for Decrypt",
        "as sns.amazonaws.com",
        "AccessDenied",
    } <= set(shown)


def test_without_an_answer_it_asks() -> None:
    svg = refusal_path("Uma", "Publish", "Amazon SNS")
    assert words(svg).count("as … ?") == 1
    assert "stroke-dasharray" in svg  # the way to KMS is only dotted


def test_a_refusal_has_a_stop_sign_and_an_answer_has_none() -> None:
    agreed = refusal_path("Uma", "Publish", "Amazon SNS", "Decrypt", "sns.amazonaws.com")
    refused = refusal_path("Uma", "Publish", "Amazon SNS", "Decrypt", "sns.amazonaws.com", "AccessDenied")
    octagons = [
        sum(
            len(each.get("points", "").split()) == 8
            for each in ElementTree.fromstring(svg).iter(f"{SVG}polygon")
        )
        for svg in (agreed, refused)
    ]
    assert octagons == [0, 1]
