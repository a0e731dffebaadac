"""`jurist import LAYOUT FOLDER`: a published dataset as schemas and cases of ours."""

from __future__ import annotations

import re
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from jurist.cli.terminal import notices, plain
from jurist.plurals import counted

if TYPE_CHECKING:
    from jurist.languages.base import Language
    from jurist.languages.capabilities import Imported, Imports

EXAMPLES = """\b
Examples:
  jurist import spider ./spider                   (tables.json, dev.json, database/)
  jurist import bird ./dev_20240627 --to bird     (dev_tables.json, dev.json, dev_databases/)
  jurist import spider ./spider --only concert_singer --only world_1
  jurist run spider/study.yaml
  jurist import segment ./space                   (schema.yaml, audiences.json)

\b
Each database, or type of audience, becomes a folder with schema.yaml and cases.jsonl, and all
of them a study.yaml.
What a database that is there says of its keys counts more than the file of schemas; `jurist
check` says what is doubtful in the others.
"""


_NAME = re.compile(r"\w[\w .-]{0,100}")


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("import", epilog=EXAMPLES)(import_dataset)


def import_dataset(
    layout: Annotated[str, typer.Argument(help="Whose layout it is: spider, bird or segment.")],
    folder: Annotated[Path, typer.Argument(help="The dataset's folder, as it is published.")],
    *,
    to: Annotated[
        Path | None, typer.Option(help="Folder to write; the layout's name unless said.")
    ] = None,
    only: Annotated[
        list[str] | None, typer.Option(help="Only this database; several are fine.")
    ] = None,
    quiet: Annotated[bool, typer.Option("--quiet", "-q", help="Only results and errors.")] = False,
) -> None:
    """Import a published dataset: its databases as schemas, its questions as cases."""
    from jurist.errors import InputError
    from jurist.private_files import write_private
    from jurist.report.files import make_folder

    language, reads = _reader(layout)
    if not folder.is_dir():
        raise InputError(
            f"there is no folder {folder}",
            expected="the folder of a published dataset",
            fix="check the path",
        )
    place = to or Path(layout)
    if place.exists() and (not place.is_dir() or any(place.iterdir())):
        raise InputError(
            f"{place} is there already",
            expected="a folder that is not there yet, or is empty",
            fix="name another one with --to",
        )
    found = list(reads.imported(layout, folder))
    _refuse_unknown(only or [], found, folder)
    datasets = [each for each in found if not only or each.name in only]
    _refuse_paths(datasets)
    for each in datasets:
        make_folder(place / each.name)
        _write(place / each.name, language, each)
    write_private(place / "study.yaml", _study(layout, datasets))
    cases = sum(len(each.cases) for each in datasets)
    notices(quiet=quiet).print(
        f"wrote {counted(len(datasets), 'dataset')} with {counted(cases, 'case')} to "
        f"{plain(str(place))}; check them with: jurist check --study {plain(str(place))}/study.yaml"
    )


def _reader(layout: str) -> tuple[Language, Imports]:
    """The language that reads a layout."""
    from jurist.errors import InputError
    from jurist.languages.capabilities import Imports
    from jurist.languages.registry import get_language, language_names
    from jurist.languages.texts import nearest_hint

    known: list[str] = []
    for language in map(get_language, language_names()):
        if isinstance(language, Imports):
            if layout in language.layouts:
                return language, language
            known += language.layouts
    raise InputError(
        f"unknown layout {layout[:80]!r}",
        expected="one of " + ", ".join(known),
        fix=nearest_hint(layout, known) or "name one of them",
    )


def _refuse_unknown(only: list[str], datasets: list[Imported], folder: Path) -> None:
    from jurist.errors import InputError
    from jurist.languages.texts import nearest_hint

    names = [each.name for each in datasets]
    for name in only:
        if name not in names:
            raise InputError(
                f"no question of {folder} is asked of the database {name[:80]!r}",
                expected="a database with questions",
                fix=nearest_hint(name, names) or "check its name",
            )


def _refuse_paths(datasets: list[Imported]) -> None:
    """Raise for a name that would lead out of the folder that is written."""
    from jurist.errors import InputError

    for each in datasets:
        if not _NAME.fullmatch(each.name):
            raise InputError(
                f"the database {each.name[:80]!r} cannot be a folder's name",
                expected="letters, digits, dots, spaces and dashes, no dot first",
                fix="rename it in the dataset's files",
            )


def _write(place: Path, language: Language, dataset: Imported) -> None:
    """A dataset's two files; what cannot be read back is an error before anything is run."""
    from jurist.private_files import write_private
    from jurist.runs.case_files import case_line

    document = _dumped(dict(dataset.schema))
    language.load_schema(dataset.schema, where=str(place / "schema.yaml"))
    write_private(place / "schema.yaml", document)
    lines = (case_line(case) for case in dataset.cases)
    write_private(place / "cases.jsonl", b"".join(lines))


def _study(layout: str, datasets: list[Imported]) -> str:
    return _dumped(
        {
            "name": layout,
            "datasets": [
                {
                    "name": each.name,
                    "schema": f"{each.name}/schema.yaml",
                    "cases": f"{each.name}/cases.jsonl",
                }
                for each in datasets
            ],
            "questions": {"use": "authored"},
            "generators": ["nearest"],
            "judges": ["proof"],
            "store": "jurist.db",
        }
    )


def _dumped(document: dict[str, object]) -> str:
    """YAML with texts of several lines as they stand."""
    import yaml

    class Dumper(yaml.SafeDumper):
        pass

    def text(dumper: yaml.SafeDumper, value: str) -> yaml.ScalarNode:
        style = "|" if "\n" in value else None
        tag = "tag:yaml.org,2002:str"
        return dumper.represent_scalar(tag, value, style=style)  # pyright: ignore[reportUnknownMemberType]

    def number(self: yaml.SafeDumper, value: Decimal) -> yaml.ScalarNode:
        return self.represent_scalar("tag:yaml.org,2002:float", f"{value:f}")  # pyright: ignore[reportUnknownMemberType]

    Dumper.add_representer(str, text)
    Dumper.add_representer(Decimal, number)  # as documents are read, to the last digit
    return yaml.dump(document, Dumper=Dumper, sort_keys=False, allow_unicode=True, width=100)
