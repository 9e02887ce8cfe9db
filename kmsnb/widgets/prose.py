"""Sentences as HTML: escaped, with ``code`` between backticks and *emphasis* between stars."""

import re
from html import escape

from kmsnb.exercises import Verdict

_MARK = {"right": "✓ Right.", "wrong": "✗ Not quite.", "not attempted": "○ Not attempted yet."}
_MARKED = re.compile(r"`([^`]+)`|(?<![\w*])\*(\w[^*`]*)\*(?![\w*])")


def inline(words: str) -> str:
    """One sentence or a few, with backticks as code and stars as emphasis. A star within code is a star."""
    return _MARKED.sub(_element, escape(words))


def _element(match: re.Match[str]) -> str:
    code, emphasis = match.groups()
    return f"<code>{code}</code>" if code else f"<em>{emphasis}</em>"


def verdict(given: Verdict) -> str:
    """A verdict with its mark in words, announced by screen readers."""
    return f'<p role="status"><strong>{_MARK[given.state]}</strong> {inline(given.says)}</p>'
