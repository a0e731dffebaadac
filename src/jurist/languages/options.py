"""Options with which a product runs a query: no part of its meaning, but of who is found by it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol, runtime_checkable

from jurist.languages.base import Language, Query, Schema
from jurist.records import OptionValue

Options = Mapping[str, OptionValue]


@dataclass(frozen=True, slots=True)
class OptionIssue:
    """An option that a case cannot have."""

    problem: str
    expected: str
    fix: str

    def __str__(self) -> str:
        """One line for people."""
        return f"{self.problem} (expected: {self.expected}; fix: {self.fix})"


@runtime_checkable
class TakesOptions(Protocol):
    """Knows the options of its queries."""

    def check_options(self, options: Options, schema: Schema) -> tuple[OptionIssue, ...]:
        """What is wrong with options, in their order."""
        ...

    def limits_of(self, options: Options, queries: Sequence[Query]) -> Sequence[str]:
        """What of the options no verdict on these queries looks at, in sentences."""
        ...


def issues_of(options: Options, language: Language, schema: Schema) -> tuple[OptionIssue, ...]:
    """What is wrong with a case's options."""
    if not options:
        return ()
    if isinstance(language, TakesOptions):
        return language.check_options(options, schema)
    fix = "remove `options` from the case"
    expected = "a language that knows options"
    return (OptionIssue(f"the language {language.name!r} has no options", expected, fix),)


def option_text(value: OptionValue) -> str:
    """An option's value as people read it."""
    match value:
        case bool():
            return "yes" if value else "no"
        case tuple():
            return ", ".join(value)
        case _:
            return str(value)
