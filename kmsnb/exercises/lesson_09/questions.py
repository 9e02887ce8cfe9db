"""What lesson 09 asks: predictions and exam questions."""

from ..model import Option, Question

QUESTIONS = {
    "09.calls": Question(
        "You seal the file under a data key, and open it again tomorrow. What does KMS get to do, and to see?",
        (
            Option(
                "One call, and none of the file.",
                "None of the file is right. But tomorrow the data key is wrapped, and only KMS can unwrap it: that is a "
                "second call.",
            ),
            Option(
                "Two calls, and none of the file.",
                "GenerateDataKey to seal, Decrypt to open. The file is encrypted and decrypted where it is.",
                right=True,
            ),
            Option(
                "Two calls, and all of the file.",
                "The number is right. But neither call carries the file: Encrypt and Decrypt would not even take it.",
            ),
            Option(
                "A thousand calls, and all of the file.",
                "So it would be if you cut the file into pieces and had KMS encrypt each of them. Section 4 counts that.",
            ),
        ),
    ),
    "09.swap": Question(
        "Mal may not use your KMS key, but can write to your storage. Mal swaps the two sealed files whole: each now has "
        "the name of the other. You open the one that is called July. What comes out?",
        (
            Option(
                "June's text, and no error.",
                "Each file is whole and genuine, with its own wrapped key beside it. Nothing in it says under which name "
                "it was meant to lie.",
                right=True,
            ),
            Option(
                "July's text, and no error.",
                "The name of a file is no part of what was encrypted. What is in the file decides, and that is June's.",
            ),
            Option(
                "Unreadable bytes, and no error.",
                "AES-GCM never hands out unreadable bytes: it checks the tag first, and opens all or nothing.",
            ),
            Option(
                "InvalidTag, and no text.",
                "So it would be if Mal had swapped only the wrapped keys, or only the ciphertexts. Swapped whole, the "
                "parts still belong together.",
            ),
        ),
    ),
    "09.thief": Question(
        "Bea has no permissions, but she has copied a sealed file from your backup, with the wrapped data key in it. What "
        "must she get besides, to read the file?",
        (
            Option(
                "Nothing: the key lies in the file.",
                "It does, but wrapped: encrypted under your KMS key. As it lies there it opens nothing.",
            ),
            Option(
                "The bytes of your KMS key.",
                "They would do, but nobody can get them: no call returns them. Nobody needs them either.",
            ),
            Option(
                "Permission to call Decrypt with your KMS key.",
                "Then KMS unwraps the data key for her, and writes it down. Without it the file is of no use to her.",
                right=True,
            ),
            Option(
                "A computer that tries keys for a month.",
                "There are 2^256 keys to try, for the data key and for the KMS key alike: lesson 02.",
            ),
        ),
    ),
    "09.slow": Question(
        "You may read that envelopes exist because encrypting data is slow and encrypting a key is fast. How long does "
        "AES-256-GCM take for the 4.4 million bytes of orders.csv, on an ordinary laptop?",
        (
            Option(
                "Some milliseconds.",
                "Processors have instructions of their own for AES. A gigabyte takes about a second.",
                right=True,
            ),
            Option(
                "About a second.",
                "In a second it gets through about a gigabyte, which is more than 200 such files.",
            ),
            Option(
                "About a minute.",
                "RSA would take that order of time, if it decrypted the file 190 bytes at a time. AES is another matter.",
            ),
        ),
    ),
    "09.pieces": Question(
        "Say you did cut the file into pieces, and had KMS encrypt each with the same encryption context. Mal swaps two of "
        "the encrypted pieces in your storage. What do you notice when you have them decrypted?",
        (
            Option(
                "KMS refuses the two pieces.",
                "Each of them is a genuine ciphertext of your key, with the right context. KMS has no reason to refuse.",
            ),
            Option(
                "KMS refuses all pieces from there on.",
                "KMS keeps nothing between two calls. It does not know that there was a piece before.",
            ),
            Option(
                "KMS opens them all, in the wrong order.",
                "KMS vouches for each piece. That they belong together, and in which order, you would have to see to "
                "yourself.",
                right=True,
            ),
        ),
    ),
    "09.records": Question(
        "A shop seals 10 million small records a month, each under a data key of its own, and opens each of them once. "
        "What does KMS charge for the requests of a month?",
        (
            Option(
                "About $0.60.",
                "That is the price of 200,000 requests. Here it is two for each record: 20 million.",
            ),
            Option(
                "About $60.",
                "20 million requests at $0.03 for 10,000. The 20,000 that are free each month hardly show.",
                right=True,
            ),
            Option(
                "About $6,000.",
                "It is a hundred times less: $0.03 is the price of 10,000 requests.",
            ),
            Option(
                "About $10 million.",
                "A dollar a month is the price of a KMS key. There is one of those; data keys have no monthly price.",
            ),
        ),
    ),
    "09.1": Question(
        "An application must encrypt video files of 500 MB each under a customer managed symmetric encryption KMS key, "
        "before they are stored. What should it do for each file?",
        (
            Option(
                "Call Encrypt with the file, and store the ciphertext.",
                "Encrypt takes 4,096 bytes at the most.",
            ),
            Option(
                "Call GenerateDataKey, encrypt the file with the plaintext key, discard that key, and store the encrypted "
                "one with the file.",
                "Envelope encryption, in the order in which it happens.",
                right=True,
            ),
            Option(
                "Call GenerateDataKey, encrypt the file with the plaintext key, discard the encrypted one, and store the "
                "plaintext key with the file.",
                "The wrong key is discarded: whoever has the file would have its key.",
            ),
            Option(
                "Call GenerateDataKeyWithoutPlaintext, and encrypt the file with the key that it returns.",
                "It returns the encrypted key only. That is no key to encrypt with, before KMS has decrypted it.",
            ),
        ),
    ),
    "09.2": Question(
        "A service that seals many small messages under one symmetric KMS key gets ThrottlingException from "
        "GenerateDataKey. What helps?",
        (
            Option(
                "Ask for a higher request quota in Service Quotas.",
                "The quota for symmetric cryptographic operations can be raised.",
                right=True,
            ),
            Option(
                "Spread the messages over ten KMS keys of the account.",
                "The quota is one for the account and Region: all symmetric KMS keys share it.",
            ),
            Option(
                "Use a data key for several messages: data key caching.",
                "The AWS Encryption SDK does that, within limits on the age, the messages and the bytes of a key.",
                right=True,
            ),
            Option(
                "Call Encrypt instead, where messages are small enough.",
                "Encrypt, Decrypt and GenerateDataKey share one quota.",
            ),
        ),
    ),
    "09.3": Question(
        "An auditor finds that each object in your storage has an encrypted data key stored with it, and that the storage "
        "is backed up whole. What do you answer?",
        (
            Option(
                "That is as it should be: the encrypted key opens nothing without permission to use the KMS key.",
                "And it keeps the key from getting lost: without it, the object could never be opened again.",
                right=True,
            ),
            Option(
                "The encrypted keys will be moved to a secrets manager, away from the data.",
                "It does no harm, but protects nothing more, and it is one more thing that can be lost.",
            ),
            Option(
                "The encrypted keys will be deleted: KMS keeps a copy of each data key.",
                "KMS keeps no data keys. Without the encrypted key the data is gone for good.",
            ),
            Option(
                "The backup will be encrypted with RSA, since KMS keys do not work outside AWS.",
                "The data in the backup is encrypted already, and its wrapped keys with it.",
            ),
        ),
    ),
}
