"""Exercise 01.a: Say of six cases whether they are encoding, hashing or encryption."""

from typing import Any

from ..model import Exercise, Mistake, NotAttempted

_KINDS = ("encoding", "hashing", "encryption")

_CASES = {
    "photo": ("encoding", "everyone who gets the JSON must be able to restore the photo, without any secret"),
    "download": (
        "hashing",
        "anyone can compute the same value from the file, but nobody can get the file from the value",
    ),
    "backup": ("encryption", "the files come back, but only for someone who has the key"),
    "login": ("hashing", "the site can compare, but can't undo what it stores"),
    "letter": ("encryption", "nobody can read it without the secret that the two share"),
    "link": ("encoding", "every browser turns %20 back into a space"),
}

NOT_A_DICT = Mistake("Pass the dictionary from the cell, with one word for each of its six entries.")

OTHER_WORD = Mistake('Each entry must be one of three words: "encoding", "hashing" or "encryption".')

OTHER_KIND = Mistake("Not quite. Ask who can undo it, and what they need:")

STILL_OPEN = Mistake("Right so far. Still to do:")


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
            return OTHER_WORD.about(f"`{name}` isn't.")
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
        "For each one, ask whether it can be undone, and by whom.",
        "By anyone: encoding. By no one: hashing. Only with a key: encryption. Each word is used twice.",
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
