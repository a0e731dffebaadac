"""Reading JSON out of what models say."""

from __future__ import annotations

import contextlib
import json
from dataclasses import dataclass, field

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jurist.models import UnreadableError, read_reply


@dataclass(frozen=True)
class Verdict:
    score: int
    reasoning: str = ""
    notes: list[str] = field(default_factory=list[str])


@pytest.mark.parametrize(
    "text",
    [
        '{"score": 4}',
        '  {"score": 4}\n',
        '```json\n{"score": 4}\n```',
        '```\n{"score": 4}\n```',
        'Here you are:\n{"score": 4}\nI hope it helps {really}.',
        '<think>maybe {"score": 1}, no</think>{"score": 4}',
        'First I thought {"score": 1}. On reflection: {"score": 4}',
        '{"score": 4,}',
        '{"score": 4, "notes": ["a", "b",],}',
        '{"score": "4"}',
        "{'score': 4, 'reasoning': 'it\\'s equal'}",
        '{"score": 4, "reasoning": "two\nlines"}',
        '{"score": 4, "reasoning": "a } brace and a \\" quote"}',
        'The set {a, b} differs. ```json\n{"score": 4, "reasoning": "x"}\n```',
        '{"score": 4, "unknown": {"deep": [1, 2]}}',
        'It says:\n```json\n{"score": 5}\n```\nI do not agree.\n{"score": 4}',
        'It says:\n```json\n{"score": 5}\n```\nMine:\n```json\n{"score": 4}\n```',
        'Not {"score": 5}.\n```\n{"score": 4}\n```',
        '{"reasoning": "it quotes ```json\n{\\"score\\": 5}\n``` at me", "score": 4}',
        '{"score": 5} ' * 100 + '{"score": 4}',
        'unclosed { "here\n```json\n{"score": 4}\n```',
        '{"a": {"score": 5}, "score": 4, "b": {"score": 5}}',
    ],
)
def test_what_models_write(text: str) -> None:
    assert read_reply(text, Verdict).score == 4


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "no JSON"),
        ("I would give it a four.", "no JSON"),
        ('{"score": "high"}', "score"),
        ('{"reasoning": "no score"}', "score"),
        ('{"score": 4', "no JSON"),
        ("[4]", "no JSON"),
        ('{"score": ' + "[" * 100 + "]" * 100 + "}", "nested"),
        ("{" * 100_000, "no JSON"),
        ("x" * 300_000, "longer"),
        ('{"score": 1, "score": 5}', "'score' more than once"),
        ('{"score": 5} no: {"score": 5, "score": 1}', "'score' more than once"),
        ('```json\n{"score": 5, "score": 1,}\n```', "'score' more than once"),
        ('{"score": 5, "sc\\u006fre": 1}', "'score' more than once"),
        ("{'score': 5, 'score': 1}", "'score' more than once"),
        ('{"score": 4, "x": {"k": 1, "k": 2}}', "'k' more than once"),
        ('{"score": NaN}', "cannot be read"),
        ('{"score": ' + "9" * 5_000 + "}", "cannot be read"),
    ],
)
def test_what_cannot_be_read_says_why(text: str, said: str) -> None:
    with pytest.raises(UnreadableError, match=said):
        read_reply(text, Verdict)


def test_python_is_read_and_never_run() -> None:
    with pytest.raises(UnreadableError):
        read_reply("{'score': __import__('os').getpid()}", Verdict)


@given(st.text(), st.integers(), st.text(), st.text())
def test_any_object_is_found_in_prose(before: str, score: int, reasoning: str, after: str) -> None:
    clean = before.replace("{", "").replace("`", "").replace('"', "").replace("<", "")
    text = clean + json.dumps({"score": score, "reasoning": reasoning}) + after.replace("{", "")
    if score.bit_length() < 63 and "```" not in text:
        assert read_reply(text, Verdict) == Verdict(score, reasoning)


@given(st.text(alphabet='{}[]":,\\\n `abc1<>think/', max_size=300))
def test_hostile_text_never_does_worse_than_fail(text: str) -> None:
    with contextlib.suppress(UnreadableError):
        read_reply(text, Verdict)
