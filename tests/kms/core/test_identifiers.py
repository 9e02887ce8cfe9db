"""With repeatable ids, they are the same for every reader; secrets are never. Otherwise ids are random."""

import boto3
from moto import mock_aws

import kmsnb.kms
from kmsnb.kms.core import identifiers

from ..conftest import client_in, make


def one_run(between=lambda kms: None, *, repeatable_ids=True):
    """What a reader sees: ids of keys, materials and grants, and then secrets."""
    kmsnb.kms.install(repeatable_ids=repeatable_ids)
    with mock_aws():
        kms = client_in("us-east-1")
        keys = [make(kms), make(kms, MultiRegion=True)]
        between(kms)
        keys += [make(kms, "HMAC_256", "GENERATE_VERIFY_MAC"), make(kms, MultiRegion=True)]
        material = kms.describe_key(KeyId=keys[0])["KeyMetadata"]["CurrentKeyMaterialId"]
        grant = kms.create_grant(
            KeyId=keys[0], GranteePrincipal="arn:aws:iam::123456789012:role/p", Operations=["Encrypt"]
        )
        mac = kms.generate_mac(KeyId=keys[2], Message=b"m", MacAlgorithm="HMAC_SHA_256")["Mac"]
        data_key = kms.generate_data_key(KeyId=keys[0], KeySpec="AES_256")
    kmsnb.kms.uninstall()
    public = [*keys, material, grant["GrantId"]]
    secret = [mac, grant["GrantToken"], data_key["Plaintext"], data_key["CiphertextBlob"]]
    return public, secret


def test_ids_repeat_and_secrets_do_not():
    (public, secret), (public_again, secret_again) = one_run(), one_run()
    assert public == public_again
    assert not set(map(str, secret)) & set(map(str, secret_again))


def test_without_the_switch_no_id_repeats():
    """A test that caches by key id must not get the previous test's key."""
    public, _ = one_run(repeatable_ids=False)
    again, _ = one_run(repeatable_ids=False)
    assert not set(public) & set(again)
    assert not set(public) & set(one_run()[0])


def test_aws_managed_and_replica_keys_are_random_as_well():
    def run():
        with kmsnb.kms.installed(), mock_aws():
            kms = client_in("us-east-1")
            managed = kms.describe_key(KeyId="alias/aws/s3")["KeyMetadata"]["KeyId"]
            key = make(kms, MultiRegion=True)
            kms.replicate_key(KeyId=key, ReplicaRegion="eu-west-1")
            (replica,) = client_in("eu-west-1").list_keys()["Keys"]
            assert key.endswith(replica["KeyId"])
            return managed, replica["KeyId"]

    assert not set(run()) & set(run())


def test_ids_do_not_depend_on_what_else_was_called():
    def busy(kms):
        kms.describe_key(KeyId="alias/aws/s3")
        client_in("eu-west-1").create_key()
        kms.generate_random(NumberOfBytes=5)
        boto3.client("s3", region_name="us-east-1").create_bucket(Bucket="a-bucket")

    assert one_run()[0] == one_run(busy)[0]


def test_ids_differ_by_region_account_and_kind():
    ids = {
        identifiers.key_id(account, region, kind, n)
        for account in ("1", "2")
        for region in ("a", "b")
        for kind in ("key", "aws/s3")
        for n in (1, 2)
    }
    assert len(ids) == 16
