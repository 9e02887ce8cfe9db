"""A key in a separate mock of KMS, with a clock: what happens to the key, its cost and an old ciphertext?"""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal

import boto3
from botocore.config import Config
from botocore.exceptions import ClientError

from kmsnb import kms as mocked
from kmsnb.figures.key_life import GONE, Span
from kmsnb.lab import ACCOUNT, Lab, current

Action = Literal["DisableKey", "EnableKey", "ScheduleKeyDeletion", "CancelKeyDeletion", "RotateKeyOnDemand"]

ACTIONS: tuple[Action, ...] = (
    "DisableKey",
    "EnableKey",
    "ScheduleKeyDeletion",
    "CancelKeyDeletion",
    "RotateKeyOnDemand",
)
LEAPS = (1, 7, 30, 365)

_NOT_CHARGED = {"PendingDeletion", GONE}
# a refusal for a limit is shown at once: botocore would sleep and ask again
_ONCE = Config(retries={"total_max_attempts": 1})


@dataclass(frozen=True)
class Event:
    """What happened on which day, with the code and message of KMS's error, if any."""

    day: int
    what: str
    error: str = ""
    message: str = ""


@dataclass(frozen=True)
class Now:
    """The key now: its state, its cost so far in US dollars, its rotations, and the old ciphertext.

    ``refusal`` is the error that Decrypt raises for the old ciphertext, empty if it decrypts.
    """

    day: int
    state: str
    cost: float
    rotations: int
    refusal: str
    deletion_day: int | None = None


@dataclass
class TimeMachineModel:
    """One symmetric key, created on day 0, and a ciphertext from that day. Needs a running lab, but doesn't change it."""

    events: list[Event] = field(default_factory=list)
    rotated: list[int] = field(default_factory=list)
    _states: list[tuple[int, str]] = field(default_factory=list)

    def __post_init__(self) -> None:
        self._lab: Lab | None = None
        self._client: Any = None
        self.reset()

    def reset(self) -> None:
        """Another key, from day 0."""
        self._sandbox = mocked.Sandbox()
        self.events, self.rotated, self._states = [], [], []
        with self._sandbox:
            self._start = self._sandbox.clock.now()
            self._key = self._kms.create_key()["KeyMetadata"]["KeyId"]
            self._blob = self._kms.encrypt(KeyId=self._key, Plaintext=b"day 0")["CiphertextBlob"]
        self.now = self._look()

    def do(self, action: Action, *, days: int = 30) -> Event:
        """Call KMS; ``days`` is the waiting period of ScheduleKeyDeletion. If KMS refuses, the event has the error."""
        window = {"PendingWindowInDays": days} if action == "ScheduleKeyDeletion" else {}
        what = f"{action}, {days} {'day' if days == 1 else 'days'}" if window else action
        calls: dict[Action, Callable[..., Any]] = {
            "DisableKey": self._kms.disable_key,
            "EnableKey": self._kms.enable_key,
            "ScheduleKeyDeletion": self._kms.schedule_key_deletion,
            "CancelKeyDeletion": self._kms.cancel_key_deletion,
            "RotateKeyOnDemand": self._kms.rotate_key_on_demand,
        }
        event = Event(self.now.day, what)
        with self._sandbox:
            try:
                calls[action](KeyId=self._key, **window)
            except ClientError as error:
                told = error.response["Error"]
                event = Event(self.now.day, what, told["Code"], told["Message"].replace(self._key, "…"))
        if action == "RotateKeyOnDemand" and not event.error:
            self.rotated.append(event.day)
        return self._note(event)

    def advance(self, days: int) -> Event:
        """Let time pass."""
        before = self.now
        self._sandbox.clock.advance(days=days)
        event = Event(before.day + days, f"{days} {'day passes' if days == 1 else 'days pass'}")
        self._note(event)
        if self.now.state == GONE and before.deletion_day is not None:
            self._states[-1] = (before.deletion_day, GONE)
        return event

    @property
    def spans(self) -> tuple[Span, ...]:
        """The states so far, one after another; those that have lasted no day are left out."""
        ends = [day for day, _ in self._states[1:]] + [self.now.day]
        states = [state for _, state in self._states]
        return tuple(
            # a canceled deletion is billed as if it had never been scheduled
            Span(state, day, end, charged=not {*states[n:]} <= _NOT_CHARGED)
            for n, ((day, state), end) in enumerate(zip(self._states, ends, strict=True))
            if end > day
        )

    @property
    def _kms(self) -> Any:
        """A client of the student of the lab that is on: the setup cell may have been run again."""
        lab = current()
        if lab is not self._lab:
            self._lab, self._client = lab, boto3.client("kms", region_name="us-east-1", config=_ONCE)
        return self._client

    def _note(self, event: Event) -> Event:
        self.events.append(event)
        self.now = self._look()
        return event

    def _look(self) -> Now:
        with self._sandbox:
            metadata = self._metadata()
            refusal = self._refusal()
            now = self._sandbox.clock.now()
            mocked.settle()
            lines = mocked.bill(ACCOUNT, now, self._sandbox.meter)
        state = metadata["KeyState"] if metadata else GONE
        day = self._day(now)
        if not self._states or self._states[-1][1] != state:
            self._states.append((day, state))
        return Now(
            day,
            state,
            sum(line.amount for line in lines if self._key in line.item),
            len(self.rotated),
            refusal,
            self._day(metadata["DeletionDate"]) if metadata and "DeletionDate" in metadata else None,
        )

    def _metadata(self) -> dict[str, Any] | None:
        try:
            return self._kms.describe_key(KeyId=self._key)["KeyMetadata"]
        except self._kms.exceptions.NotFoundException:
            return None

    def _refusal(self) -> str:
        try:
            self._kms.decrypt(CiphertextBlob=self._blob, KeyId=self._key)
        except ClientError as error:
            return error.response["Error"]["Code"]
        return ""

    def _day(self, when: datetime) -> int:
        return (when - self._start).days
