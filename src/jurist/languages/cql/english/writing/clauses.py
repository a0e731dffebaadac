"""Conditions as clauses, joined so that every grouping is read one way only."""

from __future__ import annotations

import random
from dataclasses import dataclass
from decimal import Decimal
from typing import Final

from jurist.languages.cql.english.writing import voices
from jurist.languages.cql.english.writing.items import Items, Place
from jurist.languages.cql.english.writing.predicates import predicate
from jurist.languages.cql.english.writing.values import (
    COUNTED,
    amount_text,
    constant_text,
    date_text,
    means_ever,
    means_never,
    times_text,
)
from jurist.languages.cql.english.writing.voices import Voice
from jurist.languages.cql.english.writing.wording import Wording
from jurist.languages.cql.operators import Group
from jurist.languages.cql.schemas.schema import ANYTHING, CqlSchema, Field, Kind, find_field
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
)

_MEMBERSHIPS: Final = {"audience": "audience", "journey": "journey"}
_TRUTHS: Final = (Text("true"), Text("false"))
_NOBODY: Final = "no"
_SOMEBODY: Final = "at least one"
_EVERYBODY: Final = "every"
_NOT_EVERYBODY: Final = "not every"


@dataclass(frozen=True, slots=True)
class _Counted:
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
        self.items = Items(self, words, terse=terse)

    # --- junctions ---

    def condition(self, node: Condition, voice: Voice, place: Place) -> str:
        """A condition; a junction comes without parentheses."""
        match node:
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
            case Comparison():
                return self._comparison(node, voice, place, negated=False)

    def grouped(self, node: Condition, voice: Voice, place: Place) -> str:
        """A condition that another one may stand beside: a junction in parentheses."""
        text = self.condition(node, voice, place)
        return f"({text})" if isinstance(node, And | Or) else text

    def _joined(self, node: And | Or, voice: Voice, place: Place) -> str:
        kind = type(node)
        operands: list[Condition] = []
        waiting = [*reversed(node.operands)]
        while waiting:
            operand = waiting.pop()
            if isinstance(operand, kind):
                waiting.extend(reversed(operand.operands))
            else:
                operands.append(operand)
        texts = [self.grouped(operand, voice, place) for operand in operands]
        word = "and" if isinstance(node, And) else "or"
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
        if voice == voices.RELATIVE and self._rng.random() < 0.5:
            return f"who are not among those ({self.condition(operand, voice, place)})"
        inner = voices.PLAIN if voice == voices.RELATIVE else voice
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
        text = self.condition(operand, voices.RELATIVE, place)
        if quantity in (_SOMEBODY, _NOBODY):
            return f"there is {quantity} user ({text})"
        return f"{quantity} user is one ({text})"

    # --- comparisons ---

    def _comparison(self, node: Comparison, voice: Voice, place: Place, *, negated: bool) -> str:
        left, arguments = node.left, node.arguments
        if place.of_account and isinstance(left, Reduction):
            # Outside ANY and ALL a comparison of a stream means ANY (A2).
            return self._of_users(_NOBODY if negated else _SOMEBODY, node)
        counted = _counted(node, negated=negated)
        if counted is not None:
            source = counted.left.stream.source
            if isinstance(source, Event):
                return self._count(counted, voice, place)
            return self._amount(counted, source.slug, voice, place)
        if isinstance(left, Trait):
            special = self._about_a_person(left, node, voice, negated=negated)
            if special:
                return special
        text = predicate(
            node,
            # Lengths of time are said by the predicate itself.
            [
                self._argument(argument, node, voice, place)
                for argument in arguments
                if not isinstance(argument, Duration)
            ],
            negated=negated,
            terse=self._terse,
            is_reference=bool(arguments) and isinstance(arguments[0], Trait | Property | Context),
        )
        return f"{self._subject(left, voice, place)} {text}"

    def _about_a_person(
        self, trait: Trait, node: Comparison, voice: Voice, *, negated: bool
    ) -> str | None:
        """Memberships and plans, which have a wording of their own."""
        if node.operator is not Operator.EQUALS or not isinstance(node.arguments[0], Text):
            return None
        field, value = self._trait_field(trait), node.arguments[0].value
        not_ = "not " if negated else ""
        membership = _MEMBERSHIPS.get(field.description.lower())
        if membership and field.kind is Kind.BOOLEAN and value == "true":
            name = self._words.trait(trait.name)
            return f"{voice.person}{voice.are}{not_}in the {name} {membership}"
        text = constant_text(node.arguments[0], known=_values(field))
        if self._words.trait(trait.name) == "plan" and text == value and not self._terse:
            return f"{voice.person}{voice.are}{not_}on the {value} plan"
        return None

    def _count(self, node: _Counted, voice: Voice, place: Place) -> str:
        stream = node.left.stream
        telling = self.items.phrase(stream, place)
        after = "afterwards " if place.follows_an_event else ""
        deed = f"{voice.who}{after}{telling.past}"
        sequel = self.items.sequel(stream, place, voice) if node.is_ever else ""
        if sequel:
            return f"{deed}{telling.narrowed()}{sequel}"
        counting = self.items.counting(stream, place)
        if node.is_never:
            narrowed = f"{telling.narrowed()}{counting}"
            if not after and self._rng.random() < 0.5:
                return f"{voice.who}never {telling.past}{narrowed}"
            return f"{voice.who}{voice.have}{after}not {telling.done}{narrowed}"
        if node.is_ever and not counting:
            return f"{deed}{telling.narrowed()}"
        often = times_text(node.operator, node.number, self._rng, terse=self._terse)
        often = f"not {often}" if node.negated else often
        return f"{deed}{telling.narrowed(often)}{counting}"

    def _amount(self, node: _Counted, slug: str, voice: Voice, place: Place) -> str:
        have = "it has " if place.of_a_row else f"{voice.who}{voice.have}"
        filters = self.items.filters(node.left.stream, place)
        things = self._words.entity(slug)
        if node.is_never:
            return f"{have}no {things}{filters}"
        how_many = amount_text(node.operator, node.number, things)
        return f"{have}{'not ' if node.negated else ''}{how_many}{filters}"

    # --- values ---

    def computed_trait(self, value: Scalar, of: str) -> str:
        """A value that every customer or account is given."""
        the = "" if self._terse else "the "
        if isinstance(value, Trait):
            return f"{the}{self._words.trait(value.name)} of each {of}"
        return f"for each {of}: {self._subject(value, voices.PLAIN, Place())}"

    def _subject(self, left: Scalar, voice: Voice, place: Place) -> str:
        match left:
            case Trait():
                return f"{voice.whose}{self._words.trait(left.name)}"
            case Reduction():
                return f"{voice.about}{self.items.reduced(left, place)}"
            case _:
                return self.value(left, place)

    def value(self, value: Property | Context, place: Place) -> str:
        """A property or context field of the item at hand, or of the one before it."""
        the = "" if self._terse else "the "
        if isinstance(value, Property) and value.parent:
            owner = self._owner(place, parent=True)
            return f"the earlier event's {self._words.property(owner, value.name)}"
        owner = self._owner(place, parent=False)
        if isinstance(value, Property):
            return f"{the}{self._words.property(owner, value.name)}"
        if value.name == "timestamp":
            return f"{the}time of the event"
        return f"{the}context {self._words.property(owner, value.name, in_context=True)}"

    def _owner(self, place: Place, *, parent: bool) -> str | None:
        events = [source for source in place.items[:-1] if isinstance(source, Event)]
        sources = events if parent else place.items
        if not sources:
            return None
        source = sources[-1]
        return source.name if isinstance(source, Event) else f"entity {source.slug}"

    def _argument(self, argument: Operand, node: Comparison, voice: Voice, place: Place) -> str:
        match argument:
            case Trait():
                return f"{voice.theirs}{self._words.trait(argument.name)}"
            case Property() | Context():
                return self.value(argument, place)
            case Number() | Text() | Date() | Moment():
                if node.operator.group is Group.DATE:
                    return date_text(argument)
                field = self._field(node.left, place)
                if field.kind is Kind.BOOLEAN and argument in _TRUTHS:
                    return str(argument.value)
                return constant_text(argument, known=_values(field))
            case Duration():
                raise AssertionError(argument)

    # --- facts ---

    def _trait_field(self, trait: Trait) -> Field:
        schema = self._schema
        of_person = find_field(schema.traits, trait.name)
        return of_person or find_field(schema.account_traits, trait.name) or ANYTHING

    def _field(self, left: Scalar, place: Place) -> Field:
        match left:
            case Trait():
                return self._trait_field(left)
            case Reduction(
                reducer=Reducer.FIRST | Reducer.LAST | Reducer.MODE, value=Property() as value
            ) if left.cast is None:
                return self._field(value, place.inside(left.stream.source))
            case Property(parent=False) | Context() if place.items:
                fields = self._words.fields(place.items[-1], in_context=isinstance(left, Context))
                return find_field(fields, left.name) or ANYTHING
            case _:
                return ANYTHING


def _values(field: Field) -> frozenset[str]:
    """The texts that a field can have; never those that read as true or false."""
    if field.kind is Kind.BOOLEAN:
        return frozenset()
    return frozenset(value for value in field.enum or () if isinstance(value, str))
