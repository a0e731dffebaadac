"""Verdicts of stores that an older Jurist filled: they are read, and told, as today's are."""

from __future__ import annotations

import io
import json
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import msgspec
import pytest
from sqlalchemy import select, update

from jurist.evidence.sentences import sentences
from jurist.languages import get_language
from jurist.records import CheckedBy, Question, Side, Verdict
from jurist.report.build import page_of, survey_of
from jurist.report.html import write_html
from jurist.report.markdown import render_markdown
from jurist.runs import results, run_study
from jurist.runs.stored_verdicts import read_verdict
from jurist.store import Store, migrate_store, open_store
from jurist.store.queue import Asked, Stage
from jurist.store.tables import TASKS
from studies import small_study

SOURCE = """
    def answer(question):
        return "trait('age') > 1"

    def judge(question, reference, candidate, workspace):
        return 3.0
"""
OLD = (Path(__file__).parent / "old_verdicts.jsonl").read_text(encoding="utf-8").splitlines()
"""As version 0.1 stored them before it recorded what each query gives."""
SENTENCES = (
    (Path(__file__).parent / "older_evidence.jsonl").read_text(encoding="utf-8").splitlines()
)
"""As version 0.1 stored them when evidence spoke of emptiness in notes."""
GIVEN: list[list[tuple[object, object]]] = [
    [(True, False), (False, True)],
    [(1, 0)],
    [("a", "other")],
    [([], None)],
    [(0, None)],
    [(1, 0)],
]
TOLD = (
    "in the reference, not in the candidate",
    "in the candidate, not in the reference",
    "the reference gives 1, the candidate gives 0",
    "the reference gives 'a', the candidate gives 'other'",
    "the reference gives [], the candidate gives nothing",
    "the reference gives 0, the candidate gives nothing",
)


@pytest.fixture
def old_run(tmp_path: Path, store_url: str) -> Iterator[tuple[Store, str]]:
    """A run whose verdicts are the old ones, and its store."""
    store = open_store(store_url)
    run = run_study(small_study(tmp_path, cases=len(OLD), source=SOURCE), store).run
    of_verdicts = TASKS.c.stage == Stage.VERDICTS.value
    with store.write() as connection:
        keys = connection.scalars(select(TASKS.c.key).where(of_verdicts).order_by(TASKS.c.position))
        for key, payload in zip(keys.all(), OLD, strict=True):
            connection.execute(update(TASKS).where(TASKS.c.key == key).values(payload=payload))
    yield store, run
    store.close()


def test_what_each_query_gave_is_read_from_old_verdicts(old_run: tuple[Store, str]) -> None:
    verdicts = [each.verdict for each in results(*old_run)]
    given = [
        [(w.reference, w.candidate) for w in verdict.evidence.witnesses] if verdict.evidence else []
        for verdict in verdicts
    ]
    assert given == GIVEN
    (member,) = verdicts[-1].members
    assert member.evidence == verdicts[-1].evidence
    for verdict, payload in zip(verdicts, OLD, strict=True):
        assert verdict.score == json.loads(payload)["score"]


def test_reports_of_old_verdicts_say_what_each_query_gave(old_run: tuple[Store, str]) -> None:
    page = page_of(*old_run, survey_of(*old_run))
    out = io.BytesIO()
    write_html(page, out)
    shown = out.getvalue().decode()
    given = {one.given for item in page.items for each in item.rulings for one in each.shown}
    assert given == set(TOLD)
    assert "from the reference" in shown
    assert "as the first value" in render_markdown(page)


@pytest.mark.parametrize("line", OLD)
def test_a_verdict_that_is_read_is_stored_in_todays_form(line: str) -> None:
    read = read_verdict(line)
    assert msgspec.json.decode(msgspec.json.encode(read), type=Verdict) == read


def test_what_was_said_of_emptiness_is_read_into_fields() -> None:
    found = [read_verdict(line).evidence for line in SENTENCES]
    told = [(each.empty, each.full) for each in found if each is not None]
    cause = "it asks for event('A').count() > 3 and < 3 at once"
    assert told[:4] == [
        ({Side.REFERENCE: cause}, {}),
        ({Side.REFERENCE: "", Side.CANDIDATE: ""}, {}),
        ({}, {Side.REFERENCE: ""}),
        ({Side.CANDIDATE: ""}, {}),
    ]
    kinds = [witness.kind for each in found if each is not None for witness in each.witnesses]
    assert set(kinds) == {"customer", "account"}


def test_nothing_seen_on_either_side_is_read_into_a_field() -> None:
    either = SENTENCES[1].replace(
        "both are empty: nobody can be in either",
        "nobody of the seeded population is in either query",
    )
    evidence = read_verdict(either).evidence
    assert evidence is not None
    assert (evidence.unseen, evidence.notes) == ((Side.REFERENCE, Side.CANDIDATE), ())


@pytest.mark.parametrize("line", SENTENCES)
def test_an_old_verdict_says_all_that_it_said_and_nothing_else(line: str) -> None:
    evidence = read_verdict(line).evidence
    assert evidence is not None
    before = json.loads(line)
    said = sentences(evidence, get_language("cql").words)
    assert sorted(said) == sorted(before["evidence"]["notes"])
    assert [w.story for w in evidence.witnesses] == [
        w["story"] for w in before["evidence"]["witnesses"]
    ]
    assert read_verdict(line).reasoning == before["reasoning"]


def test_migrate_writes_old_verdicts_as_todays(tmp_path: Path) -> None:
    """The whole store as version 0.1 left it, with tables of revision 0004."""
    place = tmp_path / "older.db"
    with closing(sqlite3.connect(place)) as connection:
        connection.executescript((Path(__file__).parent / "older_store.sql").read_text("utf-8"))
    before, after = migrate_store(str(place))
    assert before == "0004" < after
    store = open_store(str(place))
    of_verdicts = TASKS.c.stage == Stage.VERDICTS.value
    with store.read() as connection:
        written = connection.scalars(
            select(TASKS.c.payload).where(of_verdicts).order_by(TASKS.c.position)
        ).all()
    store.close()
    strict = [msgspec.json.decode(payload, type=Verdict) for payload in written]
    assert strict == [read_verdict(line) for line in SENTENCES]
    assert not any('"subject"' in payload for payload in written)


def changed(**fields: object) -> str:
    """An old verdict with its first witness changed."""
    verdict: Any = json.loads(OLD[1])
    (witness,) = verdict["evidence"]["witnesses"]
    witness.update(fields)
    return json.dumps(verdict)


@pytest.mark.parametrize(
    ("told", "expected"),
    [
        ("0.5", 0.5),
        ("'nothing'", "nothing"),
        ("''", ""),
        ("'a has b as the first value and c'", "a has b as the first value and c"),
        ('["a","b"]', ["a", "b"]),
        ('["aaa…', '["aaa…'),
        ('["it\'s", {"a has b": 1}]', ["it's", {"a has b": 1}]),
        ("-3", -3),
    ],
)
def test_values_are_read_from_the_story(told: str, expected: object) -> None:
    story = f"a customer who has done nothing has {told} as the first value and 7 as the second"
    evidence = read_verdict(changed(story=story)).evidence
    assert evidence is not None
    assert [(w.reference, w.candidate) for w in evidence.witnesses] == [(expected, 7)]


@pytest.mark.parametrize(
    "payload",
    [
        "[]",
        "{}",
        '{"judge": "j", "score": 2.0, "evidence": {"witnesses": 5}}',
        '{"judge": "j", "score": 2.0, "members": [5]}',
        '{"judge": "j", "score": 9.0}',
        changed(in_reference="yes"),
        changed(subject=5),
        changed(story=5),
    ],
)
def test_what_is_a_verdict_of_no_version_is_not_read(payload: str) -> None:
    with pytest.raises(msgspec.ValidationError):
        read_verdict(payload)


def test_migrate_names_the_checks_of_older_questions(tmp_path: Path) -> None:
    """As they stood before a question said which check found it faithful."""
    place = tmp_path / "older.db"
    found: list[dict[str, object] | None] = [
        None,
        {"faithful": None, "method": "read back by m, judged by proof", "reason": "no query"},
        {"faithful": True, "method": "read back by m, judged by proof", "reason": ""},
        {"faithful": True, "method": "by construction", "reason": ""},
        {"faithful": True, "method": "a colleague looked at it", "reason": ""},
    ]
    asked = [
        {"id": f"q{n}", "text": "é", "origin": "synthetic", "style": "", "author": "", **more}
        for n, more in enumerate({"faithfulness": each} for each in found)
    ]
    with closing(sqlite3.connect(place)) as connection:
        connection.executescript((Path(__file__).parent / "older_store.sql").read_text("utf-8"))
        connection.execute(
            "UPDATE tasks SET stage = 'questions', question = ?, payload = ? "
            "WHERE key = (SELECT MIN(key) FROM tasks WHERE stage = 'candidates')",
            (json.dumps(asked[2]), json.dumps({"questions": asked, "failure": None})),
        )
        connection.commit()
    migrate_store(str(place))
    store = open_store(str(place))
    with store.read() as connection:
        row = connection.execute(
            select(TASKS.c.payload, TASKS.c.question).where(TASKS.c.stage == "questions")
        ).one()
    store.close()
    written = msgspec.json.decode(row.payload, type=Asked)
    kinds = [q.faithfulness.by if q.faithfulness else None for q in written.questions]
    assert kinds == [None, None, CheckedBy.PROOF, CheckedBy.REALIZER, None]
    question = msgspec.json.decode(row.question, type=Question)
    assert question.faithfulness is not None
    assert question.faithfulness.by is CheckedBy.PROOF
