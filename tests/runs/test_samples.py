"""Several answers to each question: asked anew, kept apart, judged, and compared by proof."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from sqlalchemy import delete

from jurist.errors import StudyError
from jurist.records import Candidate
from jurist.report.build import page_of, survey_of
from jurist.report.markdown import render_markdown
from jurist.roles.loading import GENERATORS, read_spec
from jurist.runs import Ending, StudyFile, parse_study, plan, results, run_study
from jurist.runs.comparing_answers import STAGE, sort_meanings
from jurist.runs.progress import StageProgress
from jurist.store import open_store
from jurist.store.consistency import (
    Consistency,
    answers_to_compare,
    consistency_of,
    keep_consistency,
)
from jurist.store.engine import Store
from jurist.store.runs import RunState, get_run
from jurist.store.tables import CONSISTENCY
from studies import write_dataset, write_module

_IN_TURNS = """
    import collections
    asked = collections.Counter()

    def answer(question):
        asked[question] += 1
        number = int(question.split()[-1])
        return [
            f"trait('age') > {number}",
            f"not not trait('age') > {number}",
            f"trait('age') > {number + 1}",
            None,
            "no query at all",
            {"failure": {"kind": "refused", "reason": "busy"}},
        ][(asked[question] - 1) % 6]

    def away(question):
        raise ConnectionError("the service is down")
"""


def _study(folder: Path, generators: str, *, cases: int = 2) -> StudyFile:
    write_dataset(folder, cases=cases)
    module = write_module(folder, _IN_TURNS)
    return parse_study(
        f"""
name: samples
datasets: [{{name: small, schema: schema.yaml, cases: cases.jsonl}}]
questions: {{use: authored}}
generators: [{generators.replace("MODULE", module)}]
""",
        folder=folder,
    )


def _counts(store: Store, run: str) -> list[tuple[str, int, int, int]]:
    return [
        (each.case, each.found.same, each.found.different, each.found.undecided)
        for each in consistency_of(store, run)
    ]


def test_each_question_is_asked_so_often_and_its_answers_are_compared(
    tmp_path: Path, store_url: str
) -> None:
    file = _study(tmp_path, '{callable: "MODULE:answer", name: g, samples: 6}')
    store = open_store(store_url)
    outcome = run_study(file, store, workers=1)
    assert (outcome.ending, outcome.done) == (Ending.FINISHED, 24)
    rows = list(results(store, outcome.run))
    assert [(r.case.id, r.sample) for r in rows] == [
        (f"case-{case}", sample) for case in range(2) for sample in range(1, 7)
    ]
    scores = [r.verdict.score for r in rows[:6]]
    assert (scores.count(5), scores.count(None), len({r.task for r in rows})) == (2, 1, 12)
    # Of 15 pairs 5 have the failure; of the others the first two are the same.
    assert _counts(store, outcome.run) == [("case-0", 1, 9, 5), ("case-1", 1, 9, 5)]
    store.close()


def test_a_finished_run_compares_what_an_earlier_one_did_not(
    tmp_path: Path, store_url: str
) -> None:
    file = _study(tmp_path, '{callable: "MODULE:answer", name: g, samples: 2}')
    store = open_store(store_url)
    run = run_study(file, store, workers=1).run
    found = _counts(store, run)
    with store.write() as connection:
        connection.execute(delete(CONSISTENCY))
    assert run_study(file, store, workers=1).done == 0
    assert _counts(store, run) == found == [("case-0", 1, 0, 0), ("case-1", 1, 0, 0)]
    store.close()


def test_what_another_worker_has_compared_is_not_left(tmp_path: Path, store_url: str) -> None:
    file = _study(tmp_path, '{callable: "MODULE:answer", name: g, samples: 2}')
    store = open_store(store_url)
    run = plan(file).run_id

    class Other:
        """Compares all just before we do."""

        def update(self, stages: tuple[StageProgress, ...]) -> None:
            if stages[0].stage == STAGE:
                waiting = list(answers_to_compare(store, run, {"g"}))
                keep_consistency(store, run, [Consistency(each.task, 0, 0, 1) for each in waiting])

    outcome = run_study(file, store, workers=1, progress=Other())
    assert (outcome.ending, outcome.open) == (Ending.FINISHED, 0)
    assert _counts(store, run) == [("case-0", 0, 0, 1), ("case-1", 0, 0, 1)]
    store.close()


def test_answers_are_read_on_from_a_place(tmp_path: Path, store_url: str) -> None:
    generators = '{callable: "MODULE:answer", name: NAME, samples: 2}'
    both = ", ".join(generators.replace("NAME", name) for name in ("g", "h"))
    file = _study(tmp_path, both)
    store = open_store(store_url)
    run = run_study(file, store, workers=1).run
    with store.write() as connection:
        connection.execute(delete(CONSISTENCY))
    all_ = list(answers_to_compare(store, run, {"g", "h"}))
    assert len({each.place for each in all_}) == 4
    for number, each in enumerate(all_):
        rest = list(answers_to_compare(store, run, {"g", "h"}, after=each.place))
        assert rest == all_[number + 1 :]
    store.close()


def test_a_run_is_finished_once_its_answers_are_compared(tmp_path: Path, store_url: str) -> None:
    file = _study(tmp_path, '{callable: "MODULE:away", name: h, samples: 2}')
    store = open_store(store_url)
    run = plan(file).run_id
    states: list[RunState] = []

    class Watcher:
        def update(self, stages: tuple[StageProgress, ...]) -> None:
            if stages[0].stage == STAGE:
                states.append(get_run(store, run).state)

    for retry in (False, True):
        states.clear()
        run_study(file, store, workers=1, progress=Watcher(), retry_failures=retry)
        assert set(states) == {RunState.RUNNING}
        assert get_run(store, run).state is RunState.FINISHED
    store.close()


def test_the_first_answer_has_the_key_that_it_has_alone(tmp_path: Path) -> None:
    keys: dict[int, list[str]] = {}
    for samples in (1, 3):
        file = _study(tmp_path, f'{{callable: "json:loads", name: g, samples: {samples}}}')
        keys[samples] = [task.key for task in plan(file).tasks()]
    assert len(set(keys[3])) == 6
    assert keys[3][::3] == keys[1]


def test_a_recording_holds_several_answers_by_number(tmp_path: Path, store_url: str) -> None:
    lines = [
        {"case": "case-0", "query": "trait('age') > 0"},
        {"case": "case-0", "sample": 2, "refusal": "not now"},
        {"case": "case-1", "question": "case-1-q", "sample": 2, "query": "trait('age') > 1"},
    ]
    (tmp_path / "r.jsonl").write_text("".join(json.dumps(line) + "\n" for line in lines))
    file = _study(tmp_path, "{recorded: r.jsonl, name: g, samples: 2}")
    store = open_store(store_url)
    run = run_study(file, store, workers=1).run
    given = [
        each.candidate.query or each.candidate.refusal or each.candidate.failure
        for each in results(store, run)
    ]
    assert given[:2] == ["trait('age') > 0", "not now"]
    assert "case 'case-1'" in str(given[2])
    assert given[3] == "trait('age') > 1"
    assert _counts(store, run) == [("case-0", 0, 1, 0), ("case-1", 0, 0, 1)]
    store.close()


def test_what_is_consistent_stands_in_the_table_and_the_report(
    tmp_path: Path, store_url: str
) -> None:
    file = _study(tmp_path, '{callable: "MODULE:answer", name: g, samples: 3}, rules', cases=4)
    store = open_store(store_url)
    run = run_study(file, store, workers=1).run
    survey = survey_of(store, run)
    mine, rules = (
        next(s for s in survey.standings if s.generator == name and s.origin is None)
        for name in ("g", "rules")
    )
    assert rules.consistency is None
    assert mine.consistency is not None
    found = mine.consistency.estimate
    assert (round(found.value, 3), found.n, found.clusters) == (0.333, 4, 4)
    assert (mine.consistency.pairs, mine.samples, mine.answers) == (12, 3, 12)
    assert mine.mean.n == 4  # questions
    told = render_markdown(page_of(store, run, survey))
    assert "consistent \\[95 %\\]" in told or "consistent [95 %]" in told
    assert "g (answer " in told
    store.close()


@pytest.mark.parametrize(
    ("given", "problem"),
    [
        ({"rules": None, "samples": 2}, "is to answer 2 times"),
        ({"nearest": None, "samples": 2}, "is to answer 2 times"),
        ({"callable": "a:b", "samples": 0}, "`samples` of the generator"),
        ({"callable": "a:b", "samples": 101}, "`samples` of the generator"),
        ({"callable": "a:b", "samples": True}, "`samples` of the generator"),
        ({"callable": "a:b", "samples": "3"}, "`samples` of the generator"),
    ],
)
def test_a_number_of_answers_that_makes_no_sense_is_refused(
    given: dict[str, object], problem: str
) -> None:
    with pytest.raises(StudyError, match=problem):
        read_spec(given, GENERATORS)


async def test_meanings_are_told_with_few_proofs_and_what_is_unknown_stays_so() -> None:
    """Texts are numbers that mean the same where they are equal modulo 3; 9 is not decided."""
    asked: list[tuple[str, str]] = []

    async def same(first: str, second: str) -> bool | None:
        asked.append((first, second))
        return None if "9" in (first, second) else int(first) % 3 == int(second) % 3

    answers = tuple(Candidate(query=str(number)) for number in (0, 1, 3, 4, 6, 9, 0, 7))
    compare = await sort_meanings(answers, same, str.isdigit)
    for first in answers:
        for second in answers:
            one, other = str(first.query), str(second.query)
            expected = None if (one == "9") != (other == "9") else int(one) % 3 == int(other) % 3
            assert compare(first, second) is expected
    assert len(asked) < len(answers) * 2
    strange = (Candidate(query="x"), Candidate(query="y"), Candidate(refusal="a"), answers[0])
    compare = await sort_meanings(strange, same, str.isdigit)
    assert compare(strange[0], strange[0]) is True
    assert compare(strange[0], strange[1]) is None
    assert compare(strange[0], strange[2]) is False
    assert compare(strange[0], strange[3]) is False
    assert compare(strange[2], Candidate(refusal="b")) is True
