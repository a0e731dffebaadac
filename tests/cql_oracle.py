"""A second reading of CQL, naive on purpose: it walks the tree anew for every item.

It shares nothing with the interpreter but the tree and the customers, so that the two can
be held against each other. Fractions throughout; no index, no windows merged, no caches.
Types come from the raw schema document, by a reader of its own.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from dataclasses import dataclass, field
from decimal import Decimal
from fractions import Fraction

from json_documents import Json, mapping
from jurist.languages.cql.semantics.readings import (
    NoneOfMissing,
    NumberLikeText,
    ParentTies,
    Readings,
    StringEquality,
    SumOfNothing,
    WindowEdges,
)
from jurist.languages.cql.semantics.subjects import Account, Customer, CustomerEvent, Row, Subject
from jurist.languages.cql.semantics.values import Value, Values
from jurist.languages.cql.syntax import (
    AllUsers,
    And,
    AnyUser,
    Between,
    Cast,
    Comparison,
    Condition,
    Constant,
    Context,
    Date,
    Duration,
    Event,
    ExpiresAfter,
    Moment,
    Not,
    Number,
    Operand,
    Operator,
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
from oracle_facts import ANY, MOMENTS, NUMBERS, STRING, TIME, keys_of, type_at
from oracle_names import At, arrays, bindings, inside, parent_of, read, whole
from oracle_values import DAY, Found, day_alone, exact, iso, moment, number_in, plain, text


@dataclass(frozen=True)
class Type:
    """What the schema says of a side of a comparison."""

    name: str = ANY
    column: bool = False
    """Whether it is a column of a row."""


_CONSTANT = Type("constant")


@dataclass(frozen=True)
class Oracle:
    readings: Readings
    now: int
    account: Account | None = None
    user: Customer | None = None
    """`None`: outside ANY and ALL of an account audience."""
    document: Json = field(default_factory=dict[str, object])
    """The raw schema."""
    performers: tuple[Customer, ...] = ()
    """All users, where those of an account are together; else the user alone."""
    of_account: bool = False
    """Whether `user` is all users of an account together, with the account's own traits."""

    def member(self, query: Condition, at: At | None = None) -> bool:
        match query:
            case And(parts):
                return all(self.member(part, at) for part in parts)
            case Or(parts):
                return any(self.member(part, at) for part in parts)
            case Not(part):
                return not self.member(part, at)
            case AnyUser(part):
                return any(one.member(part, at) for one in self.each_user())
            case AllUsers(part):
                return all(one.member(part, at) for one in self.each_user())
            case Comparison(left, _, arguments) if self.user is None and any(
                isinstance(side, Reduction) for side in (left, *arguments)
            ):
                return any(one.compared(query, at) for one in self.each_user())
            case Comparison():
                return self.compared(query, at)

    def each_user(self) -> list[Oracle]:
        if self.account is None:
            return [self]
        return [
            Oracle(self.readings, self.now, self.account, u, self.document)
            for u in self.account.users
        ]

    # --- types ---

    def type_of(self, side: Operand | Scalar, at: At | None) -> Type:
        match side:
            case Trait(name):
                of_user = self.user is not None and not self.of_account
                holder = self.document.get("traits" if of_user else "account_traits")
                return Type(type_at(mapping(holder).get("properties"), keys_of(name)))
            case Property(name):
                return _type_in(side, parent_of(at) if side.parent else at)
            case Context():
                return _type_in(side, at)
            case Reduction():
                return Type(self.reduced_type(side, at))
            case _:
                return _CONSTANT

    def reduced_type(self, query: Reduction, at: At | None) -> str:
        if query.value is None:
            return "number"
        facts = self.facts_of(query, at)
        of = self.type_in(query, facts).name
        if query.cast is Cast.ARRAY and "$" in keys_of(query.value.name):
            return ANY
        match query.reducer:
            case Reducer.FIRST | Reducer.LAST:
                return of
            case Reducer.MODE:
                return of if of == STRING else ANY
            case Reducer.MIN | Reducer.MAX if query.cast in (Cast.STRING, Cast.ARRAY):
                return of if of == STRING else ANY
            case _:
                return "number"

    def type_in(self, query: Reduction, facts: Json) -> Type:
        """The type of the values that are reduced."""
        if isinstance(query.value, Trait):
            # Of the user who did it (A12), also where all users are seen as one.
            listed = mapping(self.document.get("traits")).get("properties")
            return Type(type_at(listed, keys_of(query.value.name)))
        assert query.value is not None
        of_event = isinstance(query.stream.source, Event)
        return _type_in(query.value, At(_NOBODY if of_event else Row({}, {}), facts=facts))

    def facts_of(self, query: Reduction, at: At | None) -> Json:
        """What the schema says of the events or rows of a stream."""
        source = query.stream.source
        if isinstance(source, Event):
            return mapping(mapping(self.document.get("events")).get(source.name))
        holder = at.facts if at is not None and isinstance(at.item, Row) else self.document
        return mapping(mapping(holder.get("entities")).get(source.slug))

    # --- comparisons ---

    def of_entries(self, query: Comparison, name: str) -> bool:
        """A11: of an array that is a trait, by what each of its entries holds."""
        owner = self.user if self.user is not None else self.account
        values: list[Found] = [owner.traits if owner else {}]
        for key in keys_of(name):
            if key == "$":
                values = [v for whole in values if isinstance(whole, tuple) for v in whole]
            else:
                values = [v for whole in values if (v := inside(whole, (key,))) is not None]
        op = query.operator
        if op in (Operator.ABSENT, Operator.OMITS):
            return all(self.holds_of(query, value) for value in values)
        if op is Operator.NONE_OF and not values:
            return self.readings.none_of_missing is NoneOfMissing.TRUE
        if op in (Operator.DIFFERS, Operator.NONE_OF):
            return bool(values) and all(self.holds_of(query, value) for value in values)
        return any(self.holds_of(query, value) for value in values)

    def compared(self, query: Comparison, at: At | None) -> bool:
        if isinstance(query.left, Trait) and "$" in keys_of(query.left.name)[1:]:
            return self.of_entries(query, query.left.name)
        return self.holds_of(query, self.value(query.left, at), at)

    def holds_of(self, query: Comparison, left: Found, at: At | None = None) -> bool:
        op = query.operator
        if op is Operator.EXISTS:
            return left is not None
        if op is Operator.ABSENT:
            return left is None
        if left is None:
            if op is Operator.NONE_OF:
                return self.readings.none_of_missing is NoneOfMissing.TRUE
            return op is Operator.OMITS
        if isinstance(query.arguments[0], Duration):
            return self.relative(op, left, query.arguments[0])
        of_left = self.type_of(query.left, at)
        rights = [
            (self.operand(argument, at), self.type_of(argument, at)) for argument in query.arguments
        ]
        present = [(value, of) for value, of in rights if value is not None]
        texts = [text(value) for value, _ in present]
        match op:
            case Operator.CONTAINS:
                return any(t in text(left) for t in texts)
            case Operator.OMITS:
                return not any(t in text(left) for t in texts)
            case Operator.STARTS_WITH:
                return any(text(left)[: len(t)] == t for t in texts)
            case Operator.ENDS_WITH:
                return any(t == "" or text(left)[-len(t) :] == t for t in texts)
            case Operator.ONE_OF:
                return any(self.equal(left, value, of_left, of) for value, of in present)
            case Operator.NONE_OF:
                return not any(self.equal(left, value, of_left, of) for value, of in present)
            case _:
                return any(self.related(op, left, value, of_left, of) for value, of in present)

    def related(self, op: Operator, left: Found, right: Found, of_left: Type, of: Type) -> bool:
        """Whether two values are equal, or ordered, as a symbol or an absolute date says."""
        match op:
            case Operator.EQUALS:
                return self.equal(left, right, of_left, of)
            case Operator.DIFFERS:
                return not self.equal(left, right, of_left, of)
            case Operator.BEFORE_DATE | Operator.AFTER_DATE:
                one, other = moment(left), moment(right)
                if one is None or other is None:
                    return False
                return one < other if op is Operator.BEFORE_DATE else other < one
            case _:
                pass
        sign = self.sign(left, right, of_left, of)
        match op:
            case Operator.GREATER_THAN:
                return sign == 1
            case Operator.AT_LEAST:
                return sign in (0, 1)
            case Operator.LESS_THAN:
                return sign == -1
            case Operator.AT_MOST:
                return sign in (0, -1)
            case _:
                raise AssertionError(op)

    def operand(self, argument: Operand, at: At | None) -> Found:
        if isinstance(argument, Number | Text | Date | Moment | Duration):
            return constant(argument)
        return self.value(argument, at)

    def relative(self, op: Operator, left: Found, length: Duration) -> bool:
        t = moment(left)
        if t is None:
            return False
        now, span = self.now, length.ms
        day = day_alone(left)
        if day is not None and length.unit is Unit.DAY:
            # A day beside today: counted in days, and what is later than the last is after.
            t, now, span = day, self.now // DAY, length.amount
            if op is Operator.AFTER_NEXT:
                return t > now + span
        match op:
            case Operator.WITHIN_LAST:
                return 0 <= now - t <= span
            case Operator.WITHIN_NEXT:
                return 0 <= t - now <= span
            case Operator.BEFORE_LAST:
                return now - t >= span
            case Operator.AFTER_NEXT:
                return t - now >= span
            case _:
                raise AssertionError(op)

    def equal(self, left: Found, right: Found, of_left: Type, of: Type) -> bool:
        """Strings by their text, whatever the other side; all else as it is ordered."""
        columns = of_left.column or of.column
        if not columns and STRING in {of_left.name, of.name} and strings_are_text(self.readings):
            return text(left) == text(right)
        return self.sign(left, right, of_left, of) == 0

    def sign(self, left: Found, right: Found, of_left: Type, of: Type) -> int | None:
        """Which of two is the greater; `None` where neither is, nor are they equal."""
        names, columns = {of_left.name, of.name}, of_left.column or of.column
        if columns and names & MOMENTS and TIME not in names:
            one, other = moment(left), moment(right)
            if one is not None and other is not None:
                return _sign(one, other)
        first, second = self.number(left, typed=columns), self.number(right, typed=columns)
        if columns and names & NUMBERS and _is_constant_text(right, of):
            # In quotes, too, a number is that number beside a column of numbers.
            second = number_in(text(right))
        if first is not None and second is not None:
            return _sign(first, second)
        if columns and (first is None) != (second is None):
            return None
        return _sign(text(left), text(right))

    def number(self, value: Found, *, typed: bool) -> Fraction | None:
        if isinstance(value, int | Decimal | Fraction):
            return Fraction(value)
        if typed or self.readings.number_like_text is NumberLikeText.TEXT:
            return None
        return number_in(value) if isinstance(value, str) else None

    # --- values ---

    def value(self, query: Scalar, at: At | None) -> Found:
        match query:
            case Trait(name):
                owner = self.user if self.user is not None else self.account
                return inside(owner.traits if owner else {}, keys_of(name))
            case Property(parent=True):
                return read(query, parent_of(at))
            case Property() | Context():
                return read(query, at)
            case Reduction():
                return self.reduced(query, at)

    def reduced(self, query: Reduction, at: At | None) -> Found:
        items = list(self.items(query, at))
        if query.reducer is Reducer.COUNT:
            return len(items)
        assert query.value is not None
        if query.reducer in (Reducer.FIRST, Reducer.LAST) and isinstance(
            query.stream.source, Event
        ):
            items.sort(key=lambda a: a.item.time if isinstance(a.item, CustomerEvent) else 0)
        if isinstance(query.value, Trait):
            keys = keys_of(query.value.name)
            values = [inside(self.user.traits if self.user else {}, keys) for _ in items]
            if self.of_account:
                values = [inside(a.performer, keys) for a in items]
        elif query.cast is Cast.ARRAY:
            values = [whole(query.value, a) for a in items]
        else:
            values = [read(query.value, a) for a in items]
        present = [v for v in values if v is not None]
        column = not isinstance(query.stream.source, Event) and isinstance(query.value, Property)
        numbers = [n for v in present if (n := self.number(v, typed=column)) is not None]
        texts = [text(v) for v in present]
        match query.reducer:
            case Reducer.SUM:
                zero = self.readings.sum_of_nothing is SumOfNothing.ZERO
                return exact(sum(numbers, Fraction(0))) if numbers or zero else None
            case Reducer.AVG:
                return plain(sum(numbers, Fraction(0)) / len(numbers)) if numbers else None
            case Reducer.MIN | Reducer.MAX:
                pick = min if query.reducer is Reducer.MIN else max
                if query.cast in (Cast.STRING, Cast.ARRAY):
                    return pick(texts) if texts else None
                return exact(pick(numbers)) if numbers else None
            case Reducer.MODE:
                often = max((texts.count(t) for t in texts), default=0)
                if not texts or often < (query.minimum or 1):
                    return None
                return min(t for t in texts if texts.count(t) == often)
            case Reducer.FIRST:
                return present[0] if present else None
            case Reducer.LAST:
                return present[-1] if present else None
            case Reducer.UNIQUE_COUNT:
                of = self.type_in(query, self.facts_of(query, at))
                classes: list[Value] = []
                for v in present:
                    if not any(self.equal(v, c, of, of) for c in classes):
                        classes.append(v)
                return len(classes)
            case _:
                raise AssertionError(query.reducer)

    # --- streams ---

    def items(self, query: Reduction, at: At | None) -> Iterator[At]:
        stream = query.stream
        assert self.user is not None
        performed: list[tuple[CustomerEvent, Values]] = []
        if isinstance(stream.source, Event):
            performed = [
                (event, user.traits)
                for user in self.performers or (self.user,)
                for event in user.events
                if event.name == stream.source.name and event.time <= self.now
            ]
            history = [event for event, _ in performed]
        elif at is not None and isinstance(at.item, Row):
            history = list(at.item.entities.get(stream.source.slug, ()))
        else:
            history = list(self.user.entities.get(stream.source.slug, ()))
        facts = self.facts_of(query, at)
        for i, item in enumerate(history):
            performer: Values = performed[i][1] if isinstance(stream.source, Event) else {}
            for bound in bindings(item, arrays(query)):
                here = At(item, bound, at, facts, performer)
                if all(self.passes(part, here, history) for part in stream.filters):
                    yield here

    def passes(self, part: object, at: At, history: list[CustomerEvent] | list[Row]) -> bool:
        item = at.item
        if isinstance(part, Where):
            return self.member(part.condition, at)
        if isinstance(part, Sources):
            return isinstance(item, Row) or item.source not in part.exclude
        if isinstance(item, Row):
            return False
        open_ = self.readings.window_edges is WindowEdges.OPEN
        if isinstance(part, Within | Between) and part.parent:
            parent = at.parent_event()
            if parent is None:
                return False
            assert isinstance(parent.item, CustomerEvent)
            delay = item.time - parent.item.time
            near = part.near.ms if isinstance(part, Between) else 0
            far = part.far.ms if isinstance(part, Between) else part.duration.ms
            if delay == 0 and self.readings.parent_ties is ParentTies.EXCLUDED:
                return False
            return near <= delay <= far
        if isinstance(part, Within | Between):
            near = part.near.ms if isinstance(part, Between) else 0
            far = part.far.ms if isinstance(part, Between) else part.duration.ms
            age = self.now - item.time
            return near < age < far if open_ else near <= age <= far
        if isinstance(part, ExpiresAfter) and part.parent:
            parent = at.parent_event()
            if parent is None:
                return False
            assert isinstance(parent.item, CustomerEvent)
            ties = self.readings.parent_ties is ParentTies.INCLUDED
            begin = parent.item.time
            times = sorted(e.time for e in history if isinstance(e, CustomerEvent))
            run = [begin, *(t for t in times if begin < t <= item.time)]
            after = item.time >= begin if ties else item.time > begin
            return after and all(b - a <= part.duration.ms for a, b in itertools.pairwise(run))
        if isinstance(part, ExpiresAfter):
            gap = part.duration.ms
            times = sorted(e.time for e in history if isinstance(e, CustomerEvent))
            later = [t for t in times if t >= item.time] + [self.now]
            return all(b - a <= gap for a, b in itertools.pairwise(later))
        raise AssertionError(part)


_NOBODY = CustomerEvent("", 0)


def evaluate(
    query: Condition | Scalar,
    subject: Subject,
    now: int,
    readings: Readings,
    document: Json | None = None,
) -> bool | Value | None:
    """What a query says of a subject; an average is rounded to 12 places.

    Args:
        query: An audience or a computed trait.
        subject: A customer or an account.
        now: The moment, in milliseconds since 1970 UTC.
        readings: The chosen ones.
        document: The raw schema; without one nothing is known of any value.
    """
    is_trait = not isinstance(query, And | Or | Not | AnyUser | AllUsers | Comparison)
    oracle = oracle_of(subject, readings, now, document, of_trait=is_trait)
    if isinstance(query, And | Or | Not | AnyUser | AllUsers | Comparison):
        return oracle.member(query)
    found = oracle.value(query, None)
    return Decimal(round(found * 10**12)) / 10**12 if isinstance(found, Fraction) else found


def oracle_of(
    subject: Subject,
    readings: Readings,
    now: int,
    document: Json | None = None,
    *,
    of_trait: bool,
) -> Oracle:
    """The reader of a subject; of a computed trait, that of all users of an account as one."""
    known: Json = document or {}
    if not isinstance(subject, Account):
        return Oracle(readings, now, user=subject, document=known)
    if not of_trait:
        return Oracle(readings, now, account=subject, document=known)
    everybody = together(subject)
    return Oracle(readings, now, None, everybody, known, subject.users, of_account=True)


def together(account: Account) -> Customer:
    """Of whom an account's computed trait is: its own traits, and what all its users did."""
    rows: dict[str, tuple[Row, ...]] = {}
    for user in account.users:
        for slug, related in user.entities.items():
            rows[slug] = rows.get(slug, ()) + related
    events = tuple(event for user in account.users for event in user.events)
    return Customer(account.traits, events, rows)


def strings_are_text(readings: Readings) -> bool:
    """Whether what the schema calls a string equals only the same text."""
    return readings.string_equality is StringEquality.TEXT


def constant(argument: Constant | Duration) -> Found:
    """The value of a constant."""
    match argument:
        case Number(n):
            return n
        case Text(s):
            return s
        case Date(day):
            return day.isoformat()
        case Moment(ms, zoned):
            return iso(ms) if zoned else iso(ms)[:-1]
        case Duration():
            raise AssertionError(argument)


def _type_in(name: Property | Context, at: At | None) -> Type:
    """The type of what a name reads of an item."""
    if at is None:
        return Type()
    keys = keys_of(name.name)
    if isinstance(name, Context) and keys == ("timestamp",):
        return Type("date-time")
    listed = at.facts.get("properties" if isinstance(name, Property) else "context")
    column = isinstance(name, Property) and isinstance(at.item, Row)
    return Type(type_at(listed, keys), column)


def _is_constant_text(value: Found, of: Type) -> bool:
    return of is _CONSTANT and isinstance(value, str)


def _sign(one: Fraction | int | str, other: Fraction | int | str) -> int:
    if isinstance(one, str) or isinstance(other, str):
        return -1 if str(one) < str(other) else 1 if str(one) > str(other) else 0
    return -1 if one < other else 1 if one > other else 0
