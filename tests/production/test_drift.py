"""Weeks of questions against the evaluation set: by command, from Python, and by the gate."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
from tests.analysis.test_drift import questions
from tests.production.logs import DAY_MS, MONDAY_MS, stored

import jurist
from commands import run_process
from jurist.errors import InputError
from jurist.production import Interaction, questions_of_cases, weekly_drift
from jurist.production.drift import LOOKS, monday_of
from jurist.records import Case, Origin, Question
from jurist.runs.case_files import case_line
from jurist.store import open_store
from jurist.store.interactions import write_interactions
from studies import SCHEMA, write_module

_WEEKS = 3


def log(*, moves: bool) -> list[Interaction]:
    """Three weeks of 150 people's questions, and one in the fourth; the third may move."""
    rng = np.random.default_rng(1)
    made: list[Interaction] = []
    for week in range(_WEEKS):
        texts = questions(rng, 150, new=0.5 if moves and week == 2 else 0.0)
        made += [
            Interaction(
                system="copilot",
                question_id=f"{week}-{number}",
                user=f"u{number}",
                question=text,
                asked_at=MONDAY_MS + week * 7 * DAY_MS + number * 60_000,
            )
            for number, text in enumerate(texts)
        ]
    last = MONDAY_MS + (_WEEKS * 7 + 1) * DAY_MS
    return [*made, Interaction(system="copilot", question_id="last", question="w1", asked_at=last)]


def cases() -> list[Case]:
    texts = questions(np.random.default_rng(2), 200)
    return [
        Case(f"c{n}", f"trait('age') > {n}", (Question("q", text, Origin.REAL),))
        for n, text in enumerate(texts)
    ]


def test_weeks_are_apart_and_one_question_a_person_counts() -> None:
    attempts = log(moves=True)
    chatty = [
        Interaction(
            system="copilot", question_id=f"x{n}", user="u0", question=f"x{n}", asked_at=MONDAY_MS
        )
        for n in range(40)
    ]
    nowhere = Interaction(system="copilot", question_id="n", question="when?")
    seen: list[tuple[int, int]] = []
    found = weekly_drift(
        questions_of_cases(cases()),
        [*attempts, *chatty, nowhere],
        advance=lambda done, total: seen.append((done, total)),
    )
    first, second, third, last = found.weeks
    assert [week.begins for week in found.weeks] == [
        "2026-09-28", "2026-10-05", "2026-10-12", "2026-10-19",
    ]  # fmt: skip
    assert (first.asked, first.people) == (190, 150)
    assert [week.moved for week in (first, second, third)] == [False, False, True]
    assert third.found is not None
    assert third.p_adjusted == min(1, LOOKS * third.found.p_value)
    assert last.found is None
    assert not last.complete
    assert found.newest == third
    assert found.undated == 1
    assert seen == [(1, 4), (2, 4), (3, 4), (4, 4)]


def test_weeks_begin_on_mondays_in_utc() -> None:
    assert monday_of(MONDAY_MS).isoformat() == "2026-09-28T00:00:00+00:00"
    assert monday_of(MONDAY_MS - 1).isoformat() == "2026-09-21T00:00:00+00:00"
    assert monday_of(MONDAY_MS + 7 * DAY_MS - 1) == monday_of(MONDAY_MS)


def test_a_real_question_stands_for_its_case() -> None:
    asked = (Question("a", "made up", Origin.SYNTHETIC), Question("b", "typed", Origin.REAL))
    every = [Case(f"c{n}", "x", asked) for n in range(20)]
    assert questions_of_cases([*every, Case("none", "x")]) == ["typed"] * 20
    with pytest.raises(InputError, match="19 cases"):
        questions_of_cases(every[1:])


@pytest.mark.parametrize(("moves", "code"), [(True, 1), (False, 0)])
def test_the_command_says_what_moved_by_words_and_exit_code(
    tmp_path: Path, moves: bool, code: int
) -> None:
    stored(tmp_path / "jurist.db", log(moves=moves)).close()
    (tmp_path / "cases.jsonl").write_bytes(b"".join(map(case_line, cases())))
    done = run_process("production", "drift", "cases.jsonl", folder=tmp_path)
    assert done.code == code, done.err
    assert ("weeks of 2026-10-12" in done.err) is moves
    assert ("least like the cases" in done.err) is moves
    told = run_process("production", "drift", "cases.jsonl", "--json", folder=tmp_path)
    assert len(json.loads(told.out)["weeks"]) == 4
    nobody = run_process("production", "drift", "cases.jsonl", "--system", "x", folder=tmp_path)
    assert nobody.code == 3


@pytest.fixture(scope="module")
def runs(tmp_path_factory: pytest.TempPathFactory) -> tuple[jurist.Run, jurist.Run]:
    folder = tmp_path_factory.mktemp("gate")
    (folder / "schema.yaml").write_text(SCHEMA)
    (folder / "cases.jsonl").write_bytes(b"".join(map(case_line, cases())))
    module = write_module(folder, "def same(question):\n    return \"trait('age') > 1\"\n")
    made: list[jurist.Run] = []
    for name in ("before", "after"):
        (folder / f"{name}.yaml").write_text(
            f"""
name: {name}
datasets: [{{name: d, schema: schema.yaml, cases: cases.jsonl}}]
questions: {{use: real, generator: null}}
generators: [{{callable: "{module}:same", name: g}}]
judges: [proof]
gate: {{max_drift: 0.6, system: copilot}}
"""
        )
        made.append(jurist.run(folder / f"{name}.yaml", folder / "jurist.db", workers=1))
    return made[0], made[1]


def test_a_gate_alarms_when_the_mix_moves(runs: tuple[jurist.Run, jurist.Run]) -> None:
    before, after = runs
    folder = Path(after.store).parent
    words = ("gate", after.id, "--baseline", before.id, "--study", "after.yaml")
    nothing = run_process(*words, folder=folder)
    assert nothing.code == 3
    assert "no complete week" in nothing.out
    store = open_store(after.store)
    write_interactions(store, log(moves=False), [])
    calm = after.gate(before, max_drift=0.65, system="copilot")
    assert calm.decision == "pass"
    moved = [
        each for each in log(moves=True) if each.question_id.startswith("2-")
    ]  # the same week, told of another feature
    others = [
        Interaction(
            system="other",
            question_id=each.question_id,
            user=each.user,
            question=each.question,
            asked_at=each.asked_at,
            seen_at=MONDAY_MS + 30 * DAY_MS,
        )
        for each in moved
    ]
    write_interactions(store, others, [])
    store.close()
    alarm = run_process(*words, "--system", "other", folder=folder)
    assert alarm.code == 1, alarm.out
    assert "drift of questions" in alarm.out
    assert "the mix has moved" in alarm.out
    assert run_process(*words, folder=folder).code in {0, 3}  # of copilot's own nothing is shown
