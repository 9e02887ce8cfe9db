"""The four ways in which an AWS service comes to a KMS key, and what must allow each."""

from __future__ import annotations

from dataclasses import dataclass

from . import palette, shapes
from .picture import Picture

_WIDTH, _HEAD, _ROW = 580, 34, 104
_WHO, _SERVICE, _KEY, _NEEDS = 60, 196, 304, 350  # the middle of three columns, the left edge of the last
_BOX = 112, 34


@dataclass(frozen=True)
class _Way:
    name: str
    who: str
    request: str
    service: str
    as_whom: str
    needs: tuple[str, ...]


_WAYS = (
    _Way(
        "a. In a forward access session",
        "Uma",
        "PutObject",
        "Amazon S3",
        "asks as Uma",
        ("Uma's own KMS permissions.", "kms:ViaService can limit them", "to requests through S3."),
    ),
    _Way(
        "b. By a grant",
        "Uma",
        "AttachVolume",
        "Amazon EC2",
        "asks as the grantee",
        ("The grant: Uma's request made it,", "with her kms:CreateGrant.", "No policy names the grantee."),
    ),
    _Way(
        "c. For itself: a service principal",
        "a trail",
        "has a log to deliver",
        "CloudTrail",
        "asks as itself",
        ("The key policy: it names", "cloudtrail.amazonaws.com, and", "the trail in aws:SourceArn."),
    ),
    _Way(
        "d. With a service-linked role",
        "a scaling group",
        "needs an instance",
        "Auto Scaling",
        "asks as its role",
        ("The key policy: it names the role.", "A key of another account:", "a grant for the role."),
    ),
)


def four_ways(caption: str = "The four ways in which an AWS service comes to your key.") -> Picture:
    """Who asks which service for what, as whom the service then asks KMS, and what must allow it.

    IAM User Guide, "Forward access sessions"; AWS KMS Developer Guide, "Grants in AWS KMS" and "Key policies".
    """
    height = _HEAD + len(_WAYS) * _ROW
    boundary = shapes.boundary(_KEY - 32, 22, 64, height - 28, "AWS KMS")
    heads = shapes.text(_NEEDS, 16, "What must allow it", anchor="start", bold=True)
    rows = "".join(_row(way, _HEAD + place * _ROW) for place, way in enumerate(_WAYS))
    svg = shapes.drawing(_WIDTH, height, boundary, heads, rows)
    alt = f"Four ways from a request to a KMS key. {' '.join(_told(way) for way in _WAYS)}"
    return Picture(svg.encode(), "image/svg+xml", alt=alt, caption=caption)


def _row(way: _Way, top: float) -> str:
    width, height = _BOX
    middle, soft = top + 46, palette.token("soft")
    return "".join(
        (
            shapes.text(4, top + 16, way.name, anchor="start", bold=True),
            shapes.box(_WHO, middle, width, height, way.who),
            shapes.text(4, middle + 34, way.request, anchor="start", fill=soft),
            shapes.arrow(_WHO + width / 2 + 3, middle, _SERVICE - width / 2 - 3, middle),
            shapes.box(_SERVICE, middle, width, height, way.service),
            shapes.text(_SERVICE, middle + 34, way.as_whom, fill=soft),
            shapes.arrow(_SERVICE + width / 2 + 3, middle, _KEY - 22, middle),
            shapes.kms_key(_KEY, middle),
            *(
                shapes.text(_NEEDS, middle - 12 + 18 * line, words, anchor="start")
                for line, words in enumerate(way.needs)
            ),
        )
    )


def _told(way: _Way) -> str:
    return f"{way.name}. {way.who}: {way.request}; {way.service} {way.as_whom}. What must allow it: {' '.join(way.needs)}"
