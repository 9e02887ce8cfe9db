"""What a lab tells of itself: explanations, the journal, the bill."""

import base64
import json
from contextlib import suppress
from datetime import timedelta
from typing import Any

import boto3
import pytest
from botocore.exceptions import ClientError
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import padding

import kmsnb
from kmsnb.kms.records.journal import Journal
from kmsnb.views.journal import JournalView

from .kms.conftest import refused


def test_an_explanation_calls_nothing(lab: kmsnb.Lab, key_id: str) -> None:
    before = len(lab.journal)
    told = lab.explain(lab.user("ABC"), "kms:Decrypt", key_id, encryption_context={"A": "b"})
    assert not told.allowed
    assert "no IAM policy of the caller allows it" in told.sentence
    assert [str(step.stage) for step in told.path] == ["deny", "key policy", "IAM policies", "grants"]
    assert "<table>" in told._repr_html_()
    assert "outcome is denied" in told.picture().alt
    assert lab.explain("arn:aws:iam::123456789012:root", "kms:Decrypt", key_id).allowed
    with pytest.raises(ValueError, match="no user"):
        lab.explain("arn:aws:iam::123456789012:user/Nobody", "kms:Decrypt", key_id)
    assert len(lab.journal) == before


def test_an_alias_is_explained_with_its_key(lab: kmsnb.Lab, key_id: str) -> None:
    kim = lab.user("Kim")
    told = lab.explain(kim, "kms:CreateAlias", key_id, AliasName="alias/new")
    assert told.sentence.startswith(
        "arn:aws:iam::123456789012:user/Kim may not perform kms:CreateAlias on "
        "arn:aws:kms:us-east-1:123456789012:alias/new"
    )
    assert lab.explain(boto3.DEFAULT_SESSION, "kms:CreateAlias", key_id, AliasName="alias/new").allowed


def test_a_service_is_explained_as_it_calls(lab: kmsnb.Lab, kms: Any, key_id: str) -> None:
    arn = kms.describe_key(KeyId="alias/aws/s3")["KeyMetadata"]["Arn"]
    student = boto3.DEFAULT_SESSION
    by_s3 = lab.service("s3.amazonaws.com", on_behalf_of=student)
    assert not lab.explain(student, "kms:Decrypt", arn).allowed
    assert lab.explain(by_s3, "kms:Decrypt", arn).allowed
    logs = lab.service("logs.us-east-1.amazonaws.com")
    assert lab.explain(logs, "kms:Decrypt", key_id).sentence.startswith(
        "logs.us-east-1.amazonaws.com may not"
    )


def test_retiring_is_explained_for_a_grant(lab: kmsnb.Lab, kms: Any, key_id: str) -> None:
    kim = lab.user("Kim")
    grant = kms.create_grant(
        KeyId=key_id,
        GranteePrincipal="arn:aws:iam::123456789012:user/Kim",
        RetiringPrincipal="arn:aws:iam::123456789012:user/Kim",
        Operations=["Decrypt"],
    )["GrantId"]
    assert lab.explain(kim, "kms:RetireGrant", key_id, GrantId=grant).allowed
    assert not lab.explain(kim, "kms:RetireGrant", key_id).allowed
    with pytest.raises(ValueError, match="has no grant"):
        lab.explain(kim, "kms:RetireGrant", key_id, GrantId="0" * 64)


def test_reencrypt_is_two_actions_to_explain(lab: kmsnb.Lab, key_id: str) -> None:
    with pytest.raises(ValueError, match="'kms:ReEncryptFrom' on the key of the ciphertext"):
        lab.explain(lab.user("Kim"), "kms:ReEncrypt", key_id)


def test_a_services_session_is_explained_as_the_service_calls(lab: kmsnb.Lab, kms: Any) -> None:
    abc = "arn:aws:iam::123456789012:user/ABC"
    lab.user("ABC")
    statements = [
        {"Principal": {"AWS": abc}, "Condition": {"Bool": {"kms:GrantIsForAWSResource": "true"}}},
        {"Principal": {"Service": "logs.amazonaws.com"}},
        {"Principal": {"AWS": "arn:aws:iam::123456789012:user/student"}, "Action": "kms:*"},
    ]
    usual = {"Effect": "Allow", "Action": "kms:CreateGrant", "Resource": "*"}
    policy = json.dumps({"Statement": [usual | each for each in statements]})
    key = kms.create_key(Policy=policy)["KeyMetadata"]["KeyId"]
    ec2 = lab.service("ec2.amazonaws.com", on_behalf_of=lab.user("ABC"))
    assert lab.explain(ec2, "kms:CreateGrant", key).allowed
    assert not lab.explain(lab.user("ABC"), "kms:CreateGrant", key).allowed
    assert lab.explain(lab.service("logs.amazonaws.com"), "kms:CreateGrant", key).allowed
    assert not lab.explain(lab.service("ec2.amazonaws.com"), "kms:CreateGrant", key).allowed


def test_reencrypt_is_explained_with_its_other_key(lab: kmsnb.Lab, kms: Any) -> None:
    lab.user("Kim")
    on_same_key = {
        "Effect": "Allow",
        "Principal": {"AWS": "arn:aws:iam::123456789012:user/Kim"},
        "Action": "kms:ReEncrypt*",
        "Resource": "*",
        "Condition": {"Bool": {"kms:ReEncryptOnSameKey": "true"}},
    }
    by_alias = on_same_key | {"Condition": {"StringEquals": {"kms:RequestAlias": "alias/new"}}}
    root = {
        "Effect": "Allow",
        "Principal": {"AWS": "arn:aws:iam::123456789012:root"},
        "Action": "kms:*",
        "Resource": "*",
    }
    one, two = (
        kms.create_key(Policy=json.dumps({"Statement": [root, each]}))["KeyMetadata"]["KeyId"]
        for each in (on_same_key, by_alias)
    )
    kms.create_alias(AliasName="alias/new", TargetKeyId=two)
    kim = lab.user("Kim")
    assert lab.explain(kim, "kms:ReEncryptFrom", one, DestinationKeyId=one).allowed
    for other in ({"DestinationKeyId": two}, {"DestinationKeyId": "alias/none"}, {}):
        assert not lab.explain(kim, "kms:ReEncryptFrom", one, **other).allowed
    assert lab.explain(kim, "kms:ReEncryptTo", one, SourceKeyId=one).allowed
    assert lab.explain(kim, "kms:ReEncryptTo", "alias/new").allowed
    assert not lab.explain(kim, "kms:ReEncryptTo", two).allowed


def test_the_journal_holds_nothing_secret(lab: kmsnb.Lab, kms: Any, key_id: str) -> None:
    secret = b"attack at dawn, and not a minute later"
    blob = kms.encrypt(KeyId=key_id, Plaintext=secret, EncryptionContext={"A": "b"})["CiphertextBlob"]
    data_key = kms.generate_data_key(KeyId=key_id, KeySpec="AES_256")["Plaintext"]
    pair = kms.generate_data_key_pair(KeyId=key_id, KeyPairSpec="ECC_NIST_P256")["PrivateKeyPlaintext"]
    kms.decrypt(CiphertextBlob=blob, EncryptionContext={"A": "b"})
    token = kms.create_grant(
        KeyId=key_id, GranteePrincipal="arn:aws:iam::123456789012:user/student", Operations=["Decrypt"]
    )["GrantToken"]
    with refused("AccessDeniedException"):
        lab.user("ABC").client("kms").encrypt(KeyId=key_id, Plaintext=secret)
    random = kms.generate_random(NumberOfBytes=32)["Plaintext"]
    told = lab.journal.to_json() + repr(lab.journal.records) + lab.journal._repr_html_()
    for each in (secret, data_key, pair, random):
        for form in (base64.b64encode(each).decode(), each.hex(), repr(each)[2:-1]):
            assert form not in told
    assert token not in told
    assert '"A": "b"' in told


def test_the_journal_as_cloudtrail_and_its_filters(lab: kmsnb.Lab, kms: Any, key_id: str) -> None:
    with refused("AccessDeniedException"):
        lab.user("ABC").client("kms").describe_key(KeyId=key_id)
    kms.schedule_key_deletion(KeyId=key_id, PendingWindowInDays=7)
    lab.clock.advance(days=8)
    (denied,) = lab.journal.filter(user="ABC", operation="DescribeKey")
    assert denied.explanation
    assert not denied.explanation.allowed
    event = denied.cloudtrail()
    assert event["errorCode"] == "AccessDenied"
    assert event["readOnly"] is True
    assert event["userIdentity"]["userName"] == "ABC"
    last = json.loads(lab.journal.filter(key=key_id).to_json())["Records"][-1]
    assert (last["eventName"], last["eventType"]) == ("DeleteKey", "AwsServiceEvent")


def test_encryption_tells_its_algorithm_unasked(lab: kmsnb.Lab, kms: Any, key_id: str) -> None:
    encrypted = kms.encrypt(KeyId=key_id, Plaintext=b"p")["CiphertextBlob"]
    kms.decrypt(CiphertextBlob=encrypted)
    kms.re_encrypt(CiphertextBlob=encrypted, DestinationKeyId=key_id)
    symmetric = "SYMMETRIC_DEFAULT"
    assert [record.cloudtrail()["requestParameters"] for record in lab.journal.records[-3:]] == [
        {"encryptionAlgorithm": symmetric, "keyId": key_id},
        {"encryptionAlgorithm": symmetric},
        {
            "destinationEncryptionAlgorithm": symmetric,
            "destinationKeyId": key_id,
            "sourceEncryptionAlgorithm": symmetric,
        },
    ]
    rsa = kms.create_key(KeySpec="RSA_2048", KeyUsage="ENCRYPT_DECRYPT")["KeyMetadata"]["KeyId"]
    kms.encrypt(KeyId=rsa, Plaintext=b"p", EncryptionAlgorithm="RSAES_OAEP_SHA_256")
    asked = lab.journal[-1].cloudtrail()["requestParameters"]
    assert asked == {"encryptionAlgorithm": "RSAES_OAEP_SHA_256", "keyId": rsa}


def test_the_alias_is_a_resource_of_its_operations(lab: kmsnb.Lab, kms: Any, key_id: str) -> None:
    key = kms.describe_key(KeyId=key_id)["KeyMetadata"]["Arn"]
    alias = "arn:aws:kms:us-east-1:123456789012:alias/app"
    kms.create_alias(AliasName="alias/app", TargetKeyId=key_id)
    kms.update_alias(AliasName="alias/app", TargetKeyId=key_id)
    kms.delete_alias(AliasName="alias/app")
    for record in lab.journal.records[-3:]:
        assert [each["ARN"] for each in record.cloudtrail()["resources"]] == [key, alias]
        assert {each["type"] for each in record.cloudtrail()["resources"]} == {"AWS::KMS::Key"}


def test_a_full_journal_drops_the_oldest_and_says_so(lab: kmsnb.Lab, kms: Any) -> None:
    kms.list_keys()
    (record,) = lab.journal
    journal = Journal(most=2)
    for _ in range(5):
        journal.write(record)
    assert (len(journal), journal.dropped) == (2, 3)
    assert "2 records, the newest last; 3 older ones were dropped" in repr(JournalView.of(journal))


@pytest.mark.parametrize("denied", [False, True], ids=["allowed", "denied"])
def test_a_journal_is_bounded_in_bytes_too(lab: kmsnb.Lab, key_id: str, denied: bool) -> None:
    kms = lab.user("Uma" if denied else "student").client("kms")
    with suppress(ClientError):
        kms.encrypt(KeyId=key_id, Plaintext=b"x", EncryptionContext={"a": "x" * 20_000})
    *_, record = lab.journal
    assert bool(record.error_code) is denied
    journal = Journal(most_bytes=100_000)
    for _ in range(20):
        journal.write(record)
    assert 2 <= len(journal) <= 4
    assert len(journal) + journal.dropped == 20


def test_the_newest_record_stays_however_large(lab: kmsnb.Lab, kms: Any) -> None:
    kms.list_keys()
    (record,) = lab.journal
    journal = Journal(most_bytes=1)
    journal.write(record)
    journal.write(record)
    assert (len(journal), journal.dropped) == (1, 1)


def test_the_bill(lab: kmsnb.Lab, kms: Any) -> None:
    key = kms.create_key()["KeyMetadata"]["KeyId"]
    lab.clock.advance(hours=730)
    assert round(lab.bill().total, 2) == 1.00
    for _ in range(3):
        kms.rotate_key_on_demand(KeyId=key)
    lab.clock.advance(hours=730)
    assert round(lab.bill().total, 1) == 4.0  # two months of the key, one of two rotations
    kms.schedule_key_deletion(KeyId=key)
    before = lab.bill().total
    lab.clock.advance(days=10)
    assert lab.bill().total == before
    kms.cancel_key_deletion(KeyId=key)
    assert lab.bill().total > before + 0.9
    assert "Total" in repr(lab.bill())


def test_requests_of_pairs_are_not_in_the_free_tier(lab: kmsnb.Lab, kms: Any) -> None:
    for spec in ("RSA_2048", "ECC_NIST_P256"):
        key = kms.create_key(KeySpec=spec, KeyUsage="SIGN_VERIFY")["KeyMetadata"]["KeyId"]
        kms.get_public_key(KeyId=key)
        kms.describe_key(KeyId=key)
    requests = {line.item: line for line in lab.bill().lines if line.unit == "requests"}
    assert {item: line.quantity for item, line in requests.items()} == {
        "symmetric, HMAC and management, 2026-09": 4,
        "RSA 2048, 2026-09": 1,
        "other asymmetric, 2026-09": 1,
    }
    assert requests["RSA 2048, 2026-09"].amount == pytest.approx(0.03 / 10_000)


def _spki(kms: Any, key_id: str) -> bytes:
    return kms.get_public_key(KeyId=key_id)["PublicKey"]


def test_no_message_mac_or_shared_secret_is_in_the_journal(lab: kmsnb.Lab, kms: Any) -> None:
    def key(spec: str, usage: str) -> str:
        return kms.create_key(KeySpec=spec, KeyUsage=usage)["KeyMetadata"]["KeyId"]

    message = b"to be signed and not to be told to anyone"
    signer, peer = key("ECC_NIST_P256", "SIGN_VERIFY"), key("ECC_NIST_P256", "KEY_AGREEMENT")
    mac_key, own = key("HMAC_256", "GENERATE_VERIFY_MAC"), key("ECC_NIST_P256", "KEY_AGREEMENT")
    kem = key("ML_KEM_768", "ENCAPSULATE_DECAPSULATE")
    signed = kms.sign(KeyId=signer, Message=message, SigningAlgorithm="ECDSA_SHA_256")["Signature"]
    mac = kms.generate_mac(KeyId=mac_key, Message=message, MacAlgorithm="HMAC_SHA_256")["Mac"]
    shared = kms.derive_shared_secret(KeyId=own, PublicKey=_spki(kms, peer), KeyAgreementAlgorithm="ECDH")[
        "SharedSecret"
    ]
    encapsulated = kms.encapsulate(KeyId=kem, EncapsulationAlgorithm="ML_KEM")
    secrets = [message, signed, mac, shared, encapsulated["SharedSecret"]]
    told = lab.journal.to_json() + repr(lab.journal.records) + lab.journal._repr_html_() + repr(lab.journal)
    for each in secrets:
        for form in (base64.b64encode(each).decode(), each.hex(), repr(each)[2:-1]):
            assert form not in told


def test_imported_material_is_not_in_the_journal_and_its_expiry_is(lab: kmsnb.Lab, kms: Any) -> None:
    plain = bytes(range(100, 132))
    key_id = kms.create_key(Origin="EXTERNAL")["KeyMetadata"]["KeyId"]
    given = kms.get_parameters_for_import(
        KeyId=key_id, WrappingAlgorithm="RSAES_OAEP_SHA_256", WrappingKeySpec="RSA_2048"
    )
    oaep = padding.OAEP(padding.MGF1(hashes.SHA256()), hashes.SHA256(), None)
    wrapped = serialization.load_der_public_key(given["PublicKey"]).encrypt(plain, oaep)
    kms.import_key_material(
        KeyId=key_id,
        ImportToken=given["ImportToken"],
        EncryptedKeyMaterial=wrapped,
        ValidTo=lab.clock.now() + timedelta(days=2),
    )
    lab.clock.advance(days=3)
    assert kms.describe_key(KeyId=key_id)["KeyMetadata"]["KeyState"] == "PendingImport"
    names = [record.name for record in lab.journal.filter(key=key_id) if record.by_kms]
    assert names == ["DeleteExpiredKeyMaterial"]
    told = lab.journal.to_json() + repr(lab.journal.records)
    for each in (plain, wrapped, given["ImportToken"]):
        assert base64.b64encode(each).decode() not in told
        assert each.hex() not in told


def test_kms_tells_of_a_rotation_that_it_does_by_itself(lab: kmsnb.Lab, kms: Any, key_id: str) -> None:
    kms.enable_key_rotation(KeyId=key_id, RotationPeriodInDays=90)
    lab.clock.advance(days=181)
    kms.describe_key(KeyId=key_id)
    rotations = [record for record in lab.journal.filter(key=key_id, operation="RotateKey") if record.by_kms]
    assert [record.time.date().isoformat() for record in rotations] == ["2026-12-06", "2027-03-06"]


def test_the_journal_is_bounded_at_what_it_says(lab: kmsnb.Lab, kms: Any) -> None:
    kms.list_keys()
    (record,) = lab.journal
    journal = Journal()
    for _ in range(100_001):
        journal.write(record)
    assert (len(journal), journal.dropped) == (100_000, 1)


def test_a_replica_is_not_billed_for_the_time_before_it(lab: kmsnb.Lab, kms: Any) -> None:
    key_id = kms.create_key(MultiRegion=True)["KeyMetadata"]["KeyId"]
    kms.rotate_key_on_demand(KeyId=key_id)
    lab.clock.advance(hours=730)
    kms.replicate_key(KeyId=key_id, ReplicaRegion="eu-west-1")
    lab.clock.advance(hours=100)
    hours = {
        (line.item.split(":")[3], line.what): round(line.quantity, -1)
        for line in lab.bill().lines
        if line.unit == "hours"
    }
    assert hours == {
        ("us-east-1", "key"): 830,
        ("us-east-1", "rotations"): 830,
        ("eu-west-1", "key"): 100,
        ("eu-west-1", "rotations"): 100,
    }


def test_a_replica_is_billed_and_an_aws_managed_key_is_not(lab: kmsnb.Lab, kms: Any) -> None:
    key_id = kms.create_key(MultiRegion=True)["KeyMetadata"]["KeyId"]
    kms.replicate_key(KeyId=key_id, ReplicaRegion="eu-west-1")
    kms.describe_key(KeyId="alias/aws/s3")
    lab.clock.advance(hours=730)
    assert round(lab.bill().total, 2) == 2.00


def test_what_a_service_asked_is_a_table_of_its_own(lab: kmsnb.Lab, kms: Any, key_id: str) -> None:
    s3, ssm = boto3.client("s3"), boto3.client("ssm")
    s3.create_bucket(Bucket="docs")
    s3.put_object(Bucket="docs", Key="a", ServerSideEncryption="aws:kms", SSEKMSKeyId=key_id)
    ssm.put_parameter(Name="/a", Value="x", Type="SecureString")
    kms.disable_key(KeyId=key_id)
    with refused("KMS.DisabledException"):
        s3.get_object(Bucket="docs", Key="a")
    assert [record.cause for record in lab.journal.filter(service="s3")] == ["s3:PutObject", "s3:GetObject"]
    assert [record.cause for record in lab.journal.filter(service="ssm")] == ["ssm:PutParameter"]
    assert len(lab.journal.filter(service="s")) == 0
    table = lab.journal.asked(by="s3")
    assert table.caption == "What S3 asked of KMS: 2 times"
    assert table.headers == ("Request", "KMS operation", "As whom", "Encryption context", "Outcome")
    context = "aws:s3:arn: arn:aws:s3:::docs/a"
    who = "user/student via s3.amazonaws.com"
    assert table.rows == (
        ("s3:PutObject", "GenerateDataKey", who, context, "✓ allowed"),
        ("s3:GetObject", "Decrypt", who, context, "✗ DisabledException"),
    )
    assert (
        lab.journal.filter(service="ssm").asked(by="ssm").caption
        == "What Parameter Store asked of KMS: 1 time"
    )
    for _ in range(60):
        s3.put_object(Bucket="docs", Key="a", ServerSideEncryption="aws:kms")
    many = lab.journal.asked(by="s3")
    assert many.caption == "What S3 asked of KMS: 62 times; shown are the last 50"
    assert len(many.rows) == 50
