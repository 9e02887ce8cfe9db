"""The verdict on an exercise, and help on demand."""

from html import escape

import ipywidgets

from kmsnb.exercises import Exercise, Verdict, progress

from . import prose, setting
from .card import Card


class ExerciseCard(Card):
    """The verdict on an answer; one hint a click, then the reference solution. A teacher sees all of it at once."""

    def __init__(self, exercise_id: str, exercise: Exercise, verdict: Verdict) -> None:
        self.exercise = exercise
        self.verdict = verdict
        self._id = exercise_id
        self._helped = len(exercise.hints) + 1 if setting.teaching() else 0
        self.help_button = ipywidgets.Button(layout={"width": "auto", "align_self": "flex-start"})
        self.help_button.on_click(self.guard(self._help))
        self.help_text = ipywidgets.HTML()
        self._show_help()
        says = setting.binder_note(exercise_id.partition(".")[0]) + self._says() + self._progress()
        super().__init__([ipywidgets.HTML(says), self.help_button, self.help_text])

    def __repr__(self) -> str:
        return f"{self._id}: {self.verdict.state}. {self.verdict.says}"

    def fallback(self) -> str:
        return self._says()

    def _says(self) -> str:
        return f"<p><strong>Exercise {self._id}.</strong></p>{prose.verdict(self.verdict)}"

    def _progress(self) -> str:
        return f"<p>{progress.of_lesson(self._id.partition('.')[0])}.</p>"

    def _help(self) -> None:
        self._helped += 1
        self._show_help()

    def _show_help(self) -> None:
        hints = self.exercise.hints
        shown = "".join(f"<li>{prose.inline(hint)}</li>" for hint in hints[: self._helped])
        self.help_text.value = f"<ol>{shown}</ol>" if shown else ""
        if self._helped < len(hints):
            self.help_button.description = f"Hint {self._helped + 1} of {len(hints)}"
        else:
            self.help_button.description = "Show a solution"
        if self._helped > len(hints):
            self.help_text.value += f"<pre><code>{escape(self.exercise.solution.strip())}</code></pre>"
            self.help_button.layout.display = "none"
