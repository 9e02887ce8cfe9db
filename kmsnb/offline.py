"""Nothing is ever sent to AWS while a lab is on, nor afterward with its credentials.

A boto3 call goes either to moto, which answers it in this process, or to ``URLLib3Session.send``, botocore's only way to
the network. Inside ``only_the_mock_answers()`` the second is blocked, and what moto cannot answer raises one clear error
instead of a traceback from its depths. SECURITY.md lists what does without botocore.
"""

import functools
import os
import re
import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from importlib import import_module
from importlib.metadata import metadata
from typing import Any, NoReturn
from unittest.mock import patch
from urllib.parse import urlsplit

from botocore.awsrequest import AWSPreparedRequest
from botocore.compat import HAS_CRT
from botocore.credentials import CredentialProvider, Credentials, EnvProvider
from botocore.exceptions import BotoCoreError
from botocore.handlers import BUILTIN_HANDLERS
from botocore.httpsession import URLLib3Session
from botocore.session import Session
from moto.core.models import botocore_stubber

from . import lab_keys
from .regions import regions

#: For ``AWS_CA_BUNDLE``, which the AWS CLI and boto3 in child processes read: they refuse to connect without the file.
#: No file can have this name, and their error shows it.
NO_CA_BUNDLE = f"{os.devnull}/a-kmsnb-lab-is-on-and-nothing-is-sent-to-AWS"

#: The ends of AWS's addresses, in all partitions: standard, then dual-stack.
_AWS = re.compile(
    r"\.(amazonaws\.(com|com\.cn|eu)|c2s\.ic\.gov|sc2s\.sgov\.gov|cloud\.adc-e\.uk|csp\.hci\.ic\.gov"
    r"|api\.(aws|amazonwebservices\.(com\.cn|eu)))$"
)

#: What FIPS and dual-stack addresses have in them.
_ALTERNATIVE = re.compile(r"\bfips\b|\bdualstack\b|\.api\.")

#: How botocore marks credentials that it found by itself; those that somebody passed are marked otherwise.
_FOUND_BY_BOTOCORE = {provider.METHOD for provider in CredentialProvider.__subclasses__()}


class OfflineError(BotoCoreError):
    """A call that the mock can't answer. It was not sent anywhere."""

    fmt = "{reason} Nothing was sent."


@contextmanager
def only_the_mock_answers() -> Iterator[None]:
    """Answer every AWS request from the mock, and block the network.

    Requests that moto can't handle raise ``OfflineError`` with a clear message. Afterward the network is open again,
    except to requests that a lab's credentials sign (``refuse_lab_credentials``).
    """
    refuse_lab_credentials()
    with ExitStack() as patches:
        patches.enter_context(patch.object(URLLib3Session, "send", _refuse))
        for transport, method, instead in _other_transports():
            patches.enter_context(patch.object(transport, method, _refuse_transport(instead)))
        patches.enter_context(patch.object(Session, "get_credentials", _credentials_in_a_lab))
        answer = botocore_stubber.process_request
        patches.enter_context(patch.object(botocore_stubber, "process_request", _with_clear_errors(answer)))
        yield


def refuse_lab_credentials() -> None:
    """From now on, and for the life of the process, send no request that is signed with a lab's credentials.

    This is the one change that stays after ``lab.stop()``: a client or session that was made in a lab may outlive it,
    and its next request, plaintext and all, would leave for AWS. Other requests are sent as before. Harmless twice.
    """
    send = URLLib3Session.send
    if hasattr(send, "refuses_lab_credentials"):
        return

    @functools.wraps(send)
    def send_unless_a_lab_signed(session: URLLib3Session, request: AWSPreparedRequest) -> Any:
        _refuse_if_a_lab_signed(request)
        return send(session, request)

    send_unless_a_lab_signed.refuses_lab_credentials = True  # type: ignore[attr-defined]
    URLLib3Session.send = send_unless_a_lab_signed
    # for clients with a transport of their own, such as aiobotocore's: each that is made from here on asks
    BUILTIN_HANDLERS.append(("before-send", _refuse_unless_mocked))


def _refuse_unless_mocked(request: AWSPreparedRequest, **_: Any) -> None:
    if not botocore_stubber.enabled:
        _refuse_if_a_lab_signed(request)


def _refuse_if_a_lab_signed(request: AWSPreparedRequest) -> None:
    if lab_keys.signed(request):
        raise OfflineError(
            reason=f"This request to {_host(request)} is signed with credentials of a kmsnb lab, which AWS doesn't "
            "know. Create a new session and client: after lab.stop() for AWS, or after kmsnb.start() for the mock."
        )


def _other_transports() -> Iterator[tuple[type, str, str]]:
    """What else may send for boto3: the CRT's client for S3, and aiobotocore's clients that were made before moto.

    Each is a class, its method, and what to use in its place.
    """
    if HAS_CRT:
        client = import_module("awscrt.s3").S3Client
        for method in ("__init__", "make_request"):
            yield client, method, "TransferConfig(preferred_transfer_client='classic')"
    for module, name in (
        ("aiobotocore.httpsession", "AIOHTTPSession"),
        ("aiobotocore.httpxsession", "HttpxSession"),
    ):
        if module in sys.modules:
            yield getattr(sys.modules[module], name), "send", "boto3"


def _refuse_transport(instead: str) -> Callable[..., NoReturn]:
    def refuse(transport: object, *_: object, **__: object) -> NoReturn:
        module = type(transport).__module__.partition(".")[0]
        raise OfflineError(reason=f"A kmsnb lab is on, and its mock can't answer {module}. Use {instead}.")

    return refuse


def _refuse(session: URLLib3Session, request: AWSPreparedRequest) -> NoReturn:
    raise OfflineError(
        reason=f"A kmsnb lab is on, so {_host(request)} can't be reached: this client was made before kmsnb.start(). "
        "Create it again."
    )


def _credentials_in_a_lab(session: Session) -> Credentials | None:
    """The credentials that somebody gave a session, or else the lab's.

    A session neither looks for any outside of the lab, nor keeps the lab's when it is over.
    """
    given = session._credentials
    if given is not None and given.method not in _FOUND_BY_BOTOCORE:
        return given
    if session.profile:
        raise OfflineError(
            reason=f"A kmsnb lab is on and uses no profiles, but this session was made with {session.profile!r} "
            "before kmsnb.start(). Create the session again, without a profile."
        )
    return EnvProvider().load()


def _with_clear_errors(answer: Callable[[AWSPreparedRequest], Any]) -> Callable[[AWSPreparedRequest], Any]:
    def process_request(request: AWSPreparedRequest) -> Any:
        host, region = _host(request), _region(request)
        if region is not None and region not in regions():
            raise OfflineError(
                reason=f"AWS has no Region {region!r}; there you'd get EndpointConnectionError."
            )
        try:
            response = answer(request)
        except NotImplementedError as fault:
            raise OfflineError(reason=f"The mock doesn't have this operation of {host}.") from fault
        except ModuleNotFoundError as fault:
            raise OfflineError(
                reason=f"The mock of {host} needs a package that isn't part of the course, {fault.name}. Install it "
                f"with: pip install 'moto[{_extra(host)}]'."
            ) from fault
        except BotoCoreError:
            raise
        except Exception as fault:
            raise _broken(host, fault) from fault
        # here, and not in _refuse: the transport may be one that nobody knows
        if response is None and not _AWS.search(host):
            raise OfflineError(
                reason=f"A kmsnb lab is on, so {host} can't be reached. Create the client without endpoint_url."
            )
        if response in (None, (404, {}, "Not yet implemented")):
            why = " It has FIPS and dual-stack endpoints for KMS only." if _ALTERNATIVE.search(host) else ""
            raise OfflineError(reason=f"The mock has no service at {host}.{why}")
        lab_keys.remember_issued(host, response[2])
        return response

    return process_request


def _extra(host: str) -> str:
    """The extra of moto with what its mock of this host needs."""
    service = host.partition(".")[0].replace("-", "")
    return service if service in (metadata("moto").get_all("Provides-Extra") or ()) else "all"


def _broken(host: str, fault: Exception) -> OfflineError:
    return OfflineError(reason=f"The mock of {host} failed with {type(fault).__name__}: {fault}.")


def _region(request: AWSPreparedRequest) -> str | None:
    """The Region a request is signed for; None if it is not signed."""
    authorization = request.headers.get("Authorization") or ""
    text = authorization.decode() if isinstance(authorization, bytes) else str(authorization)
    scope = re.search(r"Credential=[^/,]+/\d+/([^/]+)/", text)
    return scope and scope[1]


def _host(request: AWSPreparedRequest) -> str:
    return urlsplit(request.url).hostname or "an unknown address"
