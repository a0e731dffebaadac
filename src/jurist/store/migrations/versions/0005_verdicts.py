"""Verdicts in today's form: witnesses of any kind, and evidence in fields in place of sentences."""

import msgspec
import sqlalchemy as sa
from alembic import op

from jurist.store.older_verdicts import is_older, renewed

revision = "0005"
down_revision = "0004"

_PAGE = 500
_TASKS = sa.table(
    "tasks", sa.column("run"), sa.column("key"), sa.column("stage"), sa.column("payload")
)
_KEY = sa.tuple_(_TASKS.c.run, _TASKS.c.key)


def upgrade() -> None:
    """Write each verdict anew that has an older form; what cannot be read stays as it is."""
    connection = op.get_bind()
    page = (
        sa.select(_TASKS.c.run, _TASKS.c.key, _TASKS.c.payload)
        .where(_TASKS.c.stage == "verdicts", _TASKS.c.payload.is_not(None))
        .order_by(_TASKS.c.run, _TASKS.c.key)
        .limit(_PAGE)
    )
    rows = connection.execute(page).all()
    while rows:
        for run, key, payload in rows:
            if is_older(payload):
                write_anew(connection, run, key, payload)
        rows = connection.execute(page.where((rows[-1].run, rows[-1].key) < _KEY)).all()


def write_anew(connection: sa.Connection, run: str, key: str, payload: str) -> None:
    """Put a verdict's form of today in the place of an older one."""
    try:
        today = msgspec.json.encode(renewed(payload)).decode()
    except msgspec.MsgspecError:
        return
    connection.execute(
        sa.update(_TASKS).where(_TASKS.c.run == run, _TASKS.c.key == key).values(payload=today)
    )
