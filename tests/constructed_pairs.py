"""Random pairs of queries of which the construction knows something, without any prover.

Three kinds: `equal` (rewritten by sound rules, unproved), `mutated`, and `independent`.
Half are about shipped workspaces, half about a tiny world under any reading.
"""

from __future__ import annotations

import random
from dataclasses import dataclass
from functools import cache
from itertools import islice

import small_world
from jurist.data import schema_path, workspace_names
from jurist.languages.cql.edits import Edit
from jurist.languages.cql.meaning.customers import Account, Subject
from jurist.languages.cql.meaning.interpreter import subject_type
from jurist.languages.cql.mutating import MUTATIONS
from jurist.languages.cql.rewriting import REWRITES
from jurist.languages.cql.sampling.sampler import sample, sample_computed_trait
from jurist.languages.cql.schemas.schema import AudienceType, CqlSchema
from jurist.languages.cql.schemas.schema_file import read_schema
from jurist.languages.cql.syntax import CqlQuery, Event, Scalar
from jurist.languages.cql.text.printer import format_query
from jurist.languages.cql.walk import walk
from random_customers import Crowd

_LONGEST = 3_000
_MOST_CHOICES = 40
_TRIES = 20
_TINY = "tiny"


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

    @property
    def has_funnel(self) -> bool:
        """Whether an event is nested in a `where`."""
        return any(
            isinstance(node, Event) and scope.source is not None
            for query in (self.reference, self.candidate)
            for node, scope in walk(query)
        )

    @property
    def is_tiny(self) -> bool:
        """Whether the two are about the tiny world."""
        return self.world == _TINY

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
            ]
        )


_HOUR, _DAY = 3_600_000, 86_400_000
_LATER = (0, 0, 0, 0, 1, _HOUR, _DAY, 3 * _DAY, 30 * _DAY, 400 * _DAY)
"""How much later than their events people may be looked at."""


class People:
    """A seeded stream of subjects for a pair, with the moment to look at each."""

    def __init__(self, pair: ConstructedPair, rng: random.Random) -> None:
        self._rng = rng
        self._accounts = subject_type(pair.schema, pair.reference, pair.candidate) is Account
        self._crowd = Crowd(pair.schema, rng, pair.reference, pair.candidate)
        self._tiny = pair.is_tiny

    def draw(self) -> tuple[Subject, int]:
        """The next one."""
        later = self._rng.choice(_LATER)
        if not self._tiny:
            subject = self._crowd.subject(of_accounts=self._accounts)
            return subject, self._crowd.now + later
        subject = small_world.random_subject(self._rng, accounts=self._accounts)
        return subject, small_world.NOW + later


def construct(seed: str) -> ConstructedPair:
    """The pair of a seed."""
    rng = random.Random(seed)
    world = rng.choice((_TINY, _TINY, _TINY, *workspace_names()))
    schema = small_world.random_schema(rng) if world == _TINY else _workspace(world)
    of_traits = rng.random() < 0.05 and schema.audience_type is not AudienceType.ACCOUNTS
    about_accounts = rng.random() < 0.3

    def query() -> CqlQuery:
        if world == _TINY:
            if of_traits:
                return small_world.random_computed_trait(rng)
            return small_world.random_audience(rng, accounts=about_accounts)
        return sample_computed_trait(schema, rng) if of_traits else sample(schema, rng)

    reference = query()
    kind = rng.choices(("equal", "mutated", "independent"), (4, 5, 1))[0]
    if kind == "independent":
        return ConstructedPair(kind, world, reference, query(), schema, ())
    candidate, steps = reference, ()
    if kind == "equal" or rng.random() < 0.3:
        candidate, steps = _edited(candidate, schema, REWRITES, rng.randint(1, 4), rng)
    if kind == "mutated":
        candidate, more = _edited(candidate, schema, MUTATIONS, rng.choice((1, 1, 1, 2)), rng)
        steps += more
    return ConstructedPair(kind, world, reference, candidate, schema, steps)


def _edited(
    query: CqlQuery, schema: CqlSchema, edits: tuple[Edit, ...], times: int, rng: random.Random
) -> tuple[CqlQuery, tuple[str, ...]]:
    steps: list[str] = []
    for _ in range(_TRIES):
        if len(steps) == times or len(format_query(query)) > _LONGEST:
            break
        edit = rng.choice(edits)
        choices = list(islice(edit.queries(query, schema), _MOST_CHOICES))
        if choices:
            query = rng.choice(choices)
            steps.append(edit.name)
    return query, tuple(steps)


@cache
def _workspace(name: str) -> CqlSchema:
    return read_schema(schema_path(name))
