"""What holds for the questions and exercises of every lesson."""

import pkgutil
import re
from collections.abc import Iterator
from contextlib import suppress
from datetime import timedelta
from importlib import import_module
from typing import Any

import boto3
import pytest

import kmsnb
from kmsnb import exercises
from kmsnb.exercises import Exercise, Mistake, Question
from kmsnb.exercises.lesson_04.switch_off import ANOTHER_KEY
from kmsnb.lab import LabError, current

from . import mistakes
from .mistakes import Edit

LESSONS = exercises.lessons()
QUESTIONS = [pytest.param(q, id=i) for lesson in LESSONS for i, q in exercises.questions_of(lesson).items()]
EXERCISES = [pytest.param(e, id=i) for lesson in LESSONS for i, e in exercises.exercises_of(lesson).items()]
ANSWERS = {lesson: import_module(f"{mistakes.__name__}.lesson_{lesson}").ANSWERS for lesson in LESSONS}
MISTAKES = [
    pytest.param(exercises.exercise(exercise_id), mistake, answer, id=f"{exercise_id}-{position}")
    for answers in ANSWERS.values()
    for exercise_id, by_mistake in answers.items()
    for position, (mistake, answer) in enumerate(by_mistake.items())
]


class _OneLab:
    """One lab for all: a check leaves it as it was. But there are answers that start one of their own."""

    def __init__(self) -> None:
        self.lab: kmsnb.Lab | None = None
        self.kms: Any = None
        self.key_id = ""

    def make_sure(self) -> None:
        """Start a lab, with the key that lesson 07 begins with, unless it is on."""
        with suppress(LabError):
            if self.lab is current():
                return
        self.lab = kmsnb.start()
        self.kms = boto3.client("kms")
        self.key_id = self.kms.create_key()["KeyMetadata"]["KeyId"]
        self.kms.create_alias(AliasName="alias/test", TargetKeyId=self.key_id)


@pytest.fixture(scope="module")
def one_lab() -> Iterator[_OneLab]:
    shared = _OneLab()
    yield shared
    if shared.lab:
        shared.make_sure()  # if an answer started another one, this ends it
        shared.lab.stop()


@pytest.fixture
def kms(one_lab: _OneLab) -> Any:
    """A KMS client of the lab's student."""
    one_lab.make_sure()
    return one_lab.kms


@pytest.fixture
def key_id(kms: Any, one_lab: _OneLab) -> str:
    """The key that lesson 07 begins with."""
    return one_lab.key_id


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


@pytest.mark.parametrize(("exercise", "mistake", "given"), MISTAKES)
def test_each_mistake_is_named(
    exercise: Exercise, mistake: Mistake, given: str | Edit, kms: Any, key_id: str
) -> None:
    verdict = exercise.judge(answer(exercise, mistakes.source(exercise, given), kms))
    assert verdict.state == "wrong"
    assert verdict.says.startswith(mistake.says)


@pytest.mark.parametrize("lesson", LESSONS)
def test_every_mistake_has_an_answer_that_makes_it(lesson: str) -> None:
    package = import_module(f"kmsnb.exercises.lesson_{lesson}")
    modules = [
        import_module(f"{package.__name__}.{each.name}") for each in pkgutil.iter_modules(package.__path__)
    ]
    values = [value for module in modules for value in vars(module).values()]
    nested = [each for value in values if isinstance(value, dict) for each in value.values()]
    written = {each for each in (*values, *nested) if isinstance(each, Mistake)}
    assert written == {mistake for by_mistake in ANSWERS[lesson].values() for mistake in by_mistake}
    assert ANSWERS[lesson].keys() == exercises.exercises_of(lesson).keys()
    assert all(len(by_mistake) >= 2 for by_mistake in ANSWERS[lesson].values())


@pytest.mark.parametrize("exercise", EXERCISES)
def test_each_exercise_has_hints(exercise: Exercise) -> None:
    assert exercise.hints


NONSENSE = [None, 7, "text", b"", [], {}, object(), lambda *_: 1 / 0, print]


@pytest.mark.parametrize("exercise", EXERCISES)
def test_no_answer_is_right_by_accident_or_raises(exercise: Exercise, kms: Any) -> None:
    for nonsense in NONSENSE:
        assert exercise.judge(nonsense).state != "right", nonsense


@pytest.mark.parametrize("exercise", EXERCISES)
def test_a_check_leaves_the_lab_as_it_was(exercise: Exercise, kms: Any, key_id: str) -> None:
    given = answer(exercise, exercise.solution, kms)
    keys, aliases, clock = kms.list_keys()["Keys"], kms.list_aliases()["Aliases"], current().clock.now()
    exercise.judge(given)
    assert current().clock.now() - clock < timedelta(hours=1)  # a second a call
    assert kms.list_keys()["Keys"] == keys
    assert kms.list_aliases()["Aliases"] == aliases


@pytest.mark.parametrize("question", QUESTIONS)
def test_a_question_has_at_least_three_options(question: Question) -> None:
    assert len(question.options) >= 3


SINGLE = [case.values[0] for case in QUESTIONS if not case.values[0].multiple]


@pytest.mark.parametrize("position", range(4))
def test_no_position_is_right_more_or_less_often_than_chance(position: int) -> None:
    placed = [question for question in SINGLE if len(question.options) > position]
    chance = sum(1 / len(question.options) for question in placed) / len(placed)
    right = sum(question.options[position].right for question in placed) / len(placed)
    assert abs(right - chance) <= 0.1


def test_the_right_option_is_seldom_the_longest() -> None:
    longest = [max(question.options, key=lambda option: len(option.text)).right for question in SINGLE]
    assert sum(longest) / len(longest) <= 0.4


@pytest.mark.parametrize("question", QUESTIONS)
def test_no_text_refers_to_an_option_by_letter_or_place(question: Question) -> None:
    texts = [question.prompt, *(each for option in question.options for each in (option.text, option.why))]
    by_letter = r"(?i)\b(option|answer)s? [a-e]\b|\b(first|second|third|last) (option|answer)\b|\b[B-E] (and|or) [A-E]\b"
    assert [text for text in texts if re.search(by_letter, text)] == []


def test_a_check_is_not_misled_by_what_an_earlier_one_left_behind(kms: Any, key_id: str) -> None:
    own_keys = exercises.exercise("04.c")  # has an AWS managed key made, which nobody can disable
    own_keys.judge(answer(own_keys, own_keys.solution, kms))
    switch_off = exercises.exercise("04.a")
    everything_off = mistakes.source(switch_off, ANSWERS["04"]["04.a"][ANOTHER_KEY])
    verdict = switch_off.judge(answer(switch_off, everything_off, kms))
    assert verdict.says.startswith(ANOTHER_KEY.says)
