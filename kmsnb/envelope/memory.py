"""Keys in memory: ``bytearray``s that are overwritten after use.

What this promises: as soon as a key has done its work, our own copy of it is zeros. What it cannot promise, in
Python: boto3 hands a data key over as ``bytes``, which cannot be overwritten and stay in memory until that memory is
used for something else, as do the response it was parsed from, the copy of a key that a cipher is given, the key schedules inside OpenSSL, the
results of unwrapping and private keys as PKCS #8; botocore's debug log, if you turn it on, shows them; the operating system may have written any of it to swap or to a core dump.
It makes the time in which a key can be read from memory shorter: it is no guarantee that it is gone.
"""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager


def wipe(secrets: Iterable[bytearray]) -> None:
    """Overwrite each of ``secrets`` with zeros, in place."""
    for secret in secrets:
        secret[:] = bytes(len(secret))


@contextmanager
def wiped_after(secrets: list[bytearray]) -> Iterator[list[bytearray]]:
    """Lend the list ``secrets``; what is in it at the end of the block, also by an error, is overwritten."""
    try:
        yield secrets
    finally:
        wipe(secrets)
