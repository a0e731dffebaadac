"""Users' functions as roles: what they may return, and what becomes of their mistakes."""

from __future__ import annotations

import asyncio
import sys
import threading
from dataclasses import replace
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from jurist.errors import StudyError
from jurist.records import Candidate, Case, FailureKind, Origin, Question
from jurist.roles import Judge, Means, RoleSpec
from jurist.roles.callables import make_generator, make_judge, make_questions
from jurist.roles.loading import JUDGES, load_judge, read_spec
from studies import write_module
from workspaces import small_workspace

QUESTION = Question("q", "who?", Origin.AUTHORED)
CASE = Case("c", "trait('age') > 3")


def _spec(folder: Path, source: str, function: str) -> tuple[RoleSpec, Means]:
    return RoleSpec("callable", f"{write_module(folder, source)}:{function}"), Means(folder)


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ("return 'a query'", ("a query", None, None)),
        ("return None", (None, "it answered nothing", None)),
        ("return {'refusal': 'no such event'}", (None, "no such event", None)),
        ("return {'query': 'x', 'refusal': 'y'}", (None, None, FailureKind.ERROR)),
        (
            "return {'failure': {'kind': 'timeout', 'reason': 'r'}}",
            (None, None, FailureKind.TIMEOUT),
        ),
        ("return 3", (None, None, FailureKind.ERROR)),
        ("return ' '", (None, None, FailureKind.UNPARSABLE)),
        ("return {'answer': 'x'}", (None, None, FailureKind.ERROR)),
        ("return '```sql\\nx\\n```'", ("x", None, None)),
        ("raise KeyError('x')", (None, None, FailureKind.ERROR)),
        ("raise ConnectionRefusedError('x')", (None, None, FailureKind.UNREACHABLE)),
        ("raise TimeoutError('x')", (None, None, FailureKind.TIMEOUT)),
        (
            "raise type('RateLimitError', (Exception,), {})('x')",
            (None, None, FailureKind.UNREACHABLE),
        ),
        ("import sys; return 'q' * 10**6", (None, None, FailureKind.UNPARSABLE)),
        ("return workspace.schema.name + question", ("Smallwho?", None, None)),
    ],
)
@pytest.mark.parametrize("kind", ["def", "async def"])
async def test_answers(tmp_path: Path, kind: str, body: str, expected: tuple[object, ...]) -> None:
    spec, means = _spec(tmp_path, f"{kind} f(question, workspace):\n    {body}\n", "f")
    found: Candidate = await make_generator(spec, means).answer(QUESTION, small_workspace())
    assert (found.query, found.refusal, found.failure and found.failure.kind) == expected


async def test_threads_call_a_plain_function_so_many_times_at_once(tmp_path: Path) -> None:
    source = """
        import threading
        together = threading.Barrier(3)

        def f(question):
            together.wait(20)  # passes only where three are inside
            return "x"

        async def g(question):
            return "x"
    """
    spec, means = _spec(tmp_path, source, "f")
    generator = make_generator(replace(spec, options={"threads": 3}), means)
    answers = await asyncio.gather(
        *(generator.answer(QUESTION, small_workspace()) for _ in range(3))
    )
    assert [answer.query for answer in answers] == ["x"] * 3
    asynchronous = replace(spec, argument=str(spec.argument)[:-1] + "g", options={"threads": 3})
    with pytest.raises(StudyError, match="an asynchronous function has `threads`"):
        make_generator(asynchronous, means)
    for wrong in (0, 1.5, True, "2"):
        with pytest.raises(StudyError, match="a whole number from 1 to 256"):
            make_generator(replace(spec, options={"threads": wrong}), means)


async def test_a_plain_function_blocks_nobody_and_is_never_called_twice_at_once(
    tmp_path: Path,
) -> None:
    source = """
        import threading
        inside = threading.Semaphore(1)

        def f(question):
            if not inside.acquire(blocking=False):
                return "two at once"
            threading.Event().wait(0.01)
            inside.release()
            return "alone"
    """
    spec, means = _spec(tmp_path, source, "f")
    generator = make_generator(spec, means)
    answers = await asyncio.gather(
        *(generator.answer(QUESTION, small_workspace()) for _ in range(5))
    )
    assert [answer.query for answer in answers] == ["alone"] * 5


def test_an_edited_module_is_another_version(tmp_path: Path) -> None:
    spec, means = _spec(tmp_path, "def f(question): return 'a'\n", "f")
    before = make_generator(spec, means).version
    assert make_generator(spec, means).version == before
    module = next(tmp_path.glob("plugin_*.py"))
    module.write_text("def f(question): return 'b'\n")
    assert make_generator(spec, means).version != before


@pytest.mark.parametrize(
    ("result", "expected"),
    [
        ("4", (4.0, "")),
        ("(2.5, 'half right')", (2.5, "half right")),
        ("0", None),
        ("6", None),
        ("True", None),
        ("'5'", None),
        ("float('nan')", None),
        ("1 / 0", None),
    ],
)
async def test_scores(tmp_path: Path, result: str, expected: tuple[float, str] | None) -> None:
    source = f"def f(question, reference, candidate, workspace): return {result}\n"
    spec, means = _spec(tmp_path, source, "f")
    judge = make_judge(spec, means)
    verdict = await judge.judge(QUESTION, CASE, Candidate(query="q"), small_workspace())
    if expected is None:
        assert verdict.score is None
        assert verdict.unscored is not None
    else:
        assert (verdict.score, verdict.reasoning) == expected
    assert verdict.judge == spec.argument


async def test_a_function_is_not_asked_about_a_reference_that_is_no_query(tmp_path: Path) -> None:
    source = "def f(question, reference, candidate, workspace): return 4\n"
    spec, means = _spec(tmp_path, source, "f")
    for judge in (make_judge(spec, means), _cascade(spec, means)):
        for candidate in (Candidate(query="trait('age') > 1"), Candidate(refusal="no")):
            case = Case("c", "trait('nope') > 1")
            verdict = await judge.judge(QUESTION, case, candidate, small_workspace())
            assert verdict.score is None
            assert verdict.unscored is not None
            assert verdict.unscored.reason.startswith("the reference is no query of this workspace")


def _cascade(spec: RoleSpec, means: Means) -> Judge:
    named = {"callable": spec.argument}
    return load_judge(read_spec({"cascade": ["proof", named]}, JUDGES), means)


async def test_questions(tmp_path: Path) -> None:
    source = "def f(case, workspace): return ['one', ' two ']\n"
    spec, means = _spec(tmp_path, source, "f")
    asked = await make_questions(spec, means).ask(CASE, small_workspace())
    assert [(q.text, q.origin) for q in asked] == [
        ("one", Origin.SYNTHETIC),
        ("two", Origin.SYNTHETIC),
    ]
    assert len({q.id for q in asked}) == 2
    spec, means = _spec(tmp_path, "def f(case, workspace): return ['', 3]\n", "f")
    with pytest.raises(StudyError, match="case 'c'"):
        await make_questions(spec, means).ask(CASE, small_workspace())


@pytest.mark.parametrize(
    ("target", "source", "message"),
    [
        ("nowhere_at_all:f", "", "there is no module 'nowhere_at_all'"),
        ("{module}:answr", "def answer(q): ...", "did you mean 'answer'"),
        ("{module}:f", "import nothing_like_it", "no module 'nothing_like_it'"),
        ("{module}:f", "1 / 0", "ZeroDivisionError"),
        ("{module}:f", "def f(:", "SyntaxError"),
        ("{module}:f", "f = 3", "is a int"),
        ("{module}", "", "module:name"),
    ],
)
def test_a_broken_plugin_is_named(tmp_path: Path, target: str, source: str, message: str) -> None:
    argument: Any = target.format(module=write_module(tmp_path, source + "\n"))
    with pytest.raises(StudyError, match=message):
        make_generator(RoleSpec("callable", argument), Means(tmp_path))


async def test_two_studies_may_call_their_modules_the_same(tmp_path: Path) -> None:
    """In one process the second study got the first one's function, and nothing said so."""
    answers: list[str | None] = []
    for name in ("one", "two", "one"):
        folder = tmp_path / name
        folder.mkdir(exist_ok=True)
        (folder / "helper_of_both.py").write_text(f"SAID = {name!r}")
        (folder / "bot_of_both.py").write_text(
            "from helper_of_both import SAID\n\ndef answer(question):\n    return SAID\n"
        )
        spec = RoleSpec("callable", "bot_of_both:answer")
        found = await make_generator(spec, Means(folder)).answer(QUESTION, small_workspace())
        answers.append(found.query)
    assert answers == ["one", "two", "one"]


@pytest.mark.parametrize(
    ("signature", "taken"),
    [
        ("question", "none"),
        ("question, workspace", "second"),
        ("question, w", "second"),
        ("question, workspace=None", "second"),
        ("question, *rest", "second"),
        ("question, model='gpt-5'", "none"),
        ("question, model='gpt-5', *rest", "none"),
        ("question, *, workspace=None", "none"),
    ],
)
async def test_a_parameter_with_a_default_is_the_functions_own(
    tmp_path: Path, signature: str, taken: str
) -> None:
    source = f"""
        from jurist.roles import Workspace

        def f({signature}):
            given = [*locals().values(), *locals().get("rest", ())]
            return "second" if any(isinstance(each, Workspace) for each in given) else "none"
    """
    spec, means = _spec(tmp_path, source, "f")
    found = await make_generator(spec, means).answer(QUESTION, small_workspace())
    assert found.query == taken


class Whole:
    """A generator with all that a role has."""

    name = "its own"
    version = "1"

    async def answer(self, question: Question, workspace: object) -> Candidate:
        """The question again, and whether it was given a workspace."""
        return Candidate(query=f"{question.text} {workspace is not None}")


async def test_an_object_goes_by_the_name_that_the_study_gives_it(tmp_path: Path) -> None:
    for argument in (Whole(), f"{__name__}:Whole"):
        mine = make_generator(RoleSpec("callable", argument, name="mine"), Means(tmp_path))
        own = make_generator(RoleSpec("callable", argument), Means(tmp_path))
        assert (mine.name, own.name, mine.version) == ("mine", "its own", own.version)
        assert (await mine.answer(QUESTION, small_workspace())).query == "who? True"


def test_another_study_that_is_loaded_meanwhile_is_not_taken_for_this_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Between a module's import and the reading of its sources, the other's took its place."""
    hook = ModuleType("hook_of_test")
    monkeypatch.setitem(sys.modules, "hook_of_test", hook)
    for name in ("one", "two"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "bot_of_two_studies.py").write_text(
            f"import hook_of_test\ndef answer_(question): return {name!r}\n"
            "def __getattr__(name):\n"
            "    if name != 'answer': raise AttributeError(name)\n"
            "    hook_of_test.meanwhile()\n"
            "    return answer_\n"
        )
    spec = RoleSpec("callable", "bot_of_two_studies:answer")

    def load(name: str) -> str:
        return make_generator(spec, Means(tmp_path / name)).version

    vars(hook)["meanwhile"] = lambda: None
    alone = [load("one"), load("two")]
    assert alone[0] != alone[1]
    beside: list[str] = []
    other = threading.Thread(target=lambda: beside.append(load("two")))

    def meanwhile() -> None:
        vars(hook)["meanwhile"] = lambda: None
        other.start()
        other.join(0.3)

    vars(hook)["meanwhile"] = meanwhile
    assert load("one") == alone[0]
    other.join(20)
    assert beside == alone[1:]
