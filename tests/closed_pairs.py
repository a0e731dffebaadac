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

from closed_customers import Crowd, crowd_of, identity
from closed_queries import Writer
from closed_schemas import NOW, Facts, Json, draw_fields
from cql_oracle import evaluate
from jurist.errors import QuerySyntaxError
from jurist.languages.cql.language import CqlLanguage
from jurist.languages.cql.schemas.schema import CqlSchema
from jurist.languages.cql.semantics.values import Value
from jurist.languages.cql.syntax import And, Condition, CqlQuery, Not, Or, Scalar
from jurist.languages.cql.text.printer import format_query

LANGUAGE = CqlLanguage()
_NAMES = ("plan", "score", "lat", "vip", "code", "born", "seen", "tags", "n", "m", "home.city")
_SPANS = {"1 hour": 3_600_000, "1 day": 86_400_000, "2 days": 172_800_000, "7 days": 604_800_000}
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


@dataclass(eq=False)
class World:
    """The world of a seed."""

    seed: str
    document: Json
    schema: CqlSchema
    ages: list[int]
    """How long ago events may be."""
    kind: str
    writer: Writer
    rng: random.Random
    refused: int = 0
    """Drawn conditions that the check did not accept."""
    known: dict[CqlQuery, int] = field(default_factory=dict[CqlQuery, int])
    """Who is in each primary condition."""

    @cached_property
    def crowd(self) -> Crowd:
        """Its subjects."""
        return crowd_of(self.document, self.ages, random.Random(f"crowd {self.seed}"))

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
        readings, now = self.schema.readings, self.crowd.now
        return [evaluate(query, one, now, readings, self.document) for one in self.crowd.subjects]

    def _asked(self, query: Condition) -> int:
        readings, now = self.schema.readings, self.crowd.now
        found = 0
        for i, subject in enumerate(self.crowd.subjects):
            if evaluate(query, subject, now, readings, self.document):
                found |= 1 << i
        return found

    # --- queries --------------------------------------------------------------------------

    def accepted(self, text: str) -> CqlQuery | None:
        """The query of a text, if the check accepts it."""
        try:
            query = LANGUAGE.parse(text)
        except QuerySyntaxError as error:
            raise AssertionError(text) from error
        if LANGUAGE.check(query, self.schema, text=text):
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

    def _nearest(self, one: Queried, queries: list[Queried]) -> Queried:
        tried = self.rng.sample(queries, min(20, len(queries)))
        apart = [each for each in tried if each.members != one.members] or tried
        return min(apart, key=lambda each: (each.members ^ one.members).bit_count())


def draw_world(seed: str) -> World:
    """The world of a seed."""
    rng = random.Random(seed)
    kind = rng.choices(
        ("finite traits", "traits", "events", "accounts", "account events", "rows"),
        (30, 25, 25, 10, 4, 6),
    )[0]
    document, spans = _document(kind, rng)
    return World(
        seed,
        document,
        LANGUAGE.load_schema(document, where="closed.yaml"),
        _ages(spans, rng),
        kind,
        Writer(document, spans, rng),
        rng,
    )


def _document(kind: str, rng: random.Random) -> tuple[Facts, list[str]]:
    finite = kind == "finite traits" or (kind == "accounts" and rng.random() < 0.7)
    spans = rng.sample(list(_SPANS), 2)
    spans.sort(key=lambda span: _SPANS[span])
    document: Facts = {"name": "Closed", "language": "cql"}
    if rng.random() < 0.75:
        document["now"] = NOW
    if rng.random() < 0.25:
        document["assumptions"] = _readings(rng)
    has_items = "events" in kind or kind == "rows"
    number = rng.randint(1, 2) if has_items else rng.randint(2, 5)
    if kind in {"accounts", "account events"}:
        document["audience_type"] = "ACCOUNTS"
        document["account_traits"] = draw_fields(rng, rng.sample(_NAMES, 2), finite=finite)
        number = rng.randint(1, 2)
    document["traits"] = draw_fields(rng, rng.sample(_NAMES, number), finite=finite)
    if "events" in kind:
        names = ("E", "F")[: rng.choice((1, 2, 2))]
        document["events"] = {
            name: draw_fields(
                rng, rng.sample(_NAMES[:4], rng.randint(1, 2)), finite=rng.random() < 0.5
            )
            for name in names
        }
    if kind == "rows":
        document["audience_type"] = "LINKED"
        below = draw_fields(rng, ["n"], finite=True)
        orders = draw_fields(rng, rng.sample(_NAMES, 2), finite=rng.random() < 0.5)
        if rng.random() < 0.4:
            orders["entities"] = {"lines": below}
        document["entities"] = {"orders": orders}
    return document, spans


def _readings(rng: random.Random) -> Facts:
    choices = {
        "sum_of_nothing": "zero",
        "none_of_missing": True,
        "window_edges": "open",
        "parent_ties": "included",
        "number_like_text": "text",
    }
    return {name: choices[name] for name in rng.sample(sorted(choices), rng.randint(1, 3))}


def _ages(spans: list[str], rng: random.Random) -> list[int]:
    near, far = (_SPANS[span] for span in spans)
    every = [0, 1, near - 1, near, near + 1, far, far + 1, far - near, far + near]
    return sorted(set(rng.sample(every, 5)))


def describe(pair: Pair) -> str:
    """Both queries as text."""
    return "\n".join(
        f"  {name}  {format_query(query)}"
        for name, query in (("reference", pair.reference), ("candidate", pair.candidate))
    )
