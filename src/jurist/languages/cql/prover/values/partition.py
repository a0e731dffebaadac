"""The values that a property can take, cut into the classes that two queries tell apart.

A class is a set of values with the same primitive facts. Every value that the schema
allows lies in a class, so what holds for all classes holds for all values. Each class
carries a sample (how a witness gets its values), and the interval of its numbers, which
sums and averages need. The classes are exact, each inhabited, but where `sample` is
`NOTHING`: there nobody has found a value, and a witness cannot be built from it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from decimal import Decimal
from functools import lru_cache
from itertools import pairwise

from jurist.languages.cql.prover.fast_paths import FastPath, is_on, switched_off
from jurist.languages.cql.prover.values.automata import Pattern, realizable
from jurist.languages.cql.prover.values.constructed_texts import constructed_texts
from jurist.languages.cql.prover.values.predicates import (
    BEFORE,
    CONTAINS,
    ENDS,
    IS,
    MOMENT,
    NUMBER,
    OTHER_BEFORE,
    OTHER_IS,
    PRESENT,
    STARTS,
    Primitive,
    holds,
    inside,
)
from jurist.languages.cql.prover.values.representatives import (
    as_text,
    fresh_text,
    moment_cells,
    round_moment,
    text_between,
)
from jurist.languages.cql.prover.values.shaped_classes import (
    PATTERNS,
    PLAIN,
    SHAPED,
    shaped_classes,
)
from jurist.languages.cql.prover.values.shapes import CANONICAL_NUMBERS, NUMBERS, numbers_from
from jurist.languages.cql.prover.values.value_classes import (
    NOTHING,
    Allowed,
    Domain,
    Nothing,
    ValueClass,
)
from jurist.languages.cql.schemas.schema import Kind
from jurist.languages.cql.semantics.numbers import (
    UNIT,
    inner_number,
    least_units,
    most_units,
    number_of,
    units_of,
)
from jurist.languages.cql.semantics.values import (
    FIRST_MOMENT,
    LAST_MOMENT,
    Atom,
    Coercion,
    Value,
    as_number,
    moment_of,
    moment_text,
    read_number,
)
from jurist.languages.effort import spend


def domain(facts: Iterable[Primitive], known: Allowed, coercion: Coercion) -> Domain:
    """The classes of values that these facts tell apart.

    Raises:
        TooWide: Where the facts about texts are too many.
    """
    ordered = tuple(sorted(facts, key=_order))
    return _domain(ordered, known, coercion, switched_off() & _OF_TEXTS)


def _order(fact: Primitive) -> tuple[str, str, float, float]:
    low = float("-inf") if fact.low is None else fact.low
    high = float("inf") if fact.high is None else fact.high
    return fact.kind, fact.text, low, high


_OF_TEXTS = frozenset((FastPath.PLAIN_TEXTS, FastPath.CONSTRUCTED_TEXTS))


@lru_cache(maxsize=4_096)
def _domain(
    facts: tuple[Primitive, ...],
    known: Allowed,
    coercion: Coercion,
    _off: frozenset[FastPath],  # part of the key
) -> Domain:
    builder = _Builder(facts, known, coercion)
    classes = [] if known.required else [ValueClass(frozenset(), None, size=0)]
    if known.enum is not None:
        classes += [builder.point(value) for value in dict.fromkeys(known.enum)]
    elif known.kind is Kind.BOOLEAN:
        classes += [builder.point("true"), builder.point("false")]
    elif known.kind in {Kind.NUMBER, Kind.INTEGER}:
        classes += builder.numbers()
    elif known.kind in SHAPED:
        classes += shaped_classes(facts, known, coercion)
    elif known.kind is Kind.STRING:
        like = builder.number_like_texts() if coercion is Coercion.NUMBER else []
        classes += [*like, *builder.with_dates(builder.texts())]
    else:
        classes += [*builder.numbers(), *builder.with_dates(builder.texts())]
    if builder.joint:
        classes = [*classes[: 0 if known.required else 1], *builder.joint_classes()]
    joint = builder.joint or _repeats_a_number(known.enum or (), coercion)
    return Domain(tuple(_merged(classes)), builder.scale, facts, coercion, known, joint)


def _repeats_a_number(values: Sequence[Atom], coercion: Coercion) -> bool:
    """Whether two of the values are the same number in different texts."""
    numbers = [as_number(value, coercion) for value in dict.fromkeys(values)]
    known = [number for number in numbers if number is not None]
    return len(set(known)) < len(known)


def _merged(classes: Sequence[ValueClass]) -> list[ValueClass]:
    """Classes that nothing tells apart, as one; numbers stay apart from the rest."""
    alike: dict[tuple[frozenset[Primitive], bool, object], list[ValueClass]] = {}
    for each in classes:
        key = (each.facts, each.sample is None, (each.low, each.high) if each.numeric else None)
        alike.setdefault(key, []).append(each)
    return [several[0] if len(several) == 1 else _as_one(several) for several in alike.values()]


def _as_one(several: Sequence[ValueClass]) -> ValueClass:
    first = several[0]
    sizes = [each.size for each in several if each.size is not None]
    size = sum(sizes) if len(sizes) == len(several) else None
    sample = next((each.sample for each in several if each.sample is not NOTHING), NOTHING)
    values = tuple([value for each in several for value in each.values])
    listed = values if len(values) == size else ()
    days = tuple([day for each in several for day in each.days])
    if not all(each.days for each in several):
        days = ()
    return ValueClass(first.facts, sample, first.numeric, first.low, first.high, size, listed, days)


class _Builder:
    def __init__(self, facts: tuple[Primitive, ...], known: Allowed, coercion: Coercion) -> None:
        self._facts = facts
        self._known = known
        self._coercion = coercion
        self.scale = 1 if known.kind is Kind.INTEGER else UNIT
        self._searching = [f for f in facts if f.kind in {CONTAINS, STARTS, ENDS}]
        self.joint = bool(self._numbers_possible() and self._texts_meet_numbers())

    # --- points ---

    def point(self, value: Value) -> ValueClass:
        """The class of one value."""
        spend(1 + len(self._facts))
        true = frozenset(f for f in self._facts if holds(f, value, self._coercion))
        number = as_number(value, self._coercion)
        if number is None:
            return ValueClass(true, value, size=1, values=(value,))
        at = units_of(number, self.scale)
        assert at is not None  # noqa: S101 - a value is read within the digits that there are
        return ValueClass(true, value, numeric=True, low=at, high=at, size=1, values=(value,))

    # --- numbers ---

    def _numbers_possible(self) -> bool:
        kind = self._known.kind
        if self._known.enum is not None:
            return False
        if kind in {Kind.NUMBER, Kind.INTEGER, Kind.UNKNOWN}:
            return True
        return kind is Kind.STRING and self._coercion is Coercion.NUMBER

    def _texts_meet_numbers(self) -> bool:
        """Whether a fact about texts depends on which number a number is."""
        if self._searching:
            return True
        return any(f.kind == BEFORE and "-" <= f.text[:1] <= "9" for f in self._facts)

    def numbers(self) -> list[ValueClass]:
        """The numbers, cut at the ends of the numeric facts and at the schema's bounds."""
        step = UNIT // self.scale
        least, most = self._bounds()
        starts: set[int] = set()
        for fact in self._facts:
            for low, high in self._intervals(fact):
                if low is not None:
                    starts.add(-(-low // step))
                if high is not None:
                    starts.add(high // step + 1)
        cuts = sorted(
            c for c in starts if (least is None or c > least) and (most is None or c <= most)
        )
        edges = [least, *cuts, None if most is None else most + 1]
        classes: list[ValueClass] = []
        for low, after in pairwise(edges):
            high = None if after is None else after - 1
            if low is not None and high is not None and low > high:
                continue
            sample = number_of(inner_number(low, high, self.scale), self.scale)
            true = frozenset(f for f in self._facts if holds(f, sample, self._coercion))
            size = None if low is None or high is None else high - low + 1
            classes.append(ValueClass(true, sample, True, low, high, size))  # noqa: FBT003
        return classes

    def number_like_texts(self) -> list[ValueClass]:
        """The same as texts, for values that are texts only."""
        return [replace(each, sample=as_text(each.sample)) for each in self.numbers()]

    def _intervals(self, fact: Primitive) -> list[tuple[int | None, int | None]]:
        if fact.kind == NUMBER:
            return [(fact.low, fact.high)]
        if fact.kind == IS:
            number = read_number(fact.text)
            if number is not None and (units := units_of(number)) is not None:
                return [(units, units)]
        return []

    def _bounds(self) -> tuple[int | None, int | None]:
        if self._known.kind not in {Kind.NUMBER, Kind.INTEGER}:
            return None, None
        minimum, maximum = self._known.minimum, self._known.maximum
        return (
            None
            if minimum is None or isinstance(minimum, str)
            else least_units(minimum, self.scale),
            None
            if maximum is None or isinstance(maximum, str)
            else most_units(maximum, self.scale),
        )

    # --- texts ---

    def texts(self) -> list[ValueClass]:
        """The texts that are no numbers under the coercion, by all facts but moments."""
        if self._searching or not is_on(FastPath.PLAIN_TEXTS):
            return self._searched(canonical_numbers=False, numbers=False)
        relevant = {OTHER_BEFORE, BEFORE, OTHER_IS, IS}
        points = sorted({f.text for f in self._facts if f.kind in relevant})
        ordered = any(f.kind in {OTHER_BEFORE, BEFORE} for f in self._facts)
        classes = [self.point(text) for text in points if as_number(text, self._coercion) is None]
        if not ordered:
            classes.append(self._generic(fresh_text(points)))
            return classes
        for low, high in pairwise([None, *points, None]):
            between = text_between(low, high)
            if between is not None:
                classes.append(self._generic(between))
        return classes

    def _generic(self, sample: str) -> ValueClass:
        true = frozenset(
            f for f in self._facts if f.kind != MOMENT and holds(f, sample, self._coercion)
        )
        return ValueClass(true, sample)

    def _searched(self, *, canonical_numbers: bool, numbers: bool | None) -> list[ValueClass]:
        """Texts that are searched; `numbers`: only those that are numbers, or are not, or all."""
        table: dict[tuple[str, str | int | None], Pattern] = {}
        number_ends: set[int] = set()
        for fact in self._facts:
            if fact.kind == NUMBER:
                ends = (fact.low, None if fact.high is None else fact.high + 1)
                number_ends.update(end for end in ends if end is not None)
            elif fact.kind not in {PRESENT, MOMENT}:
                kind = PLAIN.get(fact.kind, fact.kind)
                table[kind, fact.text] = PATTERNS[kind](fact.text)
        legal = [CANONICAL_NUMBERS] if canonical_numbers else []
        if self._coercion is Coercion.NUMBER or canonical_numbers:
            table[NUMBER, None] = NUMBERS
            for end in number_ends if numbers is not False else ():
                table[NUMBER, end] = numbers_from(end)
        names = list(table)
        classes: list[ValueClass] = []
        realized = None
        if is_on(FastPath.CONSTRUCTED_TEXTS):
            realized = constructed_texts(names, numbers=numbers)
        if realized is None:
            realized = realizable(list(table.values()), legal)
        for truths, text in realized.items():
            truth = dict(zip(names, truths, strict=True))
            is_number = truth.get((NUMBER, None), False)
            if numbers is None or is_number is numbers:
                sample: Value = (read_number(text) or 0) if canonical_numbers else text
                reached = sorted(end for end in number_ends if truth.get((NUMBER, end)))
                classes.append(self._text_class(truth, sample, number_ends, reached))
        return classes

    def _text_class(
        self,
        truth: Mapping[tuple[str, str | int | None], bool],
        sample: Value,
        number_ends: set[int],
        reached: Sequence[int],
    ) -> ValueClass:
        """The class of texts with these truths, as the automata found them."""
        is_number = truth.get((NUMBER, None), False)

        def is_true(fact: Primitive) -> bool:
            if fact.kind == NUMBER:
                above = fact.high is not None and fact.high + 1 in reached
                return is_number and (fact.low is None or fact.low in reached) and not above
            if fact.kind in {OTHER_IS, OTHER_BEFORE}:
                plain = IS if fact.kind == OTHER_IS else BEFORE
                return not is_number and truth[plain, fact.text]
            return fact.kind == PRESENT or truth[fact.kind, fact.text]

        true = frozenset(f for f in self._facts if f.kind != MOMENT and is_true(f))
        # a text with more decimal places than numbers have (A5) is no sample
        fits = all(
            holds(f, sample, self._coercion) is (f in true) for f in self._facts if f.kind != MOMENT
        )
        known: Value | Nothing = sample if fits else NOTHING
        if not is_number:
            exact = any(true_of and key[0] == IS for key, true_of in truth.items())
            return ValueClass(true, known, size=1 if exact else None)
        above = [end for end in number_ends if end not in reached]
        low, high = max(reached, default=None), min(above) - 1 if above else None
        return ValueClass(true, known, numeric=True, low=low, high=high)

    def joint_classes(self) -> list[ValueClass]:
        """All present values, where facts about texts tell numbers apart."""
        kind = self._known.kind
        if kind in {Kind.NUMBER, Kind.INTEGER}:
            return self._in_bounds(self._searched(canonical_numbers=True, numbers=True))
        if self._coercion is Coercion.NUMBER:
            return self.with_dates(self._searched(canonical_numbers=False, numbers=None))
        numbers = self._searched(canonical_numbers=True, numbers=True)
        return [*numbers, *self.with_dates(self.texts())]

    def _in_bounds(self, classes: Sequence[ValueClass]) -> list[ValueClass]:
        """Classes of any numbers, within the schema's bounds as far as the samples show it."""
        least, most = self._bounds()
        bounds = Primitive(NUMBER, least, most)
        step = UNIT // self.scale
        kept: list[ValueClass] = []
        for each in classes:
            low = None if each.low is None else -(-each.low // step)
            high = None if each.high is None else each.high // step
            low = least if low is None else low if least is None else max(low, least)
            high = most if high is None else high if most is None else min(high, most)
            if low is not None and high is not None and low > high:
                continue
            value = each.sample
            at = units_of(value, self.scale) if isinstance(value, int | Decimal) else None
            fits = at is not None and inside(at, bounds)
            kept.append(ValueClass(each.facts, value if fits else NOTHING, True, low, high))  # noqa: FBT003
        return kept

    # --- moments ---

    def with_dates(self, texts: Sequence[ValueClass]) -> list[ValueClass]:
        """Texts, each class cut by the moments that its values may say."""
        if not any(f.kind == MOMENT for f in self._facts):
            return list(texts)
        classes: list[ValueClass] = []
        for each in texts:
            if each.size == 1 and isinstance(each.sample, str):
                classes.append(self.point(each.sample))
            elif each.numeric:
                classes.append(each)
            else:
                sampled = isinstance(each.sample, str) and moment_of(each.sample) is None
                classes.append(each if sampled else ValueClass(each.facts, NOTHING))
                classes += self._cells(each)
        return classes

    def _cells(self, texts: ValueClass) -> list[ValueClass]:
        cells: list[ValueClass] = []
        for low, high in moment_cells(self._facts, FIRST_MOMENT, LAST_MOMENT):
            at = frozenset(f for f in self._facts if f.kind == MOMENT and inside(low, f))
            true = texts.facts | at
            cells.append(ValueClass(true, self._moment_sample(true, low, high)))
        return cells

    def _moment_sample(self, true: frozenset[Primitive], low: int, high: int) -> str | Nothing:
        for ms in dict.fromkeys((round_moment(low, high), low, high, (low + high) // 2)):
            spend(10 + 2 * len(self._facts))
            text = moment_text(ms)
            spellings = [text, text[:-1], text[:-1] + "+00:00"]
            if text.endswith("T00:00:00Z"):
                spellings.append(text[:10])
            for spelling in spellings:
                if all(holds(f, spelling, self._coercion) is (f in true) for f in self._facts):
                    return spelling
        return NOTHING
