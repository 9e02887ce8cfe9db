"""A key policy to edit: its text, ready-made changes, who can do what, and why."""

from collections.abc import Mapping
from functools import partial
from html import escape
from typing import Any

import ipywidgets

from kmsnb.figures import Table, permission_matrix
from kmsnb.views.explanation import Explanation

from . import prose
from .card import Workbench
from .controls import area, button, checkbox, dropdown, field, row
from .policy_changes import CHANGES, laid_out
from .policy_editor_model import ACTIONS, CALLERS, PolicyEditorModel

#: What the simple editor shows of these.
_SIMPLE_CALLERS = ("Ada", "Uma", "student")
_SIMPLE_CHANGES = ("Remove the root statement", "Deny Uma Decrypt")
_CAPTION = "Who can do what under this policy, and what decides it"
_STILL = "<p>The table below still shows the last valid policy.</p>"
_AFTER_ALL = "With BypassPolicyLockoutSafetyCheck, KMS would accept it. Then:"


class PolicyEditor(Workbench):
    """Edit ``policy`` (a document, or its JSON), and see who can then do what. Nothing is sent to KMS.

    ``simple`` leaves out Bea, the encryption context, AWS services and the question about one call.
    """

    def __init__(self, policy: str | Mapping[str, Any], *, simple: bool = False) -> None:
        self.model, self.simple = PolicyEditorModel(policy), simple
        self.text = area("key policy", rows=18, code=True, value=self.model.text)
        self.start_again = button("Start again", self.guard(self._start_again))
        self.changes = {label: button(label, self.guard(partial(self._change, label))) for label in CHANGES}
        self.bea = checkbox("Bea has an IAM policy that allows kms:Decrypt")
        self.context = field("context", "app=shop")
        self.caller = dropdown("who", CALLERS, value=self.model.caller)
        actions = [(f"kms:{name}", name) for name in ACTIONS]
        self.action = dropdown("action", actions, value=self.model.action)
        self.why = ipywidgets.HTML()
        changes = [each for label, each in self.changes.items() if not simple or label in _SIMPLE_CHANGES]
        rows = [self.text, row(self.start_again, *changes)]
        live = [self.text, self.bea, self.context, self.caller, self.action]
        if simple:
            super().__init__(rows, live)
        else:
            super().__init__([*rows, self.bea, self.context], live, [self.caller, self.action, self.why])

    def update(self) -> None:
        """Show what PutKeyPolicy says to the text, the table, and the answer to the question."""
        model = self.model
        model.text, model.bea_has_iam = self.text.value, self.bea.value
        model.caller, model.action, model.context = self.caller.value, self.action.value, self.context.value
        wrong = model.read()
        try:
            matrix, self.why.value = self._matrix()._repr_html_(), self._explained()
        except ValueError as error:
            self.hold(prose.outcome("○ Not asked.", str(error)))
            return
        if wrong:
            self.hold(prose.outcome("✗ KMS would reject this text.", wrong) + _STILL)
        else:
            self.show(self._told(), matrix)

    def __repr__(self) -> str:
        return f"Policy editor, {len(self.model.document.get('Statement', []))} statements"

    def fallback(self) -> str:
        view = self._view()
        why = "" if self.simple else f"{view.picture().html()}<p>{escape(view.sentence)}</p>"
        return f"{self._matrix()._repr_html_()}{why}{prose.invite('edit the policy')}"

    def _start_again(self) -> None:
        self.text.value = self.model.start

    def _change(self, label: str) -> None:
        self.text.value = laid_out(CHANGES[label](self.model.document))

    def _told(self) -> str:
        refused = {user: answer for user in ("student", "Ada") if (answer := self.model.put_by(user))}
        taken = [user for user in ("student", "Ada") if user not in refused]
        lines = [prose.outcome(f"✗ PutKeyPolicy rejects it from {u}.", a) for u, a in refused.items()]
        if taken:
            lines.append(prose.outcome(f"✓ PutKeyPolicy accepts it from {' and '.join(taken)}."))
        else:
            lines.append(f"<p>{_AFTER_ALL}</p>")
        return "".join(lines)

    def _matrix(self) -> Table:
        context = self.model.context.strip()
        caption = f"{_CAPTION}, with the context {context}" if context else _CAPTION
        callers = _SIMPLE_CALLERS if self.simple else CALLERS
        return permission_matrix(callers, ACTIONS, self.model.matrix(), caption)

    def _view(self) -> Explanation:
        return Explanation(self.model.decision())

    def _explained(self) -> str:
        view = self._view()
        return f"{view.picture().data.decode()}{view._repr_html_()}"
