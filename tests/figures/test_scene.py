"""A scene replays its steps, refuses what cannot happen, and counts what crosses KMS's boundary."""

import re
from xml.etree import ElementTree

import pytest

from kmsnb.figures.flow import describe, filmstrip, flow
from kmsnb.figures.scene import Actor, Item, Kind, Role, Scene, Step, copy, create, erase, move, refuse, wrap

ACTORS = {"disk": Actor("Disk", Role.STORAGE), "you": Actor("You"), "kms": Actor("KMS", Role.KMS)}
ITEMS = {
    "root": Item(Kind.KMS_KEY),
    "key": Item(Kind.DATA_KEY),
    "wrapped": Item(Kind.WRAPPED_KEY),
    "page": Item(Kind.PLAINTEXT, "backup"),
    "sealed": Item(Kind.CIPHERTEXT, "encrypted backup"),
}


def scene(*steps: Step) -> Scene:
    return Scene("A data key", ACTORS, ITEMS, steps)


@pytest.fixture
def data_key() -> Scene:
    return scene(
        Step("You have a backup.", create("root", at="kms"), create("page", at="you")),
        Step(
            "KMS makes a data key.",
            create("key", at="kms"),
            wrap("key", under="root", into="wrapped", at="kms"),
        ),
        Step("Both come to you.", move("key", "kms", "you"), copy("wrapped", "kms", "you")),
        Step("You encrypt.", wrap("page", under="key", into="sealed", at="you"), erase("key", at="you")),
        Step("You store, and ask again.", move("sealed", "you", "disk"), copy("wrapped", "you", "kms")),
    )


def test_holdings_follow_the_steps(data_key: Scene) -> None:
    assert data_key.frame(1).holdings == {"disk": (), "you": ("page",), "kms": ("root",)}
    assert data_key.frame(2).holdings["kms"] == ("root", "key", "wrapped")
    assert data_key.frame(3).holdings == {
        "disk": (),
        "you": ("page", "key", "wrapped"),
        "kms": ("root", "wrapped"),
    }
    assert data_key.frame(4).holdings["you"] == ("page", "wrapped", "sealed")
    assert data_key.frame(5).holdings["disk"] == ("sealed",)


def test_what_crosses_the_boundary_is_counted_from_the_start(data_key: Scene) -> None:
    assert [len(data_key.frame(n).out_of_kms) for n in range(1, 6)] == [0, 0, 2, 2, 2]
    assert [data_key.frame(n).into_kms for n in (4, 5)] == [(), ("wrapped",)]


def test_new_and_gone_are_those_of_the_step(data_key: Scene) -> None:
    assert data_key.frame(3).new == {("you", "key"), ("you", "wrapped")}
    assert data_key.frame(3).gone == (("kms", "key"),)
    assert data_key.frame(4).gone == (("you", "key"),)


@pytest.mark.parametrize(
    ("action", "says"),
    [
        (move("key", "you", "disk"), "'you' doesn't have 'key'"),
        (erase("root", at="you"), "'you' doesn't have 'root'"),
        (wrap("page", under="root", into="sealed", at="you"), "'you' doesn't have 'root'"),
        (create("nothing", at="you"), "no item 'nothing'"),
        (create("key", at="nobody"), "no actor 'nobody'"),
        (move("page", "you", "nobody"), "no actor 'nobody'"),
    ],
)
def test_a_step_that_cannot_happen_is_refused_in_words(action, says: str) -> None:
    with pytest.raises(ValueError, match=f"{says} in 'A data key', step 'It fails.'"):
        scene(Step("Start.", create("page", at="you"), create("root", at="kms")), Step("It fails.", action))


def test_a_scene_has_steps_and_knows_how_many(data_key: Scene) -> None:
    with pytest.raises(ValueError, match="no steps"):
        scene()
    for outside in (0, 6):
        with pytest.raises(ValueError, match=f"steps 1 to 5, not {outside}"):
            data_key.frame(outside)


def test_every_step_is_drawn_in_one_size_without_ids(data_key: Scene) -> None:
    drawn = [ElementTree.fromstring(flow(data_key, n)) for n in range(1, 6)]
    assert len({(each.attrib["width"], each.attrib["height"]) for each in drawn}) == 1
    assert not [element for each in drawn for element in each.iter() if "id" in element.attrib]


def test_a_drawing_names_every_actor_and_what_it_holds(data_key: Scene) -> None:
    words = [element.text for element in ElementTree.fromstring(flow(data_key, 3)).iter() if element.text]
    assert {"Disk (storage)", "You", "KMS", "backup", "data key, new", "data key: gone"} <= set(words)
    assert "Crossed the boundary of KMS so far: 0 in, 2 out." in words


def test_the_filmstrip_tells_each_step_in_words(data_key: Scene) -> None:
    strip = filmstrip(data_key)
    assert [caption for _, caption in strip][2] == "3. Both come to you."
    assert "You holds backup, data key, wrapped key" in strip[2][0].alt
    assert "Disk holds nothing" in describe(data_key, 1)


@pytest.fixture
def refusal() -> Scene:
    return scene(
        Step("A wrapped key lies about.", create("root", at="kms"), create("page", at="disk")),
        Step("KMS refuses it.", refuse("page", "disk", "kms", "AccessDeniedException")),
    )


def test_what_is_refused_comes_back_and_nothing_is_kept(refusal: Scene) -> None:
    frame = refusal.frame(2)
    assert frame.refusals == (("page", "disk", "kms", "AccessDeniedException"),)
    assert frame.holdings == refusal.frame(1).holdings
    assert not frame.journeys
    assert (frame.into_kms, frame.out_of_kms) == (("page",), ())


def test_a_refusal_is_drawn_as_a_stop_sign_and_told_in_words(refusal: Scene) -> None:
    octagons = [flow(refusal, n).count("<polygon") for n in (1, 2)]
    assert octagons[1] == octagons[0] + 1  # beside the diamond of the KMS key
    assert "AccessDeniedException" in flow(refusal, 2)
    assert "KMS refuses the backup from Disk with AccessDeniedException." in describe(refusal, 2)


def test_only_what_someone_has_can_be_refused() -> None:
    with pytest.raises(ValueError, match="'you' doesn't have 'page'"):
        scene(Step("It fails.", refuse("page", "you", "kms", "AccessDeniedException")))


def test_an_arrow_turns_only_where_no_item_and_no_label_is(data_key: Scene) -> None:
    svg = flow(data_key, 5)  # from you to the disk, and from you to KMS
    boxes = [
        (float(x), float(x) + float(width))
        for x, width in re.findall(
            r'<rect x="([\d.]+)" y="[\d.]+" width="([\d.]+)" height="[\d.]+" rx="8"', svg
        )
    ]
    assert len(boxes) == 3
    routes = re.findall(r'<path d="(M[^"]+ Q[^"]+)" fill="none"', svg)
    assert routes
    for corner in re.findall(r"Q([\d.]+),([\d.]+) ", " ".join(routes)):
        inside = any(left < float(corner[0]) < right for left, right in boxes)
        assert not inside, corner
