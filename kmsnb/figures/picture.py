"""A picture in the one form that survives GitHub, nbviewer, untrusted notebooks and nbconvert."""

import base64
from dataclasses import dataclass
from html import escape


@dataclass(frozen=True)
class Picture:
    """An image with the text that stands for it.

    ``data`` is the file's bytes and ``mime`` its type (``image/svg+xml`` or ``image/png``); ``alt`` says what one
    sees, in words enough to do without; ``caption`` goes below. In a notebook it shows as ``<img alt>`` on a white
    card, which reads on light and dark themes.
    """

    data: bytes
    mime: str
    alt: str
    caption: str = ""

    def __post_init__(self) -> None:
        if not self.alt.strip():
            raise ValueError("A picture needs alt text: say in a sentence what one sees in it.")

    def __repr__(self) -> str:
        return f"[picture: {self.alt}]"

    def _repr_html_(self) -> str:
        return self.html()

    def html(self) -> str:
        """The ``<img alt>`` and the caption below it."""
        source = f"data:{self.mime};base64,{base64.b64encode(self.data).decode()}"
        card = (
            "background:#fff;padding:8px;border-radius:6px;box-sizing:border-box;max-width:100%;height:auto"
        )
        image = f'<img alt="{escape(self.alt)}" src="{source}" style="{card}">'
        return image + (f"<p><em>{escape(self.caption)}</em></p>" if self.caption else "")
