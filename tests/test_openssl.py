"""What lessons 08 and 15 say about OpenSSL's command line, tried: their commands, and the traps they name."""

import os
import re
import shutil
import subprocess
import time
from pathlib import Path

import boto3
import nbformat
import pytest

import kmsnb

from . import author

PLAINTEXT = b"customer 17, 12 Mill Lane\n" * 100
KEY, OTHER_KEY = os.urandom(32).hex(), os.urandom(32).hex()

pytestmark = pytest.mark.skipif(not shutil.which("openssl"), reason="no openssl on this computer")


def command(lesson: str = "08") -> str:
    """The shell command in the lesson."""
    cells = nbformat.read(author.lessons([lesson])[0], as_version=4).cells
    (found,) = re.findall(r"```sh\n(.+?)\n```", "\n".join(cell.source for cell in cells), re.DOTALL)
    return found


def run(folder: Path, line: str, *, key: str = KEY) -> subprocess.CompletedProcess[bytes]:
    environment = {**os.environ, "KEY_IN_HEX": key}
    return subprocess.run(["sh", "-c", line], check=False, capture_output=True, cwd=folder, env=environment)


def to_decrypt(line: str) -> str:
    return line.replace(" -e ", " -d ").replace("-in list -out list.enc", "-in list.enc -out back")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "list").write_bytes(PLAINTEXT)
    return tmp_path


def test_the_command_encrypts_and_decrypts(folder: Path) -> None:
    assert run(folder, command()).returncode == 0
    assert PLAINTEXT[:20] not in (folder / "list.enc").read_bytes()
    assert run(folder, to_decrypt(command())).returncode == 0
    assert (folder / "back").read_bytes() == PLAINTEXT


def test_a_wrong_key_gives_noise_and_reports_success(folder: Path) -> None:
    run(folder, command())
    assert run(folder, to_decrypt(command()), key=OTHER_KEY).returncode == 0
    noise = (folder / "back").read_bytes()
    assert len(noise) == len(PLAINTEXT)
    assert noise != PLAINTEXT


def test_gcm_is_refused(folder: Path) -> None:
    done = run(folder, command().replace("-ctr", "-gcm"))
    assert done.returncode
    assert b"AEAD" in done.stderr


def test_k_takes_the_words_and_not_the_file(folder: Path) -> None:
    (folder / "data.key").write_text(KEY)
    by_file_name = command().replace("-pass stdin", "-k data.key")
    assert run(folder, by_file_name).returncode == 0
    (folder / "data.key").unlink()
    guessed = to_decrypt(command())
    assert run(folder, guessed, key="data.key").returncode == 0
    assert (folder / "back").read_bytes() == PLAINTEXT


@pytest.mark.skipif(not Path("/proc/self/cmdline").exists(), reason="needs /proc")
def test_capital_k_shows_the_key_in_the_list_of_processes() -> None:
    def listed(line: str) -> bool:
        environment = {**os.environ, "KEY_IN_HEX": KEY}
        with subprocess.Popen(
            ["sh", "-c", f"read wait; {line}"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env=environment,
        ) as process:
            command_line = Path(f"/proc/{process.pid}/cmdline")
            deadline = time.monotonic() + 10
            while not (shown := command_line.read_text()) and time.monotonic() < deadline:
                time.sleep(0.01)  # empty while the program is being started
            process.communicate()
        assert shown.startswith("sh\0-c\0")
        return KEY in shown

    assert listed(f"openssl enc -aes-256-ctr -K {KEY} -iv {'00' * 16}")
    assert not listed(command())


RECEIPT = b"receipt 17: 4.20 euros"
FOR_PSS = "-sigopt rsa_padding_mode:pss -sigopt rsa_pss_saltlen:digest"


@pytest.fixture(params=[("ECC_NIST_P256", "ECDSA_SHA_256"), ("RSA_2048", "RSASSA_PSS_SHA_256")])
def signed(request: pytest.FixtureRequest, tmp_path: Path) -> tuple[Path, str]:
    """A folder with a receipt signed in KMS, and lesson 15's command for the key's kind."""
    spec, algorithm = request.param
    with kmsnb.start():
        kms = boto3.client("kms")
        key_id = kms.create_key(KeySpec=spec, KeyUsage="SIGN_VERIFY")["KeyMetadata"]["KeyId"]
        answer = kms.sign(KeyId=key_id, Message=RECEIPT, SigningAlgorithm=algorithm)
        (tmp_path / "till.der").write_bytes(kms.get_public_key(KeyId=key_id)["PublicKey"])
    (tmp_path / "receipt.sig").write_bytes(answer["Signature"])
    (tmp_path / "receipt.txt").write_bytes(RECEIPT)
    line = command("15")
    return tmp_path, line.replace("-verify", f"{FOR_PSS} -verify") if "PSS" in algorithm else line


def test_openssl_verifies_what_kms_signed(signed: tuple[Path, str]) -> None:
    done = run(*signed)
    assert (done.returncode, done.stdout.strip()) == (0, b"Verified OK")


def test_openssl_refuses_a_changed_receipt(signed: tuple[Path, str]) -> None:
    folder, line = signed
    (folder / "receipt.txt").write_bytes(RECEIPT.replace(b"4", b"9"))
    done = run(folder, line)
    assert (done.returncode, done.stdout.strip()) == (1, b"Verification failure")


def test_lesson_15_names_the_options_for_pss() -> None:
    (path,) = author.lessons(["15"])
    assert FOR_PSS in path.read_text(encoding="utf-8")
