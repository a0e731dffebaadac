"""From a query to formulas over the atoms of items.

Comparisons become facts about values, streams become groups. What stands inside a
`where` but does not depend on the item at hand (a trait, an event stream of its own)
is taken out: `count(F) >= k` with such a condition g inside F is
`g and count(F[g true]) >= k or not g and count(F[g false]) >= k`.
A comparison that is beyond the procedure becomes an opaque atom, equal only to itself:
proofs of equality stay proofs, a difference has to be shown by a replayed witness.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from jurist.languages.cql.boolean import (
    FALSE,
    TRUE,
    Formula,
    atoms_of,
    conjunction,
    disjunction,
    negation,
    substitution,
)
from jurist.languages.cql.prover.abstraction.aggregates import reduction_formula
from jurist.languages.cql.prover.abstraction.atoms import (
    DELAY,
    SOURCE,
    TIME,
    Atom,
    CountAtom,
    GroupKey,
    GroupKind,
    OpaqueAtom,
    OuterAtom,
    Slot,
    SlotKind,
    SlotLeaf,
    Sort,
)
from jurist.languages.cql.prover.abstraction.known_fields import KnownFields
from jurist.languages.cql.prover.abstraction.places import (
    NothingLeaf,
    Place,
    constant_of,
    depends_on_parent,
    has_row_type,
    lifted,
)
from jurist.languages.cql.prover.abstraction.timestamps import TimeLeaf, TimestampLeaf
from jurist.languages.cql.prover.abstraction.value_pairs import entries_formula, pair_formula
from jurist.languages.cql.prover.fast_paths import FastPath, is_on
from jurist.languages.cql.prover.limits import Beyond
from jurist.languages.cql.prover.values.predicates import (
    IS,
    MOMENT,
    Leaf,
    Primitive,
    compared,
    dated,
)
from jurist.languages.cql.schemas.schema import CqlSchema
from jurist.languages.cql.semantics.arrays import names_entries, reads_whole, unrolled_arrays
from jurist.languages.cql.semantics.comparisons import DATE_OPERATORS
from jurist.languages.cql.semantics.streams import age_window, delay_window
from jurist.languages.cql.semantics.subjects import Account, Customer
from jurist.languages.cql.semantics.values import (
    TIMESTAMP,
    Coercion,
    coercion_of,
    constant_moment,
    constant_value,
)
from jurist.languages.cql.syntax import (
    AllUsers,
    And,
    AnyUser,
    Between,
    Cast,
    Comparison,
    Condition,
    Context,
    Duration,
    Event,
    ExpiresAfter,
    Not,
    Or,
    Property,
    Reduction,
    Scalar,
    Sources,
    Stream,
    Trait,
    Where,
    Within,
)

_MOST_OUTER_ATOMS = 6
_USERS = GroupKey(GroupKind.USERS)


@dataclass(frozen=True, slots=True)
class _Known:
    """What a comparison was translated to, and the values that it speaks of."""

    formula: Formula
    looked_at: dict[tuple[Sort, Slot], None]


class Translator:
    """Translates the conditions of both queries into one tree of items.

    Args:
        schema: What is known of the values, and the readings.
        subject: Whom the queries are about.
        now: The moment of evaluation, in milliseconds since 1970 UTC.
    """

    def __init__(
        self, schema: CqlSchema, subject: type[Customer] | type[Account], now: int
    ) -> None:
        self._schema = schema
        self.readings = schema.readings
        self.coercion = coercion_of(schema.readings.number_like_text)
        self._of_accounts = subject is Account
        self.now = now
        self.root = Sort(None, None)
        self._known_fields = KnownFields(schema, self.root if self._of_accounts else None)
        self.looked_at: dict[tuple[Sort, Slot], None] = {}
        """The values that translations since it was last emptied speak of."""
        self._known_formulas: dict[tuple[Comparison, Sort, bool], _Known] = {}

    def audience(self, node: Condition) -> Formula:
        """An audience's condition, over the atoms of the root."""
        return self.condition(node, Place(self.root), at_account=self._of_accounts)

    # --- conditions ---

    def condition(self, node: Condition, place: Place, *, at_account: bool = False) -> Formula:
        """A condition, over the atoms of the item at a place."""
        match node:
            case And(operands):
                return conjunction(
                    [self.condition(o, place, at_account=at_account) for o in operands]
                )
            case Or(operands):
                return disjunction(
                    [self.condition(o, place, at_account=at_account) for o in operands]
                )
            case Not(operand):
                return negation(self.condition(operand, place, at_account=at_account))
            case AnyUser(operand):
                return self._some_user(operand, place, negated=False)
            case AllUsers(operand):
                return self._some_user(operand, place, negated=True)
            case Comparison() if place.source is None:
                return self._remembered(node, place, at_account=at_account)
            case Comparison():
                return self._tried(node, place)

    def _remembered(self, node: Comparison, place: Place, *, at_account: bool) -> Formula:
        """A comparison of a profile: both queries, and many pairs, have the same ones."""
        key = (node, place.sort, at_account)
        known = self._known_formulas.get(key) if is_on(FastPath.KNOWN_FORMULAS) else None
        if known is None:
            around, self.looked_at = self.looked_at, {}
            if at_account and isinstance(node.left, Reduction):
                formula = self._some_user(node, place, negated=False)
            else:
                formula = self._tried(node, place)
            known = self._known_formulas[key] = _Known(formula, self.looked_at)
            self.looked_at = around
        self.looked_at.update(known.looked_at)
        return known.formula

    def _tried(self, node: Comparison, place: Place) -> Formula:
        try:
            return self.comparison(node, place)
        except Beyond as construct:
            return place.sort.atom(OpaqueAtom(node, str(construct)))

    def _some_user(self, node: Condition, place: Place, *, negated: bool) -> Formula:
        """ANY of a condition, or ALL of it: that no user fails it."""
        if not self._of_accounts:
            return self.condition(node, place)
        user = Place(place.sort.group(_USERS), place)
        members = self.condition(node, user)
        if negated:
            members = negation(members)
        some = self.counted(place.sort, _USERS, members, 1)
        return negation(some) if negated else some

    def comparison(self, node: Comparison, place: Place) -> Formula:
        """A comparison, over the atoms of the item at a place.

        Raises:
            Beyond: Where it is not reached by the procedure.
        """
        left, operator, arguments = node.left, node.operator, node.arguments
        if isinstance(left, Trait) and names_entries(left) and not place.of_entries:
            return entries_formula(self, node, left, place)
        if arguments and isinstance(arguments[0], Trait | Property | Context):
            return pair_formula(self, left, operator, arguments[0], place)
        if isinstance(left, Reduction):
            return self._reduction(node, left, place)
        if operator in DATE_OPERATORS:
            argument = arguments[0]
            leaf, owner = self.leaf(left, place, dated=True)
            moment = (
                argument
                if isinstance(argument, Duration)
                else constant_moment(constant_of(argument))
            )
            return lifted(dated(leaf, operator, moment, self.now), owner, place)
        leaf, owner = self.leaf(left, place, dated=False)
        of_row = has_row_type(left, place)
        constants = [constant_value(constant_of(argument)) for argument in arguments]
        coercion = Coercion.NONE if of_row else self.coercion
        return lifted(compared(leaf, operator, constants, coercion, self.readings), owner, place)

    # --- values ---

    def leaf(self, node: Scalar, place: Place, *, dated: bool) -> tuple[Leaf, Place]:
        """Who says facts about a scalar's value, and the place whose atoms they are."""
        match node:
            case Trait(name):
                profile = place.profile
                if place.of_entries:
                    return self.slot_leaf(place, Slot(SlotKind.ENTRY, name)), place
                if names_entries(node):
                    return NothingLeaf(), profile
                return self.slot_leaf(profile, Slot(SlotKind.TRAIT, name)), profile
            case Property(name, parent):
                owner = place.outer if parent else place
                if owner is None or owner.source is None:
                    return NothingLeaf(), place
                return self.slot_leaf(owner, Slot(SlotKind.PROPERTY, name)), owner
            case Context(name):
                if place.source is None or place.of_rows:
                    return NothingLeaf(), place
                if name == TIMESTAMP:
                    time = self.slot_leaf(place, TIME)
                    return (time if dated else TimestampLeaf(TimeLeaf(time))), place
                return self.slot_leaf(place, Slot(SlotKind.CONTEXT, name)), place
            case Reduction():
                raise Beyond("a reduction here")

    def slot_leaf(self, place: Place, slot: Slot) -> SlotLeaf:
        """Who says facts about a slot of the item at a place."""
        sort = place.sort
        if slot not in sort.known:
            sort.implied.update(self._known_fields.implied(place, slot))
            sort.known[slot] = self._known_fields.of(place, slot)
            if place.of_rows:
                sort.separate.add(slot)
        self.looked_at[sort, slot] = None
        return SlotLeaf(sort, slot)

    # --- streams ---

    def _reduction(self, node: Comparison, reduction: Reduction, place: Place) -> Formula:
        if place.source is not None and not depends_on_parent(reduction.stream, place):
            profile = place.profile
            return lifted(self.comparison(node, profile), profile, place)
        inner, members = self.members(reduction, place)
        return reduction_formula(self, node, reduction, place, inner, members)

    def members(self, reduction: Reduction, place: Place) -> tuple[Place, Formula]:
        """The place of a stream's items, and the formula of those that pass its filters."""
        stream = reduction.stream
        if reduction.cast is Cast.ARRAY:
            raise Beyond("`as array`")
        arrays = tuple(array.keys for array in unrolled_arrays(reduction))
        if len(arrays) > 1:
            raise Beyond("two arrays unrolled together")
        if any(reads_whole(reduction, array) for array in arrays):
            raise Beyond("an array read whole and by its entries")
        source = stream.source
        if isinstance(source, Event):
            kind = GroupKind.EVENTS if place.source is None else GroupKind.FOLLOWERS
            key, rows = GroupKey(kind, source.name, arrays), None
        else:
            seen = isinstance(place.source, Event)
            kind = GroupKind.SEEN_ROWS if seen else GroupKind.ROWS
            key = GroupKey(kind, source.slug, arrays)
            around = place.rows.entities if place.rows else self._schema.entities
            rows = around.get(source.slug)
        inner = Place(place.sort.group(key), place, source, rows)
        parts = [
            self._windows(stream, inner),
            *(self._excluded(f, inner) for f in stream.filters if isinstance(f, Sources)),
            *(self.condition(f.condition, inner) for f in stream.filters if isinstance(f, Where)),
        ]
        return inner, conjunction(parts)

    def _windows(self, stream: Stream, inner: Place) -> Formula:
        if any(isinstance(f, ExpiresAfter) for f in stream.filters):
            raise Beyond("`expires_after`")
        if inner.of_rows:
            timed = any(isinstance(f, Within | Between) for f in stream.filters)
            return FALSE if timed else TRUE
        parts: list[Formula] = []
        ages = age_window(stream.filters, self.readings)
        if ages is not None:
            least, most = ages.least, ages.most
            if least > most:
                return FALSE
            fact = Primitive(MOMENT, self.now - most, self.now - least)
            parts.append(self.slot_leaf(inner, TIME).atom(fact))
        delays = delay_window(stream.filters, self.readings)
        if delays is not None:
            outer = inner.outer
            if outer is None or not isinstance(outer.source, Event):
                return FALSE
            least, most = delays.least, delays.most
            if least > most:
                return FALSE
            parts.append(self.slot_leaf(inner, DELAY).atom(Primitive(MOMENT, least, most)))
        return conjunction(parts)

    def _excluded(self, part: Sources, inner: Place) -> Formula:
        if inner.of_rows:
            return TRUE
        leaf = self.slot_leaf(inner, SOURCE)
        return negation(disjunction([leaf.atom(Primitive(IS, text=s)) for s in part.exclude]))

    # --- groups ---

    def counted(self, sort: Sort, key: GroupKey, members: Formula, least: int) -> Formula:
        """At least `least` members of an item's group pass a formula."""
        if least <= 0:
            return TRUE
        return self.grouped(sort, key, members, lambda f: CountAtom(key, f, least))

    def grouped(
        self, sort: Sort, key: GroupKey, members: Formula, make: Callable[[Formula], Atom]
    ) -> Formula:
        """An atom about a group, with what does not depend on its members taken out."""
        inner = sort.group(key)
        outer = list(
            dict.fromkeys(
                number for number in atoms_of(members) if isinstance(inner.atoms[number], OuterAtom)
            )
        )
        if len(outer) > _MOST_OUTER_ATOMS:
            raise Beyond("too many conditions that do not depend on the item at hand")
        return self._taken_out(sort, inner, outer, members, make)

    def _taken_out(
        self,
        sort: Sort,
        inner: Sort,
        outer: Sequence[int],
        members: Formula,
        make: Callable[[Formula], Atom],
    ) -> Formula:
        if not outer:
            if members == FALSE and isinstance(make(FALSE), CountAtom):
                return FALSE
            return sort.atom(make(members))
        atom = inner.atoms[outer[0]]
        assert isinstance(atom, OuterAtom)  # noqa: S101 - how `outer` was chosen
        said = atom.formula if atom.owner is sort else sort.atom(atom)
        parts: list[Formula] = []
        for truth, value in ((said, TRUE), (negation(said), FALSE)):
            rest = substitution({outer[0]: value})(members)
            parts.append(conjunction((truth, self._taken_out(sort, inner, outer[1:], rest, make))))
        return disjunction(parts)
