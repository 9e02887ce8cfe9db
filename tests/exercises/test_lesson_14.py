"""Lesson 14: other right answers than the reference solution, mistakes made in other ways, and the scene."""

import json
from typing import Any

import boto3
import pytest
from botocore.exceptions import ClientError

import kmsnb
from kmsnb.exercises import exercise
from kmsnb.exercises.lesson_14 import BENS_KEY, OUR_KEY, broken, mend, messages, smallest, tickets
from kmsnb.exercises.lesson_14.judging import key_arn
from kmsnb.exercises.lesson_14.scene import (
    MANAGEMENT,
    OURS,
    OUTSIDE,
    THEIRS,
    administrator,
    carried,
    organize,
)

THROUGH_S3 = {"StringEquals": {"kms:ViaService": "s3.us-east-1.amazonaws.com"}}
READS, DECRYPTS = broken["iam"]


def judged(part: str, statements: Any) -> str:
    """What is said of one mended part, the others being open."""
    return exercise("14.b").judge(dict.fromkeys(broken, ...) | {part: statements}).says


@pytest.mark.parametrize(
    ("part", "statements"),
    [
        ("key", broken["key"] | {"Condition": THROUGH_S3, "Sid": "mended"}),
        ("key", [broken["key"] | {"Condition": {"StringLike": THROUGH_S3["StringEquals"]}}]),
        ("key", json.dumps(broken["key"] | {"Condition": THROUGH_S3})),
        (
            "key",
            broken["key"]
            | {
                "Principal": "*",
                "Condition": {
                    "StringEquals": THROUGH_S3["StringEquals"]
                    | {"aws:PrincipalArn": "arn:aws:iam::111122223333:user/Ben"}
                },
            },
        ),
        ("bucket", {"Statement": [broken["bucket"] | {"Resource": "arn:aws:s3:::reports/*"}]}),
        ("bucket", broken["bucket"] | {"Resource": ["arn:aws:s3:::reports", "arn:aws:s3:::reports/*"]}),
        ("iam", {"Version": "2012-10-17", "Statement": [READS, DECRYPTS | {"Resource": OUR_KEY}]}),
        ("iam", [READS, DECRYPTS | {"Resource": OUR_KEY, "Condition": THROUGH_S3}]),
    ],
)
def test_other_ways_to_mend_are_right(part: str, statements: Any) -> None:
    assert judged(part, statements).startswith(mend.STILL_OPEN.says)


@pytest.mark.parametrize(
    ("part", "statements", "mistake"),
    [
        (
            "key",
            broken["key"] | {"Condition": {"StringLike": {"kms:ViaService": "s*.amazonaws.com"}}},
            "secretsmanager",
        ),
        (
            "key",
            broken["key"] | {"Condition": THROUGH_S3, "Action": "kms:*"},
            "Ben, kms:CreateGrant through s3",
        ),
        (
            "key",
            broken["key"] | {"Condition": THROUGH_S3, "Principal": {"AWS": "arn:aws:iam::111122223333:root"}},
            "an administrator of Ben's account",
        ),
        ("key", broken["key"] | {"Condition": THROUGH_S3, "Principal": "*"}, "a user of another account"),
        ("bucket", broken["bucket"] | {"Resource": "*", "Action": "s3:*"}, "Ben, s3:ListBucket on reports"),
        ("bucket", broken["bucket"] | {"Resource": "arn:aws:s3:::reports/may.csv"}, mend.TOO_LITTLE.says),
        ("iam", [READS, DECRYPTS | {"Resource": "*"}], "kms:Decrypt on another key"),
        ("iam", [READS | {"Resource": "*"}, DECRYPTS | {"Resource": OUR_KEY}], "payroll"),
        ("iam", DECRYPTS | {"Resource": OUR_KEY}, mend.TOO_LITTLE.says),
        ("iam", [{1}], mend.NOT_A_STATEMENT.says),
    ],
)
def test_mistakes_in_mending_are_named(part: str, statements: Any, mistake: str) -> None:
    assert mistake in judged(part, statements)


def document(*statements: Any) -> dict[str, Any]:
    return {"Version": "2012-10-17", "Statement": list(statements)}


def allow(action: Any, resource: Any) -> dict[str, Any]:
    return {"Effect": "Allow", "Action": action, "Resource": resource}


SMALLEST = [
    allow("kms:ListAliases", "*"),
    allow(["kms:GenerateDataKey", "kms:Decrypt", "kms:ReEncryptFrom"], OUR_KEY),
    allow(["kms:DescribeKey", "kms:ReEncryptTo"], BENS_KEY),
]


def test_other_smallest_policies_are_right() -> None:
    one_by_one = [allow(action, each["Resource"]) for each in SMALLEST[1:] for action in each["Action"]]
    for policy in (
        SMALLEST,
        document(*SMALLEST),
        json.dumps(document(*SMALLEST)),
        [SMALLEST[0], *one_by_one],
    ):
        assert exercise("14.c").judge(policy).state == "right"


@pytest.mark.parametrize(
    ("policy", "says"),
    [
        ([allow("kms:*", "*")], smallest.TOO_MUCH.says),
        ([*SMALLEST, allow("kms:CreateKey", "*")], "`kms:CreateKey`, for example"),
        ([*SMALLEST, allow("kms:DescribeKey", key_arn(THEIRS, 2))], "on another key of Ben's account"),
        ([*SMALLEST[:2], allow(["kms:DescribeKey", "kms:ReEncryptTo"], [OUR_KEY, BENS_KEY])], "on our key"),
        (SMALLEST[:2], "It's `kms:DescribeKey` on Ben's key."),
        (SMALLEST[1:], "It's `kms:ListAliases`."),
    ],
)
def test_what_is_missing_or_too_much_is_named(policy: Any, says: str) -> None:
    assert says in exercise("14.c").judge(policy).says


def test_words_are_read_as_meant() -> None:
    places = {
        "A": "Call",
        "B": " caller ",
        "C": "key",
        "D": "organization",
        "E": "ORGANIZATION",
        "F": "caller",
    }
    assert exercise("14.a").judge(places).state == "right"
    assert exercise("14.a").judge(places | {"F": 7}).says == tickets.OTHER_WORD.says


def said(call: Any, **parameters: Any) -> str:
    with pytest.raises(ClientError) as caught:
        call(**parameters)
    error = caught.value.response["Error"]
    return f"{error['Code']}: {error['Message']}"


def test_the_tickets_show_what_kms_says(lab: kmsnb.Lab, kms: Any) -> None:
    key = kms.create_key()["KeyMetadata"]["Arn"]
    kms.create_alias(AliasName="alias/orders", TargetKeyId=key)
    ben, mia = lab.user("Ben", account=THEIRS), organize(lab)[0]
    paul = administrator(lab, "Paul", OUTSIDE)

    def expect(ticket: str, session: boto3.Session, operation: str, **parameters: Any) -> None:
        got = said(getattr(session.client("kms"), operation), **({"KeyId": key} | parameters))
        assert got.replace(key.rpartition("/")[2], "1234abcd-12ab-34cd-56ef-1234567890ab") == messages[ticket]

    blob = kms.encrypt(KeyId=key, Plaintext=b"x")["CiphertextBlob"]
    decrypt: dict[str, Any] = {"operation": "decrypt", "CiphertextBlob": blob}
    expect("A", ben, "encrypt", KeyId="alias/orders", Plaintext=b"x")
    expect("C", ben, "generate_data_key", KeySpec="AES_256")
    everyone = allow("kms:*", "*") | {"Principal": "*"}
    kms.put_key_policy(KeyId=key, Policy=json.dumps(document(everyone)))
    expect("B", ben, **decrypt)

    ec2 = boto3.client("ec2")
    made = ec2.create_vpc_endpoint(
        VpcId=ec2.create_vpc(CidrBlock="10.9.0.0/16")["Vpc"]["VpcId"],
        ServiceName="com.amazonaws.us-east-1.kms",
        VpcEndpointType="Interface",
        PolicyDocument=json.dumps(document(everyone | {"Action": "kms:Encrypt"})),
    )
    endpoint = made["VpcEndpoint"]["VpcEndpointId"]
    expect("F", lab.user("Ben", account=THEIRS, via_endpoint=endpoint), **decrypt)

    organizations = mia.client("organizations")
    root = organizations.list_roots()["Roots"][0]["Id"]
    for kind, statement in (
        ("SERVICE", {"Effect": "Deny", "Action": "kms:Encrypt", "Resource": "*"}),
        ("RESOURCE", {"Effect": "Deny", "Action": "kms:Decrypt", "Resource": "*", "Principal": "*"}),
    ):
        policy = organizations.create_policy(
            Name=kind, Description="", Type=f"{kind}_CONTROL_POLICY", Content=json.dumps(document(statement))
        )["Policy"]["PolicySummary"]["Id"]
        organizations.attach_policy(PolicyId=policy, TargetId=root)
    expect("D", ben, "encrypt", Plaintext=b"x")
    expect("E", paul, **decrypt)


def test_an_organization_is_the_same_for_every_reader() -> None:
    seen = []
    for _ in range(2):
        with kmsnb.start() as lab:
            mia, organization_id, _ = organize(lab)
            organizations = mia.client("organizations")
            assert organizations.describe_organization()["Organization"]["Id"] == organization_id
            accounts = [each["Id"] for each in organizations.list_accounts()["Accounts"]]
            seen.append((organization_id, accounts))
    assert seen[0] == seen[1]
    assert set(seen[0][1]) == {MANAGEMENT, OURS, THEIRS}


def test_the_table_tells_what_each_request_carries(lab: kmsnb.Lab) -> None:
    ben = lab.user("Ben", account=THEIRS, source_ip="203.0.113.7")
    callers = {
        "Ben": ben,
        "DynamoDB for Ben": lab.service("dynamodb.amazonaws.com", on_behalf_of=ben),
        "SNS": lab.service("sns.amazonaws.com"),
    }
    rows = {row[0].splitlines()[0]: row[1:] for row in carried(lab, callers).rows}
    assert rows["aws:SourceIp"] == ("✓", "✓", "–")
    assert rows["aws:SourceVpce"] == ("–", "–", "–")
    assert rows["aws:ViaAWSService"] == ("false", "true", "false")
    assert rows["aws:CalledVia"] == ("–", "✓", "–")
    assert rows["aws:PrincipalIsAWSService"] == ("false", "false", "true")
    assert rows["aws:PrincipalOrgID"] == ("–", "–", "–")
    assert rows["kms:CallerAccount"] == ("✓", "✓", "–")
