"""A malformed questions.toml is named by file, question and fault, so that a teacher can mend it without Python."""

from pathlib import Path

import pytest

from kmsnb.exercises import questions
from kmsnb.exercises.questions import QuestionFileError

OPTION = '[[question.option]]\ntext = "{}"\nwhy = "because"\n'
GOOD = f'[[question]]\nid = "07.x"\nprompt = "Why?"\n{OPTION.format("a")}right = true\n{OPTION.format("b")}'


def read(folder: Path, content: str) -> dict[str, questions.Question]:
    file = folder / "questions.toml"
    file.write_bytes(content.encode("utf-8", "surrogateescape"))
    return questions.read(file, "07")


def test_a_line_break_in_a_text_is_a_space(tmp_path: Path) -> None:
    content = GOOD.replace('"Why?"', '"""\nWhy\n  so `long`?\n"""')
    assert read(tmp_path, content)["07.x"].prompt == "Why so `long`?"


def test_the_order_depends_on_the_id_alone(tmp_path: Path) -> None:
    def order(content: str) -> list[str]:
        return [option.text for question in read(tmp_path, content).values() for option in question.options]

    many = GOOD + "".join(OPTION.format(letter) for letter in "cdefgh")
    assert order(many) == order(many.replace('"because"', '"for another reason"'))
    assert order(many) != order(many.replace("07.x", "07.y"))
    assert sorted(order(many)) == list("abcdefgh")


@pytest.mark.parametrize(
    ("content", "fault"),
    [
        ("[[question]\n", "is not valid TOML"),
        ("\udcff", "is not valid TOML"),
        ("", r"at least one \[\[question\]\]"),
        ("question = 7", r"at least one \[\[question\]\]"),
        ("question = [7]", r"at least one \[\[question\]\]"),
        (GOOD + "[other]\n", "'other' is not known here; use question"),
        (GOOD.replace('id = "07.x"\n', ""), "question 1: 'id' must be text in quotes"),
        (GOOD.replace("07.x", "08.x"), "question '08.x': the id must start with '07.'"),
        (GOOD + GOOD, "question '07.x': another question has the same id"),
        (GOOD.replace('prompt = "Why?"\n', ""), "question '07.x': 'prompt' must be text"),
        (GOOD.replace('"Why?"', "7"), "question '07.x': 'prompt' must be text"),
        (
            GOOD.replace("prompt =", "promt ="),
            "question '07.x': 'promt' is not known here; use id, option, prompt",
        ),
        (
            '[[question]]\nid = "07.x"\nprompt = "Why?"\n',
            r"question '07.x': it needs at least one \[\[question.option\]\]",
        ),
        (GOOD.replace('why = "because"', 'why = " "'), "question '07.x', option 1: 'why' must be text"),
        (GOOD.replace("= true", '= "yes"'), "question '07.x', option 1: 'right' must be true or false"),
        (GOOD.replace("right =", "rigth ="), "question '07.x', option 1: 'rigth' is not known here"),
        (GOOD.replace("right = true\n", ""), "question '07.x': at least one option must be right"),
        (
            GOOD + "right = true\n",
            "question '07.x': at least one option must be right, and at least one wrong",
        ),
        (GOOD + OPTION.format("a"), "question '07.x': two options have the same text"),
    ],
)
def test_what_is_malformed_is_named(tmp_path: Path, content: str, fault: str) -> None:
    with pytest.raises(QuestionFileError, match=fault) as told:
        read(tmp_path, content)
    assert str(tmp_path / "questions.toml") in str(told.value)
    assert "\n" not in str(told.value).strip()
