"""The key ring: every key material that one KMS key has or had.

Rotation changes a key's material but not its id. The key encrypts with its current material and decrypts with
whichever a ciphertext names, so that older ciphertexts still decrypt after a rotation. Imported material can be deleted
or expire, and be imported again; the ring keeps the ids of all materials.
"""

import hashlib
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import TypeVar

from . import identifiers, material
from .errors import IncorrectKeyMaterialException, KMSInvalidStateException
from .material import KeyMaterial, KeyPair
from .specs import KeySpec

Material = TypeVar("Material", bound=KeyMaterial)

AUTOMATIC = "AUTOMATIC"
ON_DEMAND = "ON_DEMAND"
EXPIRES = "KEY_MATERIAL_EXPIRES"
DOES_NOT_EXPIRE = "KEY_MATERIAL_DOES_NOT_EXPIRE"

#: "You can perform on-demand key rotation a maximum of 25 times per KMS key."
MOST_ON_DEMAND_ROTATIONS = 25


@dataclass
class Generation:
    """One key material of a ring.

    ``material`` is None while imported material is deleted or expired. Rotation date and type are those of the rotation
    that made it current; the first generation has neither.
    """

    id: str
    material: KeyMaterial | None = None
    rotation_date: datetime | None = None
    rotation_type: str | None = None
    description: str | None = None
    expiration_model: str | None = None
    valid_to: datetime | None = None

    def forget(self) -> None:
        """Delete the imported material, but keep its id."""
        self.material = self.expiration_model = self.valid_to = None

    def without_material(self) -> "Generation":
        """The same generation for a new replica, into which the material must be imported separately."""
        return Generation(
            self.id,
            rotation_date=self.rotation_date,
            rotation_type=self.rotation_type,
            description=self.description,
        )


@dataclass
class KeyRing:
    """The materials of one key, oldest first, and their rotation schedule.

    Related multi-Region keys share one ring, unless their material is imported; then each has its own.
    """

    key_id: str
    spec: KeySpec
    generations: list[Generation] = field(default_factory=list)
    current: Generation | None = None
    pending: Generation | None = None
    on_demand_rotations: int = 0
    period_days: int | None = None
    next_rotation: datetime | None = None

    @property
    def complete(self) -> bool:
        """Whether the key has all its materials. One that is pending rotation does not count yet."""
        return self.current is not None and all(
            generation.material for generation in self.generations if generation is not self.pending
        )

    @property
    def earliest_expiry(self) -> datetime | None:
        """When the first of the imported materials expires."""
        return min((each.valid_to for each in self.generations if each.valid_to), default=None)

    @property
    def active(self) -> Generation:
        """The current generation of a key that has one, as every enabled key does."""
        if self.current is None:
            raise RuntimeError(f"Key {self.key_id} has no key material.")
        return self.current

    def material(self, kind: type[Material]) -> Material:
        """The current material, for an operation that needs this ``kind`` of it.

        The operation has checked the key's state and spec: a key without such material is a fault of this KMS.
        """
        found = self.active.material
        if not isinstance(found, kind):
            raise TypeError(f"Key {self.key_id} has no {kind.__name__}.")
        return found

    def find(self, material_id: str) -> Generation | None:
        return next((each for each in self.generations if each.id == material_id), None)

    def generate(self) -> Generation:
        """Generate new material and make it current."""
        made = Generation(
            identifiers.key_material_id(self.key_id, len(self.generations) + 1), material.generate(self.spec)
        )
        self.generations.append(made)
        self.current = made
        return made

    # Rotation

    def schedule(self, now: datetime, period_days: int) -> None:
        """Rotate every ``period_days``, the first time one period from ``now``."""
        self.period_days = period_days
        self.next_rotation = now + timedelta(days=period_days)

    def unschedule(self) -> None:
        self.period_days = self.next_rotation = None

    def rotate(self, when: datetime, kind: str) -> None:
        """Make the pending material current, or else new material."""
        if self.pending:
            current = self.current = self.pending
            self.pending = None
        else:
            current = self.generate()
        current.rotation_date = when
        current.rotation_type = kind
        if kind == ON_DEMAND:
            self.on_demand_rotations += 1

    def rotate_as_scheduled(self, when: datetime) -> None:
        """Rotate, and schedule the next rotation one period after ``when``."""
        self.rotate(when, AUTOMATIC)
        if self.period_days:
            self.schedule(when, self.period_days)

    # Import

    def add_imported(self, plain: bytes, *, new: bool, expected_id: str | None = None) -> Generation:
        """Add imported material: ``new`` to this key, or one that it had before.

        The first becomes current. A later one is pending until the key is rotated, and only one can be pending.
        """
        try:
            secret = material.load(self.spec, plain)
        except ValueError as fault:
            raise IncorrectKeyMaterialException(
                f"The key material is not valid for this KMS key: {fault}."
            ) from None
        material_id = self._imported_id(plain, secret)
        known = self.find(material_id)
        if new:
            generation = self._associate(material_id, known)
        elif known is None or expected_id not in (None, material_id):
            raise IncorrectKeyMaterialException(
                "The key material is not the key material that was previously imported into this KMS key."
            )
        else:
            generation = known
        generation.material = secret
        return generation

    def _associate(self, material_id: str, known: Generation | None) -> Generation:
        if known is not None:
            raise IncorrectKeyMaterialException(
                "The key material is already associated with this KMS key: import it as existing key material."
            )
        if self.pending:
            raise KMSInvalidStateException(
                f"New key material (id: {material_id}) cannot be imported into KMS key {self.key_id}, "
                f"because another key material (id: {self.pending.id}) is pending rotation."
            )
        generation = Generation(material_id)
        self.generations.append(generation)
        if self.current is None:
            self.current = generation
        else:
            self.pending = generation
        return generation

    def drop_pending(self) -> None:
        """Remove the pending material, as if it had never been imported."""
        if self.pending:
            self.generations.remove(self.pending)
            self.pending = None

    def _imported_id(self, plain: bytes, secret: KeyMaterial) -> str:
        """AWS: an identifier "based on the KMS key ID and the imported key material"."""
        canonical = secret.private_der() if isinstance(secret, KeyPair) else plain
        return hashlib.sha256(b"kmsnb imported material\0" + self.key_id.encode() + canonical).hexdigest()
