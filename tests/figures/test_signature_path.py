"""The way of a signed message, drawn: what was changed, and who accepts it."""

from xml.etree import ElementTree

from kmsnb.figures.signature_path import Part, signature_path

VERIFIERS = {"one": True, "two": False}


def words(**changed: bool) -> list[str]:
    names = {"hashed": "once", "key": "a key", "encoding": "DER", "message": "arrives"}
    parts = {part: Part(name, changed.get(part, False)) for part, name in names.items()}
    svg = signature_path(**parts, verifiers=VERIFIERS)
    return [element.text for element in ElementTree.fromstring(svg).iter() if element.text]


def test_it_names_every_part_and_says_who_accepts() -> None:
    assert words() == ["message", "once", "a key", "DER", "arrives", "✓ one", "✗ two"]


def test_each_change_is_said_next_to_its_part() -> None:
    for part, name in {"hashed": "once", "key": "a key", "encoding": "DER", "message": "arrives"}.items():
        said = words(**{part: True})
        assert said.count("changed") == 1
        assert said[said.index(name) + 1] == "changed"
