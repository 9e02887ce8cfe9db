"""Policies of users, buckets and accounts, as tests write them."""

import json
from typing import Any

import boto3
from botocore.config import Config
from moto.iam.models import iam_backends

import kmsnb

OURS, THEIRS = "123456789012", "999999999999"
#: Presigned URLs of S3 for objects under KMS need Signature Version 4.
V4 = Config(signature_version="s3v4")
#: The bucket of the fixture ``s3``, the objects in it, and one of them.
BUCKET, OBJECTS, OBJECT = "arn:aws:s3:::bkt", "arn:aws:s3:::bkt/*", "arn:aws:s3:::bkt/a"
AT = {"Bucket": "bkt", "Key": "a"}
Statement = dict[str, Any]


def allow(*actions: str, on: Any = "*", **more: Any) -> Statement:
    return {"Effect": "Allow", "Action": list(actions), "Resource": on, **more}


def deny(*actions: str, on: Any = "*", **more: Any) -> Statement:
    return allow(*actions, on=on, **more) | {"Effect": "Deny"}


def to(*principals: str, **more: Any) -> Statement:
    """The Principal element of a resource's policy: ARNs or accounts; everyone if none is named."""
    return {"Principal": {"AWS": list(principals)} if principals else "*", **more}


def when(operator: str, key: str, *values: str) -> Statement:
    """A Condition element."""
    return {"Condition": {operator: {key: list(values)}}}


def document(*statements: Statement) -> str:
    return json.dumps({"Version": "2012-10-17", "Statement": statements})


def who_may(
    lab: kmsnb.Lab, name: str, *statements: Statement, account: str = OURS, **where: Any
) -> boto3.Session:
    """A session of a user with one IAM policy of these statements, and no other."""
    session = lab.user(name, account=account, **where)
    iam = iam_backends[account]["aws"]
    for old in list(iam.users[name].policies):
        iam.delete_user_policy(name, old)
    if statements:
        iam.put_user_policy(name, "may", document(*statements))
    return session


def user_arn(name: str, account: str = OURS) -> str:
    return f"arn:aws:iam::{account}:user/{name}"


def boundary(name: str, *statements: Statement) -> None:
    """Give a user a permissions boundary."""
    iam = boto3.client("iam")
    made = iam.create_policy(PolicyName=f"limits-{name}", PolicyDocument=document(*statements))
    iam.put_user_permissions_boundary(UserName=name, PermissionsBoundary=made["Policy"]["Arn"])


def session_of(lab: kmsnb.Lab, role: str, *policies: Statement, session: str = "mai") -> boto3.Session:
    """A session of a role, with a session policy of these statements if there are any."""
    lab.role(role)
    more = {"Policy": document(*policies)} if policies else {}
    made = boto3.client("sts").assume_role(
        RoleArn=f"arn:aws:iam::{OURS}:role/{role}", RoleSessionName=session, **more
    )["Credentials"]
    return boto3.Session(
        made["AccessKeyId"], made["SecretAccessKey"], made["SessionToken"], region_name=lab.region
    )


def organize(kind: str, *statements: Statement) -> str:
    """An organization with another account as its member, to which a policy of this kind is attached; the account's id."""
    api = boto3.client("organizations")
    api.create_organization(FeatureSet="ALL")
    root = api.list_roots()["Roots"][0]["Id"]
    made = api.create_account(AccountName="Member", Email="member@example.com")
    member: str = made["CreateAccountStatus"]["AccountId"]
    if statements:
        api.enable_policy_type(RootId=root, PolicyType=kind)
        policy = api.create_policy(Name="p", Description="", Type=kind, Content=document(*statements))
        api.attach_policy(PolicyId=policy["Policy"]["PolicySummary"]["Id"], TargetId=member)
    return member


def endpoint_for(service: str, *statements: Statement) -> str:
    """A VPC endpoint for a service, with this policy."""
    ec2 = boto3.client("ec2")
    vpc = ec2.create_vpc(CidrBlock="10.9.0.0/16")["Vpc"]["VpcId"]
    made = ec2.create_vpc_endpoint(
        VpcId=vpc,
        ServiceName=f"com.amazonaws.us-east-1.{service}",
        VpcEndpointType="Interface",
        PolicyDocument=document(*statements),
    )
    found: str = made["VpcEndpoint"]["VpcEndpointId"]
    return found


def guard(s3: Any, *statements: Statement) -> None:
    """Give the bucket this policy."""
    s3.put_bucket_policy(Bucket="bkt", Policy=document(*statements))


def enable_acls(s3: Any) -> None:
    """Let the bucket have ACLs, as new buckets don't."""
    rules = {"Rules": [{"ObjectOwnership": "ObjectWriter"}]}
    s3.put_bucket_ownership_controls(Bucket="bkt", OwnershipControls=rules)
