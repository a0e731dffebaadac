"""The probes mean the same before and after: held against the whole pipeline of evidence."""

from __future__ import annotations

from pathlib import Path

import pytest

from challenged import write_challenged
from jurist.alignment.challenge.items import Kind, Posed, draw_items
from jurist.alignment.challenge.metamorphic import ORDERS, REMARK, Check, Probe, draw_probes
from jurist.evidence import judge_texts
from jurist.roles import Workspace


@pytest.fixture(scope="module")
def made(
    tmp_path_factory: pytest.TempPathFactory,
) -> tuple[tuple[Probe, ...], dict[str, Workspace]]:
    dataset = write_challenged(tmp_path_factory.mktemp("bakery"))
    items = draw_items([dataset], per_operator=3, seed=4).items
    probes, renamed = draw_probes([dataset], items, count=8, seed=4)
    return probes, {each.name: each.workspace for each in [dataset, *renamed]}


def _score(posed: Posed, known: dict[str, Workspace]) -> float | None:
    at = known[posed.dataset]
    return judge_texts(at.language, posed.reference, posed.candidate, at.schema).score


def test_the_right_score_stays_where_it_was(
    made: tuple[tuple[Probe, ...], dict[str, Workspace]],
) -> None:
    probes, known = made
    assert {probe.check for probe in probes} == set(Check)
    for probe in probes:
        before, after = (_score(posed, known) for posed in (probe.before, probe.after))
        assert before == after, probe
        assert (before == 5) is (probe.kind is Kind.REWRITE)
        assert probe.before.id != probe.after.id


def test_each_check_changes_what_it_says(
    made: tuple[tuple[Probe, ...], dict[str, Workspace]],
) -> None:
    probes, known = made
    for probe in probes:
        before, after = probe.before, probe.after
        match probe.check:
            case Check.ORDER:
                assert after.reference == before.reference
                assert sorted(after.candidate) == sorted(before.candidate)
            case Check.SWAP:
                assert (after.reference, after.candidate) == (before.candidate, before.reference)
            case Check.RENAMING:
                assert after.dataset == "bakery (renamed)"
                assert not any(
                    name in after.reference for name in ("Order Completed", "'plan'", "'age'")
                )
            case Check.INSTRUCTION:
                assert REMARK in before.reference
                assert ORDERS[probe.kind] in after.reference
                assert ORDERS[probe.kind] in after.candidate
    assert {probe.kind for probe in probes} == set(Kind)
    assert set(known) == {"bakery", "bakery (renamed)"}


def test_without_free_texts_nothing_is_hidden_in_one(tmp_path: Path) -> None:
    dataset = write_challenged(tmp_path)
    items = [
        item
        for item in draw_items([dataset], per_operator=3, seed=0).items
        if item.case == "bakery-0"  # no text in it but an event's name
    ]
    probes, _ = draw_probes([dataset], items, count=4, seed=0)
    assert Check.INSTRUCTION not in {probe.check for probe in probes}
    assert Check.SWAP in {probe.check for probe in probes}
