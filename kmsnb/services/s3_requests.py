"""What a request to S3 is: its operation, its bucket and its headers, where that is easily seen.

moto's router knows every operation, but takes its time. What it would find for a request without a query is plain.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from typing import Any
from urllib.parse import unquote

from moto.s3.responses import S3Response
from moto.s3.utils import bucket_name_from_url
from moto.settings import get_s3_custom_endpoints

_ADDRESS = "kmsnb.s3.address"
_ON_OBJECT = {"GET": "GetObject", "HEAD": "HeadObject", "PUT": "PutObject", "DELETE": "DeleteObject"}


def shortcut(request: Any) -> tuple[str, Mapping[str, str]] | None:
    """The operation of a request without a query, with its Bucket and Key. PostObject is an upload from a browser."""
    if request.method == "OPTIONS":
        return "ObjectCORSPreflightCheck", dict(zip(("Bucket", "Key"), _address(request), strict=True))
    if request.query_string:
        return None
    bucket, key = _address(request)
    if key:
        name = _ON_OBJECT.get(request.method)
        if name == "PutObject" and "HTTP_X_AMZ_COPY_SOURCE" in request.environ:
            name = "CopyObject"
        return (name, {"Bucket": bucket, "Key": key}) if name else None
    return ("PostObject", {"Bucket": bucket}) if request.method == "POST" else None


def plain(request: Any) -> bool:
    """Whether a request is about a bucket, or deletes an object, or is what a browser asks before another (OPTIONS)."""
    if request.method in ("DELETE", "OPTIONS"):
        return request.method == "OPTIONS" or not request.query_string
    reads = request.method in ("GET", "HEAD") and b"encryption" not in request.query_string
    return reads and not _address(request)[1]


def fields(request: Any) -> dict[str, str]:
    """The headers of S3's own, by names in lower case."""
    return {
        name[5:].lower().replace("_", "-"): value
        for name, value in request.environ.items()
        if name.startswith("HTTP_X_AMZ_")
    }


def version_id(request: Any) -> str | None:
    """The version that a request is for, if it names one."""
    version: str | None = request.args.get("versionId") if request.query_string else None
    return version


def _address(request: Any) -> tuple[str, str]:
    """The bucket and the object's key that a request names, each in its host or its path; empty if it names none.

    It is remembered, since each request is asked twice.
    """
    found: tuple[str, str] | None = request.environ.get(_ADDRESS)
    if found is None:
        path: str = request.raw_path[1:]
        bucket = _bucket_of_host(request.host, tuple(get_s3_custom_endpoints()))
        if bucket is None:
            bucket, _, path = path.partition("/")
        found = request.environ[_ADDRESS] = bucket, unquote(path)
    return found


@lru_cache(maxsize=256)
def _bucket_of_host(host: str, _: tuple[str, ...]) -> str | None:
    """The bucket in a host name, as moto finds it: the request needs no more than a host for that."""
    return (
        bucket_name_from_url(f"https://{host}/") or ""
        if S3Response.subdomain_based_buckets(_Host(host))
        else None
    )


class _Host:
    def __init__(self, host: str) -> None:
        self.headers = {"host": host}
