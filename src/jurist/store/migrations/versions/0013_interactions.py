"""What happened in production is kept: one row an attempt."""

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"


def upgrade() -> None:
    """Make the table."""
    op.create_table(
        "interactions",
        sa.Column("key", sa.String(32), primary_key=True),
        sa.Column("system", sa.String(200), nullable=False),
        sa.Column("question_id", sa.Text, nullable=False),
        sa.Column("version", sa.Text, nullable=False),
        sa.Column("task", sa.Text, nullable=False),
        sa.Column("user", sa.Text, nullable=False),
        sa.Column("account", sa.Text, nullable=False),
        sa.Column("segment", sa.Text, nullable=False),
        sa.Column("question", sa.Text),
        sa.Column("answer", sa.Text),
        sa.Column("refusal", sa.Text),
        sa.Column("saved", sa.Text),
        sa.Column("asked_at", sa.BigInteger),
        sa.Column("shown_at", sa.BigInteger),
        sa.Column("edited_at", sa.BigInteger),
        sa.Column("saved_at", sa.BigInteger),
        sa.Column("abandoned_at", sa.BigInteger),
        sa.Column("seen_at", sa.BigInteger),
    )
    op.create_index("ix_interactions_system", "interactions", ["system"])
