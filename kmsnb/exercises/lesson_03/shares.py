"""Exercise 03.b: Split a key into shares for any number of holders."""

import random
from collections.abc import Callable
from functools import reduce
from itertools import combinations
from typing import Any

from kmsnb import crypto

from ..model import Exercise, Mistake, attempted

NO_SHARES = Mistake("Return a list with one share, as bytes, for each of the `holders`.")

CUT = Mistake(
    "The shares are shorter than the key, so each one gives a piece of it away. Make each share as long as the key."
)

FIXED_SIZE = Mistake("It works for a 32-byte key only. Make each share as long as the key: `len(key)`.")

NOT_THE_KEY = Mistake("XORed together, the shares don't give the key.")

TOO_FEW = Mistake(
    "Some of the holders can compute the key without the others. Make all shares random but one, and compute that one from the "
    "key and all the others."
)

PIECE = Mistake(
    "Some of the holders can see a piece of the key. Make every byte of a random share random: "
    "`secrets.token_bytes(len(key))`."
)

NOT_FRESH = Mistake(
    "A share is predictable: it's the same in each call, or it comes from `random`. Use `secrets.token_bytes`."
)

_RUN = 8  # bytes


def _xor(one: bytes, two: bytes) -> bytes:
    return bytes(a ^ b for a, b in zip(one, two, strict=True))


def _examine_split(split: Callable[[bytes, int], Any]) -> Mistake | None:
    for holders, size in ((2, 32), (3, 32), (5, 32), (2, 16)):
        key = crypto.new_aes_key()[:size]
        # the same state of `random` before both calls: shares drawn from it come out the same
        state = random.getstate()
        try:
            random.seed(3)
            shares = attempted(split(key, holders))
            random.seed(3)
            again = attempted(split(key, holders))
        except ValueError:  # of the strict zip in the lesson's own `xor`, when two lengths differ
            if size == 32:
                raise
            return FIXED_SIZE
        finally:
            random.setstate(state)
        if fault := _fault_of_shares(shares, key, holders):
            return fault
        if any(bytes(one) == bytes(two) for one, two in zip(shares, again, strict=False)):
            return NOT_FRESH
    return None


def _fault_of_shares(shares: Any, key: bytes, holders: int) -> Mistake | None:
    if not isinstance(shares, list | tuple) or len(shares) != holders:
        return NO_SHARES
    if not all(isinstance(share, bytes | bytearray) for share in shares):
        return NO_SHARES
    if any(len(share) < len(key) for share in shares):
        return CUT
    if len(key) < 32 and any(len(share) == 32 for share in shares):
        return FIXED_SIZE
    if any(len(share) > len(key) for share in shares) or reduce(_xor, shares) != key:
        return NOT_THE_KEY
    fewer = [reduce(_xor, some) for count in range(1, holders) for some in combinations(shares, count)]
    if key in fewer:
        return TOO_FEW
    return PIECE if any(_shows_a_piece(made, key) for made in fewer) else None


def _shows_a_piece(made: bytes, key: bytes) -> bool:
    """Whether a run of the key's bytes appears in ``made`` at the same place, which never happens by chance."""
    return any(made[at : at + _RUN] == key[at : at + _RUN] for at in range(len(key) - _RUN + 1))


EXERCISE = Exercise(
    answer_name="split",
    stub="""
def split(key, holders):
    return ...
""",
    examine=_examine_split,
    hints=(
        "All shares but one are random, and as long as the key: `secrets.token_bytes(len(key))`.",
        "The last share is the key XORed with each of the random shares in turn.",
        "Start with `last = key`. For each random share: `last = xor(last, share)`.",
    ),
    solution="""
import secrets

def xor(one, two):
    return bytes(a ^ b for a, b in zip(one, two))

def split(key, holders):
    shares = [secrets.token_bytes(len(key)) for _ in range(holders - 1)]
    last = key
    for share in shares:
        last = xor(last, share)
    return [*shares, last]
""",
)
