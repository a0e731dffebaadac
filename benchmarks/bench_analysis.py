"""A million verdicts analysed: means with intervals, comparisons, variance shares.

Run it alone for its figures: python benchmarks/bench_analysis.py
"""

from __future__ import annotations

import resource
import time
from collections.abc import Iterator

from jurist.analysis.contrasts import contrasts, pairs_of_systems
from jurist.analysis.leaderboard import leaderboard
from jurist.analysis.pairing import System
from jurist.analysis.scores import score_table
from jurist.analysis.variance import shares_of_variance
from jurist.records import Candidate, Case, Origin, Question, Verdict
from jurist.runs.results import Result

CASES, QUESTIONS, GENERATORS, JUDGES = 25_000, 5, 4, 2


def _verdicts() -> Iterator[Result]:
    """CASES x QUESTIONS x GENERATORS x JUDGES verdicts, as a store's reader yields them."""
    answer = Candidate("trait('age') > 3")
    state = 1
    for number in range(CASES):
        case = Case(f"case-{number}", f"trait('age') > {number}")
        for ordinal in range(QUESTIONS):
            question = Question(f"q{ordinal}", f"older than {number}, {ordinal}", Origin.SYNTHETIC)
            for generator in range(GENERATORS):
                task = f"{number}/{ordinal}/{generator}"
                for judge in range(JUDGES):
                    state = (1_103_515_245 * state + 12_345) % 2**31
                    level = 1 + (state >> 16) % 5
                    score = float(min(5, level + (generator == number % 7)))
                    yield Result(
                        "bench",
                        case,
                        question,
                        f"generator-{generator}",
                        answer,
                        f"judge-{judge}",
                        Verdict(f"judge-{judge}", score),
                        task,
                    )


def bench() -> dict[str, float]:
    """Seconds of each part (the making of the verdicts apart), and the peak memory."""
    figures: dict[str, float] = {"verdicts": CASES * QUESTIONS * GENERATORS * JUDGES}
    started = time.perf_counter()
    for _ in _verdicts():
        pass
    making = time.perf_counter() - started
    figures["making_seconds"] = making

    started = time.perf_counter()
    standings = leaderboard(_verdicts())
    figures["leaderboard_seconds"] = time.perf_counter() - started - making

    started = time.perf_counter()
    table = score_table(_verdicts())
    figures["columns_seconds"] = time.perf_counter() - started - making

    started = time.perf_counter()
    tables = {"run": table}
    found = contrasts(tables, pairs_of_systems(tables), table.judges).compared
    figures["comparison_seconds"] = time.perf_counter() - started

    started = time.perf_counter()
    systems = [System("run", name) for name in table.generators]
    shares_of_variance(tables, systems, table.judges)
    figures["variance_seconds"] = time.perf_counter() - started

    figures["standings"] = len(standings)
    figures["comparisons"] = len(found)
    figures["analysis_seconds"] = sum(
        figures[f"{part}_seconds"] for part in ("leaderboard", "columns", "comparison", "variance")
    )
    figures["peak_megabytes"] = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    return figures


if __name__ == "__main__":
    for name, value in bench().items():
        print(f"{name:<22} {value:,.2f}")
