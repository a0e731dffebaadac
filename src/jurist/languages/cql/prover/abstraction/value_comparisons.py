"""Comparisons of values that are no constants: with another value, and of moments as texts.

A value of which the schema lists all is a choice among constants. Of other pairs of values
only the order is an atom: what it has to do with the facts about each is left open, which
is more than there is.

The time of an event, written as text, is written to the second, with its milliseconds only
where they are not 0, and `.` comes before `Z`. So texts lie in the order of seconds, but
within a second the whole one comes last.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator, Sequence
from decimal import Decimal
from functools import partial
from itertools import combinations
from typing import TypeAlias

from jurist.languages.cql.boolean import FALSE, Formula, conjunction, disjunction, negation
from jurist.languages.cql.prover.abstraction.atoms import (
    INCOMPARABLE,
    TIME,
    Order,
    Search,
    SearchAtom,
    SignAtom,
    Slot,
    Whose,
)
from jurist.languages.cql.prover.abstraction.sorts import Sort
from jurist.languages.cql.prover.limits import SEARCHES, Beyond
from jurist.languages.cql.prover.values.predicates import (
    BEFORE,
    CONTAINS,
    ENDS,
    IS,
    IS_PRESENT,
    MOMENT,
    NUMBER,
    OTHER_BEFORE,
    OTHER_IS,
    PRESENT,
    STARTS,
    Leaf,
    Primitive,
    one_by_one,
)
from jurist.languages.cql.prover.values.value_classes import Allowed
from jurist.languages.cql.schemas.schema import DATES, Kind
from jurist.languages.cql.semantics.comparisons import DATE_OPERATORS
from jurist.languages.cql.semantics.values import (
    FIRST_MOMENT,
    LAST_MOMENT,
    Atom,
    Coercion,
    compare,
    moment_of,
    moment_text,
)
from jurist.languages.cql.syntax import Operator

_Place: TypeAlias = "tuple[Sort, Slot | None]"
"""The items that have a value, and which; no slot where it is never there."""

MOST_VALUES = 12
"""Of which a comparison with one of them is made a choice."""
_LAST_CHARACTER = chr(0x10FFFF)
_SECONDS = range(FIRST_MOMENT // 1_000, LAST_MOMENT // 1_000 + 1)


def finite_values(known: Allowed, coercion: Coercion) -> Sequence[Atom]:
    """All values that there are, where they are few and no two are equal; else none."""
    values = _listed(known)
    if not 0 < len(values) <= MOST_VALUES:
        return ()
    if any(compare(*pair, coercion) == 0 for pair in combinations(values, 2)):
        return ()
    return values


def _listed(known: Allowed) -> Sequence[Atom]:
    if known.enum is not None:
        return known.enum
    if known.kind is Kind.BOOLEAN:
        return ("true", "false")
    low, high = known.minimum, known.maximum
    if known.kind is not Kind.INTEGER or low is None or high is None:
        return ()
    if isinstance(low, str | Decimal) or isinstance(high, str | Decimal):
        return ()
    return range(low, min(high, low + MOST_VALUES) + 1)


def order_formula(
    sort: Sort, left: _Place, operator: Operator, right: _Place, coercion: Coercion | None
) -> Formula:
    """A comparison of two values of an item, or of one with a value further out.

    Args:
        sort: The items.
        left: The one value.
        operator: How the two are compared.
        right: The other value.
        coercion: What is written on the comparison.

    Raises:
        Beyond: Where no order is looked into between such values.
    """
    (owner, slot), (other_owner, other) = left, right
    dated = operator in DATE_OPERATORS or coercion is Coercion.MOMENT
    for of, where in (left, right):
        if where is not None:
            of.allowed(where)
    if not dated and TIME in (slot, other):
        raise Beyond("an event's time compared as text")
    if slot is None or other is None:
        return FALSE
    if owner is not sort:
        owner, slot, other_owner, other = other_owner, other, owner, slot
        operator = operator.mirrored or operator
    whose = _whose(sort, owner, other_owner)
    if whose is not Whose.OWN:
        other_owner.compared_inside.add(other)
    are_dates = {owner.known[slot].kind, other_owner.known[other].kind} <= DATES
    if coercion is Coercion.MOMENT and not are_dates:
        raise Beyond("a date column compared with what may be no date")
    of_row = (owner.of_rows or other_owner.of_rows) and not (dated and are_dates)
    order = Order(slot, whose, other, dated, of_row, exact=coercion is Coercion.TEXT)
    signs = [sign for sign in (-1, 0, 1, None) if sign in operator.signs]
    atoms = [SignAtom(order, INCOMPARABLE if sign is None else sign) for sign in signs]
    held = disjunction(map(sort.atom, atoms))
    present = sort.leaf(slot)(IS_PRESENT)
    other_present = sort.lifted(other_owner.leaf(other)(IS_PRESENT), other_owner)
    return conjunction((present, other_present, held))


def search_formula(sort: Sort, left: _Place, operator: Operator, right: _Place) -> Formula:
    """That the right of two values, which are both there, is found in the left as a text.

    Raises:
        Beyond: Where they are no two values of an item, or of one and of what is further out.
    """
    (owner, slot), (other_owner, other) = left, right
    if slot is None or other is None or TIME in (slot, other):
        raise Beyond(SEARCHES)
    is_sought = owner is not sort
    if is_sought:
        owner, slot, other_owner, other = other_owner, other, owner, slot
    search = Search(slot, _whose(sort, owner, other_owner), other, operator, is_sought)
    return sort.atom(SearchAtom(search))


def _whose(sort: Sort, owner: Sort, other_owner: Sort) -> Whose:
    """Whose the second of two values is, of which the first should be an item's own.

    Raises:
        Beyond: Where it is not, or the second is too far out.
    """
    if owner is not sort:
        raise Beyond("a comparison of two values further out")
    if other_owner is sort:
        return Whose.OWN
    whose = Whose.PROFILE if other_owner.is_profile else Whose.PARENT
    if whose is Whose.PARENT and other_owner is not sort.outer:
        raise Beyond("a comparison with a value two levels further out")
    return whose


def number_as_text(leaf: Leaf, fact: Primitive, characters: str) -> Formula:
    """A fact about the text of what is always a number, written in some characters.

    Raises:
        Beyond: Where numbers of any size have it and others do not.
    """
    kind, text = fact.kind, fact.text
    if kind in {OTHER_IS, OTHER_BEFORE}:
        return FALSE
    if kind == BEFORE and (not text or text[0] < min(characters)):
        return FALSE
    if kind == BEFORE and text[0] > max(characters):
        return leaf(IS_PRESENT)
    if kind in {STARTS, ENDS, CONTAINS} and not set(text) <= set(characters):
        return FALSE
    raise Beyond("a number compared as text")


def moment_as_text(moment: Leaf) -> Leaf:
    """Makes atoms about the text of a moment, by what makes those about the moment itself."""
    return one_by_one(partial(_fact_of_text, moment))


def _fact_of_text(moment: Leaf, fact: Primitive) -> Formula:
    kind, text = fact.kind, fact.text
    if kind in {PRESENT, MOMENT}:
        return moment(fact.of_timestamps)
    if kind == NUMBER:
        return FALSE
    if kind in {IS, OTHER_IS}:
        at = moment_of(text)
        is_own = at is not None and moment_text(at) == text
        return moment(Primitive(MOMENT, at, at)) if is_own else FALSE
    if kind in {BEFORE, OTHER_BEFORE}:
        return _before(moment, text)
    if kind == STARTS:
        reached = _before(moment, text + _LAST_CHARACTER)
        return conjunction((reached, negation(_before(moment, text))))
    raise Beyond("an event's time searched as text")


def _before(moment: Leaf, text: str) -> Formula:
    whole, last = _seconds_before(text)
    parts = [Primitive(MOMENT, None, whole - 1)] if whole > FIRST_MOMENT else []
    parts += [Primitive(MOMENT, whole + 1, last)] if last > whole else []
    return disjunction(map(moment, parts))


def cuts_of(text: str) -> Iterator[int]:
    """Where the moments begin and end whose texts come before a text, or begin with it."""
    for bound in (text, text + _LAST_CHARACTER):
        whole, last = _seconds_before(bound)
        yield from (whole, whole + 1, last + 1)


def _seconds_before(text: str) -> tuple[int, int]:
    """All moments up to a whole second have earlier texts, and after it those up to a last one."""
    index = bisect_left(_SECONDS, text, key=lambda second: moment_text(second * 1_000))
    if index == len(_SECONDS):
        return LAST_MOMENT + 1, LAST_MOMENT + 1
    whole = _SECONDS[index] * 1_000
    later = bisect_left(range(1, 1_000), text, key=lambda ms: moment_text(whole + ms))
    return whole, whole + later
