"""Every page that links lead to, over a store in which every text would do harm, obeyed."""

from __future__ import annotations

import json

import pytest
import yaml
from playwright.sync_api import Browser
from starlette.routing import Route

from judged_runs import ROLES, Folder
from jurist.runs import parse_study, run_study
from jurist.web.application import build_application
from jurist.web.settings import Settings
from studies import write_module
from web.browsing import NARROW, WIDE, in_browser, looking
from web.crawling import Page, Visit, crawl, first_pages, routes_of
from web.served import client_at, serving

HURT = "</script><script>window.hurt=1</script><img src=x onerror='window.hurt=2'>"
HOSTILE = f"\"'><b>{HURT}{{{{7*7}}}}{{% raw %}}\u202eback\u2066 /../?a=b&c#d%2e%2e;`${{1}}"
LONG = "w" * 3000


def _schema() -> dict[str, object]:
    return {
        "name": HOSTILE,
        "language": "cql",
        "events": {
            "Order Completed": {
                "properties": {"total": {"type": "number"}, HOSTILE: {"type": "string"}},
                "description": HOSTILE,
            },
            HOSTILE: {"properties": {}},
        },
        "traits": {"properties": {"age": {"type": "integer"}, "plan": {"type": "string"}}},
    }


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Folder:
    """Two runs of a study that is hostile in every name and text that a study may have."""
    path = tmp_path_factory.mktemp("hostile")
    module = write_module(path, ROLES)
    (path / "schema.yaml").write_text(json.dumps(_schema()))
    printable = "".join(character for character in HOSTILE if character.isprintable())
    quoted = printable.replace("'", "")
    references = [
        f"trait('plan') = '{quoted}'",
        "event('Order Completed').within(30 days).sum(property('total')) > 10",
        None,
        *(f"trait('age') > {number}" for number in range(3, 12)),
    ]
    lines = [
        {
            "id": f"{number} {printable}"[:190],
            "reference": reference,
            "questions": [
                {
                    "id": f"q{number}",
                    "text": f"{HOSTILE if number % 2 else LONG} older than {number}",
                    "origin": "authored",
                    "author": HOSTILE,
                    "style": HOSTILE,
                }
            ],
            "tags": [HOSTILE, LONG[:300]],
            "note": HOSTILE,
        }
        for number, reference in enumerate(references)
    ]
    (path / "cases.jsonl").write_text("".join(json.dumps(line) + "\n" for line in lines))
    study = {
        "name": HOSTILE,
        "datasets": [{"name": HOSTILE[:190], "schema": "schema.yaml", "cases": "cases.jsonl"}],
        "questions": {"use": "authored"},
        "generators": [
            {"callable": f"{module}:good", "name": HOSTILE[:190]},
            {"callable": f"{module}:weak", "name": LONG[:190]},
        ],
        "judges": [
            {"callable": f"{module}:careful", "name": HOSTILE[:190]},
            {"callable": f"{module}:lenient", "name": LONG[:190]},
            {"proof": None, "name": "proof"},
        ],
    }
    folder = Folder(path, module)
    (path / "study.yaml").write_text(yaml.safe_dump({**study, "name": f"{HOSTILE}0"}))
    for number in range(2):
        text = json.dumps({**study, "name": f"{HOSTILE}{number}"})
        store = folder.open()
        try:
            folder.runs.append(run_study(parse_study(text, folder=path), store).run)
        finally:
            store.close()
    challenged = ("--judge", HOSTILE[:190], "--dataset", HOSTILE[:190], "--references", "2")
    done = folder.cli("challenge", "--study", str(path / "study.yaml"), *challenged)
    assert done.exit_code in {0, 1}, done.output
    return folder


@pytest.fixture(scope="module")
def routes(folder: Folder) -> list[Route]:
    return routes_of(build_application(Settings(folder.place)))


@pytest.fixture(scope="module")
def visits(folder: Folder, routes: list[Route]) -> list[Visit]:
    """Over HTTP: a client in the process would take addresses apart once more than a server."""
    settings = Settings(folder.place, studies=folder.path)
    with serving(settings) as address, client_at(address) as client:
        queue = client.post(
            "/v1/queues",
            json={"run": folder.runs[0], "name": HOSTILE, "count": 4},
            headers={"Sec-Fetch-Site": "same-origin"},
        )
        assert queue.status_code == 201, queue.text
        item = client.get(f"/v1/queues/{queue.json()['id']}/next").json()
        label = client.post(
            "/v1/annotations",
            json={"queue": item["queue"], "task": item["task"], "scores": [3],
                  "rationale": HOSTILE},
            headers={"Sec-Fetch-Site": "same-origin", "Idempotency-Key": item["key"]},
        )  # fmt: skip
        assert label.status_code == 200, label.text
        return list(crawl(client, routes))


def test_every_link_leads_somewhere(visits: list[Visit]) -> None:
    assert len(visits) > 30
    wrong = [(each.address, each.status) for each in visits if each.status not in {200, 303, 307}]
    assert "\n".join(f"{status} {address}" for address, status in wrong) == ""


def test_links_lead_to_every_page(routes: list[Route], visits: list[Visit]) -> None:
    """A page that no link leads to is lost; what asks for something first is named here."""
    pages = {
        route.path
        for route in routes
        if "GET" in (route.methods or ()) and not route.include_in_schema
    }
    reached = {each.route for each in visits}
    assert "\n".join(sorted(pages - reached - APART)) == ""


APART = {
    "/login",  # of whoever is not logged in
    "/runs/{run}/events",  # never ends while a run goes on
    "/openapi.json",  # for programs
    "/static/jurist.css",  # for pages
    "/studies/{name}/words",  # for the page's script
}


def test_nothing_of_data_is_markup(visits: list[Visit]) -> None:
    wrong: list[tuple[str, str]] = []
    for each in visits:
        if each.kind == "text/html":
            page = Page()
            page.feed(each.text)
            wrong += [(each.address, problem) for problem in page.wrong]
            assert "49}" not in each.text.replace("{{7*7}}", ""), each.address
    assert wrong == []


@in_browser
def test_nothing_runs_and_nothing_overflows(
    folder: Folder, visits: list[Visit], browser: Browser
) -> None:
    wrong: list[str] = []
    first = first_pages(visits)
    with serving(Settings(folder.place, studies=folder.path)) as address:
        for size in (WIDE, NARROW):
            with looking(browser, address, size=size) as look:
                for route, path in sorted(first.items()):
                    page = look.open(path)
                    assert page.evaluate("window.hurt") is None, path
                    wrong += look.faults(f"{route} at {path[:60]}, {size}")
    assert "\n".join(wrong) == ""
