"""Estimates and transfers as tables and sentences for a terminal."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from rich.table import Table
from rich.text import Text

from jurist.report.cards import NOTHING, p_words, plain_table
from jurist.report.terminal import interval_words, percent

if TYPE_CHECKING:
    from jurist.alignment.estimates import GeneratorEstimate
    from jurist.alignment.transfer import Transfer
    from jurist.analysis.corrected import Corrected
    from jurist.analysis.intervals import Estimate
    from jurist.analysis.shift import Profile

MOST_CONSTRUCTS = 8


def estimates_table(found: Iterable[GeneratorEstimate]) -> Table:
    """Naive numbers beside corrected ones."""
    table = plain_table(
        "generator",
        "judge",
        "",
        "answers",
        "worth",
        "naive [95 %]",
        "labels only",
        "PPI++",
        "post-stratified",
        "labels",
        "worth",
        text=3,
    )
    for each in found:
        head = Text(each.generator), Text(each.judge)
        table.add_row(
            *head,
            "mean",
            str(each.answers),
            f"{each.effective_n:.0f}",
            interval_words(each.naive_mean),
            _labels_only(each.mean),
            _corrected(each.mean),
            NOTHING,
            str(each.labels),
            _worth(each.mean),
        )
        table.add_row(
            *head,
            "pass rate",
            "",
            "",
            interval_words(each.naive_pass_rate),
            _labels_only(each.pass_rate),
            _corrected(each.pass_rate),
            _maybe(each.pass_post_stratified),
            str(each.labels),
            _worth(each.pass_rate),
        )
        if each.pass_rogan_gladen is not None:
            shown = interval_words(each.pass_rogan_gladen)
            table.add_row(*head, "pass rate, Rogan-Gladen", "", "", "", "", shown)
    return table


def estimate_notes(found: Iterable[GeneratorEstimate]) -> Iterable[str]:
    """What must be said beside the numbers."""
    for each in found:
        name = f"{each.generator}, by {each.judge}"
        if each.bounds is not None:
            low, high = each.bounds
            yield (
                f"{name}: with the missing verdicts at their worst or best the naive mean would "
                f"lie between {low:.2f} and {high:.2f}."
            )
        yield from (f"{name}: {note}." for note in each.notes)
        if each.pass_rogan_gladen is not None and each.pass_rogan_gladen.note:
            yield f"{name}, Rogan-Gladen: {each.pass_rogan_gladen.note}."


def _labels_only(corrected: Corrected | None) -> str:
    return NOTHING if corrected is None else interval_words(corrected.labels_only)


def _corrected(corrected: Corrected | None) -> str:
    return NOTHING if corrected is None else interval_words(corrected.estimate)


def _worth(corrected: Corrected | None) -> str:
    return NOTHING if corrected is None else f"{corrected.effective_labels:.0f}"


def _maybe(estimate: Estimate | None) -> str:
    return NOTHING if estimate is None else interval_words(estimate)


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
            _maybe(each.there),
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
