"""How the generators did, as a sequence that prints and draws itself."""

from __future__ import annotations

from collections.abc import Sequence
from typing import overload

from jurist.analysis.standings import Standing


class Leaderboard(Sequence[Standing]):
    """How each generator did under each judge; `print` and notebooks show a table."""

    def __init__(self, standings: Sequence[Standing], note: str = "") -> None:
        self._standings = tuple(standings)
        self._note = note

    @overload
    def __getitem__(self, index: int) -> Standing: ...
    @overload
    def __getitem__(self, index: slice) -> tuple[Standing, ...]: ...
    def __getitem__(self, index: int | slice) -> Standing | tuple[Standing, ...]:
        return self._standings[index]

    def __len__(self) -> int:
        return len(self._standings)

    def __str__(self) -> str:
        from jurist.report.terminal import leaderboard_text

        return "\n".join(filter(None, (leaderboard_text(self._standings), self._note)))

    def __repr__(self) -> str:
        return str(self) or "<jurist.Leaderboard: nothing was judged>"

    def _repr_html_(self) -> str:
        from jurist.report.notebook import framed, leaderboard_html, text_html

        note = f'<p class="quiet">{text_html(self._note)}</p>' if self._note else ""
        return framed(leaderboard_html(self._standings), note)
