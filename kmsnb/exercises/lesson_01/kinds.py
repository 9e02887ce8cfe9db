"""Exercise 01.a: Say of six cases whether they are encoding, hashing or encryption."""

from typing import Any

from ..model import Exercise, Mistake, NotAttempted

_KINDS = ("encoding", "hashing", "encryption")

_CASES = {
    "photo": ("encoding", "whoever gets the JSON must be able to make the photo again, without any secret"),
    "download": ("hashing", "everyone computes the same value from the file; no file comes out of it again"),
    "backup": ("encryption", "it comes back, and only for the one who holds the key"),
    "login": ("hashing", "the site can compare, and cannot turn back what it keeps"),
    "letter": ("encryption", "without the secret that the two share it stays shut"),
    "link": ("encoding", "every browser turns %20 back into a space"),
}

NOT_A_DICT = Mistake("It should be the dictionary of the cell, with a word for each of the six entries.")

OTHER_WORD = Mistake('Each entry is one of three words: "encoding", "hashing" or "encryption".')

OTHER_KIND = Mistake("Not that one. Ask what it takes to undo it, and who can:")

STILL_OPEN = Mistake("So far so good. Still open:")


def _examine_kinds(kinds: Any) -> Mistake | None:
    if not isinstance(kinds, dict) or not set(kinds) & set(_CASES):
        return NOT_A_DICT
    entries = {name: kinds.get(name, ...) for name in _CASES}
    waiting = [name for name, word in entries.items() if word is ...]
    if len(waiting) == len(_CASES):
        raise NotAttempted
    for name, word in entries.items():
        said = word.strip().lower() if isinstance(word, str) else word
        if said is not ... and said not in _KINDS:
            return OTHER_WORD.about(f"`{name}` is something else.")
    for name, word in entries.items():
        right, reason = _CASES[name]
        if word is not ... and word.strip().lower() != right:
            return OTHER_KIND.about(f"`{name}`: {reason}.")
    return STILL_OPEN.about(", ".join(f"`{name}`" for name in waiting) + ".") if waiting else None


EXERCISE = Exercise(
    answer_name="kinds",
    stub="""
kinds = {
    "photo": ...,
    "download": ...,
    "backup": ...,
    "login": ...,
    "letter": ...,
    "link": ...,
}
""",
    examine=_examine_kinds,
    hints=(
        "Ask of each: can it be undone? By whom?",
        "By everyone: encoding. By nobody: hashing. By the holder of a key: encryption. Each occurs twice.",
    ),
    solution="""
kinds = {
    "photo": "encoding",
    "download": "hashing",
    "backup": "encryption",
    "login": "hashing",
    "letter": "encryption",
    "link": "encoding",
}
""",
)
