"""Answers that make the anticipated mistakes: a module for each lesson, with ``ANSWERS`` by exercise and mistake.

An answer is Python source, or an edit of the exercise's reference solution or of its stub.
"""

from dataclasses import dataclass

from kmsnb.exercises import Exercise, Mistake

#: What is replaced, and what by; the first must occur exactly once.
Change = tuple[str, str]


@dataclass(frozen=True)
class Edit:
    """An answer written as ``changes`` to the ``base``, "solution" or "stub"."""

    base: str
    changes: tuple[Change, ...]


Answers = dict[str, dict[Mistake, str | Edit]]


def solution(*changes: Change) -> Edit:
    """The reference solution with these changes."""
    return Edit("solution", changes)


def stub(*changes: Change) -> Edit:
    """The untouched stub with these changes."""
    return Edit("stub", changes)


def source(exercise: Exercise, answer: str | Edit) -> str:
    """The Python source of an answer; ``ValueError`` if a change no longer fits what it edits."""
    if isinstance(answer, str):
        return answer
    text = getattr(exercise, answer.base)
    for before, after in answer.changes:
        if text.count(before) != 1:
            raise ValueError(f"{before!r} occurs {text.count(before)} times in the {answer.base}:\n{text}")
        text = text.replace(before, after)
    return text
