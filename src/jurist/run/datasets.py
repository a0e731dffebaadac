"""Reading a study's datasets: those that ship with Jurist, and files of the user's own."""

from __future__ import annotations

import importlib.resources
from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import blake2b
from pathlib import Path
from typing import Final

import msgspec

from jurist.errors import DatasetError, SchemaError
from jurist.languages import get_language
from jurist.languages.documents import read_document
from jurist.records import Case
from jurist.roles.protocols import Workspace
from jurist.roles.spec import nearest_hint
from jurist.run.study import DatasetEntry

_LONGEST_LINE: Final = 2_000_000
_LONGEST_ID: Final = 200


@dataclass(frozen=True, slots=True)
class Dataset:
    """Cases of one workspace."""

    workspace: Workspace
    schema_document: Mapping[str, object]
    """The schema file as it was parsed."""
    cases: tuple[Case, ...]
    cases_digest: str

    @property
    def name(self) -> str:
        """Its name in the study."""
        return self.workspace.name


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
            f"no dataset {name!r} ships with Jurist",
            expected=f"one of {', '.join(shipped_datasets())}, or `schema` and `cases`",
            fix=nearest_hint(name, shipped_datasets()),
        )
    return Path(str(importlib.resources.files("jurist") / "data" / name))


def load_dataset(entry: DatasetEntry, folder: Path) -> Dataset:
    """Read a dataset's schema and cases.

    Args:
        entry: What the study says of it.
        folder: Where its relative paths start.

    Raises:
        DatasetError: A file or a line of it cannot be used, or no case is left.
        SchemaError: The schema cannot be used.
    """
    if entry.schema_file is None or entry.cases is None:
        place = shipped_folder(entry.name)
        schema_path, cases_path = place / "schema.yaml", place / "cases.jsonl"
    else:
        schema_path, cases_path = folder / entry.schema_file, folder / entry.cases
    document = read_document(schema_path, raises=SchemaError)
    workspace = load_workspace(entry.name, document, where=str(schema_path))
    cases = [
        case
        for case in read_cases(cases_path)
        if not entry.tags or not set(entry.tags).isdisjoint(case.tags)
    ][: entry.limit]
    if not cases:
        raise DatasetError(
            f"no case of {cases_path} is left",
            expected=f"a case with a tag of {', '.join(entry.tags)}" if entry.tags else "a case",
        )
    digest = blake2b(digest_size=16)
    for case in cases:
        digest.update(msgspec.json.encode(case))
    return Dataset(workspace, document, tuple(cases), digest.hexdigest())


def load_workspace(name: str, document: Mapping[str, object], *, where: str) -> Workspace:
    """The workspace that a schema's document describes."""
    language_name = document.get("language", "cql")
    language = get_language(str(language_name))
    return Workspace(language, language.load_schema(document, where=where), name)


def read_cases(path: Path) -> tuple[Case, ...]:
    """Read a JSONL file of cases.

    Raises:
        DatasetError: The file or one of its lines cannot be used; names the line.
    """
    cases: dict[str, Case] = {}
    try:
        with path.open("rb") as file:
            for number, line in enumerate(iter(lambda: file.readline(_LONGEST_LINE), b""), 1):
                if not line.strip():
                    continue
                case = _read_case(line, f"{path}, line {number}")
                if case.id in cases:
                    raise DatasetError(
                        f"a second case with the id {case.id!r}", where=f"{path}, line {number}"
                    )
                cases[case.id] = case
    except OSError as error:
        raise DatasetError(
            f"cannot read the cases: {error.strerror or error}", where=str(path)
        ) from error
    return tuple(cases.values())


def _read_case(line: bytes, where: str) -> Case:
    try:
        case = _decoder.decode(line)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise DatasetError(
            str(error),
            expected='one case a line: {"id", "reference", "questions", "tags", "note"}',
            where=where,
        ) from error
    identities = [case.id, *(question.id for question in case.questions)]
    for identity in identities:
        if not 0 < len(identity) <= _LONGEST_ID or not identity.isprintable():
            raise DatasetError(
                f"the id {identity[:40]!r}",
                expected=f"1 to {_LONGEST_ID} printable characters",
                where=where,
            )
    if len(set(identities[1:])) < len(case.questions):
        raise DatasetError(f"two questions of {case.id!r} have the same id", where=where)
    return case


_decoder = msgspec.json.Decoder(Case)
