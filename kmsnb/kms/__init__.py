"""A faithful AWS KMS in place of moto's: for lessons, and for anyone's own test suite.

    import kmsnb.kms
    kmsnb.kms.install()          # any later mock_aws(), and moto's server, answer with this KMS

Knows nothing of notebooks.
"""

from moto.kms import models as _moto

from .models import KmsBackend

__all__ = ["install", "installed", "uninstall"]


def install(*, clock: object | None = None, enforce: bool = False) -> None:
    """Make every later ``mock_aws()`` in this process serve this package's KMS.

    Keys that exist in a mock which is active now are dropped. Calling it twice is harmless.
    """
    _serve(KmsBackend)


def uninstall() -> None:
    """Give moto's own KMS back; keys that exist now are dropped."""
    _serve(_moto.KmsBackend)


def installed() -> bool:
    """Whether this package's KMS is the one that ``mock_aws()`` serves."""
    return issubclass(_moto.kms_backends.backend, KmsBackend)


def _serve(backend: type[_moto.KmsBackend]) -> None:
    _moto.kms_backends.backend = backend
    _moto.kms_backends.clear()
