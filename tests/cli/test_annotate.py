"""`jurist annotate`: asking, resuming, blindness, files in and out, roles."""

from __future__ import annotations

import csv
import json
import re
from pathlib import Path

import pytest

from judged_runs import LENIENT, Folder, labelled, make_folder
from jurist.errors import AnnotationError, InputError
from jurist.records import Annotation, LabelRole
from jurist.store.annotations import annotations_of


@pytest.fixture
def folder(tmp_path: Path) -> Folder:
    return make_folder(tmp_path)


def _labels(folder: Folder, run: str) -> list[Annotation]:
    store = folder.open()
    try:
        return list(annotations_of(store, run))
    finally:
        store.close()


def test_a_session_is_blind_stores_scores_and_goes_on_where_it_stopped(folder: Folder) -> None:
    run = folder.run(cases=12)
    asked = ("annotate", run, "--annotator", "ada", "--count", "5")
    first = folder.cli(*asked, typed="4 5\nclose enough\nx\n2\n\nq\n")
    assert first.exit_code == 0, first.output
    assert "2 labels stored; 3 of 5 tasks open for ada" in first.output
    assert "from 1 to 5" in first.output  # the answer to "x"
    for hidden in ("good", "weak", "careful", "lenient", "near enough"):
        assert hidden not in first.output
    labels = _labels(folder, run)
    assert {label.scores for label in labels} == {(4, 5), (2,)}
    assert {label.rationale for label in labels} == {"close enough", ""}
    assert {label.role for label in labels} == {LabelRole.TEST}
    second = folder.cli(*asked, typed="1\n\n" * 9)
    assert "Task 3 of 5" in second.output
    assert "Task 1 of 5" not in second.output
    assert len({label.task for label in _labels(folder, run)}) == 5
    third = folder.cli(*asked)
    assert "0 labels stored; 0 of 5 tasks open" in third.output


def test_back_takes_the_last_answer_back_and_skip_leaves_a_task_open(folder: Folder) -> None:
    run = folder.run(cases=8)
    typed = "1\nwrong\nb\n5\nright\ns\nq\n"
    result = folder.cli("annotate", run, "--annotator", "ada", "--count", "4", typed=typed)
    assert "1 label stored; 3 of 4" in result.output
    (label,) = _labels(folder, run)
    assert (label.scores, label.rationale) == ((5,), "right")


def test_the_end_of_the_input_stores_what_was_answered(folder: Folder) -> None:
    run = folder.run(cases=8)
    result = folder.cli("annotate", run, "--annotator", "ada", typed="3\n\n4\n")
    assert "1 label stored" in result.output
    assert [label.scores for label in _labels(folder, run)] == [(3,)]


def test_reveal_shows_the_verdicts_after_the_answer(folder: Folder) -> None:
    run = folder.run(cases=8, generators=("good",))
    result = folder.cli("annotate", run, "--annotator", "ada", "--reveal", typed="3\n\n\nq\n")
    before, _, after = result.output.partition("why (may be empty)")
    assert "lenient" not in before
    assert "careful" in after
    assert "good" in after


def test_several_annotators_are_asked_the_same(folder: Folder) -> None:
    run = folder.run(cases=20)
    for name in ("ada", "bob"):
        folder.cli("annotate", run, "--annotator", name, "--count", "6", typed="3\n\n" * 6)
    by_annotator: dict[str, set[str]] = {}
    for label in _labels(folder, run):
        by_annotator.setdefault(label.annotator, set()).add(label.task)
    assert by_annotator["ada"] == by_annotator["bob"]
    assert len(by_annotator["ada"]) == 6


def test_chances_follow_from_what_is_labelled_and_grow_with_the_draw(folder: Folder) -> None:
    run = folder.run(cases=40)
    for count in ("10", "30"):
        rows = folder.export(run, "--count", count)
        assert folder.label(run, labelled(rows)).exit_code == 0
    labels = _labels(folder, run)
    assert len(labels) == 30
    # Horvitz-Thompson: the inverse chances of the labelled add up to all answers of the run
    weights = sum(1 / (label.sampling_probability or 0) for label in labels)
    assert weights == pytest.approx(80)


def test_an_export_says_nothing_of_judges_and_comes_back_as_csv(folder: Folder) -> None:
    run = folder.run(cases=10)
    path = folder.path / "tasks.csv"
    assert folder.cli("annotate", run, "--export", str(path), "--count", "6").exit_code == 0
    text = path.read_text()
    for hidden in ("good", "weak", "careful", "lenient", "split", "near"):
        assert hidden not in text
    rows = list(csv.DictReader(text.splitlines()))
    assert len(rows) == 6
    for row in rows[:4]:
        row.update(score="4", also_acceptable="5", annotator="ada", rationale="=1+1")
    with path.open("w", newline="") as file:
        writer = csv.DictWriter(file, rows[0].keys())
        writer.writeheader()
        writer.writerows(rows)
    result = folder.cli("annotate", run, "--import", str(path))
    assert "4 new labels" in result.output
    assert {(x.scores, x.rationale) for x in _labels(folder, run)} == {((4, 5), "=1+1")}
    again = folder.cli("annotate", run, "--import", str(path))
    assert "0 new labels with the role test, 4 were there already" in again.output


def test_a_label_of_another_role_is_refused_and_nothing_is_stored(folder: Folder) -> None:
    run = folder.run(cases=10)
    rows = folder.export(run, "--count", "4")
    assert folder.label(run, labelled(rows[:2])).exit_code == 0
    tuning = [{**row, "role": "tune"} for row in labelled(rows, "bob")]
    refused = folder.label(run, list(reversed(tuning)))
    assert isinstance(refused.exception, AnnotationError)
    assert "one role a task" in str(refused.exception)
    assert len(_labels(folder, run)) == 2


def test_tasks_of_another_role_are_not_drawn(folder: Folder) -> None:
    run = folder.run(cases=10, generators=("good",), judges=(LENIENT,))
    tuned = folder.export(run, "--count", "4", "--role", "tune")
    assert folder.label(run, labelled(tuned), "--role", "tune").exit_code == 0
    rows = folder.export(run, "--count", "100")
    assert not {row["task"] for row in rows} & {row["task"] for row in tuned}
    assert len(rows) == 6


@pytest.mark.parametrize(
    ("row", "problem"),
    [
        ({"task": "nowhere", "annotator": "ada", "score": 3}, "no task 'nowhere'"),
        ({"task": None, "score": 3}, "task"),
        ({"score": 6}, "the score is \\[6\\]"),
        ({"score": 3, "annotator": ""}, "the annotator is ''"),
        ({"score": 3, "annotator": "ada", "sampling_probability": 0}, "sampling probability is 0"),
    ],
)
def test_a_bad_line_is_named(folder: Folder, row: dict[str, object], problem: str) -> None:
    run = folder.run(cases=4)
    task = folder.export(run, "--count", "1")[0]["task"]
    given: dict[str, object] = {"task": task, "annotator": "x", **row}
    result = folder.label(run, [given])
    assert isinstance(result.exception, AnnotationError)
    with pytest.raises(AnnotationError, match=problem):
        raise result.exception
    assert "line 1" in str(result.exception)


def test_hostile_texts_reach_no_terminal(folder: Folder) -> None:
    run = folder.run(cases=4)
    cases = folder.path / "cases.jsonl"
    lines = [json.loads(line) for line in cases.read_text().splitlines()]
    for line in lines:
        line["questions"][0]["text"] = f"\x1b[31m[red]{line['id']}[/] older than 3"
    (folder.path / "evil.jsonl").write_text("".join(json.dumps(x) + "\n" for x in lines))
    text = (folder.path / "study.yaml").read_text().replace("cases.jsonl", "evil.jsonl")
    from jurist.runs import parse_study, run_study

    store = folder.open()
    run = run_study(parse_study(text, folder=folder.path), store).run
    store.close()
    result = folder.cli("annotate", run, "--annotator", "ada", typed="q\n")
    assert "\x1b[31m" not in result.output
    assert "[red]" in result.output


def test_without_a_name_nothing_is_asked(folder: Folder) -> None:
    run = folder.run(cases=4)
    result = folder.cli("annotate", run, typed="3\n")
    assert isinstance(result.exception, InputError)
    assert "--annotator NAME" in str(result.exception)


def test_a_session_ends_in_what_people_would_pass(folder: Folder) -> None:
    run = folder.run(cases=20)
    asked = ("annotate", run, "--annotator", "ada", "--count", "30")
    none = folder.cli(*asked, typed="q\n")
    assert "Nothing is known of these 40 answers yet" in none.output
    some = folder.cli(*asked, typed="5\n\n" * 12 + "q\n")
    said = " ".join(some.output.split())
    assert re.search(
        r"People would pass \d+ to 100 % of these 40 answers, by 12 answers labelled for test", said
    )
    assert re.search(r"\(valid whenever you stop\); about \d+ more would halve that", said)


def test_until_asks_no_more_than_is_needed(folder: Folder) -> None:
    run = folder.run(cases=20)
    asked = ("annotate", run, "--annotator", "ada", "--count", "40", "--until", "0.15")
    first = folder.cli(*asked, typed="5\n\n" * 40)
    said = " ".join(first.output.split())
    assert "enough is known: stop" in said
    stored = len(_labels(folder, run))
    assert 5 < stored < 35
    again = folder.cli(*asked)
    assert "Task" not in again.output
    assert "0 labels stored" in again.output
    assert len(_labels(folder, run)) == stored


def test_export_and_import_say_what_is_known_and_what_is_missing(folder: Folder) -> None:
    run = folder.run(cases=40)
    rows = labelled(folder.export(run, "--count", "14"))
    for number, row in enumerate(rows):
        row["scores"] = [5 if number % 3 else 2]
    taken = folder.label(run, rows, "--count", "14", "--until", "0.1")
    said = " ".join(taken.output.split())
    more = re.search(r"about (\d+) more would make that ±10 points", said)
    assert more is not None
    assert f"more are drawn with --count {14 + int(more[1])}" in said
    path = folder.path / "tasks.jsonl"
    written = folder.cli("annotate", run, "--export", str(path), "--count", "14")
    assert "of these 80 answers, by 14 answers labelled for test" in " ".join(
        written.output.split()
    )


def test_a_file_that_says_another_role_than_the_command_line_is_refused(folder: Folder) -> None:
    run = folder.run(cases=20)
    rows = labelled(folder.export(run, "--count", "8"))
    refused = folder.label(run, rows, "--role", "tune")
    assert isinstance(refused.exception, AnnotationError)
    assert "the file says test, you said tune" in str(refused.exception)
    assert "line 1" in str(refused.exception)
    assert not _labels(folder, run)


def test_labels_keep_the_role_of_their_file_and_the_sentence_speaks_of_it(folder: Folder) -> None:
    run = folder.run(cases=20)
    rows = labelled(folder.export(run, "--count", "12", "--role", "tune"))
    taken = folder.label(run, rows)
    said = " ".join(taken.output.split())
    assert "12 new labels with the role tune, 0 were there already" in said
    assert "of these 40 answers, by 12 answers labelled for tune" in said
    assert {label.role for label in _labels(folder, run)} == {LabelRole.TUNE}


def test_a_file_of_two_roles_is_counted_by_role(folder: Folder) -> None:
    run = folder.run(cases=20)
    rows = labelled(folder.export(run, "--count", "8"))
    taken = folder.label(run, [*rows[:5], *({**row, "role": "dev"} for row in rows[5:])])
    said = " ".join(taken.output.split())
    assert "5 new labels with the role test, 3 new labels with the role dev, 0 were" in said
    assert "by 5 answers labelled for test and 3 known scores" in said
    assert "but for 8 known scores: none drawn for dev has a label" in said


def test_a_draw_for_another_role_says_nothing_of_these_labels(folder: Folder) -> None:
    run = folder.run(cases=20)
    rows = labelled(folder.export(run, "--count", "6"))
    bare = [{key: cell for key, cell in row.items() if key != "role"} for row in rows]
    assert folder.label(run, bare, "--role", "dev").exit_code == 0
    labels = _labels(folder, run)
    assert {label.role for label in labels} == {LabelRole.DEV}
    assert {(label.tags, label.sampling_probability) for label in labels} == {((), None)}


def test_answers_are_counted_once_and_annotators_may_differ(folder: Folder) -> None:
    run = folder.run(cases=20)
    rows = labelled(folder.export(run, "--count", "12"))
    assert "differ" not in folder.label(run, rows).output
    others = [{**row, "annotator": "bob", "scores": [1]} for row in rows[:4]]
    said = " ".join(folder.label(run, others).output.split())
    assert "4 new labels with the role test" in said
    assert "by 12 answers labelled for test" in said
    assert "annotators differ on 4 of the 4 answers that several labelled" in said


@pytest.mark.parametrize("separator", [";", "\t", ","])
def test_labels_come_back_from_any_spreadsheet(folder: Folder, separator: str) -> None:
    run = folder.run(cases=10)
    rows = folder.export(run, "--count", "6")
    path = folder.path / "sheet.csv"
    with path.open("w", newline="") as file:
        writer = csv.writer(file, delimiter=separator)
        writer.writerow(("task", "question", "annotator", "score", "sampling_probability"))
        for row in rows:  # a decimal comma too, as spreadsheets write it beside semicolons
            writer.writerow((row["task"], row["question"], "ada", "4,0", "0,5"))
    result = folder.cli("annotate", run, "--import", str(path))
    assert result.exit_code == 0, result.exception
    assert {(x.scores, x.sampling_probability) for x in _labels(folder, run)} == {((4,), 0.5)}
