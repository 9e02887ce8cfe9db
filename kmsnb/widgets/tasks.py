"""``predict``, ``quiz`` and ``check``: a question with its options, an exercise with its hints."""

from html import escape
from string import ascii_uppercase
from typing import Any

import ipywidgets

from kmsnb import exercises
from kmsnb.exercises import Exercise, Question, Verdict

from . import prose
from .card import Card

# an option is a sentence: let its button wrap instead of cutting it off
_STYLE = (
    "<style>.kmsnb-option.jupyter-button{white-space:normal;height:auto;min-height:32px;line-height:1.4;"
    "text-align:left;padding:6px 10px}</style>"
)


def predict(question_id: str) -> "QuestionCard":
    """Ask for a prediction: one click shows whether it holds, and why. Ids look like ``"07.limit"``."""
    return QuestionCard(exercises.question(question_id), "Predict")


def quiz(question_id: str) -> "QuestionCard":
    """Ask an exam question. Ids look like ``"07.1"``."""
    return QuestionCard(exercises.question(question_id), "In the exam")


def check(exercise_id: str, answer: Any) -> "ExerciseCard":
    """Judge ``answer`` and offer hints, then the reference solution. Never raises because of the answer."""
    exercise = exercises.exercise(exercise_id)
    return ExerciseCard(exercise_id, exercise, exercise.judge(answer))


class QuestionCard(Card):
    """A question; a button an option, or boxes to tick when several options are right."""

    def __init__(self, question: Question, title: str) -> None:
        self.question = question
        self._title = title
        self.reply = ipywidgets.HTML()
        self.options = [self._control(i) for i in range(len(question.options))]
        prompt = ipywidgets.HTML(_STYLE + self._prompt())
        controls: list[ipywidgets.Widget] = [prompt, *self.options]
        if question.multiple:
            self.submit = ipywidgets.Button(description="Check my choice")
            self.submit.on_click(self.guard(self._judge_ticked))
            controls.append(self.submit)
        super().__init__([*controls, self.reply])

    def __repr__(self) -> str:
        return f"{self._title}: {self.question.prompt}"

    def fallback(self) -> str:
        # letters by hand: a page that sanitizes its HTML would number the list
        options = zip(ascii_uppercase, self.question.options, strict=False)
        listed = "".join(f"<li>{letter}. {prose.inline(option.text)}</li>" for letter, option in options)
        return f"{self._prompt()}<ul>{listed}</ul><p><em>Run the cell to answer with a click.</em></p>"

    def _prompt(self) -> str:
        several = " (choose all that apply)" if self.question.multiple else ""
        return f"<p><strong>{self._title}:</strong> {prose.inline(self.question.prompt)}{several}</p>"

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
        letters = ", ".join(ascii_uppercase[i] for i in chosen)
        said = f"{letters}: {given.says}" if chosen else given.says
        self.reply.value = prose.verdict(Verdict(given.state, said))


class ExerciseCard(Card):
    """The verdict on an answer, and help on demand: one hint a click, then the reference solution."""

    def __init__(self, exercise_id: str, exercise: Exercise, verdict: Verdict) -> None:
        self.exercise = exercise
        self.verdict = verdict
        self._id = exercise_id
        self._helped = 0
        self.help_button = ipywidgets.Button(layout={"width": "auto", "align_self": "flex-start"})
        self.help_button.on_click(self.guard(self._help))
        self.help_text = ipywidgets.HTML()
        self._label()
        super().__init__([ipywidgets.HTML(self._says()), self.help_button, self.help_text])

    def fallback(self) -> str:
        return self._says()

    def __repr__(self) -> str:
        return f"{self._id}: {self.verdict.state}. {self.verdict.says}"

    def _says(self) -> str:
        return f"<p><strong>Exercise {self._id}.</strong></p>{prose.verdict(self.verdict)}"

    def _label(self) -> None:
        hints = len(self.exercise.hints)
        self.help_button.description = (
            f"Hint {self._helped + 1} of {hints}" if self._helped < hints else "Show a solution"
        )

    def _help(self) -> None:
        self._helped += 1
        hints = self.exercise.hints[: self._helped]
        shown = "".join(f"<li>{prose.inline(hint)}</li>" for hint in hints)
        self.help_text.value = f"<ol>{shown}</ol>"
        if self._helped > len(self.exercise.hints):
            self.help_text.value += f"<pre><code>{escape(self.exercise.solution)}</code></pre>"
            self.help_button.layout.display = "none"
        self._label()
