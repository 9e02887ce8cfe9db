"""Reads published test vectors: blocks of ``name = value`` under ``[section]`` lines."""

from collections.abc import Iterator

import cryptography_vectors


def blocks(path: str, starts: str) -> Iterator[dict[str, str]]:
    """One ``dict`` for each block that begins with a line ``starts = …``; a section's lines are in all that follow.

    Of sections without ``=`` the last is under ``"section"``. Any other line without ``=`` has an empty value.
    """
    section: dict[str, str] = {}
    block: dict[str, str] = {}
    for line in _lines(path):
        if line.startswith("["):
            if block:
                yield section | block
                block = {}
            name, value = _pair(line.strip("[]"))
            section |= {name: value} if value else {"section": name}
            continue
        name, value = _pair(line)
        if name == starts and block:
            yield section | block
            block = {}
        block[name] = value
    if block:
        yield section | block


def _lines(path: str) -> Iterator[str]:
    with cryptography_vectors.open_vector_file(path, "r") as file:
        for line in file:
            if line.strip() and not line.startswith("#"):
                yield line.strip()


def _pair(line: str) -> tuple[str, str]:
    name, _, value = line.partition("=")
    return name.strip(), value.strip()
