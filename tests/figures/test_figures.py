"""Pictures carry their meaning in shape and words, and read on light and dark."""

import base64
import re
from xml.etree import ElementTree

import pytest

from kmsnb.figures import Picture, palette, round_trip, shapes
from kmsnb.figures.style import stylesheet

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


THEMES = {"light": palette.LIGHT, "dark": palette.DARK}
#: What JupyterLab has behind a card: layout colors 0 and 1 of its light and dark themes.
JUPYTERLAB = {"light": ("#FFFFFF",), "dark": ("#111111", "#212121")}
TINTS = ("right-tint", "wrong-tint", "ask-tint", "idle-tint", "panel")
PAIRS = [
    *((tone, f"{tone}-tint") for tone in ("right", "wrong", "ask", "idle")),
    *((text, ground) for text in ("text", "soft") for ground in TINTS),
    *(("text", f"group-{n}") for n in range(1, 6)),
    *(("right", tint) for tint in TINTS if "wrong" not in tint),
    *(("wrong", tint) for tint in TINTS if "right" not in tint),
    ("on-strong", "wrong"),
    ("on-strong", "ask"),
]


@pytest.mark.parametrize("theme", THEMES)
@pytest.mark.parametrize(("text", "ground"), PAIRS)
def test_text_on_a_color_has_contrast_enough(theme: str, text: str, ground: str) -> None:
    assert palette.contrast(THEMES[theme][text], THEMES[theme][ground]) >= 4.5


@pytest.mark.parametrize("theme", THEMES)
@pytest.mark.parametrize("text", ["text", "soft", "right", "wrong", "ask", "idle"])
def test_text_has_contrast_enough_on_the_page_itself(theme: str, text: str) -> None:
    assert min(palette.contrast(THEMES[theme][text], ground) for ground in JUPYTERLAB[theme]) >= 4.5


@pytest.mark.parametrize("theme", THEMES)
@pytest.mark.parametrize("shape", ["kms-key", "data-key", "wrapped-key", "wrong", "right", "ask"])
def test_a_shape_has_contrast_enough_for_a_shape(theme: str, shape: str) -> None:
    # WCAG 2.2, 1.4.11: 3 to 1 for graphics
    grounds = (*JUPYTERLAB[theme], THEMES[theme]["panel"])
    assert min(palette.contrast(THEMES[theme][shape], ground) for ground in grounds) >= 3


def test_ink_can_be_read_on_paper_and_on_ciphertext() -> None:
    assert palette.contrast(palette.INK, palette.CIPHERTEXT) >= 4.5
    assert palette.contrast(palette.INK, palette.PAPER) >= 4.5


def test_both_themes_have_every_color_and_the_rules_use_no_other() -> None:
    assert palette.LIGHT.keys() == palette.DARK.keys()
    sheet = stylesheet()
    used = set(re.findall(r"var\(--kmsnb-([a-z0-9-]+)", sheet))
    local = set(re.findall(r"(?m)^\s+--kmsnb-(edge|tint|tone):", sheet))
    of_a_drawing = {"narrow"}
    assert used <= palette.LIGHT.keys() | local | of_a_drawing
    for name, color in palette.DARK.items():
        assert color in sheet.partition('[data-jp-theme-light="false"]')[2], name


def test_text_of_a_wide_drawing_grows_where_it_has_less_room() -> None:
    ten_pixels = 896 / 448 * 10  # in the drawing's units, where JupyterLab shows it half as wide
    wide = shapes.drawing(896, 9, shapes.text(4, 4, "a key"))
    assert f"--kmsnb-narrow:{ten_pixels:.1f}px" in wide
    assert "--kmsnb-narrow" not in shapes.drawing(580, 9)
    assert "font-size: var(--kmsnb-narrow" in stylesheet()


def test_an_image_of_a_wide_drawing_carries_that_rule() -> None:
    wide, narrow = (
        base64.b64decode(
            Picture(shapes.drawing(width, 9).encode(), "image/svg+xml", alt="A key.")
            .html()
            .partition("base64,")[2]
            .partition('"')[0]
        ).decode()
        for width in (896, 580)
    )
    assert "font-size:var(--kmsnb-narrow)" in "".join(ElementTree.fromstring(wide).itertext())
    assert "<style" not in narrow


def test_an_image_carries_its_own_colors() -> None:
    shown = Picture(
        shapes.drawing(9, 9, shapes.data_key(4, 4)).encode(), "image/svg+xml", alt="A key."
    ).html()
    source = base64.b64decode(shown.partition("base64,")[2].partition('"')[0]).decode()
    assert palette.DATA_KEY in source
    assert "var(" not in source


def test_contrast_is_wcags() -> None:
    assert palette.contrast("#000000", "#FFFFFF") == pytest.approx(21)
    assert palette.contrast("#777777", "#FFFFFF") == pytest.approx(4.48, abs=0.01)
