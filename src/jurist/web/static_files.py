"""What pages load: scripts, and the style sheet that they share with reports."""

from __future__ import annotations

from importlib import resources

from fastapi import APIRouter, Response
from starlette.staticfiles import StaticFiles

from jurist.report.templating import stylesheet
from jurist.web.people import anybody

router = APIRouter()


@router.get("/static/jurist.css", dependencies=[anybody()], include_in_schema=False)
def sheet() -> Response:
    """The style sheet of pages and reports."""
    return Response(str(stylesheet()), media_type="text/css")


def scripts() -> StaticFiles:
    """The folder `static`."""
    return StaticFiles(directory=str(resources.files("jurist.web") / "static"))
