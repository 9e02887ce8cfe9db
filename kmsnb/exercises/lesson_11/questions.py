"""Predictions and exam questions of lesson 11."""

from ..model import Option, Question

QUESTIONS = {
    "11.cancel": Question(
        "A key is in use. You schedule its deletion, see your mistake, and cancel the deletion a second later. What now?",
        (
            Option(
                "All is as it was before: the key works.",
                "It is the natural hope, and the trap. The key is there, but switched off: whoever wants to use it "
                "again must say so.",
            ),
            Option(
                "The key is there, and refuses to encrypt.",
                "A cancelled deletion leaves the key disabled. EnableKey is the second half of the way back.",
                right=True,
            ),
            Option(
                "The key works again once 7 days have passed.",
                "The waiting period ends with the deletion that it belongs to. Nothing happens later by itself.",
            ),
            Option(
                "It cannot be cancelled: the material is gone.",
                "The waiting period is there so that you can change your mind. Until it ends, KMS keeps the material.",
            ),
        ),
    ),
    "11.bill": Question(
        "You disable a key today, and forget about it. What does it cost from now on?",
        (
            Option(
                "Nothing: it does nothing for you any more.",
                "KMS still keeps it, ready to be enabled at any time. That is what the price is for.",
            ),
            Option(
                "Nothing, until somebody enables it again.",
                "So it is with a scheduled deletion, until it is cancelled. A disabled key is charged all along.",
            ),
            Option(
                "The same as before, as if it were enabled.",
                "$1 a month. What costs is that the key is there, not that it can be used.",
                right=True,
            ),
            Option(
                "A tenth of before, since it is only stored.",
                "KMS knows no such price. A key costs $1 a month, whether or not it can be used.",
            ),
        ),
    ),
    "11.which-rotate": Question(
        "For which of these keys can you turn automatic rotation on?",
        (
            Option(
                "A symmetric key with imported material.",
                "KMS cannot make the new material: it must come from you. Such a key rotates on demand, once you have "
                "imported more.",
            ),
            Option(
                "An RSA key that encrypts and decrypts.",
                "Others hold its public key, and would go on with the old one. You make a new key instead.",
            ),
            Option(
                "An HMAC key that protects session tokens.",
                "A key of random bytes, as a symmetric encryption key is; but KMS rotates only the latter.",
            ),
            Option(
                "A symmetric multi-Region primary key.",
                "A symmetric encryption key, with material made by KMS: it rotates. You set it on the primary key, and "
                "all related keys follow.",
                right=True,
            ),
        ),
    ),
    "11.alias": Question(
        "You point alias/orders at a new key, and leave the old one enabled. A program calls Decrypt with "
        'KeyId="alias/orders" and a ciphertext from before. What does it get?',
        (
            Option(
                "The plaintext: the ciphertext says which key made it.",
                "It does, and KMS compares it with the key that you name. They differ, so it refuses.",
            ),
            Option(
                "The plaintext: an alias remembers the keys that it had.",
                "An alias points to one key at a time, and has no memory. To keep old material at hand is what KMS's "
                "own rotation does.",
            ),
            Option(
                "IncorrectKeyException: the alias is another key now.",
                "The program names a key, and KMS uses that one or none. Leaving the key id out would work.",
                right=True,
            ),
            Option(
                "NotFoundException: the old key has no name any more.",
                "It has its id and its ARN, as before; an alias is only one more name. KMS finds both keys, and sees "
                "that they differ.",
            ),
        ),
    ),
    "11.imported": Question(
        "You import the same 32 bytes into a second KMS key. Can that one decrypt what the first one encrypted?",
        (
            Option(
                "Yes: the same material is the same AES key.",
                "As far as AES goes, it is. But KMS ties each ciphertext to the KMS key, and looks at that first.",
            ),
            Option(
                "Yes, once it has the alias of the first.",
                "An alias is a name, no part of the key. A ciphertext does not know which alias you used.",
            ),
            Option(
                "No: a ciphertext belongs to its KMS key.",
                "So the copy of your material is no backup of the key. It brings back material that expired, in the "
                "same key.",
                right=True,
            ),
            Option(
                "No: KMS takes the same material only once.",
                "KMS does not compare material between keys. The import works; it is Decrypt that refuses.",
            ),
        ),
    ),
    "11.offline": Question(
        "The key pair is disabled now. Ana's program encrypts 1,000 letters with the public key that she fetched. What "
        "does the journal get?",
        (
            Option(
                "1,000 records of Encrypt, without an error.",
                "A call to KMS would fail: the key is disabled. But does her program make one?",
            ),
            Option(
                "1,000 records with DisabledException.",
                "So it would be if she called kms.encrypt. Her program encrypts by itself.",
            ),
            Option(
                "One record, of the first use after the switch.",
                "KMS keeps no such mark. It cannot even know that there was a first use.",
            ),
            Option(
                "No record: her program does not ask KMS.",
                "With a public key in hand, one needs KMS only to decrypt.",
                right=True,
            ),
        ),
    ),
    "11.1": Question(
        "A company wants to cut the cost of its customer managed KMS keys. It does not know whether some of them are "
        "still needed to read old backups. What is the safest way to find out before a key is deleted?",
        (
            Option(
                "Schedule the deletion of each with 7 days, and cancel when somebody complains.",
                "7 days are short: a backup that is read once a quarter is lost before anyone complains.",
            ),
            Option(
                "Disable them, and look in CloudTrail for DisabledException over a long time.",
                "Each need shows as a refused call, with its caller, and EnableKey brings the key back at once.",
                right=True,
            ),
            Option(
                "Delete those for which GetKeyLastUsage shows no use within 90 days.",
                "It tells about the past. AWS says not to rely on it alone: the yearly job has not come yet.",
            ),
            Option(
                "Delete those to which no alias points.",
                "A ciphertext names its key by id. An alias says nothing about who needs the key.",
            ),
        ),
    ),
    "11.2": Question(
        "A rule demands that an asymmetric KMS key, which signs documents, is replaced each year. Programs name it as "
        "alias/signing. Documents signed before must still verify. What meets the rule?",
        (
            Option(
                "Enable automatic rotation with a period of 365 days.",
                "Automatic rotation is for symmetric encryption keys only: UnsupportedOperationException.",
            ),
            Option(
                "Call RotateKeyOnDemand once a year.",
                "That, too, is for symmetric encryption keys only.",
            ),
            Option(
                "Create a key, point the alias at it, and delete the old one.",
                "With the old key gone, KMS cannot verify what it signed. (Whoever kept its public key could.)",
            ),
            Option(
                "Create a key, point the alias at it, and keep the old one.",
                "New signatures come from the new key; for old documents, verify with the old key by its ARN.",
                right=True,
            ),
        ),
    ),
    "11.3": Question(
        "Three days ago somebody scheduled the deletion of the key that protects a production database. Since then the "
        "application fails with KMSInvalidStateException. How do you get it to work again?",
        (
            Option(
                "Call CancelKeyDeletion, then EnableKey.",
                "The shortest waiting period is 7 days, so the key is still there. Cancelling leaves it disabled.",
                right=True,
            ),
            Option(
                "Call EnableKey.",
                "A key that waits for its deletion cannot be enabled: KMSInvalidStateException.",
            ),
            Option(
                "Call CancelKeyDeletion.",
                "Half of it. The error turns into DisabledException.",
            ),
            Option(
                "Create a key with the same alias, and restore the database.",
                "The data is encrypted under the old key, and no other opens it. It can still be saved: how?",
            ),
        ),
    ),
}
