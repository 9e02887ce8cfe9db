"""What every widget of the course is: a box of controls that also has a picture for readers without a kernel."""

from abc import abstractmethod
from collections.abc import Callable
from html import escape
from typing import Any

import ipywidgets

from kmsnb.figures import palette

from .keyboard import Keyboard

#: What went wrong in callbacks, for the tests: a card shows its fault and goes on.
faults: list[Exception] = []


def slider(
    label: str, *, value: int, lowest: int, highest: int
) -> tuple[ipywidgets.BoundedIntText, ipywidgets.HBox]:
    """A number field with a label and, beside it, a slider on the same number; the field, and the two in a row.

    ipywidgets gives the handle of its slider no name that a screen reader could say; the field has one.
    """
    limits = {"value": value, "min": lowest, "max": highest}
    number = ipywidgets.BoundedIntText(**limits, description=label, style={"description_width": "initial"})
    number.layout.width = "auto"
    handle = ipywidgets.IntSlider(**limits, readout=False, layout={"flex": "1 1 12em", "width": "auto"})
    ipywidgets.link((number, "value"), (handle, "value"))
    ipywidgets.link((number, "max"), (handle, "max"))
    return number, ipywidgets.HBox(
        [number, handle], layout={"width": "min(100%, 46em)", "flex_flow": "row wrap"}
    )


def limit(number: ipywidgets.BoundedIntText, highest: int) -> bool:
    """Set the largest value of a number field; returns whether that changed the value, and so called its observers."""
    beyond = number.value > highest
    number.max = highest
    return beyond


class Card(ipywidgets.VBox):
    """A box of controls. Subclasses say in ``fallback`` what a reader sees who cannot run it."""

    def __init__(self, children: list[ipywidgets.Widget]) -> None:
        self._fault = ipywidgets.HTML()
        super().__init__([*children, Keyboard(), self._fault])

    @abstractmethod
    def __repr__(self) -> str:
        """The widget in a line of text, for a terminal."""

    @abstractmethod
    def fallback(self) -> str:
        """HTML that makes the widget's point without a kernel."""

    def guard(self, callback: Callable[[], None]) -> Callable[..., None]:
        """``callback`` as a handler whose errors show in the card, in words, instead of vanishing."""

        def handler(*_: object) -> None:
            try:
                callback()
            except Exception as error:  # noqa: BLE001 (whatever it is, the learner must see it)
                faults.append(error)
                self._fault.value = (
                    f'<p role="alert" style="color:{palette.REFUSED};background:{palette.PAPER};padding:4px 8px">'
                    f"<strong>✗ This widget failed.</strong> {type(error).__name__}: "
                    f"{escape(str(error))}</p>"
                )
            else:
                self._fault.value = ""

        return handler

    def _repr_mimebundle_(self, **kwargs: Any) -> dict[str, Any]:
        bundle = super()._repr_mimebundle_(**kwargs)
        return {**bundle, "text/html": self.fallback()}
