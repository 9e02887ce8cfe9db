"""Switching it on and off that moto's services ask KMS."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import cache, wraps
from importlib import import_module
from typing import TYPE_CHECKING, Any

from moto.kms.models import kms_backends

from kmsnb import kms
from kmsnb.kms.moto import seam
from kmsnb.kms.moto.models import KmsBackend

if TYPE_CHECKING:  # a lab starts sooner without what only a service's first request needs
    from .service import Service

#: moto's package for a service → the module here that says what the service asks KMS.
SERVICES = {
    "autoscaling": "autoscaling",
    "awslambda": "awslambda",
    "cloudtrail": "cloudtrail",
    "dynamodb": "dynamodb",
    "ec2": "ec2",
    "events": "deliveries",
    "logs": "logs",
    "rds": "rds",
    "s3": "s3",
    "secretsmanager": "secretsmanager",
    "sns": "sns",
    "sqs": "sqs",
    "ssm": "ssm",
}


def install() -> None:
    """From now on, moto's services ask KMS, in every ``mock_aws()`` of this process and on moto's server.

    Clients made before do, too. Services ask the KMS of ``kmsnb.kms.install()``, which this calls if nobody has. While
    that KMS is not installed, they don't ask. Calling this twice is harmless.
    """
    if not _is_ours():
        kms.install()
    for package, module in SERVICES.items():
        seam.put_around(package, _asking(module))


def uninstall() -> None:
    """moto's services ask nobody again. The KMS stays installed."""
    for package in SERVICES:
        seam.remove(package)


@contextmanager
def installed() -> Iterator[None]:
    """``install()`` for the duration of a ``with`` block; afterwards, services ask as they did before."""
    with seam.keeping(SERVICES):
        install()
        yield


def _asking(module: str) -> seam.Wrapper:
    """What is put around the handlers of a service. Its module is loaded when the service is first used."""

    def around(handler: Callable[..., Any]) -> Callable[..., Any]:
        @wraps(handler)
        def ask_first(request: Any, url: str, headers: Any) -> Any:
            if not _is_ours():
                return handler(request, url, headers)
            return _service(module).answer(handler, request, url, headers)

        return ask_first

    return around


@cache
def _service(module: str) -> Service:
    service: Service = import_module(f".{module}", __package__).SERVICE
    return service


def service_named(name: str) -> Service | None:
    """The service with this name in boto3, such as ``s3``; None if it does not ask KMS here."""
    return _service(SERVICES[name]) if name in SERVICES else None


def _is_ours() -> bool:
    return issubclass(kms_backends.backend, KmsBackend)
