"""How the sides of each comparison are compared, by what the schema says of them.

Interpreter, normal form and prover have no schema at hand at a comparison. So what it says of
both sides is written on the comparison once (`coercion`), at the doors through which queries
come into their meaning; below those everything reads it there. The tree keeps its shape.
"""

from __future__ import annotations

from msgspec.structs import replace

from jurist.languages.cql.operators import Coercion, Group
from jurist.languages.cql.schemas.schema import CqlSchema, Table, context_of
from jurist.languages.cql.syntax import Comparison, CqlQuery, Node, Reduction
from jurist.languages.cql.tree import Scope, inner_scope, is_column, transform_scoped

_COMPARING = frozenset({Group.EQUALITY, Group.ORDER})
_MOST_KNOWN = 2_048


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
    known = context_of(schema).get(_Typed).queries
    return known.get(query, lambda query: transform_scoped(query, _typed_node))


def _typed_node(node: Node, scope: Scope) -> Node:
    if type(node) is Comparison:
        inner = inner_scope(node, scope)
        compares = node.operator.group in _COMPARING
        of_row = compares and any(is_column(side, inner) for side in (node.left, *node.arguments))
    elif type(node) is Reduction:
        of_row = node.value is not None and is_column(node.value, inner_scope(node, scope))
    else:
        return node
    coercion = Coercion.NONE if of_row else None
    return node if node.coercion is coercion else replace(node, coercion=coercion)
