"""The tour's first picture as a scene: a secret goes to KMS and comes back, and the key stays where it is."""

from .scene import Actor, Item, Kind, Role, Scene, Step, copy, create, erase, move


def first_secret_scene() -> Scene:
    """A KMS key is created, a secret is encrypted with it in KMS, and decrypted there again."""
    actors = {"you": Actor("You"), "kms": Actor("KMS", Role.KMS)}
    items = {
        "key": Item(Kind.KMS_KEY),
        "secret": Item(Kind.PLAINTEXT, "secret"),
        "sealed": Item(Kind.CIPHERTEXT, "ciphertext"),
    }
    steps = (
        Step(
            "create_key: KMS makes a key, and tells you its id.",
            create("secret", at="you"),
            create("key", at="kms"),
        ),
        Step(
            "encrypt: you send the secret. KMS encrypts it with the key.",
            copy("secret", "you", "kms"),
            create("sealed", at="kms", using=("secret", "key")),
        ),
        Step(
            "The ciphertext comes back. You store it, and forget the secret; KMS keeps neither.",
            move("sealed", "kms", "you"),
            erase("secret", at="kms"),
            erase("secret", at="you"),
        ),
        Step(
            "decrypt: you send the ciphertext. KMS checks your permission, and decrypts it with the key.",
            copy("sealed", "you", "kms"),
            create("secret", at="kms", using=("sealed", "key")),
        ),
        Step(
            "The secret comes back. The key never left KMS.",
            move("secret", "kms", "you"),
            erase("sealed", at="kms"),
        ),
    )
    return Scene("A secret in three lines", actors, items, steps)
