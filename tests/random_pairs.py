"""Random pairs against judges that know nothing of the prover.

They are the construction, brute force, and a reader of raw schemas for each witness.

    python tests/random_pairs.py --count 100000 --seed 1 --processes 2

prints progress, a summary, and each wrong verdict with the seed that makes it again
(`--only SEED`). Exit code 1 where there is one.
"""

from __future__ import annotations

import argparse
import random
import sys
import time
import traceback
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, field
from itertools import product
from multiprocessing import get_context

from constructed_pairs import ConstructedPair, People, construct
from cql_oracle import evaluate
from jurist.evidence import decide
from jurist.languages.cql.counterexamples.witness import evaluators, is_different
from jurist.languages.cql.language import CqlLanguage
from jurist.languages.cql.normal_form.normalization import normalize
from jurist.languages.cql.prover import decide as prove
from jurist.languages.cql.semantics.subjects import json_value, subject_from_json
from jurist.languages.cql.syntax import Condition, Reducer, Reduction
from jurist.languages.effort import STEPS
from jurist.records import Evidence, Relation, Witness
from legal_subjects import violations
from verdict_checks import RAISED, ruled_out, unshown


@dataclass(frozen=True)
class Outcome:
    """What became of one pair."""

    seed: str
    kind: str
    arms: str
    """`all` arms of the pipeline, or the `proof` alone."""
    place: str
    """The tiny world, which has also what no checked query has, `drawn`, or `workspaces`."""
    funnel: bool
    relation: Relation | None
    ms: float
    wrong: str = ""
    """Why the verdict is wrong, with all that reproduces it; empty where nothing is."""
    reason: str = ""


@dataclass
class Tally:
    """The outcomes of a run."""

    outcomes: list[Outcome] = field(default_factory=list[Outcome])

    @property
    def wrong(self) -> list[Outcome]:
        return [each for each in self.outcomes if each.wrong]

    def undecided(self, arms: str, *, place: str, funnel: bool) -> tuple[int, int]:
        """How many of how many pairs are undecided."""
        wanted = (arms, place, funnel)
        every = [each for each in self.outcomes if (each.arms, each.place, each.funnel) == wanted]
        return sum(each.relation is Relation.UNDECIDED for each in every), len(every)


def judge(seed: str, *, people: int, steps: int = STEPS) -> Outcome:
    """Construct the pair of a seed, have it decided, and hold the verdict against both judges.

    A quarter of the pairs go through all arms of the pipeline, each checking the others;
    of the rest the proof is asked alone, also of what another arm would find sooner.

    Args:
        seed: Of the pair and of the people.
        people: How many random subjects to try both queries on.
        steps: For a proof.
    """
    arms = "all" if random.Random(f"arms {seed}").random() < 0.25 else "proof"
    return judge_pair(construct(seed), seed, arms=arms, people=people, steps=steps)


def judge_pair(
    pair: ConstructedPair, seed: str, *, arms: str, people: int, steps: int = STEPS
) -> Outcome:
    """The same of a pair; `seed` is that of the people."""
    decided = _by_all_arms if arms == "all" else _by_proof
    start = time.perf_counter()
    try:
        evidence = decided(pair, steps)
    except RAISED as error:
        ms = (time.perf_counter() - start) * 1_000
        where = "".join(traceback.format_tb(error.__traceback__)[-2:])
        wrong = f"{seed}\n{pair}\n  raised     {type(error).__name__}: {error}\n{where}"
        return Outcome(seed, pair.kind, arms, pair.place, pair.has_funnel, None, ms, wrong)
    ms = (time.perf_counter() - start) * 1_000
    found = [*_of_construction(pair, evidence), *_of_witnesses(pair, evidence)]
    found += _of_people(pair, evidence, people, random.Random(f"people {seed}"))
    wrong = f"{seed}\n{pair}\n  verdict    {evidence.relation} by {evidence.method}\n  "
    return Outcome(
        seed,
        pair.kind,
        arms,
        pair.place,
        pair.has_funnel,
        evidence.relation,
        ms,
        wrong + "\n  ".join(found) if found else "",
        evidence.reason,
    )


def _by_all_arms(pair: ConstructedPair, steps: int) -> Evidence:
    return decide(
        CqlLanguage(),
        pair.reference,
        pair.candidate,
        pair.schema,
        steps=steps,
        cross_check=True,
    )


def _by_proof(pair: ConstructedPair, steps: int) -> Evidence:
    return prove(pair.reference, pair.candidate, pair.schema, steps=steps)


# --- the judges ---------------------------------------------------------------------------


def _of_construction(pair: ConstructedPair, evidence: Evidence) -> Iterator[str]:
    """What the construction and the normal form say."""
    if evidence.relation in {Relation.EQUIVALENT, Relation.UNDECIDED}:
        return
    stories = [witness.story for witness in evidence.witnesses]
    if pair.kind == "equal":
        yield f"but the two are equal by construction: {stories}"
    if has_equal_normal_forms(pair):
        yield f"but the two have equal normal forms: {stories}"


def has_equal_normal_forms(pair: ConstructedPair) -> bool:
    normal = normalize(pair.reference, pair.schema)
    return normal == normalize(pair.candidate, pair.schema)


def _of_witnesses(pair: ConstructedPair, evidence: Evidence) -> Iterator[str]:
    """Every witness again: interpreter, naive second reading, and the raw schema."""
    yield from unshown(evidence, is_trait=pair.is_trait)
    for witness in evidence.witnesses:
        if not _replays(pair, witness):
            yield f"but a witness does not replay: {witness.input}"
        for why in violations(pair.document, witness.input) if pair.document else ():
            yield f"but a witness is illegal: {why}: {witness.input}"


def _replays(pair: ConstructedPair, witness: Witness) -> bool:
    subject, now = subject_from_json(witness.input)
    compiled = evaluators(pair.reference, pair.candidate, pair.schema)
    by_interpreter = tuple(query(subject, now) for query in compiled)
    queries = (pair.reference, pair.candidate)
    for query, found in zip(queries, by_interpreter, strict=True):
        is_list = isinstance(query, Reduction) and query.reducer is Reducer.UNIQUE
        if is_list:
            continue
        if evaluate(query, subject, now, pair.schema.readings, pair.document) != found:
            return False
    given = [None if value is None else json_value(value) for value in by_interpreter]
    return is_different(*by_interpreter) and given == [witness.reference, witness.candidate]


def _of_people(
    pair: ConstructedPair, evidence: Evidence, count: int, rng: random.Random
) -> Iterator[str]:
    """What the seeded population and random people refute."""
    overlap = evidence.overlap
    if overlap is not None:
        counts = {
            (True, True): overlap.both,
            (True, False): overlap.reference_only,
            (False, True): overlap.candidate_only,
        }
        met = {side for side, number in counts.items() if number}
        for side in sorted(met & ruled_out(evidence)):
            yield f"but some of the population are {side}"
    of_reference, of_candidate = evaluators(pair.reference, pair.candidate, pair.schema)
    sides = ruled_out(evidence)
    if has_equal_normal_forms(pair):
        sides |= {(True, False), (False, True)}
    if not sides:
        return
    people = People(pair, rng)
    for _ in range(count):
        subject, now = people.draw()
        one, other = of_reference(subject, now), of_candidate(subject, now)
        if isinstance(pair.reference, Condition):
            side = bool(one), bool(other)
        else:
            side = (True, False) if is_different(one, other) else (True, True)
        if side in sides:
            yield f"but this subject at {now} is {side}: {subject}"
            return


# --- runs ---------------------------------------------------------------------------------


def run(seeds: Iterable[str], *, people: int, steps: int = STEPS) -> Tally:
    """Judge many pairs in this process."""
    return Tally([judge(seed, people=people, steps=steps) for seed in seeds])


def run_in_processes(
    seed: int, count: int, *, people: int, processes: int, progress: Callable[[Tally], None]
) -> Tally:
    """Judge many pairs in several processes; the outcomes do not depend on how many."""
    tally = Tally()
    with ProcessPoolExecutor(processes, get_context("spawn")) as pool:
        tasks = [
            ([f"{seed}-{i}" for i in range(at, min(at + _CHUNK, count))], people)
            for at in range(0, count, _CHUNK)
        ]
        for chunk in pool.map(_run_chunk, tasks):
            tally.outcomes += chunk
            progress(tally)
    return tally


_CHUNK = 100


def _run_chunk(task: tuple[list[str], int]) -> list[Outcome]:
    seeds, people = task
    return run(seeds, people=people).outcomes


def summary(tally: Tally) -> str:
    """The figures of a run, as lines."""
    heads = [*(str(relation) for relation in Relation), "raised"]
    lines = [f"{'':<20}" + "".join(f"{head:>12}" for head in heads)]
    for arms in ("all", "proof"):
        for kind in ("equal", "mutated", "independent"):
            counts = Counter(
                each.relation for each in tally.outcomes if (each.kind, each.arms) == (kind, arms)
            )
            cells = "".join(f"{counts[relation]:>12}" for relation in (*Relation, None))
            lines.append(f"{arms:<7}{kind:<13}{cells}")
    for arms, whole in (("all", "all arms"), ("proof", "the proof alone")):
        for place, funnel in product(("workspaces", "tiny", "drawn"), (False, True)):
            open_, every = tally.undecided(arms, place=place, funnel=funnel)
            share = open_ / every if every else 0
            world = place if place == "workspaces" else f"{place} world"
            kind = "with funnels" if funnel else "without funnels"
            lines.append(f"undecided by {whole}, {world}, {kind}: {open_} of {every} ({share:.3%})")
        times = sorted(each.ms for each in tally.outcomes if each.arms == arms)
        if times:
            median, p99 = times[len(times) // 2], times[len(times) * 99 // 100]
            lines.append(
                f"ms a pair by {whole}: median {median:.1f}, p99 {p99:.1f}, most {times[-1]:.1f}"
            )
    slowest = sorted(tally.outcomes, key=lambda each: -each.ms)[:5]
    lines += [f"  slow: {each.seed} by {each.arms}, {each.ms:.0f} ms" for each in slowest]
    reasons = Counter(each.reason for each in tally.outcomes if each.reason)
    lines += [f"  {number:>6}  {reason[:160]}" for reason, number in reasons.most_common(15)]
    lines.append(f"{len(tally.outcomes)} pairs, {len(tally.wrong)} wrong verdicts")
    return "\n".join(lines)


def main() -> int:
    """The command line."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0] if __doc__ else "")
    parser.add_argument("--count", type=int, default=1_500)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--people", type=int, default=200, help="random subjects for each pair")
    parser.add_argument("--processes", type=int, default=1)
    parser.add_argument("--only", help="one pair's seed, such as 1-17")
    asked = parser.parse_args()
    if asked.only:
        print(construct(asked.only))
        outcome = judge(asked.only, people=asked.people)
        print(outcome.wrong or f"right: {outcome.relation} {outcome.reason}")
        return bool(outcome.wrong)
    start = time.monotonic()
    told = 0

    def progress(tally: Tally) -> None:
        nonlocal told
        done, spent = len(tally.outcomes), time.monotonic() - start
        left = spent / done * (asked.count - done)
        print(f"\r{done}/{asked.count}, {left:.0f} s left", end=" ", file=sys.stderr, flush=True)
        for outcome in tally.wrong[told:]:
            print(f"\nWRONG {outcome.wrong}\n", flush=True)
        told = len(tally.wrong)

    tally = run_in_processes(
        asked.seed,
        asked.count,
        people=asked.people,
        processes=asked.processes,
        progress=progress,
    )
    print(file=sys.stderr)
    print(summary(tally))
    return bool(tally.wrong)


if __name__ == "__main__":
    sys.exit(main())
