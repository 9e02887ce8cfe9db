"""The view of the round trip: a slider for the size, a field for each context, and KMS's answer as a figure."""

from html import escape
from typing import Any

from kmsnb.figures import Picture
from kmsnb.figures.round_trip import round_trip

from . import prose
from .card import Workbench
from .controls import field, slider
from .round_trip_model import LARGEST, LIMIT, Answer, RoundTripModel


class RoundTrip(Workbench):
    """Encrypt and decrypt with ``kms`` under ``key_id``, live, as the controls move."""

    def __init__(self, kms: Any, key_id: str) -> None:
        self.model = RoundTripModel(kms, key_id)
        self.size, size_row = slider("plaintext, bytes", value=self.model.size, lowest=1, highest=LARGEST)
        self.encrypt_context = field("context for Encrypt", "team=blue")
        self.decrypt_context = field("context for Decrypt", "team=blue")
        contexts = [self.encrypt_context, self.decrypt_context]
        super().__init__([size_row, *contexts], [self.size, *contexts])

    def update(self) -> None:
        """Read the controls, ask KMS, show the answer."""
        self.model.size = self.size.value
        self.model.encrypt_context = self.encrypt_context.value
        self.model.decrypt_context = self.decrypt_context.value
        try:
            answer = self.model.run()
        except ValueError as error:
            self.hold(prose.outcome("○ Not asked.", str(error)))
            return
        self.show(_sentence(answer), self._drawing(answer))

    def __repr__(self) -> str:
        return f"Round trip of {self.model.size:,} bytes through KMS Encrypt and Decrypt"

    def fallback(self) -> str:
        try:
            answer = self.model.run()
        except ValueError as error:
            return f"<p>{escape(str(error))}</p>"
        sizes = f"A plaintext of {self.model.size:,} bytes against a limit of {LIMIT:,}."
        picture = Picture(self._drawing(answer).encode(), "image/svg+xml", alt=f"{sizes} {_words(answer)}")
        return f"{picture.html()}{_sentence(answer)}{prose.invite('move the slider')}"

    def _drawing(self, answer: Answer) -> str:
        return round_trip(self.model.size, LIMIT, LARGEST, answer.outcome, answer.ciphertext_size)


_HEADLINE = {
    "opened": "✓ Encrypted and decrypted:",
    "encrypt refused": "✗ Encrypt refused:",
    "decrypt refused": "✗ Decrypt refused:",
}


def _sentence(answer: Answer) -> str:
    head, _, rest = _words(answer).partition(": ")
    return prose.outcome(f"{head}:", rest)


def _words(answer: Answer) -> str:
    if answer.outcome == "opened":
        return f"{_HEADLINE['opened']} the plaintext came back from {answer.ciphertext_size:,} bytes of ciphertext."
    message = answer.message or "(KMS returns no message with this error)"
    return f"{_HEADLINE[answer.outcome]} {answer.code}. {message}"
