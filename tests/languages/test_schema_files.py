"""Schema files: in the language that is named, else in that which the file says."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pytest

from fake_language import FakeLanguage, Nowhere
from jurist.errors import InputError, SchemaError
from jurist.languages import Schema, get_language, registry, schema_files
from jurist.languages.schema_files import read_schema


class Files(FakeLanguage):
    """Its schemas are folders, and documents."""

    def finds_schema(self, source: str) -> bool:
        return Path(source).is_dir()

    def schema_document(self, source: str, *, dialect: str | None = None) -> Mapping[str, object]:
        self.asked.append(f"find {Path(source).name} ({dialect})")
        return {"language": "files", "found": True}

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
    found = read_schema(_written(tmp_path, "language: files\ntables: {}\n"))
    assert found.language is files
    assert found.schema.name == "nowhere"
    assert files.asked == ["load ['language', 'tables'] of schema.yaml"]


def test_a_file_that_says_nothing_is_in_the_default_language(tmp_path: Path) -> None:
    found = read_schema(_written(tmp_path, "name: Bakery\nevents: {Bread Bought: {}}\n"))
    assert found.language is registry.default_language()
    assert found.schema.name == "Bakery"


def test_a_language_finds_what_is_a_schema_to_it_and_its_document_is_kept(
    files: Files, tmp_path: Path
) -> None:
    found = read_schema(tmp_path, language="files", dialect="old")
    assert found.language is files
    assert found.document == {"language": "files", "found": True}
    name = tmp_path.name
    assert files.asked == [f"find {name} (old)", f"load ['found', 'language'] of {name}"]


@pytest.mark.usefixtures("files")
def test_a_file_is_in_one_language_and_dialect(tmp_path: Path) -> None:
    path = _written(tmp_path, "language: files\ndialect: old\n")
    assert read_schema(path, language="files", dialect="old").document["dialect"] == "old"
    with pytest.raises(InputError, match=r"the dialect 'new' is asked for, but .* says 'old'"):
        read_schema(path, dialect="new")
    with pytest.raises(InputError, match=r"the language 'cql' is asked for, but .* says 'files'"):
        read_schema(path, language="cql")
    path = _written(tmp_path, "events: {Bread Bought: {}}\n")
    with pytest.raises(InputError, match="the language 'cql' has no dialects"):
        read_schema(path, dialect="old")


@pytest.mark.usefixtures("files")
def test_errors_name_the_line(tmp_path: Path) -> None:
    path = _written(tmp_path, "language: files\nwrong: yes\n")
    with pytest.raises(SchemaError, match=r"schema\.yaml, line 2, at wrong: it is wrong"):
        read_schema(path)
    path = _written(tmp_path, "name: x\nlanguage: klingon\n")
    with pytest.raises(SchemaError, match=r"schema\.yaml, line 2, at language: unknown language"):
        read_schema(path)
