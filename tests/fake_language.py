# ruff: noqa: ARG002 - a fake needs the whole protocol, and answers without looking
"""A language whose arms say what a test wants them to say."""

from __future__ import annotations

import random
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace

from jurist.errors import StoppedByClock, UnsupportedError
from jurist.languages.base import Arm, Issue, Node, NodeKind, Query, Schema
from jurist.languages.capabilities import Style
from jurist.languages.claims import refutation
from jurist.languages.conditions import Part, side_by_side
from jurist.languages.cql.words import WORDS
from jurist.languages.words import Words
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
    story = f"a customer is in the {side} audience only"
    return Witness("customer", {}, in_reference, not in_reference, story)


def executed(
    relation: Relation, *, both: int = 0, reference_only: int = 0, candidate_only: int = 0
) -> Evidence:
    """What an execution arm reports of these counts."""
    found = [witness(in_reference=True)] * bool(reference_only)
    found += [witness(in_reference=False)] * bool(candidate_only)
    overlap = Overlap(both, reference_only, candidate_only, 10)
    return Evidence(
        relation,
        Method.EXECUTION if found else Method.NONE,
        tuple(found),
        reason="" if found else "agreed on all",
        overlap=overlap,
        behaviour=overlap.jaccard,
    )


AGREED = executed(Relation.UNDECIDED, both=5)


@dataclass
class FakeLanguage:
    """`execution` or `proof` of `None`: the language lacks that arm."""

    execution: Evidence | None = AGREED
    proof: Evidence | None = None
    normal: Mapping[str, str] = field(default_factory=dict[str, str])
    parts: Mapping[str, tuple[Part, ...]] = field(default_factory=dict[str, tuple[Part, ...]])
    stops: bool = False
    """Whether the clock stops its proofs."""
    asked: list[str] = field(default_factory=list[str])

    @property
    def name(self) -> str:
        return "fake"

    @property
    def version(self) -> str:
        return "1"

    @property
    def words(self) -> Words:
        return WORDS

    def arms(self, reference: Query, candidate: Query, schema: Schema) -> Iterator[Arm]:
        texts = self.format(reference), self.format(candidate)
        yield FakeArm(self, Method.IDENTICAL, self._equal(texts, Method.IDENTICAL))
        if texts[0] != texts[1]:
            yield FakeArm(self, Method.NORMAL_FORM, self._normal(texts, schema))
            yield FakeArm(self, Method.PROOF, self.proof)
            yield FakeArm(self, Method.EXECUTION, self.execution)

    def _normal(self, texts: tuple[str, str], schema: Schema) -> Evidence:
        normal = (self.normal.get(texts[0], texts[0]), self.normal.get(texts[1], texts[1]))
        equal = self._equal(normal, Method.NORMAL_FORM)
        if equal.relation is Relation.EQUIVALENT:
            return replace(equal, assumptions=schema.assumptions)
        shared = side_by_side(*(self.parts.get(text, (Part(text),)) for text in texts))
        return replace(
            equal,
            matched=shared.matched,
            edges_only=shared.edges_only,
            only_in_reference=shared.only_in_reference,
            only_in_candidate=shared.only_in_candidate,
        )

    @staticmethod
    def _equal(texts: tuple[str, str], method: Method) -> Evidence:
        if texts[0] == texts[1]:
            return Evidence(Relation.EQUIVALENT, method, matched=1)
        return Evidence(Relation.UNDECIDED, Method.NONE)

    def format(self, query: Query) -> str:
        assert isinstance(query, Word)
        return query.text

    def parse(self, text: str, schema: Schema | None = None) -> Query:
        return Word(text)

    def check(self, query: Query, schema: Schema, *, text: str) -> tuple[Issue, ...]:
        return ()

    def load_schema(self, document: Mapping[str, object], *, where: str) -> Schema:
        return Nowhere()

    def infer_schema(self, *queries: Query) -> Schema:
        return Nowhere()

    def outline(self, query: Query) -> Node:
        return Node(NodeKind.VALUE, self.format(query))


@dataclass
class FakeArm:
    """Says what its language was given to say; `None`: such a pair is beyond it."""

    language: FakeLanguage
    method: Method
    said: Evidence | None

    def evidence(self, steps: int) -> Evidence:
        if self.method is Method.PROOF:
            self.language.asked.append(f"decide in {steps} steps")
            if self.language.stops:
                raise StoppedByClock
        if self.method is Method.EXECUTION:
            self.language.asked.append("execute")
        if self.said is None:
            word = "proved" if self.method is Method.PROOF else "executed"
            raise UnsupportedError(f"words cannot be {word}")
        return self.said

    def overlap(self) -> Overlap | None:
        if self.method is not Method.EXECUTION:
            return None
        self.language.asked.append("overlap")
        if self.said is None:
            raise UnsupportedError("words cannot be executed")
        return self.said.overlap

    def refutes(self, claim: Evidence) -> str:
        if self.method is not Method.EXECUTION or self.said is None:
            return ""
        return refutation(claim.relation, self.said.overlap, self.said.witnesses)


@dataclass
class SpeakingLanguage(FakeLanguage):
    """Says its words, in English of some version."""

    english_version: str = "1"

    def describe(self, query: Query, schema: Schema, *, style: Style, rng: random.Random) -> str:
        return f"{style}: {self.format(query)}"
