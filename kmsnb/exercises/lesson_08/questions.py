"""The predictions and the exam questions of lesson 08."""

from ..model import Option, Question

QUESTIONS = {
    "08.encrypt": Question(
        "You hand 4,096 bytes to Encrypt. What are they encrypted with?",
        (
            Option(
                "With a data key that KMS makes for the call and puts, wrapped, into the ciphertext.",
                "Many believe so, and AWS services do something like it with calls of their own. Encrypt does not: "
                "it works with the KMS key itself, which is why it takes no more than 4,096 bytes.",
            ),
            Option(
                "With the KMS key itself, inside KMS; there is no data key in it.",
                "Encrypt sends your bytes to KMS, and KMS encrypts them under the KMS key. A data key comes only from "
                "the calls that are made for it.",
                right=True,
            ),
            Option(
                "With a key that boto3 makes on your machine; KMS encrypts that key for it.",
                "boto3 does no cryptography of its own here: it sends what you give it. Libraries such as the AWS Encryption SDK "
                "do use a key for each message; but they have KMS make it, by another call than Encrypt.",
            ),
        ),
    ),
    "08.kept": Question(
        "You call GenerateDataKey 100 times under one KMS key. What does KMS hold afterwards that it did not hold before?",
        (
            Option(
                "100 wrapped data keys, which belong to the KMS key.",
                "It hands the wrapped keys out, and keeps no copy. Where they lie is up to you.",
            ),
            Option(
                "The ids of 100 data keys, by which you can ask for one.",
                "A data key has no id. Look at the answer: the `KeyId` in it is that of the KMS key.",
            ),
            Option(
                "No key more: neither the data keys nor their ids.",
                "What is left at AWS is the log of 100 calls, without the keys. To see a data key again you must bring "
                "its wrapped copy.",
                right=True,
            ),
            Option(
                "One data key, which all 100 answers have in common.",
                "Each call makes a new one, at random. A key that came back on every call would have to be stored.",
            ),
        ),
    ),
    "08.thief": Question(
        "Mal copies everything that was stored: wrapped key, name of the KMS key, nonce, encrypted list. What is still missing "
        "for her to read the list?",
        (
            Option(
                "Nothing: the key lies beside what it locks.",
                "It lies there wrapped. It is ciphertext itself, and opens nothing before KMS has decrypted it.",
            ),
            Option(
                "The permission to call Decrypt with the KMS key.",
                "That turns the wrapped key into a key (or ReEncrypt, the way round of lesson 06). So the question who can read "
                "the list becomes the question who may use the KMS key.",
                right=True,
            ),
            Option(
                "A copy of the KMS key, to unwrap the key at home.",
                "Nobody has that: a symmetric KMS key never leaves KMS. You do not need it either; you ask KMS.",
            ),
            Option(
                "The AWS credentials with which the list was encrypted.",
                "Who encrypted does not count. Any principal that may call Decrypt with this KMS key can do it.",
            ),
        ),
    ),
    "08.erased": Question(
        "A data key is in a `bytearray`. You make `cipher = AESGCM(plain)`, then write zeros over the `bytearray`. What does "
        "`cipher.decrypt` do with the list now?",
        (
            Option(
                "It raises InvalidTag: its key is all zeros now.",
                "It would, if the cipher looked at your bytearray. It looked once, when it was made.",
            ),
            Option(
                "It raises ValueError: zeros are refused as a key.",
                "Thirty-two zeros are a key like any other to AES. And the cipher no longer looks at your bytearray.",
            ),
            Option(
                "It decrypts the list: it has a copy of the key.",
                "You wiped your copy. The one that counts is inside the cipher, out of your reach.",
                right=True,
            ),
        ),
    ),
    "08.unchecked": Question(
        "A file was encrypted with `openssl enc -aes-256-ctr`. Somebody decrypts it with a wrong key. What does `openssl` do?",
        (
            Option(
                "It stops with an error: the key does not fit.",
                "Counter mode cannot know. It XORs a keystream over whatever is there; another key gives another "
                "keystream.",
            ),
            Option(
                "It writes noise, as long as the file, and reports success.",
                "Without a tag there is nothing to compare with. Whoever reads on must notice by other means.",
                right=True,
            ),
            Option(
                "It writes an empty file, and reports success.",
                "Counter mode gives back as many bytes as it gets, with any key.",
            ),
        ),
    ),
    "08.file-name": Question(
        "You store the data key in the file `data.key`, run `openssl enc -aes-256-ctr -pbkdf2 -k data.key …`, and delete "
        "`data.key`. Who can decrypt the result?",
        (
            Option(
                "Nobody, before KMS has unwrapped the data key again.",
                "That is what one wants, and what it looks like. But `-k` does not read the file.",
            ),
            Option(
                "Nobody at all: the random salt was in `data.key`.",
                "The salt stands at the front of the output, in the clear, as it should.",
            ),
            Option(
                "Everyone who has the result and guesses the words `data.key`.",
                "After `-k` stands the passphrase itself: the characters of the file's name. The key from KMS was never "
                "used.",
                right=True,
            ),
        ),
    ),
    "08.swap": Question(
        "Each record has a data key of its own, with no encryption context. Mal copies the whole row of customer 18 (wrapped "
        "key, nonce, data) over the row of customer 17. Ana's program reads row 17. What does it get?",
        (
            Option(
                "InvalidTag: AES-GCM notices that the data was moved.",
                "It notices a change of the data, or data under another key. Here key, nonce and data fit each other.",
            ),
            Option(
                "InvalidCiphertextException: KMS notices the other customer.",
                "KMS can only notice what it was told. It would, had the data key been bound to the customer by an "
                "encryption context.",
            ),
            Option(
                "The record of customer 18, as if it were that of 17.",
                "All three parts are genuine; they are only in the wrong place. Nothing in them says where they belong.",
                right=True,
            ),
        ),
    ),
    "08.creator": Question(
        "The program that prepares containers must not be able to see a data key, even if somebody breaks into it. What is it "
        "allowed on the KMS key?",
        (
            Option(
                "GenerateDataKey; it drops the plaintext at once.",
                "Then it has the plaintext, if only for a moment, and whoever breaks in can keep it.",
            ),
            Option(
                "GenerateDataKeyWithoutPlaintext, and nothing else.",
                "It gets wrapped keys, and cannot unwrap them: that takes Decrypt.",
                right=True,
            ),
            Option(
                "GenerateDataKeyWithoutPlaintext and Decrypt.",
                "With Decrypt it turns each wrapped key into a plaintext one. The two permissions belong to two programs.",
            ),
            Option(
                "Encrypt, to wrap random bytes of its own making.",
                "Those bytes would be the data keys, in plaintext, in its memory.",
            ),
        ),
    ),
    "08.pair": Question(
        "You have just called GenerateDataKeyPairWithoutPlaintext. What can you do with the answer, without another call?",
        (
            Option(
                "Sign, and verify signatures.",
                "To sign takes the private key, and it came wrapped. Decrypt gives it to you.",
            ),
            Option(
                "Verify signatures, but not sign.",
                "The public key is not encrypted. The private one is: to sign, you call Decrypt first.",
                right=True,
            ),
            Option(
                "Sign, but not verify signatures.",
                "The other way round: the public key is there to be used, the private one came wrapped.",
            ),
            Option(
                "Neither: both halves came wrapped.",
                "Only the private half is wrapped. A public key needs no hiding.",
            ),
        ),
    ),
    "08.1": Question(
        "A company encrypts files of 20 GB on its own servers, with data keys of KMS. What is stored with each encrypted file, so "
        "that it can be read in five years?",
        (
            Option(
                "The wrapped data key.",
                "KMS keeps no data key. The wrapped one is safe to store, and without it the file is lost.",
                right=True,
            ),
            Option(
                "The plaintext data key, in a folder that few may read.",
                "Then whoever reads that folder reads the files, and KMS has no part in it any more.",
            ),
            Option(
                "Nothing: KMS returns the data key for the id of the KMS key.",
                "KMS makes a new data key on each call, and cannot give an old one again.",
            ),
            Option(
                "A copy of the KMS key's material, wrapped by the data key.",
                "The material of a KMS key that KMS made cannot be had. The data key is wrapped by the KMS key, not the other way round.",
            ),
        ),
    ),
    "08.2": Question(
        "An application holds a plaintext data key in memory and encrypts records with it. An administrator disables the KMS key. "
        "What happens?",
        (
            Option(
                "The application's next encryption fails with DisabledException.",
                "That encryption does not involve KMS, so KMS cannot refuse it.",
            ),
            Option(
                "It goes on, until it has to ask KMS to unwrap or make a data key.",
                "A plaintext data key works without KMS. The disabled key is felt at the next call.",
                right=True,
            ),
            Option(
                "It goes on, and KMS calls the data key back within minutes.",
                "KMS does not know its data keys, nor where they are.",
            ),
            Option(
                "It goes on for good: wrapped keys open under a disabled key.",
                "Decrypt with a disabled KMS key is DisabledException.",
            ),
        ),
    ),
    "08.3": Question(
        "One service creates storage volumes and must never see their data keys. Another encrypts data on them later. Which "
        "permissions do they need on the symmetric KMS key?",
        (
            Option(
                "The first kms:GenerateDataKeyWithoutPlaintext, the second kms:Decrypt.",
                "The second needs the plaintext key to encrypt, and gets it by having the wrapped one decrypted.",
                right=True,
            ),
            Option(
                "The first kms:GenerateDataKeyWithoutPlaintext, the second kms:Encrypt.",
                "Encrypt would encrypt something under the KMS key. The second service must unwrap the data key.",
            ),
            Option(
                "The first kms:GenerateDataKey, the second kms:Decrypt.",
                "GenerateDataKey hands the plaintext key to the first service.",
            ),
            Option(
                "The first kms:Encrypt, the second kms:GenerateDataKey.",
                "The second would get a new data key of its own, and not the one in the volume.",
            ),
        ),
    ),
}
