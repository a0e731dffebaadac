"""A run keeps by which key its pseudonyms were made: nothing of the key, only which it was."""

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0015"


def upgrade() -> None:
    """Add the column."""
    op.add_column(
        "runs", sa.Column("key_mark", sa.String(16), nullable=False, server_default=sa.text("''"))
    )
