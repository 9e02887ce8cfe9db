"""Sentences as HTML: escaped, with ``code`` between backticks."""

import re
from html import escape

from kmsnb.exercises import Verdict

_MARK = {"right": "✓ Right.", "wrong": "✗ Not quite.", "not attempted": "○ Not attempted yet."}


def inline(words: str) -> str:
    """One sentence or a few, with backticks as code."""
    return re.sub(r"`([^`]+)`", r"<code>\1</code>", escape(words))


def verdict(given: Verdict) -> str:
    """A verdict with its mark in words, announced by screen readers."""
    return f'<p role="status"><strong>{_MARK[given.state]}</strong> {inline(given.says)}</p>'
