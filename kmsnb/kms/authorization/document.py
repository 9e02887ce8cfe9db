"""A JSON policy, parsed once into statements that can be evaluated many times.

IAM User Guide, "IAM JSON policy elements reference"; AWS KMS Developer Guide, "Creating a key policy".

Parsing never raises. AWS does not store malformed policies; one that gets here never allows anything, and whatever may
have been a Deny in it denies. ``validation`` says what PutKeyPolicy rejects.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, NamedTuple

from .conditions import Answer, ConditionElement, ConditionTest
from .patterns import Lookup, MalformedVariableError, Template, Wildcards
from .principals import Binding, Principal, PrincipalElement

#: Versions of the policy language; in the older, policy variables are plain text.
VERSIONS = ("2012-10-17", "2008-10-17")

POLICY_ELEMENTS = frozenset({"Version", "Id", "Statement"})
_OF_ALL_STATEMENTS = frozenset(
    {"Sid", "Effect", "Action", "NotAction", "Resource", "NotResource", "Condition"}
)
_PRINCIPALS = frozenset({"Principal", "NotPrincipal"})

_ACTION = re.compile(r"\*|[A-Za-z0-9*?-]+:[A-Za-z0-9*?]+")


class Element(StrEnum):
    """Which part of a statement did not match a request."""

    PRINCIPAL = "Principal"
    NOT_PRINCIPAL = "NotPrincipal"
    ACTION = "Action"
    NOT_ACTION = "NotAction"
    RESOURCE = "Resource"
    NOT_RESOURCE = "NotResource"
    CONDITION = "Condition"
    FORM = "form"
    MISSING = "missing element"


class Match(NamedTuple):
    """How a statement matches a request.

    ``failed`` is the element that did not match; None if the statement applies. ``test`` is the condition that
    decided it.
    """

    statement: Statement
    failed: Element | None = None
    test: ConditionTest | None = None
    binding: Binding | None = None

    @property
    def applies(self) -> bool:
        """Whether every element of the statement matched."""
        return self.failed is None


@dataclass(frozen=True)
class ActionElement:
    """Action or NotAction, which ignore case."""

    patterns: tuple[str, ...]
    wildcards: tuple[Wildcards, ...]
    negated: bool = False

    def covers(self, action: str) -> bool:
        """Whether the element covers an action such as ``kms:Decrypt``."""
        lower = action.lower()
        return any(each.match(lower) for each in self.wildcards) is not self.negated


@dataclass(frozen=True)
class ResourceElement:
    """Resource or NotResource, which are case-sensitive and can contain policy variables."""

    patterns: tuple[str, ...]
    templates: tuple[Template, ...]
    negated: bool = False

    def covers(self, resource: str, lookup: Lookup) -> Answer:
        """A variable without a value matches no resource; what that means for NotResource, AWS does not say."""
        if "*" in self.patterns:
            return not self.negated
        if any(template.matcher(lookup)(resource) for template in self.templates):
            return not self.negated
        if self.negated and any(template.text(lookup) is None for template in self.templates):
            return None
        return self.negated


@dataclass(frozen=True)
class Statement:
    """One statement. An element is None if it is missing, or unreadable because of a ``flaw``."""

    position: int
    sid: str | None
    allows: bool
    principals: PrincipalElement | None = None
    actions: ActionElement | None = None
    resources: ResourceElement | None = None
    conditions: ConditionElement = field(default_factory=ConditionElement)
    source: dict[str, Any] = field(default_factory=dict)
    without_effect: bool = False
    flaw: str | None = None

    @property
    def label(self) -> str:
        """The Sid, or the position in the policy."""
        return f"“{self.sid}”" if self.sid else f"number {self.position}"

    def match(self, caller: Principal, action: str, resource: str, lookup: Lookup) -> Match:
        """Match a request against this statement: principal, action, resource, then condition."""
        if self.without_effect:
            return Match(self, Element.MISSING)
        if self.flaw and self.allows:
            return Match(self, Element.FORM)
        binding = Binding.CALLER
        if self.principals is not None:
            found = self._binding(self.principals, caller)
            if found is None:
                return Match(self, Element.NOT_PRINCIPAL if self.principals.negated else Element.PRINCIPAL)
            binding = found
        if self.actions is not None and not self.actions.covers(action):
            return Match(self, Element.NOT_ACTION if self.actions.negated else Element.ACTION)
        if self.resources is not None:
            covered = self.resources.covers(resource, lookup)
            if covered is False or (covered is None and self.allows):
                return Match(self, Element.NOT_RESOURCE if self.resources.negated else Element.RESOURCE)
        passed, test = self.conditions.evaluate(lookup)
        if passed is False or (passed is None and self.allows):
            return Match(self, Element.CONDITION, test)
        return Match(self, test=test, binding=binding)

    def _binding(self, principals: PrincipalElement, caller: Principal) -> Binding | None:
        if principals.flaw:
            return None if self.allows else Binding.CALLER
        if principals.negated:
            return None if principals.exempts(caller, deny=not self.allows) else Binding.CALLER
        return principals.binding(caller)


@dataclass(frozen=True)
class Policy:
    """A policy, its statements separated by effect. An unreadable one denies everything."""

    name: str
    allows: tuple[Statement, ...] = ()
    denies: tuple[Statement, ...] = ()

    @property
    def statements(self) -> tuple[Statement, ...]:
        """All statements, in the order of the document."""
        return tuple(sorted(self.allows + self.denies, key=lambda each: each.position))


def parse_key_policy(text: str, name: str = "key policy") -> Policy:
    """Parse the policy of a KMS key, whose statements name principals."""
    return _parse(text, name, principals=True, complete=False)


def parse_resource_policy(text: str, name: str = "resource policy") -> Policy:
    """Parse the policy of a bucket or a secret. Its statements name principals, and need an Action and a Resource."""
    return _parse(text, name, principals=True)


def parse_identity_policy(text: str, name: str = "IAM policy") -> Policy:
    """Parse an IAM identity's policy, a permissions boundary or a session policy, which have no principals."""
    return _parse(text, name, principals=False)


def read_json(text: str) -> Any:
    """Parse JSON; raises ``ValueError``, also if an element occurs twice."""
    try:
        return json.loads(text, object_pairs_hook=_without_duplicates)
    except RecursionError:
        raise ValueError("too deeply nested") from None


def _without_duplicates(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    if len({name for name, _ in pairs}) < len(pairs):
        raise ValueError("an element occurs twice")
    return dict(pairs)


def _parse(text: str, name: str, *, principals: bool, complete: bool = True) -> Policy:
    """Parse a policy; unless it is ``complete``, a statement without Action or Resource has no effect."""
    try:
        document = read_json(text)
    except (ValueError, TypeError):
        return _unreadable(name, "it is not JSON")
    if not isinstance(document, dict) or not document.keys() <= POLICY_ELEMENTS:
        return _unreadable(name, "it does not have the elements of a policy")
    version = document.get("Version", VERSIONS[1])
    statements = document.get("Statement")
    listed = statements if isinstance(statements, list) else [statements]
    if version not in VERSIONS or not all(isinstance(each, dict) for each in listed):
        return _unreadable(name, "it does not have the elements of a policy")
    parsed = [
        _statement(each, position, principals=principals, complete=complete, variables=version == VERSIONS[0])
        for position, each in enumerate(listed, 1)
    ]
    return Policy(
        name,
        allows=tuple(each for each in parsed if each.allows),
        denies=tuple(each for each in parsed if not each.allows),
    )


def _unreadable(name: str, why: str) -> Policy:
    deny_all = Statement(1, None, allows=False, flaw=f"the policy cannot be read: {why}")
    return Policy(name, denies=(deny_all,))


def _statement(
    source: dict[str, Any], position: int, *, principals: bool, complete: bool, variables: bool
) -> Statement:
    flaws: list[str] = []
    known = _OF_ALL_STATEMENTS | _PRINCIPALS if principals else _OF_ALL_STATEMENTS
    flaws += [f"it has an element that does not belong there: {name}" for name in source if name not in known]
    if source.get("Effect") not in ("Allow", "Deny"):
        flaws.append("its Effect is neither Allow nor Deny")
    sid = source.get("Sid")
    if sid is not None and not isinstance(sid, str):
        flaws.append("its Sid is not a string")
    named = _principals(source) if principals else None
    if named and named.flaw:
        flaws.append(f"its Principal {named.flaw}")
    missing = [name for name in ("Action", "Resource") if name not in source and f"Not{name}" not in source]
    if missing and complete:
        flaws.append(f"it has no {missing[0]}")
    actions = _actions(source, flaws)
    resources = _resources(source, flaws, variables=variables)
    conditions = ConditionElement.parse(source.get("Condition", {}), variables=variables)
    if conditions.flaw:
        flaws.append(conditions.flaw)
    return Statement(
        position,
        sid if isinstance(sid, str) else None,
        source.get("Effect") == "Allow",
        named,
        actions,
        resources,
        conditions,
        source,
        # a key policy can have such a statement, and "the policy statement has no effect" (PutKeyPolicy)
        without_effect=bool(missing) and not complete,
        flaw=flaws[0] if flaws else None,
    )


def _principals(source: dict[str, Any]) -> PrincipalElement:
    if "NotPrincipal" in source and "Principal" in source:
        return PrincipalElement(flaw="has a NotPrincipal next to it")
    if "NotPrincipal" in source:
        return PrincipalElement.parse(source["NotPrincipal"], negated=True)
    return PrincipalElement.parse(source.get("Principal"))


def _actions(source: dict[str, Any], flaws: list[str]) -> ActionElement | None:
    negated = "NotAction" in source
    texts = _texts(source, "Action", flaws)
    if texts is None:
        return None
    if not all(_ACTION.fullmatch(text) for text in texts):
        flaws.append("its Action is not of the form kms:Name")
        return None
    return ActionElement(texts, tuple(Wildcards.of([(text.lower(), True)]) for text in texts), negated)


def _resources(source: dict[str, Any], flaws: list[str], *, variables: bool) -> ResourceElement | None:
    negated = "NotResource" in source
    texts = _texts(source, "Resource", flaws)
    if texts is None:
        return None
    try:
        templates = tuple(Template.parse(text, variables=variables) for text in texts)
    except MalformedVariableError:
        flaws.append("its Resource has an invalid policy variable")
        return None
    return ResourceElement(texts, templates, negated)


def _texts(source: dict[str, Any], name: str, flaws: list[str]) -> tuple[str, ...] | None:
    """Action or NotAction, Resource or NotResource: a string or a list of strings."""
    present = [element for element in (name, f"Not{name}") if element in source]
    if len(present) > 1:
        flaws.append(f"it has both {name} and Not{name}")
    if len(present) != 1:
        return None
    element = present[0]
    value = source[element]
    listed = value if isinstance(value, list) else [value]
    if not listed or not all(isinstance(each, str) and each for each in listed):
        flaws.append(f"its {element} is neither a string nor a list of strings")
        return None
    return tuple(listed)
