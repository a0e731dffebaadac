"""`jurist user token`: what programs come in with."""

from __future__ import annotations

from typing import Annotated

import typer

from jurist.cli.options import StoreSaid
from jurist.cli.terminal import notices, output, plain
from jurist.web.permissions import Permission, Role

EXAMPLES = """\b
Examples:
  jurist user token make ada --name ci --scope judge --days 90
  jurist user token list
  jurist user token revoke 3f2a9c0b11d4
  curl -H "Authorization: Bearer jur_..." http://127.0.0.1:8765/v1/runs

\b
A token may what its role may, what its scope leaves of that, and never more than its user may
at that moment.
"""


def register(app: typer.Typer) -> None:
    """Add the commands."""
    tokens = typer.Typer(
        no_args_is_help=True,
        epilog=EXAMPLES,
        rich_markup_mode=None,
    )
    tokens.command("make")(make)
    tokens.command("list")(list_)
    tokens.command("revoke")(revoke)
    app.add_typer(tokens, name="token", help="Make, list and revoke tokens of the API.")


def make(
    user: Annotated[str, typer.Argument(help="Whose it is.")],
    *,
    name: Annotated[str, typer.Option(help="What it is for.")] = "made at the machine",
    role: Annotated[
        Role | None, typer.Option(help="What it may; the user's role unless said.")
    ] = None,
    scope: Annotated[
        list[Permission] | None, typer.Option(help="Only this permission; repeatable.")
    ] = None,
    days: Annotated[int | None, typer.Option(min=1, help="It ends after so many days.")] = None,
    store: StoreSaid = "jurist.db",
) -> None:
    """Make a token; it is shown once, on standard output."""
    import time

    from jurist.cli.stores import store_to_change
    from jurist.local_name import local_name
    from jurist.store.users import require_user
    from jurist.web.permissions import PERMISSIONS
    from jurist.web.security.making import Wish, make_token

    with store_to_change(store) as opened:
        owner = require_user(opened, user)
        wish = Wish(name, user, role or owner.role, tuple(scope or ()), days)
        secret = make_token(
            opened,
            wish,
            maker=local_name(),
            allowed=PERMISSIONS[Role.ADMIN],
            now=time.time_ns() // 1_000_000,
        )
    notices().print("It is shown this once:")
    output().print(secret, soft_wrap=True)


def list_(
    user: Annotated[str | None, typer.Argument(help="Only theirs.")] = None,
    *,
    store: StoreSaid = "jurist.db",
) -> None:
    """List tokens, the newest first."""
    import time

    from rich.table import Table
    from rich.text import Text

    from jurist.cli.stores import existing_store
    from jurist.report.moments import moment
    from jurist.store.tokens import list_tokens

    now = time.time_ns() // 1_000_000
    table = Table(box=None, pad_edge=False, header_style="bold")
    for column in ("id", "user", "name", "role", "scope", "made (UTC)", "last used", "state"):
        table.add_column(column)
    with existing_store(store) as opened:
        for token in list_tokens(opened, user):
            table.add_row(
                token.id,
                Text(token.owner),
                Text(token.name),
                token.role,
                ", ".join(token.scope) or "all of the role's",
                moment(token.created),
                moment(token.used) if token.used else "never",
                token.state(now),
            )
    output().print(table)


def revoke(
    token: Annotated[str, typer.Argument(help="Its id, as the list shows it.")],
    *,
    store: StoreSaid = "jurist.db",
) -> None:
    """Let nobody in by a token any more."""
    import time

    from jurist.cli.stores import store_to_change
    from jurist.local_name import local_name
    from jurist.store.audit import add_to_audit
    from jurist.store.tokens import revoke_token

    with store_to_change(store) as opened:
        revoked = revoke_token(opened, token, time.time_ns() // 1_000_000)
        add_to_audit(opened, actor=local_name(), action="revoke token", object_=revoked.id)
    notices().print(plain(f"the token {revoked.name!r} of {revoked.owner} lets nobody in any more"))
