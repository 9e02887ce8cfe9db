"""Files: what is written is a sealed message, and an output is there whole or not at all."""

import os
import stat
import subprocess
import sys
import time
import tracemalloc
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from botocore.exceptions import ClientError

from kmsnb import envelope
from kmsnb.envelope import EnvelopeError, FileError, TamperedError, TruncatedError

from .fake_kms import FakeKms

CONTEXT = {"invoice": "7"}
MIB = 1 << 20


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


@pytest.fixture
def plain(tmp_path: Path) -> Path:
    path = tmp_path / "plain"
    path.write_bytes(os.urandom(300))
    return path


@pytest.fixture
def sealed(fake: FakeKms, plain: Path, tmp_path: Path) -> Path:
    path = tmp_path / "sealed"
    envelope.seal_file(fake, "a", plain, path, CONTEXT, chunk_size=64)
    return path


@pytest.mark.parametrize("size", [0, 1, MIB - 1, MIB, MIB + 1, 3 * MIB])
def test_a_file_opens_and_is_the_same_format_as_a_message(fake: FakeKms, tmp_path: Path, size: int) -> None:
    data = os.urandom(size)
    (tmp_path / "plain").write_bytes(data)
    envelope.seal_file(fake, "a", tmp_path / "plain", tmp_path / "sealed", CONTEXT)
    envelope.unseal_file(fake, str(tmp_path / "sealed"), str(tmp_path / "opened"), CONTEXT, key_id="a")
    assert (tmp_path / "opened").read_bytes() == data
    assert envelope.unseal(fake, (tmp_path / "sealed").read_bytes(), CONTEXT) == data
    assert names(tmp_path) == ["opened", "plain", "sealed"]
    assert fake.calls == ["GenerateDataKey", "Decrypt", "Decrypt"]


def test_a_file_may_be_sealed_under_a_chain(fake: FakeKms, plain: Path, tmp_path: Path) -> None:
    layers = [envelope.AesGcm(), envelope.Kms("a", "b")]
    envelope.seal_file(fake, layers, plain, tmp_path / "sealed")
    envelope.unseal_file(fake, tmp_path / "sealed", tmp_path / "opened")
    assert (tmp_path / "opened").read_bytes() == plain.read_bytes()


def test_a_file_on_the_mocked_kms(kms: Any, key_id: str, plain: Path, tmp_path: Path) -> None:
    envelope.seal_file(kms, key_id, plain, tmp_path / "sealed", CONTEXT)
    envelope.unseal_file(kms, tmp_path / "sealed", tmp_path / "opened", CONTEXT)
    assert (tmp_path / "opened").read_bytes() == plain.read_bytes()


@pytest.mark.parametrize("length", [0, 100, 511, 512, 520, 600, -81, -80, -17, -1])
def test_a_cut_file_gives_no_output(fake: FakeKms, sealed: Path, tmp_path: Path, length: int) -> None:
    os.truncate(sealed, length % sealed.stat().st_size)
    before = names(tmp_path)
    with pytest.raises(EnvelopeError):
        envelope.unseal_file(fake, sealed, tmp_path / "opened", CONTEXT)
    assert names(tmp_path) == before


def test_a_changed_last_byte_leaves_an_older_output_as_it_was(
    fake: FakeKms, sealed: Path, tmp_path: Path
) -> None:
    data = bytearray(sealed.read_bytes())
    data[-1] ^= 1
    sealed.write_bytes(data)
    (tmp_path / "opened").write_bytes(b"older")
    with pytest.raises(TamperedError):
        envelope.unseal_file(fake, sealed, tmp_path / "opened", CONTEXT)
    assert (tmp_path / "opened").read_bytes() == b"older"
    assert names(tmp_path) == ["opened", "plain", "sealed"]


@pytest.mark.parametrize("code", ["ThrottlingException", "AccessDeniedException"])
def test_when_kms_denies_nothing_is_written(fake: FakeKms, plain: Path, tmp_path: Path, code: str) -> None:
    fake.denials["a"] = code
    with pytest.raises(ClientError, match=code):
        envelope.seal_file(fake, "a", plain, tmp_path / "sealed")
    assert names(tmp_path) == ["plain"]


def test_source_and_target_must_be_two_files(fake: FakeKms, plain: Path, tmp_path: Path) -> None:
    (tmp_path / "link").symlink_to(plain)
    os.link(plain, tmp_path / "hard")
    for target in (plain, tmp_path / "link", tmp_path / "hard", tmp_path / "." / "plain"):
        with pytest.raises(FileError, match="same file"):
            envelope.seal_file(fake, "a", plain, target)
    assert not fake.calls


def test_impossible_sources_and_targets_are_refused_before_kms_is_asked(
    fake: FakeKms, plain: Path, tmp_path: Path
) -> None:
    os.mkfifo(tmp_path / "pipe")
    (tmp_path / "folder").mkdir()
    for source, target, error in [
        ("missing", "out", FileNotFoundError),
        ("folder", "out", IsADirectoryError),
        ("pipe", "out", FileError),
        ("plain", "folder", IsADirectoryError),
        ("plain", "pipe", FileError),
        ("plain", "nowhere/out", FileNotFoundError),
    ]:
        with pytest.raises(error):
            envelope.seal_file(fake, "a", tmp_path / source, tmp_path / target)
    with pytest.raises(FileError):
        envelope.seal_file(fake, "a", "/dev/zero", tmp_path / "out")
    assert not fake.calls


def test_a_target_that_is_a_link_stays_one(fake: FakeKms, plain: Path, tmp_path: Path) -> None:
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "link").symlink_to(tmp_path / "elsewhere" / "sealed")
    envelope.seal_file(fake, "a", plain, tmp_path / "link")
    assert (tmp_path / "link").is_symlink()
    assert envelope.unseal(fake, (tmp_path / "elsewhere" / "sealed").read_bytes()) == plain.read_bytes()


def test_an_output_has_the_usual_mode_and_a_replaced_file_keeps_its_own(
    fake: FakeKms, plain: Path, tmp_path: Path
) -> None:
    (tmp_path / "private").touch()
    (tmp_path / "private").chmod(0o4600)
    (tmp_path / "usual").touch()
    for name in ("private", "fresh"):
        envelope.seal_file(fake, "a", plain, tmp_path / name)
    mode = {name: stat.S_IMODE((tmp_path / name).stat().st_mode) for name in ("private", "usual", "fresh")}
    assert mode["private"] == 0o600
    assert mode["fresh"] == mode["usual"]


def test_while_it_is_written_only_the_owner_can_read_it(tmp_path: Path) -> None:
    from kmsnb.envelope import disk

    with disk.replacing(tmp_path / "out") as file:
        (partial,) = tmp_path.iterdir()
        assert partial.name.startswith(".out.")
        assert partial.name.endswith(".kmsnb-partial")
        assert stat.S_IMODE(partial.stat().st_mode) == 0o600
        file.write(b"done")
    assert (tmp_path / "out").read_bytes() == b"done"


def test_leftovers_of_the_killed_are_removed_and_files_in_use_are_not(tmp_path: Path) -> None:
    from kmsnb.envelope import disk

    leftover(tmp_path, "out")
    other = leftover(tmp_path, "out.old")  # a name that begins like ours
    with disk.replacing(tmp_path / "out") as first:
        with disk.replacing(tmp_path / "out") as second:
            second.write(b"second")
        first.write(b"first")
    assert names(tmp_path) == [other.name, "out"]
    assert (tmp_path / "out").read_bytes() == b"first"


def test_a_writer_whose_file_is_removed_before_it_is_locked_takes_another(
    fake: FakeKms, plain: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from kmsnb.envelope import disk

    lock = disk.lock

    def lock_after_another_has_cleaned_up(file: Any) -> bool:
        monkeypatch.setattr(disk, "lock", lock)
        envelope.seal_file(fake, "b", plain, tmp_path / "out")
        return lock(file)

    monkeypatch.setattr(disk, "lock", lock_after_another_has_cleaned_up)
    envelope.seal_file(fake, "a", plain, tmp_path / "out")
    assert envelope.unseal(fake, (tmp_path / "out").read_bytes(), key_id="a") == plain.read_bytes()
    assert names(tmp_path) == ["out", "plain"]


def test_a_partial_file_is_locked_until_it_has_its_name(
    fake: FakeKms, plain: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    replace = Path.replace

    def replace_after_another_has_cleaned_up(partial: Path, target: Path) -> Path:
        monkeypatch.setattr(Path, "replace", replace)
        envelope.seal_file(fake, "b", plain, tmp_path / "out")
        return replace(partial, target)

    monkeypatch.setattr(Path, "replace", replace_after_another_has_cleaned_up)
    envelope.seal_file(fake, "a", plain, tmp_path / "out")
    assert envelope.unseal(fake, (tmp_path / "out").read_bytes(), key_id="a") == plain.read_bytes()


def test_many_writers_in_one_folder_do_not_disturb_each_other(plain: Path, tmp_path: Path) -> None:
    kms = FakeKms({"a": b"a" * 32})

    def seal(name: str) -> None:
        envelope.seal_file(kms, "a", plain, tmp_path / name)

    with ThreadPoolExecutor(8) as pool:
        assert list(pool.map(seal, ["report", "report", "report.old", "report.old.gz"] * 60)) == [None] * 240
    assert names(tmp_path) == ["plain", "report", "report.old", "report.old.gz"]


def test_many_writers_leave_the_umask_as_it_was(
    fake: FakeKms, plain: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    umask, before = os.umask, os.umask(0o022)

    def slow(mask: int) -> int:
        found = umask(mask)
        time.sleep(0.002)
        return found

    try:
        umask(0o022)
        monkeypatch.setattr(os, "umask", slow)
        with ThreadPoolExecutor(8) as pool:
            list(pool.map(lambda name: envelope.seal_file(fake, "a", plain, tmp_path / name), "abcdefgh"))
        assert {stat.S_IMODE(path.stat().st_mode) for path in tmp_path.iterdir()} == {0o644}
        assert umask(0o022) == 0o022
    finally:
        umask(before)


def test_where_no_file_stays_it_is_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from kmsnb.envelope import disk

    monkeypatch.setattr(disk, "is_at", lambda file, path: path.unlink())
    with pytest.raises(FileError, match="No file stays"), disk.replacing(tmp_path / "out"):
        pass


def test_the_mode_is_set_on_the_file_and_not_on_what_is_put_in_its_place(tmp_path: Path) -> None:
    from kmsnb.envelope import disk

    (tmp_path / "out").touch(0o666)
    (tmp_path / "victim").touch(0o600)
    (tmp_path / "out").chmod(0o644)
    with disk.replacing(tmp_path / "out"):
        (partial,) = tmp_path.glob(".out.*")
        partial.unlink()
        partial.symlink_to(tmp_path / "victim")
    assert stat.S_IMODE((tmp_path / "victim").stat().st_mode) == 0o600


def leftover(folder: Path, name: str) -> Path:
    """The partial file of ``name`` that a killed process left in ``folder``."""
    from kmsnb.envelope import disk

    path = folder / f"{disk.beside(folder / name)}.abc{disk.PARTIAL}"
    path.write_bytes(b"left by a killed process")
    return path


@pytest.mark.parametrize("missing", ["module", "support"])
def test_without_locks_files_are_written_and_leftovers_stay(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, missing: str
) -> None:
    from kmsnb.envelope import disk

    class NoLocks:
        LOCK_EX = LOCK_NB = 0

        @staticmethod
        def flock(*_: Any) -> None:
            raise OSError

    monkeypatch.setattr(disk, "fcntl", None if missing == "module" else NoLocks)
    other = leftover(tmp_path, "out")  # perhaps of another process
    with disk.replacing(tmp_path / "out") as file:
        file.write(b"done")
    assert names(tmp_path) == [other.name, "out"]


def test_a_long_name_in_any_script_can_be_written(fake: FakeKms, plain: Path, tmp_path: Path) -> None:
    target = tmp_path / ("鍵" * 80)
    envelope.seal_file(fake, "a", plain, target)
    assert target.exists()


def test_a_source_that_shrinks_is_refused(
    fake: FakeKms, plain: Path, sealed: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def truncating(call: Any, path: Path) -> Any:
        def truncate_and_call(*args: Any, **kwargs: Any) -> Any:
            os.truncate(path, path.stat().st_size - 1)
            return call(*args, **kwargs)

        return truncate_and_call

    monkeypatch.setattr(fake, "generate_data_key", truncating(fake.generate_data_key, plain))
    with pytest.raises(FileError, match="changed while it was read"):
        envelope.seal_file(fake, "a", plain, tmp_path / "out")
    monkeypatch.setattr(fake, "decrypt", truncating(fake.decrypt, sealed))
    with pytest.raises(TruncatedError, match="shorter"):
        envelope.unseal_file(fake, sealed, tmp_path / "out", CONTEXT)
    assert names(tmp_path) == ["plain", "sealed"]


def test_a_source_that_grows_is_refused(
    fake: FakeKms, plain: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    generate = fake.generate_data_key

    def grow_and_generate(**kwargs: Any) -> Any:
        with open(plain, "ab") as file:
            file.write(b"more")
        return generate(**kwargs)

    monkeypatch.setattr(fake, "generate_data_key", grow_and_generate)
    with pytest.raises(FileError, match="changed while it was read"):
        envelope.seal_file(fake, "a", plain, tmp_path / "out")
    assert names(tmp_path) == ["plain"]


@pytest.mark.parametrize("change", ["grow for ever", "same size"])
def test_a_source_that_changes_while_it_is_read_is_refused(
    fake: FakeKms, plain: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, change: str
) -> None:
    from kmsnb.envelope import disk

    fill = disk.fill

    def change_and_fill(*args: Any) -> int:
        with open(plain, "ab" if change == "grow for ever" else "r+b") as file:
            file.write(b"more" * 16)
        os.utime(plain, ns=(0, 0))
        return fill(*args)

    monkeypatch.setattr(disk, "fill", change_and_fill)
    with pytest.raises(FileError, match="changed while it was read"):
        envelope.seal_file(fake, "a", plain, tmp_path / "out", chunk_size=64)
    assert names(tmp_path) == ["plain"]
    assert plain.stat().st_size < 1000


@pytest.mark.parametrize("reported", [0, 1, 64, 100, 128, 4096])
def test_a_source_is_read_to_its_end_whatever_size_it_reports(
    fake: FakeKms, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, reported: int
) -> None:
    from kmsnb.envelope import files

    fstat = os.fstat

    class WrongSizes:
        """``os`` on a mount that reports another size."""

        PathLike = os.PathLike

        @staticmethod
        def fstat(descriptor: int) -> os.stat_result:
            found = fstat(descriptor)
            return os.stat_result([*found[:6], reported, *found[7:]], {"st_mtime_ns": found.st_mtime_ns})

    for size in (0, 1, 63, 64, 65, 128, 300):
        (tmp_path / "plain").write_bytes(os.urandom(size))
        with monkeypatch.context() as patched:
            patched.setattr(files, "os", WrongSizes)
            envelope.seal_file(fake, "a", tmp_path / "plain", tmp_path / "sealed", chunk_size=64)
        opened = envelope.unseal(fake, (tmp_path / "sealed").read_bytes())
        assert opened == (tmp_path / "plain").read_bytes()


@pytest.mark.skipif(not os.path.exists("/proc/version"), reason="Linux has such files")
def test_a_file_of_the_kernel_that_reports_no_size_is_sealed_whole(fake: FakeKms, tmp_path: Path) -> None:
    version = Path("/proc/version")
    assert version.stat().st_size == 0 < len(version.read_bytes())
    envelope.seal_file(fake, "a", version, tmp_path / "sealed")
    assert envelope.unseal(fake, (tmp_path / "sealed").read_bytes()) == version.read_bytes()


def test_a_file_that_waits_for_data_is_refused_and_not_taken_for_ended() -> None:
    from kmsnb.envelope import disk

    read, write = os.pipe()
    os.set_blocking(read, False)
    with open(read, "rb", buffering=0) as file, open(write, "wb", buffering=0) as other:
        other.write(b"some")
        with pytest.raises(FileError, match="waits for data"):
            disk.read_up_to(file, 5)


def test_more_chunks_than_there_are_numbers_are_refused_before_kms_is_asked(
    fake: FakeKms, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from kmsnb.envelope import body

    monkeypatch.setattr(body, "MAX_CHUNKS", 4)
    (tmp_path / "plain").write_bytes(bytes(4 * 64 + 1))
    with pytest.raises(envelope.FormatError, match="larger chunk_size"):
        envelope.seal_file(fake, "a", tmp_path / "plain", tmp_path / "out", chunk_size=64)
    assert not fake.calls


def test_a_hostile_header_of_a_file_takes_no_memory(fake: FakeKms, sealed: Path, tmp_path: Path) -> None:
    data = bytearray(sealed.read_bytes())
    data[10:14] = (16 * MIB).to_bytes(4, "big")
    from .conftest import checksum_mended

    sealed.write_bytes(checksum_mended(bytes(data)))
    tracemalloc.start()
    with pytest.raises(EnvelopeError):
        envelope.unseal_file(fake, sealed, tmp_path / "opened", CONTEXT)
    assert tracemalloc.get_traced_memory()[1] < MIB
    tracemalloc.stop()


def test_memory_does_not_grow_with_the_file(fake: FakeKms, tmp_path: Path) -> None:
    with open(tmp_path / "plain", "wb") as file:
        file.truncate(40 * MIB)
    tracemalloc.start()
    envelope.seal_file(fake, "a", tmp_path / "plain", tmp_path / "sealed")
    envelope.unseal_file(fake, tmp_path / "sealed", tmp_path / "opened")
    assert tracemalloc.get_traced_memory()[1] < 8 * MIB
    tracemalloc.stop()


DISK_FULL = """
import resource, sys
from pathlib import Path
from kmsnb import envelope
from tests.envelope.fake_kms import FakeKms

kms, folder = FakeKms({"a": b"k" * 32}), Path(sys.argv[1])
envelope.seal_file(kms, "a", folder / "plain", folder / "sealed")
resource.setrlimit(resource.RLIMIT_FSIZE, (2 << 20, 2 << 20))
for call, target in [
    (lambda: envelope.seal_file(kms, "a", folder / "plain", folder / "sealed 2"), "sealed 2"),
    (lambda: envelope.unseal_file(kms, folder / "sealed", folder / "opened"), "opened"),
]:
    try:
        call()
    except OSError as error:
        print(error.strerror, *sorted(path.name for path in folder.iterdir()), sep="|")
"""


def test_a_full_disk_leaves_nothing_behind(tmp_path: Path) -> None:
    (tmp_path / "plain").write_bytes(bytes(5 * MIB))
    done = subprocess.run(
        [sys.executable, "-c", DISK_FULL, str(tmp_path)],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.stdout.splitlines() == ["File too large|plain|sealed"] * 2, done.stderr


def test_a_bar_is_shown_for_long_work_alone_and_can_be_turned_off(
    fake: FakeKms, plain: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    import tqdm

    from kmsnb.envelope import files

    made: list[int] = []

    class Seen(tqdm.tqdm):
        def __init__(self, *args: Any, **kwargs: Any) -> None:
            made.append(kwargs["total"])
            super().__init__(*args, **{**kwargs, "disable": True})

    monkeypatch.setattr(tqdm, "tqdm", Seen)
    envelope.seal_file(fake, "a", plain, tmp_path / "sealed")
    assert made == []
    monkeypatch.setattr(files, "_LONG_WORK", 100)
    envelope.seal_file(fake, "a", plain, tmp_path / "sealed")
    assert made == [300]
    envelope.unseal_file(fake, tmp_path / "sealed", tmp_path / "opened", progress=False)
    assert made == [300]


@pytest.mark.slow
def test_three_gibibytes_open_again_in_the_memory_of_three(fake: FakeKms, tmp_path: Path) -> None:
    with open(tmp_path / "plain", "wb") as file:
        file.write(b"start")
        file.truncate(3 << 30)
    tracemalloc.start()
    envelope.seal_file(fake, "a", tmp_path / "plain", tmp_path / "sealed", progress=False)
    envelope.unseal_file(fake, tmp_path / "sealed", tmp_path / "opened", progress=False)
    assert tracemalloc.get_traced_memory()[1] < 8 * MIB
    tracemalloc.stop()
    assert (tmp_path / "opened").stat().st_size == 3 << 30
    with open(tmp_path / "plain", "rb") as one, open(tmp_path / "opened", "rb") as two:
        while piece := one.read(MIB):
            assert two.read(MIB) == piece
