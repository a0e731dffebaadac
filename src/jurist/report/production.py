"""What a log of production shows, for a terminal and for a page alike."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from math import floor, inf, isfinite, isnan
from typing import TYPE_CHECKING, Final

from jurist.plurals import counted
from jurist.report.numbers import NOTHING
from jurist.report.sheets import Section, Sheet

if TYPE_CHECKING:
    from jurist.analysis.intervals import Estimate
    from jurist.production.figures import Change, Part, Production, ReturnWeek

_WIDTH: Final = 20
"""Characters of a picture."""
_UNITS: Final = ((86_400, "d"), (3_600, "h"), (60, "min"))


def production_sections(made: Production) -> Iterator[Section]:
    """Everything, part by part, each with what it can and cannot show."""
    whole = made.whole
    yield _time(made)
    yield _acceptance(whole)
    if whole.edits is not None:
        yield _meaning(made)
    yield _retention(made)
    if made.parts:
        yield _parts(made)
    if made.notes:
        yield Section("What limits these numbers", tuple(f"{note}." for note in made.notes), ())


def production_head(made: Production) -> str:
    """What the log is of."""
    begin, end = (datetime.fromtimestamp(at / 1000, UTC) for at in (made.begin, made.end))
    whole = made.whole
    people = counted(whole.people, "person", "people")
    return (
        f"{made.system}: {counted(whole.tasks, 'task')} of {people}, {begin:%Y-%m-%d} to "
        f"{end:%Y-%m-%d}. Intervals are at 95 %, over {counted(whole.clusters, 'cluster')}: what "
        "one account does, else one person, hangs together."
    )


def _time(made: Production) -> Section:
    time = made.whole.time
    medians = Sheet(
        ("median time to audience", "tasks", "from the question to the save"),
        (
            ("all tasks", f"{time.all.n:,}", _duration(time.all)),
            ("first attempt worked", f"{time.worked.n:,}", _duration(time.worked)),
            ("it did not", f"{time.failed.n:,}", _duration(time.failed)),
            ("how many times as long", f"{time.ratio.n:,}", _number(time.ratio)),
        ),
    )
    within = Sheet(
        ("saved, of all tasks", "share", "0 to 100 %"),
        (
            ("within an hour", *_share(time.within_hour)),
            ("within a day", *_share(time.within_day)),
        ),
    )
    ends = (
        f"{counted(time.abandoned, 'task')} were abandoned and {time.open:,} open when the log "
        "ended: they count for as long as they were seen."
    )
    return Section(
        "Time to audience", (ends, made.claims["median"], made.claims["time"]), (medians, within)
    )


def _acceptance(whole: Part) -> Section:
    shares = whole.acceptance
    rows = (
        ("saved unchanged", shares.unchanged),
        ("saved after edits", shares.edited),
        ("saved after asking again", shares.asked_again),
        ("abandoned", shares.abandoned),
        ("first attempt worked", shares.worked),
    )
    sheet = Sheet(
        ("what tasks came to", "share", "0 to 100 %"),
        tuple((name, *_share(estimate)) for name, estimate in rows),
    )
    said = f"Of {counted(shares.unchanged.n, 'settled task')}"
    left = f"; {shares.unsettled:,} began too late to be settled." if shares.unsettled else "."
    return Section("Acceptance", (said + left,), (sheet,))


def _meaning(made: Production) -> Section:
    edits, meaning = made.whole.edits, made.whole.meaning
    if edits is None or meaning is None:
        return Section("Edits", (), ())
    rows = (
        ("the same", meaning.equal),
        ("narrower than the answer", meaning.narrower),
        ("wider", meaning.wider),
        ("different", meaning.different),
        ("undecided", meaning.undecided),
    )
    proved = Sheet(
        ("what was saved means, by proof", "share", "0 to 100 %"),
        tuple((name, *_share(estimate)) for name, estimate in rows),
    )
    distances = Sheet(
        ("edits from answer to saved query", "on average"),
        (
            ("trees that are the same", _percent(edits.untouched)),
            ("nodes added, removed, renamed", _number(edits.nodes)),
            ("the same, of both trees' nodes", _percent(edits.share)),
        ),
    )
    said = f"Of {edits.compared:,} saved answers out of {edits.saved:,}"
    unread = f"; {edits.unread:,} more are no queries of the schema." if edits.unread else "."
    return Section("Edits and meaning", (said + unread, made.claims["edits"]), (proved, distances))


def _retention(made: Production) -> Section:
    sheet = Sheet(
        ("back in", "people", "first worked", "did not", "difference"),
        tuple(_week(week) for week in made.whole.retention),
    )
    if not made.whole.retention:
        return Section("Retention", ("The log is too short: nobody's week is over.",), ())
    said = "People by whether the first attempt of their first task worked."
    return Section("Retention", (said, made.claims["retention"]), (sheet,))


def _week(week: ReturnWeek) -> tuple[str, ...]:
    begin, to = week.weeks
    return (
        f"week {begin}" if begin == to else f"weeks {begin} to {to}",
        f"{week.all.n:,}",
        _percent(week.worked, 0),
        _percent(week.failed, 0),
        _points(week.difference),
    )


def _parts(made: Production) -> Section:
    rows = Sheet(
        (str(made.by), "tasks", "clusters", "median time", "first worked", "abandoned", "back"),
        tuple(_part(part) for part in made.parts),
    )
    changes = Sheet(
        ("from", "to", "time, times", "first worked", "abandoned", "same meaning"),
        tuple(_change(change) for change in made.changes),
        names=2,
    )
    claim = made.claims.get("parts")
    return Section(
        f"By {made.by}",
        ("Back: in any of the weeks 1 to 4.", *([claim] if claim else [])),
        (rows, changes) if made.changes else (rows,),
    )


def _part(part: Part) -> tuple[str, ...]:
    month = next((week for week in part.retention if week.weeks[0] != week.weeks[1]), None)
    return (
        part.name,
        f"{part.tasks:,}",
        f"{part.clusters:,}",
        _duration(part.time.all),
        _percent(part.acceptance.worked, 0),
        _percent(part.acceptance.abandoned, 0),
        _percent(month.all, 0) if month else NOTHING,
    )


def _change(change: Change) -> tuple[str, ...]:
    return (
        change.before,
        change.after,
        _number(change.time),
        _points(change.worked),
        _points(change.abandoned),
        _points(change.equal),
    )


def _share(estimate: Estimate) -> tuple[str, str]:
    return _percent(estimate), _picture(estimate)


def _words(estimate: Estimate, said: Callable[[float], str], unit: str = "") -> str:
    """A value and its interval; a dash where there is none."""
    if isnan(estimate.value):
        return NOTHING
    value = f"{said(estimate.value)}{unit}"
    if isnan(estimate.low) or isnan(estimate.high):
        return value
    return f"{value} [{said(estimate.low)}, {said(estimate.high)}]"


def _percent(estimate: Estimate, places: int = 1) -> str:
    return _words(estimate, lambda share: f"{100 * share:.{places}f}", " %")


def _points(estimate: Estimate | None) -> str:
    """A difference of shares in whole points."""
    if estimate is None:
        return NOTHING
    return _words(estimate, lambda difference: f"{round(100 * difference):+d}")


def _duration(estimate: Estimate) -> str:
    """All in the unit that fits the value."""
    seconds = estimate.value if isfinite(estimate.value) else estimate.low
    size, unit = next((each for each in _UNITS if seconds >= 2 * each[0]), (1, "s"))

    def said(bound: float) -> str:
        return "never" if bound == inf else f"{bound / size:.3g}"

    return _words(estimate, said, f" {unit}" if isfinite(estimate.value) else "")


def _number(estimate: Estimate) -> str:
    return _words(estimate, lambda value: "∞" if value == inf else f"{value:.2f}")


def _picture(estimate: Estimate) -> str:
    """A share on a line from 0 to 1, with its interval."""
    if not isfinite(estimate.value):
        return ""
    ends = (estimate.low, estimate.high) if isfinite(estimate.low) else (estimate.value,) * 2
    low, high, value = (min(_WIDTH - 1, floor(_WIDTH * at)) for at in (*ends, estimate.value))
    signs = ["·"] * low + ["━"] * (high - low + 1) + ["·"] * (_WIDTH - 1 - high)
    signs[value] = "●"
    return "".join(signs)
