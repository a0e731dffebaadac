"""Judging one answer over the API."""

from __future__ import annotations

import json
from collections.abc import Generator, Mapping
from pathlib import Path
from typing import Any, cast

import msgspec
import pytest
from fastapi import FastAPI
from starlette.testclient import TestClient

from judged_runs import make_folder
from jurist.languages.documents import parse_document
from jurist.records import Verdict
from jurist.web.judging.service import Judging
from jurist.web.settings import Settings
from studies import SCHEMA
from web.people import open_to
from web.served import TOKEN, client_of

BEARER = {"Authorization": f"Bearer {TOKEN}"}
PRO = {
    "workspace": "shop",
    "reference": "trait('loyalty_points') >= 500",
    "candidate": "trait('loyalty_points') > 500",
}


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> tuple[str, str]:
    """A store, and a run in it."""
    folder = make_folder(tmp_path_factory.mktemp("judging"))
    return folder.place, folder.run(cases=3)


@pytest.fixture(scope="module")
def client(run: tuple[str, str]) -> Generator[TestClient]:
    with client_of(Settings(run[0])) as client:
        client.headers.update(BEARER)
        yield client


def judged(client: TestClient, **changed: object) -> dict[str, Any]:
    told = client.post("/v1/judge", json=PRO | changed)
    assert told.status_code == 200, told.text
    return told.json()


def test_a_difference_is_proved_with_a_witness(client: TestClient) -> None:
    told = judged(client, question="at least 500 points", id="a-1")
    verdict = told["verdict"]
    assert told["id"] == "a-1"
    assert verdict["judge"] == "proof"
    assert verdict["score"] == 4
    assert verdict["evidence"]["relation"] == "contains"
    assert verdict["evidence"]["method"] == "proof"
    (witness,) = verdict["evidence"]["witnesses"]
    assert (witness["reference"], witness["candidate"]) == (True, False)
    assert verdict["evidence"]["assumptions"]
    assert told["workspace"]["language"] == "cql"
    assert told["workspace"]["readings"]
    assert verdict["cost"]["ms"] > 0


def test_the_same_again_is_remembered_and_another_question_is_not_the_same(
    client: TestClient,
) -> None:
    asked = {"question": "who is asked twice"}
    first, again = judged(client, **asked), judged(client, **asked)
    assert not first["cached"]
    assert again["cached"]
    assert first["verdict"] == again["verdict"]
    assert not judged(client, question="another")["cached"]


@pytest.mark.parametrize(
    ("changed", "score"),
    [
        ({"candidate": PRO["reference"]}, 5),
        ({"candidate": None}, 1),
        ({"reference": None}, 1),
        ({"reference": None, "candidate": None, "refusal": "no such data"}, 5),
        ({"candidate": "no query at all ("}, 1),
        ({"reference": "no query at all ("}, None),
    ],
)
def test_refusals_and_answers_that_are_no_query(
    client: TestClient, changed: Mapping[str, object], score: int | None
) -> None:
    told = judged(client, **changed)["verdict"]
    assert told["score"] == score
    assert (told["unscored"] is None) == (score is not None)


def test_a_schema_is_sent_along_and_a_stored_dataset_is_named(
    client: TestClient, run: tuple[str, str]
) -> None:
    triple = {"reference": "trait('age') > 3", "candidate": "trait('age') >= 4"}
    schema = parse_document(SCHEMA, where="test")
    sent = judged(client, **triple, workspace={"schema": schema})
    stored = judged(client, **triple, workspace={"run": run[1], "dataset": "small"})
    only_one = judged(client, **triple, workspace={"run": run[1]})
    assert sent["workspace"] == stored["workspace"] == only_one["workspace"]
    assert sent["verdict"]["score"] == 5
    assert stored["cached"], "the same triple in the same schema"


@pytest.mark.parametrize(
    ("changed", "status", "said"),
    [
        ({"judge": "prof"}, 404, "'proof'"),
        ({"workspace": "shp"}, 404, "'shop'"),
        ({"workspace": {"run": "none"}}, 404, "run"),
        ({"workspace": {}}, 422, "names nothing"),
        ({"workspace": {"run": "a", "schema": {}}}, 422, "both"),
        ({"workspace": {"schema": {"events": 3}}}, 422, "expected"),
        ({"workspace": {"schema": {}, "language": "qcl"}}, 422, "cql"),
        ({"workspace": None}, 422, "no workspace"),
        ({"timeout_ms": 0}, 422, "timeout_ms"),
        ({"timeout_ms": 10**30}, 422, "timeout_ms"),
        ({"question": "x" * 20_001}, 422, "20000"),
        ({"qestion": ""}, 422, "'question'"),
    ],
)
def test_what_cannot_be_used_is_a_problem_that_says_the_fix(
    client: TestClient, changed: Mapping[str, object], status: int, said: str
) -> None:
    told = client.post("/v1/judge", json={**PRO, **changed})
    assert told.status_code == status, told.text
    assert told.headers["content-type"] == "application/problem+json"
    assert said in told.text
    assert told.json()["fix"]


def test_time_that_is_over_leaves_it_undecided_and_is_not_remembered(client: TestClient) -> None:
    hard = {
        name: " AND ".join(
            f"event('Order Completed').within({n} days).where(property('total') {operator} {n})"
            ".count() >= 3"
            for n in range(1, 19)
        )
        for name, operator in (("reference", ">"), ("candidate", ">="))
    }
    late = judged(client, **hard, timeout_ms=1)
    assert late["verdict"]["score"] is None
    assert late["verdict"]["unscored"]["kind"] == "timeout"
    assert "1 ms" in late["verdict"]["unscored"]["reason"]
    patient = judged(client, **hard, timeout_ms=60_000)
    assert not patient["cached"]
    assert patient["verdict"]["score"] is not None


def test_a_full_queue_says_at_once_when_to_come_again(client: TestClient) -> None:
    judging = _judging_of(client)
    judging.taken += judging.places
    try:
        told = client.post("/v1/judge", json=PRO)
    finally:
        judging.taken -= judging.places
    assert told.status_code == 503
    assert told.json()["code"] == "queue-full"
    assert int(told.headers["retry-after"]) >= 1
    assert judged(client)["verdict"]["score"] == 4
    client.request("BREW", "/v1/judge")
    metrics = client.get("/metrics").text
    assert "jurist_judging_refused_total 1\n" in metrics
    counted = 'jurist_requests_total{method="POST",route="/v1/judge",status="503"} 1\n'
    assert counted in metrics
    assert 'method="other"' in metrics
    assert "BREW" not in metrics


def test_the_record_is_the_stores(client: TestClient) -> None:
    told = judged(client)["verdict"]
    assert json.loads(msgspec.json.encode(msgspec.convert(told, Verdict))) == told


def test_who_may_only_judge_is_told_of_no_run(place: str) -> None:
    folder = make_folder(Path(place).parent)
    run = folder.run(cases=3)
    with open_to(Settings(place)) as served:
        token = served.token("editor", "editor", "judge")
        asked = {**PRO, "workspace": {"run": f"{run}x"}}
        told = served.client.post(
            "/v1/judge", json=asked, headers={"Authorization": f"Bearer {token}"}
        )
    assert told.status_code == 404
    assert run not in told.text.replace(f"{run}x", "")


def test_it_says_what_can_be_asked(client: TestClient) -> None:
    told = client.get("/v1/judging").json()
    assert told["judges"] == ["proof"]
    assert "shop" in told["workspaces"]


def test_nobody_judges_without_a_token(client: TestClient) -> None:
    told = client.post("/v1/judge", json=PRO, headers={"Authorization": "Bearer jur_none"})
    assert told.status_code == 401


def test_it_is_ready_and_tells_figures(client: TestClient) -> None:
    judged(client, question="a figure")
    assert client.get("/readyz").json()["ready"]
    figures = client.get("/metrics")
    assert figures.headers["content-type"].startswith("text/plain; version=0.0.4")
    told = 'jurist_verdicts_total{judge="proof",relation="contains",outcome="scored"}'
    assert told in figures.text
    assert 'route="/v1/judge"' in figures.text


def _judging_of(client: TestClient) -> Judging:
    return cast("FastAPI", client.app).state.judging
