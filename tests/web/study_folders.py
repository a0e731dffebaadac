"""A folder of studies whose generators take their time, or do worse."""

from __future__ import annotations

from pathlib import Path

from starlette.testclient import TestClient

from studies import write_dataset, write_module

SLOW_S = 0.05
ROLES = f"""
    import os
    import time

    def answer(question):
        with open(__file__ + ".calls", "a") as calls:
            calls.write(question + "\\n")
        time.sleep({SLOW_S})
        return "trait('age') > " + question.split()[-1]

    def go(question):
        print("<script>alert(1)</script>", flush=True)
        print("long " * 5000, flush=True)
        os._exit(9)
"""


class StudyFolder:
    """A folder of studies beside a store."""

    def __init__(self, path: Path, *, cases: int = 40) -> None:
        self.path = path / "studies"
        self.path.mkdir()
        self.store = str(path / "jurist.db")
        write_dataset(self.path, cases=cases)
        self.module = write_module(self.path, ROLES)
        self.write("slow.yaml", "answer")
        self.write("going.yaml", "go")

    def write(self, name: str, role: str, *, extra: str = "", called: str = "") -> Path:
        """A study with one of the roles as its generator."""
        path = self.path / name
        path.write_text(
            f"name: {called or name.partition('.')[0]}\n"
            "datasets: [{name: small, schema: schema.yaml, cases: cases.jsonl}]\n"
            "questions: {use: authored}\nconcurrency: 1\n"
            f'generators: [{{callable: "{self.module}:{role}", name: g}}]\njudges: [proof]\n{extra}'
        )
        return path

    def calls(self) -> list[str]:
        """The questions that `answer` was asked, in their order."""
        log = self.path / f"{self.module}.py.calls"
        return log.read_text().splitlines() if log.exists() else []


def state_of(client: TestClient, study: str) -> str:
    """How a study's session stands, as the page's script asks."""
    response = client.get(f"/studies/{study}/words")
    return response.json()["state"] if response.status_code == 200 else "not begun"
