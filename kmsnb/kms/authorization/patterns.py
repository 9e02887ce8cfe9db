"""Strings in a policy that match others: wildcards and policy variables.

IAM User Guide, "IAM JSON policy elements: Resource" and "… Variables and tags".
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import cached_property, lru_cache

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

    def matches(self, text: str, lookup: Lookup) -> bool:
        """Whether ``text`` matches, with wildcards. A variable without a value matches nothing."""
        if self.fixed is not None:
            return self._regex.fullmatch(text) is not None
        pieces = self._pieces(lookup)
        return pieces is not None and _compiled(pieces).fullmatch(text) is not None

    @cached_property
    def _regex(self) -> re.Pattern[str]:
        return re.compile(_regex([(self.fixed or "", True)]))

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


def any_of(patterns: Iterable[str]) -> re.Pattern[str]:
    """One case-insensitive expression for several patterns with wildcards: the Action element."""
    return re.compile("|".join(f"(?:{_regex([(pattern, True)])})" for pattern in patterns), re.IGNORECASE)


def _variable(inside: str) -> _Piece | Variable:
    if inside in _CHARACTERS:
        return inside, False
    found = _NAME_AND_DEFAULT.fullmatch(inside)
    if not found:
        raise MalformedVariableError(inside)
    return Variable(found[1].lower(), found[2])


@lru_cache(maxsize=1024)
def _compiled(pieces: tuple[_Piece, ...]) -> re.Pattern[str]:
    return re.compile(_regex(pieces))


def _regex(pieces: Iterable[_Piece]) -> str:
    """A regular expression: ``*`` is any text and ``?`` any one character.

    The text between two stars is matched once, at its first occurrence (an atomic group), so that no pattern is slow,
    however many stars it has.
    """
    runs = [""]
    for text, alive in pieces:
        for character in text:
            if alive and character == "*":
                runs.append("")
            else:
                runs[-1] += "." if alive and character == "?" else re.escape(character)
    first, *rest = runs
    if not rest:
        return f"(?s:{first})"
    *middle, last = rest
    return f"(?s:{first}{''.join(f'(?>.*?{run})' for run in middle if run)}.*{last})"
