"""`jurist user`: who may use a store over the web."""

from __future__ import annotations

import sys
from collections.abc import Generator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Annotated

import typer

from jurist.cli import user_tokens
from jurist.cli.options import StoreSaid
from jurist.cli.terminal import notices, output, plain
from jurist.web.permissions import Role

if TYPE_CHECKING:
    from jurist.store import Store

EXAMPLES = """\b
Examples:
  jurist user add ada --role admin               (asks for a password, twice)
  jurist user add grace --role annotator < password.txt
  jurist user add alan --role reader --no-password     (a proxy or single sign-on says who it is)
  jurist user list
  jurist user role grace editor
  jurist user token make ada --name ci --scope judge --days 90

\b
Roles: an annotator labels blind queues and sees no verdict; a reader sees all and changes
nothing; an editor also annotates, makes queues, settles, and has answers judged over the API; an
admin may everything. All take effect at once, in a server that runs too.
"""

_Name = Annotated[str, typer.Argument(help="The user's name.")]


def register(app: typer.Typer) -> None:
    """Add the commands."""
    users = typer.Typer(
        no_args_is_help=True,
        epilog=EXAMPLES,
        rich_markup_mode=None,
    )
    for name, command in (
        ("add", add),
        ("list", list_),
        ("role", role),
        ("password", password),
        ("disable", disable),
        ("enable", enable),
        ("remove", remove),
    ):
        users.command(name)(command)
    user_tokens.register(users)
    app.add_typer(
        users,
        name="user",
        help="Add, change and list who may use a store over the web.",
    )


def add(
    name: _Name,
    *,
    role: Annotated[Role, typer.Option(help="What they may.")],
    no_password: Annotated[
        bool, typer.Option("--no-password", help="A proxy or single sign-on says who it is.")
    ] = False,
    store: StoreSaid = "jurist.db",
) -> None:
    """Add a user; the password is asked for twice, or read from standard input."""
    from jurist.store import open_store
    from jurist.store.users import add_user

    known = None if no_password else _hash(_ask_password())
    opened = open_store(store)
    try:
        add_user(opened, name, role.value, known)
        _audit(opened, "add user", name, role.value)
    finally:
        opened.close()
    notices().print(plain(f"{name} may log in as {role.value}"))


def list_(*, store: StoreSaid = "jurist.db") -> None:
    """List all users."""
    from rich.table import Table
    from rich.text import Text

    from jurist.cli.stores import existing_store
    from jurist.report.moments import moment
    from jurist.store.users import list_users

    table = Table(box=None, pad_edge=False, header_style="bold")
    for column in ("name", "role", "password", "since (UTC)", "state"):
        table.add_column(column)
    with existing_store(store) as opened:
        for user in list_users(opened):
            table.add_row(
                Text(user.name),
                Text(user.role),
                "yes" if user.password else "none",
                moment(user.created),
                "may log in" if user.disabled is None else f"disabled {moment(user.disabled)}",
            )
    output().print(table)


def role(
    name: _Name,
    to: Annotated[Role, typer.Argument(metavar="ROLE", help="What they may from now on.")],
    *,
    store: StoreSaid = "jurist.db",
) -> None:
    """Give a user another role."""
    from jurist.store.users import set_role

    with _changing(store, "change role", name, to.value) as opened:
        set_role(opened, name, to.value)
    notices().print(plain(f"{name} is {to.value} now"))


def password(name: _Name, *, store: StoreSaid = "jurist.db") -> None:
    """Give a user another password, and end their sessions."""
    from jurist.store.users import require_user, set_password

    with _changing(store, "change password", name) as opened:
        require_user(opened, name)
        set_password(opened, name, _hash(_ask_password()))
    notices().print(plain(f"{name} has a new password and must log in again"))


def disable(name: _Name, *, store: StoreSaid = "jurist.db") -> None:
    """Let a user in no more: their sessions end, their tokens fail."""
    from jurist.store.users import disable_user

    with _changing(store, "disable user", name) as opened:
        disable_user(opened, name)
    notices().print(plain(f"{name} is disabled"))


def enable(name: _Name, *, store: StoreSaid = "jurist.db") -> None:
    """Let a user in again."""
    from jurist.store.users import enable_user

    with _changing(store, "enable user", name) as opened:
        enable_user(opened, name)
    notices().print(plain(f"{name} may log in again"))


def remove(name: _Name, *, store: StoreSaid = "jurist.db") -> None:
    """Forget a user, their sessions and tokens; what they annotated stays."""
    from jurist.store.users import remove_user

    with _changing(store, "remove user", name) as opened:
        remove_user(opened, name)
    notices().print(plain(f"{name} is removed"))


@contextmanager
def _changing(where: str, action: str, name: str, detail: str = "") -> Generator[Store]:
    """The store to change a user in; that it was changed goes into the audit log."""
    from jurist.cli.stores import store_to_change

    with store_to_change(where) as opened:
        yield opened
        _audit(opened, action, name, detail)


def _audit(store: Store, action: str, name: str, detail: str) -> None:
    from jurist.local_name import local_name
    from jurist.store.audit import add_to_audit

    add_to_audit(store, actor=local_name(), action=action, object_=name, detail=detail)


def _ask_password() -> str:
    """Asked for without echo at a terminal, twice; else the first line of standard input.

    Raises:
        InputError: There is none, or the second is another one.
    """
    import getpass

    from jurist.errors import InputError

    if not sys.stdin.isatty():
        given = sys.stdin.readline().rstrip("\r\n")
        if not given:
            raise InputError(
                "standard input holds no password",
                expected="one line, or a terminal to ask at",
                fix="jurist user add NAME --role ROLE < FILE",
            )
        return given
    given = getpass.getpass("Password: ")
    if getpass.getpass("The same again: ") != given:
        raise InputError(
            "the two passwords differ", expected="the same one, twice", fix="try again"
        )
    return given


def _hash(given: str) -> str:
    from jurist.cli.extras import require_web

    require_web()
    from jurist.web.security.passwords import Passwords

    return Passwords().hash(given)
