"""Runs of which a report shows only the worst answers."""

from __future__ import annotations

from pathlib import Path

import pytest

from jurist.report import build
from jurist.report.build import page_of, survey_of
from jurist.runs import results, run_study
from jurist.store import open_store
from studies import small_study

SOURCE = """
    def answer(question):
        return f"trait('age') > {question.split()[-1]}"

    def judge(question, reference, candidate, workspace):
        return 1 + int(question.split()[-1]) % 5
"""


def test_of_a_large_run_the_worst_answers_are_shown_in_the_run_s_order(
    tmp_path: Path, store_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(build, "MOST_ITEMS", 7)
    store = open_store(store_url)
    run = run_study(small_study(tmp_path, cases=30, source=SOURCE), store).run
    page = page_of(store, run, survey_of(store, run))
    assert page.left_out == 23
    shown = [item.case for item in page.items]
    # Six have the lowest score, of the next level the first.
    assert shown == [f"case-{number}" for number in (0, 1, 5, 10, 15, 20, 25)]
    assert {row.task for row in results(store, run)} > survey_of(store, run).worst
    store.close()
