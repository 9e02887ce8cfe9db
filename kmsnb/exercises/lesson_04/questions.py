"""What lesson 04 asks: predictions, and questions as in an exam."""

from ..model import Option, Question

QUESTIONS = {
    "04.metadata": Question(
        "`create_key` answers with the key's metadata. Which of these is missing from it?",
        (
            Option(
                "Whether the key is enabled.",
                "It is: `KeyState`, and as yes or no `Enabled`.",
            ),
            Option(
                "The aliases and the tags of the key.",
                "They belong to the key, but DescribeKey does not tell them either. ListAliases and ListResourceTags do.",
                right=True,
            ),
            Option(
                "The algorithms it can be used with.",
                "They are: a key lists the algorithms that its spec and its usage allow.",
            ),
            Option(
                "The account that the key is in.",
                "It is: `AWSAccountId`, and again within the ARN.",
            ),
        ),
    ),
    "04.names": Question(
        "You want to switch the key off with DisableKey. Which of the four names can you give it?",
        (
            Option(
                "Any of them: each leads to one key.",
                "Each does, today. An alias may lead to another one tomorrow, so operations that manage keys do not take it.",
            ),
            Option(
                "The key id and the key ARN.",
                "They belong to this key for ever. An alias can be moved.",
                right=True,
            ),
            Option(
                "The key ARN and the alias ARN.",
                "An ARN is needed for a key of another account. Here the question is another one: can the name be moved?",
            ),
            Option(
                "The key ARN, and no other.",
                "The key ARN is always right where a key is meant. But within your account and Region the key id is as good.",
            ),
        ),
    ),
    "04.change": Question(
        "A key is in use for a year. Now there are four wishes: another description; other people who may use it; new key "
        "material; a copy of it in another Region. For how many of them must you make a new key?",
        (
            Option(
                "For none of them.",
                "Three have a call. But a key is made as a multi-Region key or it never is one: `MultiRegion` is chosen once.",
            ),
            Option(
                "For one of them.",
                "Only a multi-Region key can be copied to another Region, and that is chosen when it is made. Description and "
                "policy have a call each, and rotation gives new material to the same key.",
                right=True,
            ),
            Option(
                "For two of them.",
                "If you thought of the material: rotation gives new material to the same key, whose id stays as it is.",
            ),
            Option(
                "For all four of them.",
                "That is what you may read: delete it, or leave it as it is. You see in a moment what can be changed.",
            ),
        ),
    ),
    "04.kinds": Question(
        "Which of these does KMS accept?",
        (
            Option(
                '`create_key(KeySpec="RSA_4096")`',
                "RSA encrypts or signs, and KMS does not choose for you: it wants a `KeyUsage`.",
            ),
            Option(
                '`create_key(KeySpec="ECC_NIST_P256", KeyUsage="ENCRYPT_DECRYPT")`',
                "Elliptic curves do not encrypt in KMS. They sign, or agree on a secret.",
            ),
            Option(
                '`create_key(KeySpec="ECC_NIST_P256", KeyUsage="KEY_AGREEMENT")`',
                "The NIST curves can do ECDH: two sides, a pair each, one secret.",
                right=True,
            ),
            Option(
                '`create_key(KeySpec="HMAC_256", KeyUsage="SIGN_VERIFY")`',
                "An HMAC is like a signature, but made and checked with the same secret key. Its usage has a name of its own.",
            ),
        ),
    ),
    "04.size": Question(
        "You import key material into a symmetric encryption key. Which of these sizes does KMS take?",
        (
            Option(
                "16 bytes, 32 bytes or 256 bytes.",
                "AES knows keys of 16, 24 and 32 bytes, but KMS has only one kind of symmetric encryption key.",
            ),
            Option("16 bytes or 32 bytes.", "AES takes both. KMS has AES with 256 bits only."),
            Option("32 bytes.", "256 bits, and nothing else.", right=True),
            Option("256 bytes.", "A byte has eight bits: that would be 2,048 bits. AES has no such keys."),
        ),
    ),
    "04.managed": Question(
        "You call Encrypt with `alias/aws/s3`. The key lies in your account, and you administer that account. What happens?",
        (
            Option(
                "It works, as with each key in your account.",
                "Lying in your account is not enough: a key's policy says who may use it, and nobody but AWS changes this one.",
            ),
            Option(
                "It works, and S3 is asked for its consent.",
                "Nobody is asked. The key policy decides, and it is there already: it wants the call to come from S3.",
            ),
            Option(
                "It is refused, as S3 alone may use it for you.",
                "Its policy allows its use by everyone in the account, but only in calls that S3 makes on their behalf.",
                right=True,
            ),
            Option(
                "It is refused, as the key is not symmetric.",
                "It is symmetric: S3 gets its data keys from it. What counts is who calls.",
            ),
        ),
    ),
    "04.public": Question(
        "What does GetPublicKey answer for your symmetric key?",
        (
            Option(
                "The key, encrypted under another one.",
                "KMS stores it so, inside, but no call hands it out, encrypted or not.",
            ),
            Option(
                "A public key computed from it.",
                "From a private key one can compute the public one. A symmetric key has no such half: whoever had anything "
                "to encrypt with could decrypt too.",
            ),
            Option(
                "An error: there is nothing to give.",
                "A symmetric key has one half, and it is secret.",
                right=True,
            ),
        ),
    ),
    "04.1": Question(
        "A company encrypts under a customer managed key. From now on all of its new ciphertexts must be readable in a second "
        "Region without calls to the first. The key is a single-Region key. What do you do?",
        (
            Option(
                "Set `MultiRegion` on the key, then call ReplicateKey.",
                "There is no call that sets it: a key is made multi-Region or never is.",
            ),
            Option(
                "Make a multi-Region key, replicate it, and move the alias to it.",
                "New data is encrypted under the new key. Keep the old one for what it has encrypted.",
                right=True,
            ),
            Option(
                "Copy the key material to the other Region with GetParametersForImport.",
                "It is for the way in. No call gives out key material.",
            ),
            Option(
                "Make an alias of the same name in the second Region.",
                "An alias there leads to a key there, with other material.",
            ),
        ),
    ),
    "04.2": Question(
        "An auditor asks that the company controls who may use the key of an S3 bucket, that it can switch the key off, "
        "and that each use is logged. Which key does the bucket get?",
        (
            Option(
                "The AWS managed key, `aws/s3`.",
                "It is logged, but you control neither its policy nor its state.",
            ),
            Option(
                "An AWS owned key.", "It is in an account of AWS: no policy, no switch and no log of yours."
            ),
            Option(
                "A customer managed key.",
                "The only kind whose policy and state are yours. Its use is in CloudTrail.",
                right=True,
            ),
        ),
    ),
    "04.3": Question(
        "Which statements about the key material of a KMS key with origin AWS_KMS are true?",
        (
            Option(
                "GetPublicKey returns the public half of an asymmetric key.",
                "The half that is no secret, and only that.",
                right=True,
            ),
            Option(
                "An administrator with `kms:*` can export a private key.",
                "`kms:*` allows every operation, and no operation exports it.",
            ),
            Option(
                "Of a symmetric key, KMS stores it encrypted, and no call returns it.",
                "Durably, in several copies, under keys of the HSMs.",
                right=True,
            ),
            Option(
                "GenerateDataKey returns it once, at the first call.",
                "GenerateDataKey returns a fresh data key each time, and a copy of that encrypted under the KMS key.",
            ),
        ),
    ),
}
