"""The view of two keys at work: what to do, a key for each side, and the journey of the message as a figure."""

from collections.abc import Mapping

from cryptography.hazmat.primitives.asymmetric import rsa

from kmsnb.figures import Picture
from kmsnb.figures.key_journey import key_journey

from . import prose
from .card import Workbench
from .choose_keys_model import ChooseKeysModel, Journey
from .controls import dropdown

_SIDES = {"encrypt": ("key to encrypt", "key to decrypt"), "sign": ("key to sign", "key to verify")}
_REFUSED_AT = {
    ("encrypt", "first refused"): "Nothing was encrypted",
    ("encrypt", "second refused"): "It does not decrypt",
    ("sign", "first refused"): "Nothing was signed",
    ("sign", "second refused"): "It does not verify",
}
_DONE = {"encrypt": "Encrypted and decrypted", "sign": "Signed and verified"}


class ChooseKeys(Workbench):
    """Choose a key for each side, out of the key pairs of some people (``pairs``: name and private key)."""

    def __init__(self, pairs: Mapping[str, rsa.RSAPrivateKey]) -> None:
        self.model = ChooseKeysModel(pairs)
        jobs = [("encrypt, then decrypt", "encrypt"), ("sign, then verify", "sign")]
        self.job = dropdown("what to do", jobs)
        first, second = _SIDES["encrypt"]
        self.first = dropdown(first, self.model.keys, value=self.model.first)
        self.second = dropdown(second, self.model.keys, value=self.model.second)
        controls = [self.job, self.first, self.second]
        super().__init__(controls, controls)

    def update(self) -> None:
        """Read the controls, do it with the keys, show what became of the message."""
        self.model.job = self.job.value
        self.model.first, self.model.second = self.first.value, self.second.value
        self.first.description, self.second.description = _SIDES[self.model.job]
        journey = self.model.run()
        self.show(self._sentence(journey), self._drawing(journey))

    def __repr__(self) -> str:
        return f"Choose keys: {self.model.job} with {self.model.first}, then {self.model.second}"

    def fallback(self) -> str:
        journey = self.model.run()
        before, after = _SIDES[self.model.job]
        head, why = self._words(journey)
        alt = f"A message; {before}: {self.model.first}; {after}: {self.model.second}. {head} {why}"
        picture = Picture(self._drawing(journey).encode(), "image/svg+xml", alt=alt)
        return picture.html() + self._sentence(journey) + prose.invite("choose the keys")

    def _drawing(self, journey: Journey) -> str:
        return key_journey(self.model.job, self.model.first, self.model.second, journey.outcome)

    def _words(self, journey: Journey) -> tuple[str, str]:
        if journey.outcome == "done":
            return f"✓ {_DONE[self.model.job]}.", journey.why
        return f"✗ {_REFUSED_AT[self.model.job, journey.outcome]}: {journey.error}.", journey.why

    def _sentence(self, journey: Journey) -> str:
        return prose.outcome(*self._words(journey))
