"""What a notebook draws: small pieces of HTML that load nothing and fit light and dark pages.

Colours are the page's own, or such as stand out on both. All data is escaped and bounded.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from html import escape
from textwrap import dedent
from typing import Final, cast

import msgspec

from jurist.analysis.standings import Standing
from jurist.evidence.explanations import WitnessExplanation
from jurist.evidence.sentences import sentences
from jurist.languages.words import Words
from jurist.records import Evidence, Witness
from jurist.report.explained import tell_explanation
from jurist.report.pair import Told, headline
from jurist.report.standing_words import TEXT_COLUMNS, headings_and_cells, rows_shown
from jurist.report.visible import visible

_LONGEST: Final = 4_000
_MOST_ROWS: Final = 50
_MOST_COLUMNS: Final = 20
_DEEPEST: Final = 4
_COLOURS: Final = {"green": "#1d9a5f", "red": "#d9534a", "yellow": "#b8860b"}
_STYLE: Final = (
    ".jurist{font:14px/1.5 system-ui,sans-serif;max-width:76rem;overflow-wrap:anywhere}"
    ".jurist table{border-collapse:collapse;margin:.3rem 0;font-variant-numeric:tabular-nums}"
    ".jurist th,.jurist td{padding:.2rem .6rem;border-bottom:1px solid rgba(128,128,128,.35);"
    "text-align:left;vertical-align:top;background:none}"
    ".jurist td.n,.jurist th.n{text-align:right;white-space:nowrap}"
    ".jurist tr.part td{opacity:.7}"
    ".jurist pre{background:rgba(128,128,128,.12);border-radius:.3rem;padding:.4rem .6rem;"
    "margin:.2rem 0;white-space:pre-wrap;font:13px/1.5 ui-monospace,monospace;color:inherit}"
    ".jurist .quiet{opacity:.7;font-size:.92em;margin:.1rem 0}"
    ".jurist .pair{display:grid;grid-template-columns:repeat(auto-fit,minmax(18rem,1fr));gap:.8rem}"
    ".jurist .witness{border:1px solid rgba(128,128,128,.35);border-radius:.4rem;"
    "padding:.4rem .8rem;margin:.5rem 0}"
    ".jurist p{margin:.2rem 0}"
)


def framed(*pieces: str) -> str:
    """Pieces of HTML as what a notebook shows of an object."""
    return f'<div class="jurist"><style>{_STYLE}</style>{"".join(pieces)}</div>'


def text_html(text: str) -> str:
    """Text of data as it may stand in HTML: escaped, visible, bounded."""
    shown = text if len(text) <= _LONGEST else f"{text[:_LONGEST]} … ({len(text)} characters)"
    return escape(visible(shown))


def evidence_html(
    evidence: Evidence,
    reference: Told,
    candidate: Told,
    words: Words,
    explained: Sequence[WitnessExplanation | None],
) -> str:
    """The relation of two queries, both of them, and each witness drawn and explained."""
    relation, style = headline(evidence.relation, words)
    colour = _COLOURS[style.split()[-1]]
    heading = f'<p><strong style="color:{colour}">{text_html(relation)}</strong></p>'
    sides = "".join(
        f'<div><p class="quiet">{label}</p><pre>{text_html(query.layout)}</pre>'
        f'<p class="quiet">{text_html(query.english)}</p></div>'
        for label, query in (("reference", reference), ("candidate", candidate))
    )
    why = f"<p>why: {text_html(evidence.reason)}</p>" if evidence.reason else ""
    witnesses = "".join(
        witness_html(witness, told)
        for witness, told in zip(evidence.witnesses, explained, strict=True)
    )
    notes = "".join(
        f'<p class="quiet">{text_html(note)}</p>' for note in sentences(evidence, words)
    )
    return f'{heading}<div class="pair">{sides}</div>{why}{witnesses}{notes}'


def witness_html(witness: Witness, explained: WitnessExplanation | None) -> str:
    """A witness: its story, what each query gives on it and why, and the input itself."""
    given = "".join(
        f"<tr><td>the {side} gives</td><td>{_value(value, 0)}</td></tr>"
        for side, value in (("reference", witness.reference), ("candidate", witness.candidate))
    )
    why = dedent(tell_explanation(explained, every_part=True).plain).rstrip()
    return (
        f'<div class="witness"><p><strong>{text_html(witness.story)}</strong></p>'
        f"<table>{given}</table>{f'<pre>{text_html(why)}</pre>' if why else ''}"
        f"{_value(witness.input, 0)}</div>"
    )


def leaderboard_html(standings: Sequence[Standing]) -> str:
    """How the generators did, as a table."""
    columns, rows = headings_and_cells(standings)
    parts = (not standing.decides for standing in rows_shown(standings))
    return table_html(columns, zip(rows, parts, strict=True), text_columns=TEXT_COLUMNS)


def table_html(
    columns: Sequence[str],
    rows: Iterable[tuple[Sequence[str], bool]],
    *,
    text_columns: int,
) -> str:
    """A table of texts.

    Args:
        columns: The headings.
        rows: The cells of each row, and whether it is a part of the row above.
        text_columns: So many columns hold text, those after them numbers.
    """
    number, part = ' class="n"', ' class="part"'

    def cells(tag: str, texts: Sequence[str]) -> str:
        return "".join(
            f"<{tag}{number if place >= text_columns else ''}>{text_html(text)}</{tag}>"
            for place, text in enumerate(texts)
        )

    body = "".join(f"<tr{part if is_part else ''}>{cells('td', row)}</tr>" for row, is_part in rows)
    return f"<table><thead><tr>{cells('th', columns)}</tr></thead><tbody>{body}</tbody></table>"


def _value(value: object, depth: int) -> str:
    """JSON as tables: of a list of mappings a row each, of a mapping a row a key."""
    if depth < _DEEPEST:
        if isinstance(value, Mapping) and value:
            return _mapping(cast("Mapping[str, object]", value), depth)
        if isinstance(value, list | tuple) and value:
            listed = cast("Sequence[object]", value)
            if all(isinstance(item, Mapping) for item in listed):
                return _records(cast("Sequence[Mapping[str, object]]", listed), depth)
    if isinstance(value, str):
        return text_html(f"'{value}'")
    return text_html(msgspec.json.encode(value, enc_hook=str).decode("utf-8", "replace"))


def _mapping(mapping: Mapping[str, object], depth: int) -> str:
    rows = "".join(
        f"<tr><td>{text_html(str(key))}</td><td>{_value(value, depth + 1)}</td></tr>"
        for key, value in list(mapping.items())[:_MOST_ROWS]
    )
    return f"<table>{rows}</table>{_left_out(len(mapping), _MOST_ROWS)}"


def _records(records: Sequence[Mapping[str, object]], depth: int) -> str:
    columns = list(dict.fromkeys(key for record in records for key in record))
    shown = columns[:_MOST_COLUMNS]
    head = "".join(f"<th>{text_html(str(column))}</th>" for column in shown)
    rows = "".join(
        "<tr>"
        + "".join(
            f"<td>{_value(record[column], depth + 1) if column in record else ''}</td>"
            for column in shown
        )
        + "</tr>"
        for record in records[:_MOST_ROWS]
    )
    left = _left_out(len(records), _MOST_ROWS) + _left_out(len(columns), _MOST_COLUMNS)
    return f"<table><tr>{head}</tr>{rows}</table>{left}"


def _left_out(number: int, most: int) -> str:
    return f'<p class="quiet">and {number - most} more</p>' if number > most else ""
