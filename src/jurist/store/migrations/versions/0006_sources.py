"""What of the user's own files is in the keys of the roles that played on each dataset."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"


def upgrade() -> None:
    """Add the column; runs that were begun before do not know their files."""
    op.add_column(
        "datasets", sa.Column("sources", sa.Text(), nullable=False, server_default=sa.text("'{}'"))
    )
