"""The default key for EBS encryption, which an account has in each Region. moto has encryption by default itself.

EC2 API Reference, "ModifyEbsDefaultKmsKeyId", "GetEbsDefaultKmsKeyId" and "ResetEbsDefaultKmsKeyId", which all speak of
an ARN. An account whose default key nobody had set got the alias, as recorded from AWS in September 2026; that it is so
again after a reset is ours.
"""

from __future__ import annotations

from .call import Answer, Call, Refusal
from .ec2_keys import arn_of, backend, default_key


def modify_default_key(call: Call) -> Answer:
    """Set the default key. EBS does not look at the key: one that it cannot use fails later, with each new volume."""
    _stop_if_dry_run(call)
    backend(call).default_kms_key_id = arn_of(call, call.members["KmsKeyId"])
    return _tell(call)


def reset_default_key(call: Call) -> Answer:
    """Back to ``aws/ebs``."""
    _stop_if_dry_run(call)
    backend(call).default_kms_key_id = ""
    return _tell(call)


def get_default_key(call: Call) -> Answer:
    """The default key's ARN; while nobody has set one, its alias."""
    _stop_if_dry_run(call)
    return call.respond({"KmsKeyId": default_key(call)})


def _tell(call: Call) -> Answer:
    return call.respond({"KmsKeyId": arn_of(call, default_key(call))})


def _stop_if_dry_run(call: Call) -> None:
    if call.members.get("DryRun"):
        raise Refusal("DryRunOperation", "Request would have succeeded, but DryRun flag is set.", 412)


ASKS = {
    "ModifyEbsDefaultKmsKeyId": modify_default_key,
    "GetEbsDefaultKmsKeyId": get_default_key,
    "ResetEbsDefaultKmsKeyId": reset_default_key,
}
