"""`jurist migrate`: an older store is brought to the tables of this Jurist."""

from __future__ import annotations

import typer

from jurist.cli.options import StoreSaid
from jurist.cli.terminal import notices, plain

EXAMPLES = """\b
Examples:
  jurist migrate
  jurist migrate --store postgresql://USER:PASSWORD@HOST/DATABASE

\b
In one transaction: killed in between, the store is as it was. A run does it by itself; commands
that only look at a store never change it. There is no way back, so keep a copy if you may need one.
"""


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("migrate", epilog=EXAMPLES)(migrate)


def migrate(
    *,
    store: StoreSaid = "jurist.db",
) -> None:
    """Bring an older store's tables up to date."""
    from jurist.cli.stores import require_store
    from jurist.store import migrate_store

    require_store(store)
    before, after = migrate_store(store)
    done = "is up to date" if before == after else f"was brought from revision {before}"
    say = notices()
    say.print(f"the store {done} (tables of revision {plain(after)})")
