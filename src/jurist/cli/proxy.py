"""`jurist proxy`: an address through which any program's model calls go."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from jurist.cli.terminal import notices, output, plain

if TYPE_CHECKING:
    import socket

    from jurist.models import BudgetLimits, Totals
    from jurist.proxy import Access
    from jurist.runs.proxy_alone import ProxyTerms
    from jurist.store import Store

EXAMPLES = """\b
Examples:
  jurist proxy --model openai:gpt-5-mini                 (called gpt-5-mini there)
  jurist proxy --model fast=http://localhost:8000/v1#qwen3-8b --calls 1000
  jurist proxy --study study.yaml --usd 5                (its models, servers and prices)
  jurist proxy --model replay:recording.jsonl.gz         (what was recorded, and no call at all)

\b
It prints the variables that lead OpenAI's and Anthropic's clients to it, with a token that is new
at each start. Keys of the models' own servers are read from its environment, and never passed on.
"""


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("proxy", epilog=EXAMPLES)(proxy)


def proxy(
    *,
    model: Annotated[
        list[str] | None,
        typer.Option(help="MODEL, or NAME=MODEL: what may be called; repeatable."),
    ] = None,
    study: Annotated[
        Path | None,
        typer.Option(help="Its models, servers, prices, budget and level of privacy."),
    ] = None,
    store: Annotated[
        str | None,
        typer.Option(
            help="Where calls are kept: a file or URL; the study's, or jurist.db.",
            envvar="JURIST_STORE",
        ),
    ] = None,
    host: Annotated[str, typer.Option(help="Address to listen on.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(min=0, max=65535, help="Its port; 0: a free one.")] = 8770,
    usd: Annotated[float | None, typer.Option(min=0.0, help="Budget in dollars.")] = None,
    tokens: Annotated[int | None, typer.Option(min=1, help="Budget in tokens.")] = None,
    calls: Annotated[int | None, typer.Option(min=1, help="Budget in calls.")] = None,
    account: Annotated[
        str, typer.Option(help="Whose budget: what was spent under this name counts.")
    ] = "proxy",
    max_tokens: Annotated[
        int | None,
        typer.Option(min=1, help="Bound of a reply that has none, under a budget; 16,384."),
    ] = None,
    json: Annotated[bool, typer.Option("--json", help="JSON for programs, a line each.")] = False,
) -> None:
    """Lead any program's model calls through ledger, budget, limits and replays."""
    from dataclasses import replace

    from jurist.cli.listening import listen
    from jurist.event_loops import run_to_end
    from jurist.proxy import names_of
    from jurist.runs.proxy_alone import ProxyTerms, terms_of
    from jurist.runs.study import read_study
    from jurist.store import open_store

    named = [_read_model(each) for each in model or ()]
    further = {name: string for name, string in named if name}
    plain_names = [string for name, string in named if not name]
    file = None if study is None else read_study(study)
    if file is None:
        terms = ProxyTerms(names_of(plain_names, further), account=account)
    else:
        further = (names_of(plain_names, {}) if plain_names else {}) | further
        terms = terms_of(file, further, account)
        store = store or file.study.store
        if max_tokens is None and file.study.proxy is not None:
            max_tokens = file.study.proxy.max_tokens
    limits = _limits(usd, tokens, calls)
    if limits is not None:
        terms = replace(terms, limits=limits)
    with listen(host, port) as listening:
        opened = open_store(store or "jurist.db")
        try:
            totals = run_to_end(
                lambda: _serve(opened, terms, max_tokens or 16_384, listening, json=json)
            )
        finally:
            opened.close()
    _say_totals(totals, json=json)


def _read_model(given: str) -> tuple[str, str]:
    """A name and a model string; the name is empty where none is given."""
    name, equals, string = given.partition("=")
    if equals and ":" not in name and "/" not in name:
        return name, string
    return "", given


def _limits(usd: float | None, tokens: int | None, calls: int | None) -> BudgetLimits | None:
    from decimal import Decimal

    from jurist.models import BudgetLimits

    if usd is None and tokens is None and calls is None:
        return None
    return BudgetLimits(None if usd is None else Decimal(str(usd)), tokens, calls)


async def _serve(
    store: Store, terms: ProxyTerms, longest: int, listening: socket.socket, *, json: bool
) -> Totals:
    """Serve until Ctrl-C; what is under way gets a moment, then the budget is settled."""
    import asyncio

    from jurist.interrupts import listening as hearing
    from jurist.proxy import Credit, Proxy
    from jurist.runs.proxy_alone import reach_alone

    stop, loop = asyncio.Event(), asyncio.get_running_loop()
    with hearing(lambda: loop.call_soon_threadsafe(stop.set)):
        async with reach_alone(terms, store) as models:
            served = Proxy(models, terms.names, longest=longest, listening=listening)
            async with served:
                _say_where(served.admit(Credit()), terms, json=json)
                await stop.wait()
            return models.totals


def _say_where(access: Access, terms: ProxyTerms, *, json: bool) -> None:
    if json:
        told = {"environment": access.environment(), "models": dict(terms.names)}
        typer.echo(_line(told))
    else:
        for name, value in access.environment().items():
            output().print(f"export {name}={value}", soft_wrap=True, markup=False)
    budget = "" if terms.limits is None else f" Budget: {terms.limits.describe()}."
    notices().print(plain(f"Models: {', '.join(terms.names)}.{budget} Ctrl-C stops it."))


def _line(told: object) -> str:
    import msgspec

    from jurist.report.visible import in_json

    return in_json(msgspec.json.encode(told)).decode()


def _say_totals(totals: Totals, *, json: bool) -> None:
    from jurist.plurals import counted

    if json:
        typer.echo(_line(totals))
        return
    notices().print(
        f"{counted(totals.calls, 'call')}, {totals.cached:,} cached, {totals.failed:,} failed, "
        f"{counted(totals.input_tokens, 'input token')}, "
        f"{counted(totals.output_tokens, 'output token')}, ${totals.usd:.4f}"
    )
