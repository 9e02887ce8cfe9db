"""Exercise 14.a: six errors, and where each is mended."""

from ..model import Exercise, Mistake
from ..tickets import Tickets

_BEN = "User: arn:aws:iam::111122223333:user/Ben is not authorized to perform:"
_KEY = "arn:aws:kms:us-east-1:123456789012:key/1234abcd-12ab-34cd-56ef-1234567890ab"
_PAUL = "User: arn:aws:iam::444455556666:user/Paul is not authorized to perform:"

#: What each ticket shows: the code and message of KMS's error.
messages = {
    "A": "NotFoundException: Alias arn:aws:kms:us-east-1:111122223333:alias/orders is not found.",
    "B": f"AccessDeniedException: {_BEN} kms:Decrypt on resource: {_KEY} because no identity-based policy allows "
    "the kms:Decrypt action",
    "C": f"AccessDeniedException: {_BEN} kms:GenerateDataKey on this resource because the resource does not exist in "
    "this Region, no resource-based policies allow access, or a resource-based policy explicitly denies access",
    "D": f"AccessDeniedException: {_BEN} kms:Encrypt on resource: {_KEY} with an explicit deny in a service control "
    "policy",
    "E": f"AccessDeniedException: {_PAUL} kms:Decrypt on resource: {_KEY} with an explicit deny in a resource control "
    "policy",
    "F": f"AccessDeniedException: {_BEN} kms:Decrypt on resource: {_KEY} because no VPC endpoint policy allows the "
    "kms:Decrypt action",
}
CHOICES = ("call", "key", "caller", "organization")
_RIGHT = {
    "A": "call",
    "B": "caller",
    "C": "key",
    "D": "organization",
    "E": "organization",
    "F": "caller",
}

WRONG = {
    "A": Mistake("Ticket A: in which account did KMS look for the alias? No permission would change that."),
    "B": Mistake(
        "Ticket B: *identity-based* means an IAM policy. IAM policies belong to the account of the user they're "
        "attached to."
    ),
    "C": Mistake(
        "Ticket C: this is what KMS tells a caller from another account, to whom it doesn't confirm that a key exists. "
        "Which policy is *resource-based*?"
    ),
    "D": Mistake("Ticket D: who attaches service control policies? A member account can't remove one."),
    "E": Mistake(
        "Ticket E: Paul's own account has nothing to do with it, and the key policy can't override it. Who attaches "
        "resource control policies?"
    ),
    "F": Mistake(
        "Ticket F: the endpoint is in Ben's VPC. The account that owns an endpoint also writes its policy."
    ),
}


_ANSWERS = Tickets("places", _RIGHT, CHOICES, WRONG, still="place")
NOT_A_DICT, OTHER_WORD, STILL_OPEN = _ANSWERS.not_a_dict, _ANSWERS.other_word, _ANSWERS.still_open


EXERCISE = Exercise(
    answer_name="places",
    stub="""
places = {
    "A": ...,
    "B": ...,
    "C": ...,
    "D": ...,
    "E": ...,
    "F": ...,
}
""",
    examine=_ANSWERS.examine,
    hints=(
        "The last words of a message name the type of policy. Who owns policies of that type?",
        "Section 1 showed A, B and C. Which of them did a change in Ben's account mend?",
        "Two tickets need the organization's management account, and two need Chloe, who administers Ben's account.",
    ),
    solution="""
places = {
    "A": "call",
    "B": "caller",
    "C": "key",
    "D": "organization",
    "E": "organization",
    "F": "caller",
}
""",
)
