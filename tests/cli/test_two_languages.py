"""One study over two languages, one of them of a package that was installed: as its own process."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest

import bag
from studies import SCHEMA

_BAG_SCHEMA = """
name: Orders
language: bag
tables:
  orders: {total: integer, status: text}
"""
_CASES = {
    "shop": [
        ("older", "trait('age') > 3", "who is older than 3", "trait('age') >= 4"),
        ("pro", "trait('plan') = 'pro'", "who is pro", "trait('plan') = 'free'"),
    ],
    "orders": [
        (
            "large",
            "from orders where total > 5 select status",
            "statuses of orders over 5",
            "from orders where total >= 6 select status order by total",
        ),
        (
            "sorted",
            "from orders where status = 'paid' and total > 2 select total order by total",
            "totals of paid orders over 2, smallest first",
            "from orders where total > 2 and status = 'paid' select total",
        ),
        ("misspelt", "from orders select total", "all totals", "from orders select totl"),
    ],
}
_STUDY = """
name: both
datasets:
  - {name: shop, schema: shop.yaml, cases: shop.jsonl}
  - {name: orders, schema: orders.yaml, cases: orders.jsonl}
questions: {use: authored}
generators: [{recorded: answers.jsonl}]
judges: [proof]
"""


@dataclass(frozen=True)
class Place:
    """A folder with the study, and the toy among the installed packages."""

    folder: Path
    environment: dict[str, str]

    def jurist(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, "-m", "jurist", *arguments],
            cwd=self.folder,
            env=self.environment,
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Place:
    folder, site = tmp_path_factory.mktemp("both"), tmp_path_factory.mktemp("site")
    (site / "bag").symlink_to(Path(bag.__file__).parent)
    info = site / "bag-1.0.dist-info"
    info.mkdir()
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: bag\nVersion: 1.0\n")
    (info / "entry_points.txt").write_text("[jurist.languages]\nbag = bag.language:BagLanguage\n")
    (folder / "shop.yaml").write_text(SCHEMA)
    (folder / "orders.yaml").write_text(_BAG_SCHEMA)
    (folder / "study.yaml").write_text(_STUDY)
    answers: list[dict[str, str]] = []
    for name, cases in _CASES.items():
        lines = [
            {
                "id": case,
                "reference": reference,
                "questions": [{"id": f"{case}-q", "text": text, "origin": "authored"}],
            }
            for case, reference, text, _ in cases
        ]
        (folder / f"{name}.jsonl").write_text("".join(json.dumps(line) + "\n" for line in lines))
        answers += [{"case": case, "query": answer} for case, _, _, answer in cases]
    (folder / "answers.jsonl").write_text("".join(json.dumps(line) + "\n" for line in answers))
    path = os.pathsep.join(filter(None, [str(site), os.environ.get("PYTHONPATH", "")]))
    made = Place(folder, {**os.environ, "PYTHONPATH": path})
    ran = made.jurist("run", "study.yaml", "--html", "report.html", "--quiet")
    assert ran.returncode == 0, ran.stderr
    return made


def test_each_answer_is_judged_in_its_own_language(place: Place) -> None:
    shown = place.jurist("report", "both", "--format", "json")
    assert shown.returncode == 0, shown.stderr
    items = json.loads(shown.stdout)["items"]
    verdicts = {item["case"]: item["rulings"][0] for item in items}
    scores = {case: verdict["score"] for case, verdict in verdicts.items()}
    assert scores["older"] == scores["large"] == 5
    assert scores["pro"] < 3
    assert scores["sorted"] == 4  # the same rows in another order
    assert scores["misspelt"] == 1
    relations = {case: verdict["relation"] for case, verdict in verdicts.items()}
    assert relations["large"] == "refines"
    assert relations["sorted"] == "different"


def test_the_report_draws_what_each_witness_is(place: Place) -> None:
    page = (place.folder / "report.html").read_text()
    assert "customer" in page
    assert "database" in page
    assert "no audience" not in page


def test_commands_speak_the_languages_own_words(place: Place) -> None:
    pair = "from orders select total", "from orders select total order by total"
    ran = place.jurist("diff", "--schema", "orders.yaml", *pair)
    assert ran.returncode == 0, ran.stdout + ran.stderr
    assert "every possible database" in ran.stdout
    back = place.jurist("diff", "--schema", "orders.yaml", *reversed(pair))
    assert back.returncode == 1
    assert "audience" not in ran.stdout + back.stdout
    assert "customer" not in ran.stdout + back.stdout


def test_it_is_mutated_checked_and_challenged(place: Place) -> None:
    mutants = place.jurist(
        "mutate", "from orders where total > 5 select total", "--schema", "orders.yaml"
    )
    assert mutants.returncode == 0, mutants.stderr
    assert "constant_changed" in mutants.stdout
    assert "audience" not in mutants.stdout
    checked = place.jurist("check", "orders.jsonl", "--schema", "orders.yaml")
    assert checked.returncode == 0, checked.stdout + checked.stderr
    challenged = place.jurist(
        "challenge", "--study", "study.yaml", "--judge", "proof", "--sample", "1", "--json"
    )
    assert challenged.returncode in {0, 1, 3}, challenged.stderr
    assert "constant_changed" in challenged.stdout


def test_what_the_toy_lacks_is_said(place: Place) -> None:
    study = (place.folder / "study.yaml").read_text().replace("{recorded: answers.jsonl}", "rules")
    study = study.replace("name: both", "name: read")
    (place.folder / "rules.yaml").write_text(study)
    ran = place.jurist("run", "rules.yaml", "--html", "rules.html")
    assert ran.returncode == 0, ran.stderr  # the other language's questions it reads
    assert "has no ReadsEnglish, which `rules` needs" in (place.folder / "rules.html").read_text()
    assert "has no ReadsEnglish" in ran.stderr + ran.stdout
