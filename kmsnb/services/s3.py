"""S3: each object under KMS has a data key, which KMS generates when the object is written and decrypts when it is read.

| Request | asks KMS for | as | encryption context |
|---|---|---|---|
| PutObject, a browser's form upload | GenerateDataKey | the caller | aws:s3:arn = the object |
| GetObject, SelectObjectContent | Decrypt | the caller | the object's |
| HeadObject in checksum mode, GetObjectAttributes for a checksum | Decrypt | the caller | the object's |
| CopyObject | Decrypt for the source, GenerateDataKey for the target | the caller | each object's own |
| CreateMultipartUpload | GenerateDataKey | the caller | aws:s3:arn = the object |
| UploadPart, UploadPartCopy | Decrypt (and Decrypt for the source of a copy) | the caller | the upload's |
| ListParts; CompleteMultipartUpload of an upload with checksums | Decrypt | the caller | the upload's |
| UpdateObjectEncryption | ReEncrypt, or GenerateDataKey for an object under SSE-S3 | the caller | each encryption's own |
| all others, and objects under SSE-S3 or SSE-C | nothing | | |

The caller's own pairs of x-amz-server-side-encryption-context are part of the encryption context, and stay with the
object; a copy needs them again. With a Bucket Key, ``aws:s3:arn`` is the bucket, and one question serves for minutes:
``s3_bucket_keys``. Which encryption an object gets: ``s3_encryption``. A key is looked up in the caller's account and the
bucket's Region.

Amazon S3 User Guide, "Using server-side encryption with AWS KMS keys (SSE-KMS)" and "Using dual-layer server-side
encryption with AWS KMS keys (DSSE-KMS)"; Amazon S3 API Reference, the operations above.

Ours, since no page says: DSSE-KMS asks as SSE-KMS does, which calls UpdateObjectEncryption makes, and that a range beyond
the object's end is found out after the question; see also ``s3_preconditions``. For CompleteMultipartUpload, the pages
disagree: the table follows its own page. S3 wants TLS for all of this; the mock has none. moto replicates nothing, so
nobody asks for a replica. moto's other services, such as Lambda and CloudFormation, read objects past S3.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from moto.s3.models import FakeBucket, FakeKey

from . import (  # noqa: F401 (deliveries are heard of from now on)
    deliveries,
    s3_acls,
    s3_bucket_encryption,
    s3_bucket_policy,
    s3_condition_keys,
    s3_customer_keys,
    s3_objects,
    s3_permissions,
    s3_preconditions,
    s3_public_access,
    s3_question,
)
from .call import Answer, Call, Refusal
from .s3_customer_keys import OF_SOURCE, CustomerKey, Sent
from .s3_data_keys import decrypt, encryption_of, generate, move
from .s3_encryption import (
    AES256,
    DSSE,
    KEY_ID,
    KMS,
    SSE,
    Fields,
    Managed,
    UnderKms,
    Wanted,
    check_read,
    wanted,
)
from .s3_errors import InvalidArgument, access_denied, not_implemented, refusal
from .s3_objects import Kept, kept
from .s3_requests import fields, plain, shortcut, version_id
from .service import Service

# Writing


def put_object(call: Call) -> Answer:
    """Have KMS generate a data key, and then store the object."""
    bucket, name = s3_objects.target(call)
    if bucket is None or s3_preconditions.write_is_off(call.request, bucket, name):
        return call.proceed()
    headers = fields(call.request)
    s3_acls.check(call, bucket, name, headers)
    encryption = encrypt(call, bucket, name, headers)
    if isinstance(encryption, Managed) and not bucket.encryption:  # as moto stores it
        return s3_objects.tell(call.proceed(), encryption.headers)
    return _written(call, bucket, name, encryption)


def copy_object(call: Call) -> Answer:
    """Open the source, and write the target as a new object. Onto itself, this moves an object to another key."""
    bucket, name = s3_objects.target(call)
    if bucket is None:
        return call.proceed()
    headers = fields(call.request)
    s3_acls.check(call, bucket, name, headers)
    _open_source(call)
    return _written(call, bucket, name, encrypt(call, bucket, name, headers))


def post_object(call: Call) -> Answer:
    """A browser's upload: what others send as headers and signature is in the fields of a form."""
    try:
        bucket, _ = s3_objects.target(call)
        if bucket is None:
            return call.proceed()
        form = {field.lower(): value for field, value in call.request.form.items()}
        name = s3_objects.name_in_form(call.request, call.request.form)
        s3_acls.check(call, bucket, name, form)
        encryption = encrypt(call, bucket, name, form)
        answer = call.proceed()
    finally:
        call.request.close()  # the file of the form
    _keep(s3_objects.unmarked(bucket, name), encryption)
    return s3_objects.tell(answer, headers_of_write(encryption))


def encrypt(call: Call, bucket: FakeBucket, name: str, headers: Fields) -> Kept:
    """The encryption that a new object gets, with a data key if it is KMS's."""
    customer_key = s3_customer_keys.sent(headers)
    if customer_key is None:
        asked = wanted(headers, bucket)
        return Managed() if asked.algorithm == AES256 else generate(call, bucket, name, asked)
    if SSE in headers:
        raise InvalidArgument(
            "Server Side Encryption with Customer provided key is incompatible with the encryption method specified",
            SSE,
            headers[SSE],
        )
    s3_customer_keys.check_allowed(call, bucket, name)
    return CustomerKey.of(*customer_key)


def headers_of_write(encryption: Kept) -> Mapping[str, str]:
    """What the answer to a write says of the encryption."""
    return encryption.headers_of_write if isinstance(encryption, UnderKms) else encryption.headers


def _written(call: Call, bucket: FakeBucket, name: str, encryption: Kept) -> Answer:
    """Let moto store an object, and remember its encryption."""
    _show_moto(call, encryption)
    mark = s3_objects.mark(call)
    answer = call.proceed()
    written = s3_objects.marked(bucket, name, mark)
    if written and not isinstance(encryption, Managed):
        s3_objects.give_etag(answer, written)
    _keep(written, encryption)
    return s3_objects.tell(answer, headers_of_write(encryption))


def _show_moto(call: Call, encryption: Kept) -> None:
    """moto reads the headers: it gets what was found out. AES256 by default it need not know, or it finds a change."""
    if isinstance(encryption, UnderKms):
        call.rewrite(SSE, encryption.algorithm)
        call.rewrite(KEY_ID, encryption.key)


def _keep(written: FakeKey | None, encryption: Kept) -> None:
    if written:
        s3_objects.keep(written, encryption)


# Reading


def get_object(call: Call) -> Answer:
    """Have KMS decrypt the object's data key first."""
    headers = fields(call.request)
    check_read(headers)
    bucket, found = _asked_for(call)
    if bucket and found:
        key = s3_customer_keys.sent(headers)
        if s3_preconditions.read_is_off(call.request, found):
            s3_customer_keys.open_with(kept(found), key)
        else:
            open_object(call, bucket, found, key)
    return _read(call, found)


def head_object(call: Call) -> Answer:
    """Only a checksum needs the data key."""
    headers = fields(call.request)
    return _look(call, headers, headers.get("x-amz-checksum-mode") == "ENABLED")


def get_object_attributes(call: Call) -> Answer:
    """Only a checksum needs the data key; the condition is ours."""
    headers = fields(call.request)
    return _look(call, headers, "Checksum" in headers.get("x-amz-object-attributes", ""))


def _look(call: Call, headers: Fields, at_checksum: bool) -> Answer:
    check_read(headers)
    bucket, found = _asked_for(call)
    if bucket and found:
        key = s3_customer_keys.sent(headers)
        if at_checksum and found.checksum_value:
            open_object(call, bucket, found, key)
        s3_customer_keys.open_with(kept(found), key)
    return _read(call, found)


def _asked_for(call: Call) -> tuple[FakeBucket | None, FakeKey | None]:
    bucket, name = s3_objects.target(call)
    return bucket, s3_objects.version(bucket, name, version_id(call.request)) if bucket else None


def _read(call: Call, found: FakeKey | None) -> Answer:
    answer = call.proceed()
    if found is None:
        return answer
    encryption = kept(found)
    if encryption is None and found.encryption not in (KMS, DSSE):
        encryption = Managed()
    return s3_objects.tell(answer, encryption.headers) if encryption else answer


def open_object(call: Call, bucket: FakeBucket, found: FakeKey, key: Sent) -> None:
    """Let moto read an object in this request, if KMS or the customer's key opens it."""
    encryption = encryption_of(bucket, found)
    s3_customer_keys.open_with(encryption, key)
    decrypt(call, bucket, encryption)
    call.opened.add(found)


def _open_source(call: Call) -> None:
    bucket, found = s3_objects.source(call)
    if bucket and found:
        open_object(call, bucket, found, s3_customer_keys.sent(fields(call.request), OF_SOURCE))


# Multipart uploads


def create_multipart_upload(call: Call) -> Answer:
    """Ask for the data key now: a key that cannot be used is found out before the first part."""
    bucket, name = s3_objects.target(call)
    if bucket is None:
        return call.proceed()
    headers = fields(call.request)
    s3_acls.check(call, bucket, name, headers)
    encryption = encrypt(call, bucket, name, headers)
    _show_moto(call, encryption)
    answer = call.proceed()
    s3_objects.keep(bucket.multiparts[s3_objects.upload_id(answer)], encryption)
    return s3_objects.tell(answer, headers_of_write(encryption))


def upload_part(call: Call) -> Answer:
    """Each part is encrypted under the upload's data key."""
    check_read(fields(call.request))
    bucket, upload = _upload(call)
    if bucket is None or upload is None:
        return call.proceed()
    encryption = kept(upload)
    s3_customer_keys.same_for_part(encryption, s3_customer_keys.sent(fields(call.request)))
    decrypt(call, bucket, encryption)
    answer = call.proceed()
    return s3_objects.tell(answer, encryption.headers) if encryption else answer


def upload_part_copy(call: Call) -> Answer:
    """The source must open, and then it is a part like others."""
    _open_source(call)
    return upload_part(call)


def complete_multipart_upload(call: Call) -> Answer:
    """The parts become an object, under the data key of the upload."""
    bucket, upload = _upload(call)
    if bucket is None or upload is None:
        return _read(call, _asked_for(call)[1])  # completed before: the answer is that of the object
    encryption = kept(upload) or Managed()
    off = s3_preconditions.write_is_off(call.request, bucket, upload.key_name)
    if upload.metadata.get("x-amz-checksum-algorithm") and not off:
        decrypt(call, bucket, encryption)
    answer = call.proceed()
    _keep(s3_objects.completed(bucket, upload), encryption)
    return s3_objects.tell(answer, encryption.headers)


def list_parts(call: Call) -> Answer:
    """The parts are listed to those who may decrypt."""
    bucket, upload = _upload(call)
    if bucket and upload:
        decrypt(call, bucket, kept(upload))
    return call.proceed()


def _upload(call: Call) -> tuple[FakeBucket | None, Any]:
    bucket, _ = s3_objects.target(call)
    return bucket, bucket and bucket.multiparts.get(call.request.args.get("uploadId", ""))


# Later


def update_object_encryption(call: Call) -> Answer:
    """Move an object to another key without a copy; its content stays as it is. The messages are ours."""
    bucket, found = _asked_for(call)
    if bucket is None:
        return call.proceed()
    if found is None:
        raise Refusal("NoSuchKey", "The specified key does not exist.", 404)
    asked = call.members["ObjectEncryption"].get("SSEKMS") or {}
    key, before = asked.get("KMSKeyArn", ""), encryption_of(bucket, found)
    if not (key.startswith("arn:") and ":key/" in key):
        raise Refusal("InvalidRequest", "The KMS key must be given as the full ARN of a key.", 400)
    if isinstance(before, CustomerKey) or before.headers[SSE] == DSSE:
        raise Refusal("InvalidRequest", "Only an object under SSE-S3 or SSE-KMS can be updated.", 400)
    if key.split(":")[4] != bucket.account_id:
        raise access_denied("The KMS key must be in the account of the bucket.")
    if found.lock_mode or found.lock_legal_status == "ON":
        raise access_denied("Object Lock protects this object.")
    wants = Wanted(KMS, key, bool(asked.get("BucketKeyEnabled")))
    s3_objects.keep(
        found,
        move(call, bucket, found.name, before, wants)
        if isinstance(before, UnderKms)
        else generate(call, bucket, found.name, wants),
    )
    return Answer(200, {}, "")


def refuse(_: Call) -> Answer:
    """Answer nothing that moto would take for a read or write of an object."""
    raise not_implemented()


_NOT_IN_MOTO = ("", "DeleteBucketInventoryConfiguration", "GetObjectRetention", "WriteGetObjectResponse")

SERVICE = Service(
    "s3",
    "s3.amazonaws.com",
    {
        "CompleteMultipartUpload": complete_multipart_upload,
        "CopyObject": copy_object,
        "CreateBucket": s3_acls.create_bucket,
        "CreateMultipartUpload": create_multipart_upload,
        "DeleteObjects": s3_permissions.delete_objects,
        "DeleteBucketOwnershipControls": s3_acls.settle,
        "DeletePublicAccessBlock": s3_public_access.settle,
        "GetBucketEncryption": s3_bucket_encryption.get,
        "GetBucketOwnershipControls": s3_acls.settle,
        "GetBucketPolicyStatus": s3_public_access.status,
        "GetObject": get_object,
        "GetObjectAttributes": get_object_attributes,
        "GetPublicAccessBlock": s3_public_access.settle,
        "HeadObject": head_object,
        "ListParts": list_parts,
        "PostObject": post_object,
        "PutBucketAcl": s3_acls.put,
        "PutBucketEncryption": s3_bucket_encryption.put,
        "PutBucketOwnershipControls": s3_acls.settle,
        "PutBucketPolicy": s3_bucket_policy.put,
        "PutObject": put_object,
        "PutObjectAcl": s3_acls.put,
        "PutPublicAccessBlock": s3_public_access.settle,
        "SelectObjectContent": get_object,
        "UpdateObjectEncryption": update_object_encryption,
        "UploadPart": upload_part,
        "UploadPartCopy": upload_part_copy,
        **dict.fromkeys(_NOT_IN_MOTO, refuse),
    },
    refusal,
    permit=s3_permissions.permit,
    question=s3_question.question,
    shortcut=shortcut,
    plain=plain,
)
