"""Worlds of a seed, with the queries about them and who is in each, by the naive reading.

Who is in a primary condition is found out once for everybody; whole queries are joined
from those, so a world gives many pairs for little. Pairs are chosen for what is hard to
tell: audiences with the same members, one more, or one fewer.
"""

from __future__ import annotations

import random
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property

from closed_arithmetic import known_pair
from closed_comparisons import names_of
from closed_customers import Crowd, crowd_of, identity
from closed_drawing import Drawn, draw
from closed_queries import Writer
from cql_oracle import evaluate
from json_documents import Json, mapping
from jurist.errors import QuerySyntaxError
from jurist.languages.cql.language import CqlLanguage
from jurist.languages.cql.schemas.schema import CqlSchema
from jurist.languages.cql.semantics.values import Value
from jurist.languages.cql.syntax import And, Condition, CqlQuery, Not, Or, Scalar
from jurist.languages.cql.text.printer import format_query
from jurist.records import Relation

LANGUAGE = CqlLanguage()
_ATOMS = 24
_QUERIES = 150
_MOST_TRIED = 200


@dataclass(frozen=True)
class Queried:
    """A query with who is in it: bit i for subject i."""

    query: Condition
    members: int


@dataclass(frozen=True)
class Pair:
    """Two queries about a world."""

    reference: CqlQuery
    candidate: CqlQuery
    kind: str
    known: Relation | None = None
    """Their relation, where the construction says it."""


@dataclass(eq=False)
class World:
    """The world of a seed."""

    seed: str
    drawn: Drawn
    schema: CqlSchema
    writer: Writer
    rng: random.Random
    refused: int = 0
    """Drawn conditions that the check did not accept."""
    known: dict[CqlQuery, int] = field(default_factory=dict[CqlQuery, int])
    """Who is in each primary condition."""

    @property
    def document(self) -> Json:
        """The raw schema."""
        return self.drawn.document

    @property
    def kind(self) -> str:
        """What the world is about."""
        return self.drawn.kind

    @cached_property
    def crowd(self) -> Crowd:
        """Its subjects."""
        drawn, rng = self.drawn, random.Random(f"crowd {self.seed}")
        return crowd_of(drawn.document, drawn.ages, rng, drawn.now)

    @cached_property
    def everybody(self) -> int:
        """The members of a condition that always holds."""
        return (1 << len(self.crowd.subjects)) - 1

    @cached_property
    def identities(self) -> frozenset[object]:
        """Who there is, without the order of an account's users."""
        return frozenset(map(identity, self.crowd.subjects))

    def members(self, query: Condition) -> int:
        """Who is in a condition, by the naive reading."""
        match query:
            case And(parts):
                found = self.everybody
                for part in parts:
                    found &= self.members(part)
                return found
            case Or(parts):
                found = 0
                for part in parts:
                    found |= self.members(part)
                return found
            case Not(part):
                return self.everybody & ~self.members(part)
            case _:
                if query not in self.known:
                    self.known[query] = self._asked(query)
                return self.known[query]

    def values(self, query: Scalar) -> list[bool | Value | None]:
        """What a computed trait gives for everybody."""
        return [self._found(query, i) for i in range(len(self.crowd.subjects))]

    def _asked(self, query: Condition) -> int:
        found = 0
        for i in range(len(self.crowd.subjects)):
            if self._found(query, i):
                found |= 1 << i
        return found

    def _found(self, query: CqlQuery, i: int) -> bool | Value | None:
        subject, now = self.crowd.subjects[i], self.crowd.moments[i]
        return evaluate(query, subject, now, self.schema.readings, self.document)

    # --- queries --------------------------------------------------------------------------

    def accepted(self, text: str) -> CqlQuery | None:
        """The query of a text, if the check accepts it."""
        try:
            query = LANGUAGE.parse(text)
        except QuerySyntaxError as error:
            raise AssertionError(text) from error
        found = LANGUAGE.check(query, self.schema, text=text)
        if self.drawn.of_any_type:
            found = [each for each in found if each.kind != "type_clash"]
        if found:
            self.refused += 1
            return None
        return query

    def atoms(self) -> list[Condition]:
        """Primary conditions that the check accepts."""
        found: dict[Condition, None] = {}
        for _ in range(_MOST_TRIED):
            if len(found) == _ATOMS:
                break
            query = self.accepted(self.writer.condition())
            if isinstance(query, Condition):
                found[query] = None
        return list(found)

    def audience(self) -> CqlQuery:
        """An audience that the check accepts, joined from one to a few conditions."""
        atoms: list[Condition] = []
        while len(atoms) < 4:
            query = self.accepted(self.writer.condition())
            if isinstance(query, Condition):
                atoms.append(query)
        return self._joined(atoms, 2)

    def computed_trait(self) -> CqlQuery:
        """A computed trait that the check accepts, where the schema has events."""
        while True:
            query = self.accepted(self.writer.computed_trait() or "")
            if query is not None:
                return query

    def queries(self) -> list[Queried]:
        """Whole audiences, joined from a few primary conditions."""
        atoms = self.atoms()
        if not atoms:
            return []
        depth = 1 if "events" in self.document else 2
        joined = dict.fromkeys([*atoms, *(self._joined(atoms, depth) for _ in range(_QUERIES))])
        return [Queried(each, self.members(each)) for each in joined]

    def _joined(self, atoms: list[Condition], depth: int) -> Condition:
        roll = self.rng.random()
        if depth == 0 or roll < 0.25:
            return self.rng.choice(atoms)
        if roll < 0.4:
            inner = self._joined(atoms, depth - 1)
            return inner.operand if isinstance(inner, Not) else Not(inner)
        kind = self.rng.choice((And, Or))
        return kind(
            tuple(self._joined(atoms, depth - 1) for _ in range(self.rng.choice((2, 2, 3))))
        )

    def pairs(self, count: int) -> Iterator[Pair]:
        """Pairs of audiences, and now and then of computed traits."""
        queries = self.queries()
        if not queries:
            return
        alike: dict[int, list[Queried]] = defaultdict(list)
        for each in queries:
            alike[each.members].append(each)
        for _ in range(count):
            one = self.rng.choice(queries)
            yield self._pair(one, queries, alike)

    def _pair(self, one: Queried, queries: list[Queried], alike: dict[int, list[Queried]]) -> Pair:
        roll = self.rng.random()
        known = self._known() if roll < 0.02 else None
        if known is not None:
            return known
        if roll < 0.08:
            texts = self.writer.computed_trait(), self.writer.computed_trait()
            read = [self.accepted(text) for text in texts if text is not None]
            if len(read) == 2 and read[0] is not None and read[1] is not None:
                return Pair(read[0], read[1], "values")
        if roll < 0.4:
            same = [each for each in alike[one.members] if each.query != one.query]
            if same:
                return Pair(one.query, self.rng.choice(same).query, "same members")
        if roll < 0.65:
            other = self._nearest(one, queries)
            return Pair(one.query, other.query, "few members apart")
        return Pair(one.query, self.rng.choice(queries).query, "drawn")

    def _known(self) -> Pair | None:
        """A pair whose relation is known by arithmetic."""
        if self.document.get("audience_type") == "ACCOUNTS":
            return None
        events = list(mapping(self.document.get("events")))
        traits = names_of(self.document.get("traits"), "trait")
        made = known_pair(events, traits, self.rng)
        if made is None:
            return None
        one, other = self.accepted(made.reference), self.accepted(made.candidate)
        if one is None or other is None:
            return None
        return Pair(one, other, "arithmetic", made.relation)

    def _nearest(self, one: Queried, queries: list[Queried]) -> Queried:
        tried = self.rng.sample(queries, min(20, len(queries)))
        apart = [each for each in tried if each.members != one.members] or tried
        return min(apart, key=lambda each: (each.members ^ one.members).bit_count())


def draw_world(seed: str) -> World:
    """The world of a seed."""
    rng = random.Random(seed)
    drawn = draw(rng)
    writer = Writer(drawn.document, drawn.spans, drawn.lengths, rng, of_any_type=drawn.of_any_type)
    schema = LANGUAGE.load_schema(drawn.document, where="closed.yaml")
    return World(seed, drawn, schema, writer, rng)


def describe(pair: Pair) -> str:
    """Both queries as text."""
    return "\n".join(
        f"  {name}  {format_query(query)}"
        for name, query in (("reference", pair.reference), ("candidate", pair.candidate))
    )
