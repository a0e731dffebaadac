"""Every text that a query quotes can be found, and put differently."""

from __future__ import annotations

from hypothesis import given, settings

from jurist.data import schema_path
from jurist.languages import VALUE, Quoted
from jurist.languages.cql.language import CqlLanguage
from jurist.languages.cql.quoting import requote
from jurist.languages.cql.schemas.schema_file import read_schema
from jurist.languages.cql.syntax import CqlQuery
from jurist.languages.cql.text.parser import parse
from jurist.languages.cql.text.printer import format_query
from strategies import queries
from workspaces import shipped_in

CQL = CqlLanguage()


def quoted_in(query: CqlQuery) -> list[Quoted]:
    found: list[Quoted] = []

    def keep(quoted: Quoted) -> str:
        found.append(quoted)
        return quoted.text

    assert requote(query, keep) is query
    return found


@settings(max_examples=300, deadline=None)
@given(queries())
def test_no_text_is_left_that_was_not_asked_about(query: CqlQuery) -> None:
    before = quoted_in(query)
    numbers = {text: f"q{n}" for n, text in enumerate(dict.fromkeys(before))}
    after = requote(query, lambda quoted: numbers[quoted])
    assert [each.kind for each in quoted_in(after)] == [each.kind for each in before]
    assert {each.text for each in quoted_in(after)} == set(numbers.values())
    assert format_query(after).count("'") == 2 * len(before)


def test_kinds_are_told_in_written_order() -> None:
    query = parse(
        "event('A').where(property('b') = 'c' AND context('d').exists()).sources({exclude: 'e'})"
        ".sum(property('f')) > 1 AND entity('g').where(property('h') = trait('i')).count() >= 1"
    )
    kinds = {each.text: each.kind for each in quoted_in(query)}
    assert kinds == {
        "A": "event",
        "b": "property",
        "c": VALUE,
        "d": "context",
        "e": "source",
        "f": "property",
        "g": "entity",
        "h": "property",
        "i": "trait",
    }


def test_a_schema_lists_its_names_and_the_values_of_its_enums() -> None:
    fields = {"type": "object", "properties": {"size": {"type": "string", "enum": ["s", "m"]}}}
    schema = CQL.load_schema(
        {
            "events": {"Bought": {"properties": {"item": fields}, "context": {"shop.name": {}}}},
            "traits": {"properties": {"tags": {"type": "array", "items": {"enum": ["new"]}}}},
            "account_traits": {"properties": {"seats": {"type": "integer"}}},
        },
        where="test",
    )
    listed = set(CQL.listed(schema))
    assert {
        Quoted("Bought", "event"),
        Quoted("item", "property"),
        Quoted("item.size", "property"),
        Quoted("s", VALUE),
        Quoted("shop.name", "context"),
        Quoted("timestamp", "context"),
        Quoted("new", VALUE),
        Quoted("seats", "trait"),
        Quoted("true", VALUE),
    } <= listed
    assert Quoted("Bought", VALUE) not in listed


def test_the_primer_tells_accounts_and_related_records_where_there_are_some() -> None:
    told = {name: CQL.primer(read_schema(schema_path(name))) for name in shipped_in("cql")}
    assert [name for name, text in told.items() if "ANY" in text] == ["b2b"]
    assert [name for name, text in told.items() if "entity(" in text] == ["streaming"]
    assert not any("{" in text for text in told.values())
