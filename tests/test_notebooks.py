"""What holds for every notebook of the course. That stored outputs match is nbval's part; this is the rest."""

import copy
import itertools
import json
import os
import re
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import urlsplit

import nbformat
import pytest
from nbformat import NotebookNode

from kmsnb import widgets
from kmsnb.exercises import exercise, exercises_of, questions_of

from . import author

SETUP = 'import boto3, kmsnb\n\nlab = kmsnb.start()\nkms = boto3.client("kms")'
LONGEST_CELL = 12  # lines of code
MOST_WORDS = 2400  # of prose in a lesson
MOST_CODE_CELLS = 42
TOUR = author.NOTEBOOKS / "00_start_here.ipynb"
LONGEST_TOUR = 1600  # words of prose
SHOWS_A_CARD = "|".join(widgets.__all__)
SECTIONS_OF_A_LESSON = (
    "Myth or fact?",
    "Exercises",
    "Say it to a colleague",
    "In the exam",
    "Mock or AWS?",
    "Recap",
    "Take it with you",
    "Further reading",
)
#: What no one would say to a colleague.
PHRASES_TO_LOSE = re.compile(
    r"You may read|\bshall\b|by nature|own affair|\banew\b|\bno whim\b|whoever|\bin words\b|from nothing|hangs on",
    re.IGNORECASE,
)

ALL = [pytest.param(path, id=path.name[:2]) for path in author.lessons()]
LESSONS = [case for case in ALL if case.values[0] != TOUR]  # 00 is the tour, which has a form of its own


def read(path: Path) -> NotebookNode:
    return nbformat.read(path, as_version=4)


def markdown(notebook: NotebookNode) -> str:
    return "\n\n".join(cell.source for cell in notebook.cells if cell.cell_type == "markdown")


def code(notebook: NotebookNode) -> str:
    return "\n\n".join(cell.source for cell in author.code_cells(notebook))


def tags(cell: NotebookNode) -> list[str]:
    return cell.metadata.get("tags", [])


def errors(notebook: NotebookNode) -> list[tuple[str, str, str]]:
    """The errors that the cells show: cell id, name and text."""
    return [
        (cell.id, output.ename, output.evalue)
        for cell in author.code_cells(notebook)
        for output in cell.outputs
        if output.output_type == "error"
    ]


def printed(notebook: NotebookNode) -> list[tuple[str, str]]:
    """What the cells print: cell id and text."""
    return [
        (cell.id, "".join(output.text for output in cell.outputs if output.output_type == "stream"))
        for cell in author.code_cells(notebook)
    ]


@pytest.mark.parametrize("path", ALL)
def test_it_is_a_valid_notebook_written_back_clean(path: Path) -> None:
    stored = read(path)
    nbformat.validate(stored)
    cleaned = copy.deepcopy(stored)
    author.clean(cleaned)
    assert stored == cleaned, f"run: python tests/author.py {path.name[:2]}"


@pytest.mark.parametrize("path", ALL)
def test_every_code_cell_was_run_in_order(path: Path) -> None:
    counts = [cell.execution_count for cell in author.code_cells(read(path))]
    assert counts == list(range(1, len(counts) + 1))


@pytest.mark.parametrize("path", ALL)
def test_errors_stand_only_where_the_cell_is_tagged(path: Path) -> None:
    notebook = read(path)
    tagged = {cell.id for cell in notebook.cells if "raises-exception" in tags(cell)}
    assert {cell_id for cell_id, _, _ in errors(notebook)} == tagged


@pytest.mark.parametrize("path", [case for case in ALL if errors(read(*case.values))])
def test_a_fresh_run_prints_and_raises_just_what_is_stored(path: Path) -> None:
    # nbval compares what cells print, but of an error only that there is one
    stored = read(path)
    fresh = copy.deepcopy(stored)
    author.execute(fresh, timezone="Asia/Kathmandu")
    assert errors(fresh) == errors(stored)
    assert printed(fresh) == printed(stored)


@pytest.mark.parametrize("path", ALL)
def test_cells_have_ids_that_a_person_gave(path: Path) -> None:
    ids = [cell.id for cell in read(path).cells]
    assert len(set(ids)) == len(ids)
    # nbformat's own are eight hex digits, and new ones at each rewrite
    assert not [cell_id for cell_id in ids if re.fullmatch(r"[0-9a-f]{8}(-.*)?", cell_id)]


@pytest.mark.parametrize("path", ALL)
def test_it_has_one_title_at_its_top(path: Path) -> None:
    notebook = read(path)
    titles = re.findall(r"(?m)^# .+", markdown(notebook))
    assert titles == [notebook.cells[0].source.splitlines()[0]]
    assert titles[0].startswith(f"# {path.name[:2]} · ")


@pytest.mark.parametrize("path", ALL)
def test_no_two_dollar_signs_make_a_formula_of_what_is_between(path: Path) -> None:
    # JupyterLab sets what stands between two $ of a paragraph as mathematics
    prose = re.sub(r"`[^`]*`", "", markdown(read(path)))
    assert [each for each in prose.split("\n\n") if len(re.findall(r"(?<!\\)\$", each)) > 1] == []
    # a backslash does not help: what MathJax reads is the page, where it is gone
    blocks = re.split(r"\n\n|\||\n(?=\s*(?:[-*]|\d+\.) )", prose)
    assert [each for each in blocks if each.count("$") > 1] == []


@pytest.mark.parametrize("path", ALL)
def test_headings_skip_no_level(path: Path) -> None:
    levels = [len(marks) for marks in re.findall(r"(?m)^(#+) ", markdown(read(path)))]
    assert all(after <= before + 1 for before, after in itertools.pairwise(levels))


@pytest.mark.parametrize("path", ALL)
def test_it_says_its_minutes_and_what_to_know(path: Path) -> None:
    top = read(path).cells[0].source
    assert re.search(r"\*\*\d+ minutes(, and \d+ for the exercises)?\.\*\* You need", top)
    assert 3 <= len(re.findall(r"(?m)^\d\. ", top)) <= 4


@pytest.mark.parametrize("path", ALL)
def test_links_lead_somewhere(path: Path) -> None:
    links = re.findall(r"\]\(([^)]+)\)", markdown(read(path)))
    assert links
    for link in links:
        where = urlsplit(link)
        assert where.scheme == "https" or (path.parent / where.path).is_file(), link


class _Images(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.alts: list[str | None] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "img":
            self.alts.append(dict(attrs).get("alt"))


@pytest.mark.parametrize("path", ALL)
def test_every_picture_has_alt_text(path: Path) -> None:
    notebook, images = read(path), _Images()
    for cell in notebook.cells:
        images.feed(cell.source if cell.cell_type == "markdown" else "")
        for output in cell.get("outputs", []):
            data = output.get("data", {})
            assert not [mime for mime in data if mime.startswith("image/")], (
                f"{cell.id}: show it as a kmsnb Picture"
            )
            images.feed(data.get("text/html", ""))
    assert all(alt and alt.strip() for alt in images.alts)
    assert not re.findall(r"!\[\s*\]", markdown(notebook))


@pytest.mark.parametrize("path", ALL)
def test_every_widget_shows_without_a_kernel(path: Path) -> None:
    for cell in author.code_cells(read(path)):
        if re.search(rf"\b({SHOWS_A_CARD})\(", cell.source) and "import" not in cell.source.splitlines()[-1]:
            assert any("text/html" in output.get("data", {}) for output in cell.outputs), cell.id


@pytest.mark.parametrize("path", ALL)
def test_the_first_code_cell_is_the_setup(path: Path) -> None:
    assert next(author.code_cells(read(path))).source == SETUP


@pytest.mark.parametrize("path", ALL)
def test_code_cells_are_short(path: Path) -> None:
    for cell in author.code_cells(read(path)):
        lines = [line for line in cell.source.splitlines() if line.strip()]
        # tests/test_take_with_you.py knows how long the cells to take along may be
        assert len(lines) <= LONGEST_CELL or {"exercise", "take-with-you"} & {*tags(cell)}, cell.id
        assert max(map(len, lines)) <= 92, f"{cell.id}: a line runs out of the page"


@pytest.mark.parametrize("path", LESSONS)
def test_a_lesson_has_all_its_parts(path: Path) -> None:
    headings = re.findall(r"(?m)^## (.+)", markdown(read(path)))
    numbered = [heading for heading in headings if re.match(r"\d\. ", heading)]
    assert 3 <= len(numbered) <= 5
    wanted = [part for part in SECTIONS_OF_A_LESSON if part != "Take it with you" or path.name[:2] != "01"]
    assert headings == [*numbered, *wanted]


@pytest.mark.parametrize("path", LESSONS)
def test_a_lesson_is_as_long_as_it_promises(path: Path) -> None:
    notebook = read(path)
    assert len(re.findall(r"\w+", markdown(notebook))) <= MOST_WORDS
    assert len(list(author.code_cells(notebook))) <= MOST_CODE_CELLS


@pytest.mark.parametrize("path", ALL)
def test_it_is_written_as_people_speak(path: Path) -> None:
    asked = [*questions_of(path.name[:2]).values()]
    texts = [markdown(read(path)), *(question.prompt for question in asked)]
    texts += [part for question in asked for option in question.options for part in (option.text, option.why)]
    assert [found[0] for text in texts for found in PHRASES_TO_LOSE.finditer(text)] == []


@pytest.mark.parametrize("path", LESSONS)
def test_about_half_of_what_people_believe_is_true(path: Path) -> None:
    number = path.name[:2]
    beliefs = questions_of(number)[f"{number}.myths"].options
    assert 4 <= len(beliefs) <= 8
    assert 0.35 <= sum(belief.right for belief in beliefs) / len(beliefs) <= 0.65


@pytest.mark.parametrize("path", LESSONS)
def test_each_section_predicts_and_fails_on_purpose(path: Path) -> None:
    sections: dict[str, str] = {}
    heading = ""
    for cell in read(path).cells:
        if cell.cell_type == "markdown" and (found := re.search(r"(?m)^## (.+)", cell.source)):
            heading = found[1]
        elif cell.cell_type == "code":
            failing = " FAILS" if "raises-exception" in tags(cell) or "except " in cell.source else ""
            sections[heading] = sections.get(heading, "") + cell.source + failing
    numbered = {name: text for name, text in sections.items() if re.match(r"\d\. ", name)}
    assert all("predict(" in text for text in numbered.values())
    assert all("FAILS" in text for text in numbered.values())


@pytest.mark.parametrize("path", ALL)
def test_it_asks_every_question_that_was_written_for_it(path: Path) -> None:
    asked = re.findall(r"\b(?:predict|quiz)\(\"([^\"]+)\"", code(read(path)))
    assert sorted(asked) == sorted(questions_of(path.name[:2]))


@pytest.mark.parametrize("path", ALL)
def test_it_sets_every_exercise_as_an_untouched_stub(path: Path) -> None:
    number = path.name[:2]
    cells = {cell.id: cell for cell in author.code_cells(read(path)) if "exercise" in tags(cell)}
    set_here = [re.search(r'check\("([^"]+)"', cell.source)[1] for cell in cells.values()]
    assert sorted(set_here) == sorted(exercises_of(number))
    for exercise_id, cell in zip(set_here, cells.values(), strict=True):
        assert exercise(exercise_id).stub.strip() in cell.source
        assert cell.outputs[0].data["text/plain"].startswith(f"{exercise_id}: not attempted")


def test_the_tour_has_seven_stops_each_with_a_widget_and_a_verdict() -> None:
    stops: dict[str, str] = {}
    heading = ""
    for cell in read(TOUR).cells:
        if cell.cell_type == "markdown" and (found := re.findall(r"(?m)^## (.+)", cell.source)):
            heading = found[-1]
        stops[heading] = stops.get(heading, "") + cell.source
    numbered = {name: text for name, text in stops.items() if re.match(r"\d\. ", name)}
    assert [int(name[0]) for name in numbered] == list(range(1, 8))
    controls = "|".join(name for name in widgets.__all__ if name[0].isupper())
    for name, text in numbered.items():
        assert "**The idea.**" in text, name
        assert re.search(rf"\b({controls})\(", text), name
        assert len(re.findall(r"\b(predict|check)\(", text)) == 1, name


def test_the_tour_is_short_and_encrypts_at_once() -> None:
    notebook = read(TOUR)
    assert len(markdown(notebook).split()) <= LONGEST_TOUR
    second = list(author.code_cells(notebook))[1].source
    assert "kms.encrypt(" in second
    assert "kms.decrypt(" in second


def minutes(path: Path) -> tuple[int, int]:
    """What a lesson's first cell says: minutes for the lesson, and for its exercises."""
    found = re.search(
        r"\*\*(\d+) minutes(?:, and (\d+) for the exercises)?\.\*\*", read(path).cells[0].source
    )
    return int(found[1]), int(found[2] or 0)


def table(text: str, heading: str) -> list[list[str]]:
    """The rows of the Markdown table whose first column has this heading, without the heading and the rule."""
    rows = [[cell.strip() for cell in line.split("|")[1:-1]] for line in text.splitlines() if line[:1] == "|"]
    start = next(number for number, row in enumerate(rows) if row[0] == heading)
    return rows[start + 2 :]


def test_the_map_has_every_lesson_with_its_minutes_and_adds_them_up() -> None:
    lessons = [path for path in author.lessons() if path != TOUR]
    *rows, together = table(markdown(read(TOUR)), "Lesson")
    assert [row[0].rpartition("(")[2] for row in rows] == [f"{path.name})" for path in lessons]
    for path, (_, exam, build, evening, everything) in zip(lessons, rows, strict=True):
        lesson, exercises = minutes(path)
        assert everything == str(lesson + exercises)
        assert {exam, build} <= {everything, ""}
        assert evening in (str(lesson), "")
    for column, total in enumerate(together[1:], start=1):
        hours, left = divmod(sum(int(row[column] or 0) for row in rows), 60)
        assert total == (f"**{hours} h {left:02}**" if left else f"**{hours} h**")


def test_the_readme_lists_every_lesson_with_its_minutes() -> None:
    readme = (author.NOTEBOOKS.parent / "README.md").read_text(encoding="utf-8")
    found = re.findall(r"\[(\d\d) [^]]+\]\(notebooks/([^)]+)\) (\d+)", readme)
    assert found == [(path.name[:2], path.name, str(sum(minutes(path)))) for path in author.lessons()]


def title(path: Path) -> str:
    return read(path).cells[0].source.splitlines()[0].removeprefix("# ").replace(" · ", " ")


@pytest.mark.parametrize("path", LESSONS)
def test_a_lesson_leads_to_its_neighbors_and_the_contents_at_both_ends(path: Path) -> None:
    course = author.lessons()
    at = course.index(path)
    links = [f"[← {title(course[at - 1])}]({course[at - 1].name})", "[Contents](00_start_here.ipynb)"]
    links += [f"[{title(after)} →]({after.name})" for after in course[at + 1 : at + 2]]
    cells = read(path).cells
    assert " · ".join(links) in cells[0].source.splitlines()
    assert cells[-1].source.splitlines()[-1] == " · ".join(links)


#: Each claim that the course tests by running code: its number, and the lessons in which a cell carries its tag.
CLAIMS = {
    1: ("01",),
    2: ("03", "04"),
    3: ("02",),
    4: ("03",),
    5: ("04",),
    6: ("04", "08"),
    7: ("04",),
    8: ("07",),
    9: ("02", "04"),
    10: ("04",),
    11: ("04",),
    12: ("04", "11"),
    13: ("04",),
    15: ("11",),
    17: ("04",),
    18: ("07", "08"),
    19: ("08",),
    20: ("08",),
    21: ("08",),
    22: ("08",),
    23: ("08",),
    24: ("08",),
    25: ("09",),
    26: ("09",),
    27: ("09",),
    28: ("10",),
    29: ("10",),
    30: ("05",),
    31: ("05",),
    32: ("05",),
    33: ("05", "11"),
    34: ("06",),
    35: ("06",),
    36: ("06",),
    37: ("08",),
    38: ("08",),
    39: ("08",),
    40: ("07",),
    41: ("07",),
    42: ("07",),
    43: ("05", "07"),
    44: ("04",),
}


def test_each_claim_is_tested_by_a_cell_of_its_lessons() -> None:
    tagged = {
        (int(tag.removeprefix("claim-")), path.name[:2])
        for path in author.lessons()
        for cell in author.code_cells(read(path))
        for tag in tags(cell)
        if tag.startswith("claim-")
    }
    wanted = {(claim, lesson) for claim, lessons in CLAIMS.items() for lesson in lessons}
    assert not [f"claim {claim} in lesson {lesson}" for claim, lesson in sorted(wanted - tagged)]
    assert tagged <= wanted


NO_LIMIT = """
from kmsnb.kms.api import validation
_constraints = validation._constraints
# a KMS that takes a plaintext of any size
validation._constraints = lambda shape: [
    (rule, holds) for rule, holds in _constraints(shape) if rule != "Member must have length less than or equal to 4096"
]
"""
NO_DENY = """
from kmsnb.kms.authorization import weighing
# a KMS for which a Deny is nothing
weighing.Weighing._explicit_deny = lambda self: None
"""
NO_CONTEXT = """
from kmsnb.envelope import context
# envelopes that open for any context
context.check = lambda *_: None
"""
NO_MESSAGE = """
from kmsnb.kms.core.material import EcMaterial, RsaMaterial
# a Verify that does not look at the message
EcMaterial.verify = RsaMaterial.verify = lambda self, algorithm, digest, signature: True
"""
NO_VERIFY_MAC = """
from kmsnb.kms.api.enforcement import Enforcement
# VerifyMac needs no permission of its own: it takes the one of GenerateMac
def on_key(self, action, key, _on_key=Enforcement.on_key, **more):
    _on_key(self, "GenerateMac" if action == "VerifyMac" else action, key, **more)
Enforcement.on_key = on_key
"""
LOUD_DECAPSULATE = """
from kmsnb.kms.core.material import MlKemMaterial
# a Decapsulate that raises for an altered ciphertext
def mutate(encapsulate=MlKemMaterial.encapsulate, decapsulate=MlKemMaterial.decapsulate):
    from kmsnb.kms.core.errors import InvalidCiphertextException
    genuine = set()
    def remember(self):
        secret, ciphertext = encapsulate(self)
        genuine.add(ciphertext)
        return secret, ciphertext
    def refuse(self, ciphertext):
        if ciphertext not in genuine:
            raise InvalidCiphertextException
        return decapsulate(self, ciphertext)
    MlKemMaterial.encapsulate, MlKemMaterial.decapsulate = remember, refuse
mutate()
"""
NO_DECRYPT = """
from kmsnb.services import s3
# an S3 that reads without a question to KMS
s3.decrypt = lambda *_: None
"""
NO_BUCKET_KEY = """
from kmsnb.services.s3_bucket_keys import BucketKeys
# an S3 that asks KMS each time, Bucket Key or not
BucketKeys.use = lambda self, call, operation, key, context, ask: ask()
"""
ANY_SERVICE = """
from kmsnb.kms.api.enforcement import Enforcement
from kmsnb.kms.authorization import Kind
# a KMS for which a service principal needs no permission
def on_key(self, action, key, _on_key=Enforcement.on_key, **more):
    if self.caller.kind is not Kind.SERVICE:
        _on_key(self, action, key, **more)
Enforcement.on_key = on_key
"""
NO_GRANTS = """
from kmsnb.kms.authorization import evaluation
# a KMS for which a grant is nothing
evaluation._KeyWeighing._grant = lambda self: None
"""
NO_OTHER_SIDE = """
from kmsnb.kms.authorization import evaluation
# across accounts, nobody asks the IAM policies of the caller's account
def decide(self):
    if self._resource_policy() is None:
        return self._decide_by_grant(otherwise=evaluation.Reason.OTHER_ACCOUNT)
    return self._allowed(evaluation.Reason.BOTH_ACCOUNTS)
evaluation._KeyWeighing._decide_across_accounts = decide
"""
NO_KEY_POLICY = """
from kmsnb.kms.authorization import evaluation
# an IAM policy of the caller's account is enough for another account's key
def decide(self):
    missing = self._missing_in_iam()
    if missing:
        return self._decide_by_grant(otherwise=missing)
    return self._allowed(evaluation.Reason.BOTH_ACCOUNTS)
evaluation._KeyWeighing._decide_across_accounts = decide
"""
NO_BUCKET_POLICY = """
from kmsnb.kms.authorization import resource_evaluation
# an IAM policy of the caller's account is enough for another account's bucket
def decide(self, nearest, one=resource_evaluation._ResourceWeighing._decide_in_one_account):
    return one(self, nearest)
resource_evaluation._ResourceWeighing._decide_across_accounts = decide
"""
KEEPS_ENDPOINT = """
from kmsnb.kms.api import enforcement
# a service that calls on somebody's behalf passes on the VPC endpoint
def from_origin(origin, endpoint, region, partition, now, principals, _was=enforcement.from_origin):
    from dataclasses import replace
    found = _was(origin, endpoint, region, partition, now, principals)
    if origin.vpc_endpoint and endpoint is None:
        for service in ("kms", "s3"):
            endpoint = endpoint or principals.vpc_endpoint(origin.vpc_endpoint, region, service)
    return replace(found, vpc_endpoint=endpoint)
enforcement.from_origin = from_origin
"""
NO_RCP = """
from kmsnb.kms.moto import organizations
# nobody asks resource control policies
_levels = organizations._levels
organizations._levels = lambda chain, kind, enabled, parse: (
    () if kind == "RESOURCE_CONTROL_POLICY" else _levels(chain, kind, enabled, parse)
)
"""


@pytest.mark.parametrize(
    ("lesson", "mutation", "cells"),
    [
        pytest.param("07", NO_LIMIT, {"s2-limit"}, id="07, no limit"),
        pytest.param(
            "06",
            NO_DENY,
            {"s3-tries", "s5-contexts", "s5-reencrypt", "s5-beats", "ex-tickets-said"},
            id="06, no deny",
        ),
        pytest.param("09", NO_CONTEXT, {"s2-tries"}, id="09, no context"),
        pytest.param(
            "12",
            NO_DECRYPT,
            {
                "s1-message",
                "s2-ben",
                "s4-count",
                "s4-revoke",
                "s5-link",
                "s5-cloudfront",
                "s5-region",
                "ex-tickets",
            },
            id="12, S3 does not ask",
        ),
        pytest.param("12", NO_BUCKET_KEY, {"s4-count", "s4-revoke"}, id="12, no Bucket Key"),
        pytest.param("12", ANY_SERVICE, {"s5-cloudfront"}, id="12, services need no permission"),
        pytest.param(
            "13",
            NO_GRANTS,
            {"s1-shop-open", "s1-gone", "s2-off", "s2-ben", "s3-week", "s3-restore"},
            id="13, no grants",
        ),
        pytest.param("13", ANY_SERVICE, {"s5-send", "s5-source"}, id="13, services need no permission"),
        pytest.param(
            "14", NO_OTHER_SIDE, {"s1-tries", "s2-tries"}, id="14, the caller's account isn't asked"
        ),
        pytest.param(
            "14",
            NO_KEY_POLICY,
            {"s1-tries", "s2-tries", "s2-managed", "s2-through-s3", "s3-org"},
            id="14, the key's account isn't asked",
        ),
        pytest.param("14", NO_BUCKET_POLICY, {"s2-tries"}, id="14, the bucket's account isn't asked"),
        pytest.param("14", NO_RCP, {"s3-rcp"}, id="14, no resource control policies"),
        pytest.param("14", KEEPS_ENDPOINT, {"s4-deny", "s4-mend"}, id="14, a service keeps the endpoint"),
        pytest.param("15", NO_MESSAGE, {"s1-changed", "s1-rsa"}, id="15, no message"),
        pytest.param("15", NO_VERIFY_MAC, {"s4-tries"}, id="15, no permission for VerifyMac"),
        pytest.param("15", LOUD_DECAPSULATE, {"s5-kem"}, id="15, loud Decapsulate"),
    ],
)
def test_a_lesson_notices_what_is_broken(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, lesson: str, mutation: str, cells: set[str]
) -> None:
    startup = tmp_path / "profile_default" / "startup"
    startup.mkdir(parents=True)
    (startup / "mutation.py").write_text(mutation)
    monkeypatch.setitem(os.environ, "IPYTHONDIR", str(tmp_path))
    stored = read(author.lessons([lesson])[0])
    mutated = copy.deepcopy(stored)
    for cell in author.code_cells(mutated):
        cell.metadata.tags = [*tags(cell), "raises-exception"]  # go on after the first that fails
    author.execute(mutated)
    changed = {
        cell_id
        for (cell_id, was), (_, now) in zip(printed(stored), printed(mutated), strict=True)
        if was != now
    }
    assert changed == cells


def test_the_author_command_names_a_lesson_that_is_not_there() -> None:
    with pytest.raises(SystemExit, match="No lesson 99; there are 00"):
        author.main(["99"])


def test_cleaning_takes_out_what_a_run_leaves_behind() -> None:
    notebook = nbformat.from_dict(json.loads(json.dumps(read(TOUR))))
    before = copy.deepcopy(notebook)
    notebook.metadata["widgets"] = {"state": {}}
    notebook.metadata["language_info"]["version"] = "3.99"
    for cell in notebook.cells:
        cell.metadata["execution"] = {"iopub.status.busy": "2026-01-01"}
        for output in cell.get("outputs", []):
            if "text/html" in output.get("data", {}):
                output.data[author.WIDGET_VIEW] = {"model_id": "x"}
    author.clean(notebook)
    assert notebook == before
