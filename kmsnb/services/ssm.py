"""Parameter Store: KMS itself encrypts a standard SecureString; an advanced one is encrypted under a data key.

| Request | asks KMS for | as | encryption context |
|---|---|---|---|
| PutParameter, standard SecureString | Encrypt | the caller | PARAMETER_ARN |
| PutParameter, advanced SecureString | GenerateDataKey | the caller | PARAMETER_ARN |
| GetParameter, GetParameters, GetParametersByPath, GetParameterHistory with WithDecryption | Decrypt, once for each SecureString | the caller | PARAMETER_ARN |
| the same without WithDecryption | nothing: the ciphertext is returned | | |
| GetParameter, GetParameters of /aws/reference/secretsmanager/… | what Secrets Manager's GetSecretValue asks for | the caller | that of the secret |

AWS Systems Manager User Guide, "AWS KMS encryption for AWS Systems Manager Parameter Store SecureString parameters" and
"Managing parameter tiers"; Systems Manager API Reference, PutParameter. If KMS denies it, the request fails with
AccessDeniedException; if the key can't be used or doesn't exist, with InvalidKeyId. Both quote KMS.

Ours, as AWS doesn't document it: InvalidKeyId for a key of the wrong spec, and for a secret whose key can't be used; a
parameter that exists is rejected before KMS is asked; parameters are decrypted and returned in the order of their names.
A SecureString that moto stored without a request that came by here is encrypted when it is first read. An advanced
parameter's ciphertext is not an AWS Encryption SDK message.
"""

from __future__ import annotations

import base64
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from moto.ssm.models import ssm_backends
from moto.ssm.utils import parameter_arn

from kmsnb import crypto
from kmsnb.kms.core.errors import (
    AccessDeniedException,
    KmsError,
    KMSInternalException,
    UnrecognizedClientException,
)

from . import secretsmanager
from .call import Answer, Call, Refusal
from .permission import Need
from .question import Behind, Question
from .quoted import quoted
from .secretsmanager_permissions import require_read
from .service import Service
from .ssm_permissions import of_parameter, permit, values

DEFAULT_KEY = "alias/aws/ssm"
STANDARD, ADVANCED, INTELLIGENT = "Standard", "Advanced", "Intelligent-Tiering"
LARGEST_STANDARD = 4096  # bytes
REFERENCE = "/aws/reference/secretsmanager/"
#: The actions that ``explain`` knows to decrypt the parameter they are on.
READS = ("ssm:GetParameter", "ssm:GetParameters", "ssm:GetParameterHistory")


@dataclass(frozen=True)
class Ciphertext:
    """A SecureString as it is stored: what KMS encrypted and, if that is a data key, the value under the data key.

    ``key`` is the ARN of the KMS key.
    """

    key: str
    from_kms: bytes
    under_data_key: bytes = b""

    @property
    def shown(self) -> str:
        """What a request without decryption gets."""
        return base64.b64encode(self.from_kms + self.under_data_key).decode()

    def value(self, decrypted: bytes) -> str:
        """The value, given what KMS decrypted."""
        plaintext = crypto.open_aes_gcm(decrypted, self.under_data_key) if self.under_data_key else decrypted
        return plaintext.decode("utf-8", "surrogatepass")


def put_parameter(call: Call) -> Answer:
    """Encrypt the value first: moto stores it only if KMS agrees."""
    asked = call.members
    name, value = asked["Name"], asked.get("Value") or ""
    if name.startswith("/aws/"):
        return call.proceed()  # reserved: moto rejects it
    newest = _newest(call)
    kind = asked.get("Type") or (newest and newest.parameter_type)
    if kind != "SecureString" or not value or (newest and not asked.get("Overwrite")):
        return call.proceed()  # nothing for KMS, or moto rejects it
    default = ssm_backends[call.account][call.region].default_parameter_tier
    key, tier = asked.get("KeyId") or DEFAULT_KEY, _tier(asked, newest, default)
    ciphertext = _encrypt(call.ask, key, value, _context(call, name), tier)
    answer = call.proceed()
    told = json.loads(answer.body)
    stored = _version(call, name, told["Version"])
    stored.ciphertext, stored.keyid, stored.tier = ciphertext, key, tier
    stored.value = stored.encrypt(value)  # moto's form of it has the key's id
    return _changed(answer, {**told, "Tier": tier})


def get_parameters(call: Call) -> Answer:
    """Decrypt each SecureString; if KMS refuses one, the whole request fails."""
    answer = call.proceed()
    if '"SecureString"' not in answer.body:
        return answer  # nothing for KMS
    told = json.loads(answer.body)
    found = [told["Parameter"]] if "Parameter" in told else told["Parameters"]
    found.sort(key=lambda parameter: parameter["Name"])
    for parameter in found:
        if parameter["Type"] == "SecureString" and "SourceResult" not in parameter:
            parameter["Value"] = _read(call, parameter)
    if any("SourceResult" in parameter for parameter in found):
        for name in call.members.get("Names") or [call.members["Name"]]:
            _read_secret(call, name)
    return _changed(answer, told)


def get_parameter_history(call: Call) -> Answer:
    """Decrypt each version. A secret of Secrets Manager has no history here."""
    if call.members["Name"].startswith(REFERENCE):
        raise _not_found(call.members["Name"])
    return get_parameters(call)


def _read(call: Call, parameter: dict[str, Any]) -> str:
    """A SecureString's value, or without decryption its ciphertext."""
    name, number = parameter["Name"], parameter["Version"]
    ciphertext = _ciphertext(call, name, number)
    if not call.members.get("WithDecryption"):
        return ciphertext.shown
    decrypted = call.ask(
        "Decrypt", CiphertextBlob=ciphertext.from_kms, EncryptionContext=_context(call, name)
    )
    return ciphertext.value(decrypted["Plaintext"])


def _read_secret(call: Call, name: str) -> None:
    """If a parameter is a secret of Secrets Manager, let Secrets Manager ask for it."""
    if not name.startswith(REFERENCE):
        return
    if not call.members.get("WithDecryption"):
        raise Refusal("ValidationException", "WithDecryption must be true for a secret of Secrets Manager.")
    parameter: Any = ssm_backends[call.account][call.region].get_parameter(name)
    if parameter:
        secret, version_id = json.loads(parameter.source_result)["ARN"], parameter.labels[0]
        try:
            onward = call.through(secretsmanager.PRINCIPAL)
            require_read(onward, secret)
            secretsmanager.read(onward, secret, version_id)
        except Refusal as refused:
            code = refused.code if refused.code == "AccessDeniedException" else "InvalidKeyId"
            message = (
                f"An error occurred ({refused.code}) when referencing Secrets Manager: {refused.message}"
            )
            raise Refusal(code, message) from refused


def _encrypt(
    ask: Callable[..., dict[str, Any]], key: str, value: str, context: dict[str, str], tier: str
) -> Ciphertext:
    plaintext = value.encode("utf-8", "surrogatepass")
    if tier == ADVANCED:
        made = ask("GenerateDataKey", KeyId=key, KeySpec="AES_256", EncryptionContext=context)
        under_data_key = crypto.seal_aes_gcm(made["Plaintext"], plaintext)
        return Ciphertext(made["KeyId"], made["CiphertextBlob"], under_data_key)
    encrypted = ask("Encrypt", KeyId=key, Plaintext=plaintext, EncryptionContext=context)
    return Ciphertext(encrypted["KeyId"], encrypted["CiphertextBlob"])


def _tier(asked: Mapping[str, Any], newest: Any, default: str) -> str:
    """The tier that a parameter gets: of the request, of the version before, or the Region's ``default``."""
    before = newest.tier if newest else None
    large = len(asked["Value"].encode("utf-8", "surrogatepass")) > LARGEST_STANDARD
    tier: str = asked.get("Tier") or before or default
    if tier == INTELLIGENT:
        return ADVANCED if large or asked.get("Policies") or before == ADVANCED else STANDARD
    if tier == STANDARD and before == ADVANCED:
        raise Refusal(
            "ValidationException",
            "This parameter uses the advanced-parameter tier. You can't downgrade a parameter from the "
            "advanced-parameter tier to the standard-parameter tier. If necessary, you can delete the advanced "
            "parameter and recreate it as a standard parameter.",
        )
    if tier == STANDARD and large:
        raise Refusal(
            "ValidationException",
            f"Standard tier parameters support a maximum parameter value of {LARGEST_STANDARD} characters. To create "
            "a larger parameter value, upgrade the parameter to use the advanced-parameter tier.",
        )
    return tier


def _ciphertext(call: Call, name: str, number: int) -> Ciphertext:
    """The ciphertext beside moto's version of a parameter; made now if moto stored it by itself."""
    stored = _version(call, name, number)
    if not hasattr(stored, "ciphertext"):
        value, context = stored.decrypt(stored.value), _context(call, name)
        stored.ciphertext = _encrypt(call.ask_internally, stored.keyid, value, context, stored.tier)
    kept: Ciphertext = stored.ciphertext
    return kept


def _newest(call: Call) -> Any:
    """moto's newest version of the parameter in a request, or None."""
    return next(reversed(_versions(call, call.members["Name"])), None)


def _version(call: Call, name: str, number: int) -> Any:
    for version in _versions(call, name):
        if version.version == number:
            return version
    raise _not_found(name)  # deleted since


def _versions(call: Call, name: str) -> list[Any]:
    """moto's versions of a parameter, oldest first."""
    stored: Any = ssm_backends[call.account][call.region]._parameters
    versions: list[Any] = stored[name] if name in stored else []  # noqa: SIM401 (its get() doesn't know all names)
    return versions


def _not_found(name: str) -> Refusal:
    return Refusal("ParameterNotFound", f"Parameter {name} not found.")


def _context(call: Call, name: str) -> dict[str, str]:
    return {"PARAMETER_ARN": parameter_arn(call.account, call.region, name)}


def _changed(answer: Answer, told: dict[str, Any]) -> Answer:
    answer.body = json.dumps(told)
    return answer


def question(action: str, arn: str, sender_account: str, parameters: Mapping[str, Any]) -> Question:
    """What an action on a parameter's ARN needs, and what KMS is asked behind it. Reading is meant with decryption.

    The ARN can end in a version or a label. Not covered: what KMS is asked for the parameters below a path, and for a
    secret of Secrets Manager.
    """
    region, account = arn.split(":")[3:5] if arn.count(":") >= 5 else ("", "")
    if ":parameter/" not in arn:
        raise ValueError(
            f"This is not the ARN of a parameter: {arn!r}. Parameter Store's describe_parameters() lists them."
        )
    resource = of_parameter(arn, account, region)
    need, context = Need(action, resource, values(parameters)), {"PARAMETER_ARN": resource.arn}
    backend: Any = ssm_backends[account][region]
    names = (name for name in backend._parameters if parameter_arn(account, region, name) == resource.arn)
    versions = list(backend._parameters[found]) if (found := next(names, None)) else []
    newest = versions[-1] if versions else None
    if action in READS and parameters.get("WithDecryption", True):
        which = arn.removeprefix(resource.arn).removeprefix(":")
        named = (each for each in versions if which in (str(each.version), *each.labels))
        read = next(named, None) if which else newest
        if read and read.parameter_type == "SecureString":
            key = read.ciphertext.key if hasattr(read, "ciphertext") else read.keyid
            return Question(need, region, Behind("kms:Decrypt", key, region, context))
    kind = parameters.get("Type") or (newest and newest.parameter_type)
    if action == "ssm:PutParameter" and kind == "SecureString":
        tier = _tier({"Value": "", **parameters}, newest, backend.default_parameter_tier)
        operation = "GenerateDataKey" if tier == ADVANCED else "Encrypt"
        key = parameters.get("KeyId") or DEFAULT_KEY
        return Question(need, region, Behind(f"kms:{operation}", key, region, context))
    return Question(need, region)


def refusal(error: KmsError) -> Refusal:
    """KMS's refusal as Parameter Store words it."""
    if isinstance(error, UnrecognizedClientException):
        return Refusal(error.code, error.message)
    if isinstance(error, AccessDeniedException):
        return Refusal("AccessDeniedException", quoted(error))
    if isinstance(error, KMSInternalException):
        return Refusal("InternalServerError", quoted(error))
    return Refusal("InvalidKeyId", quoted(error))


SERVICE = Service(
    "ssm",
    "ssm.amazonaws.com",
    {
        "PutParameter": put_parameter,
        "GetParameter": get_parameters,
        "GetParameters": get_parameters,
        "GetParametersByPath": get_parameters,
        "GetParameterHistory": get_parameter_history,
    },
    refusal,
    permit=permit,
    question=question,
)
