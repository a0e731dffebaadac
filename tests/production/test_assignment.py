"""What is said to be randomised is held against the log."""

from __future__ import annotations

from collections.abc import Callable

from jurist.production import Interaction
from jurist.production.figures import Assignment, By
from jurist.production.measuring import Wanted, measure_tasks
from jurist.production.tasks import tasks_of


def notes(version: Callable[[int], str], said: Assignment) -> list[str]:
    """Of 40 tasks of 10 accounts, one an hour."""
    log = [
        Interaction(
            system="s",
            question_id=str(number),
            version=version(number),
            account=f"a{number % 10}",
            asked_at=1_790_000_000_000 + number * 3_600_000,
            seen_at=1_790_000_000_000 + number * 3_600_000,
        )
        for number in range(40)
    ]
    wanted = Wanted(by=By.VERSION, assignment=said)
    made = measure_tasks(tasks_of(log, abandoned_after=wanted.abandoned_after), wanted)
    return [note for note in made.notes if "randomised" in note]


def test_versions_that_follow_each_other_were_not_assigned_by_chance() -> None:
    mixed, apart = notes(lambda number: f"v{number // 20}", Assignment.RANDOMIZED)
    assert "10 clusters of 10 had several versions" in mixed
    assert "v0 and v1 followed each other in time" in apart
    assert notes(lambda number: f"v{number // 20}", Assignment.OBSERVED) == []


def test_whole_accounts_side_by_side_may_have_been() -> None:
    assert notes(lambda number: f"v{number % 2}", Assignment.RANDOMIZED) == []


def test_of_very_many_versions_the_last_are_shown_and_the_rest_is_told() -> None:
    log = [
        Interaction(
            system="s",
            question_id=str(number),
            version=f"v{number}",
            asked_at=1_790_000_000_000 + number,
            seen_at=1_790_000_000_000 + number,
        )
        for number in range(70)
    ]
    wanted = Wanted(by=By.VERSION)
    made = measure_tasks(tasks_of(log, abandoned_after=wanted.abandoned_after), wanted)
    assert [part.name for part in made.parts] == [f"v{number}" for number in range(10, 70)]
    assert [part.tasks for part in made.parts] == [1] * 60
    assert made.whole.tasks == 70
    assert any("10 tasks of earlier ones" in note for note in made.notes)
