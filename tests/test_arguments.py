"""Bad arguments, of any kind and to any public function, end in one clear sentence that the package wrote itself."""

import inspect
import linecache
import math
import re
import traceback
from collections.abc import Callable
from contextlib import AbstractContextManager
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from botocore.exceptions import ClientError
from cryptography.hazmat.primitives.asymmetric import ec
from hypothesis import HealthCheck, example, given, settings, strategies as st

import kmsnb
from kmsnb import broken, crypto, envelope
from kmsnb.envelope import AesGcm, AesKwp, ChainKey, Kms

from .envelope.fake_kms import FakeKms

KEY, CONTEXT = bytes(range(32)), {"invoice": "7"}
FAKE = FakeKms({"a": b"a" * 32, "b": b"b" * 32})
SEALED = envelope.seal(FAKE, "a", b"a slip of paper", CONTEXT, chunk_size=64)
RSA, EC, ED = crypto.new_rsa_key(2048), crypto.new_p256_key(), crypto.new_ed25519_key()
CHUNKED = {"context": CONTEXT, "chunk_size": 64}
OPENED = {"kms": FAKE, "sealed": SEALED, "context": CONTEXT, "key_id": "a"}

ENVELOPE: dict[str, dict[str, Any]] = {
    "seal": {"kms": FAKE, "key_id": "a", "plaintext": b"text", **CHUNKED},
    "unseal": OPENED,
    "seal_chain": {"kms": FAKE, "layers": [AesGcm(), Kms("a")], "plaintext": b"text", **CHUNKED},
    "unseal_chain": OPENED,
    "chain_keys": OPENED,
    "unseal_with": {"key": ChainKey(0, bytearray(32)), "sealed": SEALED, "context": CONTEXT},
    "seal_file": {"kms": FAKE, "key_id": "a", "source": "plain", "target": "out", **CHUNKED},
    "unseal_file": {"kms": FAKE, "source": "sealed", "target": "out", "context": CONTEXT, "key_id": "a"},
    "rewrap": {**OPENED, "new": "b", "layer": -1},
    "describe": {"sealed": SEALED, "max_chunks": 16, "blob_parser": None},
    "blob_parts": {"blob": b"blob", "parse_blob": None, "offset": 0},
    "ChainKey": {"position": 0, "secret": bytearray(32)},
    "RsaOaep": {"bits": 2048},
}
CRYPTO: dict[str, dict[str, Any]] = {
    "seal_aes_gcm": {"key": KEY, "plaintext": b"text", "aad": b"aad"},
    "open_aes_gcm": {"key": KEY, "sealed": crypto.seal_aes_gcm(KEY, b"text"), "aad": b""},
    "new_rsa_key": {"bits": 2048},
    "rsa_oaep_limit": {"public_key": RSA.public_key()},
    "encrypt_rsa_oaep": {"public_key": RSA.public_key(), "plaintext": b"text"},
    "decrypt_rsa_oaep": {"private_key": RSA, "ciphertext": bytes(256)},
    "rsa_private_bytes": {"private_key": RSA},
    "load_rsa_private_key": {"der": crypto.rsa_private_bytes(RSA)},
    "sign_rsa_pss": {"private_key": RSA, "message": b"text"},
    "verify_rsa_pss": {"public_key": RSA.public_key(), "signature": bytes(256), "message": b"text"},
    "sign_ecdsa": {"private_key": EC, "message": b"text"},
    "verify_ecdsa": {"public_key": EC.public_key(), "signature": bytes(70), "message": b"text"},
    "sign_ed25519": {"private_key": ED, "message": b"text"},
    "verify_ed25519": {"public_key": ED.public_key(), "signature": bytes(64), "message": b"text"},
    "hmac_sha256": {"key": KEY, "message": b"text"},
    "verify_hmac_sha256": {"key": KEY, "mac": crypto.hmac_sha256(KEY, b"text"), "message": b"text"},
    "ecdh": {"private_key": EC, "peer": EC.public_key()},
    "wrap_key_padded": {"kek": KEY, "key": KEY},
    "unwrap_key_padded": {"kek": KEY, "wrapped": crypto.wrap_key_padded(KEY, KEY)},
    "sha256": {"data": b"text"},
    "to_base64": {"data": b"text"},
    "from_base64": {"text": "YQ=="},
}
BROKEN: dict[str, dict[str, Any]] = {
    "caesar": {"text": "attack", "shift": 3},
    "xor_repeating": {"data": b"attack", "key": b"key"},
    "encrypt_aes_ecb": {"key": KEY, "plaintext": b"attack"},
    "decrypt_aes_ecb": {"key": KEY, "ciphertext": bytes(16)},
    "seal_aes_gcm_with_nonce": {"key": KEY, "nonce": bytes(12), "plaintext": b"attack"},
}
CALLS = [
    pytest.param(getattr(module, name), arguments, id=f"{module.__name__}.{name}")
    for module, calls in ((envelope, ENVELOPE), (crypto, CRYPTO), (broken, BROKEN))
    for name, arguments in calls.items()
]
OUR_OWN = (TypeError, ValueError, envelope.EnvelopeError, crypto.CryptoError)
PACKAGE = Path(kmsnb.__file__).parent


def released() -> memoryview:
    view = memoryview(b"released")
    view.release()
    return view


ODD_NUMBERS = [0, -1, True, 64.0, 2048.0, math.nan, math.inf, 10**5000, -(10**5000), 1 << 40, 1j]
ODD_TEXTS = [
    "",
    "a",
    "\0",
    "\ud800",
    "é",
    "x" * 5000,
    "missing/out",
    b"",
    b"a",
    b"\xff" * 32,
    Path(),
    Path("\0"),
]
ODD_BYTES = [bytearray(32), memoryview(KEY * 2)[::2], memoryview(KEY).cast("I"), released(), bytes(31)]
ODD_THINGS = [None, ..., object(), [], [None], ["a"], (), {}, {"a": 1}, {1: "a"}, {"\ud800": ""}]
ODD_KEYS = [RSA, RSA.public_key(), EC, ec.generate_private_key(ec.SECP384R1()), ED.public_key()]
ODD_LAYERS = [AesKwp(), [AesGcm()], [Kms("a")] * 9, Kms("missing"), ChainKey(7, bytearray(1))]
ODD_ONES = [*ODD_NUMBERS, *ODD_TEXTS, *ODD_BYTES, *ODD_THINGS, *ODD_KEYS, *ODD_LAYERS]
ODD = st.one_of(
    st.integers(0, len(ODD_ONES) - 1).map(ODD_ONES.__getitem__),
    st.integers(),
    st.floats(),
    st.binary(max_size=80),
    st.lists(st.one_of(st.none(), st.text(max_size=3), st.integers()), max_size=3),
    st.dictionaries(
        st.one_of(st.text(max_size=3), st.binary(max_size=3)), st.one_of(st.text(max_size=3), st.none())
    ),
)


def called(function: Callable[..., Any], arguments: dict[str, Any]) -> None:
    """Call it; any error must be one that the package raises itself, in one short sentence, or AWS's or the system's."""
    error: Exception | None = None
    try:
        with broken.for_learning():
            result = function(**arguments)
            if isinstance(result, AbstractContextManager):
                with result:
                    pass
    except (ClientError, OSError):
        pass
    except OUR_OWN as refused:
        error = refused
    if error is not None:
        said, frame = str(error), traceback.extract_tb(error.__traceback__)[-1]
        line = linecache.getline(frame.filename, frame.lineno or 0)
        assert not isinstance(error, UnicodeError)
        assert Path(frame.filename).is_relative_to(PACKAGE), (frame, said)
        assert line.strip().startswith("raise "), (frame, said)
        assert re.fullmatch(r"[^\n]{10,200}\.", said), said


@pytest.fixture
def files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    Path("plain").write_bytes(b"a slip of paper")
    Path("sealed").write_bytes(SEALED)


def public(module: ModuleType) -> set[str]:
    found = vars(module).items()
    return {
        name
        for name, value in found
        if inspect.isfunction(value) and value.__module__.startswith(module.__name__) and name[0] != "_"
    }


def test_every_public_function_is_in_this_test() -> None:
    assert public(envelope) <= {*ENVELOPE}
    assert public(crypto) == {*CRYPTO, "new_aes_key", "new_p256_key", "new_ed25519_key"}
    assert public(broken) == {*BROKEN, "for_learning"}


@pytest.mark.usefixtures("files")
@pytest.mark.parametrize(("function", "arguments"), CALLS)
def test_any_odd_value_in_any_argument(function: Callable[..., Any], arguments: dict[str, Any]) -> None:
    for name in arguments:
        for odd in ODD_ONES:
            called(function, {**arguments, name: odd})


@pytest.mark.usefixtures("files")
@pytest.mark.parametrize(("function", "arguments"), CALLS)
@given(data=st.data())
@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_any_values_in_all_arguments(
    function: Callable[..., Any], arguments: dict[str, Any], data: st.DataObject
) -> None:
    odd = {name: data.draw(st.one_of(st.just(value), ODD), name) for name, value in arguments.items()}
    called(function, odd)


@given(odd=ODD)
@example(odd="")
@settings(max_examples=100, deadline=None)
def test_any_values_as_kms_keys_of_a_root(odd: Any) -> None:
    called(lambda key_id: Kms("a", key_id), {"key_id": odd})


@pytest.mark.parametrize(
    ("call", "says"),
    [
        (lambda: envelope.seal(None, "a", b""), "kms must be a KMS client"),
        (lambda: envelope.seal(FAKE, "a", "text"), "plaintext must be bytes, .* not str"),
        (lambda: envelope.seal(FAKE, "a", b"", chunk_size=64.0), "chunk_size must be an int, not float"),
        (lambda: envelope.seal(FAKE, "a", b"", {"\ud800": ""}), "valid Unicode"),
        (lambda: envelope.seal(FAKE, "\ud800", b""), "key_id must be valid Unicode"),
        (lambda: envelope.unseal(FAKE, SEALED, CONTEXT, key_id=""), "key_id must not be empty"),
        (lambda: envelope.unseal(FAKE, "sealed", CONTEXT), "sealed must be bytes"),
        (lambda: envelope.rewrap(FAKE, "", "b", CONTEXT, key_id="a"), "sealed must be a path: not empty"),
        (lambda: envelope.seal_file(FAKE, "a", "plain", b"out"), "target must be a path, not bytes"),
        (lambda: crypto.seal_aes_gcm("k" * 32, b""), "key must be bytes, .* not str"),
        (lambda: crypto.sign_ecdsa(ED, b""), "must be an elliptic curve private key, not Ed25519PrivateKey"),
    ],
)
def test_the_sentence_names_the_argument_and_what_it_must_be(call: Any, says: str) -> None:
    FAKE.calls.clear()
    with pytest.raises((TypeError, ValueError), match=says):
        call()
    assert not FAKE.calls


def test_an_odd_value_is_not_quoted() -> None:
    """It may be a secret in the wrong place."""
    for call in (crypto.sha256, lambda secret: crypto.hmac_sha256(secret, b"")):
        with pytest.raises(TypeError) as caught:
            call("hunter2")
        assert "hunter2" not in str(caught.value)
