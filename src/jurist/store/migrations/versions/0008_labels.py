"""Labels that hold in later runs, and what they said before they were put right."""

import sqlalchemy as sa
from alembic import op

from jurist.store.triples import triples_of

revision = "0008"
down_revision = "0007"

_ANNOTATIONS = sa.table("annotations", sa.column("run"), sa.column("task"), sa.column("triple"))


def upgrade() -> None:
    """Every label learns which triple it is about; none has been corrected."""
    op.add_column("annotations", sa.Column("triple", sa.String(64)))
    op.create_index("ix_annotations_triple", "annotations", ["triple"])
    op.create_table(
        "corrections",
        sa.Column("id", sa.String(64), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("run", sa.String(64), nullable=False),
        sa.Column("corrected_by", sa.String(200), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("created", sa.BigInteger(), nullable=False),
        sa.Column("payload", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", "number", name="pk_corrections"),
        sa.ForeignKeyConstraint(
            ["run"], ["runs.id"], name="fk_corrections_run_runs", ondelete="CASCADE"
        ),
    )
    op.create_index("ix_corrections_run", "corrections", ["run"])
    connection = op.get_bind()
    for run in connection.scalars(sa.select(_ANNOTATIONS.c.run).distinct()).all():
        labelled = set(
            connection.scalars(sa.select(_ANNOTATIONS.c.task).where(_ANNOTATIONS.c.run == run))
        )
        found = [pair for pair in triples_of(connection, run) if pair[0] in labelled]
        for task, triple in found:
            connection.execute(
                sa.update(_ANNOTATIONS)
                .where(_ANNOTATIONS.c.run == run, _ANNOTATIONS.c.task == task)
                .values(triple=triple)
            )
