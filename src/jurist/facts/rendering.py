"""Labels and model cards as a page in the style of a label, as Markdown, for a terminal."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from types import MappingProxyType
from typing import IO, Final

from rich.console import RenderableType
from rich.table import Table
from rich.text import Text

from jurist import __version__
from jurist.facts.fields import Basis, Statement
from jurist.facts.gathering import Facts
from jurist.report.earlier import GENERATED_MARKDOWN
from jurist.report.templating import environment, policy_digest, stylesheet
from jurist.report.visible import in_markdown, visible

BASIS_WORDS: Final[Mapping[Basis, str]] = MappingProxyType(
    {
        Basis.STUDY: "configured",
        Basis.RECORD: "on record",
        Basis.MEASURED: "measured",
        Basis.OWNER: "the owner says",
        Basis.OPEN: "not known",
    }
)
"""What each statement rests on, as people read it."""


def subtitle_of(facts: Facts) -> str:
    """Which run the labels are of."""
    return f"run {facts.run}" if facts.run else "as its study is written; it has not run"


def write_html(facts: Facts, out: IO[bytes]) -> None:
    """Write a page that needs no network and no script; every text in it is escaped."""
    style = stylesheet()
    page = environment("jurist.report").get_template("facts.html.j2")
    text = page.render(
        facts=facts,
        subtitle=subtitle_of(facts),
        basis_words={basis.value: words for basis, words in BASIS_WORDS.items()},
        version=__version__,
        style=style,
        digest=policy_digest(style),
    )
    out.write(text.encode())


def render_markdown(facts: Facts) -> str:
    """The whole document; data stands with its markup escaped."""
    parts = [
        GENERATED_MARKDOWN.decode(),
        f"# AI Nutrition Facts: {in_markdown(facts.title)}",
        in_markdown(subtitle_of(facts)),
    ]
    for label in facts.labels:
        parts.append(f"## {in_markdown(label.subject)}: {label.about}")
        rows = [
            f"| **{fact.title}**<br>{fact.meaning} | {_cell(fact.statements)} |"
            for fact in label.facts
        ]
        parts.append("\n".join(["| field | what is known |", "| --- | --- |", *rows]))
    for card in facts.cards:
        version = f" (version {card.version})" if card.version else ""
        parts.append(f"## Model card of {in_markdown(card.judge)}{version}")
        for title, listed in (
            ("What it is", card.made_of),
            ("What it was tested on", card.tested),
            ("What it was not tested on", card.not_tested),
        ):
            if listed:
                parts.append(f"### {title}")
                parts.append("\n".join(f"- {_said(each)}" for each in listed))
    return "\n\n".join(parts) + "\n"


def _cell(statements: Sequence[Statement]) -> str:
    return "<br>".join(map(_said, statements))


def _said(statement: Statement) -> str:
    basis, source = BASIS_WORDS[statement.basis], in_markdown(statement.source)
    return f"{in_markdown(statement.text)} ({basis}: {source})"


def terminal_parts(facts: Facts) -> Iterator[RenderableType]:
    """Labels and cards for a terminal."""
    yield Text(visible(f"{facts.title}: {subtitle_of(facts)}"), style="bold")
    for label in facts.labels:
        yield Text(visible(f"\nAI Nutrition Facts: {label.subject} ({label.about})"), style="bold")
        yield _table((fact.title, fact.statements) for fact in label.facts)
    for card in facts.cards:
        yield Text(visible(f"\nModel card of {card.judge}"), style="bold")
        yield _table(
            (
                ("What it is", card.made_of),
                ("What it was tested on", card.tested),
                ("What it was not tested on", card.not_tested),
            )
        )


def _table(rows: Iterable[tuple[str, Sequence[Statement]]]) -> Table:
    table = Table(box=None, pad_edge=False, show_header=False)
    table.add_column(ratio=1)
    table.add_column(ratio=3, overflow="fold")
    for title, statements in rows:
        shown = Text()
        for number, each in enumerate(statements):
            shown.append("\n" if number else "")
            shown.append(visible(each.text), style="italic" if each.basis is Basis.OPEN else "")
            shown.append(visible(f"  {BASIS_WORDS[each.basis]}: {each.source}"), style="dim")
        if statements:
            table.add_row(Text(title, style="bold"), shown)
    return table
