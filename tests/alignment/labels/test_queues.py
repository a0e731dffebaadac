"""Stored draws: the desk's own chances without its run, several annotators, undo."""

from __future__ import annotations

from collections.abc import Generator
from contextlib import closing
from pathlib import Path

import pytest
from sqlalchemy import select, update

from judged_runs import make_folder
from jurist.alignment.labels.desk import open_desk
from jurist.alignment.labels.frames import frame_of_queue, places_in
from jurist.alignment.labels.importing import import_labels
from jurist.alignment.labels.progress import Progress
from jurist.alignment.labels.queue_labels import (
    EnoughLabelsError,
    Flag,
    Given,
    WithdrawnError,
    begun_of,
    keep_draft,
    save_label,
    skip,
    withdraw_label,
)
from jurist.alignment.labels.queue_progress import known_of
from jurist.alignment.labels.queues import ask, make_queue, standing_of
from jurist.errors import AnnotationError, InputError
from jurist.records import LabelRole
from jurist.runs.results import results
from jurist.store import Store
from jurist.store.annotation_queues import AnnotationQueue
from jurist.store.annotations import AnotherLabelError, annotations_of
from jurist.store.carrying import own_labels_of
from jurist.store.corrections import corrections_of
from jurist.store.queue import Stage
from jurist.store.runs import get_run
from jurist.store.tables import RUNS, TASKS

SCORES = (5, 2, 4, 1, 3)


@pytest.fixture
def store(tmp_path: Path) -> Generator[Store]:
    folder = make_folder(tmp_path)
    folder.run(cases=20)
    store = folder.open()
    yield store
    store.close()


def _queue(
    store: Store,
    *,
    annotators: tuple[str, ...] = (),
    labels: int = 0,
    role: LabelRole = LabelRole.TEST,
    count: int = 12,
) -> AnnotationQueue:
    return make_queue(
        store, "study", name="first", by="eve", role=role, count=count,
        annotators=annotators, labels_per_item=labels,
    )  # fmt: skip


@pytest.mark.parametrize("role", LabelRole)
def test_chances_and_progress_are_the_desks_own_after_each_label(
    store: Store, role: LabelRole
) -> None:
    other = LabelRole.DEV if role is LabelRole.TUNE else LabelRole.TUNE
    before = open_desk(store, "study", other, count=3, seed=5)
    before.record(before.draws[0], "zoe", (3,), "")
    queue = _queue(store, role=role)
    rivals = open_desk(store, "study", role, count=30, seed=9)
    strangers = iter(rivals.draws)
    later = iter(before.draws[1:])
    for number, task in enumerate(ask(store, queue, "ada").open[:8]):
        given = Given((SCORES[number % 5],), "because")
        if number == 3:  # somebody at a terminal, with another seed, is at it too
            rivals.record(next(d for d in strangers if d.task != task), "bob", (4,), "")
        if number == 5:  # and an answer is taken for another role
            draw = next(later)
            if draw.task in {label.task for label in annotations_of(store, queue.run)}:
                draw = next(later)
            if draw.task != task:
                before.record(draw, "zoe", (1,), "")
        save_label(store, queue, task, "ada", given)
        ours = {label.id: label for label in annotations_of(store, queue.run)}
        desk = open_desk(store, "study", role, count=12)
        with store.read() as connection:
            labels = own_labels_of(connection, queue.run)
        frame = frame_of_queue(store, queue)
        places = places_in(store, queue.run, role, frame.stamp)
        assert Progress(frame, places, role).pass_rate(labels) == desk.pass_rate()
        desk.refresh()
        assert {label.id: label for label in annotations_of(store, queue.run)} == ours


@pytest.mark.parametrize("role", LabelRole)
def test_a_run_that_goes_on_is_counted_as_it_is_when_labels_come(
    store: Store, role: LabelRole
) -> None:
    run = get_run(store, "study").id
    with store.write() as connection:
        given = TASKS.c.run == run, TASKS.c.stage == Stage.VERDICTS.value
        late = {
            row.key: row.finished
            for row in connection.execute(
                select(TASKS.c.key, TASKS.c.finished).where(*given, TASKS.c.position >= 5)
            )
        }
        connection.execute(
            update(TASKS).where(TASKS.c.key.in_(late)).values(status="pending", finished=None)
        )
        connection.execute(update(RUNS).where(RUNS.c.id == run).values(state="running"))
    early = _queue(store, role=role)
    for task in standing_of(store, early, "ada").open[:3]:
        save_label(store, early, task, "ada", Given((2,)))
    with store.write() as connection:
        for key, finished in late.items():
            change = {"status": "done", "finished": finished}
            connection.execute(update(TASKS).where(TASKS.c.key == key).values(**change))
        connection.execute(update(RUNS).where(RUNS.c.id == run).values(state="finished"))
    later = _queue(store, role=role, count=30)
    for queue in (later, early, later):
        for task in standing_of(store, queue, "ada").open[:5]:
            save_label(store, queue, task, "ada", Given((4,)))
            ours = list(annotations_of(store, run))
            desk = open_desk(store, "study", role)
            assert known_of(store, queue) == desk.pass_rate()
            desk.refresh()
            assert list(annotations_of(store, run)) == ours
            assert all(0 < (label.sampling_probability or 0) <= 1 for label in ours)


def test_a_label_of_what_a_generator_failed_to_give_counts_for_nothing(tmp_path: Path) -> None:
    folder = make_folder(tmp_path)
    run = folder.run(cases=10, generators=("good", "careful"))  # a judge cannot generate
    with closing(folder.open()) as store:
        failed = next(row.task for row in results(store, run) if row.candidate.failure)
        queue = make_queue(store, run, name="", by="eve", count=5)
        before = known_of(store, queue)
        line = f'{{"task": "{failed}", "score": 1, "annotator": "zoe"}}'
        import_labels(store, run, line, where="labels.jsonl")
        assert known_of(store, queue) == before == open_desk(store, run).pass_rate()
        save_label(store, queue, ask(store, queue, "ada").open[0], "ada", Given((4,)))
        assert known_of(store, queue) == open_desk(store, run).pass_rate()


def test_the_draw_is_the_desks_and_is_kept(store: Store) -> None:
    desk = open_desk(store, "study", count=12)
    queue = _queue(store)
    assert standing_of(store, queue, "ada").open == tuple(draw.task for draw in desk.draws)
    save_label(store, queue, desk.draws[0].task, "ada", Given((4, 5), "near"))
    (label,) = annotations_of(store, queue.run)
    assert label.tags == ("drawn:test:score:0",)
    assert label.scores == (4, 5)
    assert label.rubric == desk.sheets[label.task].rubric.version
    assert standing_of(store, queue, "ada").open == tuple(draw.task for draw in desk.draws[1:])
    assert len(standing_of(store, queue, "bob").open) == 12


def test_the_same_label_twice_is_one_and_another_is_refused(store: Store) -> None:
    queue = _queue(store)
    task = ask(store, queue, "ada").open[0]
    said = Given((3,), "hm", (Flag.REFERENCE_WRONG,))
    assert save_label(store, queue, task, "ada", said).new
    assert not save_label(store, queue, task, "ada", said).new
    with pytest.raises(AnotherLabelError):
        save_label(store, queue, task, "ada", Given((4,)))
    (label,) = annotations_of(store, queue.run)
    assert label.tags[1:] == ("reference_wrong",)


def test_a_skipped_item_comes_again_at_the_end(store: Store) -> None:
    queue = _queue(store)
    first, second, *rest = ask(store, queue, "ada").open
    skip(store, queue, first, "ada")
    assert standing_of(store, queue, "ada").open == (second, *rest, first)
    assert standing_of(store, queue, "bob").open[0] == first


def test_a_label_that_is_taken_back_is_kept_and_comes_again_as_a_draft(store: Store) -> None:
    queue = _queue(store)
    task = ask(store, queue, "ada").open[0]
    key = begun_of(store, queue, task, "ada").key
    said = Given((2,), "no", (Flag.QUESTION_AMBIGUOUS,))
    save_label(store, queue, task, "ada", said, key)
    assert withdraw_label(store, queue, task, "ada") == said
    assert list(annotations_of(store, queue.run)) == []
    (kept,) = corrections_of(store, queue.run)
    assert (kept.before.scores, kept.reason, kept.by) == ((2,), "withdrawn", "ada")
    begun = begun_of(store, queue, task, "ada")
    assert (begun.draft, begun.label) == (said, None)
    with pytest.raises(WithdrawnError):  # a copy of the first sending arrives late
        save_label(store, queue, task, "ada", said, key)
    assert save_label(store, queue, task, "ada", Given((5,)), begun.key).new
    assert withdraw_label(store, queue, standing_of(store, queue, "ada").open[0], "ada") is None


def test_no_more_labels_than_wanted_are_asked(store: Store) -> None:
    queue = _queue(store, annotators=("ada", "bob", "cy"), labels=1, count=4)
    of_ada = ask(store, queue, "ada").open[0]
    of_bob = ask(store, queue, "bob").open[0]
    assert of_ada != of_bob
    assert standing_of(store, queue, "cy").elsewhere == 2
    with pytest.raises(EnoughLabelsError):
        save_label(store, queue, of_ada, "cy", Given((3,)))
    with pytest.raises(EnoughLabelsError):
        skip(store, queue, of_ada, "cy")
    with pytest.raises(EnoughLabelsError):
        keep_draft(store, queue, of_ada, "cy", Given(()))
    save_label(store, queue, of_ada, "ada", Given((3,)))
    assert of_ada not in ask(store, queue, "cy").open
    skip(store, queue, of_bob, "bob")  # others may have it now
    assert of_bob in ask(store, queue, "cy").open
    for name in ("bob", "cy"):
        for task in ask(store, queue, name, 4).open:
            save_label(store, queue, task, name, Given((4,)))
    assert len(list(annotations_of(store, queue.run))) == 4


def test_two_who_were_asked_the_same_both_keep_their_label(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    queue = _queue(store, annotators=("ada", "bob", "cy"), labels=1, count=1)
    monkeypatch.setattr("jurist.store.annotation_queues.LEASE_MS", -1)  # ada's time is up at once
    (task,) = ask(store, queue, "ada").open
    assert ask(store, queue, "bob").open == (task,)
    assert not save_label(store, queue, task, "bob", Given((4,))).extra
    saved = save_label(store, queue, task, "ada", Given((2,)))
    assert (saved.new, saved.extra) == (True, True)
    assert len(list(annotations_of(store, queue.run))) == 2


def test_drafts_are_kept_until_the_label_is_there(store: Store) -> None:
    queue = _queue(store)
    task = ask(store, queue, "ada").open[0]
    keep_draft(store, queue, task, "ada", Given((4,), "well"))
    assert begun_of(store, queue, task, "ada").draft == Given((4,), "well")
    assert begun_of(store, queue, task, "bob").draft is None
    save_label(store, queue, task, "ada", Given((5,)))
    keep_draft(store, queue, task, "ada", Given((1,)))
    begun = begun_of(store, queue, task, "ada")
    assert (begun.draft, begun.label) == (None, Given((5,)))


def test_what_cannot_be_is_refused(store: Store) -> None:
    with pytest.raises(InputError, match="3 labels an item, of 2"):
        _queue(store, annotators=("ada", "bob"), labels=3)
    queue = _queue(store)
    with pytest.raises(AnnotationError, match="no item"):
        save_label(store, queue, "nonsense", "ada", Given((3,)))
