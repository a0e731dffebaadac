"""`jurist serve`: the web application."""

from __future__ import annotations

from contextlib import contextmanager, nullcontext
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from jurist.cli.options import StoreSaid
from jurist.cli.terminal import notices, output, plain
from jurist.errors import InputError
from jurist.web.permissions import Role

if TYPE_CHECKING:
    import socket
    from collections.abc import Generator

    from jurist.store.users import User
    from jurist.web.settings import OpenId, Settings

EXAMPLES = """\b
Examples:
  jurist serve                                   (this machine, one person, no account)
  jurist serve --open --port 0                   (opens the browser; any free port)
  jurist serve --name jurist.example.org --tls   (behind a proxy on this machine)
  jurist serve --host 10.0.0.7 --name jurist.example.org --tls
  jurist serve --name jurist.example.org --tls --user-header X-Remote-User --trusted-proxy 127.0.0.1
  jurist serve --name jurist.example.org --tls --oidc-issuer https://login.example.org \\
      --oidc-client jurist --oidc-role reader
  jurist serve --studies studies/                (admins may start the studies of this folder)
  jurist serve --no-store                        (the API that judges, and nothing else)
  jurist serve --judges study.yaml               (its judges over the API, beside the proof)

\b
For one person at this machine the URL that is printed holds a token and no account is needed.
With any other address, a --name, a proxy's header or single sign-on, people need accounts:
jurist user add. The client secret of single sign-on is read from JURIST_OIDC_SECRET.
"""


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("serve", epilog=EXAMPLES)(serve)


def serve(
    *,
    store: StoreSaid = "jurist.db",
    host: Annotated[str, typer.Option(help="Address to listen on.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(min=0, max=65535, help="Its port; 0: a free one.")] = 8765,
    name: Annotated[
        list[str] | None, typer.Option(help="Name under which browsers ask for it; repeatable.")
    ] = None,
    tls: Annotated[
        bool, typer.Option("--tls", help="Browsers come by https, which a proxy ends.")
    ] = False,
    user_header: Annotated[
        str, typer.Option(help="Header in which that proxy says who asks, logged in there.")
    ] = "",
    trusted_proxy: Annotated[
        str, typer.Option(help="The proxy's address or network: of nobody else it is believed.")
    ] = "",
    oidc_issuer: Annotated[str, typer.Option(help="URL of a provider of single sign-on.")] = "",
    oidc_client: Annotated[str, typer.Option(help="What that provider calls us.")] = "",
    oidc_role: Annotated[
        Role | None, typer.Option(help="Role of new people from there; else they are refused.")
    ] = None,
    oidc_claim: Annotated[
        str, typer.Option(help="What of a person there is their name here.")
    ] = "email",
    rate: Annotated[
        int, typer.Option(min=10, help="Requests a minute of a person, token or address.")
    ] = 30_000,
    studies: Annotated[
        Path | None, typer.Option(help="Folder whose studies admins may start: that runs code.")
    ] = None,
    judges: Annotated[
        Path | None, typer.Option(help="Study whose judges the API offers beside the proof.")
    ] = None,
    provers: Annotated[
        int | None, typer.Option(min=1, max=256, help="Processes that prove; one a core.")
    ] = None,
    no_store: Annotated[
        bool, typer.Option("--no-store", help="Only judge, at this machine: nothing is kept.")
    ] = False,
    open_: Annotated[bool, typer.Option("--open", help="Open it in a browser.")] = False,
) -> None:
    """Open a store in a browser: see, compare, annotate, judge."""
    from jurist.cli.extras import require_web
    from jurist.cli.listening import listen
    from jurist.cli.stores import require_store
    from jurist.roles.offline.proof_pool import usable_cores
    from jurist.web.settings import Settings

    require_web()
    with _nothing_kept() if no_store else nullcontext(store) as place:
        require_store(place)
        settings = Settings(
            store=place,
            host=host,
            port=port,
            hosts=tuple(_host_name(each) for each in name or ()),
            tls=tls,
            user_header=user_header,
            trusted_proxy=trusted_proxy,
            oidc=_open_id(oidc_issuer, oidc_client, oidc_role, oidc_claim),
            rate=rate,
            studies=studies,
            judges=judges,
            provers=provers or usable_cores(),
            read_only=_is_read_only(place),
        )
        _check_proxy(settings)
        _check_studies(settings)
        if no_store and not settings.local:
            raise InputError(
                f"others can reach {settings.url}, and without a store nobody has an account",
                expected="this machine alone, or a store",
                fix="leave out --no-store, or --host, --name, --user-header and --oidc-issuer",
            )
        if no_store and studies is not None:
            raise InputError(
                "--no-store keeps nothing, and a study's run is kept",
                expected="one of --no-store and --studies",
                fix="leave out --no-store",
            )
        called, users = _opened(settings)
        told = f"Jurist serves {called}. {_who_may(settings, called, users)}"
        with listen(host, port) as listening:
            _run(settings, listening, told, browser=open_)


@contextmanager
def _nothing_kept() -> Generator[str]:
    """A store that is gone afterwards."""
    import tempfile

    from jurist.store import open_store

    with tempfile.TemporaryDirectory(prefix="jurist-") as folder:
        place = str(Path(folder) / "jurist.db")
        open_store(place).close()
        yield place


def _run(settings: Settings, listening: socket.socket, told: str, *, browser: bool) -> None:
    import secrets
    from dataclasses import replace

    import uvicorn

    from jurist import interrupts
    from jurist.web.application import build_application
    from jurist.web.serving import server_of

    settings = replace(
        settings,
        port=listening.getsockname()[1],
        token=secrets.token_urlsafe(32) if settings.local else "",
    )
    application = build_application(settings)
    config = uvicorn.Config(
        application,
        loop="asyncio",  # under uvloop, where it is installed, starting a prover may crash
        log_level="warning",
        access_log=False,  # URLs may hold the token
        server_header=False,
        proxy_headers=False,  # whose word is believed, `security.proxies` says
    )
    server = server_of(application, config)
    with interrupts.listening(server.stop), _way_in(settings) if browser else nullcontext():
        _say(settings, told)
        server.run(sockets=[listening])


@contextmanager
def _way_in(settings: Settings) -> Generator[None]:
    """Open a browser. What a process is called with everybody may read, so the token is not in it.

    The browser is led by a file that its owner alone reads.
    """
    import html
    import tempfile
    import webbrowser

    from jurist.private_files import write_private

    if not settings.token:
        webbrowser.open(settings.url)
        yield
        return
    with tempfile.TemporaryDirectory(prefix="jurist-") as folder:
        file = Path(folder) / "open.html"
        url = html.escape(settings.url)
        write_private(
            file,
            f'<!doctype html><meta http-equiv="refresh" content="0; url={url}">'
            f'<title>Jurist</title><a href="{url}">Jurist</a>\n',
        )
        webbrowser.open(file.as_uri())
        yield


def _say(settings: Settings, told: str) -> None:
    notices().print(plain(told))
    if settings.read_only:
        notices().print(
            "The store cannot be written: all can be looked at; labels, studies, logging in, "
            "tokens and the audit log are off."
        )
    output().print(plain(settings.url), soft_wrap=True)
    notices().print("Ctrl-C stops it.")


def _opened(settings: Settings) -> tuple[str, list[User]]:
    """What the store is called, without a password, and its users who may log in.

    Raises:
        StoreError: It cannot be opened; said before anything is served.
    """
    from jurist.store import open_store, read_store
    from jurist.store.users import list_users

    opened = (read_store if settings.read_only else open_store)(settings.store)
    try:
        return opened.place, [user for user in list_users(opened) if user.disabled is None]
    finally:
        opened.close()


def _who_may(settings: Settings, store: str, users: list[User]) -> str:
    """Who may come in, in a sentence.

    Raises:
        InputError: Others than the person at this machine could ask, and nobody has an account.
    """
    if settings.local:
        return "Whoever has this URL may do everything; its token is new at each start."
    from collections import Counter

    from jurist.plurals import counted

    grows = settings.oidc is not None and settings.oidc.role
    if not users and not grows:
        raise InputError(
            f"others can reach {settings.url}, and nobody has an account",
            expected="at least one user",
            fix=f"jurist user add NAME --role admin --store {store}",
        )
    if settings.read_only and not settings.user_header:
        raise InputError(
            f"the store {store} cannot be written, so nobody can log in",
            expected="a store that can be written, or a proxy that logs people in",
            fix="change its permissions, or serve it at this machine alone: jurist serve",
        )
    roles = Counter(user.role for user in users)
    listed = ", ".join(counted(roles[role.value], role.value) for role in Role if roles[role.value])
    new = f"; new people become {settings.oidc.role}" if grows and settings.oidc else ""
    return f"Users: {listed or 'none yet'}{new}."


def _host_name(given: str) -> str:
    import re

    if re.fullmatch(r"[A-Za-z0-9]([A-Za-z0-9.-]{0,251}[A-Za-z0-9])?", given):
        return given.lower()
    raise InputError(
        f"--name {given[:100]!r} is no host name",
        expected="a name as it stands in URLs, without https:// and without a port",
        fix="such as --name jurist.example.org",
    )


def _check_studies(settings: Settings) -> None:
    if settings.studies is not None and not settings.studies.is_dir():
        raise InputError(
            f"--studies {str(settings.studies)[:200]!r} is no folder",
            expected="a folder with study files",
            fix="make it, or name another one",
        )


def _check_proxy(settings: Settings) -> None:
    import ipaddress
    import re

    if settings.user_header and not re.fullmatch("[A-Za-z0-9_-]{1,100}", settings.user_header):
        raise InputError(
            f"--user-header {settings.user_header[:100]!r} is no name of a header",
            expected="letters, digits and hyphens, such as X-Remote-User",
        )
    if bool(settings.user_header) and not settings.trusted_proxy:
        raise InputError(
            f"the header {settings.user_header} says who asks, and anybody could send it",
            expected="the address of the proxy that sets it",
            fix="--trusted-proxy ADDRESS; the proxy must drop the header where clients send it",
        )
    try:
        ipaddress.ip_network(settings.trusted_proxy or "127.0.0.1", strict=False)
    except ValueError:
        raise InputError(
            f"--trusted-proxy {settings.trusted_proxy[:100]!r} is no address",
            expected="an address or network in numbers, such as 10.0.0.7 or 10.0.0.0/24",
        ) from None


def _open_id(issuer: str, client: str, role: Role | None, claim: str) -> OpenId | None:
    import os

    from jurist.cli.extras import require_oidc
    from jurist.web.settings import OpenId

    if not issuer and not client and role is None:
        return None
    require_oidc()
    secret = os.environ.get("JURIST_OIDC_SECRET", "")
    for given, option in ((issuer, "--oidc-issuer"), (client, "--oidc-client")):
        if not given:
            raise InputError(
                f"single sign-on lacks {option}", expected="--oidc-issuer URL and --oidc-client ID"
            )
    local = issuer.startswith(("http://127.0.0.1:", "http://localhost:"))
    if not issuer.startswith("https://") and not local:
        raise InputError(
            f"--oidc-issuer {issuer[:200]!r} is no https:// URL", expected="the provider's URL"
        )
    if not secret:
        raise InputError(
            "the environment holds no JURIST_OIDC_SECRET",
            expected="the client's secret, as the provider gave it",
            fix="export JURIST_OIDC_SECRET=...",
        )
    return OpenId(issuer, client, secret, role.value if role else "", claim)


def _is_read_only(store: str) -> bool:
    import os

    path = Path(store)
    return "://" not in store and not (os.access(path, os.W_OK) and os.access(path.parent, os.W_OK))
