"""Comparisons of values that are both read from the subject: by their order, or by search.

A side of which the schema lists all values is a choice among constants. What else is known of
two values is their order (`order_formula`); of a reduced stream or a search it is only that
both sides are there.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import NamedTuple

from msgspec.structs import replace

from jurist.languages.cql.boolean import Formula, conjunction, disjunction, negation
from jurist.languages.cql.operators import Coercion
from jurist.languages.cql.prover.abstraction.aggregates import ReducedStream, listed_results
from jurist.languages.cql.prover.abstraction.atoms import TIME, OpaqueAtom
from jurist.languages.cql.prover.abstraction.sorts import Sort
from jurist.languages.cql.prover.abstraction.value_comparisons import (
    MOST_VALUES,
    finite_values,
    order_formula,
)
from jurist.languages.cql.prover.limits import Beyond
from jurist.languages.cql.semantics.values import Atom, read_number
from jurist.languages.cql.syntax import (
    Comparison,
    Context,
    Name,
    Number,
    Operator,
    Property,
    Reducer,
    Reduction,
    Scalar,
    Text,
)

_MOST_FURTHER_OUT = 3
"""Values where one side is not the item's own: each doubles what is taken out of the group."""


class Translate(NamedTuple):
    """How the parts of a comparison are translated."""

    comparison: Callable[[Comparison, Sort], Formula]
    """Any comparison, over the atoms of a sort."""
    stream: Callable[[Reduction, Sort], ReducedStream]
    """A reduced stream that stands there."""


def search(translate: Translate, node: Comparison, sort: Sort) -> Formula:
    """A search for what may be read from the subject.

    Of what is found only that both texts are there is known, but where the schema lists the
    texts that may be sought: then it is one of them.
    """
    operator = node.operator
    if operator is Operator.OMITS:
        contains = replace(node, operator=Operator.CONTAINS)
        return negation(search(translate, contains, sort))
    return disjunction(
        _search_for(translate, replace(node, arguments=(part,)), part, sort)
        if isinstance(part, Name)
        else translate.comparison(replace(node, arguments=(part,)), sort)
        for part in node.arguments
    )


def _search_for(translate: Translate, node: Comparison, part: Name, sort: Sort) -> Formula:
    texts, own = _texts_of(translate, part, sort)
    if texts:
        return disjunction(
            conjunction(
                [
                    translate.comparison(Comparison(part, Operator.EQUALS, (text,), own), sort),
                    translate.comparison(replace(node, arguments=(text,)), sort),
                ]
            )
            for text in texts
        )
    present = (
        translate.comparison(Comparison(s, Operator.EXISTS), sort) for s in (node.left, part)
    )
    opaque = OpaqueAtom(node, "a search for a value that is read from the customer")
    return conjunction([*present, sort.atom(opaque)])


def _texts_of(
    translate: Translate, name: Name, sort: Sort
) -> tuple[Sequence[Text], Coercion | None]:
    """All texts that a value can be, where the schema lists them and none may be a number.

    With how the value is compared with each of them.
    """
    is_own = sort.is_profile or _is_own(name)
    values, own = _values_of(translate, name, sort)
    texts = [Text(v) for v in values if isinstance(v, str) and read_number(v) is None]
    is_listed = len(texts) == len(values) <= (MOST_VALUES if is_own else _MOST_FURTHER_OUT)
    return texts if is_listed else (), own


def order(translate: Translate, node: Comparison, right: Scalar, sort: Sort) -> Formula:
    """A comparison by an order of two values that are both read from the subject.

    Raises:
        Beyond: Where it is no order of the two, or cannot be said from the other side.
    """
    left, operator = node.left, node.operator
    if not operator.signs or operator.mirrored is None:
        raise Beyond(f"`{operator}` between two values")
    by_values = _by_values(translate, node, right, sort)
    if by_values:
        return disjunction(
            conjunction([translate.comparison(part, sort) for part in both]) for both in by_values
        )
    if isinstance(left, Reduction) or isinstance(right, Reduction):
        for side in (left, right):
            if isinstance(side, Reduction):
                translate.stream(side, sort)
        raise Beyond("a reduced stream compared with a value that is no constant")
    places = sort.place_of(left), sort.place_of(right)
    return order_formula(sort, places[0], operator, places[1], node.coercion)


def _by_values(
    translate: Translate, node: Comparison, right: Scalar, sort: Sort
) -> Sequence[tuple[Comparison, Comparison]]:
    """For each value of a side that has few: that it has it, and the other side compared."""
    left, operator = node.left, node.operator
    is_own = sort.is_profile or (_is_own(left) and _is_own(right))
    most = MOST_VALUES if is_own else _MOST_FURTHER_OUT
    for finite, other, relation in (
        (right, left, operator),
        (left, right, operator.mirrored or operator),
    ):
        if isinstance(other, Reduction) and other.reducer is Reducer.UNIQUE_COUNT:
            continue  # moments are looked for that many different values need
        if _is_of_row(finite, sort) and not _is_of_row(other, sort):
            continue  # a constant is compared as the row's own type only on its side
        values, own = _values_of(translate, finite, sort)
        if 0 < len(values) <= most:
            literals = [(Text(v) if isinstance(v, str) else Number(v),) for v in values]
            return [
                (
                    Comparison(finite, Operator.EQUALS, v, own),
                    Comparison(other, relation, v, node.coercion),
                )
                for v in literals
            ]
    return ()


def _values_of(
    translate: Translate, scalar: Scalar, sort: Sort
) -> tuple[Sequence[Atom], Coercion | None]:
    """All values that a scalar can have, where the schema lists them and they are few.

    With how the scalar is compared with each of them.
    """
    if isinstance(scalar, Reduction):
        reducer = scalar.reducer
        if scalar.cast is not None or not (reducer.is_extreme or reducer.is_end):
            return (), None
        return listed_results(translate.stream(scalar, sort))
    owner, slot = sort.place_of(scalar)
    if slot is None or slot == TIME:
        return (), None
    known, coercion = owner.allowed(slot), owner.coercion_of(slot)
    return finite_values(known, coercion), coercion


def _is_of_row(value: Scalar, sort: Sort) -> bool:
    return isinstance(value, Property) and sort.place_of(value)[0].of_rows


def _is_own(value: Scalar) -> bool:
    """Whether a value is one of the item at hand."""
    return isinstance(value, Context) or (isinstance(value, Property) and not value.parent)
