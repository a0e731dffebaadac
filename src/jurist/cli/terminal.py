"""How commands talk to a terminal: errors, tables and progress, quiet where asked.

Rich obeys NO_COLOR and writes plain text into pipes. All text of data goes through `plain`, so
that markup in it has no effect; whatever is printed goes through one of the consoles made here,
which make visible what a terminal would obey (`report.visible`), whoever forgot to.
"""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

    from rich.console import Console


_PIPE_WIDTH = 200


def plain(text: str, *, limit: int = 2_000) -> str:
    """Text of data as it may be shown: no control characters, bounded, markup escaped."""
    from rich.markup import escape

    from jurist.report.visible import visible

    shown = text if len(text) <= limit else text[: limit - 1] + "…"
    return escape(visible(shown))


def output() -> Console:
    """The console for results, on standard output; in a pipe no line is cut to a width."""
    from jurist.report.console import SafeConsole

    piped = not sys.stdout.isatty()
    return SafeConsole(
        highlight=False, emoji=False, soft_wrap=piped, width=_PIPE_WIDTH if piped else None
    )


def notices(*, quiet: bool = False) -> Console:
    """The console for what is said beside the results, on standard error."""
    from jurist.report.console import SafeConsole

    return SafeConsole(
        stderr=True, highlight=False, emoji=False, quiet=quiet, soft_wrap=not sys.stderr.isatty()
    )


def print_notes(notes: Iterable[str], *, quiet: bool = False) -> None:
    """Say what must be known beside a result, a line each."""
    console = notices(quiet=quiet)
    for note in notes:
        console.print(plain(note))


def complain(error: Exception) -> None:
    """Print an error to standard error, in red where colours are wanted."""
    from jurist.report.console import SafeConsole

    console = SafeConsole(stderr=True, highlight=False, emoji=False, soft_wrap=True)
    console.print(f"[bold red]error:[/] {plain(str(error), limit=20_000)}")
