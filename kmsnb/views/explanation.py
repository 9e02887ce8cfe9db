"""A decision of KMS, as a lab shows it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..kms.authorization import Decision, Step

if TYPE_CHECKING:  # a lab starts sooner without what it may never draw
    from ..figures import Picture, Table

_ANSWERS = {True: "yes", False: "no", None: "says nothing"}


class Explanation:
    """Whether a principal may do something, and why: ``allowed``, ``sentence`` and the ``path`` of the decision."""

    def __init__(self, decision: Decision) -> None:
        self._decision = decision

    @property
    def allowed(self) -> bool:
        """Whether KMS would allow it."""
        return self._decision.allowed

    @property
    def sentence(self) -> str:
        """The decision and its reason, in one sentence."""
        return self._decision.sentence

    @property
    def reason(self) -> str:
        """The reason alone, in a few words."""
        return str(self._decision.reason)

    @property
    def path(self) -> tuple[Step, ...]:
        """The stages: each has a ``stage``, an ``answer`` (True, False, or None for neither) and what was ``seen``."""
        return self._decision.path

    def table(self) -> Table:
        """The stages, and what was seen at each."""
        from ..figures import Table

        rows = ((str(each.stage), _ANSWERS[each.answer], "\n".join(each.seen)) for each in self.path)
        return Table(self.sentence, ("Looked at", "Answer", "Because"), rows)

    def picture(self) -> Picture:
        """The path of the decision as a drawing."""
        from ..figures import decision_path

        stages = [(str(each.stage), each.answer) for each in self.path]
        return decision_path(stages, self.allowed, self.sentence)

    def _repr_html_(self) -> str:
        return self.table()._repr_html_()

    def __repr__(self) -> str:
        lines = [f"{each.stage}: {_ANSWERS[each.answer]}. {' '.join(each.seen)}" for each in self.path]
        return "\n".join([self.sentence, *lines])
