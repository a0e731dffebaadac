"""Comparisons of values that are both read from the subject: by their order, or by search.

A side of which the schema lists all values is a choice among constants. What else is known of
two values is their order (`order_formula`), of streams how their numbers compare (`quantities`);
of a search it is only that both sides are there.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import suppress
from typing import NamedTuple

from msgspec.structs import replace

from jurist.languages.cql.boolean import Formula, conjunction, disjunction, negation
from jurist.languages.cql.operators import Coercion, Group
from jurist.languages.cql.prover.abstraction.aggregates import ReducedStream, listed_results
from jurist.languages.cql.prover.abstraction.atoms import TIME, OpaqueAtom
from jurist.languages.cql.prover.abstraction.quantities import quantities
from jurist.languages.cql.prover.abstraction.sorts import Sort
from jurist.languages.cql.prover.abstraction.value_comparisons import (
    MOST_VALUES,
    finite_values,
    order_formula,
    search_formula,
)
from jurist.languages.cql.prover.limits import SEARCHES, Beyond
from jurist.languages.cql.semantics.comparisons import search_test
from jurist.languages.cql.semantics.values import Atom, read_number, text_of
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

_MOST_PARTS = 64
"""Texts of which one is sought in one that the schema lists."""
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
    left = node.left
    is_own = sort.is_profile or (_is_own(left) and _is_own(part))
    most = MOST_VALUES if is_own else _MOST_FURTHER_OUT
    texts, own = _texts_of(translate, part, sort, most)
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
    held, of_left = _texts_of(translate, left, sort, most)
    parts = {text: _parts(text.value, node.operator) for text in held}
    if held and sum(map(len, parts.values())) <= _MOST_PARTS:
        return disjunction(
            conjunction(
                [
                    translate.comparison(Comparison(left, Operator.EQUALS, (text,), of_left), sort),
                    translate.comparison(
                        Comparison(part, Operator.ONE_OF, within, Coercion.TEXT), sort
                    ),
                ]
            )
            for text, within in parts.items()
        )
    present = (translate.comparison(Comparison(s, Operator.EXISTS), sort) for s in (left, part))
    # What begins with a text or ends with it holds it.
    contains = replace(node, operator=Operator.CONTAINS)
    return conjunction(
        [*present, *(_search(search, part, sort) for search in dict.fromkeys((node, contains)))]
    )


def _search(node: Comparison, part: Name, sort: Sort) -> Formula:
    """A search for a value that the schema does not list: a fact of both, or an opaque one."""
    if isinstance(node.left, Name):
        with suppress(Beyond):
            places = sort.place_of(node.left), sort.place_of(part)
            return search_formula(sort, places[0], node.operator, places[1])
    return sort.atom(OpaqueAtom(node, SEARCHES))


def _parts(text: str, operator: Operator) -> tuple[Text, ...]:
    """All texts that a search finds in a text."""
    ends = range(len(text) + 1)
    parts = {text[i:j] for i in ends for j in ends[i:]}
    is_found = search_test(operator)
    return tuple(Text(part) for part in sorted(parts) if is_found(text, part))


def _texts_of(
    translate: Translate, side: Scalar, sort: Sort, most: int
) -> tuple[Sequence[Text], Coercion | None]:
    """All texts that a value can be, where the schema lists them and they are not too many.

    With how the value is compared with each of them.
    """
    if isinstance(side, Reduction):
        values, own = _values_of(translate, side, sort)
        texts = [Text(v) for v in values if isinstance(v, str) and read_number(v) is None]
        return (texts if len(texts) == len(values) <= most else ()), own
    owner, slot = sort.place_of(side)
    if slot is None or slot == TIME:
        return (), None
    values = finite_values(owner.allowed(slot), Coercion.TEXT)
    return [Text(text_of(v)) for v in values] if len(values) <= most else (), Coercion.TEXT


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
        with suppress(Beyond):
            return quantities(node, right, sort, translate.stream)
        return _opaque_order(translate, node, right, sort)
    places = sort.place_of(left), sort.place_of(right)
    return order_formula(sort, places[0], operator, places[1], node.coercion)


def _opaque_order(translate: Translate, node: Comparison, right: Scalar, sort: Sort) -> Formula:
    """An order that is not looked into, but for its being one.

    Two values that are there and can be compared are so in one of three ways: the first is at
    most the other, and then perhaps less.
    """
    sides = [side for side in (node.left, right) if isinstance(side, Reduction)]
    streams = [translate.stream(side, sort) for side in sides]
    beyond = f"`{sides[0].reducer}` compared with a value that is no constant"

    def fact(operator: Operator) -> Formula:
        return sort.atom(OpaqueAtom(replace(node, operator=operator), beyond))

    present = [
        translate.comparison(Comparison(side, Operator.EXISTS), sort) for side in (node.left, right)
    ]
    if node.operator.group is Group.DATE:  # whether both are moments is left open
        return conjunction([*present, fact(node.operator)])
    at_most, less = fact(Operator.AT_MOST), fact(Operator.LESS_THAN)
    ways = {
        -1: conjunction([at_most, less]),
        0: conjunction([at_most, negation(less)]),
        1: negation(at_most),
    }
    is_total = node.coercion in {None, Coercion.NUMBER, Coercion.TEXT}
    if not is_total or any(stream.items.of_rows for stream in streams):
        comparable = fact(Operator.EQUALS)
        ways = {sign: conjunction([comparable, way]) for sign, way in ways.items()}
        ways[2] = negation(comparable)
    signs = (2 if sign is None else sign for sign in node.operator.signs)
    return conjunction(
        [*present, disjunction(ways[sign] for sign in sorted(signs) if sign in ways)]
    )


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
    known = owner.allowed(slot)
    for coercion in (owner.coercion_of(slot), Coercion.TEXT):  # or by how each is written
        values = finite_values(known, coercion)
        if values:
            return values, coercion
    return (), None


def _is_of_row(value: Scalar, sort: Sort) -> bool:
    return isinstance(value, Property) and sort.place_of(value)[0].of_rows


def _is_own(value: Scalar) -> bool:
    """Whether a value is one of the item at hand."""
    return isinstance(value, Context) or (isinstance(value, Property) and not value.parent)
