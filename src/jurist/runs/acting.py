"""Doing one task: calling the role, and telling what follows from its result."""

from __future__ import annotations

import functools
from collections.abc import Awaitable
from contextlib import nullcontext
from dataclasses import replace
from typing import TypeVar, cast

import msgspec

from jurist.errors import (
    BudgetExceeded,
    InternalContradiction,
    JuristError,
    ModelError,
    StoreError,
    WorkerError,
)
from jurist.proxy.access import Credit
from jurist.records import Candidate, Case, Failure, FailureKind, Question, Verdict
from jurist.roles.answers import checked
from jurist.roles.conversations import AsksBack, Conversation
from jurist.roles.faithfulness.ruling import check_mentions
from jurist.roles.foreign import outcome_of
from jurist.roles.protocols import AnswersAnew, FindsByCase, Generator, LeavesOneOut
from jurist.runs.plan import Cast, answering, is_asked, judging
from jurist.runs.proxying import credited
from jurist.store.queue import Asked, Claim, Done, Stage

_T = TypeVar("_T")


async def do(claim: Claim, cast_of: Cast) -> Done:
    """Do a claimed task.

    Raises:
        BudgetExceeded: The budget ended; the task is undone and stays open.
        InternalContradiction: Two methods of ours disagree.
        StoreError: The store (the ledger in it) failed.
    """
    match claim.task.stage:
        case Stage.QUESTIONS:
            return await _ask(claim, cast_of)
        case Stage.CANDIDATES:
            return await _answer(claim, cast_of)
        case Stage.VERDICTS:
            return await _judge(claim, cast_of)


def give_up(claim: Claim, cast_of: Cast) -> Done:
    """The failure that a task ends as which took one session after the other with it."""
    task = claim.task
    failure = Failure(
        FailureKind.ERROR,
        f"{claim.lost} sessions ended while they were at it, all but the first with nothing else "
        "under way",
    )
    match task.stage:
        case Stage.QUESTIONS:
            return Done(task.key, _encode(Asked(failure=failure)), failure)
        case Stage.CANDIDATES:
            payload = _encode(Candidate(failure=failure))
            return Done(task.key, payload, failure, judging(cast_of, task))
        case Stage.VERDICTS:
            payload = _encode(Verdict(task.role, None, unscored=failure))
            return Done(task.key, payload, failure, answered=claim.answered)


async def _ask(claim: Claim, cast_of: Cast) -> Done:
    task, case, role = claim.task, claim.case, cast_of.questions
    if role is None:
        raise _gone(claim)
    asked = await _outcome(role, role.ask(case, cast_of.dataset.workspace))
    if isinstance(asked, Failure):
        return Done(task.key, _encode(Asked(failure=asked)), asked)
    own = {question.text.strip().casefold() for question in case.questions}
    fresh: dict[str, Question] = {}
    for question in asked:
        text = question.text.strip().casefold()
        if text and text not in own:
            fresh.setdefault(text, question)
    questions = tuple(_checked(each, case, cast_of) for each in fresh.values())
    if len({question.id for question in questions}) < len(questions):
        failure = Failure(FailureKind.ERROR, f"{role.name} gave two questions the same id")
        return Done(task.key, _encode(Asked(failure=failure)), failure)
    successors = [
        successor
        for ordinal, question in enumerate(questions, task.ordinal)
        if is_asked(question, ask_unchecked=cast_of.ask_unchecked)
        for successor in answering(cast_of, task.position, case, ordinal, question)
    ]
    payload = _encode_or_none(Asked(questions))
    if payload is None:
        failure = _not_unicode()
        return Done(task.key, _encode(Asked(failure=failure)), failure)
    return Done(task.key, payload, successors=tuple(successors))


def _checked(question: Question, case: Case, cast_of: Cast) -> Question:
    """A question with what its author found; where they looked for nothing, with what is mentioned.

    So one of the user's own generators counts no otherwise than a model's.
    """
    if question.faithfulness is not None or case.reference is None:
        return question
    found = check_mentions(question.text, case.reference, cast_of.dataset.workspace)
    return replace(question, faithfulness=found)


async def _answer(claim: Claim, cast_of: Cast) -> Done:
    task = claim.task
    role = cast_of.generators.get(task.role)
    if role is None or task.question is None:
        raise _gone(claim)
    generator = _for_sample(_for_case(role, task.case_id), task.sample)
    workspace = cast_of.dataset.workspace
    talk = Conversation(cast_of.user, task.question, claim.case, workspace)
    credit = None if cast_of.proxy is None else Credit(sample=task.sample, draws=True)
    with cast_of.proxy.answering(credit) if cast_of.proxy and credit else nullcontext():
        if _is(type(generator), AsksBack):
            work = cast("AsksBack", generator).converse(task.question, workspace, talk)
        else:
            work = generator.answer(task.question, workspace)
        answer = await _outcome(generator, work)
    candidate = Candidate(failure=answer) if isinstance(answer, Failure) else checked(answer)
    if credit is not None:
        candidate = await credited(candidate, credit)
    candidate = talk.closed(candidate)
    payload = _encode_or_none(candidate)
    if payload is None:
        candidate = Candidate(failure=_not_unicode(), cost=candidate.cost)
        payload = _encode(candidate)
    _hold_budget(candidate.failure)
    return Done(task.key, payload, candidate.failure, judging(cast_of, task))


async def _judge(claim: Claim, cast_of: Cast) -> Done:
    task = claim.task
    role = cast_of.judges.get(task.role)
    if role is None or task.question is None or claim.candidate is None:
        raise _gone(claim)
    ruling = role.judge(task.question, claim.case, claim.candidate, cast_of.dataset.workspace)
    ruled = await _outcome(role, ruling)
    verdict = Verdict(role.name, None, unscored=ruled) if isinstance(ruled, Failure) else ruled
    payload = _encode_or_none(verdict)
    if payload is None:
        verdict = Verdict(role.name, None, unscored=_not_unicode())
        payload = _encode(verdict)
    _hold_budget(verdict.unscored)
    return Done(task.key, payload, verdict.unscored, answered=claim.answered)


def _for_case(role: Generator, case_id: str) -> Generator:
    """The generator as it may be asked about a case: never with that case in its memory."""
    kind = type(role)
    if _is(kind, LeavesOneOut):
        return cast("LeavesOneOut", role).without(case_id)
    if _is(kind, FindsByCase):
        return cast("FindsByCase", role).of_case(case_id)
    return role


def _for_sample(role: Generator, sample: int) -> Generator:
    """The generator as it is asked for the so-manieth answer to a question."""
    return cast("AnswersAnew", role).of_sample(sample) if _is(type(role), AnswersAnew) else role


@functools.cache
def _is(kind: type, protocol: type) -> bool:
    """`issubclass`, remembered: asking a protocol costs more than many an answer."""
    return issubclass(kind, protocol)


async def _outcome(role: object, work: Awaitable[_T]) -> _T | Failure:
    """What a role gave, or why it gave nothing."""
    try:
        return await outcome_of(role, work)
    except (BudgetExceeded, InternalContradiction, StoreError, WorkerError):
        raise
    except ModelError as error:
        _hold_budget(error.failure)
        return error.failure
    except JuristError as error:
        return Failure(FailureKind.ERROR, str(error)[:500])


def _hold_budget(failure: Failure | None) -> None:
    """What the budget did not allow is not a result: it is left open for a larger budget."""
    if failure is not None and failure.kind is FailureKind.BUDGET:
        raise BudgetExceeded(failure)


def _gone(claim: Claim) -> StoreError:
    return StoreError(
        f"the store holds a task for {claim.task.role!r} that this study does not have",
        expected="the study as it was when the run began",
        fix="name the role so again, or begin anew under another study name",
    )


def _encode_or_none(value: object) -> bytes | None:
    try:
        return _encode(value)
    except UnicodeEncodeError:  # half a surrogate somewhere in a role's text
        return None


def _not_unicode() -> Failure:
    return Failure(FailureKind.UNPARSABLE, "its answer is not valid Unicode text")


def _encode(value: object) -> bytes:
    return msgspec.json.encode(value)
