"""For a teacher solutions stand open; on Binder a lesson says once how to keep one's work."""

import pytest

import kmsnb
from kmsnb.widgets import setting


@pytest.fixture
def teacher(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KMSNB_TEACHER", "1")


def test_a_teacher_sees_each_reason(teacher: None) -> None:
    card = kmsnb.predict("07.limit")
    assert card.reply.value.count("<li>") == len(card.question.options)
    assert "C. right." in card.reply.value


def test_a_teacher_sees_hints_and_solution(teacher: None) -> None:
    card = kmsnb.check("07.b", ...)
    assert "len(text.encode())" in card.solution.source
    assert card.help_text.value.count("<li>") == len(card.exercise.hints)
    assert card.help_button.layout.display == "none"


def test_a_learner_sees_neither() -> None:
    assert kmsnb.predict("07.limit").reply.value == ""
    assert kmsnb.check("07.b", ...).help_text.value == ""
    assert kmsnb.check("07.b", ...).solution.source == ""


def test_what_is_stored_with_the_notebook_gives_nothing_away(teacher: None) -> None:
    assert "right" not in kmsnb.predict("07.limit").fallback().lower()
    assert "len(text.encode())" not in kmsnb.check("07.b", ...).fallback()


def test_binder_is_told_once_for_each_lesson(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(setting, "_told", set())
    assert setting.binder_note("07") == ""
    monkeypatch.setenv("BINDER_SERVICE_HOST", "10.0.0.1")
    first, second, other = (kmsnb.predict(each).head.value for each in ("07.limit", "07.twice", "00.key"))
    assert "lost when the session ends" in first
    assert "Download" in first
    assert "lost" not in second
    assert "lost" in other
