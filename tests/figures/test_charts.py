"""Charts and diagrams: pictures with words, the same each time, in both themes' only ground that is safe."""

import gc
from xml.etree import ElementTree

import pytest

from kmsnb.figures import Kind, Node, bars, charts, heat_map, lines, tree
from kmsnb.figures.palette import INK, contrast

PICTURES = {
    "bars": lambda: bars({"one": 1, "two": 20}, unit="bytes", alt="Two bars.", limit=15),
    "bars, log": lambda: bars({"one": 1, "two": 2e9}, unit="bytes", alt="Two bars.", log=True),
    "lines": lambda: lines(
        {"a": [(1, 2), (2, 3)], "b": [(1, 1), (2, 9)]}, across="x", up="y", alt="Two lines."
    ),
    "lines, log": lambda: lines(
        {"a": [(1, 2), (9, 300)]}, across="x", up="y", alt="A line.", log=True, limit=30
    ),
    "heat map": lambda: heat_map(["r"], ["c", "d"], [[(0, "no"), (1, "yes")]], alt="A grid."),
}


@pytest.mark.parametrize("name", PICTURES)
def test_a_chart_is_600_pixels_wide_and_the_same_each_time(name: str) -> None:
    picture = PICTURES[name]()
    assert picture.data[:4] == b"\x89PNG"
    assert int.from_bytes(picture.data[16:20], "big") == 600
    assert picture.data == PICTURES[name]().data


@pytest.mark.parametrize(
    "draw",
    [
        lambda: bars({"one": 1}, unit="bytes", alt=""),
        lambda: lines({"a": [(1, 2), (2, 3)]}, across="x", up="y", alt=""),
        lambda: heat_map(["r"], ["c"], [[(0, "no")]], alt=""),
        lambda: tree(Node(Kind.KMS_KEY, "root"), alt=""),
    ],
)
def test_a_chart_without_alt_text_is_refused(draw) -> None:
    with pytest.raises(ValueError, match="alt text"):
        draw()


def test_ink_can_be_read_on_the_darkest_cell_and_on_bars() -> None:
    # 1 of 2.8 on matplotlib's Blues is lighter than #9CC9E0
    assert contrast(INK, "#9CC9E0") >= 4.5
    assert contrast(INK, charts._BAR) >= 4.5
    assert contrast(INK, charts._HATCHED) >= 4.5


@pytest.mark.parametrize(
    ("value", "words"),
    [
        (0.001, "0.001"),
        (1, "1"),
        (1000, "1,000"),
        (1e7, "10 million"),
        (1e9, "1 billion"),
        (1e13, "10 trillion"),
    ],
)
def test_a_logarithmic_scale_is_in_words(value: float, words: str) -> None:
    assert charts._in_words(value) == words


def words(picture) -> set[str]:
    return {element.text for element in ElementTree.fromstring(picture.data).iter() if element.text}


def test_a_tree_draws_each_node_and_says_what_opens() -> None:
    leaves = (Node(Kind.CIPHERTEXT, "file 1", mark="opens"), Node(Kind.CIPHERTEXT, "file 2"))
    drawn = tree(Node(Kind.KMS_KEY, "root", (Node(Kind.WRAPPED_KEY, "data key", leaves),)), alt="A tree.")
    assert {"root", "data key", "file 1: opens", "file 2"} <= words(drawn)
    assert drawn.data.count(b"<line") >= 3


@pytest.mark.parametrize("was_on", [True, False])
def test_a_chart_leaves_the_garbage_collector_as_it_was_even_when_it_is_refused(was_on: bool) -> None:
    before = gc.isenabled()
    try:
        (gc.enable if was_on else gc.disable)()
        PICTURES["bars"]()
        with pytest.raises(ValueError, match="alt text"):
            bars({"one": 1}, unit="bytes", alt="")
        assert gc.isenabled() is was_on
    finally:
        (gc.enable if before else gc.disable)()


@pytest.mark.parametrize(
    ("value", "words"), [(1.25, "1.25"), (0.1 + 0.2, "0.3"), (5000.0, "5,000"), (0, "0")]
)
def test_a_tick_says_its_number_without_rounding(value: float, words: str) -> None:
    assert charts._PLAIN(value) == words
