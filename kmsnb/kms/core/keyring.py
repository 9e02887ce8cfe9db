"""The key ring: all the key materials one KMS key has, or has had.

A key keeps its id while its material is rotated. The ring seals with the current material and opens with
whichever a ciphertext names, so that what was encrypted before a rotation still opens after it. Imported
material may be deleted, or expire, and be imported again; the ring remembers what belonged to the key.
"""

import hashlib
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from . import identifiers, material
from .errors import IncorrectKeyMaterialException, KMSInvalidStateException
from .material import KeyMaterial
from .specs import KeySpec

AUTOMATIC = "AUTOMATIC"
ON_DEMAND = "ON_DEMAND"
EXPIRES = "KEY_MATERIAL_EXPIRES"
DOES_NOT_EXPIRE = "KEY_MATERIAL_DOES_NOT_EXPIRE"

#: "You can perform on-demand key rotation a maximum of 25 times per KMS key."
MOST_ON_DEMAND_ROTATIONS = 25


@dataclass
class Generation:
    """One key material of a ring.

    ``material`` is None while imported material is deleted or expired. Rotation date and type are those of
    the rotation that made it current; the first generation has none.
    """

    id: str
    material: KeyMaterial | None = None
    rotation_date: datetime | None = None
    rotation_type: str | None = None
    description: str | None = None
    expiration_model: str | None = None
    valid_to: datetime | None = None

    def forget(self) -> None:
        """Delete the imported material, and keep the memory of which it was."""
        self.material = self.expiration_model = self.valid_to = None

    def without_material(self) -> "Generation":
        """The same generation as a new replica knows it, which must be given the material separately."""
        return Generation(
            self.id,
            rotation_date=self.rotation_date,
            rotation_type=self.rotation_type,
            description=self.description,
        )


@dataclass
class KeyRing:
    """The materials of one key, oldest first, and the calendar of their rotation.

    Related multi-Region keys share one ring, unless their material is imported: then each has its own.
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
        """Whether every material that belongs to the key is here. One that is pending rotation does not yet."""
        return self.current is not None and all(
            generation.material for generation in self.generations if generation is not self.pending
        )

    @property
    def earliest_expiry(self) -> datetime | None:
        """When the first of the imported materials expires."""
        return min((each.valid_to for each in self.generations if each.valid_to), default=None)

    def find(self, material_id: str) -> Generation | None:
        return next((each for each in self.generations if each.id == material_id), None)

    def generate(self) -> Generation:
        """Make new material and make it current."""
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
        """Seal with other material from now on: with what is pending, or with new."""
        if self.pending:
            self.current, self.pending = self.pending, None
        else:
            self.generate()
        self.current.rotation_date = when
        self.current.rotation_type = kind
        if kind == ON_DEMAND:
            self.on_demand_rotations += 1

    def rotate_as_scheduled(self, when: datetime) -> None:
        self.rotate(when, AUTOMATIC)
        self.next_rotation = when + timedelta(days=self.period_days)

    # Import

    def admit(self, plain: bytes, *, new: bool, expected_id: str | None = None) -> Generation:
        """Take imported material in: ``new`` to this key, or one it has had before.

        The first ever becomes current. A later one waits to be rotated to, and only one can wait at a time.
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
        """Forget the material that waits, as if it had never been imported."""
        self.generations.remove(self.pending)
        self.pending = None

    def _imported_id(self, plain: bytes, secret: KeyMaterial) -> str:
        """AWS: an identifier "based on the KMS key ID and the imported key material"."""
        canonical = secret.private_der() if self.spec.asymmetric else plain
        return hashlib.sha256(b"kmsnb imported material\0" + self.key_id.encode() + canonical).hexdigest()
