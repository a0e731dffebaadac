"""Groups of rows: a representative each, with the rows that are in its group."""

from __future__ import annotations

from collections.abc import Sequence

from jurist.languages.sql.algebra import nodes
from jurist.languages.sql.algebra.nodes import Select
from jurist.languages.sql.algebra.walking import free_columns, own_expressions, parts, walk
from jurist.languages.sql.searching.environments import Evaluates, Group, Joined, RowEnvironment
from jurist.languages.sql.searching.joining import nulls
from jurist.languages.sql.searching.limits import MOST_COMPARED, too_wide
from jurist.languages.sql.searching.rows import same_values


def grouped(
    evaluation: Evaluates,
    query: Select,
    keys: Sequence[nodes.Expression],
    rows: Sequence[Joined],
    outer: Group | None,
) -> list[Group]:
    """The groups of rows that have the same keys.

    Without keys all rows are one group, even where there are none.

    Raises:
        UnsupportedError: Where there are too many rows, or something has no encoding.
    """
    terms, values = evaluation.encoder.terms, evaluation.encoder.values
    if not keys:
        around = {**(outer.cells if outer is not None else {}), **nulls(evaluation, query.sources)}
        cells = rows[0].cells if rows else around
        group = Group(terms.true, cells, tuple(rows))
        bare = _bare_columns(query, keys)
        if bare:
            # of no rows they are NULL, whatever stands for the group
            evaluation.must_hold([terms.disjunction(row.present for row in rows)])
            _alike_in(evaluation, group, bare, query)
        return [group]
    if len(rows) > MOST_COMPARED:
        raise too_wide("GROUP BY", len(rows), MOST_COMPARED)
    tuples = [
        [
            evaluation.encoder.value(key, RowEnvironment(evaluation, Group(row.present, row.cells)))
            for key in keys
        ]
        for row in rows
    ]
    bare = _bare_columns(query, keys)
    groups: list[Group] = []
    for place, row in enumerate(rows):
        members = tuple(
            Joined(
                terms.both(other.present, same_values(values, tuples[place], keyed)),
                other.cells,
            )
            for other, keyed in zip(rows, tuples, strict=True)
        )
        earlier = terms.disjunction(member.present for member in members[:place])
        present = terms.both(row.present, terms.negation(earlier))
        if present is not terms.false:
            group = Group(present, row.cells, members)
            groups.append(group)
            _alike_in(evaluation, group, bare, query)
    return groups


def _bare_columns(query: Select, keys: Sequence[nodes.Expression]) -> list[nodes.Expression]:
    """Columns outside keys and aggregates, and subqueries that name columns of the rows."""
    own = {source.id for source in query.sources}
    bare: dict[nodes.Expression, None] = {}
    waiting = [output.value for output in query.outputs]
    waiting += [*query.having, *(key.value for key in query.order)]
    while waiting:
        expression = waiting.pop()
        if expression in keys or isinstance(expression, nodes.Aggregate):
            continue
        if isinstance(expression, nodes.Column):
            if expression.source in own:
                bare[expression] = None
            continue
        if isinstance(expression, (nodes.Scalar, nodes.Exists, nodes.In)):
            named = free_columns(expression.query)
            waiting += [column for column in named if column.source in own]
        waiting += parts(expression)
    return list(bare)


def _alike_in(
    evaluation: Evaluates, group: Group, bare: Sequence[nodes.Expression], query: Select
) -> None:
    """Ask that bare columns have one value in a group."""
    if not bare or group.members is None:
        return
    terms, values = evaluation.encoder.terms, evaluation.encoder.values
    tuples = [
        [
            evaluation.encoder.value(
                column, RowEnvironment(evaluation, Group(row.present, row.cells))
            )
            for column in bare
        ]
        for row in group.members
    ]
    chosen = [
        evaluation.encoder.value(
            column, RowEnvironment(evaluation, Group(group.present, group.cells))
        )
        for column in bare
    ]
    # beside MIN or MAX SQLite takes the row that has it, and not just any
    ask = evaluation.must_hold if _has_extreme(query) else evaluation.leave_open
    ask(
        [
            terms.implication(
                terms.both(group.present, member.present),
                same_values(values, chosen, cells),
            )
            for member, cells in zip(group.members, tuples, strict=True)
        ]
    )


def _has_extreme(query: Select) -> bool:
    return any(
        isinstance(part, nodes.Aggregate)
        and part.collects in {nodes.Collects.MIN, nodes.Collects.MAX}
        for expression in own_expressions(query)
        for part in walk(expression)
    )
