"""moto's server, which speaks HTTP, with this package's KMS in it: for the AWS CLI and clients in any language."""

import socket
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from .install import installed

HOST = "127.0.0.1"


@contextmanager
def listening(port: int = 0, *, enforce: bool = False) -> Iterator[Any]:
    """A server that is bound to ``port`` of the loopback address, or to a free port if it is 0, and not yet running.

    ``serve_forever()`` runs it in this thread until a KeyboardInterrupt, ``port`` says where it listens. With
    ``enforce``, policies and grants decide who may do what. Raises ``OSError`` if the port cannot be used, and
    ``ImportError`` without moto's server extra.
    """
    from moto.moto_server.werkzeug_app import DomainDispatcherApplication, create_backend_app
    from werkzeug.serving import WSGIRequestHandler, make_server

    class Quiet(WSGIRequestHandler):
        def log_request(self, *_: object) -> None:
            """Print nothing for each request."""

    with socket.socket() as bound, installed(enforce=enforce):
        bound.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        bound.bind((HOST, port))
        bound.listen(128)
        application = DomainDispatcherApplication(create_backend_app)
        server = make_server(
            HOST, bound.getsockname()[1], application, threaded=True, request_handler=Quiet, fd=bound.fileno()
        )
        try:
            yield server
        finally:
            server.server_close()
