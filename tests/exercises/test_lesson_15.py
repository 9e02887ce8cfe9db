"""Lesson 15: other right answers than the reference solution, mistakes made in other ways, and what the lesson claims."""

import hashlib
import json
from base64 import b64encode, urlsafe_b64encode
from collections.abc import Callable, Iterator
from typing import Any

import boto3
import jwt
import nbformat
import pytest
from cryptography.hazmat.primitives.asymmetric import utils
from cryptography.hazmat.primitives.serialization import load_der_public_key

import kmsnb
from kmsnb.exercises import exercise
from kmsnb.exercises.lesson_15 import receipts, tokens, webhooks

from .. import author


@pytest.fixture(scope="module", autouse=True)
def one_lab() -> Iterator[None]:
    with kmsnb.start():
        yield


@pytest.fixture
def kms() -> Any:
    return boto3.client("kms")


def verdict(exercise_id: str, answer: Any) -> Any:
    return exercise(exercise_id).judge(answer)


def solution(exercise_id: str) -> Any:
    names: dict[str, Any] = {}
    exec(exercise(exercise_id).solution, names)  # noqa: S102 (our own source)
    return names[exercise(exercise_id).answer_name]


# 15.a


def encoded(data: bytes) -> bytes:
    return urlsafe_b64encode(data).rstrip(b"=")


def token_of_a_digest(kms: Any, key_id: str, claims: dict[str, Any]) -> str:
    header = {"typ": "JWT", "kid": key_id, "alg": "ES256"}
    text = b".".join(encoded(json.dumps(part, separators=(",", ":")).encode()) for part in (header, claims))
    how = {"KeyId": key_id, "MessageType": "DIGEST", "SigningAlgorithm": "ECDSA_SHA_256"}
    r, s = utils.decode_dss_signature(kms.sign(Message=hashlib.sha256(text).digest(), **how)["Signature"])
    return b".".join((text, encoded((r << 256 | s).to_bytes(64, "big")))).decode()


def token_checked_before_it_is_sent(kms: Any, key_id: str, claims: dict[str, Any]) -> str:
    token = token_of_a_digest(kms, key_id, claims)
    public_key = load_der_public_key(kms.get_public_key(KeyId=key_id)["PublicKey"])
    jwt.decode(token, public_key, algorithms=["ES256"])
    return token


@pytest.mark.parametrize("make", [token_of_a_digest, token_checked_before_it_is_sent])
def test_a_token_made_another_way_is_right(make: Callable[..., Any]) -> None:
    assert verdict("15.a", make).state == "right", verdict("15.a", make).says


def wrong_in_every_way(kms: Any, key_id: str, claims: dict[str, Any]) -> str:
    """The lesson's broken_jwt."""
    parts = [json.dumps(part).encode() for part in ({"alg": "RS256"}, claims)]
    text = b".".join(encoded(part) for part in parts)
    how = {"KeyId": key_id, "SigningAlgorithm": "ECDSA_SHA_256"}
    answer = kms.sign(Message=hashlib.sha256(text).digest(), **how)
    return (text + b"." + urlsafe_b64encode(answer["Signature"])).decode()


def twice_hashed_in_der(kms: Any, key_id: str, claims: dict[str, Any]) -> str:
    return (
        wrong_in_every_way(kms, key_id, claims)
        .replace("=", "")
        .replace(encoded(b'{"alg": "RS256"}').decode(), encoded(b'{"alg": "ES256"}').decode())
    )


def signature_in_standard_base64(kms: Any, key_id: str, claims: dict[str, Any]) -> str:
    text = b".".join(encoded(json.dumps(part).encode()) for part in ({"alg": "ES256"}, claims))
    return (text + b"." + b64encode(b"\xff" * 66)).decode()


def header_that_is_a_list(kms: Any, key_id: str, claims: dict[str, Any]) -> str:
    return b".".join(
        (encoded(b'["ES256"]'), encoded(json.dumps(claims).encode()), encoded(bytes(64)))
    ).decode()


def numbers_too_large_for_their_bytes(kms: Any, key_id: str, claims: dict[str, Any]) -> str:
    return str((1 << 256).to_bytes(32, "big"))


@pytest.mark.parametrize(
    ("make", "mistake"),
    [
        (twice_hashed_in_der, tokens.ANOTHER_TEXT),  # it was signed with another header
        (signature_in_standard_base64, tokens.NOT_URL_SAFE),
        (lambda *given: numbers_without_their_zero_bytes(*given), tokens.CUT_SHORT),
        (header_that_is_a_list, tokens.NOT_JSON),
        (numbers_too_large_for_their_bytes, tokens.CUT_SHORT),
        (lambda kms, key_id, claims: "a.b", tokens.NOT_A_TOKEN),
        (lambda kms, key_id, claims: "a.b.c", tokens.NOT_JSON),
        (lambda kms, key_id, claims: "..", tokens.NOT_JSON),
    ],
)
def test_a_faulty_token_is_named(make: Callable[..., Any], mistake: Any) -> None:
    assert verdict("15.a", make).says == mistake.says


def test_the_lessons_own_broken_token_is_refused_for_one_of_its_four_mistakes() -> None:
    says = verdict("15.a", wrong_in_every_way).says
    assert says in (tokens.PADDED.says, tokens.OTHER_ALGORITHM.says)  # some DER needs no padding


def numbers_without_their_zero_bytes(kms: Any, key_id: str, claims: dict[str, Any]) -> str:
    text = b".".join(encoded(json.dumps(part).encode()) for part in ({"alg": "ES256"}, claims))
    while True:  # such a signature comes by chance, too
        how = {"KeyId": key_id, "SigningAlgorithm": "ECDSA_SHA_256"}
        numbers = utils.decode_dss_signature(kms.sign(Message=text, **how)["Signature"])
        raw = b"".join(number.to_bytes((number.bit_length() + 7) // 8, "big") for number in numbers)
        if len(raw) < 64:
            return b".".join((text, encoded(raw))).decode()


def test_pyjwt_takes_the_solutions_token_and_the_broken_one_of_the_lesson_not(kms: Any) -> None:
    key_id = kms.create_key(KeySpec="ECC_NIST_P256", KeyUsage="SIGN_VERIFY")["KeyMetadata"]["KeyId"]
    public_key = load_der_public_key(kms.get_public_key(KeyId=key_id)["PublicKey"])
    claims = {"sub": "customer 17", "exp": 4_000_000_000}
    for make in (solution("15.a"), token_of_a_digest):
        assert jwt.decode(make(kms, key_id, claims), public_key, algorithms=["ES256"]) == claims
    with pytest.raises(jwt.InvalidTokenError):
        jwt.decode(wrong_in_every_way(kms, key_id, claims), public_key, algorithms=["ES256"])


def test_pyjwt_takes_the_token_that_learners_take_along() -> None:
    (path,) = author.lessons(["15"])
    cells = nbformat.read(path, as_version=4).cells
    (source,) = (cell.source for cell in cells if cell.metadata.get("tags") == ["take-with-you"])
    names: dict[str, Any] = {}
    exec(source, names)  # noqa: S102 (our own source)
    claims = jwt.decode(names["token"], names["public_key"], algorithms=["ES256"])
    assert claims["sub"] == "customer 17"


# 15.b


def test_the_folder_holds_what_the_reference_solution_says(kms: Any) -> None:
    """Who had to be able to do what, found by asking KMS about each receipt."""
    makers = {"alias/till": {"Uma"}, "alias/books": {"Uma", "Ben"}}
    suspects = {}
    for each in receipts.folder(kms):
        if each.text == each.copy:
            suspects[each.number] = set()
        else:
            suspects[each.number] = (
                makers[each.key] if holds(kms, each) else {"Uma", "Ben", "Chloe", "Mallory"}
            )
        assert holds(kms, each) or each.text != each.copy
    assert suspects == solution("15.b")
    assert {len(names) for names in suspects.values()} == {0, 1, 2, 4}


def holds(kms: Any, receipt: receipts.Receipt) -> bool:
    try:
        if receipt.key == "alias/till":
            how = {"Signature": receipt.proof, "SigningAlgorithm": "ECDSA_SHA_256"}
            return kms.verify(KeyId=receipt.key, Message=receipt.text, **how)["SignatureValid"]
        how = {"Mac": receipt.proof, "MacAlgorithm": "HMAC_SHA_256"}
        return kms.verify_mac(KeyId=receipt.key, Message=receipt.text, **how)["MacValid"]
    except (kms.exceptions.KMSInvalidSignatureException, kms.exceptions.KMSInvalidMacException):
        return False


def test_opening_the_folder_again_makes_no_further_keys(kms: Any) -> None:
    receipts.folder(kms)
    keys = kms.list_keys()["Keys"]
    receipts.folder(kms)
    assert kms.list_keys()["Keys"] == keys


@pytest.mark.parametrize("empty", [set(), frozenset(), {}])
def test_nobody_may_be_written_as_any_empty_set(empty: Any) -> None:
    assert verdict("15.b", solution("15.b") | {1: empty, 4: empty}).state == "right"


@pytest.mark.parametrize("names", [["Uma"], {"uma"}, "Uma", None, {"Uma": 1}])
def test_what_is_no_set_of_the_four_names_is_said(names: Any) -> None:
    assert verdict("15.b", solution("15.b") | {5: names}).says == receipts.NOT_SETS.says


def test_a_receipt_that_is_missing_is_named() -> None:
    suspects = solution("15.b")
    del suspects[2], suspects[4]
    assert verdict("15.b", suspects).says.endswith("2, 4.")


# 15.c


def allow_by_policy(kms: Any, key_arn: str, sender_arn: str, receiver_arn: str, **more: Any) -> None:
    policy = json.loads(kms.get_key_policy(KeyId=key_arn)["Policy"])
    for arn, action in ((sender_arn, "kms:GenerateMac"), (receiver_arn, "kms:VerifyMac")):
        statement = {"Effect": "Allow", "Principal": {"AWS": arn}, "Action": action, "Resource": "*"}
        policy["Statement"].append(statement | more)
    kms.put_key_policy(KeyId=key_arn, Policy=json.dumps(policy))


def allow_one_algorithm(*given: Any) -> None:
    allow_by_policy(*given, Condition={"StringEquals": {"kms:MacAlgorithm": "HMAC_SHA_256"}})


@pytest.mark.parametrize("allow", [allow_by_policy, allow_one_algorithm])
def test_a_key_policy_allows_it_as_well_as_grants(allow: Callable[..., Any]) -> None:
    assert verdict("15.c", allow).state == "right", verdict("15.c", allow).says


def swap(kms: Any, key_arn: str, sender_arn: str, receiver_arn: str) -> None:
    solution("15.c")(kms, key_arn, receiver_arn, sender_arn)


def allow_everything(kms: Any, key_arn: str, sender_arn: str, receiver_arn: str) -> None:
    policy = json.loads(kms.get_key_policy(KeyId=key_arn)["Policy"])
    principal = {"AWS": [sender_arn, receiver_arn]}
    policy["Statement"].append(
        {"Effect": "Allow", "Principal": principal, "Action": "kms:*", "Resource": "*"}
    )
    kms.put_key_policy(KeyId=key_arn, Policy=json.dumps(policy))


@pytest.mark.parametrize(
    ("allow", "mistake"),
    [
        (swap, webhooks.SENDER_CANNOT),
        (allow_everything, webhooks.RECEIVER_FORGES),
        (lambda *_: None, webhooks.SENDER_CANNOT),
    ],
)
def test_permissions_that_are_too_small_or_too_wide_are_named(
    allow: Callable[..., Any], mistake: Any
) -> None:
    assert verdict("15.c", allow).says == mistake.says


def test_what_is_allowed_too_much_is_named() -> None:
    def allow(kms: Any, key_arn: str, sender_arn: str, receiver_arn: str) -> None:
        solution("15.c")(kms, key_arn, sender_arn, receiver_arn)
        kms.create_grant(KeyId=key_arn, GranteePrincipal=sender_arn, Operations=["CreateGrant"])

    assert verdict("15.c", allow).says.endswith("Also allowed: CreateGrant.")
