"""Lambda: a function's environment variables are encrypted; its role's session decrypts them when the function starts.

| Request | asks KMS for | as | encryption context |
|---|---|---|---|
| CreateFunction with variables; UpdateFunctionConfiguration of the variables, the key or the role | Encrypt, CreateGrant | the developer | aws:lambda:FunctionArn, in the grant's constraint too |
| Invoke, when no execution environment is warm | Decrypt | the function's session ROLE/FUNCTION, by the grant, without Lambda in between | aws:lambda:FunctionArn |
| GetFunction, GetFunctionConfiguration, ListFunctions, ListVersionsByFunction, PublishVersion, UpdateFunctionCode, UpdateFunctionConfiguration without variables | Decrypt, for each function with variables | the viewer | aws:lambda:FunctionArn |
| others, and functions without variables | nothing | | |

The key is the function's KMSKeyArn, or else ``aws/lambda``, for which nobody needs a permission. A viewer who may not
decrypt gets an answer without the variables. The grant is for the role that exists now: if that is deleted, a new role of
the same name can't use it, until an UpdateFunctionConfiguration makes another grant.

**Code is not run.** An invocation that KMS allows returns ``null``; moto would start containers. In moto's simple mode
(``mock_aws(config={"lambda": {"use_docker": False}})``) moto answers.

AWS Lambda Developer Guide, "Securing Lambda environment variables" and "Troubleshoot execution issues"; Lambda API Reference,
Invoke. The grant and the calls are as in records of AWS's. Ours, as no page says: an environment stays warm for five
minutes; every change makes another grant, and none is retired; messages where KMS refuses anything but CreateGrant.
moto invokes functions within the process (S3, SNS, SQS, EventBridge), and makes those of a CloudFormation stack there:
that doesn't come by here, and a stack's function is not encrypted.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, NamedTuple
from urllib.parse import unquote

from moto.awslambda.exceptions import UnknownFunctionException
from moto.awslambda.utils import get_backend
from moto.core.models import default_user_config
from moto.utilities.utils import get_partition

from kmsnb.kms.authorization import Caller, Kind
from kmsnb.kms.core.errors import (
    AccessDeniedException,
    DisabledException,
    KmsError,
    KMSInvalidStateException,
    NotFoundException,
)
from kmsnb.kms.moto import callers

from . import glance
from .call import Answer, Call, Refusal
from .service import Service

DEFAULT_KEY = "alias/aws/lambda"
#: How long an execution environment is kept after an invocation. Ours.
WARM = timedelta(minutes=5)
MOST_BYTES = 4096


@dataclass(frozen=True)
class Environment:
    """A function's encrypted variables, and the encryption context; ``session`` is the grantee, the function's own."""

    encrypted: bytes
    context: dict[str, str]
    session: str


class Warm(NamedTuple):
    """Until when there is an execution environment of a version. A published version begins as a copy, without one."""

    version: str
    until: datetime


def create_function(call: Call) -> Answer:
    """If KMS refuses, the new function is removed again."""
    answer = call.proceed()
    function = _find(call, call.members["FunctionName"])
    variables = (call.members.get("Environment") or {}).get("Variables")
    if function is not None and variables:
        try:
            made = _protect(call, function.function_name, function.role, function.kms_key_arn, variables)
        except (KmsError, Refusal):
            get_backend(call.account, call.region).delete_function(function.function_name)
            raise
        _keep(call, function.function_name, made)
    return answer


def update_configuration(call: Call) -> Answer:
    """New variables, another key or another role: encrypt again, and make a grant. Otherwise, show what there was."""
    asked, function = call.members, _find(call, call.members["FunctionName"])
    if function is None or not asked.keys() & {"Environment", "KMSKeyArn", "Role"}:
        return view(call)
    new = asked.get("Environment")
    variables = (new.get("Variables") or {}) if new is not None else function.environment_vars
    key = asked.get("KMSKeyArn", function.kms_key_arn)
    made = None
    if variables:
        made = _protect(call, function.function_name, asked.get("Role") or function.role, key, variables)
    answer = call.proceed()
    function.kms_key_arn = key or None
    function.__dict__.pop("warm", None)
    _keep(call, function.function_name, made)
    told = {**json.loads(answer.body), "KMSKeyArn": function.kms_key_arn}
    answer.body = json.dumps(told)
    return answer if new is not None else _shown(call, answer)


def _protect(call: Call, name: str, role: str, key: str | None, variables: dict[str, str]) -> Environment:
    """Encrypt variables and make the grant: the developer's two requests."""
    text = json.dumps(variables, separators=(",", ":")).encode()
    if len(text) > MOST_BYTES:
        raise Refusal(
            "InvalidParameterValueException",
            "Lambda was unable to configure your environment variables because the environment variables you have "
            f"provided exceeded the 4KB limit. String measured: {text.decode()}",
        )
    if key and not key.startswith("arn:"):
        raise Refusal(
            "ValidationException",
            f"1 validation error detected: Value '{key}' at 'kMSKeyArn' failed to satisfy constraint: Member must "
            r"satisfy regular expression pattern: (arn:(aws[a-zA-Z-]*)?:[a-z0-9-.]+:.*)|()",
        )
    arn = f"arn:{get_partition(call.region)}:lambda:{call.region}:{call.account}:function:{name}"
    context = {"aws:lambda:FunctionArn": arn}
    _, _, _, _, account, resource = role.split(":", 5)
    session = (
        f"arn:{get_partition(call.region)}:sts::{account}:assumed-role/{resource.rpartition('/')[2]}/{name}"
    )
    key = key or DEFAULT_KEY
    try:
        encrypted = call.ask("Encrypt", KeyId=key, Plaintext=text, EncryptionContext=context)
    except KmsError as error:
        raise _unable_to_configure("Encrypt", error) from error
    try:
        call.ask(
            "CreateGrant",
            KeyId=encrypted["KeyId"],
            Name=name,
            GranteePrincipal=session,
            RetiringPrincipal=session,
            Operations=["Decrypt", "RetireGrant"],
            Constraints={"EncryptionContextEquals": context},
        )
    except KmsError as error:
        raise _unable_to_configure("CreateGrant", error) from error
    return Environment(encrypted["CiphertextBlob"], context, session)


def _unable_to_configure(operation: str, error: KmsError) -> Refusal:
    return Refusal(
        "InvalidParameterValueException",
        "Lambda was unable to configure access to your environment variables because the KMS key is invalid for "
        f"{operation}. Please check your KMS key settings. {_quoted(error)}",
    )


def view(call: Call) -> Answer:
    """Let moto answer, and show the variables of each function in the answer to those who may decrypt them."""
    return _shown(call, call.proceed())


def _shown(call: Call, answer: Answer) -> Answer:
    told = json.loads(answer.body)
    changed = False
    for configuration in _configurations(told):
        environment = _of(_find(call, configuration["FunctionArn"]))
        if environment is None or "Environment" not in configuration:
            continue
        try:
            _decrypt(call, environment)
        except KmsError as error:
            configuration["Environment"] = {"Error": _unable_to_show(error)}
            changed = True
    if changed:
        answer.body = json.dumps(told)
    return answer


def _configurations(told: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """The functions that an answer tells of."""
    if "FunctionArn" in told:
        yield told
    if "Configuration" in told:
        yield told["Configuration"]
    yield from told.get("Functions") or told.get("Versions") or ()


def _unable_to_show(error: KmsError) -> dict[str, str]:
    return {
        "ErrorCode": error.code,
        "Message": "Lambda was unable to decrypt your environment variables because the KMS access was denied. "
        f"Please check your KMS permissions. {_quoted(error)}",
    }


def invoke(call: Call) -> Answer:
    """Start the function, as far as KMS is concerned: its session decrypts the variables, unless it is warm."""
    members = call.members
    function = _find(call, members["FunctionName"], members.get("Qualifier"))
    kind = members.get("InvocationType") or "RequestResponse"
    if function is None:
        return call.proceed()
    if kind == "DryRun":
        return Answer(204, {}, "")
    if kind == "Event":
        try:
            _start(call, function)
        except KmsError:
            return Answer(202, {}, "")  # the sender doesn't hear of it
    else:
        _start(call, function)
    if default_user_config.get("lambda", {}).get("use_docker", True) is False:
        return call.proceed()
    headers = {"content-type": "application/json", "x-amz-executed-version": str(function.version)}
    return Answer(202, {}, "") if kind == "Event" else Answer(200, headers, "null")


def _start(call: Call, function: Any) -> None:
    environment = _of(function)
    warm: Warm | None = function.__dict__.get("warm")
    is_warm = warm is not None and warm.version == function.version and call.now < warm.until
    if environment is not None and not is_warm:
        _decrypt(call, environment, _session(environment))
    function.__dict__["warm"] = Warm(function.version, call.now + WARM)


def _session(environment: Environment) -> Caller:
    """The function's session. Without a role of that name in IAM, it has no permissions of its own."""
    try:
        return callers.of_arn(environment.session)
    except ValueError:
        return Caller(Kind.ROLE_SESSION, environment.session, environment.session.split(":")[4])


def _decrypt(call: Call, environment: Environment, session: Caller | None = None) -> None:
    call.ask(
        "Decrypt",
        grantee=session,
        directly=session is not None,
        CiphertextBlob=environment.encrypted,
        EncryptionContext=environment.context,
    )


def _find(call: Call, name_or_arn: str, qualifier: str | None = None) -> Any:
    """moto's function, or None."""
    try:
        return get_backend(call.account, call.region).get_function(unquote(name_or_arn), qualifier)
    except UnknownFunctionException:
        return None


def _of(function: Any) -> Environment | None:
    return getattr(function, "environment", None)


def _keep(call: Call, name: str, environment: Environment | None) -> None:
    """Keep encrypted variables beside moto's function. Versions published later are copies of it."""
    _find(call, name).environment = environment


def _quoted(error: KmsError) -> str:
    return f"KMS Exception: {error.code} KMS Message: {error.message}"


_WHEN_STARTING = {
    AccessDeniedException: ("KMSAccessDeniedException", "KMS access was denied"),
    DisabledException: ("KMSDisabledException", "the KMS key used is disabled"),
    KMSInvalidStateException: (
        "KMSInvalidStateException",
        "the state of the KMS key used is not valid for Decrypt",
    ),
    NotFoundException: ("KMSNotFoundException", "the KMS key was not found"),
}


def refusal(error: KmsError) -> Refusal:
    """KMS's refusal when a function starts. The message lacks a blank, as AWS's does."""
    code, why = _WHEN_STARTING.get(type(error), _WHEN_STARTING[AccessDeniedException])
    text = f"KMS Exception: {error.code}KMS Message: {error.message}"
    return Refusal(
        code,
        f"Lambda was unable to decrypt the environment variables because {why}. "
        f"Please check the function's KMS key settings. {text}",
    )


def plain(request: Any) -> bool:
    """Whether a request concerns no environment variables, and runs no code."""
    path, method = request.path.rstrip("/"), request.method
    if "/functions" not in path or path.endswith("/invocations"):
        return "/functions" not in path
    if method == "POST" and path.endswith("/functions"):
        return b'"Environment"' not in request.data
    if method == "PUT" and path.endswith("/configuration"):
        return False
    sender = glance.sender(request)
    return sender is not None and not any(map(_of, _functions(*sender)))


def _functions(account: str, region: str) -> Iterator[Any]:
    """moto's functions and their versions. ``list_functions`` would copy them, and with them all logs."""
    for function in get_backend(account, region)._lambdas._functions.values():
        yield function["latest"]
        yield from function["versions"]


SERVICE = Service(
    "lambda",
    "lambda.amazonaws.com",
    {
        "CreateFunction": create_function,
        "GetFunction": view,
        "GetFunctionConfiguration": view,
        "Invoke": invoke,
        "ListFunctions": view,
        "ListVersionsByFunction": view,
        "PublishVersion": view,
        "UpdateFunctionCode": view,
        "UpdateFunctionConfiguration": update_configuration,
    },
    refusal,
    plain=plain,
)
