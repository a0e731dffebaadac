"""Questions say which check found them faithful; of older ones their method's words say it."""

import json
from collections.abc import Callable
from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"

_PAGE = 500
_TASKS = sa.table(
    "tasks",
    sa.column("run"),
    sa.column("key"),
    sa.column("stage"),
    sa.column("payload"),
    sa.column("question"),
)
_KEY = sa.tuple_(_TASKS.c.run, _TASKS.c.key)


def upgrade() -> None:
    """Name the check in what was written, and in what was asked."""
    _renew(_TASKS.c.payload, _TASKS.c.stage == "questions", _written)
    _renew(_TASKS.c.question, _TASKS.c.question.is_not(None), _named)


def _renew(
    column: sa.ColumnClause[Any], of: sa.ColumnElement[bool], renewed: Callable[[Any], bool]
) -> None:
    connection = op.get_bind()
    page = (
        sa.select(_TASKS.c.run, _TASKS.c.key, column.label("text"))
        .where(of, column.is_not(None))
        .order_by(_TASKS.c.run, _TASKS.c.key)
        .limit(_PAGE)
    )
    rows = connection.execute(page).all()
    while rows:
        for run, key, text in rows:
            document = json.loads(text)
            if renewed(document):
                changed = json.dumps(document, ensure_ascii=False, separators=(",", ":"))
                where = (_TASKS.c.run == run, _TASKS.c.key == key)
                connection.execute(sa.update(_TASKS).where(*where).values({column: changed}))
        rows = connection.execute(page.where((rows[-1].run, rows[-1].key) < _KEY)).all()


def _written(document: Any) -> bool:
    renamed = [_named(question) for question in document.get("questions") or ()]
    return any(renamed)


def _named(question: Any) -> bool:
    """Whether a question's check was named; those that found nothing have none."""
    found = question.get("faithfulness")
    if not found or found.get("faithful") is not True or found.get("by"):
        return False
    method = found.get("method", "")
    by = {"by construction": "realizer"}.get(method)
    if method.endswith(", judged by proof"):
        by = "proof"
    if by is None:
        return False
    found["by"] = by
    return True
