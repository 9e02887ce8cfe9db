"""The verdict on an exercise, and help on demand."""

from html import escape

import ipywidgets

from kmsnb.exercises import Exercise, Verdict

from . import prose, setting, tally
from .card import Card, Tone, tint
from .code import Code
from .controls import button, show

_TONES: dict[str, Tone] = {"right": "right", "wrong": "wrong", "not attempted": "idle"}


class ExerciseCard(Card):
    """The verdict on an answer; one hint per click, then the reference solution. A teacher sees all of it at once."""

    def __init__(self, exercise_id: str, exercise: Exercise, verdict: Verdict) -> None:
        self.exercise = exercise
        self.verdict = verdict
        self._id = exercise_id
        self._helped = len(exercise.hints) + 1 if setting.teaching() else 0
        self.help_button = button("", self.guard(self._help))
        self.help_text = ipywidgets.HTML()
        self.solution = Code()
        self._show_help()
        lesson = exercise_id.partition(".")[0]
        self.head = ipywidgets.HTML(setting.binder_note(lesson) + self._says())
        super().__init__([self.head, self.help_text, self.help_button, self.solution, tally.counter(lesson)])
        tint(self, _TONES[verdict.state])

    def __repr__(self) -> str:
        return f"{self._id}: {self.verdict.state}. {self.verdict.says}"

    def fallback(self) -> str:
        return self._says()

    def _says(self) -> str:
        return f'<p><strong class="kmsnb-head">Exercise {escape(self._id)}.</strong></p>{prose.verdict(self.verdict)}'

    def _help(self) -> None:
        self._helped += 1
        self._show_help()

    def _show_help(self) -> None:
        hints = self.exercise.hints
        shown = "".join(f"<li>{prose.inline(hint)}</li>" for hint in hints[: self._helped])
        self.help_text.value = f"<ol>{shown}</ol>" if shown else ""
        more = f"Hint {self._helped + 1} of {len(hints)}" if self._helped < len(hints) else "Show a solution"
        self.help_button.description = more
        show(self.help_button, self._helped <= len(hints))
        if self._helped > len(hints):
            self.solution.source = self.exercise.solution.strip()
        show(self.solution, self._helped > len(hints))
