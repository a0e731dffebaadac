"""Worlds with queries, and what each query permits on each of their databases."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace

from sql_breaking import BREAKS
from sql_comparing import Compared, Outcomes, Reads, compared, rows_of
from sql_meaning import Database, Outcome, Program, TooManyChoices, canonical, outcomes
from sql_oracle_engines import DuckEngine, Engine, SqliteEngine
from sql_printing import print_query
from sql_reading import DUCKDB, SQLITE, Habits, program
from sql_respelling import SAYS_OTHERWISE
from sql_sampler import Sampler
from sql_shapes import shaped
from sql_speller import Speller
from sql_trees import Query, Row, nodes
from sql_worlds import SchemaOf, World, draw_schema, draw_world

MOST_NODES = 90
_SHAPED = 4
"""Pairs of shapes after each query that is drawn."""
_STRICT = 0.75
"""The share of worlds under strict readings."""
_DUCKDB = 0.12
"""The share of worlds whose dialect is DuckDB's: NULLs last, LIKE heeds case, fewer liberties."""


@dataclass(frozen=True)
class Known:
    """A query with all that it permits."""

    tree: Query
    text: str
    permitted: tuple[Outcomes | None, ...]
    """By database; `None`: too much to go through."""

    @property
    def ordered(self) -> bool:
        return bool(self.tree.order)


@dataclass(frozen=True)
class Pair:
    kind: str
    reference: Known
    candidate: Known


@dataclass
class Facts:
    """What all databases of a world say of a pair."""

    counts: Counter[Compared] = field(default_factory=Counter[Compared])
    first: dict[str, int] = field(default_factory=dict[str, int])
    """The first database of each kind: of a comparison; `reference only` and `candidate only`
    where it has a row, `common` where both have one."""
    beyond: list[int] = field(default_factory=list[int])
    """All databases on which the candidate gives what the reference does not permit."""


class OracleFault(Exception):  # noqa: N818 - says what happened
    """An engine gives what the oracle does not permit: the oracle is wrong."""


class SmallWorld:
    """A schema, its databases, and queries on them."""

    def __init__(self, seed: str) -> None:
        self.seed = seed
        self.rng = random.Random(seed)
        self.schema: SchemaOf = draw_schema(self.rng)
        self.world: World = draw_world(self.schema, self.rng)
        self.readings = draw_readings(self.rng)
        self.world = under_readings(self.world, self.readings)
        self.dialect = "duckdb" if self.rng.random() < _DUCKDB else "sqlite"
        is_duckdb = self.dialect == "duckdb"
        self.habits: Habits = DUCKDB if is_duckdb else SQLITE
        self._checked = 2 if is_duckdb else 12
        self.engine: Engine = DuckEngine(self.schema) if is_duckdb else SqliteEngine(self.schema)
        self._sampler = Sampler(self.schema, self.rng, dialect=self.dialect)
        self._speller = Speller(self.schema, self.rng)

    @property
    def document(self) -> dict[str, object]:
        """Its schema as a file says it."""
        named = {"name": self.seed, "dialect": self.dialect}
        return {**named, "ddl": self.schema.ddl, "readings": self.readings}

    def pairs(self, number: int) -> Iterator[Pair]:
        """Pairs of queries, most of them near to each other."""
        made = 0
        earlier: list[Known] = []
        while made < number:
            reference = self.known(self._sampler.query())
            if reference is None:
                continue
            for kind, candidate in self._candidates(reference, earlier):
                if made < number:
                    made += 1
                    swapped = self.rng.random() < 0.3
                    yield Pair(
                        kind, *((candidate, reference) if swapped else (reference, candidate))
                    )
            earlier.append(reference)
            for _ in range(_SHAPED):
                pair = self._shaped()
                if pair is not None and made < number:
                    made += 1
                    yield pair

    def _shaped(self) -> Pair | None:
        """A pair of a shape, now and then said otherwise."""
        drawn = shaped(self._sampler)
        if drawn is None:
            return None
        first, second = drawn
        if self.rng.random() < 0.3:
            second = self._speller.near(second, rules=SAYS_OTHERWISE, times=1)
        if self.rng.random() < 0.15:
            second = self._speller.near(second, rules=BREAKS, times=1)
        reference, candidate = self.known(first), self.known(second)
        if reference is None or candidate is None or first == second:
            return None
        return Pair("shaped", reference, candidate)

    def _candidates(self, reference: Known, earlier: list[Known]) -> Iterator[tuple[str, Known]]:
        rng, tree = self.rng, reference.tree
        spelt = self._speller.near(tree, rules=SAYS_OTHERWISE, times=1)
        twice = self._speller.near(spelt, rules=SAYS_OTHERWISE, times=rng.choice((1, 2)))
        broken = self._speller.near(tree, rules=BREAKS, times=1)
        both = self._speller.near(twice, rules=BREAKS, times=1)
        trees = {"said otherwise": spelt, "said twice otherwise": twice}
        trees |= {"broken": broken, "broken otherwise": both}
        for kind, other in trees.items():
            known = None if other == tree else self.known(other)
            if known is not None:
                yield kind, known
        same = [one for one in earlier if len(one.tree.outputs) == len(tree.outputs)]
        if same:
            yield "drawn", rng.choice(same)

    def known(self, tree: Query) -> Known | None:
        """A query with what it permits; `None` where it is too large or does not run.

        Raises:
            OracleFault: The dialect's engine does not agree.
        """
        text = print_query(tree)
        if sum(1 for _ in nodes(tree)) > MOST_NODES or not self.engine.runs(text):
            return None
        reads = program(tree, self.habits)
        databases = self.world.databases
        permitted = tuple(permits(reads, database) for database in databases)
        chosen = range(0, len(databases), max(1, len(databases) // self._checked))
        for at in chosen:
            found = permitted[at]
            if found is not None:
                rows = self.engine.rows(text, databases[at])
                if not any(is_permitted(rows, one) for one in found):
                    problem = f"{self.schema.ddl}\n{databases[at]}\n{text}\n{self.dialect} {rows}"
                    raise OracleFault(f"{problem}\noracle {sorted(found, key=repr)[:5]}")
        return Known(tree, text, permitted)


def permits(reads: Program, database: Database) -> Outcomes | None:
    """All outcomes, or `None` where they are too many."""
    try:
        return outcomes(reads, database)
    except TooManyChoices:
        return None


def is_permitted(rows: list[Row], outcome: Outcome) -> bool:
    """Whether a list of rows is one of those that an outcome stands for."""
    at = 0
    for bag, taken in outcome:
        part = Counter(canonical(row) for row in rows[at : at + taken])
        at += taken
        if part - Counter(bag):
            return False
    return at == len(rows)


def draw_readings(rng: random.Random) -> dict[str, str]:
    """Strict ones mostly, else one or two that are relaxed, as a schema names them."""
    if rng.random() < _STRICT:
        return {}
    relaxed = {"rows": "set", "order": "ignored", "nulls": "never", "empty_tables": "never"}
    return {name: relaxed[name] for name in rng.sample(list(relaxed), rng.choice((1, 1, 2)))}


def under_readings(world: World, readings: Mapping[str, str]) -> World:
    """A world without the databases that the readings rule out."""
    kept = tuple(one for one in world.databases if not rules_out(one, readings))
    return replace(world, databases=kept)


def rules_out(database: Database, readings: Mapping[str, str]) -> bool:
    """Whether a database is none under the readings."""
    has_null = any(None in row for rows in database.values() for row in rows)
    is_empty = not all(database.values())
    return (has_null and "nulls" in readings) or (is_empty and "empty_tables" in readings)


def reads_of(pair: Pair, readings: Mapping[str, str]) -> Reads:
    """What counts as a difference of a pair."""
    return Reads(pair.reference.ordered and "order" not in readings, "rows" not in readings)


def facts(pair: Pair, readings: Mapping[str, str]) -> Facts:
    """All that a world says of a pair."""
    found = Facts()
    reads = reads_of(pair, readings)
    sides = zip(pair.reference.permitted, pair.candidate.permitted, strict=True)
    for at, (theirs, mine) in enumerate(sides):
        if theirs is None or mine is None:
            found.counts[Compared.UNKNOWN] += 1
            continue
        relation = compared(theirs, mine, reads)
        found.counts[relation] += 1
        found.first.setdefault(relation, at)
        if relation is Compared.BEYOND:
            found.beyond.append(at)
        one, other = (rows_of(side, duplicates=reads.duplicates) for side in (theirs, mine))
        if one is not None and other is not None:
            regions = {
                "reference only": one - other,
                "candidate only": other - one,
                "common": one & other,
            }
            for name, rows in regions.items():
                if rows:
                    found.first.setdefault(name, at)
    return found
