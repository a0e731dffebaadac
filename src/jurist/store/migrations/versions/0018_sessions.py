"""How often a task was lost with its session; how many tasks there are, counted as they come."""

import sqlalchemy as sa
from alembic import op

revision = "0018"
down_revision = "0017"


def upgrade() -> None:
    """Add the column, make the table and fill it."""
    op.add_column("tasks", sa.Column("lost", sa.Integer, nullable=False, server_default="0"))
    op.create_table(
        "task_counts",
        sa.Column(
            "run", sa.String(64), sa.ForeignKey("runs.id", ondelete="CASCADE"), primary_key=True
        ),
        sa.Column("stage", sa.String(16), primary_key=True),
        sa.Column("role", sa.String(200), primary_key=True),
        sa.Column("slot", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("total", sa.BigInteger, nullable=False),
        sa.Column("finished", sa.BigInteger, nullable=False),
    )
    op.execute(
        "INSERT INTO task_counts (run, stage, role, slot, total, finished) "
        "SELECT run, stage, role, 0, count(*), count(finished) FROM tasks "
        "GROUP BY run, stage, role"
    )
