"""15.a: a JSON Web Token (RFC 7519), signed in KMS with ES256 (RFC 7518, section 3.4)."""

import hashlib
import json
from base64 import urlsafe_b64decode
from collections.abc import Callable
from typing import Any

from botocore.exceptions import ClientError
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, utils
from cryptography.hazmat.primitives.serialization import load_der_public_key

from ..examiner import FROM_THE_NOTEBOOK, examiner_kms
from ..model import Exercise, Mistake, attempted

NOT_A_TOKEN = Mistake("Return the token as a string of three parts, joined by two dots.")
PADDED = Mistake("A part ends with `=`. A JWT's base64url has no padding: take it off all three parts.")
NOT_URL_SAFE = Mistake("A part contains `+` or `/`. Encode all three with `urlsafe_b64encode`.")
NOT_JSON = Mistake("The first two parts must be the header and the claims: JSON objects, in base64url.")
OTHER_ALGORITHM = Mistake(
    'The header must say `"alg": "ES256"`. That\'s what an ECC_NIST_P256 key and SHA-256 are called; `RS256` is RSA.'
)
OTHER_CLAIMS = Mistake("The second part must contain `claims`, unchanged.")
HASHED_TWICE = Mistake(
    "The signature belongs to the hash of the hash. Pass the text itself, or its hash with `MessageType='DIGEST'`."
)
ANOTHER_TEXT = Mistake(
    "The third part isn't a signature of the first two. Sign them as they are in the token, with the dot; then encode r and "
    "s, in this order."
)
IN_DER = Mistake(
    "The third part is the signature in DER, as KMS returns it. ES256 takes r and s, 32 bytes each: use "
    "`utils.decode_dss_signature`."
)
CUT_SHORT = Mistake(
    "It works most of the time. But r and s can start with a zero byte, and you left that out. Both always take 32 "
    "bytes: `r.to_bytes(32)`."
)
OTHER_KEY = Mistake(FROM_THE_NOTEBOOK)

_CLAIMS: tuple[dict[str, Any], ...] = (
    {"sub": "customer 17", "exp": 1_800_000_000},
    {"sub": "???>>>???", "admin": False},
    {},
)
_SHA256 = ec.ECDSA(hashes.SHA256())
_NUMBER_BYTES = 32


class _ShortNumbers:
    """A KMS client that signs again until one of the signature's numbers starts with a zero byte: one in 128 does."""

    def __init__(self, kms: Any) -> None:
        self._kms = kms

    def __getattr__(self, name: str) -> Any:
        return getattr(self._kms, name)

    def sign(self, **request: Any) -> Any:
        while True:
            answer = self._kms.sign(**request)
            if min(utils.decode_dss_signature(answer["Signature"])) < 1 << 8 * (_NUMBER_BYTES - 1):
                return answer


def _examine(make: Callable[..., Any]) -> Mistake | None:
    kms = examiner_kms()
    key_id = kms.create_key(KeySpec="ECC_NIST_P256", KeyUsage="SIGN_VERIFY")["KeyMetadata"]["KeyId"]
    public_key = load_der_public_key(kms.get_public_key(KeyId=key_id)["PublicKey"])
    assert isinstance(public_key, ec.EllipticCurvePublicKey)
    try:
        for claims in _CLAIMS:
            if fault := _fault(attempted(make(kms, key_id, dict(claims))), claims, public_key):
                return fault
        short = make(_ShortNumbers(kms), key_id, dict(_CLAIMS[0]))
    except ClientError as error:
        if error.response["Error"]["Code"] == "NotFoundException":
            return OTHER_KEY
        raise
    except OverflowError:  # to_bytes with too few bytes
        return CUT_SHORT
    return CUT_SHORT if _fault(short, _CLAIMS[0], public_key) else None


def _fault(token: Any, claims: dict[str, Any], public_key: ec.EllipticCurvePublicKey) -> Mistake | None:
    if not isinstance(token, str) or token.count(".") != 2:
        return NOT_A_TOKEN
    if "=" in token:
        return PADDED
    if "+" in token or "/" in token:
        return NOT_URL_SAFE
    signed, _, last = token.rpartition(".")
    try:
        header, body = (json.loads(_decoded(part)) for part in signed.split("."))
        signature = _decoded(last)
    except ValueError:
        return NOT_JSON
    if not isinstance(header, dict) or header.get("alg") != "ES256":
        return NOT_JSON if not isinstance(header, dict) else OTHER_ALGORITHM
    if body != claims:
        return OTHER_CLAIMS
    return _fault_of_signature(signature, signed.encode(), public_key)


def _fault_of_signature(
    signature: bytes, signed: bytes, public_key: ec.EllipticCurvePublicKey
) -> Mistake | None:
    size = len(signature)
    cuts = range(
        max(0, size - _NUMBER_BYTES), min(size, _NUMBER_BYTES) + 1
    )  # numbers may lack their zero bytes
    raw = [utils.encode_dss_signature(*map(int.from_bytes, (signature[:at], signature[at:]))) for at in cuts]
    for der in (*raw, signature):
        if _holds(public_key, der, hashlib.sha256(signed).digest()):
            return HASHED_TWICE
        if _holds(public_key, der, signed):
            return IN_DER if der == signature else None if size == 2 * _NUMBER_BYTES else CUT_SHORT
    return ANOTHER_TEXT


def _holds(public_key: ec.EllipticCurvePublicKey, der: bytes, message: bytes) -> bool:
    try:
        public_key.verify(der, message, _SHA256)
    except InvalidSignature:
        return False
    return True


def _decoded(part: str) -> bytes:
    return urlsafe_b64decode(part + "=" * (-len(part) % 4))


TOKEN = Exercise(
    answer_name="mended_jwt",
    stub="""
def mended_jwt(kms, key_id, claims):
    return ...
""",
    examine=_examine,
    hints=(
        "Compare it with section 3, from the left: what does the header say about the key?",
        "What does KMS do with `Message` if you don't pass a `MessageType`?",
        "The signature: DER or r‖s? And with padding, or without?",
    ),
    solution="""
import json
from base64 import urlsafe_b64encode
from cryptography.hazmat.primitives.asymmetric import utils


def mended_jwt(kms, key_id, claims):
    parts = [json.dumps(part).encode() for part in ({"alg": "ES256"}, claims)]
    signed = b".".join(urlsafe_b64encode(part).rstrip(b"=") for part in parts)
    how = {"KeyId": key_id, "SigningAlgorithm": "ECDSA_SHA_256"}
    answer = kms.sign(Message=signed, **how)
    r, s = utils.decode_dss_signature(answer["Signature"])
    raw = r.to_bytes(32) + s.to_bytes(32)
    return (signed + b"." + urlsafe_b64encode(raw).rstrip(b"=")).decode()
""",
)
