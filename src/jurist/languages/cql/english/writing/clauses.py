"""Conditions as clauses, joined so that every grouping is read one way only."""

from __future__ import annotations

import random
from decimal import Decimal
from typing import Final

from msgspec import Struct
from msgspec.structs import replace

from jurist.languages.cql.english.writing import voices
from jurist.languages.cql.english.writing.entries import (
    array_of,
    entries_of_trait,
    owner_of,
    part_of,
)
from jurist.languages.cql.english.writing.items import Items
from jurist.languages.cql.english.writing.names import Names, values_of
from jurist.languages.cql.english.writing.places import Place
from jurist.languages.cql.english.writing.predicates import OFTEN, predicate
from jurist.languages.cql.english.writing.values import (
    COUNTED,
    amount_text,
    bound_text,
    constant_text,
    date_text,
    means_ever,
    means_never,
    times_text,
)
from jurist.languages.cql.english.writing.voices import Voice
from jurist.languages.cql.english.writing.wording import Wording, split_at_entry
from jurist.languages.cql.operators import Group
from jurist.languages.cql.schemas.schema import CqlSchema, Kind
from jurist.languages.cql.semantics.arrays import names_entries, positive_form
from jurist.languages.cql.syntax import (
    AllUsers,
    And,
    AnyUser,
    Comparison,
    Condition,
    Context,
    Date,
    Duration,
    Event,
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
    Text,
    Trait,
    is_scalar,
)
from jurist.languages.cql.tree import compares_stream

_TRUTHS: Final = (Text("true"), Text("false"))
_NOBODY: Final = "no"
_SOMEBODY: Final = "at least one"
_EVERYBODY: Final = "every"
_NOT_EVERYBODY: Final = "not every"


class _Counted(Struct, frozen=True):
    """A comparison of a count with a number."""

    left: Reduction
    operator: Operator
    number: int | Decimal
    negated: bool

    @property
    def is_never(self) -> bool:
        """Whether it says that there is none."""
        means = means_ever if self.negated else means_never
        return means(self.operator, self.number)

    @property
    def is_ever(self) -> bool:
        """Whether it says that there is one or more, in these words."""
        return not self.negated and means_ever(self.operator, self.number)


def _counted(node: Condition, *, negated: bool = False) -> _Counted | None:
    match node:
        case Comparison(
            left=Reduction(reducer=Reducer.COUNT) as left,
            operator=operator,
            arguments=(Number(value=number),),
        ) if operator in COUNTED:
            if operator is Operator.DIFFERS:  # a count is never missing
                return _Counted(left, Operator.EQUALS, number, not negated)
            return _Counted(left, operator, number, negated)
        case _:
            return None


class Realizer:
    """Says one query, in one style, with one source of chance."""

    def __init__(
        self, schema: CqlSchema, words: Wording, rng: random.Random, *, terse: bool, accounts: bool
    ) -> None:
        self._schema = schema
        self._words = words
        self._rng = rng
        self._terse = terse
        self.person = "user" if accounts else "customer"
        self._names = Names(schema, words, terse=terse)
        self.items = Items(self, self._names, words, terse=terse)

    # --- junctions ---

    def condition(self, node: Condition, voice: Voice, place: Place) -> str:
        """A condition; a junction comes without parentheses."""
        match node:
            case Comparison():  # as most are: to find that a struct is none of a class takes long
                return self._comparison(node, voice, place, negated=False)
            case And() | Or():
                return self._joined(node, voice, place)
            case Not():
                return self._negated(node.operand, voice, place)
            case AnyUser():
                return self._of_users(_SOMEBODY, node.operand)
            case AllUsers(operand=Not(operand=inner)):
                return self._of_users(_NOBODY, inner)
            case AllUsers():
                return self._of_users(_EVERYBODY, node.operand)

    def grouped(self, node: Condition, voice: Voice, place: Place) -> str:
        """A condition that another one may stand beside: a junction in parentheses."""
        text = self.condition(node, voice, place)
        return f"({text})" if type(node) is And or type(node) is Or else text

    def _joined(self, node: And | Or, voice: Voice, place: Place) -> str:
        kind = type(node)
        operands: list[Condition] = []
        waiting = [*reversed(node.operands)]
        while waiting:
            operand = waiting.pop()
            if (type(operand) is And or type(operand) is Or) and type(operand) is kind:
                waiting.extend(reversed(operand.operands))
            else:
                operands.append(operand)
        texts = [self.grouped(operand, voice, place) for operand in operands]
        word = "and" if kind is And else "or"
        long = not self._terse and any(" and " in text or " or " in text for text in texts)
        return (f", {word} " if long else f" {word} ").join(texts)

    def _negated(self, operand: Condition, voice: Voice, place: Place) -> str:
        match operand:
            case Comparison():
                return self._comparison(operand, voice, place, negated=True)
            case AnyUser():
                return self._of_users(_NOBODY, operand.operand)
            case AllUsers():
                return self._of_users(_NOT_EVERYBODY, operand.operand)
            case _:
                pass
        if self._terse:
            return f"not ({self.condition(operand, voice, place)})"
        is_relative = voice in (voices.RELATIVE, voices.RELATIVE_ONE)
        if is_relative and self._rng.random() < 0.5:
            those = self.condition(operand, voices.RELATIVE, place)
            return f"who {voice.are}not among those ({those})"
        inner = voices.PLAIN if is_relative else voice
        text = self.condition(operand, inner, place)
        return f"{voice.about}it is not true that ({text})"

    def _of_users(self, quantity: str, operand: Condition) -> str:
        counted = _counted(operand)
        never = counted is not None and counted.is_never
        if counted is not None and never and quantity == _EVERYBODY:
            ever = Comparison(counted.left, Operator.AT_LEAST, (Number(1),))
            return self._of_users(_NOBODY, ever)
        voice, place = voices.users(quantity), Place()
        if quantity == _SOMEBODY and isinstance(operand, Not):
            if isinstance(operand.operand, Comparison):
                return self.condition(operand, voice, place)
        elif isinstance(operand, Comparison) and (quantity == _SOMEBODY or not never):
            return self._comparison(operand, voice, place, negated=False)
        text = self.condition(operand, voices.RELATIVE_ONE, place)
        if quantity in (_SOMEBODY, _NOBODY):
            return f"there is {quantity} user ({text})"
        return f"{quantity} user is one ({text})"

    # --- comparisons ---

    def _comparison(self, node: Comparison, voice: Voice, place: Place, *, negated: bool) -> str:
        left = node.left
        if place.of_account and compares_stream(node):
            # Outside ANY and ALL a comparison of a stream means ANY (A2).
            return self._of_users(_NOBODY if negated else _SOMEBODY, node)
        counted = _counted(node, negated=negated)
        if counted is not None:
            source = counted.left.stream.source
            if type(source) is Event:
                return self._count(counted, voice, place)
            return self._amount(counted, source.slug, voice, place)
        if type(left) is Reduction and (often := self._often(node, voice, place, negated=negated)):
            return often
        if type(left) is Trait:
            if on_a_plan := self._on_a_plan(left, node, voice, negated=negated):
                return on_a_plan
            if names_entries(left):
                return self._of_trait_entries(left, node, voice, place, negated=negated)
        if flagged := self._names.flagged(left, node, voice, place, negated=negated):
            return flagged
        subject = self._subject(left, voice, place)
        alone = "" if type(left) is Reduction else subject
        terse = self._terse
        text = self._predicate(node, voice, place, negated=negated, terse=terse, subject=alone)
        return f"{subject} {text}"

    def _often(self, node: Comparison, voice: Voice, place: Place, *, negated: bool) -> str:
        """That one thing was done more often than another; empty where it is not that."""
        match node:
            case Comparison(
                left=Reduction(reducer=Reducer.COUNT) as left,
                arguments=(Reduction(reducer=Reducer.COUNT) as right,),
            ):
                operator = node.operator.negated if negated else node.operator
                deeds = self.items.deed(left, place), self.items.deed(right, place)
                if operator is None or not all(deeds):
                    return ""
                they = "" if self._terse else "they "
                return f"{voice.who}{deeds[0]} {OFTEN[operator]} {they}{deeds[1]}"
            case _:
                return ""

    def _predicate(
        self,
        node: Comparison,
        voice: Voice,
        place: Place,
        *,
        negated: bool,
        terse: bool,
        subject: str,
    ) -> str:
        arguments = node.arguments
        readings = self._schema.readings
        if node.operator is Operator.NONE_OF and readings.holds_for_missing(node.operator):
            node, negated = replace(node, operator=Operator.ONE_OF), not negated
        return predicate(
            node,
            # Lengths of time are said by the predicate itself.
            [
                self._argument(argument, node, voice, place)
                for argument in arguments
                if type(argument) is not Duration
            ],
            negated=negated,
            terse=terse,
            is_reference=bool(arguments) and is_scalar(arguments[0]),
            subject=subject,
        )

    def of_entry(self, node: Condition, place: Place) -> str:
        """As "an entry in tags that is 'a'", "no entry in tags"; empty where it takes a clause."""
        match node:
            case Comparison(left=Property(parent=False) | Context() as left):
                pass
            case _:
                return ""
        reduction = place.items[-1]
        entries = self.items.entries(reduction)
        if entries.arrays != (array_of(left),):
            return ""
        owner = owner_of(reduction.stream.source)
        if isinstance(left, Property) and self._words.flag(owner, left.name):
            return ""
        part = part_of(left, owner, self._words)
        if not part and node.operator.group is Group.PRESENCE:
            return entries.entry("no" if node.operator.is_negative else "at least one")
        voice = voices.item(self.person)
        text = self._predicate(node, voice, place, negated=False, terse=False, subject=part)
        return f"{entries.entry()} {f'whose {part}' if part else 'that'} {text}"

    def _of_trait_entries(
        self, trait: Trait, node: Comparison, voice: Voice, place: Place, *, negated: bool
    ) -> str:
        """That a trait's array has an entry that meets a condition, or has none (A11)."""
        have, entries = f"{voice.who}{voice.have}", entries_of_trait(trait, self._words)
        _, part = split_at_entry(trait.name)
        part = part and self._words.trait(trait.name)

        def clause(met: Condition) -> str:
            if not isinstance(met, Comparison) or not (part or met.arguments):
                return ""  # that there is an entry is said by speaking of it
            text = self._predicate(met, voice, place, negated=False, terse=False, subject=part)
            return f" whose {part} {text}" if part else f" that {text}"

        match positive_form(node, self._schema.readings):
            case And(operands=(there, Not(operand=met))) if negated:
                some = f"{entries.entry('any')}{clause(there)}"
                return f"{have.rstrip()}, if {some} at all, one{clause(met)}"
            case And(operands=(there, Not(operand=met))):
                return f"{have}{entries.entry()}{clause(there)} but none{clause(met)}"
            case Not(operand=met):
                return f"{have}{entries.entry('an' if negated else 'no')}{clause(met)}"
            case met:
                return f"{have}{entries.entry('no' if negated else 'an')}{clause(met)}"

    def _on_a_plan(self, trait: Trait, node: Comparison, voice: Voice, *, negated: bool) -> str:
        """That somebody is on a plan, which is said so; empty where the trait is another."""
        match node:
            case Comparison(operator=Operator.EQUALS, arguments=(Text(value=value) as text,)):
                known = values_of(self._names.trait_field(trait))
            case _:
                return ""
        is_plan = self._words.trait(trait.name) == "plan" and not self._terse
        if not is_plan or constant_text(text, known=known) != value:
            return ""
        return f"{voice.person}{voice.are}{'not ' if negated else ''}on the {value} plan"

    def _count(self, node: _Counted, voice: Voice, place: Place) -> str:
        reduction = node.left
        telling = self.items.phrase(reduction, place)
        after = place.sequence(reduction)
        deed = f"{voice.who}{after}{telling.past}"
        sequel = self.items.sequel(reduction, place, voice) if node.is_ever else ""
        if sequel:
            return f"{deed}{telling.narrowed()}{sequel}"
        if self.items.entries(reduction) and not (node.is_never or node.is_ever):
            return self._entry_count(node, voice, place)
        counting = self.items.counting(reduction, place)
        if node.is_never:
            narrowed = f"{telling.narrowed()}{counting}"
            if not after and self._rng.random() < 0.5:
                return f"{voice.who}never {telling.past}{narrowed}"
            return f"{voice.who}{voice.have}{place.negation(reduction)}{telling.done}{narrowed}"
        if node.is_ever and not counting:
            return f"{deed}{telling.narrowed()}"
        often = times_text(node.operator, node.number, self._rng, terse=self._terse)
        often = f"not {often}" if node.negated else often
        return f"{deed}{telling.narrowed(often)}{counting}"

    def _amount(self, node: _Counted, slug: str, voice: Voice, place: Place) -> str:
        voice = voices.neuter("it") if place.of_a_row else voice
        if self.items.entries(node.left) and not (node.is_never or node.is_ever):
            return self._entry_count(node, voice, place)
        filters = self.items.filters(node.left, place)
        things = self._words.entity(slug)
        if node.is_never:
            return f"{voice.who}{voice.have}no {things}{filters}"
        how_many = amount_text(node.operator, node.number, things)
        have = voice.have_not if node.negated else voice.have
        return f"{voice.who}{have}{how_many}{filters}"

    def _entry_count(self, node: _Counted, voice: Voice, place: Place) -> str:
        """A count of the entries of arrays."""
        have = voice.have_not if node.negated else voice.have
        bound = bound_text(node.operator, node.number)
        return (
            f"{voice.who}{have}{bound} {self.items.counted_entries(node.left, place, node.number)}"
        )

    # --- values ---

    def computed_trait(self, value: Scalar, of: str) -> str:
        """A value that every customer or account is given."""
        the = "" if self._terse else "the "
        if isinstance(value, Trait):
            return f"{the}{self._names.trait(value)} of each {of}"
        return f"for each {of}: {self._subject(value, voices.PLAIN, Place())}"

    def _subject(self, left: Scalar, voice: Voice, place: Place) -> str:
        match left:
            case Trait():
                return f"{voice.whose}{self._names.trait(left)}"
            case Reduction():
                return f"{voice.about}{self.items.reduced(left, place)}"
            case _:
                return self._names.value(left, place)

    def _argument(self, argument: Operand, node: Comparison, voice: Voice, place: Place) -> str:
        match argument:
            case Number() | Text() | Date() | Moment():
                if node.operator.group is Group.DATE:
                    return date_text(argument)
                field = self._names.field(node.left, place)
                if field.kind is Kind.BOOLEAN and argument in _TRUTHS:
                    return str(argument.value)
                return constant_text(argument, known=values_of(field))
            case Trait():
                return f"{voice.theirs}{self._names.trait(argument)}"
            case Property() | Context():
                return self._names.value(argument, place)
            case Reduction():
                return self.items.reduced(argument, place)
            case Duration():
                raise AssertionError(argument)
