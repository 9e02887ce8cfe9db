"""What lesson 02 asks."""

from ..model import Option, Question

QUESTIONS = {
    "02.size": Question(
        'You may read that a KMS key is a "256-byte key". You hand AES-256 a key of 256 bytes. What happens?',
        (
            Option(
                "It encrypts: a longer key is safer.",
                "AES-256 has no longer keys. Its 256 counts bits: a key has 32 bytes, neither more nor fewer.",
            ),
            Option(
                "It encrypts, with the first 32 bytes.",
                "Whoever handed over 256 bytes would believe that all of them count. A good library makes no such guess.",
            ),
            Option(
                "It refuses: no key has that length.",
                "The 256 counts bits, and a byte has eight of them: a key of AES-256 has 32 bytes, neither more nor fewer.",
                right=True,
            ),
        ),
    ),
    "02.bits": Question(
        "You try all keys that have 16 unknown bits. Say it takes a second. How long would 32 unknown bits take on the "
        "same machine?",
        (
            Option(
                "Two seconds.",
                "Twice the bits is not twice the keys: 2³² is not 2 × 2¹⁶. Each single bit doubles their number.",
            ),
            Option(
                "Four minutes.",
                "256 seconds would be 8 more bits. There are 16 more, and each doubles the number of keys.",
            ),
            Option(
                "Eighteen hours.",
                "Each of the 16 further bits doubles the time: 65,536 seconds, a little over 18 hours.",
                right=True,
            ),
            Option(
                "Longer than anyone can wait.",
                "Not yet, that comes later: 16 more bits are 65,536 times as many keys, and so many seconds one can wait.",
            ),
        ),
    ),
    "02.modes": Question(
        "You encrypt the photograph in ECB mode with a fresh AES-256 key. Someone without the key draws the "
        "ciphertext as if it were a picture. What do they see?",
        (
            Option(
                "Noise: nobody has broken AES-256.",
                "Nobody has, and still it is not noise. How the cipher is used counts as much as the cipher.",
            ),
            Option(
                "The outlines of what was in the photograph.",
                "Areas of one grey are the same 16 bytes again and again, so their ciphertext is the same 16 bytes "
                "again and again. Where an area ends, the pattern changes.",
                right=True,
            ),
            Option(
                "The same photograph in other greys.",
                "It would be so if each byte were encrypted by itself. A block is 16 bytes, and what varies inside "
                "a block is hidden well.",
            ),
        ),
    ),
    "02.reuse": Question(
        "Two pictures were encrypted with AES-GCM under the same key, and by mistake under the same nonce. Someone who "
        "has both ciphertexts, and no key, XORs them byte for byte. What comes out?",
        (
            Option(
                "Noise, since each of the two ciphertexts looks random.",
                "Each alone does. But both were made random in the same way, and the same thing XORed twice is gone.",
            ),
            Option(
                "The key.",
                "The key does not come out, here or later. It is not needed either.",
            ),
            Option(
                "The first picture, as it was.",
                "Close. What is left has both in it; to take one out you must know the other. You do so below.",
            ),
            Option(
                "Both pictures, one over the other.",
                "What AES added was the same in both, and XOR takes it away. Neither key nor computing is needed.",
                right=True,
            ),
        ),
    ),
    "02.flip": Question(
        "A payment order was encrypted in counter mode, which is GCM without its tag. A thief without the key flips one "
        "bit in the middle of the ciphertext. What does the bank find when it decrypts?",
        (
            Option(
                "The order, with one character changed.",
                "In counter mode a bit of ciphertext belongs to one bit of text: flip one, and you flip the other.",
                right=True,
            ),
            Option(
                "An error.",
                "Nothing in counter mode can notice: any bytes decrypt to some bytes. To notice is the tag's work.",
            ),
            Option(
                "Nothing readable: one bit changes everything.",
                "That is so inside AES, where one flipped bit changes a whole block. But counter mode uses AES only to "
                "make the bytes that it XORs over the text, and those stay as they are.",
            ),
        ),
    ),
    "02.pairs": Question(
        "Thirty people want to write to each other so that of any message nobody but its writer and its reader can read it. "
        "With symmetric keys only: how many keys are there in all?",
        (
            Option(
                "30, one for each.",
                "Whom would Ana share hers with? With everybody, and all could read all; with nobody, and she could "
                "write to nobody.",
            ),
            Option(
                "60, one to lock and one to open for each.",
                "The same key locks and opens. What matters is who else has it.",
            ),
            Option(
                "435, one for each pair.",
                "Each of 30 shares a key with each of 29 others, and each key is shared by two: 30 × 29 / 2.",
                right=True,
            ),
            Option(
                "870, one for each direction.",
                "One can do so, but a key works in both directions: half of them are enough.",
            ),
        ),
    ),
    "02.1": Question(
        "An auditor asks about the key material of a KMS key that was created with the default key spec, outside the China "
        "Regions. What do you answer?",
        (
            Option(
                "It is a 256-bit key for AES-GCM.",
                "SYMMETRIC_DEFAULT: AES-256 in GCM, 32 bytes that never leave KMS unencrypted.",
                right=True,
            ),
            Option(
                "It is a 256-byte key for AES-GCM.",
                "256 counts bits. AES knows no key longer than 32 bytes.",
            ),
            Option(
                "It is an RSA key pair of 2,048 bits.",
                "Those exist, as key spec RSA_2048, but you must ask for one.",
            ),
            Option(
                "It is a 128-bit key for AES in ECB mode.",
                "KMS uses 256-bit keys, in GCM, with an integrity check.",
            ),
        ),
    ),
    "02.2": Question(
        "A service encrypts records locally with AES-256-GCM under one data key. The nonce is a counter in memory, which "
        "starts at 0 after each restart; the data key stays. What follows?",
        (
            Option(
                "Nothing: a nonce need not be secret or random.",
                "Right as far as it goes: a counter is a good nonce, as long as it never repeats under a key. Here it does.",
            ),
            Option(
                "Records from before the restart can no longer be decrypted.",
                "They can, as long as each record's own nonce is stored with it.",
            ),
            Option(
                "Two records can give away the XOR of their contents, and forged ones can pass the check.",
                "They share a nonce, so their keystream is the same, and enough of the tag's secret comes out to forge "
                "tags. Take a new data key at each restart, or keep the counter.",
                right=True,
            ),
            Option(
                "The data key can be computed from two records with the same nonce.",
                "It cannot; AES holds. What is lost is what the key was there to protect.",
            ),
        ),
    ),
    "02.3": Question(
        "Ana and Ben share an AES key. Ben receives a ciphertext that opens with AES-GCM under it, with the right "
        "context. Which two things may he conclude?",
        (
            Option(
                "Someone who has the key made it, and nobody else changed it since.",
                "That is what the tag is for.",
                right=True,
            ),
            Option(
                "It was made for this context and no other.",
                "The tag covers the context, too.",
                right=True,
            ),
            Option(
                "The context was hidden on the way.",
                "The context is authenticated, not encrypted: it may be read by anyone who carries it.",
            ),
            Option(
                "He can prove to a judge that Ana wrote it.",
                "Ben has the same key, and could have made it himself. Proof to others needs a signature: lesson 03.",
            ),
        ),
    ),
}
