"""Datasets of Spider and BIRD: their questions and references as cases, database by database.

    Spider   dev.json, train_*.json, ...: [{"db_id", "question", "query"}]
    BIRD     dev.json, ...:               [{"db_id", "question", "SQL", "evidence", "difficulty"}]

Files of JSON Lines with the same keys are read too, as are `reference` for `query`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Final, cast

from jurist.errors import DatasetError
from jurist.languages.capabilities import Imported
from jurist.languages.documents import parse_document, read_document
from jurist.languages.lines import lines_of
from jurist.languages.sql.schemas.layouts import Layout, layout_of
from jurist.languages.texts import explained
from jurist.records import Case, Origin, Question

LAYOUTS: Final = ("spider", "bird")
_QUERIES: Final = ("query", "SQL", "reference")
_SPACES: Final = re.compile(r"\s+")
_EXPECTED: Final = '[{"db_id", "question", "query" or "SQL"}, ...]'


def imported(layout: str, folder: Path) -> Iterator[Imported]:
    """The datasets of a folder, one for each database that questions are asked of.

    References that are the same text are one case with several questions.

    Args:
        layout: Of `LAYOUTS`.
        folder: As the set is published: a file of schemas, files of questions, databases.

    Raises:
        InputError: There is no file of schemas or of questions, or one cannot be read.
    """
    schemas = _schemas(folder)
    asked: dict[str, dict[str, list[tuple[str, Mapping[str, object]]]]] = {}
    for file in _question_files(folder):
        for number, row in enumerate(_rows(file), 1):
            where = f"{file}, item {number}"
            name = _text(row, ("db_id",), where)
            query = _SPACES.sub(" ", _text(row, _QUERIES, where)).strip()
            known = asked.setdefault(name, {})
            known.setdefault(query, []).append((f"{file.stem}-{number}", row))
    if not asked:
        raise DatasetError(
            f"{folder} has no questions",
            expected=f"a file such as dev.json: {_EXPECTED}",
            fix="name the folder in which it lies",
        )
    for name, cases in asked.items():
        yield Imported(
            name,
            schemas.document(name),
            tuple(_case(query, questions, layout) for query, questions in cases.items()),
        )


def _schemas(folder: Path) -> Layout:
    found = layout_of(folder)
    if found is None:
        several = len(list(folder.glob("*tables.json"))) if folder.is_dir() else 0
        raise DatasetError(
            f"{folder} has {several or 'no'} files of schemas",
            expected="a single tables.json, dev_tables.json or train_tables.json",
            fix="name the folder in which it lies, one part of the set at a time",
        )
    return found


def _question_files(folder: Path) -> list[Path]:
    files = [*sorted(folder.glob("*.json")), *sorted(folder.glob("*.jsonl"))]
    return [file for file in files if not file.name.endswith("tables.json")]


def _rows(file: Path) -> Iterator[Mapping[str, object]]:
    """The objects of a file; none of a JSON file of another kind, such as one of predictions."""
    if file.suffix == ".json":
        rows = read_document(file, raises=DatasetError).get("items")
        yield from _questions(rows)
        return
    with explained(file, raises=DatasetError), file.open("rb") as opened:
        for number, line in enumerate(lines_of(opened, str(file)), 1):
            if line.strip():
                text = line.decode("utf-8", "replace")
                where = f"{file}, line {number}"
                row = parse_document(text, where=where, raises=DatasetError, syntax="json")
                yield from _questions([row])


def _questions(rows: object) -> Iterator[Mapping[str, object]]:
    for row in cast("list[object]", rows) if isinstance(rows, list) else ():
        if isinstance(row, dict) and "db_id" in row and "question" in row:
            yield cast("dict[str, object]", row)


def _case(query: str, questions: list[tuple[str, Mapping[str, object]]], layout: str) -> Case:
    identity, first = questions[0]
    difficulty = first.get("difficulty")
    return Case(
        identity,
        query,
        tuple(
            Question(name, _request(row, name), Origin.AUTHORED, author=layout)
            for name, row in questions
        ),
        tags=(difficulty,) if isinstance(difficulty, str) and difficulty else (),
    )


def _request(row: Mapping[str, object], where: str) -> str:
    """The question, with what BIRD says beside it of the words in it."""
    hint = row.get("evidence")
    question = _text(row, ("question",), where).strip()
    return (
        f"{question}\nHint: {hint.strip()}" if isinstance(hint, str) and hint.strip() else question
    )


def _text(row: Mapping[str, object], keys: tuple[str, ...], where: str) -> str:
    value = next((row[key] for key in keys if key in row), None)
    if not isinstance(value, str) or not value.strip():
        raise DatasetError(
            f"there is no {' or '.join(keys)}",
            expected=_EXPECTED,
            fix="mend the item, or leave it out",
            where=where,
        )
    return value
