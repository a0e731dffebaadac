"""`jurist runs` and `--fresh`: what is stored, at which commit, and beginning anew."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path

from commands import Jurist
from studies import write_dataset, write_module


def git(folder: Path, *arguments: str) -> str:
    done = subprocess.run(
        ["git", "-c", "user.email=ada@example.org", "-c", "user.name=Ada", *arguments],
        cwd=folder, capture_output=True, text=True, check=True,
    )  # fmt: skip
    return done.stdout.strip()


def write_study(folder: Path, answer: str) -> None:
    write_dataset(folder, cases=3)
    module = write_module(folder, f"def answer(question):\n    return {answer!r}\n")
    (folder / "study.yaml").write_text(
        "name: mine\ndatasets: [{name: small, schema: schema.yaml, cases: cases.jsonl}]\n"
        f"questions: {{use: authored}}\ngenerators: [{{callable: '{module}:answer', name: g}}]\n"
    )


def test_runs_are_listed_with_name_commit_and_time(jurist: Jurist, tmp_path: Path) -> None:
    write_study(tmp_path, "trait('age') > 1")
    jurist("run", "study.yaml", "--quiet")
    (before,) = json.loads(jurist("runs", "--json").out)
    assert before["commit"] is None
    git(tmp_path, "init", "-q")
    git(tmp_path, "add", "study.yaml")
    git(tmp_path, "commit", "-qm", "a study")
    commit = git(tmp_path, "rev-parse", "HEAD")
    jurist("run", "study.yaml", "--quiet", "--fresh")
    (after,) = json.loads(jurist("runs", "--json").out)
    assert after == {**before, "commit": commit, "begun_ms": after["begun_ms"]}
    assert after["begun_ms"] > before["begun_ms"]
    row = jurist("runs").out.splitlines()[1].split()
    assert row[:3] == [after["id"], "mine", commit[:10]]
    with (tmp_path / "study.yaml").open("a") as study:
        study.write("# changed\n")
    jurist("run", "study.yaml", "--quiet", "--fresh")
    assert json.loads(jurist("runs", "--json").out)[0]["commit"] == f"{commit}+"


def test_fresh_asks_again_and_without_it_nothing_is_asked_twice(
    jurist: Jurist, tmp_path: Path
) -> None:
    write_study(tmp_path, "trait('age') > 1")
    (module,) = tmp_path.glob("plugin_*.py")
    module.write_text(
        "from pathlib import Path\n"
        "def answer(question):\n"
        "    with Path('asked').open('a') as asked: asked.write('x')\n"
        "    return \"trait('age') > 1\"\n"
    )
    for more, asked in (((), 3), ((), 3), (("--fresh",), 6), ((), 6)):
        assert jurist("run", "study.yaml", "--quiet", *more).code == 0
        assert (tmp_path / "asked").read_text() == "x" * asked
