"""Explanations as lines of a terminal."""

from __future__ import annotations

from jurist.evidence import decide
from jurist.evidence.explanations import WitnessExplanation, explain_witness
from jurist.languages import get_language
from jurist.languages.base import NodeKind
from jurist.languages.explanations import Explanation
from jurist.report.explained import tell_explanation
from report_pages import HOSTILE

CQL = get_language("cql")


def explained(reference: str, candidate: str) -> WitnessExplanation:
    pair = CQL.parse(reference), CQL.parse(candidate)
    schema = CQL.infer_schema(*pair)
    (witness, *_) = decide(CQL, *pair, schema).witnesses
    told = explain_witness(CQL, *pair, schema, witness)
    assert told is not None
    return told


SHARED = "trait('plan') = 'free' AND NOT trait('x').exists()"
NARROW = f"event('A').within(30 days).count() >= 1 AND {SHARED}"
WIDE = f"event('A').count() >= 1 AND {SHARED}"


def test_a_terminal_shows_what_tells_the_two_apart() -> None:
    assert tell_explanation(explained(NARROW, WIDE)).plain.splitlines() == [
        "    reference  AND  no",
        "                 count() >= 1  0 >= 1, no",
        "                   event('A')  1 event",
        "                   within(30 days)  "
        "2026-05-02T12:00:00Z to 2026-06-01T12:00:00Z, 0 of 1 event",
        "    candidate  AND  yes",
        "                 count() >= 1  1 >= 1, yes",
        "                   event('A')  1 event",
    ]


def test_all_of_it_is_shown_where_that_is_asked_for() -> None:
    text = tell_explanation(explained(NARROW, WIDE), every_part=True).plain
    assert text.count("trait('plan') = 'free'  'free' = 'free', yes") == 2
    assert text.count("trait('x').exists()  missing, no") == 2


def test_of_an_or_that_holds_the_operands_that_hold_are_enough() -> None:
    told = explained("trait('p') = 'a' OR trait('p') = 'b'", "trait('q') = 'c'")
    text = tell_explanation(told).plain
    assert "'a' = 'a', yes" in text
    assert "'b', no" not in text
    assert "'a' = 'b', no" in tell_explanation(told, every_part=True).plain


def test_what_an_and_and_an_or_share_is_shown() -> None:
    """It decided the AND, and was left out as what both have alike."""
    shared = "trait('q') = 'b'"
    told = explained(f"{shared} AND trait('p') = 'a'", f"{shared} OR trait('x') = 'c'")
    assert told.reference.holds is not told.candidate.holds
    text = tell_explanation(told).plain
    assert text.count(shared) >= 1
    for root in (told.reference, told.candidate):
        decisive = [child.label for child in root.children if child.holds is root.holds]
        assert any(label in text for label in decisive)


def test_conditions_that_are_asked_of_nothing_are_left_out() -> None:
    told = explained("event('A').where(property('p') = 1).count() >= 1", "trait('p') = 1")
    for root in (told.reference, told.candidate):
        assert root.holds is not None
    shown = tell_explanation(told).plain
    assert "yes" in shown
    for line in shown.splitlines():
        assert line.endswith(("yes", "no", "event", "events"))


def test_a_long_explanation_is_cut_and_says_so() -> None:
    root = Explanation(
        NodeKind.JUNCTION,
        "AND",
        holds=True,
        reading="yes",
        children=tuple(
            Explanation(NodeKind.COMPARISON, f"c{n}", holds=True, reading="yes") for n in range(20)
        ),
    )
    other = Explanation(NodeKind.COMPARISON, "d", holds=False, reading="no")
    text = tell_explanation(WitnessExplanation(root, other)).plain
    assert "and 13 more (--explain shows all)" in text
    assert "c19" not in text
    assert "c19" in tell_explanation(WitnessExplanation(root, other), every_part=True).plain


def test_hostile_texts_say_nothing_to_a_terminal() -> None:
    node = Explanation(NodeKind.OTHER, HOSTILE, reading=HOSTILE)
    text = tell_explanation(WitnessExplanation(node, node)).plain
    assert text.count("<script>") == 4
    assert not set("\x1b\u202e\u2066") & set(text)
