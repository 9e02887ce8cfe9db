"""A mocked AWS with permissions enforced, once as a lab and once as ``install(enforce=True)``."""

import json
from collections.abc import Callable, Iterator
from typing import Any

import boto3
import botocore.loaders
import botocore.session
import pytest
from moto import mock_aws

import kmsnb
import kmsnb.kms
import kmsnb.lab
from kmsnb.kms import ManualClock
from kmsnb.kms.api import origin
from kmsnb.principals import user_credentials

ACCOUNT = "123456789012"
#: Reads AWS's API models once for all sessions, which makes creating a client six times faster.
LOADER = botocore.loaders.create_loader()
Statement = dict[str, Any]
ADMINISTRATOR: Statement = {"Effect": "Allow", "Action": "*", "Resource": "*"}


def document(*statements: Statement) -> str:
    return json.dumps({"Version": "2012-10-17", "Statement": statements})


def allow(*actions: str, **more: Any) -> Statement:
    return {"Effect": "Allow", "Action": list(actions), "Resource": "*", **more}


def deny(*actions: str, **more: Any) -> Statement:
    return allow(*actions, **more) | {"Effect": "Deny"}


def signed_in(access_key: dict[str, Any]) -> boto3.Session:
    """A session with an access key as IAM or credentials as STS answer with."""
    core = botocore.session.Session()
    core.register_component("data_loader", LOADER)
    return boto3.Session(
        access_key["AccessKeyId"],
        access_key["SecretAccessKey"],
        access_key.get("SessionToken"),
        region_name="us-east-1",
        botocore_session=core,
    )


def new_user(name: str, *statements: Statement, **more: Any) -> boto3.Session:
    """A session of a new user of the account, with one inline policy."""
    iam = boto3.client("iam")
    iam.create_user(UserName=name, **more)
    if statements:
        iam.put_user_policy(UserName=name, PolicyName="p", PolicyDocument=document(*statements))
    return signed_in(iam.create_access_key(UserName=name)["AccessKey"])


@pytest.fixture(params=["lab", "install"])
def clock(request: pytest.FixtureRequest) -> Iterator[ManualClock]:
    """The clock of the mocked AWS, in which plain boto3 is an administrator, the user ``student``."""
    if request.param == "lab":
        with kmsnb.start() as lab:
            yield lab.clock
        return
    clock = ManualClock()
    with kmsnb.kms.installed(enforce=True, clock=clock), mock_aws():
        boto3.setup_default_session(region_name="us-east-1")
        boto3.DEFAULT_SESSION = new_user("student", ADMINISTRATOR)
        yield clock


@pytest.fixture
def make_key(clock: ManualClock) -> Callable[..., str]:
    """A function that makes a key whose policy has these statements and leaves the rest to IAM; its ARN."""

    def make(*statements: Statement) -> str:
        root = allow("kms:*", Principal={"AWS": f"arn:aws:iam::{ACCOUNT}:root"})
        return boto3.client("kms").create_key(Policy=document(root, *statements))["KeyMetadata"]["Arn"]

    return make


@pytest.fixture
def caller_from(clock: ManualClock, request: pytest.FixtureRequest) -> Callable[..., Any]:
    """A function that makes a KMS client of a user from a network, or of services on the user's behalf.

    A lab offers it; after ``install()``, a client sends the same headers.
    """

    def in_lab(
        name: str,
        *,
        through: tuple[str, ...] = (),
        service: str | None = None,
        source_arn: str | None = None,
        **where: Any,
    ) -> Any:
        lab = kmsnb.lab.current()
        if service:
            return lab.service(service, source_arn=source_arn).client("kms")
        session = lab.user(name, **where)
        for each in through:
            session = lab.service(each, on_behalf_of=session)
        return session.client("kms")

    def by_headers(
        name: str,
        *,
        account: str = ACCOUNT,
        through: tuple[str, ...] = (),
        service: str | None = None,
        source_arn: str | None = None,
        via_endpoint: str | None = None,
        source_ip: str | None = None,
    ) -> Any:
        credentials = user_credentials(account, "us-east-1", name)
        client = signed_in(
            {"AccessKeyId": credentials.access_key_id, "SecretAccessKey": credentials.secret_access_key}
        ).client("kms")
        headers = {
            origin.VIA_SERVICE: ",".join(through),
            origin.SERVICE: service,
            origin.SOURCE_ARN: source_arn,
            origin.VIA_ENDPOINT: via_endpoint,
            origin.SOURCE_IP: source_ip or ("10.9.0.4" if via_endpoint else None),
        }

        def add_headers(params: dict[str, Any], **_: Any) -> None:
            params["headers"].update({header: value for header, value in headers.items() if value})

        client.meta.events.register("before-call.kms", add_headers)
        return client

    return in_lab if request.node.callspec.params["clock"] == "lab" else by_headers
