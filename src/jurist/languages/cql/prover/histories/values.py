"""One value of one item for the solver: its class, and where it is compared, which it is.

A compared number is an integer in the units of its class; a compared text has a number
that is its name, so two texts of one class are equal where their names are. A compared
moment is its milliseconds.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from itertools import combinations

from jurist.languages.cql.operators import DAY_MS
from jurist.languages.cql.prover.histories.problem import ANY_MOMENT, ValueUse
from jurist.languages.cql.prover.theories.smt import Solver
from jurist.languages.cql.prover.theories.terms import all_of, any_of, integer
from jurist.languages.cql.prover.values.distinct import several
from jurist.languages.cql.prover.values.moments import (
    FIRST_DAY,
    LAST_DAY,
    spans_by_facts,
    timestamp_spellings,
)
from jurist.languages.cql.prover.values.partition import domain, domain_of_texts
from jurist.languages.cql.prover.values.predicates import (
    IS,
    MOMENT,
    OTHER_IS,
    Primitive,
    holds,
    points,
)
from jurist.languages.cql.prover.values.shapes import common_text, value_of_text
from jurist.languages.cql.prover.values.value_classes import (
    NOTHING,
    Allowed,
    Domain,
    ValueClass,
    allows,
)
from jurist.languages.cql.schemas.schema import TEMPORAL, Kind
from jurist.languages.cql.semantics.numbers import rounder
from jurist.languages.cql.semantics.values import (
    Coercion,
    Value,
    as_number,
    date_text,
    moment_of,
    moment_text,
    text_of,
)

_FEW_CLASSES = 6
MOST_SPELLINGS = 20
"""Zeros that are written behind a number, to tell it from others as a text."""
ROUND = "round"
"""The name of what says that all compared numbers are round ones."""
Spans = Sequence[tuple[int, int]]
"""Intervals, both ends inside."""


def domain_of(use: ValueUse, coercion: Coercion) -> Domain:
    """The classes of a value, as all facts about it cut them; compared values one by one."""
    facts = {*use.facts, *points(use.facts)} if use.compared else use.facts
    if use.separate:
        return domain(facts, use.known, Coercion.NONE)
    if not use.exact:
        return domain(facts, use.known, coercion)
    return domain_of_texts(facts, use.known, coercion if use.reads_numbers else Coercion.TEXT)


@dataclass(frozen=True, eq=False)  # no slots: what is said of it often is kept
class Variable:
    """A value of an item; `name` is free of anything that SMT-LIB would not take."""

    name: str
    domain: Domain
    use: ValueUse

    @cached_property
    def classes(self) -> list[tuple[str, ValueClass]]:
        """Its classes, each with the name of what says that it is of that."""
        return [(f"{self.name}c{i}", option) for i, option in enumerate(self.domain.classes)]

    @property
    def number(self) -> str:
        """Its number, or the number of its text."""
        return f"{self.name}n"

    @property
    def spelling(self) -> str:
        """Which of the texts of its number it is."""
        return f"{self.name}k"

    @property
    def is_spelled(self) -> bool:
        """Whether it is told which text of a number it is: any one, of what no enum lists."""
        use = self.use
        return use.spelled and use.known.enum is None and is_number_like(use)

    @property
    def moment(self) -> str:
        """Its milliseconds."""
        return f"(* {DAY_MS} {self.number})" if self.is_day else f"{self.name}m"

    @property
    def is_day(self) -> bool:
        """Whether it is a whole day, whose number says which."""
        return self.use.known.kind is Kind.DATE

    def has(self, fact: Primitive) -> str:
        """That it has a fact."""
        return self._is_any_of(lambda option: fact in option.facts)

    @cached_property
    def is_there(self) -> str:
        """That it is not missing."""
        return self._is_any_of(lambda option: option.sample is not None)

    @cached_property
    def is_numeric(self) -> str:
        """That it is a number."""
        return self._is_any_of(lambda option: option.numeric)

    @cached_property
    def is_text(self) -> str:
        """That it is there, and no number."""
        return self._is_any_of(lambda option: option.sample is not None and not option.numeric)

    def _is_any_of(self, is_asked: Callable[[ValueClass], bool]) -> str:
        return any_of([name for name, option in self.classes if is_asked(option)])

    def declare(self, solver: Solver) -> None:
        """Exactly one class, and what is compared within its bounds."""
        names = [name for name, _ in self.classes]
        solver.declare_all(names, "Bool")
        solver.add(any_of(names))
        if len(names) > _FEW_CLASSES:
            solver.add(f"((_ at-most 1) {' '.join(names)})")
        else:
            for first, second in combinations(names, 2):
                solver.add(f"(or (not {first}) (not {second}))")
        if not self.use.compared:
            return
        solver.declare(self.number)
        for name, option in self.classes:
            if option.numeric:
                solver.add(f"(=> {name} {between(self.number, option.low, option.high)})")
            elif option.size == 1 and not self.is_day:
                solver.add(f"(=> {name} (= {self.number} 0))")
        if self.is_spelled:
            solver.add(between(solver.declare(self.spelling), 0, MOST_SPELLINGS))
            solver.add(f"(=> {ROUND} (= {self.spelling} 0))")
        unit = self._rounder()
        if unit > 1:
            parts = solver.declare(f"{self.name}u")
            solver.add(f"(=> {ROUND} (= {self.number} (* {unit} {parts})))")
        if self.is_day:
            self._lies_within(solver, self.number, self._days())
        elif self.use.as_moment:
            self._lies_within(solver, solver.declare(self.moment), self._moments())

    def _rounder(self) -> int:
        """The unit of its round numbers, in units of its domain's scale."""
        numeric = [option for option in self.domain.classes if option.numeric]
        ends = [end for option in numeric for end in (option.low, option.high) if end is not None]
        return rounder(ends, self.domain.scale) if numeric else 1

    def _lies_within(self, solver: Solver, term: str, spans: Mapping[str, Spans]) -> None:
        for name, cells in spans.items():
            solver.add(f"(=> {name} {any_of([between(term, low, high) for low, high in cells])})")

    def _days(self) -> dict[str, Spans]:
        """For each class of days, when they are."""
        return {
            name: option.days or ((FIRST_DAY, LAST_DAY),)
            for name, option in self.classes
            if option.sample is not None
        }

    def _moments(self) -> dict[str, Spans]:
        """For each class of moments, when they are."""
        dated = frozenset(fact for fact in self.domain.facts if fact.kind == MOMENT)
        spans = spans_by_facts(dated)
        return {
            name: _listed_moments(option) or spans[option.facts & dated]
            for name, option in self.classes
            if ANY_MOMENT in option.facts
        }


def _listed_moments(option: ValueClass) -> Spans:
    """The moments of a class whose texts are listed; none where they are not."""
    moments = [moment_of(value) for value in option.values]
    return [(at, at) for at in moments if at is not None]


def same_text(left: Variable, right: Variable) -> str:
    """That both are the same text, which is no number."""
    return "false" if have_none_in_common(left.use, right.use) else same_name(left, right)


def have_none_in_common(left: ValueUse, right: ValueUse) -> bool:
    """Whether no text can be both values."""
    kinds = {left.known.kind, right.known.kind}
    if len(kinds) == 2 and kinds <= _ALL_APART:
        return True
    return kinds <= {Kind.ARRAY, Kind.OBJECT} and common_text(left.known, right.known) is None


def same_name(left: Variable, right: Variable) -> str:
    """That both have one class and, where it holds several texts, one name in it."""
    parts: list[str] = []
    for is_left, first in left.classes:
        for is_right, second in right.classes:
            texts = first.sample is not None and second.sample is not None
            if not texts or first.numeric or second.numeric or first.facts != second.facts:
                continue
            both_single = first.size == second.size == 1
            if _is_point(first) or (both_single and first.sample == second.sample):
                parts.append(f"(and {is_left} {is_right})")
            elif not both_single:
                parts.append(f"(and {is_left} {is_right} (= {left.number} {right.number}))")
    return any_of(parts)


_ALL_APART = frozenset({Kind.ARRAY, Kind.OBJECT, Kind.BOOLEAN, *TEMPORAL})
"""Kinds of which no two have a text in common."""
_RESTRICTED = (Kind.ARRAY, Kind.OBJECT, Kind.TIME, Kind.DATE, Kind.DATE_TIME, Kind.STRING)
"""Kinds by how few texts they have: a text of an earlier one may be one of a later one."""


def _is_point(option: ValueClass) -> bool:
    """Whether the facts of a class say which text it is."""
    return any(fact.kind in {IS, OTHER_IS} for fact in option.facts)


def numbers_compared(symbol: str, left: Variable, right: Variable) -> str:
    """That both are numbers, in this order."""
    scale = max(left.domain.scale, right.domain.scale)
    numbers = " ".join(_scaled(side.number, scale // side.domain.scale) for side in (left, right))
    return f"(and {left.is_numeric} {right.is_numeric} ({symbol} {numbers}))"


def number_meets_text(left: Variable, right: Variable) -> str:
    """That one of the two is a number and the other a text that says none."""
    return any_of(
        [f"(and {left.is_numeric} {right.is_text})", f"(and {left.is_text} {right.is_numeric})"]
    )


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
            option = self._class(variable)
            if variable.use.compared and _has_sample(option) and not option.numeric:
                named.setdefault(option.facts, []).append((variable, option))
        for facts, group in named.items():
            known: dict[int, Value] = {}
            for variable, option in group:
                if variable.is_day:
                    known[self._name(variable)] = date_text(self._name(variable))
                elif option.size == 1 and option.sample is not None:
                    assert option.sample is not NOTHING  # noqa: S101 - it has a sample
                    known[self._name(variable)] = option.sample
            names = sorted({self._name(variable) for variable, _ in group} - known.keys())
            for name in names:
                members = [member for member in group if self._name(member[0]) == name]
                taken = {text_of(value) for value in known.values()}
                values = _values_of_all(members, len(names) + len(known) + 1)
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
        option, of = self._class(variable), variable.domain
        if option.sample is None:
            return None
        for value in self._candidates(variable, option):
            if all(holds(f, value, of.coercion) is (f in option.facts) for f in of.facts):
                return value
        raise Unwritten

    def _class(self, variable: Variable) -> ValueClass:
        return next(option for name, option in variable.classes if name in self.true)

    def _candidates(self, variable: Variable, option: ValueClass) -> Iterator[Value]:
        use, sample, number = variable.use, option.sample, self._name(variable)
        zeros = "0" * self.integers.get(variable.spelling, 0) if option.numeric else ""
        if use.compared and variable.is_day:
            yield date_text(number)
        elif use.as_moment and ANY_MOMENT in option.facts:
            at = self.integers.get(variable.moment, 0)
            yield from (value for value in option.values if moment_of(value) == at)
            yield from timestamp_spellings(at)
            if use.known.kind is not Kind.DATE_TIME:
                text = moment_text(at)
                yield from (text[:-1], text[:10])
        elif not use.compared or (option.size == 1 and not zeros) or sample is NOTHING:
            if sample is not None and sample is not NOTHING:
                yield sample
        elif option.numeric:
            value = variable.domain.number(option, number)
            point = "" if "." in text_of(value) else "."
            yield text_of(value) + point + zeros if zeros else value
        else:
            value = self._texts.get(option.facts, {}).get(number)
            if value is not None:
                yield text_of(value) if use.known.kind is Kind.STRING else value


def _has_sample(option: ValueClass) -> bool:
    return option.sample is not None and option.sample is not NOTHING


def _values_of_all(group: Sequence[tuple[Variable, ValueClass]], count: int) -> Iterator[Value]:
    """Values that all of some variables may have, in order of text."""
    variable, option = min(group, key=_how_restricted)
    knowns = {member.use.known for member, _ in group}
    texts = sorted(several(variable.domain, option, count), key=text_of)
    for value in (*_common(variable.use.known, knowns), *texts):
        if all(_may_be(value, known) for known in knowns):
            yield value


def _common(own: Allowed, knowns: Iterable[Allowed]) -> Iterator[Value]:
    """A value that arrays or objects of several kinds can be."""
    for known in knowns:
        if known != own and {known.kind, own.kind} <= {Kind.ARRAY, Kind.OBJECT}:
            text = common_text(known, own)
            value = None if text is None else value_of_text(text, known.kind)
            if value is not None:
                yield value


def _may_be(value: Value, known: Allowed) -> bool:
    """Whether a value of one kind is, as the same text, one of another."""
    return allows(known, text_of(value) if known.kind is Kind.STRING else value)


def _how_restricted(member: tuple[Variable, ValueClass]) -> int:
    kind = member[0].use.known.kind
    return _RESTRICTED.index(kind) if kind in _RESTRICTED else len(_RESTRICTED)


def is_number_like(use: ValueUse) -> bool:
    """Whether its numbers may be texts."""
    if use.known.enum is None:
        return use.known.kind not in {Kind.NUMBER, Kind.INTEGER}
    return any(
        isinstance(value, str) and as_number(value, Coercion.NUMBER) is not None
        for value in use.known.enum
    )
