"""How consistent a generator is: which of its answers to one question mean the same.

Answers are sorted into classes of one meaning: each text that is new is held against a member
of each class, by the same evidence that judges. Refusals mean the same as refusals, a query
never does. A failure is no answer, and a text that is no query has no meaning to be proved:
it is the same as itself, and different from every query and refusal.
"""

from __future__ import annotations

import asyncio
import itertools
from collections.abc import Awaitable, Callable, Iterator
from typing import Final

from jurist.errors import UnsupportedError
from jurist.evidence.reading import read_query
from jurist.records import Candidate, Relation
from jurist.roles.offline.proof_pool import ProofPool
from jurist.roles.protocols import Workspace
from jurist.runs.plan import Plan
from jurist.runs.progress import Progress, StageProgress
from jurist.store import Store
from jurist.store.consistency import (
    Answers,
    Consistency,
    answers_to_compare,
    count_compared,
    keep_consistency,
)

STAGE: Final = "comparing"
_AT_ONCE: Final = 32
"""Questions whose answers are compared side by side."""
_MOST_PROOFS: Final = 200
"""Pairs of different texts that are held against each other for one question; what would need
more is undecided. Five answers need at most 10."""

Same = Callable[[str, str], Awaitable[bool | None]]
"""Whether two queries mean the same; `None`: that is not known."""


async def compare_answers(
    plan: Plan,
    store: Store,
    pool: ProofPool,
    *,
    progress: Progress,
    stop: asyncio.Event,
) -> int:
    """Compare all that a finished run has not compared yet; returns how much is left.

    Raises:
        InternalContradiction: Two methods of ours disagree about two answers.
    """
    run = plan.run_id
    several = {name for each in plan.casts.values() for name, n in each.samples.items() if n > 1}
    if not several:
        return 0

    def waiting(after: tuple[int, int, str] | None) -> Iterator[Answers]:
        return answers_to_compare(store, run, several, after=after)

    def batch(after: tuple[int, int, str] | None) -> list[Answers]:
        return list(itertools.islice(waiting(after), _AT_ONCE))

    left = await asyncio.to_thread(lambda: sum(1 for _ in waiting(None)))
    before = await asyncio.to_thread(count_compared, store, run)
    total, fresh, last = before + left, 0, None
    while left and not stop.is_set():
        progress.update((StageProgress(STAGE, before + fresh, total, fresh),))
        some = await asyncio.to_thread(batch, last)
        if not some:  # another worker has compared the others
            left = 0
            break
        found = await asyncio.gather(
            *(_compare(each, plan.casts[each.dataset].dataset.workspace, pool) for each in some)
        )
        await asyncio.to_thread(keep_consistency, store, run, found)
        fresh, left, last = fresh + len(some), left - len(some), some[-1].place
    progress.update((StageProgress(STAGE, before + fresh, total, fresh),))
    return left


async def _compare(of_question: Answers, workspace: Workspace, pool: ProofPool) -> Consistency:
    async def same(first: str, second: str) -> bool | None:
        try:
            evidence = (await pool.rule(first, second, workspace)).evidence
        except UnsupportedError:  # a language of this process alone
            return None
        if evidence is None or evidence.relation is Relation.UNDECIDED:
            return None
        return evidence.relation is Relation.EQUIVALENT

    def is_query(text: str) -> bool:
        return not isinstance(read_query(workspace.language, text, workspace.schema), str)

    meanings = await sort_meanings(of_question.answers, same, is_query)
    counts = {True: 0, False: 0, None: 0}
    for first, second in itertools.combinations(of_question.answers, 2):
        counts[meanings(first, second)] += 1
    return Consistency(of_question.task, counts[True], counts[False], counts[None])


async def sort_meanings(
    answers: tuple[Candidate, ...], same: Same, is_query: Callable[[str], bool]
) -> Callable[[Candidate, Candidate], bool | None]:
    """Whether two of these answers mean the same; `None` where that is not known.

    Args:
        answers: All of them.
        same: Decides about two queries; asked as seldom as possible.
        is_query: Whether a text is a query of the workspace.
    """
    texts = dict.fromkeys(each.query for each in answers if each.query is not None)
    readable = [text for text in texts if is_query(text)]
    classes: list[str] = []
    class_of: dict[str, int] = {}
    open_pairs: set[frozenset[int]] = set()
    asked = 0
    for text in readable:
        unknown: list[int] = []
        for number, representative in enumerate(classes):
            asked += 1
            answer = await same(representative, text) if asked <= _MOST_PROOFS else None
            if answer:
                class_of[text] = number
                break
            if answer is None:
                unknown.append(number)
        else:
            class_of[text] = len(classes)
            open_pairs |= {frozenset((number, len(classes))) for number in unknown}
            classes.append(text)

    def compare(first: Candidate, second: Candidate) -> bool | None:
        if first.failure is not None or second.failure is not None:
            return None
        if first.query is None or second.query is None:
            return first.query is second.query
        if first.query == second.query:
            return True
        ours, theirs = class_of.get(first.query), class_of.get(second.query)
        if ours is None or theirs is None:  # no query has no meaning, two such none to compare
            return None if ours is theirs else False
        return None if frozenset((ours, theirs)) in open_pairs else ours == theirs

    return compare
