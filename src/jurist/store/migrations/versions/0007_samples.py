"""Several answers of a generator to one question, and how many of them mean the same."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"


def upgrade() -> None:
    """Every answer that is there was the only one to its question."""
    op.add_column(
        "tasks", sa.Column("sample", sa.Integer(), nullable=False, server_default=sa.text("1"))
    )
    op.create_table(
        "consistency",
        sa.Column("run", sa.String(64), nullable=False),
        sa.Column("task", sa.String(64), nullable=False),
        sa.Column("same", sa.Integer(), nullable=False),
        sa.Column("different", sa.Integer(), nullable=False),
        sa.Column("undecided", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("run", "task", name="pk_consistency"),
        sa.ForeignKeyConstraint(
            ["run"], ["runs.id"], name="fk_consistency_run_runs", ondelete="CASCADE"
        ),
    )
