"""Two systems that somebody chose, beside each other under one judge."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations

from jurist.alignment.comparison.comparing import compared_by_people
from jurist.alignment.comparison.corrected_pairs import RunLabels
from jurist.analysis.contrasts import Contrast, Unchanged, contrasts
from jurist.analysis.estimands import anchored_words
from jurist.analysis.pairing import Pair, System, pair_up
from jurist.analysis.scores import ScoreTable
from jurist.provenance import ordered


@dataclass(frozen=True, slots=True)
class OnePair:
    """Two systems under one judge."""

    first: System
    second: System
    judge: str
    contrasts: tuple[Contrast, ...]
    """By origin: real questions first, then authored, then synthetic ones; never pooled."""
    unchanged: tuple[Unchanged, ...]
    """Origins on whose questions the same generator gave the same answers."""
    notes: tuple[str, ...]

    @property
    def origins(self) -> tuple[str, ...]:
        """Those of questions that both were asked; the first decides."""
        return tuple(each.origin for each in (*self.contrasts, *self.unchanged))


def compare_pair(
    tables: Mapping[str, ScoreTable],
    people: RunLabels,
    first: System,
    second: System,
    judge: str,
    *,
    same_version: bool,
) -> OnePair:
    """Compare two systems as `compare_runs` does every two.

    Args:
        tables: Of their runs, by run.
        people: What people said, by run and task.
        first: The system that is subtracted.
        second: The other.
        judge: Whose scores.
        same_version: They are the same generator, as far as is known.
    """
    systems = (first, second)
    made = contrasts(tables, [systems], [judge], same_version=[systems] if same_version else [])
    compared, notes = compared_by_people(tables, people, made.compared)
    unpaired = tuple(
        f"{each.unpaired:,} {each.origin} questions were asked of one of the two alone, and are "
        "left out"
        for each in compared
        if each.unpaired
    )
    anchored = tuple(
        note
        for each in (*compared, *made.unchanged)
        for note in anchored_words(each.origin, (first.generator, second.generator))
    )
    return OnePair(first, second, judge, compared, made.unchanged, (*anchored, *unpaired, *notes))


def paired(tables: Mapping[str, ScoreTable], made: OnePair, origin: str) -> Pair:
    """The two systems' answers to the questions of an origin."""
    return pair_up(tables, made.first, made.second, made.judge, origin)


def best_against_others(
    table: ScoreTable, people: RunLabels, run: str, ranked: Sequence[str], judge: str
) -> tuple[Contrast, ...]:
    """The best generator of a run against each other one, by origin in the leaderboard's order.

    Corrected over all pairs of its generators and all judges, as reports do: whoever reads a
    leaderboard compares them all.

    Args:
        table: The run's.
        people: What people said, by run and task.
        run: Its id.
        ranked: The generators, the best first.
        judge: Whose scores.
    """
    tables = {run: table}
    pairs = [(System(run, worse), System(run, better)) for better, worse in combinations(ranked, 2)]
    made = contrasts(tables, pairs, table.judges)
    compared, _ = compared_by_people(tables, people, made.compared)
    best = [each for each in compared if (each.second.generator, each.judge) == (ranked[0], judge)]
    origins = ordered(each.origin for each in best)
    return tuple(
        sorted(
            best,
            key=lambda each: (origins.index(each.origin), ranked.index(each.first.generator)),
        )
    )
