"""The judge that proves: evidence about two queries, and the score that follows from it."""

from __future__ import annotations

import asyncio
import time
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from jurist.languages.base import Language
from jurist.languages.effort import STEPS
from jurist.languages.sources import source_digest
from jurist.records import Candidate, Case, Cost, Question, Verdict
from jurist.roles.protocols import Workspace
from jurist.roles.spec import Means, RoleSpec, digest_of

if TYPE_CHECKING:
    from jurist.roles.offline.proof_pool import ProofPool


@dataclass(frozen=True, slots=True)
class ProofJudge:
    """Rules by evidence alone; what stays undecided is unscored, with the reason."""

    name: str = "proof"
    pool: ProofPool | None = None
    """Where proofs are computed; `None`: in a thread of this process."""
    language: Language | None = None
    """What it rules on, where its verdicts are stored."""

    @property
    def version(self) -> str:
        """A digest of the code that shapes what it finds out, and of the steps allowed."""
        of_language = "" if self.language is None else self.language.version
        return digest_of("proof", of_language, source_digest("jurist.evidence"), STEPS)

    async def judge(
        self,
        question: Question,  # noqa: ARG002 - evidence is about queries alone
        case: Case,
        candidate: Candidate,
        workspace: Workspace,
    ) -> Verdict:
        """The verdict of evidence."""
        reference, query = case.reference, candidate.query
        if self.pool is not None and reference is not None and query is not None:
            verdict = await self.pool.rule(reference, query, workspace)
        else:
            verdict = await asyncio.to_thread(rule_by_evidence, reference, candidate, workspace)
        return verdict if verdict.judge == self.name else replace(verdict, judge=self.name)


def rule_by_evidence(
    reference: str | None, candidate: Candidate | str, workspace: Workspace
) -> Verdict:
    """The verdict of evidence on an answer; computes in the calling thread."""
    from jurist.evidence import judge_texts  # the prover is heavy, and not needed to load a study

    started = time.perf_counter()
    verdict = judge_texts(workspace.language, reference, candidate, workspace.schema)
    return replace(verdict, cost=Cost(ms=(time.perf_counter() - started) * 1000))


def make(spec: RoleSpec, means: Means) -> ProofJudge:
    """The judge that `proof` names."""
    spec.take_only()
    return ProofJudge(spec.name or "proof", means.pool, means.language)
