"""Questions and exercises as a learner meets them: by click."""

from typing import Any

import pytest

import kmsnb
from kmsnb import exercises
from kmsnb.widgets import prose, tally


def click_through(card: Any) -> list[str]:
    said = []
    for button in card.options:
        button.click()
        said.append(card.reply.value)
    return said


def test_one_click_says_whether_a_prediction_holds_and_why() -> None:
    card = kmsnb.predict("07.limit")
    said = click_through(card)
    assert [("✓ Right." in reply) for reply in said] == [option.right for option in card.question.options]
    assert all("Choose an option" not in reply for reply in said)
    assert [reason.value for reason in card.reasons] == [
        f"<p>{prose.inline(option.why)}</p>" for option in card.question.options
    ]


def test_each_chosen_option_keeps_its_mark_and_its_reason() -> None:
    card = kmsnb.predict("07.limit")
    wrong, right = (
        next(i for i, o in enumerate(card.question.options) if o.right is r) for r in (False, True)
    )
    card.options[wrong].click()
    assert "kmsnb-wrong" in card.rows[wrong]._dom_classes
    assert "kmsnb-wrong" in card._dom_classes
    card.options[right].click()
    assert card.options[wrong].description.startswith("✗ ")
    assert card.options[right].description.startswith("✓ ")
    assert "kmsnb-right" in card.rows[right]._dom_classes
    assert {"kmsnb-right", "kmsnb-wrong"} & set(card._dom_classes) == {"kmsnb-right"}
    others = set(range(len(card.options))) - {wrong, right}
    assert all(card.reasons[i].value == "" for i in others)


def test_a_question_with_several_right_options_wants_all_of_them() -> None:
    card = kmsnb.quiz("07.2")
    assert card.question.multiple
    card.submit.click()
    assert "○ Not attempted yet." in card.reply.value
    right, wrong = (
        [i for i, option in enumerate(card.question.options) if option.right is wanted]
        for wanted in (True, False)
    )
    card.options[right[0]].value = True
    card.submit.click()
    assert "One more is right." in card.reply.value
    assert card.options[right[0]].description.startswith("✓ ")
    assert card.reasons[right[0]].value
    assert all(card.reasons[position].value == "" for position in (*right[1:], *wrong))
    for position in right[1:]:
        card.options[position].value = True
    card.submit.click()
    assert "✓ Right." in card.reply.value
    card.options[wrong[0]].value = True
    card.submit.click()
    assert "✗ Not quite." in card.reply.value
    assert "more" not in card.reply.value
    assert card.options[wrong[0]].description.startswith("✗ ")
    card.options[wrong[0]].value = False
    card.submit.click()
    assert not card.options[wrong[0]].description.startswith("✗ ")
    assert all(reason.value for reason in card.reasons)  # now that all are found, each has its reason


def test_the_page_shows_the_question_and_gives_nothing_away() -> None:
    for question_id, question in exercises.questions_of("07").items():
        html = kmsnb.quiz(question_id).fallback()
        assert html.count("<li>") == len(question.options)
        assert not any(option.why in html for option in question.options)


def test_help_comes_one_hint_at_a_time_and_then_the_solution() -> None:
    card = kmsnb.check("07.b", ...)
    hints = card.exercise.hints
    for shown in range(1, len(hints) + 1):
        assert card.help_button.description == f"Hint {shown} of {len(hints)}"
        card.help_button.click()
        assert card.help_text.value.count("<li>") == shown
        assert card.solution.source == ""
    assert card.help_button.description == "Show a solution"
    card.help_button.click()
    assert "len(text.encode()) <= 4096" in card.solution.source
    assert card.help_button.layout.display == "none"


@pytest.mark.parametrize("call", [lambda: kmsnb.predict("07.nothing"), lambda: kmsnb.check("07.z", 1)])
def test_an_unknown_id_says_which_there_are(call: Any) -> None:
    with pytest.raises(KeyError, match=r"^Lesson 07 has no .*; it has 07\."):
        call()


@pytest.mark.parametrize("unknown", ["99.a", "nonsense", "", None, "07"])
def test_an_unknown_lesson_is_said_in_words(unknown: Any) -> None:
    with pytest.raises(KeyError, match=r"No lesson has|Lesson 07 has no"):
        kmsnb.quiz(unknown)


def test_a_function_that_was_called_is_asked_for_itself() -> None:
    says = exercises.exercise("01.c").judge(b"sealed").says
    assert says == "Give check the function itself: `seal`, with no brackets after it."


def test_a_check_without_a_lab_says_so() -> None:
    card = kmsnb.check("07.a", lambda kms, key_id, password, customer: b"")
    assert card.verdict.state == "not attempted"  # a kernel was restarted: no mistake of the answer's
    assert (
        card.verdict.says
        == "No lab is running. Run the cell with kmsnb.start() first. Then run this cell again."
    )
    assert "kmsnb-idle" in card._dom_classes
    assert "0 tried" in tally.counter("07").value


@pytest.mark.parametrize(
    ("words", "html"),
    [
        ("a *Not* operator", "a <em>Not</em> operator"),
        ("`kms:Create*` and `kms:Put*`", "<code>kms:Create*</code> and <code>kms:Put*</code>"),
        ("kms:* on every key, kms:Put* too", "kms:* on every key, kms:Put* too"),
        ("2 * 3 * 4 and *kwargs", "2 * 3 * 4 and *kwargs"),
        ("*protect files*: no", "<em>protect files</em>: no"),
    ],
)
def test_stars_are_emphasis_around_words_and_stars_elsewhere(words: str, html: str) -> None:
    assert prose.inline(words) == html


def test_code_in_a_verdict_is_shown_as_text() -> None:
    def fits(text: str) -> bool:
        raise ValueError("<b>not</b> `this`")

    html = kmsnb.check("07.b", fits).fallback()
    assert "&lt;b&gt;not&lt;/b&gt; <code>this</code>" in html
