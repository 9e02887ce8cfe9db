"""GenerateMac, VerifyMac."""

import hmac

from ...core.errors import KMSInvalidMacException
from ...core.key import Key
from ...core.material import HmacMaterial
from ..call import Call
from .cryptography import check_algorithm
from .registry import Response, uses


@uses()
def generate_mac(call: Call) -> Response:
    """The HMAC (RFC 2104) of a message of up to 4,096 bytes."""
    key = _checked_key(call)
    call.stop_if_dry_run()
    return {"Mac": _mac(call, key), "MacAlgorithm": call["MacAlgorithm"], "KeyId": key.arn}


@uses()
def verify_mac(call: Call) -> Response:
    key = _checked_key(call)
    if not hmac.compare_digest(_mac(call, key), call["Mac"]):
        raise KMSInvalidMacException
    call.stop_if_dry_run()
    return {"KeyId": key.arn, "MacValid": True, "MacAlgorithm": call["MacAlgorithm"]}


def _checked_key(call: Call) -> Key:
    key = call.key()
    check_algorithm(key, call["MacAlgorithm"])
    return key


def _mac(call: Call, key: Key) -> bytes:
    return key.ring.material(HmacMaterial).mac(call["MacAlgorithm"], call["Message"])
