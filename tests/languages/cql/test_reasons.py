"""What an undecided verdict names: each step that allows more than there is says where."""

from __future__ import annotations

import pytest

from jurist.evidence import decide
from jurist.languages import get_language
from jurist.records import Relation

CQL = get_language("cql")
_NOBODY = "trait('s') = 'q' AND trait('s') = 'w'"
_VALUES: dict[str, object] = {
    "s": {"type": "string"},
    "n": {"type": "number"},
    "i": {"type": "integer"},
    "at": {"type": "string", "format": "date-time"},
    "x": {},
    "y": {},
}
_SCHEMA = CQL.load_schema(
    {
        "name": "Shop",
        "language": "cql",
        "traits": {"properties": _VALUES},
        "events": {"A": {"properties": _VALUES}, "B": {"properties": _VALUES}},
    },
    where="this test",
)


@pytest.mark.parametrize(
    ("reference", "candidate", "named"),
    [
        (
            "trait('s') = trait('n') AND trait('s').one_of('1.50', '2.50')",
            _NOBODY,
            "how a number is written that is compared as a text",
        ),
        (
            "trait('x') > trait('y') AND trait('x').one_of('a', 'b')"
            " AND trait('y').one_of('c', 'd')",
            _NOBODY,
            "which of two texts comes first",
        ),
        (
            "trait('at').exists() AND NOT trait('x').before_date(trait('at'))"
            " AND NOT trait('at').before_date(trait('x')) AND trait('x') = trait('at')",
            "trait('x') = trait('at')",
            "a value compared both as a moment and as a text",
        ),
        (
            "event('A').avg(property('n')) > event('A').max(property('n'))",
            _NOBODY,
            "an average compared with a value that is no constant",
        ),
        (
            "event('A').sum(property('i')) >= event('A').max(property('i'))"
            " AND event('A').count() = 1",
            "event('A').max(property('i')).exists() AND event('A').count() = 1",
            "a least or greatest value compared beside what else its values come to",
        ),
        (
            "event('A').where(event('B').where(property('n') > property(parent: 'n')).count() >= 1)"
            ".count() >= 1",
            "event('A').min(property('n')) < event('B').max(property('n'))",
            "streams that are compared beside values or events that are tied",
        ),
        (
            "trait('x').starts_with('2024-02-29T') AND trait('x').before_date(2024-02-29)",
            "trait('x').contains('+') AND trait('x').starts_with('2024-02-29T')"
            " AND trait('x').before_date(2024-02-29)",
            "a value both as a number and as the text that says it",
        ),
    ],
)
def test_what_is_left_open_is_named(reference: str, candidate: str, named: str) -> None:
    """Equivalent pairs that no proof reaches: whoever decides one moves it to another test."""
    evidence = decide(CQL, CQL.parse(reference), CQL.parse(candidate), _SCHEMA)
    assert evidence.relation is Relation.UNDECIDED
    _, _, beyond = evidence.reason.partition("a proof does not look into ")
    assert named in beyond
