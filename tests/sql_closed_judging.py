"""The verdicts on the pairs of one small world of SQL, held against its databases."""

from __future__ import annotations

import re
import time
import traceback
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import cast

from jurist.errors import JuristError
from jurist.languages.sql.schemas.documents import load_schema
from jurist.languages.sql.schemas.schema import SqlSchema
from jurist.records import Evidence, Relation, Side, Witness
from sql_closed_pairs import (
    Facts,
    Pair,
    SmallWorld,
    facts,
    is_permitted,
    permits,
    reads_of,
    rules_out,
)
from sql_comparing import Compared, compared
from sql_legal import illegal
from sql_reading import program
from sql_trees import Row

PAIRS = 40
"""Pairs of one world."""
RAISED = (
    *(JuristError, ArithmeticError, LookupError, ValueError, TypeError, AttributeError),
    *(AssertionError, RecursionError, NotImplementedError),
)
"""What a fault of ours raises: never a verdict."""
_SLOW_MS = 30_000
_DIFFERENCES = frozenset(
    {
        *(Relation.CONTAINS, Relation.CONTAINED, Relation.OVERLAPS),
        *(Relation.DISJOINT, Relation.DIFFERENT),
    }
)
_BOUND = re.compile(r"none up to (\d+) rows?")

Decides = Callable[[str, str, SqlSchema], Evidence]
"""Reference and candidate as texts."""


@dataclass(frozen=True)
class Outcome:
    """What became of one pair."""

    seed: str
    kind: str
    truth: str
    """What the world knows: `equal`, `within` or `beyond` somewhere, or `unknown`."""
    relation: str
    method: str
    ms: float
    wrong: str = ""
    """Why the verdict is wrong, with all that makes it again; empty where nothing is."""
    fault: str = ""
    """`proof`, `relation`, `bound`, `witness`, `raised` or `slow`, where something is wrong."""
    reason: str = ""


@dataclass
class Tally:
    """The outcomes of a run."""

    outcomes: list[Outcome] = field(default_factory=list[Outcome])

    @property
    def wrong(self) -> list[Outcome]:
        """Those that are wrong."""
        return [one for one in self.outcomes if one.wrong]

    def add(self, other: Tally) -> None:
        """Take up the outcomes of another one."""
        self.outcomes += other.outcomes


@dataclass(frozen=True)
class Question:
    """A pair with what the databases of its world say of it."""

    seed: str
    """What makes it again."""
    world: SmallWorld
    schema: SqlSchema
    pair: Pair
    facts: Facts


def questions(seed: str, *, only: int | None = None, pairs: int = PAIRS) -> Iterator[Question]:
    """The pairs of a world, or only one of them."""
    world = SmallWorld(seed)
    schema = load_schema(world.document, where=seed)
    for i, pair in enumerate(world.pairs(pairs)):
        if only is None or i == only:
            yield Question(f"{seed}/{i}", world, schema, pair, facts(pair, world.readings))


def judge_world(
    seed: str, decides: Decides, *, only: int | None = None, pairs: int = PAIRS
) -> Tally:
    """Have the pairs of a world decided, or only one of them, and judge what comes."""
    drawn = questions(seed, only=only, pairs=pairs)
    return Tally([judged(question, decides) for question in drawn])


def judged(question: Question, decides: Decides) -> Outcome:
    """Have a pair decided, and hold the verdict against every database of its world."""
    world, pair, known = question.world, question.pair, question.facts
    start = time.perf_counter()
    evidence, found = None, list[tuple[str, str]]()
    try:
        evidence = decides(pair.reference.text, pair.candidate.text, question.schema)
    except RAISED as error:
        where = "".join(traceback.format_tb(error.__traceback__)[-3:])
        found = [("raised", f"raised {type(error).__name__}: {error}\n{where}")]
    ms = (time.perf_counter() - start) * 1_000
    if evidence is not None:
        found = list(faults(world, pair, known, evidence))
    if ms > _SLOW_MS:
        found.append(("slow", f"took {ms:.0f} ms"))
    return Outcome(
        question.seed,
        pair.kind,
        truth(known),
        str(evidence.relation) if evidence else "raised",
        str(evidence.method) if evidence else "raised",
        round(ms, 2),
        _described(world, pair, evidence, found) if found else "",
        found[0][0] if found else "",
        evidence.reason if evidence else "",
    )


def truth(known: Facts) -> str:
    """The worst that a world knows of a pair."""
    for kind in (Compared.BEYOND, Compared.WITHIN, Compared.EQUAL):
        if known.counts[kind]:
            return kind
    return Compared.UNKNOWN


# --- what is wrong ------------------------------------------------------------------------


def faults(
    world: SmallWorld, pair: Pair, known: Facts, evidence: Evidence
) -> Iterator[tuple[str, str]]:
    """All that is wrong with the evidence on a pair: which kind of fault, and why."""
    databases = world.world.databases
    for region in _ruled_out(evidence):
        if region in known.first:
            fault = "proof" if evidence.relation is Relation.EQUIVALENT else "relation"
            yield fault, f"but {region}: {databases[known.first[region]]}"
    for bound in map(int, _BOUND.findall(evidence.reason)):
        small = [one for one in known.beyond if max(map(len, databases[one].values())) <= bound]
        if small:
            yield "bound", f"{evidence.reason}, but {databases[small[0]]}"
    if evidence.relation in _DIFFERENCES and not evidence.witnesses:
        yield "witness", "but there is no witness"
    seen: list[Compared] = []
    for witness in evidence.witnesses:
        shown = database_of(witness)
        database = {table.name: [] for table in world.schema.tables} | shown
        if problems := illegal(world.schema.ddl, database):
            yield "witness", f"but a witness is illegal: {problems[:3]}: {database}"
            continue
        if rules_out(shown, world.readings):
            yield "witness", f"but a witness is none under {world.readings}: {database}"
            continue
        yield from _replayed(world, pair, witness, database, seen)
    shows_none = seen and not {Compared.UNKNOWN, Compared.BEYOND} & set(seen)
    if evidence.relation in _DIFFERENCES and shows_none:
        yield "witness", f"but on its witnesses the candidate is {', '.join(seen)}"
    if evidence.relation is Relation.REFINES and Compared.BEYOND in seen:
        yield "relation", "but a witness shows what the reference does not permit"


def _ruled_out(evidence: Evidence) -> set[str]:
    """What no database can show, by the verdict."""
    regions: set[str] = set()
    match evidence.relation:
        case Relation.EQUIVALENT:
            regions = {Compared.BEYOND, Compared.WITHIN}
        case Relation.REFINES:
            regions = {Compared.BEYOND}
        case Relation.CONTAINS:
            regions = {"candidate only"}
        case Relation.CONTAINED:
            regions = {"reference only"}
        case Relation.DISJOINT:
            regions = {"common"}
        case _:
            pass
    if Side.REFERENCE in evidence.empty:
        regions |= {"reference only", "common"}
    if Side.CANDIDATE in evidence.empty:
        regions |= {"candidate only", "common"}
    return regions


def _replayed(
    world: SmallWorld,
    pair: Pair,
    witness: Witness,
    database: Mapping[str, Sequence[Row]],
    seen: list[Compared],
) -> Iterator[tuple[str, str]]:
    """What a witness shows on the oracle, and whether its results are permitted there."""
    theirs, mine = (
        permits(program(side.tree, world.habits), database)
        for side in (pair.reference, pair.candidate)
    )
    if theirs is None or mine is None:
        seen.append(Compared.UNKNOWN)
        return
    seen.append(compared(theirs, mine, reads_of(pair, world.readings)))
    for name, shown, permitted in (
        ("reference", witness.reference, theirs),
        ("candidate", witness.candidate, mine),
    ):
        rows = rows_of_result(shown)
        if rows is not None and not any(is_permitted(rows, one) for one in permitted):
            yield "witness", f"but the {name} does not give {rows} on {database}"


def database_of(witness: Witness) -> dict[str, list[Row]]:
    """The rows of a witness by table."""
    tables = cast("Mapping[str, object]", witness.input["tables"])
    return {name: rows_of_result(shown) or [] for name, shown in tables.items()}


def rows_of_result(shown: object) -> list[Row] | None:
    """Rows as a witness writes them: with their columns, or bare."""
    if isinstance(shown, Mapping):
        shown = cast("Mapping[str, object]", shown).get("rows")
    if not isinstance(shown, Sequence) or isinstance(shown, str):
        return None
    return [tuple(row) for row in cast("Sequence[Sequence[str]]", shown)]


def _described(
    world: SmallWorld, pair: Pair, evidence: Evidence | None, found: list[tuple[str, str]]
) -> str:
    verdict = f"{evidence.relation} by {evidence.method} {evidence.reason}" if evidence else "none"
    reasons = "\n  ".join(why[:1_500] for _, why in found)
    return (
        f"({pair.kind})\n  {pair.reference.text}\n  {pair.candidate.text}\n"
        f"  {world.dialect} {world.readings}: {world.schema.ddl}\n  verdict {verdict}\n  {reasons}"
    )


def summary(tally: Tally) -> str:
    """The figures of a run, as lines."""
    counts = Counter((one.truth, one.relation) for one in tally.outcomes)
    relations = sorted({relation for _, relation in counts})
    lines = [f"{'the world knows':<18}" + "".join(f"{name:>12}" for name in relations)]
    for known in sorted({known for known, _ in counts}):
        cells = "".join(f"{counts[known, relation]:>12}" for relation in relations)
        lines.append(f"{known:<18}{cells}")
    times = sorted(one.ms for one in tally.outcomes)
    if times:
        median, p95 = times[len(times) // 2], times[len(times) * 95 // 100]
        lines.append(f"ms a pair: median {median:.1f}, p95 {p95:.1f}, most {times[-1]:.0f}")
    missed = [
        one.seed
        for one in tally.outcomes
        if (one.truth, one.relation) == (Compared.BEYOND, Relation.UNDECIDED)
    ]
    lines.append(f"undecided though a small database differs: {len(missed)} {missed[:20]}")
    reasons = Counter(
        re.sub(r"\d+", "N", one.reason) for one in tally.outcomes if one.relation == "undecided"
    )
    lines += [f"  {number:>6}  {reason[:150]}" for reason, number in reasons.most_common(12)]
    of = Counter(one.fault for one in tally.wrong)
    shown = ", ".join(f"{number} {fault}" for fault, number in of.most_common()) or "nothing wrong"
    lines.append(f"{len(tally.outcomes)} pairs: {shown}")
    return "\n".join(lines)
