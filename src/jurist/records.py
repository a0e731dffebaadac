"""What flows through Jurist: cases, questions, candidates, evidence, verdicts, annotations.

All records are frozen, hold queries as text (a language gives them meaning), and
are read and written as JSON by msgspec, which checks types on the way in.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum


class Origin(StrEnum):
    """Where a question comes from; never confused with one another."""

    SYNTHETIC = "synthetic"
    """Written by a question generator."""
    AUTHORED = "authored"
    """Written by hand for a dataset, by nobody who needed the answer."""
    REAL = "real"
    """Asked by a user of the feature under test."""


class FailureKind(StrEnum):
    """Why there is no result."""

    ERROR = "error"  # the component raised or answered something that cannot be used
    TIMEOUT = "timeout"
    UNREACHABLE = "unreachable"
    """A server that refused the connection, failed or asked to wait: later it may answer."""
    UNPARSABLE = "unparsable"
    """A model's reply from which no answer could be read, even after one repair turn."""
    REFUSED = "refused"  # a model declined the task itself (not a generator's legal refusal)
    BUDGET = "budget"
    UNDECIDED = "undecided"  # a proof judge that found neither a proof nor a difference
    MISSING = "missing"  # a recording that holds no answer for this case
    UNFAITHFUL = "unfaithful"  # a question that does not say what its query says
    PRIVATE = "private"
    """What would have to be told may not be, at the level of privacy: nothing was sent."""
    TURNS = "turns"  # a generator asked back more often than it may


@dataclass(frozen=True, slots=True)
class Failure:
    """A result that is not there, with the reason: never a score."""

    kind: FailureKind
    reason: str


@dataclass(frozen=True, slots=True)
class Cost:
    """What a step cost. Times in milliseconds, money in US dollars."""

    ms: float = 0.0
    calls: int = 0
    cached_calls: int = 0
    """Calls answered by the ledger, which cost nothing now."""
    input_tokens: int = 0
    output_tokens: int = 0
    usd: float = 0.0

    def __add__(self, other: Cost) -> Cost:
        """The cost of both."""
        return Cost(
            self.ms + other.ms,
            self.calls + other.calls,
            self.cached_calls + other.cached_calls,
            self.input_tokens + other.input_tokens,
            self.output_tokens + other.output_tokens,
            self.usd + other.usd,
        )


class CheckedBy(StrEnum):
    """What found a question to say what its query says."""

    PROOF = "proof"
    """It was read back into a query, which is proved to mean the same."""
    MENTION = "mention"
    """It says every name, value, number, date and negation of the query, and no other."""
    REALIZER = "realizer"
    """It is the sentence that the query's language has for it."""


@dataclass(frozen=True, slots=True)
class Faithfulness:
    """Whether a question says all that its query says, and who found so."""

    faithful: bool | None
    """`None`: nothing found it to, or could look at it; `reason` says which."""
    method: str
    reason: str = ""
    by: CheckedBy | None = None
    """Of what is faithful: which of our checks found so; `None`: whoever brought the question."""


@dataclass(frozen=True, slots=True)
class Question:
    """A natural-language request."""

    id: str
    text: str
    origin: Origin
    style: str = ""
    author: str = ""
    """The question generator or the person's pseudonym."""
    faithfulness: Faithfulness | None = None


OptionValue = bool | int | str | tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Case:
    """One item of a dataset.

    `reference` is the ground-truth query as text; `None` means unbuildable: the
    right answer is a refusal.
    """

    id: str
    reference: str | None
    questions: tuple[Question, ...] = ()
    tags: tuple[str, ...] = ()
    note: str = ""
    anchored_by: str = ""
    """The system, with its version, whose answer people edited into the reference, which favours
    it; empty: nobody's. Scores on such cases are kept apart."""
    options: Mapping[str, OptionValue] = field(default_factory=dict[str, "OptionValue"], hash=False)
    """What the reference is run with, as its language calls it; no part of what it means."""

    @property
    def unbuildable(self) -> bool:
        """Whether refusing is the right answer."""
        return self.reference is None


class Speaker(StrEnum):
    """Who says a turn of a conversation."""

    GENERATOR = "generator"
    USER = "user"


@dataclass(frozen=True, slots=True)
class Turn:
    """What was said between a question and the answer to it."""

    speaker: Speaker
    text: str
    needed: bool | None = None
    """Whether the question had left open what the generator asks; `None`: unknown."""
    given_away: float | None = None  # share of the reference's words that the user lets out
    cost: Cost = Cost()  # of a user that is a model: no part of the answer's


@dataclass(frozen=True, slots=True)
class Step:
    """A stage of an answer (plan, retrieve, write, repair) and what it cost, within the whole."""

    name: str
    cost: Cost = Cost()


@dataclass(frozen=True, slots=True)
class Candidate:
    """What a generator answered: exactly one of query, refusal and failure is set."""

    query: str | None = None
    """The answer as the generator wrote it; it need not parse."""
    refusal: str | None = None
    """The generator's reason for declining, a legal answer."""
    failure: Failure | None = None
    cost: Cost = Cost()
    notes: tuple[str, ...] = ()
    """How the answer came about (stages, repairs, neighbours), for people to read."""
    trace_id: str = ""
    """By which the generator's own traces call it."""
    steps: tuple[Step, ...] = ()
    transcript: tuple[Turn, ...] = ()
    """What the generator asked back and what it was told, in order."""

    @property
    def asked_back(self) -> int:
        """How often the generator asked before it answered."""
        return sum(turn.speaker is Speaker.GENERATOR for turn in self.transcript)

    def __post_init__(self) -> None:
        """Hold the one-of-three rule."""
        given = [part is not None for part in (self.query, self.refusal, self.failure)]
        if sum(given) != 1:
            msg = "a Candidate has exactly one of query, refusal and failure"
            raise ValueError(msg)


class Relation(StrEnum):
    """Read as: the reference ... the candidate."""

    EQUIVALENT = "equivalent"
    REFINES = "refines"
    """... permits every outcome that the candidate permits, and more: the candidate is right."""
    CONTAINS = "contains"
    CONTAINED = "contained"
    OVERLAPS = "overlaps"
    DISJOINT = "disjoint"
    DIFFERENT = "different"
    """A difference is certain, which of the four above is not."""
    UNDECIDED = "undecided"


class DifferenceAspect(StrEnum):
    """What of two results differs."""

    MEMBERS = "members"
    ROWS = "rows"
    DUPLICATES = "duplicates"
    ORDER = "order"
    COLUMNS = "columns"
    TIES = "ties"
    """Which of several equals come first, or are left out."""
    MISSING_VALUES = "missing values"


class Method(StrEnum):
    """How evidence was come by, from cheap to dear."""

    IDENTICAL = "identical"
    NORMAL_FORM = "normal_form"
    EXECUTION = "execution"
    PROOF = "proof"
    NONE = "none"
    """Nothing decided it."""


class Side(StrEnum):
    """Which of a case's two queries something is about."""

    CANDIDATE = "candidate"
    REFERENCE = "reference"
    """Of a ruling: whether the ground truth answers the question; never a score of an answer."""


SIDES = (Side.REFERENCE, Side.CANDIDATE)  # in the order in which people read them


@dataclass(frozen=True, slots=True)
class Witness:
    """A concrete input (a customer, a database) that was replayed through both queries."""

    kind: str
    """customer, account, database, ...: what a report draws it as."""
    input: Mapping[str, object]
    """The language's own JSON of it, with all that both queries were evaluated on."""
    reference: object
    """What the reference gives on the input, as JSON: whether it selects it, or a value, a
    number, a text, a list, rows; `None` where it gives none."""
    candidate: object
    """What the candidate gives on it."""
    story: str
    """One English sentence about this input."""


@dataclass(frozen=True, slots=True)
class Overlap:
    """What the two queries do on inputs that were made up, each count in inputs."""

    both: int
    """On which both give the same: the input itself, or an equal value."""
    reference_only: int
    """On which the reference gives what the candidate does not."""
    candidate_only: int
    neither: int
    """On which neither gives anything."""

    @property
    def jaccard(self) -> float:
        """Share of the union that is common; 1 where neither gives anything on any input."""
        union = self.both + self.reference_only + self.candidate_only
        return self.both / union if union else 1.0


class Edge(StrEnum):
    """Where alone a condition may matter."""

    BOUND = "a bound's own value"
    MISSING = "a missing value"
    MONTH = "the days by which months differ"
    UNMATCHED = "a row that has no counterpart"


@dataclass(frozen=True, slots=True)
class Condition:
    """A condition of a query's normal form, as canonical text."""

    text: str
    edge: Edge | None = None
    """The edge at which alone the other query's normal form differs in it."""


@dataclass(frozen=True, slots=True)
class Evidence:
    """What a machine can check about reference and candidate. Three-valued by `relation`.

    A proof holds for every input under `assumptions`. A difference always
    carries at least one replayed witness. Undecided carries a `reason`, and so do queries
    that are `different` without its being known how.
    """

    relation: Relation
    method: Method
    witnesses: tuple[Witness, ...] = ()
    assumptions: tuple[str, ...] = ()
    reason: str = ""
    """Why undecided, or why a difference's kind is open, and how far was looked; else empty."""
    notes: tuple[str, ...] = ()
    """What the language adds for people to read; all else has a field of its own, from which
    `jurist.evidence.sentences` are made."""
    overlap: Overlap | None = None
    """What execution counted, where it was asked."""
    behaviour: float | None = None
    """How alike the two behave, 0 to 1: of the kinds of inputs that the two queries tell
    apart and on which either gives something, the share on which both give the same. Where
    nothing was proved, the same of the inputs that were made up."""
    matched: float | None = None
    """Share of conditions that the normal forms have in common, 0 to 1."""
    timings_ms: Mapping[str, float] = field(default_factory=dict[str, float])
    """Milliseconds by arm: identical, normal_form, execution, proof."""
    edges_only: bool = False
    """Whether all conditions that differ matter only at an edge: a bound's own value, a
    missing value, the days by which a month is longer or shorter."""
    empty: Mapping[Side, str] = field(default_factory=dict[Side, str])
    """Queries that give nothing on any input, each with what in it rules that out, if known."""
    full: Mapping[Side, str] = field(default_factory=dict[Side, str])
    """The same of those that give everything there is."""
    unseen: tuple[Side, ...] = ()
    """Queries that gave nothing on any input that was made up, which proves nothing."""
    only_in_reference: tuple[Condition, ...] = ()
    """Conditions of its normal form that the candidate's has not, sorted by their texts."""
    only_in_candidate: tuple[Condition, ...] = ()
    aspects: tuple[DifferenceAspect, ...] = ()
    """What of the results differs, where there is more than one thing that can."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """A judge's ruling on (question, reference, candidate)."""

    judge: str
    score: float | None
    """1 to 5, a mean where several samples were taken; `None` only with `unscored`."""
    reasoning: str = ""
    unscored: Failure | None = None
    evidence: Evidence | None = None
    samples: tuple[float, ...] = ()
    """Each sample's score, where there were several."""
    confidence: float | None = None
    """The judge's own, 0 to 1."""
    cost: Cost = Cost()
    members: tuple[Verdict, ...] = ()
    """What each judge of a panel or a cascade said, in the order they were asked."""
    side: Side = Side.CANDIDATE

    def __post_init__(self) -> None:
        """Hold that a score or a reason for none is there, never both."""
        if (self.score is None) == (self.unscored is None):
            msg = "a Verdict has a score or a Failure that says why not, never both or neither"
            raise ValueError(msg)
        if self.score is not None and not 1 <= self.score <= 5:
            msg = f"a score lies between 1 and 5, this is {self.score}"
            raise ValueError(msg)


class LabelRole(StrEnum):
    """What an annotation may be used for, fixed at import."""

    TUNE = "tune"
    DEV = "dev"
    TEST = "test"


@dataclass(frozen=True, slots=True)
class Annotation:
    """A person's verdict on the same triple that a judge saw."""

    id: str
    run: str
    task: str
    """Key of the judged task (question, generator, candidate) within the run."""
    annotator: str
    scores: tuple[int, ...]
    """All scores that the annotator would accept, the preferred one first."""
    rubric: str
    """Version of the rubric's text that the annotator had before them."""
    role: LabelRole
    rationale: str = ""
    sampling_probability: float | None = None
    """Probability with which this task came to be annotated; `None`: unknown."""
    tags: tuple[str, ...] = ()
