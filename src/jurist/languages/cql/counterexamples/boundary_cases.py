"""One leaf of a query at a time, put at one of its borders with all else irrelevant."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from functools import partial

from jurist.languages.cql.counterexamples.builders import Place, inner_owner, new_user
from jurist.languages.cql.counterexamples.constants import ACCOUNT, USER, Owner
from jurist.languages.cql.counterexamples.goal_directed import ANY_DETAIL, Detail, DraftEditor, Plan
from jurist.languages.cql.counterexamples.satisfying_values import FEW, ValueTuple, is_dynamic
from jurist.languages.cql.semantics.values import Value
from jurist.languages.cql.syntax import (
    AllUsers,
    And,
    AnyUser,
    Comparison,
    Condition,
    Context,
    Entity,
    Not,
    Or,
    Property,
    Reduction,
    Scalar,
    Stream,
    Trait,
    Where,
)
from jurist.languages.effort import spend


class BoundaryCases:
    """Lists plans: edits of a draft that bring it to a border of a query."""

    def __init__(self, editor: DraftEditor) -> None:
        self._editor = editor
        self._words = editor.words

    def plans(self, node: Condition | Scalar, owner: Owner = USER) -> Iterator[Plan]:
        """The plans for each leaf of a query.

        Args:
            node: The query, or a condition of a `where`.
            owner: Whose condition it is.
        """
        spend()
        match node:
            case And(operands) | Or(operands):
                for operand in operands:
                    for plan in self.plans(operand, owner):
                        spend()
                        yield partial(self._apart_from_others, node, operand, plan)
            case Not(operand):
                yield from self.plans(operand, owner)
            case AnyUser(operand) | AllUsers(operand):
                for plan in self.plans(operand):
                    yield lambda place, plan=plan: plan(place.of_user)
                    for want in (True, False):
                        yield partial(self._beside, operand, want, plan)
            case Comparison(left):
                if isinstance(left, Reduction):
                    yield from self._reduction_plans(node, left, owner)
                else:
                    yield from self._value_plans(left)
                for side in node.arguments:
                    if isinstance(side, Reduction):
                        yield from self._reduction_plans(None, side, owner)
                if is_dynamic(node):
                    for want in (True, False):
                        yield partial(self._editor.satisfy, node, want=want)
            case Reduction():
                yield from self._reduction_plans(None, node, owner)
            case Trait() | Property() | Context():
                yield from self._value_plans(node)

    def _apart_from_others(
        self, node: And | Or, operand: Condition, plan: Plan, place: Place
    ) -> None:
        """The plan, once the other operands leave all to this one."""
        spend(len(node.operands))
        for other in node.operands:
            if other is not operand:
                self._editor.satisfy(other, place, want=isinstance(node, And))
        plan(place)

    def _beside(self, operand: Condition, want: bool, plan: Plan, place: Place) -> None:  # noqa: FBT001
        """The plan for a user beside one for whom the operand holds, or does not."""
        plan(place.of_user)
        if place.account is not None:
            self._editor.satisfy(operand, Place(new_user(place.account)), want=want)

    # --- values ---

    def _value_plans(self, name: Trait | Property | Context | Reduction) -> Iterator[Plan]:
        if isinstance(name, Reduction):
            return
        values: dict[str, Value | None] = {}
        for address, pool in self._words.pools.items():
            of_profile = address.owner in {USER, ACCOUNT}
            if address.name == name.name and of_profile == isinstance(name, Trait):
                values.update((repr(value), value) for value in pool)
        for value in values.values():
            yield partial(self._editor.put, name, value)

    # --- streams ---

    def _reduction_plans(
        self, node: Comparison | None, left: Reduction, owner: Owner
    ) -> Iterator[Plan]:
        inner = inner_owner(left.stream.source, owner)
        for count in self._words.counts.get(inner, FEW):
            yield self._adding(left, count, ANY_DETAIL)
        for values in self._editor.oracle.value_tuples(left, inner):
            yield self._adding(left, len(values), Detail(values=values))
            if isinstance(left.value, Trait) and any(value != values[0] for value in values):
                yield partial(self._by_others, left, values)
        enough, values = self._enough(node, left, inner)
        for detail in self._details(left.stream, inner):
            yield self._adding(left, enough, replace(detail, values=values))
            if enough > 1:
                most = self._adding(left, enough - 1, Detail(values=values))
                yield _both(most, self._adding(left, 1, detail))
        for part in left.stream.filters:
            if isinstance(part, Where):
                for plan in self.plans(part.condition, inner):
                    yield self._adding(left, enough, Detail(values=values, plan=plan))

    def _by_others(self, left: Reduction, values: ValueTuple, place: Place) -> None:
        """Each item is done by one more user of the account, who has the value."""
        for value in values:
            self._editor.add(left, 1, place.of_user, Detail(values=(value,)))

    def _details(self, stream: Stream, owner: Owner) -> Iterator[Detail]:
        if isinstance(stream.source, Entity):
            return
        for age in self._words.ages.get(owner, ()):
            yield Detail(age=age)
        for delay in self._words.delays.get(owner, ()):
            yield Detail(delay=delay)
            if delay:
                yield Detail(delay=-delay)
        for source in self._words.sources.get(owner, ()):
            yield Detail(source=source)

    def _enough(
        self, node: Comparison | None, left: Reduction, owner: Owner
    ) -> tuple[int, ValueTuple | None]:
        """How many items, with which values, make the comparison true."""
        oracle = self._editor.oracle
        if node is None or is_dynamic(node):
            return 1, None
        if left.value is None:
            counts = oracle.counts(node, owner, None, want=True)
            return next((count for count in counts if count), 1), None
        tuples = oracle.tuples(node, left, owner, None, want=True)
        values = next((values for values in tuples if values), None)
        return (1, None) if values is None else (len(values), values)

    def _adding(self, reduction: Reduction, count: int, detail: Detail) -> Plan:
        return lambda place: self._editor.add(reduction, count, place.of_user, detail)


def _both(first: Plan, second: Plan) -> Plan:
    def edit(place: Place) -> None:
        here = place.of_user
        first(here)
        second(here)

    return edit
