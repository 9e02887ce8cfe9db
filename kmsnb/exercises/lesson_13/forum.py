"""Exercise 13.a: eight errors as people paste them into forums, and what caused each."""

from ..model import Exercise, Mistake
from ..tickets import Tickets

KEY = "arn:aws:kms:us-east-1:123456789012:key/7de07621-193c-4a26-855e-884e28237e4e"

#: Ticket, the error, and what else people say.
tickets = (
    (
        "A",
        (
            f"InvalidKeyId when calling GetParameter: {KEY} is disabled. (Service: AWSKMS; Status Code: 400; "
            "Error Code: DisabledException; …)"
        ),
        "We double-checked the key id. It's right.",
    ),
    (
        "B",
        "AccessDeniedException when calling GetSecretValue: Access to KMS is not allowed",
        "Her policy allows secretsmanager:* on everything, and nothing else.",
    ),
    (
        "C",
        (
            "CustomerKeyHasBeenRevoked when calling AttachVolume: Volume vol-… cannot be attached. The encrypted volume was "
            "unable to access the KMS key."
        ),
        "Nobody revoked anything. The key is enabled. He may Encrypt, Decrypt, ReEncrypt, GenerateDataKey and DescribeKey.",
    ),
    (
        "D",
        (
            "InsufficientEncryptionPolicyException when calling CreateTrail: Insufficient permissions to access S3 bucket "
            f"audit-logs or KMS key {KEY}."
        ),
        "I have AdministratorAccess. Without the key, the trail is created, with the same bucket.",
    ),
    (
        "E",
        (
            "Instance became unhealthy while waiting for instance to be in InService state. Termination Reason: "
            "Client.InvalidKMSKey.InvalidState: The KMS key provided is in an incorrect state"
        ),
        "The Auto Scaling group can't launch anything. I can, by hand, from the same launch template.",
    ),
    (
        "F",
        (
            "OperationNotPermitted when calling ModifySnapshotAttribute: Encrypted snapshots with EBS default key cannot be "
            "shared"
        ),
        "I'm an administrator of both accounts.",
    ),
    (
        "G",
        (
            f"KMSKeyNotAccessibleFault when calling CreateDBInstance: Specified KMS key [{KEY}] does not exist, is not enabled "
            "or you do not have permissions to access it."
        ),
        "It does exist, it's enabled, and I'm an administrator! The database will be in eu-west-1.",
    ),
    (
        "H",
        (
            "AccessDeniedException when calling CreateLogGroup: The specified KMS key does not exist or is not allowed to be "
            "used with Arn 'arn:aws:logs:us-east-1:123456789012:log-group:shop'"
        ),
        "The key exists, in this Region, and I can encrypt with it.",
    ),
)

#: The words to choose from; one of them fits no ticket.
CHOICES = ("caller", "create-grant", "key-policy", "state", "aws-managed", "region", "bucket")
_RIGHT = {
    "A": "state",
    "B": "caller",
    "C": "create-grant",
    "D": "key-policy",
    "E": "key-policy",
    "F": "aws-managed",
    "G": "region",
    "H": "key-policy",
}

WRONG = {
    "A": Mistake(
        "Ticket A: ignore the code, and read what KMS said: the message quotes it, with KMS's own error code."
    ),
    "B": Mistake(
        "Ticket B: in whose name does Secrets Manager ask KMS? What does this person's policy say about KMS?"
    ),
    "C": Mistake(
        "Ticket C: attaching made two KMS calls in section 2. Which of them is missing from this list of permissions?"
    ),
    "D": Mistake(
        "Ticket D: the bucket works without the key. In whose name does CloudTrail ask KMS? Then what must name it?"
    ),
    "E": Mistake(
        "Ticket E: the state is fine, or launching by hand would fail, too. As whom does the group launch instances, and "
        "what must name that?"
    ),
    "F": Mistake("Ticket F: which key is the EBS default key, and who can change its policy?"),
    "G": Mistake("Ticket G: compare the key's ARN with the place of the database."),
    "H": Mistake("Ticket H: this person may use the key. Who else uses it to encrypt a log group?"),
}


_ANSWERS = Tickets("causes", _RIGHT, CHOICES, WRONG, still="find")
NOT_A_DICT, OTHER_WORD, STILL_OPEN = _ANSWERS.not_a_dict, _ANSWERS.other_word, _ANSWERS.still_open


TICKETS = Exercise(
    answer_name="causes",
    stub="""
causes = {
    "A": ...,
    "B": ...,
    "C": ...,
    "D": ...,
    "E": ...,
    "F": ...,
    "G": ...,
    "H": ...,
}
""",
    examine=_ANSWERS.examine,
    hints=(
        (
            "Ask the same three questions of each: who asked KMS (the caller, a grantee, the service, a role)? What must allow "
            "that? Is the key in the right state and place?"
        ),
        "Three tickets have the same cause: in each, a service asks as itself or as its role.",
        (
            "A key policy names service principals and roles. `kms:CreateGrant` is a permission of its own. An ARN contains a "
            "Region."
        ),
    ),
    solution="""
causes = {
    "A": "state",
    "B": "caller",
    "C": "create-grant",
    "D": "key-policy",
    "E": "key-policy",
    "F": "aws-managed",
    "G": "region",
    "H": "key-policy",
}
""",
)
