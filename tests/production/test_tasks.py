"""What tasks come to, told from their attempts by hand."""

from __future__ import annotations

from dataclasses import replace

import pytest

from jurist.production import Interaction
from jurist.production.tasks import Outcome, tasks_of

HOUR = 3_600_000
FIRST = Interaction(
    system="s",
    question_id="1",
    task="t",
    user="u",
    answer="A",
    asked_at=HOUR,
    shown_at=HOUR + 1,
    seen_at=HOUR + 1,
)
SECOND = replace(FIRST, question_id="2", answer="B", asked_at=2 * HOUR, seen_at=2 * HOUR)
LATER = replace(SECOND, asked_at=80 * HOUR, seen_at=80 * HOUR)
END = Interaction(system="s", question_id="end", user="v", asked_at=90 * HOUR, seen_at=90 * HOUR)


def saved(attempt: Interaction, query: str | None, at: int | None) -> Interaction:
    return replace(attempt, saved=query, saved_at=at, seen_at=at)


CASES = {
    "as it was": ([saved(FIRST, "A", 3 * HOUR)], Outcome.UNCHANGED, True),
    "with an edit": ([saved(FIRST, "C", 3 * HOUR)], Outcome.EDITED, False),
    "without its query": ([saved(FIRST, None, 3 * HOUR)], Outcome.UNCHANGED, True),
    "without its query, edited": (
        [replace(saved(FIRST, None, 3 * HOUR), edited_at=2 * HOUR)],
        Outcome.EDITED,
        False,
    ),
    "the second": ([FIRST, saved(SECOND, "B", 3 * HOUR)], Outcome.ASKED_AGAIN, False),
    "the first, then another": (
        [saved(FIRST, "A", 3 * HOUR), saved(SECOND, "B", 4 * HOUR)],
        Outcome.UNCHANGED,
        True,
    ),
    "a refusal, by hand": (
        [replace(saved(FIRST, "C", 3 * HOUR), answer=None, refusal="no")],
        Outcome.EDITED,
        False,
    ),
    "given up": ([replace(FIRST, abandoned_at=2 * HOUR)], Outcome.ABANDONED, False),
    "given up, then asked again": (
        [
            replace(FIRST, abandoned_at=HOUR + 2),
            replace(SECOND, asked_at=80 * HOUR, seen_at=80 * HOUR),
        ],
        Outcome.OPEN,
        False,
    ),
    "silent": ([FIRST], Outcome.ABANDONED, False),
    "silent since yesterday": (
        [replace(FIRST, asked_at=70 * HOUR, shown_at=None, seen_at=70 * HOUR)],
        Outcome.OPEN,
        False,
    ),
}


@pytest.mark.parametrize("case", CASES)
@pytest.mark.parametrize("order", [1, -1])
def test_outcomes(case: str, order: int) -> None:
    attempts, outcome, worked = CASES[case]
    tasks = tasks_of([*attempts, END][::order], abandoned_after=24 * HOUR)
    assert Outcome(tasks.outcome[0]) is outcome
    assert bool(tasks.worked[0]) is worked
    assert tasks.attempts[0] == len(attempts)
    assert len(tasks) == 2


def test_an_edit_that_is_proved_to_change_nothing_worked() -> None:
    edited = saved(FIRST, "C", 3 * HOUR)
    tasks = tasks_of([edited, END], abandoned_after=24 * HOUR, equal=frozenset({edited.key}))
    assert Outcome(tasks.outcome[0]) is Outcome.EDITED
    assert tasks.worked[0]


def test_what_the_log_does_not_tell_is_counted() -> None:
    tasks = tasks_of(
        [
            replace(FIRST, task="untimed", asked_at=None, shown_at=None),
            replace(saved(FIRST, "A", HOUR - 1), task="early"),
            replace(saved(FIRST, "A", None), task="no time", seen_at=HOUR),
            END,
        ],
        abandoned_after=24 * HOUR,
    )
    assert tasks.untold == {
        "do not say when they began": 1,
        "were saved before they began": 1,
        "do not say when they were saved": 1,
    }
    assert [Outcome(outcome).name for outcome in tasks.outcome] == ["UNCHANGED", "OPEN"]


def test_accounts_hang_together_else_people_else_nothing() -> None:
    attempts = [
        replace(FIRST, question_id=f"q{n}", task="", account=account, user=user)
        for n, (account, user) in enumerate(
            [("a", "u"), ("a", "v"), ("", "u"), ("", "u"), ("", ""), ("", "")]
        )
    ]
    tasks = tasks_of(attempts, abandoned_after=24 * HOUR)
    assert len({int(each) for each in tasks.clusters}) == 4
