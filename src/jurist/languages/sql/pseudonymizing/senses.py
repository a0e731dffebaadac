"""What an expression's value is of, and what follows where values of two meet."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import Final

from sqlglot import exp

from jurist.languages.pseudonymizing import Relation
from jurist.languages.sql.pseudonymizing.units import PLAIN, Kind, Unit, Units, ValueClass

LITERAL: Final = "constant"
"""The key under which a literal's number stands in the `meta` of its node."""
_SAYS_NUMBER: Final = re.compile(r"[+-]?(\d+(\.\d*)?|\.\d+)([eE][+-]?\d+)?\Z", re.ASCII)
_FLAGS: Final = frozenset({"0", "1", "t", "f", "true", "false", ""})
_CLOCK: Final = re.compile(r"\d{1,2}(:\d{2}){0,2}(\.\d+)?\Z", re.ASCII)
_MIXED: Final = "values of different types are compared with each other"


class Family(StrEnum):
    """What may be done with a value."""

    NUMBER = "number"
    TEXT = "text"
    TIME = "time"
    INSTANT = "instant"
    """A number that counts from some day, as JULIANDAY gives: only differences are plain."""
    CLOCK = "clock"
    """A time of day or a day of the week, which whole weeks do not move."""
    FLAG = "flag"
    ANY = "any"
    """NULL."""


@dataclass(frozen=True, slots=True)
class Sense:
    """What a value is of."""

    family: Family
    unit: Unit = PLAIN
    is_whole: bool = False
    """Whether it is an integer, which may be divided as one."""
    is_rounded: bool = False
    """Whether it depends on where numbers are rounded."""


ANY: Final = Sense(Family.ANY)
COUNT: Final = Sense(Family.NUMBER, is_whole=True)
RATIO: Final = Sense(Family.NUMBER)
FLAG: Final = Sense(Family.FLAG)
CLOCK: Final = Sense(Family.CLOCK)
_KINDS: Final = {
    Family.NUMBER: Kind.NUMBER,
    Family.TEXT: Kind.TEXT,
    Family.TIME: Kind.TIME,
    Family.INSTANT: Kind.TIME,
}


def says_number(text: str) -> bool:
    """Whether a text says a number."""
    return _SAYS_NUMBER.match(text) is not None


@dataclass(slots=True)
class Senses:
    """The values of one query as they meet."""

    units: Units = field(default_factory=Units)
    columns: dict[str, int] = field(default_factory=dict[str, int])
    """The class of each column, by its place."""
    literals: dict[int, int] = field(default_factory=dict[int, int])
    """The class of each literal that is a value, by its number."""
    patterns: dict[int, str] = field(default_factory=dict[int, str])
    """The escape character of each literal that is a pattern."""
    kept: set[int] = field(default_factory=set[int])
    """Literals that are no values: digits to round to, formats, lengths of time."""
    texts: dict[int, str] = field(default_factory=dict[int, str])
    """What each literal says."""
    obstacles: dict[str, None] = field(default_factory=dict[str, None])

    # --- where values come from -----------------------------------------------------------

    def column(self, place: str, family: Family | None, *, is_whole: bool) -> Sense:
        """A column's value; `None`: its type says nothing of it."""
        if family is Family.FLAG:
            return FLAG
        if place not in self.columns:
            kinds = {_KINDS[family]} if family is not None else set[Kind]()
            self.columns[place] = self.units.new(ValueClass(places={place}, kinds=kinds))
        return Sense(family or Family.TEXT, ((self.columns[place], 1),), is_whole=is_whole)

    def literal(self, node: exp.Literal) -> Sense:
        """A literal that may be a value."""
        number = self._number_of(node)
        is_zero = not node.is_string and not float(node.name)
        if number not in self.literals:
            known = ValueClass(literals={number})
            self.literals[number] = self.units.new(known, is_zero=is_zero)
        family = Family.TEXT if node.is_string else Family.NUMBER
        whole = not node.is_string and node.name.isdigit()
        return Sense(family, ((self.literals[number], 1),), is_whole=whole)

    def pattern(self, node: exp.Literal, escape: str) -> Sense:
        """A literal that is a pattern."""
        sense = self.literal(node)
        self.patterns[self._number_of(node)] = escape
        return sense

    def keep(self, node: exp.Expr) -> None:
        """A literal, or a number with its sign, that is no value."""
        while isinstance(node, exp.Neg | exp.Paren):
            node = node.this
        if isinstance(node, exp.Literal):
            self.kept.add(self._number_of(node))

    def opaque(self, reason: str, family: Family = Family.TEXT) -> Sense:
        """A value that is itself only where what it is computed from is."""
        node = self.units.new(ValueClass(fixed=reason))
        return Sense(family, ((node, 1),))

    def _number_of(self, node: exp.Literal) -> int:
        number = node.meta.get(LITERAL)
        if not isinstance(number, int):
            number = -1 - len(self.texts)  # one that resolving names has made
        self.texts.setdefault(number, node.name)
        return number

    # --- what is done with them -----------------------------------------------------------

    def fix(self, sense: Sense, reason: str) -> None:
        """Let what a value is of stay what it is."""
        if sense.family is Family.TEXT or sense.family is Family.TIME or sense.unit:
            self.units.fix(sense.unit, reason)

    def number(self, sense: Sense) -> Sense:
        """A value where a number is wanted."""
        match sense.family:
            case Family.NUMBER | Family.ANY:
                return sense
            case Family.FLAG:
                return COUNT
            case Family.TEXT if self._is_open(sense):
                for node, _ in sense.unit:
                    self.units.of(node).kinds.add(Kind.NUMBER)
                return replace(sense, family=Family.NUMBER)
            case _:
                self.fix(sense, f"a {sense.family} is taken for a number")
                return self.opaque(f"a {sense.family} is taken for a number", Family.NUMBER)

    def time(self, sense: Sense) -> Sense:
        """A value where a day or a time is wanted."""
        if sense.family is Family.TEXT:
            for node, _ in sense.unit:
                self.units.of(node).kinds.add(Kind.TIME)
            return replace(sense, family=Family.TIME)
        if sense.family in {Family.TIME, Family.ANY}:
            return sense
        self.fix(sense, "a number is taken for a date")
        return self.opaque("a number is taken for a date", Family.TIME)

    def summed(self, sense: Sense) -> Sense:
        """A number with which arithmetic is done."""
        sense = self.number(sense)
        for node, _ in self.units.normal(sense.unit):
            self.units.of(node).is_summed = True
        return sense

    def ask(self, sense: Sense, relation: Relation) -> None:
        """Note what is asked of values."""
        if relation is Relation.ORDER and sense.family is Family.TEXT:
            relation = Relation.TEXT_ORDER
        for node, _ in self.units.normal(sense.unit):
            self.units.of(node).asked.add(relation)

    def settled(self, sense: Sense, reason: str = "a rounded number is compared") -> Sense:
        """A value that is compared, grouped or sorted by."""
        if sense.is_rounded:
            self.fix(sense, reason)
        return sense

    def meet(self, one: Sense, other: Sense) -> Sense:
        """Two values that are compared, added, or stand for each other.

        Returns:
            What a value is of that is either.
        """
        one, other = self.settled(one), self.settled(other)
        if Family.ANY in {one.family, other.family}:
            return other if one.family is Family.ANY else one
        for flag, value in ((one, other), (other, one)):
            if flag.family in {Family.FLAG, Family.CLOCK}:
                return self._plain(flag, value)
        if one.family is other.family is Family.NUMBER:
            self.units.same(one.unit, other.unit)
            return replace(one, is_whole=one.is_whole and other.is_whole)
        for text, value in ((one, other), (other, one)):
            if text.family is Family.TEXT and value.family is Family.NUMBER:
                return self._numeric(text, value)
        if Family.INSTANT in {one.family, other.family} and one.family is not other.family:
            self.fix(one, _MIXED)
            self.fix(other, _MIXED)
            return one
        return self._joined(one, other)

    def all_meet(self, senses: Iterable[Sense]) -> Sense:
        """Values that stand for each other."""
        result = ANY
        for sense in senses:
            result = self.meet(result, sense)
        return result

    def _joined(self, one: Sense, other: Sense) -> Sense:
        for (node, _), (second, _) in zip(one.unit, other.unit, strict=False):
            self.units.join(node, second)
        return other if one.family is Family.TEXT else one

    def _plain(self, flag: Sense, value: Sense) -> Sense:
        """A flag or a time of day beside something else: only literals of its own form stay."""
        if value.family is flag.family:
            return flag
        form = _FLAGS if flag.family is Family.FLAG else None
        for node, _ in self.units.normal(value.unit):
            known = self.units.of(node)
            said = {self.texts[number] for number in known.literals}
            is_own = (
                all(text.lower() in form for text in said)
                if form is not None
                else all(_CLOCK.match(text) for text in said)
            )
            if known.places or known.fixed or not is_own:
                self.units.fix(((node, 1),), _MIXED)
            known.is_plain = True
        return flag

    def _numeric(self, text: Sense, number: Sense) -> Sense:
        """A text beside a number: one that says a number is one."""
        said = [self.texts[n] for node, _ in text.unit for n in self.units.of(node).literals]
        if self._is_open(text) and all(map(says_number, said)):
            self.units.same(self.number(text).unit, number.unit)
            return number
        is_bare = all(not self.units.of(node).places for node, _ in text.unit)
        if is_bare and self._is_open(text):
            return number  # a word is equal to no number
        literals = [self.units.of(node) for node, _ in number.unit]
        if literals and all(not known.places and not known.kinds for known in literals):
            self._joined(text, number)
            return text
        self.fix(text, _MIXED)
        self.fix(number, _MIXED)
        return number

    def _is_open(self, sense: Sense) -> bool:
        """Whether nothing says yet of what kind its values are, or that they are numbers."""
        kinds = {kind for node, _ in sense.unit for kind in self.units.of(node).kinds}
        return kinds <= {Kind.NUMBER}
