"""What a notebook says about itself: the cards and the map of progress read it."""

import json
from pathlib import Path

import pytest

from kmsnb.exercises import outline, progress
from kmsnb.exercises.outline import Place

from .. import author

CELLS = [
    {"cell_type": "markdown", "source": ["# 07 · A lesson\n", "\n", "## 1. What is it?\n"]},
    {"cell_type": "code", "source": ['from kmsnb import predict\n\npredict("07.one")\n']},
    {"cell_type": "markdown", "source": "## 2. And then?\n\n### Not a section"},
    {"cell_type": "code", "source": 'kmsnb.predict("07.two-words")'},
    {"cell_type": "markdown", "source": "## Exercises"},
    {"cell_type": "code", "source": 'check("07.a", answer)'},
]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "07_a_lesson.ipynb").write_text(json.dumps({"cells": CELLS}))
    return tmp_path


def test_a_notebook_says_its_title_its_sections_and_what_is_asked_where(folder: Path) -> None:
    found = outline.of_lesson("07", folder)
    assert (found.file, found.title, found.sections) == ("07_a_lesson.ipynb", "A lesson", 2)
    assert found.places == {
        "07.one": Place("1. What is it?", 1),
        "07.two-words": Place("2. And then?", 2),
        "07.a": Place("Exercises", 0),
    }
    assert found.where("07.two-words") == "section 2 of 2"
    assert found.where("07.a") == found.where("07.unknown") == ""


def test_a_notebook_that_changes_is_read_again(folder: Path) -> None:
    assert outline.of_lesson("07", folder).sections == 2
    path = folder / "07_a_lesson.ipynb"
    path.write_text(json.dumps({"cells": CELLS[:2]}))
    assert outline.of_lesson("07", folder).sections == 1


@pytest.mark.parametrize("content", ["", "[]", '{"cells": 3}', '{"cells": [{}]}', "\x00"])
def test_what_is_not_a_notebook_has_no_outline(tmp_path: Path, content: str) -> None:
    (tmp_path / "07_broken.ipynb").write_text(content)
    assert outline.of_lesson("07", tmp_path) is None


def test_without_the_notebook_there_is_no_outline(tmp_path: Path) -> None:
    assert outline.of_lesson("07", tmp_path) is None


@pytest.mark.parametrize("path", author.lessons(), ids=lambda path: path.name[:2])
def test_every_question_of_a_lesson_has_a_place_in_its_notebook(path: Path) -> None:
    lesson = path.name[:2]
    found = outline.of_lesson(lesson, path.parent)
    assert len(found.places) == progress.of_lesson(lesson).total
    assert found.sections >= 3
