"""What makes a tree a query, beyond the grammar.

Kinds and numbers of arguments, and where properties, parents and lists may
stand. Text and JSON view alike go through here.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, cast

from jurist.languages.cql.operators import Takes
from jurist.languages.cql.semantics.values import EACH, split_path
from jurist.languages.cql.syntax import (
    AllUsers,
    And,
    AnyUser,
    Between,
    Comparison,
    Constant,
    Context,
    CqlQuery,
    Date,
    Duration,
    Entity,
    ExpiresAfter,
    Moment,
    Node,
    Number,
    Operand,
    Or,
    Property,
    Reducer,
    Reduction,
    Scalar,
    Sources,
    Text,
    Trait,
    Unit,
    Within,
)
from jurist.languages.cql.text.literals import MAX_AMOUNT
from jurist.languages.cql.tree import Scope, walk
from jurist.languages.mistakes import Mistake

_CONSTANTS = (Number, Text, Date, Moment)
_KINDS: Mapping[Takes, tuple[type, ...]] = {
    Takes.OPERAND: (*_CONSTANTS, Trait, Property, Context, Reduction),
    Takes.CONSTANTS: _CONSTANTS,
    Takes.TEXTS: (*_CONSTANTS, Trait, Property, Context),
    Takes.TEXT: (*_CONSTANTS, Trait, Property, Context),
    Takes.DURATION: (Duration,),
    Takes.NOTHING: (),
}


class Misshapen(Mistake):
    """A tree is no query because of this node."""

    def __init__(self, problem: str, node: Node, *, hint: str = "") -> None:
        self.node = node
        super().__init__(problem, hint=hint)


def check_shape(query: CqlQuery) -> None:
    """Refuse a tree that is no query.

    Raises:
        Misshapen: Says what is wrong, and at which node.
    """
    for node, scope in walk(query):
        check = _CHECKS.get(type(node))
        if check is not None:
            check(node, scope)


def _check_junction(node: And | Or, _scope: Scope) -> None:
    if len(node.operands) < 2:
        raise Misshapen("AND and OR join two or more conditions", node)


def _check_quantifier(node: AnyUser | AllUsers, scope: Scope) -> None:
    if scope.source is not None or scope.quantified:
        word = "ANY" if isinstance(node, AnyUser) else "ALL"
        place = "another ANY or ALL" if scope.source is None else "`where`"
        raise Misshapen(
            f"{word} ranges over the users of an account, so it cannot stand inside {place}",
            node,
            hint=f"put {word} around the whole condition",
        )


def _check_comparison(node: Comparison, _scope: Scope) -> None:
    if isinstance(cast("Node", node.left), Constant):  # so that it can be said where it stands
        if node.operator.mirrored is None:
            raise Misshapen(
                f"`{node.operator}` of a constant",
                node.left,
                hint=f"write the value on the left: trait('...').{node.operator}(...)",
            )
        raise Misshapen(
            "a constant is compared with a constant",
            node.left,
            hint="one side is a trait, a property or a reduced stream",
        )
    for side in (node.left, *node.arguments):
        if isinstance(side, Reduction) and side.reducer is Reducer.UNIQUE:
            raise Misshapen(
                "a list of unique values cannot be compared",
                side,
                hint="count it first: unique(...).count()",
            )
    arguments, takes = node.arguments, node.operator.takes
    number, kinds = len(arguments), _KINDS[takes]
    right = takes.least <= number and (takes.most is None or number <= takes.most)
    right = right and all(isinstance(argument, kinds) for argument in arguments)
    if not right:
        given = ", ".join(_kind(argument) for argument in arguments[:3]) or "nothing"
        more = f" and {len(arguments) - 3} more" if len(arguments) > 3 else ""
        at = arguments[0] if arguments else node
        is_read = takes is Takes.CONSTANTS and any(isinstance(a, Scalar) for a in arguments)
        hint = "a value that is read is compared by `=`, several are joined with OR"
        raise Misshapen(
            f"`{node.operator}` takes {takes}, not {given}{more}", at, hint=hint if is_read else ""
        )


def _kind(argument: Operand) -> str:
    match argument:
        case Text():
            return "a string"
        case Duration():
            return "a length of time"
        case Reduction():
            return "a reduced stream"
        case _:
            return f"a {type(argument).__name__.lower()}"


def _check_reference(node: Property | Context, scope: Scope) -> None:
    if scope.outer is None or scope.source is None:
        word = "property" if isinstance(node, Property) else "context"
        raise Misshapen(
            f"`{word}` stands only inside `where(...)` or a reducer",
            node,
            hint=f"write event('...').where({word}('...') ...).count() >= 1, "
            "or use trait('...') for a profile's value",
        )
    if isinstance(node, Property) and node.parent and scope.outer.source is None:
        raise Misshapen(
            "`parent:` needs an event or a row around this one, and there is none",
            node,
            hint="it reads the outer event or row from inside the `where` of a nested one",
        )


def _check_reduction(node: Reduction, _scope: Scope) -> None:
    reducer, value = node.reducer, node.value
    if reducer is Reducer.COUNT:
        if value is not None or node.cast is not None:
            raise Misshapen("`count` takes nothing between its parentheses", node)
    elif isinstance(value, Trait):
        _check_reduced_trait(node, value)
    elif value is None:
        raise Misshapen(f"`{reducer}` takes a property or context of its events", node)
    elif isinstance(value, Property) and value.parent:
        raise Misshapen(f"`{reducer}` reads its own events' properties, not the parent's", value)
    if (reducer is Reducer.MODE) != (node.minimum is not None):
        raise Misshapen("`mode`, and only `mode`, takes a least frequency", node)
    if node.minimum is not None and not 1 <= node.minimum <= MAX_AMOUNT:
        raise Misshapen(
            f"the least frequency of `mode` is a whole number from 1 to {MAX_AMOUNT}", node
        )


def _check_reduced_trait(node: Reduction, trait: Trait) -> None:
    if not (node.reducer.is_end or node.reducer is Reducer.MODE):
        raise Misshapen(
            f"`{node.reducer}` takes a property or context of its events, not a trait",
            trait,
            hint="`first`, `last` and `mode` may take the trait of the users who did them",
        )
    if isinstance(node.stream.source, Entity):
        raise Misshapen(
            f"`{node.reducer}` of a trait is that of the users who did the events",
            trait,
            hint="rows of an entity are done by nobody: take a property of theirs",
        )
    if EACH in split_path(trait.name)[1:]:
        raise Misshapen(f"`{node.reducer}` takes a trait, not the entries of one", trait)


def _check_sources(node: Sources, _scope: Scope) -> None:
    if not node.exclude:
        raise Misshapen("`sources` excludes at least one source id", node)


def _check_window(node: Within | Between, scope: Scope) -> None:
    _check_parent(node, scope)
    for duration in (node.duration,) if isinstance(node, Within) else (node.near, node.far):
        _check_duration(duration, scope)


def _check_session(node: ExpiresAfter, scope: Scope) -> None:
    _check_parent(node, scope)
    _check_amount(node.duration)


def _check_parent(node: Within | Between | ExpiresAfter, scope: Scope) -> None:
    if node.parent and (scope.outer is None or scope.outer.source is None):
        raise Misshapen(
            "`parent:` needs a parent event, and this one has none around it",
            node,
            hint="nest the later event in the `where` of the earlier one, or leave `parent:` out",
        )


def _check_duration(node: Duration, _scope: Scope) -> None:
    if node.unit is Unit.SECOND:
        raise Misshapen(
            "seconds are known only to `expires_after`", node, hint="the units are hours and days"
        )
    _check_amount(node)


def _check_amount(duration: Duration) -> None:
    if not 0 <= duration.amount <= MAX_AMOUNT:
        raise Misshapen(f"a length of time goes from 0 to {MAX_AMOUNT}", duration)


_CHECKS: Mapping[type[Node], Callable[[Any, Scope], None]] = {
    Comparison: _check_comparison,
    **dict.fromkeys((And, Or), _check_junction),
    **dict.fromkeys((AnyUser, AllUsers), _check_quantifier),
    Reduction: _check_reduction,
    **dict.fromkeys((Property, Context), _check_reference),
    Sources: _check_sources,
    **dict.fromkeys((Within, Between), _check_window),
    ExpiresAfter: _check_session,
    Duration: _check_duration,
}
