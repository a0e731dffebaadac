"""What a name may mean at a place: the sources of a query and of those around it.

Joins with USING and NATURAL merge columns. Which of the two stands for both, and where `*` shows
it, is the dialect's: SQL:2016 7.10, https://www.sqlite.org/lang_select.html,
https://dev.mysql.com/doc/refman/8.4/en/join.html; DuckDB shows it where the left one stands.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from sqlglot import exp

from jurist.languages.mistakes import listed, quoted
from jurist.languages.nearest import NearestNames
from jurist.languages.sql.dialects import Dialect
from jurist.languages.sql.text.findings import Resolving


@dataclass(frozen=True, slots=True)
class Source:
    """A table or query in FROM: its alias and columns, lower-cased."""

    alias: str
    columns: tuple[str, ...]
    is_known: bool = True
    """Whether these are all; nothing is known of a table that the schema does not have."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where a query stands: what it may name besides its own sources."""

    resolving: Resolving
    common: Mapping[str, tuple[str, ...]] = field(default_factory=dict[str, tuple[str, ...]])
    """The columns of each common table expression in sight."""
    outer: Scope | None = None


@dataclass(slots=True)
class Scope:
    """The sources of one SELECT, as they come, and what surrounds it."""

    place: Place
    sources: list[Source] = field(default_factory=list[Source])
    merged: dict[str, exp.Expr] = field(default_factory=dict[str, exp.Expr])
    """What a column that a join has merged stands for."""
    shown: list[tuple[str, exp.Expr]] = field(default_factory=list[tuple[str, exp.Expr]])
    """What `*` stands for, in order."""
    aliases: Mapping[str, exp.Expr] = field(default_factory=dict[str, exp.Expr])
    """Outputs that may be named where no column has their name."""

    @property
    def resolving(self) -> Resolving:
        """What the resolution goes by."""
        return self.place.resolving

    @property
    def within(self) -> Place:
        """Where a query within an expression of this one stands."""
        return Place(self.resolving, self.place.common, self)

    def add(self, source: Source, at: exp.Expr) -> None:
        """Take in a source that joins what is there."""
        if any(other.alias == source.alias for other in self.sources):
            self.resolving.report(
                "duplicate_alias",
                at,
                f"a second source named {quoted(source.alias)}",
                "sources of different names",
            )
        self.sources.append(source)
        self.shown += [(column, column_of(source.alias, column)) for column in source.columns]

    def merge(self, names: Sequence[str], side: str, at: exp.Expr) -> exp.Expr:
        """The condition of a join of the last source by equal names, which it then merges."""
        right = self.sources[-1]
        sources = self.sources[:-1]
        equal: list[exp.Expr] = []
        for name in names:
            lefts = [source for source in sources if name in source.columns]
            if (name not in self.merged and len(lefts) != 1) or name not in right.columns:
                self.resolving.report(
                    "unknown_column",
                    at,
                    f"{quoted(name)} to join by",
                    "a column of one source on either side",
                )
                continue
            left = self.merged.get(name) or column_of(lefts[0].alias, name)
            mine = column_of(right.alias, name)
            equal.append(exp.EQ(this=left.copy(), expression=mine))
            self._show_merged(name, left, mine, side, right.alias)
        if self.resolving.dialect in _MERGED_FIRST:
            first = [pair for name in names for pair in self.shown if pair[0] == name][: len(names)]
            self.shown = first + [pair for pair in self.shown if not any(pair is f for f in first)]
        return exp.and_(*equal, copy=False) if equal else exp.true()

    def _show_merged(
        self, name: str, left: exp.Expr, mine: exp.Expr, side: str, alias: str
    ) -> None:
        stands = left.copy()
        if side == "RIGHT":
            stands = mine.copy()
        elif side == "FULL":
            stands = exp.Coalesce(this=left.copy(), expressions=[mine.copy()])
        self.merged[name] = stands
        kept: list[tuple[str, exp.Expr]] = []
        is_shown = False
        for shown, value in self.shown:
            is_right = isinstance(value, exp.Column) and value.table == alias and shown == name
            if is_right:
                continue
            if shown == name and not is_shown and value == left:
                kept.append((name, stands.copy()))
                is_shown = True
            else:
                kept.append((shown, value))
        self.shown = kept

    def around(self) -> Iterator[Scope]:
        """This scope, and those that it stands in."""
        scope: Scope | None = self
        while scope is not None:
            yield scope
            scope = scope.place.outer


_MERGED_FIRST = {Dialect.POSTGRESQL, Dialect.MYSQL, Dialect.STANDARD}


def column_of(alias: str, name: str) -> exp.Column:
    """A column by its source."""
    return exp.column(exp.to_identifier(name, quoted=True), exp.to_identifier(alias, quoted=True))


def resolve_column(column: exp.Column, scope: Scope) -> exp.Expr:
    """The qualified column, or what an alias or a merged column stands for."""
    resolving = scope.resolving
    name = column.name.lower()
    if column.table:
        return _qualified(column, name, column.table.lower(), scope)
    for around in scope.around():
        if name in around.merged:
            return resolving.copied(around.merged[name])
        having = [source for source in around.sources if name in source.columns]
        if len(having) == 1:
            return column_of(having[0].alias, name)
        if having:
            resolving.report(
                "ambiguous_column",
                column,
                f"column {quoted(name)}, which {listed([s.alias for s in having])} have",
                "a column of one source, with the name of it before a dot",
            )
            return column
        if name in around.aliases:
            return exp.paren(resolving.copied(around.aliases[name]), copy=False)
        if not all(source.is_known for source in around.sources):
            return column
    sources = [source for around in scope.around() for source in around.sources]
    _report_unknown(column, name, sources, resolving)
    return column


def _qualified(column: exp.Column, name: str, alias: str, scope: Scope) -> exp.Expr:
    resolving = scope.resolving
    for around in scope.around():
        source = next((source for source in around.sources if source.alias == alias), None)
        if source is None:
            continue
        if name not in source.columns and source.is_known:
            _report_unknown(column, name, [source], resolving)
        return column_of(alias, name)
    aliases = [source.alias for around in scope.around() for source in around.sources]
    resolving.report(
        "unknown_table",
        column.args["table"],
        f"source {quoted(alias)}",
        f"one of FROM ({listed(sorted(set(aliases)))})" if aliases else "a source in FROM",
        NearestNames(aliases).nearest(alias),
    )
    return column


def _report_unknown(
    column: exp.Column, name: str, sources: Sequence[Source], resolving: Resolving
) -> None:
    known = [column for source in sources for column in source.columns]
    of = listed([source.alias for source in sources]) if sources else "a table in FROM"
    resolving.report(
        "unknown_column",
        column.this,
        f"column {quoted(name)}",
        f"a column of {of}",
        NearestNames(known).nearest(name),
    )
