"""Verdicts on small worlds, held against every customer there is.

    python tests/closed_worlds.py --count 200000 --seed 1 --processes 2

draws schemas and queries, enumerates the customers of each, and holds every relation, every
claim that nobody or everybody is in an audience, and every witness against them. It prints
progress, each wrong verdict with the seed that makes it again (`--only SEED`, such as
`1-17` for a world or `1-17/4` for one of its pairs), and a summary. What is done is kept in
a file, so that a run can be stopped and resumed. Exit code 1 where anything is wrong.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import random
import re
import sys
import time
import traceback
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ProcessPoolExecutor, as_completed
from dataclasses import asdict, dataclass, field
from itertools import islice
from multiprocessing import get_context
from pathlib import Path

from closed_customers import identity, subject_of
from closed_pairs import LANGUAGE, Pair, World, describe, draw_world
from jurist.evidence import decide
from jurist.languages.cql.populating.witness import is_different
from jurist.languages.cql.prover import decide as prove
from jurist.languages.cql.syntax import Condition, CqlQuery, Scalar
from jurist.records import Evidence, Relation
from legal_subjects import violations
from verdict_checks import RAISED, Side, replays, ruled_out, unshown

PAIRS = 100
"""Pairs of one world."""
_ALL_ARMS, _MUTATED, _MUTANTS = 0.06, 0.15, 12
"""The share of pairs that go through all arms, that of worlds with mutants, and how many."""
_SHOWN = 1_500


@dataclass(frozen=True)
class Outcome:
    """What became of one pair."""

    seed: str
    kind: str
    world: str
    complete: bool
    arms: str
    relation: str
    ms: float
    wrong: str = ""
    """Why the verdict is wrong, with all that reproduces it; empty where nothing is."""
    fault: str = ""
    """`relation`, `witness` or `raised`, where something is wrong."""
    reason: str = ""


@dataclass
class Tally:
    """The outcomes of a run."""

    outcomes: list[Outcome] = field(default_factory=list[Outcome])
    refused: int = 0
    drawn: int = 0

    @property
    def wrong(self) -> list[Outcome]:
        """Those that are wrong."""
        return [each for each in self.outcomes if each.wrong]

    def add(self, other: Tally) -> None:
        """Take up the outcomes of another one."""
        self.outcomes += other.outcomes
        self.refused += other.refused
        self.drawn += other.drawn


# --- judging ------------------------------------------------------------------------------


def judge_world(seed: str, *, only: int | None = None, pairs: int = PAIRS) -> Tally:
    """Judge the pairs of a world, or only one of them.

    Most are put to the proof alone, some to all arms, each checking the others.
    """
    world = draw_world(seed)
    tally = Tally()
    for i, pair in enumerate(world.pairs(pairs)):
        if only is None or i == only:
            arms = "all" if random.Random(f"arms {seed} {i}").random() < _ALL_ARMS else "proof"
            tally.outcomes.append(judge_pair(world, pair, f"{seed}/{i}", arms=arms))
    if only is None and random.Random(f"mutants {seed}").random() < _MUTATED:
        tally.outcomes += _judged_mutants(world)
    tally.refused, tally.drawn = world.refused, world.refused + len(world.known)
    return tally


def judge_pair(world: World, pair: Pair, seed: str, *, arms: str) -> Outcome:
    """Have a pair decided, and hold the verdict against everybody of its world."""
    decided = _by_all_arms if arms == "all" else _by_proof
    start = time.perf_counter()
    try:
        evidence = decided(pair, world)
    except RAISED as error:
        ms = (time.perf_counter() - start) * 1_000
        where = "".join(traceback.format_tb(error.__traceback__)[-2:])
        wrong = f"raised {type(error).__name__}: {error}\n{where}"
        return _outcome(world, pair, seed, arms, None, ms, [("raised", wrong)])
    ms = (time.perf_counter() - start) * 1_000
    return _outcome(world, pair, seed, arms, evidence, ms, list(faults(world, pair, evidence)))


def faults(world: World, pair: Pair, evidence: Evidence) -> Iterator[tuple[str, str]]:
    """All that is wrong with the evidence on a pair: which kind of fault, and why."""
    is_trait = isinstance(pair.reference, Scalar)
    for why in unshown(evidence, is_trait=is_trait):
        yield "relation", why
    met = _met(world, pair)
    for side in sorted(ruled_out(evidence) & set(met)):
        shown = json.dumps(world.crowd.documents[met[side]])
        yield "relation", f"but this subject is {side}: {shown}"
    if world.crowd.complete and not is_trait:
        for side in sorted(_claimed(evidence) - set(met)):
            yield "relation", f"but of all subjects there are nobody is {side}"
    for witness in evidence.witnesses:
        subject = json.dumps(witness.subject)
        broken = violations(world.document, witness.subject)
        for why in broken[:3]:
            yield "witness", f"but a witness is illegal: {why}: {subject}"
        if not replays(pair.reference, pair.candidate, witness, world.schema.readings):
            yield "witness", f"but a witness does not replay: {subject}"
        elif world.crowd.complete and not broken and not _is_enumerated(world, witness.subject):
            yield "witness", f"but a witness is none of all subjects there are: {subject}"


def _met(world: World, pair: Pair) -> dict[Side, int]:
    """Each side that some subject is on, with the first who is."""
    met: dict[Side, int] = {}
    if isinstance(pair.reference, Condition) and isinstance(pair.candidate, Condition):
        everybody = world.everybody
        one, other = world.members(pair.reference), world.members(pair.candidate)
        regions: dict[Side, int] = {
            (True, True): one & other,
            (True, False): one & ~other,
            (False, True): other & ~one,
            (False, False): everybody & ~(one | other),
        }
        return {
            side: (members & -members).bit_length() - 1
            for side, members in regions.items()
            if members
        }
    assert isinstance(pair.reference, Scalar)
    assert isinstance(pair.candidate, Scalar)
    results = zip(world.values(pair.reference), world.values(pair.candidate), strict=True)
    for i, (one, other) in enumerate(results):
        met.setdefault((True, False) if is_different(one, other) else (True, True), i)
    return met


def _claimed(evidence: Evidence) -> set[Side]:
    """Where somebody must be, by the relation."""
    match evidence.relation:
        case Relation.CONTAINS:
            return {(True, False)}
        case Relation.CONTAINED:
            return {(False, True)}
        case Relation.OVERLAPS:
            return {(True, True), (True, False), (False, True)}
        case Relation.DISJOINT:
            return {(True, False), (False, True)}
        case _:
            return set()


def _is_enumerated(world: World, document: object) -> bool:
    assert isinstance(document, dict)
    return identity(subject_of(document)) in world.identities


def _judged_mutants(world: World) -> Iterator[Outcome]:
    """The mutants of one query, with the evidence that certifies them."""
    queries = world.queries()
    if not queries:
        return
    query: CqlQuery = world.rng.choice(queries).query
    number = 0
    try:
        for variant in islice(LANGUAGE.mutants(query, world.schema), _MUTANTS):
            assert isinstance(variant.query, CqlQuery)
            pair = Pair(query, variant.query, "mutant")
            found = list(faults(world, pair, variant.evidence))
            seed = f"{world.seed}/mutant-{number}"
            yield _outcome(world, pair, seed, variant.operator, variant.evidence, 0.0, found)
            number += 1
    except RAISED as error:
        where = "".join(traceback.format_tb(error.__traceback__)[-2:])
        wrong = f"raised {type(error).__name__}: {error}\n{where}"
        pair = Pair(query, query, "mutant")
        yield _outcome(
            world, pair, f"{world.seed}/mutant-{number}", "mutants", None, 0.0, [("raised", wrong)]
        )


def _outcome(
    world: World,
    pair: Pair,
    seed: str,
    arms: str,
    evidence: Evidence | None,
    ms: float,
    found: list[tuple[str, str]],
) -> Outcome:
    wrong = ""
    if found:
        verdict = f"{evidence.relation} by {evidence.method}" if evidence else "raised"
        reasons = "\n  ".join(why[:_SHOWN] for _, why in found)
        wrong = (
            f"{seed} ({pair.kind})\n{describe(pair)}\n  schema     {json.dumps(world.document)}\n"
            f"  verdict    {verdict} {evidence.notes if evidence else ''}\n  {reasons}"
        )
    return Outcome(
        seed,
        pair.kind,
        world.kind,
        world.crowd.complete,
        arms,
        str(evidence.relation) if evidence else "raised",
        round(ms, 2),
        wrong,
        found[0][0] if found else "",
        evidence.reason if evidence else "",
    )


def _by_all_arms(pair: Pair, world: World) -> Evidence:
    return decide(LANGUAGE, pair.reference, pair.candidate, world.schema, cross_check=True)


def _by_proof(pair: Pair, world: World) -> Evidence:
    return prove(pair.reference, pair.candidate, world.schema)


# --- runs ---------------------------------------------------------------------------------


@dataclass(frozen=True)
class Step:
    """How far a run is, after one more world."""

    done: int
    kept: int
    """Of those done, what an earlier run did."""
    worlds: int
    tally: Tally
    """Of the one world."""


def run(seeds: Iterable[str], *, pairs: int = PAIRS) -> Tally:
    """Judge many worlds in this process."""
    tally = Tally()
    for seed in seeds:
        tally.add(judge_world(seed, pairs=pairs))
    return tally


def run_resumed(
    seed: int,
    count: int,
    *,
    processes: int,
    state: Path,
    progress: Callable[[Step], None],
    pairs: int = PAIRS,
) -> Tally:
    """Judge many worlds in several processes, without those that the state file has.

    The outcomes do not depend on how many processes there are, nor on interruptions: the
    file is started anew where the code that they come from is no longer the same.

    Args:
        seed: Of all that is drawn.
        count: How many pairs, in whole worlds.
        processes: How many at once.
        state: The file.
        progress: Is called with each world's outcomes, first with those that were kept.
        pairs: Of one world.
    """
    worlds = [f"{seed}-{i}" for i in range(-(-count // pairs))]
    done = _read_state(state, pairs)
    tallies = {name: done[name] for name in worlds if name in done}
    kept = len(tallies)
    for i, tally in enumerate(tallies.values()):
        progress(Step(i + 1, i + 1, len(worlds), tally))
    left = [name for name in worlds if name not in done]
    with state.open("a", encoding="utf-8") as file:
        for name, tally in _judged(left, processes, pairs):
            tallies[name] = tally
            print(json.dumps({"world": name, **asdict(tally)}), file=file, flush=True)
            progress(Step(len(tallies), kept, len(worlds), tally))
    ordered = Tally()
    for name in worlds:
        ordered.add(tallies[name])
    return ordered


def _judged(worlds: list[str], processes: int, pairs: int) -> Iterator[tuple[str, Tally]]:
    """Each world with its outcomes, as they come."""
    if processes == 1:
        for name in worlds:
            yield name, judge_world(name, pairs=pairs)
        return
    with ProcessPoolExecutor(processes, get_context("spawn")) as pool:
        waiting = {pool.submit(judge_world, name, pairs=pairs): name for name in worlds}
        for finished in as_completed(waiting):
            yield waiting.pop(finished), finished.result()


def _read_state(state: Path, pairs: int) -> dict[str, Tally]:
    """What a state file holds, if this code wrote it; else it is started anew."""
    head = json.dumps({"code": code_digest(), "pairs": pairs})
    lines = state.read_text(encoding="utf-8").splitlines() if state.exists() else []
    if not lines or lines[0] != head:
        state.parent.mkdir(parents=True, exist_ok=True)
        state.write_text(head + "\n", encoding="utf-8")
        return {}
    done: dict[str, Tally] = {}
    for i, line in enumerate(lines[1:]):
        try:
            record = json.loads(line)
        except json.JSONDecodeError:  # cut off when the run was stopped
            whole = lines[: i + 1]
            state.write_text("".join(f"{each}\n" for each in whole), encoding="utf-8")
            break
        outcomes = [Outcome(**each) for each in record["outcomes"]]
        done[record["world"]] = Tally(outcomes, record["refused"], record["drawn"])
    return done


def code_digest() -> str:
    """Hash of the language and of these tests: other code may find otherwise."""
    tests = Path(__file__).parent
    sources = sorted((tests.parent / "src" / "jurist" / "languages").rglob("*.py"))
    names = ("closed_*.py", "cql_oracle.py", "legal_subjects.py", "verdict_checks.py")
    mine = sorted(path for name in names for path in tests.glob(name))
    digest = hashlib.sha256()
    for path in (*sources, *mine):
        digest.update(path.read_bytes())
    return digest.hexdigest()[:16]


def summary(tally: Tally) -> str:
    """The figures of a run, as lines."""
    heads = [*(str(relation) for relation in Relation), "raised"]
    lines = [f"{'':<34}" + "".join(f"{head:>12}" for head in heads)]
    groups = Counter((each.world, each.complete, each.relation) for each in tally.outcomes)
    for world, complete in sorted({(world, complete) for world, complete, _ in groups}):
        name = f"{world}, {'complete' if complete else 'to refute'}"
        cells = "".join(f"{groups[world, complete, head]:>12}" for head in heads)
        lines.append(f"{name:<34}{cells}")
    kinds = Counter(each.kind for each in tally.outcomes)
    lines.append("pairs by kind: " + ", ".join(f"{n} {kind}" for kind, n in kinds.most_common()))
    whole = len(tally.outcomes)
    for relation in (Relation.UNDECIDED, Relation.DIFFERENT):
        number = sum(each.relation == relation for each in tally.outcomes)
        lines.append(f"{relation}: {number} of {whole} ({number / (whole or 1):.3%})")
    reasons = Counter(
        re.sub(r"\d+", "N", f"{each.relation}: {each.reason}")
        for each in tally.outcomes
        if each.reason
    )
    lines += [f"  {number:>6}  {reason[:160]}" for reason, number in reasons.most_common(20)]
    times = sorted(each.ms for each in tally.outcomes if each.arms == "proof")
    if times:
        median, p99 = times[len(times) // 2], times[len(times) * 99 // 100]
        lines.append(f"ms a proof: median {median:.1f}, p99 {p99:.1f}, most {times[-1]:.1f}")
    lines.append(f"{tally.refused} of {tally.drawn} drawn conditions were refused by the check")
    of = Counter(each.fault for each in tally.wrong)
    lines.append(
        f"{whole} pairs: {of['relation']} wrong relations, {of['witness']} with illegal or "
        f"false witnesses, {of['raised']} exceptions"
    )
    return "\n".join(lines)


def main() -> int:
    """The command line."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0] if __doc__ else "")
    parser.add_argument("--count", type=int, default=2_000, help="pairs")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--processes", type=int, default=1)
    parser.add_argument("--state", type=Path, help="where what is done is kept")
    parser.add_argument("--only", help="a world's seed, such as 1-17, or a pair's: 1-17/4")
    asked = parser.parse_args()
    if asked.only:
        name, _, number = asked.only.partition("/")
        only = int(number) if number.isdigit() else None
        tally = judge_world(name, only=only)
        for outcome in tally.outcomes:
            if outcome.wrong or (only is not None):
                print(outcome.wrong or f"right: {outcome.relation} {outcome.reason}")
        return bool(tally.wrong)
    start = time.monotonic()

    def progress(step: Step) -> None:
        fresh = step.done - step.kept
        left = (time.monotonic() - start) / max(fresh, 1) * (step.worlds - step.done)
        shown = f"{left:.0f} s left" if fresh else "kept"
        print(f"\r{step.done}/{step.worlds} worlds, {shown}", end=" ", file=sys.stderr, flush=True)
        for outcome in step.tally.wrong:
            print(f"\nWRONG {outcome.wrong}\n", flush=True)

    state = asked.state or Path(".closed-worlds") / f"seed-{asked.seed}.jsonl"
    tally = run_resumed(
        asked.seed, asked.count, processes=asked.processes, state=state, progress=progress
    )
    print(file=sys.stderr)
    print(summary(tally))
    return bool(tally.wrong)


if __name__ == "__main__":
    sys.exit(main())
