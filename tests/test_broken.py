"""What is shown because it is broken breaks as told, and is refused outside a lesson's hands."""

import inspect
import threading

import pytest

from kmsnb import broken, crypto
from kmsnb.broken import BrokenError

KEY = bytes(range(32))
CALLS = {
    "caesar": ("attack", 3),
    "xor_repeating": (b"attack", b"key"),
    "encrypt_aes_ecb": (KEY, b"attack"),
    "decrypt_aes_ecb": (KEY, bytes(16)),
    "seal_aes_gcm_with_nonce": (KEY, bytes(12), b"attack"),
}


def test_every_public_function_is_in_this_test() -> None:
    public = {
        name
        for name, value in vars(broken).items()
        if inspect.isfunction(value) and value.__module__ == broken.__name__ and not name.startswith("_")
    }
    assert public == {*CALLS, "for_learning"}


@pytest.mark.parametrize(("name", "arguments"), CALLS.items())
def test_nothing_works_outside_a_lessons_hands(name: str, arguments: tuple[object, ...]) -> None:
    for _ in range(2):
        with pytest.raises(BrokenError, match=rf"{name} is broken: .*broken\.for_learning\(\).*seal_aes_gcm"):
            getattr(broken, name)(*arguments)
        with broken.for_learning():
            pass


def test_a_block_allows_nothing_after_it_and_nothing_in_another_thread() -> None:
    seen: list[type[BaseException]] = []

    def call() -> None:
        try:
            broken.caesar("attack", 3)
        except BrokenError as error:
            seen.append(type(error))

    with broken.for_learning():
        thread = threading.Thread(target=call)
        thread.start()
        thread.join()
    call()
    assert seen == [BrokenError, BrokenError]


def test_caesar() -> None:
    with broken.for_learning():
        assert broken.caesar("Xyz, attack at 7!", 3) == "Abc, dwwdfn dw 7!"
        assert broken.caesar(broken.caesar("Straße", 30), -30) == "Straße"


def test_repeating_xor_shows_its_key_where_the_plaintext_is_zeros() -> None:
    with broken.for_learning():
        assert broken.xor_repeating(bytes(9), b"key") == b"keykeykey"
        assert broken.xor_repeating(broken.xor_repeating(b"attack", b"key"), b"key") == b"attack"
        with pytest.raises(ValueError, match="one byte"):
            broken.xor_repeating(b"attack", b"")


def test_ecb_shows_equal_blocks_and_lets_them_be_moved() -> None:
    with broken.for_learning():
        ciphertext = broken.encrypt_aes_ecb(KEY, b"sixteen bytes ok" * 2 + b"another block ok")
        one, two, three, last = (ciphertext[at : at + 16] for at in range(0, 64, 16))
        assert one == two != three
        assert broken.decrypt_aes_ecb(KEY, three + one + last) == b"another block oksixteen bytes ok"
        with pytest.raises(crypto.CryptoError):
            broken.decrypt_aes_ecb(KEY, ciphertext[:-1])


def test_a_nonce_used_twice_shows_the_xor_of_the_plaintexts() -> None:
    with broken.for_learning():
        one, two = (broken.seal_aes_gcm_with_nonce(KEY, bytes(12), text) for text in (b"attack!", b"retreat"))
        assert broken.xor_repeating(one[:7], two[:7]) == broken.xor_repeating(b"attack!", b"retreat")
        with pytest.raises(ValueError, match="nonce of 12"):
            broken.seal_aes_gcm_with_nonce(KEY, bytes(11), b"")
