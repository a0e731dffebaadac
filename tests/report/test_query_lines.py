"""Queries as lines: all of the text, and what differs marked as honestly as the trees differ."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from jurist.languages import get_language
from jurist.languages.capabilities import Highlights
from jurist.languages.layout import laid_out
from jurist.languages.sql.dialects import Dialect
from jurist.languages.sql.schemas.ddl import read_ddl
from jurist.languages.sql.schemas.schema import SqlSchema
from jurist.report.query_lines import LineMark, Lines, compared, lines_of

CQL, SQL = get_language("cql"), get_language("sql")
DDL = "CREATE TABLE a (id INT PRIMARY KEY, n INT, t TEXT); CREATE TABLE b (id INT, a_id INT);"
SCHEMA = SqlSchema("s", Dialect.SQLITE, read_ddl(DDL, Dialect.SQLITE, where="test"))
X, Y, Z = (f"event('{name}').count() >= 1" for name in "XYZ")


def told(lines: Lines) -> list[str]:
    signs = {LineMark.NONE: " ", LineMark.ONLY: "!", LineMark.ALIKE: "~"}
    return [signs[line.mark] + "".join(p.text for p in line.pieces).strip() for line in lines]


def changed(lines: Lines) -> list[str]:
    return [piece.text for line in lines for piece in line.pieces if piece.changed]


def pair(reference: str, candidate: str, *, equal: bool = False) -> tuple[Lines, Lines]:
    """Both of CQL, or of SQL where they begin so."""
    language = SQL if reference.startswith("SELECT") else CQL
    first = language.parse(reference, SCHEMA if language is SQL else None)
    schema = SCHEMA if language is SQL else language.infer_schema(first, language.parse(candidate))
    queries = first, language.parse(candidate, schema)
    lines = [lines_of(language, laid_out(language, query)) for query in queries]
    return compared(lines[0], lines[1], language, schema, equal=equal)


@pytest.mark.parametrize("language", [CQL, SQL])
@settings(max_examples=60)
@given(st.text(max_size=60) | st.from_regex(r"[A-Z'\"().,=0-9a-z \n]{0,60}", fullmatch=True))
def test_any_text_is_told_in_full(language: object, text: str) -> None:
    assert isinstance(language, Highlights)
    assert "".join(token.text for token in language.tokens(text)) == text


def test_another_order_is_no_difference() -> None:
    left, right = pair(f"{X} AND {Y} AND {Z}", f"{Z} AND {X} AND {Y}")
    assert {line.mark for line in (*left, *right)} == {LineMark.NONE}


def test_what_only_one_has_is_marked_and_what_differs_in_it() -> None:
    left, right = pair(f"{X} AND {Y}", f"event('X').count() >= 2 AND {Y}")
    assert told(left) == [f"!{X}", f" AND {Y}"]
    assert told(right) == ["!event('X').count() >= 2", f" AND {Y}"]
    assert (changed(left), changed(right)) == (["1"], ["2"])


def test_the_word_that_joins_is_a_difference() -> None:
    left, right = pair(f"{X} AND {Y}", f"{X} OR {Y}")
    assert (changed(left), changed(right)) == (["AND"], ["OR"])


def test_lines_of_one_normal_form_are_the_same_in_other_words() -> None:
    left, right = pair(f"{X} AND {Y}", f"event('X').count() > 0 AND {Z}")
    assert told(left) == [f"~{X}", f"!AND {Y}"]
    assert told(right) == ["~event('X').count() > 0", f"!AND {Z}"]


def test_of_what_is_proved_equal_nothing_is_marked_as_different() -> None:
    left, right = pair(f"{X} AND {Y}", f"{Y} AND event('X').count() > 0", equal=True)
    assert {line.mark for line in (*left, *right)} == {LineMark.NONE, LineMark.ALIKE}


@pytest.mark.parametrize(
    ("reference", "candidate", "left", "right"),
    [
        ("SELECT t FROM a WHERE n = 1", "SELECT x.t FROM a AS x WHERE x.n = 1", [], []),
        ("SELECT t FROM a WHERE n = 1", "SELECT t FROM a WHERE n = 2", ["1"], ["2"]),
        (
            "SELECT a.t FROM a JOIN b ON b.a_id = a.id WHERE a.n = 1 AND b.id BETWEEN 3 AND 4",
            "SELECT x.t FROM a AS x JOIN b AS y ON y.a_id = x.id "
            "WHERE x.n = 1 AND y.id BETWEEN 3 AND 5",
            ["4"],
            ["5"],
        ),
    ],
)
def test_names_that_a_query_gives_are_no_difference(
    reference: str, candidate: str, left: list[str], right: list[str]
) -> None:
    first, second = pair(reference, candidate)
    assert (changed(first), changed(second)) == (left, right)


def test_one_line_beside_several_is_compared_piece_by_piece() -> None:
    left, right = pair(
        "SELECT t, n FROM a WHERE n = 1 AND t = 'long enough to need several lines' ORDER BY t",
        "SELECT t, n FROM a WHERE n = 1 ORDER BY t",
    )
    marked = [line for line in told(left) if not line.startswith(" ")]
    assert marked == ["!AND t = 'long enough to need several lines'"]
    assert [line.mark for line in right] == [LineMark.NONE]
