"""What lesson 01 asks."""

from ..model import Option, Question

QUESTIONS = {
    "01.undo": Question(
        "A thief has a copy of `encoded`, `hashed` and `ciphertext`, and knows how each was made. The thief has not "
        "got `key`. From which of them can the thief compute the sentence?",
        (
            Option(
                "From all of them, given some days.",
                "From one it takes no time at all. For the other two, days do not help: no way back is known.",
            ),
            Option(
                "From `encoded` only.",
                "Base64 needs nothing but Base64. A hash has no way back, and a ciphertext opens with its key.",
                right=True,
            ),
            Option(
                "From `encoded` and `hashed`.",
                "Base64, yes. But 32 bytes of hash stand for texts of any length: there is nothing in them to "
                "compute the sentence from. The thief can only guess texts and compare.",
            ),
            Option(
                "From none of them.",
                "It looks so, but `encoded` was made with no secret at all, and opens with none.",
            ),
        ),
    ),
    "01.alphabet": Question(
        "Each letter is now replaced by another one, after a shuffled alphabet that only you know. Is the text safe?",
        (
            Option(
                "Yes: nobody can try so many alphabets.",
                "Nobody can, and nobody has to. The number of keys is needed for safety, but it is not enough.",
            ),
            Option(
                "No: a fast computer tries them all in a day.",
                "Not even at a billion alphabets a second: the next cell prints how many there are. The way in is "
                "another one.",
            ),
            Option(
                "No: nobody needs to try any of them.",
                "The alphabet changed the letters' names, and nothing else. Which is common, which are neighbours, "
                "where words end: all that is still there.",
                right=True,
            ),
        ),
    ),
    "01.repeat": Question(
        "The key is a word of five letters, used over and over. So E has no longer one stand-in, but five. Does that "
        "stop the attacker who counts?",
        (
            Option(
                "Yes: with five stand-ins, the counts level out.",
                "They level out over the whole text. But the attacker may pick the bytes to count.",
            ),
            Option(
                "No: each fifth byte met the same key letter.",
                "Taken alone, these bytes are one shuffled alphabet, as in section 2. Five small riddles, each easy.",
                right=True,
            ),
            Option(
                "Yes, unless somebody tells the attacker that it is five.",
                "The ciphertext tells it: what repeats leaves a rhythm. You measure it in a moment.",
            ),
        ),
    ),
    "01.flip": Question(
        "You encrypt the text with AES-256-GCM. Then again, all the same but for a single bit of the key. How many of "
        "the ciphertext's bits come out different?",
        (
            Option(
                "A single bit.",
                "So it would be if each bit of the key met one bit of the text. Then a key that is nearly right would "
                "read nearly all.",
            ),
            Option(
                "One in 256, as one of the key's 256 bits changed.",
                "That is the way of a repeating XOR, where each bit of the key has bits of its own in the text.",
            ),
            Option(
                "About half of them.",
                "As if you had thrown a coin for each. Nearly the right key is as good as none.",
                right=True,
            ),
            Option(
                "All of them.",
                "Then it would be enough to flip all bits back, and the first ciphertext would be there again. Half is "
                "what leaves no trace.",
            ),
        ),
    ),
    "01.shred": Question(
        "Elsie asks you to delete her data. Her record is encrypted under a key of its own, and it lies in 400 backups "
        "that nobody can change. The plaintext is deleted already. What must you destroy?",
        (
            Option(
                "Nothing more: without the plaintext, nobody can read the rest.",
                "Whoever holds the key makes the plaintext again, as you did in section 1.",
            ),
            Option(
                "Her record in each of the 400 backups.",
                "That would do, but these cannot be changed. And what about the copy that somebody took home?",
            ),
            Option(
                "The key that your program reads.",
                "If that is the only one. A second copy, on paper or in a backup of its own, opens all the 400 "
                "records.",
            ),
            Option(
                "All copies of her key.",
                "Then the 400 records are still there, and no more than noise.",
                right=True,
            ),
        ),
    ),
    "01.1": Question(
        "An auditor finds database passwords as Base64 text in a configuration file. The team says that they are "
        "encrypted. What is true?",
        (
            Option(
                "They are encrypted, but with a weak algorithm.",
                "Base64 is no encryption at all, weak or strong: there is no key in it.",
            ),
            Option(
                "They can be read by everyone who can read the file.",
                "Base64 is an encoding: it makes bytes fit for text. It is undone without any secret.",
                right=True,
            ),
            Option(
                "They are hashed, so the database cannot use them either.",
                "A hash could not be turned back into a password. Base64 can, by anyone.",
            ),
            Option(
                "They can be read on the team's own machines only.",
                "No machine has anything that another one lacks: there is no key.",
            ),
        ),
    ),
    "01.2": Question(
        "A company must be able to make one customer's data unreadable on demand, in write-once backups too. Which "
        "design allows it?",
        (
            Option(
                "Encrypt everything under one KMS key, and schedule that key's deletion on demand.",
                "With that key the data of all other customers would go, too.",
            ),
            Option(
                "Encrypt each customer's data under a key of its own, and delete this key on demand.",
                "Crypto-shredding. All copies of that key must go; a key that never leaves KMS has none outside.",
                right=True,
            ),
            Option(
                "Store only SHA-256 hashes of the data in the backups.",
                "Then nobody could restore anything from them: a hash has no way back.",
            ),
            Option(
                "Encrypt each customer's data under its own key, and keep the keys in the same backups.",
                "Write-once backups keep the keys as faithfully as the data.",
            ),
        ),
    ),
    "01.3": Question(
        "Which statements about a file that is encrypted with AES-256-GCM are true?",
        (
            Option(
                "It is safe only while the algorithm stays secret.",
                "The algorithm is a public standard. Only the key must be secret.",
            ),
            Option(
                "Whoever holds the key can read it, also when the original is deleted.",
                "That is the point of encryption: the plaintext comes back, for the holder of the key.",
                right=True,
            ),
            Option(
                "A key that is wrong in one bit reads most of it.",
                "It reads nothing: decryption stops with an error.",
            ),
            Option(
                "Its size tells how long the original was.",
                "The ciphertext is as long as the plaintext; a nonce and a tag of fixed size come on top.",
                right=True,
            ),
        ),
    ),
}
