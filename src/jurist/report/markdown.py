"""The report as Markdown: the leaderboard and the worst answers with their witnesses."""

from __future__ import annotations

from jurist.report.html import Page
from jurist.report.items import Item
from jurist.report.terminal import leaderboard_markdown

WORST = 20
"""Answers that are told one by one."""


def render_markdown(page: Page) -> str:
    """The whole document; data stands in code spans or with its markup escaped."""
    wrong = sorted(
        (item for item in page.items if item.score is not None and item.score < 5),
        key=lambda item: (item.score, item.dataset, item.case, item.generator),
    )
    parts = [f"# {_inline(page.title)}", page.subtitle, leaderboard_markdown(page.standings)]
    parts.extend(page.notes)
    if wrong:
        parts.append(f"## The worst {min(WORST, len(wrong))} of {len(wrong)} answers below 5")
        parts.extend(_told(item) for item in wrong[:WORST])
    for name, sentences in page.assumptions:
        parts.append(f"## Readings that the verdicts on {_inline(name)} rest on")
        parts.append("\n".join(f"- {_inline(sentence)}" for sentence in sentences))
    return "\n\n".join(parts) + "\n"


def _told(item: Item) -> str:
    score = "no score" if item.score is None else f"{item.score:g}"
    lines = [
        f"### {_inline(item.case)} · {_inline(item.generator)} · {score} by {_inline(item.judge)}",
        f"> {_inline(item.question)}",
        _block("reference", item.reference or "unbuildable"),
        _block("candidate", item.candidate or item.refusal or item.failure or ""),
        _inline(item.reasoning),
    ]
    lines.extend(f"Witness: {_inline(str(witness['story']))}" for witness in item.witnesses)
    return "\n\n".join(line for line in lines if line)


def _block(label: str, text: str) -> str:
    fence = "```"
    while fence in text:
        fence += "`"
    return f"{label}:\n\n{fence}\n{text}\n{fence}"


def _inline(text: str) -> str:
    flat = " ".join(text.split())
    return "".join(f"\\{c}" if c in "\\`*_[]<>#|" else c for c in flat)
