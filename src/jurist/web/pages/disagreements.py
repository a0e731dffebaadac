"""Disagreements: where judges are contradicted, by whom, and settling who was wrong."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Annotated, Final, TypeVar
from urllib.parse import urlencode

from fastapi import APIRouter, Form, Query, Request
from fastapi.responses import HTMLResponse, RedirectResponse

from jurist.alignment.disagreements.finding import UnfaithfulQuestion
from jurist.alignment.disagreements.indexing import Listed
from jurist.alignment.disagreements.reviewing import find_unfaithful_questions
from jurist.alignment.disagreements.settling import settle_disagreement, take_ruling_back
from jurist.alignment.disagreements.suspicion import Suspicion, suspicions_of
from jurist.columns import Columns, results_of, rows_of_task
from jurist.report.items import make_item
from jurist.store import Store
from jurist.store.annotations import Ruling, annotations_of
from jurist.store.audit import add_to_audit
from jurist.store.runs import RunRecord, list_runs
from jurist.web.aside import LARGE
from jurist.web.labelling.disputes import Disputes, disputed, disputes_of, disputes_on
from jurist.web.names import require_known, run_of
from jurist.web.people import PersonOf, may
from jurist.web.permissions import Permission
from jurist.web.problems import MissingError
from jurist.web.rendering import page
from jurist.web.runs.glances import state_key
from jurist.web.security.redirects import within
from jurist.web.site import Site, SiteOf
from jurist.web.urls import case_url, with_query

T = TypeVar("T")

router = APIRouter(include_in_schema=False)

_PAGE: Final = 50
_SHOWN: Final = 100
"""Suspicious references and unfaithful questions of a page."""
_PATIENCE_S: Final = 0.05
"""For what stands at the end of the page, and is read of the whole run."""
PATH: Final = "/disagreements"
_PARTS: Final = ("kind", "judge", "against", "settled")
"""What disagreements are filtered and counted by: `Disputes.parts`."""


@dataclass(frozen=True, slots=True)
class Choice:
    """What of a run's disagreements is looked at: the query of the address."""

    run: str
    values: Mapping[str, tuple[str, ...]]
    page: int = 1

    def url(self, path: str = PATH, **changed: str) -> str:
        """The same choice, or a changed one, at a path."""
        pairs: list[tuple[str, str | Iterable[str]]] = [("run", self.run)]
        pairs += [(name, changed.get(name, self.values.get(name, ()))) for name in _PARTS]
        pairs += [(name, value) for name, value in changed.items() if name not in _PARTS]
        return with_query(path, pairs)

    def keeps(self, parts: tuple[str, ...], *, but: str = "") -> bool:
        """Whether disagreements with these parts are chosen."""
        return all(
            name == but or not self.values.get(name) or part in self.values[name]
            for name, part in zip(_PARTS, parts, strict=True)
        )

    def chosen(self, disputes: Disputes) -> list[Listed]:
        """The disagreements that are chosen, in their order."""
        kept = {parts for parts in disputes.groups if self.keeps(parts)}
        pairs = zip(disputes.every, disputes.parts, strict=True)
        return [each for each, parts in pairs if parts in kept]

    def facets(self, disputes: Disputes) -> list[tuple[str, list[tuple[str, int, str, bool]]]]:
        """By each part its values, how many each would give, and the address that gives it."""
        facets: list[tuple[str, list[tuple[str, int, str, bool]]]] = []
        for place, name in enumerate(_PARTS):
            counts: Counter[str] = Counter()
            for parts, number in disputes.groups.items():
                if self.keeps(parts, but=name):
                    counts[parts[place]] += number
            values: list[tuple[str, int, str, bool]] = []
            for value, number in sorted(counts.items(), key=lambda item: (-item[1], item[0])):
                here = value in self.values.get(name, ())
                values.append((value, number, self.url(**{name: "" if here else value}), here))
            facets.append((name, values))
        return facets


@router.get(PATH, dependencies=[may(Permission.READ)])
def disagreements(
    request: Request,
    site: SiteOf,
    run: str = "",
    kind: Annotated[list[str] | None, Query()] = None,
    judge: Annotated[list[str] | None, Query()] = None,
    against: Annotated[list[str] | None, Query()] = None,
    settled: str = "",
    page_number: Annotated[int, Query(alias="page", ge=1, le=100_000)] = 1,
    last: str = "",
    last_judge: str = "",
) -> HTMLResponse:
    """The disagreements of a run, the widest first; of the newest run where none is named."""
    runs = list_runs(site.store)
    record = run_of(site.store, run) if run else next(iter(runs), None)
    if record is None:
        return page(request, "disagreements.html.j2", runs=(), disputes=None, record=None)
    choice = _choice(record, kind, judge, against, settled, page_number)
    disputes = disputes_of(site, record)
    if disputes is None:
        return page(request, "disagreements.html.j2", runs=runs, disputes=None, record=record)
    _require_known(choice, disputes)
    chosen = choice.chosen(disputes)
    columns = disputes.columns
    begin = (choice.page - 1) * _PAGE
    return page(
        request,
        "disagreements.html.j2",
        runs=runs,
        record=record,
        disputes=disputes,
        choice=choice,
        facets=choice.facets(disputes),
        total=len(chosen),
        rows=[
            (each, _question(columns, each.task), _open_url(choice, each))
            for each in chosen[begin : begin + _PAGE]
        ],
        begin=begin,
        previous=choice.url(page=str(choice.page - 1)) if choice.page > 1 else "",
        following=choice.url(page=str(choice.page + 1)) if begin + _PAGE < len(chosen) else "",
        rulings=Counter(each.settled for each in disputes.every if each.settled is not None),
        agreement=disputes.agreement,
        suspicious=_read_of_all(site, columns, _suspicious),
        unfaithful=_read_of_all(site, columns, _unfaithful),
        last=last,
        last_judge=last_judge,
        here=choice.url(),
    )


def _read_of_all(
    site: Site, columns: Columns, work: Callable[[Store, str], tuple[T, ...]]
) -> tuple[T, ...] | None:
    """What is read of a whole run; `None` while that goes on."""
    run = columns.run
    return site.background.get(
        (work, *state_key(columns)),
        lambda: work(site.store, run) if len(columns) <= LARGE else site.aside.read(work, run),
        patience=_PATIENCE_S,
    )


def _suspicious(store: Store, run: str) -> tuple[Suspicion, ...]:
    return suspicions_of(store, run)[:_SHOWN]


def _unfaithful(store: Store, run: str) -> tuple[UnfaithfulQuestion, ...]:
    return find_unfaithful_questions(store, run)[:_SHOWN]


def _choice(
    record: RunRecord,
    kind: list[str] | None,
    judge: list[str] | None,
    against: list[str] | None,
    settled: str,
    page_number: int = 1,
) -> Choice:
    given = {"kind": kind, "judge": judge, "against": against, "settled": [settled]}
    values = {name: tuple(each for each in told or () if each) for name, told in given.items()}
    return Choice(record.id, values, page_number)


def _require_known(choice: Choice, disputes: Disputes) -> None:
    extra = {"settled": {"yes", "no"}, "judge": {*disputes.players}}
    for place, name in enumerate(_PARTS):
        known = {parts[place] for parts in disputes.groups} | extra.get(name, set[str]())
        for value in choice.values.get(name, ()):
            require_known(name, value, known)


def _question(columns: Columns, task: str) -> str:
    row = rows_of_task(columns, task)[0]
    return columns.questions.text[int(columns.question[row])]


def _open_url(choice: Choice, each: Listed) -> str:
    return choice.url(f"{PATH}/{each.task}", of=each.judge)


@router.get(PATH + "/{task}", dependencies=[may(Permission.READ)])
def dispute(
    request: Request,
    site: SiteOf,
    task: str,
    run: str,
    of: str = "",
    kind: Annotated[list[str] | None, Query()] = None,
    judge: Annotated[list[str] | None, Query()] = None,
    against: Annotated[list[str] | None, Query()] = None,
    settled: str = "",
    last: str = "",
    last_judge: str = "",
) -> HTMLResponse:
    """One judge's disagreements on one answer, both sides beside each other."""
    record = run_of(site.store, run)
    choice = _choice(record, kind, judge, against, settled)
    about = disputes_on(site, record.id, task)
    if not about:
        raise MissingError(
            f"no judge is contradicted on the answer {task[:80]!r}", fix=f"see {choice.url()}"
        )
    judges = list(dict.fromkeys(each.judge for each in about))
    if of:
        require_known("judge that is contradicted here", of, judges)
    name = of or judges[0]
    columns = site.shelf.columns(record.id)
    judged = results_of(site.store, record.id, columns, rows_of_task(columns, task))
    disputes = disputes_of(site, record)
    previous, following = _beside(disputes, choice, task, name)
    return page(
        request,
        "disagreement.html.j2",
        record=record,
        task=task,
        judge=name,
        about=[each for each in about if each.judge == name],
        labels=tuple(annotations_of(site.store, record.id, task=task)),
        item=make_item(judged, site.run_settings.of(record.id).workspaces[judged[0].dataset]),
        others=[(each, choice.url(f"{PATH}/{task}", of=each)) for each in judges if each != name],
        back=choice.url(),
        case_url=case_url(record.id, task, name),
        previous=previous,
        following=following,
        after=following or choice.url(),
        last=last,
        last_judge=last_judge,
        here=choice.url(f"{PATH}/{task}", of=name),
    )


def _beside(disputes: Disputes | None, choice: Choice, task: str, judge: str) -> tuple[str, str]:
    """The addresses of the disagreements before and after; each judge and answer once."""
    if disputes is None:
        return "", ""
    chosen = dict.fromkeys(
        (each.task, each.judge)
        for each, parts in zip(disputes.every, disputes.parts, strict=True)
        if choice.keeps(parts) or (each.task, each.judge) == (task, judge)
    )
    places = [*chosen]
    place = places.index((task, judge)) if (task, judge) in chosen else -1

    def url(at: int) -> str:
        if place < 0 or not 0 <= at < len(places):
            return ""
        return choice.url(f"{PATH}/{places[at][0]}", of=places[at][1])

    return url(place - 1), url(place + 1)


@router.post("/settlements", dependencies=[may(Permission.CURATE)])
def settle(
    site: SiteOf,
    person: PersonOf,
    run: Annotated[str, Form(max_length=200)],
    task: Annotated[str, Form(max_length=64)],
    judge: Annotated[str, Form(max_length=200)],
    ruling: Annotated[str, Form(max_length=32)] = "",
    note: Annotated[str, Form(max_length=4_000)] = "",
    score: Annotated[str, Form(pattern="^[1-5]?$")] = "",
    teach: Annotated[str, Form(max_length=10)] = "",
    next: Annotated[str, Form(max_length=2_000)] = "",  # noqa: A002
) -> RedirectResponse:
    """Say who was wrong; without a ruling, take back what was said."""
    record = run_of(site.store, run)
    after = within(next) if next else f"{PATH}?run={record.id}"
    if ruling:
        require_known("ruling", ruling, [*Ruling])
        settle_disagreement(
            site.store,
            record.id,
            disputed(site, record.id, task, judge),
            Ruling(ruling),
            by=person.name,
            note=note.replace("\r\n", "\n"),
            score=int(score) if score else None,
            teach=bool(teach),
        )
        if after.startswith(PATH):  # where the last ruling can be undone
            mark = "&" if "?" in after else "?"
            after = f"{after}{mark}{urlencode({'last': task, 'last_judge': judge})}"
    else:
        take_ruling_back(site.store, record.id, task, judge, by=person.name)
    action = "settle" if ruling else "take ruling back"
    add_to_audit(site.store, actor=person.name, action=action, object_=task, detail=ruling)
    return RedirectResponse(after, 303)
