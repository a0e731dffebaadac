"""All that is wrong with a query under a schema, each thing with its place.

`check` refuses what Segment would refuse or what cannot mean what it says; that a
condition can never or always hold is no mistake.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice

from jurist.languages.base import Issue
from jurist.languages.cql.checking.findings import Finding, finding
from jurist.languages.cql.checking.known_names import KnownNames
from jurist.languages.cql.checking.placement import placement_findings
from jurist.languages.cql.checking.type_rules import (
    Side,
    constant_finding,
    operator_finding,
    reducer_finding,
    reference_finding,
    result_field,
)
from jurist.languages.cql.schemas.schema import ANYTHING, CqlSchema
from jurist.languages.cql.schemas.typing import Typing
from jurist.languages.cql.syntax import (
    And,
    Comparison,
    Constant,
    CqlQuery,
    Date,
    Duration,
    Entity,
    Event,
    Moment,
    Not,
    Number,
    Or,
    Reduction,
    Scalar,
    Text,
    Where,
    is_name,
    is_scalar,
)
from jurist.languages.cql.text.offsets import offsets
from jurist.languages.cql.tree import Scope, inner_scope, is_column, reduced_scope, walk

MAX_PRIMARY_EXPRESSIONS = 50
MAX_ISSUES = 100
"""More than these nobody reads, and a hostile query could have very many."""


def check(query: CqlQuery, schema: CqlSchema, *, text: str) -> tuple[Issue, ...]:
    """All that is wrong with a query, in the order of the text; at most 100 things.

    Args:
        query: What was parsed.
        schema: The workspace; in an open world no name is unknown.
        text: What the query was parsed from, for lines and columns.
    """
    findings = list(islice(_Checker(query, schema).findings(), MAX_ISSUES))
    if not findings:
        return ()
    places = offsets(text, query)
    issues = [_placed(finding, text, places.get(id(finding.node), 0)) for finding in findings]
    return tuple(sorted(issues, key=lambda issue: (issue.line, issue.column)))


def _placed(finding: Finding, text: str, offset: int) -> Issue:
    return Issue(
        kind=finding.kind,
        line=text.count("\n", 0, offset) + 1,
        column=offset - text.rfind("\n", 0, offset),
        found=finding.found,
        expected=finding.expected,
        nearest=finding.nearest,
    )


class _Checker:
    def __init__(self, query: CqlQuery, schema: CqlSchema) -> None:
        self._query = query
        self._schema = schema
        self._nodes = list(walk(query))
        self._names = KnownNames(query, schema)
        self._typing = Typing(self._names, schema)

    def findings(self) -> Iterator[Finding]:
        yield from self._size()
        for node, scope in self._nodes:
            if type(node) in _ANYWHERE:
                continue
            yield from placement_findings(node, scope, query=self._query, schema=self._schema)
            clash = None
            # By type, not by pattern: to find that a struct is none of a class takes long.
            if type(node) is Comparison:
                yield from self._comparison(node, scope)
            elif type(node) is Reduction:
                if node.value is not None:
                    value = self._side(node.value, reduced_scope(node, scope))
                    clash = reducer_finding(node, value)
            elif type(node) is Event or type(node) is Entity or is_name(node):
                clash = self._names.unknown(node, scope)
            if clash is not None:
                yield clash

    def _size(self) -> Iterator[Finding]:
        expressions = [node for node, _ in self._nodes if type(node) is Comparison]
        count, most = len(expressions) + is_scalar(self._query), MAX_PRIMARY_EXPRESSIONS
        if count > most:
            first_too_many = expressions[most - count]
            yield finding("too_many_expressions", first_too_many, count=count, most=most)

    def _comparison(self, node: Comparison, scope: Scope) -> Iterator[Finding]:
        inner = inner_scope(node, scope)
        left = self._side(node.left, inner)
        rights = [
            self._side(argument, inner) if is_scalar(argument) else None
            for argument in node.arguments
        ]
        clash = operator_finding(node, left, *[right for right in rights if right is not None])
        if clash is not None:
            yield clash
            return
        coercion = self._typing.coercion_at(node, inner)
        for argument, right in zip(node.arguments, rights, strict=True):
            if right is not None:
                clash = reference_finding(node, left, right)
            elif isinstance(argument, Constant):
                clash = constant_finding(node, left, argument, coercion)
            if clash is not None:
                yield clash

    def _side(self, node: Scalar, scope: Scope) -> Side:
        if type(node) is Reduction:
            value = ANYTHING
            if node.value is not None:
                value = self._names.field(node.value, reduced_scope(node, scope))
            return Side(result_field(node, value), node)
        return Side(self._names.field(node, scope), node, is_column(node, scope))


_ANYWHERE = frozenset({Number, Text, Date, Moment, Duration, And, Or, Not, Where})
"""What may stand wherever the grammar lets it."""
