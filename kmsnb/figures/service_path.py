"""A request to an AWS service, what the service asks KMS for it, and what comes back."""

from collections.abc import Sequence
from typing import NamedTuple

from . import palette, shapes

_WIDTH, _ROW, _BACK = 580, 70, 150
_CALLER, _SERVICE, _KMS = 38, 285, 532
_BOX, _KMS_BOX = 68, 88
_LINE = 17


class Question(NamedTuple):
    """What the service asked: the KMS operation, how often, and whether KMS did it."""

    operation: str
    times: int = 1
    done: bool = True

    def __str__(self) -> str:
        often = f" × {self.times}" if self.times > 1 else ""
        return f"{'✓' if self.done else '✗'} {self.operation}{often}"


def service_path(
    caller: str, request: str, service: str, questions: Sequence[Question], back: str, *, refused_by: str = ""
) -> str:
    """The way of ``caller``'s ``request`` through ``service`` to KMS, and ``back``, as an SVG document.

    ``back`` says what the caller gets. ``refused_by`` is ``service``, ``"KMS"`` or empty; up to three ``questions``.
    """
    said = [str(each) for each in questions] or ["asks nothing"]
    first = _ROW - 9 - _LINE * (len(said) - 1)
    middle = (_SERVICE + _BOX / 2 + _KMS - _KMS_BOX / 2) / 2
    red = palette.token("wrong")
    parts = [
        shapes.box(_CALLER, _ROW, _BOX, 44, caller),
        shapes.arrow(_CALLER + _BOX / 2 + 4, _ROW, _SERVICE - _BOX / 2 - 4, _ROW),
        shapes.text((_CALLER + _SERVICE) / 2, _ROW - 9, request),
        shapes.box(_SERVICE, _ROW, _BOX, 44, service, tone="wrong" if refused_by == service else ""),
        shapes.arrow(_SERVICE + _BOX / 2 + 4, _ROW, _KMS - _KMS_BOX / 2 - 4, _ROW, ghost=not questions),
        *(
            shapes.text(middle, first + _LINE * place, words, fill=red if words[0] == "✗" else "currentColor")
            for place, words in enumerate(said)
        ),
        shapes.boundary(_KMS - _KMS_BOX / 2, _ROW - 36, _KMS_BOX, 84, "KMS"),
        shapes.kms_key(_KMS, _ROW - 4),
        shapes.text(_KMS, _ROW + 38, "KMS key" if questions else "not asked"),
        (shapes.refused if refused_by else shapes.plaintext)(_CALLER, _BACK),
        shapes.text(
            _CALLER + 40,
            _BACK + 5,
            back,
            anchor="start",
            bold=True,
            fill=red if refused_by else "currentColor",
        ),
    ]
    return shapes.drawing(_WIDTH, 186, *parts)


def describe(
    caller: str, request: str, service: str, questions: Sequence[Question], back: str, *, refused_by: str = ""
) -> str:
    """The same in words."""
    asked = ", ".join(
        f"{each.operation}{f' ({each.times} times)' if each.times > 1 else ''}, {'done' if each.done else 'refused'}"
        for each in questions
    )
    by = f" {refused_by} refuses." if refused_by else ""
    return f"{caller} sends {request} to {service}. {service} asks KMS for {asked or 'nothing'}.{by} Back comes: {back}"
