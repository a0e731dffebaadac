"""Two systems beside each other: counts against the same records, read plainly."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Generator
from contextlib import closing
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from judged_runs import CAREFUL, LENIENT, SILENT, Folder, make_folder
from jurist.runs import parse_study, run_study
from jurist.runs.results import results
from jurist.web.settings import Settings
from studies import write_dataset
from web.served import client_of

Scores = dict[str, dict[str, float]]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Folder:
    folder = make_folder(tmp_path_factory.mktemp("compare"))
    folder.run(cases=40)
    folder.run(cases=40, name="later", generators=("good=weak", "weak"))
    folder.run(cases=10, name="alone", generators=("good",))
    folder.run(cases=10, name="other", judges=(LENIENT,))
    return folder


@pytest.fixture(scope="module")
def client(folder: Folder) -> Generator[TestClient]:
    with client_of(Settings(folder.place)) as client:
        yield client


def scores_of(folder: Folder, run: str, judge: str = "careful") -> Scores:
    """By generator and case."""
    store = folder.open()
    found: Scores = {}
    for each in results(store, run):
        if each.judge == judge and each.verdict.score is not None:
            found.setdefault(each.generator, {})[each.case.id] = each.verdict.score
    store.close()
    return found


def address(first: str, second: str, **more: str) -> str:
    return f"/compare?a={first}&b={second}" + "".join(f"&{k}={v}" for k, v in more.items())


def tabs(text: str) -> dict[str, int]:
    shown = re.search(r'<nav class="tabs".*?</nav>', text, re.DOTALL)
    assert shown
    return {name: int(n) for name, n in re.findall(r">(Better|Worse|Same) ([\d,]+)</a>", shown[0])}


def test_moves_are_counted_as_a_plain_count_has_them(client: TestClient, folder: Folder) -> None:
    run = folder.runs[0]
    scores = scores_of(folder, run)
    weak, good = scores["weak"], scores["good"]
    text = client.get(address(f"{run}:weak", f"{run}:good")).text
    assert tabs(text) == {
        "Better": sum(good[case] > weak[case] for case in weak),
        "Worse": sum(good[case] < weak[case] for case in weak),
        "Same": sum(good[case] == weak[case] for case in weak),
    }
    cells = Counter((int(weak[case]), int(good[case])) for case in weak)
    shown = re.findall(r'aria-label="([\d,]+) questions? from (\d) to (\d)"', text)
    assert {(int(a), int(b)): int(n) for n, a, b in shown} == cells
    mean = sum(good[case] - weak[case] for case in weak) / len(weak)
    assert f'<span class="big">{mean:+.2f}</span>' in text


def test_each_cell_opens_its_questions(client: TestClient, folder: Folder) -> None:
    run = folder.runs[0]
    text = client.get(address(f"{run}:weak", f"{run}:good")).text
    links = re.findall(r'<a href="([^"#]*)#list" aria-label="(\d+) questions? from', text)
    assert links
    for to, count in links:
        listed = client.get(to.replace("&amp;", "&")).text
        assert len(re.findall(r'<td class="move">', listed)) == int(count)


def test_swapped_it_says_the_opposite(client: TestClient, folder: Folder) -> None:
    run = folder.runs[0]
    first = client.get(address(f"{run}:weak", f"{run}:good", moved="better")).text
    swap = re.search(r'data-key="s" href="([^"]*)"', first)
    assert swap
    second = client.get(swap[1].replace("&amp;", "&")).text
    assert tabs(second) == {
        "Better": tabs(first)["Worse"],
        "Worse": tabs(first)["Better"],
        "Same": tabs(first)["Same"],
    }


def test_of_two_runs_the_earlier_is_first_and_a_shared_generator_is_taken(
    client: TestClient, folder: Folder
) -> None:
    earlier, later = folder.runs[:2]
    shown = client.get(f"/compare?run={later}&run={earlier}")
    assert shown.status_code == 303
    assert shown.headers["location"].startswith(f"/compare?a={earlier}%3A")
    assert f"&b={later}%3A" in shown.headers["location"]
    assert client.get(shown.headers["location"]).status_code == 200


def test_each_judge_has_its_own_comparison(client: TestClient, folder: Folder) -> None:
    run = folder.runs[0]
    lenient = scores_of(folder, run, "lenient")
    text = client.get(address(f"{run}:weak", f"{run}:good", judge="lenient")).text
    better = sum(lenient["good"][case] > lenient["weak"][case] for case in lenient["weak"])
    assert tabs(text)["Better"] == better


@pytest.fixture
def patient(monkeypatch: pytest.MonkeyPatch) -> None:
    """The page of a run waits for its headline, however slow the machine is."""
    monkeypatch.setattr("jurist.web.runs.findings._PATIENCE_S", 60)


@pytest.mark.usefixtures("patient")
def test_what_decides_is_not_said_to_decide_nothing(tmp_path: Path) -> None:
    folder = make_folder(tmp_path)
    write_dataset(tmp_path, cases=12)
    generators = ", ".join(
        f'{{callable: "{folder.module}:{name}", name: {name}}}' for name in ("wrong", "older")
    )
    (tmp_path / f"{folder.module}.py").write_text(
        "def wrong(question): return \"trait('age') > 5000\"\n"
        "def older(question): return \"trait('age') > 3\"\n"
    )
    study = parse_study(
        "name: origins\ndatasets: [{name: small, schema: schema.yaml, cases: cases.jsonl}]\n"
        "questions: {use: all, generator: realizer}\n"
        f"generators: [{generators}, rules]\njudges: [proof]\n",
        folder=tmp_path,
    )
    with closing(folder.open()) as store:
        run = run_study(study, store).run
    with client_of(Settings(folder.place)) as client:
        said = client.get(f"/runs/{run}").text
    assert "Synthetic questions are shown, and decide nothing." in said
    assert "on authored questions, by proof" in said
    assert "on synthetic questions, by proof" not in said


def test_of_several_answers_it_is_said_which_is_shown(tmp_path: Path) -> None:
    folder = make_folder(tmp_path)
    run = folder.run(cases=5, generators=("weak", "good, samples: 2=good"), judges=(CAREFUL,))
    once = folder.run(cases=5, name="once", generators=("weak", "good"), judges=(CAREFUL,))
    with client_of(Settings(folder.place)) as client:
        said = "the mean over its answers; its first answer is shown"
        assert said in client.get(address(f"{run}:weak", f"{run}:good")).text
        assert said not in client.get(address(f"{once}:weak", f"{once}:good")).text


@pytest.mark.usefixtures("patient")
def test_a_proof_says_first_who_is_better(tmp_path: Path) -> None:
    folder = make_folder(tmp_path)
    run = folder.run(cases=20, judges=(CAREFUL, "proof"))
    with client_of(Settings(folder.place)) as client:
        assert (
            "judged by <bdi>proof</bdi>"
            in client.get(f"/compare?run={run}", follow_redirects=True).text
        )
        board = client.get(f"/runs/{run}").text
        assert "on authored questions, by proof" in board
        assert "by careful" not in board
    assert folder.cli("report", run).output.splitlines()[1].split()[1] == "proof"


def test_a_part_narrows_the_list(client: TestClient, folder: Folder) -> None:
    run = folder.runs[0]
    text = client.get(address(f"{run}:weak", f"{run}:good", part="tag:even", moved="same")).text
    cases = re.findall(r'<td class="case-id"><bdi>case-(\d+)</bdi>', text)
    assert cases
    assert all(int(case) % 2 == 0 for case in cases)


def test_numbers_beside_a_part_are_those_of_their_lists(client: TestClient, folder: Folder) -> None:
    run = folder.runs[0]
    text = client.get(address(f"{run}:weak", f"{run}:good", part="tag:even")).text
    links = re.findall(
        r'<a href="(/compare[^"#]*moved=[^"#]*)#list"[^>]*>[A-Za-z ]*(\d+)</a>', text
    )
    assert len({count for _, count in links}) > 2
    for to, count in links:
        listed = client.get(to.replace("&amp;", "&")).text
        assert listed.count('<td class="case-id">') == int(count), to


def test_one_system_that_is_named_is_kept(client: TestClient, folder: Folder) -> None:
    run = folder.runs[1]
    for place, other in (("a", "b"), ("b", "a")):
        location = client.get(f"/compare?{place}={run}:weak").headers["location"]
        assert f"{place}={run}%3Aweak" in location
        assert f"{other}={run}%3Agood" in location
    alone = client.get(f"/compare?a={folder.runs[2]}:good")
    assert "no two systems" in alone.text


def test_of_two_runs_what_changed_is_compared(tmp_path: Path) -> None:
    folder = make_folder(tmp_path)
    for name, second in (("before", "weak"), ("after", "weak=wrong")):
        folder.run(cases=10, name=name, generators=("good", second), judges=(CAREFUL,))
    with client_of(Settings(folder.place)) as client:
        location = client.get("/compare?run={}&run={}".format(*folder.runs)).headers["location"]
    assert location.count("%3Aweak") == 2


def test_questions_without_a_score_are_told_apart_from_the_pairs(tmp_path: Path) -> None:
    folder = make_folder(tmp_path)
    run = folder.run(cases=12, judges=(SILENT,))
    scored = scores_of(folder, run, "silent")["good"]
    with client_of(Settings(folder.place)) as client:
        text = client.get(address(f"{run}:weak", f"{run}:good")).text
    assert "12 questions of 12 cases that both were asked" in text
    assert f", {len(scored)} with a score from both, judged by" in text
    assert tabs(text)["Same"] == len(scored)  # nobody gave the middle that lets shared gaps cancel
    assert "1 pair without a score, where both gave the same answer" in text
    assert not re.search(r"questions? from 3 to 3", text)


def test_runs_that_are_not_comparable_are_compared_only_when_asked_to(
    client: TestClient, folder: Folder
) -> None:
    one, other = f"{folder.runs[0]}:good", f"{folder.runs[3]}:good"
    refused = client.get(address(one, other))
    assert refused.status_code == 200
    assert "has the judge &#39;careful&#39;" in refused.text
    assert 'name="although"' in refused.text
    assert "How much better" not in refused.text
    asked = client.get(address(one, other, although="yes")).text
    assert "How much better" in asked
    assert "has the judge &#39;careful&#39;" in asked


@pytest.mark.parametrize(
    ("query", "status", "said"),
    [
        ("a={0}:good&b={0}:good", 200, "Both are the same system"),
        ("run={2}", 200, "There are no two systems"),
        ("a={0}:goood&b={0}:weak", 404, "did you mean &#39;good&#39;?"),
        ("a={0}&b={0}:weak", 422, "RUN:GENERATOR"),
        ("a=nothing:good&b={0}:weak", 404, "there is no run"),
        ("a={0}:good&b={0}:weak&judge=carefull", 404, "did you mean &#39;careful&#39;?"),
        ("a={0}:good&b={0}:weak&moved=up", 404, "there is no move"),
        ("a={0}:good&b={0}:weak&origin=real", 404, "there is no origin"),
        ("a={0}:good&b={0}:weak&part=tag:evenn", 404, "did you mean &#39;tag:even&#39;?"),
    ],
)
def test_what_cannot_be_compared_is_said(
    client: TestClient, folder: Folder, query: str, status: int, said: str
) -> None:
    shown = client.get("/compare?" + query.format(*folder.runs))
    assert shown.status_code == status
    assert said in shown.text


def test_the_same_generator_that_answered_the_same_is_unchanged(
    client: TestClient, folder: Folder
) -> None:
    again = folder.run(cases=40, name="again", judges=(CAREFUL, LENIENT))
    text = client.get(address(f"{folder.runs[0]}:good", f"{again}:good")).text
    assert "good is unchanged" in text
