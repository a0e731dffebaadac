"""Pages of reports made by hand: known rows, and texts that would do harm if they were obeyed."""

from __future__ import annotations

import io
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from jurist.analysis.intervals import Estimate
from jurist.analysis.standings import Standing
from jurist.evidence import judge_texts
from jurist.languages import get_language
from jurist.languages.base import NodeKind
from jurist.languages.cql.text.literals import string_text
from jurist.languages.explanations import Explanation
from jurist.languages.pictures import (
    Band,
    Cell,
    CellKind,
    Fact,
    Lane,
    Mark,
    Outcome,
    Picture,
    Reading,
    Reads,
    Row,
    RowMark,
    Scene,
    Sheet,
    Term,
)
from jurist.languages.tokens import TokenKind
from jurist.records import (
    Candidate,
    Case,
    Cost,
    FailureKind,
    Origin,
    Question,
    Side,
    Witness,
)
from jurist.report.came_about import Origins, Said
from jurist.report.failures import FailureCount, Owed
from jurist.report.html import Page, write_html
from jurist.report.items import Item, Member, Ruling, make_item
from jurist.report.leading import Lead, Rival
from jurist.report.makings import ByTurns, Making, StepMade
from jurist.report.query_lines import LineMark, Piece, QueryLine, lines_of
from jurist.report.shown import LARGEST_INPUT, Shown, show
from jurist.roles.protocols import Workspace
from jurist.runs.results import Result

_CQL = get_language("cql")
IN_REFERENCE = "in the reference, not in the candidate"
NOW = "2026-06-01T12:00:00Z"
HOSTILE = (
    "</script><script>window.hurt=1</script><img src=x onerror='window.hurt=2'>"
    "[red]**bold** | `code` \x1b[31m \u202eback\u2066 ${1} {{ 7*7 }} javascript:alert(1)"
)
VISIBLE = "".join(character for character in HOSTILE if character.isprintable())
"""What of it may stand in a query."""

_REFERENCE = "event('Order Completed').count() >= 1"
_CANDIDATE = "event('Order Completed').count() > 1"
ITEM = Item(
    dataset="shop",
    case="shop-001",
    tags=("count",),
    question="who bought at least once",
    origin="authored",
    style="",
    faithful=None,
    generator="rules",
    reference=_REFERENCE,
    reference_english="customers who completed an order",
    candidate=_CANDIDATE,
    candidate_english="customers who completed an order more than once",
    refusal=None,
    failure=None,
    notes=(),
    difference=((0, "count() >= 1", "only_reference"), (0, "count() > 1", "only_candidate")),
    rulings=(
        Ruling(
            judge="proof",
            score=4.0,
            unscored=None,
            relation="contains",
            method="proof",
            reasoning="The main idea, with a condition wrong.",
            undecided="",
            notes=("a note",),
        ),
    ),
)


def ruled(item: Item, **changes: Any) -> Item:
    """The item with its only ruling changed."""
    return replace(item, rulings=(replace(item.rulings[0], **changes),))


def witness(events: Sequence[Mapping[str, object]], *, story: str = "a customer") -> Shown:
    """A customer who is in the reference of `ITEM` only."""
    return pictured({"customer": {"traits": {"plan": "free"}, "events": list(events)}}, story=story)


def pictured(
    subject: Mapping[str, object],
    *,
    kind: str = "customer",
    story: str = "a customer",
    given: str = IN_REFERENCE,
    large: bool = False,
    queries: tuple[str, str] = (_REFERENCE, _CANDIDATE),
) -> Shown:
    """What two queries make of an input, as a report shows it."""
    pair = _CQL.parse(queries[0]), _CQL.parse(queries[1])
    right = given == IN_REFERENCE
    more = {"more": "x" * (LARGEST_INPUT + 1)} if large else {}
    seen = Witness(kind, {"now": NOW, **subject, **more}, right, not right, story)
    place = Workspace(_CQL, _CQL.infer_schema(*pair), "made by hand")
    return replace(show(seen, pair, place), given=given)


def happened(name: str, time: str, **properties: object) -> Mapping[str, object]:
    """An event of a witness."""
    return {"name": name, "time": time, "properties": properties}


def standing(generator: str = "rules", *, origin: Origin | None = Origin.REAL) -> Standing:
    """A row of the leaderboard."""
    return Standing(
        generator=generator,
        judge="proof",
        origin=origin,
        answers=10,
        scored=10,
        cases=9,
        mean=Estimate(3.5, 3.0, 4.0, 10, 9),
        pass_rate=Estimate(0.5, 0.2, 0.8, 10, 9),
        effective_n=9.0,
        proved_right=0.4,
        undecided=0.1,
        unbuildable=2,
        due_refusals=1,
        undue_refusals=0,
        unanswered=0,
        unjudged=0,
        scores=(1, 2, 3, 2, 2),
        bounds=None,
        unscored=(),
        decides=origin is Origin.REAL,
    )


def page(items: Sequence[Item], *, standings: Sequence[Standing] | None = None) -> Page:
    """A page with these rows."""
    return Page(
        title="A study",
        subtitle="run a-study-1",
        inputs="customer",
        standings=[standing()] if standings is None else standings,
        items=[_lined(item) for item in items],
        left_out=0,
        notes=("a note on the run",),
        assumptions=[("shop", ("U1: the count of no events is 0",))],
        study="{}",
    )


def _lined(item: Item) -> Item:
    """With the lines of both queries, as they are made of what parses."""
    reference, candidate = (
        () if text is None else lines_of(_CQL, text) for text in (item.reference, item.candidate)
    )
    lines = item.reference_lines or reference, item.candidate_lines or candidate
    return replace(item, reference_lines=lines[0], candidate_lines=lines[1])


def hostile_page() -> Page:
    """Every text of it is `HOSTILE`."""
    reading = Reading(HOSTILE, HOSTILE, holds=True, letter="A", decides=True)
    reads = Reads((reading,), (reading,))
    mark = Mark(86_400_000, 2, HOSTILE, frozenset({Side.CANDIDATE}))
    lane = Lane(HOSTILE, (mark,), (Band(Side.REFERENCE, None, 0, HOSTILE),), reads)
    cell = Cell(HOSTILE, CellKind.TEXT)
    sheet = Sheet(HOSTILE, (HOSTILE,), (Row((cell,), RowMark.REFERENCE),), reads)
    scene = Scene(HOSTILE, ((HOSTILE, HOSTILE),), (Fact(HOSTILE, reads),), (lane,), (sheet,))
    outcome = Outcome(HOSTILE, formula=(Term("A", is_letter=True),))
    step = Explanation(NodeKind.OTHER, HOSTILE, reading=HOSTILE)
    picture = Picture(
        outcome, outcome, (scene,), (sheet, sheet), steps=(step, step), notes=(HOSTILE,)
    )
    shown = Shown(HOSTILE, HOSTILE, HOSTILE, {}, HOSTILE, HOSTILE, picture)
    piece = Piece(HOSTILE, TokenKind.TEXT, HOSTILE, changed=True)
    item = Item(
        dataset=HOSTILE,
        case=HOSTILE,
        tags=(HOSTILE,),
        question=HOSTILE,
        origin=HOSTILE,
        style=HOSTILE,
        faithful=False,
        generator=HOSTILE,
        reference=HOSTILE,
        reference_english=HOSTILE,
        candidate=HOSTILE,
        candidate_english=HOSTILE,
        refusal=None,
        failure=None,
        notes=(HOSTILE, f"more: {HOSTILE}"),
        origins=Origins(HOSTILE, HOSTILE, ((HOSTILE, HOSTILE),), (Said(*3 * (HOSTILE,)),)),
        difference=((0, HOSTILE, "same"),),
        reference_lines=(QueryLine((piece,), LineMark.ONLY),),
        unread=(HOSTILE, HOSTILE),
        kind=HOSTILE,
        rulings=(
            Ruling(
                judge=HOSTILE,
                score=2.0,
                unscored=HOSTILE,
                relation="overlaps",
                method="proof",
                reasoning=HOSTILE,
                undecided=HOSTILE,
                notes=(HOSTILE,),
                shown=(shown,),
                headline=HOSTILE,
                how=HOSTILE,
                members=(Member(HOSTILE, 1.0, HOSTILE),),
            ),
        ),
    )
    taken, turns = StepMade(HOSTILE, 1, Cost()), ByTurns(HOSTILE, 1, 1, 1, 1.0, 1)
    rival = Rival(HOSTILE, Estimate(1.5, 1.0, 2.0, 10, 9), 0.01, 4)
    return replace(
        page([item], standings=[replace(standing(HOSTILE), judge=HOSTILE)]),
        title=HOSTILE,
        subtitle=HOSTILE,
        notes=(HOSTILE,),
        assumptions=[(HOSTILE, (HOSTILE,))],
        study=HOSTILE,
        leads=[Lead(HOSTILE, Origin.REAL, HOSTILE, (rival,), (HOSTILE,))],
        failures=[FailureCount(HOSTILE, Owed.ANSWER, FailureKind.TIMEOUT, 3, HOSTILE)],
        makings=[Making(HOSTILE, 1, Cost(), 1, 1, 1, {HOSTILE: 1}, 1, 1, (taken,), (turns,))],
    )


COMPUTED = {
    "numbers": (
        "event('A').sum(property('p'))",
        "event('A').max(property('p'))",
        "the reference gives 2, the candidate gives 1",
    ),
    "nothing": (
        "event('A').sum(property('p'))",
        "event('A').count()",
        "the reference gives nothing, the candidate gives 0",
    ),
    "lists": (
        "event('A').unique(property('p'))",
        "event('A').within(7 days).unique(property('p'))",
        'the reference gives ["a"], the candidate gives []',
    ),
    "a text": (
        "event('A').first(property('p'))",
        "event('A').within(7 days).first(property('p'))",
        "the reference gives 'a', the candidate gives nothing",
    ),
}
"""Computed traits: reference, candidate, and what the witness shows of both."""


EXPLAINED = {
    "recent": (
        "event('Order Completed').count() >= 1 AND NOT trait('plan') = 'free'",
        "event('Order Completed').within(30 days).count() >= 1 AND NOT trait('plan') = 'free'",
    ),
    "funnel": (
        "event('Signed Up').where(event('Order Completed').within(parent: 7 days).count() >= 1)"
        ".count() >= 2",
        "event('Signed Up').where(event('Order Completed').within(parent: 3 days).count() >= 1)"
        ".count() >= 2",
    ),
    "users": (
        "ANY (event('Order Completed').within(7 days).count() >= 2 AND trait('role') = 'admin')",
        "ALL event('Order Completed').between(1 day, 90 days).count() >= 1",
    ),
    "rows": (
        "entity('orders').where(entity('lines').where(property('price') > 5).count() >= 1)"
        ".count() >= 1",
        "entity('orders').where(property('total') > 5).count() >= 1",
    ),
    "total": (
        "event('Order Completed').sum(property('total'))",
        "event('Order Completed').within(7 days).sum(property('total'))",
    ),
    "hostile": (
        f"event({string_text(VISIBLE)}).within(3 days).count() >= 1",
        f"trait({string_text(VISIBLE)}) = {string_text(VISIBLE)}",
    ),
}
"""Pairs whose witnesses proof finds, and the report explains."""


def computed_page() -> Page:
    """The verdicts of proof on `COMPUTED`."""
    return page(
        [judged(name, reference, candidate) for name, (reference, candidate, _) in COMPUTED.items()]
    )


def explained_page() -> Page:
    """The verdicts of proof on `EXPLAINED`."""
    return page([judged(name, *pair) for name, pair in EXPLAINED.items()])


def judged(name: str, reference: str, candidate: str) -> Item:
    """A row with the verdict of proof."""
    language = get_language("cql")
    schema = language.infer_schema(language.parse(reference), language.parse(candidate))
    verdict = judge_texts(language, reference, candidate, schema)
    case, question = Case(name, reference), Question(name, name, Origin.AUTHORED)
    answer = Candidate(query=candidate)
    judgement = Result("d", case, question, "g", answer, "proof", verdict, name)
    return make_item([judgement], Workspace(language, schema, "explained"))


def varied_page() -> Page:
    """All kinds of witness, scores, relations and answers; three datasets' worth of rows."""
    crowd = [
        happened("Order Completed", f"2026-05-{1 + n // 4:02d}T{n % 24:02d}:00:00Z", total=n)
        for n in range(60)
    ]
    ancient = [
        happened("Signed Up", "1970-01-01T00:00:00Z"),
        happened("Order Completed", "2026-06-01T11:59:59.999Z", total=1),
        happened("Order Completed", "2026-05-29T12:00:00Z", total=2),
        happened("Order Completed", "2026-05-29T12:00:00Z", total=2),
        happened("Order Planned", "2026-06-03T12:00:00Z"),
    ]
    user: Mapping[str, object] = {"traits": {"role": "admin"}}
    nobody: Mapping[str, object] = {"traits": {}}
    account = pictured(
        {"account": {"traits": {"seats": 3}, "users": [user, nobody]}},
        kind="account",
        story="an account with two users",
        given="in the candidate, not in the reference",
        queries=("ANY trait('role') = 'admin'", "trait('seats') = 3"),
    )
    nothing: dict[str, object] = {}
    rows = {"orders": [{"properties": {"total": 3}, "entities": {"products": [nothing]}}]}
    linked = pictured({"customer": {"entities": rows}}, story="a customer with an order")
    huge = pictured({"customer": {}}, story="very large", large=True)
    long = "event('" + "x" * 900 + "').count() >= 1"
    scoreless = {"score": None, "unscored": "undecided: no history was found"}
    uncompared = {"relation": None, "method": None}
    return page(
        [
            ruled(replace(ITEM, case="crowd"), shown=(witness(crowd),), score=1.0),
            ruled(replace(ITEM, case="ancient"), shown=(witness(ancient),), score=2.0),
            ruled(replace(ITEM, case="account", generator="nearest"), shown=(account,),
                  score=3.0),
            ruled(replace(ITEM, case="linked", dataset="b2b"), shown=(linked, huge), score=4.0),
            ruled(replace(ITEM, case="long", reference=long, question="w" * 700), score=5.0,
                  relation="equivalent"),
            ruled(replace(ITEM, case="undecided", difference=()), relation="undecided",
                  method="none", undecided="looked at 1000", **scoreless),
            ruled(replace(ITEM, case="refused", candidate=None, refusal="no such data",
                          origin="synthetic", difference=()), **uncompared),
            ruled(replace(ITEM, case="failed", candidate=None, failure="timed out", difference=()),
                  score=None, unscored="timeout: timed out", **uncompared),
            *(replace(ITEM, case=f"case-{n:03d}") for n in range(92)),
        ],
        standings=[standing(), standing(origin=Origin.AUTHORED), standing("nearest")],
    )  # fmt: skip


def html_of(shown: Page) -> str:
    """The HTML file as text."""
    file = io.BytesIO()
    write_html(shown, file)
    return file.getvalue().decode()


def write_page(text: str, folder: Path) -> str:
    """The page as a file; returns its address."""
    path = folder / "report.html"
    path.write_text(text, encoding="utf-8")
    return path.as_uri()
