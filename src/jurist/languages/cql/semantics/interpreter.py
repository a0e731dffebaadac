"""The interpreter: who is in an audience, and what a computed trait is worth.

A query is compiled once into closures. A customer's events are then put in one pass
into lists by name, only of the names that the query speaks of and without those after
`now`; windows are comparisons of integers and come before every other condition. The
readings that `Readings` names are obeyed here and nowhere else decided; further:

- The parent is the nearest event around: rows in between are passed over (U9).
- An event stream in a `where` ranges over all of the customer's events, an entity stream
  in an event's `where` over the customer's rows, in a row's `where` over that row's.
- A trait inside a condition that A2 reads as ANY is the user's.
- A computed trait of an account sees its users' histories as one, and its own traits.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial

from jurist.languages.cql.semantics.access import Scope, array_reader, is_apart, reader, scope_of
from jurist.languages.cql.semantics.combinators import (
    Fetch,
    FetchMoment,
    always,
    between_values,
    conjunction,
    counted,
    counting,
    disjunction,
    earlier,
    every_user,
    inside_event,
    negation,
    remembering,
    remembering_once,
    some_user,
    time_of,
    towards_now,
)
from jurist.languages.cql.semantics.comparisons import (
    BETWEEN_NUMBERS,
    DATE_OPERATORS,
    RELATIVE_OPERATORS,
    moment_test,
    pair_test,
    relative_test,
    value_test,
)
from jurist.languages.cql.semantics.entries import entries, names_entries, positive_form
from jurist.languages.cql.semantics.readings import Readings
from jurist.languages.cql.semantics.reducers import reduce_function
from jurist.languages.cql.semantics.streams import Environment, Items, Test, stream_function
from jurist.languages.cql.semantics.subjects import Account, Customer, CustomerEvent, Row, Subject
from jurist.languages.cql.semantics.values import (
    TIMESTAMP,
    Coercion,
    Value,
    coercion_of,
    constant_moment,
    constant_value,
    moment_of,
    rounded,
    split_path,
    walk,
)
from jurist.languages.cql.syntax import (
    AllUsers,
    And,
    AnyUser,
    Cast,
    Comparison,
    Condition,
    Constant,
    Context,
    Duration,
    Event,
    Name,
    Not,
    Number,
    Operand,
    Operator,
    Or,
    Property,
    Reducer,
    Reduction,
    Scalar,
    Stream,
    Trait,
    Where,
)
from jurist.languages.effort import spend

Audience = Callable[[Subject, int], bool]
ComputedTrait = Callable[[Subject, int], Value | None]


def compile_audience(
    query: Condition, readings: Readings, subject: type[Customer] | type[Account]
) -> Audience:
    """The membership test of an audience.

    Args:
        query: The audience's condition.
        readings: The readings of the schema.
        subject: What the test will be given. For customers ANY and ALL are about the
            one user there is.

    Returns:
        A function of a subject and `now` (milliseconds since 1970 UTC).
    """
    compiler = Compiler(readings, of_accounts=subject is Account)
    test = compiler.condition(query, None, at_account=subject is Account)
    environment_of = compiler.environment_maker()
    return lambda who, now: test(environment_of(who, now), None, None)


def compile_scalar(
    query: Scalar, readings: Readings, subject: type[Customer] | type[Account]
) -> ComputedTrait:
    """The value of a computed trait; an average is rounded to 12 decimal places."""
    compiler = Compiler(readings, of_accounts=subject is Account)
    fetch = compiler.scalar(query, None)
    return partial(_value, fetch, compiler.environment_maker())


def _value(
    fetch: Fetch, env: Callable[[Subject, int], Environment], subject: Subject, now: int
) -> Value | None:
    if isinstance(subject, Account):
        subject = as_one_customer(subject)
    value = fetch(env(subject, now), None, None)
    return None if value is None else rounded(value)


def as_one_customer(account: Account) -> Customer:
    """Whom an account's computed trait sees."""
    entities: dict[str, tuple[Row, ...]] = {}
    for user in account.users:
        for slug, rows in user.entities.items():
            entities[slug] = (*entities.get(slug, ()), *rows)
    events = tuple(event for user in account.users for event in user.events)
    return Customer(account.traits, events, entities)


class Compiler:
    """Compiles one query; remembers the names of the events that it speaks of.

    Any part of the query can be compiled on its own, in the scope that it stands in: it then
    is, for the same environment and item, what it is inside the whole.
    """

    def __init__(self, readings: Readings, *, of_accounts: bool) -> None:
        self._readings = readings
        self._coercion = coercion_of(readings.number_like_text)
        self._of_accounts = of_accounts
        self._event_names: dict[str, None] = {}
        self._reductions = 0

    # --- conditions ---

    def condition(self, node: Condition, scope: Scope | None, *, at_account: bool) -> Test:
        """A condition in a scope; `at_account`: outside ANY and ALL of an account audience."""
        negated = False
        while isinstance(node, Not):
            node, negated = node.operand, not negated
        test = self._positive(node, scope, at_account=at_account)
        return negation(test) if negated else test

    def _positive(self, node: Condition, scope: Scope | None, *, at_account: bool) -> Test:
        match node:
            case Comparison(left) if at_account and isinstance(left, Reduction):
                return self._quantified(some_user, node, scope)
            case Comparison(Trait() as left) if names_entries(left):
                positive = positive_form(node, self._readings)
                if isinstance(positive, Comparison):
                    return self._some_entry(positive, split_path(left.name))
                return self.condition(positive, scope, at_account=at_account)
            case Comparison():
                return self._comparison(node, scope)
            case And(operands):
                return conjunction(self._all(operands, scope, at_account=at_account))
            case Or(operands):
                return disjunction(self._all(operands, scope, at_account=at_account))
            case AnyUser(operand):
                return self._quantified(some_user, operand, scope)
            case AllUsers(operand):
                return self._quantified(every_user, operand, scope)
            case Not():
                return self.condition(node, scope, at_account=at_account)

    def _all(
        self, operands: Sequence[Condition], scope: Scope | None, *, at_account: bool
    ) -> tuple[Test, ...]:
        return tuple(self.condition(node, scope, at_account=at_account) for node in operands)

    def _quantified(
        self, quantifier: Callable[[Test], Test], operand: Condition, scope: Scope | None
    ) -> Test:
        test = self.condition(operand, scope, at_account=False)
        return quantifier(test) if self._of_accounts else test

    def _comparison(self, node: Comparison, scope: Scope | None) -> Test:
        left, operator, arguments = node.left, node.operator, node.arguments
        if operator in DATE_OPERATORS:
            return self._date_comparison(left, operator, arguments[0], scope)
        if scope is None and isinstance(left, Reduction) and left.reducer is Reducer.COUNT:
            holds = BETWEEN_NUMBERS.get(operator)
            number = arguments[0] if arguments else None
            if holds and isinstance(number, Number) and isinstance(number.value, int):
                items = self.items(left.stream, scope_of(left.stream, None, None, None))
                return counted(items, holds, number.value)
        fetch = self.scalar(left, scope)
        coercion = self._coercion_between((left, *arguments), scope)
        if arguments and isinstance(arguments[0], Name):
            other = self.scalar(arguments[0], scope)
            return between_values(fetch, other, pair_test(operator, coercion))
        constants = [
            constant_value(argument) for argument in arguments if isinstance(argument, Constant)
        ]
        check = value_test(operator, constants, coercion, self._readings)
        return lambda env, item, parent: check(fetch(env, item, parent))

    def _some_entry(self, node: Comparison, keys: Sequence[str]) -> Test:
        """A positive comparison of a trait's entries with constants."""
        operator, arguments = node.operator, node.arguments
        if any(isinstance(argument, Name) for argument in arguments):
            return lambda _env, _item, _parent: False  # refused by the check
        if operator in DATE_OPERATORS:
            holds = moment_test(operator, arguments[0])
            return lambda env, _item, _parent: any(
                holds(moment, env.now)
                for entry in entries(env.traits, keys)
                if (moment := moment_of(entry)) is not None
            )
        constants = [constant_value(each) for each in arguments if isinstance(each, Constant)]
        check = value_test(operator, constants, self._coercion, self._readings)
        return lambda env, _item, _parent: any(map(check, entries(env.traits, keys)))

    def _coercion_between(self, sides: Sequence[Scalar | Operand], scope: Scope | None) -> Coercion:
        if scope is None or not scope.of_rows:
            return self._coercion
        of_row = any(isinstance(side, Property) and not side.parent for side in sides)
        return Coercion.NONE if of_row else self._coercion

    def _date_comparison(
        self, left: Scalar, operator: Operator, argument: Operand, scope: Scope | None
    ) -> Test:
        moment = self._moment(left, scope)
        if operator in RELATIVE_OPERATORS:
            duration = argument.ms if isinstance(argument, Duration) else 0
            return towards_now(moment, relative_test(operator, duration))
        if isinstance(argument, Name):
            other = self._moment(argument, scope)
        elif isinstance(argument, Duration):
            other = always(None)
        else:
            other = always(constant_moment(argument))
        if operator is Operator.BEFORE_DATE:
            return earlier(moment, other)
        return earlier(other, moment)

    # --- scalars ---

    def scalar(self, node: Scalar, scope: Scope | None) -> Fetch:
        """The function that fetches a scalar's value in a scope."""
        match node:
            case Trait(name):
                keys = split_path(name)
                if names_entries(node):
                    return lambda _env, _item, _parent: None  # refused by the check
                if len(keys) == 1:
                    key = keys[0]
                    return lambda env, _item, _parent: env.traits.get(key)
                return lambda env, _item, _parent: walk(env.traits, keys)
            case Property(parent=True):
                read_parent = reader(node, scope.parent_event if scope else None)
                return lambda _env, _item, parent: read_parent(parent)
            case Property(name) if scope is not None and len(keys := split_path(name)) == 1:
                key = keys[0]
                return lambda _env, item, _parent: item.properties.get(key)
            case Property() | Context():
                read = reader(node, scope)
                return lambda _env, item, _parent: read(item)
            case Reduction():
                return self._reduction(node, scope)

    def _moment(self, node: Scalar, scope: Scope | None) -> FetchMoment:
        in_event = scope is not None and not scope.of_rows
        if isinstance(node, Context) and node.name == TIMESTAMP and in_event:
            return lambda _env, item, _parent: item.time
        fetch = self.scalar(node, scope)
        return lambda env, item, parent: moment_of(fetch(env, item, parent))

    def _reduction(self, node: Reduction, scope: Scope | None) -> Fetch:
        inner = scope_of(node.stream, scope, node.value, node.cast)
        items = self.items(node.stream, inner)
        in_event = scope is not None and not scope.of_rows
        if in_event:
            items = inside_event(items)
        if node.value is None:
            fetch = counting(items)
        else:
            fetch = self._reducing(node, node.value, inner, items)
        if scope is None:
            return fetch
        apart = is_apart(node.stream, scope)
        if scope.enclosing is None and not apart:
            return fetch
        self._reductions += 1
        if apart:
            return remembering_once(fetch, self._reductions)
        return remembering(fetch, self._reductions, in_event=in_event)

    def _reducing(
        self, node: Reduction, value: Property | Context, inner: Scope, items: Items
    ) -> Fetch:
        coercion = self._coercion_between((value,), inner)
        reduce = reduce_function(node.reducer, node.cast, node.minimum, coercion, self._readings)
        as_array = node.cast is Cast.ARRAY
        read = array_reader(value, inner) if as_array else reader(value, inner)
        if node.reducer in {Reducer.FIRST, Reducer.LAST} and not inner.of_rows:
            return lambda env, item, parent: reduce(
                [read(entry) for entry in sorted(items(env, item, parent), key=time_of)]
            )
        return lambda env, item, parent: reduce([read(entry) for entry in items(env, item, parent)])

    def items(self, stream: Stream, scope: Scope) -> Items:
        """The function that lists a stream's items, which have this scope."""
        if isinstance(stream.source, Event):
            self._event_names[stream.source.name] = None
        conditions = [
            self.condition(part.condition, scope, at_account=False)
            for part in stream.filters
            if isinstance(part, Where)
        ]
        return stream_function(stream, scope, conditions, self._readings)

    # --- environments ---

    def environment_maker(self) -> Callable[[Subject, int], Environment]:
        """The function that makes the environment of a subject at a moment for this query."""
        return partial(_environment, tuple(self._event_names))


def _environment(names: tuple[str, ...], subject: Subject, now: int) -> Environment:
    if isinstance(subject, Customer):
        return _environment_of_user(names, subject, now, ())
    users: list[Environment] = []
    users += [_environment_of_user(names, user, now, users) for user in subject.users]
    return Environment(now, subject.traits, dict.fromkeys(names, ()), {}, users, {}, {})


def _environment_of_user(
    names: tuple[str, ...], user: Customer, now: int, users: Sequence[Environment]
) -> Environment:
    events: dict[str, list[CustomerEvent]] = {}
    for name in names:
        events[name] = []  # not a comprehension, which costs a frame for every subject
    spend(1 + len(names) + len(user.events) // 4)
    for event in user.events:
        if event.name in events and event.time <= now:
            events[event.name].append(event)
    return Environment(now, user.traits, events, user.entities, users, {}, {})
