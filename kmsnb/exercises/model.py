"""Questions and exercises, and how an answer is judged."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from typing import Any, Literal, Self

State = Literal["right", "wrong", "not attempted"]


@dataclass(frozen=True)
class Verdict:
    """The verdict on an answer, as a message for the learner."""

    state: State
    says: str


@dataclass(frozen=True)
class Option:
    """One option of a question, and why it is right or wrong."""

    text: str
    why: str
    right: bool = False


@dataclass(frozen=True)
class Question:
    """A prediction or exam question. With more than one right option, all of them must be chosen."""

    prompt: str
    options: tuple[Option, ...]

    @property
    def multiple(self) -> bool:
        """Whether several options are right."""
        return sum(option.right for option in self.options) > 1

    def judge(self, chosen: Iterable[int]) -> Verdict:
        """The verdict on the options at these positions (from 0); each option has its own reason in ``why``."""
        picked = set(chosen)
        if not picked:
            return Verdict("not attempted", "Choose an option first.")
        right = picked == {i for i, option in enumerate(self.options) if option.right}
        return Verdict("right" if right else "wrong", "")


@dataclass(frozen=True)
class Mistake:
    """A mistake that learners make, and what they are told."""

    says: str

    def about(self, detail: str) -> Self:
        """The same mistake, with ``detail`` about this answer added to the message."""
        return replace(self, says=f"{self.says} {detail}")


class NotAttempted(Exception):
    """The answer is still the stub."""


@dataclass(frozen=True)
class Exercise:
    """A task that checks itself.

    ``examine`` takes the learner's answer and returns the ``Mistake`` it found, or None when the answer is right; it
    raises ``NotAttempted`` for the stub. ``stub`` and ``solution`` are Python source that binds the answer to the
    name ``answer_name``.
    """

    answer_name: str
    stub: str
    examine: Callable[[Any], Mistake | None]
    hints: tuple[str, ...]
    solution: str

    def judge(self, answer: Any) -> Verdict:
        """The verdict on ``answer``; whatever it raises is part of the verdict, never an exception."""
        try:
            if answer is ...:
                raise NotAttempted
            if f"def {self.answer_name}(" in self.stub and not callable(answer):
                return Verdict(
                    "wrong",
                    f"Give check the function itself: `{self.answer_name}`, with no brackets after it.",
                )
            mistake = self.examine(answer)
        except NotAttempted:
            return Verdict("not attempted", "Replace the ... with your answer, then run the cell again.")
        except Exception as error:  # noqa: BLE001 (a learner's own code may raise anything)
            if _says_that_no_lab_is_on(error):
                return Verdict("not attempted", f"{error} Then run this cell again.")
            return Verdict("wrong", f"Your answer raised {type(error).__name__}: {error}")
        if mistake is not None:
            return Verdict("wrong", mistake.says)
        return Verdict("right", "That's it.")


def _says_that_no_lab_is_on(error: Exception) -> bool:
    from kmsnb.lab import LabError  # here: the command line imports this module, and loads nothing heavy

    return isinstance(error, LabError)


def attempted(result: Any) -> Any:
    """``result`` of a learner's function, unless it is still the stub's ``...``: then ``NotAttempted``."""
    if result is ...:
        raise NotAttempted
    return result
