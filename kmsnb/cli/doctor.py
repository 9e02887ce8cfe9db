"""Whether the lessons will run on this computer: ``kmsnb doctor`` in a terminal, ``doctor.report()`` in a notebook."""

import os
import re
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from importlib import metadata

from kmsnb.figures.tables import Table

from . import course

_PYTHON = (3, 11)


@dataclass(frozen=True)
class Finding:
    """What a check saw when all is well: ``detail`` is the same on every computer, ``local`` is about this one."""

    detail: str
    local: str = ""


@dataclass(frozen=True)
class Check:
    """One question about this computer: ``look`` returns a ``Finding`` or raises, ``remedy`` says what to do then.

    ``look`` imports what it needs itself, so that a missing package fails a check and not the whole report.
    """

    name: str
    look: Callable[[], Finding]
    remedy: str = ""


@dataclass(frozen=True)
class Result:
    """The answer to one check; ``remedy`` is empty when ``ok``."""

    name: str
    ok: bool
    detail: str
    remedy: str = ""


@dataclass(frozen=True, repr=False)
class Report:
    """All answers. ``str()`` has a line for each, a notebook shows a table."""

    results: tuple[Result, ...]

    @property
    def ok(self) -> bool:
        """Whether every check passed."""
        return all(result.ok for result in self.results)

    def __str__(self) -> str:
        width = max((len(result.name) for result in self.results), default=0)
        lines = []
        for result in self.results:
            lines.append(f"{_word(result):4}  {result.name:{width}}  {result.detail}")
            if result.remedy:
                lines.append(f"{'':4}  {'':{width}}  What to do: {result.remedy}")
        return "\n".join([*lines, self._summary()])

    __repr__ = __str__  # a notebook's text form, where HTML is not shown

    def _repr_html_(self) -> str:
        return Table(
            self._summary(), ("Check", "Result", "What was seen"), map(_row, self.results)
        )._repr_html_()

    def _summary(self) -> str:
        failed = sum(not result.ok for result in self.results)
        return f"{len(self.results)} checks, " + (f"{failed} failed" if failed else "all ok") + "."


def report(*, versions: bool = True) -> Report:
    """Make every check and report what it saw; nothing is raised, a check that breaks has failed.

    With ``versions=False`` the report of a computer on which all is well is the same as on any other, so that
    a notebook can be committed with it. A lab that is on stays as it is.
    """
    return Report(tuple(_make(check, versions) for check in _CHECKS))


def _make(check: Check, versions: bool) -> Result:
    try:
        finding = check.look()
    except Exception as fault:  # noqa: BLE001 whatever broke, the other answers are needed too
        return Result(check.name, False, _one_line(fault), check.remedy)
    return Result(check.name, True, (versions and finding.local) or finding.detail)


def _python() -> Finding:
    version = ".".join(map(str, sys.version_info[:3]))
    needed = ".".join(map(str, _PYTHON))
    if sys.version_info < _PYTHON:
        raise _Unfit(f"Python {version} runs here, {needed} or newer is needed")
    return Finding(f"Python {needed} or newer", f"Python {version} at {sys.executable}")


def _packages() -> Finding:
    from packaging.requirements import Requirement

    unfit, seen = [], []
    for requirement in map(Requirement, metadata.requires("kmsnb") or ()):
        if requirement.marker and not requirement.marker.evaluate({"extra": ""}):
            continue
        try:
            version = metadata.version(requirement.name)
        except metadata.PackageNotFoundError:
            unfit.append(f"{requirement.name} is missing")
            continue
        seen.append(f"{requirement.name} {version}")
        if not requirement.specifier.contains(version, prereleases=True):
            unfit.append(f"{requirement.name} {version} is installed, {requirement.specifier} is needed")
    if unfit:
        raise _Unfit("; ".join(unfit))
    return Finding("every package is installed in a version that fits", ", ".join(seen))


def _notebooks() -> Finding:
    folder = course.originals()
    return Finding("the lessons are there", f"{len(course.lessons(folder))} lessons in {folder}")


def _widgets() -> Finding:
    import ipywidgets

    slider = ipywidgets.IntSlider(value=7)
    slider.value = 8
    slider.close()
    return Finding("a slider can be created and moved")


def _mock() -> Finding:
    import boto3

    with _some_lab() as fresh:
        kms = boto3.client("kms")
        if not fresh:
            kms.list_keys()
            return Finding("a lab is running already, and it answers")
        key_id = kms.create_key()["KeyMetadata"]["KeyId"]
        secret = b"a slip of paper"
        sealed = kms.encrypt(KeyId=key_id, Plaintext=secret)["CiphertextBlob"]
        if sealed == secret or kms.decrypt(KeyId=key_id, CiphertextBlob=sealed)["Plaintext"] != secret:
            raise _Unfit("the mock doesn't decrypt what it encrypted")
    return Finding("the mock created a key, encrypted with it and decrypted")


def _credentials() -> Finding:
    import boto3

    from kmsnb import lab

    seen = _real_credentials()
    with _some_lab():
        # a new session looks for credentials in every place where boto3 would
        caller = boto3.Session().client("sts").get_caller_identity()["Arn"]
    if caller != f"arn:aws:iam::{lab.ACCOUNT}:user/{lab.STUDENT}":
        raise _Unfit(f"a lab calls as {caller}, not as its own user {lab.STUDENT!r}")
    detail = f"a lab calls as {lab.STUDENT!r} of the mocked account {lab.ACCOUNT}"
    return Finding(detail, f"{detail}; real ones {seen}")


def _real_credentials() -> str:
    """Say whether this computer has AWS credentials. It looks at names only, and reads no value or file."""
    if _a_lab_is_on():
        return "are hidden from it"
    places = [
        f"in {usual}" if variable not in os.environ else f"in the file that {variable} names"
        for variable, usual in _CREDENTIAL_FILES
        if os.path.isfile(
            os.path.expanduser(os.environ.get(variable, usual))
        )  # raises nothing without a home
    ]
    if any(os.environ.get(name) for name in _CREDENTIAL_VARIABLES):
        places.insert(0, "in the environment")
    return f"are there ({', '.join(places)}) and weren't read" if places else "were not found"


@contextmanager
def _some_lab() -> Iterator[bool]:
    """A lab to look into, and whether it is a fresh one: the learner's own, if on, must not notice."""
    from kmsnb import lab

    if _a_lab_is_on():
        yield False
    else:
        with lab.start():
            yield True


def _a_lab_is_on() -> bool:
    from kmsnb import lab

    try:
        lab.current()
    except lab.LabError:
        return False
    return True


def _row(result: Result) -> tuple[str, str, str]:
    mark = "✓" if result.ok else "✗"
    remedy = f"\nWhat to do: {result.remedy}" if result.remedy else ""
    return result.name, f"{mark} {_word(result)}", result.detail + remedy


def _word(result: Result) -> str:
    return "ok" if result.ok else "FAIL"


def _one_line(fault: Exception) -> str:
    said = re.sub(r"\s+", " ", str(fault)).strip()
    if isinstance(fault, (_Unfit, course.CourseError)):
        return said
    return f"{type(fault).__name__}: {said}" if said else type(fault).__name__


class _Unfit(Exception):
    """A check saw something that the lessons cannot work with; the message says what."""


_CREDENTIAL_VARIABLES = (
    "AWS_ACCESS_KEY_ID",
    "AWS_SECRET_ACCESS_KEY",
    "AWS_SESSION_TOKEN",
    "AWS_PROFILE",
    "AWS_DEFAULT_PROFILE",
    "AWS_WEB_IDENTITY_TOKEN_FILE",
    "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI",
    "AWS_CONTAINER_CREDENTIALS_FULL_URI",
    "AWS_BEARER_TOKEN_BEDROCK",
)

_CREDENTIAL_FILES = (
    ("AWS_SHARED_CREDENTIALS_FILE", "~/.aws/credentials"),
    ("AWS_CONFIG_FILE", "~/.aws/config"),
)

_INSTALL = f"in the clone of the course, run: {sys.executable} -m pip install -e ."

_CHECKS = (
    Check("Python", _python, "install Python 3.11 or newer and make the virtual environment again with it"),
    Check("Packages", _packages, _INSTALL),
    Check("Notebooks", _notebooks),  # its own message says what to do
    Check("Widgets", _widgets, _INSTALL),
    Check("Mocked KMS", _mock, _INSTALL),
    Check(
        "No AWS credentials", _credentials, "start Python again without the variables AWS_*, and report this"
    ),
)
