"""What is known of a block without a solver: NULLs, equal columns, what determines what."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from jurist.languages.sql.algebra.nodes import (
    Aggregate,
    Arithmetic,
    Call,
    Case,
    Collects,
    Column,
    Combines,
    Compares,
    Comparison,
    Constant,
    Exists,
    Expression,
    In,
    IsNull,
    IsTrue,
    Join,
    Like,
    Negative,
    Not,
    Operator,
    Query,
    Same,
    Select,
    SetOperation,
    Source,
    Window,
)
from jurist.languages.sql.algebra.types import type_of
from jurist.languages.sql.algebra.walking import columns_of, padded, parts, sources_of, subquery
from jurist.languages.sql.proving.facts import Facts

_NULL_ONLY_OF_NULL: Final = frozenset(
    {"abs", "dpipe", "length", "lower", "upper", "round", "trim", "ltrim", "rtrim", "replace"}
)
"""Functions that are NULL where an argument is, and nowhere else."""


def rejecting(condition: Expression) -> Iterable[Expression]:
    """Values that are not NULL where a condition is true."""
    match condition:
        case Comparison(_, left, right):
            yield from strict_parts(left)
            yield from strict_parts(right)
        case Not(IsNull(value)):
            yield from strict_parts(value)
        case Not(Comparison() | Like() as part):
            yield from rejecting(part)
        case Like(value):
            yield from strict_parts(value)
        case In(values, _):
            for value in values:
                yield from strict_parts(value)
        case IsTrue(part):
            yield from rejecting(part)
        case _:
            return


def strict_parts(value: Expression) -> Iterable[Expression]:
    """A value, and what is not NULL where it is not."""
    yield value
    match value:
        case Arithmetic(_, left, right):
            yield from strict_parts(left)
            yield from strict_parts(right)
        case Negative(part):
            yield from strict_parts(part)
        case Call(function, arguments) if function in _NULL_ONLY_OF_NULL:
            for argument in arguments:
                yield from strict_parts(argument)
        case _:
            return


def never_null(value: Expression, block: Select, facts: Facts) -> bool:
    """Whether a value is not NULL in any row (or group) of a block that its conditions keep."""
    return _Nulls(block, facts).never(value)


class _Nulls:
    def __init__(self, block: Select, facts: Facts) -> None:
        self.block = block
        self.facts = facts
        self.sources = {source.id: source for source in block.sources}
        self.kept = {value for condition in block.where for value in rejecting(condition)}
        if block.group is not None:
            self.having = {value for condition in block.having for value in rejecting(condition)}
        else:
            self.having = set[Expression]()

    def never(self, value: Expression) -> bool:
        """See `never_null`."""
        no_rows = self.block.group == ()
        if value in self.having or (value in self.kept and not no_rows):
            return True
        match value:
            case Constant(constant):
                return constant is not None
            case Column():
                return not no_rows and self._column(value)
            case Aggregate(collects, argument):
                if collects is Collects.COUNT or value.name == "count_distinct":
                    return True
                if collects is Collects.OTHER or argument is None:
                    return False
                return bool(self.block.group) and self.never(argument)
            case Arithmetic(operator, left, right):
                total = operator in {Operator.ADD, Operator.SUBTRACT, Operator.MULTIPLY} or (
                    isinstance(right, Constant) and right.value not in {None, 0}
                )
                return total and self.never(left) and self.never(right)
            case Negative(part):
                return self.never(part)
            case Call(function, arguments):
                return function in _NULL_ONLY_OF_NULL and all(map(self.never, arguments))
            case Case(branches, otherwise):
                return self._case(branches, otherwise)
            case IsNull() | IsTrue() | Same() | Exists():
                return True
            case Comparison(_, left, right):
                return self.never(left) and self.never(right)
            case Like(part) | Not(part):
                return self.never(part)
            case _:
                return False

    def _case(
        self, branches: tuple[tuple[Expression, Expression], ...], otherwise: Expression
    ) -> bool:
        def branch(when: Expression, then: Expression) -> bool:
            return when == Not(IsNull(then)) or self.never(then)

        return self.never(otherwise) and all(branch(when, then) for when, then in branches)

    def _column(self, column: Column) -> bool:
        source = self.sources.get(column.source)
        if source is None or not _always_there(source, self.block):
            return False
        if isinstance(source.of, str):
            return self.facts.not_null(source.of, column.name)
        return output_never_null(source.of, source.columns.index(column.name), self.facts)


def _always_there(source: Source, block: Select) -> bool:
    return not padded(block, block.sources.index(source))


def output_never_null(query: Query, place: int, facts: Facts) -> bool:
    """Whether a column of a result is never NULL."""
    if isinstance(query, SetOperation):
        left = output_never_null(query.left, place, facts)
        if query.combines is Combines.EXCEPT:
            return left
        right = output_never_null(query.right, place, facts)
        return (left or right) if query.combines is Combines.INTERSECT else (left and right)
    return never_null(query.outputs[place].value, query, facts)


class Equal:
    """Values that are equal in all rows that a block's conditions keep, in classes.

    Only values of one type are put together: a text that is read as a number is equal to it,
    and does not determine it.
    """

    def __init__(self, block: Select) -> None:
        self._above: dict[Expression, Expression] = {}
        self.constants: set[Expression] = set()
        for condition in block.where:
            match condition:
                case Comparison(Compares.EQ, left, right) | Same(left, right):
                    if type_of(left).is_comparable_to(type_of(right)):
                        self._join(left, right)
                case IsNull(value):
                    self.constants.add(value)
                case _:
                    pass

    def _join(self, left: Expression, right: Expression) -> None:
        one, other = self.of(left), self.of(right)
        if one != other:
            if isinstance(other, Constant):
                one, other = other, one
            self._above[other] = one

    def of(self, value: Expression) -> Expression:
        """The value that stands for a class."""
        while value in self._above:
            value = self._above[value]
        return value

    def is_constant(self, value: Expression) -> bool:
        """Whether a value is the same in all rows."""
        return isinstance(self.of(value), Constant) or value in self.constants


def determined(
    block: Select, values: Iterable[Expression], facts: Facts
) -> tuple[frozenset[int], Determined]:
    """The sources whose row the values determine, and which values that determines.

    Two rows of the block's join that agree in the values (NULL-safe) come from the same row of
    each of these sources, by the block's equalities and by keys all of whose columns are
    determined. Of a left join's source so does a key that ON equates with what is determined,
    where all that ON mentions is: the row there, or that there is none, follows.
    """
    whole = Determined(block, facts)
    for value in values:
        whole.add(value)
    whole.close()
    return frozenset(whole.sources), whole


class Determined:
    """What is determined by some values of a block's rows (see `determined`)."""

    def __init__(self, block: Select, facts: Facts) -> None:
        self.block = block
        self.facts = facts
        self.equal = Equal(block)
        self.own = {source.id for source in block.sources}
        self.sources: set[int] = set()
        self._have: set[Expression] = set()

    def add(self, value: Expression) -> None:
        """Let a value be determined."""
        self._have.add(self.equal.of(value))

    def knows(self, value: Expression) -> bool:
        """Whether a value is determined."""
        if isinstance(value, Constant) or self.equal.is_constant(value):
            return True
        if self.equal.of(value) in self._have:
            return True
        if isinstance(value, Column):
            return value.source not in self.own
        if subquery(value) is not None or isinstance(value, (Aggregate, Window)):
            return False
        below = parts(value)
        return (bool(below) or isinstance(value, Call)) and all(map(self.knows, below))

    def close(self) -> None:
        """Add all that follows."""
        if any(source.join is Join.FULL for source in self.block.sources):
            return
        changed = True
        while changed:
            changed = False
            for source in self.block.sources:
                if source.id not in self.sources and self._follows(source):
                    changed = True
                    self.sources.add(source.id)
                    for column in source.values:
                        self.add(column)

    def _follows(self, source: Source) -> bool:
        return any(
            all(self._key_column(source, column) for column in columns)
            or self._by_on(source, columns)
            for columns in self._keys(source)
        )

    def _key_column(self, source: Source, name: str) -> bool:
        column = source.column(name)
        if not self.knows(column):
            return False
        if not isinstance(source.of, str):
            # a row of NULLs and the row that pads an outer join are told apart by nothing
            place = source.columns.index(name)
            inner = source.join is Join.INNER
            return inner or output_never_null(source.of, place, self.facts)
        if self.facts.not_null(source.of, name):
            return True
        return never_null(column, self.block, self.facts)

    def _by_on(self, source: Source, columns: tuple[str, ...]) -> bool:
        if source.join is not Join.LEFT:
            return False
        mentioned = {column for part in source.on for column in columns_of(part)}
        if not all(self.knows(column) for column in mentioned if column.source != source.id):
            return False
        equated = {
            side
            for part in source.on
            if isinstance(part, Comparison) and part.compares is Compares.EQ
            for side, other in ((part.left, part.right), (part.right, part.left))
            if type_of(side) is type_of(other)
            and self.knows(other)
            and source.id not in sources_of(other)
        }
        return all(source.column(name) in equated for name in columns)

    def _keys(self, source: Source) -> Iterable[tuple[str, ...]]:
        if isinstance(source.of, str):
            for key in self.facts.keys(source.of):
                self.facts.use(key.fact)
                yield key.columns
            return
        for places in result_keys(source.of):
            yield tuple(source.columns[place] for place in places)


def result_keys(query: Query) -> Iterable[tuple[int, ...]]:
    """Columns of a result in which (NULL-safe) no two of its rows agree, by its form alone."""
    if query.limit is not None and query.limit <= 1:
        yield ()
    if isinstance(query, SetOperation):
        if not query.all:
            yield tuple(range(len(query.outputs)))
        elif query.combines is Combines.EXCEPT:
            yield from result_keys(query.left)
        return
    if query.distinct:
        yield tuple(
            place
            for place, output in enumerate(query.outputs)
            if not isinstance(output.value, Constant)
        )
    if query.group is not None:
        values = [output.value for output in query.outputs]
        keys = [key for key in query.group if not isinstance(key, Constant)]
        if all(key in values for key in keys):
            yield tuple(values.index(key) for key in keys)


def duplicate_free(block: Select, facts: Facts) -> bool:
    """Whether no two rows of a result are the same: its outputs determine every source's row."""
    if block.distinct or (block.limit is not None and block.limit <= 1):
        return True
    values = [output.value for output in block.outputs]
    if block.group is not None:
        return any(True for _ in result_keys(block))
    return len(determined(block, values, facts)[0]) == len(block.sources)
