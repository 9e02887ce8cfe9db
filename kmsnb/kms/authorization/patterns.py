"""Strings in a policy that match others: wildcards and policy variables.

IAM User Guide, "IAM JSON policy elements: Resource" and "… Variables and tags".
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import cached_property

#: The values that a condition key, named in lower case, has in a request; None if it is not there.
Lookup = Callable[[str], tuple[str, ...] | None]

#: A piece of text, and whether wildcards in it are active.
_Piece = tuple[str, bool]

_VARIABLE = re.compile(r"\$\{([^{}]*)\}")
_NAME_AND_DEFAULT = re.compile(r"\s*([^\s,'*?$]+)\s*(?:,\s*'([^']*)'\s*)?")
_CHARACTERS = ("*", "?", "$")


class MalformedVariableError(ValueError):
    """A ``${`` that does not begin a policy variable."""


@dataclass(frozen=True, slots=True)
class Variable:
    """``${key}`` or ``${key, 'default'}``."""

    key: str
    default: str | None = None

    def value(self, lookup: Lookup) -> str | None:
        """Its value in this request. A key with several values cannot be a variable."""
        found = lookup(self.key)
        return found[0] if found and len(found) == 1 else self.default


#: The characters between two stars; None is a question mark, and text without any is a plain string.
_Run = str | tuple[str | None, ...]


@dataclass(frozen=True, slots=True)
class Wildcards:
    """A pattern: runs of characters, with any text between them."""

    first: _Run
    middle: tuple[_Run, ...] = ()
    last: _Run | None = None

    @classmethod
    def of(cls, pieces: Iterable[_Piece]) -> Wildcards:
        """The pattern that these pieces make: ``*`` is any text and ``?`` any one character, where they are alive."""
        runs: list[list[str | None]] = [[]]
        for text, alive in pieces:
            for character in text:
                if alive and character == "*":
                    runs.append([])
                else:
                    runs[-1].append(None if alive and character == "?" else character)
        first, *rest = map(_run, runs)
        return cls(first, tuple(filter(len, rest[:-1])), rest[-1]) if rest else cls(first)

    def match(self, text: str) -> bool:
        """Whether all of ``text`` matches. Takes each run at its first place, so the time grows with the text only."""
        if self.last is None:
            return len(text) == len(self.first) and _is_at(self.first, text, 0)
        start, end = len(self.first), len(text) - len(self.last)
        if start > end or not _is_at(self.first, text, 0) or not _is_at(self.last, text, end):
            return False
        for run in self.middle:
            start = _find(run, text, start, end)
            if start < 0:
                return False
            start += len(run)
        return True


def _run(characters: list[str | None]) -> _Run:
    known = [character for character in characters if character is not None]
    return "".join(known) if len(known) == len(characters) else tuple(characters)


def _is_at(run: _Run, text: str, start: int) -> bool:
    """Whether ``text``, which is long enough, has ``run`` at ``start``."""
    if isinstance(run, str):
        return text.startswith(run, start)
    return all(wanted in (None, found) for wanted, found in zip(run, text[start:], strict=False))


def _find(run: _Run, text: str, start: int, end: int) -> int:
    """The first place of ``run`` in ``text[start:end]``, or -1.

    With question marks this is the shift-and algorithm, which never goes back in the text: bit n of ``begun`` says
    that the first n + 1 characters of the run end here.
    """
    if isinstance(run, str):
        return text.find(run, start, end)
    places: dict[str | None, int] = {}
    for position, wanted in enumerate(run):
        places[wanted] = places.get(wanted, 0) | 1 << position
    anything = places[None]
    begun, whole = 0, 1 << len(run) - 1
    for place in range(start, end):
        begun = (begun << 1 | 1) & (places.get(text[place], 0) | anything)
        if begun & whole:
            return place - len(run) + 1
    return -1


@dataclass(frozen=True)
class Template:
    """A string of a policy, with its variables parsed."""

    parts: tuple[_Piece | Variable, ...]

    @classmethod
    def parse(cls, text: str, *, variables: bool) -> Template:
        """Parse a string. Without ``variables`` (Version 2008-10-17), ``${…}`` has no meaning.

        Raises ``MalformedVariableError``.
        """
        if not variables or "${" not in text:
            return cls(((text, True),))
        parts: list[_Piece | Variable] = []
        end = 0
        for found in _VARIABLE.finditer(text):
            parts.append((text[end : found.start()], True))
            parts.append(_variable(found[1]))
            end = found.end()
        parts.append((text[end:], True))
        if any("${" in part[0] for part in parts if isinstance(part, tuple)):
            raise MalformedVariableError(text)
        return cls(tuple(parts))

    @cached_property
    def fixed(self) -> str | None:
        """The text, if it has no variables and so is the same for every request."""
        return self.parts[0][0] if len(self.parts) == 1 and isinstance(self.parts[0], tuple) else None

    def text(self, lookup: Lookup) -> str | None:
        """The text for this request, without regard to wildcards; None if a variable has no value."""
        if self.fixed is not None:
            return self.fixed
        pieces = self._pieces(lookup)
        return None if pieces is None else "".join(text for text, _ in pieces)

    def matcher(self, lookup: Lookup) -> Callable[[str], bool]:
        """What tells, in this request, whether a text matches. A variable without a value matches nothing."""
        if self.fixed is not None:
            return self._wildcards.match
        pieces = self._pieces(lookup)
        return _matches_nothing if pieces is None else Wildcards.of(pieces).match

    @cached_property
    def _wildcards(self) -> Wildcards:
        return Wildcards.of([(self.fixed or "", True)])

    def _pieces(self, lookup: Lookup) -> tuple[_Piece, ...] | None:
        pieces = []
        for part in self.parts:
            if isinstance(part, Variable):
                value = part.value(lookup)
                if value is None:
                    return None
                part = (value, False)
            pieces.append(part)
        return tuple(pieces)


def _matches_nothing(text: str) -> bool:
    return False


def _variable(inside: str) -> _Piece | Variable:
    if inside in _CHARACTERS:
        return inside, False
    found = _NAME_AND_DEFAULT.fullmatch(inside)
    if not found:
        raise MalformedVariableError(inside)
    return Variable(found[1].lower(), found[2])
