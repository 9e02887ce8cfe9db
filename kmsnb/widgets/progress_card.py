"""How far the learner is, in a table that prints well, and a way to start a lesson over."""

import ipywidgets

from kmsnb.exercises import progress
from kmsnb.figures.tables import Table

from .card import Card


class ProgressCard(Card):
    """Progress in one lesson, or in the course when ``lesson`` is None."""

    def __init__(self, lesson: str | None) -> None:
        self.lesson = lesson
        self.table = ipywidgets.HTML()
        children: list[ipywidgets.Widget] = [self.table]
        if lesson is not None:
            self.start_over = ipywidgets.Button(
                description="Start this lesson over", layout={"width": "auto"}
            )
            self.start_over.on_click(self.guard(self._start_over))
            children.append(self.start_over)
        self._show()
        super().__init__(children)

    def __repr__(self) -> str:
        return repr(self._table())

    def fallback(self) -> str:
        return self._table()._repr_html_()

    def _table(self) -> Table:
        lessons = progress.of_course() if self.lesson is None else [progress.of_lesson(self.lesson)]
        title = "Progress in the course" if self.lesson is None else f"Progress in lesson {self.lesson}"
        rows = ((each.lesson, each.total, each.answered, each.right) for each in lessons)
        return Table(title, ("Lesson", "Questions and exercises", "Tried", "Right"), rows)

    def _show(self) -> None:
        self.table.value = self.fallback()

    def _start_over(self) -> None:
        if self.lesson is not None:
            progress.start_over(self.lesson)
        self._show()
