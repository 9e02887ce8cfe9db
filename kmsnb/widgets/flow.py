"""A scene to step through: slider, back and next, the caption of the step, and who holds what."""

from collections.abc import Callable
from html import escape

import ipywidgets

from kmsnb.figures.flow import filmstrip, flow
from kmsnb.figures.scene import Scene

from . import prose
from .card import Workbench
from .controls import button, row, slider
from .flow_model import FlowModel


class Flow(Workbench):
    """Step through ``scene``: with the slider, its arrow keys, or the two buttons."""

    def __init__(self, scene: Scene) -> None:
        self.model = FlowModel(scene)
        self.step, step_row = slider("step", value=1, lowest=1, highest=len(scene))
        self.back = button("◀ Back", self.guard(lambda: self._go(self.model.back)))
        self.next = button("Next ▶", self.guard(lambda: self._go(self.model.next)))
        self.back.add_class("kmsnb-back")
        self.next.add_class("kmsnb-next")
        title = ipywidgets.HTML(f'<p class="kmsnb-head">{escape(scene.title)}</p>')
        super().__init__([title, row(self.back, self.next, step_row)], [self.step])
        self.add_class("kmsnb-flow")  # arrow keys: see keyboard.py

    def update(self) -> None:
        """Show the step that the slider is at."""
        model = self.model
        model.step = self.step.value
        self.back.disabled, self.next.disabled = model.at_start, model.at_end
        refusals = model.scene.frame(model.step).refusals
        mark = prose.outcome(f"✗ {refusals[0][3]}.") if refusals else ""
        self.show(f"<p><strong>{model.step}.</strong> {escape(model.caption)}</p>{mark}", self._drawing())

    def __repr__(self) -> str:
        return f"Flow: {self.model.scene.title}, {len(self.model.scene)} steps"

    def fallback(self) -> str:
        strip = "".join(
            f"{picture.html()}<p>{escape(told)}</p>" for picture, told in filmstrip(self.model.scene)
        )
        return f"<p><strong>{escape(self.model.scene.title)}</strong></p>{strip}"

    def _drawing(self) -> str:
        """The step as a figure, with a list of who holds what for people who can't see it."""
        scene = self.model.scene
        listed = "".join(
            f"<li>{escape(scene.actors[actor].name)}: {escape(', '.join(scene.items[i].name for i in items) or 'nothing')}</li>"
            for actor, items in scene.frame(self.model.step).holdings.items()
        )
        held = f"<details><summary>Who holds what</summary><ul>{listed}</ul></details>"
        return flow(scene, self.model.step) + held

    def _go(self, turn: Callable[[], None]) -> None:
        turn()
        self.step.value = self.model.step
        # a button that has just been disabled would lose the keyboard's keys
        if self.next.disabled:
            self.back.focus()
        elif self.back.disabled:
            self.next.focus()
