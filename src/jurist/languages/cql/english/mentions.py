"""What a request for an audience has to say: its names, values, numbers, times and negations."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from decimal import Decimal
from typing import Final

from jurist.languages.cql.operators import Group
from jurist.languages.cql.schemas.schema import CqlSchema, EntitySpec, Fields, find_field
from jurist.languages.cql.syntax import (
    AllUsers,
    And,
    AnyUser,
    Between,
    Comparison,
    Condition,
    Constant,
    Context,
    CqlQuery,
    Date,
    Duration,
    Entity,
    Event,
    ExpiresAfter,
    Filter,
    Moment,
    Name,
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
    Unit,
    Where,
    Within,
)
from jurist.languages.mentions import (
    EXISTENCE,
    NONE_AT_ALL,
    ONE,
    PERHAPS,
    Alternatives,
    Extreme,
    Mention,
    Mentioned,
    MentionKind,
    Negations,
    denied,
)

_FLAGS: Final = frozenset({"true", "false"})
_BEYOND: Final = frozenset({Operator.BEFORE_LAST, Operator.AFTER_NEXT})
_DATE: Final = re.compile(r"\d{4}-\d{2}-\d{2}(?:$|[T ]\d{2}:)")
_EXTREMES: Final = {Reducer.MIN: Extreme.LOW, Reducer.MAX: Extreme.HIGH}
_NEVER_SAID: Final = frozenset({"timestamp"})


def mentioned(query: CqlQuery, schema: CqlSchema) -> Mentioned:
    """All that a request for a query has to say."""
    walk = _Walk(schema)
    negations = (
        walk.condition(query)
        if isinstance(query, Condition)
        else walk.scalar(query, optional=False)
    )
    return Mentioned(
        tuple(walk.mentions),
        negations,
        walk.alternatives,
        frozenset(walk.extremes),
        averages=walk.averages,
    )


@dataclass
class _Walk:
    """Gathers mentions in written order."""

    schema: CqlSchema
    mentions: list[Mention] = field(default_factory=list[Mention])
    alternatives: Alternatives = Alternatives.NONE
    extremes: set[Extreme] = field(default_factory=set[Extreme])
    averages: bool = False
    denied: int = 0
    """How many negations stand around."""
    events: list[str] = field(default_factory=list[str])
    entities: list[EntitySpec] = field(default_factory=list[EntitySpec])

    def condition(self, node: Condition) -> Negations:
        match node:
            case And(operands) | Or(operands):
                if isinstance(node, Or):
                    self._note(Alternatives.SOME)
                return sum((self.condition(operand) for operand in operands), Negations())
            case Not(operand):
                self._note(Alternatives.PERHAPS)
                self.denied += 1
                parts = tuple(self._leaves(operand))
                self.denied -= 1
                return denied(parts)
            case AnyUser(operand) | AllUsers(operand):
                return self.condition(operand)
            case Comparison():
                return self._comparison(node)

    def _leaves(self, node: Condition) -> Iterator[Negations]:
        """The negations of each condition below a negation."""
        if isinstance(node, And | Or):
            for operand in node.operands:
                yield from self._leaves(operand)
        else:
            yield self.condition(node)

    def _comparison(self, node: Comparison) -> Negations:
        operator, arguments = node.operator, node.arguments
        if len(arguments) > 1:
            self._note(Alternatives.PERHAPS)
        texts = [argument for argument in arguments if isinstance(argument, Text)]
        is_flag = bool(texts) and all(text.value in _FLAGS for text in texts)
        implied = operator.group is Group.EQUALITY and bool(texts) and not is_flag
        negations = self.scalar(node.left, optional=implied)
        if not is_flag:
            for argument in arguments:
                if isinstance(argument, Reduction):
                    negations += self.scalar(argument, optional=False)
                else:
                    self._operand(argument, operator)
        return negations + self._denials(node, is_flag=is_flag)

    @staticmethod
    def _denials(node: Comparison, *, is_flag: bool) -> Negations:
        """The negations of the comparison itself."""
        operator, arguments = node.operator, node.arguments
        if is_flag:
            texts = {text.value for text in arguments if isinstance(text, Text)}
            is_false = (texts == {"false"}) != (operator.is_negative)
            return ONE if is_false else Negations()
        if operator.is_negative:
            return Negations(1, max(1, len(arguments)))
        if _is_none(node):
            return ONE
        is_zero = operator is Operator.EQUALS and arguments == (Number(0),)
        return PERHAPS if is_zero or operator in _BEYOND else Negations()

    def scalar(self, node: Scalar, *, optional: bool) -> Negations:
        """A name or a reduction; optional where a value says it."""
        if not isinstance(node, Reduction):
            self._name(node, optional=optional)
            return Negations()
        negations = self._stream(node.stream)
        if node.reducer in _EXTREMES:
            self.extremes.add(_EXTREMES[node.reducer])
        self.averages = self.averages or node.reducer is Reducer.AVG
        if node.value is not None:
            self._name(node.value, optional=optional)
        if node.minimum is not None:
            self._number(Decimal(node.minimum), ">=")
        (self.events if isinstance(node.stream.source, Event) else self.entities).pop()
        return negations

    def _stream(self, node: Stream) -> Negations:
        source = node.source
        if isinstance(source, Event):
            name, spec = source.name, self.schema.events.get(source.name)
            self.events.append(name)
        else:
            name, spec = source.slug, self._entity(source)
            self.entities.append(spec or EntitySpec())
        self._add(MentionKind.NAME, name, described=spec.description if spec else "")
        return sum((self._filter(part) for part in node.filters), Negations())

    def _entity(self, source: Entity) -> EntitySpec | None:
        levels = [self.schema.entities, *(entity.entities for entity in reversed(self.entities))]
        return next((level[source.slug] for level in levels if source.slug in level), None)

    def _filter(self, node: Filter) -> Negations:
        match node:
            case Where(condition):
                return self.condition(condition)
            case Sources(exclude):
                for source in exclude:
                    self._add(MentionKind.TEXT, source)
                return Negations(1, len(exclude) or 1)
            case Within(duration) | ExpiresAfter(duration):
                self._duration(duration)
            case Between(near, far):
                for length in (near, far):
                    if length.amount:
                        self._duration(length)
        return Negations()

    def _note(self, alternatives: Alternatives) -> None:
        """What stands below a negation may be said either way."""
        if self.alternatives is not Alternatives.SOME:
            self.alternatives = Alternatives.PERHAPS if self.denied else alternatives

    # --- what is said -------------------------------------------------------------------------

    def _operand(self, node: Constant | Duration | Name, operator: Operator) -> None:
        symbol = operator.symbol.replace("!=", "<>")
        dated = {Operator.BEFORE_DATE: "<", Operator.AFTER_DATE: ">"}.get(operator, symbol)
        match node:
            case Number(value):
                self._number(Decimal(value), symbol)
            case Text(value) if _DATE.match(value):
                self._add(MentionKind.MOMENT, value, operator=dated)
            case Text(value):
                self._add(MentionKind.TEXT, value)
            case Date(value):
                self._add(MentionKind.MOMENT, value.isoformat(), operator=dated)
            case Moment(ms):
                at = datetime.fromtimestamp(ms / 1000, UTC)
                self._add(MentionKind.MOMENT, f"{at:%Y-%m-%dT%H:%M:%S}", operator=dated)
            case Duration():
                self._duration(node, ">" if operator in _BEYOND else "")
            case Trait() | Property() | Context():
                self._name(node, optional=False)

    def _number(self, value: Decimal, symbol: str) -> None:
        """A number; that there is one at all, or none, need not be said in numbers."""
        exists = (symbol, value) in EXISTENCE
        self._add(MentionKind.NUMBER, f"{value:f}", value, symbol, optional=exists)

    def _duration(self, node: Duration, operator: str = "") -> None:
        text = f"{node.amount} {node.unit}{'s' if node.amount != 1 else ''}"
        self._add(MentionKind.DURATION, text, Decimal(node.ms) / Unit.HOUR.ms, operator)

    def _name(self, node: Trait | Property | Context, *, optional: bool) -> None:
        known = (find_field(fields, node.name) for fields in self._fields(node))
        described = next((spec.description for spec in known if spec is not None), "")
        hidden = optional or (isinstance(node, Context) and node.name in _NEVER_SAID)
        self._add(MentionKind.NAME, node.name, optional=hidden, described=described)

    def _fields(self, node: Trait | Property | Context) -> Iterator[Fields]:
        if isinstance(node, Trait):
            yield self.schema.traits
            yield self.schema.account_traits
            return
        for entity in reversed(self.entities):
            yield entity.properties
        for name in reversed(self.events):
            spec = self.schema.events.get(name)
            if spec is not None:
                yield spec.properties if isinstance(node, Property) else spec.context

    def _add(
        self,
        kind: MentionKind,
        text: str,
        value: Decimal | None = None,
        operator: str = "",
        *,
        optional: bool = False,
        described: str = "",
    ) -> None:
        descriptions = (described,) if described else ()
        if self.denied:
            operator = ""
        self.mentions.append(
            Mention(kind, text, value, operator, optional=optional, descriptions=descriptions)
        )


def _is_none(node: Comparison) -> bool:
    """Whether it says that there is none of something."""
    match node:
        case Comparison(Reduction() as left, operator, (Number(value),)):
            return left.reducer.counts and (operator.symbol, value) in NONE_AT_ALL
        case _:
            return False
