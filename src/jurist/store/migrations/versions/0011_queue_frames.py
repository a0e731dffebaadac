"""A queue of annotating keeps what its draw was made from: chances follow without the run."""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"


def upgrade() -> None:
    """Add the column."""
    op.add_column(
        "queues", sa.Column("frame", sa.Text, nullable=False, server_default=sa.text("'{}'"))
    )
