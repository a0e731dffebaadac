"""Columns in the making: verdicts are taken in as they come, and laid out in the run's order."""

from __future__ import annotations

from array import array
from dataclasses import dataclass
from hashlib import blake2b
from typing import Final

import msgspec
import numpy as np

from jurist.columns.columns import (
    KINDS,
    LEVELS,
    NONE,
    UNSCORED,
    Answers,
    Cases,
    Codes,
    Columns,
    Dimension,
    Ints,
    Outcome,
    Questions,
    Rows,
)
from jurist.columns.texts import Texts
from jurist.provenance import ordered, provenance_of
from jurist.records import (
    Candidate,
    Case,
    FailureKind,
    Method,
    Origin,
    Question,
    Relation,
)

_RELATIONS: Final = (*Relation, NONE)
_METHODS: Final = tuple(Method)  # NONE is among them
_OUTCOMES: Final = tuple(Outcome)


@dataclass(frozen=True, slots=True)
class Asked:
    """An answer with the place at which it was asked for."""

    key: str
    position: int
    """Of its case in the run."""
    ordinal: int
    sample: int
    generator: str
    question: Question
    candidate: Candidate


@dataclass(frozen=True, slots=True)
class Ruled:
    """A verdict on an answer, as far as columns hold it."""

    key: str
    task: str
    """Key of the answer."""
    judge: str
    score: float | None
    unscored: FailureKind | None
    relation: Relation | None
    method: Method | None
    ms: float
    usd: float
    finished: int


class _Numbers(dict[str, int]):
    """Names by the order in which they are met."""

    def __missing__(self, name: str) -> int:
        self[name] = number = len(self)
        return number


class Growing:
    """Takes in cases, then answers to them, then verdicts on these.

    Args:
        run: Whose.
    """

    def __init__(self, run: str) -> None:
        self._run = run
        self.cases: dict[int, int] = {}
        """Number of each case by its position."""
        self._of_cases: list[tuple[str, Case]] = []
        self._questions: dict[tuple[int, str, str], int] = {}
        self._of_questions: list[tuple[int, int, Question]] = []
        self.answers: dict[str, int] = {}
        """Number of each answer by its task's key."""
        self.verdicts: dict[str, int] = {}
        """When each verdict was given, rulings on references too, by its task's key."""
        self._generators, self._judges = _Numbers(), _Numbers()
        self._texts = _Numbers()
        self._codes = {name: array("i") for name in _CODES}
        self._digest, self._finished = array("q"), array("q")
        self._numbers = {name: array("d") for name in _NUMBERS}
        self._tasks: list[bytes] = []
        self._keys: list[bytes] = []

    def add_case(self, position: int, dataset: str, case: Case) -> None:
        """Take in a case."""
        self.cases[position] = len(self._of_cases)
        self._of_cases.append((dataset, case))

    def add_answer(self, asked: Asked) -> None:
        """Take in an answer to a case that is there."""
        case = self.cases[asked.position]
        question, candidate = asked.question, asked.candidate
        key = case, question.id, question.text
        number = self._questions.setdefault(key, len(self._of_questions))
        if number == len(self._of_questions):
            self._of_questions.append((case, asked.ordinal, question))
        codes, numbers = self._codes, self._numbers
        self.answers[asked.key] = len(self._tasks)
        self._tasks.append(asked.key.encode())
        codes["question"].append(number)
        codes["sample"].append(asked.sample)
        codes["generator"].append(self._generators[asked.generator])
        codes["outcome"].append(_OUTCOMES.index(_outcome(candidate)))
        codes["text"].append(self._texts[_text(candidate)])
        self._digest.append(digest_of(candidate))
        numbers["answer_ms"].append(candidate.cost.ms)
        numbers["answer_usd"].append(candidate.cost.usd)

    def add_reference_ruling(self, key: str, finished: int) -> None:
        """Note a ruling on a reference, which is no row."""
        self.verdicts[key] = finished

    def add_verdict(self, ruled: Ruled) -> None:
        """Take in a verdict on an answer that is there."""
        codes, numbers = self._codes, self._numbers
        self.verdicts[ruled.key] = ruled.finished
        self._keys.append(ruled.key.encode())
        codes["answer"].append(self.answers[ruled.task])
        codes["judge"].append(self._judges[ruled.judge])
        codes["relation"].append(_RELATIONS.index(ruled.relation or NONE))
        codes["method"].append(_METHODS.index(ruled.method or Method.NONE))
        codes["unscored"].append(-1 if ruled.unscored is None else UNSCORED.index(ruled.unscored))
        numbers["score"].append(float("nan") if ruled.score is None else ruled.score)
        numbers["ms"].append(ruled.ms)
        numbers["usd"].append(ruled.usd)
        self._finished.append(ruled.finished)

    def columns(self) -> Columns:
        """All that was taken in, in the run's order."""
        cases, case_place, datasets, tags = self._laid_out_cases()
        questions, question_place, origins = self._laid_out_questions(case_place)
        generators, generator_place = _by_name(self._generators)
        judges, judge_place = _by_name(self._judges)
        code = {name: np.array(values, dtype=np.int32) for name, values in self._codes.items()}
        number = {
            name: np.array(values, dtype=np.float64) for name, values in self._numbers.items()
        }
        asked = question_place[code["question"]]
        generator = generator_place[code["generator"]]
        order = _sorted_by(asked, generator, code["sample"])
        answers = Answers(
            asked[order],
            code["sample"][order],
            generator[order],
            code["outcome"][order],
            np.array(self._tasks, dtype=np.bytes_)[order],
            np.array(self._digest, dtype=np.int64)[order],
            code["text"][order],
            number["answer_ms"][order],
            number["answer_usd"][order],
        )
        of_answer = _inverse(order)[code["answer"]]
        judge = judge_place[code["judge"]]
        place = _sorted_by(of_answer, judge)
        rows = Rows(
            of_answer[place],
            judge[place],
            code["relation"][place],
            code["method"][place],
            code["unscored"][place],
            number["score"][place],
            number["ms"][place],
            number["usd"][place],
            np.array(self._keys, dtype=np.bytes_)[place],
            np.array(self._finished, dtype=np.int64)[place],
        )
        values = {
            Dimension.JUDGE: judges,
            Dimension.GENERATOR: generators,
            Dimension.DATASET: datasets,
            Dimension.ORIGIN: origins,
            Dimension.OUTCOME: _OUTCOMES,
            Dimension.RELATION: _RELATIONS,
            Dimension.METHOD: _METHODS,
            Dimension.LEVEL: (*LEVELS, NONE),
            Dimension.SAMPLE: tuple(map(str, np.unique(answers.sample).tolist())),
            Dimension.KIND: KINDS,
        }
        texts = Texts.of(self._texts)
        return Columns(self._run, rows, answers, questions, cases, values, tags, texts)

    def _laid_out_cases(self) -> tuple[Cases, Codes, tuple[str, ...], tuple[str, ...]]:
        """The cases in the run's order, the new number of each, all datasets and all tags."""
        position = np.fromiter(self.cases, np.int64, len(self.cases))
        order = np.argsort(position).astype(np.int64)
        in_order: list[tuple[str, Case]] = [self._of_cases[place] for place in order.tolist()]
        datasets = tuple(dict.fromkeys(dataset for dataset, _ in in_order))
        places_of = {dataset: place for place, dataset in enumerate(datasets)}
        tags = tuple(sorted({tag for _, case in in_order for tag in case.tags}))
        places = {tag: place for place, tag in enumerate(tags)}
        pairs = [
            (number, places[tag])
            for number, (_, case) in enumerate(in_order)
            for tag in dict.fromkeys(case.tags)
        ]
        tagged = np.array(pairs, dtype=np.int32).reshape(-1, 2)
        cases = Cases(
            np.array([places_of[dataset] for dataset, _ in in_order], dtype=np.int32),
            Texts.of(case.id for _, case in in_order),
            Texts.of(case.reference or "" for _, case in in_order),
            np.array([case.unbuildable for _, case in in_order], dtype=np.bool_),
            tagged[:, 1],
            tagged[:, 0],
        )
        return cases, _inverse(order), datasets, tags

    def _laid_out_questions(self, case_place: Codes) -> tuple[Questions, Codes, tuple[str, ...]]:
        """The questions in the run's order, the new number of each, and where they come from."""
        case = np.array([number for number, _, _ in self._of_questions], dtype=np.int32)
        ordinal = np.array([ordinal for _, ordinal, _ in self._of_questions], dtype=np.int32)
        order = _sorted_by(case_place[case], ordinal)
        in_order: list[tuple[int, int, Question]] = [
            self._of_questions[place] for place in order.tolist()
        ]
        told = [provenance_of(self._of_cases[case][1], question) for case, _, question in in_order]
        origins = ordered((*(each.value for each in Origin), *told))
        places = {origin: place for place, origin in enumerate(origins)}
        questions = Questions(
            case_place[case][order],
            ordinal[order],
            Texts.of(question.id for _, _, question in in_order),
            Texts.of(question.text for _, _, question in in_order),
            np.array([places[origin] for origin in told], dtype=np.int32),
        )
        return questions, _inverse(order), origins


_CODES: Final = (
    *("question", "sample", "generator", "outcome", "text"),
    *("answer", "judge", "relation", "method", "unscored"),
)
_NUMBERS: Final = ("answer_ms", "answer_usd", "score", "ms", "usd")


def _by_name(numbers: _Numbers) -> tuple[tuple[str, ...], Codes]:
    """The names sorted, and the new number of each."""
    names = tuple(sorted(numbers))
    places = np.zeros(len(names), dtype=np.int32)
    for place, name in enumerate(names):
        places[numbers[name]] = place
    return names, places


def _inverse(order: Ints) -> Codes:
    """Where each entry comes to stand."""
    places = np.zeros(len(order), dtype=np.int32)
    places[order] = np.arange(len(order), dtype=np.int32)
    return places


def _sorted_by(*keys: Codes) -> Ints:
    """The order by the first, equal ones by the next."""
    return np.lexsort(keys[::-1]).astype(np.int64)


def _outcome(candidate: Candidate) -> Outcome:
    if candidate.query is not None:
        return Outcome.QUERY
    return Outcome.ERROR if candidate.refusal is None else Outcome.REFUSAL


def _text(candidate: Candidate) -> str:
    """What a search reads of an answer."""
    if candidate.failure is not None:
        return candidate.failure.reason
    return candidate.query or candidate.refusal or ""


def digest_of(candidate: Candidate) -> int:
    """The same for equal queries, for equal refusals, and where there was no answer."""
    raw = msgspec.json.encode((candidate.query, candidate.refusal))
    return int.from_bytes(blake2b(raw, digest_size=7).digest())
