"""The versions of the roles that played on each dataset of a run."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    """Add the column; runs that were begun before do not know their versions."""
    op.add_column(
        "datasets", sa.Column("roles", sa.Text(), nullable=False, server_default=sa.text("'{}'"))
    )
