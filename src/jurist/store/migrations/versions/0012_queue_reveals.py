"""A queue may show what judges said to who has done all of it."""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"


def upgrade() -> None:
    """Add the column."""
    op.add_column(
        "queues", sa.Column("reveals", sa.Integer, nullable=False, server_default=sa.text("0"))
    )
