"""Judging recorded triples in bulk: in order, in flat memory, past every bad line."""

from __future__ import annotations

import io
import json
import random
from collections.abc import Iterator

import pytest

from jurist.languages.documents import parse_document
from jurist.languages.lines import LONGEST_LINE
from jurist.records import Candidate, Case, Question, Verdict
from jurist.roles import Workspace
from jurist.roles.offline.proof import ProofJudge
from jurist.roles.offline.proof_pool import ProofPool
from jurist.runs import BadLine, Judged, as_line, judge_all, judge_pairs, load_workspace, read_lines
from studies import SCHEMA


@pytest.fixture(scope="module")
def workspace() -> Workspace:
    return load_workspace("small", parse_document(SCHEMA, where="test"), where="test")


def test_every_line_has_its_outcome_in_order(workspace: Workspace) -> None:
    rng = random.Random(1)
    lines: list[bytes] = []
    expected: list[tuple[int, str]] = []
    for number in range(1, 120):
        age = rng.randrange(5)
        match rng.randrange(8):
            case 0:
                lines.append(rng.choice([b"{", b"[]", b'{"id": "x"}', b"\xff\xfe", b"[" * 100_000]))
                expected.append((number, "bad"))
            case 1:
                lines.append(b"  \n")
            case _:
                same = rng.random() < 0.5
                triple = {
                    "id": f"pair-{number}",
                    "reference": f"trait('age') > {age}",
                    "candidate": f"trait('age') {'>' if same else '<'} {age}",
                }
                lines.append(json.dumps(triple).encode() + b"\n")
                expected.append((number, "5" if same else "less"))
    outcomes: list[Judged | BadLine] = []
    judge_all(lines, workspace, _proof, outcomes.append, workers=2)
    found = [
        (o.line, "bad" if isinstance(o, BadLine) else "5" if o.verdict.score == 5 else "less")
        for o in outcomes
    ]
    assert found == expected


def test_an_output_line_has_all_that_was_promised(workspace: Workspace) -> None:
    triples = [
        {"id": 7, "reference": "trait('age') > 3", "candidate": "trait('age') >= 3"},
        {"id": "same", "reference": "trait('age') > 3", "candidate": "trait('age') > 3"},
        {"id": "refused", "reference": "trait('age') > 3", "candidate": None},
        {"id": "rightly", "reference": None, "candidate": None},
    ]
    outcomes: list[Judged | BadLine] = []
    lines = [json.dumps(triple).encode() for triple in triples]
    judge_all(lines, workspace, _proof, outcomes.append, workers=1)
    rows = [json.loads(as_line(o)) for o in outcomes if isinstance(o, Judged)]
    keys = ["id", "score", "unscored_reason", "relation", "method", "witness", "reasoning", "ms"]
    assert all(list(row) == keys for row in rows)
    assert [row["id"] for row in rows] == ["7", "same", "refused", "rightly"]
    assert rows[0]["relation"] == "contained"
    assert rows[0]["witness"]["candidate"] is True
    assert rows[0]["witness"]["reference"] is False
    assert (rows[1]["relation"], rows[1]["score"]) == ("equivalent", 5.0)
    assert (rows[2]["score"], rows[3]["score"]) == (1.0, 5.0)


async def test_no_more_than_the_window_is_read_ahead(workspace: Workspace) -> None:
    read = 0

    def lines() -> Iterator[bytes]:
        nonlocal read
        for number in range(500):
            read += 1
            yield json.dumps({"id": number, "reference": "a", "candidate": "b"}).encode()

    seen = 0
    async for _ in judge_pairs(lines(), workspace, lambda _: _Three(), window=20):
        seen += 1
        assert read <= seen + 20
    assert seen == 500


def test_a_line_without_end_is_one_problem_and_is_not_kept() -> None:
    ok = b'{"id": 1, "reference": null, "candidate": null}\n'
    file = io.BytesIO(ok + b"x" * (3 * LONGEST_LINE) + b"\n" + ok)
    lines = list(read_lines(file))
    assert [len(line) for line in lines] == [len(ok), LONGEST_LINE, len(ok)]


class _Three:
    name = "three"
    version = "1"

    async def judge(
        self, question: Question, case: Case, candidate: Candidate, workspace: Workspace
    ) -> Verdict:
        del question, case, candidate, workspace
        return Verdict("three", 3.0)


def _proof(pool: ProofPool | None) -> ProofJudge:
    return ProofJudge(pool=pool)
