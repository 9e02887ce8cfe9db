"""What a learner's code asks of KMS, as heard on the examiner's client."""

from dataclasses import dataclass, field
from typing import Any

_MAKES_A_KEY = ("GenerateDataKey", "Decrypt")
_EXTRA = b"as long as KMS likes"


@dataclass
class Heard:
    """The calls of a client: operation and parameters of each; ``keys`` are plaintext data keys."""

    calls: list[tuple[str, dict[str, Any]]] = field(default_factory=list)
    keys: list[bytes] = field(default_factory=list)

    @property
    def contexts(self) -> list[dict[str, str]]:
        """The encryption context of each call."""
        return [params.get("EncryptionContext", {}) for _, params in self.calls]

    @property
    def sent(self) -> list[bytes]:
        """The plaintexts that went to KMS."""
        texts = (params.get("Plaintext", b"") for _, params in self.calls)
        return [bytes(text) for text in texts if isinstance(text, bytes | bytearray)]

    def uses(self, key_id: str) -> bool:
        """Whether there was a call, and each of them named this key."""
        return bool(self.calls) and all(params.get("KeyId") == key_id for _, params in self.calls)

    def clear(self) -> None:
        """Forget all calls and keys."""
        self.calls.clear()
        self.keys.clear()


def listen(kms: Any) -> Heard:
    """Hear all calls of ``kms`` from now on."""
    heard = Heard()

    def called(params: dict[str, Any], model: Any, **_: Any) -> None:
        heard.calls.append((model.name, dict(params)))
        if model.name == "Encrypt" and isinstance(params.get("Plaintext"), bytes | bytearray):
            heard.keys.append(bytes(params["Plaintext"]))  # a key of the learner's own, wrapped by Encrypt

    def answered(parsed: dict[str, Any], model: Any, **_: Any) -> None:
        if model.name in _MAKES_A_KEY and "Plaintext" in parsed:
            heard.keys.append(bytes(parsed["Plaintext"]))

    kms.meta.events.register("provide-client-params.kms", called)
    kms.meta.events.register("after-call.kms", answered)
    return heard


class LongerBlobs:
    """A KMS client whose ciphertext blobs are longer than the mock's: nobody may count on their length."""

    def __init__(self, kms: Any) -> None:
        self._kms = kms

    def __getattr__(self, name: str) -> Any:
        return getattr(self._kms, name)

    def generate_data_key(self, **params: Any) -> dict[str, Any]:
        return _lengthened(self._kms.generate_data_key(**params))

    def generate_data_key_without_plaintext(self, **params: Any) -> dict[str, Any]:
        return _lengthened(self._kms.generate_data_key_without_plaintext(**params))

    def encrypt(self, **params: Any) -> dict[str, Any]:
        return _lengthened(self._kms.encrypt(**params))

    def decrypt(self, *, CiphertextBlob: bytes, **params: Any) -> dict[str, Any]:
        blob = bytes(CiphertextBlob)
        # without the ending it is left as it is, and KMS refuses it
        whole = blob.removesuffix(_EXTRA) if blob.endswith(_EXTRA) else blob[:-1]
        return self._kms.decrypt(CiphertextBlob=whole, **params)


def _lengthened(answer: dict[str, Any]) -> dict[str, Any]:
    return {**answer, "CiphertextBlob": answer["CiphertextBlob"] + _EXTRA}
