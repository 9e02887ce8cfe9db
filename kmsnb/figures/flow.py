"""A frame of a scene as a drawing: a column for each actor, what it holds in rows, arrows for what moved."""

from . import shapes
from .picture import Picture
from .scene import Frame, Role, Scene

_COLUMN, _GAP = 190, 34
_TOP, _ROW, _FOOT = 54, 96, 36


def flow(scene: Scene, step: int) -> str:
    """The scene after ``step`` (from 1) as an SVG document. All steps of a scene have the same size."""
    frame = scene.frame(step)
    rows = _rows(scene)
    left = {actor: _GAP / 2 + n * (_COLUMN + _GAP) for n, actor in enumerate(scene.actors)}
    height = _TOP + rows * _ROW + _FOOT
    places = _places(scene, step, left)
    parts = [_actor(scene, actor, x, rows) for actor, x in left.items()]
    parts += [_journey(places, *journey) for journey in frame.journeys]
    parts += [_held(scene, frame, *holding, *place) for holding, place in places.items()]
    parts.append(shapes.text(_GAP / 2, height - 10, crossed(frame), anchor="start"))
    return shapes.drawing(round(len(left) * (_COLUMN + _GAP)), height, *parts)


def describe(scene: Scene, step: int) -> str:
    """The same in words: who holds what after ``step``, and what crossed the boundary."""
    frame = scene.frame(step)
    holders = (
        f"{scene.actors[actor].name} holds {', '.join(scene.items[item].name for item in items) or 'nothing'}"
        for actor, items in frame.holdings.items()
    )
    return f"Step {step} of {len(scene)}: {frame.caption} {'; '.join(holders)}. {crossed(frame)}"


def crossed(frame: Frame) -> str:
    """How much crossed the boundary of KMS so far."""
    return f"Crossed the boundary of KMS so far: {len(frame.into_kms)} in, {len(frame.out_of_kms)} out."


def filmstrip(scene: Scene) -> list[tuple[Picture, str]]:
    """Every step as a picture with its caption, for readers who cannot press a button."""
    return [
        (
            Picture(flow(scene, step).encode(), "image/svg+xml", alt=describe(scene, step)),
            f"{step}. {scene.frame(step).caption}",
        )
        for step in range(1, len(scene) + 1)
    ]


def _rows(scene: Scene) -> int:
    """Room for the fullest hands of the scene, with what goes from them in that step."""
    return max(len(_shown(scene, step, actor)) for step in range(1, len(scene) + 1) for actor in scene.actors)


def _shown(scene: Scene, step: int, actor: str) -> list[str]:
    """What to draw with an actor: what it holds, and what it has just let go of, in the order of the step before."""
    frame = scene.frame(step)
    leaving = [item for holder, item in frame.gone if holder == actor]
    before = scene.frame(step - 1).holdings[actor] if step > 1 else ()
    return list(dict.fromkeys((*before, *leaving, *frame.holdings[actor])))


def _places(scene: Scene, step: int, left: dict[str, float]) -> dict[tuple[str, str], tuple[float, float]]:
    return {
        (actor, item): (left[actor] + _COLUMN / 2, _TOP + row * _ROW + 36)
        for actor in scene.actors
        for row, item in enumerate(_shown(scene, step, actor))
    }


def _actor(scene: Scene, actor: str, x: float, rows: int) -> str:
    who = scene.actors[actor]
    label = who.name if who.role in (Role.PERSON, Role.KMS) else f"{who.name} ({who.role.value})"
    return shapes.boundary(x, _TOP - 14, _COLUMN, rows * _ROW + 10, label, solid=who.role is not Role.KMS)


def _held(scene: Scene, frame: Frame, actor: str, item: str, x: float, y: float) -> str:
    thing = scene.items[item]
    if item not in frame.holdings[actor]:
        return shapes.nothing(x, y) + shapes.text(x, y + 48, f"{thing.name}: gone")
    new = (actor, item) in frame.new
    drawn = shapes.ITEM[thing.kind](x, y) + shapes.text(
        x, y + 48, f"{thing.name}, new" if new else thing.name, bold=new
    )
    return (shapes.halo(x, y) if new else "") + drawn


def _journey(places: dict[tuple[str, str], tuple[float, float]], item: str, source: str, target: str) -> str:
    (x1, y1), (x2, y2) = places[source, item], places[target, item]
    side = 34 if x2 > x1 else -34
    return shapes.arrow(x1 + side, y1, x2 - side, y2)
