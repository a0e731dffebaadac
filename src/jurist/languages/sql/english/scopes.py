"""Where a column stands, in words: "of the customer of the order", "of this product"."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

from jurist.languages.sql.algebra.nodes import Column
from jurist.languages.sql.english.lacking import wordless
from jurist.languages.sql.english.nouns import Noun, Nouns, TableNouns, plural_of, singular_of
from jurist.languages.sql.english.rows import Rows


@dataclass(frozen=True)
class Scope:
    """The rows of a SELECT, and those of the query around it."""

    nouns: Nouns
    rows: Rows
    letters: tuple[str, ...]
    """What the roots are called where there are several."""
    outer: Scope | None = None

    def of_table(self, source: int) -> TableNouns:
        """The words for the table of a source."""
        return self.nouns.of(str(self.rows.sources[source].of))

    @cached_property
    def root(self) -> TableNouns:
        """The words for the table of the first root."""
        return self.of_table(self.rows.root.id)

    def column(self, column: Column, *, plain: bool) -> str:
        """A column as words, without an article. See `named`."""
        noun, path = self.named(column, plain=plain)
        return " ".join(noun) + path

    def columns(self, column: Column, *, plain: bool) -> str:
        """The values of a column as words, in the plural where that names no other column."""
        noun, path = self.named(column, plain=plain)
        *before, last = noun
        plural = (*before, plural_of(singular_of(last)))
        taken = any(plural in nouns.columns for nouns in self.nouns.tables.values())
        return " ".join(noun if taken else plural) + path

    def named(self, column: Column, *, plain: bool) -> tuple[Noun, str]:
        """A column's noun, and how one comes to it.

        Raises:
            UnsupportedError: It has no noun of its own, or it cannot be said whose it is.
        """
        scope: Scope | None = self
        passed: set[Noun] = set()
        while scope is not None and column.source not in scope.rows.sources:
            if scope is not self:
                passed.add(scope.root.singular)
            scope = scope.outer
        if scope is None:
            raise wordless("a column of no table")
        settled = scope.rows.settled(column)
        noun = scope.of_table(settled.source).of_column(settled.name, plain=plain)
        if noun is None:
            raise wordless(f"the column {settled.name!r}, whose words are another one's too")
        path = scope.path(settled.source)
        if scope is self or len(scope.rows.roots) > 1:
            return noun, path
        if scope.root.singular in passed:
            raise wordless("rows of one table three queries deep")
        return noun, f"{path} of this {' '.join(scope.root.singular)}"

    def path(self, source: int) -> str:
        """How to come from the root to a source; empty for a root that is the only one."""
        rows = self.rows
        if source in rows.ups:
            edge = rows.ups[source]
            role = self.of_table(edge.child).of_role(edge.key)
            if role is None:
                raise wordless("a foreign key, whose words are another one's too")
            return f" of the {' '.join(role)}{self.path(edge.child)}"
        if source in rows.downs:
            noun = self.of_table(source).singular
            alike = [other for other in rows.downs if self.of_table(other).singular == noun]
            if len(alike) > 1 or noun in self.root.roles:
                raise wordless(f"two kinds of {' '.join(noun)}")
            return f" of the {' '.join(noun)}"
        if len(rows.roots) == 1:
            return ""
        return f" of {self.letters[[root.id for root in rows.roots].index(source)]}"
