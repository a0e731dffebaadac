"""What runs drew from their budgets: one account a run, however many sessions draw from it."""

from __future__ import annotations

from typing import Final

from sqlalchemy import BigInteger, Column, Connection, String, Table, select, update

from jurist.models import Amount
from jurist.store.engine import Store
from jurist.store.inserting import insert_absent
from jurist.store.tables import METADATA

ACCOUNTS: Final = Table(
    "accounts",
    METADATA,
    Column("run", String(64), primary_key=True),
    Column("pico", BigInteger, nullable=False),  # picodollars drawn
    Column("tokens", BigInteger, nullable=False),
    Column("calls", BigInteger, nullable=False),
)


def draw(store: Store, run: str, amount: Amount, limit: Amount) -> bool:
    """Draw, unless the run's total would pass the limit in any respect."""
    room = limit - amount
    columns = ACCOUNTS.c
    with store.write() as connection:
        _open(connection, run)
        done = connection.execute(
            update(ACCOUNTS)
            .where(
                columns.run == run,
                columns.pico <= room.pico,
                columns.tokens <= room.tokens,
                columns.calls <= room.calls,
            )
            .values(_raised(amount))
        )
        return done.rowcount == 1


def book(store: Store, run: str, amount: Amount) -> None:
    """Add to a run's total, or take from it, whatever the limit."""
    with store.write() as connection:
        _open(connection, run)
        connection.execute(update(ACCOUNTS).where(ACCOUNTS.c.run == run).values(_raised(amount)))


def drawn(store: Store, run: str) -> Amount:
    """A run's total."""
    with store.read() as connection:
        row = connection.execute(select(ACCOUNTS).where(ACCOUNTS.c.run == run)).first()
    return Amount() if row is None else Amount(row.pico, row.tokens, row.calls)


def _open(connection: Connection, run: str) -> None:
    empty = {"run": run, "pico": 0, "tokens": 0, "calls": 0}
    insert_absent(connection, ACCOUNTS, [empty])


def _raised(amount: Amount) -> dict[str, object]:
    return {
        "pico": ACCOUNTS.c.pico + amount.pico,
        "tokens": ACCOUNTS.c.tokens + amount.tokens,
        "calls": ACCOUNTS.c.calls + amount.calls,
    }
