"""The view of a key policy that can be edited: the text, ready-made changes, who may do what, and why."""

from collections.abc import Mapping
from html import escape
from typing import Any

import ipywidgets

from kmsnb.figures import Table, permission_matrix
from kmsnb.views.explanation import Explanation

from .card import Card
from .policy_changes import CHANGES, laid_out
from .policy_editor_model import ACTIONS, CALLERS, PolicyEditorModel

_STYLE = (
    "<style>.kmsnb-policy textarea{font-family:var(--jp-code-font-family,monospace);font-size:12px;"
    "white-space:pre;overflow-x:auto}.kmsnb-policy-says{line-height:1.35}</style>"
)
_CAPTION = "Who may do what under this policy, and by what it is decided"
_AFTER_ALL = "With BypassPolicyLockoutSafetyCheck KMS would take it, and this would hold:"


class PolicyEditor(Card):
    """Edit ``policy`` (a document, or its JSON), and see who may then do what. Nothing is sent to KMS."""

    def __init__(self, policy: str | Mapping[str, Any]) -> None:
        self.model = PolicyEditorModel(policy)
        wide, style = {"width": "min(100%, 26em)"}, {"description_width": "9em"}
        self.text = ipywidgets.Textarea(
            value=self.model.text,
            description="key policy",
            layout={"width": "98%", "height": "24em"},
            style=style,
        )
        self.text.add_class("kmsnb-policy")
        self.start_again = ipywidgets.Button(description="Start again", layout={"width": "auto"})
        self.changes = {label: self._button(label) for label in CHANGES}
        self.caller = ipywidgets.Dropdown(
            options=CALLERS, value=self.model.caller, description="who", layout=wide, style=style
        )
        self.action = ipywidgets.Dropdown(
            options=[(f"kms:{name}", name) for name in ACTIONS],
            value=self.model.action,
            description="action",
            layout=wide,
            style=style,
        )
        self.context = ipywidgets.Text(
            description="context", placeholder="app=shop", layout=wide, style=style
        )
        self.bea = ipywidgets.Checkbox(
            description="Bea has an IAM policy that allows kms:Decrypt",
            indent=False,
            layout={"width": "auto"},
        )
        self.reply, self.figure, self.why = ipywidgets.HTML(), ipywidgets.HTML(), ipywidgets.HTML()
        buttons = ipywidgets.HBox(
            [self.start_again, *self.changes.values()], layout={"flex_flow": "row wrap"}
        )
        asked = [self.context, self.caller, self.action]
        rows = [self.text, buttons, self.bea, self.context, self.reply, self.figure]
        super().__init__([ipywidgets.HTML(_STYLE), *rows, self.caller, self.action, self.why])
        self.start_again.on_click(self.guard(self._start_again))
        for control in (self.text, self.bea, *asked):
            control.observe(self.guard(self.update), names="value")
        self.guard(self.update)()

    def update(self) -> None:
        """Read the controls; show what PutKeyPolicy says, the matrix, and the answer to the question."""
        model = self.model
        model.text, model.bea_has_iam = self.text.value, self.bea.value
        model.caller, model.action, model.context = self.caller.value, self.action.value, self.context.value
        wrong = model.read()
        try:
            self.figure.value = _compact(self._matrix()._repr_html_())
            self.why.value = self._explained()
        except ValueError as error:
            self.reply.value = f'<p role="status"><strong>○ Not asked.</strong> {escape(str(error))}</p>'
            return
        self.reply.value = f'<div role="status">{self._told(wrong)}</div>'

    def __repr__(self) -> str:
        return f"Policy editor, {len(self.model.document.get('Statement', []))} statements"

    def fallback(self) -> str:
        picture = self._view().picture()
        how = "<p><em>Run the cell to edit the policy yourself.</em></p>"
        return f"{self._matrix()._repr_html_()}{picture.html()}<p>{escape(self._view().sentence)}</p>{how}"

    def _button(self, label: str) -> ipywidgets.Button:
        button = ipywidgets.Button(description=label, layout={"width": "auto"})
        button.on_click(self.guard(lambda: self._change(label)))
        return button

    def _start_again(self) -> None:
        self.text.value = self.model.start

    def _change(self, label: str) -> None:
        self.text.value = laid_out(CHANGES[label](self.model.document))

    def _told(self, wrong: str) -> str:
        if wrong:
            return (
                f"<p><strong>✗ KMS would not take this text.</strong> {escape(wrong)}</p>"
                "<p>Below is still the last policy that was one.</p>"
            )
        refused = {user: answer for user in ("student", "XYZ") if (answer := self.model.put_by(user))}
        taken = [user for user in ("student", "XYZ") if user not in refused]
        lines = [
            f"<strong>✗ PutKeyPolicy refuses it from {u}.</strong> {escape(a)}" for u, a in refused.items()
        ]
        if taken:
            lines.append(f"<strong>✓ PutKeyPolicy takes it from {' and '.join(taken)}.</strong>")
        else:
            lines.append(_AFTER_ALL)
        return "".join(f"<p>{line}</p>" for line in lines)

    def _matrix(self) -> Table:
        context = self.model.context.strip()
        caption = f"{_CAPTION}, with the context {context}" if context else _CAPTION
        return permission_matrix(CALLERS, ACTIONS, self.model.matrix(), caption)

    def _view(self) -> Explanation:
        return Explanation(self.model.decision())

    def _explained(self) -> str:
        view = self._view()
        return f"{view.picture().data.decode()}{_compact(view._repr_html_())}"


def _compact(html: str) -> str:
    """JupyterLab sets the lines of a widget's HTML far apart."""
    return f'<div class="kmsnb-policy-says">{html}</div>'
