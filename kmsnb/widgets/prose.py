"""Sentences as HTML: escaped, with ``code`` between backticks and *emphasis* between stars."""

import re
from html import escape

from kmsnb.exercises import Verdict

_MARK = {"right": "✓ Right.", "wrong": "✗ Not quite.", "not attempted": "○ Not attempted yet."}
_COLOR = {"✓": "kmsnb-yes", "✗": "kmsnb-no"}
_MARKED = re.compile(r"`([^`]+)`|(?<![\w*])\*(\w[^*`]*)\*(?![\w*])")


def inline(words: str) -> str:
    """One sentence or a few, with backticks as code and stars as emphasis. A star within code is a star."""
    return _MARKED.sub(_element, escape(words))


def _element(match: re.Match[str]) -> str:
    code, emphasis = match.groups()
    return f"<code>{code}</code>" if code else f"<em>{emphasis}</em>"


def strong(head: str) -> str:
    """An outcome such as "✓ done" in bold, in the color of its mark."""
    return f'<strong class="{_COLOR.get(head[:1], "kmsnb-soft")}">{escape(head)}</strong>'


def outcome(head: str, says: str = "") -> str:
    """A paragraph that begins with an outcome in bold; ``says`` is plain text."""
    return f"<p>{strong(head)} {escape(says)}</p>"


def invite(what: str) -> str:
    """What a reader without a kernel could do with one: "try the other boxes", for example."""
    return f"<p><em>Run the cell to {escape(what)} yourself.</em></p>"


def verdict(given: Verdict) -> str:
    """A verdict with its mark as text, announced by screen readers."""
    return f'<p role="status">{strong(_MARK[given.state])} {inline(given.says)}</p>'
