"""From a query to formulas over the atoms of items.

Comparisons become facts about values, streams become groups. What stands inside a
`where` but does not depend on the item at hand (a trait, an event stream of its own)
is taken out: `count(F) >= k` with such a condition g inside F is
`g and count(F[g true]) >= k or not g and count(F[g false]) >= k`.
A comparison that is beyond the procedure becomes an opaque atom, equal only to itself:
proofs of equality stay proofs, a difference has to be shown by a replayed witness.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from jurist.languages.cql.boolean import (
    FALSE,
    Formula,
    conjunction,
    disjunction,
    negation,
)
from jurist.languages.cql.operators import Group
from jurist.languages.cql.prover.abstraction.aggregates import (
    ReducedStream,
    mean_formula,
    reduced_leaf,
)
from jurist.languages.cql.prover.abstraction.arguments import constants_of, moment_or_length
from jurist.languages.cql.prover.abstraction.atoms import (
    DELAY,
    SOURCE,
    TIME,
    GroupKey,
    GroupKind,
    OpaqueAtom,
    Slot,
)
from jurist.languages.cql.prover.abstraction.lists import gathered
from jurist.languages.cql.prover.abstraction.read_values import Translate, order, search
from jurist.languages.cql.prover.abstraction.sorts import Sort, root_of
from jurist.languages.cql.prover.abstraction.value_comparisons import (
    moment_as_text,
)
from jurist.languages.cql.prover.context import FastPath, is_on
from jurist.languages.cql.prover.limits import Beyond
from jurist.languages.cql.prover.values.predicates import (
    IS,
    MOMENT,
    MOST_APART,
    Leaf,
    Primitive,
    compared,
    dated,
    nothing,
)
from jurist.languages.cql.schemas.schema import CqlSchema
from jurist.languages.cql.semantics.arrays import (
    names_entries,
    positive_form,
    reads_whole,
    unrolled_arrays,
)
from jurist.languages.cql.semantics.comparisons import DATE_OPERATORS
from jurist.languages.cql.semantics.streams import age_window, delay_window, same_for_all
from jurist.languages.cql.semantics.subjects import Account, Customer
from jurist.languages.cql.semantics.values import (
    EACH,
    Coercion,
    coercion_at,
    split_path,
    text_of,
)
from jurist.languages.cql.syntax import (
    AllUsers,
    And,
    AnyUser,
    Between,
    Cast,
    Comparison,
    Condition,
    Entity,
    Event,
    ExpiresAfter,
    Filter,
    Name,
    Not,
    Number,
    Operator,
    Or,
    Reducer,
    Reduction,
    Scalar,
    Sources,
    Trait,
    Where,
    Within,
)
from jurist.languages.cql.tree import Scope, compares_stream

_USERS = GroupKey(GroupKind.USERS)


class Translation(NamedTuple):
    """A condition over the atoms of the root, and the values that it speaks of."""

    formula: Formula
    asked: tuple[tuple[Sort, Slot], ...]

    def facts(self) -> Iterator[str]:
        """What the schema says of these values, so that a proof could use it."""
        for sort, slot in self.asked:
            if sentence := sort.fact_about(slot):
                yield f"schema: {sentence}"


class Translator:
    """Translates the conditions of both queries into one tree of sorts.

    Args:
        schema: What is known of the values, and the readings.
        subject: Whom the queries are about.
        now: The moment of evaluation, in milliseconds since 1970 UTC.
    """

    def __init__(
        self, schema: CqlSchema, subject: type[Customer] | type[Account], now: int
    ) -> None:
        self._readings = schema.readings
        self._of_accounts = subject is Account
        self._now = now
        self.root = root_of(schema, subject)
        self._known: dict[tuple[Comparison, Sort], Translation] = {}
        self._translate = Translate(self._comparison, self._read_stream)

    def audience(self, node: Condition) -> Translation:
        """An audience's condition."""
        self.root.asked.clear()
        formula = self._condition(node, self.root)
        return Translation(formula, self._asked_since(0))

    def computed_trait(self, reduction: Reduction) -> ReducedStream:
        """The stream that a computed trait reduces.

        Raises:
            Beyond: Where it is not reached by the procedure.
        """
        self.root.asked.clear()
        return self._stream(reduction, self.root)

    def _asked_since(self, start: int) -> tuple[tuple[Sort, Slot], ...]:
        return tuple(dict.fromkeys(self.root.asked[start:]))

    # --- conditions ---

    def _condition(self, node: Condition, sort: Sort) -> Formula:
        """A condition, over the atoms of the items that it is about."""
        match node:
            case Comparison():
                return (self._remembered if sort.is_profile else self._tried)(node, sort)
            case And(operands) | Or(operands):
                parts = operands if len(operands) <= MOST_APART else gathered(node)
                join = conjunction if isinstance(node, And) else disjunction
                return join([self._condition(part, sort) for part in parts])
            case Not(operand):
                return negation(self._condition(operand, sort))
            case AnyUser(operand):
                return self._some_user(operand, sort)
            case AllUsers(operand):
                return negation(self._some_user(Not(operand), sort))

    def _remembered(self, node: Comparison, sort: Sort) -> Formula:
        """A comparison of a profile: both queries, and many pairs, have the same ones."""
        known = self._known.get((node, sort)) if is_on(FastPath.KNOWN_FORMULAS) else None
        if known is None:
            start = len(self.root.asked)
            of_accounts = self._of_accounts and sort is self.root
            of_user = of_accounts and compares_stream(node)
            formula = self._some_user(node, sort) if of_user else self._tried(node, sort)
            self._known[node, sort] = Translation(formula, self._asked_since(start))
            return formula
        self.root.asked += known.asked
        return known.formula

    def _tried(self, node: Comparison, sort: Sort) -> Formula:
        try:
            return self._comparison(node, sort)
        except Beyond as construct:
            return sort.atom(OpaqueAtom(node, str(construct)))

    def _some_user(self, node: Condition, sort: Sort) -> Formula:
        """ANY of a condition."""
        if not self._of_accounts:
            return self._condition(node, sort)
        users = sort.group(_USERS)
        return users.counted(self._condition(node, users), 1)

    # --- comparisons ---

    def _comparison(self, node: Comparison, sort: Sort) -> Formula:
        """A comparison, over the atoms of the items that it is about.

        Raises:
            Beyond: Where it is not reached by the procedure.
        """
        left, operator, arguments = node.left, node.operator, node.arguments
        if (
            isinstance(left, Trait)
            and names_entries(left)
            and sort.key.kind is not GroupKind.ENTRIES
        ):
            return self._entries(node, left.name, sort)
        if operator.group is Group.SEARCH and any(isinstance(a, Name) for a in arguments):
            return search(self._translate, node, sort)
        if arguments and isinstance(arguments[0], Scalar):
            return order(self._translate, node, arguments[0], sort)
        is_dated = operator in DATE_OPERATORS
        if isinstance(left, Reduction):
            owner = _owner(left, sort)
            if owner is not sort:
                return sort.lifted(self._comparison(node, owner), owner)
            stream = self._stream(left, sort)
            match left.reducer, operator, arguments:
                case Reducer.COUNT, Operator.AT_LEAST, (Number(int() as least),):
                    return stream.at_least(least)  # as normal forms ask of counts
                case Reducer.AVG, _, _ if node.coercion is Coercion.TEXT:
                    raise Beyond("a mean compared as text")
                case Reducer.AVG, _, _ if not is_dated:
                    return mean_formula(stream, operator, constants_of(arguments))
                case _:
                    pass
            leaf = reduced_leaf(stream, dated=is_dated)
        else:
            leaf, owner = self._leaf(left, sort, dated=is_dated)
        if is_dated:
            formula = dated(leaf, operator, moment_or_length(arguments[0]), self._now)
        else:
            coercion = coercion_at(node, self._readings.number_like_text)
            constants = constants_of(arguments)
            if node.coercion is Coercion.TEXT:  # of a string: a number is its text
                constants = [text_of(constant) for constant in constants]
            formula = compared(leaf, operator, constants, coercion, self._readings)
        return sort.lifted(formula, owner)

    def _entries(self, node: Comparison, path: str, sort: Sort) -> Formula:
        """A comparison of the entries of a trait with constants: that some entry meets it."""
        profile = sort.profile
        positive = positive_form(node, self._readings)
        if not isinstance(positive, Comparison):
            return sort.lifted(self._condition(positive, profile), profile)
        if any(isinstance(argument, Scalar) for argument in node.arguments):
            return FALSE
        array, _, rest = path.partition(f".{EACH}")
        if EACH in split_path(rest):
            raise Beyond("entries of arrays inside entries")
        entries = profile.group(GroupKey(GroupKind.ENTRIES, array))
        members = self._comparison(positive, entries)
        return sort.lifted(entries.counted(members, 1), profile)

    def _leaf(self, node: Scalar, sort: Sort, *, dated: bool) -> tuple[Leaf, Sort]:
        """What makes the atoms about a scalar's value, and the sort whose atoms they are."""
        owner, slot = sort.place_of(node)
        if slot is None:
            return nothing, owner
        leaf = owner.leaf(slot)
        return (leaf if dated or slot != TIME else moment_as_text(leaf)), owner

    # --- streams ---

    def _stream(self, reduction: Reduction, sort: Sort) -> ReducedStream:
        """A stream that is reduced, with the formula of those items that pass its filters."""
        stream = reduction.stream
        filters = stream.filters
        if reduction.cast is Cast.ARRAY:
            raise Beyond("`as array`")
        arrays = tuple(array.keys for array in unrolled_arrays(reduction))
        if len(arrays) > 1:
            raise Beyond("two arrays unrolled together")
        if any(reads_whole(reduction, array) for array in arrays):
            raise Beyond("an array read whole and by its entries")
        source = stream.source
        if isinstance(source, Event) and sort.of_rows:
            raise Beyond("events that are tied to a row")  # refused by the check
        if isinstance(source, Event):
            kind = GroupKind.EVENTS if sort.is_profile else GroupKind.FOLLOWERS
            key = GroupKey(kind, source.name, arrays)
        else:
            kind = GroupKind.SEEN_ROWS if sort.of_events else GroupKind.ROWS
            key = GroupKey(kind, source.slug, arrays)
        items = sort.group(key)
        parts = [*self._windows(filters, items)]
        for part in filters:
            if isinstance(part, Sources) and not items.of_rows:
                leaf = items.leaf(SOURCE)
                excluded = [leaf(Primitive(IS, text=name)) for name in part.exclude]
                parts.append(negation(disjunction(excluded)))
        parts += [self._condition(f.condition, items) for f in filters if isinstance(f, Where)]
        return ReducedStream(items, conjunction(parts), reduction)

    def _read_stream(self, reduction: Reduction, sort: Sort) -> ReducedStream:
        """A stream whose result is compared with a value that is read too."""
        return self._stream(reduction, _owner(reduction, sort))

    def _windows(self, filters: Sequence[Filter], items: Sort) -> Iterator[Formula]:
        if any(isinstance(part, ExpiresAfter) for part in filters):
            raise Beyond("`expires_after`")
        if items.of_rows:
            if any(isinstance(part, Within | Between) for part in filters):
                yield FALSE
            return
        ages = age_window(filters, self._readings)
        if ages is not None:
            yield _between(items, TIME, self._now - ages.most, self._now - ages.least)
        delays = delay_window(filters, self._readings)
        if delays is not None:
            follows = items.outer is not None and items.outer.of_events
            yield _between(items, DELAY, delays.least, delays.most) if follows else FALSE


def _between(items: Sort, slot: Slot, low: int, high: int) -> Formula:
    return items.leaf(slot)(Primitive(MOMENT, low, high)) if low <= high else FALSE


def _owner(reduction: Reduction, sort: Sort) -> Sort:
    """Whose stream it is: of the items at hand only where it depends on them."""
    of_rows = sort.of_rows and isinstance(reduction.stream.source, Entity)
    depends = of_rows or not same_for_all(reduction, Scope())
    return sort if sort.is_profile or depends else sort.profile
