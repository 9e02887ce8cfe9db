"""A KMS client of a few lines, so that a test holds the root key, counts the calls and makes them fail."""

import os
from collections.abc import Mapping
from types import SimpleNamespace
from typing import Any

from botocore.exceptions import ClientError
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

ACCOUNT = "123456789012"


class FakeKms:
    """Wraps under AES-256 keys that are given by the last part of their ARN; refuses in KMS's words."""

    def __init__(self, keys: Mapping[str, bytes], region: str = "us-east-1") -> None:
        self.meta = SimpleNamespace(region_name=region)
        self.calls: list[str] = []
        self.contexts: list[dict[str, str]] = []
        self.denials: dict[str, str] = {}  # key name: error code
        self.fail_after: int | None = None
        self._keys = dict(keys)

    def arn(self, name: str) -> str:
        return f"arn:aws:kms:{self.meta.region_name}:{ACCOUNT}:key/{name}"

    def generate_data_key(
        self, KeyId: str, NumberOfBytes: int, EncryptionContext: Mapping[str, str] = {}
    ) -> dict[str, Any]:
        plaintext = os.urandom(NumberOfBytes)
        answer = self._wrap("GenerateDataKey", KeyId, plaintext, EncryptionContext)
        return {**answer, "Plaintext": plaintext}

    def encrypt(
        self, KeyId: str, Plaintext: bytes | bytearray, EncryptionContext: Mapping[str, str] = {}
    ) -> dict[str, Any]:
        return self._wrap("Encrypt", KeyId, Plaintext, EncryptionContext)

    def decrypt(
        self, KeyId: str, CiphertextBlob: bytes, EncryptionContext: Mapping[str, str] = {}
    ) -> dict[str, Any]:
        name, cipher = self._called("Decrypt", KeyId, EncryptionContext)
        aad = _aad(name, EncryptionContext)
        try:
            plaintext = cipher.decrypt(CiphertextBlob[:12], CiphertextBlob[12:], aad)
        except (InvalidTag, ValueError):
            raise denial("InvalidCiphertextException", "Decrypt") from None
        return {"Plaintext": plaintext, "KeyId": self.arn(name)}

    def describe_key(self, KeyId: str) -> dict[str, Any]:
        name, _ = self._called("DescribeKey", KeyId, {})
        return {"KeyMetadata": {"Arn": self.arn(name)}}

    def _wrap(
        self, call: str, key_id: str, plaintext: bytes | bytearray, context: Mapping[str, str]
    ) -> dict[str, Any]:
        name, cipher = self._called(call, key_id, context)
        nonce = os.urandom(12)
        return {
            "CiphertextBlob": nonce + cipher.encrypt(nonce, plaintext, _aad(name, context)),
            "KeyId": self.arn(name),
        }

    def _called(self, call: str, key_id: str, context: Mapping[str, str]) -> tuple[str, AESGCM]:
        self.calls.append(call)
        self.contexts.append(dict(context))
        if self.fail_after is not None and len(self.calls) > self.fail_after:
            raise denial("ThrottlingException", call)
        name = key_id.rsplit("/", 1)[-1]
        if name in self.denials:
            raise denial(self.denials[name], call)
        known = name in self._keys and (not key_id.startswith("arn:") or key_id == self.arn(name))
        if not known:
            raise denial("NotFoundException", call)
        return name, AESGCM(self._keys[name])


def denial(code: str, call: str) -> ClientError:
    return ClientError({"Error": {"Code": code, "Message": code}}, call)


def _aad(name: str, context: Mapping[str, str]) -> bytes:
    return repr((name, sorted(context.items()))).encode()
