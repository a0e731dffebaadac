"""Disagreements over HTTP: listed, filtered, settled, taken back; the same over the API."""

from __future__ import annotations

import re
from collections.abc import Generator
from contextlib import closing
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from judged_runs import CAREFUL, LENIENT, Folder, labelled, make_folder
from jurist.alignment.disagreements.reviewing import find_disagreements
from jurist.store.annotations import annotations_of, settlements_of
from jurist.store.audit import audit_of
from jurist.web.settings import Settings
from web.people import add_people, logged_in
from web.served import client_of


@pytest.fixture
def folder(tmp_path: Path) -> Folder:
    folder = make_folder(tmp_path)
    run = folder.run(cases=20, judges=("proof", CAREFUL, LENIENT))
    folder.label(run, labelled(folder.export(run, "--count", "6")))
    return folder


@pytest.fixture
def client(folder: Folder) -> Generator[TestClient]:
    with client_of(Settings(folder.place)) as client:
        yield client


def _places(client: TestClient, run: str, query: str = "") -> list[str]:
    shown = client.get(f"/disagreements?run={run}{query}").text
    found = re.findall(r'<td class="q"><a href="([^"]*)"', shown)
    return [each.replace("&amp;", "&") for each in found]


def _first(client: TestClient, run: str, query: str = "") -> str:
    return _places(client, run, query)[0]


def test_all_are_listed_and_filters_say_what_they_would_leave(
    folder: Folder, client: TestClient
) -> None:
    run = folder.runs[0]
    with closing(folder.open()) as store:
        found = find_disagreements(store, run)
    assert f"{len(found)} disagreements" in client.get(f"/disagreements?run={run}").text
    lenient = [each for each in found if each.judge == "lenient"]
    shown = client.get(f"/disagreements?run={run}&judge=lenient").text
    assert f"{len(lenient)} disagreements" in shown
    assert "What agreement comes to" in shown
    assert client.get("/disagreements").text.count("<option") == 1  # the newest run by default
    unknown = client.get(f"/disagreements?run={run}&judge=lenien")
    assert unknown.status_code == 404
    assert "lenient" in unknown.text


def test_a_ruling_is_kept_leads_to_the_next_and_is_taken_back(
    folder: Folder, client: TestClient
) -> None:
    run = folder.runs[0]
    query = "&judge=lenient&against=proof&settled=no"
    place, shown = next(
        (place, shown)
        for place in _places(client, run, query)
        if 'name="teach"' in (shown := client.get(place).text)
    )
    task = re.search(r"/disagreements/(\w+)", place)
    assert task is not None
    hidden = dict(re.findall(r'type="hidden" name="(\w+)" value="([^"]*)"', shown))
    form = {key: value.replace("&amp;", "&") for key, value in hidden.items()}
    told = client.post("/settlements", data={**form, "ruling": "judge_wrong", "teach": "yes"})
    assert told.status_code == 303, told.text
    after = told.headers["location"]
    assert "settled=no" in after
    assert task[1] not in after.partition("?")[0]
    with closing(folder.open()) as store:
        (ruled,) = settlements_of(store, run)
        made = [label for label in annotations_of(store, run) if "settled" in label.tags]
        assert (ruled.task, ruled.judge, ruled.ruling) == (task[1], "lenient", "judge_wrong")
        assert [(label.task, label.role) for label in made] == [(task[1], "tune")]
        assert audit_of(store)[0].action == "settle"
    assert "Undo the last" in client.get(after).text
    assert "the judge is wrong" in client.get(place).text
    undone = client.post("/settlements", data={**form, "next": place})
    assert undone.headers["location"] == place
    with closing(folder.open()) as store:
        assert settlements_of(store, run) == ()
        assert not [label for label in annotations_of(store, run) if "settled" in label.tags]


def test_what_measures_teaches_no_judge(folder: Folder, client: TestClient) -> None:
    run = folder.runs[0]
    place = _first(client, run, "&against=people")
    assert "teaches no judge" in client.get(place).text
    assert "The people are wrong" in client.get(place).text
    task = place.partition("?")[0].rpartition("/")[2]
    judge = place.rpartition("of=")[2]
    form = {"run": run, "task": task, "judge": judge, "ruling": "label_wrong"}
    assert client.post("/settlements", data={**form, "teach": "yes"}).status_code == 422
    assert client.post("/settlements", data=form).status_code == 303


def test_when_none_is_left_the_page_says_so(folder: Folder, client: TestClient) -> None:
    run = folder.runs[0]
    with closing(folder.open()) as store:
        pairs = {(each.task, each.judge) for each in find_disagreements(store, run)}
    for task, judge in sorted(pairs):
        said = {"run": run, "task": task, "judge": judge, "ruling": "reference_wrong"}
        assert client.post("/v1/settlements", json=said).status_code == 201
    shown = client.get(f"/disagreements?run={run}&settled=no").text
    assert "None left" in shown
    assert "the reference is wrong" in shown
    listed = client.get(f"/v1/settlements?run={run}").json()["settlements"]
    assert {(each["task"], each["judge"]) for each in listed} == pairs
    task, judge = sorted(pairs)[0]
    query = {"run": run, "task": task, "judge": judge}
    assert client.delete("/v1/settlements", params=query).status_code == 204
    assert client.delete("/v1/settlements", params=query).status_code == 404


def test_readers_see_and_editors_settle(folder: Folder) -> None:
    run = folder.runs[0]
    with closing(folder.open()) as store:
        add_people(store)
    settings = Settings(folder.place, host="0.0.0.0", hosts=("127.0.0.1",))  # noqa: S104
    with logged_in(settings, "reader") as reader:
        place = _first(reader, run)
        shown = reader.get(place)
        assert "Editors settle" in shown.text
        assert reader.post("/settlements", data={"run": run}).status_code == 403
    with logged_in(settings, "annotator") as annotator:
        assert annotator.get("/disagreements").status_code == 403
        assert annotator.get(place).status_code == 403


def test_what_is_not_there_is_missing(folder: Folder, client: TestClient) -> None:
    run = folder.runs[0]
    assert client.get("/disagreements?run=nothing").status_code == 404
    assert client.get(f"/disagreements/nothing?run={run}").status_code == 404
    place = _first(client, run)
    assert client.get(place.rpartition("of=")[0] + "of=nobody").status_code == 404
    said = {"run": run, "task": "x", "judge": "lenient", "ruling": "judge_wrong"}
    assert client.post("/v1/settlements", json=said).status_code == 404


def test_who_is_wrong_is_said_beside_the_case(folder: Folder, client: TestClient) -> None:
    run = folder.runs[0]
    task = _first(client, run, "&judge=lenient").partition("?")[0].rpartition("/")[2]
    case = f"/runs/{run}/answers/{task}?judge=lenient"
    shown = client.get(case).text
    assert "lenient</bdi> says" in shown
    form = {"run": run, "task": task, "judge": "lenient", "next": case}
    told = client.post("/settlements", data={**form, "ruling": "reference_wrong"})
    assert told.headers["location"] == case
    assert "the reference is wrong</b>" in client.get(case).text
