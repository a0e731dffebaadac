"""What is stored, over the API: held against the store's own reading."""

from __future__ import annotations

import csv
import io
import json
from collections import Counter
from collections.abc import Generator
from typing import Any

import pytest
from starlette.testclient import TestClient

from judged_runs import Folder, make_folder
from jurist.alignment.rows import unquoted
from jurist.report.rows import COLUMNS, row_of
from jurist.runs.results import results
from jurist.web.settings import Settings
from web.served import client_of


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Folder:
    folder = make_folder(tmp_path_factory.mktemp("stored"))
    folder.run(cases=12, name="first")
    folder.run(cases=12, name="second", generators=("weak=good", "wrong"))
    return folder


@pytest.fixture(scope="module")
def client(folder: Folder) -> Generator[TestClient]:
    with client_of(Settings(folder.place)) as client:
        yield client


def get(client: TestClient, path: str, **query: Any) -> dict[str, Any]:
    told = client.get(path, params=query)
    assert told.status_code == 200, told.text
    return told.json()


def pages(client: TestClient, path: str, key: str, **query: Any) -> list[dict[str, Any]]:
    """All of a list, page by page."""
    items: list[dict[str, Any]] = []
    cursor = ""
    while True:
        page = get(client, path, **query, **({"cursor": cursor} if cursor else {}))
        items += page[key]
        cursor = page["next"]
        if cursor is None:
            return items


def test_runs_are_listed_page_by_page(client: TestClient, folder: Folder) -> None:
    told = pages(client, "/v1/runs", "runs", limit=1)
    assert [run["id"] for run in told] == folder.runs[::-1]
    assert {run["state"] for run in told} == {"finished"}


def test_a_run_says_what_it_rests_on(client: TestClient, folder: Folder) -> None:
    told = get(client, f"/v1/runs/{folder.runs[0]}")
    assert told["run"]["name"] == told["study"]["name"] == "first"
    assert told["generators"] == ["good", "weak"]
    assert set(told["judges"]) == {"careful", "lenient"}
    assert told["datasets"][0]["assumptions"]
    assert told["progress"]["state"] == "finished"


def test_verdicts_are_the_stores_each_once(client: TestClient, folder: Folder) -> None:
    run = folder.runs[0]
    store = folder.open()
    try:
        expected = Counter((each.task, each.judge) for each in results(store, run))
    finally:
        store.close()
    told = pages(client, f"/v1/runs/{run}/verdicts", "verdicts", limit=7, sort="run")
    assert Counter((each["task"], each["judge"]) for each in told) == expected


def test_filters_are_those_of_the_page(client: TestClient, folder: Folder) -> None:
    path = f"/v1/runs/{folder.runs[0]}/verdicts"
    query = {"judge": "careful", "level": ["1", "2"], "tag": "even", "limit": 500}
    told = get(client, path, **query)
    assert told["total"] == len(told["verdicts"]) > 0
    for each in told["verdicts"]:
        assert each["judge"] == "careful"
        assert each["verdict"]["score"] <= 2.5
        assert "even" in each["case"]["tags"]
    assert told["facets"]["judge"]["lenient"] >= 0
    found = get(client, path, q="older than 7", limit=500)["verdicts"]
    assert {each["case"]["id"] for each in found} == {"case-7"}


def test_standings_and_a_comparison(client: TestClient, folder: Folder) -> None:
    first, second = folder.runs
    rows = get(client, f"/v1/runs/{first}/standings")["standings"]
    means = {row["generator"]: row["mean"]["value"] for row in rows if row["judge"] == "careful"}
    assert set(means) == {"good", "weak"}
    told = get(client, "/v1/compare", a=f"{first}:good", b=f"{first}:weak", judge="careful")
    (contrast,) = told["comparison"]["contrasts"]
    expected = means["weak"] - means["good"]
    assert contrast["difference"]["estimate"]["value"] == pytest.approx(expected)
    assert told["sentences"]
    across = get(client, "/v1/compare", a=f"{first}:weak", b=f"{second}:weak", although=True)
    assert across["comparison"]["first"]["run"] == first


@pytest.mark.parametrize("sort", ["worst", "run"])
def test_an_export_holds_the_rows_of_the_list(
    client: TestClient, folder: Folder, sort: str
) -> None:
    run = folder.runs[0]
    store = folder.open()
    try:
        expected = {(r.task, r.judge): row_of(run, r) for r in results(store, run)}
    finally:
        store.close()
    query = {"run": run, "sort": sort, "judge": "careful"}
    lines = client.get("/v1/export", params={**query, "format": "jsonl"})
    rows = [json.loads(line) for line in lines.text.splitlines()]
    assert all(row == expected[row["task"], "careful"] for row in rows)
    assert len(rows) == sum(judge == "careful" for _, judge in expected)
    sheet = client.get("/v1/export", params={**query, "format": "csv"})
    assert sheet.headers["content-type"].startswith("text/csv")
    assert f'filename="{run}.csv"' in sheet.headers["content-disposition"]
    header, *cells = csv.reader(io.StringIO(sheet.text))
    assert header == [*COLUMNS]
    told = ["" if cell is None else str(cell) for row in rows for cell in row.values()]
    assert [unquoted(cell) for row in cells for cell in row] == told


def test_what_is_the_same_still_is_not_sent_again(client: TestClient, folder: Folder) -> None:
    path = f"/v1/runs/{folder.runs[0]}/standings"
    first = client.get(path)
    again = client.get(path, headers={"If-None-Match": first.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")
    assert client.get(path, headers={"If-None-Match": '"other"'}).status_code == 200


@pytest.mark.parametrize(
    ("path", "status", "said"),
    [
        ("/v1/runs/first-0000000", 404, "one of first-"),
        ("/v1/runs/{run}/verdicts?judge=carefull", 404, "'careful'"),
        ("/v1/runs/{run}/verdicts?sort=up", 404, "worst"),
        ("/v1/runs/{run}/verdicts?limit=0", 422, "limit"),
        ("/v1/runs/{run}/verdicts?cursor=!!", 422, "cursor"),
        ("/v1/compare?a={run}:good&b={run}:good", 422, "the same system"),
        ("/v1/compare?a=good&b={run}:good", 422, "RUN:GENERATOR"),
        ("/v1/compare?a={run}:goof&b={run}:good", 404, "'good'"),
        ("/v1/export?run={run}&format=xlsx", 422, "format"),
        ("/v1/export", 422, "run"),
    ],
)
def test_what_is_not_there_is_a_problem_with_the_nearest_name(
    client: TestClient, folder: Folder, path: str, status: int, said: str
) -> None:
    told = client.get(path.format(run=folder.runs[0]))
    assert told.status_code == status
    assert told.headers["content-type"] == "application/problem+json"
    assert said in told.text
