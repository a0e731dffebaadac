"""Reading the scores of runs that are to be compared, and refusing those that cannot be."""

from __future__ import annotations

from collections.abc import Sequence

from jurist.alignment.comparable import RunFacts, differences, require_comparable
from jurist.analysis.scores import ScoreTable, score_table
from jurist.cli.stores import resolve_run
from jurist.cli.terminal import notices, plain
from jurist.errors import InputError
from jurist.runs.results import results
from jurist.store import Store
from jurist.store.runs import datasets_of, get_run


def read_tables(
    store: Store, runs: Sequence[str], *, allow_different: bool
) -> dict[str, ScoreTable]:
    """The scores of runs by id, in the order given.

    Raises:
        InputError: A run is not there or named twice, or they are not comparable.
    """
    found = [resolve_run(store, run) for run in runs]
    if len(set(found)) < len(found):
        raise InputError(
            f"a run is named twice: {', '.join(found)}",
            expected="different runs",
            fix="name each run once",
        )
    facts = [RunFacts(get_run(store, run), datasets_of(store, run)) for run in found]
    if allow_different:
        for other in facts[1:]:
            for difference in differences(facts[0], other):
                notices().print(plain(f"beware: {difference}"))
    else:
        require_comparable(facts)
    return {run: score_table(results(store, run)) for run in found}
