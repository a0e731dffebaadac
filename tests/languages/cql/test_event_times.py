"""The time of an event, as a value: against windows, counts, absolute dates and texts of dates."""

from __future__ import annotations

import random

import pytest

from jurist.evidence import decide
from jurist.languages.cql.language import CqlLanguage
from jurist.languages.cql.semantics.interpreter import compile_audience
from jurist.languages.cql.semantics.readings import Readings
from jurist.languages.cql.semantics.subjects import Customer, CustomerEvent
from jurist.languages.cql.semantics.values import moment_text
from jurist.languages.cql.syntax import Condition
from jurist.languages.cql.text.parser import parse
from jurist.records import Relation

LANGUAGE = CqlLanguage()
E, T = "event('E')", "context('timestamp')"
DAY = 24 * 3_600_000
MIDNIGHT = 1_689_552_000_000
"""2023-07-17T00:00:00Z."""


def where(condition: str) -> str:
    return f"{E}.where({condition}).count() >= 1"


NEVER = where(f"{T}.absent()")
SAME = [
    # the last and the first event, against windows and counts
    (f"{E}.last({T}).within_last(7 days)", f"{E}.within(7 days).count() >= 1"),
    (f"{E}.last({T}).within_last(7 days)", f"{E}.last({T}).within_last(168 hours)"),
    (f"{E}.first({T}).before_last(7 days)", where(f"{T}.before_last(168 hours)")),
    (
        f"NOT {E}.last({T}).within_last(1 day)",
        f"{E}.within(24 hours).count() = 0",
    ),
    (f"{E}.first({T}).exists()", f"{E}.unique({T}).count() >= 1"),
    # and absolute dates
    (f"{E}.first({T}).before_date('2023-07-17')", where(f"{T}.before_date('2023-07-17')")),
    (f"{E}.last({T}).after_date('2023-07-17')", where(f"{T}.after_date('2023-07-17')")),
    (f"{E}.first({T}) < '2023-07-17'", f"{E}.first({T}).before_date('2023-07-17')"),
    (f"{E}.last({T}) >= '2023-07-17'", where(f"NOT {T}.before_date('2023-07-17')")),
    (f"{E}.max({T} as string) >= '2023-07-17'", where(f"NOT {T}.before_date('2023-07-17')")),
    (f"{E}.min({T} as string) < '2023-07-17'", where(f"{T}.before_date('2023-07-17')")),
    (f"{E}.max({T}).exists()", NEVER),  # without `as string` only numbers count
    # a time is a text, and no time is the text of a bare date: `2023-07-17T00:00:00Z`
    (where(f"{T} < '2023-07-17'"), where(f"{T}.before_date('2023-07-17')")),
    (where(f"{T} <= '2023-07-17'"), where(f"{T} < '2023-07-17'")),
    (where(f"{T} > '2023-07-17'"), where(f"NOT {T}.before_date('2023-07-17')")),
    (where(f"NOT {T} < '2023-07-17'"), where(f"NOT {T}.before_date('2023-07-17')")),
    (where(f"NOT {T} = '2023-07-17'"), f"{E}.count() >= 1"),
    (where(f"{T} = '2023-07-17'"), NEVER),
    (where(f"{T} = '2023-07-17T00:00:00.5Z'"), NEVER),
    (where(f"{T}.one_of('2023-07-17', '2023-07-18')"), NEVER),
    (where(f"{T}.none_of('2023-07-17')"), f"{E}.count() >= 1"),
    (
        f"{E}.where({T} < '2023-07-17').within(30 days).count() >= 2",
        f"{E}.within(720 hours).where({T}.before_date(2023-07-17)).count() >= 2",
    ),
    (
        where(f"{T} = '2023-07-17T00:00:00Z'"),
        where(f"NOT {T}.before_date('2023-07-17') AND NOT {T}.after_date('2023-07-17')"),
    ),
    (where(f"{T}.starts_with('2023-07')"), where(f"{T} > '2023-07' AND {T} < '2023-08'")),
]


@pytest.mark.parametrize(("reference", "candidate"), SAME)
def test_the_same_audience(reference: str, candidate: str) -> None:
    first, second = parse(reference), parse(candidate)
    schema = LANGUAGE.infer_schema(first, second)
    assert decide(LANGUAGE, first, second, schema).relation is Relation.EQUIVALENT


OTHER = [
    (where(f"{T} = '2023-07-17T00:00:00.500Z'"), NEVER, "contains"),
    (f"{E}.first({T}).within_last(7 days)", f"{E}.within(7 days).count() >= 1", "contained"),
    # within a second the text of the whole one comes last: `.` comes before `Z`
    (
        where(f"{T} >= '2023-07-17T00:00:00.500Z'"),
        where(f"NOT {T}.before_date('2023-07-17T00:00:00.500Z')"),
        "contains",
    ),
    (where(f"{T} > '2023-07-17T00:00:00Z'"), where(f"{T}.after_date('2023-07-17')"), "contained"),
    (where(f"{T} > '2023-07-17'"), where(f"{T}.after_date('2023-07-17')"), "contains"),
]


@pytest.mark.parametrize(("reference", "candidate", "relation"), OTHER)
def test_another_audience(reference: str, candidate: str, relation: str) -> None:
    first, second = parse(reference), parse(candidate)
    schema = LANGUAGE.infer_schema(first, second)
    assert decide(LANGUAGE, first, second, schema).relation == relation


def test_no_customer_around_that_midnight_refutes_what_is_the_same() -> None:
    rng = random.Random(7)
    times = [MIDNIGHT + d * DAY + ms for d in (-7, -1, 0, 1) for ms in (-1, 0, 1, 500, 999, 1_000)]
    crowd = [
        Customer(events=tuple(CustomerEvent("E", at, {}) for at in rng.sample(times, n)))
        for n in (0, 1, 1, 2, 3)
        for _ in range(20)
    ]
    for reference, candidate in SAME:
        both = [parse(text) for text in (reference, candidate)]
        first, second = [
            compile_audience(query, Readings(), Customer)
            for query in both
            if isinstance(query, Condition)
        ]
        for who in crowd:
            for now in (MIDNIGHT, MIDNIGHT + DAY, MIDNIGHT + 7 * DAY, MIDNIGHT + 400 * DAY):
                assert first(who, now) == second(who, now), (reference, moment_text(now))
