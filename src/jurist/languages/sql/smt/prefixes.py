"""The first letters of texts and of dates as texts: where they stand among the constants.

A text t and its first n letters p compare alike with a constant c of at most n letters:
p < c exactly where t < c. (Where p differs from c at a letter, t does at the same one; where p is
a part of c that c goes on from, p is shorter than n, so it is t.) p = c for a c of n letters where
t is at least c and less than c with its last letter raised. Dates as ISO 8601 writes them are in
the order of their days, and so are their first letters.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from jurist.languages.sql.smt.terms import Sort, Term, Terms
from jurist.languages.sql.smt.texts import Texts, day_text, first_day

DAY_LETTERS: Final = 10
_HIGHEST: Final = 0xD7FE
"""No letter behind it is raised: surrogates and what sorts around them are left alone."""


@dataclass(frozen=True, slots=True)
class _Prefix:
    text: Term
    whole: Term
    size: int
    day: int = 0
    """Of a date or moment: what of its number is a day; 0: it is a text."""


class Prefixes:
    """Terms for first letters, and what is known of them.

    Args:
        terms: Makes the terms.
        texts: Whose constants the facts are about.
    """

    def __init__(self, terms: Terms, texts: Texts) -> None:
        self._terms = terms
        self._texts = texts
        self._prefixes: dict[Term, _Prefix] = {}
        self._years: dict[Term, Term] = {}
        self._told: set[tuple[Term, str]] = set()

    def of_day(self, whole: Term, size: int, day: int = 1) -> Term:
        """The first letters of a date, or of a moment, as text.

        Args:
            whole: Its number.
            size: How many letters, no more than those of its day.
            day: What of the number is a day.
        """
        if whole.literal is not None:
            return self._code(day_text(math.floor(whole.literal / day))[:size])
        kind = "day" if day == 1 else "moment"
        return self._known(_Prefix(self._apply(kind, whole, size), whole, size, day))

    def of_text(self, text: Term, size: int) -> Term:
        """The first letters of a text."""
        if isinstance(text.literal, int):
            constant = self._texts.constant(text.literal)
            if constant is not None:
                return self._code(constant[:size])
        return self._known(_Prefix(self._apply("text", text, size), text, size))

    def year(self, whole: Term, day: int = 1) -> Term:
        """The year of a date, or of a moment (see `of_day`), as a number."""
        year = self._terms.apply(
            "year of day" if day == 1 else "year of moment", (whole,), Sort.INT
        )
        if year not in self._years:
            terms = self._terms
            following = terms.total((year, terms.integer(1)))
            self._years[year] = terms.both(
                terms.at_most(terms.scaled(self._new_year(year), day), whole),
                terms.less(whole, terms.scaled(self._new_year(following), day)),
            )
        return year

    def _new_year(self, year: Term) -> Term:
        """The number of a year's first day in the Gregorian calendar."""
        terms = self._terms
        before = terms.total((year, terms.integer(-1)))
        fours, hundreds, four_hundreds = (
            terms.floor_quotient(before, terms.integer(years)) for years in (4, 100, 400)
        )
        days = (terms.scaled(before, 365), fours, terms.negative(hundreds), four_hundreds)
        return terms.total((*days, terms.integer(1)))

    def year_written(self, text: Term) -> Term | None:
        """The number of the year that a text is; `None` where it is none."""
        known = self._prefixes.get(text)
        if known is None or not known.day or known.size != 4:
            return None
        return self.year(known.whole, known.day)

    def begins(self, text: Term, start: str) -> Term | None:
        """Whether a text begins with a constant; `None` where that is no range of texts."""
        end = raised(start)
        if end is None:
            return None
        terms = self._terms
        return terms.both(terms.at_most(self._code(start), text), terms.less(text, self._code(end)))

    def facts(self) -> list[Term]:
        """What is known, as far as it was not told before."""
        facts = [fact for year, fact in self._years.items() if (year, "") not in self._told]
        self._told |= {(year, "") for year in self._years}
        for known in list(self._prefixes.values()):
            for constant in self._texts.constants:
                if (known.text, constant) not in self._told:
                    facts += self._about(known, constant)
        return facts

    def _about(self, known: _Prefix, constant: str) -> Iterator[Term]:
        self._told.add((known.text, constant))
        terms = self._terms
        code = self._code(constant)
        less, equal = terms.less(known.text, code), terms.equal(known.text, code)
        if known.day:
            first, after = (
                terms.integer(number * known.day)
                for number in (
                    first_day(lambda day: day[: known.size] >= constant),
                    first_day(lambda day: day[: known.size] > constant),
                )
            )
            yield terms.equal(less, terms.less(known.whole, first))
            there = terms.both(terms.at_most(first, known.whole), terms.less(known.whole, after))
            yield terms.equal(equal, there)
            return
        if len(constant) > known.size:
            shorter = self._code(constant[: known.size])
            yield terms.equal(less, terms.at_most(known.text, shorter))
            yield terms.negation(equal)
            return
        yield terms.equal(less, terms.less(known.whole, code))
        if len(constant) < known.size:
            yield terms.equal(equal, terms.equal(known.whole, code))
            return
        begins = self.begins(known.whole, constant)
        if begins is not None:
            yield terms.equal(equal, begins)

    def _known(self, prefix: _Prefix) -> Term:
        self._prefixes.setdefault(prefix.text, prefix)
        return prefix.text

    def _apply(self, kind: str, whole: Term, size: int) -> Term:
        return self._terms.apply(f"{size} letters of {kind}", (whole,), Sort.INT)

    def _code(self, text: str) -> Term:
        return self._terms.integer(self._texts.code(text))


def raised(text: str) -> str | None:
    """The least text behind all that begin with a text; `None` where none is known."""
    if not text or ord(text[-1]) > _HIGHEST:
        return None
    return text[:-1] + chr(ord(text[-1]) + 1)
