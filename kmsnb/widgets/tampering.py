"""The view of tampering: choose a byte, change it, and see what opens with the tag checked and without."""

from html import escape
from typing import get_args

from kmsnb.figures import Table
from kmsnb.figures.byte_map import byte_map, byte_map_picture

from . import prose
from .card import Workbench
from .controls import dropdown, limit, slider
from .tampering_model import Opened, Part, TamperingModel

_TITLE = "A sealed message, and the context that goes with it"
_ONE_BIT = 8  # turns a 1 into a 9


class Tampering(Workbench):
    """``sealed`` (nonce, ciphertext, tag) with its ``key`` and ``context``, to be changed byte by byte."""

    def __init__(self, key: bytes, sealed: bytes, context: bytes) -> None:
        self.model = TamperingModel(key, sealed, context)
        names = [(f"{number}. {field.name}", field.name) for number, field in enumerate(self.model.fields, 1)]
        self.part = dropdown("part", names)
        self.byte, byte_row = slider("byte of it", value=0, lowest=0, highest=0)
        self.change, change_row = slider("XOR that byte with", value=0, lowest=0, highest=255)
        self._take_part()
        super().__init__([self.part, byte_row, change_row], [self.byte, self.change])
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
        """Read the controls, open the message, show both outcomes."""
        self.model.byte, self.model.change = self.byte.value, self.change.value
        figure = byte_map(
            self.model.tried,
            self.model.fields,
            chosen=self.model.number,
            flipped=self.model.at if self.model.change else None,
        )
        chosen = self.model.chosen
        what = f"<p><strong>{chosen.name}</strong>, {chosen.length} bytes. {escape(chosen.meaning)}</p>"
        self.show(f"{what}<p>{self._told()}</p>{_outcomes(self.model.run())}", figure)

    def __repr__(self) -> str:
        return f"Tampering with a sealed message of {len(self.model.sealed)} bytes"

    def fallback(self) -> str:
        drawn = byte_map_picture(self.model.data, self.model.fields, title=_TITLE)
        rows = []
        for part, field in zip(get_args(Part), self.model.fields, strict=True):
            model = TamperingModel(
                self.model.key,
                self.model.sealed,
                self.model.context,
                part=part,
                byte=field.length // 2,
                change=_ONE_BIT,
            )
            rows.append((field.name, *_words(model.run(), self._message())))
        table = Table(
            "One bit changed in the middle of a part",
            ("Changed part", "AES-GCM, which checks the tag", "The same AES, if nobody checked"),
            rows,
        )
        return drawn.html() + table._repr_html_() + prose.invite("change any byte")

    def _told(self) -> str:
        if not self.model.change:
            return "Nothing is changed."
        before, after = self.model.data[self.model.at], self.model.tried[self.model.at]
        where = self.model.at - self.model.chosen.offset
        return f"Changed: byte {where} of the {self.model.part}, from {before:02x} to {after:02x}."

    def _message(self) -> bytes:
        return TamperingModel(self.model.key, self.model.sealed, self.model.context).run().unchecked


def _outcomes(opened: Opened) -> str:
    checked = (
        "✗ refused: InvalidTag. No plaintext." if opened.checked is None else f"✓ {printable(opened.checked)}"
    )
    rows = (
        ("AES-GCM, which checks the tag", checked),
        ("The same AES, if nobody checked", printable(opened.unchecked)),
    )
    return Table("What opens", ("Who opens it", "What comes out"), rows)._repr_html_()


def _words(opened: Opened, message: bytes) -> tuple[str, str]:
    """Both outcomes as text that is the same for every key and nonce."""
    checked = "✗ refused: InvalidTag" if opened.checked is None else "✓ opens"
    differing = sum(a != b for a, b in zip(opened.unchecked, message, strict=True))
    if not differing:
        return checked, "the message, as if nothing had been changed"
    return checked, "one character is another" if differing == 1 else "nothing readable"


def printable(data: bytes) -> str:
    """``data`` as text, with a dot for each byte that isn't a printable ASCII character."""
    return "".join(chr(byte) if 32 <= byte < 127 else "·" for byte in data)
