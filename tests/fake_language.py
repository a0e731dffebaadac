# ruff: noqa: ARG002 - a fake needs the whole protocol, and answers without looking
"""A language whose arms say what a test wants them to say."""

from __future__ import annotations

import random
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from jurist.errors import StoppedByClock, UnsupportedError
from jurist.languages.base import Issue, Part, Query, Quoted, Schema, Variant
from jurist.languages.capabilities import Style
from jurist.languages.effort import STEPS
from jurist.records import Evidence, Method, Overlap, Relation, Witness


@dataclass(frozen=True, slots=True)
class Word(Query):
    """A query that is one word."""

    text: str


class Nowhere(Schema):
    """A schema of one assumption."""

    @property
    def name(self) -> str:
        return "nowhere"

    @property
    def digest(self) -> str:
        return "0" * 16

    @property
    def assumptions(self) -> tuple[str, ...]:
        return ("U1: words are words",)


def witness(*, in_reference: bool) -> Witness:
    side = "first" if in_reference else "second"
    return Witness({}, in_reference, not in_reference, f"a customer is in the {side} audience only")


def executed(
    relation: Relation, *, both: int = 0, reference_only: int = 0, candidate_only: int = 0
) -> Evidence:
    """What an execution arm reports of these counts."""
    found = [witness(in_reference=True)] * bool(reference_only)
    found += [witness(in_reference=False)] * bool(candidate_only)
    return Evidence(
        relation,
        Method.EXECUTION if found else Method.NONE,
        tuple(found),
        reason="" if found else "agreed on all",
        overlap=Overlap(both, reference_only, candidate_only, 10),
    )


AGREED = executed(Relation.UNDECIDED, both=5)


@dataclass
class FakeLanguage:
    """`execution` or `proof` of `None`: the language lacks that arm."""

    execution: Evidence | None = AGREED
    proof: Evidence | None = None
    normal: Mapping[str, str] = field(default_factory=dict[str, str])
    parts: Mapping[str, tuple[str, ...]] = field(default_factory=dict[str, tuple[str, ...]])
    stops: bool = False
    """Whether the clock stops its proofs."""
    asked: list[str] = field(default_factory=list[str])

    @property
    def name(self) -> str:
        return "fake"

    def normalize(self, query: Query, schema: Schema) -> Query:
        text = self.format(query)
        return Word(self.normal.get(text, text))

    def conditions(self, query: Query, schema: Schema) -> tuple[str, ...]:
        text = self.format(query)
        return self.parts.get(text, (text,))

    def schema_of_pair(self, reference: Query, candidate: Query, schema: Schema) -> Schema:
        return schema

    def execute(self, reference: Query, candidate: Query, schema: Schema) -> Evidence:
        self.asked.append("execute")
        if self.execution is None:
            raise UnsupportedError("words cannot be executed")
        return self.execution

    def overlap(self, reference: Query, candidate: Query, schema: Schema) -> Overlap:
        self.asked.append("overlap")
        if self.execution is None or self.execution.overlap is None:
            raise UnsupportedError("words cannot be executed")
        return self.execution.overlap

    def decide(
        self, reference: Query, candidate: Query, schema: Schema, *, steps: int = STEPS
    ) -> Evidence:
        self.asked.append(f"decide in {steps} steps")
        if self.stops:
            raise StoppedByClock
        if self.proof is None:
            raise UnsupportedError("words cannot be proved")
        return self.proof

    def format(self, query: Query) -> str:
        assert isinstance(query, Word)
        return query.text

    def parse(self, text: str) -> Query:
        return Word(text)

    def check(self, query: Query, schema: Schema, *, text: str) -> tuple[Issue, ...]:
        return ()

    def primer(self, schema: Schema) -> str:
        raise NotImplementedError

    def requote(self, query: Query, change: Callable[[Quoted], str]) -> Query:
        return query

    def listed(self, schema: Schema) -> Collection[Quoted]:
        return ()

    def load_schema(self, document: Mapping[str, object], *, where: str) -> Schema:
        raise NotImplementedError

    def read_schema(self, path: Path) -> Schema:
        raise NotImplementedError

    def infer_schema(self, *queries: Query) -> Schema:
        raise NotImplementedError

    def layout(self, query: Query) -> str:
        raise NotImplementedError

    def rewrites(self, query: Query, schema: Schema) -> Iterator[Variant]:
        raise NotImplementedError

    def mutants(self, query: Query, schema: Schema) -> Iterator[Variant]:
        raise NotImplementedError

    def sample(self, schema: Schema, rng: random.Random) -> Query:
        raise NotImplementedError

    def tree(self, query: Query) -> Part:
        raise NotImplementedError

    def names(self, schema: Schema) -> Sequence[str]:
        raise NotImplementedError


@dataclass
class SpeakingLanguage(FakeLanguage):
    """Says its words, in English of some version."""

    english_version: str = "1"

    def describe(self, query: Query, schema: Schema, *, style: Style, rng: random.Random) -> str:
        return f"{style}: {self.format(query)}"
