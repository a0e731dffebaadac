"""Options of `jurist run` for other machines: none is passed over, and nothing is stored first."""

from __future__ import annotations

from pathlib import Path

import pytest
from typer.testing import CliRunner

from jurist.cli import build_app
from jurist.errors import InputError
from studies import write_dataset

SERVER = ("--store", "postgresql://nobody@127.0.0.1:1/nothing")
STUDY = """
name: small
datasets: [{name: small, schema: schema.yaml, cases: cases.jsonl}]
questions: {use: authored}
generators: [rules]
"""


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("--prepare", "--shard", "1/2"), "--shard and --prepare do not go together"),
        (("--on", "slurm", "--shard", "1/2"), "--shard and --on do not go together"),
        (("--prepare", "--on", "ray"), "--prepare and --on do not go together"),
        (("--prepare", "--html", "r.html"), "--prepare and --html do not go together"),
        (("--on", "ray", "--workers", "2"), "--on and --workers do not go together"),
        (("--sessions", "2"), "--sessions is about sessions that are started elsewhere"),
        (("--cores", "2"), "--cores is about sessions that are started elsewhere"),
        (("--image", "i"), "--image is about sessions that are started elsewhere"),
        (("--folder", "f"), "--folder is about sessions that are started elsewhere"),
        (("--on", "ray", "--image", "i"), "--image is what pods run"),
        (
            ("--on", "slurm", "--sessions", "1", "--cores", "1", "--html", "r.html"),
            "there is no result yet",
        ),
    ],
)
def test_what_does_not_go_together_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, words: tuple[str, ...], said: str
) -> None:
    monkeypatch.chdir(tmp_path)
    write_dataset(tmp_path, cases=2)
    Path("study.yaml").write_text(STUDY)
    before = sorted(Path().iterdir())
    done = CliRunner().invoke(build_app(), ["run", "study.yaml", *SERVER, *words])
    assert isinstance(done.exception, InputError)
    assert said in str(done.exception)
    assert sorted(Path().iterdir()) == before
