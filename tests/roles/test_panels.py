"""Panels and cascades: how members are combined, and who is not asked."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence

import pytest

from fake_language import FakeLanguage, Nowhere
from jurist.errors import BudgetExceeded, InputError, StudyError
from jurist.languages.base import Query, Schema
from jurist.languages.capabilities import Quoted
from jurist.models import Budget, BudgetLimits
from jurist.records import Candidate, Case, Failure, FailureKind, Method, Relation
from jurist.roles import Workspace
from model_server import Fault
from role_talk import ANSWER, CASE, QUESTION, WORKSPACE, in_turn, ruling, talking


class Words(FakeLanguage):
    """A language in which nothing can be decided."""

    def names(self, schema: Schema) -> Sequence[str]:  # noqa: ARG002
        return ()

    @property
    def never_listed(self) -> Collection[str]:
        return ()

    def requote(self, query: Query, change: Callable[[Quoted], str]) -> Query:  # noqa: ARG002
        return query

    def listed(self, schema: Schema) -> Collection[Quoted]:  # noqa: ARG002
        return ()

    def primer(self, schema: Schema) -> str:  # noqa: ARG002
        return "Queries are words."


UNDECIDABLE = Workspace(Words(), Nowhere(), "words")
SAME = Candidate(query="trait('age') >= 31")


def members(model: str, count: int) -> list[object]:
    return [{"llm": model, "name": f"judge {n}", "seed": n} for n in range(count)]


@pytest.mark.parametrize(("combination", "score"), [("mean", 3.0), ("median", 4.0)])
async def test_a_panel_combines_scores_and_keeps_every_member_s(
    combination: str, score: float
) -> None:
    async with talking(in_turn(*map(ruling, (4, 1, 4)))) as talk:
        panel = talk.judge_of({"panel": members(talk.model, 3), "combination": combination})
        verdict = await panel.judge(QUESTION, CASE, ANSWER, WORKSPACE)
    assert verdict.judge == "panel(judge 0, judge 1, judge 2)"
    assert verdict.score == score
    assert sorted(verdict.samples) == [1, 4, 4]
    assert [member.judge for member in verdict.members] == ["judge 0", "judge 1", "judge 2"]
    assert tuple(member.score for member in verdict.members) == verdict.samples
    assert verdict.cost.calls == 3


async def test_a_member_without_a_score_has_no_say_while_the_quorum_holds() -> None:
    script = [Fault.BAD_REQUEST]
    async with talking(ruling(4), script=script) as talk:
        panel = talk.judge_of({"panel": members(talk.model, 3)})
        verdict = await panel.judge(QUESTION, CASE, ANSWER, WORKSPACE)
    assert verdict.score == 4
    assert sum(member.score is None for member in verdict.members) == 1
    async with talking(ruling(4), script=script) as talk:
        panel = talk.judge_of({"panel": members(talk.model, 3), "quorum": 3})
        verdict = await panel.judge(QUESTION, CASE, ANSWER, WORKSPACE)
    assert verdict.score is None
    assert verdict.unscored is not None
    assert verdict.unscored.reason.startswith("2 scores, too few: judge ")
    assert len(verdict.members) == 3
    assert verdict.cost.calls == 2


async def test_the_budget_s_end_ends_a_panel_with_nobody_left_under_way() -> None:
    async with talking(ruling(4), budget=Budget(BudgetLimits(calls=2))) as talk:
        panel = talk.judge_of({"panel": members(talk.model, 4)})
        with pytest.raises(BudgetExceeded):
            await panel.judge(QUESTION, CASE, ANSWER, WORKSPACE)
        assert talk.server.counts.in_flight == 0
        assert talk.models.totals.calls == talk.server.counts.replies == 2


async def test_what_proof_settles_no_model_is_asked() -> None:
    async with talking(ruling(2)) as talk:
        cascade = talk.judge_of({"cascade": ["proof", talk.llm(name="model")]})
        same = await cascade.judge(QUESTION, CASE, SAME, WORKSPACE)
        different = await cascade.judge(QUESTION, CASE, ANSWER, WORKSPACE)
        refused = await cascade.judge(QUESTION, CASE, Candidate(refusal="no"), WORKSPACE)
        assert talk.server.counts.requests == 0
    assert (same.judge, same.score) == ("proof > model", 5)
    assert same.evidence is not None
    assert same.evidence.relation is Relation.EQUIVALENT
    assert different.score is not None
    assert different.score < 5
    assert refused.score == 1
    assert [len(verdict.members) for verdict in (same, different, refused)] == [1, 1, 1]


async def test_the_model_rules_on_what_proof_leaves_undecided() -> None:
    async with talking(ruling(4, "looks alike")) as talk:
        cascade = talk.judge_of({"cascade": ["proof", talk.llm(name="model")]})
        verdict = await cascade.judge(QUESTION, CASE, ANSWER, UNDECIDABLE)
        assert talk.server.counts.requests == 1
    assert (verdict.score, verdict.reasoning) == (4, "looks alike")
    assert [member.judge for member in verdict.members] == ["proof", "model"]
    assert verdict.members[0].unscored is not None
    assert verdict.members[0].unscored.kind is FailureKind.UNDECIDED
    assert verdict.evidence is not None
    assert verdict.evidence.method is Method.NONE
    assert verdict.cost.calls == 1


async def test_where_nobody_has_a_score_the_last_one_s_reason_stands() -> None:
    async with talking(ruling(4), script=[Fault.REFUSAL]) as talk:
        cascade = talk.judge_of({"cascade": ["proof", talk.llm()]})
        verdict = await cascade.judge(QUESTION, CASE, ANSWER, UNDECIDABLE)
    assert verdict.unscored is not None
    assert verdict.unscored.kind is FailureKind.REFUSED
    assert len(verdict.members) == 2


@pytest.mark.parametrize("reference", ["trait('age') >", "trait('height') > 3", ""])
async def test_no_judge_scores_an_answer_to_a_reference_that_is_no_query(reference: str) -> None:
    failed = Candidate(failure=Failure(FailureKind.TIMEOUT, "no reply"))
    answers = [ANSWER, Candidate(refusal="no"), failed, Candidate(query="SELECT")]
    async with talking(ruling(4)) as talk:
        model, other = talk.llm(name="model"), talk.llm(name="other", style="reference-free")
        for spec in (
            "proof",
            model,
            other,
            {"cascade": ["proof", model]},
            {"panel": [model, other]},
        ):
            judge = talk.judge_of(spec)
            for answer in (*answers, Candidate(query=reference)):
                verdict = await judge.judge(QUESTION, Case("c", reference), answer, WORKSPACE)
                assert verdict.judge == judge.name
                assert verdict.score is None
                assert verdict.unscored is not None
                assert verdict.unscored.kind is FailureKind.ERROR
                assert "the reference is no query of this workspace: " in verdict.unscored.reason
        assert talk.server.counts.requests == 0


@pytest.mark.parametrize(
    "spec",
    [
        {"panel": ["proof"]},
        {"panel": "proof"},
        {"cascade": []},
        {"panel": ["proof", "proof"]},
        {"panel": ["proof", {"proof": None, "name": "p"}], "combination": ["mean"]},
        {"panel": ["proof", {"proof": None, "name": "p"}], "combination": "best"},
        {"panel": ["proof", {"proof": None, "name": "p"}], "quorum": 3},
        {"cascade": ["proof"], "quorum": 1},
        {"cascade": ["proof", {"reference": {"llm": "ollama:m"}}]},
    ],
)
async def test_members_that_make_no_judge_are_an_error(spec: dict[str, object]) -> None:
    async with talking(ruling(3)) as talk:
        with pytest.raises(StudyError):
            talk.judge_of(spec)


async def test_a_change_of_a_member_is_a_change_of_the_whole() -> None:
    async with talking(ruling(3)) as talk:
        versions = {
            talk.judge_of({kind: [talk.llm(name="a", seed=seed), "proof"]}).version
            for kind in ("panel", "cascade")
            for seed in range(2)
        }
        assert len(versions) == 4


@pytest.mark.parametrize("model", ["openai:gpt-5", "nobody:model", "plain words"])
async def test_a_model_that_cannot_be_called_is_an_error_before_any_call(
    model: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("OPENAI_API_KEY", raising=False)
    async with talking(ruling(3)) as talk:
        for spec in ({"llm": model}, {"cascade": ["proof", {"llm": model}]}):
            with pytest.raises(InputError):
                talk.judge_of(spec)
        assert talk.server.counts.requests == 0
