"""The toy's second reader: SQLite, which shares nothing with it."""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping, Sequence
from typing import cast

from bag.syntax import parse


def run(text: str, tables: Mapping[str, Sequence[Mapping[str, object]]]) -> list[list[object]]:
    """One answer of a query on a database."""
    query = parse(text)
    rows = tables[query.table]
    connection = sqlite3.connect(":memory:")
    names = sorted(
        {c for row in rows for c in row} | {*query.columns, *filter(None, [query.order])}
    )
    names = sorted({*names, *(c.column for c in query.where)})
    quoted = [f'"{name}"' for name in names]
    connection.execute(f"CREATE TABLE t ({', '.join(quoted)})")
    marks = ", ".join("?" * len(names))
    connection.executemany(
        f"INSERT INTO t VALUES ({marks})",  # noqa: S608 - names of a test
        [[row.get(name) for name in names] for row in rows],
    )
    where = " AND ".join(f'"{c.column}" {c.operator} ?' for c in query.where) or "1"
    select = ", ".join(f'"{c}"' for c in query.columns)
    order = f' ORDER BY "{query.order}"{" DESC" if query.descending else ""}' if query.order else ""
    limit = "" if query.limit is None else f" LIMIT {query.limit}"
    cursor = connection.execute(
        f"SELECT {select} FROM t WHERE {where}{order}{limit}",  # noqa: S608 - names of a test
        [c.value for c in query.where],
    )
    answer = [list(row) for row in cast("list[tuple[object, ...]]", cursor.fetchall())]
    connection.close()
    return answer
