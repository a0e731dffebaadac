"""Verdicts held against every customer of small worlds, and the judges themselves.

`closed_worlds` says how; a longer run is `make closed-worlds`.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import cast

import pytest

import closed_judging
import closed_worlds
from closed_constructs import shares
from closed_customers import subject_of
from closed_pairs import draw_world
from compiled import compile_audience
from jurist.languages.cql.prover import decide as prove
from jurist.languages.cql.schemas.schema import CqlSchema, subject_type
from jurist.languages.cql.semantics.subjects import subject_from_json
from jurist.languages.cql.syntax import CqlQuery
from jurist.languages.cql.text.printer import format_query
from jurist.records import Evidence, Method, Relation, Side, Witness
from legal_subjects import violations

_HARD = "quick-3"
"""A world that takes as long as all the others together."""
_SEEDS = [seed for seed in map("quick-{}".format, range(24)) if seed != _HARD]


@pytest.mark.parametrize("share", range(2))
def test_no_verdict_is_wrong(share: int) -> None:
    tally = closed_worlds.run(_SEEDS[share::2], pairs=35)
    assert not tally.wrong, "\n\n".join(outcome.wrong for outcome in tally.wrong[:5])
    # Saying nothing is no way to be right; a share has few worlds, of which some are about
    # what a proof does not look into, such as the date that a reduced stream comes to.
    undecided = sum(each.relation == Relation.UNDECIDED for each in tally.outcomes)
    assert undecided <= 0.08 * len(tally.outcomes)


@pytest.mark.long
@pytest.mark.parametrize(
    "seeds", [[_HARD], _SEEDS, *([f"long-{share}-{i}" for i in range(10)] for share in range(20))]
)
def test_no_verdict_of_many_is_wrong(seeds: list[str]) -> None:
    tally = closed_worlds.run(seeds)
    assert not tally.wrong, "\n\n".join(outcome.wrong for outcome in tally.wrong[:5])


# --- that worlds are what they say they are -----------------------------------------------


@pytest.mark.parametrize("share", range(2))
def test_everybody_of_a_world_is_legal(share: int) -> None:
    for i in range(15):
        world = draw_world(f"legal-{share}-{i}")
        for document in world.crowd.documents:
            assert not violations(world.document, document), (world.document, document)


def test_both_ways_to_read_a_subject_agree() -> None:
    for i in range(8):
        crowd = draw_world(f"read-{i}").crowd
        people = zip(crowd.documents[:50], crowd.subjects, crowd.moments, strict=False)
        for document, subject, now in people:
            assert subject_from_json(document) == (subject, now)
            assert subject_of(document) == subject


@pytest.mark.parametrize("share", range(2))
def test_the_interpreter_reads_conditions_as_the_naive_reading_does(share: int) -> None:
    for i in range(6):
        world = draw_world(f"readings-{share}-{i}")
        for atom in world.atoms():
            compiled = compile_audience(
                atom, world.schema.readings, subject_type(world.schema, atom)
            )
            members = world.members(atom)
            for j, subject in enumerate(world.crowd.subjects):
                shown = f"{format_query(atom)} of {world.crowd.documents[j]}"
                assert compiled(subject, world.crowd.moments[j]) == bool(members >> j & 1), shown


def test_worlds_are_of_all_kinds() -> None:
    worlds = [draw_world(f"kinds-{i}") for i in range(60)]
    kinds = Counter((world.kind, world.crowd.complete) for world in worlds)
    assert {kind for kind, _ in kinds} == {
        *("finite traits", "traits", "strings", "days", "events", "accounts"),
        *("account events", "rows"),
    }
    assert sum(world.crowd.complete for world in worlds) >= 15
    drawn = "".join(str(world.document) for world in worlds)
    for keyword in (
        *("enum", "const", "integer", "number", "boolean", "date", "date-time", "array"),
        *("object", "nullable", "null", "required", "minimum", "exclusiveMinimum", "maximum"),
        *("52.5200066", "1e-09", "'01'", "'1e3'", "assumptions"),
    ):
        assert keyword in drawn


def test_a_world_is_the_same_for_the_same_seed() -> None:
    def shown(seed: str) -> list[str]:
        return [f"{pair.reference} {pair.candidate}" for pair in draw_world(seed).pairs(10)]

    assert shown("a seed") == shown("a seed") != shown("another")


def test_a_complete_world_has_every_customer() -> None:
    world = next(
        world
        for world in (draw_world(f"whole-{i}") for i in range(40))
        if world.crowd.complete and world.kind == "finite traits"
    )
    subjects = world.crowd.subjects
    assert len({str(each) for each in subjects}) == len(subjects)


# --- that a lie is found ------------------------------------------------------------------


Prove = Callable[[CqlQuery, CqlQuery, CqlSchema], Evidence]


def _told(monkeypatch: pytest.MonkeyPatch, lie: Prove, pairs: int = 30) -> Counter[str]:
    """The faults found where a prover lies about complete worlds."""

    def decided(
        _language: object,
        reference: CqlQuery,
        candidate: CqlQuery,
        schema: CqlSchema,
        **_options: object,
    ) -> Evidence:
        return lie(reference, candidate, schema)

    monkeypatch.setattr(closed_judging, "prove", lie)
    monkeypatch.setattr(closed_judging, "decide", decided)
    monkeypatch.setattr(closed_judging, "_MUTATED", 0)
    seeds = [f"whole-{i}" for i in range(12) if draw_world(f"whole-{i}").crowd.complete]
    tally = closed_worlds.run(seeds[:3], pairs=pairs)
    assert len(tally.outcomes) == 3 * pairs
    return Counter(outcome.fault for outcome in tally.outcomes)


def _always(evidence: Evidence) -> Prove:
    def lie(_reference: CqlQuery, _candidate: CqlQuery, _schema: CqlSchema) -> Evidence:
        return evidence

    return lie


def test_a_false_equality_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    found = _told(monkeypatch, _always(Evidence(Relation.EQUIVALENT, Method.PROOF)))
    assert found["relation"] >= 30


def test_a_false_claim_of_emptiness_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    lie = Evidence(Relation.UNDECIDED, Method.PROOF, empty={Side.REFERENCE: ""})
    assert _told(monkeypatch, _always(lie), pairs=40)["relation"] >= 80


def test_a_relation_without_its_witnesses_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    found = _told(monkeypatch, _always(Evidence(Relation.OVERLAPS, Method.PROOF)))
    assert found["relation"] == 90


def _changed(evidence: Evidence, change: Callable[[Witness], Witness]) -> Evidence:
    return replace(evidence, witnesses=tuple(map(change, evidence.witnesses)))


def _with_trait(witness: Witness, name: str, value: object) -> Witness:
    subject = cast("dict[str, dict[str, object]]", dict(witness.input))
    (kind,) = set(subject) - {"now"}
    traits = cast("dict[str, object]", subject[kind].get("traits", {}))
    changed = {**subject[kind], "traits": {**traits, name: value}}
    return replace(witness, input={**subject, kind: changed})


def test_an_illegal_witness_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    """A right relation with right sides, by somebody who has a trait that nobody has."""

    def lie(reference: CqlQuery, candidate: CqlQuery, schema: CqlSchema) -> Evidence:
        evidence = prove(reference, candidate, schema)
        return _changed(evidence, lambda one: _with_trait(one, "unheard of", 1))

    assert _told(monkeypatch, lie)["witness"] >= 20


def test_a_witness_on_the_wrong_side_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    def lie(reference: CqlQuery, candidate: CqlQuery, schema: CqlSchema) -> Evidence:
        evidence = prove(reference, candidate, schema)
        if not evidence.witnesses:
            return evidence
        different = Evidence(Relation.DIFFERENT, Method.PROOF, evidence.witnesses)
        return _changed(
            different, lambda one: replace(one, reference=one.candidate, candidate=one.reference)
        )

    assert _told(monkeypatch, lie)["witness"] >= 20


def test_what_raises_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(_reference: CqlQuery, _candidate: CqlQuery, _schema: CqlSchema) -> Evidence:
        raise ValueError("a fault")

    assert _told(monkeypatch, fail) == {"raised": 90}


# --- runs ---------------------------------------------------------------------------------


def _figures(tally: closed_judging.Tally) -> list[closed_judging.Outcome]:
    return [replace(each, ms=0.0) for each in tally.outcomes]


def test_a_run_is_resumed_where_it_stopped(tmp_path: Path) -> None:
    state = tmp_path / "folder" / "state.jsonl"
    judged: list[tuple[int, int]] = []

    def progress(step: closed_worlds.Step) -> None:
        judged.append((step.done, step.kept))

    def resumed(count: int, *, processes: int = 1) -> closed_judging.Tally:
        judged.clear()
        return closed_worlds.run_resumed(
            3, count, processes=processes, state=state, progress=progress, pairs=5
        )

    whole = resumed(10)
    assert judged == [(1, 0), (2, 0)]
    lines = state.read_text().splitlines()
    state.write_text("\n".join([*lines[:2], lines[2][:40]]))  # killed while it wrote
    assert _figures(resumed(10)) == _figures(whole)
    assert judged == [(1, 1), (2, 1)]
    assert _figures(resumed(20, processes=2))[: len(whole.outcomes)] == _figures(whole)
    assert judged[1] == (2, 2)
    assert judged[-1] == (4, 2)


def test_other_code_begins_anew(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    state = tmp_path / "state.jsonl"
    kept: list[int] = []

    def run() -> None:
        closed_worlds.run_resumed(
            3, 2, processes=1, state=state, progress=lambda s: kept.append(s.kept), pairs=2
        )

    run()
    run()
    monkeypatch.setattr(closed_worlds, "code_digest", lambda: "another")
    run()
    assert kept == [0, 1, 0]


def test_the_summary_counts_what_is_wrong() -> None:
    right = closed_judging.Outcome("1-0/0", "drawn", "rows", False, "proof", "contains", 1.0)
    wrong = replace(right, seed="1-0/1", wrong="why", fault="witness")
    open_ = replace(right, seed="1-0/2", relation="undecided", reason="after 12 tries")
    shown = closed_worlds.summary(closed_judging.Tally([right, wrong, open_], 1, 4))
    assert "3 pairs: 0 wrong relations, 1 with illegal or false witnesses, 0 exceptions" in shown
    assert "undecided: 1 of 3 (33.333%)" in shown
    assert "undecided: after N tries" in shown
    assert "1 of 4 drawn conditions were refused" in shown


def test_each_construct_is_drawn_often_enough() -> None:
    """Each in at least 1 % of the conditions of the kinds of world that it belongs to."""
    rare = {each: share for each, share in shares(40, 60).items() if share < 0.01}
    assert not rare
