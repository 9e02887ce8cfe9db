"""Exercise 10.c: which data opens with a key of a tree. Judged against trying with real keys."""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from copy import deepcopy
from typing import Any

from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.keywrap import InvalidUnwrap, aes_key_unwrap, aes_key_wrap

from ..model import Exercise, Mistake, attempted

Tree = Mapping[str, Sequence[str]]

_VAULT: Tree = {
    "root": ["billing", "support"],
    "billing": ["key 1", "key 2"],
    "support": ["key 3"],
    "key 1": ["bills"],
    "key 2": ["payroll", "taxes"],
    "key 3": ["chats"],
}
_UNEVEN: Tree = {
    "top": ["deep", "flat"],
    "deep": ["deeper"],
    "deeper": ["deepest"],
    "deepest": ["a letter"],
    "flat": ["a photograph"],
}
_TWO_ROOTS: Tree = {
    "Virginia": ["shared", "only here"],
    "Ireland": ["shared"],
    "shared": ["one", "two"],
    "only here": ["two", "three"],
}

ONE_STEP = Mistake(
    "It looks only one layer down. What opens there may be a key, which opens more: go on until you reach data."
)
KEYS_TOO = Mistake("It also returns keys. Return only data: the names with nothing below them.")
EVERYTHING = Mistake("It returns data that isn't below the stolen key. Start at that key, and only go down.")
LOOKED_UP = Mistake(
    "It stops with a KeyError because it looks up data in `under`, which holds only keys. First check whether a name is "
    "in `under`."
)
TOO_LITTLE = Mistake(
    "It misses data that opens. A key may have several keys or files below it: follow each of them, all the way down."
)
NO_NAMES = Mistake("Return a set (or a list) of names.")
TWICE = Mistake(
    "A name is in the list twice, because two keys lead to it. Return a set, which holds each name once."
)
CHANGED = Mistake(
    "It changes `under`, which belongs to the caller. Work on a copy, or don't remove anything."
)


def tried(under: Tree, taken: str) -> set[str]:
    """The data that opens for someone with the key ``taken`` and all that is stored, by trying each key on everything."""
    keys = {name: AESGCM.generate_key(256) for name in under}
    # data stands here for its own key: whatever opens that reads it
    data = {name: AESGCM.generate_key(256) for names in under.values() for name in names if name not in under}
    stored = [
        (name, aes_key_wrap(keys[outer], (keys | data)[name])) for outer in under for name in under[outer]
    ]
    have, opened = [keys[taken]], set()
    for key in have:  # grows while it is gone through
        for name, wrapped in stored:
            try:
                found = aes_key_unwrap(key, wrapped)
            except InvalidUnwrap:
                continue
            opened.add(name)
            if found not in have:
                have.append(found)
    return opened & set(data)


def examine(blast_radius: Callable[..., Any]) -> Mistake | None:
    """What is wrong with ``blast_radius``, tried with every key of several trees; None if nothing is."""
    answers: list[tuple[Tree, str, Any]] = []
    for under in (_VAULT, _UNEVEN, _TWO_ROOTS):
        for taken in under:
            given = {name: list(names) for name, names in under.items()}
            untouched = deepcopy(given)
            try:
                answers.append((under, taken, attempted(blast_radius(given, taken))))
            except KeyError as error:
                if error.args and error.args[0] in _everything(under) - set(under):
                    return LOOKED_UP
                raise
            if given != untouched:
                return CHANGED
    if not all(_is_names(answer) for _, _, answer in answers):
        return NO_NAMES
    fault = next(filter(None, (_fault(*each) for each in answers)), None)
    one_step = all(set(answer) == _data(under, under[taken]) for under, taken, answer in answers)
    return ONE_STEP if fault is TOO_LITTLE and one_step else fault


def _is_names(answer: Any) -> bool:
    return isinstance(answer, set | frozenset | list | tuple) and all(
        isinstance(name, str) for name in answer
    )


def _everything(under: Tree) -> set[str]:
    return {name for names in under.values() for name in names}


def _data(under: Tree, names: Iterable[str]) -> set[str]:
    return {name for name in names if name not in under}


def _fault(under: Tree, taken: str, answer: Collection[str]) -> Mistake | None:
    names, right = set(answer), tried(under, taken)
    if names & set(under):
        return KEYS_TOO
    if names - right:
        return EVERYTHING
    if right - names:
        return TOO_LITTLE
    return TWICE if len(answer) > len(names) else None


EXERCISE = Exercise(
    answer_name="blast_radius",
    stub="""
def blast_radius(under, taken):
    return ...
""",
    examine=examine,
    hints=(
        "A name is a key if it is in `under`; otherwise it is data.",
        "For data, the answer is its own name. For a key, it's the answers for everything below it, together.",
        "A function may call itself: call `blast_radius(under, each)` for each name in `under[taken]`.",
    ),
    solution="""
def blast_radius(under, taken):
    if taken not in under:
        return {taken}
    found = set()
    for each in under[taken]:
        found |= blast_radius(under, each)
    return found
""",
)
