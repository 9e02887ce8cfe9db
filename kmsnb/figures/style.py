"""The one stylesheet of cards, widgets and tables: the colors of the palette, and the rules in ``style.css``."""

from collections.abc import Mapping
from functools import cache
from pathlib import Path

from .palette import DARK, LIGHT

#: JupyterLab's own colors come first: a theme that someone installed keeps its text.
_JUPYTERLAB = {"text": "--jp-content-font-color1"}


@cache
def stylesheet() -> str:
    """The rules as CSS text. Dark is JupyterLab's word for it: the attribute that it sets on the page's body."""
    rules = (Path(__file__).parent / "style.css").read_text(encoding="utf-8")
    dark = '[data-jp-theme-light="false"]'
    return f":root {{ {_variables(LIGHT)} }}\n{dark} {{ {_variables(DARK)} }}\n{rules}"


def _variables(colors: Mapping[str, str]) -> str:
    return " ".join(f"--kmsnb-{name}: {_value(name, color)};" for name, color in colors.items())


def _value(name: str, color: str) -> str:
    return f"var({_JUPYTERLAB[name]}, {color})" if name in _JUPYTERLAB else color
