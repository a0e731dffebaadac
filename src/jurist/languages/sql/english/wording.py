"""The phrases of requests: said in one of several wordings, and read in each of them."""

from __future__ import annotations

from typing import Final

from jurist.languages.capabilities import Style
from jurist.languages.sql.algebra.nodes import Collects, Combines, Compares, Operator

LEADS: Final = {
    Style.TERSE: ("",),
    Style.CONVERSATIONAL: ("Show", "List", "Give me", "Please show", "Show me"),
    Style.INDIRECT: ("I would like to see", "We need", "I am looking for", "We want to know"),
}
"""How a request begins."""

COMPARES: Final = {
    Compares.EQ: ("is", "equals"),
    Compares.NE: ("is not", "differs from"),
    Compares.GT: ("is more than", "is above", "exceeds", "is greater than"),
    Compares.GE: ("is at least", "is no less than"),
    Compares.LT: ("is less than", "is below"),
    Compares.LE: ("is at most", "is no more than"),
}
TIMES: Final = {
    Compares.GT: ("is after", "is later than"),
    Compares.GE: ("is on or after", "is not before"),
    Compares.LT: ("is before", "is earlier than"),
    Compares.LE: ("is on or before", "is not after"),
}
"""The same of dates and times."""

COLLECTS: Final = {
    Collects.SUM: ("the sum of", "the total of"),
    Collects.AVG: ("the average of", "the mean of"),
    Collects.MIN: ("the smallest", "the lowest", "the minimum of"),
    Collects.MAX: ("the largest", "the highest", "the maximum of"),
    Collects.COUNT: ("the number of known", "the count of known"),
}
DIFFERENT: Final = "different"
"""After a phrase of `COLLECTS`: of the distinct values alone."""
ROWS: Final = ("the number of", "the count of")
"""Before the plural of what is counted, or "rows"."""

IS_MISSING: Final = ("is missing", "is not known", "is unknown")
IS_KNOWN: Final = ("is known", "is there")
IN_LIST: Final = ("is one of", "is any of")
NOT_IN_LIST: Final = ("is none of", "is not one of")
IN_QUERY: Final = ("is found in", "occurs in")
NOT_IN_QUERY: Final = ("is not found in", "does not occur in")
EXISTS: Final = ("there are",)
NOT_EXISTS: Final = ("there are no",)

CONTAINS: Final = ("contains", "includes")
STARTS: Final = ("starts with", "begins with")
ENDS: Final = ("ends with",)
MATCHES: Final = ("matches the pattern", "is like")
NOT_LIKE: Final = {
    CONTAINS: ("does not contain", "does not include"),
    STARTS: ("does not start with", "does not begin with"),
    ENDS: ("does not end with",),
    MATCHES: ("does not match the pattern", "is not like"),
}

OPERATORS: Final = {
    Operator.ADD: ("plus",),
    Operator.SUBTRACT: ("minus",),
    Operator.MULTIPLY: ("times", "multiplied by"),
    Operator.DIVIDE: ("divided by",),
    Operator.QUOTIENT: ("divided without remainder by",),
    Operator.REMAINDER: ("modulo",),
}

COMBINES: Final = {
    (Combines.UNION, False): ("together, each only once, with", "joined, without repeats, by"),
    (Combines.UNION, True): ("followed by", "together, with repeats, with"),
    (Combines.INTERSECT, False): ("of these only those that are also in", "as far as also in"),
    (Combines.EXCEPT, False): ("but without", "leaving out all that is in"),
}

EACH: Final = ("of each", "of every", "for every")
AMONG: Final = ("among", "over all")
GROUPED: Final = ("for each", "by")
COMBINATION: Final = ("combination of",)
ONCE: Final = ("each only once", "without repeats")
HAVING: Final = ("but only where", "as long as")
SORTED: Final = ("sorted by", "ordered by", "in the order of")
DESCENDING: Final = ("in descending order", "from high to low")
THEN: Final = ("then by", "and then by")
FIRST: Final = ("only the first", "limited to the first")
OFFSET: Final = ("leaving out the first", "skipping the first")
OR_NONE: Final = ("or none", "if there are any")
WITH_EACH: Final = ("with each of their",)
BELONGING: Final = ("belonging to this",)

FUNCTIONS: Final = {
    "%Y-%m": ("the year and month of",),
    "%Y": ("the year of",),
    "%m": ("the month number of",),
    "%d": ("the day number of the month of",),
    "%w": ("the weekday number of",),
    "%H": ("the hour of",),
    "%Y-%m-%d": ("the calendar day of",),
}
"""Of a date or time, by the format that gives it."""
CALLS: Final = {
    "lower": ("the lower case of",),
    "upper": ("the upper case of",),
    "length": ("the length of",),
    "abs": ("the absolute value of",),
    "julianday": ("the day count of",),
    "date": ("the date of",),
    "round": ("the rounded",),
}
"""Functions of one argument."""
WINDOWS: Final = {
    "rank": ("the rank",),
    "rownumber": ("the running number",),
    "denserank": ("the dense rank",),
}
PREVIOUS: Final = {"lag": ("the previous",), "lead": ("the next",)}
WITHIN: Final = ("within each", "separately for each")
