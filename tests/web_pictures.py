"""Takes a picture of each page of the web application, for the documentation.

    python tests/web_pictures.py docs/pictures

The demo is run into a folder of its own, a judge is challenged, some answers are labelled; then
Debian's Chromium opens each page as a reader would.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

from starlette.testclient import TestClient

from jurist.runs.results import results
from jurist.store import read_store
from jurist.store.challenges import challenges_of
from jurist.store.runs import get_run
from jurist.web.settings import Settings
from web.browsing import browser_of_tests, looking
from web.served import client_of, serving

WIDE, PHONE = (1400, 900), (400, 850)


@dataclass(frozen=True, slots=True)
class Picture:
    """A page, and how it is looked at."""

    name: str
    path: str
    theme: str = "light"
    size: tuple[int, int] = WIDE
    waits_for: str = "main"
    """What must be there before it is taken."""
    begins_with: str = "body"
    """What stands at the top of the window."""


def made_store(folder: Path) -> Path:
    """The demo's store, with a study of one's own and a judge that was challenged."""
    jurist = [sys.executable, "-m", "jurist"]
    store = folder / "jurist.db"
    subprocess.run(
        [*jurist, "demo", "--quiet", "--folder", str(folder)], check=True, stdout=subprocess.DEVNULL
    )
    (folder / "texts.py").write_text(
        "def same_text(question, reference, candidate, workspace):\n"
        "    same = ''.join((reference or '').split()) == ''.join((candidate or '').split())\n"
        "    return (5.0, 'the same text') if same else (2.0, 'another text')\n"
    )
    (folder / "study.yaml").write_text(
        "name: shop-rules\n"
        "datasets: [{name: shop, sample: 40}]\n"
        "generators: [rules, nearest]\n"
        "judges: [proof, {callable: 'texts:same_text', name: same-text}]\n"
    )
    environment = {
        **os.environ,
        "PYTHONPATH": f"{folder}{os.pathsep}{os.environ.get('PYTHONPATH', '')}",
    }
    for words in (
        ("run", "study.yaml", "--quiet", "--store", str(store)),
        (
            *("challenge", "--study", "study.yaml", "--judge", "same-text"),
            *("--dataset", "shop", "--store", str(store)),
        ),
    ):
        subprocess.run(
            [*jurist, *words],
            cwd=folder,
            env=environment,
            check=words[0] != "challenge",  # it does not qualify
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
    return store


def labelled(client: TestClient, run: str) -> str:
    """Make a queue of a run and label half of it; returns the queue's id."""
    made = client.post("/v1/queues", json={"run": run, "name": "demo, first look", "count": 24})
    assert made.status_code in {200, 201}, made.text
    queue = made.json()["id"]
    for number in range(11):
        item = client.get(f"/v1/queues/{queue}/next").json()
        done = client.post(
            "/v1/annotations",
            json={"queue": queue, "task": item["task"], "scores": [1 + (number * 7) % 5]},
            headers={"Idempotency-Key": item["key"]},
        )
        assert done.status_code in {200, 201}, done.text
    return queue


def pictures(store: Path, queue: str) -> Iterator[Picture]:
    """What is shown, in the order of the navigation."""
    opened = read_store(str(store))
    try:
        run = get_run(opened, "demo").id
        mine = get_run(opened, "shop-rules").id
        asked = challenges_of(opened, "same-text")[0].id
        sql = get_run(opened, "demo-sql").id
        shown = next(
            result.task
            for result in results(opened, run)
            if result.case.id == "shop-089" and result.generator == "rules"
        )
        table = next(
            result.task
            for result in results(opened, sql)
            if result.verdict.evidence is not None
            and result.verdict.evidence.witnesses
            and result.verdict.score == 2
        )
    finally:
        opened.close()
    judge = quote("same-text")
    yield Picture("runs", "/runs")
    yield Picture("run", f"/runs/{run}")
    yield Picture(
        "run-dark", f"/runs/{run}?generator=rules&relation=overlaps", "dark", begins_with=".list"
    )
    yield Picture("case", f"/runs/{run}/answers/{shown}?generator=rules&relation=overlaps")
    yield Picture("case-phone", f"/runs/{run}/answers/{shown}", size=PHONE)
    yield Picture("case-sql", f"/runs/{sql}/answers/{table}")
    yield Picture("compare", f"/compare?a={run}:nearest&b={run}:rules")
    yield Picture("judges", "/judges")
    yield Picture("judge", f"/judges/{judge}?run={mine}")
    yield Picture("challenge", f"/judges/{judge}/challenges/{asked}")
    yield Picture("disagreements", f"/disagreements?run={mine}")
    yield Picture("annotate", f"/annotate/{queue}/next")
    yield Picture("annotate-phone-dark", f"/annotate/{queue}/next", "dark", PHONE)
    yield Picture("studies", "/studies")
    yield Picture(
        "study", "/studies/study.yaml", waits_for="main:not(:has-text('being looked at'))"
    )
    yield Picture("settings", "/settings")


def main() -> None:
    """Take them all."""
    parser = argparse.ArgumentParser(description="pictures of every page")
    parser.add_argument("out", type=Path)
    parser.add_argument("--only", nargs="*", help="names of pictures")
    asked = parser.parse_args()
    asked.out.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as made:
        folder = Path(made)
        store = made_store(folder)
        settings = Settings(str(store), studies=folder)
        with client_of(settings) as client:
            opened = read_store(str(store))
            run = get_run(opened, "demo").id
            opened.close()
            queue = labelled(client, run)
        with serving(settings) as address, browser_of_tests() as browser:
            for picture in pictures(store, queue):
                if asked.only and picture.name not in asked.only:
                    continue
                with looking(browser, address, size=picture.size, theme=picture.theme) as look:
                    page = look.open(picture.path)
                    page.wait_for_selector(picture.waits_for)
                    page.locator(picture.begins_with).first.evaluate(
                        "node => node.scrollIntoView()"
                    )
                    page.screenshot(path=str(asked.out / f"{picture.name}.png"))
                    print(picture.name, *look.heard)


if __name__ == "__main__":
    main()
