"""A query's outline: labels for people who look for a difference, kinds and fields for programs."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Final

from sqlglot import exp

from jurist.languages.base import Literal, LiteralKind, Node, NodeKind
from jurist.languages.sql.dialects import Dialect
from jurist.languages.sql.query import SqlQuery
from jurist.languages.sql.text.writing import canonical

_COMPARES: Final[dict[type[exp.Expr], str]] = {
    exp.EQ: "=",
    exp.NEQ: "<>",
    exp.GT: ">",
    exp.GTE: ">=",
    exp.LT: "<",
    exp.LTE: "<=",
    exp.Like: "LIKE",
    exp.ILike: "ILIKE",
    exp.Glob: "GLOB",
    exp.Between: "BETWEEN",
    exp.In: "IN",
    exp.NullSafeEQ: "IS NOT DISTINCT FROM",
    exp.NullSafeNEQ: "IS DISTINCT FROM",
}


def outline(query: SqlQuery) -> Node:
    """The tree of a query: what it selects from, joins, filters, groups, gives and sorts by."""
    return _Outline(query.dialect).query(query.tree)


@dataclass(frozen=True, slots=True)
class _Outline:
    dialect: Dialect

    def query(self, tree: exp.Expr) -> Node:
        """A SELECT, or a set operation over two queries."""
        while isinstance(tree, exp.Subquery | exp.Paren):
            tree = tree.this
        children = [*self._with(tree)]
        if isinstance(tree, exp.SetOperation):
            word = tree.key.upper() + ("" if tree.args.get("distinct", True) else " ALL")
            children += [self.query(tree.this), self.query(tree.expression)]
            children += self._order_and_limit(tree)
            return Node(
                NodeKind.COMBINATION, word, tuple(children), operator=word, constructs=(word,)
            )
        if tree.args.get("distinct"):
            children.append(Node(NodeKind.DUPLICATES, "DISTINCT", constructs=("DISTINCT",)))
        children += self._sources(tree)
        children += self._filter(tree, "where", "WHERE")
        group = tree.args.get("group")
        if group is not None:
            keys = tuple(
                replace(self._value(key), kind=NodeKind.GROUPING)
                for key in group.iter_expressions()
            )
            children.append(Node(NodeKind.GROUPING, "GROUP BY", keys, constructs=("GROUP BY",)))
        children += self._filter(tree, "having", "HAVING")
        children += self._filter(tree, "qualify", "QUALIFY")
        children += [
            replace(self._value(output), kind=NodeKind.OUTPUT) for output in tree.expressions
        ]
        children += self._order_and_limit(tree)
        return Node(NodeKind.QUERY, "SELECT", tuple(children), constructs=("SELECT",))

    def _with(self, tree: exp.Expr) -> Iterator[Node]:
        clause = tree.args.get("with_")
        for table in clause.expressions if clause is not None else ():
            yield Node(
                NodeKind.SOURCE,
                f"WITH {table.alias}",
                (self.query(table.this),),
                names=(table.alias,),
                constructs=("WITH",),
            )

    def _sources(self, tree: exp.Expr) -> Iterator[Node]:
        begin = tree.args.get("from_")
        if begin is not None:
            yield self._source(begin.this, "FROM", NodeKind.SOURCE, ())
        for join in tree.args.get("joins") or ():
            words = [join.method, join.side, join.kind if join.kind != "OUTER" else "", "JOIN"]
            word = " ".join(word.upper() for word in words if word)
            on = join.args.get("on")
            using = tuple(name.name for name in join.args.get("using") or ())
            conditions = () if on is None else (self.condition(on),)
            conditions += tuple(Node(NodeKind.COMPARISON, f"USING {n}", names=(n,)) for n in using)
            yield self._source(join.this, word, NodeKind.JOIN, conditions)

    def _source(
        self, source: exp.Expr, word: str, kind: NodeKind, conditions: tuple[Node, ...]
    ) -> Node:
        if isinstance(source, exp.Table):
            label = f"{word} {source.name}"
            return Node(kind, label, conditions, word, names=(source.name,), constructs=(word,))
        inner = tuple(self.query(part) for part in source.find_all(exp.Query) if part is not source)
        return Node(kind, f"{word} (query)", inner[:1] + conditions, word, constructs=(word,))

    def _filter(self, tree: exp.Expr, clause: str, word: str) -> Iterator[Node]:
        part = tree.args.get(clause)
        if part is not None:
            inner = (self.condition(part.this),)
            yield Node(NodeKind.FILTER, word, inner, constructs=(word,))

    def _order_and_limit(self, tree: exp.Expr) -> Iterator[Node]:
        order = tree.args.get("order")
        for key in order.expressions if order is not None else ():
            label = f"ORDER BY {self._text(key)}"
            yield Node(NodeKind.ORDER, label, names=_names(key), constructs=("ORDER BY",))
        for clause in ("limit", "offset"):
            part = tree.args.get(clause)
            if part is not None:
                literals = tuple(map(_literal, part.find_all(exp.Literal)))
                word = clause.upper()
                yield Node(NodeKind.LIMIT, self._text(part), literals=literals, constructs=(word,))

    def condition(self, node: exp.Expr) -> Node:
        """A condition: junctions flat, each comparison a leaf, subqueries below what asks them."""
        while isinstance(node, exp.Paren):
            node = node.this
        if isinstance(node, exp.And | exp.Or):
            word = node.key.upper()
            parts = tuple(map(self.condition, _operands(node, type(node))))
            return Node(NodeKind.JUNCTION, word, parts, operator=word, constructs=(word,))
        if isinstance(node, exp.Not):
            inner = (self.condition(node.this),)
            return Node(NodeKind.NEGATION, "NOT", inner, operator="NOT", constructs=("NOT",))
        if isinstance(node, exp.Exists):
            inner = (self.query(node.this),)
            return Node(NodeKind.QUANTIFIER, "EXISTS", inner, "EXISTS", constructs=("EXISTS",))
        if isinstance(node, exp.Is) and isinstance(node.expression, exp.Null):
            return self._leaf(NodeKind.PRESENCE, node, "IS NULL")
        if type(node) in _COMPARES:
            negated = "NOT " if node.args.get("negate") else ""
            return self._leaf(NodeKind.COMPARISON, node, negated + _COMPARES[type(node)])
        return self._value(node)

    def _value(self, node: exp.Expr) -> Node:
        aggregate = node.find(exp.AggFunc)
        own = aggregate is not None and aggregate.find_ancestor(exp.Query) is node.find_ancestor(
            exp.Query
        )
        return self._leaf(NodeKind.AGGREGATE if own else NodeKind.VALUE, node, "")

    def _leaf(self, kind: NodeKind, node: exp.Expr, operator: str) -> Node:
        """A node with what it names itself; the queries within it are its children."""
        queries = _queries_within(node)
        inside = {id(part) for query in queries for part in query.walk()}
        own = [part for part in node.walk() if id(part) not in inside]
        aggregate = next((_named(part) for part in own if isinstance(part, exp.AggFunc)), "")
        label = "".join(self._text(node, queries))
        return Node(
            kind,
            label,
            tuple(map(self.query, queries)),
            operator,
            aggregate,
            tuple(self._text(part) for part in own if isinstance(part, exp.Column)),
            tuple(_literal(part) for part in own if isinstance(part, exp.Literal)),
            tuple(dict.fromkeys(part.key.upper() for part in own if isinstance(part, exp.Func))),
        )

    def _text(self, node: exp.Expr, queries: list[exp.Expr] | None = None) -> str:
        """The canonical text, queries within it left out."""
        if queries:
            copy = node.copy()
            for query in _queries_within(copy):
                if query is not copy:
                    query.replace(exp.Var(this="(query)"))
            node = exp.Var(this="(query)") if node in queries else copy
        return canonical(node, self.dialect)


def _named(aggregate: exp.AggFunc) -> str:
    distinct = isinstance(aggregate.this, exp.Distinct)
    return f"{aggregate.key} distinct" if distinct else aggregate.key


def _queries_within(node: exp.Expr) -> list[exp.Expr]:
    found: list[exp.Expr] = []
    waiting = [node]
    while waiting:
        part = waiting.pop()
        if isinstance(part, exp.Query):
            found.append(part)
        else:
            waiting.extend(part.iter_expressions(reverse=True))
    return found


def _operands(node: exp.Expr, kind: type[exp.Expr]) -> Iterator[exp.Expr]:
    waiting = [node]
    while waiting:
        part = waiting.pop()
        while isinstance(part, exp.Paren):
            part = part.this
        if isinstance(part, exp.Binary) and type(part) is kind:
            waiting += [part.right, part.left]
        else:
            yield part


def _names(node: exp.Expr) -> tuple[str, ...]:
    return tuple(column.sql() for column in node.find_all(exp.Column))


def _literal(literal: exp.Literal) -> Literal:
    return Literal(literal.this, LiteralKind.TEXT if literal.is_string else LiteralKind.NUMBER)
