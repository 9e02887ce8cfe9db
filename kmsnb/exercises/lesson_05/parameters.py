"""Exercise a: the parameters of CreateKey for a key that the text describes."""

from collections.abc import Mapping
from typing import Any

from botocore.exceptions import ClientError, ParamValidationError

from ..examiner import examiner_kms
from ..model import Exercise, Mistake, NotAttempted

_TAGS = [{"TagKey": "team", "TagValue": "shop"}]
_DESCRIPTION = "signs receipts"

NOT_A_DICT = Mistake(
    "`parameters` must be a dictionary of parameter names and their values. The check calls "
    "`kms.create_key(**parameters)`."
)
TAGS_SHAPE = Mistake(
    "The tags aren't in KMS's form: a list with a dictionary for each tag, with `TagKey` and `TagValue`."
)
NEVER_SENT = Mistake(
    "boto3 doesn't send it: a parameter is misspelled, has the wrong type, or doesn't belong to CreateKey."
)
NO_USAGE = Mistake("KMS rejects it: it picks a usage only for symmetric encryption keys. Pass a `KeyUsage`.")
REFUSED = Mistake("KMS rejects it:")
OTHER_USAGE = Mistake("KMS creates a key, but not one that signs and verifies: look at its `KeyUsage`.")
OTHER_SPEC = Mistake("The key signs, but not on the curve NIST P-256: look at its `KeySpec`.")
ONE_REGION = Mistake("The key can't be replicated: it must be a multi-Region key from the start.")
OTHER_ORIGIN = Mistake("The key has no key material, because its origin is `EXTERNAL`. Leave `Origin` out.")
OTHER_TAGS = Mistake("The key must have one tag: the tag key is `team`, the tag value is `shop`.")
OTHER_DESCRIPTION = Mistake("The `Description` must be exactly `signs receipts`.")


def _examine(parameters: Any) -> Mistake | None:
    if not isinstance(parameters, Mapping):
        return NOT_A_DICT
    if not parameters or ... in parameters.values():
        raise NotAttempted
    kms = examiner_kms()
    try:
        made = kms.create_key(**parameters)["KeyMetadata"]
    except ParamValidationError as error:
        return _fault_of_form(parameters, error)
    except TypeError:
        return NOT_A_DICT
    except ClientError as error:
        if "KeyUsage" not in parameters and "KeySpec" in parameters:
            return NO_USAGE
        return REFUSED.about(error.response["Error"]["Message"])
    return _fault_of_key(made, kms.list_resource_tags(KeyId=made["KeyId"])["Tags"])


def _fault_of_form(parameters: Mapping[str, Any], error: ParamValidationError) -> Mistake:
    if "Tags" in parameters and "Tags" in str(error).partition("must be one of")[0]:
        return TAGS_SHAPE
    told = str(error).partition("\n")[2].partition(", must be one of")[0]
    return NEVER_SENT.about(f"boto3 says: {told}")


def _fault_of_key(made: Mapping[str, Any], tags: list[dict[str, str]]) -> Mistake | None:
    faults = (
        (made["KeyUsage"] != "SIGN_VERIFY", OTHER_USAGE),
        (made["KeySpec"] != "ECC_NIST_P256", OTHER_SPEC),
        (made["Origin"] != "AWS_KMS", OTHER_ORIGIN),
        (not made["MultiRegion"], ONE_REGION),
        (made["Description"] != _DESCRIPTION, OTHER_DESCRIPTION),
        (tags != _TAGS, OTHER_TAGS),
    )
    return next((mistake for wrong, mistake in faults if wrong), None)


EXERCISE = Exercise(
    answer_name="parameters",
    stub="parameters = ...",
    examine=_examine,
    hints=(
        "In the wizard, choose the key type *Asymmetric* and the usage *Sign and verify*, and look at the code.",
        "A dictionary such as `{'KeySpec': …, 'KeyUsage': …}`, plus `MultiRegion`, `Description` and `Tags`.",
        "`Tags` is a list, with `{'TagKey': …, 'TagValue': …}` for each tag.",
    ),
    solution="""
parameters = {
    "KeySpec": "ECC_NIST_P256",
    "KeyUsage": "SIGN_VERIFY",
    "Description": "signs receipts",
    "MultiRegion": True,
    "Tags": [{"TagKey": "team", "TagValue": "shop"}],
}
""",
)
