"""Outlines: kinds and fields for programs, by hand."""

from __future__ import annotations

from jurist.languages.base import Node, NodeKind
from jurist.languages.sql.language import SqlLanguage

SQL = SqlLanguage()


def _nodes(text: str) -> list[Node]:
    def below(node: Node) -> list[Node]:
        return [node, *(each for child in node.children for each in below(child))]

    return below(SQL.outline(SQL.parse(text)))


def test_the_parts_of_a_select() -> None:
    text = (
        "SELECT city, COUNT(*) FROM customer AS c LEFT JOIN orders AS o ON o.customer = c.id "
        "WHERE NOT name LIKE 'A%' AND (total > 5 OR city IS NULL) "
        "GROUP BY city HAVING SUM(total) >= 10 ORDER BY 2 DESC LIMIT 3"
    )
    assert [(node.kind, node.label) for node in _nodes(text)] == [
        (NodeKind.QUERY, "SELECT"),
        (NodeKind.SOURCE, "FROM customer"),
        (NodeKind.JOIN, "LEFT JOIN orders"),
        (NodeKind.COMPARISON, "o.customer = c.id"),
        (NodeKind.FILTER, "WHERE"),
        (NodeKind.JUNCTION, "AND"),
        (NodeKind.NEGATION, "NOT"),
        (NodeKind.COMPARISON, "name LIKE 'A%'"),
        (NodeKind.JUNCTION, "OR"),
        (NodeKind.COMPARISON, "total > 5"),
        (NodeKind.PRESENCE, "city IS NULL"),
        (NodeKind.GROUPING, "GROUP BY"),
        (NodeKind.GROUPING, "city"),
        (NodeKind.FILTER, "HAVING"),
        (NodeKind.COMPARISON, "SUM(total) >= 10"),
        (NodeKind.OUTPUT, "city"),
        (NodeKind.OUTPUT, "COUNT(*)"),
        (NodeKind.ORDER, "ORDER BY 2 DESC"),
        (NodeKind.LIMIT, "LIMIT 3"),
    ]


def test_a_node_says_what_it_names_and_compares() -> None:
    (having,) = [n for n in _nodes("SELECT 1 FROM t GROUP BY x HAVING MAX(y) <= 7") if n.aggregate]
    assert (having.operator, having.aggregate, having.names) == ("<=", "max", ("y",))
    assert [literal.text for literal in having.literals] == ["7"]


def test_queries_within_stand_below_what_asks_them() -> None:
    nodes = _nodes("SELECT a FROM t WHERE a IN (SELECT b FROM u) AND EXISTS (SELECT 1 FROM v)")
    assert [node.label for node in nodes if node.children] == [
        "SELECT",
        "WHERE",
        "AND",
        "a IN (query)",
        "SELECT",
        "EXISTS",
        "SELECT",
    ]
    assert {name for node in nodes for name in node.names} == {"t", "a", "u", "b", "v"}


def test_set_operations_and_common_tables() -> None:
    nodes = _nodes("WITH w AS (SELECT 1 AS x) SELECT x FROM w UNION ALL SELECT 2 ORDER BY 1")
    assert [node.label for node in nodes][:3] == ["UNION ALL", "WITH w", "SELECT"]
    assert "FROM w" in [node.label for node in nodes]
