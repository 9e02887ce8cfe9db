"""Messages in memory: what is sealed opens, with one call to KMS and under the very same context."""

import copy
import pickle
from typing import Any

import pytest
from botocore.exceptions import ClientError
from hypothesis import given, settings, strategies as st

from kmsnb import envelope
from kmsnb.envelope import EnvelopeError

from .fake_kms import FakeKms

CONTEXT = {"invoice": "7", "Straße": "Länge"}


@pytest.mark.parametrize("size", [0, 1, 63, 64, 65, 127, 128, 129, 1000])
def test_what_is_sealed_opens_at_every_size_around_a_chunk(fake: FakeKms, size: int) -> None:
    plaintext = bytes(range(256)) * 4
    plaintext = plaintext[:size]
    sealed = envelope.seal(fake, "a", plaintext, CONTEXT, chunk_size=64)
    assert envelope.unseal(fake, sealed, CONTEXT) == plaintext
    chunks = max(1, -(-size // 64))
    assert len(sealed) == 512 + size + 16 * chunks


@given(
    plaintext=st.binary(max_size=400),
    chunk_size=st.integers(64, 200),
    context=st.dictionaries(st.text(max_size=9), st.text(max_size=9), max_size=3),
)
@settings(max_examples=60, deadline=None)
def test_any_message_opens(plaintext: bytes, chunk_size: int, context: dict[str, str]) -> None:
    fake = FakeKms({"a": b"k" * 32})
    sealed = envelope.seal(fake, "a", plaintext, context, chunk_size=chunk_size)
    assert envelope.unseal(fake, sealed, context, key_id="a") == plaintext


@pytest.mark.parametrize("kind", [bytes, bytearray, memoryview])
def test_plaintext_and_message_may_be_of_any_bytes_like_kind(fake: FakeKms, kind: Any) -> None:
    sealed = envelope.seal(fake, "a", kind(b"a slip of paper"))
    opened = envelope.unseal(fake, kind(sealed))
    assert opened == b"a slip of paper"
    assert type(sealed) is type(opened) is bytes


def test_on_the_mocked_kms_through_boto3(kms: Any, key_id: str) -> None:
    for name in (key_id, "alias/test", kms.describe_key(KeyId=key_id)["KeyMetadata"]["Arn"]):
        sealed = envelope.seal(kms, name, b"a slip of paper", CONTEXT)
        assert envelope.unseal(kms, sealed, CONTEXT) == b"a slip of paper"
        assert envelope.unseal(kms, sealed, CONTEXT, key_id=name) == b"a slip of paper"


def test_a_message_costs_one_call_to_kms_however_long(fake: FakeKms) -> None:
    sealed = envelope.seal(fake, "a", bytes(10_000), chunk_size=64)
    assert fake.calls == ["GenerateDataKey"]
    envelope.unseal(fake, sealed)
    assert fake.calls == ["GenerateDataKey", "Decrypt"]


def test_kms_sees_the_context_as_it_was_given(fake: FakeKms) -> None:
    envelope.unseal(fake, envelope.seal(fake, "a", b"", CONTEXT), CONTEXT)
    assert fake.contexts == [CONTEXT, CONTEXT]


@pytest.mark.parametrize(
    "other", [None, {}, {"invoice": "8"}, {"invoice": "7", "Straße": "Lange"}, {**CONTEXT, "more": ""}]
)
def test_another_context_is_refused_before_kms_is_asked(fake: FakeKms, other: dict[str, str] | None) -> None:
    sealed = envelope.seal(fake, "a", b"a slip of paper", CONTEXT)
    with pytest.raises(envelope.ContextError):
        envelope.unseal(fake, sealed, other)
    assert fake.calls == ["GenerateDataKey"]


def test_contexts_that_only_look_alike_are_different(fake: FakeKms) -> None:
    sealed = envelope.seal(fake, "a", b"", {"ab": "c"})
    with pytest.raises(envelope.ContextError):
        envelope.unseal(fake, sealed, {"a": "bc"})


def test_the_order_of_a_context_does_not_count_and_none_is_empty(fake: FakeKms) -> None:
    assert (
        envelope.unseal(fake, envelope.seal(fake, "a", b"", {"a": "1", "b": "2"}), {"b": "2", "a": "1"})
        == b""
    )
    assert envelope.unseal(fake, envelope.seal(fake, "a", b"", {}), None) == b""


@pytest.mark.parametrize("context", [{"number": 7}, {7: "number"}, {"bytes": b"7"}])
def test_a_context_that_is_not_text_is_a_type_error(fake: FakeKms, context: Any) -> None:
    with pytest.raises(TypeError, match="str to str"):
        envelope.seal(fake, "a", b"", context)


def test_two_messages_have_nothing_in_common_but_their_form(fake: FakeKms) -> None:
    one, two = (envelope.seal(fake, "a", b"the same", CONTEXT) for _ in range(2))
    assert one[14:110] != two[14:110]
    assert one[512:] != two[512:]
    assert all(one[at : at + 32] != two[at : at + 32] for at in (14, 46, 78))


def test_the_key_that_is_named_is_the_only_one_that_opens(fake: FakeKms) -> None:
    sealed = envelope.seal(fake, "a", b"of somebody else")
    with pytest.raises(envelope.WrappedKeyError):
        envelope.unseal(fake, sealed, key_id="b")


@pytest.mark.parametrize(
    "code", ["AccessDeniedException", "DisabledException", "ThrottlingException", "KMSInternalException"]
)
def test_a_denial_of_kms_stays_its_own(fake: FakeKms, code: str) -> None:
    sealed = envelope.seal(fake, "a", b"a slip of paper")
    fake.denials["a"] = code
    with pytest.raises(ClientError, match=code):
        envelope.unseal(fake, sealed)
    with pytest.raises(ClientError, match=code):
        envelope.seal(fake, "a", b"a slip of paper")


def test_a_disabled_key_of_the_mock_stays_a_client_error(kms: Any, key_id: str) -> None:
    sealed = envelope.seal(kms, key_id, b"a slip of paper")
    kms.disable_key(KeyId=key_id)
    with pytest.raises(ClientError, match="DisabledException"):
        envelope.unseal(kms, sealed)


def test_a_key_of_another_region_stays_a_client_error(lab: Any, kms: Any, key_id: str) -> None:
    import boto3

    sealed = envelope.seal(kms, key_id, b"a slip of paper")
    with pytest.raises(ClientError, match="NotFoundException"):
        envelope.unseal(boto3.client("kms", "eu-west-1"), sealed)


def test_a_multi_region_key_opens_under_its_replica() -> None:
    key = {"mrk-1": b"k" * 32}
    sealed = envelope.seal(FakeKms(key, "us-east-1"), "mrk-1", b"a slip of paper")
    assert envelope.unseal(FakeKms(key, "eu-west-1"), sealed) == b"a slip of paper"


@pytest.mark.parametrize("chunk_size", [0, -1, 63, (16 << 20) + 1])
def test_a_chunk_size_out_of_bounds_is_refused(fake: FakeKms, chunk_size: int) -> None:
    with pytest.raises(EnvelopeError, match="chunk"):
        envelope.seal(fake, "a", b"", chunk_size=chunk_size)
    assert not fake.calls


def test_more_than_four_thousand_million_chunks_are_refused() -> None:
    from kmsnb.envelope.body import Body

    assert Body(64 << 32, 64).chunks == 1 << 32
    with pytest.raises(envelope.FormatError, match="more than 4294967296 chunks"):
        Body((64 << 32) + 1, 64)


def test_a_data_key_of_another_size_is_refused(fake: FakeKms) -> None:
    sealed = envelope.seal(fake, "a", b"a slip of paper")
    for size in (0, 16, 31, 33):
        with pytest.raises(envelope.WrappedKeyError, match=f"what was wrapped has {size}"):
            envelope.unseal_with(envelope.ChainKey(0, bytearray(size)), sealed)


def test_no_key_is_in_a_repr_or_an_error(fake: FakeKms) -> None:
    sealed = envelope.seal(fake, "a", b"a slip of paper")
    with envelope.chain_keys(fake, sealed) as (key,):
        assert repr(key) == "ChainKey(position=0)"


@pytest.mark.parametrize("duplicate", [pickle.dumps, copy.copy, copy.deepcopy])
def test_a_key_of_a_chain_is_not_duplicated_with_its_secret(fake: FakeKms, duplicate: Any) -> None:
    sealed = envelope.seal(fake, "a", b"a slip of paper")
    with (
        envelope.chain_keys(fake, sealed) as (key,),
        pytest.raises(TypeError, match="cannot be pickled or copied"),
    ):
        duplicate(key)


def test_the_keys_of_a_chain_are_zeros_after_the_block(fake: FakeKms) -> None:
    sealed = envelope.seal_chain(fake, [envelope.AesGcm(), envelope.Kms("a")], b"a slip of paper")
    with envelope.chain_keys(fake, sealed) as keys:
        assert all(any(key.secret) for key in keys)
    assert not any(any(key.secret) for key in keys)
