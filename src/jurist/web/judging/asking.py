"""What is asked of the judging service, and what it answers."""

from __future__ import annotations

from typing import Annotated, Any, Final

import msgspec

from jurist.languages.registry import default_language
from jurist.records import (
    Candidate,
    Case,
    Cost,
    Evidence,
    Method,
    Origin,
    Question,
    Relation,
    Verdict,
    Witness,
)
from jurist.web.problems import ProblemDocument

MOST_TRIPLES: Final = 1_000
LONGEST_TEXT: Final = 20_000
"""Characters of a question or a query."""
MOST_MS: Final = 60_000
PROOF: Final = "proof"

Text = Annotated[str, msgspec.Meta(max_length=LONGEST_TEXT)]
Name = Annotated[str, msgspec.Meta(min_length=1, max_length=200)]
Document = Annotated[msgspec.Raw, msgspec.Meta(extra_json_schema={"type": ["object", "null"]})]
REFUSED: Final = "refused"


class Place(msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """Where queries belong: a dataset of a stored run, or a schema that is sent along."""

    run: Name | None = None
    """Id of a stored run."""
    dataset: Name | None = None
    """Its dataset; needed where it has several."""
    schema: Document = msgspec.field(default_factory=msgspec.Raw)
    """What stands in a schema file. It is read once: send it as often as you like."""
    language: Name | None = None
    """Of its queries; `null`: what the schema says, else the default one."""
    dialect: Name | None = None
    """What its queries are written in, where the schema does not say it."""

    @property
    def sent(self) -> bytes:
        """The schema as it was sent; empty: none was."""
        raw = bytes(self.schema)
        return b"" if raw == b"null" else raw


class Asking(msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """A triple to judge."""

    reference: Text | None
    """The right query; `null`: the request cannot be built, and refusing is right."""
    candidate: Text | None
    """The query that was answered; `null`: a refusal."""
    question: Text = ""
    """The request. A proof needs none."""
    refusal: Text = REFUSED
    """Why it was refused, where it was."""
    workspace: Name | Place | None = None
    """Name of a shipped one, or a place; of many triples, `null` is that of the one before."""
    judge: Name = PROOF
    """One of those that `GET /v1/judging` lists."""
    timeout_ms: Annotated[int, msgspec.Meta(ge=1, le=MOST_MS)] = 2_000
    """By then there is an answer: undecided, if nothing else is known."""
    id: str | int | None = None
    """Comes back with the answer."""

    @property
    def case(self) -> Case:
        """The case that is judged."""
        return Case("asked", self.reference)

    @property
    def asked(self) -> Question:
        """The question as judges get it."""
        return Question("asked", self.question, Origin.REAL)

    @property
    def answered(self) -> Candidate:
        """The answer as judges get it."""
        if self.candidate is None:
            return Candidate(refusal=self.refusal)
        return Candidate(query=self.candidate)


class WorkspaceTold(msgspec.Struct, frozen=True):
    """The workspace in which an answer was judged."""

    language: str
    schema_digest: str
    readings: tuple[str, ...]
    """How what the language leaves open is read, in sentences."""


class Judged(msgspec.Struct, frozen=True):
    """A verdict on a triple."""

    verdict: Verdict
    """As runs store it: a score from 1 to 5, or `unscored` with the reason for none."""
    workspace: WorkspaceTold | None
    """Of many triples, `null` is that of the one before."""
    cached: bool
    """Whether the same was asked before, and is remembered."""
    ms: float
    """From the request to the verdict; `verdict.cost` says what it cost when it was made."""
    id: str | int | None = None


class JudgedLine(msgspec.Struct, frozen=True, omit_defaults=True):
    """What came of one of many triples."""

    line: int
    """The triple's, from 1."""
    judged: Judged | None = None
    problem: ProblemDocument | None = None
    """Where it could not be judged; the others are."""


def example_of(**changed: Any) -> Asking:
    """A triple as examples show it."""
    asked: dict[str, Any] = {
        "workspace": "shop",
        "question": "customers with at least 500 loyalty points",
        "reference": "trait('loyalty_points') >= 500",
        "candidate": "trait('loyalty_points') > 500",
    }
    return Asking(**(asked | changed))


_STORY: Final = "a customer with loyalty_points 500 is in the reference and not in the candidate"
EXAMPLE: Final = Judged(
    Verdict(
        PROOF,
        4.0,
        "Right but at an edge: the reference contains the candidate and more. They differ only "
        f"for a bound's own value. {_STORY.capitalize()}.",
        evidence=Evidence(
            Relation.CONTAINS,
            Method.PROOF,
            (
                Witness(
                    "customer",
                    {"customer": {"traits": {"loyalty_points": 500}, "events": []}},
                    reference=True,
                    candidate=False,
                    story=_STORY,
                ),
            ),
            ("U1: the count of no events is 0",),
            edges_only=True,
        ),
        cost=Cost(ms=4.1),
    ),
    WorkspaceTold(default_language().name, "9f0c2a71d3", ("U1: the count of no events is 0",)),
    cached=False,
    ms=5.2,
)
"""What is answered to that."""
