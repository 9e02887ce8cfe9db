"""Where someone is in a scene."""

from dataclasses import dataclass

from kmsnb.figures.scene import Scene


@dataclass
class FlowModel:
    """A scene and the step it is at, from 1."""

    scene: Scene
    step: int = 1

    @property
    def caption(self) -> str:
        return self.scene.frame(self.step).caption

    @property
    def at_start(self) -> bool:
        return self.step == 1

    @property
    def at_end(self) -> bool:
        return self.step == len(self.scene)

    def next(self) -> None:
        """One step on; at the end, stay."""
        self.step = min(self.step + 1, len(self.scene))

    def back(self) -> None:
        """One step back; at the start, stay."""
        self.step = max(self.step - 1, 1)
