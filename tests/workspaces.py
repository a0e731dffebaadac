"""A small workspace for tests of roles and runs."""

from __future__ import annotations

from jurist.languages import get_language
from jurist.languages.documents import parse_document
from jurist.roles import Workspace
from studies import SCHEMA


def small_workspace() -> Workspace:
    language = get_language("cql")
    document = parse_document(SCHEMA, where="test")
    return Workspace(language, language.load_schema(document, where="test"), "small")
