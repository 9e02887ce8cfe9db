"""A decision as plain data that can be kept and shown: no key, no parameter, and so no plaintext, hangs on it."""

from __future__ import annotations

from typing import NamedTuple

from .authorization import Decision, Stage, Step


class Station(NamedTuple):
    """One station on the way: what it is called, what it said (yes, no, or None for nothing), and what was seen there."""

    name: str
    answer: bool | None
    seen: tuple[str, ...]


class Explanation(NamedTuple):
    """Whether a caller may do something, in one sentence, and the way to that answer."""

    caller: str
    action: str
    resource: str
    allowed: bool
    reason: str
    sentence: str
    path: tuple[Station, ...]

    @classmethod
    def of(cls, decision: Decision) -> Explanation:
        """What a decision comes to."""
        request = decision.request
        return cls(
            request.caller.arn,
            request.action,
            request.arn,
            decision.allowed,
            str(decision.reason),
            decision.sentence,
            tuple(_station(step) for step in decision.path),
        )


def _station(step: Step) -> Station:
    seen = [_capital(look.sentence) for look in step.looks]
    for match in step.grants:
        words = "permits it" if match.applies else f"does not: {match.failed}"
        seen.append(f"Grant {match.grant.id} {words}.")
    return Station(str(step.stage), step.answer, tuple(seen or [_NOTHING[step.stage]]))


_NOTHING = {
    Stage.DENY: "No policy has a Deny statement.",
    Stage.KEY_POLICY: "The key policy has no Allow statement.",
    Stage.IAM: "No IAM policy of the caller has an Allow statement.",
    Stage.BOUNDARY: "The permissions boundary has no Allow statement.",
    Stage.SESSION: "No session policy has an Allow statement.",
    Stage.GRANTS: "No grant names the caller.",
}


def _capital(sentence: str) -> str:
    return sentence[:1].upper() + sentence[1:]
