"""Chains of keys: how they are built, opened, and changed in one layer.

Everything here is in the same order, from the data key outwards: ``keys[0]`` is the data key, ``keys[i]`` the KEK of layer
``i - 1``, and layer ``i`` wraps ``keys[i]``. The last layer is KMS, so there are as many keys as layers.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any, NamedTuple, NoReturn

from .. import arguments, crypto
from . import root
from .errors import ChainError
from .header import MAX_LAYERS, Layer, WrappedKey
from .layers import AesGcm, AesKwp, Kms, LayerSpec, LocalLayer, RsaOaep, unwrap_local
from .memory import wipe
from .root import KmsClient


@dataclass(frozen=True, eq=False)
class ChainKey:
    """One plaintext key of a message's chain: ``position`` 0 is the data key, 1 the KEK that wraps it, and so on.

    It can't be pickled or copied, so that its ``secret`` doesn't end up in a file or outlive its block unnoticed.
    """

    position: int
    secret: bytearray = field(repr=False)

    def __post_init__(self) -> None:
        arguments.integer(self.position, "position")
        arguments.instance(self.secret, bytearray, "secret", "a bytearray, which can be overwritten")

    def __reduce__(self) -> NoReturn:
        raise TypeError("A ChainKey cannot be pickled or copied: it holds a plaintext key.")


class Specs(NamedTuple):
    """The layers of a valid chain: the local ones from the data key outwards, and the root."""

    local: tuple[LocalLayer, ...]
    root: Kms


def checked(layers: str | Sequence[LayerSpec]) -> Specs:
    """``layers`` from the data key outwards; a ``str`` is the id of the only KMS key. ``ChainError`` if impossible."""
    if not isinstance(layers, str | list | tuple):
        raise TypeError("Name a KMS key, or the layers of a chain in a list.")
    specs = (Kms(layers),) if isinstance(layers, str) else tuple(check_layer(spec) for spec in layers)
    if not 1 <= len(specs) <= MAX_LAYERS:
        raise ChainError(f"A chain has one to {MAX_LAYERS} layers, not {len(specs)}.")
    local, last = tuple(spec for spec in specs[:-1] if not isinstance(spec, Kms)), specs[-1]
    if not isinstance(last, Kms) or len(local) + 1 < len(specs):
        raise ChainError("A chain ends in Kms(…), and only there: a KMS key never leaves KMS to be wrapped.")
    for inner, outer in pairwise(local):
        if isinstance(inner, RsaOaep) and isinstance(outer, RsaOaep):
            raise ChainError("RSA-OAEP is too small to wrap an RSA key: put an AES layer between the two.")
    return Specs(local, last)


def check_layer(spec: Any) -> LayerSpec:
    """``spec``, or ``TypeError`` if it isn't a layer."""
    if not isinstance(spec, LayerSpec):
        raise TypeError("A layer is AesGcm(), AesKwp(), RsaOaep() or Kms(key_id, ...).")
    return spec


def build(
    kms: KmsClient, specs: Specs, context: Mapping[str, str], keys: list[bytearray]
) -> tuple[Layer, ...]:
    """Make the keys of a new chain, put them into ``keys``, which the caller wipes, and return them wrapped.

    KMS comes first. It generates the key right beneath it, unless that is an RSA key, which it encrypts.
    """
    local, (first, *others) = specs.local, specs.root.key_ids
    if local and isinstance(local[-1], RsaOaep):
        keys.append(local[-1].new_kek())
        copies = [root.wrap(kms, first, keys[0], context)]
    else:
        top, copy = root.generate(kms, first, context)
        keys.append(top)
        copies = [copy]
    copies += [root.wrap(kms, key_id, keys[0], context) for key_id in others]
    layers = [Layer(Kms.algorithm, tuple(copies))]
    for position in reversed(range(len(local))):
        keys.insert(0, local[position - 1].new_kek() if position else bytearray(crypto.new_aes_key()))
        layers.insert(0, _wrap(local[position], keys[1], keys[0]))
    return tuple(layers)


def unwrap(
    kms: KmsClient,
    layers: Sequence[Layer],
    context: Mapping[str, str],
    key_id: str | None,
    keys: list[bytearray],
) -> None:
    """Put all keys of a chain into ``keys``, which the caller wipes: KMS first, then inwards to the data key."""
    keys.insert(0, root.unwrap(kms, layers[-1].copies, context, key_id))
    unwrap_inwards(layers[:-1], keys)


def unwrap_inwards(layers: Sequence[Layer], keys: list[bytearray]) -> None:
    """Given the KEK of the last of ``layers`` in ``keys[0]``, insert the keys it opens before it, data key first."""
    for layer in reversed(layers):
        keys.insert(0, unwrap_local(layer.algorithm, keys[0], layer.copies[0].blob))


def replace(
    kms: KmsClient,
    layers: Sequence[Layer],
    at: int,
    spec: LayerSpec,
    context: Mapping[str, str],
    keys: list[bytearray],
) -> tuple[Layer, ...]:
    """The chain with another layer ``at``; a local one gets a new KEK, which replaces the old in ``keys``.

    Only the keys that the layer touches are wrapped again: the one beneath it and, for a local layer, its KEK.
    """
    changed = list(layers)
    if isinstance(spec, Kms):
        changed[at] = _wrap_by_kms(kms, spec.key_ids, keys[at], context)
        return tuple(changed)
    kek = spec.new_kek()
    wipe([keys[at + 1]])
    keys[at + 1] = kek
    changed[at] = _wrap(spec, kek, keys[at])
    outer = layers[at + 1]
    if at + 1 == len(layers) - 1:
        changed[at + 1] = _wrap_by_kms(kms, [copy.arn for copy in outer.copies], kek, context)
    else:
        changed[at + 1] = _wrap(_SPECS[outer.algorithm](), keys[at + 2], kek)
    return tuple(changed)


def position_of(layers: Sequence[Layer], layer: int, spec: LayerSpec) -> int:
    """``layer`` as an index that is not negative. ``ChainError`` if there is none, or ``spec`` cannot go there."""
    at = layer + len(layers) if layer < 0 else layer
    if not 0 <= at < len(layers):
        raise ChainError(f"There is no such layer: this chain has {len(layers)}.")
    if isinstance(spec, Kms) != (at == len(layers) - 1):
        raise ChainError("Kms(...) replaces the root, which is the last layer, and only the root.")
    return at


def _wrap(spec: LocalLayer, kek: bytearray, key: bytearray) -> Layer:
    return Layer(spec.algorithm, (WrappedKey(spec.wrap(kek, key)),))


def _wrap_by_kms(kms: KmsClient, key_ids: Sequence[str], key: bytearray, context: Mapping[str, str]) -> Layer:
    return Layer(Kms.algorithm, tuple(root.wrap(kms, key_id, key, context) for key_id in key_ids))


_SPECS = {spec.algorithm: spec for spec in (AesGcm, AesKwp, RsaOaep)}
