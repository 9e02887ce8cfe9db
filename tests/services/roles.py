"""Callers with few permissions, and a key policy for another account."""

import json
from collections.abc import Iterable
from typing import Any

import boto3
from moto.iam.models import iam_backends

import kmsnb

ACCOUNT = "123456789012"


def may(lab: kmsnb.Lab, name: str, actions: Iterable[str], account: str = ACCOUNT) -> boto3.Session:
    """A user who may perform these actions and no others."""
    user = lab.user(name, account=account)
    _put(name, "may", [{"Effect": "Allow", "Action": sorted(actions), "Resource": "*"}], account)
    return user


def deny(
    lab: kmsnb.Lab, name: str, action: str, resource: str = "*", *, allow: dict[str, Any] | None = None
) -> None:
    """Deny a user an action, or allow it under a condition."""
    statement: dict[str, Any] = {"Effect": "Deny", "Action": action, "Resource": resource}
    if allow:
        statement |= {"Effect": "Allow", "Condition": allow}
    _put(name, "more", [statement])


def _put(name: str, policy: str, statements: list[dict[str, Any]], account: str = ACCOUNT) -> None:
    document = json.dumps({"Version": "2012-10-17", "Statement": statements})
    iam_backends[account]["aws"].put_user_policy(name, policy, document)


def allowing(key: str, *principals: dict[str, str]) -> str:
    """A key policy for the key's own account and for others."""
    own = {"AWS": f"arn:aws:iam::{key.split(':')[4]}:root"}
    return json.dumps(
        {
            "Version": "2012-10-17",
            "Statement": [
                {"Effect": "Allow", "Principal": each, "Action": "kms:*", "Resource": "*"}
                for each in (own, *principals)
            ],
        }
    )
