"""Installing this KMS in place of moto's, and questions that it answers without a call."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Any

from moto.backend_index import backend_url_patterns
from moto.kms import models as moto
from moto.kms.models import kms_backends
from moto.utilities.utils import get_partition

from ..api import explain as api
from ..api.endpoint import Settings
from ..api.origin import Origin
from ..authorization import Caller, Decision
from ..core.clock import Clock, SystemClock
from ..records import bill as billing
from ..records.bill import Line, Meter
from ..records.journal import Journal
from ..records.recorder import Recorder
from . import callers, urls
from .cloudformation import stacks
from .models import REGIONS, KmsBackend, backend_of
from .vpc_endpoints import on_the_way_to


def install(
    *,
    clock: Clock | None = None,
    enforce: bool = False,
    journal: Journal | None = None,
    meter: Meter | None = None,
    repeatable_ids: bool = False,
) -> None:
    """Make every later ``mock_aws()`` in this process, and moto's server, use this KMS.

    ``clock`` sets all dates; by default it is the computer's. With ``enforce``, key policies, grants and moto's IAM
    decide who may do what, and callers that moto's IAM does not know are rejected; IAM and STS then have users'
    permissions boundaries and sessions, which moto's lack. ``journal`` gets a record of each call, and ``meter`` counts
    what AWS would charge for. Key ids are random; with ``repeatable_ids``, the n-th key of a Region has the same id in
    each mock. Keys in a mock that is active now are dropped. Calling it twice is harmless.
    """
    recorder = Recorder(journal, meter)
    _serve(KmsBackend, Settings(clock or SystemClock(), enforce, recorder, repeatable_ids))


def uninstall() -> None:
    """Use moto's own KMS again. Existing keys are dropped."""
    _serve(moto.KmsBackend, KmsBackend.settings)


@contextmanager
def installed(
    *,
    clock: Clock | None = None,
    enforce: bool = False,
    journal: Journal | None = None,
    meter: Meter | None = None,
    repeatable_ids: bool = False,
) -> Iterator[None]:
    """``install()`` for the duration of a ``with`` block; afterward, what was installed before is used again."""
    before = kms_backends.backend, KmsBackend.settings
    install(clock=clock, enforce=enforce, journal=journal, meter=meter, repeatable_ids=repeatable_ids)
    try:
        yield
    finally:
        _serve(*before)


def _serve(backend: type[moto.KmsBackend], settings: Settings) -> None:
    """Have moto make KMS's backends from this class, and send it the requests for KMS's other addresses, or not."""
    kms_backends.backend = backend
    kms_backends.clear()
    if urls.INDEXED in backend_url_patterns:
        backend_url_patterns.remove(urls.INDEXED)
    if backend is KmsBackend:
        backend_url_patterns.append(urls.INDEXED)
    KmsBackend.settings = settings
    _answer_for_iam_and_sts(backend is KmsBackend and settings.enforce)


def _answer_for_iam_and_sts(ours: bool) -> None:
    """Where permissions are enforced, IAM and STS keep what moto's own forget; otherwise they are moto's."""
    if ours or f"{__package__}.sts" in sys.modules:
        # here, so that installing this KMS alone does not load IAM and STS
        from moto.iam import urls as iam_urls
        from moto.iam.responses import IamResponse
        from moto.sts import urls as sts_urls
        from moto.sts.responses import TokenResponse

        from .iam import BoundaryResponse
        from .sts import SessionResponse

        iam_urls.url_paths["{0}/$"] = (BoundaryResponse if ours else IamResponse).dispatch
        sts_urls.url_paths["{0}/$"] = (SessionResponse if ours else TokenResponse).dispatch


stacks.listen()


def settle() -> None:
    """Do everything that has fallen due by now, in all accounts and Regions."""
    for account in sorted(REGIONS.accounts()):
        for region in REGIONS.in_account(account):
            region.settle(region.now())


def explain(
    who: Origin | str,
    action: str,
    key_id: str,
    *,
    region: str,
    account: str,
    via_service: str | None = None,
    **parameters: Any,
) -> Decision:
    """The decision on an action on a key, with its reasons, for the sender of a request or the ARN of a principal.

    With ``via_service``, such as ``s3.amazonaws.com``, it is that service that asks on the principal's behalf.
    ``parameters`` are further members of the request. Raises ``ValueError`` for a principal, an action, a key or a
    grant that does not exist.
    """
    endpoint = backend_of(account, region).endpoint
    origin = who if isinstance(who, Origin) else Origin("")
    origin = origin.on_behalf(via_service) if via_service else on_the_way_to("kms", origin, region)
    return api.explain(caller_of(who, region), origin, action, key_id, endpoint, parameters)


def caller_of(who: Origin | str, region: str) -> Caller:
    """The principal of an ARN or of the sender of a request. Raises ``ValueError`` if it does not exist."""
    if isinstance(who, str):
        return callers.of_arn(who)
    if who.service:
        return Caller.service(who.service)
    partition = get_partition(region)
    for account in callers.accounts():
        caller = callers.find(who.access_key, account, partition, who.session_token)
        if caller:
            return caller
    raise ValueError("This session's credentials are not from this lab.")


def bill(account: str, now: datetime, meter: Meter) -> tuple[Line, ...]:
    """The bill of one account, for all Regions."""
    keys = [key for region in REGIONS.in_account(account) for key in region.keys.values()]
    return billing.lines(account, now, meter, keys)


def reset_account(account: str) -> None:
    """Delete everything of an account, as if it had never called KMS."""
    kms_backends.pop(account, None)
