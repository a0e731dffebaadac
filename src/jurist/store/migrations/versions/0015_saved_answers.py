"""How a saved query relates to the answer it came from is found out once."""

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"


def upgrade() -> None:
    """Make the table."""
    op.create_table(
        "saved_answers",
        sa.Column("key", sa.String(64), primary_key=True),
        sa.Column("relation", sa.String(16), nullable=False),
        sa.Column("edits", sa.Integer, nullable=False),
        sa.Column("nodes", sa.Integer, nullable=False),
    )
