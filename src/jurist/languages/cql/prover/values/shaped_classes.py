"""The classes of dates, timestamps, arrays and objects: texts of a language of their own."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import chain, pairwise

from jurist.languages.cql.operators import DAY_MS
from jurist.languages.cql.prover.context import FastPath, is_on
from jurist.languages.cql.prover.values import automata
from jurist.languages.cql.prover.values.automata import Pattern, realizable
from jurist.languages.cql.prover.values.moments import (
    FIRST_DAY,
    LAST_DAY,
    first_day_from,
    moment_cells,
    round_moment,
    timestamp_spellings,
)
from jurist.languages.cql.prover.values.predicates import (
    BEFORE,
    CONTAINS,
    ENDS,
    HAS_SOME,
    IS,
    MOMENT,
    OTHER_BEFORE,
    OTHER_IS,
    PRESENT,
    STARTS,
    Primitive,
    facts_of,
    inside,
)
from jurist.languages.cql.prover.values.shapes import (
    UTC_TIMESTAMPS,
    allowed_texts,
    sampled_texts,
    value_of_text,
)
from jurist.languages.cql.prover.values.times_of_day import times_of_day
from jurist.languages.cql.prover.values.value_classes import NOTHING, Allowed, ValueClass
from jurist.languages.cql.schemas.schema import Kind
from jurist.languages.cql.semantics.values import (
    FIRST_MOMENT,
    LAST_MOMENT,
    Coercion,
    date_text,
    moment_of,
    moment_text,
)

PATTERNS = {
    IS: automata.text,
    BEFORE: automata.comes_before,
    CONTAINS: automata.contains,
    STARTS: automata.starts_with,
    ENDS: automata.ends_with,
}
PLAIN = {OTHER_IS: IS, OTHER_BEFORE: BEFORE}
"""Facts of what is no number, by the same fact of any text."""
SEARCHING = frozenset({CONTAINS, STARTS, ENDS, HAS_SOME})


def shaped_classes(
    facts: Sequence[Primitive], known: Allowed, coercion: Coercion
) -> list[ValueClass]:
    """The classes of the present values that are dates, timestamps, arrays or objects: no numbers.

    Raises:
        TooWide: Where the facts about texts are too many.
    """
    kind = known.kind
    kinds = {fact.kind for fact in facts}
    if kind is Kind.DATE and kinds.isdisjoint(SEARCHING) and is_on(FastPath.PLAIN_TEXTS):
        return _days(facts, coercion)
    if kind is Kind.TIME:
        return times_of_day(facts, coercion)
    dated = [f for f in facts if f.kind == MOMENT and kind in {Kind.DATE, Kind.DATE_TIME}]
    textual = [_plain(f) for f in facts if f.kind in PATTERNS.keys() | PLAIN]
    if kind is Kind.DATE:
        textual += [bound for fact in dated for bound, _ in _bounds_of(fact)]
    textual = list(dict.fromkeys(textual))
    if kind is Kind.DATE_TIME and not textual:
        return _timestamps(frozenset(f for f in facts if f.kind == PRESENT), dated, {})
    sampled, legal = sampled_texts(known), allowed_texts(known)
    samples = _realized(textual, sampled)
    possible = samples if sampled == legal else _realized(textual, legal)
    are_moments = kind is Kind.DATE_TIME and bool(dated)
    written_at: _Sampled = _timestamps_by_facts(textual, dated) if are_moments else {}
    classes: list[ValueClass] = []
    for truths in possible:
        truth = dict(zip(textual, truths, strict=True))
        true = frozenset(fact for fact in facts if _is_true(fact, truth, kind))
        written = samples.get(truths)
        is_point = any(holds and fact.kind == IS for fact, holds in truth.items())
        if are_moments:
            classes += _timestamps(true, dated, written_at, written if is_point else None)
        else:
            sample = None if written is None else value_of_text(written, kind)
            fits = sample is not None and facts_of(sample, facts, coercion) == true
            size = 1 if is_point else None
            classes.append(ValueClass(true, sample if fits else NOTHING, size=size))
    return classes


def _realized(textual: Sequence[Primitive], language: Pattern) -> dict[tuple[bool, ...], str]:
    return realizable([PATTERNS[f.kind](f.text) for f in textual], [language])


def _plain(fact: Primitive) -> Primitive:
    return Primitive(PLAIN.get(fact.kind, fact.kind), text=fact.text)


def _is_true(fact: Primitive, truth: Mapping[Primitive, bool], kind: Kind) -> bool:
    """Whether a text has a fact; `truth`: the truths of those about texts."""
    if fact.kind == MOMENT:
        is_date = kind is Kind.DATE
        return is_date and all(truth[bound] is wanted for bound, wanted in _bounds_of(fact))
    return fact.kind == PRESENT or truth.get(_plain(fact), False)


# --- dates ------------------------------------------------------------------------------------


def _days(facts: Sequence[Primitive], coercion: Coercion) -> list[ValueClass]:
    """Days, whose texts lie in the order of time, cut where a fact begins or ends."""
    cuts = {FIRST_DAY}
    for fact in facts:
        if fact.kind == MOMENT:
            low, high = fact.of_dates.low, fact.of_dates.high
            cuts |= set() if low is None else {-(-low // DAY_MS)}
            cuts |= set() if high is None else {high // DAY_MS + 1}
        elif fact.kind in {BEFORE, OTHER_BEFORE, IS, OTHER_IS}:
            first = first_day_from(fact.text)
            cuts |= {first, first + 1}
    starts = sorted(cut for cut in cuts if FIRST_DAY <= cut <= LAST_DAY)
    classes: list[ValueClass] = []
    for low, after in pairwise([*starts, LAST_DAY + 1]):
        sample = date_text(round_moment(low * DAY_MS, (after - 1) * DAY_MS) // DAY_MS)
        true = facts_of(sample, facts, coercion)
        classes.append(ValueClass(true, sample, size=after - low, days=((low, after - 1),)))
    return classes


def _bounds_of(fact: Primitive) -> list[tuple[Primitive, bool]]:
    """A day's moment lies in an interval where its text comes before some and not others."""
    low, high = fact.of_dates.low, fact.of_dates.high
    first = FIRST_DAY if low is None else -(-low // DAY_MS)
    after = LAST_DAY + 1 if high is None else high // DAY_MS + 1
    return [(_before(first), False), (_before(after), True)]


def _before(day: int) -> Primitive:
    if day > LAST_DAY:
        return Primitive(BEFORE, text=":")  # comes after every digit
    return Primitive(BEFORE, text=date_text(max(day, FIRST_DAY)))


_Sampled = Mapping[frozenset[Primitive], str]
"""A timestamp by its facts about texts, in their plain form, and about moments."""


def _timestamps(
    texts: frozenset[Primitive],
    dated: Sequence[Primitive],
    samples: _Sampled,
    point: str | None = None,
) -> list[ValueClass]:
    """Timestamps with these facts about their texts, cut by when they are."""
    if point is not None:
        true = texts | facts_of(point, dated, Coercion.TEXT)
        return [ValueClass(true, point, size=1, values=(point,))]
    textual = frozenset(_plain(fact) for fact in texts if fact.kind != PRESENT)
    classes: list[ValueClass] = []
    for low, high in moment_cells(dated, FIRST_MOMENT, LAST_MOMENT):
        at = frozenset(fact for fact in dated if inside(low, fact))
        usual = moment_text(round_moment(low, high)) if not samples else NOTHING
        classes.append(ValueClass(texts | at, samples.get(textual | at, usual)))
    return classes


def _timestamps_by_facts(textual: Sequence[Primitive], dated: Sequence[Primitive]) -> _Sampled:
    """Timestamps of the usual spellings, of which text order is the order of time.

    Where another offset or more decimal places are needed, no timestamp is known.
    """
    bounds = [bound for fact in dated for bound in _seconds_around(fact)]
    usual = _realized(list(dict.fromkeys([*textual, *bounds])), UTC_TIMESTAMPS)
    near = [end for fact in dated for end in (fact.low, fact.high) if end is not None]
    near += [at for fact in textual if (at := moment_of(fact.text)) is not None]
    moments = dict.fromkeys(at + step for at in near for step in (-1, 0, 1))
    others = [timestamp_spellings(at) for at in moments if FIRST_MOMENT <= at <= LAST_MOMENT]
    by_facts: dict[frozenset[Primitive], str] = {}
    for written in chain(usual.values(), *others):
        by_facts.setdefault(facts_of(written, (*textual, *dated), Coercion.TEXT), written)
    return by_facts


def _seconds_around(fact: Primitive) -> list[Primitive]:
    """What tells the texts of the whole seconds of an interval from the others."""
    low = None if fact.low is None else -(-fact.low // 1_000) * 1_000
    after = None if fact.high is None else (fact.high // 1_000 + 1) * 1_000
    return [
        Primitive(BEFORE, text=moment_text(end))
        for end in (low, after)
        if end is not None and FIRST_MOMENT <= end <= LAST_MOMENT
    ]
