"""What holds for the questions and exercises of every lesson."""

import pkgutil
from collections.abc import Iterator
from contextlib import suppress
from datetime import timedelta
from importlib import import_module
from typing import Any

import boto3
import pytest

import kmsnb
from kmsnb import exercises
from kmsnb.exercises import Exercise, Option, Question
from kmsnb.lab import LabError, current

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


@pytest.mark.parametrize("exercise", EXERCISES)
def test_a_check_leaves_the_lab_as_it_was(exercise: Exercise, kms: Any, key_id: str) -> None:
    given = answer(exercise, exercise.solution, kms)
    keys, aliases, clock = kms.list_keys()["Keys"], kms.list_aliases()["Aliases"], current().clock.now()
    exercise.judge(given)
    assert current().clock.now() - clock < timedelta(hours=1)  # a second a call
    assert kms.list_keys()["Keys"] == keys
    assert kms.list_aliases()["Aliases"] == aliases


@pytest.mark.parametrize("question", QUESTIONS)
def test_a_question_explains_each_option(question: Question) -> None:
    assert len(question.options) >= 3
    assert all(option.why.strip() and option.text.strip() for option in question.options)
    assert not all(option.right for option in question.options)


def test_a_question_without_a_right_option_is_refused() -> None:
    with pytest.raises(ValueError, match="No option is right"):
        Question("?", (Option("a", "b"), Option("c", "d")))


def test_a_check_is_not_misled_by_what_an_earlier_one_left_behind(kms: Any, key_id: str) -> None:
    everything_off = exercises.exercise("04.a").mistakes[6]
    own_keys = exercises.exercise("04.c")  # has an AWS managed key made, which nobody can disable
    own_keys.judge(answer(own_keys, own_keys.solution, kms))
    switch_off = exercises.exercise("04.a")
    verdict = switch_off.judge(answer(switch_off, everything_off.example, kms))
    assert verdict.says.startswith(everything_off.says)
