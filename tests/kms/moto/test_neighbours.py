"""moto's other services, with our KMS in the place of moto's."""

import pytest

from ..conftest import describe, make, refused


@pytest.fixture
def client(aws):
    return lambda service: aws("us-east-1", service)


def test_ebs_uses_its_aws_managed_key(client, kms):
    volume = client("ec2").create_volume(AvailabilityZone="us-east-1a", Size=1, Encrypted=True)
    metadata = describe(kms, "alias/aws/ebs")
    assert volume["KmsKeyId"] == metadata["Arn"]
    assert metadata["KeyManager"] == "AWS"
    own = make(kms)
    assert client("ec2").modify_ebs_default_kms_key_id(KmsKeyId=own)["KmsKeyId"] == own


def test_dynamodb_uses_its_aws_managed_key(client, kms):
    table = client("dynamodb").create_table(
        TableName="t",
        KeySchema=[{"AttributeName": "k", "KeyType": "HASH"}],
        AttributeDefinitions=[{"AttributeName": "k", "AttributeType": "S"}],
        BillingMode="PAY_PER_REQUEST",
        SSESpecification={"Enabled": True, "SSEType": "KMS"},
    )
    assert (
        table["TableDescription"]["SSEDescription"]["KMSMasterKeyArn"]
        == describe(kms, "alias/aws/dynamodb")["Arn"]
    )


def test_rds_copies_a_snapshot_under_a_key_that_exists(client, kms, key):
    rds = client("rds")
    rds.create_db_instance(
        DBInstanceIdentifier="d",
        Engine="postgres",
        DBInstanceClass="db.m1.small",
        AllocatedStorage=10,
        MasterUsername="u",
        MasterUserPassword="password",
    )
    rds.create_db_snapshot(DBInstanceIdentifier="d", DBSnapshotIdentifier="s")
    copy = {"SourceDBSnapshotIdentifier": "s", "TargetDBSnapshotIdentifier": "t"}
    for missing in (key[:-12] + 12 * "0", "alias/none"):
        with refused("KMSKeyNotAccessibleFault"):
            rds.copy_db_snapshot(**copy, KmsKeyId=missing)
    assert rds.copy_db_snapshot(**copy, KmsKeyId=key)["DBSnapshot"]["KmsKeyId"] == key


def test_s3_and_ssm_go_on_beside_it(client, kms, key):
    client("s3").create_bucket(Bucket="a-bucket")
    client("s3").put_object(
        Bucket="a-bucket", Key="o", Body=b"b", ServerSideEncryption="aws:kms", SSEKMSKeyId=key
    )
    assert client("s3").head_object(Bucket="a-bucket", Key="o")["SSEKMSKeyId"] == key
    client("ssm").put_parameter(Name="p", Value="v", Type="SecureString", KeyId=key)
    assert client("ssm").get_parameter(Name="p", WithDecryption=True)["Parameter"]["Value"] == "v"
    client("secretsmanager").create_secret(Name="s", SecretString="v", KmsKeyId=key)
    assert client("secretsmanager").get_secret_value(SecretId="s")["SecretString"] == "v"


def test_tags_by_the_resource_groups_tagging_api(client, kms):
    key = make(kms, Tags=[{"TagKey": "team", "TagValue": "red"}])
    describe(kms, "alias/aws/s3")
    make(kms)
    tagging = client("resourcegroupstaggingapi")
    found = tagging.get_resources(ResourceTypeFilters=["kms:key"], TagFilters=[{"Key": "team"}])
    assert [each["ResourceARN"] for each in found["ResourceTagMappingList"]] == [key]
    tagging.tag_resources(ResourceARNList=[key], Tags={"level": "1"})
    tagging.untag_resources(ResourceARNList=[key], TagKeys=["team"])
    assert kms.list_resource_tags(KeyId=key)["Tags"] == [{"TagKey": "level", "TagValue": "1"}]


def test_by_method_as_moto_does(kms, key):
    from moto.kms.models import kms_backends

    backend = kms_backends["123456789012"]["us-east-1"]
    sealed, arn = backend.encrypt(key_id=key, plaintext=b"p", encryption_context={"a": "b"})
    assert arn == key
    assert kms.decrypt(CiphertextBlob=sealed, EncryptionContext={"a": "b"})["Plaintext"] == b"p"
    assert backend.decrypt(ciphertext_blob=sealed, encryption_context={"a": "b"}) == (b"p", key)
    plaintext, sealed, _ = backend.generate_data_key(
        key_id=key, encryption_context={}, number_of_bytes=None, key_spec="AES_256"
    )
    assert backend.decrypt(sealed, {}, key)[0] == plaintext
    assert backend.any_id_to_key_id(key) == key.split("/")[1]
    assert backend.get_key_id_from_alias("alias/none") is None
    assert backend.alias_exists("alias/aws/s3")
    assert not backend.alias_exists("alias/none")
    backend.create_alias(key, "alias/a")
    assert [alias.name for alias in backend.list_aliases(key.split("/")[1])] == ["alias/a"]
    with pytest.raises(KeyError):
        backend.describe_key("alias/none")
    from moto.core.exceptions import JsonRESTError

    with pytest.raises(JsonRESTError) as caught:
        backend.encrypt(key_id="alias/none", plaintext=b"p", encryption_context={})
    assert caught.value.error_type == "NotFoundException"
