"""What makes a tree a query, beyond the grammar.

Kinds and numbers of arguments, and where properties, parents and lists may
stand. Text and JSON view alike go through here; the walk keeps its own stack.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from jurist.languages.cql.operators import Takes
from jurist.languages.cql.syntax import (
    AllUsers,
    And,
    AnyUser,
    Between,
    Comparison,
    Condition,
    Context,
    CqlQuery,
    Date,
    Duration,
    ExpiresAfter,
    Filter,
    Moment,
    Not,
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
    Where,
    Within,
)
from jurist.languages.cql.text.limits import MAX_NODES
from jurist.languages.cql.text.literals import MAX_AMOUNT
from jurist.languages.mistakes import Mistake

_CONSTANTS = (Number, Text, Date, Moment)
_KINDS: Mapping[Takes, tuple[type, ...]] = {
    Takes.OPERAND: (*_CONSTANTS, Trait, Property, Context),
    Takes.CONSTANTS: _CONSTANTS,
    Takes.CONSTANT: _CONSTANTS,
    Takes.DURATION: (Duration,),
    Takes.NOTHING: (),
}


@dataclass(frozen=True, slots=True)
class _Scope:
    """Where in a query something stands."""

    streams: int = 0
    """How many `where`s are around it."""
    users: bool = False
    """Inside ANY or ALL."""


_OUTSIDE = _Scope()
_Task = tuple[Condition | Scalar, _Scope]


def check_shape(query: CqlQuery) -> None:
    """Refuse a tree that is no query.

    Raises:
        Mistake: Says what is wrong, at the node's own offset.
    """
    count = 0
    tasks: list[_Task] = [(query, _OUTSIDE)]
    if isinstance(query, Reduction) and query.reducer is Reducer.UNIQUE:
        tasks = []
        _check_reduction(query, _OUTSIDE, tasks)
    while tasks:
        count += 1
        node, scope = tasks.pop()
        match node:
            case Comparison():
                count += len(node.arguments)
                _check_comparison(node, scope, tasks)
            case And() | Or():
                if len(node.operands) < 2:
                    raise Mistake("AND and OR join two or more conditions", at=node.at)
                tasks.extend([(operand, scope) for operand in reversed(node.operands)])
            case Not():
                tasks.append((node.operand, scope))
            case AnyUser() | AllUsers():
                tasks.append((node.operand, _among_users(node, scope)))
            case Reduction():
                count += len(node.stream.filters)
                _check_scalar(node, scope, tasks)
            case Trait() | Property() | Context():
                _check_scalar(node, scope, tasks)
        if count > MAX_NODES:
            raise Mistake(
                "the query is too large", at=node.at, hint=f"it has more than {MAX_NODES} parts"
            )


def _among_users(node: AnyUser | AllUsers, scope: _Scope) -> _Scope:
    word = "ANY" if isinstance(node, AnyUser) else "ALL"
    if scope.streams or scope.users:
        place = "`where`" if scope.streams else "another ANY or ALL"
        raise Mistake(
            f"{word} ranges over the users of an account, so it cannot stand inside {place}",
            at=node.at,
            hint=f"put {word} around the whole condition",
        )
    return _Scope(users=True)


def _check_comparison(node: Comparison, scope: _Scope, tasks: list[_Task]) -> None:
    left = node.left
    if isinstance(left, Reduction) and left.reducer is Reducer.UNIQUE:
        raise Mistake(
            "a list of unique values cannot be compared",
            at=left.at,
            hint="count it first: unique(...).count()",
        )
    tasks.append((left, scope))
    _check_arguments(node)
    for argument in node.arguments:
        if isinstance(argument, Property | Context | Trait):
            _check_scalar(argument, scope, tasks)
        elif isinstance(argument, Duration):
            _check_duration(argument)


def _check_arguments(node: Comparison) -> None:
    arguments, takes = node.arguments, node.operator.takes
    kinds = _KINDS[takes]
    number = len(arguments) >= 1 if takes is Takes.CONSTANTS else len(arguments) == bool(kinds)
    right = number and all(isinstance(each, kinds) for each in arguments)
    if not right:
        at = next((each.at for each in arguments if each.at >= 0), node.at)
        found = ", ".join(_kind(each) for each in arguments[:3]) or "nothing"
        more = f" and {len(arguments) - 3} more" if len(arguments) > 3 else ""
        raise Mistake(f"`{node.operator}` takes {takes}, not {found}{more}", at=at)


def _kind(argument: Operand) -> str:
    match argument:
        case Text():
            return "a string"
        case Duration():
            return "a length of time"
        case _:
            return f"a {type(argument).__name__.lower()}"


def _check_scalar(node: Scalar, scope: _Scope, tasks: list[_Task]) -> None:
    match node:
        case Trait():
            return
        case Reduction():
            if node.reducer is Reducer.UNIQUE:
                raise Mistake(
                    "`unique` gives a list, which cannot stand here",
                    at=node.at,
                    hint="count it: unique(...).count()",
                )
            _check_reduction(node, scope, tasks)
        case Property() | Context():
            word = "property" if isinstance(node, Property) else "context"
            if not scope.streams:
                raise Mistake(
                    f"`{word}` stands only inside `where(...)` or a reducer",
                    at=node.at,
                    hint=f"write event('...').where({word}('...') ...).count() >= 1, "
                    "or use trait('...') for a profile's value",
                )
            if isinstance(node, Property) and node.parent and scope.streams < 2:
                raise Mistake(
                    "`parent:` needs a parent event, and this condition has none around it",
                    at=node.at,
                    hint="it reads the outer event from inside the `where` of a nested one",
                )


def _check_reduction(node: Reduction, scope: _Scope, tasks: list[_Task]) -> None:
    reducer, value = node.reducer, node.value
    if reducer is Reducer.COUNT:
        if value is not None or node.cast is not None:
            raise Mistake("`count` takes nothing between its parentheses", at=node.at)
    elif not isinstance(value, Property | Context):
        at = node.at if value is None else value.at
        raise Mistake(f"`{reducer}` takes a property or context of its events", at=at)
    elif isinstance(value, Property) and value.parent:
        raise Mistake(
            f"`{reducer}` reads its own events' properties, not the parent's", at=value.at
        )
    if (reducer is Reducer.MODE) != (node.minimum is not None):
        raise Mistake("`mode`, and only `mode`, takes a least frequency", at=node.at)
    if node.minimum is not None and not 1 <= node.minimum <= MAX_AMOUNT:
        raise Mistake(
            f"the least frequency of `mode` is a whole number from 1 to {MAX_AMOUNT}", at=node.at
        )
    for each in node.stream.filters:
        _check_filter(each, scope, tasks)


def _check_filter(each: Filter, scope: _Scope, tasks: list[_Task]) -> None:
    match each:
        case Where():
            tasks.append((each.condition, _Scope(scope.streams + 1, scope.users)))
        case Sources():
            if not each.exclude:
                raise Mistake("`sources` excludes at least one source id", at=each.at)
        case Within():
            _check_parent(each, scope)
            _check_duration(each.duration)
        case Between():
            _check_parent(each, scope)
            _check_duration(each.near)
            _check_duration(each.far)
        case ExpiresAfter():
            _check_duration(each.duration, seconds=True)


def _check_parent(window: Within | Between, scope: _Scope) -> None:
    if window.parent and not scope.streams:
        raise Mistake(
            "`parent:` needs a parent event, and this one has none around it",
            at=window.at,
            hint="nest the later event in the `where` of the earlier one, or leave `parent:` out",
        )


def _check_duration(duration: Duration, *, seconds: bool = False) -> None:
    if duration.unit is Unit.SECOND and not seconds:
        raise Mistake(
            "seconds are known only to `expires_after`",
            at=duration.at,
            hint="the units are hours and days",
        )
    if not 0 <= duration.amount <= MAX_AMOUNT:
        raise Mistake(f"a length of time goes from 0 to {MAX_AMOUNT}", at=duration.at)
