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
from kmsnb.kms import ManualClock

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
