"""What is judged as it comes has its verdicts, each with the chance that it was drawn with."""

import sqlalchemy as sa
from alembic import op

revision = "0017"
down_revision = "0016"


def upgrade() -> None:
    """Make the tables."""
    op.create_table(
        "online_verdicts",
        sa.Column("attempt", sa.String(32), primary_key=True),
        sa.Column("way", sa.String(16), primary_key=True),
        sa.Column("state", sa.String(16), nullable=False),
        sa.Column("chance", sa.Float(53), nullable=False),
        sa.Column("day", sa.String(10), nullable=False),
        sa.Column("judge", sa.Text, nullable=False),
        sa.Column("judge_version", sa.Text, nullable=False),
        sa.Column("payload", sa.Text),
        sa.Column("judged_at", sa.BigInteger),
    )
    op.create_index("ix_online_verdicts_state", "online_verdicts", ["state"])
    op.create_table(
        "log_places",
        sa.Column("log", sa.String(32), primary_key=True),
        sa.Column("place", sa.Text, nullable=False),
    )
