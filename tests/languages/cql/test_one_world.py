"""What the language accepts, the prover models: one pair for each kind that was once wrong."""

from collections.abc import Mapping

import pytest

from jurist.evidence import decide
from jurist.languages.cql.language import CqlLanguage
from jurist.languages.cql.semantics.arrays import names_entries
from jurist.languages.cql.syntax import Comparison
from jurist.records import Relation
from legal_subjects import violations

LANGUAGE = CqlLanguage()
TEXTS = {"type": "array", "items": {"type": "string"}}
DAY = {"type": "string", "format": "date"}
TIMESTAMP = {"type": "string", "format": "date-time"}
HOME = {"type": "object", "properties": {"n": {"type": "integer", "minimum": 1, "maximum": 2}}}
WORLD = {
    "name": "One world",
    "language": "cql",
    "traits": {
        "properties": {
            "n": {"type": "integer", "minimum": 1, "maximum": 3},
            "m": {"type": "integer", "minimum": 3, "maximum": 5},
            "a": {"type": "string", "enum": ["x", "y"]},
            "b": {"type": "string", "enum": ["y", "z"]},
            "lat": {"type": "number"},
            "share": {"type": "number", "exclusiveMaximum": 1},
            "tags": {"type": "array", "items": {"type": "string", "enum": ["x", "y"]}},
            "words": TEXTS,
            "others": TEXTS,
            "day": DAY,
            "until": DAY,
            "at": TIMESTAMP,
            "home": {**HOME, "required": ["n"]},
            "away": HOME,
        }
    },
    "events": {
        "E": {"properties": {"p": TEXTS, "o": {"type": "object"}, "s": {"type": "string"}}},
        "O": {"properties": {"plan": {"type": "string", "enum": ["free", "pro"]}}},
        "P": {"properties": {"plan": {"type": "string", "enum": ["pro", "max"]}}},
        "Q": {"properties": {"total": {"type": "number"}}},
    },
}
SCHEMA = LANGUAGE.load_schema(WORLD, where="the test")

E, N, C, D = Relation.EQUIVALENT, Relation.CONTAINS, Relation.CONTAINED, Relation.DISJOINT
NOBODY = "event('E').count() < 0"
FUNNEL = (
    "event('O').where({}event('P').where(property('plan') = property(parent: 'plan'))"
    ".within(parent: 7 days).count() >= 1).count() >= 1"
)
TOTAL = "event('Q').sum(property('total')) {} 52.5200066"
MODE = "event('E').mode(property('s'){}, 2) = 'a'"
PAIRS = [
    # values compared with values obey the schema
    ("trait('n') = trait('m')", "trait('n') = 3 AND trait('m') = 3", E),
    ("trait('n') > trait('m')", NOBODY, E),
    ("trait('a') = trait('b')", "trait('a') = 'y' AND trait('b') = 'y'", E),
    (FUNNEL.format(""), FUNNEL.format("property('plan') = 'pro' AND "), E),
    # arrays and objects
    ("event('E').unique(property('p')).count() >= 2", NOBODY, N),
    ("event('E').unique(property('o')).count() >= 3", NOBODY, N),
    ("trait('words') != trait('others')", NOBODY, N),
    ("trait('words') = trait('others')", "trait('words').exists() AND trait('others').exists()", C),
    ("trait('tags').contains('z')", NOBODY, E),
    ("trait('home').exists()", "trait('home.n').exists()", E),
    ("trait('away').exists()", "trait('away.n').exists()", N),
    # constants of any length
    ("trait('lat') = 52.5200066", "trait('lat') = 48.8566141", D),
    ("trait('lat') > 0", "trait('lat') >= 0.000001", N),
    ("trait('share') >= 0.9999991", NOBODY, N),
    (TOTAL.format(">="), TOTAL.format(">"), N),
    # entries of traits
    ("trait('tags.$') = 'x'", NOBODY, N),
    ("trait('tags.$').one_of('x', 'y')", "trait('tags.$').exists()", E),
    ("trait('tags.$') != 'x'", "NOT trait('tags.$') = 'x'", C),
    # dates of both formats
    ("trait('day').before_date(2026-03-10T12:00:00Z)", "trait('day').before_date(2026-03-11)", E),
    ("trait('day').starts_with('2026-02-3')", NOBODY, E),
    ("trait('at') = '2026-03-10'", NOBODY, E),
    ("trait('day') = trait('until')", "NOT trait('day') != trait('until')", C),
    ("trait('day').within_next(1 day)", "trait('day').after_next(1 day)", Relation.DISJOINT),
    ("trait('at').within_next(1 day)", "trait('at').after_next(1 day)", Relation.OVERLAPS),
    # `as number` of a mode is its string form
    (MODE.format(" as number"), MODE.format(""), E),
]


@pytest.mark.parametrize(("reference", "candidate", "relation"), PAIRS)
def test_a_pair_of_each_kind(reference: str, candidate: str, relation: Relation) -> None:
    first, second = LANGUAGE.parse(reference), LANGUAGE.parse(candidate)
    assert not LANGUAGE.check(first, SCHEMA, text=reference)
    assert not LANGUAGE.check(second, SCHEMA, text=candidate)
    evidence = decide(LANGUAGE, first, second, SCHEMA)
    assert evidence.relation == relation
    for witness in evidence.witnesses:
        assert violations(WORLD, witness.input) == []


@pytest.mark.parametrize(
    "text", ["trait('tags.$')", "trait('tags.$') = trait('a')", "trait('a') = trait('tags.$')"]
)
def test_entries_stand_only_before_constants(text: str) -> None:
    issues = LANGUAGE.check(LANGUAGE.parse(text), SCHEMA, text=text)
    assert [issue.kind for issue in issues] == ["entries_alone"]


def test_what_names_entries() -> None:
    query = LANGUAGE.parse("trait('tags.$') = 'x'")
    assert isinstance(query, Comparison)
    assert names_entries(query.left)


@pytest.mark.parametrize(
    ("facts", "words"),
    [
        ({"type": "integer", "enum": [7], "maximum": 3}, "within the bounds"),
        ({"type": "string", "format": "date", "enum": ["tomorrow"]}, "format"),
        ({"type": "number", "minimum": 1e-31}, "digits"),
    ],
)
def test_facts_that_no_value_meets_are_refused(facts: Mapping[str, object], words: str) -> None:
    with pytest.raises(Exception, match=words):
        LANGUAGE.load_schema(
            {"name": "x", "language": "cql", "traits": {"properties": {"t": facts}}}, where="x"
        )
