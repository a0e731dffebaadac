"""The proof, pair by pair: CPU time in one process, the solver's share, and in bulk.

Pairs have 1 to 12 conditions over the shipped workspaces. Half of the candidates are
references with one thing changed, a quarter are references said otherwise, a quarter are
unrelated. All are fresh: no query comes twice, so no cache helps.
"""

from __future__ import annotations

import asyncio
import random
import time
from collections.abc import Callable, Iterator
from itertools import islice

from cql_sampler import sample
from jurist import data
from jurist.evidence import decide
from jurist.garbage import collected_seldom
from jurist.languages import get_language
from jurist.languages.cql.edits.edit import places as places_of
from jurist.languages.cql.edits.mutations import MUTATIONS
from jurist.languages.cql.edits.rewrites import REWRITES
from jurist.languages.cql.prover import decide as prove
from jurist.languages.cql.schemas.schema import CqlSchema
from jurist.languages.cql.schemas.schema_file import infer_schema, read_schema
from jurist.languages.cql.syntax import And, Comparison, Condition, CqlQuery, Event, Or
from jurist.languages.cql.text.parser import parse
from jurist.languages.cql.text.printer import format_query
from jurist.languages.cql.tree import walk
from jurist.records import Evidence, Relation, Verdict
from jurist.roles.offline.proof_pool import ProofPool
from jurist.roles.protocols import Workspace

WORKSPACES = ("shop", "b2b", "streaming")
MOST_CONDITIONS = 12
PAIRS = 300
BULK_PAIRS = 3_000
WIDE_TERMS = 20
SEED = 20_261_123

Pair = tuple[Condition, Condition, Workspace]


@collected_seldom()  # as in the processes that prove
def bench() -> dict[str, float]:
    """CPU milliseconds a pair, shares in percent, pairs a second on all cores."""
    language = get_language("cql")
    places = [Workspace(language, read_schema(data.schema_path(n)), n) for n in WORKSPACES]
    for one, other, place in islice(pairs(places, random.Random(SEED)), 20):
        decide(language, one, other, place.schema)  # imports, and whatever is made once
    alone = list(islice(pairs(places, random.Random(SEED + 1)), PAIRS))
    proofs, proof_ms = _timed(alone, lambda a, b, p: prove(a, b, _facts(p)))
    whole = list(islice(pairs(places, random.Random(SEED + 2)), PAIRS))
    _, whole_ms = _timed(whole, lambda a, b, p: decide(language, a, b, p.schema))
    flat_ms = [ms for pair, ms in zip(whole, whole_ms, strict=True) if not _nested(pair)]
    solver_ms = sum(proof.timings_ms.get("proof_solver", 0.0) for proof in proofs)
    bulk = list(islice(pairs(places, random.Random(SEED + 3)), BULK_PAIRS))
    verdicts, seconds = _in_bulk(bulk)
    return {
        "proof_median_cpu_ms": _quantile(proof_ms, 0.5),
        "proof_p99_cpu_ms": _quantile(proof_ms, 0.99),
        "evidence_median_cpu_ms": _quantile(whole_ms, 0.5),
        "evidence_p99_cpu_ms": _quantile(whole_ms, 0.99),
        "evidence_without_funnels_median_cpu_ms": _quantile(flat_ms, 0.5),
        "evidence_without_funnels_p99_cpu_ms": _quantile(flat_ms, 0.99),
        "solver_share_percent": 100 * solver_ms / sum(proof_ms),
        "undecided_without_funnels_percent": _undecided(bulk, verdicts, funnels=False),
        "undecided_with_funnels_percent": _undecided(bulk, verdicts, funnels=True),
        "bulk_pairs_per_s": len(bulk) / seconds,
        "wide_counts_cpu_ms": _wide("count()", 2),
        "wide_sums_cpu_ms": _wide("sum(property('v'))", 50),
    }


def pairs(places: list[Workspace], rng: random.Random) -> Iterator[Pair]:
    """Endless pairs of fresh queries."""
    while True:
        place = rng.choice(places)
        schema = _facts(place)
        reference = _query(schema, rng)
        roll = rng.random()
        candidate: CqlQuery | None = _query(schema, rng)
        if roll < 0.75:
            edits = MUTATIONS if roll < 0.5 else REWRITES
            found = list(islice(rng.choice(edits).queries(places_of(reference, schema)), 20))
            candidate = rng.choice(found) if found else None
        if isinstance(candidate, Condition) and candidate != reference:
            yield reference, candidate, place


def _facts(place: Workspace) -> CqlSchema:
    assert isinstance(place.schema, CqlSchema)
    return place.schema


def _query(schema: CqlSchema, rng: random.Random) -> Condition:
    """An audience of 1 to 12 conditions, each size as often as the others."""
    wanted = rng.randint(1, MOST_CONDITIONS)
    found: list[Condition] = []
    left = wanted
    while left > 0:
        drawn = sample(schema, rng)
        size = _conditions(drawn)
        if size <= left:
            found.append(drawn)
            left -= size
    if len(found) == 1:
        return found[0]
    # Read again: what a user writes has no AND directly inside an AND.
    read = parse(format_query((And if rng.random() < 0.6 else Or)(tuple(found))))
    assert isinstance(read, Condition)
    return read


def _conditions(query: CqlQuery) -> int:
    return sum(isinstance(node, Comparison) for node, _ in walk(query))


def _nested(pair: Pair) -> bool:
    """Whether a query of the pair has a funnel."""
    return any(
        isinstance(node, Event) and scope.source is not None
        for query in pair[:2]
        for node, scope in walk(query)
    )


def _timed(
    made: list[Pair], ruled: Callable[[Condition, Condition, Workspace], Evidence]
) -> tuple[list[Evidence], list[float]]:
    rulings: list[Evidence] = []
    times: list[float] = []
    for pair in made:
        start = time.process_time()
        rulings.append(ruled(*pair))
        times.append((time.process_time() - start) * 1_000)
    return rulings, times


def _quantile(times: list[float], share: float) -> float:
    return sorted(times)[int(share * len(times))]


def _undecided(made: list[Pair], verdicts: list[Verdict], *, funnels: bool) -> float:
    chosen = [v for p, v in zip(made, verdicts, strict=True) if _nested(p) is funnels]
    open_ = [v for v in chosen if v.evidence and v.evidence.relation is Relation.UNDECIDED]
    return 100 * len(open_) / len(chosen)


def _in_bulk(made: list[Pair]) -> tuple[list[Verdict], float]:
    """Verdicts, and the seconds that they took by the clock on all cores, processes started."""
    texts = [(format_query(one), format_query(other), place) for one, other, place in made]

    async def work() -> tuple[list[Verdict], float]:
        async with ProofPool() as pool:
            warm = [("trait('a') = 1", "trait('a') = 2", place) for _, _, place in made[:100]]
            await asyncio.gather(*(pool.rule(*text) for text in warm))
            start = time.perf_counter()
            verdicts = await asyncio.gather(*(pool.rule(*text) for text in texts))
            return verdicts, time.perf_counter() - start

    return asyncio.run(work())


def _wide(reducer: str, bound: int) -> float:
    """Many conditions with two filters each on as many events, one bound moved."""
    terms = [
        f"event('E{i}').where(property('p') > {i} AND property('q') = 'v{i}')"
        f".within({i + 1} days).{reducer} >= {bound}"
        for i in range(WIDE_TERMS)
    ]
    reference = parse(" AND ".join(terms))
    candidate = parse(" AND ".join([*terms[1:], terms[0][: -len(str(bound))] + str(bound + 1)]))
    schema = infer_schema(reference, candidate)
    start = time.process_time()
    evidence = decide(get_language("cql"), reference, candidate, schema)
    assert evidence.relation is Relation.CONTAINS
    return (time.process_time() - start) * 1_000


if __name__ == "__main__":
    for name, value in bench().items():
        print(f"{name:36} {value:10.2f}")
