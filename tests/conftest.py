"""For all tests: no connection leaves this computer, and a fresh lab for those that ask."""

import ipaddress
import os
import socket
from collections.abc import Iterator
from typing import Any

import boto3
import pytest

import kmsnb

# for the kernels of the notebooks too: a test is no learner
os.environ["KMSNB_PROGRESS"] = "off"
# also for them: outputs were stored under UTC, and must be the same elsewhere
os.environ["TZ"] = "Asia/Kathmandu"


@pytest.fixture(autouse=True)
def no_connection_leaves_this_computer(monkeypatch: pytest.MonkeyPatch) -> None:
    """Any attempt to reach another address than the loopback, or to look one up, is an error."""
    connect, look_up = socket.socket.connect, socket.getaddrinfo

    def connect_to_loopback(self: socket.socket, address: Any) -> None:
        if self.family in (socket.AF_INET, socket.AF_INET6):
            _refuse_unless_loopback(address[0])
        connect(self, address)

    def look_up_loopback(host: Any, *args: Any, **kwargs: Any) -> Any:
        _refuse_unless_loopback(host)
        return look_up(host, *args, **kwargs)

    monkeypatch.setattr(socket.socket, "connect", connect_to_loopback)
    monkeypatch.setattr(socket.socket, "connect_ex", connect_to_loopback)
    monkeypatch.setattr(socket, "getaddrinfo", look_up_loopback)


def _refuse_unless_loopback(host: Any) -> None:
    if host is not None and not _is_loopback(host):
        raise AssertionError(f"a connection to {host} was attempted")


def _is_loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


@pytest.fixture(autouse=True)
def no_callback_fails_unseen() -> Iterator[list[Exception]]:
    """A fault in a widget's callback is the test's; one that is meant to be is taken out of this list."""
    from kmsnb.widgets.card import faults

    faults.clear()
    yield faults
    if faults:
        raise faults.pop()


@pytest.fixture
def lab() -> Iterator["kmsnb.Lab"]:
    """A fresh lab, stopped afterward."""
    with kmsnb.start() as started:
        yield started


@pytest.fixture
def kms(lab: "kmsnb.Lab") -> Any:
    """A KMS client of the lab's student."""
    return boto3.client("kms")


@pytest.fixture
def key_id(kms: Any) -> str:
    """A symmetric key of the lab, which also has the alias of lesson 07."""
    made = kms.create_key()["KeyMetadata"]["KeyId"]
    kms.create_alias(AliasName="alias/test", TargetKeyId=made)
    return made
