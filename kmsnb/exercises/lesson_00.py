"""Lesson 00, the tour: a question at each stop, and one exercise, for which a slider finds the number."""

from math import ceil
from typing import Any

from .model import Exercise, Mistake, Option, Question

QUESTIONS = {
    "00.key": Question(
        "Three calls, three responses. Which of them contained the key?",
        (
            Option(
                "All three: without it, nothing could be encrypted here.",
                "Nothing was encrypted here. You named the key, and KMS did the work.",
            ),
            Option(
                "The first: `create_key` returns the new key once, and never again.",
                "That is how AWS hands out access keys. `create_key` returns facts about the key, such as its id.",
            ),
            Option(
                "None: the key stays in KMS.",
                "You use it by its id, and KMS encrypts and decrypts for you.",
                right=True,
            ),
        ),
    ),
    "00.letter": Question(
        "Ana encrypts a letter with Bea's public key and keeps no other copy. Who can read it?",
        (
            Option(
                "Bea and Ana.",
                "Ana holds only the key that encrypts. She can't read her own letter again.",
            ),
            Option(
                "Bea.",
                "Only Bea's private key decrypts it.",
                right=True,
            ),
            Option(
                "Everyone who has Bea's public key.",
                "The public key encrypts, and that is all it can do with a letter. So Bea can give it to everyone.",
            ),
        ),
    ),
    "00.envelope": Question(
        "You put a photo of 5 MB into an envelope. A year later you open it. How much of the photo does KMS get to see?",
        (
            Option(
                "All of it: KMS decrypts it for you.",
                "A call to KMS takes a few thousand bytes. KMS decrypts the data key, and you decrypt the photo.",
            ),
            Option(
                "The first 4,096 bytes.",
                "KMS rejects what is too long, and never takes a part of it.",
            ),
            Option(
                "Nothing.",
                "KMS gets the wrapped key and returns the data key. You decrypt the photo on your own machine.",
                right=True,
            ),
        ),
    ),
    "00.root": Question(
        "Someone removes the first statement, the one for the whole account. Who can no longer use the key?",
        (
            Option(
                "Nobody: the other statements are enough.",
                "They are enough for XYZ and ABC, whom they name. `student` is named nowhere.",
            ),
            Option(
                "`student`, although an administrator of the whole account.",
                "A key obeys its own policy. Permissions from IAM count only where the key policy lets them.",
                right=True,
            ),
            Option(
                "XYZ and ABC, who belong to the account.",
                "The other two statements name them, so they keep what they have.",
            ),
        ),
    ),
    "00.kek": Question(
        "A thief has copied everything that is stored, and then gets hold of KEK 1, unwrapped. What can they read?",
        (
            Option(
                "Nothing: KEK 2 and the KMS key still protect it.",
                "They protect the wrapped copy of KEK 1. The thief has KEK 1 itself, and needs neither.",
            ),
            Option(
                "The data.",
                "KEK 1 opens the data key, and that opens the data. The thief doesn't even have to call KMS.",
                right=True,
            ),
            Option(
                "The data, and KEK 2 as well.",
                "The data, yes. But KEK 2 comes before KEK 1, and a key opens only what comes after it.",
            ),
        ),
    ),
    "00.rescue": Question(
        "The waiting period is running when you notice that your program still needs the key. What helps?",
        (
            Option(
                "CancelKeyDeletion.",
                "The key is kept, but it comes back disabled. Your program still gets an error.",
            ),
            Option(
                "CancelKeyDeletion, then EnableKey.",
                "A cancelled deletion leaves the key disabled, so it takes both calls.",
                right=True,
            ),
            Option(
                "CreateKey, with the old alias for the new key.",
                "The new key has other key material. It doesn't open what the old one encrypted.",
            ),
        ),
    ),
}

NO_NUMBER = Mistake(
    "Give the number of calls, such as `calls = 2`.",
    'calls = "many"',
)
PART_OF_A_CALL = Mistake(
    "Nearly. The last piece is a short one, but it needs a whole call: round up.",
    "calls = 5_000_000 / 4096",
)
LAST_PIECE_FORGOTTEN = Mistake(
    "Nearly. That many calls leave a short piece at the end, which needs one more.",
    "calls = 5_000_000 // 4096",
)
TOO_FEW = Mistake(
    "That is too few: the pieces would be larger than the limit that you found with the slider.",
    "calls = 1",
)
TOO_MANY = Mistake(
    "Fewer calls do it, if each takes as many bytes as the slider allows.",
    "calls = 5_000_000 // 4000",
)

_PHOTO, _LIMIT = (
    5_000_000,
    4096,
)  # bytes, https://docs.aws.amazon.com/kms/latest/APIReference/API_Encrypt.html


def _examine_calls(calls: Any) -> Mistake | None:
    if isinstance(calls, bool) or not isinstance(calls, int | float):
        return NO_NUMBER
    needed = ceil(_PHOTO / _LIMIT)
    if needed - 1 < calls < needed:
        return PART_OF_A_CALL
    if calls == needed - 1:
        return LAST_PIECE_FORGOTTEN
    if calls != needed:
        return TOO_MANY if calls > needed else TOO_FEW
    return None


EXERCISES = {
    "00.a": Exercise(
        task="Count the calls of Encrypt that a photo of 5,000,000 bytes would take, piece by piece.",
        answer_name="calls",
        stub="calls = ...",
        examine=_examine_calls,
        mistakes=(NO_NUMBER, PART_OF_A_CALL, LAST_PIECE_FORGOTTEN, TOO_FEW, TOO_MANY),
        hints=(
            "The slider shows the limit: the largest piece has 4,096 bytes.",
            "Divide 5,000,000 by 4,096, and round up.",
        ),
        solution="calls = 1 + 5_000_000 // 4096",
    ),
}
