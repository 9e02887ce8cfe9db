"""A lab is a fresh account, is nobody else's, and gives everything back."""

import os
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC
from typing import Any

import boto3
import pytest
from botocore.exceptions import ClientError
from botocore.httpsession import URLLib3Session
from moto import mock_aws
from moto.core.models import botocore_stubber

import kmsnb
import kmsnb.kms
from kmsnb import principals
from kmsnb.lab import current


def caller(session: Any) -> str:
    return session.client("sts").get_caller_identity()["Arn"]


def test_plain_boto3_calls_as_the_student(lab: kmsnb.Lab) -> None:
    assert caller(boto3) == "arn:aws:iam::123456789012:user/student"
    assert boto3.client("kms").meta.region_name == "us-east-1"


def test_the_student_is_an_administrator_and_not_the_root_user(lab: kmsnb.Lab) -> None:
    iam = boto3.client("iam")
    (name,) = iam.list_user_policies(UserName="student")["PolicyNames"]
    document = iam.get_user_policy(UserName="student", PolicyName=name)["PolicyDocument"]
    assert document["Statement"] == [{"Effect": "Allow", "Action": "*", "Resource": "*"}]


def test_a_region_is_the_default_of_every_client() -> None:
    with kmsnb.start("eu-central-1") as lab:
        assert boto3.client("kms").meta.region_name == "eu-central-1"
        assert lab.user("ABC").client("kms").meta.region_name == "eu-central-1"


def test_a_lab_in_another_partition_has_its_arns() -> None:
    with kmsnb.start("cn-north-1") as lab:
        assert caller(boto3) == "arn:aws-cn:iam::123456789012:user/student"
        assert caller(lab.role("Auditor")) == "arn:aws-cn:sts::123456789012:assumed-role/Auditor/Auditor"


def test_starting_again_gives_a_fresh_account() -> None:
    first = kmsnb.start()
    boto3.client("kms").create_key()
    second = kmsnb.start()
    try:
        assert boto3.client("kms").list_keys()["Keys"] == []
        assert "stopped" in repr(first)
        assert " on>" in repr(second)
    finally:
        second.stop()


def test_ids_are_the_same_in_every_lab_and_secrets_are_not() -> None:
    def look() -> tuple[list[str], list[str]]:
        with kmsnb.start() as lab:
            sessions = [boto3.Session(), lab.user("ABC"), lab.role("Auditor")]
            credentials = [session.get_credentials() for session in sessions]
            ids = [each.access_key for each in credentials]
            ids += [boto3.client("kms").create_key()["KeyMetadata"]["KeyId"] for _ in range(2)]
            return ids, [each.secret_key for each in credentials] + [str(credentials[2].token)]

    (ids, secrets), (ids_again, secrets_again) = look(), look()
    assert ids == ids_again
    assert len(set(ids)) == len(ids)
    assert not set(secrets) & set(secrets_again)


def test_key_ids_do_not_depend_on_what_else_was_called(lab: kmsnb.Lab) -> None:
    first = boto3.client("kms").create_key()["KeyMetadata"]["KeyId"]
    with kmsnb.start() as other:
        other.user("ABC")
        kms = boto3.client("kms")
        kms.list_aliases()
        boto3.client("kms", region_name="eu-west-1").create_key()
        kms.create_key(MultiRegion=True)
        assert kms.create_key()["KeyMetadata"]["KeyId"] == first


def test_users_and_roles_are_who_they_say(lab: kmsnb.Lab) -> None:
    assert caller(lab.user("ABC")) == "arn:aws:iam::123456789012:user/ABC"
    assert caller(lab.user("ABC", account="111122223333")) == "arn:aws:iam::111122223333:user/ABC"
    assert caller(lab.role("Auditor")) == "arn:aws:sts::123456789012:assumed-role/Auditor/Auditor"
    assert caller(lab.role("Auditor", account="111122223333")).startswith("arn:aws:sts::111122223333:")


def test_a_principal_is_made_once_with_no_permissions(lab: kmsnb.Lab) -> None:
    assert lab.user("ABC") is lab.user("ABC")
    assert lab.role("ABC") is not lab.user("ABC")
    iam = boto3.client("iam")
    assert iam.list_user_policies(UserName="ABC")["PolicyNames"] == []
    assert iam.list_attached_role_policies(RoleName="ABC")["AttachedPolicies"] == []


def test_a_user_whom_the_learner_made_is_that_user(lab: kmsnb.Lab) -> None:
    boto3.client("iam").create_user(UserName="ABC", Tags=[{"Key": "team", "Value": "blue"}])
    assert caller(lab.user("ABC")) == "arn:aws:iam::123456789012:user/ABC"
    assert boto3.client("iam").list_user_tags(UserName="ABC")["Tags"]


def test_accounts_do_not_see_each_others_keys(lab: kmsnb.Lab) -> None:
    key_id = boto3.client("kms").create_key()["KeyMetadata"]["KeyId"]
    stranger = lab.user("ABC", account="111122223333").client("kms")
    with pytest.raises(ClientError, match="NotFoundException"):
        stranger.describe_key(KeyId=key_id)


@pytest.mark.parametrize("name", ["", "a b", "x" * 65, None, 7, "a/b"])
def test_a_name_that_iam_would_not_take_is_refused_in_words(lab: kmsnb.Lab, name: Any) -> None:
    with pytest.raises(ValueError, match="not a valid name for an IAM user or role"):
        lab.user(name)


def test_a_role_is_named_as_its_session_may_be(lab: kmsnb.Lab) -> None:
    assert caller(lab.user("A")).endswith(":user/A")
    with pytest.raises(ValueError, match="2 to 64 letters"):
        lab.role("A")


@pytest.mark.parametrize("account", ["", "123", "12345678901x", 123456789012, None])
def test_an_account_id_that_aws_would_not_have_is_refused_in_words(lab: kmsnb.Lab, account: Any) -> None:
    with pytest.raises(ValueError, match="not an AWS account id"):
        lab.role("Auditor", account=account)


@pytest.mark.parametrize(
    ("region", "hint"), [("us-esat-1", "us-east-1"), ("mars", "us-east-1"), (None, "us-east-1")]
)
def test_a_region_that_does_not_exist_is_refused_in_words(region: Any, hint: str) -> None:
    with pytest.raises(ValueError, match=f"is not a Region of AWS KMS.*{hint}"):
        kmsnb.start(region)


def test_a_refused_start_leaves_the_lab_that_is_on() -> None:
    with kmsnb.start():
        key_id = boto3.client("kms").create_key()["KeyMetadata"]["KeyId"]
        with pytest.raises(ValueError, match="not a Region"):
            kmsnb.start("mars")
        assert boto3.client("kms").describe_key(KeyId=key_id)


def test_stopping_twice_is_harmless_and_says_nothing() -> None:
    lab = kmsnb.start()
    lab.stop()
    lab.stop()


def test_a_stopped_lab_makes_nobody() -> None:
    lab = kmsnb.start()
    lab.stop()
    with pytest.raises(kmsnb.LabError, match=r"stopped.*kmsnb.start\(\)"):
        lab.user("ABC")


def test_stopping_an_old_lab_leaves_the_new_one_on() -> None:
    old = kmsnb.start()
    with kmsnb.start():
        old.stop()
        assert boto3.client("kms").list_keys()["Keys"] == []


def test_a_lab_inside_a_mock_of_ones_own_is_refused_in_words() -> None:
    with mock_aws(), pytest.raises(kmsnb.LabError, match=r"mock_aws\(\) is active"):
        kmsnb.start()


def test_the_environment_comes_back_as_it_was(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in {
        "AWS_ACCESS_KEY_ID": "AKIAREALREALREALREAL",
        "AWS_SECRET_ACCESS_KEY": "real",
        "AWS_PROFILE": "work",
        "AWS_ENDPOINT_URL_KMS": "http://kms.example.com",
        "MOTO_ACCOUNT_ID": "000000000000",
    }.items():
        monkeypatch.setenv(name, value)
    before = dict(os.environ)
    with kmsnb.start():
        os.environ["AWS_REGION"] = "eu-west-1"
        os.environ["MINE"] = "stays"
        assert "real" not in os.environ.values()
    after = dict(os.environ)
    monkeypatch.delenv("MINE")
    assert after.pop("MINE") == "stays"
    assert after == before


def test_the_default_session_comes_back_as_it_was(monkeypatch: pytest.MonkeyPatch) -> None:
    mine = boto3.Session(region_name="eu-west-3")
    monkeypatch.setattr(boto3, "DEFAULT_SESSION", mine)
    with kmsnb.start():
        assert boto3.client("kms").meta.region_name == "us-east-1"
    assert boto3.DEFAULT_SESSION is mine


def test_a_lab_leaves_the_kms_that_was_served_before_and_its_clock() -> None:
    from moto.kms import models

    with kmsnb.start():
        assert models.kms_backends.backend is not models.KmsBackend
    assert models.kms_backends.backend is models.KmsBackend

    mine = kmsnb.kms.ManualClock()
    with kmsnb.kms.installed(clock=mine):
        served = models.kms_backends.backend
        with kmsnb.start() as lab:
            assert served.settings.clock is lab.clock
        assert models.kms_backends.backend is served
        assert served.settings.clock is mine


def test_the_clock_of_a_lab_is_the_same_for_every_reader(lab: kmsnb.Lab) -> None:
    assert lab.clock.now().isoformat() == "2026-09-07T09:00:00+00:00"
    kms = boto3.client("kms")
    made = [kms.create_key()["KeyMetadata"]["CreationDate"].astimezone(UTC) for _ in range(2)]
    assert [each.isoformat() for each in made] == ["2026-09-07T09:00:00+00:00", "2026-09-07T09:00:01+00:00"]
    lab.clock.advance(days=8)
    assert lab.clock.now().isoformat() == "2026-09-15T09:00:02+00:00"


def test_no_secret_is_in_a_repr(lab: kmsnb.Lab) -> None:
    from kmsnb.principals import user_credentials

    credentials = user_credentials("123456789012", "us-east-1", "ABC")
    assert credentials.secret_access_key not in repr(credentials)
    secret = boto3.Session().get_credentials().secret_key
    assert secret not in repr(lab) + repr(vars(lab))


def in_threads(*jobs: Callable[[], Any], times: int = 10) -> list[Any]:
    """Do each job several times, each in a thread of its own, all at once; the errors."""
    begin = threading.Barrier(len(jobs))

    def repeat(job: Callable[[], Any]) -> None:
        begin.wait()
        for _ in range(times):
            job()

    with ThreadPoolExecutor(len(jobs)) as pool:
        return [
            error for future in [pool.submit(repeat, job) for job in jobs] if (error := future.exception())
        ]


def test_labs_start_and_stop_in_several_threads(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "AKIAREALREALREALREAL")
    monkeypatch.setenv("AWS_PROFILE", "work")
    kmsnb.start().stop()
    environment, send, session = dict(os.environ), URLLib3Session.send, boto3.DEFAULT_SESSION

    def start_and_stop() -> None:
        with kmsnb.start():
            pass

    assert in_threads(*[start_and_stop] * 4) == []
    assert dict(os.environ) == environment
    assert URLLib3Session.send is send
    assert boto3.DEFAULT_SESSION is session
    assert not botocore_stubber.enabled
    with pytest.raises(kmsnb.LabError, match="No lab is running"):
        current()


def test_a_lab_that_another_thread_started_is_stopped_by_the_next() -> None:
    started: list[kmsnb.Lab] = []
    assert in_threads(*[lambda: started.append(kmsnb.start())] * 3, times=3) == []
    assert sum(" on>" in repr(each) for each in started) == 1
    current().stop()
    assert not botocore_stubber.enabled


def test_a_principal_is_made_once_by_several_threads(lab: kmsnb.Lab) -> None:
    names = [f"U{number}" for number in range(30)]
    made: list[boto3.Session] = []
    assert in_threads(*[lambda: made.extend(map(lab.user, names))] * 4, times=1) == []
    assert len(set(map(id, made))) == len(names)


def test_the_books_are_read_while_other_threads_call(lab: kmsnb.Lab) -> None:
    kms = boto3.client("kms")
    key_id = kms.create_key()["KeyMetadata"]["KeyId"]

    def call() -> None:
        kms.encrypt(KeyId=key_id, Plaintext=b"x")
        kms.create_key()

    def read() -> None:
        assert lab.journal.to_json()
        assert lab.bill().total >= 0
        assert lab.explain("arn:aws:iam::123456789012:root", "kms:Decrypt", key_id).allowed

    assert in_threads(call, read, call, read, times=20) == []


def test_an_organization_ends_with_its_lab() -> None:
    for _ in range(2):
        with kmsnb.start():
            made = boto3.client("organizations").create_organization(FeatureSet="ALL")["Organization"]
            account = boto3.client("organizations").create_account(AccountName="a", Email="a@example.com")
            assert made["MasterAccountId"] == kmsnb.lab.ACCOUNT
            assert account["CreateAccountStatus"]["State"] == "SUCCEEDED"
    with kmsnb.start():
        principals.organization("444455556666", [kmsnb.lab.ACCOUNT], "us-east-1")
    with kmsnb.start():
        boto3.client("organizations").create_organization(FeatureSet="ALL")
