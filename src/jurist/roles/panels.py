"""Several judges as one: a panel that combines their scores, a cascade that stops early."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from statistics import fmean, median

from jurist.errors import ModelError
from jurist.records import Candidate, Case, Cost, Failure, FailureKind, Question, Verdict
from jurist.roles.protocols import Judge, Workspace
from jurist.roles.settling import settle
from jurist.roles.spec import digest_of


class Combination(StrEnum):
    """How a panel makes one score."""

    MEAN = "mean"
    MEDIAN = "median"


@dataclass(frozen=True)
class Panel:
    """Asks all members at once; a member without a score takes no part in the combination.

    Its verdict keeps every member's own, from which agreement and the effective number of
    votes are computed. `quorum` is how many members must have given a score.
    """

    name: str
    members: tuple[Judge, ...]
    combination: Combination = Combination.MEAN
    quorum: int = 2

    @property
    def version(self) -> str:
        """Digest of the members' versions and the combination."""
        return _digest(self.members, f"{self.combination}/{self.quorum}")

    async def judge(
        self, question: Question, case: Case, candidate: Candidate, workspace: Workspace
    ) -> Verdict:
        """The combined verdict.

        Raises:
            BudgetExceeded: The run's budget ended at one of the members.
        """
        outcomes = await settle(
            member.judge(question, case, candidate, workspace) for member in self.members
        )
        verdicts = [
            Verdict(member.name, None, unscored=outcome.failure)
            if isinstance(outcome, ModelError)
            else outcome
            for member, outcome in zip(self.members, outcomes, strict=True)
        ]
        scores = [verdict.score for verdict in verdicts if verdict.score is not None]
        cost = sum((verdict.cost for verdict in verdicts), start=Cost())
        if len(scores) < min(self.quorum, len(self.members)):
            reasons = "; ".join(
                f"{verdict.judge}: {verdict.unscored.reason}"
                for verdict in verdicts
                if verdict.unscored is not None
            )
            failure = Failure(FailureKind.ERROR, f"{len(scores)} scores, too few: {reasons}")
            return Verdict(self.name, None, unscored=failure, cost=cost, members=tuple(verdicts))
        combined = fmean(scores) if self.combination is Combination.MEAN else median(scores)
        return Verdict(
            self.name,
            float(combined),
            reasoning="\n\n".join(
                f"{verdict.judge} ({verdict.score:g}): {verdict.reasoning}"
                for verdict in verdicts
                if verdict.score is not None
            ),
            samples=tuple(scores),
            cost=cost,
            members=tuple(verdicts),
        )


@dataclass(frozen=True)
class Cascade:
    """Asks its members in turn and stops at the first score: proof first, models only beyond.

    The verdict keeps what each asked member said; its evidence is the first that there is.
    """

    name: str
    members: tuple[Judge, ...]

    @property
    def version(self) -> str:
        """Digest of the members' versions in their order."""
        return _digest(self.members, "cascade")

    async def judge(
        self, question: Question, case: Case, candidate: Candidate, workspace: Workspace
    ) -> Verdict:
        """The first member's verdict that has a score, else the last one's failure."""
        asked: list[Verdict] = []
        for member in self.members:
            asked.append(await member.judge(question, case, candidate, workspace))
            if asked[-1].score is not None:
                break
        last = asked[-1]
        evidence = next((v.evidence for v in asked if v.evidence is not None), None)
        return Verdict(
            self.name,
            last.score,
            reasoning=last.reasoning,
            unscored=last.unscored,
            evidence=evidence,
            samples=last.samples,
            confidence=last.confidence,
            cost=sum((verdict.cost for verdict in asked), start=Cost()),
            members=tuple(asked),
        )


def _digest(members: Sequence[Judge], rest: str) -> str:
    return digest_of([(member.name, member.version) for member in members], rest)
