"""The outermost ORDER BY and LIMIT of a query: its sort keys as columns beside the result."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from sqlglot import exp

from jurist.languages.sql.outcomes.scopes import source_columns
from jurist.languages.sql.schemas.schema import SqlSchema
from jurist.languages.sql.text.kinds import signed_number

_KEY: Final = "jurist_key_"
_UNCUT: Final = (None, 0)


@dataclass(frozen=True, slots=True)
class Sorted:
    """A query without its LIMIT, its keys as further columns where they are none yet."""

    tree: exp.Query
    keys: tuple[int, ...]
    """Their places in a row, from its end where negative."""
    added: int
    """Columns at the end that are keys alone."""
    limit: int | None
    offset: int
    collations: tuple[str, ...] = ()
    """By which each key is compared, lower-cased; empty: as the dialect compares texts."""


def unwrapped(tree: exp.Query) -> exp.Query:
    """The query inside parentheses that add nothing."""
    while isinstance(tree, exp.Subquery) and not any(
        tree.args.get(part) for part in ("limit", "offset", "order", "with_")
    ):
        inner = tree.this
        if not isinstance(inner, exp.Query):
            break
        tree = inner
    return tree


def is_ordered(tree: exp.Query) -> bool:
    """Whether the outermost query has an ORDER BY."""
    return bool(unwrapped(tree).args.get("order"))


def is_cut(tree: exp.Query) -> bool:
    """Whether the query itself has a LIMIT, a FETCH or an OFFSET."""
    return bool(tree.args.get("limit") or tree.args.get("offset"))


def sorted_query(tree: exp.Query, schema: SqlSchema) -> Sorted | None:
    """A query with its keys beside its outputs.

    `None` where its keys or its limit cannot be told from its text: a LIMIT of an expression or
    with ties, keys of a DISTINCT or of a set operation that are no outputs.
    """
    top = unwrapped(tree)
    cut = limit_and_offset(top)
    if isinstance(top, exp.Subquery) or cut is None:
        return None
    bare = top.copy()
    for part in ("limit", "offset"):
        bare.set(part, None)
    order = top.args.get("order")
    if order is None:
        return Sorted(bare, (), 0, *cut)
    found: list[int | exp.Expr] = []
    collations: list[str] = []
    for sort_key in order.expressions:
        value = sort_key.this if isinstance(sort_key, exp.Ordered) else sort_key
        place = _place_of(value, top)
        collation = _collation(value, top, place)
        if collation is None:
            return None
        collations.append(collation)
        if place is None:
            if not isinstance(bare, exp.Select) or bare.args.get("distinct"):
                return None
            found.append(_without_aliases(value, top, schema))
        else:
            found.append(place)
    further = [key for key in found if isinstance(key, exp.Expr)]
    named = [exp.alias_(key, f"{_KEY}{place}") for place, key in enumerate(further)]
    if named:
        bare.set("expressions", [*bare.expressions, *named])
    waiting = iter(range(-len(further), 0))
    keys = tuple(
        next(waiting) if isinstance(key, exp.Expr) else key if key >= 0 else key - len(further)
        for key in found
    )
    return Sorted(bare, keys, len(further), *cut, tuple(collations))


def _collation(value: exp.Expr, query: exp.Query, place: int | None) -> str | None:
    """What a key, or the output that it is, is compared by; `None` where that is not known."""
    outputs = query.selects
    sources = (
        [value]
        if place is None or not -len(outputs) <= place < len(outputs)
        else [
            value,
            outputs[place].unalias(),
        ]
    )
    named = [each for source in sources for each in source.find_all(exp.Collate)]
    if not named:
        return ""
    if len(named) > 1 or named[0] not in sources:
        return None
    name = named[0].expression.name.lower()
    return name if name in {"nocase", "rtrim", "binary"} else None


def limit_and_offset(query: exp.Query) -> tuple[int | None, int] | None:
    """How many rows at most, and after how many; `None` where no literals say it."""
    limit, offset = query.args.get("limit"), query.args.get("offset")
    if limit is None and offset is None:
        return _UNCUT
    count: int | None = None
    if isinstance(limit, exp.Fetch):
        if limit.args.get("limit_options") is not None:
            return None
        count = _integer(limit.args.get("count") or exp.Literal.number(1))
    elif limit is not None:
        if limit.args.get("limit_options") is not None or limit.expressions:
            return None
        count = _integer(limit.expression)
    if limit is not None and count is None:
        return None
    after = offset.expression if offset is not None else limit and limit.args.get("offset")
    skipped = 0 if after is None else _integer(after)
    if skipped is None:
        return None
    return (None if count is not None and count < 0 else count), max(skipped, 0)


def _integer(node: object) -> int | None:
    number = signed_number(node)
    return number[0] * int(number[1]) if number is not None and number[1].isdecimal() else None


def _place_of(value: exp.Expr, query: exp.Query) -> int | None:
    """Which output a key is: a place from the start, or from the end behind a star."""
    if isinstance(value, exp.Literal) and not value.is_string:
        number = _integer(value)
        return None if number is None or number < 1 else number - 1
    outputs = query.selects
    for place, output in enumerate(outputs):
        if _is_key(value, output):
            if not any(map(_is_star, outputs[:place])):
                return place
            if not any(map(_is_star, outputs[place:])):
                return place - len(outputs)
    return None


def _is_key(value: exp.Expr, output: exp.Expr) -> bool:
    if isinstance(value, exp.Column) and not value.table and not _is_star(output):
        if output.alias:
            return output.alias.lower() == value.name.lower()
        return isinstance(output, exp.Column) and output.name.lower() == value.name.lower()
    return output.unalias() == value


def _is_star(output: exp.Expr) -> bool:
    return output.is_star


def _without_aliases(value: exp.Expr, query: exp.Query, schema: SqlSchema) -> exp.Expr:
    """A key that may stand among the outputs, which know none of each other's names.

    A name that is a column of a source is that column; only else an output's.
    """
    aliases = {output.alias.lower(): output.unalias() for output in query.selects if output.alias}
    columns = source_columns(query, schema)

    def replaced(node: exp.Expr) -> exp.Expr:
        if isinstance(node, exp.Column) and not node.table:
            name = node.name.lower()
            if name in aliases and name not in columns:
                return exp.paren(aliases[name].copy())
        return node

    return value.copy().transform(replaced)
