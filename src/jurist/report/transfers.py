"""Transfers from synthetic to other questions as tables and sentences for a terminal."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.table import Table
from rich.text import Text

from jurist.report.numbers import interval_words, p_words, percent
from jurist.report.sheets import plain_table

if TYPE_CHECKING:
    from jurist.alignment.transfer import Transfer
    from jurist.analysis.shift import Profile

MOST_CONSTRUCTS = 8


def profiles_table(found: Transfer) -> Table:
    """Synthetic questions beside the others: size, length, vocabulary, constructs."""
    table = plain_table("", "synthetic", str(found.origin))
    left, right = found.shift.synthetic, found.shift.real
    table.add_row("questions", str(left.n), str(right.n))
    table.add_row("characters (median)", f"{left.characters:.0f}", f"{right.characters:.0f}")
    table.add_row("words (median)", f"{left.words:.0f}", f"{right.words:.0f}")
    table.add_row("distinct words", str(left.distinct_words), str(right.distinct_words))
    table.add_row("commonest words", Text(_words(left)), Text(_words(right)))
    for name, ours, theirs in found.constructs[:MOST_CONSTRUCTS]:
        table.add_row(Text(f"queries with {name}"), percent(ours), percent(theirs))
    return table


def _words(profile: Profile) -> str:
    return ", ".join(word for word, _ in profile.top_words[:6])


def transferred_table(found: Transfer) -> Table:
    """Scores on synthetic questions, reweighted, and on the others themselves."""
    table = plain_table(
        "generator",
        "judge",
        "synthetic [95 %]",
        f"reweighted to {found.origin}",
        "effective n",
        f"on {found.origin} itself",
        text=2,
    )
    for each in found.scores:
        table.add_row(
            Text(each.generator),
            Text(each.judge),
            interval_words(each.synthetic),
            interval_words(each.reweighted),
            f"{each.effective_n:.0f}",
            interval_words(each.there),
        )
    return table


def transfer_words(found: Transfer) -> str:
    """Whether a classifier can tell the two apart."""
    shift = found.shift
    return (
        f"A classifier tells synthetic and {found.origin} questions apart with AUROC "
        f"{shift.auroc:.2f} (0.5: not at all; p {p_words(shift.p_value)}), most by: "
        f"{', '.join(shift.telling_words)}."
    )
