"""One value of one item for the solver: its class, and where it is compared, which it is.

A compared number is an integer in the units of its class; a compared text has a number
that is its name, so two texts of one class are equal where their names are. A compared
moment is its milliseconds.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import combinations

from jurist.languages.cql.prover.histories.problem import ANY_MOMENT, ValueUse
from jurist.languages.cql.prover.theories.smt import Solver
from jurist.languages.cql.prover.theories.terms import all_of, any_of, integer
from jurist.languages.cql.prover.values.distinct import several
from jurist.languages.cql.prover.values.partition import domain
from jurist.languages.cql.prover.values.predicates import (
    IS,
    MOMENT,
    OTHER_IS,
    Primitive,
    holds,
    inside,
)
from jurist.languages.cql.prover.values.representatives import moment_cells
from jurist.languages.cql.prover.values.shaped_classes import (
    DAY,
    FIRST_DAY,
    LAST_DAY,
    date_text,
    timestamp_spellings,
)
from jurist.languages.cql.prover.values.shapes import common_text, value_of_text
from jurist.languages.cql.prover.values.value_classes import (
    NOTHING,
    Allowed,
    Domain,
    ValueClass,
    allows,
)
from jurist.languages.cql.schemas.schema import Kind
from jurist.languages.cql.semantics.numbers import rounder
from jurist.languages.cql.semantics.values import (
    FIRST_MOMENT,
    LAST_MOMENT,
    Coercion,
    Value,
    as_number,
    moment_of,
    moment_text,
    text_of,
)

_FEW_CLASSES = 6
ROUND = "round"
"""The name of what says that all compared numbers are round ones."""


@dataclass(frozen=True, slots=True)
class ValuePartition:
    """The classes of a value, and what is compared of it."""

    domain: Domain
    use: ValueUse

    @property
    def without_sample(self) -> list[int]:
        """The classes of which no value is known."""
        return [i for i, each in enumerate(self.domain.classes) if each.sample is NOTHING]

    @property
    def rounder(self) -> int:
        """The unit of its round numbers, in units of its domain's scale."""
        numeric = [each for each in self.domain.classes if each.numeric]
        ends = [end for each in numeric for end in (each.low, each.high) if end is not None]
        return rounder(ends, self.domain.scale) if numeric else 1

    @property
    def is_relaxed(self) -> bool:
        """Whether its numbers are not known exactly where it is compared."""
        return self.use.compared and self.domain.joint


def partition_of(use: ValueUse, coercion: Coercion) -> ValuePartition:
    """The classes of a value, as all that is said of it cuts them."""
    own = Coercion.NONE if use.separate else coercion
    return ValuePartition(domain(use.facts, use.known, own), use)


@dataclass(frozen=True, slots=True)
class Variable:
    """A value of an item; `name` is free of anything that SMT-LIB would not take."""

    name: str
    partition: ValuePartition

    def declare(self, solver: Solver) -> None:
        """Exactly one class, and what is compared within its bounds."""
        names = [self.of(i) for i in range(len(self.partition.domain.classes))]
        solver.declare_all(names, "Bool")
        solver.add(any_of(names))
        if len(names) > _FEW_CLASSES:
            solver.add(f"((_ at-most 1) {' '.join(names)})")
        else:
            for one, other in combinations(names, 2):
                solver.add(f"(or (not {one}) (not {other}))")
        if not self.partition.use.compared:
            return
        solver.declare(self.number)
        for i, each in enumerate(self.partition.domain.classes):
            if each.numeric:
                solver.add(f"(=> {self.of(i)} {between(self.number, each.low, each.high)})")
            elif each.size == 1 and not self.is_day:
                solver.add(f"(=> {self.of(i)} (= {self.number} 0))")
        unit = self.partition.rounder
        if unit > 1:
            parts = solver.declare(f"{self.name}u")
            solver.add(f"(=> {ROUND} (= {self.number} (* {unit} {parts})))")
        if self.is_day:
            for i, each in enumerate(self.partition.domain.classes):
                spans = each.days or ((FIRST_DAY, LAST_DAY),)
                days = any_of([between(self.number, low, high) for low, high in spans])
                if each.sample is not None:
                    solver.add(f"(=> {self.of(i)} {days})")
        if self.partition.use.as_moment and not self.is_day:
            solver.declare(self.moment)
            for i, spans in self._moments().items():
                ranges = any_of([between(self.moment, low, high) for low, high in spans])
                solver.add(f"(=> {self.of(i)} {ranges})")

    def of(self, option: int) -> str:
        """That it is of a class."""
        return f"{self.name}c{option}"

    @property
    def number(self) -> str:
        """Its number, or the number of its text."""
        return f"{self.name}n"

    @property
    def moment(self) -> str:
        """Its milliseconds."""
        return f"(* {DAY} {self.number})" if self.is_day else f"{self.name}m"

    @property
    def is_day(self) -> bool:
        """Whether it is a whole day, whose number says which."""
        return self.partition.use.known.kind is Kind.DATE

    def has(self, fact: Primitive) -> str:
        """That it has a fact."""
        classes = self.partition.domain.classes
        return any_of([self.of(i) for i, each in enumerate(classes) if fact in each.facts])

    @property
    def is_there(self) -> str:
        """That it is not missing."""
        classes = self.partition.domain.classes
        return any_of([self.of(i) for i, each in enumerate(classes) if each.sample is not None])

    @property
    def is_numeric(self) -> str:
        """That it is a number."""
        classes = self.partition.domain.classes
        return any_of([self.of(i) for i, each in enumerate(classes) if each.numeric])

    @property
    def is_text(self) -> str:
        """That it is there, and no number."""
        classes = self.partition.domain.classes
        return any_of(
            [self.of(i) for i, e in enumerate(classes) if e.sample is not None and not e.numeric]
        )

    def _moments(self) -> dict[int, list[tuple[int, int]]]:
        """For each class of moments, when they are."""
        facts = self.partition.domain.facts
        cells = moment_cells(facts, FIRST_MOMENT, LAST_MOMENT)
        dated = {fact for fact in facts if fact.kind == MOMENT}
        return {
            i: _spelled(each)
            or [
                (low, high)
                for low, high in cells
                if all(inside(low, fact) is (fact in each.facts) for fact in dated)
            ]
            for i, each in enumerate(self.partition.domain.classes)
            if ANY_MOMENT in each.facts
        }


def _spelled(each: ValueClass) -> list[tuple[int, int]]:
    """The moments of a class whose texts are listed; none where they are not."""
    moments = [moment_of(value) for value in each.values]
    return [(at, at) for at in moments if at is not None]


def same_text(left: Variable, right: Variable) -> str:
    """That both are the same text, which is no number."""
    one_known, other_known = left.partition.use.known, right.partition.use.known
    kinds = {one_known.kind, other_known.kind}
    if len(kinds) == 2 and kinds <= _ALL_APART:
        return "false"
    if kinds <= {Kind.ARRAY, Kind.OBJECT} and common_text(one_known, other_known) is None:
        return "false"
    parts: list[str] = []
    for i, one in enumerate(left.partition.domain.classes):
        for j, other in enumerate(right.partition.domain.classes):
            texts = one.sample is not None and other.sample is not None
            if not texts or one.numeric or other.numeric or one.facts != other.facts:
                continue
            if _is_point(one) or (one.size == other.size == 1 and one.sample == other.sample):
                parts.append(f"(and {left.of(i)} {right.of(j)})")
            elif one.size != 1 or other.size != 1:
                parts.append(f"(and {left.of(i)} {right.of(j)} (= {left.number} {right.number}))")
    return any_of(parts)


_ALL_APART = frozenset({Kind.ARRAY, Kind.OBJECT, Kind.DATE, Kind.DATE_TIME, Kind.BOOLEAN})
"""Kinds of which no two have a text in common."""
_RESTRICTED = (Kind.ARRAY, Kind.OBJECT, Kind.DATE, Kind.DATE_TIME, Kind.STRING)
"""Kinds by how few texts they have: a text of an earlier one may be one of a later one."""


def _is_point(each: ValueClass) -> bool:
    """Whether the facts of a class say which text it is."""
    return any(fact.kind in {IS, OTHER_IS} for fact in each.facts)


def numbers_compared(symbol: str, left: Variable, right: Variable) -> str:
    """That both are numbers, in this order."""
    one, other = left.partition.domain.scale, right.partition.domain.scale
    first = _scaled(left.number, 1 if one >= other else other // one)
    second = _scaled(right.number, 1 if other >= one else one // other)
    return f"(and {left.is_numeric} {right.is_numeric} ({symbol} {first} {second}))"


def _scaled(name: str, factor: int) -> str:
    return name if factor == 1 else f"(* {factor} {name})"


# --- terms ------------------------------------------------------------------------------------


def between(term: str, low: int | None, high: int | None) -> str:
    """That an integer lies in an interval, both ends inside."""
    parts = [] if low is None else [f"(<= {integer(low)} {term})"]
    parts += [] if high is None else [f"(<= {term} {integer(high)})"]
    return all_of(parts)


# --- values of a model ------------------------------------------------------------------------


class Unwritten(Exception):  # noqa: N818 - says what happened
    """A model's value could not be written down."""


@dataclass(slots=True)
class Writer:
    """Writes the values of one model: equal names become equal texts, different ones differ."""

    integers: Mapping[str, int]
    true: set[str]
    coercion: Coercion
    _texts: dict[frozenset[Primitive], dict[int, Value]] = field(
        default_factory=dict[frozenset[Primitive], "dict[int, Value]"]
    )

    def prepare(self, variables: Iterable[Variable]) -> None:
        """Choose a text for each name that the compared variables have."""
        named: dict[frozenset[Primitive], list[tuple[Variable, ValueClass]]] = {}
        for variable in variables:
            each = self._class(variable)
            if variable.partition.use.compared and _is_text(each):
                named.setdefault(each.facts, []).append((variable, each))
        for facts, group in named.items():
            known: dict[int, Value] = {}
            for variable, each in group:
                if variable.is_day:
                    known[self._name(variable)] = date_text(self._name(variable))
                elif each.size == 1 and each.sample is not None and each.sample is not NOTHING:
                    known[self._name(variable)] = each.sample
            names = sorted({self._name(variable) for variable, _ in group} - known.keys())
            for name in names:
                named_so = [(v, each) for v, each in group if self._name(v) == name]
                taken = {text_of(value) for value in known.values()}
                values = _values_of_all(named_so, len(names) + len(known) + 1)
                value = next((v for v in values if text_of(v) not in taken), None)
                if value is not None:
                    known[name] = value
            self._texts[facts] = known

    def _name(self, variable: Variable) -> int:
        return self.integers.get(variable.number, 0)

    def value(self, variable: Variable) -> Value | None:
        """The value of a variable.

        Raises:
            Unwritten: Where none is found that has all facts of its class.
        """
        each = self._class(variable)
        if each.sample is None:
            return None
        of = variable.partition
        for value in self._candidates(variable, each):
            facts = of.domain.facts
            if all(holds(f, value, of.domain.coercion) is (f in each.facts) for f in facts):
                return value
        raise Unwritten

    def _class(self, variable: Variable) -> ValueClass:
        classes = variable.partition.domain.classes
        return next(each for i, each in enumerate(classes) if variable.of(i) in self.true)

    def _candidates(self, variable: Variable, each: ValueClass) -> Iterator[Value]:
        of, sample = variable.partition, each.sample
        number = self.integers.get(variable.number, 0)
        if of.use.compared and variable.is_day and sample is not None:
            yield date_text(number)
        elif of.use.as_moment and ANY_MOMENT in each.facts:
            at = self.integers.get(variable.moment, 0)
            yield from (value for value in each.values if moment_of(value) == at)
            yield from timestamp_spellings(at)
            if of.use.known.kind is not Kind.DATE_TIME:
                text = moment_text(at)
                yield from (text[:-1], text[:10])
        elif not of.use.compared or each.size == 1 or sample is None or sample is NOTHING:
            if sample is not None and sample is not NOTHING:
                yield sample
        elif each.numeric:
            yield of.domain.number(each, number)
        else:
            value = self._texts.get(each.facts, {}).get(number)
            if value is not None:
                yield text_of(value) if of.use.known.kind is Kind.STRING else value


def _is_text(each: ValueClass) -> bool:
    return each.sample is not None and each.sample is not NOTHING and not each.numeric


def _values_of_all(group: Sequence[tuple[Variable, ValueClass]], count: int) -> Iterator[Value]:
    """Values that all of some variables may have, in order of text."""
    variable, each = min(group, key=_how_restricted)
    knowns = {member.partition.use.known for member, _ in group}
    texts = sorted(several(variable.partition.domain, each, count), key=text_of)
    for value in (*_common(variable.partition, knowns), *texts):
        if all(_may_be(value, known) for known in knowns):
            yield value


def _common(of: ValuePartition, knowns: Iterable[Allowed]) -> Iterator[Value]:
    """A value that arrays or objects of several kinds can be."""
    for known in knowns:
        if known != of.use.known and {known.kind, of.use.known.kind} <= {Kind.ARRAY, Kind.OBJECT}:
            text = common_text(known, of.use.known)
            value = None if text is None else value_of_text(text, known.kind)
            if value is not None:
                yield value


def _may_be(value: Value, known: Allowed) -> bool:
    """Whether a value of one kind is, as the same text, one of another."""
    return allows(known, text_of(value) if known.kind is Kind.STRING else value)


def _how_restricted(of: tuple[Variable, ValueClass]) -> int:
    kind = of[0].partition.use.known.kind
    return _RESTRICTED.index(kind) if kind in _RESTRICTED else len(_RESTRICTED)


def is_number_like(use: ValueUse) -> bool:
    """Whether its numbers may be texts."""
    typed = use.known.kind in {Kind.NUMBER, Kind.INTEGER}
    if use.known.enum is not None:
        return any(
            isinstance(value, str) and as_number(value, Coercion.NUMBER) is not None
            for value in use.known.enum
        )
    return not typed
