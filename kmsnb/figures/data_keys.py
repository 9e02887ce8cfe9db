"""The life of a data key as scenes: with a thief who copies the storage, and with a creator who must not see it."""

from .scene import Actor, Item, Kind, Role, Scene, Step, copy, create, erase, move, refuse, wrap

_KEYS = {
    "root": Item(Kind.KMS_KEY),
    "key": Item(Kind.DATA_KEY),
    "wrapped": Item(Kind.WRAPPED_KEY),
}


def data_key_scene() -> Scene:
    """The owner encrypts a file under a data key, a thief copies the storage, and the owner reads the file again."""
    actors = {
        "thief": Actor("Mallory", Role.ATTACKER),
        "disk": Actor("Disk", Role.STORAGE),
        "you": Actor("You"),
        "kms": Actor("KMS", Role.KMS),
    }
    items = {**_KEYS, "file": Item(Kind.PLAINTEXT, "file"), "sealed": Item(Kind.CIPHERTEXT, "encrypted file")}
    steps = (
        Step("You have a file; KMS has a KMS key.", create("root", at="kms"), create("file", at="you")),
        Step(
            "You call GenerateDataKey. KMS makes a data key and a wrapped copy of it.",
            create("key", at="kms"),
            wrap("key", under="root", into="wrapped", at="kms"),
        ),
        Step(
            "KMS sends you both copies and keeps neither.",
            move("key", "kms", "you"),
            move("wrapped", "kms", "you"),
        ),
        Step("You encrypt the file on your own machine.", wrap("file", under="key", into="sealed", at="you")),
        Step(
            "You store the encrypted file and the wrapped key, and erase the rest.",
            move("wrapped", "you", "disk"),
            move("sealed", "you", "disk"),
            erase("key", at="you"),
            erase("file", at="you"),
        ),
        Step(
            "Mallory, a thief, copies the whole disk.",
            copy("wrapped", "disk", "thief"),
            copy("sealed", "disk", "thief"),
        ),
        Step(
            "Mallory sends the wrapped key to Decrypt. KMS denies the request and keeps nothing.",
            refuse("wrapped", "thief", "kms", "AccessDeniedException"),
        ),
        Step(
            "You come back and read both from the disk.",
            copy("wrapped", "disk", "you"),
            copy("sealed", "disk", "you"),
        ),
        Step(
            "You send the wrapped key to Decrypt. You have permission, so KMS unwraps it.",
            copy("wrapped", "you", "kms"),
            create("key", at="kms", using=("wrapped", "root")),
        ),
        Step(
            "KMS returns the data key, and you decrypt the file. Again, KMS keeps no copy.",
            move("key", "kms", "you"),
            erase("wrapped", at="kms"),
            create("file", at="you", using=("sealed", "key")),
        ),
        Step("You erase the data key. It existed only while you needed it.", erase("key", at="you")),
    )
    return Scene("A data key, and a thief", actors, items, steps)


def container_scene() -> Scene:
    """One program prepares a container with a wrapped key in it; another, which may decrypt, fills it later."""
    actors = {
        "creator": Actor("Creator", Role.SERVICE),
        "box": Actor("Container", Role.STORAGE),
        "filler": Actor("Filler", Role.SERVICE),
        "kms": Actor("KMS", Role.KMS),
    }
    items = {**_KEYS, "file": Item(Kind.PLAINTEXT, "file"), "sealed": Item(Kind.CIPHERTEXT, "encrypted file")}
    steps = (
        Step(
            "The creator calls GenerateDataKeyWithoutPlaintext. KMS makes a data key and a wrapped copy of it.",
            create("root", at="kms"),
            create("key", at="kms"),
            wrap("key", under="root", into="wrapped", at="kms"),
        ),
        Step(
            "KMS returns only the wrapped copy. The creator puts it into a new container.",
            erase("key", at="kms"),
            move("wrapped", "kms", "creator"),
            move("wrapped", "creator", "box"),
        ),
        Step(
            "Later, the filler has a file. It sends the wrapped key to Decrypt.",
            create("file", at="filler"),
            copy("wrapped", "box", "filler"),
            copy("wrapped", "filler", "kms"),
            create("key", at="kms", using=("wrapped", "root")),
        ),
        Step(
            "KMS returns the data key, and the filler encrypts the file with it.",
            move("key", "kms", "filler"),
            erase("wrapped", at="kms"),
            wrap("file", under="key", into="sealed", at="filler"),
        ),
        Step(
            "The filler puts the encrypted file into the container. The creator never saw the data key.",
            move("sealed", "filler", "box"),
            erase("key", at="filler"),
            erase("file", at="filler"),
            erase("wrapped", at="filler"),
        ),
    )
    return Scene("A container for later", actors, items, steps)
