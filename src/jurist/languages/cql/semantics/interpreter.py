"""The interpreter: who is in an audience, and what a computed trait is worth.

A query, typed by its schema before (`schemas.typing`), is compiled once into closures. A
customer's events are then put in one pass into lists by name, only of the names that the
query speaks of and without those after `now`; windows are comparisons of integers and come
before every other condition. The
readings that `Readings` names are obeyed here and nowhere else decided; further:

- A property of the parent is one of the item right around, an event or a row; windows after
  the parent follow the nearest event around: rows in between are passed over (U9).
- An event stream in a `where` ranges over all of the customer's events, an entity stream
  in an event's `where` over the customer's rows, in a row's `where` over that row's.
- A trait inside a condition that A2 reads as ANY is the user's.
- A computed trait of an account sees its users' histories as one, and its own traits.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from operator import attrgetter

from jurist.languages.cql.operators import Cast, Coercion, Group, Operator, Reducer
from jurist.languages.cql.semantics.arrays import (
    entries,
    names_entries,
    positive_form,
)
from jurist.languages.cql.semantics.comparisons import (
    AMONG_ALIKE,
    DATE_OPERATORS,
    dated_test,
    moment_test,
    pair_test,
    search_test,
    value_test,
)
from jurist.languages.cql.semantics.performers import (
    as_one_customer,
    traits_of_performer,
    with_performers,
)
from jurist.languages.cql.semantics.readings import Readings
from jurist.languages.cql.semantics.reducers import reduce_function
from jurist.languages.cql.semantics.streams import (
    Around,
    Environment,
    Fetch,
    Item,
    Items,
    Test,
    array_reader,
    environment,
    once,
    once_an_item,
    reader,
    same_for_all,
    stream_function,
)
from jurist.languages.cql.semantics.subjects import (
    Account,
    Customer,
    Subject,
)
from jurist.languages.cql.semantics.values import (
    TIMESTAMP,
    Atom,
    Result,
    Value,
    coercion_at,
    constant_value,
    moment_of,
    rounded,
    split_path,
    text_of,
    walk,
)
from jurist.languages.cql.syntax import (
    AllUsers,
    And,
    AnyUser,
    Comparison,
    Condition,
    Constant,
    Context,
    Event,
    Name,
    Not,
    Number,
    Operand,
    Or,
    Property,
    Reduction,
    Scalar,
    Stream,
    Trait,
    Where,
)
from jurist.languages.cql.tree import Scope, compares_stream, holder_of, inner_scope

Audience = Callable[[Subject, int], bool]
ComputedTrait = Callable[[Subject, int], Value | None]


def compile_audience(
    query: Condition, readings: Readings, subject: type[Customer] | type[Account]
) -> Audience:
    """The membership test of an audience.

    Args:
        query: The audience's condition, typed.
        readings: The readings of the schema.
        subject: What the test will be given. For customers ANY and ALL are about the
            one user there is.

    Returns:
        A function of a subject and `now` (milliseconds since 1970 UTC).
    """
    compiler = Compiler(readings, of_accounts=subject is Account)
    test = compiler.condition(query, Scope())
    environment_of = compiler.environment_maker()
    return lambda who, now: test(environment_of(who, now), None, None)


def compile_scalar(
    query: Scalar, readings: Readings, subject: type[Customer] | type[Account]
) -> ComputedTrait:
    """The value of a computed trait; an average is rounded to 12 decimal places."""
    compiler = Compiler(readings, of_accounts=subject is Account)
    fetch = compiler.scalar(query, Scope())
    environment_of = compiler.environment_maker()

    def value(subject: Subject, now: int) -> Value | None:
        if isinstance(subject, Account):
            subject = as_one_customer(with_performers(subject))
        exact = fetch(environment_of(subject, now), None, None)
        return None if exact is None else rounded(exact)

    return value


class Compiler:
    """Compiles one query; remembers the names of the events that it speaks of.

    Any part of the query can be compiled on its own, in the scope that it stands in: it then
    is, for the same environment and item, what it is inside the whole.
    """

    def __init__(self, readings: Readings, *, of_accounts: bool) -> None:
        self._readings = readings
        self._of_accounts = of_accounts
        self._event_names: dict[str, None] = {}
        self._reductions = 0

    # --- conditions ---

    def condition(self, node: Condition, scope: Scope) -> Test:
        """The test of a condition in a scope."""
        match node:
            case Comparison(left):
                at_account = self._of_accounts and scope.source is None and not scope.of_user
                if at_account and compares_stream(node):
                    return _some_user(self.condition(node, inner_scope(node, scope)))
                if isinstance(left, Trait) and names_entries(left):
                    positive = positive_form(node, self._readings)
                    if not isinstance(positive, Comparison):
                        return self.condition(positive, scope)
                    return self._some_entry(positive, split_path(left.name))
                return self._comparison(node, scope)
            case And(operands):
                return _junction(
                    [self.condition(operand, scope) for operand in operands], settles=False
                )
            case Or(operands):
                return _junction(
                    [self.condition(operand, scope) for operand in operands], settles=True
                )
            case Not(operand):
                test = self.condition(operand, scope)
                return lambda env, item, around: not test(env, item, around)
            case AnyUser(operand) | AllUsers(operand):
                test = self.condition(operand, inner_scope(node, scope))
                if not self._of_accounts:
                    return test
                return _some_user(test) if isinstance(node, AnyUser) else _every_user(test)

    def _comparison(self, node: Comparison, scope: Scope) -> Test:
        left, operator, arguments = node.left, node.operator, node.arguments
        if operator in DATE_OPERATORS:
            return self._date_comparison(left, operator, arguments[0], scope)
        if operator.group is Group.SEARCH and any(isinstance(a, Name) for a in arguments):
            return self._search(left, operator, arguments, scope)
        if scope.source is None and isinstance(left, Reduction) and left.reducer is Reducer.COUNT:
            holds = AMONG_ALIKE.get(operator)
            argument = arguments[0] if arguments else None
            if holds and isinstance(argument, Number) and isinstance(argument.value, int):
                items, number = self.items(left.stream, inner_scope(left, scope)), argument.value
                return lambda env, _item, _around: holds(len(items(env, None)), number)
        fetch = self.scalar(left, scope)
        coercion = self._coercion(node)
        if arguments and isinstance(arguments[0], Scalar):
            fetch_right, check_pair = (
                self.scalar(arguments[0], scope),
                pair_test(operator, coercion),
            )
            return lambda env, item, around: check_pair(
                fetch(env, item, around), fetch_right(env, item, around)
            )
        check = value_test(operator, _constants(arguments), coercion, self._readings)
        return lambda env, item, around: check(fetch(env, item, around))

    def _search(
        self, left: Scalar, operator: Operator, arguments: Sequence[Operand], scope: Scope
    ) -> Test:
        """A search for what may be read from the subject: what is missing is found nowhere."""
        if operator is Operator.OMITS:
            contains = self._search(left, Operator.CONTAINS, arguments, scope)
            return lambda env, item, around: not contains(env, item, around)
        is_found = search_test(operator)
        fetch, constants = self.scalar(left, scope), _constants(arguments)
        searched = [self.scalar(name, scope) for name in arguments if isinstance(name, Name)]

        def test(env: Environment, item: Item, around: Around) -> bool:
            value = fetch(env, item, around)
            sought = (*constants, *(part(env, item, around) for part in searched))
            return value is not None and any(
                part is not None and is_found(text_of(value), text_of(part)) for part in sought
            )

        return test

    def _some_entry(self, node: Comparison, keys: Sequence[str]) -> Test:
        """A positive comparison of a trait's entries with constants."""
        operator, arguments = node.operator, node.arguments
        if any(isinstance(argument, Scalar) for argument in arguments):
            return lambda _env, _item, _around: False  # refused by the check
        if operator in DATE_OPERATORS:
            holds = dated_test(operator, arguments[0])
            return lambda env, _item, _around: any(
                holds(entry, env.now) for entry in entries(env.traits, keys)
            )
        check = value_test(operator, _constants(arguments), self._coercion(node), self._readings)
        return lambda env, _item, _around: any(map(check, entries(env.traits, keys)))

    def _coercion(self, node: Comparison | Reduction) -> Coercion:
        return coercion_at(node, self._readings.number_like_text)

    def _date_comparison(
        self, left: Scalar, operator: Operator, argument: Operand, scope: Scope
    ) -> Test:
        if isinstance(argument, Scalar):
            earlier, later = self._moment(left, scope), self._moment(argument, scope)
            if operator is Operator.AFTER_DATE:
                earlier, later = later, earlier
            return lambda env, item, around: (
                (first := earlier(env, item, around)) is not None
                and (second := later(env, item, around)) is not None
                and first < second
            )
        if _is_event_time(left, scope):
            holds = moment_test(operator, argument)
            return lambda env, item, _around: holds(item.time, env.now)
        fetch, check = self.scalar(left, scope), dated_test(operator, argument)
        return lambda env, item, around: check(fetch(env, item, around), env.now)

    # --- scalars ---

    def scalar(self, node: Scalar, scope: Scope) -> Fetch[Result | None]:
        """The function that fetches a scalar's value in a scope."""
        match node:
            case Trait(name):
                keys = split_path(name)
                if names_entries(node):
                    return lambda _env, _item, _around: None  # refused by the check
                if len(keys) == 1:
                    key = keys[0]
                    return lambda env, _item, _around: env.traits.get(key)
                return lambda env, _item, _around: walk(env.traits, keys)
            case Property(parent=True):
                holder = holder_of(node, scope)
                if holder is None:
                    return lambda _env, _item, _around: None  # refused by the check
                if len(keys := split_path(node.name)) == 1:
                    key = keys[0]
                    return lambda _env, _item, around: around[0].properties.get(key)
                read_outer = reader(node, holder)
                return lambda _env, _item, around: read_outer(around[0])
            case Property(name) if scope.source is not None and len(keys := split_path(name)) == 1:
                key = keys[0]
                return lambda _env, item, _around: item.properties.get(key)
            case Property() | Context():
                read = reader(node, scope)
                return lambda _env, item, _around: read(item)
            case Reduction():
                return self._reduction(node, scope)

    def _moment(self, node: Scalar, scope: Scope) -> Fetch[int | None]:
        if _is_event_time(node, scope):
            return lambda _env, item, _around: item.time
        fetch = self.scalar(node, scope)
        return lambda env, item, around: moment_of(fetch(env, item, around))

    def _reduction(self, node: Reduction, scope: Scope) -> Fetch[Result | None]:
        inner = inner_scope(node, scope)
        items = self.items(node.stream, inner)
        if scope.source is None:
            return self._reducing(node, inner, lambda env, _item, _around: items(env, None))
        fetch = self._reducing(node, inner, lambda env, item, around: items(env, (item, around)))
        is_same = same_for_all(node, scope)
        if scope.depth == 1 and not is_same:
            return fetch
        self._reductions += 1
        if is_same:
            return once(fetch, self._reductions)
        return once_an_item(fetch, self._reductions, scope)

    def _reducing(
        self, node: Reduction, inner: Scope, items: Fetch[Sequence[Item]]
    ) -> Fetch[Result | None]:
        value = node.value
        if value is None:
            return lambda env, item, around: len(items(env, item, around))
        coercion = self._coercion(node)
        reduce = reduce_function(node.reducer, node.cast, node.minimum, coercion, self._readings)
        if node.reducer.is_end and isinstance(inner.source, Event):
            items = _in_order_of_time(items)
        if isinstance(value, Trait):
            keys = split_path(value.name)
            return lambda env, item, around: reduce(
                [walk(traits_of_performer(env, entry), keys) for entry in items(env, item, around)]
            )
        read = (array_reader if node.cast is Cast.ARRAY else reader)(value, inner)
        return lambda env, item, around: reduce([read(entry) for entry in items(env, item, around)])

    def items(self, stream: Stream, scope: Scope) -> Items:
        """The function that lists a stream's items, which have this scope."""
        if isinstance(stream.source, Event):
            self._event_names[stream.source.name] = None
        conditions = [
            self.condition(part.condition, scope)
            for part in stream.filters
            if isinstance(part, Where)
        ]
        return stream_function(stream, scope, conditions, self._readings)

    # --- environments ---

    def environment_maker(self) -> Callable[[Subject, int], Environment]:
        """The function that makes the environment of a subject at a moment for this query."""
        return partial(environment, tuple(self._event_names))


# --- functions that a compiled query is made of -----------------------------------------------

_TIME = attrgetter("time")


def _is_event_time(node: Scalar, scope: Scope) -> bool:
    is_time = isinstance(node, Context) and node.name == TIMESTAMP
    return is_time and isinstance(scope.source, Event)


def _constants(arguments: Sequence[Operand]) -> list[Atom]:
    return [constant_value(argument) for argument in arguments if isinstance(argument, Constant)]


def _in_order_of_time(items: Fetch[Sequence[Item]]) -> Fetch[Sequence[Item]]:
    return lambda env, item, around: sorted(items(env, item, around), key=_TIME)


def _junction(tests: Sequence[Test], *, settles: bool) -> Test:
    """The tests in their order, up to the first that gives what settles the whole."""
    if len(tests) == 2:
        first, second = tests
        if settles:
            return lambda env, item, around: first(env, item, around) or second(env, item, around)
        return lambda env, item, around: first(env, item, around) and second(env, item, around)

    def junction(env: Environment, item: Item, around: Around) -> bool:
        for test in tests:
            if test(env, item, around) is settles:
                return settles
        return not settles

    return junction


def _some_user(test: Test) -> Test:
    return lambda env, item, around: any(test(user, item, around) for user in env.users)


def _every_user(test: Test) -> Test:
    return lambda env, item, around: all(test(user, item, around) for user in env.users)
