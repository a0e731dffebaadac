"""`jurist runs` and `--fresh`: what is stored, at which commit, and beginning anew."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

from commands import Jurist
from jurist.store import open_store
from jurist.store.lock import hold_run
from jurist.store.runs import RunState, list_runs, set_state
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


def test_a_run_that_nobody_is_at_work_on_is_open(jurist: Jurist, tmp_path: Path) -> None:
    write_study(tmp_path, "trait('age') > 1")
    jurist("run", "study.yaml", "--quiet")
    store = open_store(tmp_path / "jurist.db")
    (record,) = list_runs(store)
    set_state(store, record.id, RunState.RUNNING)  # as after Ctrl-C, or kill -9

    def states() -> tuple[str, str]:
        (listed,) = json.loads(jurist("runs", "--json").out)
        return str(listed["state"]), jurist("report").out.split()[-1]

    assert states() == ("open", "open")
    with hold_run(store, record.id):
        assert states() == ("running", "running")  # this process
    holding = (
        "import sys; from jurist.store import open_store; from jurist.store.lock import hold_run\n"
        f"with hold_run(open_store({str(tmp_path / 'jurist.db')!r}), {record.id!r}):\n"
        "    print('held', flush=True); sys.stdin.read()\n"
    )
    with subprocess.Popen(
        [sys.executable, "-c", holding], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as other:
        assert other.stdout is not None
        assert other.stdin is not None
        assert other.stdout.readline() == "held\n"
        assert states() == ("running", "running")  # another one
        other.stdin.close()
        other.wait()
    assert states() == ("open", "open")
    store.close()


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
