"""Every error names the input, what was expected and the fix, whatever was wrong."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from itertools import islice
from pathlib import Path

import pytest

import jurist as package
from commands import Jurist
from wrong_inputs import FILES, Wrong, wrong_inputs

ALL = list(wrong_inputs())
PARTS = re.compile(
    r"error: (?P<problem>.+?)\n  expected: (?P<expected>.+?)\n  fix: (?P<fix>.+)", re.S
)
LEAKS = re.compile(
    r"\(and |invalid literal|Traceback|0x[0-9a-f]{6}|NoneType|Tuple should|Value error|Errno"
)
ERRORS = {
    "JuristError", "InputError", "DatasetError", "StudyError", "AnnotationError", "SchemaError",
    "StoreError", "UnsupportedError",
}  # fmt: skip


def test_there_are_two_hundred_of_them_and_more() -> None:
    assert len({(each.arguments, tuple(each.files.items())) for each in ALL}) >= 200


@pytest.mark.parametrize("part", range(10))
def test_an_error_has_three_parts(jurist: Jurist, tmp_path: Path, part: int) -> None:
    faults: list[str] = []
    for each in islice(ALL, part, None, 10):
        for path in filter(Path.is_file, tmp_path.iterdir()):
            path.unlink()
        for name, text in {**FILES, **each.files}.items():
            (tmp_path / name).write_text(text)
        fault = _fault(jurist, each)
        if fault:
            faults.append(fault)
    assert not faults, "\n".join(faults)


def _fault(jurist: Jurist, wrong: Wrong) -> str:
    said = jurist(*wrong.arguments)
    parts = PARTS.search(said.err)
    what = f"{wrong.arguments} {wrong.files}"[-300:]
    if said.code != 2 or said.out or parts is None:
        return f"{what}: {said.code} {said.out[-200:]!r} {said.err[-600:]!r}"
    if wrong.names not in said.err or LEAKS.search(said.err):
        return f"{what} does not name {wrong.names!r}, or leaks: {said.err!r}"
    if not all(part.strip() for part in parts.groups()):
        return f"{what}: a part is empty: {said.err!r}"
    return ""


def calls() -> Iterator[tuple[str, ast.Call]]:
    """Each place in the source where an error of ours is made."""
    root = Path(package.__file__).parent
    for path in root.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.Call):
                called = node.func
                name = called.id if isinstance(called, ast.Name) else getattr(called, "attr", "")
                if name in ERRORS or name == "raises":
                    yield f"{path.relative_to(root)}:{node.lineno}", node


PASSED_ON = {"store/grouping.py", "cli/judge.py"}
"""Where the text of an error that was made elsewhere is said again."""


def test_whoever_makes_an_error_says_what_was_expected() -> None:
    silent = [
        place
        for place, call in calls()
        if not {"expected", None} & {keyword.arg for keyword in call.keywords}
        and place.partition(":")[0] not in PASSED_ON
        and "cql/semantics" not in place  # subjects as JSON: their `where` and problem say it
    ]
    assert silent == []
