"""The command line: ``kmsnb lab`` opens the course, ``doctor`` checks this computer for it, ``serve`` is the mock alone."""

import argparse
import sys
from collections.abc import Sequence
from importlib import metadata
from pathlib import Path
from typing import NoReturn

from . import course, launch, options, serve

_OWN_OPTIONS = ("-h", "--help", "--reset", "--in-place", "--teacher", "--aws")


class _Parser(argparse.ArgumentParser):
    def error(self, message: str) -> NoReturn:
        """One line in place of the usage text."""
        self.exit(2, f"{self.prog}: {message} (see {self.prog} --help)\n")


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command and return its exit code: 0, 1 for a failed check, 2 for what cannot be done, or JupyterLab's.

    ``argv`` is the command line without the program's name, ``sys.argv``'s unless given. As argparse does, it raises
    ``SystemExit`` after ``--help``, ``--version`` and for words that it does not understand.
    """
    _print_whatever_the_terminal_can()
    words = list(sys.argv[1:] if argv is None else argv)
    parser = _parser()
    try:
        passed: list[str] = []
        if words[:1] == ["lab"]:
            ours, passed = options.divide(words[1:], _OWN_OPTIONS)
            words = ["lab", *ours]
        args = parser.parse_args(words)
        if args.command == "lab":
            return _lab(args, passed)
        if args.command == "doctor":
            return _doctor()
        if args.command == "serve":
            return serve.run(args)
        parser.print_help()
        return 0
    except (course.CourseError, launch.LaunchError, options.OptionError, serve.ServeError) as fault:
        print(f"kmsnb: {fault}", file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        return 130


def _parser() -> argparse.ArgumentParser:
    parser = _Parser(prog="kmsnb", description="Learn AWS KMS by running it on a mock, in Jupyter notebooks.")
    parser.add_argument("--version", action="version", version=f"kmsnb {_version()}")
    commands = parser.add_subparsers(dest="command", metavar="COMMAND")
    lab = commands.add_parser(
        "lab",
        usage="kmsnb lab [DIR] [--reset NN] [--in-place] [--teacher] [--aws] [JupyterLab's options]",
        help="open your own copy of the course in JupyterLab",
        description="Copy the lessons that DIR doesn't have yet, keep those it has, and open JupyterLab there.",
        epilog="All other options are JupyterLab's, as in: kmsnb lab --no-browser --port 9999. "
        "Arguments after -- are passed on to it unchecked.",
        allow_abbrev=False,
    )
    lab.add_argument(
        "dir", metavar="DIR", nargs="?", type=Path, help="your copy's folder (default: kmsnb-course)"
    )
    lab.add_argument(
        "--reset",
        metavar="NN",
        action="append",
        default=[],
        help="restore the course's lesson NN, keep your version next to it as a backup, and open it; "
        "can be repeated",
    )
    lab.add_argument(
        "--in-place", action="store_true", help="open the course's own notebooks, for its authors: no copy"
    )
    lab.add_argument(
        "--teacher", action="store_true", help="show the solutions of all questions and exercises"
    )
    lab.add_argument(
        "--aws",
        action="store_true",
        help="leave your AWS credentials visible in JupyterLab, for your own experiments on real AWS",
    )
    commands.add_parser("doctor", help="check that the lessons will run on this computer", allow_abbrev=False)
    serve.add_parser(commands)
    return parser


def _lab(args: argparse.Namespace, passed: Sequence[str]) -> int:
    if args.in_place and (args.dir or args.reset):
        raise course.CourseError(
            "--in-place opens the course's own notebooks, so it takes no DIR and no --reset."
        )
    source = course.originals()
    resets = [course.find_lesson(word, source) for word in args.reset]
    launch.check(passed)
    opened = resets[0] if resets else course.lessons(source)[0]
    if args.in_place:
        folder = source
        print(f"The course's own notebooks: {source}")
    else:
        folder = args.dir or Path("kmsnb-course")
        for lesson in resets:
            _tell_reset(course.reset_lesson(folder, lesson.name, source, outputs=args.teacher))
        _tell_copied(course.copy_course(folder, source, outputs=args.teacher))
    if not args.aws:
        print("AWS credentials are hidden in this JupyterLab (--aws leaves them visible).")
    print(f"Starting JupyterLab on {opened.name} ...", flush=True)
    return launch.open_jupyterlab(folder, opened.name, passed, teacher=args.teacher, aws=args.aws)


def _tell_reset(done: course.Reset) -> None:
    if done.backup:
        print(f"Reset {done.lesson.name}; your version is kept as {done.backup}")
    else:
        print(f"Reset {done.lesson.name}: it is now the course's version")


def _tell_copied(done: course.Copied) -> None:
    print(f"Your course: {done.target.resolve()}")
    if done.new:
        print(f"Copied {_counted(done.new)}" + (f": {', '.join(done.new)}" if done.kept else ""))
    if done.changed:
        names = ", ".join(done.changed)
        print(f"Kept {_counted(done.changed)} of yours: {names} (--reset NN restores the course's version)")
    if unchanged := set(done.kept) - set(done.changed):
        print(f"Kept {_counted(unchanged)} that you haven't changed")


def _counted(names: Sequence[str] | set[str]) -> str:
    return f"{len(names)} file{'s' * (len(names) != 1)}"


def _doctor() -> int:
    from . import doctor

    report = doctor.report()
    print(report)
    return 0 if report.ok else 1


def _version() -> str:
    try:
        return metadata.version("kmsnb")
    except metadata.PackageNotFoundError:
        return "(not installed)"


def _print_whatever_the_terminal_can() -> None:
    """A folder's name may have letters that the terminal's encoding lacks: print their codes rather than crash."""
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="backslashreplace")
