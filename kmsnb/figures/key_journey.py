"""A message under one key, then under another: encrypt and decrypt, or sign and verify; and who refused."""

from typing import Literal

from . import palette, shapes

Job = Literal["encrypt", "sign"]
Outcome = Literal["done", "first refused", "second refused"]

_WIDTH, _HEIGHT = 680, 164
_ROW, _LABEL = 80, 128
_CALLS: dict[Job, tuple[str, str]] = {"encrypt": ("encrypt", "decrypt"), "sign": ("sign", "verify")}


def key_journey(job: Job, first: str, second: str, outcome: Outcome) -> str:
    """The journey of a message as an SVG document.

    ``first`` and ``second`` are keys by name, such as ``Bea's public key``. A public key is drawn as a white pill, a
    private key as a dark box, each with its name in it.
    """
    sent, arrived = outcome != "first refused", outcome == "done"
    before, after = _CALLS[job]
    return shapes.drawing(
        _WIDTH,
        _HEIGHT,
        shapes.plaintext(37, _ROW),
        shapes.text(37, _LABEL, "message"),
        shapes.arrow(58, _ROW, 90, _ROW),
        _use(180, before, first),
        shapes.arrow(270, _ROW, 302, _ROW),
        _middle(340, job) if sent else _refusal(340),
        shapes.arrow(378, _ROW, 410, _ROW, ghost=not sent),
        _use(500, after, second),
        shapes.arrow(590, _ROW, 620, _ROW, ghost=not sent),
        (_end(643, job) if arrived else _refusal(643))
        if sent
        else shapes.nothing(643, _ROW) + shapes.text(643, _LABEL, "nothing"),
    )


def _use(x: float, call: str, name: str) -> str:
    public = "public" in name
    fill, ink, corner = (palette.PAPER, palette.INK, 15) if public else (palette.INK, palette.PAPER, 2)
    return (
        shapes.boundary(x - 90, _ROW - 32, 180, 64, call, solid=True)
        + f'<rect x="{x - 83}" y="{_ROW - 15}" width="166" height="30" rx="{corner}" fill="{fill}" '
        'stroke="currentColor" stroke-width="1.6"/>' + shapes.text(x, _ROW + 5, name, bold=True, fill=ink)
    )


def _middle(x: float, job: Job) -> str:
    if job == "encrypt":
        return shapes.ciphertext(x, _ROW) + shapes.text(x, _LABEL, "ciphertext")
    return (
        shapes.plaintext(x, _ROW)
        + _seal(x + 20, _ROW + 22)
        + shapes.text(x, _LABEL, "message, readable,")
        + shapes.text(x, _LABEL + 18, "and signature")
    )


def _end(x: float, job: Job) -> str:
    if job == "encrypt":
        return shapes.plaintext(x, _ROW) + shapes.text(x, _LABEL, "message")
    return shapes.plaintext(x, _ROW) + _seal(x + 16, _ROW + 22) + shapes.text(x, _LABEL, "verified")


def _seal(x: float, y: float) -> str:
    """A round seal with a tick: a signature."""
    return (
        f'<circle cx="{x}" cy="{y}" r="10" fill="{palette.PAPER}" stroke="{palette.INK}" stroke-width="1.6"/>'
        f'<path d="M{x - 5},{y} l4,4 l6,-8" fill="none" stroke="{palette.INK}" stroke-width="2"/>'
    )


def _refusal(x: float) -> str:
    return shapes.refused(x, _ROW) + shapes.text(x, _LABEL, "refused", bold=True)
