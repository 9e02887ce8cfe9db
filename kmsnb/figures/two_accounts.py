"""A caller in one account and a key in another: what each side says, and what comes of it."""

from . import shapes
from .shapes import arrow, boundary, box, drawing, kms_key, text

_WIDTH, _HEIGHT = 580, 190
_SIDE, _TOP, _TALL = 206, 30, 118
_ROW, _POLICIES = 66, 122


def two_accounts(
    caller: str,
    accounts: tuple[str, str],
    named: str,
    sides: tuple[tuple[str, bool], tuple[str, bool]],
    outcome: str,
    works: bool,
) -> str:
    """Two accounts side by side as an SVG document: the ``caller``'s first, then the key's.

    ``named`` is how the caller names the key. Each of ``sides`` is what may permit the call there, and whether it does.
    """
    left, right = 4, _WIDTH - 4 - _SIDE
    middles = left + _SIDE / 2, right + _SIDE / 2
    return drawing(
        _WIDTH,
        _HEIGHT,
        boundary(left, _TOP, _SIDE, _TALL, f"account {accounts[0]}", solid=True),
        boundary(right, _TOP, _SIDE, _TALL, f"account {accounts[1]}", solid=True),
        box(middles[0], _ROW, 90, 36, caller),
        kms_key(middles[1], _ROW),
        arrow(middles[0] + 48, _ROW, middles[1] - 26, _ROW, ghost=not works),
        text(_WIDTH / 2, _ROW - 12, "Decrypt"),
        text(_WIDTH / 2, _ROW + 22, named),
        *(
            box(
                middle,
                _POLICIES,
                _SIDE - 24,
                34,
                f"{'✓' if says else '✗'} {what}",
                tone="right" if says else "wrong",
            )
            for middle, (what, says) in zip(middles, sides, strict=True)
        ),
        "" if works else shapes.refused(_WIDTH / 2, _POLICIES - 8),
        text(_WIDTH / 2, 174, f"{'✓' if works else '✗'} {outcome}", bold=True),
    )
