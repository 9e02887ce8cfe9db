"""The colors of the course. Everything also has a shape, a mark or a word of its own: color is never needed."""

KMS_KEY = "#B34F00"  # vermilion diamond
DATA_KEY = "#0072B2"  # blue circle
WRAPPED_KEY = "#00785A"  # green square
PAPER = "#FFFFFF"  # plaintext: a white page with text
CIPHERTEXT = "#D9D9D9"  # ciphertext: a gray page, hatched
INK = "#1A1A1A"  # text and lines on PAPER, CIPHERTEXT and the white card

#: Colors that the stylesheet defines, in the light theme and in the dark one. ``right`` is text and lines on
#: ``right-tint``, and so on; any text may be on ``group-1`` to ``group-5``.
LIGHT = {
    "text": "#1F2328",
    "soft": "#57606A",
    "line": "#B8C0C8",
    "panel": "#F7F8FA",
    "right": "#116329",
    "right-tint": "#E8F5EC",
    "wrong": "#A11D16",
    "wrong-tint": "#FDECEA",
    "ask": "#0550AE",
    "ask-tint": "#EAF3FE",
    "idle": "#4F5863",
    "idle-tint": "#F2F4F6",
    "on-strong": "#FFFFFF",
    "kms-key": KMS_KEY,
    "data-key": DATA_KEY,
    "wrapped-key": WRAPPED_KEY,
    "group-1": "#DCE8F8",
    "group-2": "#D3EDE1",
    "group-3": "#F9E0CC",
    "group-4": "#E9E1F5",
    "group-5": "#F6EFC2",
}
DARK = {
    "text": "#E6E8EB",
    "soft": "#A3ABB5",
    "line": "#4A525D",
    "panel": "#191D23",
    "right": "#56C271",
    "right-tint": "#15271B",
    "wrong": "#FF8A80",
    "wrong-tint": "#331A19",
    "ask": "#79B8FF",
    "ask-tint": "#142338",
    "idle": "#A7B1BC",
    "idle-tint": "#1D2228",
    "on-strong": "#111418",
    "kms-key": "#FF9A4D",
    "data-key": "#5DB7EF",
    "wrapped-key": "#4CC9A4",
    "group-1": "#1F3452",
    "group-2": "#183D31",
    "group-3": "#4A3019",
    "group-4": "#372C54",
    "group-5": "#3D3812",
}


def token(name: str) -> str:
    """A color of ``LIGHT`` for CSS and SVG: it follows the page's theme, or stays light where there is no stylesheet."""
    return f"var(--kmsnb-{name},{LIGHT[name]})"


def contrast(one: str, other: str) -> float:
    """Contrast ratio of two ``#RRGGBB`` colors, 1 to 21, as WCAG 2.2 defines it."""
    low, high = sorted((_luminance(one), _luminance(other)))
    return (high + 0.05) / (low + 0.05)


def _luminance(color: str) -> float:
    channels = (int(color[i : i + 2], 16) / 255 for i in (1, 3, 5))
    linear = (c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels)
    return sum(weight * c for weight, c in zip((0.2126, 0.7152, 0.0722), linear, strict=True))
