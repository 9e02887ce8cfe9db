"""IAM users and role sessions of the mocked account, each with its own credentials; and organizations of accounts.

Access key ids are the same for every reader of a lesson; secret access keys and session tokens are random and never repeat.
"""

import base64
import json
import os
import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from moto.core.utils import utcnow
from moto.iam.models import AccessKey, IAMBackend, iam_backends
from moto.sts.models import AssumedRole, sts_backends
from moto.utilities.utils import get_partition

from .kms.core import identifiers
from .kms.moto import sessions
from .kms.moto.models import KmsBackend

ADMINISTRATOR_ACCESS = {
    "Version": "2012-10-17",
    "Statement": [{"Effect": "Allow", "Action": "*", "Resource": "*"}],
}
_SESSION_SECONDS = 3600


@dataclass(frozen=True)
class Credentials:
    """What signs a principal's requests. Its repr does not show the secrets."""

    access_key_id: str
    secret_access_key: str = field(repr=False)
    session_token: str | None = field(default=None, repr=False)


def user_credentials(
    account: str,
    region: str,
    name: str,
    policy: dict[str, Any] | None = None,
    *,
    repeatable_id: bool = True,
) -> Credentials:
    """Credentials of the IAM user ``name``, which is created if it does not exist.

    A new user has ``policy`` as an inline policy, or no permissions without one. The access key id is the same each
    time, or random without ``repeatable_id``. Raises ``ValueError`` for a name or
    account id that IAM would not accept.
    """
    _check(account, name)
    iam = _iam(account, region)
    if name not in iam.users:
        iam.create_user(region, name)
        if policy is not None:
            iam.put_user_policy(name, "AdministratorAccess", json.dumps(policy))
    key = _access_key(name, "AKIA", account, f"user/{name}" if repeatable_id else None)
    iam.get_user(name).access_keys.append(key)
    iam.access_keys[key.access_key_id] = key
    return Credentials(key.access_key_id, key.secret_access_key)


def role_credentials(account: str, region: str, name: str) -> Credentials:
    """Temporary credentials of a session of the role ``name``, which is created if it does not exist.

    The session has the same name. A new role trusts its own account and has no permissions. Raises ``ValueError`` as
    ``user_credentials`` does.
    """
    _check(account, name, shortest=2)
    iam = _iam(account, region)
    arn = f"arn:{iam.partition}:iam::{account}:role/{name}"
    if not any(role.name == name for role in iam.get_roles()):
        trust = {
            "Version": "2012-10-17",
            "Statement": [
                {
                    "Effect": "Allow",
                    "Principal": {"AWS": f"arn:{iam.partition}:iam::{account}:root"},
                    "Action": "sts:AssumeRole",
                }
            ],
        }
        iam.create_role(name, json.dumps(trust), "/", None, "", [], None)
    key = _access_key(None, "ASIA", account, f"role/{name}")
    key.role_arn = arn
    iam.access_keys[key.access_key_id] = key
    session = AssumedRole(account, region, key, name, arn, "", _SESSION_SECONDS, "")
    session.expiration = utcnow().replace(year=9999)  # sessions in a lab do not expire
    session.session_token = _secret(96)
    sessions.remember(key, sessions.Session(KmsBackend.settings.clock.now()))
    sts_backends[account][iam.partition].assumed_roles.append(session)
    return Credentials(key.access_key_id, key.secret_access_key, session.session_token)


def organization(management: str, members: Iterable[str], region: str) -> str:
    """Create an organization with all features, of existing accounts; its id, which is the same for every reader.

    AWS Organizations invites an account that exists; moto can only create one, with a random id. Raises moto's
    ``AlreadyInOrganizationException`` if ``management`` has an organization.
    """
    # here, because few labs have an organization
    from moto.organizations.models import organizations_backends

    partition = get_partition(region)
    backend = organizations_backends[management][partition]
    backend.create_organization(region, FeatureSet="ALL")
    org: Any = backend.org
    org.id = f"o-{base64.b32encode(management.encode()).decode().lower()[:10]}"
    for member in members:
        backend.create_account(AccountName=member, Email=f"{member}@example.com")
        account = backend.accounts[-1]
        organizations_backends.master_accounts.pop(account.id)
        organizations_backends.master_accounts[member] = management, partition
        account.id = member
    for account in backend.accounts:
        account.organization_id = org.id
    return str(org.id)


def access_key_ids() -> set[str]:
    """The ids of all access keys in the mocked accounts: a learner may have created some."""
    return {key for account in iam_backends.values() for iam in account.values() for key in iam.access_keys}


def _iam(account: str, region: str) -> IAMBackend:
    return iam_backends[account][get_partition(region)]


def _access_key(user: str | None, prefix: str, account: str, principal: str | None) -> AccessKey:
    """An access key whose id is the same for every reader, given a principal; otherwise it is random."""
    make: Any = AccessKey  # moto's class counts as abstract
    key: AccessKey = make(user, prefix, account)
    if principal is not None:
        key.access_key_id = identifiers.access_key_id(prefix, account, principal)
    key.secret_access_key = _secret(30)
    return key


def _secret(size: int) -> str:
    """``size`` bytes from the operating system, in base64 (30 bytes make AWS's 40 characters)."""
    return base64.b64encode(os.urandom(size)).decode()


def _check(account: object, name: object, shortest: int = 1) -> None:
    # a role's session has the same name, for which STS requires two characters
    if not (
        isinstance(name, str) and re.fullmatch(r"[\w+=,.@-]+", name, re.ASCII) and shortest <= len(name) <= 64
    ):
        raise ValueError(
            f"{name!r} is not a valid name for an IAM user or role: use {shortest} to 64 letters, digits or any of + = , . @ - _"
        )
    if not (isinstance(account, str) and re.fullmatch(r"[0-9]{12}", account)):
        raise ValueError(
            f"{account!r} is not an AWS account id: use a string of 12 digits such as '111122223333'"
        )
