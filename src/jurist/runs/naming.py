"""The datasets that people name: shipped ones, folders, and those of a study."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Final

from jurist.errors import DatasetError, InputError
from jurist.runs.datasets import shipped_datasets, shipped_folder, source_in
from jurist.runs.study import DatasetEntry, StudyFile

_LONGEST_NAME: Final = 200


def entries_of(
    names: Sequence[str | Path],
    base: StudyFile | None,
    schema: str | None = None,
    dialect: str | None = None,
) -> list[DatasetEntry]:
    """The datasets of these names, or all of the study.

    Args:
        names: Of the study's datasets, of shipped ones, or folders with `schema.yaml` and
            `cases.jsonl`; with a schema also files of cases.
        base: The study, if there is one.
        schema: The schema of the files of cases: a file, or an address.
        dialect: Of its queries, where it does not say it.

    Raises:
        InputError: No dataset is named, or one that is not there.
    """
    known = {} if base is None else {entry.name: entry for entry in base.study.datasets}
    if not names:
        if not known:
            raise InputError(
                "no dataset is named",
                expected="a shipped dataset, a folder, or a study",
                fix="name one, or a study that has some: --study FILE",
            )
        return list(known.values())
    entries: list[DatasetEntry] = []
    for name in map(str, names):
        if name in known:
            entries.append(known[name])
        elif Path(name).is_dir():
            place = Path(name).resolve()
            paths = {"schema": str(_schema_in(place)), "cases": str(place / "cases.jsonl")}
            called = _name(place.name)
            entries.append(DatasetEntry.model_validate({"name": called, **paths}))
        elif Path(name).is_file() and schema is not None:
            place = Path(name).resolve()
            source = source_in(Path.cwd(), schema)
            paths = {"schema": source, "cases": str(place), "dialect": dialect}
            called = _name(place.stem)
            entries.append(DatasetEntry.model_validate({"name": called, **paths}))
        elif Path(name).is_file():
            raise DatasetError(
                f"{name!r} is a file",
                expected="a folder with schema.yaml and cases.jsonl",
                fix="name the folder (`jurist check` takes a file too, with --schema FILE)",
            )
        elif schema is not None and name not in shipped_datasets():
            raise DatasetError(
                f"there is no file {name}",
                expected="a file of cases, for --schema names their schema",
                fix="check the path",
            )
        else:
            shipped_folder(name)  # or an error that lists those there are
            entries.append(DatasetEntry(name=name))
    return entries


def _schema_in(folder: Path) -> Path:
    """The schema of a dataset's folder, as YAML or in another language's own format."""
    others = sorted(folder.glob("schema.*"))
    usual = folder / "schema.yaml"
    return usual if usual.is_file() or len(others) != 1 else others[0]


def _name(given: str) -> str:
    """A file's name as a dataset's: no control characters, not too long."""
    return repr(given)[1:-1][:_LONGEST_NAME] or "dataset"
