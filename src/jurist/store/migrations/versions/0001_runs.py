"""Runs, their data and tasks, annotations and settlements."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None


def upgrade() -> None:
    """Make the tables."""
    op.create_table(
        "runs",
        sa.Column("id", sa.String(64), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("created", sa.BigInteger(), nullable=False),
        sa.Column("study", sa.Text(), nullable=False),
        sa.Column("digest", sa.String(64), nullable=False),
        sa.Column("jurist", sa.String(32), nullable=False),
        sa.Column("state", sa.String(16), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_runs"),
    )
    op.create_index("ix_runs_digest", "runs", ["digest"])
    op.create_table(
        "datasets",
        sa.Column("run", sa.String(64), nullable=False),
        sa.Column("name", sa.String(200), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("language", sa.String(64), nullable=False),
        sa.Column("schema_document", sa.Text(), nullable=False),
        sa.Column("schema_digest", sa.String(64), nullable=False),
        sa.Column("cases_digest", sa.String(64), nullable=False),
        sa.Column("assumptions", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("run", "name", name="pk_datasets"),
        sa.ForeignKeyConstraint(
            ["run"], ["runs.id"], name="fk_datasets_run_runs", ondelete="CASCADE"
        ),
    )
    op.create_table(
        "cases",
        sa.Column("run", sa.String(64), nullable=False),
        sa.Column("dataset", sa.String(200), nullable=False),
        sa.Column("case_id", sa.String(200), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("payload", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("run", "dataset", "case_id", name="pk_cases"),
        sa.ForeignKeyConstraint(
            ["run", "dataset"],
            ["datasets.run", "datasets.name"],
            name="fk_cases_run_dataset_datasets",
            ondelete="CASCADE",
        ),
    )
    op.create_table(
        "tasks",
        sa.Column("run", sa.String(64), nullable=False),
        sa.Column("key", sa.String(64), nullable=False),
        sa.Column("stage", sa.String(16), nullable=False),
        sa.Column("parent", sa.String(64)),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("dataset", sa.String(200), nullable=False),
        sa.Column("case_id", sa.String(200), nullable=False),
        sa.Column("ordinal", sa.Integer(), nullable=False),
        sa.Column("generator", sa.String(200), nullable=False),
        sa.Column("role", sa.String(200), nullable=False),
        sa.Column("question", sa.Text()),
        sa.Column("status", sa.String(16), nullable=False),
        sa.Column("claimed_by", sa.String(64)),
        sa.Column("claimed_until", sa.BigInteger()),
        sa.Column("finished", sa.BigInteger()),
        sa.Column("payload", sa.Text()),
        sa.PrimaryKeyConstraint("run", "key", name="pk_tasks"),
        sa.ForeignKeyConstraint(["run"], ["runs.id"], name="fk_tasks_run_runs", ondelete="CASCADE"),
    )
    op.create_index("ix_tasks_queue", "tasks", ["run", "stage", "role", "status", "position"])
    op.create_index("ix_tasks_reading", "tasks", ["run", "stage", "position", "ordinal"])
    op.create_index("ix_tasks_status", "tasks", ["run", "status"])
    op.create_table(
        "annotations",
        sa.Column("id", sa.String(64), nullable=False),
        sa.Column("run", sa.String(64), nullable=False),
        sa.Column("task", sa.String(64), nullable=False),
        sa.Column("annotator", sa.String(200), nullable=False),
        sa.Column("role", sa.String(16), nullable=False),
        sa.Column("sampling_probability", sa.Float()),
        sa.Column("created", sa.BigInteger(), nullable=False),
        sa.Column("payload", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_annotations"),
        sa.ForeignKeyConstraint(
            ["run"], ["runs.id"], name="fk_annotations_run_runs", ondelete="CASCADE"
        ),
    )
    op.create_index("ix_annotations_run_task", "annotations", ["run", "task"])
    op.create_table(
        "settlements",
        sa.Column("run", sa.String(64), nullable=False),
        sa.Column("task", sa.String(64), nullable=False),
        sa.Column("judge", sa.String(200), nullable=False),
        sa.Column("outcome", sa.String(32), nullable=False),
        sa.Column("settled_by", sa.String(200), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("created", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("run", "task", "judge", name="pk_settlements"),
        sa.ForeignKeyConstraint(
            ["run"], ["runs.id"], name="fk_settlements_run_runs", ondelete="CASCADE"
        ),
    )
