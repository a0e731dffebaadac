"""Report cards for pages: computed in the background, once for a run and its labels as they are."""

from __future__ import annotations

from collections.abc import Mapping

from jurist.alignment.cards.overview import Overview, overview_of
from jurist.records import LabelRole
from jurist.store.marks import Marks, marks_of
from jurist.web.site import Site


def measured(site: Site, run: str, role: LabelRole = LabelRole.TEST) -> Overview | None:
    """The judges of a run; `None` while they are being measured.

    Args:
        site: Whose store has it.
        run: Its id.
        role: Whose labels measure.
    """
    key = ("cards", run, role, _coarse(marks_of(site.store, run)))
    return site.background.get(
        key, lambda: overview_of(site.store, run, lambda: kinds_of(site, run), role=role)
    )


_EVERY_MS = 30_000
"""How often the cards of a run that goes on are made anew, at most."""


def _coarse(marks: Marks) -> Marks:
    if marks.finished or marks.latest is None:
        return marks
    return Marks(marks.latest - marks.latest % _EVERY_MS, marks.finished, marks.labels)


def kinds_of(site: Site, run: str) -> Mapping[str, str]:
    """The kind of each answer's mistake, by its task."""
    del site, run
    return {}
