"""The view of the black box: text, a cipher and a key; what comes out, and what an attacker makes of it."""

from html import escape

from kmsnb.figures import histogram

from . import prose
from .black_box_model import CIPHERS, Answer, BlackBoxModel
from .card import Workbench
from .controls import area, dropdown, field

_KINDS = {"Base64": "encoding", "SHA-256": "hashing"}
_KEYS = {
    "Base64": "none: an encoding has no key",
    "SHA-256": "none: a hash has no key",
    "AES-256-GCM": "32 random bytes, new each time",
}
_BY_CHANCE = 0.25  # of the characters a wrong guess may hit


class BlackBox(Workbench):
    """Put ``text`` into one of the boxes of the lesson, live, as the controls move."""

    def __init__(self, text: str) -> None:
        self.model = BlackBoxModel(text)
        self.text = area("text", rows=4, value=text)
        boxes = [(f"{name} ({_KINDS.get(name, 'encryption')})", name) for name in CIPHERS]
        self._own_keys = {"Caesar": self.model.key, "repeating XOR": "Elsie"}
        self.cipher = dropdown("box", boxes, value=self.model.cipher)
        self.key = field("key", value=self.model.key)
        self.cipher.observe(self.guard(self._change_key), names="value")
        controls = [self.text, self.cipher, self.key]
        super().__init__(controls, controls)

    def _change_key(self) -> None:
        """Each box keeps the key it had: XOR has no use for a number, nor Caesar for a word."""
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
            self.hold(prose.outcome("○ Not run.", str(error)))
            return
        self.show(self._words(answer), self._drawing(answer))

    def __repr__(self) -> str:
        return f"Black box: {len(self.model.text):,} characters through {self.model.cipher}"

    def fallback(self) -> str:
        try:
            answer = self.model.run()
        except ValueError as error:
            return f"<p>{escape(str(error))}</p>"
        drawn = histogram.histogram_picture(
            *self._panels(answer),
            alt=f"How often each byte value occurs in the text and in the output of {self.model.cipher}. "
            f"The attacker {answer.attack}",
        )
        return f"{drawn.html()}{self._words(answer)}{prose.invite('try the other boxes')}"

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
            f"{prose.outcome(f'{_mark(answer.share)} An attacker without a key', answer.attack)}"
            f"<p><strong>The intended reader</strong> {escape(answer.reader)}</p>"
        )


def _mark(share: float | None) -> str:
    if share is None or share < _BY_CHANCE:
        return "✓ Kept:"
    return "✗ Lost:" if share > 0.99 else f"✗ Lost in part ({share:.0%} of it guessed right):"
