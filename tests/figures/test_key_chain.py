"""The figures of lesson 10: a chain of keys, and the blast radius in a tree."""

import re
from dataclasses import dataclass, field
from itertools import pairwise

import pytest

from kmsnb import figures
from kmsnb.figures.key_chain import Link, describe, drawing, links, taken


@dataclass
class Layer:
    algorithm: str
    wraps: str
    wrapped_bytes: tuple[int, ...]


@dataclass
class Message:
    sealed_bytes: int = 600
    header_bytes: int = 512
    layers: tuple[Layer, ...] = field(
        default=(Layer("AES-256-KWP", "data key", (40,)), Layer("AWS KMS", "KEK 1", (133, 200)))
    )


CHAIN = links(Message())


def test_links_go_from_the_data_outwards() -> None:
    assert [(link.name, link.by, link.size) for link in CHAIN] == [
        ("data", "AES-256-GCM", 88),
        ("data key", "AES-256-KWP", 40),
        ("KEK 1", "AWS KMS", 333),
    ]


def test_the_drawing_goes_from_kms_to_the_data() -> None:
    names = re.findall(r">(KMS key|KEK 1|data key|data)<", drawing(CHAIN))
    assert names == ["KMS key", "KEK 1", "data key", "data"]
    places = [
        float(x)
        for x in re.findall(r'<text x="([\d.]+)"[^>]*>(?:KMS key|KEK 1|data key|data)<', drawing(CHAIN))
    ]
    assert all(left < right for left, right in pairwise(places))


@pytest.mark.parametrize(
    ("position", "states"),
    [
        (0, ["taken", "closed", "closed"]),
        (1, ["opens", "taken", "closed"]),
        (2, ["opens", "opens", "taken"]),
        (3, ["opens", "opens", "opens"]),
    ],
)
def test_what_is_within_a_taken_key_opens(position: int, states: list[str]) -> None:
    assert [link.state for link in taken(CHAIN, position)] == states


def test_words_and_drawing_say_the_same() -> None:
    chain = (*taken(CHAIN, 1)[:2], Link("KEK 1", "AWS KMS", 133, rewritten=True))
    words = describe(chain)
    assert "data key, wrapped by AES-256-KWP, 40 bytes, taken" in words
    assert "data, encrypted by AES-256-GCM, 88 bytes, opens" in words
    assert "KEK 1, wrapped by AWS KMS, 133 bytes, rewritten" in words
    drawn = drawing(chain)
    assert [drawn.count(f">{mark}<") for mark in ("taken", "opens", "rewritten", "permitted")] == [1, 1, 1, 0]
    assert ">permitted<" in drawing(taken(CHAIN, 3), root_taken=True)
    assert "the KMS key, permitted" in describe(taken(CHAIN, 3), root_taken=True)


def test_a_sealed_message_as_a_picture() -> None:
    picture = figures.key_chain(Message(), caption="A chain.")
    assert picture.alt.startswith("A chain in the order in which it opens: the KMS key; KEK 1, wrapped by")
    assert picture.html().count("<img") == 1


TREE = {"root": ["a", "b"], "a": ["one", "two"], "b": ["three"]}


def test_the_blast_radius_in_words_and_shapes() -> None:
    picture = figures.blast_radius(TREE, taken="a", opens={"one", "two"})
    assert picture.alt.endswith("Taken: a. Data that opens: one, two. Data that stays shut: three.")
    drawn = picture.data.decode()
    for words in ("a: taken", "one: opens", "two: opens"):
        assert f">{words}<" in drawn
    for words in ("root", "b", "three"):
        assert f">{words}<" in drawn


def test_permission_to_use_the_root_is_not_called_taking_it() -> None:
    drawn = figures.blast_radius(TREE, taken="root", opens={"a", "b", "one", "two", "three"}).data.decode()
    assert ">root: permitted<" in drawn
    assert ">three: opens<" in drawn


def test_nobody_has_anything() -> None:
    assert "Taken: nothing. Data that opens: none." in figures.blast_radius(TREE, taken="", opens=()).alt


def test_a_tree_has_one_root() -> None:
    with pytest.raises(ValueError, match="one root; these names have 2: x, y"):
        figures.blast_radius({"x": ["data"], "y": ["data"]}, taken="", opens=())
