"""Which values of a vocabulary make a comparison true, and which make it false."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from decimal import Decimal
from functools import partial
from itertools import pairwise
from typing import TypeVar

from jurist.languages.cql.counterexamples.constants import (
    MAX_COUNT,
    USER,
    Address,
    Owner,
    Vocabulary,
)
from jurist.languages.cql.counterexamples.legality import is_legal
from jurist.languages.cql.operators import Group
from jurist.languages.cql.schemas.schema import ANYTHING
from jurist.languages.cql.semantics.comparisons import (
    DATE_OPERATORS,
    dated_test,
    pair_test,
    value_test,
)
from jurist.languages.cql.semantics.readings import Readings
from jurist.languages.cql.semantics.reducers import reduce_function
from jurist.languages.cql.semantics.values import (
    Result,
    Value,
    as_number,
    coercion_at,
    coercion_of,
    constant_value,
    exact_sum,
    moment_of,
    text_of,
)
from jurist.languages.cql.syntax import (
    Comparison,
    Constant,
    Context,
    Date,
    Moment,
    Number,
    Operator,
    Reducer,
    Reduction,
    Scalar,
    Text,
    Trait,
)
from jurist.languages.effort import spend

ValueTuple = tuple[Value | None, ...]
"""The values of one property in the items of a stream, one after another."""
FEW = (0, 1, 2)
"""How many items a stream gets that no threshold speaks of."""
_MOST_REPEATED = 12
T = TypeVar("T")
Split = tuple[list[T], list[T]]
"""The options with which a comparison fails, and those with which it holds."""


def is_dynamic(node: Comparison) -> bool:
    """Whether the comparison is with a value that is read from the subject too."""
    return any(isinstance(argument, Scalar) for argument in node.arguments)


class ComparisonOracle:
    """Tries comparisons on the values of a vocabulary, each only once."""

    def __init__(self, words: Vocabulary, readings: Readings) -> None:
        self._words = words
        self._readings = readings
        self._coercion = coercion_of(readings.number_like_text)
        self._values: dict[tuple[int, Address], Split[Value | None]] = {}
        self._counts: dict[tuple[int, Owner], Split[int]] = {}
        self._tuples: dict[tuple[int, Owner], Split[ValueTuple]] = {}

    def values(self, node: Comparison, address: Address, *, want: bool) -> list[Value | None]:
        """The values of a field's pool with which a comparison with constants holds or not."""
        key = id(node), address
        if key not in self._values:
            pool = self._words.pools.get(address, ())
            spend(1 + len(pool))
            self._values[key] = _split(pool, self._test(node))
        return self._values[key][want]

    def _test(self, node: Comparison) -> Callable[[Result | None], bool]:
        """A comparison with constants as a test of its left side."""
        now = self._words.now
        if node.operator in DATE_OPERATORS:
            holds = dated_test(node.operator, node.arguments[0])
            return lambda value: holds(value, now)
        constants = [
            constant_value(argument)
            for argument in node.arguments
            if isinstance(argument, Number | Text | Date | Moment)
        ]
        coercion = coercion_at(node, self._readings.number_like_text)
        return value_test(node.operator, constants, coercion, self._readings)

    def relates(self, node: Comparison, left: Result | None, right: Value | None) -> bool:
        """Whether a comparison with a value of the subject holds between two values."""
        if node.operator.group is Group.SEARCH:
            return self._finds(node, left, right)
        if node.operator in DATE_OPERATORS:
            left_moment, right_moment = moment_of(left), moment_of(right)
            if left_moment is None or right_moment is None:
                return False
            is_before = node.operator is Operator.BEFORE_DATE
            return left_moment < right_moment if is_before else left_moment > right_moment
        coercion = coercion_at(node, self._readings.number_like_text)
        return pair_test(node.operator, coercion)(left, right)

    def _finds(self, node: Comparison, text: Result | None, part: Value | None) -> bool:
        """Whether a search for a value and constants finds one of them."""
        constants = [constant_value(a) for a in node.arguments if isinstance(a, Constant)]
        sought = [*constants, *(() if part is None else (text_of(part),))]
        if not sought:
            return node.operator is Operator.OMITS
        coercion = coercion_at(node, self._readings.number_like_text)
        return value_test(node.operator, sought, coercion, self._readings)(text)

    def counts(
        self, node: Comparison, owner: Owner, known: Value | None, *, want: bool
    ) -> list[int]:
        """The counts around thresholds for which the comparison holds, or does not."""
        around = self._words.counts.get(owner, FEW)
        spend(1 + len(around) // 2)
        if is_dynamic(node):
            near = [known + step for step in (-1, 0, 1)] if isinstance(known, int) else []
            options = dict.fromkeys([*around, *(n for n in near if 0 <= n <= MAX_COUNT)])
            return [count for count in options if self.relates(node, count, known) == want]
        key = id(node), owner
        if key not in self._counts:
            self._counts[key] = _split(around, self._test(node))
        return self._counts[key][want]

    def tuples(
        self,
        node: Comparison,
        left: Reduction,
        owner: Owner,
        known: Value | None,
        *,
        want: bool,
    ) -> list[ValueTuple]:
        """The tuples of values whose reduction makes the comparison true, or false."""
        reduce = partial(self.reduced, left)
        if is_dynamic(node):
            return [
                values
                for values in self.value_tuples(left, owner)
                if self.relates(node, reduce(values), known) == want
            ]
        key = id(node), owner
        if key not in self._tuples:
            test, tuples = self._test(node), self.value_tuples(left, owner)
            self._tuples[key] = _split(tuples, lambda values: test(reduce(values)))
        return self._tuples[key][want]

    def reduced(self, reduction: Reduction, values: ValueTuple) -> Result | None:
        """What the values of a stream's items are reduced to."""
        reducer, cast, minimum = reduction.reducer, reduction.cast, reduction.minimum
        coercion = coercion_at(reduction, self._readings.number_like_text)
        return reduce_function(reducer, cast, minimum, coercion, self._readings)(values)

    def value_tuples(self, left: Reduction, owner: Owner) -> list[ValueTuple]:
        """Values for the items of a stream: single ones, neighbours, what its reducer needs."""
        if left.value is None:
            return []
        of_user = isinstance(left.value, Trait)
        address = Address(
            USER if of_user else owner, left.value.name, isinstance(left.value, Context)
        )
        pool = self._words.pools.get(address, ())
        spend(1 + len(pool))
        neighbours = list(pairwise(pool))
        tuples: list[ValueTuple] = [(value,) for value in pool]
        tuples += [(value, value) for value in pool[:4]]
        match left.reducer:
            case Reducer.SUM | Reducer.AVG:
                tuples += [split for value in pool if (split := self._split(value, pool))]
                tuples += self._repeated(pool) if left.reducer is Reducer.SUM else []
            case Reducer.MODE:
                often = min(left.minimum or 1, MAX_COUNT)
                tuples += [(value,) * n for value in pool for n in (often - 1, often) if n > 1]
                tuples += [(*pair, pair[0]) for pair in neighbours[:4]]
            case Reducer.UNIQUE | Reducer.UNIQUE_COUNT:
                present = [value for value in pool if value is not None]
                tuples += [
                    (*first, *self._more(address, n - len(first)))
                    for n in self._words.counts.get(owner, (1, 2, 3))
                    if n > 1
                    for first in (present[:n], *([value] for value in present[:8]))
                ]
            case _:
                tuples += [
                    pair for neighbour in neighbours for pair in (neighbour, neighbour[::-1])
                ]
        return [*tuples, ()]

    def _more(self, address: Address, count: int) -> list[Value]:
        """Values of a field that are unlike each other and all in its pool."""
        field = self._words.fields.get(address, ANYTHING)
        numbers = range(1_000, 1_000 + count)
        if is_legal(1_000, field):
            return list(numbers)
        return [text for number in numbers if is_legal(text := f"v{number}", field)]

    def _split(self, value: Value | None, pool: Sequence[Value | None]) -> ValueTuple | None:
        """Two numbers whose sum is the value, the lesser one a number that may stand alone."""
        total = as_number(value, self._coercion) if value is not None else None
        spend(1 + len(pool) // 8)
        parts = [part for part in pool if isinstance(part, int) and part > 0]
        if not isinstance(total, int | Decimal) or not parts:
            return None
        part = min(parts)
        return None if part >= total else (part, exact_sum((total, -part)))

    def _repeated(self, pool: Sequence[Value | None]) -> list[ValueTuple]:
        """One number as often as it takes to reach a greater one, and once more."""
        numbers = [v for v in pool if isinstance(v, int | Decimal) and v > 0]
        spend(1 + len(numbers) ** 2 // 4)
        return [
            (part,) * n
            for part in numbers
            for total in numbers
            if total > part and total <= part * _MOST_REPEATED
            for n in (-int(-total // part), int(total // part) + 1)
        ]


def _split(options: Iterable[T], test: Callable[[T], bool]) -> Split[T]:
    split: Split[T] = ([], [])
    for option in options:
        split[test(option)].append(option)
    return split
