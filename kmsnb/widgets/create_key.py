"""The view of the console's wizard: a page of controls for each step, and below it the calls and the policy so far."""

from html import escape
from typing import Any

import boto3
import ipywidgets

from kmsnb.figures import Table, console_steps, policy_table

from . import prose
from .card import Card
from .code import Code
from .controls import area, button, checkbox, dropdown, field, offer, row, show
from .create_key_code import abridged
from .create_key_model import KEY_TYPES, LABELS, ORIGINS, POLICY, REVIEW, CreateKeyModel, Made, step_name
from .create_key_policy import ADMINISTRATORS, GRANTS, USERS

_EXPLAINED = {
    1: "What the key is. Nothing on this page can be changed later.",
    2: "What the key is called. Type the alias without its prefix: the console adds <code>alias/</code> itself.",
    3: "Who can manage the key. Optional.",
    4: "Who can use the key. Optional.",
    5: "The policy that steps 3 and 4 wrote. Edit it if you like. Optional.",
    6: "<em>Create key</em> makes the two calls; until then nothing is sent.",
}
#: The statements that come of a step.
_ADDED_BY = {3: (ADMINISTRATORS,), 4: (USERS, GRANTS)}


class CreateKey(Card):
    """Create a key with ``kms`` as in the console, step by step; the people to choose from are the account's own."""

    def __init__(self, kms: Any) -> None:
        self.kms = kms
        account, people = _account_and_people()
        self.model = CreateKeyModel(account, kms.meta.region_name, people)
        self.step = 1
        self._filling = False
        self._make_controls(people)
        self.heading, self.note = ipywidgets.HTML(), ipywidgets.HTML()
        self.so_far, self.code, self.statements = ipywidgets.HTML("<p>So far:</p>"), Code(), ipywidgets.HTML()
        self.reply = ipywidgets.HTML()
        self.pages = [ipywidgets.VBox(page) for page in self._pages()]
        buttons = row(self.back, self.next, self.create)
        result = [self.reply, self.so_far, self.code, self.statements]
        super().__init__([self.heading, *self.pages, self.note, buttons, *result])
        for control in self._fields():
            control.observe(self.guard(self.update), names="value")
        self.policy.observe(self.guard(self._policy_edited), names="value")
        self.guard(self.update)()

    def update(self) -> None:
        """Read the controls, show what they come to."""
        if self._filling:
            return
        self._read()
        self._offer_what_fits()
        self._show()

    def __repr__(self) -> str:
        return f"Create a KMS key, {step_name(self.step)}"

    def fallback(self) -> str:
        model = self.model
        chosen = (
            f"{model.spec}, {model.usage}",
            model.description or "no description yet",
            f"administrators: {_listed(model.administrators)}",
            f"users: {_listed(model.users)}",
            "as built" if not model.own_policy else "as edited",
        )
        alias = model.alias_name or "no alias yet"
        picture = console_steps(chosen, alias, current=self.step)
        how = prose.invite("go through the steps and create the key")
        return f"{picture.html()}{_code(model.code(self.step))}{how}"

    # --- controls

    def _make_controls(self, people: tuple[str, ...]) -> None:
        model = self.model
        self.key_type = dropdown("key type", KEY_TYPES)
        self.usage = dropdown("key usage", list(model.usages.items()))
        self.spec = dropdown("key spec", model.specs_for(model.usage))
        self.origin = dropdown("key material", list(ORIGINS.items()))
        self.regions = dropdown("Regionality", [("Single-Region key", False), ("Multi-Region key", True)])
        self.alias = field("alias", "shop")
        self.description = field("description", "what it protects")
        self.tags = area("tags", "team=shop\none tag a line", rows=2)
        self.administrators = {arn: checkbox(_short(arn)) for arn in people}
        self.may_delete = checkbox("Allow key administrators to delete this key", value=True)
        self.users = {arn: checkbox(_short(arn)) for arn in people}
        self.accounts = field("other accounts", "12 digits each, separated by spaces")
        self.policy = area("key policy", rows=16, code=True)
        self.undo = button("Undo my edits", self.guard(self._undo_edits))
        self.back = button("Previous", self.guard(lambda: self._go(-1)))
        self.next = button("Next", self.guard(lambda: self._go(1)))
        self.create = button("Create key", self.guard(self._create), button_style="primary")

    def _pages(self) -> list[list[ipywidgets.Widget]]:
        return [
            [self.key_type, self.usage, self.spec, self.origin, self.regions],
            [self.alias, self.description, self.tags],
            [
                _label("Key administrators"),
                *self.administrators.values(),
                _label("Key deletion"),
                self.may_delete,
            ],
            [_label("Key users"), *self.users.values(), self.accounts],
            [self.policy, self.undo],
            [],
        ]

    def _fields(self) -> list[ipywidgets.Widget]:
        return [
            *(self.key_type, self.usage, self.spec, self.origin, self.regions),
            *(self.alias, self.description, self.tags, self.may_delete, self.accounts),
            *self.administrators.values(),
            *self.users.values(),
        ]

    def _read(self) -> None:
        model = self.model
        model.key_type, model.usage, model.spec = self.key_type.value, self.usage.value, self.spec.value
        model.origin, model.multi_region = self.origin.value, self.regions.value
        model.alias, model.description = self.alias.value.strip(), self.description.value.strip()
        model.tags, model.accounts = self.tags.value, self.accounts.value
        model.administrators = tuple(arn for arn, box in self.administrators.items() if box.value)
        model.users = tuple(arn for arn, box in self.users.items() if box.value)
        model.may_delete = self.may_delete.value
        model.settle()

    def _offer_what_fits(self) -> None:
        """Fill the lists and the text that depend on other choices."""
        model = self.model
        self._filling = True
        try:
            offer(self.usage, tuple(model.usages.items()), model.usage)
            offer(self.spec, model.specs_for(model.usage), model.spec)
            self.policy.value = model.own_policy or model.built_text()
        finally:
            self._filling = False

    # --- what the buttons do

    def _go(self, by: int) -> None:
        if by > 0 and (problems := self.model.problems(self.step)):
            self.note.value = _alert("Not yet. " + " ".join(problems))
            return
        self.step = min(max(self.step + by, 1), REVIEW)
        self.reply.value = ""
        self._show()

    def _policy_edited(self) -> None:
        if self._filling:
            return
        text = self.policy.value
        self.model.own_policy = "" if text.strip() in ("", self.model.built_text()) else text
        self.update()

    def _undo_edits(self) -> None:
        self.model.own_policy = ""
        self.update()

    def _create(self) -> None:
        if problems := self.model.problems(REVIEW):
            self.note.value = _alert("Not yet. " + " ".join(problems))
            return
        self.reply.value = _result(self.model, self.model.create(self.kms))

    # --- what is shown

    def _show(self) -> None:
        name = escape(step_name(self.step))
        self.heading.value = f'<p role="status"><strong>{name}.</strong> {_EXPLAINED[self.step]}</p>'
        for number, page in enumerate(self.pages, 1):
            show(page, number == self.step)
        self.note.value = self._remark()
        self.back.disabled = self.step == 1
        show(self.next, self.step != REVIEW)
        show(self.create, self.step == REVIEW)
        show(self.so_far, self.step != REVIEW)
        program = self.model.code(self.step)
        self.code.show(program, program if self.step == REVIEW else abridged(program))
        told = self.step > LABELS and not self.model.problems(POLICY)
        self.statements.value = _policy(self.model.policy(), self.step) if told else ""

    def _remark(self) -> str:
        if self.step == POLICY and (problems := self.model.problems(POLICY)):
            return _alert(" ".join(problems))
        if self.model.own_policy and self.step > LABELS:
            return "<p>You have edited the policy: what you choose in steps 3 and 4 no longer changes it.</p>"
        return ""


def _account_and_people() -> tuple[str, tuple[str, ...]]:
    """The id of the account, and the ARNs of its users and roles, as the console would list them."""
    iam = boto3.client("iam")
    people = [user["Arn"] for page in iam.get_paginator("list_users").paginate() for user in page["Users"]]
    people += [role["Arn"] for page in iam.get_paginator("list_roles").paginate() for role in page["Roles"]]
    return boto3.client("sts").get_caller_identity()["Account"], tuple(sorted(people, key=_short))


def _result(model: CreateKeyModel, made: Made) -> str:
    lines = [prose.outcome("✓ CreateKey:", f"the new key is {made.key_id}.")] if made.key_id else []
    if refusal := made.refusal:
        call = "CreateAlias" if made.key_id else "CreateKey"
        message = refusal.message or "(KMS returns no message with this error)"
        lines.append(prose.outcome(f"✗ {call} refused: {refusal.code}.", message))
        if made.key_id:
            lines.append("<p>The key exists, without a name.</p>")
    else:
        lines.append(prose.outcome("✓ CreateAlias:", f"{model.alias_name} is its name."))
    return f'<div role="status">{"".join(lines)}</div>'


def _policy(policy: Any, step: int) -> str:
    """The statements, with a note on those that come of this step."""
    adds = _ADDED_BY.get(step, ())
    table = policy_table(policy)
    rows = [
        (f"{sid} ← this step" if sid in adds else sid, effect, who, _in_pairs(actions), condition)
        for sid, effect, who, actions, condition in table.rows
    ]
    return Table(f"The key policy after step {step}", table.headers, rows)._repr_html_()


def _in_pairs(lines: str) -> str:
    """Two to a line, so that a long list is neither tall nor wide."""
    each = lines.split("\n")
    return ",\n".join(", ".join(each[first : first + 2]) for first in range(0, len(each), 2))


def _short(arn: str) -> str:
    """``user/XYZ`` of an ARN."""
    return arn.rpartition(":")[2]


def _listed(arns: tuple[str, ...]) -> str:
    return ", ".join(map(_short, arns)) or "none yet"


def _code(text: str) -> str:
    return f"<pre>{escape(text)}</pre>"


def _alert(words: str) -> str:
    return f'<p role="alert"><strong>○ {escape(words)}</strong></p>'


def _label(words: str) -> ipywidgets.HTML:
    return ipywidgets.HTML(f"<strong>{escape(words)}</strong>")
