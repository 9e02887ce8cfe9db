"""From a request to a service to the KMS key: in whose name the service asks, and whether KMS refuses."""

from . import palette, shapes

_WIDTH, _HEIGHT = 580, 148
_MIDDLE, _NOTE = 62, 98
_SENDER, _SERVICE, _STOP, _KEY = 66, 246, 418, 536


def refusal_path(
    sender: str, request: str, service: str, operation: str = "", principal: str = "", error: str = ""
) -> str:
    """The way as an SVG document.

    The service asks KMS for ``operation`` as ``principal``; both are empty if that isn't to be shown. ``error`` is KMS's,
    if it refuses.
    """
    soft = palette.token("soft")
    refused = shapes.refused(_STOP, _MIDDLE) + shapes.text(_STOP, _NOTE, error) if error else ""
    return shapes.drawing(
        _WIDTH,
        _HEIGHT,
        shapes.boundary(_KEY - 40, 24, 80, 76, "AWS KMS"),
        shapes.box(_SENDER, _MIDDLE, 120, 36, sender),
        shapes.text(_SENDER, _NOTE, request, fill=soft),
        shapes.arrow(_SENDER + 64, _MIDDLE, _SERVICE - 74, _MIDDLE),
        shapes.box(_SERVICE, _MIDDLE, 140, 36, service),
        shapes.text(_SERVICE, _NOTE + 20, f"asks for {operation or '… ?'}", fill=soft),
        shapes.text(_SERVICE, _NOTE + 38, f"as {principal or '… ?'}", fill=soft),
        shapes.arrow(
            _SERVICE + 74, _MIDDLE, _STOP - 26 if error else _KEY - 24, _MIDDLE, ghost=not operation
        ),
        refused,
        shapes.kms_key(_KEY, _MIDDLE),
    )
