"""Progress: a small file beside the lessons, which loses nothing and is never needed."""

import asyncio
import json
import os
import shutil
import sys
import tracemalloc
from collections.abc import Callable
from pathlib import Path

import pytest

import kmsnb
from kmsnb import exercises
from kmsnb.exercises import outline, progress
from kmsnb.widgets import tally
from kmsnb.widgets.exercise_card import ExerciseCard

from .. import author


@pytest.fixture
def course(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A learner's folder, with progress switched on."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("KMSNB_PROGRESS")
    return tmp_path


def test_answers_are_counted_and_a_right_one_stays_right(course: Path) -> None:
    total = progress.of_lesson("07").total
    progress.record("07.limit", "wrong")
    assert str(progress.of_lesson("07")) == f"Lesson 07: 0 of {total} right, 1 tried"
    progress.record("07.limit", "right")
    progress.record("07.limit", "wrong")
    progress.record("07.a", "not attempted")
    progress.record("00.key", "right")
    assert str(progress.of_lesson("07")) == f"Lesson 07: 1 of {total} right, 1 tried"
    assert [each.right for each in progress.of_course() if each.lesson in ("00", "07")] == [1, 1]


def test_a_lesson_starts_over_alone(course: Path) -> None:
    progress.record("07.limit", "right")
    progress.record("00.key", "right")
    progress.start_over("07")
    assert progress.of_lesson("07").answered == 0
    assert progress.of_lesson("00").right == 1


def test_the_file_may_be_deleted(course: Path) -> None:
    progress.record("07.limit", "right")
    (course / progress.FILE).unlink()
    assert progress.of_lesson("07").answered == 0
    assert list(course.iterdir()) == []


@pytest.mark.parametrize(
    "content",
    [
        "",
        "{",
        "[]",
        '{"answers": []}',
        '{"answers": 3}',
        '{"answers": {"07.limit": ["right"]}}',
        "null",
        "\x00",
        "[" * 90_000,
        '{"answers": ' * 8000,
        "1" * 90_000,
        '{"answers": {}}' + " " * 60_000_000,
    ],
    ids=lambda content: content[:20],
)
def test_a_file_that_is_not_ours_is_put_aside_and_not_lost(course: Path, content: str) -> None:
    (course / progress.FILE).write_text(content)
    with pytest.warns(
        UserWarning, match=r"can't read kmsnb-progress\.json.*now called kmsnb-progress\.unreadable\.json"
    ):
        assert progress.of_lesson("07").answered == 0
    progress.record("07.limit", "right")
    assert progress.of_lesson("07").right == 1
    assert (course / "kmsnb-progress.unreadable.json").read_text() == content


def test_what_was_put_aside_before_is_not_lost_either(course: Path) -> None:
    for content in ("first", "second", "third"):
        (course / progress.FILE).write_text(content)
        with pytest.warns(UserWarning, match="can't read"):
            progress.record("07.limit", "right")
        assert progress.of_lesson("07").right == 1
    aside = ["kmsnb-progress.unreadable.json", *(f"kmsnb-progress.unreadable-{n}.json" for n in (2, 3))]
    assert [(course / name).read_text() for name in aside] == ["first", "second", "third"]


def plant_fifo(path: Path) -> None:
    os.mkfifo(path)


def plant_folder(path: Path) -> None:
    path.mkdir()


def plant_endless_file(path: Path) -> None:
    path.symlink_to("/dev/zero")


def plant_link_to_itself(path: Path) -> None:
    path.symlink_to(path)


@pytest.mark.skipif(sys.platform == "win32", reason="needs the file system of a Unix")
@pytest.mark.parametrize("plant", [plant_fifo, plant_folder, plant_endless_file, plant_link_to_itself])
def test_what_is_no_file_is_put_aside_at_once(course: Path, plant: Callable[[Path], None]) -> None:
    plant(course / progress.FILE)
    with pytest.warns(UserWarning, match="now called"):
        progress.record("07.limit", "right")
    assert progress.of_lesson("07").right == 1
    assert os.path.lexists(course / "kmsnb-progress.unreadable.json")


def test_what_cannot_be_put_aside_does_not_stop_a_lesson(
    course: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def closed(*_: object, **__: object) -> None:
        raise PermissionError(13, "Permission denied")

    (course / progress.FILE).write_text("not ours")
    monkeypatch.setattr(Path, "rename", closed)
    with pytest.warns(UserWarning, match="The lesson goes on without it"):
        assert progress.of_lesson("07").answered == 0


def test_a_large_file_is_read_once_and_only_its_beginning(course: Path) -> None:
    (course / progress.FILE).write_text('{"answers": {}}' + " " * 60_000_000)
    tracemalloc.start()
    with pytest.warns(UserWarning, match="larger than"):
        progress.of_course()
    _, most = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert most < 20_000_000


@pytest.mark.skipif(sys.platform == "win32", reason="needs links")
def test_a_planted_link_is_not_followed(course: Path, tmp_path_factory: pytest.TempPathFactory) -> None:
    precious = tmp_path_factory.mktemp("elsewhere") / "precious"
    precious.write_text("mine")
    (course / f".{progress.FILE}.{os.getpid()}.part").symlink_to(precious)
    progress.record("07.limit", "right")
    assert precious.read_text() == "mine"
    assert progress.of_lesson("07").right == 1


def test_the_file_holds_ids_and_outcomes_and_nothing_that_was_typed(course: Path) -> None:
    progress.record("07.limit", "right")
    assert json.loads((course / progress.FILE).read_text()) == {
        "version": 1,
        "answers": {"07.limit": "right"},
    }


def test_a_folder_that_takes_no_file_does_not_stop_a_lesson(
    course: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object, **__: object) -> None:
        raise OSError("No space left on device")

    monkeypatch.setattr(Path, "replace", full)
    progress.record("07.limit", "right")
    assert progress.of_lesson("07").answered == 0
    assert list(course.iterdir()) == []


def test_off_means_off(course: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    progress.record("07.limit", "right")
    monkeypatch.setenv("KMSNB_PROGRESS", "off")
    progress.record("07.twice", "right")
    progress.start_over("07")
    assert progress.of_lesson("07").answered == 0
    monkeypatch.delenv("KMSNB_PROGRESS")
    assert progress.of_lesson("07").answered == 1


@pytest.mark.parametrize("lesson", ["99", "x", "", None])
def test_a_lesson_that_is_not_there_is_said_in_words(lesson) -> None:
    with pytest.raises(KeyError, match="There is no lesson"):
        progress.of_lesson(lesson)


def test_the_card_shows_progress_and_starts_over(course: Path) -> None:
    answer_right("07.limit")
    card = kmsnb.progress("07")
    assert card.fallback().count("<td") == 3
    assert repr(card).splitlines()[-1].split() == ["07", str(progress.of_lesson("07").total), "1", "1"]
    card.start_over.click()
    card.keep.click()
    assert repr(card).splitlines()[-1].split()[2:] == ["1", "1"]
    card.start_over.click()
    assert "Forget all answers of lesson 07?" in card.question.value
    card.sure.click()
    assert repr(card).splitlines()[-1].split()[2:] == ["0", "0"]
    assert card.confirm.layout.display == "none"
    assert "Progress in the course" in repr(kmsnb.progress())


def test_a_card_alone_writes_no_progress(course: Path) -> None:
    exercise = exercises.exercise("07.b")
    verdict = exercise.judge(lambda text: 1 <= len(text.encode()) <= 4096)
    assert verdict.state == "right"
    ExerciseCard("07.b", exercise, verdict)
    assert progress.of_lesson("07").right == 0
    kmsnb.check("07.b", lambda text: 1 <= len(text.encode()) <= 4096)
    assert progress.of_lesson("07").right == 1


def test_a_card_counts_on_while_other_cards_are_answered(course: Path) -> None:
    card = kmsnb.check("07.b", lambda text: 1 <= len(text.encode()) <= 4096)
    counter = tally.counter("07")
    assert counter in card.children
    assert "1 of" in counter.value
    answer_right("07.limit")
    assert "2 of" in counter.value
    # the stored page is the same for everyone
    assert "1 of" not in card.fallback()


def answer_right(question_id: str) -> None:
    card = kmsnb.predict(question_id)
    card.options[next(i for i, option in enumerate(card.question.options) if option.right)].click()


def html_of(card) -> str:
    return card.bars.outputs[0]["data"]["text/html"]


@pytest.fixture
def lessons(course: Path) -> Path:
    """The learner's folder with the notebooks in it."""
    for path in author.lessons():
        shutil.copy(path, course)
    return course


def test_each_lesson_has_a_bar_a_name_and_a_link(lessons: Path) -> None:
    progress.record("07.limit", "right")
    progress.record("07.twice", "wrong")
    shown = html_of(kmsnb.progress())
    assert '<a href="07_encrypt_and_decrypt.ipynb">07 Encrypt and decrypt</a>' in shown
    total = progress.of_lesson("07").total
    assert f"1 of {total} right, 1 not yet" in shown
    assert shown.count("not begun") == shown.count("kmsnb-bar") - 1


def test_it_says_where_to_go_on(lessons: Path) -> None:
    assert "Continue at 00" in html_of(kmsnb.progress())
    progress.record("09.calls", "right")
    shown = html_of(kmsnb.progress())
    assert "Continue at 09, section 2 ▸" in shown
    assert 'href="09_envelope_encryption.ipynb#2.-Who-notices-a-change%3F"' in shown
    assert "Continue at 07, section 1 ▸" in html_of(kmsnb.progress("07"))


def test_a_lesson_that_is_done_is_not_where_to_go_on(lessons: Path) -> None:
    for item in outline.of_lesson("00").places:
        progress.record(item, "right")
    assert "Continue at 01, section 1 ▸" in html_of(kmsnb.progress())
    assert "Continue" not in html_of(kmsnb.progress("00"))


def test_the_map_follows_answers_given_elsewhere(lessons: Path) -> None:
    card = kmsnb.progress()
    assert "1 of" not in html_of(card)
    answer_right("07.limit")
    assert f"1 of {progress.of_lesson('07').total} right" in html_of(card)


def test_the_map_follows_answers_given_in_another_notebook(lessons: Path, monkeypatch) -> None:
    monkeypatch.setattr(tally, "_SECONDS", 0.01)
    monkeypatch.setattr(tally, "_watching", [])

    async def learner() -> str:
        card = kmsnb.progress()
        await asyncio.sleep(0.05)
        progress.record("07.limit", "right")  # as another kernel would: nobody is told
        for _ in range(100):
            await asyncio.sleep(0.02)
            if "1 of" in html_of(card):
                break
        return html_of(card)

    assert f"1 of {progress.of_lesson('07').total} right" in asyncio.run(learner())


def test_a_question_says_in_which_section_it_is_asked(lessons: Path) -> None:
    assert "section 2 of 5" in kmsnb.predict("07.limit").fallback()
    assert "section" not in kmsnb.quiz("07.1").fallback()


def test_without_the_notebooks_there_are_bars_with_numbers(course: Path) -> None:
    shown = html_of(kmsnb.progress())
    assert "Lesson 07" in shown
    assert "<a " not in shown
