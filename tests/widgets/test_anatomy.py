"""A sealed message taken apart: the model without a browser, the view with its controls moved by hand."""

from typing import Any

import pytest

from kmsnb import envelope
from kmsnb.figures import palette
from kmsnb.widgets import Anatomy
from kmsnb.widgets.anatomy_model import AnatomyModel

CONTEXT = {"month": "June"}


@pytest.fixture
def model(kms: Any, key_id: str) -> AnatomyModel:
    return AnatomyModel(kms, key_id, envelope.seal(kms, key_id, b"June: 3 lamps", CONTEXT), CONTEXT)


@pytest.fixture
def card(model: AnatomyModel) -> Anatomy:
    return Anatomy(model.kms, model.key_id, model.sealed, CONTEXT)


def number(model: AnatomyModel, name: str) -> int:
    return next(n for n, part in enumerate(model.parts) if part.name == name)


def flip(model: AnatomyModel, name: str, *, mended: bool) -> tuple[str, int]:
    model.part, model.flipped, model.mended = number(model, name), True, mended
    attempt = model.run()
    return attempt.error, attempt.asked


def test_untouched_it_opens_with_one_call(model: AnatomyModel) -> None:
    attempt = model.run()
    assert attempt.opened
    assert attempt.asked == 1


@pytest.mark.parametrize(
    ("name", "plain", "mended"),
    [
        ("magic", ("FormatError", 0), ("FormatError", 0)),
        ("message id", ("DamagedError", 0), ("ContextError", 0)),
        ("context digest", ("DamagedError", 0), ("ContextError", 0)),
        ("commitment", ("DamagedError", 0), ("CommitmentError", 1)),
        ("KMS key", ("DamagedError", 0), ("TamperedError", 1)),
        ("wrapped data key", ("DamagedError", 0), ("WrappedKeyError", 1)),
        ("header tag", ("DamagedError", 0), ("TamperedError", 1)),
        ("chunk 0", ("TamperedError", 1), ("TamperedError", 1)),
        ("tag 0", ("TamperedError", 1), ("TamperedError", 1)),
    ],
)
def test_each_part_is_refused_as_the_lesson_says(
    model: AnatomyModel, name: str, plain: tuple[str, int], mended: tuple[str, int]
) -> None:
    assert flip(model, name, mended=False) == plain
    assert flip(model, name, mended=True) == mended


def test_no_flip_of_any_byte_opens_but_that_of_a_checksum_which_is_mended(model: AnatomyModel) -> None:
    opened = set()
    model.flipped = True
    for position, part in enumerate(model.parts):
        for byte in range(part.length):
            for mended in (False, True):
                model.part, model.byte, model.mended = position, byte, mended
                if model.run().opened:
                    opened.add((part.name, mended))
    assert opened == {("checksum", True)}


def test_kms_s_own_denial_is_told_by_its_code(model: AnatomyModel) -> None:
    model.kms.disable_key(KeyId=model.key_id)
    assert model.run().error == "DisabledException"


def test_what_is_no_sealed_message_is_refused(kms: Any, key_id: str) -> None:
    with pytest.raises(envelope.FormatError):
        AnatomyModel(kms, key_id, b"a letter", CONTEXT)


def test_the_controls_flip_a_byte_and_mend_the_checksum(card: Anatomy) -> None:
    assert "✓ It opens." in card.reply.value
    card.part.value = number(card.model, "wrapped data key")
    card.byte.value = 132
    card.flipped.value = True
    assert "DamagedError" in card.reply.value
    assert "KMS was not called." in card.reply.value
    card.mended.value = True
    assert "WrappedKeyError" in card.reply.value
    assert "KMS was called." in card.reply.value
    card.part.value = number(card.model, "tag 0")  # shorter: the slider follows
    assert card.byte.value == 15
    card.flipped.value = False
    assert "✓ It opens." in card.reply.value
    assert not card._fault.value


def test_choosing_a_part_opens_the_message_once(card: Anatomy, monkeypatch: pytest.MonkeyPatch) -> None:
    card.part.value = number(card.model, "wrapped data key")
    card.byte.value = 132
    runs: list[int] = []
    run = AnatomyModel.run
    monkeypatch.setattr(AnatomyModel, "run", lambda model: runs.append(model.part) or run(model))
    card.part.value = shorter = number(card.model, "tag 0")
    assert card.byte.value == 15
    card.part.value = longer = number(card.model, "wrapped data key")
    assert runs == [shorter, longer]


def test_the_chosen_byte_is_always_in_view(card: Anatomy) -> None:
    card.flipped.value = True
    for position in range(len(card.model.parts)):
        card.part.value = position
        card.byte.value = card.byte.max
        assert palette.token("wrong") in card.figure.value


def test_a_part_of_one_byte_is_not_called_bytes(card: Anatomy) -> None:
    card.part.value = number(card.model, "version")
    assert ", 1 byte: " in card.reply.value


def test_without_a_kernel_it_is_a_picture_and_a_table(card: Anatomy) -> None:
    html = card._repr_mimebundle_()["text/html"]
    assert '<img alt="A sealed message. magic: bytes 0 to 7;' in html
    assert html.count("✓ opens") == 1
    assert "no / yes" in html
    assert repr(card) == "Anatomy of a sealed message of 541 bytes"
    assert card.model.part == 0  # the table has left the controls' model alone


def test_the_table_is_the_same_whatever_the_wrapped_key_ends_in(kms: Any, key_id: str, card: Anatomy) -> None:
    def ends_in_zero(sealed: bytes) -> bool:
        wrapped = next(part for part in envelope.describe(sealed).parts if part.name == "wrapped data key")
        return sealed[wrapped.offset + wrapped.length - 1] == 0

    # one in 256 does; shortened by a byte, it and its padding would still be well-formed
    sealed = next(filter(ends_in_zero, (envelope.seal(kms, key_id, b"x", CONTEXT) for _ in range(10_000))))
    tables = [
        each.fallback().partition("<table")[2] for each in (card, Anatomy(kms, key_id, sealed, CONTEXT))
    ]
    assert tables[0] == tables[1]
