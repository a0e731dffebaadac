"""Studies over the API: which there are, starting and stopping them."""

from __future__ import annotations

from typing import Annotated

import msgspec
from fastapi import Response

from jurist.errors import InputError
from jurist.web.people import PersonOf, may
from jurist.web.permissions import Permission
from jurist.web.site import SiteOf
from jurist.web.studies.acting import begin, end, listed, text_of
from jurist.web.v1.conventions import answer, api_router, body, described

router = api_router("studies")


class StudyTold(msgspec.Struct, frozen=True):
    """A study of the folder."""

    name: str
    """Of its file."""
    state: str
    """not run yet, cannot be run, open, finished; of what was begun here: under way, stopping,
    stopped, budget spent, failed."""
    runs: tuple[str, ...]
    """The ids of its runs, the newest first."""
    problem: str = ""
    """Why it cannot be run."""


class Starting(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How a study is begun."""

    fresh: bool = False
    """Delete what its run has stored, and begin anew."""
    retry_failures: bool = False
    """Ask again where an error left no result."""


class Begun(msgspec.Struct, frozen=True):
    """A session of a study."""

    study: str
    run: str
    state: str


@router.get(
    "/studies",
    dependencies=[may(Permission.RUN)],
    **described(gives=list[StudyTold], what="The studies of the folder."),
)
def studies(site: SiteOf) -> Response:
    """The studies that may be started here."""
    return answer(
        [
            StudyTold(
                line.text.name,
                line.state,
                tuple(run.id for run in line.runs),
                line.text.error.problem if line.text.error else "",
            )
            for line in listed(site)
        ]
    )


@router.post(
    "/studies/{name}/start",
    dependencies=[may(Permission.RUN)],
    **described(
        takes=Starting,
        example=Starting(),
        gives=Begun,
        what="The session that was begun.",
        status=202,
    ),
)
def start(
    site: SiteOf, person: PersonOf, name: str, given: Annotated[Starting, body(Starting)]
) -> Response:
    """Run a study, or go on with it, in a process of its own."""
    session = begin(site, person.name, name, fresh=given.fresh, retry=given.retry_failures)
    return answer(Begun(name, session.run, session.ended), status=202)


@router.post(
    "/studies/{name}/stop",
    dependencies=[may(Permission.RUN)],
    **described(gives=Begun, what="The session that was asked to stop.", status=202),
)
def stop(site: SiteOf, person: PersonOf, name: str) -> Response:
    """Ask the session of a study to stop; what it has stored stays."""
    session = site.studies.of_study(text_of(site, name).name)
    if session is None or not session.alive:
        raise InputError(
            f"the study {name[:200]!r} is not under way here",
            expected="a study that this server has begun",
            fix="start it: POST /v1/studies/NAME/start",
        )
    end(site, person.name, session)
    return answer(Begun(name, session.run, session.ended), status=202)
