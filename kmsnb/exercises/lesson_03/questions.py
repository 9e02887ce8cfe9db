"""What lesson 03 asks."""

from ..model import Option, Question

QUESTIONS = {
    "03.letter": Question(
        "Ana encrypts a letter under Bea's public key and keeps no copy of it. Who can read it now?",
        (
            Option(
                "Ana and Bea.",
                "Ana wrote it, but all she used is Bea's public key, and that key does not open. She is as shut out now "
                "as everyone else.",
            ),
            Option(
                "Bea.", "What the public key closes, the private key opens, and only Bea has it.", right=True
            ),
            Option(
                "Everyone who has Bea's public key.",
                "That would be everyone. A public key only closes: that is why it may be public.",
            ),
        ),
    ),
    "03.lock": Question(
        "Which picture fits encryption with a key pair?",
        (
            Option(
                "A locker in a bank: it opens with your key and the banker's together.",
                "There are two keys in it, but both are needed for one act. Section 1 never needed both: Ana closed with "
                "one, Bea opened with the other. The locker is called dual control, and you build it next.",
            ),
            Option(
                "A mailbox with a slot: anybody drops a letter in, one key opens it.",
                "The slot is the public key, and the little key to the door is the private one.",
                right=True,
            ),
            Option(
                "A front door: the key that locked it in the morning unlocks it at night.",
                "One key for both is symmetric encryption, the subject of lesson 02.",
            ),
        ),
    ),
    "03.halves": Question(
        "A key of 256 bits shall be used only when two bankers agree. You give one of them the first 128 bits, the other "
        "one the rest. What has a dishonest banker gained, alone?",
        (
            Option(
                "Nothing: half a key does not open anything.",
                "It opens nothing by itself. But half the guessing is done for them, and the more people you cut "
                "the key for, the less is left.",
            ),
            Option(
                "Half of the key: 128 bits are left to guess.",
                "128 bits are still beyond anyone's reach. But the key was to have 256, and cut for four people, three of "
                "them would have 64 left to guess.",
                right=True,
            ),
            Option(
                "The key: the other half can be computed from it.",
                "The bits of a good key are independent of each other: half of them say nothing about the others.",
            ),
        ),
    ),
    "03.guess": Question(
        "Ana's ciphertext is known to hide either `yes` or `no`. Mal encrypts both words under Bea's public key and compares. "
        "What does she learn, when RSA is used as programs use it?",
        (
            Option(
                "The word: one of her two ciphertexts is Ana's.",
                "So it would be with the bare arithmetic: you see that next. That is why no program uses RSA bare.",
            ),
            Option(
                "Nothing: each encryption of a word looks different.",
                "Fresh random bytes are mixed in first. The step that does so is the padding, OAEP here.",
                right=True,
            ),
            Option(
                "Nothing: Mal cannot encrypt with Bea's public key.",
                "She can. A public key is for everyone, and Mal is someone.",
            ),
        ),
    ),
    "03.oaep": Question(
        "Bea's key has 2,048 bits, which is 256 bytes. How large a plaintext does one call of `encrypt` take?",
        (
            Option(
                "Less than 256 bytes.",
                "The padding goes into the same 256 bytes. How much is left is measured next.",
                right=True,
            ),
            Option(
                "Just 256 bytes.",
                "The padded message must fit into the 256 bytes, and the padding is not free.",
            ),
            Option(
                "Any size, cut into blocks of 256 bytes.",
                "AES is used that way, with a mode such as GCM. RSA is not: one call takes one small message.",
            ),
        ),
    ),
    "03.speed": Question(
        "Bea decrypts. How much more data does AES get through in a second than RSA, on the same machine?",
        (
            Option(
                "About the same.",
                "RSA raises numbers of hundreds of digits to powers of hundreds of digits, for each 190 bytes. AES mixes "
                "16 bytes at a time, by an instruction that most processors have.",
            ),
            Option("Some 10 times more.", "The gap is much wider. Measure it."),
            Option("More than 100 times.", "And often more than 1,000 times. Measure it.", right=True),
        ),
    ),
    "03.sign": Question(
        "Ana signs a letter with her private key and sends letter and signature. Mal catches both, and has Ana's public key. "
        "What can Mal do?",
        (
            Option(
                "Neither read the letter nor change it unnoticed.",
                "The second half is right. But a signature hides nothing: the letter travels beside it as it is.",
            ),
            Option(
                "Read the letter, but not change it unnoticed.",
                "A signature protects against change, and says whose key made it. It does not hide.",
                right=True,
            ),
            Option(
                "Read the letter, and change it unnoticed.",
                "She would have to sign what she changed, and that takes Ana's private key. The public key only checks.",
            ),
        ),
    ),
    "03.photo": Question(
        "A photograph has 61,306 bytes, and Bea's public key takes 190 at a time. How does Ana send it so that "
        "only Bea sees it?",
        (
            Option(
                "In 323 pieces, each encrypted under Bea's public key.",
                "It could be done, slowly, and the result would be a third longer. Worse: nothing would say that a piece is "
                "missing, or that two have changed places.",
            ),
            Option(
                "Under a fresh AES key, and that key under Bea's public key.",
                "The large thing by the fast cipher, and the small key by the one that needs no shared secret.",
                right=True,
            ),
            Option(
                "Under a fresh AES key, which she then reads to Bea on the phone.",
                "Then they have the problem of lesson 02 again: how does a secret key get to the other side?",
            ),
            Option(
                "Under an RSA key that is large enough for it.",
                "It would need close to half a million bits. To make and to use such a key is out of the question.",
            ),
        ),
    ),
    "03.1": Question(
        "A partner has no AWS credentials. They must encrypt short messages that only your account can decrypt. "
        "Which KMS key do you create?",
        (
            Option(
                "A symmetric encryption key; the partner gets its ARN.",
                "To encrypt with it the partner would have to call KMS, which takes credentials.",
            ),
            Option(
                "An RSA key with usage ENCRYPT_DECRYPT; the partner gets its public key.",
                "You download the public key; the partner encrypts anywhere, and only KMS can decrypt.",
                right=True,
            ),
            Option(
                "An elliptic-curve key with usage SIGN_VERIFY; the partner gets its public key.",
                "It verifies signatures. It encrypts nothing.",
            ),
            Option(
                "An HMAC key; the partner gets a copy of it.",
                "An HMAC key encrypts nothing, and KMS does not hand out a copy.",
            ),
        ),
    ),
    "03.2": Question(
        "Devices without a network must check that an update comes from your company. They may be taken apart by anyone. "
        "What do you use?",
        (
            Option(
                "A key pair for signatures; its public key is in each device.",
                "Whoever takes a device apart finds a key that can check, and cannot sign.",
                right=True,
            ),
            Option(
                "A shared secret for HMAC; a copy of it is in each device.",
                "Whoever can check an HMAC can also make one: one opened device, and anyone can forge an update.",
            ),
            Option(
                "A key pair for encryption; the update is encrypted under its public key.",
                "Anyone can encrypt under a public key, so that says nothing about where the update comes from.",
            ),
        ),
    ),
    "03.3": Question(
        "Which statements about the public key of a pair are true?",
        (
            Option(
                "It must be kept as safe as the private key.",
                "It may be printed in a newspaper. What it must be is genuine.",
            ),
            Option(
                "Who uses it must be sure whose key it is.",
                "A public key of Mal's with Bea's name on it would have letters for Bea encrypted for Mal.",
                right=True,
            ),
            Option(
                "It can be computed from the private key.",
                "So a lost public key is no loss. The other direction is what nobody can do.",
                right=True,
            ),
            Option(
                "It decrypts what it encrypted, for the sender's own records.",
                "It closes and never opens. A sender who wants to read the letter again keeps a copy.",
            ),
        ),
    ),
}
