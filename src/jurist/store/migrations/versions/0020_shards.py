"""A store says whether it holds a run or a share of one."""

import sqlalchemy as sa
from alembic import op

revision = "0020"
down_revision = "0019"


def upgrade() -> None:
    """Add the column; runs of before are whole."""
    op.add_column("runs", sa.Column("shard", sa.String(16), nullable=False, server_default=""))
