"""Where a lesson runs, as far as its cards care: for a teacher, on Binder."""

import os

_told: set[str] = set()


def teaching() -> bool:
    """Whether solutions are shown open: ``kmsnb lab --teacher``."""
    return os.environ.get("KMSNB_TEACHER", "") == "1"


def binder_note(lesson: str) -> str:
    """On Binder, once for each lesson: HTML that says how not to lose one's work. Elsewhere nothing."""
    if (
        not any(os.environ.get(name) for name in ("BINDER_SERVICE_HOST", "BINDER_LAUNCH_HOST"))
        or lesson in _told
    ):
        return ""
    _told.add(lesson)
    return (
        "<p><strong>On Binder your work is lost when the session ends.</strong> To keep this lesson, choose "
        "<em>File → Download</em> before you close the page.</p>"
    )
