"""The view of a signature under way: change the message, its hash, the encoding or the key, and see who still says yes."""

from collections.abc import Sequence
from typing import Any

from kmsnb.figures import Picture, Table
from kmsnb.figures.signature_path import Part, signature_path

from . import prose
from .card import Workbench
from .controls import dropdown, field
from .verifiers_model import NO_ANSWER, Answer, VerifiersModel

_CHANGES: dict[str, dict[str, Any]] = {
    "nothing": {},
    "the message": {"received": "another message"},
    "the hash: hashed twice": {"twice": True},
    "the encoding: r‖s": {"encoding": "r‖s"},
    "the encoding: DER with a high s": {"half": "high"},
    "the key": {"other_key": True},
}


class Verifiers(Workbench):
    """A ``message`` signed by ``kms`` under ``key_id``, or by mistake under ``other_key_id``; both are ECC_NIST_P256 keys."""

    def __init__(self, kms: Any, key_id: str, other_key_id: str, message: str) -> None:
        self.model = VerifiersModel(kms, key_id, other_key_id, message)
        self.received = field("message received", value=message)
        self.hashed = dropdown("hashed", [("once, by KMS", False), ("twice: by you and by KMS", True)])
        self.encoding = dropdown("encoding", ["DER", "r‖s"])
        self.half = dropdown("the number s", [("the low one", "low"), ("the high one", "high")])
        self.key = dropdown("signed with", [("the till's key", False), ("Mallory's key", True)])
        controls = [self.received, self.hashed, self.encoding, self.half, self.key]
        super().__init__(controls, controls)

    def update(self) -> None:
        """Read the controls, sign, and show what each verifier says."""
        self.model.received, self.model.twice = self.received.value, self.hashed.value
        self.model.encoding, self.model.half = self.encoding.value, self.half.value
        self.model.other_key = self.key.value
        try:
            answers = self.model.run()
        except ValueError as error:
            self.hold(prose.outcome("○ Not asked.", str(error)))
        except NO_ANSWER as error:
            self.hold(prose.outcome("✗ KMS refused:", str(error)))
        else:
            self.show(_summary(answers), _drawing(self.model, answers) + _table(answers)._repr_html_())

    def __repr__(self) -> str:
        return "A message signed in KMS, and what four verifiers say"

    def fallback(self) -> str:
        try:
            tried = {change: self._tried(**values) for change, values in _CHANGES.items()}
        except (ValueError, *NO_ANSWER) as error:
            return prose.outcome("✗ Not tried:", str(error))
        model, untouched = tried["nothing"]
        said = "; ".join(f"{answer.verifier}: {_words(answer)}" for answer in untouched)
        alt = f"A message is hashed once and signed with the till's key; the signature is DER with a low s. {said}."
        picture = Picture(_drawing(model, untouched).encode(), "image/svg+xml", alt=alt)
        headers = ("Changed on the way", *(answer.verifier for answer in untouched))
        rows = ((change, *map(_words, answers)) for change, (_, answers) in tried.items())
        table = Table("Who still says yes", headers, rows)
        invitation = prose.invite("change the message, its hash, the encoding or the key")
        return picture.html() + table._repr_html_() + invitation

    def _tried(self, **values: Any) -> tuple[VerifiersModel, tuple[Answer, ...]]:
        model = self.model
        tried = VerifiersModel(model.kms, model.key_id, model.other_key_id, model.message, **values)
        return tried, tried.run()


def _drawing(model: VerifiersModel, answers: Sequence[Answer]) -> str:
    encoding = "r‖s, 64 bytes" if model.encoding == "r‖s" else f"DER, {model.half} s"
    return signature_path(
        hashed=Part("hashed twice", True) if model.twice else Part("hashed once"),
        key=Part("Mallory's key", True) if model.other_key else Part("the till's key"),
        encoding=Part(encoding, encoding != "DER, low s"),
        message=Part("what arrives", model.received != model.message),
        verifiers={answer.verifier: not answer.error for answer in answers},
    )


def _words(answer: Answer) -> str:
    return f"✗ {answer.error}" if answer.error else "✓ yes"


def _summary(answers: Sequence[Answer]) -> str:
    accepting = sum(not answer.error for answer in answers)
    if not accepting:
        return prose.outcome("✗ No one accepts it.", "All they say is that it's invalid, not why.")
    verb = "accepts" if accepting == 1 else "accept"
    return prose.outcome(f"✓ {accepting} of {len(answers)} {verb} it.")


def _table(answers: Sequence[Answer]) -> Table:
    rows = ((answer.verifier, answer.wants, _words(answer)) for answer in answers)
    return Table("What the verifiers say", ("Verifier", "Expects", "Says"), rows)
