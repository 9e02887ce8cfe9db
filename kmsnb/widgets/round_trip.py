"""The view of the round trip: a slider for the size, a field for each context, and KMS's answer as a figure."""

from html import escape
from typing import Any

import ipywidgets

from kmsnb.figures import Picture
from kmsnb.figures.round_trip import round_trip

from .card import Card
from .round_trip_model import LARGEST, LIMIT, Answer, RoundTripModel


class RoundTrip(Card):
    """Encrypt and decrypt with ``kms`` under ``key_id``, live, as the controls move."""

    def __init__(self, kms: Any, key_id: str) -> None:
        self.model = RoundTripModel(kms, key_id)
        wide, style = {"width": "min(100%, 46em)"}, {"description_width": "13em"}
        self.size = ipywidgets.IntSlider(
            value=self.model.size,
            min=1,
            max=LARGEST,
            description="plaintext, bytes",
            style=style,
            layout=wide,
        )
        self.encrypt_context = ipywidgets.Text(
            description="context for Encrypt", placeholder="team=blue", style=style, layout=wide
        )
        self.decrypt_context = ipywidgets.Text(
            description="context for Decrypt", placeholder="team=blue", style=style, layout=wide
        )
        self.figure = ipywidgets.HTML()
        self.reply = ipywidgets.HTML()
        controls = [self.size, self.encrypt_context, self.decrypt_context]
        super().__init__([*controls, self.figure, self.reply])
        for control in controls:
            control.observe(self.guard(self.update), names="value")
        self.guard(self.update)()

    def update(self) -> None:
        """Read the controls, ask KMS, show the answer."""
        self.model.size = self.size.value
        self.model.encrypt_context = self.encrypt_context.value
        self.model.decrypt_context = self.decrypt_context.value
        try:
            answer = self.model.run()
        except ValueError as error:
            self.figure.value = ""
            self.reply.value = f'<p role="status"><strong>○ Not asked.</strong> {escape(str(error))}</p>'
            return
        self.figure.value = self._drawing(answer)
        self.reply.value = f'<p role="status">{_sentence(answer)}</p>'

    def __repr__(self) -> str:
        return f"Round trip of {self.model.size:,} bytes through KMS Encrypt and Decrypt"

    def fallback(self) -> str:
        try:
            answer = self.model.run()
        except ValueError as error:
            return f"<p>{escape(str(error))}</p>"
        sizes = f"A plaintext of {self.model.size:,} bytes against a limit of {LIMIT:,}."
        picture = Picture(self._drawing(answer).encode(), "image/svg+xml", alt=f"{sizes} {_words(answer)}")
        return f"{picture.html()}<p>{_sentence(answer)}</p><p><em>Run the cell to move the slider yourself.</em></p>"

    def _drawing(self, answer: Answer) -> str:
        return round_trip(self.model.size, LIMIT, LARGEST, answer.outcome, answer.ciphertext_size)


_HEADLINE = {
    "opened": "✓ Encrypted and decrypted:",
    "encrypt refused": "✗ Encrypt refused:",
    "decrypt refused": "✗ Decrypt refused:",
}


def _sentence(answer: Answer) -> str:
    head, _, rest = _words(answer).partition(": ")
    return f"<strong>{escape(head)}:</strong> {escape(rest)}"


def _words(answer: Answer) -> str:
    if answer.outcome == "opened":
        return f"{_HEADLINE['opened']} the plaintext came back from {answer.ciphertext_size:,} bytes of ciphertext."
    message = answer.message or "(KMS gives no message with this one)"
    return f"{_HEADLINE[answer.outcome]} {answer.code}. {message}"
