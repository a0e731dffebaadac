"""The classes of texts, and of numbers as they are written, that are searched.

By texts that are put together where that will do, else by automata.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import replace

from jurist.languages.cql.prover.context import FastPath, is_on
from jurist.languages.cql.prover.values.automata import Pattern, realizable
from jurist.languages.cql.prover.values.constructed_texts import Wanted, constructed_texts
from jurist.languages.cql.prover.values.merging import point_class, relisted
from jurist.languages.cql.prover.values.predicates import (
    AMONG,
    HAS_SOME,
    IS,
    LISTS,
    MOMENT,
    NUMBER,
    PRESENT,
    Primitive,
    facts_of,
    points,
)
from jurist.languages.cql.prover.values.shaped_classes import PATTERNS, PLAIN
from jurist.languages.cql.prover.values.shapes import (
    CANONICAL_NUMBERS,
    NUMBERS,
    WHOLE_NUMBERS,
    numbers_from,
)
from jurist.languages.cql.prover.values.value_classes import NOTHING, Allowed, ValueClass
from jurist.languages.cql.schemas.schema import Kind
from jurist.languages.cql.semantics.numbers import UNIT
from jurist.languages.cql.semantics.values import Coercion, Value, as_number, read_number


def searched_classes(
    facts: Sequence[Primitive],
    known: Allowed,
    coercion: Coercion,
    within: Primitive,
    *,
    numbers: bool | None,
) -> list[ValueClass]:
    """The classes that facts about texts tell apart.

    Args:
        facts: What is said of a value.
        known: What the schema says of it.
        coercion: How texts are compared.
        within: The interval of its numbers.
        numbers: Only numbers as they are written, none, or (`None`) all texts.

    Raises:
        TooWide: Where the facts about texts are too many.
    """
    primitives = (*points(facts), within)
    ends = set(_ends_of(primitives)) if numbers is not False else set[int]()
    wanted = list(dict.fromkeys(_conditions(facts)))
    if coercion is Coercion.NUMBER or numbers:
        wanted += [(NUMBER, None), *((NUMBER, end) for end in sorted(ends))]
    lists = [fact for fact in facts if fact.kind == AMONG]
    listed = {part.text for fact in lists for part in fact.listed if part.kind != NUMBER}
    realized = None
    if is_on(FastPath.CONSTRUCTED_TEXTS) and not (listed and numbers):
        realized = constructed_texts(wanted, numbers=numbers, apart_from=listed)
    if realized is None and any(fact.kind in LISTS for fact in facts):
        apart = tuple(dict.fromkeys(points(facts)))
        return relisted(searched_classes(apart, known, coercion, within, numbers=numbers), facts)
    if realized is None:
        canonical = WHOLE_NUMBERS if known.kind is Kind.INTEGER else CANONICAL_NUMBERS
        realized = realizable(list(map(_pattern, wanted)), [canonical] if numbers else [])
    texts = [text for text in sorted(listed) if as_number(text, coercion) is None]
    classes = [point_class(text, facts, coercion, UNIT) for text in texts]
    dateless = [fact for fact in facts if fact.kind != MOMENT]
    for truths, text in realized.items():
        truth = dict(zip(wanted, truths, strict=True))
        if numbers is None or truth.get((NUMBER, None), False) is numbers:
            sample: Value = (read_number(text) or 0) if numbers else text
            part = _class(dateless, truth, ends)
            # a text with more decimal places than numbers have (A5) is no sample
            is_known = facts_of(sample, dateless, coercion) == part.facts
            classes.append(replace(part, sample=sample) if is_known else part)
    return classes


def _conditions(facts: Sequence[Primitive]) -> Iterator[Wanted]:
    """What is asked of texts; of lists of values nothing, which are looked at one by one."""
    for fact in facts:
        if fact.kind == HAS_SOME:
            yield HAS_SOME, _parts(fact)
        elif fact.kind not in {PRESENT, MOMENT, NUMBER, AMONG}:
            yield PLAIN.get(fact.kind, fact.kind), fact.text


def _parts(fact: Primitive) -> frozenset[str]:
    return frozenset(part.text for part in fact.listed)


def _ends_of(facts: Sequence[Primitive]) -> Iterator[int]:
    """Where facts about numbers begin, and what comes after them."""
    for fact in facts:
        if fact.kind == NUMBER:
            yield from () if fact.low is None else (fact.low,)
            yield from () if fact.high is None else (fact.high + 1,)


def _pattern(condition: Wanted) -> Pattern:
    """The texts of which a condition holds."""
    kind, constant = condition
    if isinstance(constant, str):
        return PATTERNS[kind](constant)
    assert not isinstance(constant, frozenset)  # noqa: S101 - automata know no lists
    return NUMBERS if constant is None else numbers_from(constant)


def _class(
    facts: Sequence[Primitive], truth: Mapping[Wanted, bool], ends: Collection[int]
) -> ValueClass:
    """The class of texts with these truths, without a sample."""
    is_number = truth.get((NUMBER, None), False)
    reached = {end for end in ends if truth.get((NUMBER, end))}
    above = [end for end in ends if end not in reached]
    low, high = max(reached, default=None), min(above) - 1 if above else None

    def is_true(fact: Primitive) -> bool:
        if fact.kind == AMONG:
            return is_number and low == high and Primitive(NUMBER, low, high) in fact.listed
        if fact.kind == HAS_SOME:
            return truth[HAS_SOME, _parts(fact)]
        if fact.kind == NUMBER:
            over = fact.high is not None and fact.high + 1 in reached
            return is_number and (fact.low is None or fact.low in reached) and not over
        if fact.kind in PLAIN:
            return not is_number and truth[PLAIN[fact.kind], fact.text]
        return fact.kind == PRESENT or truth[fact.kind, fact.text]

    true = frozenset(filter(is_true, facts))
    if is_number:
        return ValueClass(true, NOTHING, numeric=True, low=low, high=high)
    exact = any(holds and kind == IS for (kind, _), holds in truth.items())
    return ValueClass(true, NOTHING, size=1 if exact else None)
