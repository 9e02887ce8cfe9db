"""Pictures carry their meaning in shape and words, and read on light and dark."""

import base64
import re
from typing import Any
from xml.etree import ElementTree

import pytest

from kmsnb.figures import Picture, limits_chart, palette, round_trip
from kmsnb.figures.limits import documented_limits

OUTCOMES = ("opened", "encrypt refused", "decrypt refused")


def words(svg: str) -> list[str]:
    return [
        element.text or "" for element in ElementTree.fromstring(svg).iter("{http://www.w3.org/2000/svg}text")
    ]


@pytest.mark.parametrize("outcome", OUTCOMES)
def test_a_round_trip_is_well_formed_and_has_no_ids(outcome: str) -> None:
    svg = round_trip(4090, 4096, 5000, outcome, 4154)
    assert all("id" not in element.attrib for element in ElementTree.fromstring(svg).iter())


def test_each_outcome_is_told_in_words_and_in_shapes() -> None:
    opened, no_encrypt, no_decrypt = (round_trip(30, 4096, 5000, outcome, 94) for outcome in OUTCOMES)
    assert "refused" not in words(opened)
    assert words(opened).count("plaintext") == 2
    assert {"refused", "nothing"} <= set(words(no_encrypt))
    assert "94 bytes" not in words(no_encrypt)
    assert {"refused", "94 bytes"} <= set(words(no_decrypt))
    assert len({re.sub(r"<text.*?</text>", "", svg) for svg in (opened, no_encrypt, no_decrypt)}) == 3


@pytest.mark.parametrize(
    ("size", "label"), [(4096, "limit 4,096 bytes"), (4097, "limit 4,096 bytes, 1 too many")]
)
def test_the_gauge_says_how_far_beyond_the_limit(size: int, label: str) -> None:
    assert label in words(round_trip(size, 4096, 5000, "opened", 1))


def test_the_gauge_ends_where_the_scale_does() -> None:
    widths = [
        float(rect.attrib["width"])
        for rect in ElementTree.fromstring(round_trip(9999, 4096, 5000, "encrypt refused")).iter(
            "{http://www.w3.org/2000/svg}rect"
        )
    ]
    assert max(widths) <= 640


def test_the_limits_are_those_that_aws_documents() -> None:
    documentation = (kms.meta.service_model.operation_model("Encrypt").documentation
    )
    assert documented_limits(documentation) == [
        ("SYMMETRIC_DEFAULT", "SYMMETRIC_DEFAULT", 4096),
        ("RSA_2048", "RSAES_OAEP_SHA_1", 214),
        ("RSA_2048", "RSAES_OAEP_SHA_256", 190),
        ("RSA_3072", "RSAES_OAEP_SHA_1", 342),
        ("RSA_3072", "RSAES_OAEP_SHA_256", 318),
        ("RSA_4096", "RSAES_OAEP_SHA_1", 470),
        ("RSA_4096", "RSAES_OAEP_SHA_256", 446),
    ]
    assert "RSA_2048 with RSAES_OAEP_SHA_256 190" in limits_chart(documentation).alt


def test_a_text_without_limits_is_refused() -> None:
    with pytest.raises(ValueError, match="lists no limits"):
        limits_chart("<p>Decrypts ciphertext.</p>")


def test_a_picture_shows_as_an_image_with_its_alt_text() -> None:
    picture = Picture(b"<svg/>", "image/svg+xml", alt='a "key" & a lock', caption="A key <here>.")
    html = picture._repr_html_()
    assert 'alt="a &quot;key&quot; &amp; a lock"' in html
    assert base64.b64encode(b"<svg/>").decode() in html
    assert "A key &lt;here&gt;." in html
    assert "base64" not in repr(picture)


def test_a_picture_without_alt_text_is_refused() -> None:
    with pytest.raises(ValueError, match="alt text"):
        Picture(b"", "image/png", alt=" ")


@pytest.mark.parametrize(
    ("text", "ground"),
    [
        (palette.PAPER, palette.KMS_KEY),
        (palette.PAPER, palette.DATA_KEY),
        (palette.PAPER, palette.WRAPPED_KEY),
        (palette.PAPER, palette.REFUSED),
        (palette.INK, palette.CIPHERTEXT),
        (palette.INK, palette.PAPER),
    ],
)
def test_text_on_a_colour_has_contrast_enough(text: str, ground: str) -> None:
    assert palette.contrast(text, ground) >= 4.5


def test_contrast_is_wcags() -> None:
    assert palette.contrast("#000000", "#FFFFFF") == pytest.approx(21)
    assert palette.contrast("#777777", "#FFFFFF") == pytest.approx(4.48, abs=0.01)
