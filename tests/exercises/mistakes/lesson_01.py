"""Answers that make the mistakes of lesson 01's exercises."""

from kmsnb.exercises.lesson_01 import crack, kinds, seal

from . import Answers, solution, stub

ANSWERS: Answers = {
    "01.a": {
        kinds.NOT_A_DICT: '\nkinds = ["encoding"]\n',
        kinds.OTHER_WORD: stub(('photo": ...,', 'photo": "Base64",')),
        kinds.OTHER_KIND: stub(('photo": ...,', 'photo": "encryption",')),
        kinds.STILL_OPEN: solution(('link": "encoding",', 'link": ...,')),
    },
    "01.b": {
        crack.SHIFTS_ON: stub(
            ("def crack", "from kmsnb import broken\ndef crack"),
            (
                "return ...",
                """with broken.for_learning():
        tries = {shift: broken.caesar(ciphertext, -shift) for shift in range(26)}
        best = max(tries, key=lambda shift: tries[shift].lower().count("e"))
        return broken.caesar(ciphertext, best)""",
            ),
        ),
        crack.ONE_SHIFT: """
from kmsnb import broken

def crack(ciphertext):
    with broken.for_learning():
        return broken.caesar(ciphertext, -3)
""",
        crack.THE_SHIFT: solution(
            (
                "[broken.caesar(ciphertext, -shift) for shift in range(26)]",
                "{shift: broken.caesar(ciphertext, -shift) for shift in range(26)}",
            ),
            ("text: text", "shift: tries[shift]"),
        ),
        crack.SMALL_ONLY: solution(("lower().", "")),
        crack.COUNTS_SPACES: stub(
            ("def crack", "from kmsnb import broken\ndef crack"),
            (
                "return ...",
                """most_common = max(set(ciphertext.lower()), key=ciphertext.lower().count)
    with broken.for_learning():
        return broken.caesar(ciphertext, ord("e") - ord(most_common))""",
            ),
        ),
        crack.OTHER_CASE: solution(("shift) ", "shift).lower() ")),
        crack.ALL_TRIES: stub(
            ("def crack", "from kmsnb import broken\ndef crack"),
            (
                "return ...",
                """with broken.for_learning():
        return [broken.caesar(ciphertext, -shift) for shift in range(26)]""",
            ),
        ),
        crack.CIPHERTEXT_BACK: stub(("return ...", "return ciphertext")),
        crack.NO_TEXT: solution(("    return ", "        ")),
        crack.OTHER_GUESS: solution(('count("e")', 'count("q")')),
        crack.BEGINNING: solution(('("e"))', '("e"))[:60]')),
        crack.NO_BLOCK: """
from kmsnb import broken

def crack(ciphertext):
    return broken.caesar(ciphertext, -3)
""",
    },
    "01.c": {
        seal.NOTHING_RETURNED: solution(("return nonce + ", "")),
        seal.A_PAIR: solution(("nonce +", "nonce,")),
        seal.A_TEXT: solution(
            (
                "nonce + AESGCM(key).encrypt(nonce, text.encode(), None",
                "(nonce + AESGCM(key).encrypt(nonce, text.encode(), None)).hex(",
            )
        ),
        seal.NO_ENCODE: solution((".encode()", "")),
        seal.NO_NONCE: solution(
            (
                "nonce = os.urandom(12)\n    return nonce + AESGCM(key).encrypt(nonce",
                "return AESGCM(key).encrypt(os.urandom(12)",
            )
        ),
        seal.NONCE_LAST: solution(
            (
                "nonce + AESGCM(key).encrypt(nonce, text.encode(), None)",
                "AESGCM(key).encrypt(nonce, text.encode(), None) + nonce",
            )
        ),
        seal.SAME_NONCE: solution(("os.urandom", "bytes")),
        seal.OWN_KEY: solution(
            (
                "return nonce + AESGCM(key",
                """own = AESGCM.generate_key(bit_length=256)
    return nonce + AESGCM(own""",
            )
        ),
        seal.READABLE: stub(("return ...", "import base64\n    return base64.b64encode(text.encode())")),
        seal.OTHER_TEXT: solution((".encode", ".strip().encode")),
    },
}
