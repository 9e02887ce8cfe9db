"""Which bucket policies S3 does not take: PutBucketPolicy's ``MalformedPolicy``.

Amazon S3 API Reference, "PutBucketPolicy"; S3 User Guide, "Policies and permissions in Amazon S3". The messages are those
that S3 has been seen to return; "Invalid policy syntax." for all other faults is ours. So is how a policy is measured:
S3 brings it into a form of its own before. Not noticed are misspelled actions and conditions that an action doesn't have.
"""

from __future__ import annotations

import json
from collections.abc import Iterator

from kmsnb.kms.authorization import Policy, Statement, parse_resource_policy
from kmsnb.kms.authorization.document import ActionElement, read_json
from kmsnb.kms.authorization.patterns import Wildcards

from . import s3_objects, s3_public_access
from .call import Answer, Call, Refusal
from .permission import is_malformed, names_nobody
from .s3_permissions import ATTRIBUTES, NO_ACTIONS, OF_VERSION, ON_BUCKET, ON_OBJECT, WITH_HEADER

_ON_OBJECTS = {
    each.lower() for each in (*ON_OBJECT.values(), *OF_VERSION.values(), *WITH_HEADER.values(), *ATTRIBUTES)
}
_ON_BUCKETS = {each.lower() for each in ON_BUCKET.values()}
_NOT_ACTIONS = {each.lower() for each in NO_ACTIONS}
_MOST_BYTES = 20_480


def put(call: Call) -> Answer:
    """Check a policy before moto stores it."""
    bucket, _ = s3_objects.target(call)
    if bucket:
        text = call.request.data.decode("utf-8", "replace")
        fault = fault_of(text, f"arn:{bucket.partition}:s3:::{bucket.name}")
        if fault:
            raise Refusal("MalformedPolicy", fault, 400)
        s3_public_access.check_policy(call, bucket, text)
    return call.proceed()


def fault_of(text: str, bucket_arn: str) -> str | None:
    """What S3 says is wrong with a bucket's policy; None if nothing is."""
    try:
        document = read_json(text)
    except ValueError:
        document = None
    if not isinstance(document, dict) or not text.startswith("{"):
        return "Policies must be valid JSON and the first byte must be '{'"
    if "Statement" not in document:
        return "Missing required field Statement"
    if len(json.dumps(document, separators=(",", ":"), ensure_ascii=False).encode()) > _MOST_BYTES:
        return f"Normalized policy document exceeds the maximum allowed size of {_MOST_BYTES} bytes"
    policy = parse_resource_policy(text)
    return next(_faults(policy, bucket_arn), None)


def _faults(policy: Policy, bucket_arn: str) -> Iterator[str]:
    for statement in policy.statements:
        if not statement.source.keys() & {"Principal", "NotPrincipal"}:
            yield "Missing required field Principal" if statement.source else "Invalid policy syntax."
        if statement.principals and statement.principals.flaw:
            yield "Invalid principal in policy"
        if any(_is_no_action(name) for name in _actions_of(statement)):
            yield "Policy has invalid action"
        if is_malformed(statement):
            yield "Invalid policy syntax."
    if names_nobody(policy):
        yield "Invalid principal in policy"
    for statement in policy.statements:
        yield from _faults_of_place(statement, bucket_arn)


def _actions_of(statement: Statement) -> list[str]:
    """The names in Action or NotAction, also where they are so wrong that the statement has no such element."""
    found = statement.source.get("Action") or statement.source.get("NotAction") or []
    return [each for each in (found if isinstance(found, list) else [found]) if isinstance(each, str)]


def _is_no_action(name: str) -> bool:
    """Whether this is another service's action, an operation that has no action of its name, or not of an action's form."""
    service, colon, _ = name.lower().partition(":")
    if not colon:
        return name != "*"
    return (service != "s3" and not {"*", "?"} & set(service)) or name.lower() in _NOT_ACTIONS


def _faults_of_place(statement: Statement, bucket_arn: str) -> Iterator[str]:
    """Each resource is an ARN of the bucket or of objects in it, and each action can be performed on one of them."""
    actions, resources = statement.actions, statement.resources
    if actions is None or resources is None:
        return
    of_bucket = [_matches(resource, bucket_arn) for resource in resources.patterns]
    of_objects = [_can_be_objects(resource, bucket_arn) for resource in resources.patterns]
    if not all(bucket or objects for bucket, objects in zip(of_bucket, of_objects, strict=True)):
        yield "Policy has invalid resource"
    if not resources.negated and not all(
        _applies(actions, name, any(of_bucket), any(of_objects)) for name in actions.patterns
    ):
        yield "Action does not apply to any resource(s) in statement"


def _applies(actions: ActionElement, name: str, to_bucket: bool, to_objects: bool) -> bool:
    """Whether an action has something to be performed on; True if it can be either: wildcards, NotAction, others' names."""
    action = name.lower()
    if actions.negated:
        return True
    if action in _ON_OBJECTS:
        return to_objects
    if action in _ON_BUCKETS or ("bucket" in action and "object" not in action and "*" not in action):
        return to_bucket
    return True


def _matches(pattern: str, arn: str) -> bool:
    return pattern.startswith("arn:") and Wildcards.of([(pattern, True)]).match(arn)


def _can_be_objects(pattern: str, bucket_arn: str) -> bool:
    """Whether a pattern matches some object's ARN: up to its first slash, it has to match the bucket's."""
    head, slash, _ = pattern.partition("/")
    return (
        _matches(head, bucket_arn) if slash else pattern.endswith("*") and _matches(pattern, f"{bucket_arn}/")
    )
