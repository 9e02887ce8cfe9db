"""Clients of a KMS of ours, one fresh account for each test."""

import base64
import json
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import cache
from typing import Any

import boto3
import pytest
import requests
from botocore.config import Config
from botocore.exceptions import ClientError
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import padding
from cryptography.hazmat.primitives.keywrap import aes_key_wrap_with_padding
from moto import mock_aws

import kmsnb.kms
from kmsnb.kms import ManualClock

ACCOUNT = "123456789012"


@cache
def client_in(region: str, service: str = "kms") -> Any:
    """A client that is shared by all tests: it holds no state but credentials, which are made up.

    It checks no parameters, so that the server has to, and does not try again what is refused for a limit.
    """
    session = boto3.Session("made", "up", region_name=region)
    return session.client(
        service, config=Config(parameter_validation=False, retries={"total_max_attempts": 1})
    )


@pytest.fixture
def clock() -> ManualClock:
    return ManualClock()


@pytest.fixture
def aws(clock: ManualClock) -> Iterator[Callable[..., Any]]:
    """A mocked AWS with our KMS; a function from Region (and service) to a client."""
    kmsnb.kms.install(clock=clock)
    with mock_aws():
        yield client_in
    kmsnb.kms.uninstall()


@pytest.fixture
def kms(aws: Callable[..., Any]) -> Any:
    return aws("us-east-1")


@pytest.fixture
def key(kms: Any) -> str:
    """The ARN of a symmetric encryption key."""
    return make(kms)


def make(kms: Any, spec: str = "SYMMETRIC_DEFAULT", usage: str | None = None, **more: Any) -> str:
    """Create a key; its ARN."""
    if usage:
        more["KeyUsage"] = usage
    return kms.create_key(KeySpec=spec, **more)["KeyMetadata"]["Arn"]


def describe(kms: Any, key: str) -> dict[str, Any]:
    return kms.describe_key(KeyId=key)["KeyMetadata"]


@contextmanager
def refused(code: str, message: str | None = None) -> Iterator[None]:
    """The call inside is refused with this code and, if given, exactly this text."""
    with pytest.raises(ClientError) as caught:
        yield
    error = caught.value.response["Error"]
    assert error["Code"] == code, error
    if message is not None:
        assert error["Message"] == message


def post(kms: Any, operation: str, body: Any, **headers: str) -> tuple[int, dict[str, Any]]:
    """What a client without botocore's checks would get: status and parsed body."""
    answer = requests.post(
        f"https://kms.{kms.meta.region_name}.amazonaws.com/",
        data=body if isinstance(body, bytes) else json.dumps(body).encode(),
        headers={
            "X-Amz-Target": f"TrentService.{operation}",
            "Content-Type": "application/x-amz-json-1.1",
            **headers,
        },
        timeout=60,
    )
    return answer.status_code, answer.json()


def b64(data: bytes) -> str:
    return base64.b64encode(data).decode()


def wrap(parameters: dict[str, Any], algorithm: str, material: bytes) -> bytes:
    """Wrap key material for import, as a customer would."""
    public = serialization.load_der_public_key(parameters["PublicKey"])
    digest = hashes.SHA1() if algorithm.endswith("SHA_1") else hashes.SHA256()
    oaep = padding.OAEP(padding.MGF1(digest), digest, None)
    if algorithm.startswith("RSAES"):
        return public.encrypt(material, oaep)
    one_time = os.urandom(32)
    return public.encrypt(one_time, oaep) + aes_key_wrap_with_padding(one_time, material)


def bring(
    kms: Any, key: str, material: bytes, *, algorithm: str = "RSAES_OAEP_SHA_256", **more: Any
) -> dict[str, Any]:
    """Import key material, all three steps of it."""
    parameters = kms.get_parameters_for_import(
        KeyId=key, WrappingAlgorithm=algorithm, WrappingKeySpec="RSA_2048"
    )
    more.setdefault("ExpirationModel", "KEY_MATERIAL_DOES_NOT_EXPIRE")
    return kms.import_key_material(
        KeyId=key,
        ImportToken=parameters["ImportToken"],
        EncryptedKeyMaterial=wrap(parameters, algorithm, material),
        **more,
    )
