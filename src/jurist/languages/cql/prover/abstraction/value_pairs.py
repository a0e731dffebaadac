"""Comparisons of values that are read from the subject, and of the entries of a trait."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import TYPE_CHECKING

from jurist.languages.cql.boolean import FALSE, Formula, conjunction, disjunction
from jurist.languages.cql.prover.abstraction.atoms import (
    INCOMPARABLE,
    SIGNS_OF,
    GroupKey,
    GroupKind,
    Order,
    SignAtom,
    SlotLeaf,
    Whose,
)
from jurist.languages.cql.prover.abstraction.finite_values import (
    MOST_VALUES,
    constant,
    finite_values,
)
from jurist.languages.cql.prover.abstraction.places import (
    Place,
    depends_on_parent,
    has_row_type,
    lifted,
)
from jurist.languages.cql.prover.abstraction.reduced_stream import ReducedStream
from jurist.languages.cql.prover.abstraction.timestamps import TimestampLeaf
from jurist.languages.cql.prover.limits import Beyond
from jurist.languages.cql.prover.values.predicates import IS_PRESENT
from jurist.languages.cql.semantics.arrays import names_entries, positive_form
from jurist.languages.cql.semantics.comparisons import DATE_OPERATORS
from jurist.languages.cql.semantics.values import EACH, Atom, Coercion, as_number, split_path
from jurist.languages.cql.syntax import (
    Comparison,
    Context,
    Name,
    Operator,
    Property,
    Reducer,
    Reduction,
    Scalar,
    Trait,
)

if TYPE_CHECKING:
    from jurist.languages.cql.prover.abstraction.translation import Translator


_MOST_FURTHER_OUT = 3
"""Values where one side is not the item's own: each doubles what is taken out of the group."""


def entries_formula(translator: Translator, node: Comparison, left: Trait, place: Place) -> Formula:
    """A comparison of the entries of a trait with constants: that some entry meets it."""
    positive = positive_form(node, translator.readings)
    profile = place.profile
    if not isinstance(positive, Comparison):
        return lifted(translator.condition(positive, profile), profile, place)
    if any(isinstance(argument, Name) for argument in node.arguments):
        return FALSE
    path, _, rest = left.name.partition(f".{EACH}")
    if EACH in split_path(rest):
        raise Beyond("entries of arrays inside entries")
    key = GroupKey(GroupKind.ENTRIES, path)
    inner = Place(profile.sort.group(key), profile, of_entries=True)
    members = translator.comparison(positive, inner)
    return lifted(translator.counted(profile.sort, key, members, 1), profile, place)


def pair_formula(
    translator: Translator, left: Scalar, operator: Operator, right: Scalar, place: Place
) -> Formula:
    """A comparison of two values that are both read from the subject."""
    by_values = _by_values(translator, left, operator, right, place)
    if by_values is not None:
        return by_values
    moments = operator in DATE_OPERATORS
    leaf, owner = translator.leaf(left, place, dated=moments)
    other, other_owner = translator.leaf(right, place, dated=moments)
    signs = SIGNS_OF[operator]
    if owner.sort is not place.sort:
        leaf, owner, other, other_owner = other, other_owner, leaf, owner
        signs = tuple(-sign if sign != INCOMPARABLE else sign for sign in signs)
    if not isinstance(leaf, SlotLeaf) or not isinstance(other, SlotLeaf):
        if isinstance(leaf, TimestampLeaf) or isinstance(other, TimestampLeaf):
            raise Beyond("an event's time compared as text")
        return FALSE
    if owner.sort is not place.sort:
        raise Beyond("a comparison of two values further out")
    if other_owner.sort is place.sort:
        whose = Whose.OWN
    else:
        whose = Whose.PARENT if other_owner is place.outer else Whose.PROFILE
        if other_owner.source is None:
            whose = Whose.PROFILE
        other_owner.sort.compared_inside.add(other.slot)
    of_row = has_row_type(left, place) or has_row_type(right, place)
    order = Order(leaf.slot, whose, other.slot, moments, of_row)
    held = disjunction([place.sort.atom(SignAtom(order, sign)) for sign in signs])
    present = [
        leaf.atom(IS_PRESENT),
        lifted(other.atom(IS_PRESENT), other_owner, place),
    ]
    return conjunction([*present, held])


def _by_values(
    translator: Translator, left: Scalar, operator: Operator, right: Scalar, place: Place
) -> Formula | None:
    """The same by the values of a side that has few: `None` where neither has."""
    of_item = place.source is not None and not _is_own(left) & _is_own(right)
    most = _MOST_FURTHER_OUT if of_item else MOST_VALUES
    for finite, other, asked in (
        (right, left, operator),
        (left, right, operator.mirrored or operator),
    ):
        if has_row_type(finite, place) and not has_row_type(other, place):
            continue  # a constant is compared as the row's own type only on its side
        literals = [constant(value) for value in _values_of(translator, finite, place)]
        if 0 < len(literals) <= most:
            return disjunction(
                conjunction(
                    (
                        translator.comparison(Comparison(finite, Operator.EQUALS, (each,)), place),
                        translator.comparison(Comparison(other, asked, (each,)), place),
                    )
                )
                for each in literals
            )
    return None


def _is_own(value: Scalar) -> bool:
    """Whether a value is one of the item at hand."""
    return isinstance(value, Context) or (isinstance(value, Property) and not value.parent)


def _values_of(translator: Translator, name: Scalar, place: Place) -> Sequence[Atom]:
    if names_entries(name):
        return ()
    if isinstance(name, Reduction):
        return _reduced_values(translator, name, place)
    leaf, _ = translator.leaf(name, place, dated=False)
    if not isinstance(leaf, SlotLeaf):
        return ()
    coercion = Coercion.NONE if has_row_type(name, place) else translator.coercion
    return finite_values(leaf.sort.known[leaf.slot], coercion)


def _reduced_values(translator: Translator, reduction: Reduction, place: Place) -> Sequence[Atom]:
    """What the first, last, least or greatest of a property with few values can be."""
    is_number = reduction.reducer in {Reducer.MIN, Reducer.MAX} and reduction.cast is None
    is_end = reduction.reducer in {Reducer.FIRST, Reducer.LAST} and reduction.cast is None
    if not is_number and not is_end:
        return ()
    if place.source is not None and not depends_on_parent(reduction.stream, place):
        place = place.profile
    inner, members = translator.members(reduction, place)
    stream = ReducedStream(translator, place, inner, members, reduction)
    if stream.reduces_time or inner.of_rows:
        return ()
    slot = translator.slot_leaf(inner, stream.slot).slot
    values = finite_values(inner.sort.known[slot], translator.coercion)
    if is_end:
        return values
    numbers = (as_number(value, translator.coercion) for value in values)
    return [number for number in numbers if isinstance(number, int | Decimal)]
