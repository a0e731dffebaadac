"""Runs from end to end: what is stored, resumed, retried, interrupted, shared."""

from __future__ import annotations

import asyncio
import json
import subprocess
import sys
from pathlib import Path

import pytest

from jurist.errors import InternalContradiction, StoreError
from jurist.records import FailureKind, Origin
from jurist.runs import Ending, execute, plan, results, run_study, writings
from jurist.runs.progress import StageProgress
from jurist.store import open_store
from jurist.store.lock import hold_run, is_held
from jurist.store.queue import Stage
from jurist.store.runs import RunState, get_run
from studies import small_study, write_module

SOURCE = """
    def answer(question):
        number = int(question.split()[-1])
        if number % 10 == 9:
            return None
        return f"trait('age') > {number + number % 2}"

    def judge(question, reference, candidate, workspace):
        if reference is None or candidate is None:
            return 5 if reference == candidate else 1
        return (5.0, "the same") if reference == candidate else 2
"""


def test_every_case_is_answered_and_judged_once_and_in_order(
    tmp_path: Path, store_url: str
) -> None:
    store = open_store(store_url)
    outcome = run_study(small_study(tmp_path, cases=25, source=SOURCE), store)
    assert (outcome.ending, outcome.done, outcome.open) == (Ending.FINISHED, 50, 0)
    found = list(results(store, outcome.run))
    assert [r.case.id for r in found] == [f"case-{n}" for n in range(25)]
    for number, result in enumerate(found):
        expected = 5 if number % 10 == 9 or number % 2 == 0 else 2
        assert result.verdict.score == expected
        assert (result.candidate.refusal is not None) == (number % 10 == 9)
        assert result.question.origin is Origin.AUTHORED
    assert get_run(store, "small").state is RunState.FINISHED
    store.close()


def test_a_finished_run_is_not_done_again(tmp_path: Path, store_url: str) -> None:
    log = tmp_path / "calls"
    file = small_study(tmp_path, cases=5, source=_logging(log))
    store = open_store(store_url)
    first = run_study(file, store)
    second = run_study(file, store)
    assert (second.run, second.ending, second.done) == (first.run, Ending.FINISHED, 0)
    assert len(log.read_text().splitlines()) == 5
    store.close()


def test_what_shapes_the_results_makes_another_run_and_what_does_not_does_not(
    tmp_path: Path,
) -> None:
    store = open_store(tmp_path / "s.db")
    base = small_study(tmp_path, cases=3, source=SOURCE)
    run = run_study(base, store).run
    faster = base.study.model_copy(update={"concurrency": 3, "store": "elsewhere.db"})
    reseeded = base.study.model_copy(update={"seed": 7})
    for study, same in ((faster, True), (reseeded, False)):
        changed = type(base)(study, base.roles, base.folder, base.where)
        assert (plan(changed).run_id == run) is same
    module = next(tmp_path.glob("plugin_*.py"))
    module.write_text(module.read_text() + "\n# edited\n")
    assert plan(base).run_id != run
    store.close()


def test_questions_are_written_then_answered_and_doubles_are_dropped(
    tmp_path: Path, store_url: str
) -> None:
    base = small_study(tmp_path, cases=4, source=SOURCE)
    module = write_module(
        tmp_path,
        """
        def ask(case, workspace):
            if case.id == "case-3":
                raise ValueError("no idea")
            number = case.reference.split()[-1]
            return [f"age above {number}", f"AGE above {number} ", f"older than {number}"]
        """,
    )
    questions = base.study.questions.model_copy(update={"use": "all"})
    study = base.study.model_copy(update={"questions": questions})
    from jurist.roles.spec import RoleSpec
    from jurist.runs.study import StudyRoles

    roles = StudyRoles(
        RoleSpec("callable", f"{module}:ask"), base.roles.generators, base.roles.judges
    )
    store = open_store(store_url)
    outcome = run_study(type(base)(study, roles, base.folder, base.where), store)
    assert outcome.ending is Ending.FINISHED
    asked = [(r.case.id, r.question.text, r.question.origin) for r in results(store, outcome.run)]
    expected = [
        entry
        for n in range(4)
        for entry in (
            (f"case-{n}", f"older than {n}", Origin.AUTHORED),
            (f"case-{n}", f"age above {n}", Origin.SYNTHETIC),
        )
    ][:-1]
    assert asked == expected
    failures = [w.failure for w in writings(store, outcome.run) if w.failure is not None]
    assert len(failures) == 1
    assert "no idea" in failures[0].reason
    store.close()


def test_a_generator_that_fails_is_recorded_and_can_be_retried(
    tmp_path: Path, store_url: str
) -> None:
    flag = tmp_path / "mended"
    source = f"""
        from pathlib import Path

        def answer(question):
            if question.endswith("2") and not Path({str(flag)!r}).exists():
                raise ConnectionError("the service is down")
            return question

        def judge(question, reference, candidate, workspace):
            return 4
    """
    file = small_study(tmp_path, cases=5, source=source)
    store = open_store(store_url)
    run = run_study(file, store).run
    failed = [r for r in results(store, run) if r.candidate.failure is not None]
    assert [r.case.id for r in failed] == ["case-2"]
    assert failed[0].verdict.score is None
    assert failed[0].verdict.unscored is not None
    assert failed[0].verdict.unscored.kind is FailureKind.UNREACHABLE
    flag.touch()
    assert run_study(file, store).done == 0
    again = run_study(file, store, retry_failures=True)
    assert (again.done, again.ending) == (2, Ending.FINISHED)
    assert [r.verdict.score for r in results(store, run)] == [4.0] * 5
    store.close()


def test_what_another_session_works_on_is_not_opened_again(tmp_path: Path) -> None:
    source = """
        def answer(question):
            raise ConnectionError("the service is down")

        def judge(question, reference, candidate, workspace):
            return 4
    """
    file = small_study(tmp_path, cases=3, source=source)
    store = open_store(tmp_path / "s.db")
    run = run_study(file, store).run
    before = list(results(store, run))
    assert len(before) == 3
    with hold_run(store, run), pytest.raises(StoreError, match="another thread is at work"):
        run_study(file, store, retry_failures=True)
    assert list(results(store, run)) == before
    store.close()


def test_hostile_answers_are_results_or_failures_and_spoil_nothing(
    tmp_path: Path, store_url: str
) -> None:
    source = """
        ANSWERS = ["\\x00", "\\ud800", "", 7, "x" * 300_000, None, "'); DROP TABLE tasks; --"]

        def answer(question):
            return ANSWERS[int(question.split()[-1])]

        def judge(question, reference, candidate, workspace):
            return (3, "\\x00 \\udfff") if candidate == "\\x00" else 3
    """
    store = open_store(store_url)
    run = run_study(small_study(tmp_path, cases=7, source=source), store).run
    found = list(results(store, run))
    kinds = [r.candidate.failure.kind if r.candidate.failure else None for r in found]
    bad = FailureKind.UNPARSABLE
    assert kinds == [None, bad, bad, FailureKind.ERROR, bad, None, None]
    assert found[0].candidate.query == "\x00"
    assert found[0].verdict.unscored is not None
    assert found[6].candidate.query == "'); DROP TABLE tasks; --"
    store.close()


def test_the_end_of_the_budget_stops_the_run_and_a_larger_one_goes_on(
    tmp_path: Path, store_url: str
) -> None:
    budget = tmp_path / "budget"
    budget.write_text("4")
    source = f"""
        from pathlib import Path
        from jurist.errors import BudgetExceeded
        from jurist.records import Candidate, Failure, FailureKind

        class answer:
            name, version = "g", "1"

            async def answer(self, question, workspace):
                path = Path({str(budget)!r})
                left = int(path.read_text())
                if left == 0:
                    raise BudgetExceeded(Failure(FailureKind.BUDGET, "4 calls are used up"))
                path.write_text(str(left - 1))
                return Candidate(query="q")

        def judge(question, reference, candidate, workspace):
            return 3
    """
    file = small_study(tmp_path, cases=10, source=source, extra="concurrency: 1")
    store = open_store(store_url)
    outcome = run_study(file, store)
    assert outcome.ending is Ending.OUT_OF_BUDGET
    assert "4 calls are used up" in outcome.reason
    assert outcome.open >= 6
    assert all(r.candidate.failure is None for r in results(store, outcome.run))
    budget.write_text("100")
    assert run_study(file, store).ending is Ending.FINISHED
    assert budget.read_text() == "94"
    assert len(list(results(store, outcome.run))) == 10
    store.close()


def test_a_contradiction_fails_the_run_loudly_and_keeps_what_is_done(tmp_path: Path) -> None:
    source = """
        from jurist.errors import InternalContradiction

        def answer(question):
            return question

        class judge:
            name, version = "j", "1"

            async def judge(self, question, case, candidate, workspace):
                raise InternalContradiction("proof against execution", bundle="{}")
    """
    file = small_study(tmp_path, cases=3, source=source)
    store = open_store(tmp_path / "s.db")
    with pytest.raises(InternalContradiction, match="proof against execution"):
        run_study(file, store)
    store.close()


async def test_what_takes_longer_than_a_claim_is_asked_once(tmp_path: Path, store_url: str) -> None:
    """Plain functions are called one at a time: the last of a window waits for all before it."""
    log = tmp_path / "calls"
    source = f"""
        import time

        def answer(question):
            time.sleep(0.08)
            with open({json.dumps(str(log))}, "a") as file:
                file.write(question + "\\n")
            return question

        def judge(question, reference, candidate, workspace):
            return 3
    """
    store = open_store(store_url)
    outcome = await execute(
        plan(small_study(tmp_path, cases=12, source=source)), store, lease_ms=90
    )
    assert (outcome.ending, outcome.done) == (Ending.FINISHED, 24)
    assert len(log.read_text().splitlines()) == 12
    store.close()


async def test_asked_to_stop_it_ends_and_goes_on_later(tmp_path: Path, store_url: str) -> None:
    source = """
        import asyncio

        async def answer(question):
            await asyncio.sleep(0.02)
            return question

        def judge(question, reference, candidate, workspace):
            return 3
    """
    file = small_study(tmp_path, cases=60, source=source, extra="concurrency: 2")
    store = open_store(store_url)
    stop = asyncio.Event()

    class Watcher:
        def update(self, stages: tuple[StageProgress, ...]) -> None:
            if any(s.stage is Stage.CANDIDATES and s.done > 3 for s in stages):
                stop.set()

    outcome = await execute(plan(file), store, stop=stop, progress=Watcher())
    assert outcome.ending is Ending.INTERRUPTED
    assert outcome.open > 0
    again = await execute(plan(file), store)
    assert again.ending is Ending.FINISHED
    assert outcome.done + again.done == 120
    assert len(list(results(store, outcome.run))) == 60
    store.close()


async def test_progress_ends_with_everything_done(tmp_path: Path) -> None:
    seen: list[tuple[StageProgress, ...]] = []

    class Watcher:
        def update(self, stages: tuple[StageProgress, ...]) -> None:
            seen.append(stages)

    store = open_store(tmp_path / "s.db")
    file = small_study(tmp_path, cases=12, source=SOURCE)
    await execute(plan(file), store, progress=Watcher())
    assert [(s.stage, s.done, s.total) for s in seen[-1]] == [
        (Stage.QUESTIONS, 0, 0),
        (Stage.CANDIDATES, 12, 12),
        (Stage.VERDICTS, 12, 12),
    ]
    assert [s.total for s in seen[0]] == [0, 12, 12]  # verdicts to come are expected
    store.close()


def test_two_processes_may_not_work_on_one_run_in_a_file(tmp_path: Path) -> None:
    store = open_store(tmp_path / "s.db")
    code = (
        "import sys; from jurist.store.lock import hold_run; from jurist.store import open_store\n"
        "with hold_run(open_store(sys.argv[1]), 'r'): print('held', flush=True); input()"
    )
    with subprocess.Popen(
        [sys.executable, "-c", code, tmp_path / "s.db"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    ) as other:
        assert other.stdout is not None
        assert other.stdout.readline() == b"held\n"
        with pytest.raises(StoreError, match="another process is at work"), hold_run(store, "r"):
            pass
        assert is_held(store, "r")
        assert not is_held(store, "another run")
        with hold_run(store, "another run"):
            assert is_held(store, "r")
        other.kill()
    with hold_run(store, "r"):  # it went with its process
        pass
    store.close()


def test_whoever_asks_who_is_at_work_keeps_nobody_from_it(tmp_path: Path) -> None:
    store = open_store(tmp_path / "s.db")
    with hold_run(store, "r"):
        pass
    code = (
        "import sys; from jurist.store.lock import is_held; from jurist.store import open_store\n"
        "store = open_store(sys.argv[1]); print('asking', flush=True)\n"
        "while True: is_held(store, 'r')"
    )
    with subprocess.Popen(
        [sys.executable, "-c", code, tmp_path / "s.db"], stdout=subprocess.PIPE
    ) as asking:
        assert asking.stdout is not None
        assert asking.stdout.readline() == b"asking\n"
        try:
            for _ in range(2_000):
                with hold_run(store, "r"):
                    pass
        finally:
            asking.kill()
    store.close()


def test_two_threads_may_not_work_on_one_run_in_a_file(tmp_path: Path) -> None:
    store, again = open_store(tmp_path / "s.db"), open_store(tmp_path / "s.db")
    with hold_run(store, "r"):
        with pytest.raises(StoreError, match="another thread is at work"), hold_run(again, "r"):
            pass
        with hold_run(again, "another run"):
            pass
        # To close any descriptor of the lock's file would have dropped the lock on `r`.
        code = (
            "import sys; from jurist.store.lock import hold_run\n"
            "from jurist.store import open_store\n"
            "with hold_run(open_store(sys.argv[1]), 'r'): pass"
        )
        command = [sys.executable, "-c", code, tmp_path / "s.db"]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        assert "another process is at work" in done.stderr
    with hold_run(again, "r"):
        pass
    store.close()
    again.close()


def test_a_generator_never_sees_the_case_it_answers(tmp_path: Path) -> None:
    source = """
        from jurist.records import Candidate

        class Memory:
            name, version = "g", "1"

            def __init__(self, left_out=None):
                self.left_out = left_out

            def without(self, case_id):
                return Memory(case_id)

            async def answer(self, question, workspace):
                return Candidate(query=str(self.left_out))

        answer = Memory()

        def judge(question, reference, candidate, workspace):
            return 3
    """
    store = open_store(tmp_path / "s.db")
    run = run_study(small_study(tmp_path, cases=4, source=source), store).run
    assert [r.candidate.query for r in results(store, run)] == [f"case-{n}" for n in range(4)]
    store.close()


def _logging(log: Path) -> str:
    return f"""
        def answer(question):
            with open({json.dumps(str(log))}, "a") as file:
                file.write(question + "\\n")
            return question

        def judge(question, reference, candidate, workspace):
            return 3
    """
