"""A lab for each test, and a key that Uma may use in it or not."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import boto3
import pytest
from botocore.config import Config
from botocore.exceptions import ClientError
from moto.iam.models import iam_backends

import kmsnb
import kmsnb.lab
from kmsnb.kms.records.journal import Record

from . import ec2
from .roles import may

#: botocore would try again, with pauses, what fails with 500.
ONE_TRY = Config(retries={"total_max_attempts": 1})


@pytest.fixture
def lab() -> Iterator[kmsnb.Lab]:
    with kmsnb.start() as lab:
        yield lab


@pytest.fixture
def key(lab: kmsnb.Lab) -> str:
    return make_key(lab)


@pytest.fixture
def few_images(monkeypatch: pytest.MonkeyPatch) -> None:
    """One AMI: moto makes a thousand in each mock, twice, which takes longer than most tests."""
    from moto.ec2.models import amis  # here, as it takes a while to load

    monkeypatch.setattr(amis, "AMIS", [image for image in amis.AMIS if image["ami_id"] == ec2.IMAGE])
    monkeypatch.setattr(amis, "load_resource", lambda path: [])


def make_key(lab: kmsnb.Lab, **more: Any) -> str:
    """The ARN of a new key of the lab's account, with the default key policy unless another is given."""
    return lab.user("student").client("kms").create_key(**more)["KeyMetadata"]["Arn"]


def asked(lab: kmsnb.Lab, since: int = 0) -> list[Record]:
    """What services have asked KMS, from a length of the journal on."""
    return [record for record in lab.journal.records[since:] if record.cause]


def asks(lab: kmsnb.Lab, since: int = 0) -> list[tuple[str, str | None]]:
    """The same as (operation, error code), which is None for what KMS did."""
    return [(record.name, record.error_code) for record in asked(lab, since)]


def uma(lab: kmsnb.Lab, *actions: str, condition: dict[str, Any] | None = None) -> boto3.Session:
    """Uma, who may use every service, and whose KMS permissions are these ``kms:`` actions under this condition."""
    session = lab.user("Uma")
    statements: list[dict[str, Any]] = [
        {"Effect": "Allow", "Action": ["ssm:*", "secretsmanager:*"], "Resource": "*"}
    ]
    if actions:
        allowed = [f"kms:{action}" for action in actions]
        statements.append(
            {"Effect": "Allow", "Action": allowed, "Resource": "*", "Condition": condition or {}}
        )
    lab.user("student").client("iam").put_user_policy(
        UserName="Uma",
        PolicyName="uses",
        PolicyDocument=json.dumps({"Version": "2012-10-17", "Statement": statements}),
    )
    return session


def put_out_of_reach(lab: kmsnb.Lab, key: str, how: str) -> None:
    """``disabled``, ``pending deletion`` or ``deleted``: what becomes of a key."""
    kms = lab.user("student").client("kms")
    if how == "disabled":
        kms.disable_key(KeyId=key)
    else:
        kms.schedule_key_deletion(KeyId=key, PendingWindowInDays=7)
    if how == "deleted":
        lab.clock.advance(days=8)


#: Kinds of keys with which no service can encrypt.
_UNFIT = {
    "RSA": {"KeySpec": "RSA_2048", "KeyUsage": "ENCRYPT_DECRYPT"},
    "ECC": {"KeySpec": "ECC_NIST_P256", "KeyUsage": "SIGN_VERIFY"},
    "HMAC": {"KeySpec": "HMAC_256", "KeyUsage": "GENERATE_VERIFY_MAC"},
    "pending import": {"Origin": "EXTERNAL"},
}


def unusable_key(lab: kmsnb.Lab, what: str) -> str:
    """A key identifier with which no service can encrypt."""
    if what in _UNFIT:
        return make_key(lab, **_UNFIT[what])
    if what in ("disabled", "pending deletion"):
        key = make_key(lab)
        put_out_of_reach(lab, key, what)
        return key
    if what == "another Region":
        return boto3.client("kms", "eu-west-1").create_key()["KeyMetadata"]["Arn"]
    if what == "another account":
        theirs = may(lab, "Olga", ["kms:*"], "210987654321").client("kms")
        return theirs.create_key()["KeyMetadata"]["Arn"]
    if what == "another account's alias":
        return "arn:aws:kms:us-east-1:999999999999:alias/theirs"
    if what == "another service's":
        return boto3.client("kms").describe_key(KeyId="alias/aws/s3")["KeyMetadata"]["Arn"]
    if what == "no such key":
        return make_key(lab)[:-12] + "000000000000"
    if what == "no such alias":
        return "alias/none"
    assert what == "nonsense"
    return "no such key"


def names_of(key: str) -> dict[str, str]:
    """The names that a request can call a key by, and none at all."""
    boto3.client("kms").create_alias(AliasName="alias/mine", TargetKeyId=key)
    return {
        "id": key.rpartition("/")[2],
        "arn": key,
        "alias": "alias/mine",
        "alias ARN": key.rpartition(":")[0] + ":alias/mine",
        "none": "",
    }


def grants(lab: kmsnb.Lab, key: str) -> list[Any]:
    """The grants of a key."""
    return lab.user("student").client("kms").list_grants(KeyId=key)["Grants"]


def allow(lab: kmsnb.Lab, who: str, *actions: str, account: str = kmsnb.lab.ACCOUNT) -> Any:
    """A session of the user ``who``, who may do all of S3 and what is named of KMS."""
    session = lab.user(who, account=account)
    statement = {"Effect": "Allow", "Action": ["s3:*", *actions], "Resource": "*"}
    policy = json.dumps({"Version": "2012-10-17", "Statement": [statement]})
    iam_backends[account]["aws"].put_user_policy(who, "use", policy)
    return session


@pytest.fixture
def s3(lab: kmsnb.Lab) -> Any:
    """A client of the administrator, for whom there is a bucket ``bkt``."""
    client = lab.user("student").client("s3", config=ONE_TRY)
    client.create_bucket(Bucket="bkt")
    return client


@contextmanager
def refused(code: str, message: str = "", status: int | None = None) -> Iterator[None]:
    """The block fails with S3's code, a message that contains this, and the HTTP status."""
    with pytest.raises(ClientError) as caught:
        yield
    answer = caught.value.response
    assert answer["Error"]["Code"] == code, answer["Error"]
    assert message in answer["Error"]["Message"]
    assert status in (None, answer["ResponseMetadata"]["HTTPStatusCode"])


def calls(records: list[Record]) -> list[tuple[str | None, str, dict[str, str], str | None]]:
    """Of each record: which request asked, what it asked KMS for, with which encryption context, and the error."""
    return [(each.cause, each.name, dict(each.encryption_context), each.error_code) for each in records]
