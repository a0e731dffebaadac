"""What may stand where: windows, parents, quantifiers, entities, sessions."""

from __future__ import annotations

from collections.abc import Iterator

from jurist.languages.cql.checking.findings import Finding, finding
from jurist.languages.cql.operators import DAY_MS, Operator, Reducer, Unit
from jurist.languages.cql.schemas.schema import AudienceType, CqlSchema
from jurist.languages.cql.semantics.arrays import names_entries
from jurist.languages.cql.semantics.comparisons import is_event_time
from jurist.languages.cql.semantics.values import read_number, text_of
from jurist.languages.cql.syntax import (
    AllUsers,
    AnyUser,
    Between,
    Comparison,
    Context,
    CqlQuery,
    Duration,
    Entity,
    Event,
    ExpiresAfter,
    Node,
    Number,
    Property,
    Reduction,
    Scalar,
    Sources,
    Text,
    Trait,
    Within,
    is_scalar,
)
from jurist.languages.cql.tree import Scope, holder_of
from jurist.languages.mistakes import quoted

MAX_ENTITY_DEPTH = 6
SHORTEST_SESSION_MS = 30 * 60 * 1000
LONGEST_SESSION_MS = 90 * DAY_MS

_LEAST_ROWS = {
    Operator.AT_LEAST: 1,
    Operator.GREATER_THAN: 0,
    Operator.EQUALS: 0,
    Operator.AT_MOST: 0,
    Operator.LESS_THAN: 1,
}
"""The least number that a count of rows may be compared with."""
_MEANS_NONE = {Operator.EQUALS: 0, Operator.AT_MOST: 0, Operator.LESS_THAN: 1}
_NEAR_NOW = frozenset({Operator.WITHIN_LAST, Operator.WITHIN_NEXT})


def placement_findings(
    node: Node, scope: Scope, *, query: CqlQuery, schema: CqlSchema
) -> Iterator[Finding]:
    """What is wrong with a node for where it stands, whatever the names in it mean."""
    # By type, not by pattern: to find that a struct is none of a class takes long.
    if type(node) is Comparison:
        yield from _comparison(node)
    elif type(node) is Event:
        if _is_in_entity(scope):
            yield finding("event_in_entity", node)
    elif type(node) is Trait:
        if node is query and names_entries(node):
            yield finding("entries_alone", node, name=quoted(node.name))
    elif type(node) is Property or type(node) is Context:
        yield from _item_value(node, scope)
    elif type(node) is Reduction:
        if type(node.value) is Trait:
            yield from _reduced_trait(node, node.value, schema)
        if node.reducer is Reducer.MODE and (node.minimum is None or node.minimum < 1):
            frequency = "no least frequency" if node.minimum is None else str(node.minimum)
            yield finding("mode_minimum", node, frequency=frequency)
    elif type(node) is Entity:
        depth = len(scope.slugs) + 1
        if depth > MAX_ENTITY_DEPTH:
            yield finding("entity_depth", node, depth=depth, most=MAX_ENTITY_DEPTH)
    elif type(node) is AnyUser or type(node) is AllUsers:
        yield from _quantifier(node, scope, schema)
    elif isinstance(node, Within | Between | ExpiresAfter | Sources):
        yield from _filter(node, scope, query)


def _quantifier(node: AnyUser | AllUsers, scope: Scope, schema: CqlSchema) -> Iterator[Finding]:
    word = "ANY" if isinstance(node, AnyUser) else "ALL"
    if scope.quantified or scope.source is not None:
        place = "`where`" if scope.source is not None else "ANY or ALL"
        yield finding("nested_quantifier", node, word=word, place=place)
    if schema.audience_type is not AudienceType.ACCOUNTS and not schema.account_traits:
        yield finding("no_accounts", node, word=word, audience=schema.audience_type)


def _reduced_trait(node: Reduction, trait: Trait, schema: CqlSchema) -> Iterator[Finding]:
    if schema.audience_type is not AudienceType.ACCOUNTS and not schema.account_traits:
        audience = schema.audience_type
        yield finding("reduced_trait", trait, reducer=node.reducer, audience=audience)


def _item_value(node: Property | Context, scope: Scope) -> Iterator[Finding]:
    if scope.source is None:
        word = "property" if isinstance(node, Property) else "context"
        yield finding("outside_stream", node, word=word)
    elif holder_of(node, scope) is None:
        what = "`property(parent: ...)` with no event or row around it"
        yield finding("missing_parent", node, what=what, expected="an enclosing event or row")
    elif type(node) is Context and type(scope.source) is Entity:
        yield finding("context_of_entity", node)


def _is_in_entity(scope: Scope) -> bool:
    around: Scope | None = scope
    while around is not None and type(around.source) is not Entity:
        around = around.outer
    return around is not None


def _filter(
    node: Within | Between | ExpiresAfter | Sources, scope: Scope, query: CqlQuery
) -> Iterator[Finding]:
    if type(scope.source) is Entity:
        yield finding("filter_on_entity", node)
        return
    match node:
        case Within(duration) if duration.ms <= 0:
            yield _empty(node, duration)
        case Between(near, far) if near.ms > far.ms:
            yield finding("reversed_window", node, near=_length(near), far=_length(far))
        case Between(near, far) if near.ms == far.ms:
            yield _empty(node, near)
        case ExpiresAfter(duration):
            if not isinstance(query, Scalar):
                yield finding("expires_after_in_audience", node)
            if not SHORTEST_SESSION_MS <= duration.ms <= LONGEST_SESSION_MS:
                yield finding("expires_after_range", node, length=_length(duration))
        case _:
            pass
    is_parental = not isinstance(node, Sources) and node.parent
    if is_parental and scope.enclosing_event is None:
        what = "a window after the parent event, with no event around it"
        expected = "an enclosing event, or a window without `parent:`"
        yield finding("missing_parent", node, what=what, expected=expected)


def _empty(node: Node, bound: Duration) -> Finding:
    return finding("empty_window", node, bound=_length(bound))


def _comparison(node: Comparison) -> Iterator[Finding]:
    left = node.left
    values = [argument for argument in node.arguments if is_scalar(argument)]
    for side in (left, *values) if values else ():
        if type(side) is Trait and names_entries(side):
            yield finding("entries_alone", side, name=quoted(side.name))
    for argument in node.arguments:
        if type(argument) is not Duration or node.operator not in _NEAR_NOW:
            continue
        may_be_today = argument.unit is Unit.DAY and not is_event_time(left)
        if argument.ms <= 0 and not may_be_today:
            yield _empty(argument, argument)
    for side in (left, *values):
        if type(side) is Reduction and side.reducer is Reducer.UNIQUE:
            yield finding("list_compared", side)
    if type(left) is Reduction and left.reducer is Reducer.COUNT:
        yield from _row_count(node, left)


def _row_count(node: Comparison, left: Reduction) -> Iterator[Finding]:
    least, filters = _LEAST_ROWS.get(node.operator), left.stream.filters
    if least is None or type(left.stream.source) is not Entity:
        return
    for argument in node.arguments:
        if not isinstance(argument, Number | Text):
            continue
        number = read_number(argument.value) if isinstance(argument, Text) else argument.value
        if number is None:
            continue
        if not isinstance(number, int) or number < least:
            number, operator = text_of(number), node.operator
            yield finding("entity_count", argument, number=number, least=least, operator=operator)
        elif _MEANS_NONE.get(node.operator) == number and filters:
            yield finding("entity_none_with_filter", filters[0])


def _length(duration: Duration) -> str:
    plural = "" if duration.amount == 1 else "s"
    return f"{duration.amount} {duration.unit}{plural}"
