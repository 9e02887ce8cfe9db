"""The KMS against which a learner's code is tried: an account of its own, so that a check leaves no key in the lab."""

import json
from typing import Any

from kmsnb.kms import reset_account
from kmsnb.lab import current
from kmsnb.principals import ADMINISTRATOR_ACCESS

ACCOUNT = "210987654321"
#: What to say of an answer that reaches for the learner's own account.
FROM_THE_NOTEBOOK = (
    "It uses a client, a key or a ciphertext of this notebook's. The check has an account and keys of its own: use what "
    "the function is given."
)


def examiner_kms() -> Any:
    """A KMS client of the examiner, an administrator of its account, in the lab that is on; ``LabError`` if none is.

    The account has no key: what an earlier check left there does not mislead this one.
    """
    session = current().user("examiner", account=ACCOUNT)
    session.client("iam").put_user_policy(
        UserName="examiner", PolicyName="AdministratorAccess", PolicyDocument=json.dumps(ADMINISTRATOR_ACCESS)
    )
    reset_account(ACCOUNT)
    return session.client("kms")
