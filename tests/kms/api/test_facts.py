"""Every answer that the real AWS KMS was seen to give, provoked here.

``data/kms-errors.json`` holds them and states their source; two are out of date, and say so below. Where AWS lists an
enum, its list has grown since: the beginning of the text and the old members are compared then.
"""

import json
import os
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from botocore.exceptions import ClientError

from ..conftest import ACCOUNT, bring, make

FACTS = json.loads(Path(__file__).with_name("data").joinpath("kms-errors.json").read_text())["answers"]

#: Facts that AWS has overtaken since they were recorded: the limit is 25 now, which the text does not
#: say; and keys with imported material rotate on demand once new material is pending.
OVERTAKEN = {"<key-arn> origin is EXTERNAL which is not valid for this operation."}

MISSING = "00000000-0000-4000-8000-000000000000"
MISSING_MRK = "mrk-" + 32 * "0"

Provoke = Callable[[Any], None]
SCENES: dict[tuple[str, str], list[Provoke]] = {}


def scene(code: str, message: str) -> Callable[[Provoke], Provoke]:
    def register(provoke: Provoke) -> Provoke:
        SCENES.setdefault((code, message), []).append(provoke)
        return provoke

    return register


def invalid(rule: str) -> Callable[[Provoke], Provoke]:
    return scene("ValidationException", rule)


def simple(code: str, message: str, provoke: Provoke) -> None:
    scene(code, message)(provoke)


simple("ValidationException", "NumberOfBytes is required.", lambda kms: kms.generate_random())
for n, rule in ((0, "greater than or equal to 1"), (1025, "less than or equal to 1024")):
    simple(
        "ValidationException",
        f"1 validation error detected: Value '{n}' at 'numberOfBytes' failed to satisfy constraint: Member must have value {rule}",
        lambda kms, n=n: kms.generate_random(NumberOfBytes=n),
    )
for bits, sizes in ((2048, (214, 190)), (3072, (342, 318)), (4096, (470, 446))):
    for digest, size in zip(("1", "256"), sizes, strict=True):
        simple(
            "ValidationException",
            f"Algorithm RSAES_OAEP_SHA_{digest} and key spec RSA_{bits} cannot encrypt data larger than {size} bytes.",
            lambda kms, bits=bits, digest=digest, size=size: kms.encrypt(
                KeyId=make(kms, f"RSA_{bits}", "ENCRYPT_DECRYPT"),
                EncryptionAlgorithm=f"RSAES_OAEP_SHA_{digest}",
                Plaintext=bytes(size + 1),
            ),
        )


@scene("NotFoundException", "Key 'arn:<partition>:kms:<region>:111111111111:key/<key-id:1>' does not exist")
@scene("NotFoundException", "Key '<key-arn>' does not exist")
def missing_key(kms):
    kms.describe_key(KeyId=MISSING)


@scene("NotFoundException", "Key '<key-arn>' does not exist")
def missing_key_cannot_rotate(kms):
    kms.rotate_key_on_demand(KeyId=MISSING)


simple(
    "NotFoundException", "Key '<mrk-key-arn>' does not exist", lambda kms: kms.describe_key(KeyId=MISSING_MRK)
)
simple(
    "NotFoundException",
    "Invalid arn <secondary-region>",
    lambda kms: kms.describe_key(KeyId=f"arn:aws:kms:eu-west-1:{ACCOUNT}:key/{MISSING}"),
)
for text in ("fake-key-id", "134f2428cec14b25a1ae9048164dba47", "mrk-fake-key-id"):
    simple(
        "NotFoundException", f"Invalid keyId '{text}'", lambda kms, text=text: kms.describe_key(KeyId=text)
    )
simple(
    "NotFoundException",
    "Invalid keyId 'key_id'",
    lambda kms: kms.generate_mac(KeyId="key_id", Message=b"m", MacAlgorithm="HMAC_SHA_256"),
)


@scene(
    "NotFoundException", "Key 'arn:<partition>:kms:ap-southeast-1:111111111111:key/<key-id:1>' does not exist"
)
def replica_is_not_there_before_it_is_made(kms):
    from ..conftest import client_in

    client_in("ap-southeast-1").describe_key(KeyId=make(kms, MultiRegion=True).split("/")[1])


@invalid(
    'Alias must start with the prefix "alias/". Please see https://docs.aws.amazon.com/kms/latest/developerguide/kms-alias.html'
)
def alias_without_prefix(kms):
    kms.create_alias(AliasName="fakealias", TargetKeyId=make(kms))


DIGESTS = {
    "RSASSA_PSS_SHA_256": "RSA_2048",
    "RSASSA_PSS_SHA_384": "RSA_2048",
    "RSASSA_PSS_SHA_512": "RSA_2048",
    "RSASSA_PKCS1_V1_5_SHA_256": "RSA_2048",
    "RSASSA_PKCS1_V1_5_SHA_512": "RSA_2048",
    "ECDSA_SHA_256": "ECC_NIST_P256",
    "ECDSA_SHA_384": "ECC_NIST_P384",
}
for algorithm, spec in DIGESTS.items():
    simple(
        "ValidationException",
        f"Digest is invalid length for algorithm {algorithm}.",
        lambda kms, algorithm=algorithm, spec=spec: kms.sign(
            KeyId=make(kms, spec, "SIGN_VERIFY"),
            Message=b"not a digest",
            MessageType="DIGEST",
            SigningAlgorithm=algorithm,
        ),
    )


@scene("KMSInvalidSignatureException", "")
def wrong_signature(kms):
    key = make(kms, "ECC_NIST_P256", "SIGN_VERIFY")
    kms.verify(KeyId=key, Message=b"m", Signature=b"none", SigningAlgorithm="ECDSA_SHA_256")


simple(
    "ValidationException",
    "You must specify a KeyUsage value for all KMS keys except for symmetric encryption keys.",
    lambda kms: kms.create_key(KeySpec="HMAC_256"),
)


@invalid(
    "1 validation error detected: Value 'HMAC_random' at 'keySpec' failed to satisfy constraint: Member must satisfy enum value set: [RSA_2048, ECC_NIST_P384, ECC_NIST_P256, ECC_NIST_P521, HMAC_384, RSA_3072, ECC_SECG_P256K1, RSA_4096, SYMMETRIC_DEFAULT, HMAC_256, HMAC_224, HMAC_512]"
)
def unknown_spec(kms):
    kms.create_key(KeySpec="HMAC_random", KeyUsage="GENERATE_VERIFY_MAC")


@invalid(
    "1 validation error detected: Value 'RANDOM' at 'keyUsage' failed to satisfy constraint: Member must satisfy enum value set: [ENCRYPT_DECRYPT, SIGN_VERIFY, GENERATE_VERIFY_MAC]"
)
def unknown_usage(kms):
    kms.create_key(KeySpec="HMAC_256", KeyUsage="RANDOM")


MAC_ENUM = "1 validation error detected: Value 'INVALID' at 'macAlgorithm' failed to satisfy constraint: Member must satisfy enum value set: [HMAC_SHA_384, HMAC_SHA_256, HMAC_SHA_224, HMAC_SHA_512]"


@invalid(MAC_ENUM)
def unknown_mac_algorithm(kms):
    kms.generate_mac(KeyId=make(kms, "HMAC_256", "GENERATE_VERIFY_MAC"), Message=b"m", MacAlgorithm="INVALID")


@invalid(MAC_ENUM)
def unknown_mac_algorithm_to_verify(kms):
    kms.verify_mac(KeyId=MISSING, Message=b"m", Mac=b"m", MacAlgorithm="INVALID")


@scene("InvalidKeyUsageException", "Algorithm HMAC_SHA_256 is incompatible with key spec HMAC_224.")
def mac_algorithm_of_another_spec(kms):
    key = make(kms, "HMAC_224", "GENERATE_VERIFY_MAC")
    kms.generate_mac(KeyId=key, Message=b"m", MacAlgorithm="HMAC_SHA_256")


@scene("InvalidKeyUsageException", "Algorithm HMAC_SHA_512 is incompatible with key spec HMAC_256.")
def mac_algorithm_of_another_spec_to_verify(kms):
    key = make(kms, "HMAC_256", "GENERATE_VERIFY_MAC")
    kms.verify_mac(KeyId=key, Message=b"m", Mac=b"m", MacAlgorithm="HMAC_SHA_512")


@scene("KMSInvalidMacException", "")
def wrong_mac(kms):
    key = make(kms, "HMAC_256", "GENERATE_VERIFY_MAC")
    kms.verify_mac(KeyId=key, Message=b"m", Mac=b"m", MacAlgorithm="HMAC_SHA_256")


PENDING_IMPORT = "arn:<partition>:kms:<region>:111111111111:key/<key-id:1> is pending import."


@scene("KMSInvalidStateException", PENDING_IMPORT)
def encrypt_without_material(kms):
    kms.encrypt(KeyId=make(kms, Origin="EXTERNAL"), Plaintext=b"p")


@scene("KMSInvalidStateException", PENDING_IMPORT)
def rotate_without_material(kms):
    kms.rotate_key_on_demand(KeyId=make(kms, Origin="EXTERNAL"))


@invalid("A validTo date must be set if the ExpirationModel is KEY_MATERIAL_EXPIRES")
def import_without_date(kms):
    bring(kms, make(kms, Origin="EXTERNAL"), bytes(32), ExpirationModel="KEY_MATERIAL_EXPIRES")


def wrong_usage(usage: str, operation: str, provoke: Provoke) -> None:
    simple(
        "InvalidKeyUsageException",
        f"<key-arn> key usage is {usage} which is not valid for {operation}.",
        provoke,
    )


wrong_usage(
    "ENCRYPT_DECRYPT",
    "GenerateMac",
    lambda kms: kms.generate_mac(KeyId=make(kms), Message=b"m", MacAlgorithm="HMAC_SHA_256"),
)
wrong_usage(
    "GENERATE_VERIFY_MAC",
    "Sign",
    lambda kms: kms.sign(
        KeyId=make(kms, "HMAC_256", "GENERATE_VERIFY_MAC"), Message=b"m", SigningAlgorithm="ECDSA_SHA_256"
    ),
)
wrong_usage(
    "ENCRYPT_DECRYPT",
    "Verify",
    lambda kms: kms.verify(KeyId=make(kms), Message=b"m", Signature=b"s", SigningAlgorithm="ECDSA_SHA_256"),
)
wrong_usage(
    "SIGN_VERIFY",
    "Encrypt",
    lambda kms: kms.encrypt(KeyId=make(kms, "ECC_NIST_P256", "SIGN_VERIFY"), Plaintext=b"p"),
)
for spec, usage in (("ECC_NIST_P256", "SIGN_VERIFY"), ("SYMMETRIC_DEFAULT", "ENCRYPT_DECRYPT")):
    wrong_usage(
        usage,
        "DeriveSharedSecret",
        lambda kms, spec=spec, usage=usage: kms.derive_shared_secret(
            KeyId=make(kms, spec, usage), KeyAgreementAlgorithm="ECDH", PublicKey=b"k"
        ),
    )

INCORRECT_KEY = "The key ID in the request does not identify a CMK that can perform this operation."


@scene("IncorrectKeyException", INCORRECT_KEY)
def decrypt_with_another_key(kms):
    blob = kms.encrypt(KeyId=make(kms), Plaintext=b"p")["CiphertextBlob"]
    kms.decrypt(CiphertextBlob=blob, KeyId=make(kms))


@scene("IncorrectKeyException", INCORRECT_KEY)
def re_encrypt_from_another_key(kms):
    key = make(kms)
    blob = kms.encrypt(KeyId=key, Plaintext=b"p")["CiphertextBlob"]
    kms.re_encrypt(CiphertextBlob=blob, SourceKeyId=make(kms), DestinationKeyId=key)


simple(
    "ValidationException",
    "1 validation error detected: Value at 'plaintext' failed to satisfy constraint: Member must have length less than or equal to 4096",
    lambda kms: kms.encrypt(KeyId=make(kms), Plaintext=bytes(4097)),
)


@scene("InvalidCiphertextException", "")
def another_context(kms):
    sealed = kms.generate_data_key_pair(
        KeyId=make(kms), KeyPairSpec="ECC_NIST_P256", EncryptionContext={"a": "b"}
    )
    kms.decrypt(CiphertextBlob=sealed["PrivateKeyCiphertextBlob"], EncryptionContext={"a": "c"})


simple(
    "UnsupportedOperationException",
    "<key-arn> origin is AWS_KMS which is not valid for this operation.",
    lambda kms: kms.get_parameters_for_import(
        KeyId=make(kms), WrappingAlgorithm="RSAES_OAEP_SHA_256", WrappingKeySpec="RSA_2048"
    ),
)
simple(
    "ValidationException",
    "KeyUsage KEY_AGREEMENT is not compatible with KeySpec RSA_2048",
    lambda kms: kms.create_key(KeySpec="RSA_2048", KeyUsage="KEY_AGREEMENT"),
)
simple(
    "ValidationException",
    "1 validation error detected: Value 'INVALID' at 'keyAgreementAlgorithm' failed to satisfy constraint: Member must satisfy enum value set: [ECDH]",
    lambda kms: kms.derive_shared_secret(KeyId=MISSING, KeyAgreementAlgorithm="INVALID", PublicKey=b"k"),
)
simple(
    "ValidationException",
    "",
    lambda kms: kms.derive_shared_secret(
        KeyId=make(kms, "ECC_NIST_P256", "KEY_AGREEMENT"), KeyAgreementAlgorithm="ECDH", PublicKey=b"k"
    ),
)


def tagged(*tags: tuple[str, str]) -> list[dict[str, str]]:
    return [{"TagKey": name, "TagValue": value} for name, value in tags]


simple(
    "TagException",
    "Duplicate tag keys",
    lambda kms: kms.tag_resource(KeyId=make(kms), Tags=tagged(("a", "1"), ("a", "2"))),
)
simple(
    "TagException",
    "Too many tags",
    lambda kms: kms.create_key(Tags=tagged(*((str(n), "v") for n in range(51)))),
)
simple(
    "TagException",
    "Tags beginning with aws: are reserved",
    lambda kms: kms.create_key(Tags=tagged(("aws:k", "v"))),
)
simple(
    "TagException",
    "Tags beginning with aws: are reserved",
    lambda kms: kms.tag_resource(KeyId=make(kms), Tags=tagged(("AWS:k", "v"))),
)
simple(
    "ValidationException",
    "1 validation error detected: Value 'v…' at 't…",
    lambda kms: kms.create_key(Tags=tagged(("t", 257 * "v"))),
)
simple(
    "ValidationException",
    "1 validation error detected: Value 'a…' at 'tags.1.member.tagKey' failed to satisfy constraint: Member must have length less than or equal to 128",
    lambda kms: kms.create_key(Tags=tagged((129 * "a", "v"))),
)


@scene("DisabledException", "<key-arn> is disabled.")
def rotate_a_disabled_key(kms):
    key = make(kms)
    kms.disable_key(KeyId=key)
    kms.rotate_key_on_demand(KeyId=key)


@scene("UnsupportedOperationException", "")
def rotate_an_hmac_key(kms):
    kms.rotate_key_on_demand(KeyId=make(kms, "HMAC_256", "GENERATE_VERIFY_MAC"))


@scene(
    "LimitExceededException",
    "The on-demand rotations limit has been reached for the given keyId. No more on-demand rotations can be performed for this key: <key-arn>",
)
def rotate_too_often(kms):
    key = make(kms)
    for _ in range(26):
        kms.rotate_key_on_demand(KeyId=key)


for operation in ("generate_data_key_pair", "generate_data_key_pair_without_plaintext"):
    simple(
        "DryRunOperationException",
        "The request would have succeeded, but the DryRun option is set.",
        lambda kms, operation=operation: getattr(kms, operation)(
            KeyId=make(kms), KeyPairSpec="RSA_2048", DryRun=True
        ),
    )


@scene("UnsupportedOperationException", "<mrk-key-arn> is not a multi-region primary key.")
def replicate_a_replica(kms):
    from ..conftest import client_in

    key = make(kms, MultiRegion=True)
    arn = kms.replicate_key(KeyId=key, ReplicaRegion="eu-west-1")["ReplicaKeyMetadata"]["Arn"]
    client_in("eu-west-1").replicate_key(KeyId=arn, ReplicaRegion="eu-west-2")


@scene(
    "KMSInvalidStateException",
    "New key material (id: <key-material-id>) cannot be imported into KMS key <key-id:1>, because another key material (id: <key-material-id:2>) is pending rotation.",
)
def import_a_third_material(kms):
    key = make(kms, Origin="EXTERNAL")
    bring(kms, key, os.urandom(32))
    bring(kms, key, os.urandom(32), ImportType="NEW_KEY_MATERIAL")
    bring(kms, key, os.urandom(32), ImportType="NEW_KEY_MATERIAL")


@scene("KMSInvalidStateException", "No available key material pending rotation for the key: <key-arn>.")
def rotate_with_nothing_pending(kms):
    key = make(kms, Origin="EXTERNAL")
    bring(kms, key, os.urandom(32))
    kms.rotate_key_on_demand(KeyId=key)


def pattern_of(message: str) -> str:
    """A fact's text as a regular expression, with the placeholders filled in."""
    if "enum value set: [" in message and "macAlgorithm" not in message:
        # AWS has more members now
        return re.escape(message.partition("[")[0]) + r"\[.*\]"
    uuid = r"[0-9a-f-]{36}"
    text = re.escape(message).replace("…", ".*")
    for place, value in {
        r"arn:<partition>:kms:<region>:111111111111:": f"arn:aws:kms:us-east-1:{ACCOUNT}:",
        r"arn:<partition>:kms:ap\-southeast\-1:111111111111:": f"arn:aws:kms:ap-southeast-1:{ACCOUNT}:",
        r"<secondary\-region>": "eu-west-1",
        r"<key\-arn>": f"arn:aws:kms:us-east-1:{ACCOUNT}:key/{uuid}",
        r"<mrk\-key\-arn>": rf"arn:aws:kms:[a-z0-9-]+:{ACCOUNT}:key/mrk-[0-9a-f]{{32}}",
        r"<key\-id:1>": r"[0-9a-z-]{36}",
        r"<key\-material\-id>": "[0-9a-f]{64}",
        r"<key\-material\-id:2>": "[0-9a-f]{64}",
    }.items():
        text = text.replace(place, value)
    return text


@pytest.mark.parametrize("fact", FACTS, ids=lambda fact: f"{fact['code']}: {fact['message'][:70]}")
def test_answers_as_aws_does(kms, fact):
    if fact["message"] in OVERTAKEN:
        assert (fact["code"], fact["message"]) not in SCENES
        return
    scenes = SCENES[fact["code"], fact["message"]]
    for provoke in scenes:
        with pytest.raises(ClientError) as caught:
            provoke(kms)
        error = caught.value.response["Error"]
        assert error["Code"] == fact["code"], error
        assert re.fullmatch(pattern_of(fact["message"]), error["Message"], re.DOTALL), error["Message"]


def test_every_scene_is_a_fact():
    assert SCENES.keys() <= {(fact["code"], fact["message"]) for fact in FACTS}
