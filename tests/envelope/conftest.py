"""For the tests of envelopes: a KMS that the test holds the keys of, and headers bent to one's will."""

import os
import struct
import zlib

import pytest

from .fake_kms import FakeKms


@pytest.fixture
def fake() -> FakeKms:
    """A KMS with the keys ``a``, ``b`` and ``c``."""
    return FakeKms({name: os.urandom(32) for name in "abc"})


def checksum_mended(sealed: bytes) -> bytes:
    """``sealed`` with the checksum that fits its changed header: what an attacker would do, since anyone can."""
    (slot_bytes,) = struct.unpack_from(">H", sealed, 110)
    at = 112 + slot_bytes + 32
    if at + 4 > len(sealed):
        return sealed
    return sealed[:at] + struct.pack(">I", zlib.crc32(sealed[:at])) + sealed[at + 4 :]
