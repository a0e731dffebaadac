"""The verdicts on the pairs of one small world, held against every customer there is."""

from __future__ import annotations

import json
import random
import time
import traceback
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import islice

from closed_customers import identity, subject_of
from closed_pairs import LANGUAGE, Pair, World, describe, draw_world
from json_documents import Json
from jurist.evidence import decide
from jurist.languages.cql.counterexamples.witness import is_different
from jurist.languages.cql.prover import decide as prove
from jurist.languages.cql.syntax import Condition, CqlQuery, Scalar
from jurist.records import Evidence, Relation
from legal_subjects import violations
from verdict_checks import RAISED, Quadrant, replays, ruled_out, unshown

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
    if pair.known is not None:
        yield from _against_arithmetic(pair.known, evidence)
    met = {} if pair.known is not None else _met(world, pair)
    for side in sorted(ruled_out(evidence) & set(met)):
        shown = json.dumps(world.crowd.documents[met[side]])
        yield "relation", f"but this subject is {side}: {shown}"
    if world.crowd.complete and not is_trait and pair.known is None:
        for side in sorted(_claimed(evidence) - set(met)):
            yield "relation", f"but of all subjects there are nobody is {side}"
    for witness in evidence.witnesses:
        subject = json.dumps(witness.input)
        broken = violations(world.document, witness.input)
        for why in broken[:3]:
            yield "witness", f"but a witness is illegal: {why}: {subject}"
        readings = world.schema.readings
        if not replays(pair.reference, pair.candidate, witness, readings, world.document):
            yield "witness", f"but a witness does not replay: {subject}"
        elif world.crowd.complete and not broken and not _is_enumerated(world, witness.input):
            yield "witness", f"but a witness is none of all subjects there are: {subject}"


def _against_arithmetic(known: Relation, evidence: Evidence) -> Iterator[tuple[str, str]]:
    undecided = {Relation.UNDECIDED}
    if known is not Relation.EQUIVALENT:
        undecided.add(Relation.DIFFERENT)
    if evidence.relation not in {known, *undecided}:
        yield "relation", f"but by arithmetic it is {known}"


def _met(world: World, pair: Pair) -> dict[Quadrant, int]:
    """Each side that some subject is on, with the first who is."""
    met: dict[Quadrant, int] = {}
    if isinstance(pair.reference, Condition) and isinstance(pair.candidate, Condition):
        everybody = world.everybody
        one, other = world.members(pair.reference), world.members(pair.candidate)
        regions: dict[Quadrant, int] = {
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


def _claimed(evidence: Evidence) -> set[Quadrant]:
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


def _is_enumerated(world: World, document: Json) -> bool:
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
            f"  verdict    {verdict} {evidence.empty if evidence else ''}\n  {reasons}"
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
