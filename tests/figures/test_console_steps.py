"""The console's steps and the two calls behind them."""

from xml.etree import ElementTree

import pytest

from kmsnb.figures import Picture
from kmsnb.figures.console_steps import CREATE_ALIAS, CREATE_KEY, STEPS, console_steps


def words(picture: Picture) -> list[str]:
    return [element.text for element in ElementTree.fromstring(picture.data).iter() if element.text]


def test_every_step_and_every_parameter_is_named() -> None:
    expected = [*(f"{number}. {name}" for number, name in enumerate(STEPS, 1)), *CREATE_KEY, CREATE_ALIAS]
    shown = " ".join(words(console_steps()))
    assert [each for each in expected if each not in shown] == []


def test_the_present_step_has_a_second_outline() -> None:
    plain, marked = (console_steps(current=step).data.decode() for step in (0, 3))
    assert marked.count("<rect") == plain.count("<rect") + 1
    assert 'font-weight="600">3. Define key administrative permissions<' in marked


def test_what_is_chosen_is_shown_as_text() -> None:
    assert "<b>" in words(console_steps(["<b>"] * 5, "alias/shop"))


def test_what_is_long_takes_two_lines_and_ends_there() -> None:
    lines = words(console_steps(["one two three four five " * 5] * 5))
    assert lines.count("one two three four five one") == 5
    assert sum(line.endswith(" …") for line in lines) == 5


def test_the_words_for_those_who_do_not_see_it_say_it_all() -> None:
    alt = console_steps(current=2).alt
    assert all(each in alt for each in (*STEPS, *CREATE_KEY, CREATE_ALIAS, "at step 2"))


def test_a_line_too_few_is_refused_in_words() -> None:
    with pytest.raises(ValueError, match="Five steps give something to CreateKey; there are 2 lines"):
        console_steps(["one", "two"])
