"""A faithful AWS KMS in place of moto's: for lessons, and for anyone's own test suite.

    import kmsnb.kms
    kmsnb.kms.install()          # any later mock_aws(), and moto's server, answer with this KMS

To see how a KMS works inside, read in this order: ``specs`` (what kinds of key there are), ``material`` (their
secrets), ``blob`` (a ciphertext), ``keyring`` and ``key`` (what a key is, and its life), ``state`` (what it may do
when), ``operations`` (the API). ``request`` and ``dispatch`` are the way a call takes; ``responses``, ``models`` and
``moto_face`` join it all to moto.

It knows nothing of notebooks.
"""

from collections.abc import Iterator
from contextlib import contextmanager

from moto.kms import models as _moto

from .clock import Clock, ManualClock, SystemClock
from .models import KmsBackend

__all__ = ["Clock", "ManualClock", "SystemClock", "install", "installed", "uninstall"]


def install(*, clock: Clock | None = None, enforce: bool = False) -> None:
    """Make every later ``mock_aws()`` in this process, and moto's server, serve this package's KMS.

    All dates go by ``clock``; without one, by the computer's. Keys that exist in a mock which is active now are
    dropped. Calling it twice is harmless.
    """
    if enforce:
        raise ValueError("Policies and grants are stored and checked for form, but not enforced yet.")
    KmsBackend.clock = clock or SystemClock()
    _serve(KmsBackend)


def uninstall() -> None:
    """Give moto's own KMS back; keys that exist now are dropped."""
    _serve(_moto.KmsBackend)


@contextmanager
def installed(*, clock: Clock | None = None, enforce: bool = False) -> Iterator[None]:
    """``install()`` for the length of a ``with`` block; then whatever was served before is served again."""
    backend, clock_before = _moto.kms_backends.backend, KmsBackend.clock
    install(clock=clock, enforce=enforce)
    try:
        yield
    finally:
        KmsBackend.clock = clock_before
        _serve(backend)


def _serve(backend: type[_moto.KmsBackend]) -> None:
    _moto.kms_backends.backend = backend
    _moto.kms_backends.clear()
