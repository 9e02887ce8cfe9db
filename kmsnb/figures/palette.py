"""The colours of the course. Each thing also has a shape of its own, so that colour is never needed."""

KMS_KEY = "#B34F00"  # vermilion diamond
DATA_KEY = "#0072B2"  # blue circle
WRAPPED_KEY = "#00785A"  # green square
PAPER = "#FFFFFF"  # plaintext: a white page with text
CIPHERTEXT = "#D9D9D9"  # ciphertext: a grey page, hatched
REFUSED = "#9B1C1C"  # an octagon, as on the road
INK = "#1A1A1A"  # text and lines on PAPER, CIPHERTEXT and the white card


def contrast(one: str, other: str) -> float:
    """Contrast ratio of two ``#RRGGBB`` colours, 1 to 21, as WCAG 2.2 defines it."""
    low, high = sorted((_luminance(one), _luminance(other)))
    return (high + 0.05) / (low + 0.05)


def _luminance(colour: str) -> float:
    channels = (int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5))
    linear = (c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels)
    return sum(weight * c for weight, c in zip((0.2126, 0.7152, 0.0722), linear, strict=True))
