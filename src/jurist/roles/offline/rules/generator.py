"""The generator `rules`: a question in; a query that parses and checks, or a refusal, out."""

from __future__ import annotations

import time
from dataclasses import dataclass

from jurist.languages.cql.checking.checker import check
from jurist.languages.cql.schemas.schema import CqlSchema
from jurist.languages.cql.text.parser import parse
from jurist.languages.cql.text.printer import format_query
from jurist.records import Candidate, Cost, FailureKind, Question
from jurist.roles.answers import failed
from jurist.roles.offline.rules.reading import NotUnderstood, read
from jurist.roles.protocols import Workspace


@dataclass(frozen=True, slots=True)
class RulesGenerator:
    """Reads English patterns into queries; sees the question and the schema, nothing else."""

    name: str
    version: str

    async def answer(self, question: Question, workspace: Workspace) -> Candidate:
        """The query that the question says, or why none was read."""
        if not isinstance(workspace.schema, CqlSchema):
            return failed(FailureKind.ERROR, "these rules read audiences only, written in cql")
        started = time.perf_counter()
        query, refusal = _read(question.text, workspace.schema)
        cost = Cost(ms=(time.perf_counter() - started) * 1000)
        return Candidate(query=query, refusal=refusal, cost=cost)


def _read(request: str, schema: CqlSchema) -> tuple[str | None, str | None]:
    try:
        text = format_query(read(request, schema))
    except NotUnderstood as reason:
        return None, str(reason)
    issues = _faults(text, schema)
    return (None, f"what was read cannot be built: {issues}") if issues else (text, None)


def _faults(text: str, schema: CqlSchema) -> str:
    """What is wrong with a query, in a sentence; empty where nothing is."""
    return "; ".join(str(issue) for issue in check(parse(text), schema, text=text)[:3])
