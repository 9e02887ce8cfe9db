"""A decision of KMS, as a lab shows it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..kms.authorization import Decision, Step
from .names import service_name

if TYPE_CHECKING:  # a lab starts sooner without what it may never draw
    from ..figures import Picture, Table

_ANSWERS = {True: "yes", False: "no", None: "says nothing"}


class Explanation:
    """Whether a principal may do something, and why: ``allowed``, ``sentence`` and the ``path`` of the decision.

    Behind a request to an AWS service there can be a second decision, that of KMS. Its stages then follow.
    """

    def __init__(self, *decisions: Decision) -> None:
        self._decisions = decisions

    @property
    def allowed(self) -> bool:
        """Whether AWS would allow it."""
        return all(decision.allowed for decision in self._decisions)

    @property
    def sentence(self) -> str:
        """Each decision and its reason, in a sentence."""
        return " ".join(decision.sentence for decision in self._decisions)

    @property
    def reason(self) -> str:
        """The reason of the last decision, in a few words."""
        return str(self._decisions[-1].reason)

    @property
    def path(self) -> tuple[Step, ...]:
        """The stages: each has a ``stage``, an ``answer`` (True, False, or None for neither) and what was ``seen``."""
        return tuple(step for decision in self._decisions for step in decision.path)

    @property
    def _stages(self) -> list[tuple[str, Step]]:
        """Each stage with its name, which says whose it is if there are several decisions."""
        if len(self._decisions) == 1:
            return [(str(step.stage), step) for step in self.path]
        return [
            (f"{service_name(decision.request.action.partition(':')[0])}: {step.stage}", step)
            for decision in self._decisions
            for step in decision.path
        ]

    def table(self) -> Table:
        """The stages, and what was seen at each."""
        from ..figures import Table

        rows = ((name, _ANSWERS[each.answer], "\n".join(each.seen)) for name, each in self._stages)
        return Table(self.sentence, ("Looked at", "Answer", "Because"), rows)

    def picture(self) -> Picture:
        """The path of the decision as a drawing."""
        from ..figures import decision_path

        stages = [(name, each.answer) for name, each in self._stages]
        return decision_path(stages, self.allowed, self.sentence)

    def _repr_html_(self) -> str:
        return self.table()._repr_html_()

    def __repr__(self) -> str:
        lines = [f"{name}: {_ANSWERS[each.answer]}. {' '.join(each.seen)}" for name, each in self._stages]
        return "\n".join([self.sentence, *lines])
