"""Rewrap of files and folders: the header alone is written, what is done is skipped, and nothing is ever lost."""

import os
from pathlib import Path
from typing import Any

import pytest
from botocore.exceptions import ClientError

from kmsnb import envelope
from kmsnb.envelope import AesGcm, AesKwp, Kms, RsaOaep, disk, stored_header

from .conftest import checksum_mended
from .fake_kms import FakeKms, denial

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
    done = envelope.rewrap(fake, tmp_path, "b", CONTEXT, key_id="a")
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
    assert envelope.rewrap(fake, tmp_path, "b", key_id="a").bytes_touched * 100 < 2 * sealed_bytes


def test_what_is_done_is_skipped(fake: FakeKms, tmp_path: Path) -> None:
    seal_some(fake, tmp_path, 3)
    envelope.rewrap(fake, tmp_path / "001", "b", CONTEXT, key_id="a")
    done = envelope.rewrap(fake, tmp_path, Kms("b"), CONTEXT, key_id="a")
    assert done.skipped == [tmp_path / "001"]
    fake.calls.clear()
    assert len(envelope.rewrap(fake, tmp_path, fake.arn("b"), CONTEXT, key_id="a").skipped) == 3
    assert fake.calls == ["Decrypt"] * 3


def test_what_only_says_that_it_is_done_is_not_skipped(fake: FakeKms, tmp_path: Path) -> None:
    (path,) = seal_some(fake, tmp_path, 1)
    forged = checksum_mended(path.read_bytes().replace(b":key/a", b":key/b"))
    path.write_bytes(forged)
    done = envelope.rewrap(fake, tmp_path, fake.arn("b"), CONTEXT, key_id="a")
    assert (done.rewrapped, done.skipped) == ([], [])
    ((failed, error),) = done.failed
    assert failed == path
    assert isinstance(error, envelope.TamperedError)
    assert path.read_bytes() == forged


def test_only_messages_under_the_old_key_that_is_named_are_rewrapped(fake: FakeKms, tmp_path: Path) -> None:
    """A stranger's key that the caller may use is not the caller's: what it opens is not put under the new one."""
    own, stranger = seal_some(fake, tmp_path, 2)
    forged = envelope.seal(fake, "c", b"pay Mallory", CONTEXT)
    stranger.write_bytes(forged)
    done = envelope.rewrap(fake, tmp_path, "b", CONTEXT, key_id="a")
    assert done.rewrapped == [own]
    assert [(path, type(error)) for path, error in done.failed] == [(stranger, envelope.WrappedKeyError)]
    assert stranger.read_bytes() == forged
    for new, layer in [("b", -1), (Kms("a", "b"), -1)]:
        with pytest.raises(envelope.WrappedKeyError):
            envelope.rewrap(fake, forged, new, CONTEXT, key_id="a", layer=layer)
    with pytest.raises(TypeError, match="key_id"):
        envelope.rewrap(fake, forged, "b", CONTEXT)  # type: ignore[call-overload]


def test_a_strangers_message_that_names_the_callers_key_too_is_refused_in_any_layer(fake: FakeKms) -> None:
    """Its copy under the caller's key is garbage: replacing a KEK would turn it into a true one."""
    encrypt = fake.encrypt
    garbage = {"CiphertextBlob": bytes(60), "KeyId": fake.arn("a")}
    fake.encrypt = lambda KeyId, **rest: garbage if KeyId == "a" else encrypt(KeyId, **rest)  # type: ignore[assignment, return-value]
    forged = envelope.seal_chain(fake, [AesGcm(), Kms("c", "a")], b"pay Mallory", CONTEXT)
    fake.encrypt = encrypt  # type: ignore[method-assign]
    assert envelope.unseal(fake, forged, CONTEXT) == b"pay Mallory"
    with pytest.raises(envelope.WrappedKeyError):
        envelope.rewrap(fake, forged, AesKwp(), CONTEXT, key_id="a", layer=0)


@pytest.mark.parametrize("mode", ["rb", "r+b"])
def test_a_file_that_cannot_be_opened_is_reported_and_the_others_are_done(
    fake: FakeKms, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, mode: str
) -> None:
    paths = seal_some(fake, tmp_path, 3)
    open_regular = disk.open_regular

    def denying(path: Path, wanted: str = "rb") -> Any:
        if (path.name, wanted) == ("001", mode):
            raise PermissionError(13, "Permission denied", str(path))
        return open_regular(path, wanted)

    monkeypatch.setattr(disk, "open_regular", denying)
    done = envelope.rewrap(fake, tmp_path, "b", CONTEXT, key_id="a")
    assert done.rewrapped == [paths[0], paths[2]]
    ((path, error),) = done.failed
    assert path == paths[1]
    assert isinstance(error, PermissionError)


def test_a_folder_that_cannot_be_read_is_reported(
    fake: FakeKms, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    paths = seal_some(fake, tmp_path, 2)
    (tmp_path / "below").mkdir()
    scandir = os.scandir

    def denying(path: Any) -> Any:
        if os.fspath(path).endswith("below"):
            raise PermissionError(13, "Permission denied", path)
        return scandir(path)

    monkeypatch.setattr(os, "scandir", denying)
    done = envelope.rewrap(fake, tmp_path, "b", CONTEXT, key_id="a")
    assert done.rewrapped == paths
    assert [(path, type(error)) for path, error in done.failed] == [(tmp_path / "below", PermissionError)]


@pytest.mark.parametrize("code", ["AccessDeniedException", "DisabledException", "NotFoundException"])
def test_what_kms_denies_for_one_file_does_not_stop_the_others(
    fake: FakeKms, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, code: str
) -> None:
    paths = seal_some(fake, tmp_path, 3)
    decrypt = fake.decrypt

    def denying(**arguments: Any) -> Any:
        if arguments["CiphertextBlob"] in paths[1].read_bytes():
            raise denial(code, "Decrypt")
        return decrypt(**arguments)

    monkeypatch.setattr(fake, "decrypt", denying)
    done = envelope.rewrap(fake, tmp_path, "b", CONTEXT, key_id="a")
    assert done.rewrapped == [paths[0], paths[2]]
    assert [(path, type(error)) for path, error in done.failed] == [(paths[1], ClientError)]


def test_a_new_root_that_is_denied_ends_the_call(fake: FakeKms, tmp_path: Path) -> None:
    seal_some(fake, tmp_path, 3)
    fake.denials = {"b": "AccessDeniedException"}
    fake.calls.clear()
    with pytest.raises(ClientError, match="AccessDenied"):
        envelope.rewrap(fake, tmp_path, fake.arn("b"), CONTEXT, key_id="a")
    assert fake.calls == ["Decrypt", "Encrypt"]


def test_throttled_half_way_it_goes_on_where_it_stopped(fake: FakeKms, tmp_path: Path) -> None:
    paths = seal_some(fake, tmp_path, 6)
    fake.calls.clear()
    fake.fail_after = 6  # one DescribeKey, two files, and half of a third
    with pytest.raises(ClientError, match="ThrottlingException"):
        envelope.rewrap(fake, tmp_path, "b", CONTEXT, key_id="a")
    fake.fail_after = None
    assert all_open(fake, paths)
    done = envelope.rewrap(fake, tmp_path, "b", CONTEXT, key_id="a")
    assert (len(done.skipped), len(done.rewrapped)) == (2, 4)
    assert all_open(fake, paths, "b")


def test_a_file_that_is_refused_is_reported_and_left_as_it_was(fake: FakeKms, tmp_path: Path) -> None:
    paths = seal_some(fake, tmp_path, 3)
    damaged = bytearray(paths[1].read_bytes())
    damaged[300] ^= 1
    paths[1].write_bytes(damaged)
    done = envelope.rewrap(fake, tmp_path, "b", CONTEXT, key_id="a")
    assert done.rewrapped == [paths[0], paths[2]]
    ((path, error),) = done.failed
    assert path == paths[1]
    assert isinstance(error, envelope.DamagedError)
    assert path.read_bytes() == damaged
    with pytest.raises(envelope.DamagedError):
        envelope.rewrap(fake, path, "b", CONTEXT, key_id="a")


@pytest.mark.parametrize("new", [AesKwp(), RsaOaep(2048)], ids=repr)
def test_any_layer_of_a_file_can_be_replaced(fake: FakeKms, tmp_path: Path, new: Any) -> None:
    path = tmp_path / "sealed"
    path.write_bytes(envelope.seal_chain(fake, [AesGcm(), Kms("a")], PLAINTEXT, CONTEXT))
    path.chmod(0o640)
    done = envelope.rewrap(fake, path, new, CONTEXT, key_id="a", layer=0)
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
        patched.setattr(stored_header, "_write", write_part)
        with pytest.raises(KeyboardInterrupt):
            envelope.rewrap(kms, path, "b", CONTEXT, key_id="a")


@pytest.mark.parametrize("length", [0, 112, 113, 150, 200, 300, 476, 480, 500, 511, 512])
def test_a_header_that_was_half_written_is_read_from_the_journal(
    fake: FakeKms, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, length: int
) -> None:
    (path,) = seal_some(fake, tmp_path, 1)
    torn_at(path, fake, monkeypatch, length)
    assert stored_header.journal_path(path).exists()
    envelope.unseal_file(fake, path, tmp_path / "opened", CONTEXT)
    assert (tmp_path / "opened").read_bytes() == path.name.encode() + PLAINTEXT
    (old,) = envelope.describe(path).layers[-1].key_arns
    envelope.rewrap(fake, path, "c", CONTEXT, key_id=old)
    assert not stored_header.journal_path(path).exists()
    assert all_open(fake, [path], "c")


@pytest.mark.parametrize("old", ["a", "aaaa"], ids=["one sector", "two sectors"])
@pytest.mark.parametrize("whole_folder", [True, False])
def test_a_header_whose_first_sector_is_lost_is_read_from_the_journal(
    fake: FakeKms, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, old: str, whole_folder: bool
) -> None:
    path = tmp_path / "sealed"
    path.write_bytes(envelope.seal_chain(fake, [Kms(*old)], PLAINTEXT, CONTEXT))
    torn_at(path, fake, monkeypatch, 0)
    with open(path, "r+b") as file:
        file.write(bytes(512))
    assert envelope.describe(path).layers[-1].key_arns == (fake.arn("b"),)
    envelope.unseal_file(fake, path, tmp_path / "opened", CONTEXT)
    assert (tmp_path / "opened").read_bytes() == PLAINTEXT
    done = envelope.rewrap(fake, tmp_path if whole_folder else path, "c", CONTEXT, key_id="b")
    assert (done.rewrapped, done.failed) == ([path], [])
    assert not stored_header.journal_path(path).exists()
    assert envelope.unseal(fake, path.read_bytes(), CONTEXT, key_id="c") == PLAINTEXT


@pytest.mark.parametrize("content", [bytes(512) + b"of a disk image", bytes(5000), b"a letter"], ids=len)
def test_a_stale_journal_destroys_nothing(
    fake: FakeKms, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, content: bytes
) -> None:
    """Another file has taken the place of the sealed one; that it begins with zeros does not make it sealed."""
    (path,) = seal_some(fake, tmp_path, 1)
    torn_at(path, fake, monkeypatch, 300)
    path.write_bytes(content)
    for new in ("b", "c"):
        done = envelope.rewrap(fake, tmp_path, new, CONTEXT, key_id="b")
        ((failed, error),) = done.failed
        assert failed == path
        assert isinstance(error, envelope.EnvelopeError)
        assert path.read_bytes() == content
        with pytest.raises(envelope.EnvelopeError):
            envelope.unseal_file(fake, path, tmp_path / "opened", CONTEXT)


def test_a_header_that_was_read_while_it_was_written_is_read_again(
    fake: FakeKms, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (path,) = seal_some(fake, tmp_path, 1)
    whole, read = path.read_bytes(), stored_header._journalled
    path.write_bytes(whole[:200] + bytes(100) + whole[300:])

    def read_after_the_rewrap_is_over(*args: Any) -> Any:
        path.write_bytes(whole)
        stored_header.journal_path(path).unlink()
        return read(*args)

    stored_header.journal_path(path).write_bytes(b"being written")
    monkeypatch.setattr(stored_header, "_journalled", read_after_the_rewrap_is_over)
    envelope.unseal_file(fake, path, tmp_path / "opened", CONTEXT)
    assert (tmp_path / "opened").read_bytes() == path.name.encode() + PLAINTEXT


def test_a_journal_that_the_disk_has_no_room_for_is_not_left(
    fake: FakeKms, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    paths = seal_some(fake, tmp_path, 2)

    def full(*_: Any) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(disk, "write_all", full)
    done = envelope.rewrap(fake, tmp_path, "b", CONTEXT, key_id="a")
    assert [path for path, _ in done.failed] == paths
    assert sorted(tmp_path.iterdir()) == paths
    assert all_open(fake, paths, "a")


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
    envelope.rewrap(fake, path, "b", CONTEXT, key_id="a")
    assert all_open(fake, [path], "b")
    assert link.is_symlink()


def test_a_file_with_the_longest_of_names_is_rewrapped(fake: FakeKms, tmp_path: Path) -> None:
    path = tmp_path / ("鍵" * 85)
    path.write_bytes(envelope.seal(fake, "a", b"", CONTEXT))
    assert envelope.rewrap(fake, tmp_path, "b", CONTEXT, key_id="a").rewrapped == [path]


def test_a_journal_that_is_not_the_files_own_is_not_believed(
    fake: FakeKms, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    one, other = seal_some(fake, tmp_path, 2)
    torn_at(one, fake, monkeypatch, 300)
    own = stored_header.journal_path(one).read_bytes()
    for planted in (other.read_bytes()[:512], own[:-1], b"", b"nonsense"):
        stored_header.journal_path(one).write_bytes(planted)
        with pytest.raises(envelope.DamagedError):
            envelope.unseal_file(fake, one, tmp_path / "opened", CONTEXT)
        with pytest.raises(envelope.DamagedError):
            envelope.rewrap(fake, one, "b", CONTEXT, key_id="a")
        assert stored_header.journal_path(one).exists()
    stored_header.journal_path(one).write_bytes(own)
    assert len(envelope.rewrap(fake, tmp_path, "b", CONTEXT, key_id="a").rewrapped) == 1
    assert all_open(fake, [one, other], "b")


def test_a_stale_or_broken_journal_beside_a_whole_file_is_removed(fake: FakeKms, tmp_path: Path) -> None:
    paths = seal_some(fake, tmp_path, 1)
    stored_header.journal_path(paths[0]).write_bytes(b"cut sho")
    envelope.rewrap(fake, tmp_path, "b", CONTEXT, key_id="a")
    assert [path.name for path in tmp_path.iterdir()] == ["000"]
    assert all_open(fake, paths, "b")


def test_no_journal_is_written_through_a_link(fake: FakeKms, tmp_path: Path) -> None:
    (path,) = seal_some(fake, tmp_path, 1)
    stored_header.journal_path(path).symlink_to(tmp_path / "nowhere yet")
    with pytest.raises(FileExistsError):
        envelope.rewrap(fake, path, "b", CONTEXT, key_id="a")
    assert not (tmp_path / "nowhere yet").exists()
    assert all_open(fake, [path], "a")


def test_a_file_that_was_replaced_before_it_was_locked_is_opened_again(
    fake: FakeKms, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (path,) = seal_some(fake, tmp_path, 1)
    lock = disk.lock

    def lock_after_another_rewrap(file: Any) -> bool:
        monkeypatch.setattr(disk, "lock", lock)
        envelope.rewrap(fake, path, Kms(*"aaaaac"), CONTEXT, key_id="a")  # too long for its place: a new file
        return lock(file)

    monkeypatch.setattr(disk, "lock", lock_after_another_rewrap)
    assert envelope.rewrap(fake, path, "b", CONTEXT, key_id="a").rewrapped == [path]
    assert all_open(fake, [path], "b")


def test_a_file_that_is_always_replaced_is_refused(
    fake: FakeKms, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (path,) = seal_some(fake, tmp_path, 1)
    monkeypatch.setattr(disk, "is_at", lambda *_: False)
    with pytest.raises(envelope.FileError, match="keeps being replaced"):
        envelope.rewrap(fake, path, "b", CONTEXT, key_id="a")


def test_a_file_that_is_replaced_while_it_is_copied_is_not_overwritten(
    fake: FakeKms, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (path,) = seal_some(fake, tmp_path, 1)
    fsync = os.fsync

    def replace_and_sync(descriptor: int) -> None:
        (tmp_path / "newer").write_bytes(b"newer")
        (tmp_path / "newer").replace(path)
        fsync(descriptor)

    monkeypatch.setattr(os, "fsync", replace_and_sync)
    with pytest.raises(envelope.FileError, match="Another program replaced"):
        envelope.rewrap(fake, path, Kms(*"bbbbbb"), CONTEXT, key_id="a")
    assert path.read_bytes() == b"newer"
    assert [entry.name for entry in tmp_path.iterdir()] == ["000"]


def test_two_rewraps_of_one_file_do_not_meet(fake: FakeKms, tmp_path: Path) -> None:
    (path,) = seal_some(fake, tmp_path, 1)
    with open(path, "rb") as file:
        disk.lock(file)
        with pytest.raises(envelope.FileError, match="in use"):
            envelope.rewrap(fake, path, "b", CONTEXT, key_id="a")


def test_on_the_mocked_kms(kms: Any, key_id: str, tmp_path: Path) -> None:
    new = kms.create_key()["KeyMetadata"]["KeyId"]
    kms.create_alias(AliasName="alias/new", TargetKeyId=new)
    (tmp_path / "sealed").write_bytes(envelope.seal(kms, key_id, PLAINTEXT, CONTEXT))
    envelope.rewrap(kms, str(tmp_path), "alias/new", CONTEXT, key_id=key_id)
    assert envelope.unseal(kms, (tmp_path / "sealed").read_bytes(), CONTEXT, key_id=new) == PLAINTEXT
    assert len(envelope.rewrap(kms, os.fspath(tmp_path), "alias/new", CONTEXT, key_id=key_id).skipped) == 1
