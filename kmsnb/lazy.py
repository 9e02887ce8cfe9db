"""Load a package's public names on first use. The package's ``__init__.pyi`` says where each one lives.

Type checkers read the same stub, so every name is written down once.
"""

import ast
import sys
from collections.abc import Callable
from importlib import import_module
from pathlib import Path
from typing import Any


def attach(package: str, init_file: str) -> tuple[Callable[[str], Any], Callable[[], list[str]], list[str]]:
    """Return ``__getattr__``, ``__dir__`` and ``__all__`` for a package, given its ``__name__`` and ``__file__``.

    The stub holds only lines such as ``from .lab import Lab as Lab`` and ``from . import envelope as envelope``.
    See PEP 562 for module-level ``__getattr__``.
    """
    homes: dict[str, str | None] = {}
    for node in ast.parse(Path(init_file).with_suffix(".pyi").read_text(encoding="utf-8")).body:
        if isinstance(node, ast.ImportFrom):
            homes |= {alias.name: node.module for alias in node.names}

    def load(name: str) -> Any:
        if name not in homes:
            raise AttributeError(f"module {package!r} has no attribute {name!r}")
        home = homes[name]
        return (
            getattr(import_module(f".{home}", package), name) if home else import_module(f".{name}", package)
        )

    for name, home in homes.items():
        if name == home:  # importing the module later would put it in the place of what it defines
            setattr(sys.modules[package], name, load(name))
    names = sorted(homes)
    return load, lambda: names, names
