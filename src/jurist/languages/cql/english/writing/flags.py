"""Traits and properties that are called as one would say them: `is_vip`, `has_pets`, `can_export`.

"Who are not vip" holds of those of whom nothing is known too, "who are known not to be vip" does
not: so a missing value is told apart in words as it is in queries.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from jurist.languages.cql.english.writing.participles import IRREGULAR
from jurist.languages.cql.english.writing.voices import Voice
from jurist.languages.cql.schemas.schema import Kind
from jurist.languages.cql.syntax import Comparison, Operator, Text


@dataclass(frozen=True, slots=True)
class _Verb:
    """A verb in the plural and the singular, denied so, and after "to"."""

    forms: tuple[str, str]
    denied: tuple[str, str]
    infinitive: str


_VERBS: Final = {
    "is": _Verb(("are", "is"), ("are not", "is not"), "be"),
    "was": _Verb(("were", "was"), ("were not", "was not"), "have been"),
    "has": _Verb(("have", "has"), ("do not have", "does not have"), "have"),
    "can": _Verb(("can", "can"), ("cannot", "cannot"), "be able to"),
}
_TRUTHS: Final = {"true": True, "false": False}
_UNCLEAR: Final = frozenset(
    {"a", "an", "any", "at", "in", "known", "never", "no", "not", "of", "on", "unknown"}
)
"""Words that after such a verb would say something else, or deny it."""


@dataclass(frozen=True, slots=True)
class Flag:
    """A name that begins with a verb: what it says of whoever has it."""

    verb: str
    rest: str

    def clause(self, node: Comparison, subject: Voice, kind: Kind, *, negated: bool) -> str:
        """A comparison with true or false in words; empty where it asks for anything else.

        Args:
            node: The comparison, of which this is the left side.
            subject: Whose flag it is.
            kind: Of the values: where they are no booleans, texts differ from both.
            negated: Whether its opposite is to be said.
        """
        match node:
            case Comparison(operator=Operator.EQUALS, arguments=(Text(value=value),)):
                truth = _TRUTHS.get(value)
            case Comparison(operator=Operator.DIFFERS, arguments=(Text(value=value),)):
                truth = _TRUTHS.get(value) if kind is Kind.BOOLEAN else None
                truth = None if truth is None else not truth
            case Comparison(operator=Operator.EXISTS | Operator.ABSENT as operator):
                is_known = operator is Operator.EXISTS
                return self._whether(subject, is_known=is_known, negated=negated)
            case _:
                truth = None
        return "" if truth is None else self._holds(subject, truth=truth, negated=negated)

    def _holds(self, subject: Voice, *, truth: bool, negated: bool) -> str:
        verb = _VERBS[self.verb]
        be = f"{subject.person}{subject.are}{'not ' if negated else ''}"
        if not truth:
            return f"{be}known not to {verb.infinitive} {self.rest}"
        if self._is_perfect:
            return f"{be}known to {verb.infinitive} {self.rest}"
        if self.verb == "is":
            return f"{be}{self.rest}"
        form = (verb.denied if negated else verb.forms)[_number(subject)]
        return f"{subject.person}{form} {self.rest}"

    def _whether(self, subject: Voice, *, is_known: bool, negated: bool) -> str:
        if not subject.person:
            return ""
        verb = _VERBS[self.verb]
        again = subject.person if not subject.about else "they "
        form = verb.forms[0 if subject.about else _number(subject)]
        known = f"{'not ' if negated else ''}{'known' if is_known else 'unknown'}"
        return f"{subject.about}it is {known} whether {again}{form} {self.rest}"

    @property
    def _is_perfect(self) -> bool:
        """Whether it tells of a deed, as `has_signed_in`: events are told in such words."""
        first = self.rest.split(" ", 1)[0]
        return self.verb == "has" and (first.endswith("ed") or first in IRREGULAR)


def _number(subject: Voice) -> int:
    """Of the forms of a verb, which the subject takes: 0, the plural, or 1."""
    return 0 if subject.are == "are " else 1


def flag_of(words: str) -> Flag | None:
    """A name's words as something that is said of somebody, if they are."""
    verb, _, rest = words.partition(" ")
    if not begins_with_verb(words) or rest.split(" ", 1)[0] in _UNCLEAR:
        return None
    return Flag(verb, rest)


def begins_with_verb(words: str) -> bool:
    """Whether a name begins with a verb, so that "whose", "the" or "their" cannot precede it."""
    verb, _, rest = words.partition(" ")
    return verb in _VERBS and bool(rest)
