"""The report as Markdown: the leaderboard and the worst answers with their witnesses."""

from __future__ import annotations

import heapq
from collections.abc import Iterable, Iterator

from jurist.plurals import counted
from jurist.report.html import Page
from jurist.report.items import Item
from jurist.report.terminal import leaderboard_markdown
from jurist.report.visible import in_markdown, visible

WORST = 20
"""Answers that are told one by one."""


def render_markdown(page: Page) -> str:
    """The whole document; data stands in code spans or with its markup escaped."""
    worst, wrong = _worst(page.items)
    parts = [
        f"# {in_markdown(page.title)}",
        in_markdown(page.subtitle),
        leaderboard_markdown(page.standings),
    ]
    parts.extend(in_markdown(note) for note in page.notes)
    if wrong:
        parts.append(f"## The worst {len(worst)} of {counted(wrong, 'answer')} below 5")
        parts.extend(map(_told, worst))
    for name, sentences in page.assumptions:
        parts.append(f"## Readings that the verdicts on {in_markdown(name)} rest on")
        parts.append("\n".join(f"- {in_markdown(sentence)}" for sentence in sentences))
    return "\n\n".join(parts) + "\n"


def _worst(items: Iterable[Item]) -> tuple[list[Item], int]:
    """The worst answers below 5, and how many there are."""
    wrong = 0

    def below() -> Iterator[Item]:
        nonlocal wrong
        for item in items:
            if item.score is not None and item.score < 5:
                wrong += 1
                yield item

    worst = heapq.nsmallest(
        WORST, below(), key=lambda item: (item.score, item.dataset, item.case, item.generator)
    )
    return worst, wrong


def _told(item: Item) -> str:
    score = "no score" if item.score is None else f"{item.score:g}"
    case, generator, judge = map(in_markdown, (item.case, item.generator, item.judge))
    lines = [
        f"### {case} · {generator} · {score} by {judge}",
        f"> {in_markdown(item.question)}",
        _block("reference", item.reference or "unbuildable"),
        _block("candidate", item.candidate or item.refusal or item.failure or ""),
        in_markdown(item.reasoning),
    ]
    lines.extend(f"Witness: {in_markdown(str(witness['story']))}" for witness in item.witnesses)
    return "\n\n".join(line for line in lines if line)


def _block(label: str, text: str) -> str:
    fence = "```"
    while fence in text:
        fence += "`"
    return f"{label}:\n\n{fence}\n{visible(text)}\n{fence}"
