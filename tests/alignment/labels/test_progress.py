"""What is known of a run's answers while its labels come in, through the desk."""

from __future__ import annotations

import json
from pathlib import Path
from textwrap import dedent

import numpy as np
import pytest

from judged_runs import CAREFUL, LENIENT, ROLES, Folder, labelled, make_folder
from jurist.alignment.labels.desk import Desk, open_desk
from jurist.alignment.labels.importing import import_labels
from jurist.errors import InputError
from jurist.records import LabelRole
from jurist.runs.results import results
from jurist.store import Store


@pytest.fixture
def folder(tmp_path: Path) -> Folder:
    return make_folder(tmp_path)


def _right(store: Store, run: str, generator: str | None = None) -> dict[str, bool]:
    return {
        each.task: each.candidate.query == each.case.reference
        for each in results(store, run)
        if generator in {None, each.generator}
    }


def _label(desk: Desk, right: dict[str, bool], count: int) -> None:
    for draw in desk.open_for("ada")[:count]:
        desk.record(draw, "ada", (5 if right[draw.task] else 2,), "")


def test_the_interval_narrows_around_the_truth_down_to_nothing(folder: Folder) -> None:
    store = folder.open()
    run = folder.run(cases=20, judges=(CAREFUL, LENIENT))
    right = _right(store, run)
    desk = open_desk(store, run, count=40)
    none = desk.pass_rate()
    assert (none.answers, none.labels, none.estimate.low, none.estimate.high) == (40, 0, 0, 1)
    truth, widths = np.mean(list(right.values())), [1.0]
    for _ in range(4):
        _label(desk, right, 10)
        known = desk.pass_rate()
        assert known.estimate.low - 1e-6 <= truth <= known.estimate.high + 1e-6
        widths.append(known.estimate.high - known.estimate.low)
    assert widths == sorted(widths, reverse=True)
    assert widths[-1] == pytest.approx(0, abs=1e-6)
    mean = np.mean([5 if each else 2 for each in right.values()])
    assert desk.mean_score().estimate.value == pytest.approx(mean)
    for name in ("good", "weak"):
        own = desk.pass_rate(generator=name)
        assert own.answers == 20
        assert own.estimate.value == pytest.approx(np.mean(list(_right(store, run, name).values())))
    # opened anew, the same labels say the same
    assert open_desk(store, run, count=10).pass_rate() == desk.pass_rate()
    store.close()


def test_a_judge_that_is_right_helps(tmp_path: Path) -> None:
    # Which answers are drawn follows from the module's name: a numbered one is another draw
    # after other tests, and in one of eight of them luck outweighs the judge.
    (tmp_path / "right_helps.py").write_text(dedent(ROLES))
    folder = Folder(tmp_path, "right_helps")
    store = folder.open()
    run = folder.run(cases=60, judges=(CAREFUL, LENIENT))
    desk = open_desk(store, run, count=30)
    _label(desk, _right(store, run), 30)
    careful, lenient = (desk.pass_rate(judge=name).estimate for name in ("careful", "lenient"))
    assert careful.half_width < lenient.half_width
    with pytest.raises(InputError, match="no judge 'nobody'"):
        desk.pass_rate(judge="nobody")
    with pytest.raises(InputError, match="no generator 'nobody'"):
        desk.mean_score(generator="nobody")
    store.close()


def test_labels_of_other_roles_and_brought_along_count_as_they_are(folder: Folder) -> None:
    store = folder.open()
    run = folder.run(cases=20)
    right = _right(store, run)
    tuning = open_desk(store, run, LabelRole.TUNE, count=6)
    _label(tuning, right, 6)
    desk = open_desk(store, run, count=10)
    _label(desk, right, 10)
    chosen = [task for task in right if task not in {label.task for label in desk.labels}][:3]
    rows = [{"task": task, "score": 5, "annotator": "eve"} for task in chosen]
    import_labels(store, run, "\n".join(map(json.dumps, rows)), where="eve.jsonl")
    desk.refresh()
    known = desk.pass_rate()
    assert (known.answers, known.labels, known.known, known.left) == (40, 10, 9, 21)
    passes = sum(label.scores[0] >= 4 for label in desk.labels)
    assert known.estimate.low >= passes / 40 - 1e-9
    assert known.estimate.high <= (passes + 21) / 40 + 1e-9
    store.close()


def test_two_annotators_count_as_one_label_between_them(folder: Folder) -> None:
    store = folder.open()
    run = folder.run(cases=10)
    rows = folder.export(run, "--count", "8")
    for name, score in (("ada", 5), ("bob", 2)):
        assert folder.label(run, [{**row, "scores": [score]} for row in labelled(rows, name)])
    known = open_desk(store, run).mean_score()
    assert known.labels == 8
    assert known.estimate.value == pytest.approx(3.5, abs=0.2)
    store.close()
