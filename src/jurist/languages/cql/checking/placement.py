"""What may stand where: windows, parents, quantifiers, entities, sessions."""

from __future__ import annotations

from collections.abc import Iterator

from jurist.languages.cql.checking.findings import Finding
from jurist.languages.cql.schemas.schema import AudienceType, CqlSchema
from jurist.languages.cql.semantics.arrays import names_entries
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
    Name,
    Node,
    Number,
    Operator,
    Property,
    Reducer,
    Reduction,
    Scalar,
    Sources,
    Text,
    Trait,
    Within,
)
from jurist.languages.cql.tree import Scope
from jurist.languages.mistakes import quoted

MAX_ENTITY_DEPTH = 6
SHORTEST_SESSION_MS = 30 * 60 * 1000
LONGEST_SESSION_MS = 90 * 24 * 60 * 60 * 1000

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
    match node:
        case AnyUser() | AllUsers():
            yield from _quantifier(node, scope, schema)
        case Property() | Context():
            yield from _item_value(node, scope)
        case Event() | Entity():
            yield from _source(node, scope)
        case Within() | Between() | ExpiresAfter() | Sources():
            yield from _filter(node, scope, query)
        case Reduction():
            if node.reducer is Reducer.MODE and (node.minimum is None or node.minimum < 1):
                frequency = "no least frequency" if node.minimum is None else str(node.minimum)
                yield Finding("mode_minimum", node, f"`mode` with {frequency}", "at least 1")
        case Trait() if node is query and names_entries(node):
            yield _entries_alone(node)
        case Comparison():
            yield from _comparison(node)
        case _:
            pass


def _quantifier(node: AnyUser | AllUsers, scope: Scope, schema: CqlSchema) -> Iterator[Finding]:
    word = "ANY" if isinstance(node, AnyUser) else "ALL"
    if scope.quantified or scope.source is not None:
        place = "`where`" if scope.source is not None else "ANY or ALL"
        yield Finding(
            "nested_quantifier", node, f"{word} inside {place}", f"{word} around whole conditions"
        )
    has_accounts = schema.audience_type is AudienceType.ACCOUNTS or schema.account_traits
    if not has_accounts:
        yield Finding(
            "no_accounts",
            node,
            f"{word} in a schema whose audiences are made of {schema.audience_type}",
            "a schema with audience_type ACCOUNTS",
        )


def _item_value(node: Property | Context, scope: Scope) -> Iterator[Finding]:
    word = "property" if isinstance(node, Property) else "context"
    if scope.source is None:
        yield Finding(
            "outside_stream",
            node,
            f"`{word}` outside `where` and reducers",
            "`trait` for a profile's value",
        )
    elif isinstance(node, Property) and node.parent and scope.enclosing_event is None:
        yield Finding(
            "missing_parent",
            node,
            "`property(parent: ...)` with no event around it",
            "an enclosing event",
        )
    elif isinstance(node, Context) and isinstance(scope.source, Entity):
        yield Finding(
            "context_of_entity", node, "`context` of an entity, which has none", "`property`"
        )


def _source(node: Event | Entity, scope: Scope) -> Iterator[Finding]:
    if isinstance(node, Entity):
        depth = len(scope.slugs) + 1
        if depth > MAX_ENTITY_DEPTH:
            yield Finding(
                "entity_depth",
                node,
                f"an entity {depth} relationships away from the profile",
                f"at most {MAX_ENTITY_DEPTH}",
            )
        return
    around: Scope | None = scope
    while around is not None:
        if isinstance(around.source, Entity):
            yield Finding(
                "event_in_entity",
                node,
                "an event inside the `where` of an entity",
                "a condition of its own beside the entity's",
            )
            return
        around = around.outer


def _filter(
    node: Within | Between | ExpiresAfter | Sources, scope: Scope, query: CqlQuery
) -> Iterator[Finding]:
    if isinstance(scope.source, Entity):
        yield Finding(
            "filter_on_entity",
            node,
            "a filter by time or source on an entity, whose rows have neither",
            "`where` with a date column",
        )
        return
    match node:
        case Within():
            if node.duration.ms <= 0:
                yield _empty(node, node.duration)
        case Between():
            if node.near.ms > node.far.ms:
                yield Finding(
                    "reversed_window",
                    node,
                    f"a window from {_length(node.near)} to {_length(node.far)}",
                    f"the nearer bound first: {_length(node.far)}, {_length(node.near)}",
                )
            elif node.near.ms == node.far.ms:
                yield _empty(node, node.near)
        case ExpiresAfter():
            yield from _session(node, query)
        case Sources():
            pass
    is_parental = isinstance(node, Within | Between) and node.parent
    if is_parental and scope.enclosing_event is None:
        yield Finding(
            "missing_parent",
            node,
            "a window after the parent event, with no event around it",
            "an enclosing event, or a window without `parent:`",
        )


def _empty(node: Node, bound: Duration) -> Finding:
    return Finding(
        "empty_window",
        node,
        f"a window of no length at {_length(bound)}",
        "a window that lasts some time",
    )


def _session(node: ExpiresAfter, query: CqlQuery) -> Iterator[Finding]:
    if not isinstance(query, Scalar):
        yield Finding(
            "expires_after_in_audience",
            node,
            "`expires_after` in an audience",
            "a computed trait, or `within`",
        )
    if not SHORTEST_SESSION_MS <= node.duration.ms <= LONGEST_SESSION_MS:
        yield Finding(
            "expires_after_range",
            node,
            f"a session that expires after {_length(node.duration)}",
            "30 minutes (1800 seconds) to 90 days",
        )


def _entries_alone(node: Trait) -> Finding:
    return Finding(
        "entries_alone",
        node,
        f"the entries of an array, {quoted(node.name)}, as one value",
        "entries on the left of a comparison with constants",
    )


def _comparison(node: Comparison) -> Iterator[Finding]:
    left = node.left
    names = [argument for argument in node.arguments if isinstance(argument, Name)]
    for side in (left, *names) if names else ():
        if isinstance(side, Trait) and names_entries(side):
            yield _entries_alone(side)
    if isinstance(left, Reduction) and left.reducer is Reducer.UNIQUE:
        yield Finding("list_compared", left, "a comparison of a list", "`unique(...).count()`")
    for argument in node.arguments:
        if isinstance(argument, Duration) and argument.ms <= 0 and node.operator in _NEAR_NOW:
            yield _empty(argument, argument)
    if (
        isinstance(left, Reduction)
        and left.reducer is Reducer.COUNT
        and isinstance(left.stream.source, Entity)
        and node.operator in _LEAST_ROWS
    ):
        yield from _row_count(node, left)


def _row_count(node: Comparison, left: Reduction) -> Iterator[Finding]:
    for argument in node.arguments:
        match argument:
            case Number(value):
                number = value
            case Text(value):
                number = read_number(value)
            case _:
                number = None
        if number is None:
            continue
        least = _LEAST_ROWS[node.operator]
        if not isinstance(number, int) or number < least:
            yield Finding(
                "entity_count",
                argument,
                f"a count of entities compared with {text_of(number)}",
                f"a whole number, at least {least} with `{node.operator}`",
            )
        elif _MEANS_NONE.get(node.operator) == number and left.stream.filters:
            yield Finding(
                "entity_none_with_filter",
                left.stream.filters[0],
                "a filter on entities of which there must be none",
                "no filter where the count is 0; or NOT around `count() >= 1`",
            )


def _length(duration: Duration) -> str:
    plural = "" if duration.amount == 1 else "s"
    return f"{duration.amount} {duration.unit}{plural}"
