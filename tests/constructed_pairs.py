"""Random pairs of queries of which the construction knows something, without any prover.

Three kinds: `equal` (rewritten by sound rules, unproved), `mutated`, and `independent`.
They are about shipped workspaces, a tiny world under any reading, and small drawn schemas
full of bounds, enums, dates, arrays and objects.
"""

from __future__ import annotations

import json
import random
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache, partial
from itertools import islice

import small_world
from closed_pairs import World, draw_world
from closed_schemas import Json
from cql_sampler import sample, sample_computed_trait
from jurist.data import schema_path
from jurist.errors import SchemaError
from jurist.languages.cql.checking.checker import check
from jurist.languages.cql.edits.edit import Edit, places
from jurist.languages.cql.edits.mutations import MUTATIONS
from jurist.languages.cql.edits.rewrites import REWRITES
from jurist.languages.cql.schemas.schema import AudienceType, CqlSchema, subject_type
from jurist.languages.cql.schemas.schema_file import read_schema
from jurist.languages.cql.semantics.subjects import Account, Subject
from jurist.languages.cql.syntax import CqlQuery, Event, Scalar
from jurist.languages.cql.text.printer import format_query
from jurist.languages.cql.tree import walk
from jurist.languages.documents import read_document
from random_customers import Crowd
from workspaces import shipped_in

_LONGEST = 3_000
_MOST_CHOICES = 40
_TRIES = 20
_TINY = "tiny"
_DRAWN = "drawn"


@dataclass(frozen=True)
class ConstructedPair:
    """Two queries, how the second was made of the first, and people to try them on."""

    kind: str
    world: str
    reference: CqlQuery
    candidate: CqlQuery
    schema: CqlSchema
    steps: tuple[str, ...]
    """The names of the edits that led from the first to the second."""
    document: Json | None = None
    """The raw schema, where the pair has one."""
    drawn: World | None = None
    """The drawn world, with its subjects."""

    @property
    def place(self) -> str:
        """The tiny world, a drawn one, or any of the workspaces."""
        return self.world if self.world in {_TINY, _DRAWN} else "workspaces"

    @property
    def has_funnel(self) -> bool:
        """Whether an event is nested in a `where`."""
        return any(
            isinstance(node, Event) and scope.source is not None
            for query in (self.reference, self.candidate)
            for node, scope in walk(query)
        )

    @property
    def is_trait(self) -> bool:
        """Whether the two are computed traits."""
        return isinstance(self.reference, Scalar)

    def __str__(self) -> str:
        return "\n".join(
            [
                f"  {self.kind}, {self.world}, {' -> '.join(self.steps) or 'unrelated'}",
                f"  reference  {format_query(self.reference)}",
                f"  candidate  {format_query(self.candidate)}",
                f"  readings   {self.schema.readings}",
                *([f"  schema     {json.dumps(self.document)}"] if self.drawn else []),
            ]
        )


_HOUR, _DAY = 3_600_000, 86_400_000
_LATER = (0, 0, 0, 0, 1, -1, _HOUR, 12 * _HOUR, _DAY, 3 * _DAY, 30 * _DAY, 400 * _DAY)
"""How much later than their events people may be looked at."""


class People:
    """A seeded stream of subjects for a pair, with the moment to look at each."""

    def __init__(self, pair: ConstructedPair, rng: random.Random) -> None:
        self._rng = rng
        self._accounts = subject_type(pair.schema, pair.reference, pair.candidate) is Account
        self._crowd = Crowd(pair.schema, rng, pair.reference, pair.candidate)
        self._tiny = pair.world == _TINY
        self._drawn = pair.drawn.crowd if pair.drawn else None

    def draw(self) -> tuple[Subject, int]:
        """The next one."""
        if self._drawn is not None:
            i = self._rng.randrange(len(self._drawn.subjects))
            return self._drawn.subjects[i], self._drawn.moments[i]
        later = self._rng.choice(_LATER)
        if not self._tiny:
            subject = self._crowd.subject(of_accounts=self._accounts)
            return subject, self._crowd.now + later
        subject = small_world.random_subject(self._rng, accounts=self._accounts)
        return subject, small_world.NOW + later


@dataclass(frozen=True)
class _Source:
    """Where the queries of a pair come from, and whom they are about."""

    world: str
    schema: CqlSchema
    query: Callable[[], CqlQuery]
    document: Json | None = None
    drawn: World | None = None

    def pair(
        self, kind: str, reference: CqlQuery, candidate: CqlQuery, steps: tuple[str, ...]
    ) -> ConstructedPair:
        """A pair of this source."""
        return ConstructedPair(
            kind, self.world, reference, candidate, self.schema, steps, self.document, self.drawn
        )


def construct(seed: str) -> ConstructedPair:
    """The pair of a seed."""
    rng = random.Random(seed)
    world = rng.choice((_TINY, _TINY, _TINY, *shipped_in("cql"), _DRAWN, _DRAWN))
    of_traits = rng.random() < 0.05
    source = _drawn(seed, of_traits) if world == _DRAWN else _source(world, rng, of_traits)
    reference = source.query()
    kind = rng.choices(("equal", "mutated", "independent"), (4, 5, 1))[0]
    if kind == "independent":
        return source.pair(kind, reference, source.query(), ())
    candidate, steps = reference, ()
    checked = world != _TINY
    if kind == "equal" or rng.random() < 0.3:
        edits = _Edits(REWRITES, source.schema, checked=checked)
        candidate, steps = edits.made(candidate, rng.randint(1, 4), rng)
    if kind == "mutated":
        edits = _Edits(MUTATIONS, source.schema, checked=checked)
        candidate, more = edits.made(candidate, rng.choice((1, 1, 1, 2)), rng)
        steps += more
    return source.pair(kind, reference, candidate, steps)


def _source(world: str, rng: random.Random, of_traits: bool) -> _Source:
    about_accounts = rng.random() < 0.3
    if world == _TINY:
        if of_traits:
            draw = partial(small_world.random_computed_trait, rng)
        else:
            draw = partial(small_world.random_audience, rng, accounts=about_accounts)
        return _Source(world, small_world.random_schema(rng), draw)
    schema = _workspace(world)
    document = _document(world)
    if of_traits and schema.audience_type is not AudienceType.ACCOUNTS:
        return _Source(world, schema, partial(sample_computed_trait, schema, rng), document)
    return _Source(world, schema, partial(sample, schema, rng), document)


def _drawn(seed: str, of_traits: bool) -> _Source:
    """A small schema that is drawn for this pair, with queries that its check accepts."""
    drawn = draw_world(seed)

    def query() -> CqlQuery:
        if of_traits and "events" in drawn.document:
            return drawn.computed_trait()
        return drawn.audience()

    return _Source(_DRAWN, drawn.schema, query, drawn.document, drawn)


@dataclass(frozen=True)
class _Edits:
    """Ways to make another query of one; `checked`: only such as the check accepts."""

    edits: tuple[Edit, ...]
    schema: CqlSchema
    checked: bool

    def made(
        self, query: CqlQuery, times: int, rng: random.Random
    ) -> tuple[CqlQuery, tuple[str, ...]]:
        """Another query, and the names of the edits that led to it."""
        steps: list[str] = []
        for _ in range(_TRIES):
            if len(steps) == times or len(format_query(query)) > _LONGEST:
                break
            edit = rng.choice(self.edits)
            choices = list(islice(edit.queries(places(query, self.schema)), _MOST_CHOICES))
            if choices and self._is_allowed(made := rng.choice(choices)):
                query = made
                steps.append(edit.name)
        return query, tuple(steps)

    def _is_allowed(self, query: CqlQuery) -> bool:
        return not self.checked or not check(query, self.schema, text=format_query(query))


@cache
def _workspace(name: str) -> CqlSchema:
    return read_schema(schema_path(name))


@cache
def _document(name: str) -> Json:
    return read_document(schema_path(name), raises=SchemaError)
