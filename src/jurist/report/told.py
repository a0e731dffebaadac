"""A run as it may be shown to others: a copy in which all is told by pseudonyms.

Reports are made of the copy, so nothing of the original can stand in them. What a proof showed is
shown anew by a proof of the pseudonyms; where that does not come to the same, it is left out.
"""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Generator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Final, cast

import msgspec
from sqlalchemy import Table, insert, select

from jurist.errors import InputError
from jurist.evidence import judge_texts
from jurist.evidence.verdicts import NO_QUERY
from jurist.languages.base import Query
from jurist.languages.texts import nearest_hint
from jurist.plurals import counted
from jurist.privacy import Key, Level, NotCarriedError
from jurist.privacy.detection import detect_nothing, detector_of_patterns
from jurist.records import Candidate, Case, Failure, Question, Verdict
from jurist.roles.border.border import Border
from jurist.roles.border.crossing import Crossing, Telling
from jurist.runs.results import shown_as, workspaces
from jurist.runs.stored_verdicts import read_verdict
from jurist.store import Store, open_store
from jurist.store.queue import Asked, Stage
from jurist.store.runs import cases_of, get_run
from jurist.store.tables import CASES, CONSISTENCY, DATASETS, RUNS, SENT, TASKS

NOT_SHOWN: Final = "(cannot be told by pseudonyms)"
_OF_ROLES: Final = frozenset({"examples", "guidelines", "headers", "command"})
"""What a study says of roles that may hold values."""
_encode = msgspec.json.encode

Row = dict[str, object]


@dataclass
class Told:
    """A copy of a run, and what is not in it."""

    store: Store
    level: Level
    untold: int = 0
    """Answers and references that no pseudonyms carry."""
    otherwise: int = 0
    """Proofs whose verdict on the pseudonyms is another one."""
    proved: dict[tuple[str, str, str], Verdict] = field(
        default_factory=dict[tuple[str, str, str], Verdict]
    )

    def notes(self) -> tuple[str, ...]:
        """What readers must know."""
        names = " and names" if self.level is Level.VALUES_AND_NAMES else ""
        said = [f"Values{names} are pseudonyms here, the same text always the same one."]
        if self.untold:
            said.append(f"{counted(self.untold, 'answer')} cannot be told so: not shown.")
        if self.otherwise:
            proofs = counted(self.otherwise, "proof")
            said.append(
                f"{proofs} of pseudonyms came to another verdict: the reasons are left out."
            )
        return tuple(said)


def level_for_others(level: str) -> Level:
    """The level of what is shown to others, by its name.

    Raises:
        InputError: There is no such level, or it hides nothing.
    """
    known = (Level.VALUES, Level.VALUES_AND_NAMES)
    if level not in known:
        raise InputError(
            f"a report has no level of privacy {level!r}",
            expected=" or ".join(known),
            fix=nearest_hint(level, known) or "leave it out to show all as it is",
        )
    return Level(level)


def _detects(study: str) -> str:
    """What a run's study has looked for in questions; `patterns` where it says nothing of it."""
    privacy = msgspec.json.decode(study, type=dict[str, object]).get("privacy")
    if not isinstance(privacy, Mapping):
        return "patterns"
    return str(cast("Mapping[str, object]", privacy).get("detect", "patterns"))


@contextmanager
def told_run(store: Store, run: str, level: Level, key: Key) -> Generator[Told]:
    """A copy of a run at a level of privacy, which is gone at the end of the block.

    Raises:
        UnsupportedError: A language has no pseudonyms, or what finds personal data is missing.
    """
    places = workspaces(store, run)
    cases: dict[str, list[Case]] = {}
    for dataset, case in cases_of(store, run):
        cases.setdefault(dataset, []).append(case)
    detects = _detects(get_run(store, run).study)
    find = detector_of_patterns() if detects == "patterns" else detect_nothing
    border = Border(level, lambda: key, find, detects, cases)
    crossings = {name: border.crossing_of(place) for name, place in places.items()}
    with tempfile.TemporaryDirectory(prefix="jurist-told-") as folder:
        copy = open_store(Path(folder) / "told.db")
        told = Told(copy, level)
        try:
            _copy(store, run, crossings, cases, told)
            with shown_as({name: each.outside for name, each in crossings.items()}):
                yield told
        finally:
            copy.close()


def _copy(
    store: Store,
    run: str,
    crossings: Mapping[str, Crossing],
    cases: Mapping[str, list[Case]],
    told: Told,
) -> None:
    writer = _Writer(crossings, cases, told)
    with store.read() as source, told.store.write() as target:
        changes: tuple[tuple[Table, Callable[[Row], Row]], ...] = (
            (RUNS, _run),
            (DATASETS, writer.dataset),
            (CASES, writer.case),
            (TASKS, writer.task),
            (CONSISTENCY, lambda row: row),
            (SENT, lambda row: row | {"body": ""}),
        )
        for table, change in changes:
            of_run = table.c.id if table is RUNS else table.c.run
            order = [TASKS.c.position, TASKS.c.ordinal] if table is TASKS else []
            rows = source.execute(select(table).where(of_run == run).order_by(*order)).mappings()
            for row in rows:
                target.execute(insert(table).values(change({str(k): v for k, v in row.items()})))


def _run(row: Row) -> Row:
    study = msgspec.json.decode(cast("str", row["study"]))
    return row | {"study": _encode(_without_values(study)).decode()}


def _without_values(part: object) -> object:
    """A study without what its roles were taught."""
    if isinstance(part, dict):
        named = cast("dict[str, object]", part)
        return {k: _without_values(v) for k, v in named.items() if k not in _OF_ROLES}
    if isinstance(part, list):
        return [_without_values(each) for each in cast("list[object]", part)]
    return part


class _Writer:
    """Tells rows."""

    def __init__(
        self, crossings: Mapping[str, Crossing], cases: Mapping[str, list[Case]], told: Told
    ) -> None:
        self._crossings = crossings
        self._told = told
        self._cases = {(name, c.id): (n, c) for name in cases for n, c in enumerate(cases[name], 1)}
        self._answers: dict[str, Candidate] = {}

    def dataset(self, row: Row) -> Row:
        outside = self._crossings[cast("str", row["name"])].outside
        return row | {
            "schema_document": "{}",
            "assumptions": _encode(outside.schema.assumptions).decode(),
            "sources": "{}",
        }

    def case(self, row: Row) -> Row:
        number, case = self._of(row)
        about, telling = self._telling(row, case, "")
        try:
            texts = telling.told_queries(*about)
            reference = texts[0] if case.reference is not None else None
        except (NotCarriedError, IndexError):
            reference = NOT_SHOWN
        questions = tuple(self._question(q, row, case) for q in case.questions)
        told = Case(_name(number), reference, questions, self._tags(row, case))
        return row | {"case_id": _name(number), "payload": _encode(told).decode()}

    def _tags(self, row: Row, case: Case) -> tuple[str, ...]:
        """The tags of a case, with pseudonyms where they repeat values of the dataset."""
        crossing = self._crossings[cast("str", row["dataset"])]
        return tuple(_told(crossing.telling((), (tag,)), tag) for tag in case.tags)

    def task(self, row: Row) -> Row:
        number, case = self._of(row)
        changed: Row = {"case_id": _name(number), "claimed_by": None, "claimed_until": None}
        question = cast("str | None", row["question"])
        if question is not None:
            asked = msgspec.json.decode(question, type=Question)
            changed["question"] = _encode(self._question(asked, row, case)).decode()
        payload = cast("str | None", row["payload"])
        if payload is not None:
            changed["payload"] = _encode(self._payload(payload, row, case)).decode()
        return row | changed

    def _payload(self, payload: str, row: Row, case: Case) -> object:
        match Stage(cast("str", row["stage"])):
            case Stage.QUESTIONS:
                asked = msgspec.json.decode(payload, type=Asked)
                questions = tuple(self._question(q, row, case) for q in asked.questions)
                _, telling = self._telling(row, case, "")
                return Asked(questions, asked.failure and self._failure(asked.failure, telling))
            case Stage.CANDIDATES:
                answer = msgspec.json.decode(payload, type=Candidate)
                self._answers[cast("str", row["key"])] = answer
                return self._answer(answer, row, case)
            case Stage.VERDICTS:
                answer = self._answers.get(cast("str", row["parent"]), Candidate(refusal=""))
                return self._verdict(read_verdict(payload), answer, row, case)

    def _answer(self, answer: Candidate, row: Row, case: Case) -> Candidate:
        about, telling = self._telling(row, case, answer.query or answer.refusal or "")
        bare = Candidate(refusal="", cost=answer.cost)
        if answer.failure is not None:
            failure = self._failure(answer.failure, telling)
            return replace(bare, refusal=None, failure=failure)
        if answer.refusal is not None:
            return replace(bare, refusal=_told(telling, answer.refusal))
        if len(about) == (case.reference is not None):  # it is no query
            return replace(bare, refusal=None, query=NOT_SHOWN)
        try:
            return replace(bare, refusal=None, query=telling.told_queries(*about)[-1])
        except NotCarriedError:
            self._told.untold += 1
            return replace(bare, refusal=None, query=NOT_SHOWN)

    def _verdict(self, verdict: Verdict, answer: Candidate, row: Row, case: Case) -> Verdict:
        _, telling = self._telling(row, case, answer.query or "")
        members = tuple(self._verdict(each, answer, row, case) for each in verdict.members)
        reasons = {old.reasoning: new for old, new in zip(verdict.members, members, strict=True)}
        proved = verdict.evidence and self._proved(verdict, answer, row, case)
        unscored = verdict.unscored and self._failure(verdict.unscored, telling)
        reasoning = _told(telling, verdict.reasoning)
        if verdict.reasoning in reasons:
            reasoning = reasons[verdict.reasoning].reasoning
        elif verdict.evidence is not None:
            reasoning = proved.reasoning if proved else NOT_SHOWN
        elif answer.query is not None and not self._is_query(answer.query, row):
            reasoning = NO_QUERY + NOT_SHOWN  # it quotes what cannot be told from words
        return replace(
            verdict,
            reasoning=reasoning,
            unscored=unscored,
            evidence=proved.evidence if proved else None,
            members=members,
        )

    def _is_query(self, text: str, row: Row) -> bool:
        return bool(self._crossings[cast("str", row["dataset"])].parsed(text))

    def _proved(self, verdict: Verdict, answer: Candidate, row: Row, case: Case) -> Verdict | None:
        """What evidence says of the pseudonyms, where it is the same."""
        crossing = self._crossings[cast("str", row["dataset"])]
        told, _ = self._answer(answer, row, case), None
        about, telling = self._telling(row, case, answer.query or "")
        if verdict.evidence is None or NOT_SHOWN in (told.query, told.refusal):
            return None
        try:
            reference = telling.told_queries(*about)[0] if case.reference is not None else None
        except NotCarriedError:
            return None
        name = crossing.workspace.name, reference or "", told.query or told.refusal or ""
        known = self._told.proved
        if name not in known:
            language, schema = crossing.outside.language, crossing.outside.schema
            known[name] = judge_texts(language, reference, told, schema)
        proved = known[name]
        found = proved.evidence
        if found is None or found.relation is not verdict.evidence.relation:
            self._told.otherwise += 1
            return None
        return proved

    def _question(self, question: Question, row: Row, case: Case) -> Question:
        number, _ = self._of(row)
        ordinal = next((n for n, q in enumerate(case.questions) if q.id == question.id), None)
        made = f"written/{question.style}" if ordinal is None else str(ordinal)
        _, telling = self._telling(row, case, "", question.text)
        found = question.faithfulness
        return replace(
            question,
            id=f"{_name(number)}/{made}",
            text=_told(telling, question.text),
            author=question.author if ordinal is None else "",
            faithfulness=found and replace(found, reason=""),
        )

    def _failure(self, failure: Failure, telling: Telling) -> Failure:
        return Failure(failure.kind, _told(telling, failure.reason))

    def _telling(
        self, row: Row, case: Case, query: str, *said: str
    ) -> tuple[tuple[Query, ...], Telling]:
        crossing = self._crossings[cast("str", row.get("dataset") or row["name"])]
        about = (*crossing.parsed(case.reference), *crossing.parsed(query or None))
        return about, crossing.telling(about, said)

    def _of(self, row: Row) -> tuple[int, Case]:
        return self._cases[cast("str", row["dataset"]), cast("str", row["case_id"])]


def _name(number: int) -> str:
    return f"case {number}"


def _told(telling: Telling, text: str) -> str:
    try:
        return telling.told(text)
    except NotCarriedError:
        return NOT_SHOWN
