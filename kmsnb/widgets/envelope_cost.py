"""The view of what encrypting a file costs: its size, the time of a round trip, and both ways side by side."""

from kmsnb.figures import Picture, Table
from kmsnb.figures.envelope_cost import duration, envelope_cost

from . import prose
from .card import Workbench
from .controls import dropdown, slider
from .envelope_cost_model import SIZES, Cost, EnvelopeCostModel


class EnvelopeCost(Workbench):
    """A file in pieces to KMS, or in an envelope. ``local_speed`` is that of AES here, in bytes a second."""

    def __init__(self, local_speed: float = 1e9) -> None:
        self.model = EnvelopeCostModel(local_speed=local_speed)
        self.size = dropdown("file size", list(SIZES.items()), value=self.model.size)
        self.round_trip, round_trip_row = slider(
            "round trip to KMS, in milliseconds", value=self.model.round_trip_ms, lowest=1, highest=300
        )
        super().__init__([self.size, round_trip_row], [self.size, self.round_trip])

    def update(self) -> None:
        """Read the controls, draw both lines, fill the table."""
        self.model.size, self.model.round_trip_ms = self.size.value, self.round_trip.value
        self.show(self._table()._repr_html_(), self._drawing())

    def __repr__(self) -> str:
        return (
            f"What encrypting {self.model.size:,} bytes costs, at {self.model.round_trip_ms} ms a round trip"
        )

    def fallback(self) -> str:
        pieces, sealed = self.model.in_pieces(), self.model.in_an_envelope()
        alt = (
            "Two lines, both scales logarithmic: in pieces to KMS, the time grows with the file from 4 KB on; in an "
            f"envelope, only for large files. At {self.model.size:,} bytes and {self.model.round_trip_ms} ms a "
            f"round trip: {duration(pieces.seconds)} in pieces, {duration(sealed.seconds)} in an envelope."
        )
        picture = Picture(self._drawing().encode(), "image/svg+xml", alt=alt)
        return (
            picture.html()
            + self._table()._repr_html_()
            + prose.invite("set the file size and the round trip")
        )

    def _drawing(self) -> str:
        return envelope_cost(self.model.lines(), self.model.size)

    def _table(self) -> Table:
        caption = (
            f"A file of {self.model.size:,} bytes, with {self.model.round_trip_ms} ms a round trip (a model), and "
            f"{self.model.local_speed / 1e9:.1f} GB/s of AES on this machine"
        )
        headers = (
            "How",
            "Calls to KMS",
            "Bytes of the file that KMS sees",
            "Time, one call after another",
            "Shortest time at 100,000 requests a second",
            "Price of the requests",
        )
        rows = (
            _row("in pieces of 4,096 bytes", self.model.in_pieces()),
            _row("in an envelope", self.model.in_an_envelope()),
        )
        return Table(caption, headers, rows)


def _row(way: str, cost: Cost) -> tuple[object, ...]:
    price = f"${cost.dollars:,.2f}" if cost.dollars >= 0.01 else "less than a cent"
    return way, cost.calls, cost.sent, duration(cost.seconds), duration(cost.seconds_at_quota), price
