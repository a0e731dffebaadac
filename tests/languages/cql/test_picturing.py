"""Pictures of customers and accounts: what they show makes the outcome that is given."""

from __future__ import annotations

import random
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from hypothesis import given, settings
from hypothesis import strategies as st

from compiled import explain
from cql_oracle import evaluate
from cql_random import NOW, account, audience, busy_customer, chain, customer
from jurist.languages import get_language
from jurist.languages.capabilities import PicturesWitnesses
from jurist.languages.cql.explaining.picturing import picture
from jurist.languages.cql.semantics.readings import Readings
from jurist.languages.cql.semantics.subjects import Subject
from jurist.languages.cql.syntax import Condition
from jurist.languages.pictures import Outcome, Picture, Reading, Reads, Scene, Term
from jurist.records import SIDES, Side, Witness

CQL = get_language("cql")
SEEDS = st.integers(0, 2**32)
READINGS = Readings()
AT = "2026-06-01T12:00:00Z"


def drawn(reference: Condition, candidate: Condition, who: Subject) -> Picture:
    told = [explain(query, READINGS, who, NOW) for query in (reference, candidate)]
    given, other = (evaluate(query, who, NOW, READINGS) for query in (reference, candidate))
    return picture(Witness("customer", {}, given, other, "told"), who, NOW, told[0], told[1])


# --- the outcome, from the picture alone --------------------------------------------------------


def readings_of(scene: Scene, side: Side) -> Iterator[Reading]:
    for part in (*scene.facts, *scene.lanes, *scene.sheets):
        read = part.reads.reference if side is Side.REFERENCE else part.reads.candidate
        yield from (each for each in read if not each.asked_of)


@dataclass
class Fold:
    """Reads a formula from left to right; its letters are what the scenes say of them."""

    terms: Sequence[Term]
    side: Side
    scenes: Sequence[Scene]
    place: int = 0

    def truth(self, scene: Scene) -> bool:
        found = self.unary(scene)
        while self.place < len(self.terms) and self.terms[self.place].text in {"AND", "OR"}:
            word = self.terms[self.place].text
            self.place += 1
            other = self.unary(scene)
            found = (found and other) if word == "AND" else (found or other)
        return found

    def unary(self, scene: Scene) -> bool:
        term = self.terms[self.place]
        self.place += 1
        if term.is_letter:
            (found,) = {r.holds for r in readings_of(scene, self.side) if r.letter == term.text}
            assert found is not None
            assert term.holds in {None, found}
            return found
        if term.text == "NOT":
            return not self.unary(scene)
        if term.text.endswith(" user"):
            return self.users(term.text, scene)
        assert term.text == "("
        found = self.truth(scene)
        end = self.terms[self.place]
        self.place += 1
        assert end.text.startswith(")")
        assert end.holds in {None, found}
        return found

    def users(self, word: str, scene: Scene) -> bool:
        users = [each for each in self.scenes if each.name.startswith("user ")]
        some = word.startswith("ANY")
        if self.terms[self.place].text == "(no users)":
            assert not users
            self.place += 1
            return not some
        begin = self.place
        found: list[bool] = []
        for user in users or [scene]:
            self.place = begin + 1
            found.append(self.truth(user))
        end = self.terms[self.place]
        self.place += 1
        holds = any(found) if some else all(found)
        assert end.holds in {None, holds}
        return holds


def follows_from(shown: Picture, outcome: Outcome, side: Side) -> bool:
    if outcome.formula:
        fold = Fold(outcome.formula, side, shown.scenes)
        found = fold.truth(shown.scenes[0])
        assert fold.place == len(fold.terms)
        return found
    return all(each.holds for scene in shown.scenes for each in readings_of(scene, side))


def check(reference: Condition, candidate: Condition, who: Subject) -> None:
    shown = drawn(reference, candidate, who)
    for side, outcome in zip(SIDES, (shown.reference, shown.candidate), strict=True):
        query = reference if side is Side.REFERENCE else candidate
        assert outcome.holds is evaluate(query, who, NOW, READINGS)
        if not shown.notes:  # all users are there
            assert follows_from(shown, outcome, side) is outcome.holds


@settings(max_examples=150)
@given(SEEDS)
def test_of_customers_the_outcome_follows_from_what_is_shown(seed: int) -> None:
    rng = random.Random(seed)
    reference, candidate = audience(rng), audience(rng)
    for _ in range(3):
        check(reference, candidate, customer(rng))


@settings(max_examples=80)
@given(SEEDS)
def test_of_streams_in_streams_too(seed: int) -> None:
    rng = random.Random(seed)
    reference, candidate = chain(rng), chain(rng)
    for _ in range(3):
        check(reference, candidate, busy_customer(rng))


@settings(max_examples=100)
@given(SEEDS)
def test_of_accounts_too(seed: int) -> None:
    rng = random.Random(seed)
    reference, candidate = (audience(rng, of_accounts=True) for _ in range(2))
    for _ in range(3):
        check(reference, candidate, account(rng))


# --- what people see ----------------------------------------------------------------------------


def example(reference: str, candidate: str, body: Mapping[str, object], kind: str) -> Picture:
    assert isinstance(CQL, PicturesWitnesses)
    one, other = CQL.parse(reference), CQL.parse(candidate)
    schema = CQL.infer_schema(one, other)
    given = Witness(kind, {"now": AT, kind: body}, True, False, "told")
    return CQL.picture(given, one, other, schema)


def happened(name: str, time: str, **properties: object) -> dict[str, object]:
    return {"name": name, "time": time, "properties": properties}


def said(readings: Sequence[Reading]) -> list[tuple[str, bool | None]]:
    return [(each.text, each.holds) for each in readings]


def test_lanes_say_what_each_query_reads_and_counts() -> None:
    shown = example(
        "event('A').count() >= 2 AND event('B').count() = 0",
        "event('A').within(30 days).count() >= 2",
        {
            "events": [
                happened("A", "2026-05-31T12:00:00Z", p=1),
                happened("A", "2026-05-31T12:00:00Z", p=1),
                happened("A", "2026-01-01T12:00:00Z"),
                happened("C", "2026-01-01T12:00:00Z"),
            ],
            "traits": {"plan": "free"},
        },
        "customer",
    )
    (scene,) = shown.scenes
    assert scene.traits == (("plan", "'free'"),)
    assert [lane.name for lane in scene.lanes] == ["A", "B", "C"]
    a, b, c = scene.lanes
    day = 24 * 3_600_000
    assert [(mark.age, mark.count, mark.text, sorted(mark.counted)) for mark in a.marks] == [
        (day, 2, "p = 1", ["candidate", "reference"]),
        (151 * day, 1, "", ["reference"]),
    ]
    assert [(band.side, band.oldest, band.latest) for band in a.bands] == [
        ("reference", None, 0),
        ("candidate", 30 * day, 0),
    ]
    assert said(a.reads.reference) == [("3 >= 2", True)]
    assert said(a.reads.candidate) == [("2 >= 2", True)]
    assert said(b.reads.reference) == [("0 = 0", True)]
    assert said(b.reads.candidate) == []
    assert (c.reads, c.bands, c.total) == (Reads(), (), 1)
    assert not shown.reference.formula


def test_what_follows_another_event_says_of_which() -> None:
    text = "event('A').where(event('B').within(parent: {} days).count() >= 1).count() >= 1"
    events = [happened("A", f"2026-05-0{n}T00:00:00Z") for n in (1, 4)]
    shown = example(
        text.format(7),
        text.format(2),
        {"events": [*events, happened("B", "2026-05-07T00:00:00Z")]},
        "customer",
    )
    lane = shown.scenes[0].lanes[1]
    assert lane.name == "B"
    assert said(lane.reads.reference) == [("2 of 2", None)]
    assert said(lane.reads.candidate) == [("0 of 2", None)]
    assert {each.asked_of for each in lane.reads.reference} == {"A"}
    assert [band.side for band in lane.bands] == ["reference"] * 2 + ["candidate"] * 2


def test_users_have_scenes_of_their_own_and_conditions_letters() -> None:
    shown = example(
        "trait('plan') = 'free' OR ANY event('A').count() >= 1",
        "ALL event('A').count() >= 1",
        {"traits": {}, "users": [{"events": [happened("A", "2026-05-07T00:00:00Z")]}, {}]},
        "account",
    )
    assert [scene.name for scene in shown.scenes] == ["the account", "user 1", "user 2"]
    words = " ".join(term.text for term in shown.reference.formula)
    assert words == "a OR ANY user ( b ): 1 of 2 users"
    assert " ".join(term.text for term in shown.candidate.formula) == "ALL user ( b ): 1 of 2 users"
    (lane,) = shown.scenes[2].lanes
    assert [(each.letter, each.text) for each in lane.reads.candidate] == [("b", "0 >= 1")]
    assert lane.reads.candidate[0].decides


def test_linked_rows_are_a_table_with_what_is_counted() -> None:
    shown = example(
        "entity('orders').where(property('total') > 5).count() >= 1",
        "entity('orders').count() >= 3",
        {"entities": {"orders": [{"properties": {"total": 9}}, {"properties": {"total": "9"}}]}},
        "customer",
    )
    (sheet,) = shown.scenes[0].sheets
    assert (sheet.name, sheet.columns) == ("orders", ("total",))
    assert [(row.cells[0].text, row.cells[0].kind) for row in sheet.rows] == [
        ("9", "number"),
        ("'9'", "text"),
    ]
    assert said(sheet.reads.candidate) == [("2 >= 3", False)]


def test_computed_traits_are_values() -> None:
    assert isinstance(CQL, PicturesWitnesses)
    one, other = (CQL.parse(f"event('A').{name}(property('p'))") for name in ("first", "last"))
    events = [
        happened("A", "2026-05-07T00:00:00Z", p=3),
        happened("A", "2026-05-08T00:00:00Z", p=4),
    ]
    given = Witness("customer", {"now": AT, "customer": {"events": events}}, 3, 4, "told")
    shown = CQL.picture(given, one, other, CQL.infer_schema(one, other))
    assert (shown.reference.text, shown.candidate.text) == ("3", "4")
    assert (shown.reference.holds, shown.candidate.holds) == (None, None)


def test_very_much_is_bounded_and_said() -> None:
    events = [happened(f"E{n}", "2026-05-07T00:00:00Z", p="x" * 500) for n in range(60)]
    many = [happened("A", f"2026-01-01T00:{n % 60:02}:{n // 60:02}Z") for n in range(200)]
    users = [{"events": events + many} for _ in range(9)]
    query = "ANY event('A').count() >= 1"
    shown = example(query, "ALL event('A').count() >= 1", {"users": users}, "account")
    assert len(shown.scenes) == 7
    lane = shown.scenes[1].lanes[0]
    assert (len(lane.marks), lane.left_out) == (40, 160)
    assert len(shown.scenes[1].lanes) <= 24
    assert any("more user" in note for note in shown.notes)
    assert any("of event not shown" in note for note in shown.notes)
    assert all(len(mark.text) <= 160 for each in shown.scenes[1].lanes for mark in each.marks)
