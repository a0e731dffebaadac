"""Explanations held against the second reader of CQL, node by node, and against themselves."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import cast

import msgspec

from compiled import compile_audience, explain
from cql_oracle import Oracle, evaluate
from cql_random import NOW
from jurist.languages.base import NodeKind
from jurist.languages.cql.semantics.readings import Readings
from jurist.languages.cql.semantics.subjects import (
    Account,
    CustomerEvent,
    Row,
    Subject,
    json_value,
    subject_to_json,
)
from jurist.languages.cql.semantics.values import EACH, rounded
from jurist.languages.cql.syntax import (
    AllUsers,
    And,
    AnyUser,
    Comparison,
    Condition,
    Not,
    Or,
    Reducer,
    Reduction,
    Stream,
    Trait,
    Where,
)
from jurist.languages.explanations import Explanation
from oracle_names import At, arrays, bindings
from oracle_values import Found, moment


def shown(value: Found) -> object:
    return None if value is None else json_value(rounded(value))


def compare(node: Condition, told: Explanation, reader: Oracle, at: At | None) -> None:
    """Each node of a condition's explanation is what the second reader says of it there."""
    assert told.holds is reader.member(node, at), (node, told)
    match node:
        case And(operands) | Or(operands):
            assert told.kind is NodeKind.JUNCTION
            for operand, child in zip(operands, told.children, strict=True):
                compare(operand, child, reader, at)
        case Not(operand):
            assert told.kind is NodeKind.NEGATION
            (child,) = told.children
            compare(operand, child, reader, at)
        case AnyUser(operand) | AllUsers(operand):
            compare_users(operand, told, reader, at)
        case Comparison(left, _, arguments) if reader.user is None and any(
            isinstance(side, Reduction) for side in (left, *arguments)
        ):
            assert told.label == "ANY"
            compare_users(node, told, reader, at)
        case Comparison(left, _, arguments):
            others = [side for side in arguments if isinstance(side, Reduction)]
            own = len(told.children) - len(others)
            for side, child in zip(others, told.children[own:], strict=True):
                compare_stream(side, child, reader, at)
            if isinstance(left, Reduction):
                compare_stream(left, replace(told, children=told.children[:own]), reader, at)
                return
            assert own == 0
            if not (isinstance(left, Trait) and EACH in left.name):
                assert told.value == shown(reader.value(left, at))


def compare_users(operand: Condition, told: Explanation, reader: Oracle, at: At | None) -> None:
    assert told.kind is NodeKind.QUANTIFIER
    if reader.account is None:
        (child,) = told.children
        compare(operand, child, reader, at)
        return
    assert told.left_out == 0
    for user, item in zip(reader.each_user(), told.children, strict=True):
        assert item.kind is NodeKind.ITEM
        assert item.holds is user.member(operand, at)
        (child,) = item.children
        compare(operand, child, user, at)


def compare_stream(node: Reduction, told: Explanation, reader: Oracle, at: At | None) -> None:
    assert told.kind is NodeKind.AGGREGATE
    assert told.value == shown(reader.value(node, at))
    source, *parts = told.children
    history = whole_history(node.stream, reader, at)
    assert source.kind is NodeKind.SOURCE
    assert source.value == len(history)
    unrolled = sorted(arrays(node), key=lambda array: (len(array[1]), array))
    every = [At(each, bound, at) for each in history for bound in bindings(each, unrolled)]
    for part, child in zip(node.stream.filters, parts, strict=True):
        if not isinstance(part, Where):
            assert child.value == sum(reader.passes(part, At(i, {}, at), history) for i in history)
            compare_window(child, history)
            continue
        others = [other for other in node.stream.filters if not isinstance(other, Where)]
        asked = [
            item for item in every if all(reader.passes(other, item, history) for other in others)
        ]
        assert child.value == sum(reader.member(part.condition, item) for item in asked)
        conjuncts = (
            part.condition.operands if isinstance(part.condition, And) else (part.condition,)
        )
        if child.children and child.children[0].kind is NodeKind.ITEM:
            assert len(child.children) == len(asked) - child.left_out
            if child.left_out:
                continue
            for item, below in zip(asked, child.children, strict=True):
                assert below.holds is reader.member(part.condition, item)
                for conjunct, grandchild in zip(conjuncts, below.children, strict=True):
                    compare(conjunct, grandchild, reader, item)
        else:
            assert child.left_out == len(asked)
            assert len(child.children) == len(conjuncts)
            for _, below in child.walk():
                assert below.holds is None


def compare_window(told: Explanation, history: Sequence[CustomerEvent | Row]) -> None:
    """A window holds those moments whose events are kept, and no others."""
    if told.kind is NodeKind.OTHER:  # sources, as in the outline
        assert told.window is None
        return
    kept = 0
    if told.window is not None:
        first, last = map(moment, told.window)
        assert first is not None
        assert last is not None
        kept = sum(
            isinstance(each, CustomerEvent) and first <= each.time <= last for each in history
        )
    assert told.value == kept


def whole_history(stream: Stream, reader: Oracle, at: At | None) -> list[CustomerEvent] | list[Row]:
    plain = Reduction(Stream(stream.source), Reducer.COUNT)
    items = [each.item for each in reader.items(plain, at)]
    return cast("list[CustomerEvent] | list[Row]", items)


def compare_all(query: Condition, who: Subject, chosen: Readings) -> Explanation:
    told = explain(query, chosen, who, NOW)
    assert told.holds is compile_audience(query, chosen, type(who))(who, NOW)
    assert told.holds is evaluate(query, who, NOW, chosen)
    reader = (
        Oracle(chosen, NOW, account=who)
        if isinstance(who, Account)
        else Oracle(chosen, NOW, user=who)
    )
    compare(query, told, reader, None)
    compose(told)
    point(told, subject_to_json(who, NOW))
    assert msgspec.json.decode(msgspec.json.encode(told))
    return told


def compose(told: Explanation) -> None:
    """Each truth follows from those below, by the kinds alone."""
    for _, node in told.walk():
        truths = [child.holds for child in node.children if child.holds is not None]
        complete = not node.left_out and None not in [child.holds for child in node.children]
        match node.kind:
            case NodeKind.JUNCTION if complete:
                assert node.holds is (all if node.label == "AND" else any)(truths)
            case NodeKind.NEGATION if complete:
                assert [node.holds] == [not truth for truth in truths]
            case NodeKind.QUANTIFIER if complete:
                assert node.holds is (all if node.label == "ALL" else any)(truths)
            case NodeKind.ITEM:
                assert node.holds is all(truths)
            case NodeKind.FILTER if node.holds is None and complete and truths:
                assert node.value == sum(truths)
            case _:
                pass
        if node.holds is not None:
            assert node.reading.endswith("yes" if node.holds else "no")


def point(told: Explanation, document: object) -> None:
    """Each pointer leads to something in the input."""
    for _, node in told.walk():
        for pointer in node.items:
            place = document
            for key in pointer.split("/")[1:]:
                key = key.replace("~1", "/").replace("~0", "~")
                if isinstance(place, list):
                    place = cast("list[object]", place)[int(key)]
                else:
                    place = cast("Mapping[str, object]", place)[key]
