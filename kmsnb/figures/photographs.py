"""A photograph as plain bytes, and any bytes drawn as a photograph: what an encrypted picture looks like.

Every picture here has ``WIDTH`` by ``HEIGHT`` pixels of four bytes each (red, green, blue and a spare one, all the
same gray), top left first: the form in which pictures often lie in memory.
"""

import io
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

import matplotlib
from matplotlib.cbook import get_sample_data
from PIL import Image, ImageDraw, ImageFont, ImageOps

from .picture import Picture

WIDTH, HEIGHT, PIXEL_BYTES = 192, 224, 4
_TITLE, _GAP = 24, 9
_LEVELS_BITS = 2  # four grays: large areas of one gray, and small files of noise
_SHADES_BITS = 3  # eight grays to draw with: small files again, and patterns can be told apart


@cache
def photograph() -> bytes:
    """Grace Hopper in uniform, in four grays: the public-domain photograph that comes with matplotlib."""
    source: Any = get_sample_data("grace_hopper.jpg")
    with source:
        gray = Image.open(source).convert("L").resize((WIDTH, HEIGHT))
    return _four_times(ImageOps.posterize(ImageOps.autocontrast(gray), _LEVELS_BITS))


@cache
def sign(words: str) -> bytes:
    """White ``words`` on black, as large as they fit, each line of them a line."""
    drawn = Image.new("L", (WIDTH, HEIGHT), 0)
    pen, size = ImageDraw.Draw(drawn), 80
    while size > 8 and pen.multiline_textbbox((0, 0), words, font=_font(size))[2] > WIDTH - 16:
        size -= 2
    pen.multiline_text(
        (WIDTH / 2, HEIGHT / 2), words, fill=255, font=_font(size), anchor="mm", align="center", spacing=18
    )
    return _four_times(ImageOps.posterize(drawn, _LEVELS_BITS))


def pixels(panels: Mapping[str, bytes], *, alt: str, caption: str = "") -> Picture:
    """Each of the ``panels`` (title and bytes) drawn as a photograph, in a row. What is longer is cut.

    Drawn is the first byte of each pixel, by its upper three bits.
    """
    needed = WIDTH * HEIGHT * PIXEL_BYTES
    row = Image.new("L", (len(panels) * (WIDTH + _GAP) - _GAP, HEIGHT + _TITLE), 255)
    pen = ImageDraw.Draw(row)
    for number, (title, data) in enumerate(panels.items()):
        if len(data) < needed:
            raise ValueError(f"{title!r} has {len(data):,} bytes; a picture here has {needed:,}.")
        left = number * (WIDTH + _GAP)
        grays = bytes(_shade(byte) for byte in data[:needed:PIXEL_BYTES])
        row.paste(Image.frombytes("L", (WIDTH, HEIGHT), grays), (left, _TITLE))
        pen.text((left + 1, 3), title, fill=0, font=_font(14))
    target = io.BytesIO()
    row.quantize(16).save(target, format="PNG", bits=4, optimize=True)
    return Picture(target.getvalue(), "image/png", alt=alt, caption=caption)


def _shade(byte: int) -> int:
    return (byte >> 8 - _SHADES_BITS) * 255 // (2**_SHADES_BITS - 1)


def _four_times(gray: Image.Image) -> bytes:
    return bytes(byte for byte in gray.tobytes() for _ in range(PIXEL_BYTES))


@cache
def _font(size: int) -> ImageFont.FreeTypeFont:
    return ImageFont.truetype(str(Path(matplotlib.get_data_path()) / "fonts/ttf/DejaVuSans.ttf"), size)
