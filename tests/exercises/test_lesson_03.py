"""Lesson 03: other right answers than the reference solution, and mistakes made in other ways."""

import os
import secrets
from collections.abc import Callable
from functools import reduce
from typing import Any

import pytest
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from kmsnb import crypto
from kmsnb.exercises import exercise
from kmsnb.exercises.lesson_03 import matrix, seal_for_all, shares


def split_by_integers(key: bytes, holders: int) -> tuple[bytearray, ...]:
    shares = [secrets.randbits(8 * len(key)) for _ in range(holders - 1)]
    first = int.from_bytes(key)
    for share in shares:
        first ^= share
    return tuple(bytearray(number.to_bytes(len(key))) for number in (first, *shares))


def test_shares_in_another_order_and_type_are_right() -> None:
    assert exercise("03.b").judge(split_by_integers).state == "right"


def split_with_a_share_of_zeros(key: bytes, holders: int) -> list[bytes]:
    return [key, *(bytes(len(key)) for _ in range(holders - 1))]


def split_by_32_bytes(key: bytes, holders: int) -> list[bytes]:
    shares = [secrets.token_bytes(32) for _ in range(holders - 1)]
    xor = lambda one, two: bytes(a ^ b for a, b in zip(one, two, strict=False))
    return [*shares, reduce(xor, shares, key)]


def split_and_drop_the_rest(key: bytes, holders: int) -> list[bytes]:
    return [secrets.token_bytes(len(key) // holders) for _ in range(holders)]


def split_and_mask_one_half(key: bytes, holders: int) -> list[bytes]:
    half = len(key) // 2
    shares = [secrets.token_bytes(half) + bytes(half) for _ in range(holders - 1)]
    return [
        *shares,
        reduce(lambda one, two: bytes(a ^ b for a, b in zip(one, two, strict=True)), shares, key),
    ]


def split_into_pieces_with_zeros_around(key: bytes, holders: int) -> list[bytes]:
    size = -(-len(key) // holders)
    pieces = [key[at : at + size] for at in range(0, len(key), size)]
    return [
        bytes(n * size) + piece + bytes(len(key) - n * size - len(piece)) for n, piece in enumerate(pieces)
    ]


@pytest.mark.parametrize(
    ("split", "mistake"),
    [
        (split_with_a_share_of_zeros, shares.TOO_FEW),
        (split_and_drop_the_rest, shares.CUT),
        (split_by_32_bytes, shares.FIXED_SIZE),
        (split_and_mask_one_half, shares.PIECE),
        (split_into_pieces_with_zeros_around, shares.PIECE),
    ],
)
def test_shares_that_give_the_key_away_are_named(split: Callable[..., Any], mistake: Any) -> None:
    assert exercise("03.b").judge(split).says == mistake.says


def seal_with_a_fixed_nonce(public_keys: list[Any], plaintext: bytes) -> list[Any]:
    # safe: no key is ever used twice
    data_key, nonce = crypto.new_aes_key(), bytes(12)
    wrapped = tuple(crypto.encrypt_rsa_oaep(key, data_key) for key in public_keys)
    return [nonce, AESGCM(data_key).encrypt(nonce, plaintext, None), wrapped]


def test_a_fresh_key_makes_a_fixed_nonce_right() -> None:
    assert exercise("03.c").judge(seal_with_a_fixed_nonce).state == "right"


def seal_into_bytearrays(public_keys: list[Any], plaintext: bytes) -> Any:
    nonce, ciphertext, wrapped = seal_with_a_fixed_nonce(public_keys, plaintext)
    return bytearray(nonce), bytearray(ciphertext), [bytearray(each) for each in wrapped]


def test_a_parcel_of_bytearrays_is_right() -> None:
    assert exercise("03.c").judge(seal_into_bytearrays).state == "right"


def seal_with_a_short_key_beside_it(public_keys: list[Any], plaintext: bytes) -> Any:
    data_key, nonce = os.urandom(16), os.urandom(12)
    return nonce, AESGCM(data_key).encrypt(nonce, plaintext, None), [data_key for _ in public_keys]


def seal_for_strangers(public_keys: list[Any], plaintext: bytes) -> Any:
    data_key, nonce = crypto.new_aes_key(), os.urandom(12)
    stranger = crypto.new_rsa_key(2048).public_key()
    wrapped = [crypto.encrypt_rsa_oaep(stranger, data_key) for _ in public_keys]
    return nonce, AESGCM(data_key).encrypt(nonce, plaintext, None), wrapped


def seal_in_another_order(public_keys: list[Any], plaintext: bytes) -> Any:
    nonce, ciphertext, wrapped = seal_with_a_fixed_nonce(public_keys, plaintext)
    return ciphertext, nonce, wrapped


@pytest.mark.parametrize(
    ("seal", "mistake"),
    [
        (seal_for_strangers, seal_for_all.NOT_FOR_ALL),
        (seal_in_another_order, seal_for_all.DOES_NOT_OPEN),
        (seal_with_a_short_key_beside_it, seal_for_all.KEY_IN_PLAIN),
    ],
)
def test_a_parcel_that_does_not_open_is_named(seal: Callable[..., Any], mistake: Any) -> None:
    assert exercise("03.c").judge(seal).says == mistake.says


def test_a_matrix_filled_in_part_is_right_so_far() -> None:
    can = {deed: dict.fromkeys(matrix.PEOPLE, ...) for deed in matrix._TRUTH}
    can["sign as Ana"]["Ana"] = True
    assert exercise("03.a").judge(can).says == matrix.STILL_OPEN.says
