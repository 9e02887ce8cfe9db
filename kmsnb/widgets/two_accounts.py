"""The view of two accounts and a key: give permissions until Decrypt works, then take away what is spare."""

from functools import partial

import ipywidgets

from kmsnb.figures import Picture, Table
from kmsnb.figures.two_accounts import two_accounts

from . import prose
from .card import Workbench
from .controls import button, checkbox, dropdown
from .two_accounts_model import NAMES, OURS, PERMISSIONS, THEIRS, Outcome, TwoAccountsModel

_WAYS: tuple[tuple[str, ...], ...] = (
    (),
    ("account",),
    ("ben",),
    ("account", "ben"),
    ("user", "alias"),
    ("grant",),
)


class TwoAccounts(Workbench):
    """A key in our account, and Ben in another, who wants to decrypt. Nothing is sent to KMS."""

    def __init__(self) -> None:
        self.model = TwoAccountsModel()
        self._start = frozenset(self.model.given)
        self.name = dropdown("Ben's KeyId", [(f"{n}: {_short(v)}", n) for n, v in NAMES.items()])
        self.boxes = {
            each: checkbox(permission.label, value=each in self._start)
            for each, permission in PERMISSIONS.items()
        }
        self.start_again = button("Start again", self.guard(partial(self._set, self._start)))
        rows = [self.name]
        for account in (OURS, THEIRS):
            rows.append(ipywidgets.HTML(f"<p><strong>In account {account}</strong></p>"))
            rows += [box for each, box in self.boxes.items() if PERMISSIONS[each].where == account]
        super().__init__([*rows, self.start_again], [self.name, *self.boxes.values()])

    def update(self) -> None:
        """Read the boxes, ask, and show what is missing or spare."""
        self.model.given = {each for each, box in self.boxes.items() if box.value}
        self.model.name = self.name.value
        outcome = self.model.ask()
        self.show(self._told(outcome), _drawing(self.model, outcome))

    def __repr__(self) -> str:
        return "Two accounts and a key: Ben's Decrypt"

    def fallback(self) -> str:
        outcome = self.model.ask()
        alt = (
            f"Ben, in account {THEIRS}, calls Decrypt with the {self.model.name} of a key of account {OURS}. "
            f"{outcome.error or 'It works.'}"
        )
        picture = Picture(_drawing(self.model, outcome).encode(), "image/svg+xml", alt=alt)
        tried = [(each, TwoAccountsModel(set(each), "key ARN").ask()) for each in _WAYS]
        rows = [
            ("\n".join(PERMISSIONS[name].label for name in each) or "nothing", _words(answer))
            for each, answer in tried
        ]
        table = Table("Ben's Decrypt, with the key ARN", ("Permissions", "KMS answers"), rows)
        return picture.html() + table._repr_html_() + prose.invite("give and take permissions")

    def _set(self, given: frozenset[str]) -> None:
        self.name.value = "alias name"
        for each, box in self.boxes.items():
            box.value = each in given

    def _told(self, outcome: Outcome) -> str:
        if not outcome.works:
            return prose.outcome(f"✗ {outcome.error}:", outcome.says)
        spare, wide = self.model.spare(), self.model.too_wide()
        told = prose.outcome("✓ Decrypt works.")
        if spare:
            return told + _listed("Still works without any one of these:", spare)
        if wide:
            return told + _listed(
                "Nothing is spare, but this allows more than Decrypt on this key:", list(wide)
            )
        return told + prose.outcome("✓ Nothing is spare.", "This is one of the smallest ways.")


def _listed(head: str, permissions: list[str]) -> str:
    items = "".join(f"<li>{prose.inline(PERMISSIONS[each].label)}</li>" for each in permissions)
    return f"<p>{head}</p><ul>{items}</ul>"


def _drawing(model: TwoAccountsModel, outcome: Outcome) -> str:
    granted = outcome.works and "grant" in model.given
    return two_accounts(
        "Ben",
        (THEIRS, OURS),
        f"by {model.name}",
        (
            ("IAM policy of Ben", outcome.caller_side),
            ("key policy or grant" if granted else "key policy", outcome.key_side),
        ),
        outcome.error or "decrypted",
        outcome.works,
    )


def _words(answer: Outcome) -> str:
    return f"✗ {answer.error}" if answer.error else "✓ decrypted"


def _short(name: str) -> str:
    """A name that fits into a narrow window: of an ARN, the account and what is in it."""
    if not name.startswith("arn:"):
        return name
    account, resource = name.split(":", 5)[4:]
    return f"arn:…:{account}:{resource if len(resource) < 16 else f'{resource[:12]}…'}"
