"""SQL's verdicts on recorded pairs: how many are decided, and how fast.

`python -m benchmarks.bench_sql [SET ...] --data DIR` prints each set's counts, times and arms
(`--table`: a row a set; `--cards`: recorded judges against evidence); the
figures of all sets come with the other benchmarks. Times are the process's own (CPU), so that
what else runs on the machine changes little.
"""

from __future__ import annotations

import argparse
import os
import sys
import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from benchmarks.measuring import is_quick
from benchmarks.sql_table import cards, kind_of, table
from jurist.errors import InputError, UnsupportedError
from jurist.evidence.pipeline import decide
from jurist.languages import get_language
from jurist.languages.sql.dialects import Dialect
from jurist.languages.sql.text.parsing import parse
from jurist.records import Evidence, Relation
from shared_data import DATA, data_folder
from sql_pairs import pairs, schema_of_pair

SETS: Final = ("spider_dail", "lss_neq", "lss_eq", "bird_dail", "sqlsolver_spark", "traps")
_DIALECTS: Final = {"lss_eq": Dialect.STANDARD, "sqlsolver_spark": Dialect.MYSQL}
"""Of the sets whose data does not say it, or another one than their text is."""
_PROVED: Final = frozenset({Relation.EQUIVALENT, Relation.REFINES})


@dataclass
class Measured:
    """What came of one set."""

    pairs: int = 0
    relations: Counter[str] = field(default_factory=Counter[str])
    by_label: Counter[tuple[str, str]] = field(default_factory=Counter[tuple[str, str]])
    arms: dict[str, float] = field(default_factory=dict[str, float])
    """Milliseconds."""
    times: list[float] = field(default_factory=list[float])
    """Milliseconds of each pair, sorted at the end."""
    kinds: Counter[str] = field(default_factory=Counter[str])
    """By the table's columns."""
    open: list[str] = field(default_factory=list[str])
    """The pairs that stay undecided, with the reason."""

    def add(self, pair: dict[str, Any], evidence: Evidence, spent_ms: float) -> None:
        """Count a verdict."""
        label = str(pair.get("relation") or pair.get("label") or "")
        self.relations[f"{evidence.relation} by {evidence.method}"] += 1
        self.by_label[label, str(evidence.relation)] += 1
        self.kinds[kind_of(evidence)] += 1
        self.times.append(spent_ms)
        for arm, spent in evidence.timings_ms.items():
            self.arms[arm] = self.arms.get(arm, 0.0) + spent
        if evidence.relation is Relation.UNDECIDED:
            self.open.append(f"{pair['id']}: {evidence.reason}")

    def share(self, *, of_proved: bool) -> float:
        """Percent of the pairs that are proved, or told apart."""
        chosen = [
            number
            for name, number in self.relations.items()
            if (name.split(" by ")[0] in _PROVED) == of_proved and not name.startswith("undecided")
        ]
        return 100 * sum(chosen) / self.pairs if self.pairs else 0.0

    def percentile(self, share: float) -> float:
        """Milliseconds that so much of the pairs stay below."""
        return sorted(self.times)[min(len(self.times) - 1, int(share * len(self.times)))]

    @property
    def per_s(self) -> float:
        """Pairs a second, in one process."""
        return 1000 * len(self.times) / sum(self.times)


def bench() -> dict[str, float]:
    """Percent decided and milliseconds, by set; nothing where the data is not there."""
    if not data_folder().is_dir():
        return {}
    figures: dict[str, float] = {}
    most = 60 if is_quick() else None
    sets = {name: measure(name, most=most) for name in SETS}
    for line in (*table(sets), "", *cards(evidence_on, most=most)):
        print(line, file=sys.stderr)
    for name, found in sets.items():
        figures |= {
            f"{name}_proved_percent": found.share(of_proved=True),
            f"{name}_told_apart_percent": found.share(of_proved=False),
            f"{name}_median_ms": found.percentile(0.5),
            f"{name}_p95_ms": found.percentile(0.95),
            f"{name}_pairs_per_s": found.per_s,
        }
    return figures


def measure(name: str, *, most: int | None = None) -> Measured:
    """Judge the pairs of a set, one after the other.

    Args:
        name: Of its file.
        most: Pairs at most; `None`: all.
    """
    found = Measured()
    for pair in pairs(name)[:most]:
        found.pairs += 1
        began = time.process_time()
        try:
            evidence = _evidence(pair, _DIALECTS.get(name))
        except (InputError, UnsupportedError) as error:
            found.relations["no query"] += 1
            found.open.append(f"{pair['id']}: {str(error).splitlines()[0]}")
            continue
        found.add(pair, evidence, 1000 * (time.process_time() - began))
    return found


def evidence_on(pair: dict[str, Any]) -> Evidence | None:
    """What all arms say of a pair; `None` where it is none under its schema."""
    try:
        return _evidence(pair, None)
    except (InputError, UnsupportedError):
        return None


def _evidence(pair: dict[str, Any], dialect: Dialect | None) -> Evidence:
    schema = schema_of_pair(pair, dialect=dialect)
    reference, candidate = (parse(pair[side], schema) for side in ("reference", "candidate"))
    return decide(get_language("sql"), reference, candidate, schema)


def main(arguments: Sequence[str] | None = None) -> None:
    """Print what comes of the sets that are named."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("sets", nargs="*", help=f"of {', '.join(SETS)}; default: all")
    parser.add_argument("--data", type=Path, help="the folder that holds sql/pairs")
    parser.add_argument("--most", type=int, help="pairs of a set")
    parser.add_argument("--table", action="store_true", help="as Markdown, a row a set")
    parser.add_argument("--cards", action="store_true", help="of the recorded judges")
    parser.add_argument("--open", action="store_true", help="list what stays undecided")
    options = parser.parse_args(arguments)
    if options.data is not None:
        os.environ[DATA] = str(options.data)
    if unknown := sorted({*options.sets} - {*SETS}):
        parser.error(f"no set {', '.join(unknown)}; there are {', '.join(SETS)}")
    if options.cards:
        print("\n".join(cards(evidence_on, most=options.most)))
        return
    sets = {name: measure(name, most=options.most) for name in options.sets or SETS}
    if options.table:
        print("\n".join(table(sets)))
        return
    for name, found in sets.items():
        _print(name, found, lists_open=options.open)


def _print(name: str, found: Measured, *, lists_open: bool) -> None:
    print(f"{name}: {found.pairs} pairs")
    for relation, number in sorted(found.relations.items()):
        print(f"  {number:5} {relation}")
    if any(label for label, _ in found.by_label):
        for (label, relation), number in sorted(found.by_label.items()):
            print(f"  {number:5} {label or 'no label'} -> {relation}")
    print(
        f"  median {found.percentile(0.5):.1f} ms, p95 {found.percentile(0.95):.1f} ms, "
        f"{found.per_s:.1f} pairs a second; proved {found.share(of_proved=True):.1f} %, "
        f"told apart {found.share(of_proved=False):.1f} %"
    )
    spent = ", ".join(f"{arm} {ms / 1000:.1f} s" for arm, ms in found.arms.items())
    print(f"  arms (by the clock): {spent}")
    for line in found.open if lists_open else ():
        print(f"  {line[:300]}")


if __name__ == "__main__":
    main()
