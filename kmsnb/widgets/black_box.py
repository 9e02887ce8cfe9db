"""The view of the black box: a text, a cipher, a key; what comes out, and what an attacker makes of it."""

from html import escape

import ipywidgets

from kmsnb.figures import histogram

from .black_box_model import CIPHERS, Answer, BlackBoxModel
from .card import Card

_KINDS = {"Base64": "encoding", "SHA-256": "hashing"}
_KEYS = {
    "Base64": "none: an encoding has no key",
    "SHA-256": "none: a hash has no key",
    "AES-256-GCM": "32 random bytes, new each time",
}
_BY_CHANCE = 0.25  # of the characters a wrong guess may hit


class BlackBox(Card):
    """Put ``text`` into one of the boxes of the lesson, live, as the controls move."""

    def __init__(self, text: str) -> None:
        self.model = BlackBoxModel(text)
        wide, style = {"width": "min(100% - 4px, 46em)"}, {"description_width": "5em"}
        self.text = ipywidgets.Textarea(value=text, description="text", rows=4, style=style, layout=wide)
        boxes = [(f"{name} ({_KINDS.get(name, 'encryption')})", name) for name in CIPHERS]
        self._own_keys = {"Caesar": self.model.key, "repeating XOR": "Elsie"}
        self.cipher = ipywidgets.Dropdown(
            options=boxes, value=self.model.cipher, description="box", style=style, layout=wide
        )
        self.key = ipywidgets.Text(value=self.model.key, description="key", style=style, layout=wide)
        self.figure = ipywidgets.HTML()
        self.reply = ipywidgets.HTML()
        controls = [self.text, self.cipher, self.key]
        super().__init__([*controls, self.figure, self.reply])
        self.cipher.observe(self.guard(self._change_key), names="value")
        for control in controls:
            control.observe(self.guard(self.update), names="value")
        self.guard(self.update)()

    def _change_key(self) -> None:
        """Each box keeps the key it had: a number is no good to XOR, nor a word to Caesar."""
        if self.model.takes_key:
            self._own_keys[self.model.cipher] = self.model.key
        self.model.cipher = self.cipher.value
        self.key.value = self._own_keys.get(self.cipher.value, "")

    def update(self) -> None:
        """Read the controls, close the box, show what comes out and what it gives away."""
        self.model.text, self.model.cipher, self.model.key = (
            self.text.value,
            self.cipher.value,
            self.key.value,
        )
        self.key.disabled = not self.model.takes_key
        self.key.placeholder = _KEYS.get(self.model.cipher, "")
        try:
            answer = self.model.run()
        except ValueError as error:
            self.figure.value = ""
            self.reply.value = f'<p role="status"><strong>○ Not run.</strong> {escape(str(error))}</p>'
            return
        self.figure.value = self._drawing(answer)
        self.reply.value = f'<div role="status">{self._words(answer)}</div>'

    def __repr__(self) -> str:
        return f"Black box: {len(self.model.text):,} characters through {self.model.cipher}"

    def fallback(self) -> str:
        try:
            answer = self.model.run()
        except ValueError as error:
            return f"<p>{escape(str(error))}</p>"
        drawn = histogram.histogram_picture(
            *self._panels(answer),
            alt=f"How often each byte value occurs in a text and in what {self.model.cipher} makes of it. "
            f"The attacker {answer.attack}",
        )
        return f"{drawn.html()}{self._words(answer)}<p><em>Run the cell to try the other boxes yourself.</em></p>"

    def _drawing(self, answer: Answer) -> str:
        return histogram.histogram(*self._panels(answer))

    def _panels(self, answer: Answer) -> tuple[histogram.Panel, histogram.Panel]:
        data = self.model.text.encode()
        return (
            histogram.byte_panel(f"In: {len(data):,} bytes of text", data),
            histogram.byte_panel(f"Out of {self.model.cipher}: {len(answer.out):,} bytes", answer.out),
        )

    def _words(self, answer: Answer) -> str:
        key = escape(self.model.key if self.model.takes_key else _KEYS[self.model.cipher])
        return (
            f"<p><strong>Key:</strong> {key}.</p>"
            f"<p><strong>{_mark(answer.share)} An attacker without a key</strong> {escape(answer.attack)}</p>"
            f"<p><strong>The intended reader</strong> {escape(answer.reader)}</p>"
        )


def _mark(share: float | None) -> str:
    if share is None or share < _BY_CHANCE:
        return "✓ Kept:"
    return "✗ Lost:" if share > 0.99 else f"✗ Lost in part ({share:.0%} of it guessed right):"
