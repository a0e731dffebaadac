"""`jurist serve`: the web application."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from jurist.cli.terminal import notices, plain
from jurist.errors import InputError, UnsupportedError

EXAMPLES = """\b
Examples:
  jurist serve                                    (this machine, no account)
  jurist serve --store postgresql://db/jurist --port 9000
  jurist serve --host 0.0.0.0 --name jurist.example.org --tls      (needs users: jurist user add)
  jurist serve --studies studies/                 (admins may start the studies of this folder)
"""


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("serve", epilog=EXAMPLES)(serve)


def serve(
    *,
    store: Annotated[str, typer.Option(help="Where runs are kept: a file or URL.")] = "jurist.db",
    host: Annotated[str, typer.Option(help="Address to listen on.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(min=0, max=65535, help="Its port; 0: a free one.")] = 8765,
    studies: Annotated[
        Path | None, typer.Option(help="Folder whose studies admins may start: that runs code.")
    ] = None,
) -> None:
    """Open a store in a browser: see, compare, annotate, judge."""
    try:
        import fastapi  # noqa: F401  # pyright: ignore[reportUnusedImport]
        import uvicorn
    except ImportError as error:
        raise UnsupportedError(
            f"the web application needs a package that is not installed: {error.name}",
            expected="the extra 'web'",
            fix="pip install 'jurist[web]'",
        ) from None
    import secrets
    import socket

    from jurist.cli.stores import require_store
    from jurist.web.application import build_application
    from jurist.web.serving import server_of
    from jurist.web.settings import Settings

    require_store(store)
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listening = socket.socket(family)
    listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listening.bind((host, port))
    except OSError as error:
        raise InputError(
            f"{host}:{port} cannot be listened on: {error.strerror or error}",
            expected="an address of this machine and a free port",
            fix="name another one: --port 0 takes any",
        ) from None
    taken = listening.getsockname()[1]
    settings = Settings(
        store=store, host=host, port=taken, token=secrets.token_urlsafe(32), studies=studies
    )
    shown = f"[{host}]" if ":" in host else host
    notices().print(plain(f"open http://{shown}:{taken}/?token={settings.token}"))
    notices().print("Ctrl-C stops it.")
    application = build_application(settings)
    config = uvicorn.Config(application, log_level="warning", access_log=False, server_header=False)
    server_of(application, config).run(sockets=[listening])
