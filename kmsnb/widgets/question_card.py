"""A question to answer by click."""

from collections.abc import Iterator
from string import ascii_uppercase

import ipywidgets

from kmsnb.exercises import Option, Question, Verdict, outline

from . import prose, setting, tally
from .card import Card, Tone, tint
from .controls import button, checkbox

_NUMBERS = {1: "one", 2: "two", 3: "three", 4: "four", 5: "five"}
_TONES: dict[str, Tone] = {"right": "right", "wrong": "wrong", "not attempted": "ask"}


class QuestionCard(Card):
    """A question; a button for each option, or boxes to tick when several options are right.

    An option that was chosen keeps its ✓ or ✗, and the reason below it. Once all of several right ones are found, the
    others show their reasons too.
    """

    def __init__(self, question_id: str, question: Question, title: str) -> None:
        self.question = question
        self._id = question_id
        self._title = title
        self.options = [self._control(i) for i in range(len(question.options))]
        self.reasons = [ipywidgets.HTML() for _ in self.options]
        self.reply = ipywidgets.HTML()
        self.rows = [ipywidgets.VBox(pair) for pair in zip(self.options, self.reasons, strict=True)]
        for row in self.rows:
            row.add_class("kmsnb-option")
        lesson = question_id.partition(".")[0]
        self.head = ipywidgets.HTML(setting.binder_note(lesson) + self._prompt())
        below: list[ipywidgets.Widget] = [self.reply, tally.counter(lesson)]
        if question.multiple:
            self.submit = button("Check my choice", self.guard(self._judge_ticked))
            below.insert(0, self.submit)
        if setting.teaching():
            self.reply.value = self._key()
        super().__init__([self.head, *self.rows, *below])
        tint(self, "ask")

    def __repr__(self) -> str:
        return f"{self._title}: {self.question.prompt}"

    def fallback(self) -> str:
        listed = "".join(f"<li>{_letter(i)} {prose.inline(each.text)}</li>" for i, each in self._numbered())
        return f"{self._prompt()}<ul>{listed}</ul><p><em>Run the cell to answer with a click.</em></p>"

    def _numbered(self) -> Iterator[tuple[int, Option]]:
        return enumerate(self.question.options)

    def _prompt(self) -> str:
        count = sum(option.right for option in self.question.options)
        # how many of the beliefs are true is part of the question
        exam = self.question.multiple and not self._id.endswith(".myths")
        several = f" (Choose {_NUMBERS[count]}.)" if exam else ""
        colon = "" if self._title.endswith("?") else ":"
        title = f'<strong class="kmsnb-head">{self._title}{colon}</strong>'
        return f"{_where(self._id)}<p>{title} {prose.inline(self.question.prompt)}{several}</p>"

    def _key(self) -> str:
        """All options with their reasons, for a teacher."""
        listed = "".join(
            f"<li><strong>{_letter(i)} {'right' if each.right else 'wrong'}.</strong> {prose.inline(each.why)}</li>"
            for i, each in self._numbered()
        )
        return f"<p>For the teacher:</p><ul>{listed}</ul>"

    def _control(self, position: int) -> ipywidgets.Widget:
        if self.question.multiple:
            return checkbox(self._label(position))
        return button(self._label(position), self.guard(lambda: self._show([position])))

    def _label(self, position: int, mark: str = "") -> str:
        text = self.question.options[position].text.replace("`", "")
        return f"{mark} {_letter(position)} {text}".strip()

    def _judge_ticked(self) -> None:
        for position in range(len(self.options)):
            self._mark(position, chosen=False)
        self._show([i for i, box in enumerate(self.options) if box.value])

    def _show(self, chosen: list[int]) -> None:
        given = self.question.judge(chosen)
        for position in chosen:
            self._mark(position, chosen=True)
        if self.question.multiple and given.state == "right":
            for position, option in self._numbered():
                self.reasons[position].value = f"<p>{prose.inline(option.why)}</p>"
        says = given.says if not chosen else self._missing(chosen)
        self.reply.value = prose.verdict(Verdict(given.state, says))
        tint(self, _TONES[given.state])
        tally.record(self._id, given.state)

    def _mark(self, position: int, *, chosen: bool) -> None:
        option = self.question.options[position]
        mark = ("✓" if option.right else "✗") if chosen else ""
        self.options[position].description = self._label(position, mark)
        self.reasons[position].value = f"<p>{prose.inline(option.why)}</p>" if chosen else ""
        tint(self.rows[position], ("right" if option.right else "wrong") if chosen else "")

    def _missing(self, chosen: list[int]) -> str:
        """How many right options are still to be found, where several are right."""
        missing = sum(option.right for i, option in self._numbered() if i not in chosen)
        if not self.question.multiple or not missing:
            return ""
        return f"{_NUMBERS[missing].capitalize()} more {'is' if missing == 1 else 'are'} right."


def _letter(position: int) -> str:
    # letters by hand: a page that sanitizes its HTML would number a list
    return f"{ascii_uppercase[position]}."


def _where(item: str) -> str:
    """In which section of its lesson an item is asked, as a note at the right edge."""
    found = outline.of_lesson(item.partition(".")[0])
    where = found.where(item) if found else ""
    return f'<span class="kmsnb-where">{where}</span>' if where else ""
