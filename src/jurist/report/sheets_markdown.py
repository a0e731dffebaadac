"""Sheets as Markdown."""

from __future__ import annotations

from collections.abc import Container, Iterable, Iterator, Sequence

from jurist.report.earlier import GENERATED_MARKDOWN
from jurist.report.sheets import Section, Sheet
from jurist.report.visible import in_markdown, in_markdown_block


def render_sheets(title: str, subtitle: str, sections: Sequence[Section]) -> str:
    """The whole document; data stands in code blocks, or with its markup escaped."""
    head = (GENERATED_MARKDOWN.decode(), f"# {in_markdown(title)}", in_markdown(subtitle))
    parts = (part for section in sections for part in section_parts(section))
    return "\n\n".join(filter(None, (*head, *parts))) + "\n"


def section_parts(section: Section) -> Iterator[str]:
    """The paragraphs of a section, with its heading."""
    yield f"## {in_markdown(section.heading)}"
    yield from map(in_markdown, section.sentences)
    for sheet in section.sheets:
        yield in_markdown(sheet.about)
        yield _table(sheet)
    yield from map(in_markdown, section.notes)
    yield from (in_markdown_block(text, "text") for text in section.texts)


def _table(sheet: Sheet) -> str:
    columns, rows = sheet.columns, sheet.rows
    if sheet.meanings:
        columns = (*columns, "what it is")
        rows = tuple((*row, meaning) for row, meaning in zip(rows, sheet.meanings, strict=True))
    numbers = range(sheet.names, len(sheet.columns))
    return markdown_table(list(map(in_markdown, columns)), rows, numbers)


def markdown_table(
    headings: Sequence[str], rows: Iterable[Iterable[str]], numbers: Container[int]
) -> str:
    """A table; its headings are Markdown, its cells data.

    Args:
        headings: Of the columns.
        rows: Their cells.
        numbers: The places of the columns that are aligned to the right.
    """
    rule = [" ---: " if place in numbers else " --- " for place in range(len(headings))]
    lines = [f"| {' | '.join(headings)} |", f"|{'|'.join(rule)}|"]
    lines.extend(f"| {' | '.join(map(in_markdown, row))} |" for row in rows)
    return "\n".join(lines)
