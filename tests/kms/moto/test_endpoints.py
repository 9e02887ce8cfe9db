"""FIPS and dual-stack endpoints are answered like the standard one (AWS General Reference, "AWS KMS endpoints")."""

import json
from itertools import product
from typing import Any

import boto3
import pytest
import requests
from botocore.config import Config
from botocore.loaders import create_loader
from moto import mock_aws
from moto.backend_index import backend_url_patterns

import kmsnb
import kmsnb.kms

PARTITIONS = create_loader().load_data("partitions")["partitions"]

#: A Region of each partition, with the suffixes of its addresses.
SUFFIXES = {
    partition["outputs"]["implicitGlobalRegion"]: (
        partition["outputs"]["dnsSuffix"],
        partition["outputs"]["dualStackDnsSuffix"],
    )
    for partition in PARTITIONS
}


def client(region: str = "us-east-1", **options: Any) -> Any:
    session = boto3.Session("made", "up", region_name=region)
    return session.client("kms", config=Config(retries={"total_max_attempts": 1}, **options))


@pytest.mark.parametrize(
    ("region", "fips", "dual_stack"),
    [
        (region, fips, dual_stack)
        for region, fips, dual_stack in product(SUFFIXES, (False, True), (False, True))
        if not (dual_stack and "-iso" in region)  # botocore knows none there
    ],
)
def test_a_key_is_the_same_at_all_four_addresses_of_its_region(
    region: str, fips: bool, dual_stack: bool
) -> None:
    with kmsnb.kms.installed(), mock_aws():
        arn = client(region).create_key()["KeyMetadata"]["Arn"]
        other = client(region, use_fips_endpoint=fips, use_dualstack_endpoint=dual_stack)
        name = "kms-fips" if fips else "kms"
        assert other.meta.endpoint_url == f"https://{name}.{region}.{SUFFIXES[region][dual_stack]}"
        assert [key["KeyArn"] for key in other.list_keys()["Keys"]] == [arn]


def test_they_can_be_chosen_by_environment_variables(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_USE_FIPS_ENDPOINT", "true")
    monkeypatch.setenv("AWS_USE_DUALSTACK_ENDPOINT", "true")
    with kmsnb.kms.installed(), mock_aws():
        chosen = client("eu-west-1")
        assert chosen.meta.endpoint_url == "https://kms-fips.eu-west-1.api.aws"
        assert ":eu-west-1:" in chosen.create_key()["KeyMetadata"]["Arn"]


def test_the_region_is_read_from_the_address_of_a_request_without_a_signature() -> None:
    with kmsnb.kms.installed(), mock_aws():
        answer = requests.post(
            "https://kms-fips.eu-west-3.api.aws/",
            data=json.dumps({}),
            headers={"X-Amz-Target": "TrentService.CreateKey", "Content-Type": "application/x-amz-json-1.1"},
            timeout=10,
        )
        assert ":eu-west-3:" in answer.json()["KeyMetadata"]["Arn"]


def test_uninstall_leaves_moto_s_addresses_as_they_were() -> None:
    before = list(backend_url_patterns)
    with kmsnb.kms.installed(), kmsnb.kms.installed():
        assert len(backend_url_patterns) == len(before) + 1
    assert backend_url_patterns == before


def test_in_a_lab_too() -> None:
    with kmsnb.start():
        key = boto3.client("kms").create_key()["KeyMetadata"]["KeyId"]
        for options in {"use_fips_endpoint": True}, {"use_dualstack_endpoint": True}:
            other = boto3.client("kms", config=Config(**options))
            assert other.list_keys()["Keys"][0]["KeyId"] == key


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"config": Config(use_dualstack_endpoint=True)}, "has no service at dynamodb.us-east-1.api.aws"),
        (
            {"config": Config(use_fips_endpoint=True)},
            "has no service at dynamodb-fips.us-east-1.amazonaws.com",
        ),
        ({"endpoint_url": "http://localhost:8000"}, "without endpoint_url"),
    ],
)
def test_what_the_mock_cannot_answer_is_refused_for_its_own_reason(
    options: dict[str, Any], words: str
) -> None:
    with kmsnb.start():
        table = boto3.client("dynamodb", **options)
        with pytest.raises(kmsnb.OfflineError, match="Nothing was sent") as refusal:
            table.list_tables()
    assert words in str(refusal.value)
    assert ("FIPS" in str(refusal.value)) == ("config" in options)
    assert "made before" not in str(refusal.value)
