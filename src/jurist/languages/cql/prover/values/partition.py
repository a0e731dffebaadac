"""The values that a property can take, cut into the classes that two queries tell apart.

A class is a set of values with the same primitive facts. Every value that the schema
allows lies in a class, so what holds for all classes holds for all values. Each class
carries a sample (how a witness gets its values), and the interval of its numbers, which
sums and averages need. The classes are exact, each inhabited, but where `sample` is
`NOTHING`: there nobody has found a value, and a witness cannot be built from it.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from functools import lru_cache
from itertools import pairwise

from jurist.languages.cql.prover.context import FastPath, is_on, switched_off
from jurist.languages.cql.prover.values.dated_texts import bare_dates, timestamps
from jurist.languages.cql.prover.values.merging import merged, point_class, relisted
from jurist.languages.cql.prover.values.predicates import (
    BEFORE,
    IS,
    LISTS,
    MOMENT,
    NUMBER,
    OTHER_BEFORE,
    OTHER_IS,
    READING_NUMBERS,
    Primitive,
    facts_of,
    inside,
    points,
)
from jurist.languages.cql.prover.values.searched_classes import searched_classes
from jurist.languages.cql.prover.values.shaped_classes import (
    SEARCHING,
    shaped_classes,
)
from jurist.languages.cql.prover.values.texts_in_order import text_beside, text_between
from jurist.languages.cql.prover.values.value_classes import (
    NOTHING,
    Allowed,
    Domain,
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
    Coercion,
    Value,
    as_number,
    moment_of,
    read_number,
    text_of,
)

_OF_TEXTS = frozenset((FastPath.PLAIN_TEXTS, FastPath.CONSTRUCTED_TEXTS))
_NUMERIC = frozenset((Kind.NUMBER, Kind.INTEGER))
_PLAIN = frozenset((Kind.NUMBER, Kind.INTEGER, Kind.BOOLEAN, Kind.STRING, Kind.UNKNOWN))
"""Kinds of whose values long lists are cut out one by one."""
_MOST_LISTED = 2_000
"""Whole numbers between the schema's bounds that are looked at one by one."""


def domain(facts: Iterable[Primitive], known: Allowed, coercion: Coercion) -> Domain:
    """The classes of values that these facts tell apart.

    Raises:
        TooWide: Where the facts about texts are too many.
    """
    ordered = tuple(sorted(facts, key=_order))
    return partitioned(ordered, known, coercion, switched_off() & _OF_TEXTS)


def domain_of_texts(facts: Collection[Primitive], known: Allowed, coercion: Coercion) -> Domain:
    """The same of what is equal only to its own text, whatever number that says.

    Where a fact reads numbers, the texts of one number are still told apart.
    """
    if all(fact.kind not in READING_NUMBERS for fact in points(facts)):
        return domain(facts, known, Coercion.TEXT)
    found = domain(facts, known, coercion)
    return replace(found, joint=found.joint or _may_say_a_number(known))


def _may_say_a_number(known: Allowed) -> bool:
    listed = known.enum
    return listed is None or any(as_number(v, Coercion.NUMBER) is not None for v in listed)


def _order(fact: Primitive) -> tuple[object, ...]:
    low = float("-inf") if fact.low is None else fact.low
    high = float("inf") if fact.high is None else fact.high
    listed = tuple(sorted([(part.kind, part.text, part.low or 0) for part in fact.listed]))
    midnights = tuple([end or 0 for end in fact.midnights or ()])
    return fact.kind, fact.text, low, high, listed, midnights


@lru_cache(maxsize=4_096)
def partitioned(
    facts: tuple[Primitive, ...],
    known: Allowed,
    coercion: Coercion,
    _off: frozenset[FastPath],  # part of the key
) -> Domain:
    """The same of facts in order, made once."""
    is_plain = known.enum is not None or known.kind in _PLAIN
    are_spelled = coercion is Coercion.NUMBER and known.kind not in _NUMERIC
    if any(
        fact.kind in LISTS
        and (not is_plain or (are_spelled and any(map(_spells_a_number, fact.listed))))
        for fact in facts
    ):
        apart = partitioned(tuple(dict.fromkeys(points(facts))), known, coercion, _off)
        return replace(apart, classes=tuple(relisted(apart.classes, facts)), facts=facts)
    partition = _Partition(facts, known, coercion)
    is_joint = partition.texts_meet_numbers
    classes = [] if known.required else [ValueClass(frozenset(), None, size=0)]
    classes += partition.joint_classes() if is_joint else partition.classes()
    joint = is_joint or _repeats_a_number(known, coercion)
    return Domain(tuple(merged(classes)), partition.scale, facts, coercion, known, joint)


def _repeats_a_number(known: Allowed, coercion: Coercion) -> bool:
    """Whether two of the listed values are the same number in different texts."""
    numbers = [as_number(value, coercion) for value in dict.fromkeys(known.enum or ())]
    read = [number for number in numbers if number is not None]
    return len(set(read)) < len(read)


@dataclass(frozen=True)
class _Partition:
    """What the facts about a value tell apart, by kinds of values."""

    facts: tuple[Primitive, ...]
    known: Allowed
    coercion: Coercion

    @property
    def scale(self) -> int:
        """Numbers are multiples of 1/scale."""
        return 1 if self.known.kind is Kind.INTEGER else UNIT

    @property
    def texts_meet_numbers(self) -> bool:
        """Whether numbers are searched as texts, and too many to be looked at one by one."""
        return self._searches_numbers and not self._are_few

    @property
    def _searches_numbers(self) -> bool:
        """Whether a fact about texts depends on which number a number is."""
        kind, coerced = self.known.kind, self.coercion is Coercion.NUMBER
        numbers = kind in _NUMERIC or kind is Kind.UNKNOWN or (kind is Kind.STRING and coerced)
        return (
            numbers
            and self.known.enum is None
            and any(
                f.kind in SEARCHING
                or (f.kind == BEFORE and "-" <= f.text[:1] <= "9")
                or (kind not in _NUMERIC and _spells_a_number(f))
                for f in self.facts
            )
        )

    def classes(self) -> list[ValueClass]:
        """All present values, where facts about texts do not tell numbers apart."""
        if self.known.enum is not None:
            return [self._point(value) for value in dict.fromkeys(self.known.enum)]
        match self.known.kind:
            case Kind.BOOLEAN:
                return [self._point("true"), self._point("false")]
            case Kind.INTEGER if self._searches_numbers:
                return self._few_numbers()
            case Kind.NUMBER | Kind.INTEGER:
                return self._numbers()
            case Kind.STRING if self.coercion is not Coercion.NUMBER:
                return self._with_dates(self._texts())
            case Kind.STRING | Kind.UNKNOWN:
                return [*self._numbers(), *self._with_dates(self._texts())]
            case _:
                return shaped_classes(self.facts, self.known, self.coercion)

    def joint_classes(self) -> list[ValueClass]:
        """All present values, where facts about texts tell numbers apart."""
        if self.known.kind in _NUMERIC:
            return self._in_bounds(self._searched(numbers=True))
        if self.coercion is Coercion.NUMBER:
            return self._with_dates(self._searched(numbers=None))
        return [*self._searched(numbers=True), *self._with_dates(self._texts())]

    def _point(self, value: Value) -> ValueClass:
        """The class of one value."""
        return point_class(value, self.facts, self.coercion, self.scale)

    def _facts_of(self, value: Value) -> frozenset[Primitive]:
        return facts_of(value, self.facts, self.coercion)

    # --- numbers ---

    def _numbers(self) -> list[ValueClass]:
        """The numbers, cut at the ends of the numeric facts and at the schema's bounds."""
        step = UNIT // self.scale
        least, most = self._bounds()
        starts: set[int] = set()
        for low, high in map(_interval, points(self.facts)):
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
            number = number_of(inner_number(low, high, self.scale), self.scale)
            sample = text_of(number) if self.known.kind is Kind.STRING else number
            size = None if low is None or high is None else high - low + 1
            classes.append(ValueClass(self._facts_of(number), sample, True, low, high, size))  # noqa: FBT003
        return classes

    def _bounds(self) -> tuple[int | None, int | None]:
        """The schema's, in units of 1/scale."""
        if self.known.kind not in _NUMERIC:
            return None, None
        least, most = self.known.minimum, self.known.maximum
        return (
            least_units(least, self.scale) if isinstance(least, int | Decimal) else None,
            most_units(most, self.scale) if isinstance(most, int | Decimal) else None,
        )

    @property
    def _are_few(self) -> bool:
        """Whether they are whole numbers that can be looked at one by one."""
        least, most = self._bounds()
        if self.known.kind is not Kind.INTEGER or least is None or most is None:
            return False
        return most - least < _MOST_LISTED

    def _few_numbers(self) -> list[ValueClass]:
        """Whole numbers one by one, neighbours that nothing tells apart as one class."""
        least, most = self._bounds()
        assert least is not None  # noqa: S101 - they are few
        assert most is not None  # noqa: S101
        classes: list[ValueClass] = []
        for number in range(least, most + 1):
            point = self._point(number)
            last = classes[-1] if classes else None
            if last is not None and last.facts == point.facts and last.low is not None:
                classes[-1] = replace(last, high=number, size=number - last.low + 1, values=())
            else:
                classes.append(point)
        return classes

    def _in_bounds(self, classes: Sequence[ValueClass]) -> list[ValueClass]:
        """Classes of any numbers, within the schema's bounds as far as the samples show it."""
        least, most = self._bounds()
        step = UNIT // self.scale
        kept: list[ValueClass] = []
        for part in classes:
            lows = [least, None if part.low is None else -(-part.low // step)]
            highs = [most, None if part.high is None else part.high // step]
            low = max((end for end in lows if end is not None), default=None)
            high = min((end for end in highs if end is not None), default=None)
            if low is not None and high is not None and low > high:
                continue
            value = part.sample
            at = units_of(value, self.scale) if isinstance(value, int | Decimal) else None
            fits = inside(at, Primitive(NUMBER, least, most))
            kept.append(ValueClass(part.facts, value if fits else NOTHING, True, low, high))  # noqa: FBT003
        return kept

    # --- texts ---

    def _texts(self) -> list[ValueClass]:
        """The texts that are no numbers under the coercion, by all facts but moments."""
        kinds = {f.kind for f in self.facts}
        if kinds & SEARCHING or not is_on(FastPath.PLAIN_TEXTS):
            return self._searched(numbers=False)
        by_order = {OTHER_BEFORE, BEFORE}
        kinds = {*by_order, OTHER_IS, IS}
        texts = sorted({fact.text for fact in points(self.facts) if fact.kind in kinds})
        classes = [self._point(text) for text in texts if as_number(text, self.coercion) is None]
        if kinds & by_order:
            between = [text_between(low, high) for low, high in pairwise([None, *texts, None])]
        else:
            between = [text_beside(texts)]
        dateless = [f for f in self.facts if f.kind != MOMENT]
        return classes + [
            ValueClass(facts_of(text, dateless, self.coercion), text)
            for text in between
            if text is not None
        ]

    def _searched(self, *, numbers: bool | None) -> list[ValueClass]:
        """Texts that are searched; `numbers`: only numbers as they are written, none, or all."""
        least, most = self._bounds()
        step = UNIT // self.scale
        within = Primitive(
            NUMBER,
            None if least is None else least * step,
            None if most is None else most * step,
        )
        return searched_classes(self.facts, self.known, self.coercion, within, numbers=numbers)

    # --- moments ---

    def _with_dates(self, texts: Sequence[ValueClass]) -> list[ValueClass]:
        """Texts, each class cut by the moments and days that its values may say."""
        if not any(f.kind == MOMENT for f in self.facts):
            return list(texts)
        classes: list[ValueClass] = []
        for part in texts:
            if part.size == 1 and isinstance(part.sample, str):
                classes.append(self._point(part.sample))
            elif part.numeric:
                classes.append(part)
            else:
                sampled = isinstance(part.sample, str) and moment_of(part.sample) is None
                classes.append(part if sampled else ValueClass(part.facts, NOTHING))
                classes += timestamps(part, self.facts, self.coercion)
                classes += bare_dates(part, self.facts, self.coercion)
        return classes


def _spells_a_number(fact: Primitive) -> bool:
    """Whether a fact tells one spelling of a number from the others."""
    return fact.kind == IS and read_number(fact.text) is not None


def _interval(fact: Primitive) -> tuple[int | None, int | None]:
    """The numbers that a fact is about, in units; without ends where it is about none."""
    if fact.kind == NUMBER:
        return fact.low, fact.high
    number = read_number(fact.text) if fact.kind == IS else None
    units = None if number is None else units_of(number)
    return units, units
