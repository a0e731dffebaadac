"""A small workspace for tests of roles and runs; the shipped ones by language."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from jurist import data
from jurist.languages import get_language
from jurist.languages.documents import parse_document, read_document
from jurist.roles import Workspace
from jurist.runs.datasets import load_dataset
from jurist.runs.study import DatasetEntry
from studies import SCHEMA


def small_workspace() -> Workspace:
    language = get_language("cql")
    document = parse_document(SCHEMA, where="test")
    return Workspace(language, language.load_schema(document, where="test"), "small")


@cache
def shipped(name: str) -> Workspace:
    """A shipped workspace by its name."""
    return load_dataset(DatasetEntry(name=name), Path()).workspace


@cache
def shipped_in(language: str) -> tuple[str, ...]:
    """The names of the shipped workspaces of a language."""
    return tuple(
        name
        for name in data.workspace_names()
        if read_document(data.schema_path(name))["language"] == language
    )
