"""The report as Markdown: the leaderboard and the worst answers with their witnesses."""

from __future__ import annotations

import heapq
from collections.abc import Iterable, Iterator, Sequence

from jurist.analysis.standings import Standing
from jurist.plurals import counted
from jurist.report.earlier import GENERATED_MARKDOWN
from jurist.report.html import BEYOND_SOURCES, Page
from jurist.report.items import Item, Ruling
from jurist.report.leading import lead_words
from jurist.report.makings_words import makings_section
from jurist.report.parts import kind_words
from jurist.report.sheets_markdown import markdown_table, section_parts
from jurist.report.standing_words import TEXT_COLUMNS, headings_and_cells
from jurist.report.visible import in_markdown, in_markdown_block

WORST = 20
"""Answers that are told one by one."""


def render_markdown(page: Page) -> str:
    """The whole document; data stands in code spans or with its markup escaped."""
    worst, wrong = _worst(page.items)
    parts = [
        GENERATED_MARKDOWN.decode(),
        f"# {in_markdown(page.title)}",
        in_markdown(page.subtitle),
        *map(in_markdown, lead_words(page.leads)),
        _leaderboard(page.standings),
    ]
    parts.extend(in_markdown(note) for note in page.notes)
    parts.extend(_what_went_wrong(page))
    made = makings_section(page.makings)
    parts.extend(() if made is None else section_parts(made))
    if wrong:
        parts.append(f"## The worst {len(worst)} of {counted(wrong, 'answer')} below 5")
        parts.extend(map(_answer, worst))
    for name, sentences in page.assumptions:
        parts.append(f"## Readings that the verdicts on {in_markdown(name)} rest on")
        parts.append("\n".join(f"- {in_markdown(sentence)}" for sentence in sentences))
    if page.sources:
        parts.append("## Your files in the keys of what was stored")
        parts.append("\n".join(f"- {in_markdown(each)}" for each in page.sources))
        parts.append(in_markdown(BEYOND_SOURCES))
    return "\n\n".join(parts) + "\n"


def _leaderboard(standings: Sequence[Standing]) -> str:
    headings, rows = headings_and_cells(standings)
    return markdown_table(headings, rows, range(TEXT_COLUMNS, len(headings)))


def _what_went_wrong(page: Page) -> Iterator[str]:
    """By kind of mistake what it costs, then what is missing, by who owed it."""
    weak = page.weaknesses
    if weak is not None and weak.losses:
        asked, judge = in_markdown(weak.origin), in_markdown(weak.judge)
        yield f"## What went wrong, on {asked} questions, by {judge}"
        rows = (
            (loss.generator, kind_words(loss.kind), f"{loss.answers:,}", f"{loss.points:.2f}")
            for loss in weak.losses[:WORST]
        )
        yield markdown_table(
            ("generator", "kind of mistake", "answers", "points lost"), rows, (2, 3)
        )
    if page.failures:
        yield "## What is missing"
        counts = (
            (
                each.whose,
                f"no {each.owed}",
                each.kind or "unreadable",
                f"{each.number:,}",
                each.reason,
            )
            for each in page.failures[:WORST]
        )
        yield markdown_table(("who", "what", "how", "times", "commonest reason"), counts, (3,))


def _worst(items: Iterable[Item]) -> tuple[list[Item], int]:
    """The worst answers below 5, and how many there are."""
    wrong = 0

    def below() -> Iterator[tuple[float, Item]]:
        nonlocal wrong
        for item in items:
            if item.worst is not None and item.worst < 5:
                wrong += 1
                yield item.worst, item

    def order(scored: tuple[float, Item]) -> tuple[float, str, str, str]:
        score, item = scored
        return score, item.dataset, item.case, item.generator

    return [item for _, item in heapq.nsmallest(WORST, below(), key=order)], wrong


def _answer(item: Item) -> str:
    answer = item.candidate or item.refusal or item.failure or ""
    lines = [
        f"### {in_markdown(item.case)} · {_whose(item)} · {_scores(item)}",
        f"> {in_markdown(item.question)}",
        f"reference:\n\n{in_markdown_block(item.reference or 'unbuildable')}",
        in_markdown(item.reference_english),
        f"candidate:\n\n{in_markdown_block(answer)}",
        in_markdown(item.candidate_english),
        *_came_about(item),
        *_run_with(item),
        *(text for ruling in item.rulings for text in _ruled(ruling, alone=len(item.rulings) == 1)),
    ]
    return "\n\n".join(line for line in lines if line)


def _run_with(item: Item) -> Iterator[str]:
    if item.options:
        options = ", ".join(f"{name} {value}" for name, value in item.options)
        yield in_markdown(f"run with: {options}")
    yield from map(in_markdown, item.limits)


def _came_about(item: Item) -> Iterator[str]:
    made = item.origins
    for turn in made.transcript:
        remark = f" ({in_markdown(turn.remark)})" if turn.remark else ""
        yield f"- {in_markdown(turn.who)}: {in_markdown(turn.text)}{remark}"
    if made.trace_id:
        yield f"trace: {in_markdown(made.trace_id)}"


def _whose(item: Item) -> str:
    which = f" (answer {item.sample})" if item.sample > 1 else ""
    return in_markdown(item.generator) + which


def _scores(item: Item) -> str:
    return ", ".join(
        f"{'no score' if each.score is None else format(each.score, 'g')} by "
        f"{in_markdown(each.judge)}"
        for each in item.rulings
    )


def _ruled(ruling: Ruling, *, alone: bool) -> Iterator[str]:
    said = ruling.reasoning or f"No score. {ruling.unscored}"
    yield in_markdown(said) if alone else f"**{in_markdown(ruling.judge)}**: {in_markdown(said)}"
    for shown in ruling.shown:
        if shown.story[1:] not in ruling.reasoning:
            yield f"Witness: {in_markdown(shown.story)}"
