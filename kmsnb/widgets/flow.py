"""A scene to step through: slider, back and next, the caption of the step, and who holds what."""

from collections.abc import Callable
from html import escape

import ipywidgets

from kmsnb.figures.flow import filmstrip, flow
from kmsnb.figures.scene import Scene

from .card import Card, slider
from .flow_model import FlowModel


class Flow(Card):
    """Step through ``scene``: with the slider, its arrow keys, or the two buttons."""

    def __init__(self, scene: Scene) -> None:
        self.model = FlowModel(scene)
        self.step, step_row = slider("step", value=1, lowest=1, highest=len(scene))
        self.back = ipywidgets.Button(description="◀ Back", layout={"width": "auto"})
        self.next = ipywidgets.Button(description="Next ▶", layout={"width": "auto"})
        self.back.add_class("kmsnb-back")
        self.next.add_class("kmsnb-next")
        self.figure = ipywidgets.HTML()
        self.caption = ipywidgets.HTML()
        controls = ipywidgets.HBox([self.back, self.next, step_row], layout={"flex_flow": "row wrap"})
        title = ipywidgets.HTML(f"<p><strong>{escape(scene.title)}</strong></p>")
        super().__init__([title, controls, self.figure, self.caption])
        self.add_class("kmsnb-flow")  # arrow keys: see keyboard.py
        self.step.observe(self.guard(self.update), names="value")
        self.back.on_click(self.guard(lambda: self._go(self.model.back)))
        self.next.on_click(self.guard(lambda: self._go(self.model.next)))
        self.guard(self.update)()

    def update(self) -> None:
        """Show the step that the slider is at."""
        self.model.step = self.step.value
        self.back.disabled = self.model.at_start
        self.next.disabled = self.model.at_end
        self.figure.value = flow(self.model.scene, self.model.step)
        self.caption.value = (
            f'<p role="status">{self.model.step}. {escape(self.model.caption)}</p>{self._holders()}'
        )

    def __repr__(self) -> str:
        return f"Flow: {self.model.scene.title}, {len(self.model.scene)} steps"

    def fallback(self) -> str:
        strip = "".join(
            f"{picture.html()}<p>{escape(told)}</p>" for picture, told in filmstrip(self.model.scene)
        )
        return f"<p><strong>{escape(self.model.scene.title)}</strong></p>{strip}"

    def _holders(self) -> str:
        """Who holds what, in words: for those who do not see the drawing, and for those who do."""
        scene = self.model.scene
        listed = "".join(
            f"<li>{escape(scene.actors[actor].name)}: {escape(', '.join(scene.items[i].name for i in items) or 'nothing')}</li>"
            for actor, items in scene.frame(self.model.step).holdings.items()
        )
        return f"<ul>{listed}</ul>"

    def _go(self, turn: Callable[[], None]) -> None:
        turn()
        self.step.value = self.model.step
        # a button that has just been disabled would lose the keyboard's keys
        if self.next.disabled:
            self.back.focus()
        elif self.back.disabled:
            self.next.focus()
