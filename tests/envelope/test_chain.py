"""Chains of keys: any number of layers, any root of several, every key opens what is beneath it."""

from collections.abc import Sequence
from typing import Any

import pytest
from botocore.exceptions import ClientError

from kmsnb import envelope
from kmsnb.envelope import AesGcm, AesKwp, ChainError, Kms, RsaOaep
from kmsnb.envelope.layers import LayerSpec

from .conftest import checksum_mended
from .fake_kms import FakeKms

CONTEXT = {"invoice": "7"}
PLAINTEXT = b"a slip of paper" * 20

CHAINS: dict[str, Sequence[LayerSpec]] = {
    "KMS": [Kms("a")],
    "GCM": [AesGcm(), Kms("a")],
    "KWP": [AesKwp(), Kms("a")],
    "OAEP": [RsaOaep(2048), Kms("a")],
    "several roots": [Kms("a", "b", "c")],
    "five": [AesGcm(), RsaOaep(2048), AesKwp(), AesGcm(), Kms("a", "b")],
    "eight": [AesGcm(), AesKwp()] * 3 + [AesGcm(), Kms("a")],
}


@pytest.mark.parametrize("layers", CHAINS.values(), ids=CHAINS)
def test_a_chain_opens_and_says_what_it_is(fake: FakeKms, layers: Sequence[LayerSpec]) -> None:
    sealed = envelope.seal_chain(fake, layers, PLAINTEXT, CONTEXT, chunk_size=64)
    assert len(fake.calls) == len(layers[-1].key_ids)
    assert envelope.unseal_chain(fake, sealed, CONTEXT) == PLAINTEXT
    assert envelope.unseal(fake, sealed, CONTEXT) == PLAINTEXT
    description = envelope.describe(sealed)
    assert len(description.layers) == len(layers)
    assert description.layers[-1].key_arns == tuple(fake.arn(name) for name in layers[-1].key_ids)


def test_a_chain_on_the_mocked_kms(kms: Any, key_id: str) -> None:
    other = kms.create_key()["KeyMetadata"]["KeyId"]
    layers = [AesGcm(), RsaOaep(2048), Kms(key_id, other)]
    sealed = envelope.seal_chain(kms, layers, PLAINTEXT, CONTEXT)
    for name in (None, key_id, other):
        assert envelope.unseal_chain(kms, sealed, CONTEXT, key_id=name) == PLAINTEXT
    stranger = kms.create_key()["KeyMetadata"]["KeyId"]
    with pytest.raises(envelope.WrappedKeyError):
        envelope.unseal_chain(kms, sealed, CONTEXT, key_id=stranger)


def test_either_of_two_roots_opens_when_the_other_is_denied(fake: FakeKms) -> None:
    sealed = envelope.seal_chain(fake, [AesGcm(), Kms("a", "b")], PLAINTEXT)
    for denied in "ab":
        fake.denials = {denied: "AccessDeniedException"}
        assert envelope.unseal_chain(fake, sealed) == PLAINTEXT
    fake.denials = {"a": "AccessDeniedException", "b": "DisabledException"}
    with pytest.raises(ClientError, match="AccessDenied"):
        envelope.unseal_chain(fake, sealed)


def test_the_root_in_the_clients_own_region_is_asked_first(fake: FakeKms) -> None:
    far = FakeKms({"far": b"f" * 32}, region="eu-west-1")
    near = FakeKms({"a": b"n" * 32})

    class Both(FakeKms):
        def encrypt(self, KeyId: str, **rest: Any) -> Any:
            return (near if KeyId == "a" else far).encrypt(KeyId, **rest)

        def generate_data_key(self, KeyId: str, **rest: Any) -> Any:
            return far.generate_data_key(KeyId, **rest)

    sealed = envelope.seal_chain(Both({}), [Kms("far", "a")], PLAINTEXT)
    near.calls.clear()
    assert envelope.unseal(near, sealed) == PLAINTEXT
    assert near.calls == ["Decrypt"]


def test_a_refusal_names_the_layer_as_the_lessons_do(fake: FakeKms) -> None:
    layers = [AesGcm(), AesKwp(), Kms("a")]
    one, other = (envelope.seal_chain(fake, layers, PLAINTEXT) for _ in range(2))
    with (
        envelope.chain_keys(fake, one) as keys,
        pytest.raises(envelope.WrappedKeyError, match="beneath the AES-256-KWP layer does not open"),
    ):
        envelope.unseal_with(keys[2], other)


def test_what_opens_with_one_key_of_the_chain(fake: FakeKms) -> None:
    layers = [AesGcm(), RsaOaep(2048), AesKwp(), Kms("a")]
    one, other = (envelope.seal_chain(fake, layers, PLAINTEXT, CONTEXT) for _ in range(2))
    calls = len(fake.calls)
    with envelope.chain_keys(fake, one, CONTEXT) as keys:
        assert len(fake.calls) == calls + 1
        for key in keys:
            assert envelope.unseal_with(key, one, CONTEXT) == PLAINTEXT
            with pytest.raises((envelope.WrappedKeyError, envelope.CommitmentError)):
                envelope.unseal_with(key, other, CONTEXT)
            with pytest.raises(envelope.ContextError):
                envelope.unseal_with(key, one)
        with pytest.raises(ChainError):
            envelope.unseal_with(envelope.ChainKey(4, bytearray(32)), one, CONTEXT)
    assert len(fake.calls) == calls + 1


@pytest.mark.parametrize(
    ("layers", "says"),
    [
        ([], "one to 8 layers"),
        ([AesGcm()], "ends in Kms"),
        ([Kms("a"), AesGcm()], "ends in Kms"),
        ([Kms("a"), Kms("b")], "only there"),
        ([AesGcm()] * 8 + [Kms("a")], "one to 8 layers, not 9"),
        ([RsaOaep(2048), RsaOaep(4096), Kms("a")], "AES layer between"),
    ],
)
def test_what_makes_no_chain_is_refused_before_kms_is_asked(
    fake: FakeKms, layers: Sequence[LayerSpec], says: str
) -> None:
    with pytest.raises(ChainError, match=says):
        envelope.seal_chain(fake, layers, PLAINTEXT)
    assert not fake.calls


def test_a_header_longer_than_any_reader_takes_is_not_made(
    fake: FakeKms, monkeypatch: pytest.MonkeyPatch
) -> None:
    encrypt = fake.encrypt
    monkeypatch.setattr(
        fake, "encrypt", lambda **kwargs: {**encrypt(**kwargs), "CiphertextBlob": bytes(6144)}
    )
    with pytest.raises(ChainError, match="32768 is the most"):
        envelope.seal_chain(fake, [Kms(*"abcabcab")], PLAINTEXT)


def test_what_is_no_layer_is_a_type_error(fake: FakeKms) -> None:
    with pytest.raises(TypeError, match="A layer is"):
        envelope.seal_chain(fake, ["a"], PLAINTEXT)  # type: ignore[list-item]


@pytest.mark.parametrize("make", [lambda: Kms(), lambda: Kms(*"abcdefghi"), lambda: RsaOaep(1024)])
def test_what_is_no_layer_cannot_be_made(make: Any) -> None:
    with pytest.raises(ChainError):
        make()


@pytest.mark.parametrize("at", range(4))
@pytest.mark.parametrize("new", [AesGcm(), AesKwp(), RsaOaep(2048), Kms("b"), Kms("b", "c")], ids=repr)
def test_any_layer_can_be_replaced_by_any_other_that_fits(fake: FakeKms, at: int, new: LayerSpec) -> None:
    sealed = envelope.seal_chain(fake, [AesGcm(), AesKwp(), AesGcm(), Kms("a")], PLAINTEXT, CONTEXT)
    if isinstance(new, Kms) != (at == 3):
        with pytest.raises(ChainError, match="replaces the root"):
            envelope.rewrap(fake, sealed, new, CONTEXT, key_id="a", layer=at)
        return
    changed = envelope.rewrap(fake, sealed, new, CONTEXT, key_id="a", layer=at)
    assert envelope.unseal_chain(fake, changed, CONTEXT) == PLAINTEXT
    old, now = envelope.describe(sealed), envelope.describe(changed)
    assert changed[now.header_bytes :] == sealed[old.header_bytes :]
    assert changed[:110] == sealed[:110]
    with (
        envelope.chain_keys(fake, sealed, CONTEXT) as before,
        envelope.chain_keys(fake, changed, CONTEXT) as after,
    ):
        new_keys = [key.position for key, was in zip(after, before, strict=True) if key.secret != was.secret]
    assert new_keys == ([] if at == 3 else [at + 1])
    if at == 3:
        fake.denials = {"a": "DisabledException"}
        assert envelope.unseal(fake, changed, CONTEXT) == PLAINTEXT


def test_an_rsa_layer_cannot_be_put_upon_another(fake: FakeKms) -> None:
    sealed = envelope.seal_chain(fake, [RsaOaep(2048), AesGcm(), Kms("a")], PLAINTEXT)
    with pytest.raises(ChainError, match="AES layer between"):
        envelope.rewrap(fake, sealed, RsaOaep(2048), key_id="a", layer=1)


def test_replacing_the_root_costs_two_calls_and_names_the_old_key(fake: FakeKms) -> None:
    sealed = envelope.seal(fake, "a", PLAINTEXT, CONTEXT)
    fake.calls.clear()
    changed = envelope.rewrap(fake, sealed, "b", CONTEXT, key_id="a")
    assert fake.calls == ["Decrypt", "Encrypt"]
    assert envelope.unseal(fake, changed, CONTEXT, key_id="b") == PLAINTEXT
    assert envelope.unseal(fake, sealed, CONTEXT, key_id="a") == PLAINTEXT  # what replacing does not revoke
    with pytest.raises(envelope.WrappedKeyError):
        envelope.rewrap(fake, sealed, "b", CONTEXT, key_id="c")


def test_a_message_that_is_not_authentic_is_not_wrapped_anew(fake: FakeKms) -> None:
    sealed = bytearray(envelope.seal(fake, "a", PLAINTEXT, CONTEXT))
    sealed[500] ^= 1  # the tag
    with pytest.raises(envelope.TamperedError):
        envelope.rewrap(fake, checksum_mended(bytes(sealed)), "b", CONTEXT, key_id="a")
    with pytest.raises(envelope.ContextError):
        envelope.rewrap(fake, checksum_mended(bytes(sealed)), "b", {}, key_id="a")
    assert "Encrypt" not in fake.calls
    with pytest.raises(ChainError, match="no such layer"):
        envelope.rewrap(fake, checksum_mended(bytes(sealed)), AesGcm(), CONTEXT, key_id="a", layer=1)
