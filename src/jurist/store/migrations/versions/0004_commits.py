"""The commit at which a run was begun."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    """Add the column; of runs that were begun before it is not known."""
    op.add_column(
        "runs", sa.Column("git_commit", sa.String(64), nullable=False, server_default=sa.text("''"))
    )
