"""Finished runs with generators and judges of known quality, in a store of their own."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from pathlib import Path

from typer.testing import CliRunner, Result

from jurist.cli import build_app
from jurist.runs import parse_study, run_study
from jurist.store import Store, open_store
from studies import write_dataset, write_module

ROLES = """
    from hashlib import sha256

    def _chance(*parts):
        digest = sha256("/".join(map(str, parts)).encode()).hexdigest()
        return int(digest[:8], 16) / 2**32

    def good(question):
        number = int(question.split()[-1])
        return f"trait('age') > {number + (number % 5 == 0)}"

    def weak(question):
        number = int(question.split()[-1])
        return f"trait('age') > {number + 7 * (number % 2)}"

    def wrong(question):
        return "trait('age') > 5000"

    def careful(question, reference, candidate, workspace):
        right = reference == candidate
        if _chance("careful", question, candidate) < 0.1:
            right = not right
        return (5.0, "alike") if right else (2.0, "not alike")

    def careful_too(question, reference, candidate, workspace):
        return careful(question, reference, candidate, workspace)

    def lenient(question, reference, candidate, workspace):
        if reference == candidate or _chance("lenient", question, candidate) < 0.6:
            return (4.0, "near enough")
        return (3.0, "hm")

    def shy(question, reference, candidate, workspace):
        return "no idea"

    def silent(question, reference, candidate, workspace):
        number = int(question.split()[-1])
        return "no idea" if number % 3 == 0 else 4.0
"""

CAREFUL = '{{callable: "{module}:careful", name: careful}}'
LENIENT = '{{callable: "{module}:lenient", name: lenient}}'
SILENT = '{{callable: "{module}:silent", name: silent}}'
PANEL = (
    '{{panel: [{{callable: "{module}:careful", name: one}}, '
    '{{callable: "{module}:careful_too", name: copy}}, '
    '{{callable: "{module}:lenient", name: other}}], name: panel}}'
)


@dataclass(frozen=True)
class Folder:
    """A folder with a module of roles and a store, in which studies are run."""

    path: Path
    module: str
    runs: list[str] = field(default_factory=list[str])

    @property
    def place(self) -> str:
        """The store's file, for `--store`."""
        return str(self.path / "jurist.db")

    def open(self) -> Store:
        """The store."""
        return open_store(self.place)

    def run(
        self,
        *,
        cases: int = 40,
        name: str = "study",
        judges: tuple[str, ...] = (CAREFUL, LENIENT),
        generators: tuple[str, ...] = ("good", "weak"),
        extra: str = "",
        store: str = "",
    ) -> str:
        """Run a study to its end, in the folder's store or another; returns the run's id."""
        write_dataset(self.path, cases=cases)
        generating = ", ".join(
            f'{{callable: "{self.module}:{each.split("=")[-1]}", name: {each.split("=")[0]}}}'
            for each in generators
        )
        judging = ", ".join(each.format(module=self.module) for each in judges)
        text = (
            f"name: {name}\n"
            "datasets: [{name: small, schema: schema.yaml, cases: cases.jsonl}]\n"
            "questions: {use: authored}\n"
            f"generators: [{generating}]\n"
            f"judges: [{judging}]\n{extra}\n"
        )
        (self.path / f"{name}.yaml").write_text(text)
        opened = open_store(store) if store else self.open()
        try:
            run = run_study(parse_study(text, folder=self.path), opened).run
        finally:
            opened.close()
        self.runs.append(run)
        return run

    def cli(self, *arguments: str, typed: str | None = None) -> Result:
        """A command on this folder's store. Errors of ours stay exceptions in the result."""
        return CliRunner().invoke(build_app(), [*arguments, "--store", self.place], input=typed)

    def export(self, run: str, *arguments: str) -> list[dict[str, object]]:
        """The tasks that `annotate --export` writes."""
        path = self.path / "export.jsonl"
        path.unlink(missing_ok=True)  # an export is never written over
        result = self.cli("annotate", run, "--export", str(path), *arguments)
        assert result.exit_code == 0, result.output
        return [json.loads(line) for line in path.read_text().splitlines()]

    def label(self, run: str, rows: list[dict[str, object]], *arguments: str) -> Result:
        """Import labels."""
        path = self.path / "labels.jsonl"
        path.write_text("".join(json.dumps(row) + "\n" for row in rows))
        return self.cli("annotate", run, "--import", str(path), *arguments)


def make_folder(path: Path) -> Folder:
    """A folder whose module has the roles of `ROLES`."""
    return Folder(path, write_module(path, ROLES))


def truth(row: dict[str, object]) -> int:
    """What a person says of an exported task: 5 where the candidate is right, else 2."""
    reference, candidate = str(row["reference"]), str(row["candidate"])
    return 5 if reference == candidate or ("refusal" in reference and "refusal" in candidate) else 2


def labelled(rows: list[dict[str, object]], annotator: str = "ada") -> list[dict[str, object]]:
    """Exported tasks with a right answer filled in."""
    return [{**row, "annotator": annotator, "scores": [truth(row)]} for row in rows]
