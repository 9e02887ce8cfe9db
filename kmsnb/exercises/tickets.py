"""Tickets to sort: an exercise that asks for one word, out of a few, for each."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from .model import Mistake, NotAttempted


@dataclass(frozen=True)
class Tickets:
    """What is right for each ticket, out of ``choices``, and what is said of a ``wrong`` word.

    ``answer_name`` is the learner's dictionary; ``still`` says what is left to do with a ticket, such as ``name``.
    """

    answer_name: str
    right: Mapping[str, str]
    choices: tuple[str, ...]
    wrong: Mapping[str, Mistake]
    still: str = "name"

    @property
    def not_a_dict(self) -> Mistake:
        """The answer has another form."""
        return Mistake(f"`{self.answer_name}` must be a dictionary that maps each ticket to a word.")

    @property
    def other_word(self) -> Mistake:
        """A ticket has a word that is not one of the choices."""
        return Mistake(f"Choose one of these words: {', '.join(f'`{word}`' for word in self.choices)}.")

    @property
    def still_open(self) -> Mistake:
        """Some tickets have no word yet."""
        return Mistake(f"Correct so far. Still to {self.still}:")

    def examine(self, answer: Any) -> Mistake | None:
        """The first mistake in an answer, ticket by ticket."""
        if not isinstance(answer, dict):
            return self.not_a_dict
        given = {ticket: answer.get(ticket, ...) for ticket in self.right}
        waiting = [ticket for ticket, word in given.items() if word is ...]
        if len(waiting) == len(given):
            raise NotAttempted
        choices = {_folded(word): word for word in self.choices}
        for ticket, word in given.items():
            if word is ...:
                continue
            chosen = choices.get(_folded(word)) if isinstance(word, str) else None
            if chosen is None:
                return self.other_word
            if chosen != self.right[ticket]:
                return self.wrong[ticket]
        return self.still_open.about(f"{', '.join(waiting)}.") if waiting else None


def _folded(word: str) -> str:
    """A word as it is compared: without case, spaces and hyphens."""
    return word.strip().lower().replace(" ", "").replace("-", "")
