"""What each fast path of the prover saves: the same pairs with all of them, and without one.

Five kinds of pairs: `fresh` ones of 1 to 12 conditions, as `bench_proof` draws them; a
shipped reference against its `mutants`, which have most conditions in common; the `answers`
of several generators to one question, some the same and some in other words; `rich` ones,
with many conditions of one kind on one thing, such as few audiences have; and a `tail`, of
large counts in windows of which one implies the next, of funnels that ask for several
followers, and of many kinds of one event.

In turns, pair by pair, and each variant under a schema of its own, so that what is kept
between pairs is kept. Only the classes of values are not: their cache is for all schemas,
so it is emptied each time. `python -m benchmarks.bench_fast_paths` prints the tables.
"""

from __future__ import annotations

import gc
import random
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from itertools import islice
from statistics import fmean, median

from rich.console import Console
from rich.table import Table

from benchmarks.bench_proof import pairs
from benchmarks.measuring import WORKSPACES, is_quick, shipped
from jurist.languages.cql.edits.edit import places as places_of
from jurist.languages.cql.edits.mutations import MUTATIONS
from jurist.languages.cql.edits.rewrites import REWRITES
from jurist.languages.cql.normal_form.normalization import normalize
from jurist.languages.cql.prover import decide
from jurist.languages.cql.prover.context import FastPath, without
from jurist.languages.cql.prover.values.partition import partitioned
from jurist.languages.cql.schemas.schema import CqlSchema
from jurist.languages.cql.syntax import CqlQuery
from jurist.languages.cql.text.parser import parse
from jurist.records import Relation
from jurist.roles.protocols import Workspace

Pair = tuple[CqlQuery, CqlQuery, CqlSchema]
PAIRS = 150
SEED = 20_261_129
OPEN = CqlSchema(open_world=True)

VARIANTS: dict[str, tuple[FastPath, ...]] = {
    "nothing": (),
    "nothing, again": (),
    **{path.value: (path,) for path in FastPath},
    "lists of texts": (FastPath.PLAIN_TEXTS, FastPath.CONSTRUCTED_TEXTS),
    "groups without the solver": (FastPath.LISTED_GROUPS, FastPath.SMALL_GROUPS),
    "all memories": (
        FastPath.KNOWN_VERDICTS,
        FastPath.SHARED_TABLES,
        FastPath.KNOWN_FORMULAS,
        FastPath.KNOWN_GROUPS,
    ),
    "all": tuple(FastPath),
}
"""What is switched off. Twice nothing: how far figures differ by chance."""


@dataclass
class Taken:
    """CPU milliseconds of each pair, and how many were undecided."""

    ms: list[float] = field(default_factory=list[float])
    undecided: int = 0


def bench() -> dict[str, float]:
    """Mean CPU milliseconds a pair without each path."""
    number = PAIRS // 5 if is_quick() else PAIRS
    return {
        f"{kind}_without_{name.replace(' ', '_').replace(',', '')}_mean_cpu_ms": fmean(taken.ms)
        for kind, draw in KINDS.items()
        for name, taken in measured(list(islice(draw(random.Random(SEED)), number))).items()
    }


def measured(made: Sequence[Pair]) -> dict[str, Taken]:
    """Each variant on the same pairs, the order changing from pair to pair."""
    for reference, candidate, schema in made[:20]:
        decide(reference, candidate, replace(schema))  # imports, and whatever is made once
    gc.disable()  # whose turn it is would be chance
    found = {name: Taken() for name in VARIANTS}
    schemas: dict[tuple[str, CqlSchema], CqlSchema] = {}
    names = list(VARIANTS)
    rng = random.Random(SEED)
    for i, (reference, candidate, schema) in enumerate(made):
        if i % 50 == 0:
            gc.collect()
        for name in rng.sample(names, len(names)):
            own = schemas.setdefault((name, schema), replace(schema))
            for query in (reference, candidate):
                normalize(query, own)  # an earlier arm has done so
            partitioned.cache_clear()
            start = time.process_time()
            with without(*VARIANTS[name]):
                relation = decide(reference, candidate, own).relation
            found[name].ms.append((time.process_time() - start) * 1_000)
            found[name].undecided += relation is Relation.UNDECIDED
    gc.enable()
    return found


# --- pairs --------------------------------------------------------------------------------------


def _fresh(rng: random.Random) -> Iterator[Pair]:
    places: list[Workspace] = [shipped(name)[0] for name in WORKSPACES]
    for reference, candidate, place in pairs(places, rng):
        assert isinstance(place.schema, CqlSchema)
        yield reference, candidate, place.schema


def _references(rng: random.Random) -> Iterator[tuple[CqlQuery, CqlSchema]]:
    while True:
        place, cases = shipped(rng.choice(WORKSPACES))
        assert isinstance(place.schema, CqlSchema)
        texts = [case.reference for case in cases if case.reference is not None]
        yield parse(rng.choice(texts)), place.schema


def _mutants(rng: random.Random) -> Iterator[Pair]:
    for reference, schema in _references(rng):
        for edit in MUTATIONS:
            for candidate in islice(edit.queries(places_of(reference, schema)), 3):
                yield reference, candidate, schema


def _answers(rng: random.Random) -> Iterator[Pair]:
    for reference, schema in _references(rng):
        edit = rng.choice(MUTATIONS)
        for answer in islice(edit.queries(places_of(reference, schema)), 1):
            rewrite = rng.choice(REWRITES)
            in_other_words = islice(rewrite.queries(places_of(answer, schema)), 1)
            for candidate in (answer, answer, *in_other_words):
                yield reference, candidate, schema


def _tail(rng: random.Random) -> Iterator[Pair]:
    while True:
        for draw in (_nested_windows, _long_funnels, _some_of_many):
            reference, candidate = draw(rng)
            yield parse(reference), parse(candidate), OPEN


def _rich(rng: random.Random) -> Iterator[Pair]:
    while True:
        terms = rng.choice(_FAMILIES)(rng)
        changed = list(terms)
        other = rng.choice(_FAMILIES)(rng)[0] if rng.random() < 0.3 else f"NOT {terms[0]}"
        changed[rng.randrange(len(terms))] = other
        joined = rng.choice((" AND ", " AND ", " OR "))
        yield parse(joined.join(terms)), parse(joined.join(changed)), OPEN


KINDS: dict[str, Callable[[random.Random], Iterator[Pair]]] = {
    "fresh": _fresh,
    "mutants": _mutants,
    "answers": _answers,
    "rich": _rich,
    "tail": _tail,
}
_PICKS = ("first(property('kind'))", "last(property('kind'))", "mode(property('kind'), 2)")
_WORDS = ("news", "letter", "newsletter", "vip", "gold", "golden", "news vip", "old")


def _texts(rng: random.Random) -> list[str]:
    ways = ("contains", "starts_with", "ends_with", "omits")
    return [
        f"trait('tags').{rng.choice(ways)}('{rng.choice(_WORDS)}')"
        for _ in range(rng.randint(2, 6))
    ]


def _existence(rng: random.Random) -> list[str]:
    return [
        f"{rng.choice(('', 'NOT '))}event('Seen').where(property('page') = 'p{i}'"
        f" AND property('n') > {rng.randint(0, 3)}).count() >= 1"
        for i in range(rng.randint(3, 9))
    ]


def _counts(rng: random.Random) -> list[str]:
    return [
        f"event('Seen').within({rng.choice((1, 7, 30))} days).count() >= {rng.randint(1, 6)}"
        for _ in range(rng.randint(2, 5))
    ]


def _nested_windows(rng: random.Random) -> tuple[str, str]:
    least = rng.randint(60, 90)
    terms = [
        f"event('Seen').within({days} days).count() >= {least - i}"
        for i, days in enumerate((1, 2, 7, 14, 30, 90)[: rng.randint(3, 6)])
    ]
    return " AND ".join(terms), terms[0]


def _long_funnels(rng: random.Random) -> tuple[str, str]:
    carts, orders = rng.randint(1, 3), rng.randint(1, 3)
    followed = f"event('Paid').within(parent: {rng.choice((1, 7))} days).count() >= {orders}"
    return (
        f"event('Cart').where({followed}).count() >= {carts}",
        f"event('Paid').count() >= {orders}",
    )


def _some_of_many(rng: random.Random) -> tuple[str, str]:
    pages = [f"property('page') = 'p{i}'" for i in range(rng.randint(5, 9))]
    terms = [f"event('Seen').where({page}).count() >= 1" for page in pages]
    return " AND ".join(terms), f"event('Seen').where({' OR '.join(pages)}).count() >= 1"


def _sums(rng: random.Random) -> list[str]:
    return [
        f"event('Paid').within({rng.choice((7, 30))} days).{rng.choice(('sum', 'avg', 'max'))}"
        f"(property('amount')) >= {rng.choice((1, 10, 50, 100))}"
        for _ in range(rng.randint(2, 4))
    ]


def _values(rng: random.Random) -> list[str]:
    return [
        f"event('Paid').{rng.choice(_PICKS)} = '{rng.choice('abc')}'"
        for _ in range(rng.randint(2, 3))
    ]


def _wide(rng: random.Random) -> list[str]:
    return [
        f"event('E{i}').where(property('p') > {i} AND property('q') = 'v').count()"
        f" >= {rng.randint(1, 3)}"
        for i in range(rng.randint(6, 16))
    ]


def _traits(rng: random.Random) -> list[str]:
    return [
        f"trait('t{i}') {rng.choice(('=', '!=', '>='))} {rng.randint(1, 5)}"
        for i in range(rng.randint(4, 14))
    ]


def _filters(rng: random.Random) -> list[str]:
    asked = [f"property('p{i}') {rng.choice(('=', '>='))} 'v'" for i in range(rng.randint(3, 9))]
    return [
        f"event('Seen').where({' AND '.join(rng.sample(asked, len(asked) - 1))}).count() >= {n}"
        for n in (1, 2)
    ]


def _funnels(rng: random.Random) -> list[str]:
    return [
        f"event('Cart').where({rng.choice(('', 'NOT '))}event('Paid')"
        f".within(parent: {rng.choice((1, 7))} days).count() >= {rng.choice((1, 1, 2))}).count()"
        f" >= {rng.choice((1, 1, 2, 3))}",
        f"event('Paid').count() >= {rng.choice((1, 2))}",
    ]


_FAMILIES = (
    _texts,
    _existence,
    _counts,
    _sums,
    _values,
    _wide,
    _traits,
    _filters,
    _funnels,
)


def main() -> None:
    """Print the table of each kind."""
    console = Console()
    for kind, draw in KINDS.items():
        table = Table(title=f"{kind}: CPU ms a pair, {PAIRS} pairs")
        for column in ("switched off", "median", "mean", "p90", "p99", "undecided", "times mean"):
            table.add_column(column, justify="left" if column == "switched off" else "right")
        found = measured(list(islice(draw(random.Random(SEED)), PAIRS)))
        usual = fmean(found["nothing"].ms + found["nothing, again"].ms)
        for name, taken in found.items():
            ordered = sorted(taken.ms)
            figures = (median(ordered), fmean(ordered), *(_at(ordered, q) for q in (0.9, 0.99)))
            table.add_row(
                name,
                *(f"{figure:.2f}" for figure in figures),
                str(taken.undecided),
                f"{fmean(ordered) / usual:.2f}",
            )
        console.print(table)


def _at(ordered: Sequence[float], share: float) -> float:
    return ordered[int(share * len(ordered))]


if __name__ == "__main__":
    main()
