"""What a request to S3 is, where botocore's model does not say it, or before it costs anything to find out."""

from __future__ import annotations

from typing import Any

from moto.s3.responses import S3Response


def unmodelled(request: Any) -> str | None:
    """A request that is not in the API's model: an upload from a browser, or what a browser asks first (OPTIONS)."""
    if request.method == "OPTIONS":
        return None
    return "PostObject" if request.method == "POST" and _is_on_bucket(request) else "Unknown"


def plain(request: Any) -> bool:
    """Whether a request is about a bucket, or deletes an object."""
    if request.method == "DELETE":
        return not request.query_string
    reads = request.method in ("GET", "HEAD") and b"encryption" not in request.query_string
    return reads and _is_on_bucket(request)


def _is_on_bucket(request: Any) -> bool:
    path: str = request.raw_path
    if path == "/":
        return True
    return "/" not in path[1:].removesuffix("/") and not S3Response.subdomain_based_buckets(request)
