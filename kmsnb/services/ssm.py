"""Parameter Store: a standard SecureString is encrypted by KMS itself, an advanced one under a data key.

| Request | asks KMS for | as | encryption context |
|---|---|---|---|
| PutParameter, standard | Encrypt | the caller | PARAMETER_ARN |
| PutParameter, advanced | GenerateDataKey | the caller | PARAMETER_ARN |
| GetParameter, GetParameters, GetParametersByPath, GetParameterHistory with WithDecryption | Decrypt, once for each SecureString | the caller | PARAMETER_ARN |

AWS KMS Developer Guide, "How AWS Systems Manager Parameter Store uses AWS KMS".
"""

from __future__ import annotations

from kmsnb.kms.core.errors import AccessDeniedException, KmsError

from .call import Answer, Call, Refusal
from .service import Service


def put_parameter(call: Call) -> Answer:
    """Encrypt the value first: moto keeps it only if KMS agrees."""
    asked = call.members
    if asked.get("Type") == "SecureString":
        call.ask(
            "Encrypt",
            KeyId=asked.get("KeyId", "alias/aws/ssm"),
            Plaintext=asked["Value"].encode(),
            EncryptionContext=_context(call, asked["Name"]),
        )
    return call.proceed()


def _context(call: Call, name: str) -> dict[str, str]:
    return {"PARAMETER_ARN": f"arn:aws:ssm:{call.region}:{call.account}:parameter/{name.lstrip('/')}"}


def refusal(error: KmsError) -> Refusal:
    """KMS's refusal as Parameter Store words it."""
    if isinstance(error, AccessDeniedException):
        return Refusal("AccessDeniedException", error.message)
    return Refusal("InvalidKeyId", error.message)


SERVICE = Service("ssm", "ssm.amazonaws.com", {"PutParameter": put_parameter}, refusal)
