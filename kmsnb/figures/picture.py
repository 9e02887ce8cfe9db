"""A picture in the one form that survives GitHub, nbviewer, untrusted notebooks and nbconvert."""

import base64
import re
from dataclasses import dataclass
from html import escape

# the same as in style.css, for a picture that isn't part of the page: here the width is that of the picture
_NARROW = b"<style>@media(max-width:600px){svg{font-size:var(--kmsnb-narrow)}}</style>"
_TOKEN = re.compile(rb"var\(--kmsnb-[a-z0-9-]+,(#[0-9A-Fa-f]{6})\)")


@dataclass(frozen=True)
class Picture:
    """An image, and the text that stands in for it.

    ``data`` is the file's bytes and ``mime`` its type (``image/svg+xml`` or ``image/png``); ``alt`` describes it well
    enough to do without it; ``caption`` goes below. In a notebook it shows as ``<img alt>`` on a white card, which
    reads well on light and dark themes.
    """

    data: bytes
    mime: str
    alt: str
    caption: str = ""

    def __post_init__(self) -> None:
        if not self.alt.strip():
            raise ValueError("A picture needs alt text: describe in a sentence what it shows.")

    def __repr__(self) -> str:
        return f"[picture: {self.alt}]"

    def _repr_html_(self) -> str:
        return self.html()

    def html(self) -> str:
        """The ``<img alt>`` and the caption below it."""
        data = _TOKEN.sub(rb"\1", self.data)  # an image knows nothing of the page's stylesheet
        if b"--kmsnb-narrow" in data:
            data = data.replace(b">", b">" + _NARROW, 1)
        source = f"data:{self.mime};base64,{base64.b64encode(data).decode()}"
        card = (
            "background:#fff;padding:8px;border-radius:6px;box-sizing:border-box;max-width:100%;height:auto"
        )
        image = f'<img alt="{escape(self.alt)}" src="{source}" style="{card}">'
        return image + (f"<p><em>{escape(self.caption)}</em></p>" if self.caption else "")
