"""Wrong texts, lists and cases."""

from __future__ import annotations

from collections.abc import Iterator
from typing import cast

from sqlglot import exp

from jurist.languages.sql.schemas.schema import SqlSchema
from jurist.languages.sql.variants.edits import Edit, at
from jurist.languages.sql.variants.scopes import source_of
from jurist.languages.sql.variants.trees import (
    Node,
    binary,
    changed,
    is_negated,
    part_of,
    parts_of,
    shortened,
    sides,
)

_MOST_VALUES = 2
_ARITHMETIC: dict[type[exp.Binary], type[exp.Binary]] = {
    exp.Add: exp.Sub,
    exp.Sub: exp.Add,
    exp.Mul: exp.Div,
    exp.Div: exp.Mul,
}


def _literal_case(text: exp.Literal, _schema: SqlSchema) -> Iterator[Node]:
    if text.is_string and isinstance(text.parent, exp.Predicate):
        for other in (text.name.upper(), text.name.lower()):
            if other != text.name:
                yield exp.Literal.string(other)


def _other_value(node: exp.Predicate, schema: SqlSchema) -> Iterator[Node]:
    """Another of the values that a column may have, where the schema or the query lists them."""
    if not isinstance(node, exp.EQ | exp.NEQ):
        return
    column, text = sides(node)
    if (
        not isinstance(column, exp.Column)
        or not isinstance(text, exp.Literal)
        or not text.is_string
    ):
        return
    known = source_of(column, schema)
    listed = () if known is None else known[1].values or ()
    elsewhere = [literal.name for literal in node.root().find_all(exp.Literal) if literal.is_string]
    others = dict.fromkeys(
        str(value)
        for value in (*listed, *elsewhere)
        if value != text.name and str(value)[:1].isdigit() is text.name[:1].isdigit()
    )
    for value in [*others][:_MOST_VALUES]:
        yield changed(node, expression=exp.Literal.string(value))


def _like_for_equal(node: exp.EQ, _schema: SqlSchema) -> Iterator[Node]:
    left, right = sides(node)
    if isinstance(right, exp.Literal) and right.is_string and "%" not in right.name:
        yield binary(exp.Like, left, exp.Literal.string(f"%{right.name}%"))


def _equal_for_like(node: exp.Like, _schema: SqlSchema) -> Iterator[Node]:
    left, right = sides(node)
    if isinstance(right, exp.Literal):
        kind = exp.NEQ if is_negated(node) else exp.EQ
        yield binary(kind, left, exp.Literal.string(right.name.strip("%")))


def _pattern(node: exp.Like, _schema: SqlSchema) -> Iterator[Node]:
    """A pattern that is bound to the text's beginning or end, or no longer is."""
    text = part_of(node, "expression")
    if not isinstance(text, exp.Literal):
        return
    core = text.name.strip("%")
    for pattern in (f"{core}%", f"%{core}", f"%{core}%"):
        if core and pattern != text.name:
            yield changed(node, expression=exp.Literal.string(pattern))


def _element_dropped(node: exp.In, _schema: SqlSchema) -> Iterator[Node]:
    for fewer in shortened(parts_of(node)):
        yield changed(node, expressions=fewer)


def _branch_dropped(node: exp.Case, _schema: SqlSchema) -> Iterator[Node]:
    for fewer in shortened(parts_of(node, "ifs")):
        yield changed(node, ifs=fewer)
    if part_of(node, "default") is not None:
        yield changed(node, default=None)


def _results_swapped(node: exp.Case, _schema: SqlSchema) -> Iterator[Node]:
    branches, default = parts_of(node, "ifs"), part_of(node, "default")
    if not branches:
        return
    last = branches[-1]
    result = part_of(last, "true")
    if default is not None and result is not None:
        other = changed(last, true=default)
        yield changed(node, ifs=[*branches[:-1], other], default=result)
    if len(branches) > 1:
        first, second = branches[:2]
        one, two = cast("Node", first.args["true"]), cast("Node", second.args["true"])
        pair = [changed(first, true=two), changed(second, true=one)]
        yield changed(node, ifs=[*pair, *branches[2:]])


def _arithmetic(node: exp.Binary, _schema: SqlSchema) -> Iterator[Node]:
    left, right = sides(node)
    if type(node) in _ARITHMETIC:
        yield binary(_ARITHMETIC[type(node)], left, right)
    if isinstance(node, exp.Sub | exp.Div):
        grouped = exp.Paren(this=left.copy()) if isinstance(left, exp.Binary) else left
        yield changed(node, this=right, expression=grouped)


VALUES = (
    Edit("literal_case", "A text is in other letters.", at(exp.Literal, _literal_case)),
    Edit("other_value", "Another of the known texts is meant.", at(exp.Predicate, _other_value)),
    Edit("like_for_equal", "A text is looked for within.", at(exp.EQ, _like_for_equal)),
    Edit("equal_for_like", "A text is no longer looked for within.", at(exp.Like, _equal_for_like)),
    Edit("other_pattern", "A pattern is open at another end.", at(exp.Like, _pattern)),
    Edit("element_dropped", "A list lacks an element.", at(exp.In, _element_dropped)),
    Edit("branch_dropped", "A CASE lacks a branch, or its ELSE.", at(exp.Case, _branch_dropped)),
    Edit("results_swapped", "Two results of a CASE are swapped.", at(exp.Case, _results_swapped)),
    Edit(
        "other_arithmetic",
        "Another operation, or its sides swapped.",
        at(exp.Binary, _arithmetic),
    ),
)
