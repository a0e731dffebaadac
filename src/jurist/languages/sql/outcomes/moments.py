"""The present moment as a constant: the same for both queries, and the same tomorrow."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from sqlglot import exp

NOW: Final = "2024-06-15 12:00:00"
"""What is read for it: any moment would do."""
_NAMES: Final = frozenset({"date", "time", "datetime", "julianday", "strftime", "unixepoch"})
_READS_TIMES: Final = (
    exp.Date,
    exp.Datetime,
    exp.Time,
    exp.TimeToStr,
    exp.TsOrDsToDate,
    exp.TsOrDsToTime,
    exp.TsOrDsToTimestamp,
)
_CURRENT: Final[dict[type[exp.Expr], str]] = {
    exp.CurrentTimestamp: NOW,
    exp.CurrentDatetime: NOW,
    exp.CurrentDate: NOW[:10],
    exp.CurrentTime: NOW[11:],
}


def asks_for_now(tree: exp.Query) -> bool:
    """Whether the present moment is asked for."""
    return next(_asking(tree), None) is not None


def with_fixed_now(tree: exp.Query) -> exp.Query:
    """The query, of SQLite's dialect, with `NOW` where it asks for the present moment.

    A tree that does not ask is given back as it is.
    """
    if not asks_for_now(tree):
        return tree
    fixed = tree.copy()
    for node in list(_asking(fixed)):
        if type(node) in _CURRENT:
            node.replace(exp.Literal.string(_CURRENT[type(node)]))
        elif isinstance(node, exp.Literal):
            node.replace(exp.Literal.string(NOW))
        elif isinstance(node, exp.Anonymous):
            node.set("expressions", [*node.expressions, exp.Literal.string(NOW)])
        else:
            node.set("this", exp.Literal.string(NOW))
    return fixed


def _asking(tree: exp.Query) -> Iterator[exp.Expr]:
    for node in tree.walk():
        if type(node) in _CURRENT:
            yield node
        elif isinstance(node, exp.Literal):
            if node.is_string and node.this.lower() == "now" and _reads_times(node.parent):
                yield node
        elif isinstance(node, exp.Anonymous):
            if node.name.lower() in _NAMES - {"strftime"} and not node.expressions:
                yield node
        elif isinstance(node, exp.Date | exp.Time | exp.Datetime) and node.this is None:
            yield node


def _reads_times(node: exp.Expr | None) -> bool:
    if isinstance(node, exp.Anonymous):
        return node.name.lower() in _NAMES
    return isinstance(node, _READS_TIMES)
