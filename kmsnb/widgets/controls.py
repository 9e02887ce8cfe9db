"""The controls that widgets are built from: each has a label, and none is wider than the page."""

from collections.abc import Callable, Sequence
from typing import Any

import ipywidgets


def slider(
    label: str, *, value: int, lowest: int, highest: int
) -> tuple[ipywidgets.BoundedIntText, ipywidgets.HBox]:
    """A number field with a label and a slider for the same number; returns the field, and the two in a row.

    ipywidgets gives the handle of its slider no name that a screen reader could say; the field has one.
    """
    limits = {"value": value, "min": lowest, "max": highest}
    number = ipywidgets.BoundedIntText(**limits, description=label, style={"description_width": "initial"})
    number.layout.width = "auto"
    handle = ipywidgets.IntSlider(
        **limits, readout=False, layout={"flex": "1 1 12em", "width": "auto", "max_width": "34em"}
    )
    ipywidgets.link((number, "value"), (handle, "value"))
    ipywidgets.link((number, "max"), (handle, "max"))
    return number, row(number, handle)


def limit(number: ipywidgets.BoundedIntText, highest: int) -> bool:
    """Set the largest value of a number field; returns whether that changed the value, and so called its observers."""
    beyond = number.value > highest
    number.max = highest
    return beyond


def dropdown(label: str, options: Any, **more: Any) -> ipywidgets.Dropdown:
    """A list to choose from."""
    return ipywidgets.Dropdown(options=options, **_labelled(label), **more)


def field(label: str, example: str = "", **more: Any) -> ipywidgets.Text:
    """A line of text; ``example`` shows while it is empty."""
    return ipywidgets.Text(placeholder=example, **_labelled(label), **more)


def area(label: str, example: str = "", *, rows: int, code: bool = False, **more: Any) -> ipywidgets.Textarea:
    """Several lines of text; those of ``code`` scroll instead of wrapping."""
    control = ipywidgets.Textarea(placeholder=example, rows=rows, **_labelled(label, "60em"), **more)
    if code:
        control.add_class("kmsnb-code-field")
    return control


def checkbox(label: str, *, value: bool = False) -> ipywidgets.Checkbox:
    """A box to tick."""
    return ipywidgets.Checkbox(value=value, description=label, indent=False, layout={"width": "auto"})


def button(label: str, act: Callable[..., None] | None = None, **more: Any) -> ipywidgets.Button:
    """A button that calls ``act``."""
    made = ipywidgets.Button(description=label, layout={"width": "auto"}, **more)
    if act:
        made.on_click(act)
    return made


def row(*controls: ipywidgets.Widget) -> ipywidgets.HBox:
    """Controls side by side, in several lines where there is no room."""
    return ipywidgets.HBox(controls, layout={"width": "100%", "flex_flow": "row wrap"})


def show(control: ipywidgets.Widget, visible: bool) -> None:
    """Show or hide a control."""
    control.layout.display = None if visible else "none"


def offer(control: ipywidgets.Dropdown, options: Sequence[Any], value: Any) -> None:
    """Put other ``options`` into a list, and choose ``value``."""
    if tuple(control.options) != tuple(options):
        control.options = tuple(options)
    control.value = value


def _labelled(label: str, width: str = "36em") -> dict[str, Any]:
    return {
        "description": label,
        "style": {"description_width": "11em"},
        "layout": {"width": f"min(100% - 4px, {width})"},
    }
