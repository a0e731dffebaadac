"""Columns in the making: verdicts are taken in as they come, and laid out in the run's order."""

from __future__ import annotations

from array import array
from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import blake2b
from typing import Final

import msgspec
import numpy as np
from numpy.typing import NDArray

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
from jurist.columns.texts import GrowingTexts, Texts
from jurist.provenance import ordered, provenance
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
        self._case_at = array("i")
        """Number of each case by its position in the run; -1: it is not there."""
        self._positions = array("i")
        self._datasets, self._tags, self._anchors = _Numbers(), _Numbers(), _Numbers()
        self._case_ids, self._references = GrowingTexts(), GrowingTexts()
        self._questions: dict[bytes, int] = {}
        self._question_ids, self._question_texts = GrowingTexts(), GrowingTexts()
        self._origins = _Numbers()
        self.answers: dict[str, int] = {}
        """Number of each answer by its task's key."""
        self._given: dict[str, int] | None = None
        self._on_references: dict[str, int] = {}
        self._generators, self._judges = _Numbers(), _Numbers()
        self._texts = _Numbers()
        self._codes = {name: array("i") for name in _CODES}
        self._digest, self._finished = array("q"), array("q")
        self._numbers = {name: array("d") for name in _NUMBERS}
        self._keys = GrowingTexts()

    @property
    def verdicts(self) -> dict[str, int]:
        """When each verdict was given, rulings on references too, by its task's key.

        Only where a run goes on this is asked for, and so made.
        """
        if self._given is None:
            keys = (key.decode() for key in self._keys.keys().tolist())
            self._given = dict(zip(keys, self._finished, strict=True)) | self._on_references
        return self._given

    def has_case(self, position: int) -> bool:
        """Whether the case at a position of the run is there."""
        return position < len(self._case_at) and self._case_at[position] >= 0

    def add_case(self, position: int, dataset: str, case: Case) -> None:
        """Take in a case."""
        codes = self._codes
        number = len(self._positions)
        self._case_at.extend([-1] * (position + 1 - len(self._case_at)))
        self._case_at[position] = number
        self._positions.append(position)
        codes["dataset"].append(self._datasets[dataset])
        codes["anchor"].append(self._anchors[case.anchored_by])
        codes["unbuildable"].append(case.unbuildable)
        self._case_ids.add(case.id)
        self._references.add(case.reference or "")
        for tag in dict.fromkeys(case.tags):
            codes["tagged"].append(number)
            codes["tag"].append(self._tags[tag])

    def add_answer(self, asked: Asked) -> None:
        """Take in an answer to a case that is there."""
        case = self._case_at[asked.position]
        candidate = asked.candidate
        codes, numbers = self._codes, self._numbers
        self.answers[asked.key] = len(self.answers)
        codes["question"].append(self._number_of(case, asked.ordinal, asked.question))
        codes["sample"].append(asked.sample)
        codes["generator"].append(self._generators[asked.generator])
        codes["outcome"].append(_OUTCOMES.index(_outcome(candidate)))
        codes["text"].append(self._texts[_text(candidate)])
        self._digest.append(digest_of(candidate))
        numbers["answer_ms"].append(candidate.cost.ms)
        numbers["answer_usd"].append(candidate.cost.usd)

    def _number_of(self, case: int, ordinal: int, question: Question) -> int:
        """Of a question, which is taken in where it is new."""
        written = f"{case}\0{question.id}\0{question.text}".encode("utf-8", "surrogatepass")
        # By its digest: the texts stand in their block.
        key = blake2b(written, digest_size=16).digest()
        number = self._questions.setdefault(key, len(self._questions))
        if number == len(self._question_ids.ends):
            self._question_ids.add(question.id)
            self._question_texts.add(question.text)
            codes = self._codes
            codes["case"].append(case)
            codes["ordinal"].append(ordinal)
            anchor = list(self._anchors)[codes["anchor"][case]]
            codes["origin"].append(self._origins[provenance(question.origin, anchor)])
        return number

    def add_reference_ruling(self, key: str, finished: int) -> None:
        """Note a ruling on a reference, which is no row."""
        self._on_references[key] = finished
        if self._given is not None:
            self._given[key] = finished

    def add_verdict(self, ruled: Ruled) -> None:
        """Take in a verdict on an answer that is there."""
        codes, numbers = self._codes, self._numbers
        if self._given is not None:
            self._given[ruled.key] = ruled.finished
        self._keys.add(ruled.key)
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
        code = {name: np.array(values, dtype=np.int32) for name, values in self._codes.items()}
        cases, case_place, datasets, tags = self._laid_out_cases(code)
        questions, question_place, origins = self._laid_out_questions(code, case_place)
        generators, generator_place = _by_name(self._generators)
        judges, judge_place = _by_name(self._judges)
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
            _keys_of(self.answers)[order],
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
            self._keys.keys()[place],
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

    def _laid_out_cases(
        self, code: Mapping[str, Codes]
    ) -> tuple[Cases, Codes, tuple[str, ...], tuple[str, ...]]:
        """The cases in the run's order, the new number of each, all datasets and all tags."""
        order = np.argsort(np.array(self._positions, dtype=np.int32)).astype(np.int64)
        case_place = _inverse(order)
        dataset = code["dataset"][order]
        # By the case that each comes with first.
        met, first = np.unique(dataset, return_index=True)
        in_order: list[int] = met[np.argsort(first)].tolist()
        names = list(self._datasets)
        place = np.zeros(len(names), dtype=np.int32)
        place[in_order] = np.arange(len(in_order), dtype=np.int32)
        tags, tag_place = _by_name(self._tags)
        tagged = case_place[code["tagged"]]
        by_case = np.argsort(tagged, kind="stable")  # a case's tags stay as it has them
        cases = Cases(
            place[dataset],
            self._case_ids.in_order(order),
            self._references.in_order(order),
            code["unbuildable"][order].astype(np.bool_),
            tag_place[code["tag"]][by_case],
            tagged[by_case],
        )
        return cases, case_place, tuple(names[number] for number in in_order), tags

    def _laid_out_questions(
        self, code: Mapping[str, Codes], case_place: Codes
    ) -> tuple[Questions, Codes, tuple[str, ...]]:
        """The questions in the run's order, the new number of each, and where they come from."""
        case, ordinal = case_place[code["case"]], code["ordinal"]
        order = _sorted_by(case, ordinal)
        told = tuple(self._origins)
        origins = ordered((*(each.value for each in Origin), *told))
        place = np.array([origins.index(origin) for origin in told], dtype=np.int32)
        questions = Questions(
            case[order],
            ordinal[order],
            self._question_ids.in_order(order),
            self._question_texts.in_order(order),
            place[code["origin"][order]],
        )
        return questions, _inverse(order), origins


_CODES: Final = (
    *("question", "sample", "generator", "outcome", "text"),
    *("answer", "judge", "relation", "method", "unscored"),
    *("dataset", "anchor", "unbuildable", "tagged", "tag", "case", "ordinal", "origin"),
)
_NUMBERS: Final = ("answer_ms", "answer_usd", "score", "ms", "usd")


def _by_name(numbers: _Numbers) -> tuple[tuple[str, ...], Codes]:
    """The names sorted, and the new number of each."""
    names = tuple(sorted(numbers))
    places = np.zeros(len(names), dtype=np.int32)
    for place, name in enumerate(names):
        places[numbers[name]] = place
    return names, places


def _keys_of(answers: Mapping[str, int]) -> NDArray[np.bytes_]:
    """The keys of answers by their numbers, which is the order they came in."""
    longest = max(map(len, answers), default=1)
    return np.fromiter((key.encode() for key in answers), f"S{longest}", len(answers))


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
