"""A byte map to explore: choose a field, flip a byte of it, and see whether it still opens."""

from collections.abc import Callable, Sequence
from html import escape

import ipywidgets

from kmsnb.figures.byte_map import Field, byte_map, field_table, picture

from .byte_map_model import ByteMapModel
from .card import Card
from .controls import slider


class ByteMap(Card):
    """``data`` with its ``fields``. ``open`` tries bytes and says in a sentence what happened; it must not raise."""

    def __init__(
        self, title: str, data: bytes, fields: Sequence[Field], open: Callable[[bytes], str]
    ) -> None:
        self.title = title
        self.model = ByteMapModel(data, fields, open)
        wide, style = {"width": "min(100%, 34em)"}, {"description_width": "8em"}
        names = [(f"{n}. {each.name}", n - 1) for n, each in enumerate(fields, 1)]
        self.field = ipywidgets.Dropdown(options=names, description="field", style=style, layout=wide)
        self.byte, byte_row = slider("byte of it", value=0, lowest=0, highest=0)
        self.flipped = ipywidgets.Checkbox(description="flip the lowest bit of this byte", indent=False)
        self.figure = ipywidgets.HTML()
        self.reply = ipywidgets.HTML()
        controls = [self.field, self.byte, self.flipped]
        super().__init__([self.field, byte_row, self.flipped, self.figure, self.reply])
        for control in controls:
            control.observe(self.guard(self.update), names="value")
        self.guard(self.update)()

    def update(self) -> None:
        """Read the controls, try the bytes, show what happened."""
        self.model.field = self.field.value
        self.byte.max = self.model.chosen.length - 1
        self.model.byte = self.byte.value
        self.model.flipped = self.flipped.value
        flipped = self.model.at if self.model.flipped else None
        self.figure.value = byte_map(
            self.model.bytes_tried, self.model.fields, chosen=self.model.field, flipped=flipped
        )
        meaning = f" {escape(self.model.chosen.meaning)}" if self.model.chosen.meaning else ""
        self.reply.value = (
            f"<p><strong>{escape(self.model.chosen.name)}</strong>, {self.model.chosen.length:,} bytes.{meaning}</p>"
            f'<p role="status">{escape(self.model.run())}</p>'
        )

    def __repr__(self) -> str:
        return f"Byte map: {self.title}, {len(self.model.data):,} bytes"

    def fallback(self) -> str:
        drawn = picture(self.model.data, self.model.fields, title=self.title)
        return drawn.html() + field_table(self.model.fields, self.title)._repr_html_()
