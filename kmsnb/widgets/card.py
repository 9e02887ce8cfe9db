"""What every widget of the course is: a card that also has a picture for readers without a kernel."""

from abc import abstractmethod
from collections.abc import Callable, Sequence
from functools import cache
from html import escape
from typing import Any, Literal

import ipywidgets

from kmsnb.figures.style import stylesheet

from .keyboard import Keyboard

#: What went wrong in callbacks, for the tests: a card shows its fault and goes on.
faults: list[Exception] = []

Tone = Literal["", "ask", "right", "wrong", "idle"]


@cache
def _sheet() -> ipywidgets.HTML:
    """The stylesheet as a widget: one for the kernel, which every card shows."""
    sheet = ipywidgets.HTML(f"<style>{stylesheet()}</style>")
    sheet.layout.display = "none"
    return sheet


class Card(ipywidgets.VBox):
    """A box of controls. Subclasses say in ``fallback`` what a reader sees who cannot run it."""

    def __init__(self, children: Sequence[ipywidgets.Widget]) -> None:
        self._fault = ipywidgets.HTML()
        super().__init__([_sheet(), *children, Keyboard(), self._fault])
        self.add_class("kmsnb-card")

    @abstractmethod
    def __repr__(self) -> str:
        """The widget in a line of text, for a terminal."""

    @abstractmethod
    def fallback(self) -> str:
        """HTML that makes the widget's point without a kernel."""

    def guard(self, callback: Callable[[], None]) -> Callable[..., None]:
        """``callback`` as a handler whose errors show in the card instead of vanishing."""

        def handler(*_: object) -> None:
            try:
                callback()
            except Exception as error:  # noqa: BLE001 (whatever it is, the learner must see it)
                faults.append(error)
                self._fault.value = (
                    '<p role="alert" class="kmsnb-no"><strong>✗ This widget failed.</strong> '
                    f"{type(error).__name__}: {escape(str(error))}</p>"
                )
            else:
                self._fault.value = ""

        return handler

    def _repr_mimebundle_(self, **kwargs: Any) -> dict[str, Any]:
        bundle = super()._repr_mimebundle_(**kwargs)
        return {**bundle, "text/html": self.fallback()}


def tint(box: ipywidgets.DOMWidget, tone: Tone) -> None:
    """Give a card, or an option of one, the colors of ``tone``, and take those of any other."""
    for other in ("ask", "right", "wrong", "idle"):
        box.remove_class(f"kmsnb-{other}")
    if tone:
        box.add_class(f"kmsnb-{tone}")


class Workbench(Card):
    """Controls, the answer to them, and a figure. Subclasses read the controls in ``update``, and call ``show``.

    ``rows`` are laid out above the answer and ``below`` under the figure; ``live`` are the controls among them that
    call ``update`` when they change.
    """

    def __init__(
        self,
        rows: Sequence[ipywidgets.Widget],
        live: Sequence[ipywidgets.Widget],
        below: Sequence[ipywidgets.Widget] = (),
    ) -> None:
        self.reply, self.figure = ipywidgets.HTML(), ipywidgets.HTML()
        self.reply.add_class("kmsnb-reply")
        super().__init__([*rows, self.reply, self.figure, *below])
        for control in live:
            control.observe(self.guard(self.update), names="value")
        self.guard(self.update)()

    @abstractmethod
    def update(self) -> None:
        """Read the controls, and show what comes of them."""

    def show(self, reply: str, figure: str) -> None:
        """Show an answer, which screen readers announce, and the figure that belongs to it."""
        self.reply.value = f'<div role="status">{reply}</div>'
        self.figure.value = figure
        self.figure.remove_class("kmsnb-stale")

    def hold(self, reply: str) -> None:
        """Show an answer for which there is no figure: the last one stays, grayed, so that the page does not jump."""
        self.reply.value = f'<div role="status">{reply}</div>'
        self.figure.add_class("kmsnb-stale")
