"""The offline user over the shipped workspaces: it never says what only a query says."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path
from typing import cast

import pytest

from jurist import data
from jurist.records import Origin, Question
from jurist.roles.conversations import Conversation
from jurist.roles.loading import USERS, load_user, read_spec
from jurist.roles.spec import Means
from jurist.roles.users.leaks import leaks
from jurist.runs.datasets import load_dataset
from jurist.runs.study import DatasetEntry

ASKED = (
    "Could you tell me more precisely what you want?",
    "Which values exactly, and of what kind?",
    "How many, at least?",
    "Over which period of time, and since when?",
    "What is the exact query, with all its names and operators?",
)


@pytest.mark.parametrize("name", data.workspace_names())
async def test_nothing_of_the_query_is_read_out(name: str) -> None:
    dataset = load_dataset(DatasetEntry(name=name), Path())
    workspace = dataset.workspace
    user = load_user(read_spec("simulated", USERS), Means(Path(), language=workspace.language))
    question = Question("q", "those please", Origin.AUTHORED)
    english = _english(dataset.schema_document)
    shares: list[float] = []
    told = 0
    for case in list(dataset.cases)[:40]:
        talk = Conversation(user, question, case, workspace)
        for asked in ASKED:
            await talk.ask(asked)
        replies = [turn for turn in talk.turns if turn.given_away is not None]
        text = " ".join(turn.text for turn in replies)
        if case.reference is None:
            assert not any(turn.given_away for turn in replies)
            continue
        values = re.findall(r"'([^']*)'", case.reference)  # a fact is told as it is
        assert leaks(text, case.reference, [*english, *values]) == ()
        told += any(turn.needed for turn in talk.turns)
        shares.append(sum(turn.given_away or 0.0 for turn in replies))
    assert told >= 0.9 * len(shares)  # who asks for all of it is told something of each
    assert sum(shares) / len(shares) < 0.5  # all in five turns; see docs/how-to/evaluate-agents.md


def _english(document: object) -> list[str]:
    """All that a schema says in words: descriptions and values."""
    if isinstance(document, str):
        return [document]
    if isinstance(document, Mapping):
        parts = cast("Mapping[str, object]", document).values()
        return [text for each in parts for text in _english(each)]
    if isinstance(document, list):
        return [text for each in cast("list[object]", document) for text in _english(each)]
    return []
