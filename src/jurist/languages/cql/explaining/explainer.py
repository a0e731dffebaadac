"""A query on one subject: each condition's truth is what the interpreter finds for it alone.

The tree is walked in step with the interpreter's own compiler, which is asked for the test of
each condition, the value of each scalar and the items of each stream in the scope, the environment
and beside the item that they stand in. Nothing is evaluated here.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from functools import cache

from jurist.languages.base import NodeKind
from jurist.languages.cql.explaining.asking import Asked, At
from jurist.languages.cql.explaining.places import Places, noun
from jurist.languages.cql.explaining.readings import (
    SETTLED_BY,
    comparison_reading,
    json_of,
    share_kept,
    truth,
    value_text,
    window_of,
)
from jurist.languages.cql.operators import Group
from jurist.languages.cql.semantics.arrays import entries, names_entries
from jurist.languages.cql.semantics.interpreter import Compiler
from jurist.languages.cql.semantics.performers import as_one_customer, with_performers
from jurist.languages.cql.semantics.readings import Readings
from jurist.languages.cql.semantics.streams import (
    Item,
    arrays_of,
    nearest_event,
)
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
    ExpiresAfter,
    Name,
    Not,
    Or,
    Reduction,
    Scalar,
    Sources,
    Stream,
    Trait,
    Where,
    Within,
)
from jurist.languages.cql.text.printer import (
    WORDS,
    comparison_tail,
    operand_text,
    reducer_text,
    source_text,
    window_text,
)
from jurist.languages.cql.tree import Scope, compares_stream, inner_scope
from jurist.languages.effort import spend
from jurist.languages.explanations import Explanation
from jurist.plurals import counted

_MOST_SIBLINGS = 6
"""Items with a node of their own, of those that one node looks at."""
_MOST_ITEMS = 120
"""In a whole explanation."""
_ROOT = Scope()
"""Outside any stream; what is compiled is kept by the identity of its scope."""


def explain(query: CqlQuery, readings: Readings, subject: Subject, now: int) -> Explanation:
    """The explanation of a query on a customer or an account, at a moment."""
    of_accounts = isinstance(subject, Account)
    compiler = Compiler(readings, of_accounts=of_accounts)
    if isinstance(query, Condition):
        compiler.condition(query, _ROOT)
        env = compiler.environment_maker()(subject, now)
    else:
        compiler.scalar(query, _ROOT)
        if isinstance(subject, Account):
            subject = with_performers(subject)
        customer = as_one_customer(subject) if isinstance(subject, Account) else subject
        env = compiler.environment_maker()(customer, now)
    explainer = _Explainer(compiler, readings, Places(subject, env), of_accounts=of_accounts)
    if isinstance(query, Condition):
        return explainer.condition(query, _ROOT, At(env))
    return explainer.scalar(query, At(env))


class _Explainer:
    """Compiles each part of a query once, and evaluates it wherever it is looked at."""

    def __init__(
        self, compiler: Compiler, readings: Readings, places: Places, *, of_accounts: bool
    ) -> None:
        self._readings = readings
        self._places = places
        self._of_accounts = of_accounts
        self._items_left = _MOST_ITEMS
        # By node and scope; an inner scope is made once, as scopes are told apart by identity.
        self._test = cache(compiler.condition)
        self._fetch = cache(compiler.scalar)
        self._stream = cache(compiler.items)
        self._inner = cache(inner_scope)
        self._whole = cache(_whole_items)

    # --- conditions ---

    def condition(self, node: Condition, scope: Scope, at: At | None) -> Explanation:
        """A condition; `at` is `None` where there is no item for which it is asked."""
        spend()
        at_account = self._of_accounts and scope.source is None and not scope.of_user
        if at_account and isinstance(node, Comparison) and compares_stream(node):
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
            children=self._conditions(operands, scope, at),
        )

    def _conditions(
        self, operands: Sequence[Condition], scope: Scope, at: At | None
    ) -> tuple[Explanation, ...]:
        return tuple(self.condition(operand, scope, at) for operand in operands)

    def _holds(self, node: Condition, scope: Scope, at: At | None) -> bool | None:
        return None if at is None else self._test(node, scope)(at.env, at.item, at.around)

    def _quantified(
        self, word: str, node: Condition, operand: Condition, scope: Scope, at: At | None
    ) -> Explanation:
        inner, holds = self._inner(node, scope), self._holds(node, scope, at)
        settled_by = SETTLED_BY.get(type(node), True)  # what is implied is ANY
        plain = Explanation(
            NodeKind.QUANTIFIER, word, holds=holds, reading=truth(holds), settled_by=settled_by
        )
        if at is None or not self._of_accounts:
            return replace(plain, children=self._conditions((operand,), inner, at))
        users = [
            Asked(f"user {i + 1}", f"/account/users/{i}", replace(at, env=user))
            for i, user in enumerate(at.env.users)
        ]
        plain, holding = self._asked(plain, users, operand, (operand,), inner)
        share = share_kept(holding, len(users), "user")
        return replace(plain, reading=f"{share}, {truth(holds)}")

    def _asked(
        self,
        plain: Explanation,
        asked: Sequence[Asked],
        condition: Condition,
        operands: Sequence[Condition],
        scope: Scope,
    ) -> tuple[Explanation, int]:
        """A node over some of many items, and of how many of all of them a condition holds."""
        truths = [self._holds(condition, scope, item.at) is True for item in asked]
        nodes = tuple(
            Explanation(
                NodeKind.ITEM,
                asked[i].label,
                holds=truths[i],
                reading=truth(truths[i]),
                items=(asked[i].pointer,),
                children=self._conditions(operands, scope, asked[i].at),
            )
            for i in self._chosen(truths)
        )
        holding = [item.pointer for item, holds in zip(asked, truths, strict=True) if holds]
        items = tuple(dict.fromkeys(holding))
        plain = replace(plain, items=items, left_out=len(asked) - len(nodes), children=nodes)
        return plain, len(holding)

    def _chosen(self, truths: Sequence[bool]) -> list[int]:
        """The numbers of the items to show: all where they are few, else some of either truth."""
        most = min(_MOST_SIBLINGS, self._items_left)
        numbers = list(range(len(truths)))
        if len(truths) > most:
            holding = [i for i in numbers if truths[i]]
            failing = [i for i in numbers if not truths[i]]
            first = holding[: max(most // 2, most - len(failing))]
            numbers = sorted(first + failing[: most - len(first)])
        self._items_left -= len(numbers)
        return numbers

    # --- comparisons and scalars ---

    def _comparison(self, node: Comparison, scope: Scope, at: At | None) -> Explanation:
        left = node.left
        is_presence = node.operator.group is Group.PRESENCE
        plain = Explanation(
            NodeKind.PRESENCE if is_presence else NodeKind.COMPARISON,
            operand_text(left) + comparison_tail(node) if isinstance(left, Name) else "",
            children=self._streams_compared_with(node, scope, at),
        )
        holds = self._holds(node, scope, at)
        if at is None or holds is None:
            return plain
        value = self._value(left, scope, at)
        names = [side for side in (left, *node.arguments) if isinstance(side, Name)]
        arguments = self._arguments(node, scope, at)
        return replace(
            plain,
            value=json_of(value),
            holds=holds,
            reading=comparison_reading(node, value_text(value), arguments, holds),
            items=self._read_from(names, scope, at),
        )

    def _streams_compared_with(
        self, node: Comparison, scope: Scope, at: At | None
    ) -> tuple[Explanation, ...]:
        """The streams on the right of a comparison, each as what it comes to."""
        return tuple(
            self._aggregate(side, None, scope, at)
            for side in node.arguments
            if isinstance(side, Reduction)
        )

    def _arguments(self, node: Comparison, scope: Scope, at: At) -> list[str]:
        return [
            value_text(self._value(argument, scope, at))
            if isinstance(argument, Scalar)
            else operand_text(argument)
            for argument in node.arguments
        ]

    def _read_from(self, names: Sequence[Name], scope: Scope, at: At) -> tuple[str, ...]:
        """Where the values that are there stand."""
        places = [
            self._places.of_name(name, at.env, at.item, at.around)
            for name in names
            if self._value(name, scope, at) is not None
        ]
        return tuple(dict.fromkeys(place for place in places if place is not None))

    def _value(self, node: Scalar, scope: Scope, at: At) -> Result | None:
        if isinstance(node, Trait) and names_entries(node):
            return tuple(entries(at.env.traits, split_path(node.name))) or None
        return self._fetch(node, scope)(at.env, at.item, at.around)

    def scalar(self, node: Scalar, at: At) -> Explanation:
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

    # --- streams ---

    def _aggregate(
        self, node: Reduction, comparison: Comparison | None, scope: Scope, at: At | None
    ) -> Explanation:
        tail = "" if comparison is None else comparison_tail(comparison)
        plain = Explanation(NodeKind.AGGREGATE, reducer_text(node) + tail)
        stream = node.stream
        inner = self._inner(node, scope)
        others: tuple[Explanation, ...] = ()
        if comparison is not None:
            others = self._streams_compared_with(comparison, scope, at)
        if at is None:
            return replace(plain, children=(*self._parts(stream, inner, None), *others))
        around = None if scope.source is None else (at.item, at.around)
        within = At(at.env, around=around)
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
            items=self._pointers(self._items(stream, inner, within)),
            children=(*self._parts(stream, inner, within), *others),
        )

    def _parts(self, stream: Stream, inner: Scope, within: At | None) -> tuple[Explanation, ...]:
        """The source and each filter, with what it alone keeps of the history."""
        source = Explanation(NodeKind.SOURCE, source_text(stream.source))
        whole = self._whole(stream, inner)
        every: Sequence[Item] = ()
        if within is not None:
            every = self._items(Stream(stream.source), whole, within)
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
        within: At | None,
        every: Sequence[Item],
    ) -> Explanation:
        """A filter without a condition."""
        kind = NodeKind.OTHER
        if isinstance(part, Within | Between | ExpiresAfter):
            kind = NodeKind.SEQUENCE if part.parent else NodeKind.WINDOW
        plain = Explanation(kind, window_text(part))
        if within is None:
            return plain
        items = self._items(Stream(stream.source, (part,)), whole, within)
        parent = nearest_event(whole, within.around)
        window = window_of(part, self._readings, within.env.now, parent, every)
        count = share_kept(len(items), len(every), noun(stream.source))
        return replace(
            plain,
            value=len(items),
            reading=count if window is None else f"{window[0]} to {window[1]}, {count}",
            items=self._pointers(items),
            window=window,
        )

    def _where(self, stream: Stream, part: Where, inner: Scope, within: At | None) -> Explanation:
        """A `where`: asked of the items that the filters without conditions keep."""
        condition = part.condition
        operands = condition.operands if isinstance(condition, And) else (condition,)
        plain = Explanation(NodeKind.FILTER, "where")
        if within is None:
            return replace(plain, children=self._conditions(operands, inner, None))
        others = tuple(part for part in stream.filters if not isinstance(part, Where))
        asked = [
            Asked(
                self._places.label(item),
                self._places.pointer(item),
                At(within.env, item, within.around),
            )
            for item in self._items(Stream(stream.source, others), inner, within)
        ]
        plain, holding = self._asked(plain, asked, condition, operands, inner)
        nouns = ("entry", "entries") if arrays_of(inner) else (noun(stream.source),)
        return replace(
            plain,
            value=holding,
            reading=share_kept(holding, len(asked), *nouns),
            children=plain.children or self._conditions(operands, inner, None),
        )

    def _items(self, stream: Stream, scope: Scope, at: At) -> Sequence[Item]:
        items = self._stream(stream, scope)(at.env, at.around)
        if arrays_of(scope):
            self._places.note_entries(at.env, scope)
        return items

    def _pointers(self, items: Sequence[Item]) -> tuple[str, ...]:
        return tuple(dict.fromkeys(map(self._places.pointer, items)))


def _whole_items(stream: Stream, inner: Scope) -> Scope:
    # An array is unrolled by `where` and the reducer alone: the others see whole items.
    return Scope(stream.source, inner.outer)
