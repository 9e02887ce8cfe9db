"""The canary: moto's private seams that kmsnb.services stands on, each with words for the day it moves.

When a new moto breaks something, run this file first, and tests/kms/moto/test_seams.py.
"""

import inspect
import json

import moto.core.errors
import moto.secretsmanager.models
import moto.ssm.models
from moto import mock_aws
from moto.core.responses import BaseResponse

from kmsnb.services import as_sent  # noqa: F401

ACCOUNT, REGION = "123456789012", "us-east-1"


def test_codes_that_moto_does_not_warn_of_are_a_list():
    assert isinstance(moto.core.errors.COMMON_ERROR_CODES, list), (
        "moto.core.errors.COMMON_ERROR_CODES is no list any more: kmsnb/services/call.py must name common errors elsewhere."
    )


@mock_aws
def test_parameters_have_versions_by_name():
    backend = moto.ssm.models.ssm_backends[ACCOUNT][REGION]
    assert backend.default_parameter_tier == "Standard", "_tier() in kmsnb/services/ssm.py reads it."
    put = {"description": None, "allowed_pattern": None, "tags": [], "data_type": "text", "policies": None}
    for value in ("one", "two"):
        backend.put_parameter(
            "/a/b", value=value, parameter_type="SecureString", keyid=None, overwrite=True, tier=None, **put
        )
    versions = backend._parameters["/a/b"]
    assert [version.version for version in versions] == [1, 2], (
        "ssm_backends keeps the versions of a parameter elsewhere: _versions() in kmsnb/services/ssm.py must follow."
    )
    newest = versions[-1]
    assert (newest.keyid, newest.tier, newest.parameter_type) == (
        "alias/aws/ssm",
        "Standard",
        "SecureString",
    ), "moto's Parameter has other attributes now: put_parameter() in kmsnb/services/ssm.py sets them."
    assert newest.decrypt(newest.encrypt("x")) == "x", (
        "moto's Parameter.encrypt and .decrypt no longer match: kmsnb/services/ssm.py uses both for moto's form of a value."
    )
    assert "/none" not in backend._parameters


@mock_aws
def test_secrets_and_their_versions_can_be_found_and_removed():
    backend = moto.secretsmanager.models.secretsmanager_backends[ACCOUNT][REGION]
    told = json.loads(
        backend.create_secret("s", "value", None, "", [], None, "0" * 32, [{"Region": "eu-west-1"}], False)
    )
    secret = backend.secrets.get(told["ARN"])
    assert secret is backend.secrets.get("s"), (
        "moto finds secrets in another way: _find() in kmsnb/services/secretsmanager.py."
    )
    assert dict.get(backend.secrets, "s") is secret, (
        "moto keeps a secret under something else than its name: _remove() in kmsnb/services/secretsmanager.py."
    )
    version = secret.versions["0" * 32]
    assert (version["version_stages"], version["secret_string"]) == (["AWSCURRENT"], "value"), (
        "moto's versions have other members: _is_filled() and _labelled() in kmsnb/services/secretsmanager.py."
    )
    assert secret.kms_key_id is None
    assert not secret.is_deleted()
    (replica,) = secret.replicas
    abroad = moto.secretsmanager.models.secretsmanager_backends[ACCOUNT]["eu-west-1"]
    assert dict.get(abroad.secrets, replica.arn) is replica, (
        "moto keeps a replica under something else than its ARN: _remove() in kmsnb/services/secretsmanager.py."
    )
    assert replica.has_replica
    assert replica.config["Region"] == "eu-west-1"
    assert {"KmsKeyId", "Status", "StatusMessage"} <= replica.config.keys(), (
        "moto says otherwise how a replica is: _replicated() in kmsnb/services/secretsmanager.py sets these."
    )


@mock_aws
def test_a_secret_that_is_read_as_a_parameter_has_its_arn_and_version_id():
    secrets = moto.secretsmanager.models.secretsmanager_backends[ACCOUNT][REGION]
    told = json.loads(secrets.create_secret("s", "value", None, "", [], None, "0" * 32, [], False))
    parameter = moto.ssm.models.ssm_backends[ACCOUNT][REGION].get_parameter("/aws/reference/secretsmanager/s")
    assert parameter
    assert parameter.source_result
    assert json.loads(parameter.source_result)["ARN"] == told["ARN"]
    assert parameter.labels[0] == "0" * 32, (
        "moto no longer puts the version ID first: _read_secret() in kmsnb/services/ssm.py takes it from there."
    )


def test_moto_reads_a_request_in_one_place():
    source = inspect.getsource(BaseResponse)
    assert "self.querystring = querystring" in source, (
        "moto prepares an answer in another way: kmsnb/services/as_sent.py keeps parameters from it that AWS does not read."
    )
    assert 'if "x-moto-account-id" in self.headers:' in source, (
        "moto takes the account from another header: Service.answer() in kmsnb/services/service.py removes it."
    )
    assert "self.querystring.get(" in inspect.getsource(BaseResponse._get_action), (
        "moto finds the operation elsewhere: see whether kmsnb/services/as_sent.py still hides it."
    )
