"""What holds for the questions and exercises of every lesson."""

import pkgutil
from importlib import import_module
from typing import Any

import pytest

from kmsnb import exercises
from kmsnb.exercises import Exercise, Option, Question

LESSONS = [
    import_module(f"kmsnb.exercises.{module.name}")
    for module in pkgutil.iter_modules(exercises.__path__)
    if module.name.startswith("lesson_")
]
QUESTIONS = [pytest.param(q, id=i) for lesson in LESSONS for i, q in lesson.QUESTIONS.items()]
EXERCISES = [pytest.param(e, id=i) for lesson in LESSONS for i, e in lesson.EXERCISES.items()]
MISTAKES = [
    pytest.param(e, mistake, id=f"{i}-{position}")
    for lesson in LESSONS
    for i, e in lesson.EXERCISES.items()
    for position, mistake in enumerate(e.mistakes)
]


def answer(exercise: Exercise, source: str, kms: Any) -> Any:
    """What a learner's cell with this source would hand to ``check``."""
    names: dict[str, Any] = {"kms": kms}
    exec(source, names)  # noqa: S102 (our own source, in lesson_NN.py)
    return names[exercise.answer_name]


@pytest.mark.parametrize("exercise", EXERCISES)
def test_the_untouched_stub_is_not_attempted(exercise: Exercise, kms: Any, key_id: str) -> None:
    assert exercise.judge(answer(exercise, exercise.stub, kms)).state == "not attempted"
    assert exercise.judge(...).state == "not attempted"


@pytest.mark.parametrize("exercise", EXERCISES)
def test_the_reference_solution_is_right(exercise: Exercise, kms: Any, key_id: str) -> None:
    verdict = exercise.judge(answer(exercise, exercise.solution, kms))
    assert verdict.state == "right", verdict.says


@pytest.mark.parametrize(("exercise", "mistake"), MISTAKES)
def test_each_mistake_is_named(exercise: Exercise, mistake: Any, kms: Any, key_id: str) -> None:
    verdict = exercise.judge(answer(exercise, mistake.example, kms))
    assert verdict.state == "wrong"
    assert verdict.says.startswith(mistake.says)


@pytest.mark.parametrize("exercise", EXERCISES)
def test_each_mistake_has_a_message_of_its_own(exercise: Exercise) -> None:
    assert len({mistake.says for mistake in exercise.mistakes}) == len(exercise.mistakes) >= 2
    assert exercise.hints


@pytest.mark.parametrize("exercise", EXERCISES)
@pytest.mark.parametrize("nonsense", [None, 7, "text", b"", [], {}, object(), lambda *_: 1 / 0, print])
def test_no_answer_is_right_by_accident_or_raises(exercise: Exercise, nonsense: Any, kms: Any) -> None:
    assert exercise.judge(nonsense).state != "right"


def test_checks_leave_no_key_in_the_lab(kms: Any, key_id: str) -> None:
    before = kms.list_keys()["Keys"]
    exercise = exercises.exercise("07.a")
    exercise.judge(answer(exercise, exercise.solution, kms))
    assert kms.list_keys()["Keys"] == before


@pytest.mark.parametrize("question", QUESTIONS)
def test_a_question_explains_each_option(question: Question) -> None:
    assert len(question.options) >= 3
    assert all(option.why.strip() and option.text.strip() for option in question.options)
    assert not all(option.right for option in question.options)


def test_a_question_without_a_right_option_is_refused() -> None:
    with pytest.raises(ValueError, match="No option is right"):
        Question("?", (Option("a", "b"), Option("c", "d")))
