"""A frame of a scene as a drawing: a column for each actor, the items it holds in rows, arrows for what moved.

Arrows run between the columns and above the names, so they cross no item and no label.
"""

from collections.abc import Mapping

from . import palette, shapes
from .picture import Picture
from .scene import Frame, Role, Scene

_COLUMN, _GAP = 140, 38
_MARGIN = 24  # room for the longest label, which is wider than its column
_HEAD, _ROW, _FOOT = 38, 94, 30
_LANE, _LANES = 16, 34  # how high an arrow passes over the columns in between, and the room for such arrows
_SPREAD = 7  # between arrows that share a gap
_PASSED_ON = 14  # from the head of an arrow to the tail of the next one, where an item arrives and goes on

Place = tuple[float, float]


def flow(scene: Scene, step: int) -> str:
    """The scene after ``step`` (from 1) as an SVG document. All steps of a scene have the same size."""
    frame = scene.frame(step)
    rows = _rows(scene)
    left = {actor: _MARGIN + n * (_COLUMN + _GAP) for n, actor in enumerate(scene.actors)}
    top = _HEAD + (_LANES if _passes_over(scene) else 0)
    places = _places(scene, step, left, top)
    parts = [_actor(scene, actor, x, top, rows) for actor, x in left.items()]
    arrived = {(item, target) for item, _, target in frame.journeys}
    for number, (item, source, target) in enumerate(frame.journeys):
        shift = (number - (len(frame.journeys) - 1) / 2) * _SPREAD
        (x, y), passed_on = places[source, item], (item, source) in arrived
        start = (x, y + _PASSED_ON) if passed_on else (x, y)
        parts.append(_journey(start, places[target, item], shift + (_SPREAD if passed_on else 0)))
    parts += [
        _refusal(places[source, item], left, target, error) for item, source, target, error in frame.refusals
    ]
    parts += [_held(scene, frame, *holding, *place) for holding, place in places.items()]
    height = top + rows * _ROW + _FOOT
    parts.append(shapes.text(_MARGIN, height - 8, crossed(frame), anchor="start"))
    return shapes.drawing(len(left) * (_COLUMN + _GAP) - _GAP + 2 * _MARGIN, height, *parts)


def describe(scene: Scene, step: int) -> str:
    """A description: who holds what after ``step``, what was refused, and what crossed the boundary."""
    frame = scene.frame(step)
    names = {actor: each.name for actor, each in scene.actors.items()}
    holders = (
        f"{names[actor]} holds {', '.join(scene.items[item].name for item in items) or 'nothing'}"
        for actor, items in frame.holdings.items()
    )
    refused = "".join(
        f"{names[target]} refuses the {scene.items[item].name} from {names[source]} with {error}. "
        for item, source, target, error in frame.refusals
    )
    return f"Step {step} of {len(scene)}: {frame.caption} {refused}{'; '.join(holders)}. {crossed(frame)}"


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
    """Room for the fullest hands of the scene, including what leaves them in that step."""
    return max(len(_shown(scene, step, actor)) for step in range(1, len(scene) + 1) for actor in scene.actors)


def _shown(scene: Scene, step: int, actor: str) -> list[str]:
    """What to draw with an actor: what it holds and what it has just let go of, in the order of the step before."""
    frame = scene.frame(step)
    leaving = [item for holder, item in frame.gone if holder == actor]
    before = scene.frame(step - 1).holdings[actor] if step > 1 else ()
    return list(dict.fromkeys((*before, *leaving, *frame.holdings[actor])))


def _passes_over(scene: Scene) -> bool:
    """Whether any arrow of the scene passes over a column."""
    column = {actor: number for number, actor in enumerate(scene.actors)}
    frames = [scene.frame(step) for step in range(1, len(scene) + 1)]
    return any(
        frame.refusals
        or any(abs(column[source] - column[target]) > 1 for _, source, target in frame.journeys)
        for frame in frames
    )


def _places(scene: Scene, step: int, left: Mapping[str, float], top: float) -> dict[tuple[str, str], Place]:
    return {
        (actor, item): (left[actor] + _COLUMN / 2, top + row * _ROW + 28)
        for actor in scene.actors
        for row, item in enumerate(_shown(scene, step, actor))
    }


def _actor(scene: Scene, actor: str, x: float, top: float, rows: int) -> str:
    who = scene.actors[actor]
    label = who.name if who.role in (Role.PERSON, Role.KMS) else f"{who.name} ({who.role.value})"
    return shapes.boundary(x, top - 14, _COLUMN, rows * _ROW + 8, label, solid=who.role is not Role.KMS)


def _held(scene: Scene, frame: Frame, actor: str, item: str, x: float, y: float) -> str:
    thing = scene.items[item]
    if item not in frame.holdings[actor]:
        return shapes.nothing(x, y) + shapes.text(
            x, y + 49, f"{thing.name}: gone", fill=palette.token("soft")
        )
    new = (actor, item) in frame.new
    label = shapes.text(x, y + 49, f"{thing.name}, new" if new else thing.name, bold=new)
    return (shapes.halo(x, y) if new else "") + shapes.ITEM[thing.kind](x, y) + label


def _journey(start: Place, end: Place, shift: float) -> str:
    """From item to item: sideways out of the column, along the gaps, sideways in."""
    (x1, y1), (x2, y2) = start, end
    side = 1 if x2 > x1 else -1
    if side * (y2 - y1) > 0:
        shift = -shift  # or arrows side by side would cross
    leave, enter = x1 + side * (_COLUMN + _GAP) / 2 + shift, x2 - side * (_COLUMN + _GAP) / 2 + shift
    corners = [(x1 + side * 34, y1), (leave, y1)]
    if abs(x2 - x1) < (_COLUMN + _GAP) * 1.5:  # neighbors share a gap
        corners += [(leave, y2)]
    else:
        corners += [(leave, _LANE + shift), (enter, _LANE + shift), (enter, y2)]
    return _route(
        [*corners, (x2 - side * 36, y2)], 'stroke="currentColor" stroke-width="1.8"', "currentColor"
    )


def _refusal(start: Place, left: Mapping[str, float], target: str, error: str) -> str:
    """The way to the target's boundary, where it is stopped, and the way back with the error."""
    red = palette.token("wrong")
    x, y = start
    side = 1 if left[target] > x else -1
    wall = left[target] if side > 0 else left[target] + _COLUMN
    leave, enter = x + side * (_COLUMN + _GAP) / 2, wall - side * 34
    sent = [
        (x + side * 34, y),
        (leave - side * 5, y),
        (leave - side * 5, _LANE - 6),
        (enter, _LANE - 6),
        (enter, y),
        (wall - side * 21, y),
    ]
    back = [
        (wall, y + 20),
        (wall, y + 34),
        (enter + side * 9, y + 34),
        (enter + side * 9, _LANE + 6),
        (leave + side * 6, _LANE + 6),
        (leave + side * 6, y + 12),
        (x + side * 36, y + 12),
    ]
    label = shapes.text(left[target] + _COLUMN / 2, y + 72, error, fill=red)
    return (
        _route(sent, f'stroke="{red}" stroke-width="2.4"', "")
        + _route(back, f'stroke="{red}" stroke-width="1.8" stroke-dasharray="5 4"', red)
        + shapes.refused(wall, y)
        + label
    )


def _route(corners: list[Place], stroke: str, head: str) -> str:
    """A line through the corners, which it rounds; with a head of the color ``head``, if any."""
    path = [f"M{corners[0][0]:g},{corners[0][1]:g}"]
    for before, corner, after in zip(corners, corners[1:], corners[2:], strict=False):
        enter, leave = _towards(corner, before), _towards(corner, after)
        path.append(f"L{enter[0]:g},{enter[1]:g} Q{corner[0]:g},{corner[1]:g} {leave[0]:g},{leave[1]:g}")
    x, y = corners[-1]
    path.append(f"L{x:g},{y:g}")
    turn = 0 if x > corners[-2][0] else 180
    tip = (
        f'<path d="M0,0 l-9,-5 v10 z" transform="translate({x:g} {y:g}) rotate({turn})" fill="{head}"/>'
        if head
        else ""
    )
    return f'<path d="{" ".join(path)}" fill="none" {stroke}/>{tip}'


def _towards(corner: Place, other: Place, radius: float = 9) -> Place:
    """The point at ``radius`` from a corner on the way to another, at most half of the way."""
    dx, dy = other[0] - corner[0], other[1] - corner[1]
    length = max(abs(dx), abs(dy)) or 1
    part = min(radius, length / 2) / length
    return corner[0] + dx * part, corner[1] + dy * part
