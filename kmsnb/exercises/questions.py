"""Read a lesson's predictions and exam questions from its ``questions.toml``.

    [[question]]
    id = "07.limit"
    prompt = "How many bytes does Encrypt take?"

    [[question.option]]
    text = "4,096"
    right = true
    why = "Larger plaintexts are refused."

A line break in text counts as a space. Options are shown in an order drawn once for each question id, so that an
author's habits give nothing away and every reader sees the same letters: no text may refer to an option by letter.
"""

import random
import tomllib
from importlib.resources.abc import Traversable
from typing import Any

from .model import Option, Question


class QuestionFileError(ValueError):
    """A ``questions.toml`` is malformed; the message names the file, the question and the fault."""


def read(file: Traversable, lesson: str) -> dict[str, Question]:
    """The questions of ``lesson`` ("07") in ``file``, by id; ``QuestionFileError`` if any is malformed."""
    try:
        content = tomllib.loads(file.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as fault:
        raise QuestionFileError(f"{file}: this is not valid TOML: {fault}") from fault
    questions: dict[str, Question] = {}
    for number, entry in enumerate(_tables(content, "question", str(file)), start=1):
        where = f"{file}, question {number}"
        name = _text(entry, "id", where)
        where = f"{file}, question {name!r}"
        if not name.startswith(f"{lesson}.") or name == f"{lesson}.":
            raise QuestionFileError(f"{where}: the id must start with '{lesson}.', as in '{lesson}.limit'.")
        if name in questions:
            raise QuestionFileError(f"{where}: another question has the same id.")
        questions[name] = _question(entry, name, where)
    _only(content, {"question"}, str(file))
    return questions


def _question(entry: dict[str, Any], name: str, where: str) -> Question:
    _only(entry, {"id", "prompt", "option"}, where)
    tables = _tables(entry, "option", where)
    options = [_option(table, f"{where}, option {at}") for at, table in enumerate(tables, start=1)]
    if len({option.text for option in options}) != len(options):
        raise QuestionFileError(f"{where}: two options have the same text.")
    if not 0 < sum(option.right for option in options) < len(options):
        raise QuestionFileError(f"{where}: at least one option must be right, and at least one wrong.")
    random.Random(name).shuffle(options)
    return Question(_text(entry, "prompt", where), tuple(options))


def _option(entry: dict[str, Any], where: str) -> Option:
    _only(entry, {"text", "why", "right"}, where)
    right = entry.get("right", False)
    if not isinstance(right, bool):
        raise QuestionFileError(f"{where}: 'right' must be true or false, without quotes.")
    return Option(_text(entry, "text", where), _text(entry, "why", where), right)


def _tables(entry: dict[str, Any], name: str, where: str) -> list[dict[str, Any]]:
    tables = entry.get(name)
    if not isinstance(tables, list) or not tables or not all(isinstance(table, dict) for table in tables):
        header = "[[question]]" if name == "question" else "[[question.option]]"
        raise QuestionFileError(f"{where}: it needs at least one {header}.")
    return tables


def _text(entry: dict[str, Any], name: str, where: str) -> str:
    value = entry.get(name)
    if not isinstance(value, str) or not value.strip():
        raise QuestionFileError(f"{where}: {name!r} must be text in quotes.")
    return " ".join(value.split())


def _only(entry: dict[str, Any], known: set[str], where: str) -> None:
    if unknown := sorted(set(entry) - known):
        raise QuestionFileError(f"{where}: {unknown[0]!r} is not known here; use {', '.join(sorted(known))}.")
