"""moto's buckets and objects, with what moto does not keep of an object: how it is encrypted.

That is an attribute of moto's own object, ``encryption_kept``, so that it is gone with the object. An object under KMS or
a customer's key opens for the one request that S3 has asked about: whatever else reads it is refused, also where moto
answers a request as something other than it is.
"""

from __future__ import annotations

import os
import secrets
from collections.abc import Callable, Mapping
from typing import Any, Self
from urllib.parse import parse_qs, unquote, urlparse

from moto.s3.models import FakeBucket, FakeKey, FakeMultipart, S3Backend, s3_backends
from moto.utilities.utils import get_partition

from .call import Answer, Call, answering
from .s3_customer_keys import CustomerKey
from .s3_encryption import BUCKET_KEY, KEY_ID, SSE, Managed, UnderKms
from .s3_errors import access_denied

Kept = Managed | UnderKms | CustomerKey


class ProtectedKey(FakeKey):
    """moto's object, if KMS or a customer's key protects it."""

    def __new__(cls, *_: Any, **__: Any) -> Self:
        """A copy, made as moto's own so that moto closes its file."""
        made: Any = super().__new__(FakeKey)
        made.__class__ = cls
        protected: Self = made
        return protected

    @property
    def value(self) -> bytes:
        """The content. In a request to S3, it can be had only if S3 has opened the object."""
        service, opened = answering.get() or ("", ())
        if service == "s3" and self not in opened:
            raise access_denied("Access Denied")
        content: bytes = FakeKey.value.fget(self)  # type: ignore[attr-defined]
        return content

    @value.setter
    def value(self, content: bytes) -> None:
        FakeKey.value.fset(self, content)  # type: ignore[attr-defined]

    def __getstate__(self) -> dict[str, Any]:
        """For a copy, such as moto makes of each object to list its versions: the copy is protected like this object."""
        before = answering.set(None)
        try:
            state: dict[str, Any] = super().__getstate__()
        finally:
            answering.reset(before)
        return state


def kept(thing: Any) -> Kept | None:
    """How an object or a multipart upload is encrypted; None for one that is as moto stored it, under SSE-S3 or past S3."""
    found: Kept | None = thing.__dict__.get("encryption_kept")
    return found


def keep(thing: FakeKey | FakeMultipart, encryption: Kept) -> None:
    """Remember how an object or a multipart upload is encrypted."""
    thing.encryption_kept = encryption  # type: ignore[union-attr]
    if isinstance(thing, FakeMultipart):
        return
    thing.encryption = encryption.headers.get(SSE)
    thing.kms_key_id = encryption.headers.get(KEY_ID)
    thing.bucket_key_enabled = encryption.headers.get(BUCKET_KEY)
    thing.__class__ = FakeKey if isinstance(encryption, Managed) else ProtectedKey


# Where a request points to


def backend_of(account: str, partition: str) -> S3Backend:
    """moto's S3 in an account."""
    backend: S3Backend = s3_backends[account][partition]
    return backend


def bucket(name: str) -> FakeBucket | None:
    """The bucket of that name, in whatever account; None if there is none."""
    home = s3_backends.bucket_accounts.get(name)
    return backend_of(home[1], home[0]).get_bucket(name) if home else None


def setting(of: FakeBucket, name: str, new: Any) -> Any:
    """A setting of a bucket by moto's name: ``new`` for a new bucket, to which moto gives none; None once it was deleted."""
    settled: set[str] = of.__dict__.setdefault("settled", set())
    if name not in settled:
        settled.add(name)
        if getattr(of, name) is None:
            setattr(of, name, new)
    return getattr(of, name)


def with_setting(read: Callable[[FakeBucket], Any]) -> Callable[[Call], Answer]:
    """For a request that shows, changes or deletes a setting: a new bucket has what ``read`` says before moto answers."""

    def answer(call: Call) -> Answer:
        found, _ = target(call)
        if found:
            read(found)
        return call.proceed()

    return answer


def target(call: Call) -> tuple[FakeBucket | None, str]:
    """The bucket and the object's key that a request is for. From now on, the call is about the bucket's account and Region."""
    name = call.path["Bucket"]
    if ".s3-accesspoint." in call.request.environ.get("HTTP_HOST", ""):
        name = _behind_access_point(call, name)
    found = bucket(name)
    if found:
        call.account, call.region = found.account_id, found.region_name
    return found, call.path.get("Key", "")


def _behind_access_point(call: Call, name: str) -> str:
    """The bucket of an access point, whose host begins with its name and its account."""
    from moto.s3control.models import s3control_backends

    points = s3control_backends[call.sender_account][get_partition(call.region)]
    account = call.sender_account
    bucket_name: str = points.get_access_point(account, name.removesuffix(f"-{account}")).bucket
    return bucket_name


def name_in_form(request: Any, form: Mapping[str, str]) -> str:
    """The object's key in a browser's form, in which ``${filename}`` is the name of the file."""
    file = request.files.get("file")
    return form.get("key", "").replace("${filename}", os.path.basename(file.filename or "") if file else "")


def address_of_source(call: Call) -> tuple[FakeBucket | None, str, str | None]:
    """What a request copies: bucket, object's key, and version if it names one."""
    address = urlparse(call.request.headers["x-amz-copy-source"])
    name, _, key = unquote(address.path).lstrip("/").partition("/")
    return bucket(name), key, parse_qs(address.query).get("versionId", [None])[0]


def source(call: Call) -> tuple[FakeBucket | None, FakeKey | None]:
    """The object that a request copies, with its bucket."""
    found, key, version_id = address_of_source(call)
    return found, version(found, key, version_id) if found else None


def upload_elsewhere(call: Call, of: FakeBucket, key: str) -> bool:
    """Whether a request names a multipart upload to another object than it is for itself."""
    upload = of.multiparts.get(call.request.args.get("uploadId", ""))
    return upload is not None and upload.key_name != key


def version(of: FakeBucket, key: str, version_id: str | None) -> FakeKey | None:
    """A version of an object, or its newest one; None for a delete marker, or if there is none."""
    versions = of.keys.getlist(key, [])
    if version_id is None:
        found = versions[-1] if versions else None
    else:
        found = next((each for each in versions if str(each.version_id) == version_id), None)
    return found if isinstance(found, FakeKey) else None


def tags_of(bucket: FakeBucket, found: FakeKey) -> Mapping[str, str]:
    """An object's tags."""
    backend: Any = backend_of(bucket.account_id, bucket.partition)
    tags: Mapping[str, str] = backend.tagger.get_tag_dict_for_resource(found.arn)
    return tags


# What a request wrote


def mark(call: Call) -> str:
    """Mark the object that moto is about to store, so that ``marked`` finds it even if others write to the same key."""
    token = secrets.token_hex(8)
    call.rewrite(BUCKET_KEY, token)
    return token


def marked(of: FakeBucket, key: str, token: str) -> FakeKey | None:
    """The object with that mark; None if another has replaced it meanwhile."""
    return next(
        (
            each
            for each in of.keys.getlist(key, [])
            if isinstance(each, FakeKey) and each.bucket_key_enabled == token
        ),
        None,
    )


def unmarked(of: FakeBucket, key: str) -> FakeKey | None:
    """The newest object of a form, which moto gives no mark; None if another has replaced it meanwhile."""
    found = version(of, key, None)
    return found if found and kept(found) is None else None


def give_etag(answer: Answer, written: FakeKey) -> None:
    """An ETag that is not the MD5 of the content, as objects under KMS or a customer's key have (API Reference, "Object")."""
    old, new = written.etag.strip('"'), secrets.token_hex(16)
    written._etag = new
    for name in [name for name in answer.headers if name.lower() == "etag"]:
        answer.headers[name] = written.etag
    body = answer.body.decode() if isinstance(answer.body, bytes) else answer.body
    answer.body = body.replace(old, new)


def upload_id(answer: Answer) -> str:
    """The id of the upload that moto has created."""
    body = answer.body.decode() if isinstance(answer.body, bytes) else answer.body
    return body.partition("<UploadId>")[2].partition("</UploadId>")[0]


def completed(of: FakeBucket, upload: FakeMultipart) -> FakeKey | None:
    """The object that an upload has become; None if another has replaced it meanwhile."""
    return next(
        (
            each
            for each in of.keys.getlist(upload.key_name, [])
            if isinstance(each, FakeKey) and each.multipart is upload and kept(each) is None
        ),
        None,
    )


def tell(answer: Answer, headers: Mapping[str, str]) -> Answer:
    """The answer with these headers about encryption, in place of moto's."""
    for name in [name for name in answer.headers if name.lower().startswith(SSE)]:
        del answer.headers[name]
    answer.headers.update(headers)
    return answer
