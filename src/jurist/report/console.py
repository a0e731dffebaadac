"""A console that lets no text of data speak to the terminal."""

from __future__ import annotations

from collections.abc import Iterable

from rich.console import Console, ConsoleOptions, RenderableType
from rich.segment import Segment

from jurist.report.visible import visible


class SafeConsole(Console):
    """Rich's console, with what a terminal obeys made visible in all text; styles stay."""

    def render(
        self, renderable: RenderableType, options: ConsoleOptions | None = None
    ) -> Iterable[Segment]:
        """The segments of a renderable; control codes of rich's own (of bars) are none of data."""
        for segment in super().render(renderable, options):
            yield segment if segment.control else segment._replace(text=visible(segment.text))
