"""Annotating over HTTP: blind, once, with and without a script."""

from __future__ import annotations

import re
import threading
from collections.abc import Generator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from starlette.testclient import TestClient

from judged_runs import Folder, make_folder
from jurist.alignment.labels.queues import make_queue
from jurist.records import Annotation
from jurist.store.annotation_queues import AnnotationQueue
from jurist.store.annotations import annotations_of
from jurist.store.audit import audit_of
from jurist.store.corrections import corrections_of
from jurist.web.settings import Settings
from web.people import Served, add_people, open_to
from web.served import client_of

HIDDEN = ("good", "weak", "careful", "lenient", "alike", "near enough", "proved", "judged")


@pytest.fixture
def folder(tmp_path: Path) -> Folder:
    folder = make_folder(tmp_path)
    folder.run(cases=8)
    with closing(folder.open()) as store:
        add_people(store)
    return folder


@pytest.fixture
def served(folder: Folder) -> Generator[Served]:
    with open_to(Settings(folder.place, host="0.0.0.0", hosts=("127.0.0.1",))) as served:  # noqa: S104
        yield served


def _labels(folder: Folder) -> list[Annotation]:
    with closing(folder.open()) as store:
        return list(annotations_of(store, folder.runs[0]))


def _queue(client: TestClient, folder: Folder, **more: object) -> str:
    made = client.post("/v1/queues", json={"run": folder.runs[0], "count": 5, **more})
    assert made.status_code == 201, made.text
    return made.json()["id"]


def _item(client: TestClient, queue: str) -> dict[str, str]:
    return client.get(f"/v1/queues/{queue}/next").json()


def _said(queue: str, task: str, *scores: int) -> dict[str, object]:
    return {"queue": queue, "task": task, "scores": scores, "rationale": "so"}


def test_a_queue_is_made_and_walked_through_by_forms_alone(folder: Folder) -> None:
    with client_of(Settings(folder.place)) as client:
        made = client.post("/annotate", data={"run": folder.runs[0], "count": "3", "role": "dev"})
        queue = made.headers["location"]
        assert "3 of 3 to do" in client.get(queue).text
        for number in range(3):
            place = client.get(f"{queue}/next").headers["location"]
            shown = client.get(place).text
            assert f"{number} of 3" in shown
            if number == 1:
                client.post(place, data={"do": "skip"})
                place = client.get(f"{queue}/next").headers["location"]
            form = {
                "score": "4",
                "also": ["5", "4"],
                "rationale": "a\r\nb",
                "flag": ["reference_wrong"],
            }
            assert client.post(place, data=form).status_code == 303
        assert client.get(f"{queue}/next").headers["location"] == queue
        assert "all 3 that were yours" in client.get(queue).text
    labels = _labels(folder)
    assert [label.scores for label in labels] == [(4, 5)] * 3
    assert {(label.rationale, label.tags) for label in labels} == {
        ("a\nb", ("drawn:dev:doubt:0", "reference_wrong"))
    }


def test_a_form_takes_as_long_a_rationale_as_its_field_does(folder: Folder) -> None:
    with client_of(Settings(folder.place)) as client:
        place = f"/annotate/{_queue(client, folder)}/next"
        item = client.get(place).headers["location"]
        for wrong in ({"do": "sav"}, {"flag": "nope"}):
            assert client.post(item, data={"score": "3", **wrong}).status_code == 422
        why = "x" * 39 + "\r\n"  # as browsers send what a field counts as 40
        assert client.post(item, data={"score": "3", "rationale": why * 101}).status_code == 422
        assert client.post(item, data={"score": "3", "rationale": why * 100}).status_code == 303
    (label,) = _labels(folder)
    assert len(label.rationale) == 4_000


def test_a_form_undoes_a_label_and_shows_what_it_said(folder: Folder) -> None:
    with client_of(Settings(folder.place)) as client:
        made = client.post("/annotate", data={"run": folder.runs[0], "count": "3"})
        queue = made.headers["location"]
        place = client.get(f"{queue}/next").headers["location"]
        client.post(place, data={"score": "2", "rationale": "first thought"})
        assert "Take this label back" in client.get(place).text
        assert client.post(place, data={"do": "undo"}).headers["location"] == place
        again = client.get(place).text
        assert "first thought" in again
        assert re.search(r'value="2" required checked', again)
        assert "Take this label back" not in again
        assert client.post(place, data={"rationale": "no score"}).status_code == 422
    assert _labels(folder) == []
    with closing(folder.open()) as store:
        assert [each.reason for each in corrections_of(store, folder.runs[0])] == ["withdrawn"]
        assert [e.action for e in audit_of(store)][:2] == ["withdraw label", "label"]


def test_the_same_label_is_one_and_another_is_a_conflict(folder: Folder, served: Served) -> None:
    queue = _queue(served.log_in("editor"), folder)
    client = served.log_in("annotator")
    item = _item(client, queue)
    headers = {"Idempotency-Key": item["key"]}
    said = _said(queue, item["task"], 3, 4)
    first = client.post("/v1/annotations", json=said, headers=headers).json()
    assert (first["id"], first["new"], first["annotator"]) == (item["key"], True, "annotator")
    again = client.post("/v1/annotations", json=said, headers=headers).json()
    assert again == {**first, "new": False}
    other = client.post("/v1/annotations", json=_said(queue, item["task"], 1), headers=headers)
    assert (other.status_code, other.json()["code"]) == (409, "conflict")
    assert client.delete(f"/v1/annotations/{item['key']}").status_code == 204
    assert client.delete(f"/v1/annotations/{item['key']}").status_code == 204
    late = client.post("/v1/annotations", json=said, headers=headers)
    assert late.status_code == 409
    assert _labels(folder) == []
    fresh = _item(client, queue)
    assert fresh["key"] == f"{item['key']}.1"
    assert fresh["draft"] == {"scores": [3, 4], "rationale": "so", "flags": []}
    headers = {"Idempotency-Key": fresh["key"]}
    assert client.post("/v1/annotations", json=said, headers=headers).json()["new"]
    assert client.delete(f"/v1/annotations/{item['key']}").status_code == 409
    assert len(_labels(folder)) == 1


def test_nobody_takes_back_or_sees_what_somebody_else_said(folder: Folder, served: Served) -> None:
    editor, annotator = served.log_in("editor"), served.log_in("annotator")
    queue = _queue(editor, folder)
    item = _item(editor, queue)
    said = {**_said(queue, item["task"], 2), "rationale": "a secret of the editor"}
    made = editor.post("/v1/annotations", json=said).json()
    assert annotator.delete(f"/v1/annotations/{made['id']}").status_code == 404
    place = f"/annotate/{queue}/items/{item['task']}"
    assert "a secret" in editor.get(place).text
    assert "a secret" not in annotator.get(place).text
    assert _item(annotator, queue)["task"] == item["task"]  # not gone from others' queues
    assert _item(editor, queue)["task"] != item["task"]


def test_what_a_page_of_somebody_else_sends_is_not_taken_for_ones_own(
    folder: Folder, served: Served
) -> None:
    queue = _queue(served.log_in("editor"), folder)
    client = served.log_in("annotator")
    item = _item(client, queue)
    place = f"/v1/queues/{queue}/items/{item['task']}"
    draft = {"scores": [1], "rationale": "a secret of the editor", "flags": []}
    said = _said(queue, item["task"], 4)
    headers = {"Jurist-Person": "editor"}  # whose page it was before the annotator logged in
    assert client.put(f"{place}/draft", json=draft, headers=headers).status_code == 401
    assert client.post(f"{place}/skip", headers=headers).status_code == 401
    assert client.post("/v1/annotations", json=said, headers=headers).status_code == 401
    fresh = _item(client, queue)
    assert (fresh["task"], fresh["draft"]) == (item["task"], None)
    headers = {"Jurist-Person": "annotator"}
    assert client.post("/v1/annotations", json=said, headers=headers).json()["new"]
    undo = f"/v1/annotations/{item['key']}"
    assert client.delete(undo, headers={"Jurist-Person": "editor"}).status_code == 401
    assert len(_labels(folder)) == 1


def test_an_annotator_learns_no_verdict_and_no_generator(folder: Folder, served: Served) -> None:
    queue = _queue(served.log_in("editor"), folder, role="test")
    client = served.log_in("annotator")
    task = _item(client, queue)["task"]
    answers = [
        client.get("/annotate"),
        client.get(f"/annotate/{queue}"),
        client.get(f"/annotate/{queue}/items/{task}"),
        client.get("/v1/queues"),
        client.get(f"/v1/queues/{queue}/next"),
        client.post("/v1/annotations", json=_said(queue, task, 4)),
        client.post("/v1/annotations", json=_said(queue, task, 5)),
        client.put(f"/v1/queues/{queue}/items/{task}/draft", json={}),
        client.delete(f"/v1/annotations/{'0' * 32}"),
        client.get(f"/annotate/{queue}/items/{'0' * 32}"),
    ]
    for told in answers:
        assert told.status_code < 500
        for word in HIDDEN:
            assert not re.search(rf"\b{word}\b", told.text), (str(told.url), word)
    run = folder.runs[0]
    for path in (f"/runs/{run}", f"/runs/{run}/answers/{task}", f"/disagreements?run={run}"):
        assert client.get(path).status_code in {403, 404}


@pytest.mark.parametrize("through", ["its own queue", "another queue"])
def test_who_has_seen_the_verdicts_says_nothing_else(
    folder: Folder, served: Served, through: str
) -> None:
    editor, client = served.log_in("editor"), served.log_in("annotator")
    first = _queue(editor, folder, reveals=True)
    other = _queue(editor, folder)
    item: dict[str, str] = {}
    for _ in range(5):
        item = _item(client, first)
        assert "What the judges said" not in client.get(f"/annotate/{first}").text
        saved = client.post("/v1/annotations", json=_said(first, item["task"], 3))
        assert saved.status_code == 200
    assert "What the judges said" in client.get(f"/annotate/{first}").text
    before, task = _labels(folder), item["task"]
    place = f"/annotate/{first if through == 'its own queue' else other}/items/{task}"
    assert "Take this label back" not in client.get(place).text
    assert client.post(place, data={"do": "undo"}).status_code == 409
    assert client.delete(f"/v1/annotations/{item['key']}").status_code == 409
    assert client.post("/v1/annotations", json=_said(other, task, 5)).status_code == 409
    assert _labels(folder) == before


def test_queues_are_for_those_who_are_asked(folder: Folder, served: Served) -> None:
    editor, annotator = served.log_in("editor"), served.log_in("annotator")
    queue = _queue(editor, folder, annotators=["somebody"])
    assert annotator.get("/v1/queues").json() == {"queues": []}
    assert annotator.get(f"/annotate/{queue}").status_code == 403
    assert annotator.get(f"/v1/queues/{queue}/next").status_code == 403
    assert "Not yours to do" in editor.get(f"/annotate/{queue}").text
    assert editor.get(f"/annotate/{queue}/next").status_code == 403
    assert annotator.post("/v1/queues", json={"run": folder.runs[0]}).status_code == 403
    assert served.log_in("reader").get("/annotate").status_code == 403
    missing = annotator.get("/annotate/nothing")
    assert missing.status_code == 404
    assert "somebody" not in missing.text


def test_no_more_labels_than_wanted_are_taken(folder: Folder, served: Served) -> None:
    editor, annotator = served.log_in("editor"), served.log_in("annotator")
    queue = _queue(editor, folder, count=2, labels_per_item=1)
    mine, theirs = _item(editor, queue)["task"], _item(annotator, queue)["task"]
    assert mine != theirs
    assert annotator.post("/v1/annotations", json=_said(queue, mine, 4)).status_code == 409
    for client, task in ((editor, mine), (annotator, theirs)):
        assert client.post("/v1/annotations", json=_said(queue, task, 4)).status_code == 200
        assert client.get(f"/v1/queues/{queue}/next").status_code == 204
    assert len(_labels(folder)) == 2


def test_a_closed_queue_asks_nothing_and_keeps_what_comes_late(
    folder: Folder, served: Served
) -> None:
    editor, annotator = served.log_in("editor"), served.log_in("annotator")
    queue = _queue(editor, folder)
    task = _item(annotator, queue)["task"]
    assert annotator.post(f"/annotate/{queue}/close").status_code == 403
    assert editor.post(f"/annotate/{queue}/close").status_code == 303
    assert annotator.get(f"/v1/queues/{queue}/next").status_code == 204
    assert annotator.get(f"/annotate/{queue}/next").headers["location"] == f"/annotate/{queue}"
    assert annotator.post("/v1/annotations", json=_said(queue, task, 4)).status_code == 200
    assert len(_labels(folder)) == 1


def test_a_draw_that_takes_long_keeps_nobody_waiting(
    folder: Folder, monkeypatch: pytest.MonkeyPatch
) -> None:
    ready = threading.Event()

    def slowly(*arguments: Any, **named: Any) -> AnnotationQueue:
        ready.wait(30)
        return make_queue(*arguments, **named)

    monkeypatch.setattr("jurist.web.pages.annotate.make_queue", slowly)
    with client_of(Settings(folder.place)) as client:
        waiting = client.post("/annotate", data={"run": "study", "count": 3}).headers["location"]
        shown = client.get(waiting)
        assert "A queue is being drawn" in shown.text
        assert shown.headers["refresh"] == "2"
        ready.set()
        while (told := client.get(waiting)).status_code == 200:
            pass
        assert "3 of 3 to do" in client.get(told.headers["location"]).text
        assert "not known any more" in client.get("/annotate?drawing=nothing").text
        wrong = {"run": "study", "count": 3, "annotators": "ada", "labels_per_item": 2}
        assert "2 labels an item" in client.post("/annotate", data=wrong).text


def test_what_cannot_be_drawn_is_said_beside_the_form(folder: Folder) -> None:
    with client_of(Settings(folder.place)) as client:
        form = {"run": folder.runs[0], "annotators": "ada, bob", "labels_per_item": "3"}
        shown = client.post("/annotate", data=form)
    assert shown.status_code == 422
    assert "3 labels an item, of 2 annotators" in shown.text


@pytest.mark.parametrize(
    "wrong",
    [
        {"scores": []},
        {"scores": [6]},
        {"scores": [4], "task": "0" * 65},
        {"scores": [4], "verdict": 5},
        {"scores": [4], "flags": ["nope"]},
        {"scores": [4], "rationale": "x" * 4_001},
    ],
)
def test_what_is_no_label_is_refused(folder: Folder, wrong: dict[str, object]) -> None:
    with client_of(Settings(folder.place)) as client:
        queue = _queue(client, folder)
        said = {**_said(queue, _item(client, queue)["task"], 3), **wrong}
        assert client.post("/v1/annotations", json=said).status_code == 422
    assert _labels(folder) == []
