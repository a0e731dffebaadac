"""Reading a study's datasets: those that ship with Jurist, and files of the user's own."""

from __future__ import annotations

import importlib.resources
from collections.abc import Mapping
from functools import partial
from pathlib import Path

from jurist.errors import DatasetError
from jurist.languages import Language
from jurist.languages.options import issues_of
from jurist.languages.registry import language_of
from jurist.languages.schema_files import FoundSchema, read_schema
from jurist.records import Case
from jurist.roles.protocols import Workspace
from jurist.roles.spec import nearest_hint
from jurist.runs.case_files import choose_cases
from jurist.runs.cases import Dataset
from jurist.runs.study import DatasetEntry


def shipped_datasets() -> tuple[str, ...]:
    """The names of the datasets that ship with Jurist."""
    folder = importlib.resources.files("jurist") / "data"
    return tuple(sorted(x.name for x in folder.iterdir() if (x / "cases.jsonl").is_file()))


def shipped_folder(name: str) -> Path:
    """The folder of a shipped dataset: schema.yaml and cases.jsonl.

    Raises:
        DatasetError: There is none of that name.
    """
    if name not in shipped_datasets():
        raise DatasetError(
            f"no dataset {name!r} ships with Jurist, and it has no files of its own",
            expected=f"one of {', '.join(shipped_datasets())}; of a command also a folder with "
            "schema.yaml and cases.jsonl; in a study also `schema: FILE` and `cases: FILE`",
            fix=nearest_hint(name, shipped_datasets())
            or "in a study write {name: NAME, schema: FILE, cases: FILE}; else check the path",
        )
    return Path(str(importlib.resources.files("jurist") / "data" / name))


def load_dataset(entry: DatasetEntry, folder: str | Path) -> Dataset:
    """Read a dataset's schema and cases.

    Args:
        entry: What the study says of it.
        folder: Where its relative paths start.

    Raises:
        DatasetError: A file or a line of it cannot be used, or no case is left.
        SchemaError: The schema cannot be used.
    """
    source, cases_path = paths_of(entry, Path(folder))
    found = read_schema(source, dialect=entry.dialect)
    workspace, document = workspace_of(entry.name, found), found.document
    cases = choose_cases(
        cases_path,
        tags=entry.tags,
        sample=entry.sample,
        limit=entry.limit,
        check=partial(refuse_options, workspace=workspace),
    )
    return Dataset(workspace, document, cases, cases.digest)


def refuse_options(case: Case, where: str, *, workspace: Workspace) -> None:
    """Raise for options that the language of a case's query does not have so.

    Raises:
        DatasetError: An option is wrong; `where` names the case's place.
    """
    for issue in issues_of(case.options, workspace.language, workspace.schema):
        raise DatasetError(issue.problem, expected=issue.expected, fix=issue.fix, where=where)


def paths_of(entry: DatasetEntry, folder: Path) -> tuple[str, Path]:
    """Where a dataset's schema and its cases are.

    Raises:
        DatasetError: None of that name ships with Jurist.
    """
    if entry.schema_file is None or entry.cases is None:
        place = shipped_folder(entry.name)
        return str(place / "schema.yaml"), place / "cases.jsonl"
    return source_in(folder, entry.schema_file), folder / entry.cases


def source_in(folder: Path, source: str) -> str:
    """A schema's file or address, whose relative path starts at a folder."""
    return source if "://" in source else str(folder / source)


def workspace_of(name: str, found: FoundSchema) -> Workspace:
    """The workspace of a schema that was read."""
    return Workspace(found.language, found.schema, name)


def load_workspace(
    name: str, document: Mapping[str, object], *, where: str, language: Language | None = None
) -> Workspace:
    """The workspace that a schema's document describes.

    Args:
        name: Its name.
        document: What stands in a schema file.
        where: The file's name, for errors.
        language: Of its queries; `None`: what the document says, else the default one.

    Raises:
        InputError: There is no such language, or it is no schema to it.
    """
    language = language or language_of(document, where=where)
    return Workspace(language, language.load_schema(document, where=where), name)
