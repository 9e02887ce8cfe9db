"""The six steps in which the console creates a key, and what each of them sends in which call."""

from collections.abc import Sequence
from textwrap import wrap

from . import shapes
from .picture import Picture

#: The console's names of its steps.
STEPS = (
    "Configure key",
    "Add labels",
    "Define key administrative permissions",
    "Define key usage permissions",
    "Edit key policy",
    "Review",
)
#: What the steps but the last give to CreateKey, and what the second one gives to CreateAlias.
CREATE_KEY = (
    "KeySpec, KeyUsage, Origin, MultiRegion",
    "Description, Tags",
    "Policy: administrators",
    "Policy: users",
    "Policy: as edited",
)
CREATE_ALIAS = "AliasName, TargetKeyId"

_WIDTH, _HEIGHT = 580, 352
_TOP, _ROW = 40, 48
_STEP_LEFT, _STEP_WIDTH, _STEP_HEIGHT = 30, 278, 34
_CALL_LEFT, _CALL_WIDTH = 342, 236
_LETTERS, _LINE = 27, 15  # of what a step gives, in a line; and from line to line


def console_steps(
    create_key: Sequence[str] = CREATE_KEY, create_alias: str = CREATE_ALIAS, *, current: int = 0
) -> Picture:
    """The steps on the left, the two calls on the right.

    ``create_key`` has a line for each step but the last; ``current`` (1 to 6) is drawn with a double outline.
    Raises ``ValueError`` if there are not five lines.
    """
    drawing = _drawing(create_key, create_alias, current)
    given = "; ".join(f"{step}: {words}" for step, words in zip(STEPS, create_key, strict=False))
    alt = (
        f"The six steps of the console{f', at step {current}' if current else ''}. What each of the first five gives to "
        f"CreateKey: {given}. Add labels also gives the alias to CreateAlias ({create_alias}), which gets the key's id "
        "from CreateKey. Review gives nothing."
    )
    caption = "What each step of the console sends. Review sends it all, and asks nothing new."
    return Picture(drawing.encode(), "image/svg+xml", alt=alt, caption=caption)


def _drawing(create_key: Sequence[str], create_alias: str, current: int) -> str:
    if len(create_key) != len(STEPS) - 1:
        raise ValueError(f"Five steps give something to CreateKey; there are {len(create_key)} lines.")
    right = _STEP_LEFT + _STEP_WIDTH
    parts = [
        shapes.box(
            _STEP_LEFT + _STEP_WIDTH / 2,
            _y(row),
            _STEP_WIDTH,
            _STEP_HEIGHT,
            f"{row + 1}. {name}",
            double=row + 1 == current,
            tone="ask" if row + 1 == current else "idle",
        )
        for row, name in enumerate(STEPS)
    ]
    for row, words in enumerate(create_key):
        parts.append(shapes.arrow(right, _y(row), _CALL_LEFT - 2, _y(row)))
        parts.append(_given(words, _y(row)))
    bottom = _y(4) + 24
    parts.append(
        shapes.boundary(_CALL_LEFT, 18, _CALL_WIDTH, bottom - 18, "first call: CreateKey", solid=True)
    )
    return shapes.drawing(_WIDTH, _HEIGHT, *parts, _second_call(bottom, create_alias))


def _second_call(above: float, words: str) -> str:
    """CreateAlias, with the alias that comes down from the second step and the key id from the first call."""
    y, hand_over = 324, _CALL_LEFT + _CALL_WIDTH - 16
    return (
        shapes.boundary(_CALL_LEFT, y - 20, _CALL_WIDTH, 38, "second call: CreateAlias", solid=True)
        + _given(words, y - 1)
        + shapes.arrow(hand_over, above, hand_over, y - 22)
        + shapes.text(hand_over - 6, above + 18, "key id", anchor="end")
        + shapes.line(_STEP_LEFT, _y(1), 14, _y(1))
        + shapes.line(14, _y(1), 14, y)
        + shapes.arrow(14, y, _CALL_LEFT - 2, y)
        + shapes.text(200, y - 5, "alias")
    )


def _given(words: str, y: float) -> str:
    lines = wrap(words, _LETTERS, max_lines=2, placeholder=" …") or [""]
    first = y + 4.5 - _LINE * (len(lines) - 1) / 2
    return "".join(
        shapes.text(_CALL_LEFT + 12, first + _LINE * place, line, anchor="start")
        for place, line in enumerate(lines)
    )


def _y(row: int) -> float:
    return _TOP + row * _ROW
