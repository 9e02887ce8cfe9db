"""Answers that make the mistakes of lesson 02's exercises."""

from kmsnb.exercises.lesson_02 import bits, lock, recover

from . import Answers, solution, stub

ANSWERS: Answers = {
    "02.a": {
        lock.NOTHING_RETURNED: solution(("return ", "")),
        lock.NOT_BYTES: solution(("nonce +", "nonce,")),
        lock.NOT_ENCRYPTED: stub(
            ("def lock", "import os\ndef lock"), ("return ...", "return os.urandom(12) + message")
        ),
        lock.NO_NONCE: solution(
            (
                "nonce = os.urandom(12)\n    return nonce + AESGCM(key).encrypt(nonce",
                "return AESGCM(key).encrypt(os.urandom(12)",
            )
        ),
        lock.OTHER_NONCE_SIZE: solution(("urandom(12)", "urandom(16)")),
        lock.NONCE_BEHIND: solution(
            (
                "nonce + AESGCM(key).encrypt(nonce, message, context)",
                "AESGCM(key).encrypt(nonce, message, context) + nonce",
            )
        ),
        lock.SAME_NONCE: solution(("os.urandom", "bytes")),
        lock.NO_CONTEXT: solution(("nonce, message, context)", "nonce, message, None)")),
        lock.DOES_NOT_OPEN: solution(("return nonce ", "return os.urandom(12) ")),
        lock.OTHER_MESSAGE: solution(("nonce, message, ", 'nonce, b"message", ')),
    },
    "02.b": {
        recover.XOR_OF_CIPHERTEXTS: solution(
            (
                "keystream = xor(known, first)\n    return xor(keystream, second[:-16]",
                "return xor(first, second",
            )
        ),
        recover.THE_KEYSTREAM: solution(
            (
                "keystream = xor(known, first)\n    return xor(keystream, second[:-16]",
                "return xor(known, first",
            )
        ),
        recover.OWN_PAIR: solution(
            (
                "keystream = xor(known, first)\n    return xor(keystream, second[:-16]",
                "return xor(known, second",
            )
        ),
        recover.THE_KNOWN_ONE: stub(("return ...", "return known")),
        recover.TOO_LONG: solution(
            (
                "keystream = xor(known, first)\n    return xor(keystream, second[:-16]",
                "return xor(xor(first[:-16], known), second",
            )
        ),
        recover.CUT_SHORT: solution(
            (
                "keystream = xor(known, first)\n    return xor(keystream, second[:-16])",
                "return xor(xor(first, known), second)[:4]",
            )
        ),
        recover.OTHER_BYTES: stub(("return ...", "return bytes(second)")),
        recover.NO_TEXT: stub(("return ...", 'return "PIER 7"')),
    },
    "02.c": {
        bits.COUNTS_STORAGE: solution(("math.log2(characters)", "8")),
        bits.COUNTS_PASSWORDS: stub(("return ...", "return characters ** length")),
        bits.OTHER_LOGARITHM: solution((".log2(", ".log(")),
        bits.ONE_CHARACTER: solution(("length * ", "")),
        bits.ROUNDED: solution(("math.log2(characters", "int(math.log2(characters)")),
        bits.BASE_AND_POWER_SWAPPED: solution(
            ("length * math.log2(characters", "characters * math.log2(length")
        ),
        bits.OTHER_NUMBER: solution(("math.log2(characters)", "characters")),
        bits.NO_NUMBER: stub(("return ...", 'return f"{length} letters"')),
    },
}
