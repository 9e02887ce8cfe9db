"""The view of a request to a service and a fault: who was refused?"""

from kmsnb.figures import Table
from kmsnb.figures.refusal_path import refusal_path

from . import prose
from .card import Workbench
from .controls import dropdown
from .who_was_refused_model import CALLERS, FAULTS, NOBODY, REQUESTS, Outcome, WhoWasRefusedModel

_CHOOSE = "…"
_SHORT_FAULTS = (
    "nothing",
    "Uma: no permission",
    "key policy: no statement",
    "grants revoked",
    "key disabled",
)


class WhoWasRefused(Workbench):
    """Choose a request and a fault, see what Uma sees, and say whom KMS refused. Nothing is sent."""

    def __init__(self) -> None:
        self.model = WhoWasRefusedModel()
        requests = [(f"{each.service}: {each.label}", key) for key, each in REQUESTS.items()]
        self.request = dropdown("Uma wants to", requests, value=self.model.request)
        self.fault = dropdown(
            "the fault", [(said, key) for key, said in FAULTS.items()], value=self.model.fault
        )
        self.guess = dropdown("KMS refused", [(_CHOOSE, ""), *((each, each) for each in CALLERS)])
        super().__init__([self.request, self.fault, self.guess], [self.guess])
        for control in (self.request, self.fault):
            control.observe(self.guard(self._ask_again), names="value")

    def _ask_again(self) -> None:
        if self.guess.value:
            self.guess.value = ""  # which updates the rest
        else:
            self.update()

    def update(self) -> None:
        """Read the controls, and show what Uma sees; once there is a guess, also whom KMS refused."""
        model = self.model
        model.request, model.fault, model.guess = self.request.value, self.fault.value, self.guess.value
        asked, outcome = model.asked, model.outcome
        seen = f"<p>Uma sees: {prose.strong(outcome.seen)}</p>"
        if not model.guess:
            question = prose.outcome("○ Whom did KMS refuse?", "Choose a caller.")
            self.show(seen + question, refusal_path("Uma", asked.name, asked.service))
            return
        wrong = "✗ Not quite." if model.guess == NOBODY else f"✗ Not {model.guess}."
        head = "✓ Right." if model.right else wrong
        self.show(
            seen + prose.outcome(head, f"KMS refused {outcome.refused}. {model.reason()}"),
            refusal_path(
                "Uma", asked.name, asked.service, outcome.operation, outcome.principal, outcome.error
            ),
        )

    def __repr__(self) -> str:
        return "Requests to AWS services under a fault, and whom KMS refused"

    def fallback(self) -> str:
        rows = (
            (f"{asked.service}: {asked.name}", *map(_told, [asked.outcome(fault) for fault in FAULTS]))
            for asked in REQUESTS.values()
        )
        table = Table("What Uma sees, and whom KMS refused", ("Request", *_SHORT_FAULTS), rows)
        return table._repr_html_() + prose.invite("choose a request and a fault, and find who was refused,")


def _told(outcome: Outcome) -> str:
    seen, refused = outcome.seen, outcome.refused
    return seen if refused == NOBODY else f"{seen} ({refused})"
