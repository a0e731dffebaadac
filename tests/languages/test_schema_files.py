"""Schema files: in the language that is named, else in that which the file says."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pytest

from fake_language import FakeLanguage, Nowhere
from jurist.errors import SchemaError
from jurist.languages import Schema, get_language, registry, schema_files
from jurist.languages.schema_files import read_schema


class Files(FakeLanguage):
    """Its schemas are folders, and documents."""

    def read_schema(self, path: str | Path) -> Schema:
        self.asked.append(f"read {Path(path).name}")
        return Nowhere()

    def load_schema(self, document: Mapping[str, object], *, where: str) -> Schema:
        self.asked.append(f"load {sorted(document)} of {Path(where).name}")
        if "wrong" in document:
            raise SchemaError("it is wrong", where=f"{where}, at wrong", path=("wrong",))
        return Nowhere()


@pytest.fixture
def files(monkeypatch: pytest.MonkeyPatch) -> Files:
    """A language that is registered as `files`."""
    language = Files()

    def get(name: str) -> object:
        return language if name == "files" else get_language(name)

    for module in (registry, schema_files):
        monkeypatch.setattr(module, "get_language", get)
    return language


def _written(folder: Path, text: str) -> Path:
    path = folder / "schema.yaml"
    path.write_text(text, encoding="utf-8")
    return path


def test_the_file_says_its_language(files: Files, tmp_path: Path) -> None:
    language, schema = read_schema(_written(tmp_path, "language: files\ntables: {}\n"))
    assert language is files
    assert schema.name == "nowhere"
    assert files.asked == ["load ['language', 'tables'] of schema.yaml"]


def test_a_file_that_says_nothing_is_in_the_default_language(tmp_path: Path) -> None:
    language, schema = read_schema(_written(tmp_path, "name: Bakery\nevents: {Bread Bought: {}}\n"))
    assert language is registry.default_language()
    assert schema.name == "Bakery"


def test_a_language_that_is_named_reads_whatever_is_a_schema_to_it(
    files: Files, tmp_path: Path
) -> None:
    assert read_schema(tmp_path, language="files")[0] is files
    assert files.asked == [f"read {tmp_path.name}"]


@pytest.mark.usefixtures("files")
def test_errors_name_the_line(tmp_path: Path) -> None:
    path = _written(tmp_path, "language: files\nwrong: yes\n")
    with pytest.raises(SchemaError, match=r"schema\.yaml, line 2, at wrong: it is wrong"):
        read_schema(path)
    path = _written(tmp_path, "name: x\nlanguage: klingon\n")
    with pytest.raises(SchemaError, match=r"schema\.yaml, line 2, at language: unknown language"):
        read_schema(path)
