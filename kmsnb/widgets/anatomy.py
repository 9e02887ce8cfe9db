"""The view of a sealed message taken apart: choose a byte, flip a bit, correct the checksum, see what rejects it."""

from collections.abc import Mapping
from dataclasses import replace
from html import escape
from typing import Any

from kmsnb.figures import Table
from kmsnb.figures.byte_map import byte_map, byte_map_picture

from . import prose
from .anatomy_model import AnatomyModel, Attempt
from .card import Workbench
from .controls import checkbox, dropdown, limit, slider

_ROWS = 10
_TITLE = "A sealed message"


class Anatomy(Workbench):
    """``sealed`` is a message of ``kmsnb.envelope``; ``kms``, ``key_id`` and ``context`` are what opens it."""

    def __init__(self, kms: Any, key_id: str, sealed: bytes, context: Mapping[str, str]) -> None:
        self.model = AnatomyModel(kms, key_id, sealed, context)
        names = [(f"{number}. {part.name}", number - 1) for number, part in enumerate(self.model.parts, 1)]
        self.part = dropdown("part", names)
        self.byte, byte_row = slider("byte of this part", value=0, lowest=0, highest=0)
        self.flipped = checkbox("flip the lowest bit of this byte")
        self.mended = checkbox("correct the checksum too, as anyone can")
        self._take_part()
        super().__init__(
            [self.part, byte_row, self.flipped, self.mended], [self.byte, self.flipped, self.mended]
        )
        self.part.observe(self.guard(self.choose), names="value")

    def choose(self) -> None:
        """Take the chosen part, and show it."""
        if not self._take_part():
            self.update()

    def _take_part(self) -> bool:
        """Take the chosen part, whose length limits the byte; returns whether that called ``update`` already."""
        self.model.part = self.part.value
        return limit(self.byte, self.model.chosen.length - 1)

    def update(self) -> None:
        """Read the controls, try to open the message, and show what rejected it."""
        model = self.model
        model.byte, model.flipped, model.mended = self.byte.value, self.flipped.value, self.mended.value
        figure = byte_map(
            model.tried,
            model.parts,
            chosen=model.part,
            flipped=model.at if model.flipped else None,
            rows=_ROWS,
            first_row=_first_row(model),
        )
        chosen = model.chosen
        size = f"{chosen.length:,} {'byte' if chosen.length == 1 else 'bytes'}"
        what = f"<p><strong>{escape(chosen.name)}</strong>, {size}: {escape(chosen.meaning)}.</p>"
        self.show(what + _sentence(model.run()), figure)

    def __repr__(self) -> str:
        return f"Anatomy of a sealed message of {len(self.model.sealed):,} bytes"

    def fallback(self) -> str:
        drawn = byte_map_picture(self.model.sealed, self.model.parts, title=_TITLE, rows=_ROWS)
        headers = ("Part", "One bit flipped", "One bit flipped, checksum corrected", "Was KMS called?")
        table = Table(
            "What happens when one bit in the middle of each part is flipped",
            headers,
            map(self._row, _all(self.model)),
        )
        return f"{drawn.html()}{table._repr_html_()}{prose.invite('flip any byte')}"

    def _row(self, number: int) -> tuple[str, str, str, str]:
        part = self.model.parts[number]
        # of a size the high byte: the low one's flip is noticed or not by whether the wrapped key ends in a zero
        tried = replace(self.model, part=number, byte=(part.length - 1) // 2, flipped=True)
        plain, mended = replace(tried, mended=False).run(), replace(tried, mended=True).run()
        return part.name, _short(plain), _short(mended), f"{_asked(plain)} / {_asked(mended)}"


def _all(model: AnatomyModel) -> range:
    return range(len(model.parts))


def _first_row(model: AnatomyModel) -> int:
    """The row to start with, so that the chosen byte is in view and the message fills the rows."""
    last = -(-len(model.sealed) // 16) - _ROWS
    return max(0, min(model.at // 16 - _ROWS // 2, last))


def _short(attempt: Attempt) -> str:
    return "✓ opens" if attempt.opened else f"✗ {attempt.error}"


def _asked(attempt: Attempt) -> str:
    return "yes" if attempt.asked else "no"


def _sentence(attempt: Attempt) -> str:
    asked = "KMS was called." if attempt.asked else "KMS was not called."
    if attempt.opened:
        return prose.outcome("✓ It opens.", asked)
    return prose.outcome(f"✗ {attempt.error}.", f"{attempt.says} {asked}")
