"""The predictions and exam questions of lesson 07."""

from ..model import Option, Question

QUESTIONS = {
    "07.twice": Question(
        "You encrypt the same password twice under the same KMS key. How do the two ciphertexts compare?",
        (
            Option(
                "They are the same bytes.",
                "Then anyone who sees your ciphertexts could tell which of them hide the same password. KMS draws "
                "fresh random bytes for every call.",
            ),
            Option(
                "They have the same length, but other bytes.",
                "KMS draws fresh random bytes (a nonce) for each call, so equal plaintexts do not show. Their length "
                "does: encryption hides what is written, not how much.",
                right=True,
            ),
            Option(
                "Even their lengths differ.",
                "The bytes differ, not the length: it does not depend on what the random bytes are.",
            ),
        ),
    ),
    "07.limit": Question(
        "Your KMS key is symmetric. What is the most that one Encrypt call takes?",
        (
            Option(
                "256 bits, the size of the key.",
                "The key has 256 bits, which says how hard it is to guess, not how much it can encrypt.",
            ),
            Option(
                "4,096 characters.",
                "Close: 4,096 *bytes*. A character may need more than one of them: é takes two in UTF-8, 🔑 takes four.",
            ),
            Option("4,096 bytes.", "One byte more, and KMS refuses. Next you watch it do so.", right=True),
            Option(
                "Any size: KMS cuts it into blocks.",
                "KMS takes a request whole or refuses it. It is made for small secrets and for other keys.",
            ),
        ),
    ),
    "07.which-key": Question(
        "You call Decrypt with a ciphertext and nothing else. How does KMS find the right key?",
        (
            Option(
                "It tries all your keys until one fits.",
                "That would be slow, and would use keys that you never meant to use. The ciphertext itself tells.",
            ),
            Option(
                "The ciphertext says which key made it.",
                "A ciphertext of a symmetric KMS key carries the identity of its key, beside the encrypted bytes.",
                right=True,
            ),
            Option(
                "boto3 remembers the key of your last Encrypt.",
                "boto3 remembers nothing between calls; another program on another machine could decrypt this just "
                "as well.",
            ),
        ),
    ),
    "07.region": Question(
        "You made the ciphertext in us-east-1. You call Decrypt in eu-west-1, in Ireland, with the ciphertext and nothing "
        "else. What happens?",
        (
            Option(
                "It opens: the ciphertext says which key it needs.",
                "It does say so. But KMS in eu-west-1 has no such key, and never asks another Region for one.",
            ),
            Option(
                "KMS answers NotFoundException.",
                "A fair guess, and right if you name a key that is not in that Region. Without a key id it is "
                "AccessDeniedException.",
            ),
            Option(
                "KMS answers AccessDeniedException.",
                "This key lives in one Region. Without a key id, Decrypt gives the same code for a key that is gone, "
                "that is elsewhere and that you may not use.",
                right=True,
            ),
        ),
    ),
    "07.context": Question(
        "You encrypted with the context `customer=17, app=shop`. Which of these opens it again?",
        (
            Option(
                "`app=shop, customer=17`",
                "Order does not count: a context is a set of pairs.",
                right=True,
            ),
            Option("`customer=17`", "A part of the context is another context. All pairs must be there."),
            Option("`Customer=17, app=shop`", "Names and values count to the letter, capitals too."),
            Option("no context at all", "What was bound to a context opens with that context only."),
        ),
    ),
    "07.multi": Question(
        "You encrypt under a multi-Region key in us-east-1. A month later you replicate the key to eu-west-1. What does "
        "the replica open there, on its first day?",
        (
            Option(
                "What was encrypted in eu-west-1, by itself.",
                "It would be of little use then: an ordinary key does that. Related keys have one key material.",
            ),
            Option(
                "What was encrypted since it was made.",
                "A ciphertext has no date that would matter. The replica has the key material that made it.",
            ),
            Option(
                "All that was encrypted under either key.",
                "They have the same id and the same key material, so each opens what the other one made, whenever that was.",
                right=True,
            ),
            Option(
                "Nothing, until it has been encrypted anew.",
                "So it is with an ordinary key in another Region. Multi-Region keys are made to avoid just that.",
            ),
        ),
    ),
    "07.except": Question(
        "ABC's program calls Decrypt inside `try`, followed by `except kms.exceptions.AccessDeniedException:`. KMS denies "
        "the call. What happens?",
        (
            Option(
                "The except block runs, as it should.",
                "So it would with `kms.exceptions.DisabledException`. For this code there is no class.",
            ),
            Option(
                "The program ends with an AttributeError.",
                "`kms.exceptions` has no such name, and Python looks only now, when there is an error to compare with.",
                right=True,
            ),
            Option(
                "The program ends with a ClientError.",
                "It would if the class existed and did not fit. But looking for the class already fails.",
            ),
            Option(
                "Nothing: boto3 tries the call again.",
                "boto3 tries again what may pass: throttling, and faults inside AWS. A denial it hands to you.",
            ),
        ),
    ),
    "07.1": Question(
        "An application must encrypt configuration files of 12 KB under a customer managed symmetric encryption KMS key. "
        "What does it do?",
        (
            Option(
                "Call Encrypt with each file.",
                "12 KB is above the limit of 4,096 bytes: ValidationException.",
            ),
            Option(
                "Call GenerateDataKey, and encrypt the file locally.",
                "Envelope encryption: KMS protects the small key, the small key protects the file.",
                right=True,
            ),
            Option(
                "Ask for a higher quota on the size of Encrypt requests.",
                "Quotas are for requests a second and for resources such as keys, aliases and grants. The 4,096 bytes "
                "are no quota; they are fixed.",
            ),
            Option(
                "Use an asymmetric RSA_4096 key instead.",
                "RSA keys take at most 470 bytes.",
            ),
        ),
    ),
    "07.2": Question(
        "Decrypt answers InvalidCiphertextException. The key is a symmetric encryption KMS key. What may be the cause?",
        (
            Option(
                "The encryption context differs from the one at Encrypt in a capital letter.",
                "The context must match to the letter.",
                right=True,
            ),
            Option(
                "The ciphertext was cut short when it was stored.",
                "A ciphertext opens whole and unchanged, or not at all.",
                right=True,
            ),
            Option(
                "The caller has no permission for kms:Decrypt on the key.",
                "Missing permission is AccessDeniedException.",
            ),
            Option("The KMS key is disabled.", "A disabled key is DisabledException."),
        ),
    ),
    "07.3": Question(
        "A password was encrypted in us-east-1 under a single-Region KMS key. A program that runs in eu-west-1 "
        "must read it from tomorrow on, without calls to us-east-1. What do you do today?",
        (
            Option(
                "Call ReEncrypt in us-east-1 with the ARN of a key in eu-west-1 as the destination.",
                "ReEncrypt works inside one Region: KMS in us-east-1 has no key of eu-west-1.",
            ),
            Option(
                "Make an alias of the same name in eu-west-1.",
                "An alias points to a key of its own Region; it moves no key material.",
            ),
            Option(
                "Decrypt it in us-east-1, then encrypt it in eu-west-1 under a key there.",
                "The plaintext passes through your program once. (For new data, multi-Region keys spare you this; a "
                "single-Region key cannot be turned into one.)",
                right=True,
            ),
        ),
    ),
}
