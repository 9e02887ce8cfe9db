"""Nothing is ever sent to AWS while a lab is on.

A boto3 call goes either to moto, which answers it in this process, or to ``URLLib3Session.send``, botocore's only way to
the network. Inside ``only_the_mock_answers()`` the second is blocked, and what moto cannot answer raises one clear error
instead of a traceback from its depths.
"""

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, NoReturn
from urllib.parse import urlsplit

from botocore.awsrequest import AWSPreparedRequest
from botocore.exceptions import BotoCoreError
from botocore.httpsession import URLLib3Session
from moto.core.models import botocore_stubber

from .regions import regions


class OfflineError(BotoCoreError):
    """A call that the mock cannot answer. It was not sent anywhere."""

    fmt = "{reason} Nothing was sent."


@contextmanager
def only_the_mock_answers() -> Iterator[None]:
    """Answer every AWS request from the mock, and block the network. What moto cannot handle raises OfflineError."""
    send, answer = URLLib3Session.send, botocore_stubber.process_request
    URLLib3Session.send = _refuse
    vars(botocore_stubber)["process_request"] = _with_clear_errors(answer)
    try:
        yield
    finally:
        URLLib3Session.send = send
        del vars(botocore_stubber)["process_request"]  # the class's own again


def _refuse(session: URLLib3Session, request: AWSPreparedRequest) -> NoReturn:
    raise OfflineError(
        reason=f"A kmsnb lab is on, so {_host(request)} is out of reach: this client was made before kmsnb.start(), "
        "or has an address of its own (endpoint_url). Make it again after kmsnb.start(), without endpoint_url, "
        "and the mock answers."
    )


def _with_clear_errors(answer: Callable[[AWSPreparedRequest], Any]) -> Callable[[AWSPreparedRequest], Any]:
    def process_request(request: AWSPreparedRequest) -> Any:
        host, region = _host(request), _region(request)
        if region is not None and region not in regions():
            raise OfflineError(reason=f"AWS has no Region {region!r} (there: EndpointConnectionError).")
        try:
            response = answer(request)
        except NotImplementedError as fault:
            raise OfflineError(reason=f"The mock has not got this operation of {host}.") from fault
        except ModuleNotFoundError as fault:
            raise OfflineError(
                reason=f"The mock of {host} needs the package {fault.name!r}, which the course does without."
            ) from fault
        except BotoCoreError:
            raise
        except Exception as fault:
            raise _broken(host, fault) from fault
        if response == (404, {}, "Not yet implemented"):
            raise OfflineError(reason=f"The mock has no service at {host}.")
        return response

    return process_request


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
