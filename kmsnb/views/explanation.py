"""A decision of KMS, as a lab shows it."""

from __future__ import annotations

from ..figures import Picture, Table, decision_path
from ..kms.explanation import Explanation, Station

_SAID = {True: "yes", False: "no", None: "says nothing"}


class ExplanationView:
    """Whether a principal may do something, and why: ``allowed``, ``sentence`` and the ``path`` to it."""

    def __init__(self, told: Explanation) -> None:
        self._told = told

    @property
    def allowed(self) -> bool:
        """Whether KMS would say yes."""
        return self._told.allowed

    @property
    def sentence(self) -> str:
        """The decision and its reason, in one sentence."""
        return self._told.sentence

    @property
    def reason(self) -> str:
        """The reason alone, in a few words."""
        return self._told.reason

    @property
    def path(self) -> tuple[Station, ...]:
        """Each station: its name, its answer (True, False, or None for nothing), and what was seen there."""
        return self._told.path

    def table(self) -> Table:
        """The stations and what was seen at each."""
        rows = ((each.name, _SAID[each.answer], "\n".join(each.seen)) for each in self.path)
        return Table(self.sentence, ("Looked at", "Answer", "Because"), rows)

    def picture(self) -> Picture:
        """The way of the decision as a drawing."""
        return decision_path([(each.name, each.answer) for each in self.path], self.allowed, self.sentence)

    def _repr_html_(self) -> str:
        return self.table()._repr_html_()

    def __repr__(self) -> str:
        lines = [f"{each.name}: {_SAID[each.answer]}. {' '.join(each.seen)}" for each in self.path]
        return "\n".join([self.sentence, *lines])
