"""Photographs as bytes, and how long a key search takes."""

import os

import pytest

from kmsnb.figures import key_search_chart, photograph, pixels, sign

SIZE = 192 * 224 * 4


def test_a_photograph_is_bytes_in_four_grays() -> None:
    assert len(photograph()) == SIZE
    assert len(set(photograph())) == 4
    assert set(photograph()[:4]) == {photograph()[0]}  # four equal bytes a pixel


def test_a_sign_fits_and_is_no_blank() -> None:
    drawn = sign("PIER 7\n23:00")
    assert len(drawn) == SIZE
    assert 0.05 < sum(byte > 0 for byte in drawn) / SIZE < 0.5
    assert not any(drawn[: 192 * 4])  # a black margin


def test_pictures_of_noise_stay_small() -> None:
    picture = pixels({"one": os.urandom(SIZE), "two": os.urandom(SIZE + 16)}, alt="Noise twice.")
    assert picture.data[:4] == b"\x89PNG"
    assert len(picture.data) < 48_000


def test_too_few_bytes_are_refused_in_words() -> None:
    with pytest.raises(ValueError, match="'short' has 3 bytes"):
        pixels({"short": b"abc"}, alt="Nothing.")


def test_the_key_search_says_its_numbers() -> None:
    chart = key_search_chart({56: 2e-9, 256: 4e51})
    assert "256 bits 4e+51 years" in chart.alt
    assert chart.data == key_search_chart({56: 2e-9, 256: 4e51}).data
