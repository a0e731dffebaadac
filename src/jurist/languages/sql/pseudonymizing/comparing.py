"""What a query compares its constants with, and the query with others in their places."""

from __future__ import annotations

import datetime
import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from decimal import Decimal
from functools import lru_cache
from typing import Final

from sqlglot import exp

from jurist.errors import UnsupportedError
from jurist.languages.pseudonymizing import (
    ChangeConstant,
    Compared,
    Constant,
    ConstantKind,
    Relation,
    Value,
)
from jurist.languages.sql.dialects import Dialect
from jurist.languages.sql.pseudonymizing import patterns
from jurist.languages.sql.pseudonymizing.calendar import with_ranges
from jurist.languages.sql.pseudonymizing.reading import Reader
from jurist.languages.sql.pseudonymizing.senses import LITERAL, Senses, says_number
from jurist.languages.sql.pseudonymizing.units import Kind, ValueClass
from jurist.languages.sql.query import SqlQuery
from jurist.languages.sql.schemas.schema import SqlSchema
from jurist.languages.sql.text.resolving.qualifying import qualified
from jurist.languages.sql.text.writing import canonical

_DAY: Final = re.compile(r"\d{4}-\d{2}-\d{2}([ T].*)?\Z", re.ASCII | re.DOTALL)
_BEGINS_A_DATE: Final = re.compile(r"\d", re.ASCII)
_LARGEST_BARE: Final = 1_000
"""Numbers beyond this one that are compared with nothing may be anybody's."""
_UNKNOWN: Final = "it has a construct, a function or a name that is not known here"
_PATH: Final = "it has a path into JSON, whose keys may be anybody's"
_UNREAD: Final = "it has a constant that stands where none is read"
_ALONE: Final = "a large number is compared with no column"
_PRODUCT: Final = "a constant is compared with a product of different columns"
_ROUNDED: Final = "a column is rounded whose values it asks for one by one"


@dataclass(frozen=True, slots=True)
class _Slot:
    """A literal of a query, and the constants that it is made of."""

    constants: tuple[Constant, ...] = ()
    escape: str | None = None
    """Of a pattern."""
    kept: int | Decimal | None = None
    obstacle: str = ""


def compared(query: SqlQuery, schema: SqlSchema) -> Compared:
    """What a query compares under a schema; what cannot be read is an obstacle."""
    query = with_ranges(query, schema)
    return _analysis(query.tree, query, schema)[0]


def with_constants(query: SqlQuery, schema: SqlSchema, change: ChangeConstant) -> SqlQuery:
    """The query with what `change` makes of each constant; years of dates are ranges of days.

    Raises:
        UnsupportedError: It has what cannot be carried, or `change` raises it.
    """
    query = with_ranges(query, schema)
    found, slots = _analysis(query.tree, query, schema)
    if found.obstacles:
        raise UnsupportedError(
            f"its constants cannot be others: {found.obstacles[0]}",
            expected="constants that are compared with columns as they are",
            fix="put the query otherwise",
        )
    tree = query.tree.copy()
    for literal, slot in zip(list(_literals(tree)), slots, strict=True):
        if slot.escape is not None:
            literal.set("this", _pattern(literal.name, slot, change))
        elif slot.constants:
            _put(literal, change(slot.constants[0]))
    return SqlQuery(canonical(tree, query.dialect), query.dialect, tree, query.lacks)


def _literals(tree: exp.Expr) -> Iterator[exp.Literal]:
    return tree.find_all(exp.Literal, bfs=False)


def _pattern(pattern: str, slot: _Slot, change: ChangeConstant) -> str:
    waiting = iter(slot.constants)
    return patterns.with_texts(pattern, slot.escape or "", lambda _: str(change(next(waiting))))


def _put(literal: exp.Literal, value: Value) -> None:
    if isinstance(value, str):
        literal.replace(exp.Literal.string(value))
        return
    place = literal.parent if isinstance(literal.parent, exp.Neg) else literal
    number = exp.Literal.number(format(Decimal(abs(value)), "f"))
    place.replace(exp.Neg(this=number) if value < 0 else number)


# --- reading ------------------------------------------------------------------------------


@lru_cache(maxsize=256)
def _analysis(
    of: exp.Query, query: SqlQuery, schema: SqlSchema
) -> tuple[Compared, tuple[_Slot, ...]]:
    """What a query compares, and what each literal of its tree is.

    The tree is named too: queries are equal where their texts are, and may have other trees.
    """
    tree = of.copy()
    literals = list(_literals(tree))
    for number, literal in enumerate(literals):
        literal.meta[LITERAL] = number
    senses = Senses()
    try:
        resolved = qualified(replace(query, tree=tree), schema)
        outputs = Reader(schema, senses).query(resolved)
    except UnsupportedError:  # whose words quote the query
        constants = tuple(map(_bare, literals))
        return Compared(constants=constants, obstacles=(_UNKNOWN,)), ()
    if resolved.find(exp.JSONPath):
        senses.obstacles[_PATH] = None
    for sense in outputs:
        for node, _ in senses.units.normal(sense.unit) if sense.is_rounded else ():
            senses.units.of(node).is_rounded = True
    senses.units.settle()
    slots = tuple(
        _hidden(_slot(number, literal, senses, query.dialect), number, literal, senses)
        for number, literal in enumerate(literals)
    )
    return _summed_up(senses, slots), slots


def _bare(literal: exp.Literal, places: tuple[str, ...] = ()) -> Constant:
    """A constant that no other one stands for in the query, but is hidden in what is said of it."""
    if not literal.is_string:
        return Constant(_number(literal), ConstantKind.NUMBER, frozenset(), places)
    kind = ConstantKind.MOMENT if _is_moment(literal.name) else ConstantKind.TEXT
    return Constant(literal.name, kind, frozenset(), places)


def _summed_up(senses: Senses, slots: tuple[_Slot, ...]) -> Compared:
    classes = [known for _, known in senses.units.all() if known.places]
    chains = [sorted(known.places) for known in classes]
    return Compared(
        constants=tuple(constant for slot in slots for constant in slot.constants),
        kept=tuple(slot.kept for slot in slots if slot.kept is not None),
        together=tuple(sorted((chain[0], place) for chain in chains for place in chain[1:])),
        summed=frozenset(place for known in classes if known.is_summed for place in known.places),
        sorted=frozenset(
            place
            for known in classes
            if Relation.TEXT_ORDER in known.asked and Kind.NUMBER not in known.kinds
            for place in known.places
        ),
        fixed=tuple(
            sorted(
                (place, known.fixed) for known in classes if known.fixed for place in known.places
            )
        ),
        obstacles=tuple(
            dict.fromkeys((*senses.obstacles, *(slot.obstacle for slot in slots if slot.obstacle)))
        ),
    )


def _hidden(slot: _Slot, number: int, literal: exp.Literal, senses: Senses) -> _Slot:
    """A slot whose constant is listed also where it is an obstacle."""
    if not slot.obstacle:
        return slot
    known = senses.units.of(senses.literals[number]) if number in senses.literals else None
    places = tuple(sorted(known.places)) if known is not None else ()
    return replace(slot, constants=(_bare(literal, places),))


def _slot(number: int, literal: exp.Literal, senses: Senses, dialect: Dialect) -> _Slot:
    known = senses.units.of(senses.literals[number]) if number in senses.literals else None
    if number in senses.kept:
        is_alone = known is None or (not known.places and known.literals == {number})
        return _Slot(kept=_kept(literal)) if is_alone else _Slot(obstacle=_UNREAD)
    if known is None:
        return _Slot(obstacle=_UNREAD)
    unit = senses.units.unit_of(senses.literals[number])
    if known.fixed:
        return _Slot(kept=_kept(literal)) if _says_nothing(literal) else _Slot(obstacle=known.fixed)
    if len(unit) == 0:
        return _Slot(kept=_kept(literal))
    node, power = unit[0]
    if len(unit) > 1 or power != 1:
        return _of_product(
            literal,
            tuple(
                sorted(
                    (min(senses.units.of(node).places, default=""), power) for node, power in unit
                )
            ),
            [senses.units.of(node) for node, _ in unit],
        )
    return _valued(number, literal, senses, dialect, senses.units.of(node))


def _valued(
    number: int, literal: exp.Literal, senses: Senses, dialect: Dialect, known: ValueClass
) -> _Slot:
    """A literal that is a value of a class."""
    if known.fixed:
        return _Slot(kept=_kept(literal)) if _says_nothing(literal) else _Slot(obstacle=known.fixed)
    places, asked = tuple(sorted(known.places)), frozenset(known.asked)
    if known.is_rounded and Relation.EQUALITY in asked:
        return _Slot(obstacle=_ROUNDED)
    if number in senses.patterns:
        return _of_pattern(literal.name, senses.patterns[number], places, asked)
    text = literal.name
    is_number = Kind.NUMBER in known.kinds or (not known.kinds and not literal.is_string)
    if not literal.is_string and not is_number:
        if dialect is not Dialect.SQLITE or Kind.TIME in known.kinds:
            return _Slot(obstacle="a number is compared with a text or a date")
        return _Slot((Constant(_signed(literal), ConstantKind.TEXT, asked, places),))
    if is_number and (not literal.is_string or says_number(text)):
        if not places:
            is_small = abs(Decimal(text)) <= _LARGEST_BARE
            return _Slot(kept=_kept(literal)) if is_small else _Slot(obstacle=_ALONE)
        value = text if literal.is_string else _number(literal)
        return _Slot((Constant(value, ConstantKind.NUMBER, asked, places),))
    if _is_moment(text):
        return _Slot((Constant(text, ConstantKind.MOMENT, asked, places),))
    if Kind.TIME in known.kinds and _BEGINS_A_DATE.match(text):
        return _Slot(obstacle="a date is compared with a part of one, or an unusual spelling")
    return _Slot((Constant(text, ConstantKind.TEXT, asked, places),))


def _of_product(
    literal: exp.Literal, factors: tuple[tuple[str, int], ...], classes: list[ValueClass]
) -> _Slot:
    """A number that is compared with a product of columns."""
    fixed = next((known.fixed for known in classes if known.fixed), "")
    is_known = all(known.places for known in classes) and says_number(literal.name)
    if fixed or not is_known:
        return _Slot(obstacle=fixed or _PRODUCT)
    value = literal.name if literal.is_string else _number(literal)
    relations = frozenset({Relation.EQUALITY, Relation.ORDER})
    return _Slot((Constant(value, ConstantKind.NUMBER, relations, (), factors),))


def _of_pattern(
    pattern: str, escape: str, places: tuple[str, ...], asked: frozenset[Relation]
) -> _Slot:
    if not patterns.is_carried(pattern, escape):
        return _Slot(obstacle="a pattern leaves a single letter within a word open")
    return _Slot(
        tuple(
            Constant(text, ConstantKind.TEXT, asked | {relation}, places)
            for text, relation in patterns.fixed_texts(pattern, escape)
        ),
        escape=escape,
    )


def _is_moment(text: str) -> bool:
    if not _DAY.match(text):
        return False
    try:
        datetime.datetime.fromisoformat(text)
    except ValueError:
        return False
    return True


def _says_nothing(literal: exp.Literal) -> bool:
    return not literal.name or (says_number(literal.name) and not Decimal(literal.name))


def _kept(literal: exp.Literal) -> int | Decimal | None:
    """The number that a literal is, where it is one."""
    return _number(literal) if says_number(literal.name) else None


def _number(literal: exp.Literal) -> int | Decimal:
    value = Decimal(literal.name)
    signed = -value if isinstance(literal.parent, exp.Neg) else value
    return int(signed) if signed == signed.to_integral_value() else signed.normalize()


def _signed(literal: exp.Literal) -> str:
    return f"-{literal.name}" if isinstance(literal.parent, exp.Neg) else literal.name
