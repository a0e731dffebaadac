"""A case's page: what it says of an answer, its place in its list, and what lies beside it."""

from __future__ import annotations

import re
from collections.abc import Generator
from html import unescape
from urllib.parse import urlencode

import pytest
from sqlalchemy import Engine, event
from starlette.testclient import TestClient

from judged_runs import Folder, make_folder
from jurist.records import Annotation, LabelRole
from jurist.runs.results import Result, results
from jurist.store.annotations import (
    Ruling,
    Settlement,
    add_annotations,
    annotation_id,
    settle,
)
from jurist.web.settings import Settings
from web.served import client_of


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Folder:
    folder = make_folder(tmp_path_factory.mktemp("case"))
    folder.run(cases=12, name="before")
    folder.run(
        cases=12, name="after", judges=("proof", "{{callable: '{module}:careful', name: careful}}")
    )
    return folder


@pytest.fixture(scope="module")
def every(folder: Folder) -> tuple[Result, ...]:
    store = folder.open()
    found = tuple(results(store, folder.runs[1]))
    store.close()
    return found


@pytest.fixture(scope="module")
def client(folder: Folder) -> Generator[TestClient]:
    with client_of(Settings(folder.place)) as client:
        yield client


def shown(client: TestClient, path: str) -> str:
    answer = client.get(path)
    assert answer.status_code == 200, answer.text
    return unescape(answer.text)


def path_of(folder: Folder, result: Result, **query: str) -> str:
    path = f"/runs/{folder.runs[1]}/answers/{result.task}"
    return f"{path}?{urlencode({'judge': result.judge, **query})}"


def follows(text: str) -> str | None:
    found = re.search(r'<a class="btn" href="([^"]*)" rel="next"', text)
    return found[1] if found else None


def test_an_answer_is_shown_with_all_its_judges(
    client: TestClient, folder: Folder, every: tuple[Result, ...]
) -> None:
    result = next(each for each in every if each.judge == "proof" and each.verdict.score != 5)
    text = shown(client, path_of(folder, result))
    assert result.question.text in text
    assert result.case.reference
    assert result.case.reference in text
    of_answer = [each for each in every if each.task == result.task]
    assert len(of_answer) == 2
    for each in of_answer:
        assert f"<bdi>{each.judge}</bdi>" in text
    assert "who shows it" in text  # a customer


def test_j_goes_through_the_list_in_its_order(
    client: TestClient, folder: Folder, every: tuple[Result, ...]
) -> None:
    wanted = [each for each in every if each.judge == "careful" and each.generator == "weak"]
    path: str | None = path_of(folder, wanted[0], generator="weak", sort="run")
    places: list[str] = []
    tasks: list[str] = []
    while path is not None:
        text = shown(client, path)
        found = re.search(r"(\d+) of (\d+)</p>", text)
        assert found
        places.append(found[0])
        tasks.append(path.split("/answers/")[1].split("?")[0])
        path = follows(text)
    assert tasks == [each.task for each in wanted]
    assert places == [f"{n + 1} of {len(wanted)}</p>" for n in range(len(wanted))]


def test_the_case_in_other_runs_and_other_answers_are_links_that_work(
    client: TestClient, folder: Folder, every: tuple[Result, ...]
) -> None:
    result = next(each for each in every if each.judge == "careful" and each.generator == "weak")
    text = shown(client, path_of(folder, result))
    aside = text[text.index("<aside") :]
    links = re.findall(r'href="(/runs/[^"]*)"', aside)
    assert any(link.startswith(f"/runs/{folder.runs[0]}/answers/") for link in links)
    same = re.findall(r'<li class="same">.*?<bdi>(.*?)</bdi>', aside)
    assert same == ["weak"]
    for link in links:
        assert client.get(link).status_code == 200, link


def test_names_that_are_not_there_are_said(
    client: TestClient, folder: Folder, every: tuple[Result, ...]
) -> None:
    for path, expected in (
        (f"/runs/{folder.runs[1]}/answers/nothing", "was judged"),
        (f"/runs/{folder.runs[1]}/answers/{'é' * 300}", "was judged"),
        (path_of(folder, every[0]).replace("judge=", "judge=un"), "did you mean"),
        ("/runs/nosuch/answers/x", "there is no run"),
    ):
        answer = client.get(path)
        assert answer.status_code == 404, path
        assert expected in unescape(answer.text)


def test_a_case_is_few_reads_however_many_verdicts_there_are(
    client: TestClient, folder: Folder, every: tuple[Result, ...]
) -> None:
    """The queries of a page do not grow with the answers beside it."""
    path = path_of(folder, every[0])
    client.get(path)  # columns and workspaces are kept from here on
    asked: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_: object) -> None:
        if statement.lstrip().upper().startswith("SELECT"):
            asked.append(statement)

    event.listen(Engine, "before_cursor_execute", note)
    try:
        client.get(path)
    finally:
        event.remove(Engine, "before_cursor_execute", note)
    assert len(asked) <= 10, asked


def test_people_contradictions_and_what_was_settled_are_said(
    client: TestClient, folder: Folder, every: tuple[Result, ...]
) -> None:
    right = [each for each in every if each.judge == "careful" and each.verdict.score == 5]
    contradicted, settled = right[0], right[1]
    store = folder.open()
    try:
        for result in (contradicted, settled):
            label = Annotation(
                annotation_id(folder.runs[1], result.task, "ada"),
                folder.runs[1],
                result.task,
                "ada",
                (1, 2),
                "r1",
                LabelRole.TUNE,
                "<b>not at all</b>",
            )
            add_annotations(store, [label])
        settle(
            store,
            Settlement(folder.runs[1], settled.task, "careful", Ruling.JUDGE_WRONG, "bo", "see it"),
        )
    finally:
        store.close()
    text = shown(client, path_of(folder, contradicted))
    assert "<b>not at all</b>" not in client.get(path_of(folder, contradicted)).text
    assert '<bdi>ada</bdi> <span class="quiet">also accepts 2</span>' in text
    assert f"/disagreements/{contradicted.task}?run={folder.runs[1]}&of=careful" in text
    text = shown(client, path_of(folder, settled))
    assert "<b>the judge is wrong</b>, by bo. see it" in text
