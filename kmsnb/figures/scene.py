"""A scene: who holds which key and which page, step by step, and what crosses the boundary of KMS.

A scene is data, short enough to read in a lesson's module. ``frame(n)`` replays its first ``n`` steps; a step that
cannot happen (an item from someone who doesn't have it) is refused when the scene is made.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum


class Kind(StrEnum):
    """What an item is; each kind has its shape and color in the whole course."""

    KMS_KEY = "KMS key"
    DATA_KEY = "data key"
    WRAPPED_KEY = "wrapped key"
    PLAINTEXT = "plaintext"
    CIPHERTEXT = "ciphertext"


class Role(StrEnum):
    """What an actor is; only KMS is behind a boundary whose crossings are counted."""

    PERSON = "person"
    KMS = "KMS"
    STORAGE = "storage"
    SERVICE = "service"
    ATTACKER = "attacker"


@dataclass(frozen=True)
class Actor:
    """Someone who holds items."""

    name: str
    role: Role = Role.PERSON


@dataclass(frozen=True)
class Item:
    """Something that is held: its kind, and the name below its picture (the kind's own unless given)."""

    kind: Kind
    label: str = ""

    @property
    def name(self) -> str:
        return self.label or self.kind.value


@dataclass(frozen=True)
class Action:
    """One thing that happens in a step. Made by the functions below."""

    verb: str
    item: str
    at: str
    to: str = ""
    needs: tuple[str, ...] = ()
    error: str = ""


def create(item: str, *, at: str, using: tuple[str, ...] = ()) -> Action:
    """``item`` comes to be with actor ``at``, who needs the items ``using`` for it (and keeps them)."""
    return Action("create", item, at, needs=using)


def move(item: str, source: str, target: str) -> Action:
    """``item`` goes from one actor to another."""
    return Action("move", item, source, target)


def copy(item: str, source: str, target: str) -> Action:
    """``item`` goes to another actor, and the first keeps it."""
    return Action("copy", item, source, target)


def refuse(item: str, source: str, target: str, error: str) -> Action:
    """``target`` refuses ``item`` with ``error``: it comes back, and ``target`` keeps nothing."""
    return Action("refuse", item, source, target, error=error)


def wrap(item: str, *, under: str, into: str, at: str) -> Action:
    """Encrypt ``item`` under a key: ``into`` appears next to it."""
    return create(into, at=at, using=(item, under))


def erase(item: str, *, at: str) -> Action:
    """``item`` is gone from actor ``at``."""
    return Action("erase", item, at)


@dataclass(frozen=True)
class Step:
    """What happens at once, and the sentence that says so."""

    caption: str
    actions: tuple[Action, ...]

    def __init__(self, caption: str, *actions: Action) -> None:
        object.__setattr__(self, "caption", caption)
        object.__setattr__(self, "actions", actions)


@dataclass(frozen=True)
class Frame:
    """The scene after a step.

    ``holdings`` are each actor's items, oldest first; ``new`` and ``gone`` are (actor, item) pairs of this step;
    ``journeys`` its moves and copies as (item, source, target), ``refusals`` what came back as (item, source, target,
    error). ``into_kms`` and ``out_of_kms`` list, from the start,
    what crossed the boundary of KMS.
    """

    number: int
    caption: str
    holdings: Mapping[str, tuple[str, ...]]
    new: frozenset[tuple[str, str]] = frozenset()
    gone: tuple[tuple[str, str], ...] = ()
    journeys: tuple[tuple[str, str, str], ...] = ()
    refusals: tuple[tuple[str, str, str, str], ...] = ()
    into_kms: tuple[str, ...] = ()
    out_of_kms: tuple[str, ...] = ()


@dataclass(frozen=True)
class Scene:
    """Actors, items and steps. Raises ``ValueError`` with a clear message for a step that cannot happen."""

    title: str
    actors: Mapping[str, Actor]
    items: Mapping[str, Item]
    steps: tuple[Step, ...]
    _frames: tuple[Frame, ...] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        frames = [Frame(0, "", dict.fromkeys(self.actors, ()))]
        for step in self.steps:
            frames.append(self._play(frames[-1], step))
        object.__setattr__(self, "_frames", tuple(frames[1:]))
        if not frames[1:]:
            raise ValueError(f"The scene {self.title!r} has no steps.")

    def __len__(self) -> int:
        return len(self.steps)

    def frame(self, number: int) -> Frame:
        """The scene after step ``number``, from 1."""
        if not 1 <= number <= len(self):
            raise ValueError(f"The scene {self.title!r} has the steps 1 to {len(self)}, not {number}.")
        return self._frames[number - 1]

    def _play(self, before: Frame, step: Step) -> Frame:
        held = {actor: list(items) for actor, items in before.holdings.items()}
        new: set[tuple[str, str]] = set()
        gone: list[tuple[str, str]] = []
        journeys: list[tuple[str, str, str]] = []
        refusals: list[tuple[str, str, str, str]] = []
        for action in step.actions:
            self._check(action, held, step)
            if action.verb == "refuse":
                refusals.append((action.item, action.at, action.to, action.error))
                continue
            if action.verb in ("move", "erase"):
                held[action.at].remove(action.item)
                gone.append((action.at, action.item))
            if action.verb != "erase":
                receiver = action.to or action.at
                if action.item not in held[receiver]:
                    held[receiver].append(action.item)
                new.add((receiver, action.item))
            if action.to:
                journeys.append((action.item, action.at, action.to))
        sent = (*journeys, *(refusal[:3] for refusal in refusals))
        into = [item for item, _, target in sent if self._is_kms(target)]
        out = [item for item, source, _ in journeys if self._is_kms(source)]
        return Frame(
            before.number + 1,
            step.caption,
            {actor: tuple(items) for actor, items in held.items()},
            frozenset(new),
            tuple(gone),
            tuple(journeys),
            tuple(refusals),
            (*before.into_kms, *into),
            (*before.out_of_kms, *out),
        )

    def _is_kms(self, actor: str) -> bool:
        return self.actors[actor].role is Role.KMS

    def _check(self, action: Action, held: Mapping[str, list[str]], step: Step) -> None:
        where = f"in {self.title!r}, step {step.caption!r}"
        for actor in filter(None, (action.at, action.to)):
            if actor not in self.actors:
                raise ValueError(f"There is no actor {actor!r} {where}.")
        for item in (action.item, *action.needs):
            if item not in self.items:
                raise ValueError(f"There is no item {item!r} {where}.")
        needed = action.needs if action.verb == "create" else (action.item,)
        for item in needed:
            if item not in held[action.at]:
                raise ValueError(f"{action.at!r} doesn't have {item!r} {where}.")
