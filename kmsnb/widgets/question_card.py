"""A question to answer by click."""

from collections.abc import Iterator
from string import ascii_uppercase

import ipywidgets

from kmsnb.exercises import Option, Question, progress

from . import prose, setting
from .card import Card

# an option is a sentence: let its button wrap instead of cutting it off
_STYLE = (
    "<style>.kmsnb-option.jupyter-button{white-space:normal;height:auto;min-height:32px;line-height:1.4;"
    "text-align:left;padding:6px 10px}</style>"
)
_NUMBERS = {2: "two", 3: "three", 4: "four", 5: "five"}


class QuestionCard(Card):
    """A question; a button an option, or boxes to tick when several options are right."""

    def __init__(self, question_id: str, question: Question, title: str) -> None:
        self.question = question
        self._id = question_id
        self._title = title
        self.reply = ipywidgets.HTML()
        self.options = [self._control(i) for i in range(len(question.options))]
        note = setting.binder_note(question_id.partition(".")[0])
        controls: list[ipywidgets.Widget] = [ipywidgets.HTML(note + _STYLE + self._prompt()), *self.options]
        if question.multiple:
            self.submit = ipywidgets.Button(description="Check my choice")
            self.submit.on_click(self.guard(self._judge_ticked))
            controls.append(self.submit)
        if setting.teaching():
            self.reply.value = self._key()
        super().__init__([*controls, self.reply])

    def __repr__(self) -> str:
        return f"{self._title}: {self.question.prompt}"

    def fallback(self) -> str:
        listed = "".join(
            f"<li>{letter}. {prose.inline(option.text)}</li>" for letter, option in self._lettered()
        )
        return f"{self._prompt()}<ul>{listed}</ul><p><em>Run the cell to answer with a click.</em></p>"

    def _lettered(self) -> Iterator[tuple[str, Option]]:
        # letters by hand: a page that sanitizes its HTML would number a list
        return zip(ascii_uppercase, self.question.options, strict=False)

    def _prompt(self) -> str:
        count = sum(option.right for option in self.question.options)
        several = f" (Choose {_NUMBERS[count]}.)" if self.question.multiple else ""
        return f"<p><strong>{self._title}:</strong> {prose.inline(self.question.prompt)}{several}</p>"

    def _key(self) -> str:
        """All options with their reasons, for a teacher."""
        listed = "".join(
            f"<li><strong>{letter}, {'right' if option.right else 'wrong'}.</strong> {prose.inline(option.why)}</li>"
            for letter, option in self._lettered()
        )
        return f"<p>For the teacher:</p><ul>{listed}</ul>"

    def _control(self, position: int) -> ipywidgets.Widget:
        text = f"{ascii_uppercase[position]}. {self.question.options[position].text.replace('`', '')}"
        if self.question.multiple:
            return ipywidgets.Checkbox(description=text, indent=False, layout={"width": "auto"})
        button = ipywidgets.Button(description=text, layout={"width": "auto"})
        button.add_class("kmsnb-option")
        button.on_click(self.guard(lambda: self._show([position])))
        return button

    def _judge_ticked(self) -> None:
        self._show([i for i, box in enumerate(self.options) if box.value])

    def _show(self, chosen: list[int]) -> None:
        given = self.question.judge(chosen)
        progress.record(self._id, given.state)
        self.reply.value = prose.verdict(given)
