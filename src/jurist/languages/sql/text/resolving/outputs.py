"""The columns of a query: what `*` stands for, and what they are called."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Final

from sqlglot import exp

from jurist.errors import UnsupportedError
from jurist.languages.mistakes import quoted
from jurist.languages.nearest import NearestNames
from jurist.languages.sql.text.findings import Resolving
from jurist.languages.sql.text.resolving.scopes import Scope, resolve_column

_GIVEN: Final = "given"
"""Marks an alias that was not written."""


@dataclass(frozen=True, slots=True)
class Outputs:
    """The columns of a query: their names, and the SELECT that they are written in."""

    names: tuple[str, ...]
    select: exp.Select | None
    scope: Scope | None


def written_names(query: exp.Expr) -> tuple[str, ...]:
    """The names of a query's columns before anything is resolved."""
    while isinstance(query, exp.SetOperation | exp.Subquery):
        query = query.this
    return tuple(projection.alias_or_name.lower() for projection in query.expressions)


def written_aliases(outputs: Iterable[exp.Expr]) -> dict[str, exp.Expr]:
    """Outputs by the names that AS gives them, the first of each."""
    aliases: dict[str, exp.Expr] = {}
    for projection in outputs:
        if isinstance(projection, exp.Alias) and not projection.meta.get(_GIVEN):
            aliases.setdefault(projection.alias, projection.this)
    return aliases


def named(value: exp.Expr, name: str) -> exp.Alias:
    """An output with its name; around a subquery too, where the parser makes none."""
    return exp.Alias(this=value, alias=exp.to_identifier(name, quoted=True))


def with_unwritten_name(value: exp.Expr, name: str) -> exp.Alias:
    """An output with a name that was not written."""
    alias = named(value, name)
    alias.meta[_GIVEN] = True
    return alias


def star(projection: exp.Expr, scope: Scope) -> Iterator[exp.Expr]:
    """The outputs that `*`, or a source's `.*`, stands for.

    Raises:
        UnsupportedError: It leaves out or replaces some.
    """
    resolving = scope.resolving
    inner = projection.this if isinstance(projection, exp.Column) else projection
    if not isinstance(inner, exp.Star) or any(inner.args.values()):
        raise UnsupportedError(
            "a star with exceptions is not supported",
            expected="* or a source's name and .*",
            fix="name the columns",
        )
    if not isinstance(projection, exp.Column):
        if not scope.sources:
            resolving.report("no_source", projection, "*", "FROM with a table")
        for name, value in scope.shown:
            yield with_unwritten_name(resolving.copied(value), name)
        return
    alias = projection.table.lower()
    source = next((source for source in scope.sources if source.alias == alias), None)
    if source is None:
        aliases = [source.alias for source in scope.sources]
        resolving.report(
            "unknown_table",
            projection.args["table"],
            f"source {quoted(alias)}",
            "one of FROM",
            NearestNames(aliases).nearest(alias),
        )
        return
    for name in source.columns:
        yield with_unwritten_name(resolve_column(exp.column(name, alias), scope), name)


def name_outputs(
    outputs: Outputs, alias: exp.TableAlias | None, resolving: Resolving
) -> tuple[str, ...]:
    """Give the columns of a query in FROM or WITH the names that its alias lists; no two alike."""
    names = list(outputs.names)
    written = alias.args.get("columns") if alias is not None else None
    if alias is not None and written:
        if len(written) > len(names):
            resolving.report(
                "different_widths", alias, f"{len(written)} names", f"{len(names)} at most"
            )
        names[: len(written)] = [column.name.lower() for column in written[: len(names)]]
        alias.set("columns", None)
    taken: set[str] = set()
    for at, name in enumerate(names):
        number = 1
        while names[at] in taken:
            names[at] = f"{name}:{number}"
            number += 1
        taken.add(names[at])
    if outputs.select is not None:
        for projection, name in zip(outputs.select.expressions, names, strict=False):
            if isinstance(projection, exp.Alias):
                projection.set("alias", exp.to_identifier(name, quoted=True))
    return tuple(names)
