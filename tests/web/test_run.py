"""A run's page: its list against a plain count of the same records."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Generator
from pathlib import Path
from urllib.parse import urlencode

import pytest
from starlette.testclient import TestClient

from judged_runs import Folder, make_folder
from jurist.records import Origin
from jurist.runs.results import Result, results
from jurist.web.settings import Settings
from web.served import client_of


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Folder:
    folder = make_folder(tmp_path_factory.mktemp("run"))
    folder.run(cases=40)
    return folder


@pytest.fixture(scope="module")
def every(folder: Folder) -> tuple[Result, ...]:
    store = folder.open()
    found = tuple(results(store, folder.runs[0]))
    store.close()
    return found


@pytest.fixture(scope="module")
def client(folder: Folder) -> Generator[TestClient]:
    with client_of(Settings(folder.place)) as client:
        yield client


def level(result: Result) -> str:
    score = result.verdict.score
    return "none" if score is None else str(int(score + 0.5))


def page(client: TestClient, run: str, *query: tuple[str, str]) -> str:
    shown = client.get(f"/runs/{run}?{urlencode(query)}")
    assert shown.status_code == 200, shown.text
    return shown.text


def heading(text: str) -> str:
    found = re.search(r'<h2 id="h-list">(.*?)</h2>', text, re.DOTALL)
    assert found
    return " ".join(found[1].split())


FILTERS: list[tuple[tuple[tuple[str, str], ...], Callable[[Result], bool]]] = [
    ((), lambda _: True),
    ((("generator", "good"),), lambda each: each.generator == "good"),
    (
        (("judge", "careful"), ("level", "5")),
        lambda each: (each.judge, level(each)) == ("careful", "5"),
    ),
    ((("level", "2"), ("level", "3")), lambda each: level(each) in {"2", "3"}),
    (
        (("tag", "even"), ("generator", "weak")),
        lambda each: "even" in each.case.tags and each.generator == "weak",
    ),
    ((("q", "older than 17"),), lambda each: "older than 17" in each.question.text),
    ((("origin", "authored"),), lambda each: each.question.origin is Origin.AUTHORED),
]


@pytest.mark.parametrize(("query", "wanted"), FILTERS)
def test_a_list_counts_what_its_address_asks_for(
    client: TestClient,
    folder: Folder,
    every: tuple[Result, ...],
    query: tuple[tuple[str, str], ...],
    wanted: Callable[[Result], bool],
) -> None:
    number = sum(map(wanted, every))
    said = heading(page(client, folder.runs[0], *query))
    assert said == (f"{number} of {len(every)} verdicts" if query else f"All {len(every)} verdicts")


def test_each_number_of_a_facet_is_what_its_link_leads_to(
    client: TestClient, folder: Folder, every: tuple[Result, ...]
) -> None:
    text = page(client, folder.runs[0], ("generator", "weak"))
    links = re.findall(
        r'<li[^>]*><a href="([^"#]*)#list"[^>]*?data-key="(\d)">.*?<span>([\d,]+)</span></a>', text
    )
    assert len(links) == 5
    counts = Counter(level(each) for each in every if each.generator == "weak")
    for address, key, count in links:
        assert int(count) == counts[key]
        assert heading(client.get(address.replace("&amp;", "&")).text).startswith(f"{count} of ")


def test_pages_follow_each_other_without_gap_or_repeat(
    client: TestClient, folder: Folder, every: tuple[Result, ...]
) -> None:
    address: str | None = f"/runs/{folder.runs[0]}?sort=run"
    seen: list[str] = []
    while address:
        text = client.get(address.replace("&amp;", "&")).text
        seen += re.findall(r'<td class="q"[^>]*><a href="([^"]*)"', text)
        following = re.search(r'rel="next" href="([^"]*)"', text)
        address = following[1] if following else None
    assert len(seen) == len(every)
    assert len(set(seen)) == len(every)


def test_where_nothing_matches_it_says_what_to_drop(
    client: TestClient, folder: Folder, every: tuple[Result, ...]
) -> None:
    text = page(client, folder.runs[0], ("generator", "good"), ("q", "older than nothing"))
    assert heading(text) == f"0 of {len(every)} verdicts"
    of_good = sum(each.generator == "good" for each in every)
    assert re.search(rf"“older than nothing”</bdi></b></a> there are {of_good} verdicts", text)
    assert "<bdi>good</bdi></b></a> there are 0 verdicts" in text


@pytest.mark.parametrize(
    ("query", "status", "said"),
    [
        ((("generator", "goood"),), 404, "did you mean &#39;good&#39;?"),
        ((("level", "6"),), 404, "1, 2, 3, 4, 5"),
        ((("tag", "evn"),), 404, "did you mean &#39;even&#39;?"),
        ((("sort", "worsst"),), 404, "did you mean &#39;worst&#39;?"),
        ((("page", "0"),), 422, "a number from 1"),
        ((("page", "x"),), 422, "a number from 1"),
        ((("q", "x" * 501),), 422, "at most 500"),
    ],
)
def test_names_that_are_not_known_are_answered_with_the_nearest(
    client: TestClient, folder: Folder, query: tuple[tuple[str, str], ...], status: int, said: str
) -> None:
    shown = client.get(f"/runs/{folder.runs[0]}?{urlencode(query)}")
    assert shown.status_code == status
    assert said in shown.text


def test_a_page_beyond_the_last_leads_back(client: TestClient, folder: Folder) -> None:
    assert "There is no page 99" in page(client, folder.runs[0], ("page", "99"))


def test_an_unknown_run_names_the_nearest(client: TestClient, folder: Folder) -> None:
    run = folder.runs[0]
    shown = client.get(f"/runs/{run[:-1]}")
    assert shown.status_code == 404
    assert f"did you mean &#39;{run}&#39;?" in shown.text


def test_a_look_changes_nothing_in_the_store(client: TestClient, folder: Folder) -> None:
    before = Path(folder.place).read_bytes()
    page(client, folder.runs[0], ("level", "1"))
    assert Path(folder.place).read_bytes() == before
