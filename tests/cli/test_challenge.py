"""`jurist challenge`: exit codes, the file for the gate, what is not paid twice."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from challenged import write_challenged, write_judges
from jurist.cli import build_app
from jurist.errors import InputError
from model_server import Json
from studies import write_module
from threaded_server import prompt_of, serving


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    write_challenged(tmp_path)
    monkeypatch.chdir(tmp_path)
    return tmp_path


def _jurist(*arguments: str) -> Result:
    return CliRunner().invoke(build_app(), arguments)


def _challenge(*arguments: str, sample: int = 3, pairs: int = 0) -> Result:
    sizes = ("--sample", str(sample), "--metamorphic", str(pairs), "--workers", "1")
    # Three items, all wrong, are significantly above 5 %: an operator with so few is tested.
    shares = ("--max-error", "0.6", "--max-operator-error", "0.05", "--max-untested", "0.9")
    limits = (*shares, "--least", "3")
    return _jurist("challenge", *arguments, *sizes, *limits)


def test_exit_codes_tables_and_the_file(folder: Path) -> None:
    module = write_judges(folder)
    proof = _challenge("--judge", "proof", "--dataset", str(folder), "--out", "c.json", pairs=2)
    assert proof.exit_code == 0, proof.output
    assert "proof qualifies: at most 30.8% errors in all" in proof.output.replace("\n", " ")
    assert "instruction in a literal" in proof.output
    made = json.loads((folder / "c.json").read_text())
    assert made["judge"] == "proof"
    assert made["decision"] == "pass"
    assert {"operator", "errors", "trials"} <= made["operators"][0].keys()
    asked = ("--judge", f"{module}:always_five", "--dataset", str(folder))
    five = _challenge(*asked, "--out", "five.html", sample=8)
    assert five.exit_code == 1
    assert "always_five does not qualify: " in five.output
    page = (folder / "five.html").read_text()
    assert "always_five does not qualify: " in page
    assert "window_changed" in page
    assert _challenge(*asked, "--out", "five.md", sample=8).exit_code == 1
    assert "| window\\_changed | 8 misses | 8 |" in (folder / "five.md").read_text()
    assert "truth      A customer" in five.output or "truth      a customer" in five.output


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        ("raise ValueError('judge is down')", "first: ValueError: judge is down"),
        ("return 17", "first: it answered 17, expected a score from 1 to 5"),
    ],
)
def test_a_judge_that_never_works_is_an_error_with_its_reason(
    folder: Path, body: str, reason: str
) -> None:
    module = write_module(
        folder, f"def judge(question, reference, candidate, workspace):\n    {body}"
    )
    said = _challenge("--judge", f"{module}:judge", "--dataset", str(folder), "--out", "c.json")
    assert isinstance(said.exception, InputError)
    assert reason in str(said.exception)
    assert "it failed on all" in str(said.exception)
    assert said.stdout == ""
    assert not (folder / "c.json").exists()


def test_judged_once_whatever_is_asked_again(folder: Path) -> None:
    module = write_judges(folder)
    calls = folder / f"{module}.py.calls"
    asked = ("--judge", f"{module}:counting", "--dataset", str(folder), "--references", "2")
    first = _challenge(*asked, "--json")
    number = len(calls.read_text())
    assert number > 20
    second = _challenge(*asked, "--json")
    assert len(calls.read_text()) == number
    assert second.stdout == first.stdout


def test_a_study_s_judge_by_name_asks_its_model_and_pays_once(folder: Path) -> None:
    def reply(body: Json) -> str:
        same = "within(30 days)" in prompt_of(body).split("# user")[-1]
        return json.dumps({"reasoning": "I looked", "score": 5 if same else 2})

    with serving(reply) as server:
        (folder / "study.yaml").write_text(
            "name: s\n"
            "datasets: [{name: bakery, schema: schema.yaml, cases: cases.jsonl}]\n"
            "generators: [rules]\n"
            "judges: [proof, {llm: 'local:small', name: small, chain_of_thought: false}]\n"
            f"models: {{presets: {{local: {{base_url: '{server.url}', protocol: chat_completions, "
            "auth: none}}, prices: {'local:small': {input: 5, output: 10}}}\n"
        )
        asked = ("--study", "study.yaml", "--judge", "small", "--references", "2")
        first = _challenge(*asked, "--json", sample=1)
        assert isinstance(first.exception, SystemExit | None), first.exception
        assert json.loads(first.stdout)["open"] == 0
        cost = json.loads(first.stdout)["cost"]
        assert cost["usd"] > 0
        plan = _jurist(
            "plan", "challenge small", "--challenge", ".", "--max-error", "0.4", "--json"
        )
        size = json.loads(plan.stdout)["sizes"][0]
        assert size["usd"] == pytest.approx(cost["usd"] / cost["calls"] * size["items"])
        told = _jurist("plan", "challenge small", "--challenge", ".", "--max-error", "0.4")
        assert "cost" in told.output
        assert "references" in told.output
        paid = server.counts.requests
        assert paid == len(server.counts.by_body) > 10
        again = _challenge(*asked, "--json", "--store", "other.db", sample=1)
        assert server.counts.requests == 2 * paid  # another store, another ledger
        _challenge(*asked, "--json", sample=2)
        seen = set(server.counts.by_body)
        assert len(seen) > paid
        assert server.counts.requests == 2 * paid + len(seen) - paid  # only what is new
    assert json.loads(again.stdout)["operators"] == json.loads(first.stdout)["operators"]


def test_what_cannot_be_challenged_says_why(folder: Path) -> None:
    for arguments, words in (
        (("--judge", "proof"), "no dataset is named"),
        (("--judge", "prof", "--dataset", "shop"), "did you mean 'proof'"),
        (("--judge", "proof", "--dataset", "shpo"), "no dataset 'shpo'"),
        (("--judge", "{llm: [", "--dataset", "shop"), "--judge"),
    ):
        result = _challenge(*arguments)
        assert isinstance(result.exception, InputError), arguments
        assert words in str(result.exception)
    (folder / "study.yaml").write_text("name: s\ndatasets: [shop]\ngenerators: [rules]\n")
    result = _challenge("--study", "study.yaml", "--judge", "nobody")
    assert "no judge 'nobody'" in str(result.exception)
