"""What a session needs that joins a run from the store alone."""

import sqlalchemy as sa
from alembic import op

revision = "0019"
down_revision = "0018"


def upgrade() -> None:
    """Make the tables."""
    run = sa.ForeignKey("runs.id", ondelete="CASCADE")
    op.create_table(
        "run_studies",
        sa.Column("run", sa.String(64), run, primary_key=True),
        sa.Column("study", sa.Text, nullable=False),
    )
    op.create_table(
        "run_files",
        sa.Column(
            "run", sa.String(64), sa.ForeignKey("runs.id", ondelete="CASCADE"), primary_key=True
        ),
        sa.Column("place", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("path", sa.Text, nullable=False),
        sa.Column("digest", sa.String(64), nullable=False),
        sa.Column("content", sa.Text),
        sa.Column("why_not", sa.Text, nullable=False),
    )
