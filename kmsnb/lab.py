"""A lab: one mocked AWS account in this process, from ``start()`` to ``stop()``."""

import difflib
import ipaddress
import os
import re
import threading
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from typing import Any, Self
from weakref import WeakKeyDictionary

import boto3
import botocore.session
from moto.core.models import MockAWS, botocore_stubber

from . import kms, lab_keys, services
from .kms.api.origin import SERVICE, SOURCE_ARN, SOURCE_IP, VIA_ENDPOINT, VIA_SERVICE, Origin
from .kms.moto import organizations, vpc_endpoints
from .offline import NO_CA_BUNDLE, OfflineError, only_the_mock_answers
from .principals import (
    ADMINISTRATOR_ACCESS,
    Credentials,
    access_key_ids,
    role_credentials,
    user_credentials,
)
from .regions import LOADER, regions
from .views.bill import Bill
from .views.explanation import Explanation
from .views.journal import JournalView

ACCOUNT = "123456789012"
STUDENT = "student"
#: The members of requests that can be an encryption context; a request uses those it has.
_CONTEXTS = ("EncryptionContext", "SourceEncryptionContext", "DestinationEncryptionContext")

# What boto3 and moto read: set aside while the lab is on, and restored by stop()
_FOREIGN = ("AWS_", "BOTO_CONFIG", "MOTO_")

#: A lab changes the process, so one thread at a time starts or stops one, or makes a principal in it.
_one_at_a_time = threading.RLock()
_current: "Lab | None" = None


class LabError(RuntimeError):
    """A lab cannot do what it was asked in its present state."""


class Lab:
    """One mocked AWS account, created by ``start()``. As a context manager, it stops itself.

    While it is on, plain ``boto3.client(...)`` talks to the mock as the IAM user ``student``, who has
    AdministratorAccess. ``clock`` belongs to the mocked KMS: it starts at 2026-09-07T09:00:00Z, advances by a
    second with each KMS call, and jumps with ``clock.advance(days=8)``. ``enforce`` says whether permissions are
    enforced.
    """

    def __init__(self, region: str, clock: kms.ManualClock, undo: ExitStack, *, enforce: bool) -> None:
        self.region = region
        self.clock = clock
        self.enforce = enforce
        self._records, self._meter = kms.Journal(), kms.Meter()
        self.account = ACCOUNT
        self._undo = undo
        self._on = True
        self._sessions: dict[tuple[str, str, str], boto3.Session] = {}
        self._headers: WeakKeyDictionary[boto3.Session, dict[str, str]] = WeakKeyDictionary()

    def user(
        self,
        name: str,
        *,
        account: str = ACCOUNT,
        via_endpoint: str | None = None,
        source_ip: str | None = None,
    ) -> boto3.Session:
        """A session of the IAM user ``name``, which is created without permissions on first use.

        ``account`` is the 12-digit id of the user's account. Requests come from the address ``source_ip``. With
        ``via_endpoint``, the id of a VPC endpoint in the lab's Region, those to the endpoint's service come through that,
        from an address in its VPC. Raises ``ValueError`` for a name or an account id that IAM would not accept, an address that is none, and
        an endpoint that does not exist; ``LabError`` once the lab has stopped.
        """
        return self._from(self._session("user", name, account), via_endpoint, source_ip)

    def role(
        self,
        name: str,
        *,
        account: str = ACCOUNT,
        via_endpoint: str | None = None,
        source_ip: str | None = None,
    ) -> boto3.Session:
        """A session of the role ``name``, which is created without permissions on first use. Both have this name.

        Parameters and errors as for ``user``.
        """
        return self._from(self._session("role", name, account), via_endpoint, source_ip)

    def service(
        self, name: str, *, on_behalf_of: boto3.Session | None = None, source_arn: str | None = None
    ) -> boto3.Session:
        """A session of an AWS service such as ``"s3.amazonaws.com"``.

        With ``on_behalf_of``, it calls on behalf of that session's principal, as S3 does for someone who uploads an
        object (``kms:ViaService``), or for a service that does so (``aws:CalledVia``); otherwise it calls for itself, for the resource ``source_arn``. Raises
        ``ValueError`` if ``name`` is not a service's name.
        """
        if not re.fullmatch(r"[a-z0-9.-]+\.amazonaws\.com(\.cn)?", name):
            raise ValueError(f"{name!r} isn't the name of an AWS service: use one such as 's3.amazonaws.com'")
        self._require_on()
        headers = {SERVICE: name}
        if on_behalf_of:
            headers = dict(self._headers.get(on_behalf_of, {}))
            headers[VIA_SERVICE] = ",".join(filter(None, (headers.get(VIA_SERVICE), name)))
        if source_arn:
            headers[SOURCE_ARN] = source_arn
        return self._with_headers(on_behalf_of or self.user(STUDENT), headers)

    def _from(self, session: boto3.Session, via_endpoint: str | None, source_ip: str | None) -> boto3.Session:
        """The session as it is used from a network, if one is given."""
        if source_ip is not None:
            try:
                ipaddress.ip_address(source_ip)
            except ValueError:
                raise ValueError(f"{source_ip!r} is not an IP address: an example is '203.0.113.7'") from None
        if via_endpoint is None:
            return self._with_headers(session, {SOURCE_IP: source_ip}) if source_ip else session
        if vpc_endpoints.service_behind(via_endpoint, self.region) is None:
            raise ValueError(
                f"There is no VPC endpoint {via_endpoint!r} in {self.region}. Create one with EC2's "
                f"create_vpc_endpoint(), for a service such as com.amazonaws.{self.region}.kms."
            )
        address = source_ip or vpc_endpoints.first_address(via_endpoint, self.region)
        return self._with_headers(session, {SOURCE_IP: address, VIA_ENDPOINT: via_endpoint})

    def _with_headers(self, of: boto3.Session, headers: dict[str, str]) -> boto3.Session:
        """Another session with the same credentials, which sends headers to KMS and to the services in front of it."""
        credentials = of.get_credentials().get_frozen_credentials()
        session = self._sign_in(
            Credentials(credentials.access_key, credentials.secret_key, credentials.token)
        )
        self._headers[session] = headers

        def add_headers(params: dict[str, Any], **_: Any) -> None:
            params["headers"].update(headers)

        session.events.register("before-call", add_headers)
        return session

    @property
    def journal(self) -> JournalView:
        """Every KMS call in this lab, and what KMS did by itself, newest last; displays as a table."""
        if self._on:
            kms.settle()
        return JournalView.of(self._records)

    def bill(self, *, account: str = ACCOUNT) -> Bill:
        """What an account of this lab would have cost on AWS so far, line by line; displays as a table."""
        self._require_on()
        kms.settle()
        return Bill(account, self.clock.now(), kms.bill(account, self.clock.now(), self._meter))

    def explain(
        self,
        who: boto3.Session | str,
        action: str,
        key_id: str,
        *,
        encryption_context: Mapping[str, str] | None = None,
        **parameters: Any,
    ) -> Explanation:
        """Whether ``who`` may perform ``action``, such as ``"kms:Decrypt"``, on a key, and why. It makes no call.

        With an action of S3, Parameter Store or Secrets Manager, such as ``"s3:GetObject"``, ``key_id`` is the ARN of an
        object, a bucket, a parameter or a secret; the explanation also has KMS's decision behind the service's own.

        ``who`` is a session, one of ``service()`` too, or the ARN of a user, role or account root. ``key_id`` is a
        key's id, ARN or alias in the lab's Region; ``parameters`` are further members of the request, such as
        ``AliasName`` for CreateAlias or ``GrantId`` for RetireGrant. Raises ``ValueError`` for a principal, action, key
        or grant that does not exist.
        """
        self._require_on()
        service = action.partition(":")[0] if ":" in action else "kms"
        if service != "kms":
            return Explanation(
                *services.explain(self._signer(who), action, key_id, parameters, region=self.region)
            )
        if encryption_context is not None:
            parameters |= dict.fromkeys(_CONTEXTS, encryption_context)
        return Explanation(
            kms.explain(self._signer(who), action, key_id, region=self.region, account=ACCOUNT, **parameters)
        )

    def stop(self) -> None:
        """End the lab: drop the account and restore everything that ``start()`` changed. Harmless if repeated.

        One thing stays for the life of the process: a request signed with a lab's credentials is never sent.
        """
        global _current
        with _one_at_a_time:
            if self._on:
                self._on = False
                if _current is self:
                    _current = None
                for access_key_id in access_key_ids():
                    lab_keys.remember(access_key_id)
                self._undo.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    def __repr__(self) -> str:
        state = "on" if self._on else "stopped"
        return f"<kmsnb lab: mocked account {self.account}, Region {self.region}, {state}>"

    def _session(self, kind: str, name: str, account: str) -> boto3.Session:
        with _one_at_a_time:
            self._require_on()
            if (kind, name, account) not in self._sessions:
                make = user_credentials if kind == "user" else role_credentials
                self._sessions[kind, name, account] = self._sign_in(make(account, self.region, name))
            return self._sessions[kind, name, account]

    def _signer(self, who: boto3.Session | str) -> Origin | str:
        if isinstance(who, str):
            return who
        credentials = who.get_credentials()
        if credentials is None:
            raise ValueError("This session has no credentials.")
        headers = {"User-Agent": who._session.user_agent(), **self._headers.get(who, {})}
        if credentials.token:
            headers["X-Amz-Security-Token"] = credentials.token
        return Origin.of(credentials.access_key, headers)

    def _require_on(self) -> None:
        if not self._on:
            raise LabError("This lab has stopped. Call kmsnb.start() for a new one.")

    def _sign_in(self, credentials: Credentials) -> boto3.Session:
        lab_keys.remember(credentials.access_key_id)
        core = botocore.session.Session()
        core.register_component("data_loader", LOADER)
        session = boto3.Session(
            botocore_session=core,
            aws_access_key_id=credentials.access_key_id,
            aws_secret_access_key=credentials.secret_access_key,
            aws_session_token=credentials.session_token,
            region_name=self.region,
        )
        session.events.register_first("before-send", self._refuse_once_stopped)
        return session

    def _refuse_once_stopped(self, **_: Any) -> None:
        """Keep a client that outlives its lab from calling the next one."""
        if not self._on:
            raise OfflineError(
                reason="This client belongs to a lab that has stopped. Create a new client from the running lab."
            )

    def _open(self) -> None:
        """Create ``student``, who signs every request without other credentials."""
        credentials = user_credentials(ACCOUNT, self.region, STUDENT, ADMINISTRATOR_ACCESS)
        os.environ["AWS_ACCESS_KEY_ID"] = credentials.access_key_id
        os.environ["AWS_SECRET_ACCESS_KEY"] = credentials.secret_access_key
        session = self._sign_in(credentials)
        self._sessions["user", STUDENT, ACCOUNT] = session
        boto3.DEFAULT_SESSION = session  # moto restores the caller's own


def start(region: str = "us-east-1", *, enforce: bool = True) -> Lab:
    """Create a fresh mocked AWS account; from now on, ``boto3.client("kms")`` talks to it.

    ``region`` is the default Region of every client. Key policies, grants and IAM policies decide who may do what,
    unless ``enforce`` is False. A running lab is stopped first, so a cell with ``start()`` can be run again; there is
    one lab in a process, whichever thread started it. Raises ``ValueError`` for a Region that AWS KMS does not have,
    and ``LabError`` inside a ``mock_aws()``.
    """
    global _current
    _check_region(region)
    with _one_at_a_time:
        if _current is not None:
            _current.stop()
        if botocore_stubber.enabled:
            raise LabError("mock_aws() is active. End it first: a lab has its own mocked account.")
        clock = kms.ManualClock()
        with ExitStack() as undo:
            undo.enter_context(_environment(region))
            lab = Lab(region, clock, undo, enforce=enforce)
            undo.enter_context(
                kms.installed(
                    clock=clock,
                    enforce=enforce,
                    journal=lab._records,
                    meter=lab._meter,
                    repeatable_ids=True,
                )
            )
            undo.enter_context(services.installed())
            undo.enter_context(MockAWS({"core": {"mock_credentials": False, "reset_boto3_session": True}}))
            undo.enter_context(only_the_mock_answers())
            undo.callback(organizations.forget)
            lab._open()
            lab._undo = undo.pop_all()
        _current = lab
        return lab


def current() -> Lab:
    """The running lab; raises ``LabError`` if there is none."""
    if _current is None:
        raise LabError("No lab is running. Run the cell with kmsnb.start() first.")
    return _current


@contextmanager
def _environment(region: str) -> Iterator[None]:
    """Hide real credentials, profiles, files and endpoints from boto3, and restore them at the end."""
    kept = _take_foreign()
    os.environ.update(
        AWS_DEFAULT_REGION=region,
        AWS_CONFIG_FILE=os.devnull,
        AWS_SHARED_CREDENTIALS_FILE=os.devnull,
        AWS_EC2_METADATA_DISABLED="true",
        AWS_CA_BUNDLE=NO_CA_BUNDLE,  # child processes inherit it
    )
    try:
        yield
    finally:
        _take_foreign()
        os.environ.update(kept)


def _take_foreign() -> dict[str, str]:
    return {name: os.environ.pop(name) for name in list(os.environ) if name.startswith(_FOREIGN)}


def _check_region(region: object) -> None:
    known = regions()
    if region not in known:
        close = difflib.get_close_matches(str(region), known, n=1, cutoff=0.5)
        hint = f" Did you mean {close[0]!r}?" if close else ""
        raise ValueError(f"{region!r} is not a Region of AWS KMS.{hint} An example is 'us-east-1'.")
