"""Making up subjects for which a condition holds or does not.

`satisfy` edits a draft so that a condition becomes true or false. It is a heuristic: a
later edit may undo an earlier one. What a subject really is in, the interpreter says.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from fractions import Fraction

from jurist.languages.cql.counterexamples.builders import DraftValues, ItemDraft, Place, new_user
from jurist.languages.cql.counterexamples.constants import (
    DAY,
    Address,
    Owner,
    Vocabulary,
    around_text,
)
from jurist.languages.cql.counterexamples.legality import is_legal
from jurist.languages.cql.counterexamples.satisfying_values import (
    FEW,
    ComparisonOracle,
    ValueTuple,
    is_dynamic,
)
from jurist.languages.cql.operators import Group
from jurist.languages.cql.semantics.readings import Readings
from jurist.languages.cql.semantics.streams import Window, age_window, delay_window
from jurist.languages.cql.semantics.values import Coercion, Value, as_number, moment_of, text_of
from jurist.languages.cql.syntax import (
    AllUsers,
    And,
    AnyUser,
    Comparison,
    Condition,
    Context,
    Event,
    Not,
    Or,
    Property,
    Reduction,
    Scalar,
    Stream,
    Trait,
    Where,
)
from jurist.languages.cql.tree import compares_stream, stream_first
from jurist.languages.effort import spend

_MOST_DISTINCT = 4
"""Items of one stream that are drawn one by one; further ones are equal to the last."""
_MOST_ITEMS = 60
"""Items of one draft that are drawn, which streams in streams could multiply."""
_REUSE = 0.4
"""How often a user that is there already is made to be the one that ANY asks for."""

_DRAWS = 6

Plan = Callable[[Place], None]


@dataclass(frozen=True, slots=True)
class Detail:
    """What is fixed of items that are added to a stream; the rest is drawn to fit."""

    age: int | None = None
    delay: int | None = None
    source: str | None = None
    values: ValueTuple | None = None
    """What the reducer's property is to be, item by item."""
    plan: Plan | None = None
    """What is done to each item at the end."""


ANY_DETAIL = Detail()
_STEPS = 10
"""Of a change of a draft, without the changes that it asks for."""


class DraftEditor:
    """Edits drafts towards conditions, with one vocabulary and one source of chance."""

    def __init__(self, words: Vocabulary, readings: Readings, rng: random.Random) -> None:
        self.words = words
        self.oracle = ComparisonOracle(words, readings)
        self._readings = readings
        self._rng = rng
        self._windows: dict[int, tuple[Window | None, Window | None]] = {}
        self._left = _MOST_ITEMS

    def start(self) -> None:
        """Begin another draft: only so many items are made up for one."""
        self._left = _MOST_ITEMS

    def satisfy(self, node: Condition, place: Place, *, want: bool) -> None:
        """Edit the draft so that the condition becomes true, or false, if that is easy."""
        spend(_STEPS)
        match node:
            case And(operands) | Or(operands):
                self._satisfy_several(operands, place, every=isinstance(node, And), want=want)
            case Not(operand):
                self.satisfy(operand, place, want=not want)
            case AnyUser(operand) | AllUsers(operand):
                self._satisfy_users(operand, place, every=isinstance(node, AllUsers), want=want)
            case Comparison() if compares_stream(node):
                if place.account is not None and place.item is None:
                    self._satisfy_users(node, place, every=False, want=want)
                else:
                    self._satisfy_reduction(stream_first(node), place, want=want)
            case Comparison():
                self._satisfy_value(node, place, want=want)

    def put(self, name: Property | Context | Trait, value: Value | None, place: Place) -> None:
        """Set a field, if the schema allows the value there."""
        target = place.target(name)
        if target is not None:
            store, address = target
            field = self.words.fields.get(address)
            if field is None or is_legal(value, field):
                _set(store, address, value, place)

    def add(self, reduction: Reduction, count: int, place: Place, detail: Detail) -> None:
        """Add items that pass a stream's filters, but for what the detail says."""
        stream = reduction.stream
        items = place.items(stream.source)
        owner = place.owner(stream.source)
        values = detail.values
        item: ItemDraft | None = None
        for i in range(count):
            if item is not None and i >= _MOST_DISTINCT and values is None:
                items.append(item)
                continue
            if not self._left:
                return
            spend(_STEPS)
            self._left -= 1
            item = ItemDraft(owner)
            items.append(item)
            self._fill(stream, item, place, detail)
            if values is not None and i < len(values) and reduction.value is not None:
                self.put(reduction.value, values[i], Place(place.user, item=item))

    # --- conditions ---

    def _satisfy_several(
        self, operands: Sequence[Condition], place: Place, *, every: bool, want: bool
    ) -> None:
        if every == want:
            for operand in operands:
                self.satisfy(operand, place, want=want)
            return
        chosen = self._rng.randrange(len(operands))
        for i, operand in enumerate(operands):
            if i != chosen:
                self.satisfy(operand, place, want=not want)
        self.satisfy(operands[chosen], place, want=want)

    def _satisfy_users(self, operand: Condition, place: Place, *, every: bool, want: bool) -> None:
        account = place.account
        if account is None:
            self.satisfy(operand, place, want=want)
        elif every == want:
            for user in account.users or [new_user(account)]:
                self.satisfy(operand, Place(user), want=want)
        else:
            reused = bool(account.users) and self._rng.random() < _REUSE
            user = self._rng.choice(account.users) if reused else new_user(account)
            self.satisfy(operand, Place(user), want=want)

    def _satisfy_value(self, node: Comparison, place: Place, *, want: bool) -> None:
        target = place.target(node.left)
        if target is None:
            return
        store, address = target
        if is_dynamic(node):
            self._satisfy_dynamic(node, store, address, place, want=want)
            return
        options = self.oracle.values(node, address, want=want)
        if options:
            _set(store, address, self._rng.choice(options), place)

    def _satisfy_dynamic(
        self, node: Comparison, store: DraftValues, address: Address, place: Place, *, want: bool
    ) -> None:
        """Draw values, near the one that is compared with first, until one does."""
        known = self._known(node, place)
        if known is None:
            return
        field = self.words.fields.get(address)
        number = as_number(known, Coercion.NUMBER)
        near = [known] if not isinstance(number, int) else [number - 1, number, number + 1]
        if node.operator.group is Group.SEARCH:
            near = [text_of(known), *around_text(text_of(known))]
        options: list[Value | None] = [v for v in near if field is None or is_legal(v, field)]
        self._rng.shuffle(options)
        pool = self.words.pools.get(address, ())
        options += [self._rng.choice(pool) for _ in range(_DRAWS) if pool]
        for value in options:
            if self.oracle.relates(node, value, known) == want:
                _set(store, address, value, place)
                return

    def _known(self, node: Comparison, place: Place) -> Value | None:
        """The value of the operand that is read from the subject, drawn if it misses."""
        read = next(argument for argument in node.arguments if isinstance(argument, Scalar))
        if isinstance(read, Reduction):
            return self._known_result(read, place)
        target = place.target(read)
        if target is None:
            return None
        store, address = target
        if store.get(address.name) is None:
            pool = [v for v in self.words.pools.get(address, ()) if v is not None]
            if pool:
                _set(store, address, self._rng.choice(pool), place)
        return store.get(address.name)

    def _known_result(self, read: Reduction, place: Place) -> Value | None:
        """What a stream will be reduced to, where it has no items but those that it is given."""
        owner = place.owner(read.stream.source)
        if read.value is None:
            count = self._rng.choice(self.words.counts.get(owner, FEW))
            self.add(read, count, place, ANY_DETAIL)
            return count
        tuples = [values for values in self.oracle.value_tuples(read, owner) if values]
        if not tuples:
            return None
        values = self._rng.choice(tuples)
        self.add(read, len(values), place, Detail(values=values))
        result = self.oracle.reduced(read, values)
        return None if isinstance(result, Fraction) else result

    # --- streams ---

    def _satisfy_reduction(self, node: Comparison, place: Place, *, want: bool) -> None:
        left = node.left
        if not isinstance(left, Reduction):
            return
        owner = place.owner(left.stream.source)
        known = self._known(node, place) if is_dynamic(node) else None
        if left.value is None:
            counts = self.oracle.counts(node, owner, known, want=want)
            if counts:
                self.add(left, self._rng.choice(counts[:2]), place, ANY_DETAIL)
            return
        options = self.oracle.tuples(node, left, owner, known, want=want)
        if options:
            values = self._rng.choice(options[:8])
            self.add(left, len(values), place, Detail(values=values))

    def _fill(self, stream: Stream, item: ItemDraft, place: Place, detail: Detail) -> None:
        parent = place.parent_of_inner
        if isinstance(stream.source, Event):
            item.time = self._time(stream, item.owner, parent, detail)
            item.source = detail.source
        inside = Place(place.user, item=item, around=place)
        for part in stream.filters:
            if isinstance(part, Where):
                self.satisfy(part.condition, inside, want=True)
        if detail.plan is not None:
            detail.plan(inside)

    def _time(self, stream: Stream, owner: Owner, parent: ItemDraft | None, detail: Detail) -> int:
        now = self.words.now
        if detail.age is not None:
            return now - detail.age
        if parent is not None and detail.delay is not None:
            return parent.time + detail.delay
        ages, delays = self._windows_of(stream)
        least = ages.least if ages else 0
        most = ages.most if ages else None
        if parent is not None and delays is not None:
            fitting = [
                delay
                for delay in self.words.delays.get(owner, ())
                if delays.least <= delay <= delays.most and parent.time + delay <= now - least
            ]
            if fitting:
                return parent.time + self._rng.choice(fitting)
        return now - self._age(owner, least, most)

    def _windows_of(self, stream: Stream) -> tuple[Window | None, Window | None]:
        if id(stream) not in self._windows:
            self._windows[id(stream)] = (
                age_window(stream.filters, self._readings),
                delay_window(stream.filters, self._readings),
            )
        return self._windows[id(stream)]

    def _age(self, owner: Owner, least: int, most: int | None) -> int:
        """An age in a window, old enough for what is to follow the event, if it can be."""
        ages = [
            age
            for age in self.words.ages.get(owner, ())
            if least <= age and (most is None or age <= most)
        ]
        followed = self.words.parents.get(owner)
        if followed is not None:
            patient = followed + DAY
            late = patient if most is None or patient <= most else most
            ages = [age for age in ages if age > followed] or [max(late, least)]
        return self._rng.choice(ages) if ages else least


def _set(store: DraftValues, address: Address, value: Value | None, place: Place) -> None:
    if address.is_moment:
        moment = moment_of(value)
        if moment is not None and place.item is not None:
            place.item.time = moment
        return
    store[address.name] = value
