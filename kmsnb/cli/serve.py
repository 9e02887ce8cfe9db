"""``kmsnb serve``: the mocked KMS on loopback, for the AWS CLI and clients in any language."""

import argparse
from typing import Any

_PORT, _REGION = 5000, "us-east-1"


class ServeError(Exception):
    """The server cannot start; the message says what is wrong and what to do, in one sentence."""


def add_parser(commands: "argparse._SubParsersAction[Any]") -> None:
    """Add ``serve`` to the commands."""
    parser = commands.add_parser(
        "serve",
        help="answer the AWS CLI and other clients on this computer with the mocked KMS",
        description="Start a server on 127.0.0.1 that answers AWS requests. Keys last until it stops.",
        allow_abbrev=False,
    )
    parser.add_argument(
        "--port",
        type=_port,
        default=_PORT,
        metavar="N",
        help=f"listen on this port (default: {_PORT}; 0: any)",
    )
    parser.add_argument(
        "--enforce",
        action="store_true",
        help="let key policies, grants and IAM policies decide who can do what",
    )


def run(args: argparse.Namespace) -> int:
    """Serve until Ctrl-C, then return 0. Raises ``ServeError`` if the port is taken or an extra is missing."""
    from kmsnb import services
    from kmsnb.kms.moto.server import listening

    try:
        with listening(args.port, enforce=args.enforce) as server, services.installed():
            _tell(server.port, enforce=args.enforce)
            server.serve_forever()  # returns on KeyboardInterrupt
    except ImportError as fault:
        raise ServeError(
            f"kmsnb serve needs the extra 'server' ({fault.name} is missing): python -m pip install 'kmsnb[server]'"
        ) from fault
    except OSError as fault:
        raise ServeError(
            f"Cannot listen on port {args.port} ({fault.strerror}): choose another with --port."
        ) from fault
    print("\nStopped. Its keys are gone.")
    return 0


def _port(word: str) -> int:
    if not (word.isascii() and word.isdigit() and int(word) <= 65535):
        raise argparse.ArgumentTypeError(f"{word!r} is not a port: give a number from 0 to 65535")
    return int(word)


def _tell(port: int, *, enforce: bool) -> None:
    access_key, secret = _administrator() if enforce else ("test", "test")
    print(
        f"""The mocked KMS answers on this computer. In another terminal:

  export AWS_ENDPOINT_URL=http://127.0.0.1:{port}
  export AWS_ACCESS_KEY_ID={access_key} AWS_SECRET_ACCESS_KEY={secret} AWS_DEFAULT_REGION={_REGION}
  aws kms create-key

Stop it with Ctrl-C; its keys go with it.""",
        flush=True,
    )


def _administrator() -> tuple[str, str]:
    """Credentials of an administrator of the mocked account: with --enforce, unknown callers are denied."""
    from kmsnb.lab import ACCOUNT
    from kmsnb.principals import ADMINISTRATOR_ACCESS, user_credentials

    # not the access key of a lab's student, whose requests never leave the process
    credentials = user_credentials(ACCOUNT, _REGION, "admin", ADMINISTRATOR_ACCESS, repeatable_id=False)
    return credentials.access_key_id, credentials.secret_access_key
