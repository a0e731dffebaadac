"""A query on one subject: each condition's truth is what the interpreter finds for it alone.

The tree is walked in step with the interpreter's own compiler, which is asked for the test of
each condition, the value of each scalar and the items of each stream in the scope, the environment
and beside the item that they stand in. Nothing is evaluated here.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from jurist.languages.base import NodeKind
from jurist.languages.cql.explaining.places import Places, noun
from jurist.languages.cql.explaining.readings import (
    SETTLED_BY,
    comparison_reading,
    json_of,
    share_kept,
    truth,
    value_text,
)
from jurist.languages.cql.explaining.siblings import Siblings
from jurist.languages.cql.explaining.windows import window_of
from jurist.languages.cql.semantics.arrays import entries, names_entries
from jurist.languages.cql.semantics.interpreter import Compiler, as_one_customer
from jurist.languages.cql.semantics.readings import Readings
from jurist.languages.cql.semantics.streams import Environment, Fetch, Item, Items, Test, arrays_of
from jurist.languages.cql.semantics.subjects import Account, Subject
from jurist.languages.cql.semantics.values import Result, split_path
from jurist.languages.cql.syntax import (
    AllUsers,
    And,
    AnyUser,
    Between,
    Comparison,
    Condition,
    CqlQuery,
    Event,
    ExpiresAfter,
    Filter,
    Name,
    Not,
    Operand,
    Operator,
    Or,
    Reduction,
    Scalar,
    Sources,
    Stream,
    Trait,
    Where,
    Within,
)
from jurist.languages.cql.text.outline import WORDS
from jurist.languages.cql.text.printer import (
    comparison_tail,
    operand_text,
    reducer_text,
    source_text,
    window_text,
)
from jurist.languages.cql.tree import Scope, inner_scope
from jurist.languages.effort import spend
from jurist.languages.explanations import Explanation
from jurist.plurals import counted

_ROOT = Scope()
"""Outside any stream; what is compiled is kept by the identity of its scope."""


@dataclass(frozen=True, slots=True)
class _At:
    """What the interpreter evaluates a node at: see `semantics.streams.Test`."""

    env: Environment
    item: Item = None
    parent: Item = None


def explain(query: CqlQuery, readings: Readings, subject: Subject, now: int) -> Explanation:
    """The explanation of a query on a customer or an account, at a moment."""
    of_accounts = isinstance(subject, Account)
    compiler = Compiler(readings, of_accounts=of_accounts)
    if isinstance(query, Condition):
        compiler.condition(query, _ROOT)
        env = compiler.environment_maker()(subject, now)
    else:
        compiler.scalar(query, _ROOT)
        one = as_one_customer(subject) if isinstance(subject, Account) else subject
        env = compiler.environment_maker()(one, now)
    explainer = _Explainer(compiler, readings, Places(subject, env), of_accounts=of_accounts)
    if isinstance(query, Condition):
        return explainer.condition(query, _ROOT, _At(env))
    return explainer.scalar(query, _At(env))


class _Explainer:
    """Compiles each part of a query once, and evaluates it wherever it is looked at."""

    def __init__(
        self, compiler: Compiler, readings: Readings, places: Places, *, of_accounts: bool
    ) -> None:
        self._compiler = compiler
        self._readings = readings
        self._places = places
        self._of_accounts = of_accounts
        self._siblings = Siblings()
        self._tests: dict[tuple[int, int], Test] = {}
        self._fetches: dict[tuple[int, int], Fetch[Result | None]] = {}
        self._scopes: dict[tuple[int, int], Scope] = {}
        self._streams: dict[tuple[int, int, tuple[int, ...]], Items] = {}

    # --- conditions ---

    def condition(self, node: Condition, scope: Scope, at: _At | None) -> Explanation:
        """A condition; `at` is `None` where there is no item for which it is asked."""
        spend()
        at_account = self._of_accounts and scope.source is None and not scope.of_user
        if at_account and isinstance(node, Comparison) and isinstance(node.left, Reduction):
            # A2: a comparison of events outside ANY and ALL is about some user.
            return self._quantified("ANY", node, node, scope, at)
        match node:
            case Comparison(left) if isinstance(left, Reduction):
                return self._aggregate(left, node, scope, at)
            case Comparison():
                return self._comparison(node, scope, at)
            case AnyUser() | AllUsers():
                return self._quantified(WORDS[type(node)], node, node.operand, scope, at)
            case And() | Or():
                kind, operands = NodeKind.JUNCTION, node.operands
            case Not():
                kind, operands = NodeKind.NEGATION, (node.operand,)
        holds = self._holds(node, scope, at)
        return Explanation(
            kind,
            WORDS[type(node)],
            holds=holds,
            reading=truth(holds),
            settled_by=SETTLED_BY.get(type(node)),
            children=tuple(self.condition(operand, scope, at) for operand in operands),
        )

    def _holds(self, node: Condition, scope: Scope, at: _At | None) -> bool | None:
        if at is None:
            return None
        key = id(node), id(scope)
        test = self._tests.get(key)
        if test is None:
            test = self._compiler.condition(node, scope)
            self._tests[key] = test
        return test(at.env, at.item, at.parent)

    def _quantified(
        self,
        word: str,
        node: Condition,
        operand: Condition,
        scope: Scope,
        at: _At | None,
    ) -> Explanation:
        kind, inner = NodeKind.QUANTIFIER, self._inner(node, scope)
        holds = self._holds(node, scope, at)
        settled_by = SETTLED_BY.get(type(node), True)  # what is implied is ANY
        reading = truth(holds)
        plain = Explanation(kind, word, holds=holds, reading=reading, settled_by=settled_by)
        if at is None or not self._of_accounts:
            child = self.condition(operand, inner, at)
            return replace(plain, children=(child,))
        truths = [
            self._holds(operand, inner, replace(at, env=user)) is True for user in at.env.users
        ]
        shown = self._siblings.choose(truths)
        users = tuple(
            Explanation(
                NodeKind.ITEM,
                f"user {i + 1}",
                holds=truths[i],
                reading=truth(truths[i]),
                items=(f"/account/users/{i}",),
                children=(self.condition(operand, inner, replace(at, env=at.env.users[i])),),
            )
            for i in shown
        )
        return replace(
            plain,
            reading=f"{share_kept(sum(truths), len(truths), 'user')}, {truth(holds)}",
            items=tuple(f"/account/users/{i}" for i, holding in enumerate(truths) if holding),
            left_out=len(truths) - len(shown),
            children=users,
        )

    # --- comparisons and scalars ---

    def _comparison(self, node: Comparison, scope: Scope, at: _At | None) -> Explanation:
        left = node.left
        presence = node.operator in (Operator.EXISTS, Operator.ABSENT)
        plain = Explanation(
            NodeKind.PRESENCE if presence else NodeKind.COMPARISON,
            operand_text(left) + comparison_tail(node) if isinstance(left, Name) else "",
        )
        holds = self._holds(node, scope, at)
        if at is None or holds is None:
            return plain
        value = self._value(left, scope, at)
        names = [side for side in (left, *node.arguments) if isinstance(side, Name)]
        return replace(
            plain,
            value=json_of(value),
            holds=holds,
            reading=comparison_reading(
                node, value_text(value), self._arguments(node, scope, at), holds
            ),
            items=self._read_from(names, scope, at),
        )

    def _arguments(self, node: Comparison, scope: Scope, at: _At) -> list[str]:
        return [self._argument(argument, scope, at) for argument in node.arguments]

    def _argument(self, argument: Operand, scope: Scope, at: _At) -> str:
        if isinstance(argument, Name):
            return value_text(self._value(argument, scope, at))
        return operand_text(argument)

    def _read_from(self, names: Sequence[Name], scope: Scope, at: _At) -> tuple[str, ...]:
        """Where the values that are there stand."""
        places = [
            self._places.of_name(name, at.env, at.item, at.parent)
            for name in names
            if self._value(name, scope, at) is not None
        ]
        return tuple(dict.fromkeys(place for place in places if place is not None))

    def _value(self, node: Scalar, scope: Scope, at: _At) -> Result | None:
        if isinstance(node, Trait) and names_entries(node):
            return tuple(entries(at.env.traits, split_path(node.name))) or None
        key = id(node), id(scope)
        fetch = self._fetches.get(key)
        if fetch is None:
            fetch = self._fetches[key] = self._compiler.scalar(node, scope)
        return fetch(at.env, at.item, at.parent)

    def scalar(self, node: Scalar, at: _At) -> Explanation:
        """A computed trait."""
        if isinstance(node, Reduction):
            return self._aggregate(node, None, _ROOT, at)
        value = self._value(node, _ROOT, at)
        return Explanation(
            NodeKind.VALUE,
            operand_text(node),
            value=json_of(value),
            reading=value_text(value),
            items=self._read_from([node], _ROOT, at),
        )

    def _inner(self, node: Condition | Reduction, scope: Scope) -> Scope:
        return self._scopes.setdefault((id(node), id(scope)), inner_scope(node, scope))

    # --- streams ---

    def _aggregate(
        self, node: Reduction, comparison: Comparison | None, scope: Scope, at: _At | None
    ) -> Explanation:
        tail = "" if comparison is None else comparison_tail(comparison)
        plain = Explanation(NodeKind.AGGREGATE, reducer_text(node) + tail)
        stream = node.stream
        inner = self._inner(node, scope)
        if at is None:
            return replace(plain, children=self._parts(stream, inner, None))
        in_event = isinstance(scope.source, Event)
        within = _At(at.env, at.item, at.item if in_event else at.parent)
        value = self._value(node, scope, at)
        holds, reading = None, value_text(value)
        if comparison is not None:
            holds = self._holds(comparison, scope, at)
            arguments = self._arguments(comparison, scope, at)
            reading = comparison_reading(comparison, reading, arguments, holds is True)
        return replace(
            plain,
            value=json_of(value),
            holds=holds,
            reading=reading,
            items=self._pointers(self._items(stream, stream.filters, inner, within)),
            children=self._parts(stream, inner, within),
        )

    def _parts(self, stream: Stream, inner: Scope, within: _At | None) -> tuple[Explanation, ...]:
        """The source and each filter, with what it alone keeps of the history."""
        source = Explanation(NodeKind.SOURCE, source_text(stream.source))
        # An array is unrolled by `where` and the reducer alone: the others see whole items.
        whole = Scope(stream.source, inner.outer)
        whole = self._scopes.setdefault((id(stream), id(inner)), whole)
        every: Sequence[Item] = ()
        if within is not None:
            every = self._items(stream, (), whole, within)
            source = replace(
                source,
                value=len(every),
                reading=counted(len(every), noun(stream.source)),
                items=self._pointers(every),
            )
        filters = [
            self._where(stream, part, inner, within)
            if isinstance(part, Where)
            else self._unconditional(stream, part, whole, within, every)
            for part in stream.filters
        ]
        return (source, *filters)

    def _unconditional(
        self,
        stream: Stream,
        part: Within | Between | Sources | ExpiresAfter,
        whole: Scope,
        within: _At | None,
        every: Sequence[Item],
    ) -> Explanation:
        """A filter without a condition."""
        kind = NodeKind.OTHER
        if isinstance(part, Within | Between | ExpiresAfter):
            follows = isinstance(part, Within | Between) and part.parent
            kind = NodeKind.SEQUENCE if follows else NodeKind.WINDOW
        plain = Explanation(kind, window_text(part))
        if within is None:
            return plain
        items = self._items(stream, (part,), whole, within)
        window = window_of(part, self._readings, within.env.now, within.parent, every)
        count = share_kept(len(items), len(every), noun(stream.source))
        return replace(
            plain,
            value=len(items),
            reading=count if window is None else f"{window[0]} to {window[1]}, {count}",
            items=self._pointers(items),
            window=window,
        )

    def _where(self, stream: Stream, part: Where, inner: Scope, within: _At | None) -> Explanation:
        """A `where`: asked of the items that the filters without conditions keep."""
        condition = part.condition
        operands = condition.operands if isinstance(condition, And) else (condition,)

        def conditions(at: _At | None) -> tuple[Explanation, ...]:
            return tuple(self.condition(each, inner, at) for each in operands)

        plain = Explanation(NodeKind.FILTER, "where")
        if within is None:
            return replace(plain, children=conditions(None))
        others = tuple(each for each in stream.filters if not isinstance(each, Where))
        asked = self._items(stream, others, inner, within)
        around = [_At(within.env, item, within.parent) for item in asked]
        truths = [self._holds(condition, inner, at) is True for at in around]
        shown = self._siblings.choose(truths)
        nodes = tuple(
            Explanation(
                NodeKind.ITEM,
                self._places.label(asked[i]),
                holds=truths[i],
                reading=truth(truths[i]),
                items=self._pointers([asked[i]]),
                children=conditions(around[i]),
            )
            for i in shown
        )
        holding = [item for item, holds in zip(asked, truths, strict=True) if holds]
        nouns = ("entry", "entries") if arrays_of(inner) else (noun(stream.source),)
        return replace(
            plain,
            value=len(holding),
            reading=share_kept(len(holding), len(asked), *nouns),
            items=self._pointers(holding),
            left_out=len(asked) - len(shown),
            children=nodes or conditions(None),
        )

    def _items(
        self, stream: Stream, filters: tuple[Filter, ...], scope: Scope, at: _At
    ) -> Sequence[Item]:
        key = id(stream), id(scope), tuple(map(id, filters))
        items = self._streams.get(key)
        if items is None:
            items = self._compiler.items(Stream(stream.source, filters), scope)
            self._streams[key] = items
        kept_items = items(at.env, at.item, at.parent)
        if arrays_of(scope):
            self._places.note_entries(at.env, scope)
        return kept_items

    def _pointers(self, items: Sequence[Item]) -> tuple[str, ...]:
        return tuple(dict.fromkeys(map(self._places.pointer, items)))
