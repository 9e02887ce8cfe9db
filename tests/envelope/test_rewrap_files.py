"""Rewrap of files and folders: the header alone is written, what is done is skipped, and nothing is ever lost."""

import os
from pathlib import Path
from typing import Any

import pytest
from botocore.exceptions import ClientError

from kmsnb import envelope
from kmsnb.envelope import AesGcm, AesKwp, Kms, RsaOaep, journal

from .fake_kms import FakeKms

CONTEXT = {"invoice": "7"}
PLAINTEXT = b"a slip of paper" * 1000


def seal_some(kms: Any, folder: Path, count: int) -> list[Path]:
    paths = [folder / f"{number:03}" for number in range(count)]
    for path in paths:
        path.write_bytes(envelope.seal(kms, "a", path.name.encode() + PLAINTEXT, CONTEXT))
    return paths


def all_open(kms: Any, paths: list[Path], key_id: str | None = None) -> bool:
    return all(
        envelope.unseal(kms, path.read_bytes(), CONTEXT, key_id=key_id) == path.name.encode() + PLAINTEXT
        for path in paths
    )


def test_a_folder_is_put_under_another_root_by_writing_headers(fake: FakeKms, tmp_path: Path) -> None:
    paths = seal_some(fake, tmp_path, 5)
    (tmp_path / "below").mkdir()
    paths.append(paths.pop().rename(tmp_path / "below" / "004"))
    (tmp_path / "letter").write_bytes(b"not sealed")
    (tmp_path / "link").symlink_to(paths[0])
    bodies = [path.read_bytes()[512:] for path in paths]
    done = envelope.rewrap(fake, tmp_path, "b", CONTEXT)
    assert (len(done.rewrapped), done.skipped, done.failed) == (5, [], [])
    assert done.bytes_touched == 5 * 3 * 512
    assert done.bytes_in_place == sum(map(len, bodies))
    assert repr(done).startswith("<5 rewrapped, 0 skipped, 0 failed; 7,680 bytes touched")
    assert [path.read_bytes()[512:] for path in paths] == bodies
    assert all_open(fake, paths, "b")
    assert {path.name for path in tmp_path.iterdir()} == {
        "000",
        "001",
        "002",
        "003",
        "below",
        "letter",
        "link",
    }


def test_it_is_at_least_100_times_cheaper_than_encrypting_again(fake: FakeKms, tmp_path: Path) -> None:
    for number in range(10):
        (tmp_path / str(number)).write_bytes(envelope.seal(fake, "a", bytes(1 << 20)))
    sealed_bytes = sum(path.stat().st_size for path in tmp_path.iterdir())
    assert envelope.rewrap(fake, tmp_path, "b").bytes_touched * 100 < 2 * sealed_bytes


def test_what_is_done_is_skipped(fake: FakeKms, tmp_path: Path) -> None:
    seal_some(fake, tmp_path, 3)
    envelope.rewrap(fake, tmp_path / "001", "b", CONTEXT)
    done = envelope.rewrap(fake, tmp_path, Kms("b"), CONTEXT)
    assert done.skipped == [tmp_path / "001"]
    fake.calls.clear()
    assert len(envelope.rewrap(fake, tmp_path, fake.arn("b"), CONTEXT).skipped) == 3
    assert fake.calls == []


def test_throttled_half_way_it_goes_on_where_it_stopped(fake: FakeKms, tmp_path: Path) -> None:
    paths = seal_some(fake, tmp_path, 6)
    fake.calls.clear()
    fake.fail_after = 6  # one DescribeKey, two files, and half of a third
    with pytest.raises(ClientError, match="ThrottlingException"):
        envelope.rewrap(fake, tmp_path, "b", CONTEXT)
    fake.fail_after = None
    assert all_open(fake, paths)
    done = envelope.rewrap(fake, tmp_path, "b", CONTEXT)
    assert (len(done.skipped), len(done.rewrapped)) == (2, 4)
    assert all_open(fake, paths, "b")


def test_a_file_that_is_refused_is_reported_and_left_as_it_was(fake: FakeKms, tmp_path: Path) -> None:
    paths = seal_some(fake, tmp_path, 3)
    damaged = bytearray(paths[1].read_bytes())
    damaged[300] ^= 1
    paths[1].write_bytes(damaged)
    done = envelope.rewrap(fake, tmp_path, "b", CONTEXT)
    assert done.rewrapped == [paths[0], paths[2]]
    ((path, error),) = done.failed
    assert path == paths[1]
    assert isinstance(error, envelope.DamagedError)
    assert path.read_bytes() == damaged
    with pytest.raises(envelope.DamagedError):
        envelope.rewrap(fake, path, "b", CONTEXT)


@pytest.mark.parametrize("new", [AesKwp(), RsaOaep(2048)], ids=repr)
def test_any_layer_of_a_file_can_be_replaced(fake: FakeKms, tmp_path: Path, new: Any) -> None:
    path = tmp_path / "sealed"
    path.write_bytes(envelope.seal_chain(fake, [AesGcm(), Kms("a")], PLAINTEXT, CONTEXT))
    path.chmod(0o640)
    done = envelope.rewrap(fake, path, new, CONTEXT, layer=0)
    assert done.rewrapped == [path]
    in_place = isinstance(new, AesKwp)  # an RSA key does not fit where an AES key was
    assert (done.bytes_in_place > 0) == in_place
    assert (done.bytes_touched > path.stat().st_size) != in_place
    assert envelope.unseal(fake, path.read_bytes(), CONTEXT) == PLAINTEXT
    assert path.stat().st_mode & 0o777 == 0o640
    assert [entry.name for entry in tmp_path.iterdir()] == ["sealed"]


def torn_at(path: Path, kms: FakeKms, monkeypatch: pytest.MonkeyPatch, length: int) -> None:
    """Rewrap the file, but cut the power when ``length`` bytes of the new header are written into it."""

    def write_part(file: Any, header: Any) -> None:
        file.seek(0)
        file.write(header.encode()[:length])
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr(journal, "_write", write_part)
        with pytest.raises(KeyboardInterrupt):
            envelope.rewrap(kms, path, "b", CONTEXT)


@pytest.mark.parametrize("length", [0, 112, 113, 150, 200, 300, 476, 480, 500, 511, 512])
def test_a_header_that_was_half_written_is_read_from_the_journal(
    fake: FakeKms, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, length: int
) -> None:
    (path,) = seal_some(fake, tmp_path, 1)
    torn_at(path, fake, monkeypatch, length)
    assert journal.path_for(path).exists()
    envelope.unseal_file(fake, path, tmp_path / "opened", CONTEXT)
    assert (tmp_path / "opened").read_bytes() == path.name.encode() + PLAINTEXT
    envelope.rewrap(fake, path, "c", CONTEXT)
    assert not journal.path_for(path).exists()
    assert all_open(fake, [path], "c")


def test_through_a_link_the_file_itself_is_rewrapped(
    fake: FakeKms, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (path,) = seal_some(fake, tmp_path, 1)
    (tmp_path / "below").mkdir()
    link = tmp_path / "below" / "link"
    link.symlink_to(path)
    torn_at(link, fake, monkeypatch, 300)
    for name in (path, link):
        envelope.unseal_file(fake, name, tmp_path / "opened", CONTEXT)
    envelope.rewrap(fake, path, "b", CONTEXT)
    assert all_open(fake, [path], "b")
    assert link.is_symlink()


def test_a_file_with_the_longest_of_names_is_rewrapped(fake: FakeKms, tmp_path: Path) -> None:
    path = tmp_path / ("鍵" * 85)
    path.write_bytes(envelope.seal(fake, "a", b"", CONTEXT))
    assert envelope.rewrap(fake, tmp_path, "b", CONTEXT).rewrapped == [path]


def test_a_journal_that_is_not_the_files_own_is_not_believed(
    fake: FakeKms, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    one, other = seal_some(fake, tmp_path, 2)
    torn_at(one, fake, monkeypatch, 300)
    own = journal.path_for(one).read_bytes()
    for planted in (other.read_bytes()[:512], own[:-1], b"", b"nonsense"):
        journal.path_for(one).write_bytes(planted)
        with pytest.raises(envelope.DamagedError):
            envelope.unseal_file(fake, one, tmp_path / "opened", CONTEXT)
        with pytest.raises(envelope.DamagedError):
            envelope.rewrap(fake, one, "b", CONTEXT)
        assert journal.path_for(one).exists()
    journal.path_for(one).write_bytes(own)
    assert len(envelope.rewrap(fake, tmp_path, "b", CONTEXT).rewrapped) == 1
    assert all_open(fake, [one, other], "b")


def test_a_stale_or_broken_journal_beside_a_whole_file_is_removed(fake: FakeKms, tmp_path: Path) -> None:
    paths = seal_some(fake, tmp_path, 1)
    journal.path_for(paths[0]).write_bytes(b"cut sho")
    envelope.rewrap(fake, tmp_path, "b", CONTEXT)
    assert [path.name for path in tmp_path.iterdir()] == ["000"]
    assert all_open(fake, paths, "b")


def test_no_journal_is_written_through_a_link(fake: FakeKms, tmp_path: Path) -> None:
    (path,) = seal_some(fake, tmp_path, 1)
    journal.path_for(path).symlink_to(tmp_path / "nowhere yet")
    with pytest.raises(FileExistsError):
        envelope.rewrap(fake, path, "b", CONTEXT)
    assert not (tmp_path / "nowhere yet").exists()
    assert all_open(fake, [path], "a")


def test_two_rewraps_of_one_file_do_not_meet(fake: FakeKms, tmp_path: Path) -> None:
    from kmsnb.envelope import disk

    (path,) = seal_some(fake, tmp_path, 1)
    with open(path, "rb") as file:
        disk.lock(file)
        with pytest.raises(envelope.FileError, match="in use"):
            envelope.rewrap(fake, path, "b", CONTEXT)


def test_on_the_mocked_kms(kms: Any, key_id: str, tmp_path: Path) -> None:
    new = kms.create_key()["KeyMetadata"]["KeyId"]
    kms.create_alias(AliasName="alias/new", TargetKeyId=new)
    (tmp_path / "sealed").write_bytes(envelope.seal(kms, key_id, PLAINTEXT, CONTEXT))
    envelope.rewrap(kms, str(tmp_path), "alias/new", CONTEXT)
    assert envelope.unseal(kms, (tmp_path / "sealed").read_bytes(), CONTEXT, key_id=new) == PLAINTEXT
    assert len(envelope.rewrap(kms, os.fspath(tmp_path), "alias/new", CONTEXT).skipped) == 1
