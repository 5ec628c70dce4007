"""The service as a process of its own, on a port of this machine."""

from __future__ import annotations

import signal
import socket
import sys
from collections.abc import Callable
from contextlib import suppress
from typing import TYPE_CHECKING

from mlworkbench.errors import InvalidInput

if TYPE_CHECKING:
    from types import FrameType

    from mlworkbench.workspace import Workspace

DEFAULT_PORT = 8000
WAITING = 128  # connections that wait to be taken
GOODBYE = 5  # seconds that requests have to end when the service stops


def serve(
    workspace: Workspace,
    project_name: str,
    *,
    host: str = "127.0.0.1",
    port: int = DEFAULT_PORT,
    alias: str = "champion",
    on_start: Callable[[str], None] | None = None,
) -> None:
    """Serve a project's model until Ctrl-C or TERM.

    Parameters
    ----------
    port : int
        0 takes a free one.
    on_start : callable, optional
        Called with the address once connections are taken.

    Raises
    ------
    NotFound
        No such project.
    InvalidInput
        The host or port cannot be taken; `field` says which.
    """
    import uvicorn

    from mlworkbench.rest.app import create_app

    app = create_app(workspace, project_name, alias=alias)
    with _listening(host, port) as listener:
        name = f"[{host}]" if ":" in host else host
        if on_start is not None:
            on_start(f"http://{name}:{listener.getsockname()[1]}")
        signal.signal(signal.SIGTERM, _leave)
        config = uvicorn.Config(
            app, log_level="warning", access_log=False, server_header=False, timeout_graceful_shutdown=GOODBYE
        )
        with suppress(KeyboardInterrupt):
            uvicorn.Server(config).run(sockets=[listener])


def _leave(number: int, frame: FrameType | None) -> None:
    sys.exit(0)


def _listening(host: str, port: int) -> socket.socket:
    try:
        family, kind, protocol, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
    except (OSError, UnicodeError) as error:
        raise InvalidInput(f"{host!r} is no address of this machine. Use 127.0.0.1.", field="host") from error
    listener = socket.socket(family, kind, protocol)
    try:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind(address)
        listener.listen(WAITING)
    except OSError as error:
        listener.close()
        raise InvalidInput(
            f"Port {port} of {host} cannot be taken: {error.strerror}. Choose another with --port.", field="port"
        ) from error
    return listener
