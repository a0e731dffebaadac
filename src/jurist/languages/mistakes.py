"""A mistake in a query, and how it is shown: line, column, the line with a caret."""

from __future__ import annotations

from collections.abc import Sequence

from jurist.errors import QuerySyntaxError

_WIDTH = 72
_LONGEST = 80


class Mistake(Exception):  # noqa: N818 - it becomes a QuerySyntaxError once its place is known
    """Something wrong in a query, before its place in the text is known.

    Args:
        problem: What was found, in one sentence.
        at: Offset in the query's text; -1 where the raiser does not know it.
        hint: How to mend it; may be empty.
    """

    def __init__(self, problem: str, *, at: int = -1, hint: str = "") -> None:
        self.problem = problem
        self.at = at
        self.hint = hint
        super().__init__(problem)


def located(text: str, mistake: Mistake) -> QuerySyntaxError:
    """The error that people see: the mistake with its place in the text."""
    at = min(max(mistake.at, 0), len(text))
    start = text.rfind("\n", 0, at) + 1
    line = text.count("\n", 0, start) + 1
    return QuerySyntaxError(
        mistake.problem,
        line=line,
        column=at - start + 1,
        excerpt=_excerpt(text, start, at),
        hint=mistake.hint,
    )


def place(text: str, at: int) -> str:
    """An offset in words: its column, and its line where the text has several."""
    start = text.rfind("\n", 0, at) + 1
    line = f"line {text.count(chr(10), 0, start) + 1}, " if "\n" in text else ""
    return f"{line}column {at - start + 1}"


def _excerpt(text: str, start: int, at: int) -> str:
    """The line around `at`, at most about 72 characters of it, and a caret below."""
    end = text.find("\n", at)
    end = len(text) if end < 0 else end
    first = start if at - start < _WIDTH * 2 // 3 else at - _WIDTH // 2
    last = min(end, first + _WIDTH)
    before = ("…" if first > start else "") + shown(text[first:at])
    after = shown(text[at:last]) + ("…" if last < end else "")
    return f"  {before}{after}\n  {' ' * len(before)}^"


def shown(text: str) -> str:
    """Text from outside with nothing in it that could disturb a terminal or a page."""
    if text.isprintable():
        return text
    return "".join(sign if sign.isprintable() else "�" for sign in text)


def quoted(name: str) -> str:
    """A name from a query or a file in quotes, safe to print and bounded."""
    cut = name if len(name) <= _LONGEST else name[:_LONGEST] + "…"
    return f"'{shown(cut)}'"


def listed(names: Sequence[str], *, most: int = 6) -> str:
    """Names as `a, b or c`, a few of them if they are many."""
    if len(names) > most:
        return ", ".join(names[:most]) + f" … ({len(names)} in all)"
    return names[0] if len(names) == 1 else ", ".join(names[:-1]) + f" or {names[-1]}"
