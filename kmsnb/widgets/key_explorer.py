"""The view of the key explorer: a key, a change to try, KMS's answer, and the key's fields as a figure."""

from collections.abc import Mapping
from html import escape
from typing import Any

from botocore.exceptions import ClientError

from kmsnb.figures.key_anatomy import anatomy, anatomy_table, key_anatomy
from kmsnb.figures.tables import shown

from . import prose
from .card import Workbench
from .controls import button, dropdown
from .key_explorer_model import CHANGES, KeyExplorerModel, Reply


class KeyExplorer(Workbench):
    """``keys`` of a lab (name to key id) to look at and to change, with the ``alias`` that may be moved among them.

    A change is real: it is made to the key in the lab.
    """

    def __init__(self, kms: Any, keys: Mapping[str, str], alias: str) -> None:
        self.model = KeyExplorerModel(kms, keys, alias)
        self.key = dropdown("key", list(keys))
        changes = [(_label(each.wish, each.operation), each.wish) for each in CHANGES]
        self.change = dropdown("change", changes)
        self.press = button("Try this change", self.guard(self.try_change))
        super().__init__([self.key, self.change, self.press], [self.key])

    def update(self) -> None:
        """Show the chosen key."""
        self.model.key = self.key.value
        self._show(Reply(""), "")

    def try_change(self) -> None:
        """Send the chosen change to KMS, and show its answer and the key as it is then."""
        self.model.key, self.model.change = self.key.value, self.change.value
        reply = self.model.press()
        self._show(reply, _told(reply))

    def __repr__(self) -> str:
        return f"Key explorer: {len(self.model.keys)} keys, {len(CHANGES)} changes to try"

    def fallback(self) -> str:
        picture = key_anatomy(self.model.metadata(), self.model.settings())
        names = ", ".join(self.model.keys)
        return (
            f"<p><strong>{escape(self.model.key)}</strong></p>{picture.html()}"
            f"{prose.invite(f'choose among these keys ({names}), and to try changes')}"
        )

    def _show(self, reply: Reply, told: str) -> None:
        try:
            metadata, settings = self.model.metadata(), self.model.settings()
        except ClientError as error:  # a key whose deletion was scheduled is gone one day
            told += prose.outcome(
                f"✗ DescribeKey: {error.response['Error']['Code']}.", "KMS doesn't know this key any more."
            )
            self.hold(told)
            return
        table = anatomy_table(metadata, settings, self.model.key)
        self.show(
            told,
            anatomy(metadata, settings, was=reply.was)
            + f"<details><summary>The same as a table</summary>{table._repr_html_()}</details>",
        )


def _label(wish: str, operation: str) -> str:
    return f"{wish} ({operation})" if operation else wish


def _told(reply: Reply) -> str:
    if not reply.call:
        return prose.outcome("✗ There is no such call.", reply.says)
    called = f"<code>{escape(reply.call)}</code>"
    if reply.error:
        says = f": {escape(reply.says)}" if reply.says else ", and no message."
        return f"<p>{called} {prose.strong(f'✗ {reply.error}')}{says}</p>"
    changed = ", ".join(f"{name} (was {shown(value)})" for name, value in reply.was.items())
    return f"<p>{called} {prose.strong('✓ done.')} Changed: {escape(changed or 'nothing')}.</p>"
