"""What a lesson's notebook says about itself: its title, its numbered sections, and what is asked in which."""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

_TITLE = re.compile(r"(?m)^# (?:\d\d · )?(.+)$")
_HEADING = re.compile(r"(?m)^## (?:(\d+)\. )?(.+)$")
_ASKED = re.compile(r'\b(?:predict|quiz|check)\("(\d\d\.[\w-]+)"')


@dataclass(frozen=True)
class Place:
    """Where something is asked: under which ``heading``, and in which ``section`` (0 for one without a number)."""

    heading: str
    section: int


@dataclass(frozen=True)
class Outline:
    """A lesson's file name and ``title``, how many numbered ``sections`` it has, and the place of each item it asks."""

    file: str
    title: str
    sections: int
    places: Mapping[str, Place]

    def where(self, item: str) -> str:
        """``section 2 of 5`` for an item in a numbered section; nothing for any other."""
        place = self.places.get(item)
        return f"section {place.section} of {self.sections}" if place and place.section else ""


def of_lesson(lesson: str, folder: Path | None = None) -> Outline | None:
    """The outline of a lesson (``"07"``) whose notebook is in ``folder``: the current one, where a kernel runs.

    None if there is no such notebook, or if it cannot be read.
    """
    for path in sorted((folder or Path.cwd()).glob(f"{lesson}_*.ipynb")):
        try:
            return _read(path, path.stat().st_mtime_ns)
        except (OSError, ValueError, KeyError, TypeError):
            return None
    return None


@lru_cache(maxsize=64)
def _read(path: Path, _changed: int) -> Outline:
    title, place, sections, places = path.stem, Place("", 0), 0, {}
    for cell in json.loads(path.read_text(encoding="utf-8"))["cells"]:
        source = "".join(cell["source"])
        if cell["cell_type"] == "markdown":
            if found := _TITLE.search(source):
                title = found[1]
            for number, heading in _HEADING.findall(source):
                place = Place(f"{number}. {heading}" if number else heading, int(number or 0))
                sections = max(sections, place.section)
        else:
            places.update(dict.fromkeys(_ASKED.findall(source), place))
    return Outline(path.name, title, sections, places)
