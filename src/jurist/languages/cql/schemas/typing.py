"""How the sides of each comparison are compared, by what the schema says of them.

Interpreter, normal form and prover have no schema at hand at a comparison. So what it says of
both sides is written on the comparison once (`coercion`), at the doors through which queries
come into their meaning; below those everything reads it there. The tree keeps its shape.
"""

from __future__ import annotations

from msgspec.structs import replace

from jurist.languages.cql.operators import Cast, Coercion, Group, Reducer
from jurist.languages.cql.schemas.name_lookup import NameLookup
from jurist.languages.cql.schemas.schema import (
    DATES,
    NUMERIC,
    CqlSchema,
    Kind,
    Table,
    context_of,
)
from jurist.languages.cql.semantics.values import EACH, coercion_of, read_number, split_path
from jurist.languages.cql.syntax import (
    Comparison,
    Context,
    CqlQuery,
    Node,
    Number,
    Operand,
    Property,
    Reduction,
    Scalar,
    Text,
    Trait,
)
from jurist.languages.cql.tree import (
    Scope,
    inner_scope,
    is_column,
    reduced_scope,
    transform_scoped,
    with_children,
)

_MOST_KNOWN = 4_096
_TYPED_KINDS = frozenset({Comparison, Reduction})
_APART = frozenset({Reducer.UNIQUE, Reducer.UNIQUE_COUNT})
"""What needs to know which values are different."""


class _Typed:
    """The queries that were typed lately under a schema."""

    def __init__(self, _schema: CqlSchema) -> None:
        self.queries = Table[CqlQuery, CqlQuery](_MOST_KNOWN)


def typed(query: CqlQuery, schema: CqlSchema) -> CqlQuery:
    """The query with how values are compared on each comparison and reduction.

    A query that is typed already comes back as it is: whatever is on it is written anew.

    Args:
        query: An audience or a computed trait.
        schema: The workspace; of a pair, that under which both are read
            (`schema_of_pair`).
    """
    queries = context_of(schema).get(_Typed).queries
    known = queries.find(query)
    if known is None:
        known = transform_scoped(
            query, Typing(NameLookup(query, schema), schema).node, _TYPED_KINDS
        )
        queries.keep(query, known)
        queries.keep(known, known)  # the next door is given what this one gave
    return known


class Typing:
    """Types one query.

    Args:
        names: The schema's names as the query meets them.
        schema: The schema.
    """

    def __init__(self, names: NameLookup, schema: CqlSchema) -> None:
        self._names = names
        self._schema = schema

    def node(self, node: Node, scope: Scope) -> Node:
        """The node with its coercion."""
        if type(node) is Comparison:
            inner = inner_scope(node, scope)
            coercion = self.of_comparison(node, inner)
            is_of_column = coercion is Coercion.NONE or coercion is Coercion.MOMENT
            if is_of_column and self._is_number_column(node.left, inner):
                parts = [node.left, *map(_as_number, node.arguments)]
                node = with_children(node, parts)
        elif type(node) is Reduction:
            coercion = self._of_reduction(node, scope)
        else:
            return node
        return node if node.coercion is coercion else replace(node, coercion=coercion)

    def coercion_at(self, node: Comparison, scope: Scope) -> Coercion:
        """The same where the schema's usual reading is said, too."""
        stated = self.of_comparison(node, scope)
        return stated or coercion_of(self._schema.readings.number_like_text)

    def of_comparison(self, node: Comparison, scope: Scope) -> Coercion | None:
        """How the sides of a comparison are compared, in the scope of the sides."""
        group = node.operator.group
        if group is not Group.EQUALITY and group is not Group.ORDER:
            return None
        sides = node.left, *node.arguments
        for side in sides:
            if is_column(side, scope):
                kinds = {self._kind(side, scope) for side in sides}
                are_moments = kinds & DATES and Kind.TIME not in kinds
                return Coercion.MOMENT if are_moments else Coercion.NONE
        if group is Group.EQUALITY:
            for side in sides:
                if self._schema.is_exact(self._kind(side, scope)):
                    return Coercion.TEXT
        return None

    def _is_number_column(self, left: Scalar, scope: Scope) -> bool:
        return is_column(left, scope) and self._kind(left, scope) in NUMERIC

    def _of_reduction(self, node: Reduction, scope: Scope) -> Coercion | None:
        value = node.value
        tells_apart = node.reducer in _APART
        if value is None or not (tells_apart or type(value) is Property):
            return None
        inner = reduced_scope(node, scope)
        kind = self._names.field(value, inner).kind if tells_apart else Kind.UNKNOWN
        if is_column(value, inner):
            return Coercion.MOMENT if kind in DATES else Coercion.NONE
        return Coercion.TEXT if self._schema.is_exact(kind) else None

    def _kind(self, side: Operand, scope: Scope) -> Kind:
        """What kind of value is compared; constants have none of the schema."""
        if type(side) is Trait or type(side) is Property or type(side) is Context:
            return self._names.field(side, scope).kind
        if type(side) is not Reduction:
            return Kind.UNKNOWN
        value, reducer = side.value, side.reducer
        if value is None or reducer.counts:
            return Kind.NUMBER
        whole_array = side.cast is Cast.ARRAY and EACH in split_path(value.name)
        if whole_array or reducer is Reducer.UNIQUE:
            return Kind.UNKNOWN
        if reducer.needs_numbers and (
            not reducer.is_extreme or side.cast not in {Cast.STRING, Cast.ARRAY}
        ):
            return Kind.NUMBER
        return self._names.field(value, reduced_scope(side, scope)).kind


def _as_number(argument: Operand) -> Operand:
    """What a column of numbers is compared with: in quotes, too, a number is that number."""
    number = read_number(argument.value) if isinstance(argument, Text) else None
    return argument if number is None else Number(number)
