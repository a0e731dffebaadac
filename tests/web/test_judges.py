"""Pages of judges say what `jurist align` and `jurist challenge` say."""

from __future__ import annotations

import html
import re
import time
from pathlib import Path

from httpx2 import Response
from starlette.testclient import TestClient

from judged_runs import LENIENT, make_folder
from jurist.alignment.against import Yardstick
from jurist.alignment.cards.aligning import align_judges
from jurist.alignment.cards.statistics import EXACT
from jurist.report.numbers import percent
from jurist.web.settings import Settings
from studies import write_module
from web.judged import challenge, judged_and_labelled
from web.served import client_of


def _ready(client: TestClient, path: str) -> Response:
    """A page with its numbers, which are computed beside it."""
    while "Refresh" in (response := client.get(path)).headers:
        assert "are being computed" in response.text
        time.sleep(0.05)
    return response


def _text(response: Response) -> str:
    assert response.status_code == 200
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", response.text))


def test_a_card_has_the_numbers_of_align(tmp_path: Path) -> None:
    folder, run = judged_and_labelled(tmp_path)
    store = folder.open()
    measured = align_judges(store, run, judges=["lenient"]).measured
    store.close()
    with client_of(Settings(folder.place)) as client:
        shown = _text(_ready(client, f"/judges/lenient?run={run}"))
    assert len(measured) == 2
    for each in measured:
        exact = dict(each.cards[0].statistics)[EXACT]
        low, high = percent(exact.low, 0), percent(exact.high, 0)
        assert f"{percent(exact.value, 0)} {low}–{high}" in shown
    assert "not challenged" in shown
    assert "jurist challenge --study STUDY.yaml --judge lenient" in shown


def test_the_list_tells_a_qualified_judge_from_one_that_fails(tmp_path: Path) -> None:
    folder, _ = judged_and_labelled(tmp_path, cases=5)
    result = challenge(folder)
    with client_of(Settings(folder.place)) as client:
        listed = _ready(client, "/judges")
        shown = _text(listed)
        for name in ("careful", "hasty", "lenient", "proof"):
            assert f" {name} " in shown
        assert "does not qualify" in shown
        assert "proves" in shown
        assert "not challenged" in shown
        assert result.worst is not None
        assert result.worst.operator in shown
        assert result.sentence in _text(client.get("/judges/hasty"))
        assert "challenge-hasty" not in shown  # its items are no run of anybody's study


def test_another_version_than_the_challenged_is_not_trusted(tmp_path: Path) -> None:
    folder, _ = judged_and_labelled(tmp_path, cases=5)
    challenge(folder, "hasty", name="careful")
    with client_of(Settings(folder.place)) as client:
        assert "another version was challenged" in _text(_ready(client, "/judges/careful"))


def test_unknown_names_are_told_with_the_nearest(tmp_path: Path) -> None:
    folder, run = judged_and_labelled(tmp_path, cases=3)
    with client_of(Settings(folder.place)) as client:
        missing = client.get("/judges/lenint")
        assert missing.status_code == 404
        assert "did you mean" in missing.text
        assert "lenient" in missing.text
        assert client.get("/judges/lenient?run=nowhere").status_code == 404
        assert client.get("/judges?run=nowhere").status_code == 404
        assert client.get(f"/judges?run={run}").status_code == 200


def test_new_labels_are_measured_at_once(tmp_path: Path) -> None:
    folder = make_folder(tmp_path)
    run = folder.run(cases=6, judges=("proof", LENIENT))
    with client_of(Settings(folder.place)) as client:
        assert "no labels with the role test" in _text(_ready(client, "/judges/lenient"))
        row = folder.export(run)[0]
        assert folder.label(run, [{**row, "annotator": "ada", "scores": [4]}]).exit_code == 0
        assert "lenient agrees with people" in _text(_ready(client, "/judges/lenient"))


def test_a_store_without_judges_says_what_to_do(tmp_path: Path) -> None:
    folder = make_folder(tmp_path)
    folder.open().close()
    with client_of(Settings(folder.place)) as client:
        assert "jurist demo" in _text(client.get("/judges"))


def test_numbers_of_a_card_open_their_answers(tmp_path: Path) -> None:
    folder, run = judged_and_labelled(tmp_path)
    store = folder.open()
    (measured,) = align_judges(store, run, judges=["lenient"], against=[Yardstick.PROOF]).measured
    store.close()
    with client_of(Settings(folder.place)) as client:
        card = _ready(client, f"/judges/lenient?run={run}").text
        cells = re.findall(
            r'href="(\?run=[^"]*against=proof[^"]*)#answers" aria-label="(\d+) answers', card
        )
        assert sum(int(number) for _, number in cells) == measured.cards[0].tasks
        for query, number in cells:
            opened = client.get(f"/judges/lenient{html.unescape(query)}")
            assert opened.text.count(f"/runs/{run}/answers/") == min(int(number), 50)
        kinds = re.findall(r'href="(\?run=[^"]*kind=[^"]*)#answers">(\d+)</a>', card)
        assert any("wrong=true" in query for query, _ in kinds)
        for query, number in kinds:
            opened = client.get(f"/judges/lenient{html.unescape(query)}").text
            assert opened.count(f"/runs/{run}/answers/") == int(number)
            said = "error" if "wrong=true" in query else "answer"
            assert re.search(rf"<h2>{number} {said}s? against", opened)
        unknown = html.unescape(kinds[0][0]).split("&kind=")[0] + "&kind=nothing"
        assert client.get(f"/judges/lenient{unknown}").status_code == 404


def test_a_score_between_levels_is_listed_wherever_it_counts(tmp_path: Path) -> None:
    folder = make_folder(tmp_path)
    source = "def between(question, reference, candidate, workspace): return 2.5"
    judge = f'{{{{callable: "{write_module(tmp_path, source)}:between", name: between}}}}'
    run = folder.run(cases=6, judges=("proof", judge), generators=("good",))
    with client_of(Settings(folder.place)) as client:
        card = _ready(client, f"/judges/between?run={run}").text
        cells = re.findall(
            r'href="(\?run=[^"]*against=proof[^"]*)#answers" aria-label="([\d.]+) answers', card
        )
        assert len(cells) == 4  # equal, and one too many: each halfway between 2 and 3
        for query, number in cells:
            opened = client.get(f"/judges/between{html.unescape(query)}").text
            assert opened.count(f"/runs/{run}/answers/") == 2 * float(number)
            assert f"counted as {number}: a score between two levels counts for both" in opened


def test_a_challenge_has_every_operator_and_its_items(tmp_path: Path) -> None:
    folder = make_folder(tmp_path)
    result = challenge(folder)
    with client_of(Settings(folder.place)) as client:
        listed = client.get("/judges/hasty").text
        (path,) = set(re.findall(r'href="(/judges/hasty/challenges/\w+)"', listed))
        whole = client.get(path)
        assert result.sentence in _text(whole)
        bounds = [each.rate.high for each in result.operators]
        names = re.findall(r'<th scope="row"><bdi>(\w+)</bdi>', whole.text)
        by_name = {each.operator: each.rate.high for each in result.operators}
        assert [by_name[name] for name in names] == sorted(bounds, reverse=True)
        failing = client.get(f"{path}?wrong=true")
        assert f"{result.total.errors} of {result.items} items" in _text(failing)
        worst = next(each for each in result.operators if each.errors)
        of_operator = client.get(f"{path}?wrong=true&operator={worst.operator}").text
        items = re.findall(rf'href="({path}/items/\d+[^"]*)"', of_operator)
        assert len(items) == worst.errors
        opened = _text(client.get(html.unescape(items[0])))
        assert "miss" in opened or "false alarm" in opened
        assert "What is certain" in opened
        mutants = client.get(f"{path}?kind=mutant").text
        number = re.search(r"<h2>(\d+) of \d+ items</h2>", mutants)
        first = re.search(rf'href="({path}/items/\d+[^"]*)"', mutants)
        assert number
        assert first
        opened = _text(client.get(html.unescape(first[1])))
        assert f"/ 1 of {number[1]}" in opened, "the items beside it are those of the list"
        assert client.get(f"{path}/items/99999").status_code == 404
        assert client.get(f"{path}?operator=nothing").status_code == 404
        assert client.get("/judges/hasty/challenges/0").status_code == 404


def test_an_item_is_shown_though_its_run_was_deleted(tmp_path: Path) -> None:
    folder = make_folder(tmp_path)
    result = challenge(folder)
    assert folder.cli("runs", "--delete", result.run).exit_code == 0
    with client_of(Settings(folder.place)) as client:
        (path,) = set(
            re.findall(r'"(/judges/hasty/challenges/\w+)"', client.get("/judges/hasty").text)
        )
        shown = client.get(f"{path}/items/0")
        assert shown.status_code == 200
        assert "was deleted" in shown.text


def test_hostile_names_are_text_and_lead_to_their_pages(tmp_path: Path) -> None:
    folder = make_folder(tmp_path)
    name = "a/b <script>alert(1)</script> ?x=1&y#z"
    folder.run(cases=3, judges=("proof", LENIENT.replace("name: lenient", f"name: '{name}'")))
    challenge(folder, "hasty", name=name)
    with client_of(Settings(folder.place)) as client:
        listed = _ready(client, "/judges").text
        assert "<script>alert" not in listed
        (path,) = set(re.findall(r'<td class="name"><a href="(/judges/a[^"]*)"', listed))
        card = _ready(client, html.unescape(path))
        assert card.status_code == 200
        assert "<script>alert" not in card.text
        (made,) = set(re.findall(r'href="([^"]*/challenges/\w+)"', card.text))
        assert client.get(html.unescape(made)).status_code == 200
        assert client.get(f"{html.unescape(made)}/items/0").status_code == 200
