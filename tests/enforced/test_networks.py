"""Where a request comes from, live: addresses, VPC endpoints and their policies, services in between, user agents."""

from typing import Any

import boto3
import pytest

import kmsnb

from ..kms.conftest import refused
from .conftest import ACCOUNT, allow, deny, document

DENIED = "AccessDeniedException"
KIM = {"AWS": f"arn:aws:iam::{ACCOUNT}:user/Kim"}
KMS = "com.amazonaws.us-east-1.kms"


@pytest.fixture
def vpc(clock: Any) -> str:
    boto3.client("iam").create_user(UserName="Kim")
    return boto3.client("ec2").create_vpc(CidrBlock="10.9.0.0/16")["Vpc"]["VpcId"]


def new_endpoint(vpc: str, *statements: Any, service: str = KMS) -> str:
    more = {"PolicyDocument": document(*statements)} if statements else {}
    made = boto3.client("ec2").create_vpc_endpoint(
        VpcId=vpc, ServiceName=service, VpcEndpointType="Interface", **more
    )
    return made["VpcEndpoint"]["VpcEndpointId"]


def test_each_key_of_a_request_through_an_endpoint(make_key: Any, vpc: str, caller_from: Any) -> None:
    endpoint = new_endpoint(vpc)
    inside = caller_from("Kim", via_endpoint=endpoint)
    other = caller_from(
        "Kim",
        via_endpoint=new_endpoint(boto3.client("ec2").create_vpc(CidrBlock="10.8.0.0/16")["Vpc"]["VpcId"]),
        source_ip="10.8.0.9",
    )
    outside = caller_from("Kim")
    for condition in (
        {"StringEquals": {"aws:SourceVpce": endpoint}},
        {"StringEquals": {"aws:SourceVpc": vpc}},
        {"IpAddress": {"aws:VpcSourceIp": "10.9.0.4"}},
    ):
        key = make_key(allow("kms:DescribeKey", Principal=KIM, Condition=condition))
        inside.describe_key(KeyId=key)
        for elsewhere in (other, outside):
            with refused(DENIED):
                elsewhere.describe_key(KeyId=key)
    absent = make_key(allow("kms:DescribeKey", Principal=KIM, Condition={"Null": {"aws:SourceIp": "true"}}))
    inside.describe_key(KeyId=absent)
    with refused(DENIED):
        outside.describe_key(KeyId=absent)


def test_the_address_of_a_request(make_key: Any, vpc: str, caller_from: Any) -> None:
    office = {"IpAddress": {"aws:SourceIp": "203.0.113.0/24"}}
    key = make_key(allow("kms:DescribeKey", Principal=KIM, Condition=office))
    caller_from("Kim", source_ip="203.0.113.7").describe_key(KeyId=key)
    for elsewhere in (
        caller_from("Kim", source_ip="198.51.100.7"),
        caller_from("Kim"),
        caller_from("Kim", via_endpoint=new_endpoint(vpc), source_ip="203.0.113.7"),
    ):
        with refused(DENIED):
            elsewhere.describe_key(KeyId=key)


def test_a_service_passes_on_a_public_address_and_hides_an_endpoint(
    make_key: Any, vpc: str, caller_from: Any
) -> None:
    office = {"IpAddress": {"aws:SourceIp": "203.0.113.0/24"}}
    by_address = make_key(allow("kms:DescribeKey", Principal=KIM, Condition=office))
    caller_from("Kim", source_ip="203.0.113.7", through=("s3.amazonaws.com",)).describe_key(KeyId=by_address)
    hidden = {
        "Null": dict.fromkeys(["aws:SourceVpce", "aws:SourceVpc", "aws:VpcSourceIp", "aws:SourceIp"], "true"),
        "Bool": {"aws:ViaAWSService": "true"},
    }
    by_nothing = make_key(allow("kms:DescribeKey", Principal=KIM, Condition=hidden))
    closed = new_endpoint(vpc, deny("*", Principal="*"))  # S3 asks KMS, and not through the endpoint
    caller_from("Kim", via_endpoint=closed, through=("s3.amazonaws.com",)).describe_key(KeyId=by_nothing)
    with refused(DENIED):
        caller_from("Kim").describe_key(KeyId=by_nothing)


def test_the_policy_of_an_endpoint(make_key: Any, vpc: str, caller_from: Any) -> None:
    key = make_key(allow("kms:*", Principal=KIM))
    endpoint = new_endpoint(vpc, allow("kms:DescribeKey", Principal=KIM))
    kms = caller_from("Kim", via_endpoint=endpoint)
    kms.describe_key(KeyId=key)
    begin = f"User: {KIM['AWS']} is not authorized to perform: kms:Encrypt on resource: {key}"
    with refused(DENIED, f"{begin} because no VPC endpoint policy allows the kms:Encrypt action"):
        kms.encrypt(KeyId=key, Plaintext=b"p")
    caller_from("Kim").encrypt(KeyId=key, Plaintext=b"p")
    policy = document(allow("*", Principal="*"), deny("kms:Encrypt", Principal="*"))
    boto3.client("ec2").modify_vpc_endpoint(VpcEndpointId=endpoint, PolicyDocument=policy)
    kms.list_grants(KeyId=key)
    with refused(DENIED, f"{begin} with an explicit deny in a VPC endpoint policy"):
        kms.encrypt(KeyId=key, Plaintext=b"p")
    with refused(DENIED):
        caller_from("Kim", via_endpoint=new_endpoint(vpc)).list_keys()  # an endpoint gives no permission


def test_an_endpoint_that_is_gone(make_key: Any, vpc: str, caller_from: Any) -> None:
    endpoint = new_endpoint(vpc)
    kms = caller_from("Kim", via_endpoint=endpoint)
    boto3.client("ec2").delete_vpc_endpoints(VpcEndpointIds=[endpoint])
    with refused("ValidationException", f"There is no VPC endpoint {endpoint} for AWS KMS in us-east-1."):
        kms.list_keys()


def test_the_services_in_between(make_key: Any, vpc: str, caller_from: Any) -> None:
    chain = caller_from("Kim", through=("cloudformation.amazonaws.com", "dynamodb.us-east-1.amazonaws.com"))
    alone = caller_from("Kim", through=("dynamodb.amazonaws.com",))
    direct = caller_from("Kim")
    by_s3 = caller_from("Kim", through=("s3.amazonaws.com",))  # which does not put itself into aws:CalledVia
    first, last = "cloudformation.amazonaws.com", "dynamodb.amazonaws.com"
    for condition, allowed, denied in (
        ({"ForAnyValue:StringEquals": {"aws:CalledVia": first}}, [chain], [alone, direct]),
        ({"StringEquals": {"aws:CalledViaFirst": first}}, [chain], [alone, direct]),
        ({"StringEquals": {"aws:CalledViaLast": last}}, [chain, alone], [direct]),
        ({"Bool": {"aws:ViaAWSService": "true"}}, [chain, alone], [direct]),
        ({"StringEquals": {"kms:ViaService": "dynamodb.us-east-1.amazonaws.com"}}, [chain, alone], [direct]),
        ({"Null": {"aws:CalledVia": "true"}}, [direct, by_s3], [chain, alone]),
        ({"Bool": {"aws:ViaAWSService": "true"}}, [by_s3], [direct]),
        ({"Bool": {"aws:PrincipalIsAWSService": "false"}}, [chain, alone, direct], []),
    ):
        key = make_key(allow("kms:DescribeKey", Principal=KIM, Condition=condition))
        for kms in allowed:
            kms.describe_key(KeyId=key)
        for kms in denied:
            with refused(DENIED):
                kms.describe_key(KeyId=key)


def test_the_user_agent_and_transport(make_key: Any, vpc: str, caller_from: Any) -> None:
    kms = caller_from("Kim")
    for condition, goes in (
        ({"StringLike": {"aws:UserAgent": "Boto3/*"}}, True),
        ({"StringLike": {"aws:UserAgent": "aws-cli/*"}}, False),
        ({"Bool": {"aws:SecureTransport": "true"}}, True),
        ({"Bool": {"aws:SecureTransport": "false"}}, False),
    ):
        key = make_key(allow("kms:DescribeKey", Principal=KIM, Condition=condition))
        if goes:
            kms.describe_key(KeyId=key)
        else:
            with refused(DENIED):
                kms.describe_key(KeyId=key)


class TestLab:
    """What a lab offers to play a network."""

    def test_it_explains_and_records_where_a_caller_is(self, lab: kmsnb.Lab, kms: Any) -> None:
        vpc = boto3.client("ec2").create_vpc(CidrBlock="10.9.0.0/16")["Vpc"]["VpcId"]
        endpoint = new_endpoint(vpc, allow("kms:DescribeKey", Principal="*"))
        lab.user("Kim")
        root = allow("kms:*", Principal={"AWS": f"arn:aws:iam::{ACCOUNT}:root"})
        policy = document(root, allow("kms:*", Principal=KIM))
        key = kms.create_key(Policy=policy)["KeyMetadata"]["KeyId"]
        inside, outside = lab.user("Kim", via_endpoint=endpoint), lab.user("Kim", source_ip="203.0.113.7")
        told = lab.explain(inside, "kms:Encrypt", key)
        assert not told.allowed
        assert [str(step.stage) for step in told.path] == ["deny", "VPC endpoint policy"]
        assert "does not apply: its Action is kms:DescribeKey" in repr(told)
        assert lab.explain(inside, "kms:DescribeKey", key).allowed
        assert lab.explain(outside, "kms:Encrypt", key).allowed
        inside.client("kms").describe_key(KeyId=key)
        recorded = lab.journal[-1].cloudtrail()
        assert (recorded["sourceIPAddress"], recorded["vpcEndpointId"]) == ("10.9.0.4", endpoint)
        outside.client("kms").describe_key(KeyId=key)
        recorded = lab.journal[-1].cloudtrail()
        assert recorded["sourceIPAddress"] == "203.0.113.7"
        assert "vpcEndpointId" not in recorded
        assert lab.user("Kim") is lab.user("Kim")

    def test_a_role_from_a_network_is_the_same_role(self, lab: kmsnb.Lab) -> None:
        session = lab.role("Reader", source_ip="2001:db8::1")
        assert session.get_credentials().token == lab.role("Reader").get_credentials().token

    def test_an_address_or_an_endpoint_that_is_none(self, lab: kmsnb.Lab) -> None:
        with pytest.raises(ValueError, match="'office' is not an IP address"):
            lab.user("Kim", source_ip="office")
        with pytest.raises(ValueError, match="There is no VPC endpoint 'vpce-1' in us-east-1"):
            lab.user("Kim", via_endpoint="vpce-1")

    def test_an_endpoint_of_another_service_does_not_lead_to_kms(self, lab: kmsnb.Lab) -> None:
        vpc = boto3.client("ec2").create_vpc(CidrBlock="10.9.0.0/16")["Vpc"]["VpcId"]
        for_s3 = new_endpoint(vpc, deny("*", Principal="*"), service="com.amazonaws.us-east-1.s3")
        key = boto3.client("kms").create_key(
            Policy=document(
                allow("kms:*", Principal={"AWS": f"arn:aws:iam::{ACCOUNT}:root"}),
                allow("kms:DescribeKey", Principal="*", Condition={"Null": {"aws:SourceVpce": "true"}}),
            )
        )["KeyMetadata"]["KeyId"]
        session = lab.role("Reader", via_endpoint=for_s3)
        assert lab.explain(session, "kms:DescribeKey", key).allowed
        session.client("kms").describe_key(KeyId=key)
        recorded = lab.journal[-1].cloudtrail()
        assert (recorded["sourceIPAddress"], "vpcEndpointId" in recorded) == ("127.0.0.1", False)

    def test_an_endpoint_leads_to_its_own_region_alone(self, lab: kmsnb.Lab) -> None:
        vpc = boto3.client("ec2").create_vpc(CidrBlock="10.9.0.0/16")["Vpc"]["VpcId"]
        session = lab.user("Kim", via_endpoint=new_endpoint(vpc))
        with refused("ValidationException"):
            session.client("kms", region_name="eu-west-1").list_keys()
        boto3.client("ec2").delete_vpc_endpoints(
            VpcEndpointIds=[
                each["VpcEndpointId"] for each in boto3.client("ec2").describe_vpc_endpoints()["VpcEndpoints"]
            ]
        )
        key = boto3.client("kms").create_key()["KeyMetadata"]["KeyId"]
        with pytest.raises(ValueError, match="There is no VPC endpoint"):
            lab.explain(session, "kms:Encrypt", key)
