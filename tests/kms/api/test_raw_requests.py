"""Requests that no SDK would send. Each gets an answer, none a Python exception, and nonsense never a 200."""

import gzip
import json
import logging
import tracemalloc

import pytest
from hypothesis import given, settings, strategies as st
from moto import mock_aws

import kmsnb.kms
from kmsnb.kms.api.handler import LARGEST_REQUEST
from kmsnb.kms.api.operations import OPERATIONS
from kmsnb.kms.api.validation import service_model

from ..conftest import b64, client_in, make, post

NONE = "00000000-0000-4000-8000-000000000000"


@pytest.fixture(scope="module")
def world():
    kmsnb.kms.install()
    with mock_aws():
        kms = client_in("us-east-1")
        yield kms, make(kms)
    kmsnb.kms.uninstall()


def error(kms, operation, body, **headers):
    status, answer = post(kms, operation, body, **headers)
    assert status == 400, answer
    return answer["__type"], answer.get("message", "")


@pytest.mark.parametrize("operation", ["", "encrypt", "Nothing", "Encrypt.", "__init__", "../Encrypt", "É"])
def test_operations_that_do_not_exist(kms, operation):
    status, answer = post(kms, operation, {})
    assert (status, answer["__type"]) == (404, "UnknownOperationException")


@pytest.mark.parametrize(
    "body", [b"{", b"not json", b'{"a": }', b"\xff\xfe", b"\x80", b"{]", 5000 * b"[", b"NaN{", b"{'a': 1}"]
)
def test_bodies_that_are_no_json(kms, body):
    assert error(kms, "DescribeKey", body)[0] == "SerializationException"


@pytest.mark.parametrize("body", [[], "text", 3, True, None, [{}]])
def test_bodies_that_are_no_object(kms, body):
    assert error(kms, "DescribeKey", json.dumps(body).encode())[0] == "SerializationException"


def test_an_empty_body_is_an_empty_request(kms):
    assert post(kms, "ListKeys", b"")[0] == 200
    assert error(kms, "DescribeKey", b"")[0] == "ValidationException"


@pytest.mark.parametrize(
    ("operation", "body"),
    [
        ("DescribeKey", {"KeyId": 3}),
        ("DescribeKey", {"KeyId": ["k"]}),
        ("DescribeKey", {"KeyId": {}}),
        ("DescribeKey", {"KeyId": True}),
        ("DescribeKey", {"KeyId": "k", "GrantTokens": "t"}),
        ("DescribeKey", {"KeyId": "k", "GrantTokens": [1]}),
        ("GenerateRandom", {"NumberOfBytes": "5"}),
        ("GenerateRandom", {"NumberOfBytes": 1.5}),
        ("GenerateRandom", {"NumberOfBytes": True}),
        ("CreateKey", {"MultiRegion": "true"}),
        ("CreateKey", {"MultiRegion": 1}),
        ("CreateKey", {"Tags": {"TagKey": "a"}}),
        ("CreateKey", {"Tags": ["a"]}),
        ("Encrypt", {"KeyId": "k", "Plaintext": 5}),
        ("Encrypt", {"KeyId": "k", "Plaintext": "not base64!"}),
        ("Encrypt", {"KeyId": "k", "Plaintext": "YWI"}),
        ("Encrypt", {"KeyId": "k", "Plaintext": "YWI=", "EncryptionContext": []}),
        ("Encrypt", {"KeyId": "k", "Plaintext": "YWI=", "EncryptionContext": {"a": 1}}),
        ("Encrypt", {"KeyId": "k", "Plaintext": "YWI=", "EncryptionContext": {"a": "\ud800"}}),
        (
            "ImportKeyMaterial",
            {"KeyId": "k", "ImportToken": "YQ==", "EncryptedKeyMaterial": "YQ==", "ValidTo": "x"},
        ),
        (
            "ImportKeyMaterial",
            {"KeyId": "k", "ImportToken": "YQ==", "EncryptedKeyMaterial": "YQ==", "ValidTo": 1e99},
        ),
    ],
)
def test_values_of_the_wrong_type(kms, operation, body):
    assert error(kms, operation, body)[0] == "SerializationException"


@pytest.mark.parametrize("operation", sorted(OPERATIONS))
def test_required_members_are_required(kms, operation):
    required = service_model().operation_model(operation).input_shape.required_members
    if not required:
        return
    code, message = error(kms, operation, {})
    count = len(required)
    assert code == "ValidationException"
    assert message.startswith(
        "1 validation error detected: " if count == 1 else f"{count} validation errors detected: "
    )
    for member in required:
        name = member[0].lower() + member[1:]
        assert f"Value null at '{name}' failed to satisfy constraint: Member must not be null" in message


@pytest.mark.parametrize(
    ("operation", "body", "text"),
    [
        (
            "DescribeKey",
            {"KeyId": 2049 * "k"},
            f"Value '{2049 * 'k'}' at 'keyId' failed to satisfy constraint: Member must have length less than or equal to 2048",
        ),
        (
            "DescribeKey",
            {"KeyId": "k", "GrantTokens": 11 * ["t"]},
            f"Value '[{', '.join(11 * 't')}]' at 'grantTokens' failed to satisfy constraint: Member must have length less than or equal to 10",
        ),
        (
            "CreateGrant",
            {"KeyId": "k", "Operations": ["Encrypt", "Dance"]},
            "Value '[Encrypt, Dance]' at 'operations' failed to satisfy constraint: Member must satisfy constraint: [Member must satisfy enum value set: [",
        ),
        (
            "ReplicateKey",
            {"KeyId": "k", "ReplicaRegion": "Mars"},
            r"Value 'Mars' at 'replicaRegion' failed to satisfy constraint: Member must satisfy regular expression pattern: ^([a-z]+-){2,3}\d+$",
        ),
        (
            "CreateKey",
            {"Tags": [{"TagKey": "a", "TagValue": ""}, {"TagKey": ""}]},
            "2 validation errors detected: Value '' at 'tags.2.member.tagKey' failed to satisfy constraint: Member must have length greater than or equal to 1; Value null at 'tags.2.member.tagValue' failed to satisfy constraint: Member must not be null",
        ),
        (
            "CreateGrant",
            {"KeyId": "k", "Operations": ["Encrypt"], "Constraints": {"SourceArn": "arn:aws:x"}},
            "at 'constraints.sourceArn' failed to satisfy constraint",
        ),
        (
            "Decrypt",
            {"CiphertextBlob": b64(bytes(6145))},
            "Value at 'ciphertextBlob' failed to satisfy constraint: Member must have length less than or equal to 6144",
        ),
        (
            "CreateCustomKeyStore",
            {"CustomKeyStoreName": "n", "KeyStorePassword": "short"},
            "Value at 'keyStorePassword' failed to satisfy constraint",
        ),
    ],
)
def test_constraints_of_the_model(kms, operation, body, text):
    code, message = error(kms, operation, body)
    assert code == "ValidationException"
    assert text in message


def test_null_is_absent_and_strangers_are_ignored(kms):
    status, answer = post(kms, "CreateKey", {"Description": None, "Tags": None, "Color": "red"})
    assert status == 200
    assert answer["KeyMetadata"]["Description"] == ""


def test_a_whole_float_is_an_integer(kms):
    assert post(kms, "GenerateRandom", {"NumberOfBytes": 3.0})[0] == 200


def test_an_unforeseen_fault_is_an_answer_and_a_traceback_in_the_log(kms, monkeypatch, caplog):
    from kmsnb.kms.core.region import Region

    def fail(self, *_, **__):
        raise ZeroDivisionError("of all things")

    monkeypatch.setattr(Region, "find", fail)
    with caplog.at_level(logging.ERROR, logger="kmsnb.kms"):
        status, answer = post(kms, "DescribeKey", {"KeyId": NONE})
    assert (status, answer["__type"]) == (500, "KMSInternalException")
    assert "of all things" not in answer["message"]
    assert "ZeroDivisionError: of all things" in caplog.text


def test_so_is_one_outside_the_operation(kms, monkeypatch):
    from kmsnb.kms.moto.responses import KmsResponse

    monkeypatch.setattr(KmsResponse, "setup_class", lambda *_, **__: 1 / 0)
    status, answer = post(kms, "DescribeKey", {"KeyId": NONE})
    assert (status, answer["__type"]) == (500, "KMSInternalException")


def test_every_answer_has_a_request_id_of_its_own(kms, key):
    ids = {kms.describe_key(KeyId=key)["ResponseMetadata"]["RequestId"] for _ in range(3)}
    assert len(ids) == 3


# Fuzz: any JSON where the model wants something, and any bytes where JSON should be

values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=10) | st.just("YWJj"),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=6,
)


@st.composite
def requests(draw):
    """An operation, and a body that has some of its members, with values that may fit."""
    operation = draw(st.sampled_from(sorted(OPERATIONS)))
    shape = service_model().operation_model(operation).input_shape
    body = {}
    for name, member in shape.members.items():
        if name in shape.required_members or draw(st.booleans()):
            fitting = [st.just(each) for each in member.metadata.get("enum", ())]
            if member.name == "KeyIdType":
                fitting.append(st.just("the key"))
            if member.type_name == "blob":
                fitting.append(st.binary(max_size=50).map(b64))
            if member.type_name == "structure":
                fitting.append(st.fixed_dictionaries({}, optional=dict.fromkeys(member.members, values)))
            body[name] = draw(st.one_of(*fitting, values))
    return operation, body


@settings(max_examples=400, deadline=None)
@given(requests())
def test_any_request_is_answered(world, request_):
    kms, key = world
    operation, body = request_
    body = {name: key if value == "the key" else value for name, value in body.items()}
    if body.get("WrappingKeySpec") in ("RSA_3072", "RSA_4096") or body.get("KeySpec") in (
        "RSA_3072",
        "RSA_4096",
    ):
        return  # right, but slow
    if body.get("KeyPairSpec") in ("RSA_3072", "RSA_4096"):
        return
    status, answer = post(kms, operation, body)
    assert status in (200, 400), answer
    if status == 400:
        assert answer["__type"].endswith("Exception")
        known = {shape.name for shape in service_model().operation_model(operation).error_shapes}
        assert answer["__type"] in known | EVERYWHERE, (operation, answer)


#: Errors that any operation may answer with ("Common Errors"), or that follow from a parameter of many.
EVERYWHERE = {
    "ValidationException",
    "SerializationException",
    "AccessDeniedException",
    "InvalidArnException",
    "InvalidGrantTokenException",
    "InvalidMarkerException",
    "NotFoundException",
    "NotAuthorizedException",
    "CustomKeyStoreNotFoundException",
    "UnsupportedOperationException",
}


@settings(max_examples=200, deadline=None)
@given(st.sampled_from(sorted(OPERATIONS)), st.binary(min_size=1, max_size=60))
def test_any_bytes_are_answered(world, operation, body):
    kms, _ = world
    status, answer = post(kms, operation, body)
    try:
        sensible = isinstance(json.loads(body), dict)
    except ValueError:
        sensible = False
    assert status in ((200, 400) if sensible else (400,)), answer
    assert status == 200 or answer["__type"].endswith("Exception")


@pytest.mark.parametrize(
    "body",
    [b"{}", gzip.compress(b"{}")[:-9], gzip.compress(b"{}")[:12] + b"\xff" * 8, b"\x1f\x8b"],
    ids=["plain", "cut off", "damaged", "only a beginning"],
)
def test_a_body_that_is_not_the_gzip_it_claims_to_be(kms, body):
    answer = error(kms, "ListKeys", body, **{"Content-Encoding": "gzip"})
    assert answer == ("SerializationException", "The request body is not valid gzip.")


def test_a_gzip_body_is_read(kms):
    status, answer = post(kms, "ListKeys", gzip.compress(b"{}"), **{"Content-Encoding": "gzip"})
    assert (status, answer["Keys"]) == (200, [])


def test_a_request_that_is_too_large_is_refused_compressed_or_not(kms):
    body = b'{"a": "%s"}' % (b"a" * LARGEST_REQUEST)
    code, message = error(kms, "ListKeys", body)
    assert (code, message) == ("ValidationException", "The request is larger than 262144 bytes.")
    bomb = gzip.compress(b" " * 200_000_000, 1)
    tracemalloc.start()
    code, message = error(kms, "ListKeys", bomb, **{"Content-Encoding": "gzip"})
    _, most = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert (code, message) == ("ValidationException", "The request is larger than 262144 bytes.")
    assert most < 20_000_000


def test_the_largest_policy_fits_into_a_request_however_it_is_escaped(kms):
    policy = '{"Id": "' + "x" * 32_700 + '"}'
    escaped = "".join(f"\\u{ord(character):04x}" for character in policy)
    body = f'{{"Policy": "{escaped}"}}'
    code, _ = error(kms, "CreateKey", body.encode())
    assert code == "MalformedPolicyDocumentException"


def test_an_encryption_context_of_very_many_pairs_is_refused(kms):
    body = {"KeyId": make(kms), "Plaintext": "YQ=="}
    assert post(kms, "Encrypt", body | {"EncryptionContext": {str(n): "" for n in range(1000)}})[0] == 200
    code, message = error(kms, "Encrypt", body | {"EncryptionContext": {str(n): "" for n in range(1001)}})
    assert (code, message) == ("ValidationException", "'encryptionContext' has more than 1000 pairs.")
