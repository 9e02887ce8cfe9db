"""What a request to S3 is: its operation, its bucket and its headers, where that is easily seen.

moto's router knows every operation, but takes its time. What it would find for a request without a query is plain.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from typing import Any
from urllib.parse import unquote

from moto.core.utils import get_service_model
from moto.s3.responses import S3Response
from moto.s3.utils import bucket_name_from_url
from moto.settings import get_s3_custom_endpoints

from .s3_errors import InvalidArgument

_ADDRESS = "kmsnb.s3.address"
#: Parts of a bucket or object of which moto knows nothing: it would list, read, write or delete the whole.
_NOT_IN_MOTO = frozenset(
    [
        "abac",
        "analytics",
        "annotation",
        "intelligent-tiering",
        "metadataAnnotationTable",
        "metadataConfiguration",
        "metadataInventoryTable",
        "metadataJournalTable",
        "metadataTable",
        "metrics",
        "renameObject",
        "requestPayment",
        "session",
        "torrent",
    ]
)
_ON_OBJECT = {"GET": "GetObject", "HEAD": "HeadObject", "PUT": "PutObject", "DELETE": "DeleteObject"}


def shortcut(request: Any) -> tuple[str, Mapping[str, str]] | None:
    """The operation of a request without a query, with its Bucket and Key. PostObject is an upload from a browser.

    A query is moto's to read, unless moto would take the request for another one.
    """
    if request.method == "OPTIONS":
        return "ObjectCORSPreflightCheck", dict(zip(("Bucket", "Key"), _address(request), strict=True))
    if request.query_string:
        return _by_query(request)
    bucket, key = _address(request)
    if key:
        name = _ON_OBJECT.get(request.method)
        if name == "PutObject" and "HTTP_X_AMZ_COPY_SOURCE" in request.environ:
            name = "CopyObject"
        return (name, {"Bucket": bucket, "Key": key}) if name else None
    return ("PostObject", {"Bucket": bucket}) if request.method == "POST" else None


def _by_query(request: Any) -> tuple[str, Mapping[str, str]] | None:
    """No operation for what moto does not have. Raises S3's error for a query that names two operations at once."""
    named = sorted(_selectors().intersection(request.args))
    if len(named) > 1:
        raise InvalidArgument(
            f"Conflicting query string parameters: {', '.join(named)}", "ResourceType", named[0]
        )
    return ("", {}) if _NOT_IN_MOTO.intersection(named) else None


@lru_cache
def _selectors() -> frozenset[str]:
    """The names in a query that make it another operation, such as ``acl``."""
    model = get_service_model("s3")
    queries = [model.operation_model(name).http_trait.query_args for name in model.operation_names]
    return frozenset(name for query in queries for name, value in query.items() if not value) | {"uploadId"}


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
