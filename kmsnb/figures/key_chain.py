"""A chain of keys in the order in which it opens: KMS first, the data last; who has which key, what was rewritten."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Literal, Protocol

from . import shapes
from .picture import Picture
from .scene import Kind

State = Literal["closed", "taken", "opens"]

_STEP, _LEFT, _ROW = 116, 62, 84
_HEIGHT = 206
_SHORT = {
    "AWS KMS": "KMS",
    "AES-256-GCM": "AES-GCM",
    "AES-256-KWP": "AES-KWP",
    "RSA-OAEP-SHA-256": "RSA-OAEP",
}


@dataclass(frozen=True)
class Link:
    """A key of a chain, or its data: what encrypts it (``by``), its ``size`` in bytes when it is encrypted.

    ``state``: closed, taken by someone in plain, or opened by a key that was taken. ``rewritten`` says that its
    encrypted form was replaced.
    """

    name: str
    by: str
    size: int
    state: State = "closed"
    rewritten: bool = False


class _Layer(Protocol):
    @property
    def algorithm(self) -> str: ...
    @property
    def wraps(self) -> str: ...
    @property
    def wrapped_bytes(self) -> tuple[int, ...]: ...


class _Description(Protocol):
    @property
    def header_bytes(self) -> int: ...
    @property
    def sealed_bytes(self) -> int: ...
    @property
    def layers(self) -> Sequence[_Layer]: ...


def links(description: _Description) -> tuple[Link, ...]:
    """The links of a sealed message from the data outwards; takes what ``kmsnb.envelope.describe`` returns."""
    data = Link("data", "AES-256-GCM", description.sealed_bytes - description.header_bytes)
    return data, *(
        Link(layer.wraps, layer.algorithm, sum(layer.wrapped_bytes)) for layer in description.layers
    )


def taken(chain: Sequence[Link], position: int) -> tuple[Link, ...]:
    """The same links when the one at ``position`` (0 is the data) is taken: what it protects opens.

    As many as there are links means the KMS key itself, or rather the permission to use it.
    """
    return tuple(
        replace(link, state="taken" if at == position else "opens" if at < position else "closed")
        for at, link in enumerate(chain)
    )


def key_chain(description: _Description, *, caption: str = "") -> Picture:
    """The chain of a sealed message as a picture; takes what ``kmsnb.envelope.describe`` returns."""
    chain = links(description)
    return Picture(drawing(chain).encode(), "image/svg+xml", alt=describe(chain), caption=caption)


def drawing(chain: Sequence[Link], *, root_taken: bool = False) -> str:
    """The ``chain``, given from the data outwards, as an SVG document that reads from the KMS key to the data."""
    someone = root_taken or any(link.state != "closed" for link in chain)
    parts = [_root(root_taken)]
    for column, link in enumerate(reversed(chain), 1):
        x = _LEFT + column * _STEP
        shut = someone and link.state != "opens"
        parts += [shapes.arrow(x - _STEP + 38, _ROW, x - 38, _ROW, ghost=shut), _link(x, link)]
    return shapes.drawing(_LEFT + len(chain) * _STEP + 62, _HEIGHT, *parts)


def describe(chain: Sequence[Link], *, root_taken: bool = False) -> str:
    """The chain as text."""
    words = ["A chain in the order in which it opens: the KMS key" + (", permitted" if root_taken else "")]
    for link in reversed(chain):
        marks = [link.state] * (link.state != "closed") + ["rewritten"] * link.rewritten
        verb = "wrapped" if link.name != "data" else "encrypted"
        words.append(", ".join([f"{link.name}, {verb} by {link.by}", f"{link.size:,} bytes", *marks]))
    return "; ".join(words) + "."


def _root(is_taken: bool) -> str:
    mark = "permitted" if is_taken else ""
    return (
        shapes.boundary(_LEFT - 50, _ROW - 46, 100, 140, "KMS")
        + (shapes.halo(_LEFT, _ROW) if is_taken else "")
        + shapes.kms_key(_LEFT, _ROW)
        + shapes.text(_LEFT, _ROW + 50, "KMS key", bold=True)
        + shapes.text(_LEFT, _ROW + 68, mark, bold=True)
    )


def _link(x: float, link: Link) -> str:
    closed, opened = (
        (Kind.CIPHERTEXT, Kind.PLAINTEXT) if link.name == "data" else (Kind.WRAPPED_KEY, Kind.DATA_KEY)
    )
    frame = (
        f'<rect x="{x - 52}" y="{_ROW - 62}" width="104" height="176" rx="8" fill="none" stroke="currentColor" '
        'stroke-width="2.4"/>' + shapes.text(x, _ROW - 44, "rewritten", bold=True)
        if link.rewritten
        else ""
    )
    return (
        frame
        + (shapes.halo(x, _ROW) if link.state == "taken" else "")
        + shapes.ITEM[closed if link.state == "closed" else opened](x, _ROW)
        + shapes.text(x, _ROW + 50, link.name, bold=True)
        + shapes.text(x, _ROW + 68, f"by {_SHORT.get(link.by, link.by)}")
        + shapes.text(x, _ROW + 86, f"{link.size:,} bytes")
        + (shapes.text(x, _ROW + 104, link.state, bold=True) if link.state != "closed" else "")
    )
