"""A bill, as a lab shows it."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from ..kms.records.bill import PRICES, Line

if TYPE_CHECKING:  # a lab starts sooner without what it may never draw
    from ..figures import Table


class Bill:
    """What an account would have cost: ``lines`` and their ``total``, in US dollars."""

    def __init__(self, account: str, until: datetime, lines: tuple[Line, ...]) -> None:
        self.account = account
        self.until = until
        self.lines = lines

    @property
    def total(self) -> float:
        """The sum, in US dollars."""
        return sum(line.amount for line in self.lines)

    def table(self) -> Table:
        """The lines, and below them the total."""
        from ..figures import Table

        caption = (
            f"Account {self.account} until {self.until:%Y-%m-%d %H:%M} UTC, at the prices of {PRICES.page}, "
            f"read from copies of that page on {PRICES.read_on}"
        )
        rows = [
            (
                line.item.rpartition("key/")[2],
                line.what,
                _counted(line),
                f"${line.amount:.4f}",
            )
            for line in self.lines
        ]
        headers = ("Item", "For", "Quantity", "Amount")
        return Table(caption, headers, [*rows, ("Total", "", "", f"${self.total:.4f}")])

    def _repr_html_(self) -> str:
        return self.table()._repr_html_()

    def __repr__(self) -> str:
        return repr(self.table())


def _counted(line: Line) -> str:
    number = f"{line.quantity:,.0f}"
    return f"{number} {line.unit.removesuffix('s') if number == '1' else line.unit}"
