"""Numbers, times and counts in a request: found first, so that no name is read into them.

Each is replaced by a marker `⟦n⟧`, which stands for the n-th span from then on.
"""

from __future__ import annotations

import datetime
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Final

from jurist.languages.cql.english.reading.vocabulary import HOURS
from jurist.languages.cql.syntax import Duration, Operator, Unit


@dataclass(frozen=True, slots=True)
class Period:
    """A stretch of the past: the last `far`, or from `far` to `near` ago."""

    far: Duration
    near: Duration | None = None
    of_the_past: bool = True
    """Whether it is said to be past; else it may count from another event, as "within a day"."""


@dataclass(frozen=True, slots=True)
class Afterwards:
    """A stretch after another event: within `far`, or from `near` to `far`."""

    far: Duration
    near: Duration | None = None
    names_event: bool = False
    """Whether the event that it counts from may follow: "within 3 days of ..."."""


@dataclass(frozen=True, slots=True)
class Relative:
    """Where a date lies: an operator and a length of time."""

    operator: Operator
    length: Duration


@dataclass(frozen=True, slots=True)
class Times:
    """How often."""

    operator: Operator
    number: int


@dataclass(frozen=True, slots=True)
class Bound:
    """A number that something is compared with."""

    operator: Operator
    number: int | Decimal
    is_money: bool = False


@dataclass(frozen=True, slots=True)
class Range:
    """Two numbers that something lies between, both included."""

    low: int | Decimal
    high: int | Decimal


@dataclass(frozen=True, slots=True)
class Day:
    """A date that something lies before or after."""

    operator: Operator
    day: datetime.date


@dataclass(frozen=True, slots=True)
class Quote:
    """Words in quotation marks."""

    text: str


Span = Period | Afterwards | Relative | Times | Bound | Range | Day | Quote

MARKER: Final = re.compile(r"⟦(\d+)⟧")

_WORD_NUMBERS: Final = {
    "zero": 0, "one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7,
    "eight": 8, "nine": 9, "ten": 10, "eleven": 11, "twelve": 12, "fifteen": 15, "twenty": 20,
    "thirty": 30, "forty": 40, "fifty": 50, "sixty": 60, "ninety": 90, "hundred": 100,
    "thousand": 1000,
}  # fmt: skip
_MONTHS: Final = (
    *("january", "february", "march", "april", "may", "june", "july", "august", "september"),
    *("october", "november", "december"),
)
_NUMBER: Final = r"(?P<money>[$€£]\s?)?(?P<n>\d[\d,]*(?:\.\d+)?|\.\d+)(?P<k>k\b)?"
_UNIT: Final = r"(?:hours?|hrs?|h|days?|d|weeks?|months?|years?|yrs?)\b"
_LENGTH: Final = rf"(\d+)[ -]?({_UNIT})"
LONGEST: Final = 2_000
"""Characters of a request; a longer one is refused."""


def _unwrapped(match: re.Match[str]) -> str:
    """Parentheses that only explain a word lose their brackets."""
    inside = match[1]
    return match[0] if re.search(r"\b(?:and|or)\b", inside) else f" {inside} "


_CONTRACTIONS: Final = (
    (re.compile(r"[’`]"), "'"),
    (re.compile(r"\bcan't\b", re.I), "can not"),
    (re.compile(r"\bwon't\b", re.I), "will not"),
    (re.compile(r"n't\b", re.I), " not"),
    (re.compile(r"\b(have|has|did|is|are|do|does|was|were)nt\b", re.I), r"\1 not"),
    (re.compile(r"\b(they|we|you)'?(?:re|ve)\b", re.I), r"\1"),
    (re.compile(r"\b(who|it|that|he|she)'s\b", re.I), r"\1"),
    (re.compile(r"\b(they|who|it|that)'ll\b", re.I), r"\1"),
    (re.compile(r"\bat-?least\b", re.I), "at least"),
    (re.compile(r"\bw/o\b", re.I), "without"),
    (re.compile(r"\bother than\b", re.I), "other-than"),
    (re.compile(r"\bfree trial", re.I), "trial"),
    (re.compile(r"\w+ \(([a-z]{2})\)"), r"'\1'"),
    (re.compile(r"\(([^()]*)\)"), _unwrapped),
    (
        re.compile(
            r"[,;(]? ?(?:- )?\bincl(?:\.|ud\w+)? (?:the |those |ones? |customers |people )*"
            r"(?:who |with |that )[^,;]*?\b(?:no|without|unknown|missing)\b[^,;]*",
            re.I,
        ),
        " ",
    ),
    (re.compile(r", the [\w ]{1,40} being\b", re.I), " "),
    (
        re.compile(r"\bsince (?:\w+ )?(?:joined|signed up|registered|they started)\b", re.I),
        " ",
    ),
    (re.compile(r"\b(?:in|from|within) (?:the )?(USA?|UK|EU|[A-Z]{2})\b"), r"country '\1'"),
    (re.compile(r"\bno one\b", re.I), "nobody"),
    (re.compile(r"\bincl\.", re.I), "incl"),
    (re.compile(r"\bone another\b|\bat (?:a|one) time\b", re.I), " "),
    (re.compile(r"(?<=\s)&(?=\s)"), "and"),
    (re.compile(r"(?:a|one) couple of\b", re.I), "2"),
    (re.compile(r"\ba dozen\b", re.I), "12"),
    (re.compile(r"\bhalf a year\b", re.I), "180 days"),
    (re.compile(r"\b(\d+)\s*%|\b(\d+) percent\b", re.I), r"\1\2 percent"),
)
_ORDINALS: Final = {"second": 2, "third": 3, "fourth": 4, "fifth": 5}

_MORE: Final = r"(?:more|over|above|up|higher|greater|later|longer|better|upwards)"
_LESS: Final = r"(?:less|fewer|below|under|lower|worse)"
_OPERATORS: Final = (
    (r"(?:at least|no less than|not less than|no fewer than|a minimum of|minimum|min|>=|≥)",
     Operator.AT_LEAST),
    (r"(?:at most|no more than|not more than|up to|a maximum of|maximum|max|<=|≤)",
     Operator.AT_MOST),
    (r"(?:(?:is |are |was |were )?(?:more|greater|higher|bigger|larger|better) than|over|above|"
     r"exceeding|exceeds|exceeded|beyond|north of|past|>)", Operator.GREATER_THAN),
    (r"(?:(?:is |are |was |were )?(?:less|fewer|lower|smaller|worse) than|under|below|<)",
     Operator.LESS_THAN),
    (r"(?:exactly|precisely|just|only|equal to|equals|=|==)", Operator.EQUALS),
)  # fmt: skip


@dataclass(slots=True)
class Marked:
    """A request with markers, and what they stand for."""

    text: str
    spans: list[Span] = field(default_factory=list[Span])

    def put(
        self, pattern: str, make: Callable[[re.Match[str]], Span | None], keep: int | None = None
    ) -> None:
        """Replace what the pattern matches, where `make` finds a span in it.

        Args:
            pattern: A regular expression; case does not count.
            make: From a match to a span.
            keep: A group of the match that stays as words.
        """

        def replaced(match: re.Match[str]) -> str:
            span = make(match)
            if span is None:
                return match[0]
            self.spans.append(span)
            kept = match[keep] if keep is not None else ""
            return f" ⟦{len(self.spans) - 1}⟧ {kept}"

        self.text = re.sub(pattern, replaced, self.text, flags=re.IGNORECASE)


def mark(request: str) -> Marked:
    """Find all spans of a request."""
    text = re.sub(r"[⟦⟧]", " ", request)
    for pattern, put in _CONTRACTIONS:
        text = re.sub(r"\s+", " ", pattern.sub(put, text))
    text = re.sub(
        rf"\b({'|'.join(_WORD_NUMBERS)})\b",
        lambda match: str(_WORD_NUMBERS[match[1].lower()]),
        text,
        flags=re.IGNORECASE,
    )
    marked = Marked(text)
    marked.put(r"(?<!\w)['\"“]([^'\"“”]{1,100})['\"”](?!\w)", lambda m: Quote(m[1]))
    _mark_dates(marked)
    _mark_periods(marked)
    _mark_counts(marked)
    _mark_bounds(marked)
    marked.text = re.sub(r"\s+", " ", marked.text)
    return marked


def _mark_dates(marked: Marked) -> None:
    months = "|".join(f"{month[:3]}(?:{month[3:]})?" for month in _MONTHS)
    before = r"(?:before|prior to|until|earlier than)"
    after = r"(?:after|since|later than|from|as of|on or after)"
    day = rf"(\d{{4}})-(\d\d)-(\d\d)|(\d{{1,2}})(?:st|nd|rd|th)? ({months}) (\d{{4}})"
    day += rf"|({months}) (\d{{1,2}})(?:st|nd|rd|th)?,? (\d{{4}})"
    for words, operator in ((before, Operator.BEFORE_DATE), (after, Operator.AFTER_DATE)):
        marked.put(rf"\b{words} (?:the )?(?:{day})\b", lambda m, op=operator: _day(m, op))


def _day(match: re.Match[str], operator: Operator) -> Span | None:
    year, month, day, day2, name2, year2, name3, day3, year3 = match.groups()
    name = name2 or name3
    number = _MONTHS.index(next(x for x in _MONTHS if x[:3] == name[:3].lower())) + 1 if name else 0
    try:
        date = datetime.date(
            int(year or year2 or year3), number or int(month), int(day or day2 or day3)
        )
    except ValueError:
        return None
    return Day(operator, date)


def _mark_periods(marked: Marked) -> None:
    lead = r"(?:within |in |over |during |for |across |from )?(?:the |these |those |their |our )?"
    back = r"(?:last|past|previous|trailing|preceding|most recent)"
    it = r"(?: (?:it|that|this|them|then|doing so|one))?"
    marked.put(
        rf"\bbetween (\d+)(?: {_UNIT})? and {_LENGTH} ago\b",
        lambda m: _between(m[1], m[2], m[3], past=True),
    )
    marked.put(rf"\b(\d+) ?(?:to|-|–) ?{_LENGTH} ago\b", lambda m: _between(*m.groups(), past=True))
    marked.put(
        rf"\bbetween (\d+)(?: {_UNIT})? and {_LENGTH} (?:after|later)\b{it}",
        lambda m: _between(m[1], m[2], m[3], past=False),
    )
    marked.put(
        rf"\b(?:more|longer) than {_LENGTH} ago\b|\bover {_LENGTH} ago\b|"
        rf"\b(?:at least )?{_LENGTH} ago(?: or (?:longer|more|earlier|before))?",
        lambda m: _relative(m, Operator.BEFORE_LAST),
    )
    marked.put(
        rf"\b{_LENGTH} (?:from now|away)(?: or (?:later|more))?",
        lambda m: _relative(m, Operator.AFTER_NEXT),
    )
    marked.put(
        rf"\b{lead}(?:following|subsequent) {_LENGTH}|\b{lead}{_LENGTH} (?:following|after\b{it})"
        rf"(?! \w+ed\b)|\b{_LENGTH} later\b|\bthen within {_LENGTH}{it}",
        lambda m: Afterwards(_first_length(m)),
    )
    marked.put(
        rf"\b(?:within|inside|in) {_LENGTH} (?:of|after|from)\b{it}",
        lambda m: Afterwards(_first_length(m), names_event=_ends_open(m[0])),
    )
    marked.put(
        rf"\b{lead}(?:next|coming|upcoming) {_LENGTH}",
        lambda m: _relative(m, Operator.WITHIN_NEXT),
    )
    marked.put(rf"\b{lead}{back} {_LENGTH}", lambda m: Period(_first_length(m)))
    marked.put(
        rf"\b(?:(?:within |in |over |during )?the {back}|{lead}past) (day|week|month|year)\b",
        lambda m: Period(_length("1", m[1])),
    )
    marked.put(
        rf"\b(?:within|in|over|during|inside|for) {_LENGTH}",
        lambda m: Period(_first_length(m), of_the_past=False),
    )
    marked.put(
        rf"\b{lead}{back} (\d+)(?=\s*(?:$|[,.;:)]|and\b|but\b|or\b))",
        lambda m: Period(_length(m[1], "days")),
    )


def _ends_open(phrase: str) -> bool:
    """Whether no "it" says what a time counts from, so that its name may follow."""
    return phrase.rsplit(" ", 1)[-1].lower() in ("of", "after", "from")


def _mark_counts(marked: Marked) -> None:
    for word, number in (("once", 1), ("twice", 2), ("thrice", 3)):
        marked.text = re.sub(rf"\b{word}\b", f"{number} times", marked.text, flags=re.IGNORECASE)
    marked.text = re.sub(r"(?<=\d)x\b|\btime(?= or more)", " times", marked.text)
    times = r"(?:times?\b)"
    marked.put(
        rf"\b(?:or )?(\d+) (?:{times} (?:or|and) {_MORE}|(?:or|and) {_MORE} {times})|"
        rf"\b(\d+)\+ ?{times}",
        lambda m: Times(Operator.AT_LEAST, int(m[1] or m[2])),
    )
    marked.put(
        rf"\b(\d+) (?:{times} or {_LESS}|or {_LESS} {times})",
        lambda m: Times(Operator.AT_MOST, int(m[1])),
    )
    for words, operator in _OPERATORS:
        marked.put(
            rf"(?<![\w>=<]){words} ?(\d+) {times}", lambda m, op=operator: Times(op, int(m[1]))
        )
    marked.put(rf"\b(\d+) {times}", lambda m: Times(_plain_times(int(m[1])), int(m[1])))


def _plain_times(number: int) -> Operator:
    return Operator.AT_LEAST if number == 1 else Operator.EQUALS


def _mark_bounds(marked: Marked) -> None:
    marked.text = re.sub(
        rf"\b({'|'.join(_ORDINALS)}) (or|and) {_MORE}\b",
        lambda m: f"{_ORDINALS[m[1].lower()]}+",
        marked.text,
        flags=re.IGNORECASE,
    )
    number, other = _NUMBER, _NUMBER.replace("?P<money>", "?:").replace("?P<k>", "?P<k2>")
    other = other.replace("?P<n>", "?P<n2>")
    marked.put(
        rf"\b(?:between|from) {number} (?:and|to) {other}",
        lambda m: Range(_number(m["n"], m["k"]), _number(m["n2"], m["k2"])),
    )
    marked.put(
        rf"(?<![\w.]){_NUMBER}(?:th|st|nd|rd)? percentile\b",
        lambda m: Bound(Operator.GREATER_THAN, Decimal(m["n"]) / 100),
    )
    marked.put(r"\btop (\d+) percent\b", lambda m: _top(int(m[1])))
    marked.put(
        rf"(?<![\w.]){number}(?: ?\+| (?:(?:or|and) {_MORE}))",
        lambda m: _bound(m, Operator.AT_LEAST),
    )
    marked.put(
        rf"(?<![\w.⟦]){number} ((?:\w+ ){{1,2}})(?:or|and) {_MORE}\b",
        lambda m: _bound(m, Operator.AT_LEAST),
        keep=4,
    )
    marked.put(rf"(?<![\w.]){number} (?:or|and) {_LESS}", lambda m: _bound(m, Operator.AT_MOST))
    for words, operator in _OPERATORS:
        marked.put(
            rf"(?<![\w>=<]){words} ?(?:of |the )?{number}(?: (?:percent))?",
            lambda m, op=operator: _bound(m, op),
        )
    marked.put(rf"(?<![\w./⟦-]){number}(?![\w⟧./-])", lambda m: _bound(m, Operator.EQUALS))


def _top(share: int) -> Span | None:
    return Bound(Operator.AT_LEAST, Decimal(100 - share) / 100) if 0 < share < 100 else None


def _bound(match: re.Match[str], operator: Operator) -> Span:
    number = _number(match["n"], match["k"])
    if match[0].endswith("percent"):
        number = Decimal(number) / 100
    return Bound(operator, number, bool(match["money"]))


def _number(digits: str, thousands: str | None) -> int | Decimal:
    plain = Decimal(digits.replace(",", "")) * (1000 if thousands else 1)
    return int(plain) if plain == plain.to_integral_value() else plain


def _between(near: str, far: str, unit: str, *, past: bool) -> Span | None:
    first, second = _length(near, unit), _length(far, unit)
    if first.ms > second.ms:
        return None
    return Period(second, first) if past else Afterwards(second, first)


def _relative(match: re.Match[str], operator: Operator) -> Span:
    return Relative(operator, _first_length(match))


def _first_length(match: re.Match[str]) -> Duration:
    amount, unit = [group for group in match.groups() if group is not None][:2]
    return _length(amount, unit)


def _length(amount: str, unit: str) -> Duration:
    """Weeks, months and years in days: 7, 30 and 365 of them."""
    count, letter = min(int(amount), 100_000), unit[0].lower()
    if letter == "h":
        return Duration(count, Unit.HOUR)
    return Duration(count * HOURS[letter] // 24, Unit.DAY)
