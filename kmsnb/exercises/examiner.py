"""The KMS against which a learner's code is tried: a separate account, so that a check leaves no key in the lab."""

import json
from typing import Any

import boto3

from kmsnb.kms import reset_account
from kmsnb.lab import current
from kmsnb.principals import ADMINISTRATOR_ACCESS

ACCOUNT = "210987654321"
#: What to say of an answer that reaches for the learner's own account.
FROM_THE_NOTEBOOK = (
    "It uses a client, key or ciphertext from this notebook. The check has its own account and keys, so use the "
    "arguments that the function gets."
)


def examiner_kms() -> Any:
    """A KMS client of the examiner, an administrator of its account, in the lab that is on; ``LabError`` if none is.

    The account has no key: what an earlier check left there does not mislead this one.
    """
    session = administrator("examiner", ACCOUNT)
    reset_account(ACCOUNT)
    return session.client("kms")


def administrator(name: str, account: str) -> boto3.Session:
    """A session of a user with AdministratorAccess in an account of the lab that is on; ``LabError`` if none is."""
    session = current().user(name, account=account)
    session.client("iam").put_user_policy(
        UserName=name, PolicyName="AdministratorAccess", PolicyDocument=json.dumps(ADMINISTRATOR_ACCESS)
    )
    return session
