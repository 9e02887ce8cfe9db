"""The view of a chain: its layers, a stolen key, a replaced key, and the chain as a figure."""

from html import escape
from typing import Any

from kmsnb.envelope import ChainError
from kmsnb.figures import Picture
from kmsnb.figures.key_chain import describe, drawing

from . import prose
from .card import Workbench
from .chain_builder_model import ALGORITHMS, EVERYTHING, MOST_LAYERS, NOTHING, ChainBuilderModel, Outcome
from .controls import dropdown, offer, show, slider


class ChainBuilder(Workbench):
    """Build a chain under the KMS key ``root``, steal a key, replace one (``new_root`` replaces the root)."""

    def __init__(self, kms: Any, root: str, new_root: str) -> None:
        self.model = ChainBuilderModel(kms, root, new_root)
        self.layers, layers_row = slider("layers", value=3, lowest=1, highest=MOST_LAYERS)
        self.wrapped_by = tuple(
            dropdown(f"{name} by", list(ALGORITHMS))
            for name in ("data key", *(f"KEK {number}" for number in range(1, MOST_LAYERS - 1)))
        )
        for control, algorithm in zip(self.wrapped_by, self.model.algorithms, strict=False):
            control.value = algorithm
        self.taken = dropdown("taken", self.model.keys)
        self.replaced = dropdown("replaced", self.model.replaceable)
        self._updating = False
        controls = [*self.wrapped_by, self.taken, self.replaced]
        super().__init__([layers_row, *controls], [self.layers, *controls])

    def update(self) -> None:
        """Read the controls, build the chain, show what opens."""
        if self._updating:  # the menus that follow the number of layers change one another
            return
        self._updating = True
        try:
            self._read()
            if self.model.makes_rsa_keys:
                self.hold("<p>Making an RSA key …</p>")
            try:
                outcome = self.model.run()
            except ChainError as error:
                self.hold(prose.outcome("✗ ChainError.", str(error)))
            else:
                self.show(_told(self.model, outcome), drawing(outcome.links, root_taken=outcome.root_taken))
        finally:
            self._updating = False

    def __repr__(self) -> str:
        layers = zip(self.model.local_keys, (*self.model.algorithms, "KMS"), strict=True)
        return f"A chain builder: {', '.join(f'{key} by {algorithm}' for key, algorithm in layers)}"

    def fallback(self) -> str:
        try:
            outcome = self.model.run()
        except ChainError as error:
            return prose.outcome("✗ ChainError.", str(error))
        alt = describe(outcome.links, root_taken=outcome.root_taken)
        picture = Picture(
            drawing(outcome.links, root_taken=outcome.root_taken).encode(), "image/svg+xml", alt=alt
        )
        how = prose.invite("build chains, steal keys and replace them")
        return picture.html() + _told(self.model, outcome) + how

    def _read(self) -> None:
        local = self.layers.value - 1
        for position, control in enumerate(self.wrapped_by):
            show(control, position < local)
        self.model.algorithms = tuple(control.value for control in self.wrapped_by[:local])
        for control, choices in ((self.taken, self.model.keys), (self.replaced, self.model.replaceable)):
            offer(control, choices, control.value if control.value in choices else NOTHING)
        self.model.taken, self.model.replaced = self.taken.value, self.replaced.value


def _told(model: ChainBuilderModel, outcome: Outcome) -> str:
    """What was done and what came of it, in sentences."""
    steps = len(outcome.links) - 1  # what is left to do here once KMS has opened the outermost key
    calls, here = _count(outcome.calls, "call"), _count(steps, "step")
    lines = [
        f"✓ Sealed {outcome.plaintext_bytes:,} bytes and opened them again: {calls} to KMS, then {here} on this machine."
    ]
    if model.replaced != NOTHING:
        lines.append(_touched(model, outcome))
    if model.taken == NOTHING:
        lines.append("Mallory has no key.")
    else:
        name = "the data key" if model.taken == "data key" else model.taken
        lines.append(f"Mallory has {name}. {_fares(outcome)}")
    return "".join(f"<p>{escape(line)}</p>" for line in lines)


def _touched(model: ChainBuilderModel, outcome: Outcome) -> str:
    written = sum(link.size for link in outcome.rewritten)
    names = ", ".join(link.name for link in reversed(outcome.rewritten))
    what = "Everything was encrypted again" if model.replaced == EVERYTHING else f"Replaced: {model.replaced}"
    return f"{what}. Rewritten: {names}, {written:,} bytes; plus the rest of the {outcome.header_bytes:,}-byte header."


def _fares(outcome: Outcome) -> str:
    def word(result: str) -> str:
        return "✓ opens" if result == "opens" else f"✗ {result}"

    if not outcome.before:
        return f"The message: {word(outcome.now)}."
    return f"The message now: {word(outcome.now)}; her copy from before: {word(outcome.before)}."


def _count(number: int, what: str) -> str:
    return f"{number} {what}" + ("" if number == 1 else "s")
