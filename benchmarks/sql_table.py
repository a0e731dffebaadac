"""The table of SQL's recorded sets and the cards of recorded judges against it, as Markdown."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from typing import TYPE_CHECKING, Any, Final

from jurist.records import Evidence, Relation
from shared_data import data_folder

if TYPE_CHECKING:
    from benchmarks.bench_sql import Measured

JUDGES: Final = {"GPT-4-Turbo": "GPT4Turbo", "GPT-3.5-Turbo": "GPT3.5"}
"""Whose verdicts on 1,034 pairs are recorded, and how their files are called."""
_AIMS: Final = {
    "spider_dail": "99 % proved or refuted, 0 open; 80 a second, median 5 ms, p95 60 ms",
    "lss_neq": "88 refuted",
    "lss_eq": "80 proved, 0 refuted",
    "bird_dail": "96 % proved, refuted or none up to k; 30 a second",
    "sqlsolver_spark": "53 proved",
    "traps": "every relation right",
}
_COLUMNS: Final = ("proved", "refuted", "none up to k", "open")


def kind_of(evidence: Evidence) -> str:
    """Under which of the table's columns a verdict counts."""
    if evidence.relation in {Relation.EQUIVALENT, Relation.REFINES}:
        return "proved"
    if evidence.relation is not Relation.UNDECIDED:
        return "refuted"
    return "none up to k" if "none up to" in evidence.reason else "open"


def table(sets: Mapping[str, Measured]) -> Iterator[str]:
    """A row for each set that was measured."""
    yield f"| set | pairs | {' | '.join(_COLUMNS)} | median ms | p95 ms | pairs a second | aim |"
    yield "|---|---|---|---|---|---|---|---|---|---|"
    for name, found in sets.items():
        counts = found.kinds.copy()
        counts["open"] += found.pairs - counts.total()  # what is no query here
        cells = " | ".join(str(counts[column]) for column in _COLUMNS)
        times = f"{found.percentile(0.5):.1f} | {found.percentile(0.95):.0f} | {found.per_s:.0f}"
        yield f"| {name} | {found.pairs} | {cells} | {times} | {_AIMS.get(name, '')} |"


def cards(
    decide: Callable[[dict[str, Any]], Evidence | None], *, most: int | None = None
) -> Iterator[str]:
    """What evidence says of each judge's verdicts: how often they are confirmed and refuted.

    Args:
        decide: The evidence on a pair; `None` where it is none under its schema.
        most: Pairs at most; `None`: all.
    """
    yield f"| judge | says | pairs | {' | '.join(_COLUMNS)} |"
    yield "|---|---|---|---|---|---|---|"
    known: dict[int, Evidence | None] = {}
    for judge, file in JUDGES.items():
        counts: dict[str, Counter[str]] = {}
        for line in _verdicts(file)[:most]:
            number = line["id"]
            if number not in known:
                pair = {"id": number, "reference": line["gold"], "candidate": line["pred"]}
                known[number] = decide(pair | {"schema": f"spider/{line['db']}"})
            evidence = known[number]
            kind = "open" if evidence is None else kind_of(evidence)
            counts.setdefault(line["verdict"], Counter())[kind] += 1
        for verdict, kinds in sorted(counts.items()):
            cells = " | ".join(str(kinds[column]) for column in _COLUMNS)
            yield f"| {judge} | {verdict} | {kinds.total()} | {cells} |"


def _verdicts(file: str) -> list[dict[str, Any]]:
    path = data_folder() / "sql" / "llm_sql_solver" / f"{file}_judge_DAIL_formal.jsonl"
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
