"""Labels follow an unchanged triple into later runs, and are put right without being lost."""

from __future__ import annotations

import json
import sqlite3
from pathlib import Path

import pytest

from judged_runs import LENIENT, Folder, labelled, make_folder
from jurist.alignment.cards.aligning import align_judges
from jurist.alignment.labels.desk import open_desk
from jurist.alignment.labels.importing import import_labels
from jurist.errors import AnnotationError
from jurist.records import Annotation, LabelRole
from jurist.runs import results
from jurist.store.carrying import is_carried, labels_of
from jurist.store.corrections import corrections_of


@pytest.fixture
def folder(tmp_path: Path) -> Folder:
    return make_folder(tmp_path)


def _labels(folder: Folder, run: str) -> tuple[Annotation, ...]:
    store = folder.open()
    try:
        return labels_of(store, run)
    finally:
        store.close()


def _answers(folder: Folder, run: str) -> dict[str, tuple[str, str | None]]:
    """By task its question and answer."""
    store = folder.open()
    try:
        return {r.task: (r.question.text, r.candidate.query) for r in results(store, run)}
    finally:
        store.close()


def _label_all(folder: Folder, run: str, *arguments: str, annotator: str = "ada") -> int:
    rows = labelled(folder.export(run, "--count", "500", *arguments), annotator)
    result = folder.label(run, rows, *arguments)
    assert result.exit_code == 0, result.output
    return len(rows)


def test_labels_follow_answers_that_have_not_changed(folder: Folder) -> None:
    first = folder.run(cases=20, name="first", judges=(LENIENT,))
    assert _label_all(folder, first) == 40
    later = folder.run(cases=20, name="later", judges=(LENIENT,), generators=("good", "wrong"))
    before = set(_answers(folder, first).values())
    answers = _answers(folder, later)
    carried = _labels(folder, later)
    assert {label.task for label in carried} == {
        task for task, answer in answers.items() if answer in before
    }
    assert 0 < len(carried) < len(answers)
    assert all(is_carried(label) and label.sampling_probability is None for label in carried)
    assert {label.run for label in carried} == {later}
    assert {tag for label in carried for tag in label.tags} == {f"carried:{first}"}


def test_what_was_carried_is_not_asked_again_and_counts_as_fully_labelled(folder: Folder) -> None:
    first = folder.run(cases=20, name="first", judges=(LENIENT,))
    _label_all(folder, first)
    later = folder.run(cases=20, name="later", judges=(LENIENT,), generators=("good", "wrong"))
    carried = {label.task for label in _labels(folder, later)}
    store = folder.open()
    try:
        desk = open_desk(store, later, LabelRole.TEST, count=500)
        drawn = {each.task for each in desk.draws}
        assert drawn == set(_answers(folder, later)) - carried
        (card,) = align_judges(store, later).measured[0].cards
        assert "unknown" in " ".join(card.notes)  # of the changed answers nothing is labelled
        rows = [json.loads(line) for line in desk.export(as_csv=False).splitlines()]
        lines = [json.dumps(row) for row in labelled(rows[:6], "bob")]
        import_labels(store, later, "\n".join(lines), where="labels")
        desk.refresh()
        measured = {label.task: label.sampling_probability for label in desk.labels}
        assert sum(chance is not None for chance in measured.values()) == 6
        (card,) = align_judges(store, later).measured[0].cards
        assert "unknown" not in " ".join(card.notes)
        assert card.tasks == len(carried) + 6
    finally:
        store.close()


def test_what_tuned_a_judge_anywhere_measures_none(folder: Folder) -> None:
    first = folder.run(cases=12, name="first", judges=(LENIENT,), generators=("good",))
    _label_all(folder, first, "--role", "tune")
    later = folder.run(cases=12, name="later", judges=(LENIENT,), generators=("again=good",))
    assert {label.role for label in _labels(folder, later)} == {LabelRole.TUNE}
    store = folder.open()
    try:
        with pytest.raises(AnnotationError, match="no answer left to annotate"):
            open_desk(store, later, LabelRole.TUNE)
    finally:
        store.close()


def test_a_correction_keeps_what_was_said_and_holds_wherever_it_was_carried(folder: Folder) -> None:
    first = folder.run(cases=12, name="first", judges=(LENIENT,), generators=("good",))
    _label_all(folder, first)
    later = folder.run(cases=12, name="later", judges=(LENIENT,), generators=("again=good",))
    wrong = _labels(folder, first)[0]
    answer = _answers(folder, first)[wrong.task]
    said = ("annotate", first, "--correct", wrong.task[:10], "--annotator", "ada")
    incomplete = folder.cli(*said, "--score", "3")
    assert "why" in str(incomplete.exception)
    done = folder.cli(*said, "--score", "3", "--score", "4", "--why", "an edge case")
    assert done.exit_code == 0, done.output
    after = {label.task: label for label in _labels(folder, first)}[wrong.task]
    assert after.scores == (3, 4)
    assert after.sampling_probability == wrong.sampling_probability
    (there,) = [
        label for label in _labels(folder, later) if _answers(folder, later)[label.task] == answer
    ]
    assert there.scores == (3, 4)
    store = folder.open()
    try:
        (correction,) = corrections_of(store, first)
        assert (correction.before, correction.by, correction.reason, correction.number) == (
            wrong, "ada", "an edge case", 1,
        )  # fmt: skip
    finally:
        store.close()
    again = folder.cli(*said, "--score", "3", "--score", "4", "--why", "once more")
    assert "3 or 4 of ada stands: nothing changed" in " ".join(again.output.split())
    history = folder.cli("annotate", first, "--history").output
    assert "once more" not in history
    assert "an edge case" in history
    assert "3 or 4" in history
    unknown = folder.cli("annotate", later, "--correct", there.task, "--annotator", "ada",
                         "--score", "1", "--why", "no")  # fmt: skip
    assert "corrected where it was given" in str(getattr(unknown.exception, "expected", ""))


def test_an_export_carries_what_annotators_are_asked(folder: Folder) -> None:
    run = folder.run(cases=4, judges=(LENIENT,))
    (row, *_) = folder.export(run)
    assert "How close is the candidate to the reference" in str(row["rubric_text"])
    path = folder.path / "tasks.csv"
    assert folder.cli("annotate", run, "--export", str(path)).exit_code == 0
    assert "How close is the candidate" in path.read_text()


_LATER = (
    "call_claims",
    "run_files",
    "run_studies",
    "task_counts",
    "log_places",
    "online_verdicts",
    "saved_answers",
    "sent_outcomes",
    "sent",
    "interactions",
    "queue_states",
    "queue_items",
    "queues",
    "sessions",
    "tokens",
    "users",
    "audit",
    "challenges",
)


def test_labels_of_an_older_store_hold_in_later_runs_too(folder: Folder) -> None:
    first = folder.run(cases=6, name="first", judges=(LENIENT,), generators=("good",))
    _label_all(folder, first)
    with sqlite3.connect(folder.place) as connection:  # as revision 0007 left it
        for statement in (
            "DROP INDEX ix_annotations_triple",
            "ALTER TABLE annotations DROP COLUMN triple",
            "DROP TABLE corrections",
            "ALTER TABLE runs DROP COLUMN key_mark",
            "ALTER TABLE runs DROP COLUMN shard",
            "ALTER TABLE tasks DROP COLUMN lost",
            *(f"DROP TABLE {name}" for name in _LATER),
            "DROP INDEX ix_tasks_finished",
            "DROP INDEX ix_cases_case",
            "UPDATE alembic_version SET version_num = '0007'",
        ):
            connection.execute(statement)
    connection.close()
    assert folder.cli("migrate").exit_code == 0
    later = folder.run(cases=6, name="later", judges=(LENIENT,), generators=("again=good",))
    assert len(_labels(folder, later)) == 6
