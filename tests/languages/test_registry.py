"""Languages by name: built in, offered by packages, unknown, broken."""

from __future__ import annotations

import ast
import subprocess
import sys
import tomllib
from importlib import metadata
from pathlib import Path

import pytest

import jurist
from jurist.errors import InputError, SchemaError, UnsupportedError
from jurist.languages import Query, Schema, get_language, language_names, registry
from jurist.languages.cql import CqlLanguage
from jurist.languages.registry import default_language, language_of

CQL = CqlLanguage()


class Invented:
    @property
    def name(self) -> str:
        return "invented"


def offered(monkeypatch: pytest.MonkeyPatch, *points: metadata.EntryPoint) -> None:
    def entry_points(*, group: str) -> tuple[metadata.EntryPoint, ...]:
        return tuple(point for point in points if point.group == group)

    monkeypatch.setattr(metadata, "entry_points", entry_points)
    registry.get_language.cache_clear()


def point(name: str, value: str) -> metadata.EntryPoint:
    return metadata.EntryPoint(name, value, registry.GROUP)


def test_the_built_in_language_needs_no_package_metadata(monkeypatch: pytest.MonkeyPatch) -> None:
    offered(monkeypatch)
    assert language_names() == ("cql", "sql")
    assert [get_language(name).name for name in language_names()] == ["cql", "sql"]


def test_a_package_offers_a_language(monkeypatch: pytest.MonkeyPatch) -> None:
    offered(monkeypatch, point("invented", f"{__name__}:Invented"))
    monkeypatch.setitem(sys.modules, __name__, sys.modules[__name__])
    assert language_names() == ("cql", "invented", "sql")
    assert get_language("invented").name == "invented"


def test_no_package_replaces_a_built_in_language(monkeypatch: pytest.MonkeyPatch) -> None:
    offered(monkeypatch, point("cql", "nowhere:Nothing"))
    assert get_language("cql").name == "cql"


def test_an_unknown_language_is_named_with_the_nearest(monkeypatch: pytest.MonkeyPatch) -> None:
    offered(monkeypatch)
    with pytest.raises(InputError, match=r"unknown language 'CQl'[\s\S]*did you mean 'cql'"):
        get_language("CQl")


@pytest.mark.parametrize("value", ["no_such_module_anywhere:Thing", "json:NoSuchThing"])
def test_a_broken_package_is_named_and_spoils_nothing_else(
    monkeypatch: pytest.MonkeyPatch, value: str
) -> None:
    offered(monkeypatch, point("broken", value))
    assert language_names() == ("broken", "cql", "sql")
    assert get_language("cql").name == "cql"
    with pytest.raises(UnsupportedError, match="broken"):
        get_language("broken")


def test_this_package_declares_what_is_built_in() -> None:
    pyproject = Path(__file__).resolve().parents[2] / "pyproject.toml"
    groups = tomllib.loads(pyproject.read_text(encoding="utf-8"))["project"]["entry-points"]
    declared = {name: point(name, value).load()() for name, value in groups[registry.GROUP].items()}
    assert {name: language.name for name, language in declared.items()} == {
        "cql": "cql",
        "sql": "sql",
    }


def test_no_floor_above_knows_a_language_by_its_name() -> None:
    house = Path(jurist.__file__).parent
    above = [path for path in house.rglob("*.py") if house / "languages" not in path.parents]
    names = language_names()  # asks all installed packages each time
    known = [
        f"{path.relative_to(house)}:{node.lineno}"
        for path in above
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Constant) and node.value in names
    ]
    assert len(above) > 100
    assert known == []


def test_a_schema_says_its_language_and_cql_goes_without_saying() -> None:
    assert default_language().name == "cql"
    assert language_of({"name": "Shop"}, where="x.yaml").name == "cql"
    assert language_of({"language": "cql"}, where="x.yaml").name == "cql"
    with pytest.raises(SchemaError, match=r"x\.yaml, at language: unknown language 'sqI'"):
        language_of({"language": "sqI"}, where="x.yaml")


def test_naming_the_languages_loads_nothing_heavy() -> None:
    heavy = ("lark", "z3", "yaml", "pydantic", "sqlglot", "duckdb", "psycopg")
    own = tuple(f"jurist.languages.{name}" for name in language_names())
    code = (
        "import sys, jurist.languages; print([name for name in sys.modules "
        f"if name in {heavy!r} or name.startswith({own!r})])"
    )
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert run.stdout.strip() == "[]"


def test_queries_and_schemas_of_another_language_are_refused() -> None:
    query = CQL.parse("trait('a').exists()")
    with pytest.raises(UnsupportedError, match="not a CQL query"):
        CQL.format(Query())
    with pytest.raises(UnsupportedError, match="not a CQL schema"):
        CQL.check(query, Schema(), text="")
    with pytest.raises(UnsupportedError, match="not a CQL query"):
        CQL.infer_schema(Query())


def test_a_part_of_a_query_is_no_query() -> None:
    from jurist.languages.cql.syntax import Text

    with pytest.raises(UnsupportedError, match="a Text is not a CQL query"):
        CQL.layout(Text("x"))


def test_cql_through_the_protocol() -> None:
    text = "event('A').count() >= 1"
    query = CQL.parse(text)
    schema = CQL.load_schema({"events": {"B": {}}}, where="x.yaml")
    assert CQL.format(query) == text
    assert [issue.kind for issue in CQL.check(query, schema, text=text)] == ["unknown_event"]
    assert list(CQL.names(schema)) == ["event 'B'"]
    assert CQL.outline(query).children
    assert "event(" in CQL.primer(CQL.infer_schema())
