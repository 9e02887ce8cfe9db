"""A faithful AWS KMS in place of moto's: for lessons, and for anyone's own test suite.

    import kmsnb.kms
    kmsnb.kms.install()          # any later mock_aws(), and moto's server, answer with this KMS

To see how a KMS works inside, read in this order: ``specs`` (what kinds of key there are), ``material`` (their
secrets), ``blob`` (a ciphertext), ``keyring`` and ``key`` (what a key is, and its life), ``state`` (what it may do
when), ``operations`` (the API). ``callers``, ``enforcement`` and ``authorization`` say who may; ``journal`` and
``bill`` keep the books. ``request`` and ``dispatch`` are the way a call takes; ``responses``, ``models`` and
``moto_face`` join it all to moto.

It knows nothing of notebooks.
"""

from collections.abc import Iterator
from contextlib import contextmanager

from moto.kms import models as _moto

from .api.explain import bill, empty, explain
from .core.clock import Clock, ManualClock, SystemClock
from .moto.models import KmsBackend
from .moto.sandbox import Aside
from .records.bill import Meter
from .records.journal import Journal

__all__ = [
    "Aside",
    "Clock",
    "Journal",
    "ManualClock",
    "Meter",
    "SystemClock",
    "bill",
    "empty",
    "explain",
    "install",
    "installed",
    "settle",
    "uninstall",
]


def install(
    *,
    clock: Clock | None = None,
    enforce: bool = False,
    journal: Journal | None = None,
    meter: Meter | None = None,
) -> None:
    """Make every later ``mock_aws()`` in this process, and moto's server, serve this package's KMS.

    All dates go by ``clock``; without one, by the computer's. With ``enforce``, key policies, grants and moto's IAM
    decide who may do what, and callers whom moto's IAM does not know are refused. ``journal`` takes a record of
    each call, ``meter`` counts what AWS would charge for. Keys that exist in a mock which is active now are
    dropped. Calling it twice is harmless.
    """
    KmsBackend.clock = clock or SystemClock()
    KmsBackend.enforce, KmsBackend.journal, KmsBackend.meter = enforce, journal, meter
    _serve(KmsBackend)


def uninstall() -> None:
    """Give moto's own KMS back; keys that exist now are dropped."""
    _serve(_moto.KmsBackend)


@contextmanager
def installed(
    *,
    clock: Clock | None = None,
    enforce: bool = False,
    journal: Journal | None = None,
    meter: Meter | None = None,
) -> Iterator[None]:
    """``install()`` for the length of a ``with`` block; then whatever was served before is served again."""
    backend = _moto.kms_backends.backend
    before = {name: getattr(KmsBackend, name) for name in ("clock", "enforce", "journal", "meter")}
    install(clock=clock, enforce=enforce, journal=journal, meter=meter)
    try:
        yield
    finally:
        for name, value in before.items():
            setattr(KmsBackend, name, value)
        _serve(backend)


def settle() -> None:
    """Let everything happen that has fallen due by now, in all accounts and Regions."""
    for account in sorted(_moto.kms_backends):
        for backend in list(_moto.kms_backends[account].values()):
            backend.settle(backend.now())


def _serve(backend: type[_moto.KmsBackend]) -> None:
    _moto.kms_backends.backend = backend
    _moto.kms_backends.clear()
