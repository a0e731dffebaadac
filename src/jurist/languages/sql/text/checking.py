"""All that is wrong with a query under a schema, each thing with its place."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from jurist.errors import QuerySyntaxError, UnsupportedError
from jurist.languages.base import Issue
from jurist.languages.sql.query import SqlQuery
from jurist.languages.sql.schemas.schema import SqlSchema
from jurist.languages.sql.text.findings import Finding
from jurist.languages.sql.text.parsing import parse
from jurist.languages.sql.text.resolving.qualifying import resolved
from jurist.languages.sql.text.rules.grouping import grouping_findings
from jurist.languages.sql.text.rules.types import type_findings

MAX_ISSUES: Final = 100
"""More than these nobody reads, and a hostile query could have very many."""


def check(query: SqlQuery, schema: SqlSchema, *, text: str) -> tuple[Issue, ...]:
    """All that is wrong with a query, in the order of the text; at most 100 things.

    What its dialect has and we do not know is nothing wrong: no method decides on it.

    Args:
        query: What was parsed.
        schema: Its tables.
        text: What it was parsed from, or its canonical text.
    """
    if not any(_findings(query, schema)):
        return ()
    try:
        query = parse(text, schema)  # places count in this text, which need not be the query's own
    except QuerySyntaxError:
        text = query.text
    found = sorted(_findings(query, schema), key=lambda finding: finding.at)
    return tuple(dict.fromkeys(_issue(finding, text) for finding in found[:MAX_ISSUES]))


def _findings(query: SqlQuery, schema: SqlSchema) -> Iterator[Finding]:
    try:
        tree, findings = resolved(query, schema)
    except UnsupportedError:
        return
    yield from findings
    if not findings:
        yield from grouping_findings(tree, schema)
        yield from type_findings(tree, schema)


def _issue(finding: Finding, text: str) -> Issue:
    at = min(finding.at, len(text))
    start = text.rfind("\n", 0, at) + 1
    return Issue(
        finding.kind,
        text.count("\n", 0, start) + 1,
        at - start + 1,
        finding.found,
        finding.expected,
        finding.nearest,
    )
