"""Encrypt so many bytes under one encryption context, decrypt under another: what does KMS answer?"""

from dataclasses import dataclass
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError

from kmsnb.figures.round_trip import Outcome

LIMIT = 4096  # bytes, https://docs.aws.amazon.com/kms/latest/APIReference/API_Encrypt.html
LARGEST = 5000  # bytes: the end of the slider


@dataclass(frozen=True)
class Answer:
    """What KMS said. ``code`` and ``message`` are its error, empty when the plaintext came back."""

    outcome: Outcome
    ciphertext_size: int | None = None
    code: str = ""
    message: str = ""


@dataclass
class RoundTripModel:
    """One round trip through ``kms`` (a boto3 client) under ``key_id``.

    ``size`` is the plaintext's, in bytes; the contexts are strings such as ``team=blue, app=shop``, empty for none.
    """

    kms: Any
    key_id: str
    size: int = 4090
    encrypt_context: str = ""
    decrypt_context: str = ""

    def run(self) -> Answer:
        """Make the two calls. Raises ``ValueError`` for a context that is not written as name=value."""
        sealing, opening = parse_context(self.encrypt_context), parse_context(self.decrypt_context)
        try:
            blob = self.kms.encrypt(KeyId=self.key_id, Plaintext=b"x" * self.size, EncryptionContext=sealing)[
                "CiphertextBlob"
            ]
        except (ClientError, BotoCoreError) as error:
            return Answer("encrypt refused", None, *_said(error))
        try:
            self.kms.decrypt(CiphertextBlob=blob, KeyId=self.key_id, EncryptionContext=opening)
        except (ClientError, BotoCoreError) as error:
            return Answer("decrypt refused", len(blob), *_said(error))
        return Answer("opened", len(blob))


def parse_context(text: str) -> dict[str, str]:
    """The encryption context written as ``name=value, name=value``; ``ValueError`` says what is wrong with it."""
    context: dict[str, str] = {}
    for pair in filter(None, (part.strip() for part in text.split(","))):
        name, equals, value = (piece.strip() for piece in pair.partition("="))
        if not (name and equals and value):
            raise ValueError(
                f"Write a context as name=value, with commas between pairs: {pair!r} is not one."
            )
        if name in context:
            raise ValueError(f"A context has each name once: {name!r} is there twice.")
        context[name] = value
    return context


def _said(error: ClientError | BotoCoreError) -> tuple[str, str]:
    if isinstance(error, ClientError):
        return error.response["Error"]["Code"], error.response["Error"]["Message"]
    return type(error).__name__, str(error)
