"""A second reading of CQL, naive on purpose: it walks the tree anew for every item.

It shares nothing with the interpreter but the tree and the customers, so that the two can
be held against each other. Fractions throughout; no index, no windows merged, no caches.
"""

from __future__ import annotations

import itertools
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from fractions import Fraction

from jurist.languages.cql.semantics.readings import (
    NoneOfMissing,
    NumberLikeText,
    ParentTies,
    Readings,
    SumOfNothing,
    WindowEdges,
)
from jurist.languages.cql.semantics.subjects import Account, Customer, CustomerEvent, Row, Subject
from jurist.languages.cql.semantics.values import Value
from jurist.languages.cql.syntax import (
    AllUsers,
    And,
    AnyUser,
    Between,
    Cast,
    Comparison,
    Condition,
    Context,
    Date,
    Duration,
    Event,
    ExpiresAfter,
    Moment,
    Not,
    Number,
    Operator,
    Or,
    Property,
    Reducer,
    Reduction,
    Scalar,
    Sources,
    Stream,
    Text,
    Trait,
    Where,
    Within,
)

Found = Value | Fraction | None


@dataclass(frozen=True)
class At:
    """An item at hand: what it is, the entries bound to its arrays, what is around it."""

    item: CustomerEvent | Row
    bound: Mapping[tuple[bool, tuple[str, ...]], Value | None] = field(
        default_factory=dict[tuple[bool, tuple[str, ...]], "Value | None"]
    )
    around: At | None = None

    def parent_event(self) -> At | None:
        at = self.around
        while at is not None and isinstance(at.item, Row):
            at = at.around
        return at


@dataclass(frozen=True)
class Oracle:
    readings: Readings
    now: int
    account: Account | None = None
    user: Customer | None = None
    """`None`: outside ANY and ALL of an account audience."""

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
            case Comparison(left) if self.user is None and isinstance(left, Reduction):
                return any(one.compared(query, at) for one in self.each_user())
            case Comparison():
                return self.compared(query, at)

    def each_user(self) -> list[Oracle]:
        if self.account is None:
            return [self]
        return [Oracle(self.readings, self.now, self.account, u) for u in self.account.users]

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
            return all(self.holds_of(query, value, typed=False) for value in values)
        if op is Operator.NONE_OF and not values:
            return self.readings.none_of_missing is NoneOfMissing.TRUE
        if op in (Operator.DIFFERS, Operator.NONE_OF):
            return bool(values) and all(self.holds_of(query, v, typed=False) for v in values)
        return any(self.holds_of(query, value, typed=False) for value in values)

    def compared(self, query: Comparison, at: At | None) -> bool:
        if isinstance(query.left, Trait) and "$" in keys_of(query.left.name)[1:]:
            return self.of_entries(query, query.left.name)
        left = self.value(query.left, at)
        typed = any(
            isinstance(side, Property)
            and not side.parent
            and at is not None
            and isinstance(at.item, Row)
            for side in (query.left, *query.arguments)
        )
        return self.holds_of(query, left, typed=typed, at=at)

    def holds_of(
        self, query: Comparison, left: Found, *, typed: bool, at: At | None = None
    ) -> bool:
        op = query.operator
        if op is Operator.EXISTS:
            return left is not None
        if op is Operator.ABSENT:
            return left is None
        if left is None:
            if op is Operator.NONE_OF:
                return self.readings.none_of_missing is NoneOfMissing.TRUE
            return op is Operator.OMITS
        rights: list[Found] = []
        for argument in query.arguments:
            match argument:
                case Trait() | Property() | Context():
                    rights.append(self.value(argument, at))
                case Number(n):
                    rights.append(n)
                case Text(s):
                    rights.append(s)
                case Date(day):
                    rights.append(day.isoformat())
                case Moment(ms, zoned):
                    rights.append(iso(ms) if zoned else iso(ms)[:-1])
                case Duration():
                    return self.relative(op, left, argument)
        right = rights[0]
        if right is None:
            return False
        texts = [text(r) for r in rights if r is not None]
        equal = [self.sign(left, r, typed=typed) == 0 for r in rights if r is not None]
        sign = self.sign(left, right, typed=typed)
        match op:
            case Operator.EQUALS:
                return sign == 0
            case Operator.DIFFERS:
                return sign != 0
            case Operator.GREATER_THAN:
                return sign == 1
            case Operator.AT_LEAST:
                return sign in (0, 1)
            case Operator.LESS_THAN:
                return sign == -1
            case Operator.AT_MOST:
                return sign in (0, -1)
            case Operator.CONTAINS:
                return any(t in text(left) for t in texts)
            case Operator.OMITS:
                return not any(t in text(left) for t in texts)
            case Operator.STARTS_WITH:
                return text(left)[: len(texts[0])] == texts[0]
            case Operator.ENDS_WITH:
                return texts[0] == "" or text(left)[-len(texts[0]) :] == texts[0]
            case Operator.ONE_OF:
                return any(equal)
            case Operator.NONE_OF:
                return not any(equal)
            case Operator.BEFORE_DATE | Operator.AFTER_DATE:
                one, other = moment(left), moment(right)
                if one is None or other is None:
                    return False
                return one < other if op is Operator.BEFORE_DATE else other < one
            case _:
                raise AssertionError(op)

    def relative(self, op: Operator, left: Found, length: Duration) -> bool:
        t = moment(left)
        if t is None:
            return False
        match op:
            case Operator.WITHIN_LAST:
                return 0 <= self.now - t <= length.ms
            case Operator.WITHIN_NEXT:
                return 0 <= t - self.now <= length.ms
            case Operator.BEFORE_LAST:
                return self.now - t >= length.ms
            case Operator.AFTER_NEXT:
                return t - self.now >= length.ms
            case _:
                raise AssertionError(op)

    def sign(self, left: Found, right: Found, *, typed: bool) -> int | None:
        numeric = [self.number(value, typed=typed) for value in (left, right)]
        one, other = numeric
        if one is not None and other is not None:
            return -1 if one < other else 1 if one > other else 0
        if typed and (one is None) != (other is None):
            return None
        a, b = text(left), text(right)
        return -1 if a < b else 1 if a > b else 0

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
                parent = at.parent_event() if at else None
                return read(query, parent)
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
        if query.cast is Cast.ARRAY:
            values = [whole(query.value, a) for a in items]
        else:
            values = [read(query.value, a) for a in items]
        present = [v for v in values if v is not None]
        typed = not isinstance(query.stream.source, Event) and isinstance(query.value, Property)
        numbers = [n for v in present if (n := self.number(v, typed=typed)) is not None]
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
                classes: list[Value] = []
                for v in present:
                    if not any(self.sign(v, c, typed=typed) == 0 for c in classes):
                        classes.append(v)
                return len(classes)
            case _:
                raise AssertionError(query.reducer)

    # --- streams ---

    def items(self, query: Reduction, at: At | None) -> Iterator[At]:
        stream = query.stream
        assert self.user is not None
        if isinstance(stream.source, Event):
            history = [
                e for e in self.user.events if e.name == stream.source.name and e.time <= self.now
            ]
        elif at is not None and isinstance(at.item, Row):
            history = list(at.item.entities.get(stream.source.slug, ()))
        else:
            history = list(self.user.entities.get(stream.source.slug, ()))
        for item in history:
            for bound in bindings(item, arrays(query)):
                here = At(item, bound, at)
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
        if isinstance(part, ExpiresAfter):
            gap = part.duration.ms
            times = sorted(e.time for e in history if isinstance(e, CustomerEvent))
            later = [t for t in times if t >= item.time] + [self.now]
            return all(b - a <= gap for a, b in itertools.pairwise(later))
        raise AssertionError(part)


def evaluate(
    query: Condition | Scalar, subject: Subject, now: int, readings: Readings
) -> bool | Value | None:
    """What a query says of a subject; an average is rounded to 12 places."""
    is_trait = not isinstance(query, And | Or | Not | AnyUser | AllUsers | Comparison)
    if isinstance(subject, Account) and is_trait:
        oracle = Oracle(readings, now, user=together(subject))
    elif isinstance(subject, Account):
        oracle = Oracle(readings, now, account=subject)
    else:
        oracle = Oracle(readings, now, user=subject)
    if isinstance(query, And | Or | Not | AnyUser | AllUsers | Comparison):
        return oracle.member(query)
    found = oracle.value(query, None)
    return Decimal(round(found * 10**12)) / 10**12 if isinstance(found, Fraction) else found


def together(account: Account) -> Customer:
    """Of whom an account's computed trait is: its own traits, and what all its users did."""
    rows: dict[str, tuple[Row, ...]] = {}
    for user in account.users:
        for slug, related in user.entities.items():
            rows[slug] = rows.get(slug, ()) + related
    events = tuple(event for user in account.users for event in user.events)
    return Customer(account.traits, events, rows)


# --- names ---


def keys_of(name: str) -> tuple[str, ...]:
    return tuple(k.replace("\0", ".") for k in name.replace("\\.", "\0").split("."))


def inside(value: Found, keys: tuple[str, ...]) -> Value | None:
    if isinstance(value, Fraction):
        return None
    if not keys:
        return value
    return inside(value.get(keys[0]), keys[1:]) if isinstance(value, Mapping) else None


def read(name: Property | Context, at: At | None) -> Value | None:
    if at is None or (isinstance(name, Context) and isinstance(at.item, Row)):
        return None
    keys = keys_of(name.name)
    if isinstance(name, Context) and keys == ("timestamp",):
        assert isinstance(at.item, CustomerEvent)
        return iso(at.item.time)
    if "$" in keys[1:]:
        last = max(i for i, k in enumerate(keys) if k == "$")
        return inside(at.bound[isinstance(name, Context), keys[:last]], keys[last + 1 :])
    return inside(body(name, at.item), keys)


def whole(name: Property | Context, at: At) -> Value | None:
    keys = keys_of(name.name)
    if "$" not in keys:
        return read(name, at)
    if isinstance(name, Context) and isinstance(at.item, Row):
        return None
    i = keys.index("$")
    array = inside(body(name, at.item), keys[:i])
    if not isinstance(array, tuple):
        return None
    assert "$" not in keys[i + 1 :]
    return tuple(v for e in array if (v := inside(e, keys[i + 1 :])) is not None)


def body(name: Property | Context, item: CustomerEvent | Row) -> Mapping[str, Value]:
    if isinstance(name, Property):
        return item.properties
    return {} if isinstance(item, Row) else item.context


def arrays(query: Reduction) -> list[tuple[bool, tuple[str, ...]]]:
    names = list(own_names(query.stream))
    if query.value is not None and query.cast is not Cast.ARRAY:
        names.append(query.value)
    found = {
        (isinstance(name, Context), keys[:i])
        for name in names
        for keys in [keys_of(name.name)]
        for i in range(1, len(keys))
        if keys[i] == "$"
    }
    return sorted(found, key=lambda a: len(a[1]))


def own_names(stream: Stream) -> Iterator[Property | Context]:
    of_events = isinstance(stream.source, Event)
    for part in stream.filters:
        if isinstance(part, Where):
            for depth, name in names(part.condition):
                # A parent's name is read from the nearest event around the name's own
                # stream: from us, if we are one and no other event lies between.
                is_parents = isinstance(name, Property) and name.parent
                is_ours = bool(depth) and of_events and not any(depth[:-1])
                if is_ours if is_parents else not depth:
                    yield name


def names(
    condition: Condition, depth: tuple[bool, ...] = ()
) -> Iterator[tuple[tuple[bool, ...], Property | Context]]:
    """Each name with the streams around it, from outside: whether each is of events."""
    match condition:
        case And(parts) | Or(parts):
            for part in parts:
                yield from names(part, depth)
        case Not(part) | AnyUser(part) | AllUsers(part):
            yield from names(part, depth)
        case Comparison(left, _, arguments):
            for side in (left, *arguments):
                if isinstance(side, Property | Context):
                    yield depth, side
                elif isinstance(side, Reduction):
                    inner = (*depth, isinstance(side.stream.source, Event))
                    for part in side.stream.filters:
                        if isinstance(part, Where):
                            yield from names(part.condition, inner)


def bindings(
    item: CustomerEvent | Row, wanted: list[tuple[bool, tuple[str, ...]]]
) -> Iterator[dict[tuple[bool, tuple[str, ...]], Value | None]]:
    if not wanted:
        yield {}
        return
    *before, (in_context, keys) = wanted
    for bound in bindings(item, before):
        if "$" in keys:
            last = max(i for i, k in enumerate(keys) if k == "$")
            array = inside(bound[in_context, keys[:last]], keys[last + 1 :])
        else:
            array = inside(body(Context("") if in_context else Property(""), item), keys)
        entries = array if isinstance(array, tuple) and array else (None,)
        for entry in entries:
            yield {**bound, (in_context, keys): entry}


# --- values ---


def number_in(value: str) -> Fraction | None:
    digits = value.removeprefix("-").split(".")
    if len(digits) > 2 or not all(d.isascii() and d.isdigit() and len(d) <= 30 for d in digits):
        return None
    return Fraction(value)


def plain(number: Fraction) -> int | Fraction:
    return int(number) if number.denominator == 1 else number


def exact(number: Fraction) -> int | Decimal:
    """What no average made: a decimal of at most 30 places, never rounded."""
    units = number * 10**30
    assert units.denominator == 1
    sign, digits = ("-" if units < 0 else ""), f"{abs(int(units)):031d}"
    decimal = Decimal(f"{sign}{digits[:-30]}.{digits[-30:]}".rstrip("0"))
    return int(decimal) if number.denominator == 1 else decimal


def text(value: Found) -> str:
    match value:
        case str():
            return value
        case int():
            return str(value)
        case Decimal():
            return (
                format(value, "f").rstrip("0").rstrip(".")
                if "." in format(value, "f")
                else (format(value, "f"))
            )
        case Fraction():
            return text(Decimal(round(value * 10**12)) / 10**12)
        case tuple() | Mapping():
            return compact(value)
        case None:
            raise AssertionError


def compact(value: Value) -> str:
    """Compact JSON; a number in it reads as it does alone, to its last digit."""
    match value:
        case str():
            return json.dumps(value, ensure_ascii=False)
        case tuple():
            return "[" + ",".join(compact(v) for v in value) + "]"
        case Mapping():
            pairs = (f"{json.dumps(k, ensure_ascii=False)}:{compact(v)}" for k, v in value.items())
            return "{" + ",".join(pairs) + "}"
        case _:
            return text(value)


def moment(value: Found) -> int | None:
    if not isinstance(value, str) or not value[:4].isdigit() or value[4:5] != "-":
        return None
    try:
        found = datetime.fromisoformat(value)
    except ValueError:
        return None
    if found.tzinfo is None:
        found = found.replace(tzinfo=UTC)
    return (found - datetime(1970, 1, 1, tzinfo=UTC)) // timedelta(milliseconds=1)


def iso(ms: int) -> str:
    # Not by `fromtimestamp(ms / 1000)`: a float is off by a microsecond, and loses the last ms.
    found = datetime(1970, 1, 1, tzinfo=UTC) + timedelta(milliseconds=ms)
    return found.isoformat(timespec="milliseconds").replace("+00:00", "Z").replace(".000Z", "Z")
