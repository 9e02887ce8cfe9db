"""How far the learner is: a bar for each lesson, where to go on, and a way to start a lesson over."""

from html import escape
from typing import Any
from urllib.parse import quote

import ipywidgets

from kmsnb.exercises import outline, progress
from kmsnb.exercises.progress import LessonProgress
from kmsnb.figures.tables import Table

from . import tally
from .card import Card
from .controls import button, row, show


class ProgressCard(Card):
    """Progress in one lesson, or in the course when ``lesson`` is None. It follows every answer, in any notebook."""

    def __init__(self, lesson: str | None) -> None:
        self.lesson = lesson
        # not an HTML widget: JupyterLab makes the links of an output open the lesson next to this one
        self.bars = ipywidgets.Output()
        self.start_over = button("Start this lesson over", self.guard(lambda: self._ask(True)))
        self.question = ipywidgets.HTML()
        self.sure = button("Yes, forget my answers", self.guard(self._start_over))
        self.keep = button("No, keep them", self.guard(lambda: self._ask(False)))
        self.confirm = ipywidgets.VBox([self.question, row(self.sure, self.keep)])
        super().__init__([self.bars, self.start_over, self.confirm])
        show(self.start_over, lesson is not None)
        self._ask(False)
        self._show()
        tally.follow(self._show)

    def __repr__(self) -> str:
        return repr(self._table())

    def fallback(self) -> str:
        return self._table()._repr_html_()

    def _lessons(self) -> list[LessonProgress]:
        return progress.of_course() if self.lesson is None else [progress.of_lesson(self.lesson)]

    def _title(self) -> str:
        return "Progress in the course" if self.lesson is None else f"Progress in lesson {self.lesson}"

    def _table(self) -> Table:
        rows = ((each.lesson, each.total, each.answered, each.right) for each in self._lessons())
        return Table(self._title(), ("Lesson", "Questions and exercises", "Tried", "Right"), rows)

    def _show(self) -> None:
        lessons = self._lessons()
        bars = "".join(_bar(each) for each in lessons)
        html = f'<p class="kmsnb-head">{self._title()}</p>{bars}{_continue(lessons)}'
        output: dict[str, Any] = {"output_type": "display_data", "data": {"text/html": html}, "metadata": {}}
        self.bars.outputs = (output,)

    def _ask(self, asking: bool) -> None:
        self.question.value = f'<p role="alert">Forget all answers of lesson {self.lesson}? The notebook itself stays as it is.</p>'
        show(self.confirm, asking)

    def _start_over(self) -> None:
        if self.lesson is not None:
            progress.start_over(self.lesson)
        self._ask(False)
        tally.refresh()


def _bar(each: LessonProgress) -> str:
    """A lesson's name, its bar, and the same in numbers."""
    known = outline.of_lesson(each.lesson)
    name = f"{each.lesson} {escape(known.title)}" if known else f"Lesson {each.lesson}"
    link = f'<a href="{quote(known.file)}">{name}</a>' if known else name
    wrong = each.answered - each.right
    track = f'<i style="width:{100 * each.right / each.total:.0f}%"></i><u style="width:{100 * wrong / each.total:.0f}%"></u>'
    told = f"{each.right} of {each.total} right" if each.answered else "not begun"
    if wrong:
        told += f", {wrong} not yet"
    return f'<div class="kmsnb-bar"><span>{link}</span><span class="kmsnb-track">{track}</span><span>{told}</span></div>'


def _continue(lessons: list[LessonProgress]) -> str:
    """A link to the first thing that is not answered: in a lesson that is begun, or else in the next one."""
    open_ = [each for each in lessons if each.right < each.total]
    for each in sorted(open_, key=lambda lesson: not lesson.answered):
        known, done = outline.of_lesson(each.lesson), progress.states(each.lesson)
        left = [place for item, place in known.places.items() if done.get(item) != "right"] if known else []
        if known and left:
            place = left[0]
            where = f"section {place.section}" if place.section else place.heading
            target = f"{quote(known.file)}#{quote(place.heading.replace(' ', '-'))}"
            return f'<p><a class="kmsnb-next" href="{target}">Continue at {each.lesson}, {escape(where)} ▸</a></p>'
    return ""
