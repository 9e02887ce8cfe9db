"""Keys, replica keys and aliases in CloudFormation stacks.

What each property does is from the AWS CloudFormation Template Reference Guide, "AWS::KMS::Key", "AWS::KMS::ReplicaKey"
and "AWS::KMS::Alias".
"""

import json
import warnings

import boto3
import pytest
from moto import mock_aws

import kmsnb
import kmsnb.kms

from ..conftest import ACCOUNT, client_in, describe, make, refused

ROOT = f"arn:aws:iam::{ACCOUNT}:root"
POLICY = {
    "Version": "2012-10-17",
    "Statement": [{"Effect": "Allow", "Principal": {"AWS": ROOT}, "Action": "kms:*", "Resource": "*"}],
}
OTHER_POLICY = {**POLICY, "Id": "other"}


class Stack:
    """A stack, by what its template says of resources and outputs."""

    def __init__(self, client, name="s"):
        self.client = client
        self.name = name

    def create(self, outputs=None, more=None, **resources):
        self.client.create_stack(StackName=self.name, TemplateBody=body(resources, outputs), **(more or {}))
        return self

    def update(self, outputs=None, more=None, **resources):
        self.client.update_stack(StackName=self.name, TemplateBody=body(resources, outputs), **(more or {}))
        return self

    def delete(self):
        self.client.delete_stack(StackName=self.name)

    @property
    def status(self):
        return self.client.describe_stacks(StackName=self.name)["Stacks"][0]["StackStatus"]

    @property
    def outputs(self):
        stack = self.client.describe_stacks(StackName=self.name)["Stacks"][0]
        return {each["OutputKey"]: each["OutputValue"] for each in stack["Outputs"]}

    def id_of(self, name):
        found = self.client.describe_stack_resource(StackName=self.name, LogicalResourceId=name)
        return found["StackResourceDetail"]["PhysicalResourceId"]

    def events(self, status):
        events = self.client.describe_stack_events(StackName=self.name)["StackEvents"]
        return [
            (each["LogicalResourceId"], each.get("ResourceStatusReason"))
            for each in events
            if each["ResourceStatus"] == status
        ]


def body(resources, outputs=None):
    return json.dumps(
        {
            "Resources": resources,
            "Outputs": {name: {"Value": value} for name, value in (outputs or {}).items()},
        }
    )


def a_key(attributes=None, **properties):
    return {"Type": "AWS::KMS::Key", "Properties": properties, **(attributes or {})}


def an_alias(name, target, **attributes):
    return {
        "Type": "AWS::KMS::Alias",
        "Properties": {"AliasName": name, "TargetKeyId": target},
        **attributes,
    }


def a_replica(primary, attributes=None, **properties):
    properties = {"PrimaryKeyArn": primary, "KeyPolicy": POLICY, **properties}
    return {"Type": "AWS::KMS::ReplicaKey", "Properties": properties, **(attributes or {})}


def reason(message, code="InvalidRequest"):
    return f'Resource handler returned message: "{message}" (HandlerErrorCode: {code})'


def usable_keys(kms):
    keys = [describe(kms, key["KeyId"]) for key in kms.list_keys()["Keys"]]
    return [key["KeyId"] for key in keys if not key["KeyState"].startswith("Pending")]


@pytest.fixture
def stack(aws):
    return Stack(aws("us-east-1", "cloudformation"))


@pytest.fixture
def there(aws):
    """A stack in another Region."""
    return Stack(aws("eu-west-1", "cloudformation"))


# Creating a key


@pytest.mark.parametrize(
    ("properties", "expected"),
    [
        ({}, {"KeySpec": "SYMMETRIC_DEFAULT", "KeyUsage": "ENCRYPT_DECRYPT", "MultiRegion": False}),
        ({"Description": "d"}, {"Description": "d"}),
        ({"Enabled": False}, {"KeyState": "Disabled"}),
        ({"Enabled": "false"}, {"KeyState": "Disabled"}),
        ({"Enabled": True}, {"KeyState": "Enabled"}),
        ({"KeySpec": "ECC_NIST_P256", "KeyUsage": "SIGN_VERIFY"}, {"SigningAlgorithms": ["ECDSA_SHA_256"]}),
        ({"KeySpec": "HMAC_256", "KeyUsage": "GENERATE_VERIFY_MAC"}, {"MacAlgorithms": ["HMAC_SHA_256"]}),
        ({"KeySpec": "RSA_2048"}, {"KeyUsage": "ENCRYPT_DECRYPT", "KeySpec": "RSA_2048"}),
        ({"MultiRegion": True}, {"MultiRegion": True}),
        ({"MultiRegion": "true"}, {"MultiRegion": True}),
        ({"Origin": "EXTERNAL"}, {"Origin": "EXTERNAL", "KeyState": "PendingImport"}),
    ],
)
def test_a_key_has_the_properties_of_its_template(kms, stack, properties, expected):
    stack.create(Key=a_key(**properties))
    assert stack.status == "CREATE_COMPLETE"
    metadata = describe(kms, stack.id_of("Key"))
    assert {name: metadata[name] for name in expected} == expected


def test_a_key_without_a_policy_has_the_default_one(kms, stack):
    stack.create(Key={"Type": "AWS::KMS::Key"})
    policy = json.loads(kms.get_key_policy(KeyId=stack.id_of("Key"))["Policy"])
    assert policy == json.loads(kms.get_key_policy(KeyId=make(kms))["Policy"])


@pytest.mark.parametrize("given", [OTHER_POLICY, json.dumps(OTHER_POLICY)])
def test_a_key_policy_is_an_object_or_text(kms, stack, given):
    stack.create(Key=a_key(KeyPolicy=given))
    assert json.loads(kms.get_key_policy(KeyId=stack.id_of("Key"))["Policy"]) == OTHER_POLICY


def test_a_template_in_yaml_leaves_the_version_of_a_policy_unquoted(kms, stack):
    template = f"""
    Resources:
      Key:
        Type: AWS::KMS::Key
        Properties:
          KeyPolicy:
            Version: 2012-10-17
            Statement: [{{Effect: Allow, Principal: {{AWS: "{ROOT}"}}, Action: "kms:*", Resource: "*"}}]
    Outputs:
      Arn: {{Value: !GetAtt Key.Arn}}
    """
    stack.client.create_stack(StackName="s", TemplateBody=template)
    assert json.loads(kms.get_key_policy(KeyId=stack.id_of("Key"))["Policy"]) == POLICY
    assert stack.outputs == {"Arn": describe(kms, stack.id_of("Key"))["Arn"]}


@pytest.mark.parametrize(
    ("properties", "period"),
    [
        ({"EnableKeyRotation": True}, 365),
        ({"EnableKeyRotation": True, "RotationPeriodInDays": 180}, 180),
        ({"EnableKeyRotation": True, "RotationPeriodInDays": "90"}, 90),
        ({"EnableKeyRotation": False, "RotationPeriodInDays": 180}, None),
        ({"RotationPeriodInDays": 180}, None),
    ],
)
def test_rotation(kms, stack, properties, period):
    stack.create(Key=a_key(**properties))
    status = kms.get_key_rotation_status(KeyId=stack.id_of("Key"))
    assert status["KeyRotationEnabled"] is (period is not None)
    assert status.get("RotationPeriodInDays") == period


def test_tags_of_the_key_and_of_its_stack(kms, stack):
    more = {"Tags": [{"Key": "team", "Value": "red"}, {"Key": "level", "Value": "1"}]}
    stack.create(Key=a_key(Tags=[{"Key": "level", "Value": "2"}]), more=more)
    assert tags_of(kms, stack) == {"team": "red", "level": "2"}
    # new tags of the stack, with the same template
    stack.update(
        Key=a_key(Tags=[{"Key": "level", "Value": "2"}]), more={"Tags": [{"Key": "team", "Value": "blue"}]}
    )
    assert tags_of(kms, stack) == {"team": "blue", "level": "2"}


def tags_of(kms, stack):
    tags = kms.list_resource_tags(KeyId=stack.id_of("Key"))["Tags"]
    return {tag["TagKey"]: tag["TagValue"] for tag in tags}


def test_ref_and_getatt(kms, stack):
    outputs = {
        "Ref": {"Ref": "Key"},
        "KeyId": {"Fn::GetAtt": ["Key", "KeyId"]},
        "Arn": {"Fn::GetAtt": ["Key", "Arn"]},
        "Sub": {"Fn::Sub": "${Key.Arn}/${Alias}"},
        "Alias": {"Ref": "Alias"},
    }
    stack.create(outputs, Alias=an_alias("alias/a", {"Ref": "Key"}), Key=a_key())
    metadata = describe(kms, "alias/a")
    key_id, arn = metadata["KeyId"], metadata["Arn"]
    assert stack.outputs == {
        "Ref": key_id,
        "KeyId": key_id,
        "Arn": arn,
        "Sub": f"{arn}/alias/a",
        "Alias": "alias/a",
    }


@pytest.mark.parametrize("name", ["Key", "Alias"])
def test_getatt_of_what_is_not_there(kms, stack, name):
    resources = {"Key": a_key(), "Alias": an_alias("alias/a", {"Ref": "Key"})}
    with refused(
        "ValidationError", f"Template error: resource {name} does not support attribute type Id in Fn::GetAtt"
    ):
        stack.create({"Id": {"Fn::GetAtt": [name, "Id"]}}, **resources)
    assert kms.list_keys()["Keys"] == []


# Refusals


NEW_KEY = "Properties validation failed for resource Key with message:\n"


@pytest.mark.parametrize(
    ("properties", "message"),
    [
        ({"KeyPolicy": {"foo": "bar"}}, None),
        ({"KeySpec": "ECC_NIST_P256"}, "KeyUsage ENCRYPT_DECRYPT is not compatible with KeySpec ECC_NIST_P256"),
        ({"KeySpec": "NONE"}, None),
        ({"Origin": "AWS_CLOUDHSM"}, None),
        ({"Tags": [{"Key": "aws:x", "Value": "y"}]}, None),
        (
            {"KeySpec": "HMAC_256", "KeyUsage": "GENERATE_VERIFY_MAC", "EnableKeyRotation": True},
            "You cannot set the EnableKeyRotation property to true on asymmetric or external keys.",
        ),
        (
            {"Origin": "EXTERNAL", "EnableKeyRotation": True},
            "You cannot set the EnableKeyRotation property to true on asymmetric or external keys.",
        ),
        ({"Name": "x"}, NEW_KEY + "#: extraneous key [Name] is not permitted"),
        ({"PendingWindowInDays": 6}, NEW_KEY + "#/PendingWindowInDays: 6 is not greater or equal to 7"),
        ({"PendingWindowInDays": 31}, NEW_KEY + "#/PendingWindowInDays: 31 is not less or equal to 30"),
        ({"RotationPeriodInDays": 89}, NEW_KEY + "#/RotationPeriodInDays: 89 is not greater or equal to 90"),
        ({"RotationPeriodInDays": 2561}, NEW_KEY + "#/RotationPeriodInDays: 2561 is not less or equal to 2560"),
        ({"PendingWindowInDays": "a week"}, NEW_KEY + "#/PendingWindowInDays: expected type: Integer, found: String"),
        ({"Enabled": "yes"}, NEW_KEY + "#/Enabled: expected type: Boolean, found: String"),
        ({"Description": ["d"]}, NEW_KEY + "#/Description: expected type: String, found: JSONArray"),
        ({"KeyPolicy": 1}, NEW_KEY + "#/KeyPolicy: expected type: JSONObject, found: Integer"),
        ({"Tags": {"a": "b"}}, NEW_KEY + "#/Tags: expected type: JSONArray, found: JSONObject"),
        ({"Tags": [{"Key": "a"}]}, NEW_KEY + "#/Tags: required key [Value] not found"),
    ],
)  # fmt: skip
def test_a_key_that_is_refused_rolls_the_stack_back(kms, stack, properties, message):
    stack.create({"Out": {"Ref": "Key"}}, First=a_key(), Key=a_key(**properties))
    assert stack.status == "ROLLBACK_COMPLETE"
    ((name, why),) = stack.events("CREATE_FAILED")
    assert name == "Key"
    if message is None:
        assert why.startswith('Resource handler returned message: "')
        assert why.endswith('" (HandlerErrorCode: InvalidRequest)')
    else:
        assert why == (message if message.startswith(NEW_KEY) else reason(message))
    assert stack.events("ROLLBACK_IN_PROGRESS") == [
        ("s", "The following resource(s) failed to create: [Key]. Rollback requested by user.")
    ]
    assert usable_keys(kms) == []
    # describing it creates nothing, and it can be deleted
    assert stack.client.describe_stack_resources(StackName="s")["StackResources"] == []
    created = len(kms.list_keys()["Keys"])
    stack.delete()
    assert len(kms.list_keys()["Keys"]) == created
    with refused("ValidationError", "Stack with id s does not exist"):
        stack.status  # noqa: B018


def test_a_stack_that_rolled_back_cannot_be_updated_only_deleted_and_created(kms, stack):
    stack.create(Key=a_key(KeySpec="NONE"))
    with refused("ValidationError"):
        stack.update(Key=a_key())
    stack.delete()
    stack.create(Key=a_key())
    assert stack.status == "CREATE_COMPLETE"


def test_a_rollback_takes_other_services_resources_and_exports_with_it(aws, stack):
    s3 = aws("us-east-1", "s3")
    template = {
        "Resources": {"Bucket": {"Type": "AWS::S3::Bucket"}, "Key": a_key(KeySpec="NONE")},
        "Outputs": {"B": {"Value": {"Ref": "Bucket"}, "Export": {"Name": "bucket"}}},
    }
    stack.client.create_stack(StackName="s", TemplateBody=json.dumps(template))
    assert stack.status == "ROLLBACK_COMPLETE"
    assert s3.list_buckets()["Buckets"] == []
    assert stack.client.list_exports()["Exports"] == []


def test_what_moto_s_stacks_do_not_know(kms, stack):
    """On AWS the first resource would stay, and each resource have events of its own."""
    stack.create(Key=a_key(KeySpec="NONE"), more={"DisableRollback": True})
    assert stack.status == "ROLLBACK_COMPLETE"
    stack.delete()
    stack.create(Key=a_key())
    assert stack.events("CREATE_COMPLETE") == [("s", None)]


@pytest.mark.parametrize(
    ("properties", "missing"),
    [({"AliasName": "alias/a"}, "TargetKeyId"), ({"TargetKeyId": "1"}, "AliasName")],
)
def test_an_alias_needs_both_properties(stack, properties, missing):
    stack.create(A={"Type": "AWS::KMS::Alias", "Properties": properties})
    assert stack.events("CREATE_FAILED") == [
        (
            "A",
            f"Properties validation failed for resource A with message:\n#: required key [{missing}] not found",
        )
    ]


@pytest.mark.parametrize(
    ("name", "code"),
    [("nope", "InvalidRequest"), ("alias/taken", "AlreadyExists"), ("alias/aws/x", "InvalidRequest")],
)
def test_an_alias_that_is_refused(kms, key, stack, name, code):
    kms.create_alias(AliasName="alias/taken", TargetKeyId=key)
    stack.create(Key=a_key(), A=an_alias(name, {"Ref": "Key"}))
    ((_, why),) = stack.events("CREATE_FAILED")
    assert why.endswith(f"(HandlerErrorCode: {code})")
    assert stack.status == "ROLLBACK_COMPLETE"
    assert describe(kms, "alias/taken")["Arn"] == key  # somebody else's
    assert usable_keys(kms) == [key.split("/")[1]]


def test_an_alias_of_a_missing_key(key, stack):
    stack.create(A=an_alias("alias/a", key[:-12] + 12 * "0"))
    ((_, why),) = stack.events("CREATE_FAILED")
    assert why.endswith('does not exist" (HandlerErrorCode: NotFound)')


# Updating a key


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [
        ({"Description": "one"}, {"Description": "two"}, {"Description": "two"}),
        ({"Description": "one"}, {}, {"Description": ""}),
        ({}, {"Enabled": False}, {"KeyState": "Disabled"}),
        ({"Enabled": False}, {}, {"KeyState": "Enabled"}),
        ({}, {"PendingWindowInDays": 7}, {"KeyState": "Enabled"}),
        ({}, {"BypassPolicyLockoutSafetyCheck": True}, {"KeyState": "Enabled"}),
        ({}, {"KeySpec": "SYMMETRIC_DEFAULT", "Origin": "AWS_KMS", "MultiRegion": False}, {"KeyState": "Enabled"}),
    ],
)  # fmt: skip
def test_a_key_is_changed_in_place(kms, stack, before, after, expected):
    stack.create(Key=a_key(**before))
    key_id = stack.id_of("Key")
    stack.update(Key=a_key(**after))
    assert stack.status == "UPDATE_COMPLETE"
    assert stack.id_of("Key") == key_id
    metadata = describe(kms, key_id)
    assert {name: metadata[name] for name in expected} == expected
    assert len(kms.list_keys()["Keys"]) == 1


def test_a_policy_is_changed_and_taken_away(kms, stack):
    def policy():
        return json.loads(kms.get_key_policy(KeyId=stack.id_of("Key"))["Policy"])

    stack.create(Key=a_key(KeyPolicy=POLICY))
    stack.update(Key=a_key(KeyPolicy=OTHER_POLICY))
    assert policy() == OTHER_POLICY
    stack.update(Key=a_key())
    assert policy() == json.loads(kms.get_key_policy(KeyId=make(kms))["Policy"])


@pytest.mark.parametrize(
    ("before", "after", "period"),
    [
        ({}, {"EnableKeyRotation": True}, 365),
        ({"EnableKeyRotation": True}, {"EnableKeyRotation": True, "RotationPeriodInDays": 100}, 100),
        ({"EnableKeyRotation": True}, {"EnableKeyRotation": True, "Description": "x"}, 365),
        ({"EnableKeyRotation": True}, {}, None),
        ({"Enabled": False}, {"EnableKeyRotation": True}, 365),
    ],
)
def test_rotation_is_changed(kms, stack, before, after, period):
    stack.create(Key=a_key(**before))
    stack.update(Key=a_key(**after))
    assert stack.status == "UPDATE_COMPLETE"
    assert kms.get_key_rotation_status(KeyId=stack.id_of("Key")).get("RotationPeriodInDays") == period


def test_a_key_is_disabled_after_its_rotation_is_turned_on(kms, stack):
    stack.create(Key=a_key())
    stack.update(Key=a_key(EnableKeyRotation=True, Enabled=False))
    assert stack.status == "UPDATE_COMPLETE"
    assert describe(kms, stack.id_of("Key"))["KeyState"] == "Disabled"
    assert kms.get_key_rotation_status(KeyId=stack.id_of("Key"))["KeyRotationEnabled"] is True


def test_tags_are_changed(kms, stack):
    stack.create(Key=a_key(Tags=[{"Key": "gone", "Value": "1"}, {"Key": "kept", "Value": "1"}]))
    kms.tag_resource(KeyId=stack.id_of("Key"), Tags=[{"TagKey": "by hand", "TagValue": "1"}])
    stack.update(Key=a_key(Tags=[{"Key": "kept", "Value": "2"}, {"Key": "new", "Value": "1"}]))
    assert tags_of(kms, stack) == {"kept": "2", "new": "1", "by hand": "1"}


FIXED = (
    "You cannot change the values of the KeySpec, KeyUsage, Origin, or MultiRegion properties of an "
    "AWS::KMS::Key resource."
)


@pytest.mark.parametrize(
    ("before", "after", "message"),
    [
        ({}, {"KeySpec": "RSA_2048"}, FIXED),
        ({"KeySpec": "RSA_2048"}, {"KeySpec": "RSA_2048", "KeyUsage": "SIGN_VERIFY"}, FIXED),
        ({}, {"Origin": "EXTERNAL"}, FIXED),
        ({}, {"MultiRegion": True}, FIXED),
        (
            {"Enabled": False},
            {"Enabled": False, "EnableKeyRotation": True},
            "You cannot change the EnableKeyRotation property while the Enabled property is false.",
        ),
        (
            {"KeySpec": "RSA_2048"},
            {"KeySpec": "RSA_2048", "EnableKeyRotation": True},
            "You cannot set the EnableKeyRotation property to true on asymmetric or external keys.",
        ),
    ],
)
def test_a_change_that_is_refused_rolls_the_update_back(kms, stack, before, after, message):
    stack.create({"Out": {"Ref": "Key"}}, Key=a_key(**before))
    metadata = describe(kms, stack.id_of("Key"))
    replaced = {"UpdateReplacePolicy": "Delete"}
    stack.update(Key=a_key(replaced, **after), New=a_key(), A=an_alias("alias/a", {"Ref": "New"}))
    assert stack.status == "UPDATE_ROLLBACK_COMPLETE"
    assert stack.events("UPDATE_FAILED") == [("Key", reason(message))]
    assert stack.events("UPDATE_ROLLBACK_IN_PROGRESS") == [
        ("s", "The following resource(s) failed to update: [Key].")
    ]
    assert describe(kms, metadata["KeyId"]) == metadata
    assert usable_keys(kms) == [metadata["KeyId"]]
    with refused("NotFoundException"):
        describe(kms, "alias/a")
    assert stack.outputs == {"Out": metadata["KeyId"]}
    assert json.loads(json.dumps(stack.client.get_template(StackName="s")["TemplateBody"]["Resources"])) == {
        "Key": a_key(**before)
    }
    # and it goes on from there
    stack.update(Key=a_key(**before, Description="later"))
    assert stack.status == "UPDATE_COMPLETE"
    assert describe(kms, metadata["KeyId"])["Description"] == "later"


def test_what_an_update_did_before_a_refusal_is_taken_back(kms, stack):
    before = {
        "Description": "one",
        "EnableKeyRotation": True,
        "RotationPeriodInDays": 100,
        "KeyPolicy": POLICY,
        "Tags": [{"Key": "a", "Value": "1"}, {"Key": "b", "Value": "1"}],
    }
    stack.create(Key=a_key(**before), A=an_alias("alias/a", {"Ref": "Key"}), Other=a_key())
    first = stack.id_of("Key")
    after = {
        "Description": "two",
        "Enabled": False,
        "KeyPolicy": OTHER_POLICY,
        "Tags": [{"Key": "b", "Value": "2"}, {"Key": "c", "Value": "1"}],
    }
    stack.update(
        Key=a_key(**after),
        A=an_alias("alias/a", {"Ref": "Other"}),
        Other=a_key(Description="x"),
        Z=a_key(KeySpec="NONE"),
    )
    assert stack.status == "UPDATE_ROLLBACK_COMPLETE"
    assert [name for name, _ in stack.events("CREATE_FAILED")] == ["Z"]
    # Z was added first, so that nothing else had changed; now a change that fails last
    stack.update(
        Key=a_key(**after),
        A=an_alias("alias/a", {"Ref": "Other"}),
        Other=a_key(MultiRegion=True),
    )
    assert stack.status == "UPDATE_ROLLBACK_COMPLETE"
    assert [name for name, _ in stack.events("UPDATE_FAILED")] == ["Other"]
    metadata = describe(kms, first)
    assert (metadata["Description"], metadata["KeyState"]) == ("one", "Enabled")
    assert kms.get_key_rotation_status(KeyId=first)["RotationPeriodInDays"] == 100
    assert json.loads(kms.get_key_policy(KeyId=first)["Policy"]) == POLICY
    assert tags_of(kms, stack) == {"a": "1", "b": "1"}
    assert describe(kms, "alias/a")["KeyId"] == first


def test_a_key_whose_deletion_is_scheduled_is_not_found(kms, stack):
    stack.create(Key=a_key())
    key_id = stack.id_of("Key")
    kms.schedule_key_deletion(KeyId=key_id)
    stack.update(Key=a_key(Description="x"))
    message = f"Resource of type 'AWS::KMS::Key' with identifier '{key_id}' was not found."
    assert stack.events("UPDATE_FAILED") == [("Key", reason(message, "NotFound"))]


def test_a_parameter_reaches_its_keys_through_any_function(kms, stack):
    template = {
        "Parameters": {"What": {"Type": "String", "Default": "one"}},
        "Resources": {"Key": a_key(Description={"Fn::Sub": "for ${What}"})},
    }
    stack.client.create_stack(StackName="s", TemplateBody=json.dumps(template))
    more = {"Parameters": [{"ParameterKey": "What", "ParameterValue": "two"}]}
    stack.client.update_stack(StackName="s", TemplateBody=json.dumps(template), **more)
    assert describe(kms, stack.id_of("Key"))["Description"] == "for two"


def test_a_key_is_added_removed_and_added_again(kms, stack):
    stack.create(Key=a_key())
    stack.update(Key=a_key(), Second=a_key(PendingWindowInDays=9))
    second = stack.id_of("Second")
    stack.update(Key=a_key())
    assert stack.status == "UPDATE_COMPLETE"
    metadata = describe(kms, second)
    assert (metadata["DeletionDate"] - metadata["CreationDate"]).days in (8, 9)
    assert metadata["KeyState"] == "PendingDeletion"
    stack.update(Key=a_key(), Second=a_key())
    assert stack.id_of("Second") != second
    assert describe(kms, stack.id_of("Second"))["KeyState"] == "Enabled"


# Aliases


def test_an_alias_moves_to_another_key(kms, stack):
    stack.create(One=a_key(), A=an_alias("alias/a", {"Ref": "One"}))
    stack.update(One=a_key(), Two=a_key(), A=an_alias("alias/a", {"Fn::GetAtt": ["Two", "Arn"]}))
    assert describe(kms, "alias/a")["KeyId"] == stack.id_of("Two")
    assert stack.id_of("A") == "alias/a"


def test_an_alias_with_another_name_is_replaced(kms, stack):
    stack.create(Key=a_key(), A=an_alias("alias/a", {"Ref": "Key"}))
    stack.update(Key=a_key(), A=an_alias("alias/b", {"Ref": "Key"}))
    assert stack.id_of("A") == "alias/b"
    assert describe(kms, "alias/b")["KeyId"] == stack.id_of("Key")
    with refused("NotFoundException"):
        describe(kms, "alias/a")


def test_an_alias_keeps_its_old_name_too_if_the_template_says_so(kms, stack):
    stack.create(Key=a_key(), A=an_alias("alias/a", {"Ref": "Key"}))
    stack.update(Key=a_key(), A=an_alias("alias/b", {"Ref": "Key"}))
    stack.update(Key=a_key(), A=an_alias("alias/b", {"Ref": "Key"}, UpdateReplacePolicy="Retain"))
    stack.update(Key=a_key(), A=an_alias("alias/c", {"Ref": "Key"}))
    assert describe(kms, "alias/b") == describe(kms, "alias/c")


def test_a_name_is_free_for_another_alias_only_after_an_update(kms, stack):
    """CloudFormation deletes what an update removes when everything else has been done."""
    stack.create(Key=a_key(), A=an_alias("alias/a", {"Ref": "Key"}))
    stack.update(Key=a_key(), B=an_alias("alias/a", {"Ref": "Key"}))
    assert stack.status == "UPDATE_ROLLBACK_COMPLETE"
    assert describe(kms, "alias/a")["KeyId"] == stack.id_of("Key")


def test_an_alias_does_not_move_to_a_key_of_another_kind(kms, stack):
    stack.create(Key=a_key(), A=an_alias("alias/a", {"Ref": "Key"}))
    stack.update(Key=a_key(), Rsa=a_key(KeySpec="RSA_2048"), A=an_alias("alias/a", {"Ref": "Rsa"}))
    assert stack.status == "UPDATE_ROLLBACK_COMPLETE"
    assert describe(kms, "alias/a")["KeyId"] == stack.id_of("Key")
    assert usable_keys(kms) == [stack.id_of("Key")]


def test_a_logical_name_can_become_another_type(kms, stack):
    stack.create(X=a_key(), Key=a_key())
    old = stack.id_of("X")
    stack.update(X=an_alias("alias/x", {"Ref": "Key"}), Key=a_key())
    assert stack.id_of("X") == "alias/x"
    assert describe(kms, old)["KeyState"] == "PendingDeletion"


def test_a_replica_can_become_a_key_of_its_own(aws, kms, there):
    primary = make(kms, MultiRegion=True)
    there.create(X=a_replica(primary))
    there.update(X=a_key())
    assert there.status == "UPDATE_COMPLETE"
    assert there.id_of("X") != primary.split("/")[1]
    assert describe(aws("eu-west-1"), primary.split("/")[1])["KeyState"] == "PendingDeletion"


def test_another_service_s_resource_can_become_a_key(kms, stack):
    stack.create(X={"Type": "AWS::S3::Bucket"})
    stack.update(X=a_key())
    assert usable_keys(kms) == [stack.id_of("X")]


def test_an_update_that_is_refused_takes_other_services_new_resources_with_it(aws, kms, stack):
    stack.create(Key=a_key())
    stack.update(Bucket={"Type": "AWS::S3::Bucket"}, Key=a_key(Name="x"))
    assert stack.status == "UPDATE_ROLLBACK_COMPLETE"
    assert stack.events("UPDATE_FAILED") == [("Key", NEW_KEY + "#: extraneous key [Name] is not permitted")]
    assert aws("us-east-1", "s3").list_buckets()["Buckets"] == []
    assert [each["LogicalResourceId"] for each in resources_of(stack)] == ["Key"]


def resources_of(stack):
    return stack.client.describe_stack_resources(StackName="s")["StackResources"]


def test_getatt_between_resources_of_what_is_not_there(stack):
    with refused(
        "ValidationError", "Template error: resource Key does not support attribute type Id in Fn::GetAtt"
    ):
        stack.create(Key=a_key(), A=an_alias("alias/a", {"Fn::GetAtt": ["Key", "Id"]}))


# Deleting


@pytest.mark.parametrize(("properties", "days"), [({}, 30), ({"PendingWindowInDays": 7}, 7)])
def test_deleting_a_stack_schedules_the_deletion_of_its_keys(kms, stack, clock, properties, days):
    stack.create(Key=a_key(**properties), A=an_alias("alias/a", {"Ref": "Key"}))
    key_id = stack.id_of("Key")
    stack.update(Key=a_key(**properties, Description="updated"), A=an_alias("alias/a", {"Ref": "Key"}))
    stack.delete()
    with refused("NotFoundException"):
        describe(kms, "alias/a")
    metadata = describe(kms, key_id)
    assert metadata["KeyState"] == "PendingDeletion"
    clock.advance(days=days)
    with refused("NotFoundException"):
        describe(kms, key_id)


def test_a_new_waiting_period_holds_without_a_call(kms, stack):
    stack.create(Key=a_key())
    stack.update(Key=a_key(PendingWindowInDays=7))
    key_id = stack.id_of("Key")
    stack.delete()
    metadata = describe(kms, key_id)
    assert (metadata["DeletionDate"] - metadata["CreationDate"]).days == 7


@pytest.mark.parametrize("kept", ["Retain", "RetainExceptOnCreate"])
def test_a_deletion_policy_keeps_the_key(kms, stack, kept):
    policy = {"DeletionPolicy": kept}
    stack.create(
        Key=a_key(policy), Removed=a_key(policy), A=an_alias("alias/a", {"Ref": "Key"}, DeletionPolicy=kept)
    )
    ids = {stack.id_of("Key"), stack.id_of("Removed")}
    stack.update(Key=a_key(policy), A=an_alias("alias/a", {"Ref": "Key"}, DeletionPolicy=kept))
    stack.delete()
    assert set(usable_keys(kms)) == ids
    assert describe(kms, "alias/a")["KeyState"] == "Enabled"


@pytest.mark.parametrize(("policy", "left"), [("Retain", 1), ("RetainExceptOnCreate", 0), ("Delete", 0)])
def test_a_deletion_policy_when_the_creation_is_rolled_back(kms, stack, policy, left):
    stack.create(Key=a_key({"DeletionPolicy": policy}), Z=a_key(KeySpec="NONE"))
    assert stack.status == "ROLLBACK_COMPLETE"
    assert len(usable_keys(kms)) == left


@pytest.mark.parametrize("how", ["scheduled", "gone"])
def test_keys_and_aliases_that_are_gone_do_not_stop_the_deletion(kms, stack, clock, how):
    stack.create(Key=a_key(), A=an_alias("alias/a", {"Ref": "Key"}))
    kms.schedule_key_deletion(KeyId=stack.id_of("Key"), PendingWindowInDays=7)
    if how == "gone":
        clock.advance(days=8)
    stack.delete()
    with refused("ValidationError"):
        stack.status  # noqa: B018
    assert stack.client.list_stacks(StackStatusFilter=["DELETE_COMPLETE"])["StackSummaries"]


def test_describing_a_deleted_stack_creates_nothing(kms, stack):
    """moto creates what an output refers to when the output is read."""
    stack.create({"Out": {"Ref": "Key"}}, Key=a_key())
    stack_id = stack.client.describe_stacks(StackName="s")["Stacks"][0]["StackId"]
    stack.delete()
    assert stack.client.describe_stacks(StackName=stack_id)["Stacks"][0]["StackStatus"] == "DELETE_COMPLETE"
    stack.client.describe_stack_resources(StackName=stack_id)
    assert len(kms.list_keys()["Keys"]) == 1


# Replica keys


def test_a_replica_in_the_region_of_its_stack(aws, kms, there):
    primary = make(kms, MultiRegion=True)
    outputs = {
        "Ref": {"Ref": "R"},
        "Arn": {"Fn::GetAtt": ["R", "Arn"]},
        "KeyId": {"Fn::GetAtt": ["R", "KeyId"]},
    }
    tag = [{"Key": "a", "Value": "b"}]
    there.create(outputs, R=a_replica(primary, Description="r", KeyPolicy=OTHER_POLICY, Tags=tag))
    assert there.status == "CREATE_COMPLETE"
    arn = primary.replace("us-east-1", "eu-west-1")
    assert there.outputs == {"Ref": primary.split("/")[1], "KeyId": primary.split("/")[1], "Arn": arn}
    here = aws("eu-west-1")
    metadata = describe(here, arn)
    assert metadata["MultiRegionConfiguration"]["MultiRegionKeyType"] == "REPLICA"
    assert (metadata["Description"], metadata["KeyState"]) == ("r", "Enabled")
    assert json.loads(here.get_key_policy(KeyId=arn)["Policy"]) == OTHER_POLICY
    assert here.list_resource_tags(KeyId=arn)["Tags"] == [{"TagKey": "a", "TagValue": "b"}]
    sealed = kms.encrypt(KeyId=primary, Plaintext=b"p")["CiphertextBlob"]
    assert here.decrypt(CiphertextBlob=sealed, KeyId=arn)["Plaintext"] == b"p"


def test_a_replica_is_changed_and_deleted(aws, kms, there):
    primary, here = make(kms, MultiRegion=True), aws("eu-west-1")
    there.create(R=a_replica(primary, Enabled=False, PendingWindowInDays=7))
    assert describe(here, there.id_of("R"))["KeyState"] == "Disabled"
    there.update(
        R=a_replica(primary, Description="new", KeyPolicy=OTHER_POLICY, Tags=[{"Key": "a", "Value": "b"}])
    )
    assert there.status == "UPDATE_COMPLETE"
    metadata = describe(here, there.id_of("R"))
    assert (metadata["KeyState"], metadata["Description"]) == ("Enabled", "new")
    assert json.loads(here.get_key_policy(KeyId=metadata["KeyId"])["Policy"]) == OTHER_POLICY
    assert here.list_resource_tags(KeyId=metadata["KeyId"])["Tags"] == [{"TagKey": "a", "TagValue": "b"}]
    there.delete()
    assert describe(here, metadata["KeyId"])["KeyState"] == "PendingDeletion"
    assert describe(kms, primary)["KeyState"] == "Enabled"


def test_a_replica_of_another_primary_is_another_key(aws, kms, there):
    """The alias follows, although nothing in its own template has changed."""
    one, two, here = make(kms, MultiRegion=True), make(kms, MultiRegion=True), aws("eu-west-1")
    there.create(R=a_replica(one), A=an_alias("alias/r", {"Ref": "R"}))
    there.update(R=a_replica(two), A=an_alias("alias/r", {"Ref": "R"}))
    assert there.id_of("R") == two.split("/")[1]
    assert describe(here, "alias/r")["KeyId"] == two.split("/")[1]
    assert describe(here, one.split("/")[1])["KeyState"] == "PendingDeletion"


@pytest.mark.parametrize("kept", ["Retain", "Delete"])
def test_a_replaced_replica_is_kept_if_the_template_says_so(aws, kms, there, kept):
    one, two, here = make(kms, MultiRegion=True), make(kms, MultiRegion=True), aws("eu-west-1")
    attributes = {"UpdateReplacePolicy": kept}
    there.create(R=a_replica(one, attributes))
    there.update(R=a_replica(two, attributes))
    state = describe(here, one.split("/")[1])["KeyState"]
    assert state == ("Enabled" if kept == "Retain" else "PendingDeletion")


@pytest.mark.parametrize(
    ("primary", "code"),
    [
        (lambda kms: make(kms), "InvalidRequest"),  # single-Region
        (lambda kms: make(kms, MultiRegion=True).replace("us-east-1", "us-west-2"), "NotFound"),
        (lambda kms: make(kms, MultiRegion=True).replace("us-east-1", "us-nowhere-1"), "InvalidRequest"),
        (lambda kms: "alias/x", "InvalidRequest"),
    ],
)
def test_a_replica_that_is_refused(aws, kms, there, primary, code):
    there.create({"O": {"Ref": "R"}}, R=a_replica(primary(kms)))
    assert there.status == "ROLLBACK_COMPLETE"
    ((_, why),) = there.events("CREATE_FAILED")
    assert why.endswith(f"(HandlerErrorCode: {code})")
    assert aws("eu-west-1").list_keys()["Keys"] == []


def test_one_replica_in_a_region_is_enough(aws, kms, there):
    primary = make(kms, MultiRegion=True)
    there.create(R=a_replica(primary), Q=a_replica(primary))
    ((_, why),) = there.events("CREATE_FAILED")
    assert why.endswith("(HandlerErrorCode: AlreadyExists)")
    assert there.status == "ROLLBACK_COMPLETE"
    assert usable_keys(aws("eu-west-1")) == []


def test_a_primary_and_its_replica_in_two_stacks(aws, kms, stack, there):
    stack.create({"Arn": {"Fn::GetAtt": ["Key", "Arn"]}}, Key=a_key(MultiRegion=True, PendingWindowInDays=7))
    primary = stack.outputs["Arn"]
    there.create(R=a_replica(primary))
    stack.delete()
    assert describe(kms, primary)["KeyState"] == "PendingReplicaDeletion"
    there.delete()
    assert describe(aws("eu-west-1"), primary.split("/")[1])["KeyState"] == "PendingDeletion"


# Change sets


def execute(stack, kind, resources):
    stack.client.create_change_set(
        StackName="s", ChangeSetName=kind.lower(), ChangeSetType=kind, TemplateBody=body(resources)
    )
    stack.client.execute_change_set(StackName="s", ChangeSetName=kind.lower())
    return stack.client.describe_change_set(StackName="s", ChangeSetName=kind.lower())["ExecutionStatus"]


def test_change_sets_create_and_update(kms, stack):
    assert execute(stack, "CREATE", {"Key": a_key(Description="one")}) == "EXECUTE_COMPLETE"
    key_id = stack.id_of("Key")
    assert execute(stack, "UPDATE", {"Key": a_key(Description="two")}) == "EXECUTE_COMPLETE"
    assert describe(kms, key_id)["Description"] == "two"
    stack.delete()
    assert describe(kms, key_id)["KeyState"] == "PendingDeletion"


def test_change_sets_that_are_refused(kms, stack):
    resources = {"A": a_key(), "Key": a_key(KeySpec="NONE")}
    assert execute(stack, "CREATE", resources) == "EXECUTE_FAILED"
    assert stack.status == "ROLLBACK_COMPLETE"
    assert usable_keys(kms) == []
    stack.delete()
    stack.client.delete_change_set(ChangeSetName="create")
    execute(stack, "CREATE", {"Key": a_key()})
    key_id = stack.id_of("Key")
    assert execute(stack, "UPDATE", {"Key": a_key(MultiRegion=True), "New": a_key()}) == "EXECUTE_FAILED"
    assert stack.status == "UPDATE_ROLLBACK_COMPLETE"
    assert usable_keys(kms) == [key_id]


# Stacks in stacks, and stack sets


def test_a_nested_stack_that_fails_fails_the_outer_one(aws, kms, stack):
    s3 = aws("us-east-1", "s3")
    s3.create_bucket(Bucket="templates")
    s3.put_object(Bucket="templates", Key="inner", Body=body({"Inner": a_key(KeySpec="NONE")}))
    url = "https://s3.amazonaws.com/templates/inner"
    nested = {"Type": "AWS::CloudFormation::Stack", "Properties": {"TemplateURL": url}}
    stack.create(Key=a_key(), Nested=nested)
    assert stack.status == "ROLLBACK_COMPLETE"
    assert usable_keys(kms) == []


def test_a_key_of_a_stack_set(kms, stack):
    stack.client.create_stack_set(StackSetName="set", TemplateBody=body({"Key": a_key(Description="x")}))
    stack.client.create_stack_instances(StackSetName="set", Accounts=[ACCOUNT], Regions=["us-east-1"])
    (key_id,) = usable_keys(kms)
    stack.client.delete_stack_instances(
        StackSetName="set", Accounts=[ACCOUNT], Regions=["us-east-1"], RetainStacks=False
    )
    assert describe(kms, key_id)["KeyState"] == "PendingDeletion"


def test_a_key_of_a_stack_set_that_an_organization_manages(aws, kms, stack):
    """moto keeps these stacks to itself, so that a refusal is all there is to see."""
    organizations = aws("us-east-1", "organizations")
    organizations.create_organization(FeatureSet="ALL")
    root = organizations.list_roots()["Roots"][0]["Id"]

    def create(name, **properties):
        managed = {"PermissionModel": "SERVICE_MANAGED", "TemplateBody": body({"Key": a_key(**properties)})}
        stack.client.create_stack_set(StackSetName=name, **managed)
        where = {"DeploymentTargets": {"OrganizationalUnitIds": [root]}, "Regions": ["us-east-1"]}
        stack.client.create_stack_instances(StackSetName=name, **where)

    create("works", Description="managed")
    (key_id,) = usable_keys(kms)
    assert describe(kms, key_id)["Description"] == "managed"
    with refused("ValidationError", NEW_KEY + "#: extraneous key [Name] is not permitted"):
        create("refused", Name="x")
    stack.client.delete_stack_instances(
        StackSetName="works", Accounts=[ACCOUNT], Regions=["us-east-1"], RetainStacks=False
    )
    assert describe(kms, key_id)["KeyState"] == "PendingDeletion"


# Who calls KMS


@pytest.fixture
def uma(lab):
    """A user who may do what she likes with CloudFormation, and nothing with KMS."""
    return lab.user("Uma")


def allow(name, *actions, role=False):
    statement = {"Effect": "Allow", "Action": actions, "Resource": "*"}
    document = json.dumps({"Version": "2012-10-17", "Statement": [statement]})
    if role:
        boto3.client("iam").put_role_policy(RoleName=name, PolicyName="p", PolicyDocument=document)
    else:
        boto3.client("iam").put_user_policy(UserName=name, PolicyName="p", PolicyDocument=document)


def test_the_creator_of_a_stack_needs_the_permissions_for_its_keys(lab, uma):
    stack = Stack(uma.client("cloudformation"))
    stack.create(Key=a_key())
    ((_, why),) = stack.events("CREATE_FAILED")
    assert why.startswith(
        f'Resource handler returned message: "User: arn:aws:iam::{ACCOUNT}:user/Uma is not authorized to perform: kms:CreateKey'
    )
    assert why.endswith("(HandlerErrorCode: AccessDenied)")
    assert stack.status == "ROLLBACK_COMPLETE"
    stack.delete()
    # a right is missing for the second call: the first is taken back
    allow("Uma", "kms:CreateKey", "kms:ScheduleKeyDeletion")
    stack.create(Key=a_key(EnableKeyRotation=True))
    assert "kms:EnableKeyRotation" in stack.events("CREATE_FAILED")[0][1]
    assert usable_keys(boto3.client("kms")) == []
    stack.delete()
    stack.create(Key=a_key())
    assert stack.status == "CREATE_COMPLETE"


def test_the_journal_has_the_caller_and_the_service(lab, uma):
    allow("Uma", "kms:*")
    stack = Stack(uma.client("cloudformation")).create(Key=a_key(), A=an_alias("alias/a", {"Ref": "Key"}))
    stack.delete()
    records = [(each.name, each.who, each.invoked_by) for each in lab.journal]
    by = ("user/Uma via cloudformation.amazonaws.com", "cloudformation.amazonaws.com")
    assert records == [
        (operation, *by) for operation in ("CreateKey", "CreateAlias", "DeleteAlias", "ScheduleKeyDeletion")
    ]


def test_a_stack_that_cannot_be_deleted_stays(lab, uma):
    allow("Uma", "kms:CreateKey", "kms:CreateAlias", "kms:DeleteAlias")
    stack = Stack(uma.client("cloudformation")).create(Key=a_key(), A=an_alias("alias/a", {"Ref": "Key"}))
    key_id = stack.id_of("Key")
    stack.delete()
    assert stack.status == "DELETE_FAILED"
    ((name, why), (_, which)) = stack.events("DELETE_FAILED")[::-1]
    assert (name, which) == ("Key", "The following resource(s) failed to delete: [Key].")
    assert "kms:ScheduleKeyDeletion" in why
    Stack(boto3.client("cloudformation")).delete()  # the student may
    assert describe(boto3.client("kms"), key_id)["KeyState"] == "PendingDeletion"


def test_an_alias_that_cannot_be_deleted_stays(lab, uma):
    allow("Uma", "kms:CreateKey", "kms:CreateAlias", "kms:ScheduleKeyDeletion")
    stack = Stack(uma.client("cloudformation")).create(Key=a_key(), A=an_alias("alias/a", {"Ref": "Key"}))
    stack.update(Key=a_key())  # what an update can't delete doesn't fail it
    assert stack.status == "UPDATE_COMPLETE"
    ((name, why),) = stack.events("DELETE_FAILED")
    assert name == "A"
    assert "kms:DeleteAlias" in why
    assert describe(boto3.client("kms"), "alias/a")["KeyId"] == stack.id_of("Key")


def test_a_rollback_of_an_update_that_is_refused(lab, uma):
    allow("Uma", "kms:CreateKey", "kms:DescribeKey", "kms:EnableKeyRotation")
    stack = Stack(uma.client("cloudformation")).create(Key=a_key())
    stack.update(Key=a_key(EnableKeyRotation=True, Description="x"))
    assert stack.status == "UPDATE_ROLLBACK_FAILED"
    (first, second) = [why for _, why in stack.events("UPDATE_FAILED")[::-1]]
    assert "kms:UpdateKeyDescription" in first
    assert "kms:DisableKeyRotation" in second


def test_a_rollback_that_is_refused(lab, uma):
    allow("Uma", "kms:CreateKey")
    stack = Stack(uma.client("cloudformation")).create(Key=a_key(EnableKeyRotation=True))
    assert stack.status == "ROLLBACK_FAILED"
    assert "kms:ScheduleKeyDeletion" in stack.events("DELETE_FAILED")[0][1]


def test_a_service_role_calls_for_the_stack(lab, uma):
    lab.role("Builder")
    allow("Builder", "kms:*", role=True)
    more = {"RoleARN": f"arn:aws:iam::{ACCOUNT}:role/Builder"}
    stack = Stack(uma.client("cloudformation")).create(Key=a_key(), more=more)
    assert stack.status == "CREATE_COMPLETE"
    key_id = stack.id_of("Key")
    stack.update(Key=a_key(Description="new"))  # CloudFormation goes on using the role
    assert stack.status == "UPDATE_COMPLETE"
    stack.delete()
    assert describe(boto3.client("kms"), key_id)["KeyState"] == "PendingDeletion"
    callers = {each.caller.arn for each in lab.journal.filter(key=key_id) if each.invoked_by}
    assert callers == {f"arn:aws:sts::{ACCOUNT}:assumed-role/Builder/AWSCloudFormation"}


# Coming and going


def test_moto_s_own_keys_are_back_afterwards(stack):
    stack.create(Key=a_key())
    kmsnb.kms.uninstall()
    with mock_aws(), warnings.catch_warnings():
        warnings.simplefilter("ignore")  # moto has no ReplicaKey, and says so
        Stack(client_in("us-east-1", "cloudformation"), "theirs").create(
            Key=a_key(KeyPolicy=json.dumps(POLICY)), R=a_replica("x")
        )
        (key,) = client_in("us-east-1").list_keys()["Keys"]
        assert "CurrentKeyMaterialId" not in describe(client_in("us-east-1"), key["KeyId"])
    with kmsnb.kms.installed(), mock_aws():
        ours = Stack(client_in("us-east-1", "cloudformation"), "ours").create(Key=a_key(KeySpec="RSA_2048"))
        assert describe(client_in("us-east-1"), ours.id_of("Key"))["KeySpec"] == "RSA_2048"
