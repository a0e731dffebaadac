"""What a store has on record of a run: models as they answered, people's labels, measurements."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path, PurePath

import msgspec
from sqlalchemy import JSON, Dialect, Select, cast, func, select, type_coerce

from jurist.analysis.leaderboard import standings_of
from jurist.analysis.standings import Standing
from jurist.columns import Shelf
from jurist.errors import InputError
from jurist.facts.flows import Flow, Reach
from jurist.models.ledger import Exchange, ExchangeKind, decode_reply
from jurist.models.recording import read_exchanges, read_provenance
from jurist.records import Cost, Origin, Question
from jurist.store import Store
from jurist.store.annotations import settlements_of
from jurist.store.carrying import labels_of
from jurist.store.consistency import consistency_of
from jurist.store.ledger import EXCHANGES
from jurist.store.queue import Stage, Status
from jurist.store.sent import SentTotal, sent_totals
from jurist.store.tables import TASKS


@dataclass(frozen=True, slots=True)
class ModelUse:
    """A model as it answered, by a ledger or a recording."""

    model: str
    """Its identity there."""
    replies: int
    snapshots: tuple[str, ...]
    """What servers named themselves in their replies, sorted."""
    first: int | None
    """Milliseconds since 1970, UTC, of the earliest reply."""
    last: int | None
    source: str
    """Which ledger or recording says so."""
    provenance: str = ""
    """Where a recording's replies come from, in the words of whoever recorded them."""


@dataclass(frozen=True, slots=True)
class RoleCosts:
    """What a role's results of a run cost, as they recorded it."""

    results: int
    cost: Cost


@dataclass(frozen=True, slots=True)
class RunRecords:
    """All that labels say of a run beyond its study."""

    run: str
    standings: tuple[Standing, ...] = ()
    questions: Mapping[Origin, int] = field(default_factory=dict[Origin, int])
    labels: int = 0
    annotators: int = 0
    settled: int = 0
    uses: Mapping[str, ModelUse] = field(default_factory=dict[str, ModelUse])
    """By model string."""
    answers: Mapping[str, RoleCosts] = field(default_factory=dict[str, RoleCosts])
    """By generator."""
    verdicts: Mapping[str, RoleCosts] = field(default_factory=dict[str, RoleCosts])
    """By judge."""
    sent: tuple[SentTotal, ...] = ()
    """Requests of the run as they left, by server, model, role and level of privacy."""


def records_of(store: Store, run: str, flows: Iterable[Flow]) -> RunRecords:
    """Read a run's records.

    Args:
        store: Where it is kept.
        run: Its id.
        flows: Its roles, whose models are looked up.
    """
    labels = labels_of(store, run)
    columns = Shelf(store, None).columns(run)
    return RunRecords(
        run,
        standings_of(columns, consistency=consistency_of(store, run)),
        _questions(store, run),
        len(labels),
        len({label.annotator for label in labels}),
        len(settlements_of(store, run)),
        dict(_uses(store, flows)),
        _costs(store, run, Stage.CANDIDATES, by="generator"),
        _costs(store, run, Stage.VERDICTS, by="role"),
        sent_totals(store, run=run),
    )


# --- models ---------------------------------------------------------------------------------


def _uses(store: Store, flows: Iterable[Flow]) -> Iterator[tuple[str, ModelUse]]:
    for model, reach in dict.fromkeys((flow.model, flow.reach) for flow in flows if flow.model):
        found = _recorded(model) if reach is Reach.RECORDING else _in_ledger(store, model)
        if found is not None:
            yield model, found


def _in_ledger(store: Store, model: str) -> ModelUse | None:
    """A model by its string, also where a variable of the environment moved its server."""
    column, name = EXCHANGES.c.model, model.rpartition("#")[2].partition(":")[2] or model
    with store.read() as connection:
        known: list[str] = list(connection.scalars(select(column).distinct()))
        fitting = [each for each in known if each == model] or [
            each for each in known if "://" not in model and each.endswith(f"#{name}")
        ]
        if len(fitting) != 1:
            return None
        times = select(func.count(), func.min(EXCHANGES.c.created), func.max(EXCHANGES.c.created))
        count, first, last = connection.execute(times.where(column == fitting[0])).one()
        served: list[str | None] = [
            row[0] for row in connection.execute(_snapshots(fitting[0], connection.dialect))
        ]
    return ModelUse(
        fitting[0],
        count,
        _snapshot_names(served),
        first,
        last,
        "the ledger of this store",
    )


def _snapshot_names(snapshots: Iterable[str | None]) -> tuple[str, ...]:
    """The names, without the folders that servers of model files say with them."""
    named = (PurePath(each).name if each.startswith("/") else each for each in snapshots if each)
    return tuple(sorted(set(named)))


def _snapshots(model: str, dialect: Dialect) -> Select[str]:
    """How servers named the model in their replies, each name once."""
    reply = EXCHANGES.c.reply
    document = type_coerce(reply, JSON) if dialect.name == "sqlite" else cast(reply, JSON)
    snapshot = document["snapshot"].as_string()
    chats = EXCHANGES.c.kind == ExchangeKind.CHAT.value
    return select(snapshot).where(EXCHANGES.c.model == model, chats).distinct()


def _recorded(model: str) -> ModelUse | None:
    """A model of a recording; `None` where the recording is gone or cannot be read."""
    path, _, name = model.removeprefix("replay:").partition("#")
    try:
        exchanges = [each for each in read_exchanges(path) if not name or _is(each, name)]
        provenance = read_provenance(path)
    except InputError:
        return None
    if not exchanges:
        return None
    chats = [each for each in exchanges if each.kind is ExchangeKind.CHAT]
    created = [each.created for each in exchanges]
    return ModelUse(
        exchanges[0].model,
        len(exchanges),
        _snapshot_names(decode_reply(each).snapshot for each in chats),
        min(created),
        max(created),
        f"the recording {Path(path).name}",
        "; ".join(str(value) for value in provenance.values()),
    )


def _is(exchange: Exchange, name: str) -> bool:
    return exchange.model == name or exchange.model.endswith((f"#{name}", f":{name}"))


# --- results --------------------------------------------------------------------------------


class _Costly(msgspec.Struct):
    """The part of a candidate or a verdict that says what it cost."""

    cost: Cost = Cost()


_costly = msgspec.json.Decoder(_Costly)
_question = msgspec.json.Decoder(Question)


def _costs(store: Store, run: str, stage: Stage, *, by: str) -> dict[str, RoleCosts]:
    role = TASKS.c[by]
    query = select(role, TASKS.c.payload).where(
        TASKS.c.run == run,
        TASKS.c.stage == stage.value,
        TASKS.c.status.in_((Status.DONE.value, Status.FAILED.value)),
    )
    counts: Counter[str] = Counter()
    costs: dict[str, Cost] = {}
    with store.read() as connection:
        for name, payload in connection.execute(query).yield_per(1_000):
            counts[name] += 1
            costs[name] = costs.get(name, Cost()) + _costly.decode(payload or "{}").cost
    return {name: RoleCosts(counts[name], cost) for name, cost in costs.items()}


def _questions(store: Store, run: str) -> dict[Origin, int]:
    """Questions that were asked, each once however many generators and samples."""
    place = TASKS.c.dataset, TASKS.c.case_id, TASKS.c.ordinal
    query = select(func.min(TASKS.c.question)).where(
        TASKS.c.run == run, TASKS.c.stage == Stage.CANDIDATES.value, TASKS.c.question.is_not(None)
    )
    with store.read() as connection:
        texts = connection.scalars(query.group_by(*place)).yield_per(1_000)
        return dict(Counter(_question.decode(text).origin for text in texts))
