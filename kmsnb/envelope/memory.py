"""Keys in memory: ``bytearray``s that are overwritten after use.

Our own copy of a key is zeros as soon as the key has done its work. Python can't promise more. boto3 returns a data key
as ``bytes``, which can't be overwritten and stay in memory until that memory is reused. So do the response that they
were parsed from, the copy that a cipher is given, the key schedules inside OpenSSL, the results of unwrapping and
private keys as PKCS #8. botocore's debug log, if you turn it on, shows keys, and the operating system may have written
any of this to swap or to a core dump. Overwriting shortens the time in which a key can be read from memory; it doesn't
guarantee that the key is gone.
"""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager


def wipe(secrets: Iterable[bytearray]) -> None:
    """Overwrite each of ``secrets`` with zeros, in place."""
    for secret in secrets:
        secret[:] = bytes(len(secret))


@contextmanager
def wiped_after(secrets: list[bytearray]) -> Iterator[list[bytearray]]:
    """Lend the list ``secrets`` and overwrite all that is in it at the end of the block, even after an error."""
    try:
        yield secrets
    finally:
        wipe(secrets)
