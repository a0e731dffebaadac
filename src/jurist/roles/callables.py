"""Roles that are functions in a user's module: `module:callable`.

A generator is `answer(question: str, workspace: Workspace) -> str | None | Candidate`
(`None` is a refusal; the second parameter may be left out, and one that has a default is the
function's own, unless it is called `workspace`). One with a parameter `user` may ask back before
it answers: `reply = await user.ask("which country?")`, without `await` in a plain function.
A question generator is
`ask(case: Case, workspace: Workspace) -> list[str | Question]`, a judge is
`judge(question: str, reference: str | None, candidate: str | None, workspace: Workspace)
-> float | tuple[float, str] | Verdict`. Each may be `async`. Plain functions are called
one at a time, in a thread of their own, so they need not be thread-safe; `threads: n` calls one
in so many at once. An object that
has the role's method already is taken as it is.
"""

from __future__ import annotations

import functools
import inspect
import sys
import time
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field, replace
from typing import Final, cast

from jurist.errors import StudyError
from jurist.evidence.refusals import read_reference
from jurist.records import Candidate, Case, Cost, Failure, FailureKind, Origin, Question, Verdict
from jurist.roles.answers import failed, read_answer
from jurist.roles.conversations import BlockingUser, Conversation, answered_at_once
from jurist.roles.foreign import DaemonThreads, failure_of, outcome_of
from jurist.roles.objects import USER, asks_user, is_object_role, read_object
from jurist.roles.own_modules import IMPORTING, import_own
from jurist.roles.own_sources import (
    NOTHING,
    Sources,
    listed_files,
    sources_of_module,
)
from jurist.roles.protocols import Generator, Judge, QuestionGenerator, Role, Workspace
from jurist.roles.spec import MOST_THREADS, Means, RoleSpec, digest_of, nearest_hint

_LONGEST_QUESTION: Final = 10_000


@dataclass(frozen=True, slots=True)
class Plugin:
    """A user's function: called without blocking, its exceptions told as reasons."""

    call: Callable[..., object]
    threads: DaemonThreads = field(default_factory=lambda: DaemonThreads("jurist-plugin"))

    async def __call__(self, *arguments: object) -> tuple[object, float]:
        """What the function returned, or a `Failure`; and how many milliseconds it took."""
        if not _is_asynchronous(self.call):
            return await self.threads.run(lambda: self._call(arguments))
        started = time.perf_counter()
        work = cast("Callable[..., Awaitable[object]]", self.call)
        result = await outcome_of(self.call, work(*arguments))
        return result, _since(started)

    def _call(self, arguments: tuple[object, ...]) -> tuple[object, float]:
        started = time.perf_counter()
        try:
            result = self.call(*arguments)
        except BaseException as error:  # noqa: BLE001 - in this thread nothing is meant for us
            result = failure_of(error)
        return result, _since(started)


@dataclass(frozen=True, slots=True)
class CallableGenerator:
    """A function that answers questions."""

    name: str
    version: str
    plugin: Plugin
    takes_workspace: bool
    sources: Sources = NOTHING

    async def answer(self, question: Question, workspace: Workspace) -> Candidate:
        """The function's answer."""
        return read_result(*await self.plugin(*self.arguments(question, workspace)))

    def arguments(self, question: Question, workspace: Workspace) -> tuple[object, ...]:
        """What the function is called with."""
        return (question.text, workspace) if self.takes_workspace else (question.text,)


@dataclass(frozen=True, slots=True)
class AskingCallable(CallableGenerator):
    """A function that may ask the user back: its parameter `user` says so."""

    async def answer(self, question: Question, workspace: Workspace) -> Candidate:
        """The function's answer; to ask back is a failure."""
        return await answered_at_once(self, question, workspace)

    async def converse(
        self, question: Question, workspace: Workspace, user: Conversation
    ) -> Candidate:
        """The function's answer, after what it asks."""
        told = user if _is_asynchronous(self.plugin.call) else BlockingUser(user)
        plugin = replace(self.plugin, call=functools.partial(self.plugin.call, user=told))
        answer, ms = await plugin(*self.arguments(question, workspace))
        return read_result(answer, max(ms - user.waited_ms, 0.0))


def read_result(answer: object, ms: float) -> Candidate:
    """A candidate from what a function returned, or why it returned nothing."""
    if isinstance(answer, Failure):
        return failed(answer.kind, answer.reason, ms=ms)
    return read_answer(answer, ms=ms)


@dataclass(frozen=True, slots=True)
class CallableQuestions:
    """A function that asks for a case's reference."""

    name: str
    version: str
    plugin: Plugin
    sources: Sources = NOTHING

    async def ask(self, case: Case, workspace: Workspace) -> tuple[Question, ...]:
        """The function's questions.

        Raises:
            StudyError: The function raised, or answered something else.
        """
        asked, _ = await self.plugin(case, workspace)
        if isinstance(asked, Failure):
            raise StudyError(
                f"{self.name}, case {case.id!r}: {asked.reason}",
                expected="questions",
                fix="mend the function, then run the command again",
            )
        questions: list[Question] = []
        for number, item in enumerate(_items(asked)):
            match item:
                case Question():
                    questions.append(item)
                case str() if 0 < len(item.strip()) <= _LONGEST_QUESTION:
                    identity = f"{case.id}/{self.name}/{number}"
                    questions.append(
                        Question(identity, item.strip(), Origin.SYNTHETIC, author=self.name)
                    )
                case _:
                    raise StudyError(
                        f"{self.name}, case {case.id!r}: a question is {item!r}"[:300],
                        expected=f"text of 1 to {_LONGEST_QUESTION:,} characters, or a Question",
                    )
        return tuple(questions)


@dataclass(frozen=True, slots=True)
class CallableJudge:
    """A function that gives scores."""

    name: str
    version: str
    plugin: Plugin
    sources: Sources = NOTHING

    async def judge(
        self, question: Question, case: Case, candidate: Candidate, workspace: Workspace
    ) -> Verdict:
        """The function's verdict; a failure, or a reference that is no query, stays unscored."""
        language, schema = workspace.language, workspace.schema
        reference = read_reference(self.name, language, schema, case.reference)
        if isinstance(reference, Verdict):
            return reference
        if candidate.failure is not None:
            return Verdict(self.name, None, unscored=candidate.failure)
        ruled, ms = await self.plugin(question.text, case.reference, candidate.query, workspace)
        cost = Cost(ms=ms)
        match ruled:
            case Verdict():
                return replace(ruled, judge=self.name)
            case Failure():
                return Verdict(self.name, None, unscored=ruled, cost=cost)
            case bool():
                pass
            case int() | float() if 1 <= ruled <= 5:
                return Verdict(self.name, float(ruled), cost=cost)
            case (int() | float() as score, str() as reason) if 1 <= score <= 5:
                return Verdict(self.name, float(score), reason, cost=cost)
            case _:
                pass
        reason = f"it answered {ruled!r}, expected a score from 1 to 5"[:300]
        failure = Failure(FailureKind.UNPARSABLE, reason)
        return Verdict(self.name, None, unscored=failure, cost=cost)


@dataclass(frozen=True, slots=True)
class _Found:
    """What a spec names."""

    value: object
    name: str
    version: str
    sources: Sources


def make_generator(spec: RoleSpec, means: Means) -> Generator:
    """The generator that `callable: module:name` names."""
    found = _find(spec, means, "answer")
    if hasattr(found.value, "answer"):
        return cast("Generator", _as_role(found, spec.name))
    call = _function(found.value, found.name)
    kind = AskingCallable if asks_user(call) else CallableGenerator
    return kind(
        found.name, found.version, _plugin(call, spec), _takes_workspace(call), found.sources
    )


def make_questions(spec: RoleSpec, means: Means) -> QuestionGenerator:
    """The question generator that `callable: module:name` names."""
    found = _find(spec, means, "ask")
    if hasattr(found.value, "ask"):
        return cast("QuestionGenerator", _as_role(found, spec.name))
    call = _function(found.value, found.name)
    return CallableQuestions(found.name, found.version, _plugin(call, spec), found.sources)


def make_judge(spec: RoleSpec, means: Means) -> Judge:
    """The judge that `callable: module:name` names."""
    found = _find(spec, means, "judge")
    if hasattr(found.value, "judge"):
        return cast("Judge", _as_role(found, spec.name))
    call = _function(found.value, found.name)
    return CallableJudge(found.name, found.version, _plugin(call, spec), found.sources)


def _plugin(call: Callable[..., object], spec: RoleSpec) -> Plugin:
    """The function, called in as many threads as the spec says."""
    number = spec.whole("threads", 1, least=1, most=MOST_THREADS)
    if "threads" in spec.options and _is_asynchronous(call):
        raise StudyError(
            "an asynchronous function has `threads`",
            expected="threads for a plain function alone",
            fix="leave it out: `concurrency` says how many of its calls are under way",
        )
    return Plugin(call, DaemonThreads("jurist-plugin", number))


def _find(spec: RoleSpec, means: Means, method: str) -> _Found:
    """The object that a spec names, its role's name, and a digest of what it depends on."""
    spec.take_only("files", "threads", "styles", "per_case")  # the last two all askers are told
    listed = listed_files(spec)
    if not isinstance(spec.argument, str) and is_object_role(spec.argument, method):
        role = read_object(spec.argument, method, spec.name)
        home = sys.modules.get(role.target.partition(":")[0], sys.modules[__name__])
        with IMPORTING:
            sources = sources_of_module(home, means.folder, found=role.found, listed=listed)
        return _Found(role.found, role.name, digest_of(role.version, sources.digest), sources)
    target = spec.text("module:name")
    module_name, _, attribute = target.partition(":")
    if not module_name or not attribute:
        raise StudyError(f"`callable: {target}` names no function", expected="module:name")
    with IMPORTING:  # until its sources are read: another study may call its modules the same
        module = import_own(module_name, means.folder, target)
        found: object = getattr(module, attribute, None)
        if found is None:
            raise StudyError(
                f"the module {module_name!r} has no {attribute!r}",
                expected="the name of a function or class of that module",
                fix=nearest_hint(attribute, [x for x in vars(module) if not x.startswith("_")]),
            )
        sources = sources_of_module(module, means.folder, found=found, listed=listed)
    if inspect.isclass(found) and hasattr(found, method):
        try:
            found = cast("Callable[[], object]", found)()
        except (Exception, SystemExit) as error:  # a user's class may raise anything
            raise StudyError(
                f"`{target}` cannot be made: {failure_of(error).reason}",
                expected="a class that can be made without arguments",
                fix="mend the class, then run the command again",
            ) from error
    return _Found(found, spec.name or target, digest_of(target, sources.digest), sources)


_METHODS: Final = (
    *("answer", "ask", "judge", "without", "of_case", "of_sample", "converse"),
    *("__aenter__", "__aexit__"),
)
"""All that a role may have beside its name and version."""


class _OwnRole:
    """A user's object as a role whose version holds what it depends on, beside its own."""

    def __init__(self, name: str, version: str, sources: Sources) -> None:
        self.name = name
        self.version = version
        self.sources = sources


def _as_role(found: _Found, name: str | None) -> object:
    """The object in a class of its own, which has those methods of a role that the object has.

    It goes by the name that the study gives it, or else by its own.
    """
    given = found.value
    if not (hasattr(given, "name") and hasattr(given, "version")):
        return given  # whoever loads it says what it must have
    role = cast("Role", given)
    methods = {method: getattr(type(given), method, None) for method in _METHODS}
    members = {
        method: functools.partialmethod(_forward, given, method)
        for method, defined in methods.items()
        if defined is not None
    }
    own = type(type(given).__name__, (_OwnRole,), {**members, "__module__": type(given).__module__})
    version = digest_of(role.version, found.sources.digest)
    return own(name or role.name, version, found.sources)


def _forward(_role: object, given: object, name: str, *arguments: object) -> object:
    return cast("Callable[..., object]", getattr(given, name))(*arguments)


def _is_asynchronous(call: Callable[..., object]) -> bool:
    """Whether calling it gives something to wait for; an object's `__call__` may be what does."""
    while isinstance(call, functools.partial):
        call = cast("functools.partial[object]", call).func
    inner = vars(type(call)).get("__call__")
    return inspect.iscoroutinefunction(call) or inspect.iscoroutinefunction(inner)


def _function(found: object, name: str) -> Callable[..., object]:
    if not callable(found):
        raise StudyError(f"{name!r} is a {type(found).__name__}", expected="a function")
    return found


def _takes_workspace(call: Callable[..., object]) -> bool:
    """Whether the second argument is meant for the workspace, not a setting with a default."""
    try:
        parameters = inspect.signature(call).parameters.values()
    except ValueError:  # a built-in that does not say
        return False
    kinds = (inspect.Parameter.POSITIONAL_ONLY, inspect.Parameter.POSITIONAL_OR_KEYWORD)
    positional = [p for p in parameters if p.kind in kinds and p.name != USER]
    if len(positional) > 1:
        return positional[1].default is inspect.Parameter.empty or positional[1].name == "workspace"
    return any(p.kind is p.VAR_POSITIONAL for p in parameters)


def _since(started: float) -> float:
    return (time.perf_counter() - started) * 1000


def _items(asked: object) -> Sequence[object]:
    return cast("Sequence[object]", asked) if isinstance(asked, list | tuple) else [asked]
