"""The view of the time machine: buttons for calls and for time, the key's state, its timeline, and its cost."""

from functools import partial

import ipywidgets

from kmsnb.figures import Picture, Table
from kmsnb.figures.key_life import key_states, timeline

from . import prose
from .card import Workbench
from .controls import button, row
from .time_machine_model import ACTIONS, LEAPS, Action, Event, TimeMachineModel

_CAPTION = "Thick line: charged. Diamond: new key material."
_SHOWN = 8


class TimeMachine(Workbench):
    """A symmetric key, created on day 0 in a separate mock of KMS: make calls, let time pass, and see what changes."""

    def __init__(self) -> None:
        self.model = TimeMachineModel()
        self.days = ipywidgets.BoundedIntText(
            value=30,
            min=1,
            max=365,
            description="waiting period in days",
            style={"description_width": "initial"},
            layout={"width": "15em"},
        )
        self.calls = {action: button(action, self.guard(partial(self._do, action))) for action in ACTIONS}
        self.leaps = {
            days: button(
                f"+ {days} {'day' if days == 1 else 'days'}", self.guard(partial(self._advance, days))
            )
            for days in LEAPS
        }
        self.again = button("Start again", self.guard(self._restart))
        times = row(self.days, *self.leaps.values(), self.again)
        super().__init__([row(*self.calls.values()), times], [])

    def update(self) -> None:
        """Show the key's state, its cost, and its history."""
        drawn = "".join(
            picture.data.decode() + (f"<p><em>{picture.caption}</em></p>" if picture.caption else "")
            for picture in _pictures(self.model)
        )
        self.show(self._told(), drawn + (_history(self.model)._repr_html_() if self.model.events else ""))

    def __repr__(self) -> str:
        return f"Time machine: day {self.model.now.day}, the key is {self.model.now.state}"

    def fallback(self) -> str:
        """An example, for a reader who can't press the buttons."""
        model = _example()
        drawn = "".join(picture.html() for picture in _pictures(model)[1:])
        return f"{drawn}{_history(model)._repr_html_()}{prose.invite('turn the clock and call KMS')}"

    def _do(self, action: Action) -> None:
        self.model.do(action, days=self.days.value)
        self.update()

    def _advance(self, days: int) -> None:
        self.model.advance(days)
        self.update()

    def _restart(self) -> None:
        self.model.reset()
        self.update()

    def _told(self) -> str:
        now = self.model.now
        opens = f"✗ {now.refusal}" if now.refusal else "✓ opens"
        facts = (
            f"<p><strong>Day {now.day:,}: the key is {now.state}.</strong> Cost so far: ${now.cost:,.2f}. "
            f"The ciphertext of day 0: {prose.strong(opens)}.</p>"
        )
        if not self.model.events:
            return facts + "<p>The key is new, and has encrypted one ciphertext. Press a button.</p>"
        return f"{_sentence(self.model.events[-1])}{facts}"


def _sentence(event: Event) -> str:
    if event.error:
        return prose.outcome(f"✗ {event.what}: {event.error}.", event.message)
    return prose.outcome(f"✓ {event.what}.")


def _example() -> TimeMachineModel:
    model = TimeMachineModel()
    model.advance(30)
    model.do("RotateKeyOnDemand")
    model.advance(30)
    model.do("DisableKey")
    model.advance(30)
    model.do("ScheduleKeyDeletion", days=7)
    model.advance(30)
    return model


def _pictures(model: TimeMachineModel) -> list[Picture]:
    now, spans = model.now, model.spans
    pictures = [key_states(now.state)]
    if spans:
        lived = "; ".join(
            f"{span.state} from day {span.start:,.0f} to {span.end:,.0f}"
            + (", charged" if span.charged else ", not charged")
            for span in spans
        )
        turned = ", ".join(f"{day:,}" for day in model.rotated)
        alt = f"The key's life: {lived}." + (f" New key material on day {turned}." if turned else "")
        pictures.append(
            timeline({"the key": spans}, marks={"the key": model.rotated}, alt=alt, caption=_CAPTION)
        )
    return pictures


def _history(model: TimeMachineModel) -> Table:
    events = model.events[-_SHOWN:]
    caption = "What happened" + (
        f", the last {_SHOWN} of {len(model.events)}" if len(model.events) > _SHOWN else ""
    )
    rows = (
        (f"day {event.day:,}", event.what, f"✗ {event.error}" if event.error else "✓") for event in events
    )
    return Table(caption, ("When", "What", "KMS's answer"), rows)
