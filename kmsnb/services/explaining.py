"""Decisions without a request: whether a principal may do something with a service's resource, and with the key behind it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from moto.utilities.utils import get_partition

from kmsnb import kms
from kmsnb.kms.api.origin import Origin
from kmsnb.kms.authorization import Decision
from kmsnb.kms.moto.install import caller_of
from kmsnb.kms.moto.models import KmsBackend
from kmsnb.kms.moto.vpc_endpoints import on_the_way_to

from . import permission
from .installation import service_named


def explain(
    who: Origin | str, action: str, arn: str, parameters: Mapping[str, Any], *, region: str
) -> tuple[Decision, ...]:
    """The service's decision on an action such as ``s3:GetObject`` on the ARN of a resource, and KMS's if it is asked.

    ``parameters`` are further members of the request, such as ``ServerSideEncryption``. Raises ``ValueError`` for a
    principal, an action, a resource or a key that does not exist.
    """
    service = service_named(action.partition(":")[0])
    if service is None or service.question is None:
        raise ValueError(
            f"{action!r} is not an action that a lab explains: those of KMS, S3, Parameter Store and Secrets Manager are. "
            "An example is 's3:GetObject'."
        )
    caller = caller_of(who, region)
    question = service.question(action, arn, caller.account or "", parameters)
    origin = on_the_way_to(service.name, who if isinstance(who, Origin) else Origin(""), question.region)
    circumstances = permission.circumstances_of(
        origin, service.name, question.region, KmsBackend.settings.clock.now()
    )
    own = permission.decision(caller, question.need, circumstances, get_partition(question.region))
    if not own.allowed or question.behind is None:
        return (own,)
    asked, account = question.behind, caller.account or question.need.resource.account
    of_kms = kms.explain(
        who,
        asked.action,
        asked.key,
        region=asked.region,
        account=account,
        via_service=service.principal,
        EncryptionContext=dict(asked.context),
    )
    return own, of_kms
