"""Two systems beside each other, computed once for each state of their runs and labels."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from jurist.alignment.comparison.comparable import RunFacts, differences
from jurist.alignment.comparison.comparing import same_version
from jurist.alignment.comparison.corrected_pairs import labels_of_runs
from jurist.alignment.comparison.one_pair import OnePair, compare_pair, paired
from jurist.analysis.moves import Moves, PairedSlice, moves_of, paired_slices
from jurist.analysis.pairing import Pair, System
from jurist.analysis.scores import Item, ScoreTable, score_table_of
from jurist.analysis.slices import TAG
from jurist.columns import CONSTRUCT, Columns, Dimension, Shelf, cases_with, tags_in
from jurist.store import Store
from jurist.store.marks import marks_of
from jurist.store.runs import datasets_of
from jurist.web.kept import Kept
from jurist.web.names import run_of

_MOST_TAGS: Final = 12
"""Tags by which a difference is told, and constructs: the commonest."""


@dataclass(frozen=True, slots=True)
class Details:
    """On the questions of one origin: who moved where, and the difference by part."""

    pair: Pair
    moves: Moves
    slices: tuple[PairedSlice, ...]
    parts: Mapping[str, NDArray[np.bool_]]
    """By what addresses call a slice (`tag:window`): which of the questions are in it."""


class Comparisons:
    """The comparisons of a store's systems that were asked for.

    Args:
        store: The store.
        shelf: Its columns.
    """

    def __init__(self, store: Store, shelf: Shelf) -> None:
        self._store, self._shelf = store, shelf
        self._made: Kept[OnePair] = Kept(64)
        self._details: Kept[Details] = Kept(64)

    def of(self, first: System, second: System, judge: str) -> OnePair:
        """Two systems under a judge."""
        key = self._key(first, second, judge)
        return self._made.get(key, lambda: self._compare(first, second, judge))

    def details(self, made: OnePair, origin: str) -> Details:
        """The questions of one origin that both were asked."""
        key = *self._key(made.first, made.second, made.judge), origin
        return self._details.get(key, lambda: self._detail(made, origin))

    def _key(self, first: System, second: System, judge: str) -> tuple[object, ...]:
        systems = (first, second)
        return *systems, judge, *(marks_of(self._store, each.run) for each in systems)

    def _tables(self, *systems: System) -> dict[str, ScoreTable]:
        return {each.run: score_table_of(self._shelf.columns(each.run)) for each in systems}

    def _compare(self, first: System, second: System, judge: str) -> OnePair:
        tables = self._tables(first, second)
        return compare_pair(
            tables,
            labels_of_runs(self._store, list(tables)),
            first,
            second,
            judge,
            same_version=same_version(self._store, first, second),
        )

    def _detail(self, made: OnePair, origin: str) -> Details:
        pair = paired(self._tables(made.first, made.second), made, origin)
        names = made.first.generator, made.second.generator
        parts = dict(_parts(self._shelf.columns(made.second.run), pair.items))
        named = {f"{by}:{value}": chosen for (by, value), chosen in parts.items()}
        return Details(pair, moves_of(pair), paired_slices(pair, names, parts), named)


def differing(store: Store, first: System, second: System) -> tuple[str, ...]:
    """What differs between two systems' runs besides their generators."""
    if first.run == second.run:
        return ()
    facts = [
        RunFacts(run_of(store, each.run), datasets_of(store, each.run)) for each in (first, second)
    ]
    return differences(*facts)


def _parts(
    columns: Columns, items: Sequence[Item]
) -> Iterator[tuple[tuple[str, str], NDArray[np.bool_]]]:
    """Which items are of each dataset, where there are several, and of each common tag."""
    datasets = [item.dataset for item in items]
    several = list(dict.fromkeys(datasets))
    if len(several) > 1:
        for name in several:
            yield (
                (Dimension.DATASET.value, name),
                np.array([each == name for each in datasets], dtype=np.bool_),
            )
    numbers = {case: number for number, case in enumerate(columns.named_cases)}
    of_items = np.array([numbers[item.dataset, item.case] for item in items], dtype=np.int64)
    for begins in (False, True):
        of_kind = [tag for tag in tags_in(columns) if tag.startswith(CONSTRUCT) is begins]
        having = {tag: cases_with(columns, tag)[of_items] for tag in of_kind}
        for tag in sorted(having, key=lambda tag: -int(having[tag].sum()))[:_MOST_TAGS]:
            if having[tag].any():
                yield (TAG, tag), having[tag]
