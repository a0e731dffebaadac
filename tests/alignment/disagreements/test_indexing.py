"""Disagreements from columns are those of the whole records."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path

import pytest

from judged_runs import CAREFUL, LENIENT, PANEL, SILENT, labelled, make_folder
from jurist.alignment.casting import judges_of
from jurist.alignment.disagreements.indexing import (
    from_records,
    hides_proofs,
    index_columns,
    listed,
)
from jurist.alignment.disagreements.reviewing import find_disagreements
from jurist.columns import Shelf
from jurist.store.annotations import (
    Ruling,
    Settlement,
    annotations_of,
    settle,
    settlements_of,
)
from jurist.store.runs import datasets_of, get_run

CASCADE = "{{cascade: [proof, " + CAREFUL + "], name: careful-cascade}}"


@pytest.mark.parametrize(
    "judges",
    [
        (CAREFUL, LENIENT),
        ("proof", CAREFUL, LENIENT, SILENT),
        (CASCADE, LENIENT),
        (PANEL, LENIENT),
    ],
)
@pytest.mark.parametrize("with_people", [False, True])
def test_they_are_those_of_the_records(
    tmp_path: Path, judges: tuple[str, ...], with_people: bool
) -> None:
    folder = make_folder(tmp_path)
    run = folder.run(cases=25, judges=judges, generators=("good", "weak", "wrong"))
    if with_people:
        rows = folder.export(run, "--count", "30")
        folder.label(run, labelled(rows))
        folder.label(run, [{**row, "scores": [3]} for row in labelled(rows[:10], "bob")])
    with closing(folder.open()) as store:
        players = judges_of(get_run(store, run), datasets_of(store, run))
        assert not hides_proofs(players)
        found = find_disagreements(store, run)
        assert found
        first = found[0]
        settle(store, Settlement(run, first.task, first.judge, Ruling.JUDGE_WRONG, "eve"))
        expected = from_records(find_disagreements(store, run))
        columns = Shelf(store, None).sorted(run)
        told = listed(
            columns,
            index_columns(columns, players),
            annotations_of(store, run),
            settlements_of(store, run),
            players,
        )
    assert _plain(told) == _plain(expected)


def _plain(found: tuple[object, ...]) -> list[str]:
    return sorted(str(each).partition(", task=")[2] for each in found)
