"""The generator `rules`: what the language itself reads in a request; else a refusal."""

from __future__ import annotations

import time
from dataclasses import dataclass

from jurist.errors import UnsupportedError
from jurist.languages.capabilities import ReadsEnglish, Refusal, require
from jurist.records import Candidate, Cost, FailureKind, Question
from jurist.roles.answers import failed
from jurist.roles.protocols import Workspace


@dataclass(frozen=True, slots=True)
class RulesGenerator:
    """Sees the question and the schema, nothing else."""

    name: str
    version: str

    async def answer(self, question: Question, workspace: Workspace) -> Candidate:
        """A query that parses and checks, or why none was read."""
        language, schema = workspace.language, workspace.schema
        try:
            reader = require(
                language, ReadsEnglish, needed_by="`rules`", fix="ask other generators there"
            )
        except UnsupportedError as lack:
            return failed(FailureKind.ERROR, str(lack))
        started = time.perf_counter()
        query = reader.read_request(question.text, schema)
        text, refusal = None, None
        if isinstance(query, Refusal):
            refusal = query.reason
        else:
            text = language.format(query)
            if issues := language.check(language.parse(text, schema), schema, text=text):
                faults = "; ".join(map(str, issues[:3]))
                text, refusal = None, f"what was read cannot be built: {faults}"
        cost = Cost(ms=(time.perf_counter() - started) * 1000)
        return Candidate(query=text, refusal=refusal, cost=cost)
