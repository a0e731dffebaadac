"""What a report is made of a stored run: whole, however long that takes."""

from __future__ import annotations

from pathlib import Path

import pytest

from judged_runs import make_folder
from jurist.columns import UNSORTED
from jurist.columns import shelf as shelves
from jurist.report.build import page_of, survey_of


def test_a_report_waits_until_every_mistake_is_sorted(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(shelves, "_PATIENCE_S", 0.0)  # nobody who looks at a page waits
    folder = make_folder(tmp_path)
    run = folder.run(cases=12, generators=("weak",))
    store = folder.open()
    weak = page_of(store, run, survey_of(store, run)).weaknesses
    store.close()
    assert weak is not None
    kinds = {loss.kind for loss in weak.losses}
    assert kinds
    assert UNSORTED not in kinds
