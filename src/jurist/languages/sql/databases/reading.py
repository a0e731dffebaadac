"""Hints from the trees of two queries."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from typing import Final

from sqlglot import exp, parse_one
from sqlglot.errors import SqlglotError

from jurist.languages.sql.databases.hints import Hints, Place
from jurist.languages.sql.dialects import habits
from jurist.languages.sql.schemas.schema import SqlSchema
from jurist.languages.sql.values import ValueType

_COMPARES: Final = (
    exp.EQ,
    exp.NEQ,
    exp.GT,
    exp.GTE,
    exp.LT,
    exp.LTE,
    exp.NullSafeEQ,
    exp.NullSafeNEQ,
    exp.Is,
)
_RECKONS: Final = (exp.Add, exp.Sub, exp.Mul, exp.Div, exp.Sum, exp.Avg, exp.Cast, exp.Neg)
_SORTS: Final = (exp.GT, exp.GTE, exp.LT, exp.LTE)
_COUNTED: Final = (exp.Count, exp.Sum, exp.Avg)
_LARGEST_COUNT: Final = 60
_LONGEST: Final = 200
"""Characters of a constant that is worth a value."""
_DEPTH: Final = 4
"""Of derived columns that are followed to where they come from."""


def hints_of(schema: SqlSchema, *trees: exp.Expr) -> Hints:
    """What trees mention under a schema, and the conditions on the rows of its tables."""
    hints = Hints(schema)
    hints.add_tables(table.name for tree in trees for table in tree.find_all(exp.Table))
    read = habits(schema.dialect).sqlglot or None
    for tree in trees:
        _Reader(hints, tree).read()
    for check in (check for table in hints.tables.values() for check in table.checks):
        with suppress(SqlglotError):  # of such a one no row is made
            _Reader(hints, parse_one(check, read=read)).read()
    return hints


def integer(text: str) -> int | None:
    """The integer that a text writes, if it does."""
    try:
        return int(text)
    except ValueError:
        return None


class _Reader:
    def __init__(self, hints: Hints, tree: exp.Expr) -> None:
        self._hints = hints
        self._nodes = list(tree.walk())
        self._tables: defaultdict[str, set[str]] = defaultdict(set)
        self._derived: defaultdict[str, list[exp.Expr]] = defaultdict(list)
        for node in self._nodes:
            if isinstance(node, exp.Table) and node.name.lower() in hints.tables:
                name = node.name.lower()
                self._tables[(node.alias or name).lower()].add(name)
                self._tables[name].add(name)
            elif isinstance(node, exp.Alias):
                self._derived[node.alias.lower()].append(node.this)

    def read(self) -> None:
        for node in self._nodes:
            for kind, read in _READ:
                if isinstance(node, kind):
                    read(self, node)

    # --- where a value comes from ---

    def places(self, node: exp.Expr | None, depth: int = 0) -> list[Place]:
        """The base columns that a value is made of."""
        if node is None:
            return []
        inner = node.unnest()
        if isinstance(inner, exp.Query):
            return self.places(inner.selects[0], depth) if inner.selects else []
        columns = [inner] if isinstance(inner, exp.Column) else inner.find_all(exp.Column)
        found = (place for column in columns for place in self._of_column(column, depth))
        return list(dict.fromkeys(found))

    def _of_column(self, column: exp.Column, depth: int) -> list[Place]:
        name, table = column.name.lower(), column.table.lower()
        known = self._hints.columns
        own = [
            (base, name) for base in sorted(self._tables.get(table, ())) if (base, name) in known
        ]
        if own:
            return own
        found = list(self._hints.by_column.get(name, ()))
        if depth < _DEPTH:
            for value in self._derived.get(name, ()):
                if column is not value and not _names(value, name):
                    found.extend(self.places(value, depth + 1))
        return found

    def counts(self, node: exp.Expr | None, kinds: tuple[type, ...], depth: int = 0) -> bool:
        """Whether an aggregate of some kinds stands in a value."""
        if node is None:
            return False
        if node.find(*kinds):
            return True
        return depth < _DEPTH and any(
            self.counts(value, kinds, depth + 1)
            for column in node.find_all(exp.Column)
            for value in self._derived.get(column.name.lower(), ())
            if value is not node and not _names(value, column.name.lower())
        )

    # --- what is read of each kind of node ---

    def column(self, node: exp.Expr) -> None:
        self._hints.mentioned.update(self.places(node))

    def star(self, node: exp.Expr) -> None:
        if not isinstance(node.parent, exp.Count):
            self._hints.mentioned.update(self._hints.columns)

    def compares(self, node: exp.Expr) -> None:
        self._compared(node.this, node.expression)
        if isinstance(node, _SORTS):
            self._reckoned(node)

    def between(self, node: exp.Expr) -> None:
        for bound in ("low", "high"):
            self._compared(node.this, node.args.get(bound))

    def is_in(self, node: exp.Expr) -> None:
        query = node.args.get("query")
        rights: Sequence[exp.Expr] = [*node.expressions, *([query] if query else [])]
        for right in rights:
            values = right.unnest()
            if isinstance(node.this, exp.Tuple) and isinstance(values, exp.Query):
                for left, select in zip(node.this.expressions, values.selects, strict=False):
                    self._join(self.places(left), self.places(select))
            else:
                self._compared(node.this, right)

    def like(self, node: exp.Expr) -> None:
        for place in self.places(node.this):
            for text in _literals(node.expression):
                self._hints.patterns[place][text] = None

    def case(self, node: exp.Expr) -> None:
        if node.this is not None:
            for branch in node.args.get("ifs") or ():
                self._compared(node.this, branch.this)

    def reckons(self, node: exp.Expr) -> None:
        self._reckoned(node)

    def function(self, node: exp.Expr) -> None:
        if isinstance(node, exp.And | exp.Or | exp.Case | exp.Cast):
            return
        arguments = [value for value in node.args.values() if isinstance(value, exp.Expr)]
        constants = [value.name for value in arguments if value.is_string]
        if constants:
            for place in {place for value in arguments for place in self.places(value)}:
                self._add(place, constants)

    def join(self, node: exp.Expr) -> None:
        is_natural = str(node.args.get("method") or "").upper() == "NATURAL"
        named = {name.name.lower() for name in node.args.get("using") or ()}
        for name, places in self._hints.by_column.items():
            if is_natural or name in named:
                self._hints.mentioned.update(places)
                self._join(places[:1], places[1:])

    def limit(self, node: exp.Expr) -> None:
        self._count(node.expression)

    # --- what comes of it ---

    def _compared(self, left: exp.Expr | None, right: exp.Expr | None) -> None:
        if left is None or right is None:
            return
        places, others = self.places(left), self.places(right)
        is_query, left_is_query = _is_query(right), _is_query(left)
        if self.counts(left, (exp.Count,)) or (not is_query and self.counts(right, (exp.Count,))):
            for node in (left, right):
                for text in _literals(node):
                    self._count_of(text)
        constants = [] if is_query else _literals(right)
        if self.counts(left, (exp.Sum,)):
            constants = [*constants, *_parts(constants)]
        more = [] if left_is_query else _literals(left)
        for place in places:
            self._add(place, (*constants, *more))
        for place in others:
            self._add(place, more)
        is_plain = isinstance(left.unnest(), exp.Column) or isinstance(right.unnest(), exp.Column)
        summed = self.counts(left, _COUNTED) or self.counts(right, _COUNTED)
        if (is_plain or is_query or left_is_query) and not summed:
            self._join(places, others)

    def _join(self, lefts: Sequence[Place], rights: Sequence[Place]) -> None:
        columns = self._hints.columns
        for left in lefts:
            for right in rights:
                if columns[left].type.is_time == columns[right].type.is_time:
                    self._hints.join(left, right)

    def _add(self, place: Place, constants: Sequence[str]) -> None:
        for text in constants:
            if len(text) <= _LONGEST:
                self._hints.constants[place][text] = None

    def _reckoned(self, node: exp.Expr) -> None:
        for place in self.places(node):
            if self._hints.columns[place].type is ValueType.TEXT:
                self._hints.numeric_texts.add(place)

    def _count(self, node: exp.Expr | None) -> None:
        if isinstance(node, exp.Literal):
            self._count_of(node.this)

    def _count_of(self, text: str) -> None:
        count = integer(text)
        if count is not None and 0 < count <= _LARGEST_COUNT:
            self._hints.counts.add(count)


def _names(value: exp.Expr, name: str) -> bool:
    return any(column.name.lower() == name for column in value.find_all(exp.Column))


def _is_query(node: exp.Expr) -> bool:
    return isinstance(node.unnest(), exp.Query)


def _literals(node: exp.Expr) -> list[str]:
    """The literals in a value, negative ones with their sign."""
    return list(_each_literal(node))


def _each_literal(node: exp.Expr) -> Iterator[str]:
    for literal in node.find_all(exp.Literal):
        text = str(literal.this)
        yield f"-{text}" if isinstance(literal.parent, exp.Neg) else text


def _parts(constants: Sequence[str]) -> Iterator[str]:
    """What adds up to a constant that a sum is compared with."""
    for text in constants:
        whole = integer(text)
        if whole is not None and whole > 3:
            yield from (str(whole // 2), str(whole - whole // 2), str(whole // 3 + 1))


_READ: Final[tuple[tuple[tuple[type, ...], Callable[[_Reader, exp.Expr], None]], ...]] = (
    ((exp.Column,), _Reader.column),
    ((exp.Star,), _Reader.star),
    (_COMPARES, _Reader.compares),
    ((exp.Between,), _Reader.between),
    ((exp.In,), _Reader.is_in),
    ((exp.Like, exp.ILike), _Reader.like),
    ((exp.Case,), _Reader.case),
    (_RECKONS, _Reader.reckons),
    ((exp.Func,), _Reader.function),
    ((exp.Join,), _Reader.join),
    ((exp.Limit, exp.Offset), _Reader.limit),
)
