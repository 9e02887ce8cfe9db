"""The predictions and exam questions of lesson 10."""

from ..model import Option, Question

QUESTIONS = {
    "10.calls": Question(
        "A program has what is stored, and permission to use the KMS key. How many calls to KMS does it take to read the "
        "letter?",
        (
            Option(
                "One call, for the KEK.",
                "KMS opens what KMS closed. With the KEK in hand, the program opens the rest by itself.",
                right=True,
            ),
            Option(
                "Two calls, one for each wrapped key.",
                "KMS did not wrap the data key, and has no key that would open it. The KEK did that, on this machine.",
            ),
            Option(
                "Three calls, one for each ciphertext.",
                "The data and the data key were encrypted outside KMS. It has never seen them, and cannot open them.",
            ),
        ),
    ),
    "10.weakest": Question(
        "A chain has four layers with AES of 256 bits, and one with RSA of 2,048 bits. Somebody has copied all that is "
        "stored. How hard is it for them to read the letter without any key?",
        (
            Option(
                "As hard as all five layers, one after another.",
                "That would be so if each layer lay around the data. Each lies around a key, and any of these keys leads on.",
            ),
            Option(
                "As hard as the hardest of the five layers.",
                "Why attack that one? Each wrapped key lies there on its own, and any of them is a way in.",
            ),
            Option(
                "As hard as the easiest of the five layers.",
                "Each wrapped key lies open to attack by itself, and any key of the chain leads to the letter. RSA of 2,048 bits "
                "is rated at 112 bits of strength (NIST SP 800-57). A longer chain is not harder to break.",
                right=True,
            ),
        ),
    ),
    "10.kek": Question(
        "Mal has copied the whole vault. In a log file she finds the KEK billing, in plain. She has no permission in KMS. "
        "What does she read?",
        (
            Option(
                "Nothing: billing is wrapped by KMS, and KMS refuses her.",
                "KMS guards the wrapped copy. Mal has the KEK itself, so nobody has to unwrap it for her.",
            ),
            Option(
                "The bills and the payroll: both are beneath billing.",
                "She unwraps keys 1 and 2 with it, and with those the data. Support is under another KEK.",
                right=True,
            ),
            Option(
                "All four: with one key of the tree, the others follow.",
                "Keys open downwards only. From billing no way leads up to the root, or across to support.",
            ),
        ),
    ),
    "10.rotate": Question(
        "You rotate the root: KMS makes new key material for it. How much of the vault must be written anew, so that "
        "everything still opens?",
        (
            Option(
                "Nothing at all.",
                "KMS keeps the old material, and each ciphertext of KMS says which material made it.",
                right=True,
            ),
            Option(
                "The two wrapped KEKs.",
                "They were made with the old material. KMS keeps it, and goes on decrypting with it.",
            ),
            Option(
                "All the wrapped keys.",
                "Only the two KEKs were wrapped by KMS at all. The KEKs themselves are what they were.",
            ),
            Option(
                "The data, and all keys.",
                "This is what many fear of a rotation. No data was ever encrypted under the root.",
            ),
        ),
    ),
    "10.replaced": Question(
        "Mal has permission to decrypt with the old root, and a copy of the vault from yesterday. Today all KEKs are wrapped "
        "by a new root, for which she has no permission. What can she read from today on?",
        (
            Option(
                "Nothing: her permission is for a root that is out of use.",
                "Out of use for you. The old KMS key is enabled, and her copy is still wrapped by it.",
            ),
            Option(
                "Her copy from yesterday, but not the vault of today.",
                "A replacement changes the vault. It reaches neither her copy nor the old root, which still works.",
                right=True,
            ),
            Option(
                "The vault of today, but not her copy from yesterday.",
                "The other way round: the KEKs of today are wrapped by a key that she may not use.",
            ),
            Option(
                "Both of them: the KEKs are the same as they were.",
                "They are, and had she kept a KEK, she could. But she has a permission only, and it ends at the old root.",
            ),
        ),
    ),
    "10.two-roots": Question(
        "A data key is wrapped twice: by a KMS key in Virginia and by one in Ireland. Either opens. Mal looks for one permission "
        "to decrypt. Compared with a single root she finds it",
        (
            Option(
                "less easily: she must get at both roots.",
                "Then both would be needed, which is dual control (lesson 03). Here either opens, for you and for her.",
            ),
            Option(
                "as easily: the data key is the same.",
                "It is, and now there are two doors to it, each with a policy of its own that may be too wide.",
            ),
            Option(
                "more easily: either of the roots will do.",
                "More roots make a loss less likely and a theft more likely. Guard each as well as a single one.",
                right=True,
            ),
        ),
    ),
    "10.1": Question(
        "A company keeps 40 TB in envelopes under a customer managed symmetric encryption key with material from KMS. A rule "
        "says that the key material must be new each year. What does the least work?",
        (
            Option(
                "Enable automatic rotation for the key, and leave the data as it is.",
                "New wrapped keys are made with new material, old ones open with the old. Nothing outside KMS changes.",
                right=True,
            ),
            Option(
                "Each year create a KMS key, and encrypt all of the data anew.",
                "That writes 40 TB a year, for something that KMS does without touching them.",
            ),
            Option(
                "Enable automatic rotation, and call ReEncrypt for each wrapped data key.",
                "The rule asks for new material, and the rotation alone gives it. Old wrapped keys go on opening.",
            ),
        ),
    ),
    "10.2": Question(
        "A plaintext data key was written to a log that strangers could read. The object that it encrypts stays in use. What "
        "keeps the object, as it is stored from then on, from whoever has read the log?",
        (
            Option(
                "Rotate the KMS key that wraps the data key.",
                "Rotation does not touch data keys. The stranger needs no KMS.",
            ),
            Option(
                "Call ReEncrypt, so that another KMS key wraps the data key.",
                "The data key inside is the same, and the stranger has it already.",
            ),
            Option(
                "Disable the KMS key that wraps the data key.",
                "That shuts you out. The stranger has the data key without asking KMS.",
            ),
            Option(
                "Decrypt the object, and encrypt it under a new data key.",
                "Only another data key makes the stolen one useless for the object. (What was copied before stays readable.)",
                right=True,
            ),
        ),
    ),
    "10.3": Question(
        "A bucket with SSE-KMS gets millions of small objects a day, and S3's requests to KMS have become expensive. What "
        "brings their number down most, while you keep your KMS key?",
        (
            Option(
                "Turn on an S3 Bucket Key for the bucket.",
                "S3 then holds a key of the bucket for a while, and makes the objects' data keys with it: a layer in between.",
                right=True,
            ),
            Option(
                "Turn on automatic rotation for the KMS key.",
                "Rotation changes what is inside the key. S3 asks KMS as often as before.",
            ),
            Option(
                "Replace the KMS key by a multi-Region key.",
                "That is for use in several Regions. S3 asks KMS as often as before.",
            ),
        ),
    ),
}
