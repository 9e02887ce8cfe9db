"""The two questions that S3 asks KMS about an object's data key: to generate it, and to decrypt it.

The data key itself is forgotten. Its ciphertext stays with the object, and each read has it decrypted: so
a key that is disabled, or a policy that has changed, counts for each read. ``s3_bucket_keys`` is the exception.
"""

from __future__ import annotations

from moto.s3.models import FakeBucket, FakeKey

from kmsnb.kms.api.handler import handle
from kmsnb.kms.moto.models import backend_of

from . import s3_bucket_keys, s3_objects
from .call import Call
from .s3_encryption import DSSE, KMS, MANAGED_KEY, Managed, UnderKms, Wanted
from .s3_errors import InvalidArgument
from .s3_objects import Kept


def generate(call: Call, bucket: FakeBucket, name: str, asked: Wanted) -> UnderKms:
    """Ask KMS for an object's data key, or use the bucket's for a while."""
    _about(call, bucket)
    context = context_of(bucket, name, asked)
    key = asked.key_id

    def ask() -> bytes:
        nonlocal key
        answer = call.ask("GenerateDataKey", KeyId=key, KeySpec="AES_256", EncryptionContext=context)
        key = answer["KeyId"]
        data_key: bytes = answer["CiphertextBlob"]
        return data_key

    if asked.bucket_key:
        key = arn_of(call.sender_account, call.region, key)
        data_key = s3_bucket_keys.of(bucket).use(call, "GenerateDataKey", key, context, ask)
    else:
        data_key = ask()
    return UnderKms(asked.algorithm, key, asked.bucket_key, context, data_key, asked.pairs)


def context_of(bucket: FakeBucket, name: str, asked: Wanted) -> dict[str, str]:
    """The encryption context of a new object. That S3's own pair wins over one of the caller's is ours."""
    arn = f"arn:{bucket.partition}:s3:::{bucket.name}"
    return {**asked.pairs, "aws:s3:arn": arn if asked.bucket_key else f"{arn}/{name}"}


def decrypt(call: Call, bucket: FakeBucket, encryption: Kept | None) -> None:
    """Ask KMS to decrypt a data key, unless KMS has no part in the encryption or a Bucket Key is in use."""
    if not isinstance(encryption, UnderKms):
        return
    _about(call, bucket)
    context, data_key = encryption.context, encryption.data_key

    def ask() -> bytes:
        call.ask("Decrypt", KeyId=encryption.key, CiphertextBlob=data_key, EncryptionContext=context)
        return data_key

    if encryption.bucket_key:
        s3_bucket_keys.of(bucket).use(call, "Decrypt", encryption.key, context, ask)
    else:
        ask()


def move(call: Call, bucket: FakeBucket, name: str, before: UnderKms, asked: Wanted) -> UnderKms:
    """Ask KMS to encrypt an object's data key under another KMS key."""
    _about(call, bucket)
    context = context_of(bucket, name, asked)
    answer = call.ask(
        "ReEncrypt",
        CiphertextBlob=before.data_key,
        SourceEncryptionContext=before.context,
        DestinationKeyId=asked.key_id,
        DestinationEncryptionContext=context,
    )
    return UnderKms(asked.algorithm, answer["KeyId"], asked.bucket_key, context, answer["CiphertextBlob"])


def encryption_of(bucket: FakeBucket, found: FakeKey) -> Kept:
    """How an object is encrypted. What another service of moto's put into a bucket under KMS, past S3, is sealed now."""
    encryption = s3_objects.kept(found)
    if encryption is None and found.encryption in (KMS, DSSE):
        asked = Wanted(found.encryption, found.kms_key_id or MANAGED_KEY)
        context = context_of(bucket, found.name, asked)
        members = {"KeyId": asked.key_id, "KeySpec": "AES_256", "EncryptionContext": context}
        answer = handle(
            "GenerateDataKey", members, backend_of(bucket.account_id, bucket.region_name).endpoint
        )
        encryption = UnderKms(asked.algorithm, answer["KeyId"], False, context, answer["CiphertextBlob"])
        s3_objects.keep(found, encryption)
    return encryption or Managed()


def arn_of(account: str, region: str, key_id: str) -> str:
    """The ARN of a key from any of its names; the name itself if there is no such key, so that KMS says so."""
    try:
        arn: str = backend_of(account, region).describe_key(key_id).arn
    except KeyError:
        return key_id
    return arn


def _about(call: Call, bucket: FakeBucket) -> None:
    """From now on, the call is about this bucket. S3 goes to KMS only for a request that was signed by version 4."""
    call.account, call.region = bucket.account_id, bucket.region_name
    if not call.signed_by_v4:
        raise InvalidArgument(
            "Requests specifying Server Side Encryption with AWS KMS managed keys require AWS Signature Version 4.",
            "Authorization",
            "null",
        )
