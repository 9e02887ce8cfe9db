"""Who may do what in Parameter Store."""

from collections.abc import Callable
from typing import Any

import boto3
import pytest
from botocore.exceptions import ClientError

import kmsnb

from .conftest import asked, refused
from .policies import (
    OURS,
    THEIRS,
    allow,
    boundary,
    deny,
    endpoint_for,
    organize,
    session_of,
    to,
    user_arn,
    when,
    who_may,
)

ARN = f"arn:aws:ssm:us-east-1:{OURS}:parameter/app/db"
UMA = user_arn("Uma")
DENIED = "AccessDeniedException"
REFERENCE = "/aws/reference/secretsmanager/db"


@pytest.fixture
def stored(lab: kmsnb.Lab) -> Any:
    """The administrator's client, with the parameter ``/app/db``."""
    ssm = lab.user("student").client("ssm")
    ssm.put_parameter(Name="/app/db", Value="x", Type="String")
    return ssm


def no(action: str, on: str = ARN, why: str = "", who: str = UMA) -> str:
    why = why or f"because no identity-based policy allows the {action} action"
    return f"User: {who} is not authorized to perform: {action} on resource: {on} {why}"


NAME, NAMES = {"Name": "/app/db"}, {"Names": ["/app/db"]}
REQUESTS: dict[str, Callable[[Any], Any]] = {
    "GetParameter": lambda ssm: ssm.get_parameter(**NAME),
    "GetParameters": lambda ssm: ssm.get_parameters(**NAMES),
    "GetParameterHistory": lambda ssm: ssm.get_parameter_history(**NAME),
    "PutParameter": lambda ssm: ssm.put_parameter(**NAME, Value="y", Overwrite=True),
    "DeleteParameter": lambda ssm: ssm.delete_parameter(**NAME),
    "DeleteParameters": lambda ssm: ssm.delete_parameters(**NAMES),
    "LabelParameterVersion": lambda ssm: ssm.label_parameter_version(**NAME, Labels=["one"]),
}


@pytest.mark.parametrize("name", REQUESTS)
def test_each_request_needs_its_action_on_the_parameter(lab: kmsnb.Lab, stored: Any, name: str):
    request, action = REQUESTS[name], f"ssm:{name}"
    with refused(DENIED, no(action), 400):
        request(who_may(lab, "Uma").client("ssm"))
    with refused(DENIED, no(action, why="with an explicit deny in an identity-based policy")):
        request(who_may(lab, "Uma", allow("*"), deny(action, on=ARN)).client("ssm"))
    with refused(DENIED, no(action)):
        request(who_may(lab, "Uma", allow("ssm:*", on=f"{ARN}2")).client("ssm"))
    assert stored.get_parameter(**NAME)["Parameter"]["Value"] == "x"
    request(who_may(lab, "Uma", allow(action, on=ARN)).client("ssm"))


@pytest.mark.parametrize(
    "name", ["/app/db", "/app/db:1", ARN, f"{ARN}:1"], ids=["name", "version", "ARN", "ARN and version"]
)
def test_a_parameter_is_the_same_by_every_name(lab: kmsnb.Lab, stored: Any, name: str):
    uma = who_may(lab, "Uma", allow("ssm:*"), deny("ssm:GetParameter", on=ARN)).client("ssm")
    with refused(DENIED, no("ssm:GetParameter", why="with an explicit deny in an identity-based policy")):
        uma.get_parameter(Name=name)
    who_may(lab, "Uma", allow("ssm:GetParameter", on=ARN))
    assert uma.get_parameter(Name=name)["Parameter"]["Value"] == "x"


def test_one_that_is_denied_fails_the_whole_request(lab: kmsnb.Lab, stored: Any):
    stored.put_parameter(Name="/app/other", Value="x", Type="String")
    uma = who_may(lab, "Uma", allow("ssm:GetParameters", on=ARN)).client("ssm")
    with refused(DENIED, "parameter/app/other"):
        uma.get_parameters(Names=["/app/db", "/app/other"])


def test_a_path_and_all_below_it(lab: kmsnb.Lab, stored: Any):
    path = f"arn:aws:ssm:us-east-1:{OURS}:parameter/app"
    uma = who_may(lab, "Uma", allow("ssm:GetParametersByPath", on=path)).client("ssm")
    assert len(uma.get_parameters_by_path(Path="/app")["Parameters"]) == 1
    with refused(DENIED, no("ssm:GetParametersByPath", f"arn:aws:ssm:us-east-1:{OURS}:parameter/")):
        uma.get_parameters_by_path(Path="/", Recursive=True)
    shallow = when("StringEquals", "ssm:Recursive", "false")
    who_may(lab, "Uma", allow("ssm:GetParametersByPath", **shallow))
    uma.get_parameters_by_path(Path="/app", Recursive=False)
    with refused(DENIED):
        uma.get_parameters_by_path(Path="/app", Recursive=True)


def test_a_path_is_authorized_as_it_is_written(lab: kmsnb.Lab, stored: Any):
    path = f"arn:aws:ssm:us-east-1:{OURS}:parameter/app"
    uma = who_may(lab, "Uma", allow("ssm:GetParametersByPath", on=path)).client("ssm")
    with refused(DENIED, no("ssm:GetParametersByPath", f"{path}/")):
        uma.get_parameters_by_path(Path="/app/")
    who_may(lab, "Uma", allow("ssm:GetParametersByPath", on=f"{path}/*"))
    assert len(uma.get_parameters_by_path(Path="/app/")["Parameters"]) == 1
    with refused(DENIED, no("ssm:GetParametersByPath", path)):
        uma.get_parameters_by_path(Path="/app")


def test_a_public_parameter_is_of_no_account(lab: kmsnb.Lab):
    name = "/aws/service/ami-amazon-linux-latest/al2023-ami-kernel-default-x86_64"
    public = "arn:aws:ssm:us-east-1::parameter/aws/service/*"
    uma = who_may(lab, "Uma").client("ssm")
    with refused(
        DENIED, no("ssm:GetParameter", f"{public[:-1]}ami-amazon-linux-latest/{name.split('/')[-1]}")
    ):
        uma.get_parameter(Name=name)
    with refused(DENIED):
        who_may(lab, "Uma", allow("ssm:*", on=public.replace("::", f":{OURS}:"))).client("ssm").get_parameter(
            Name=name
        )
    who_may(lab, "Uma", allow("ssm:GetParameter", on=public))
    assert uma.get_parameter(Name=name)["Parameter"]["Value"].startswith("ami-")


def test_a_list_has_no_resource(lab: kmsnb.Lab, stored: Any):
    uma = who_may(lab, "Uma", allow("ssm:*", on=ARN)).client("ssm")
    with refused(DENIED, no("ssm:DescribeParameters", f"arn:aws:ssm:us-east-1:{OURS}:*")):
        uma.describe_parameters()
    who_may(lab, "Uma", allow("ssm:DescribeParameters"))
    assert [each["Name"] for each in uma.describe_parameters()["Parameters"]] == ["/app/db"]


def test_conditions(lab: kmsnb.Lab, stored: Any):
    uma = who_may(
        lab, "Uma", allow("ssm:PutParameter"), deny("ssm:*", **when("Bool", "ssm:Overwrite", "true"))
    ).client("ssm")
    with refused(DENIED):
        uma.put_parameter(**NAME, Value="y", Overwrite=True)
    uma.put_parameter(Name="/app/new", Value="y", Type="String")
    with refused(DENIED, "ssm:AddTagsToResource"):
        uma.put_parameter(Name="/app/n2", Value="y", Type="String", Tags=[{"Key": "a", "Value": "b"}])
    office = when("IpAddress", "aws:SourceIp", "203.0.113.0/24")
    who_may(lab, "Uma", allow("ssm:GetParameter", **office))
    with refused(DENIED):
        uma.get_parameter(**NAME)
    lab.user("Uma", source_ip="203.0.113.7").client("ssm").get_parameter(**NAME)


def test_tags(lab: kmsnb.Lab, stored: Any):
    blue, tagged = [{"Key": "Team", "Value": "blue"}], {"ResourceType": "Parameter", "ResourceId": "/app/db"}
    stored.put_parameter(Name="bare", Value="x", Type="String", Tags=blue)
    uma = who_may(lab, "Uma", allow("ssm:*", **when("StringEquals", "aws:ResourceTag/Team", "blue"))).client(
        "ssm"
    )
    with refused(DENIED):
        uma.get_parameter(**NAME)
    for request in (
        lambda: uma.list_tags_for_resource(**tagged),
        lambda: uma.add_tags_to_resource(**tagged, Tags=blue),
        lambda: uma.remove_tags_from_resource(**tagged, TagKeys=["Team"]),
    ):
        with refused(DENIED, f"on resource: {ARN} because"):
            request()
    stored.add_tags_to_resource(**tagged, Tags=blue)
    for name in ("/app/db", ARN, "bare", f"arn:aws:ssm:us-east-1:{OURS}:parameter/bare"):
        uma.get_parameter(Name=name)
    assert uma.list_tags_for_resource(**tagged)["TagList"] == blue
    who_may(lab, "Uma", allow("ssm:Get*", **when("StringEquals", "ssm:resourceTag/Team", "blue")))
    uma.get_parameter(**NAME)
    asked = when("StringEquals", "aws:RequestTag/Team", "blue")
    who_may(lab, "Uma", allow("ssm:PutParameter", "ssm:AddTagsToResource", **asked))
    uma.put_parameter(Name="/app/new", Value="x", Type="String", Tags=blue)
    with refused(DENIED):
        uma.put_parameter(Name="/app/n2", Value="x", Type="String", Tags=[{"Key": "Team", "Value": "red"}])


def test_each_account_has_its_own(lab: kmsnb.Lab, stored: Any):
    olga = who_may(lab, "Olga", allow("ssm:*"), account=THEIRS).client("ssm")
    with refused("ParameterNotFound"):
        olga.get_parameter(**NAME)
    why = "because no resource-based policy allows the ssm:GetParameter action"
    with refused(DENIED, no("ssm:GetParameter", why=why, who=user_arn("Olga", THEIRS))):
        olga.get_parameter(Name=ARN)


def test_limits(lab: kmsnb.Lab, stored: Any):
    uma = who_may(lab, "Uma", allow("ssm:*")).client("ssm")
    boundary("Uma", allow("ssm:PutParameter"))
    with refused(DENIED, no("ssm:GetParameter", why="because no permissions boundary allows")):
        uma.get_parameter(**NAME)
    narrow = session_of(lab, "Auditor", allow("s3:*")).client("ssm")
    boto3.client("iam").attach_role_policy(
        RoleName="Auditor",
        PolicyArn=boto3.client("iam").create_policy(
            PolicyName="all",
            PolicyDocument='{"Version": "2012-10-17", "Statement": '
            '[{"Effect": "Allow", "Action": "*", "Resource": "*"}]}',
        )["Policy"]["Arn"],
    )
    why = "because no session policy allows the ssm:GetParameter action"
    with refused(DENIED, why):
        narrow.get_parameter(**NAME)
    member = organize("SERVICE_CONTROL_POLICY", deny("ssm:*"))
    mia = who_may(lab, "Mia", allow("ssm:*"), account=member).client("ssm")
    with refused(DENIED, "with an explicit deny in a service control policy"):
        mia.get_parameter(**NAME)


def test_an_endpoint(lab: kmsnb.Lab, stored: Any):
    endpoint = endpoint_for("ssm", allow("ssm:GetParameter", **to()))
    inside = who_may(lab, "Uma", allow("ssm:*"), via_endpoint=endpoint).client("ssm")
    inside.get_parameter(**NAME)
    why = "because no VPC endpoint policy allows the ssm:DeleteParameter action"
    with refused(DENIED, no("ssm:DeleteParameter", why=why)):
        inside.delete_parameter(**NAME)


def test_a_secret_read_as_a_parameter_needs_the_permission_for_the_secret(lab: kmsnb.Lab):
    secrets = boto3.client("secretsmanager")
    arn = secrets.create_secret(Name="db", SecretString="hunter2")["ARN"]
    uma = who_may(lab, "Uma", allow("ssm:GetParameter", "kms:*")).client("ssm")
    read = {"Name": REFERENCE, "WithDecryption": True}
    with pytest.raises(ClientError) as caught:
        uma.get_parameter(**read)
    why = "because no identity-based policy allows the secretsmanager:GetSecretValue action"
    error = caught.value.response["Error"]
    assert error["Code"] == DENIED
    assert no("secretsmanager:GetSecretValue", arn, why) in error["Message"]
    assert not asked(lab, len(lab.journal))
    who_may(lab, "Uma", allow("ssm:GetParameter", "kms:*"), allow("secretsmanager:GetSecretValue", on=arn))
    assert uma.get_parameter(**read)["Parameter"]["Value"] == "hunter2"
    with refused(DENIED, "ssm:GetParameter on"):
        who_may(lab, "Uma", allow("secretsmanager:*")).client("ssm").get_parameter(**read)


def test_a_secure_string_needs_both_permissions(lab: kmsnb.Lab, stored: Any):
    stored.put_parameter(Name="/s", Value="x", Type="SecureString")
    read = {"Name": "/s", "WithDecryption": True}
    uma = who_may(lab, "Uma", allow("kms:*")).client("ssm")
    since = len(lab.journal)
    with refused(DENIED, "ssm:GetParameter on"):
        uma.get_parameter(**read)
    assert not asked(lab, since), "KMS is not asked for what the service refuses"


def test_the_rest_of_systems_manager_is_not_asked(lab: kmsnb.Lab):
    assert who_may(lab, "Uma").client("ssm").list_documents()["DocumentIdentifiers"] == []


def test_without_enforcement_nobody_is_asked():
    with kmsnb.start(enforce=False) as lab:
        boto3.client("ssm").put_parameter(**NAME, Value="x", Type="String")
        assert lab.user("Uma").client("ssm").get_parameter(**NAME)["Parameter"]["Value"] == "x"
