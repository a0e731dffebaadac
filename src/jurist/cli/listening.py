"""Addresses that commands listen on."""

from __future__ import annotations

import errno
import socket

from jurist.errors import InputError


def listen(host: str, port: int) -> socket.socket:
    """A socket whose connections wait until the server is there.

    Raises:
        InputError: The address is not this machine's, or the port is taken.
    """
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    # The protocol by name: of sockets that do not name it, asyncio lets small answers wait 40 ms.
    listening = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listening.bind((host, port))
        listening.listen(128)
    except OSError as error:
        listening.close()
        taken = error.errno == errno.EADDRINUSE
        raise InputError(
            f"port {port} of {host} is taken by another program"
            if taken
            else f"{host}:{port} cannot be listened on: {error.strerror or error}",
            expected="an address of this machine and a free port",
            fix=f"name another one, such as --port {port + 1}; --port 0 takes any free one"
            if taken and port < 65535
            else "name another one; --port 0 takes any free port",
        ) from None
    return listening
