"""`jurist proxy`: an address through which any program's model calls go."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from jurist.cli.terminal import notices, output, plain

if TYPE_CHECKING:
    import socket
    from collections.abc import Mapping

    from jurist.models import BudgetLimits, Totals
    from jurist.store import Store

EXAMPLES = """\b
Examples:
  jurist proxy --model openai:gpt-5-mini                 (called gpt-5-mini there)
  jurist proxy --model fast=http://localhost:8000/v1#qwen3-8b --calls 1000
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
        list[str], typer.Option(help="MODEL, or NAME=MODEL: what may be called; repeatable.")
    ],
    store: Annotated[
        str, typer.Option(help="Where calls are kept: a file or URL.", envvar="JURIST_STORE")
    ] = "jurist.db",
    host: Annotated[str, typer.Option(help="Address to listen on.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(min=0, max=65535, help="Its port; 0: a free one.")] = 8770,
    usd: Annotated[float | None, typer.Option(min=0, help="Budget in dollars.")] = None,
    tokens: Annotated[int | None, typer.Option(min=1, help="Budget in tokens.")] = None,
    calls: Annotated[int | None, typer.Option(min=1, help="Budget in calls.")] = None,
    account: Annotated[
        str, typer.Option(help="Whose budget: what was spent under this name counts.")
    ] = "proxy",
    max_tokens: Annotated[
        int,
        typer.Option(
            min=1, help="Bound of a reply where a budget needs one and a request has none."
        ),
    ] = 16_384,
) -> None:
    """Lead any program's model calls through ledger, budget, limits and replays."""
    from decimal import Decimal

    from jurist.cli.listening import listen
    from jurist.event_loops import run_to_end
    from jurist.models import BudgetLimits
    from jurist.proxy.catalogue import names_of
    from jurist.store import open_store
    from jurist.store.lock import at_work

    limits = BudgetLimits(None if usd is None else Decimal(str(usd)), tokens, calls)
    named = [_read_model(each) for each in model]
    names = names_of(
        [string for name, string in named if not name],
        {name: string for name, string in named if name},
    )
    with listen(host, port) as listening:
        opened = open_store(store)
        try:
            with at_work(opened):
                totals = run_to_end(
                    lambda: _serve(opened, names, limits, account, max_tokens, listening)
                )
        finally:
            opened.close()
    _say_totals(totals)


def _read_model(given: str) -> tuple[str, str]:
    """A name and a model string; the name is empty where none is given."""
    name, equals, string = given.partition("=")
    if equals and ":" not in name and "/" not in name:
        return name, string
    return "", given


async def _serve(
    store: Store,
    names: Mapping[str, str],
    limits: BudgetLimits,
    account: str,
    longest: int,
    listening: socket.socket,
) -> Totals:
    """Serve until Ctrl-C; what is under way is then cancelled, and the budget settled."""
    import asyncio

    from jurist.interrupts import listening as listening_to_interrupts
    from jurist.models import Budget, BudgetLimits, Models, on_errand
    from jurist.proxy import Credit, Proxy
    from jurist.store.ledger import SqlLedger

    stop, loop = asyncio.Event(), asyncio.get_running_loop()
    ledger = SqlLedger(store)
    budget = None if limits == BudgetLimits() else Budget(limits, account=ledger, run=account)
    try:
        async with Models(ledger, budget=budget) as models:
            models.require(*names.values())
            async with Proxy(models, names, longest=longest, listening=listening) as served:
                with on_errand(role="proxy"):
                    access = served.admit(Credit())
                for name, value in access.environment().items():
                    output().print(f"export {name}={value}", soft_wrap=True, markup=False)
                notices().print(plain(f"Models: {', '.join(names)}. Ctrl-C stops it."))
                with listening_to_interrupts(lambda: loop.call_soon_threadsafe(stop.set)):
                    await stop.wait()
            return models.totals
    finally:
        await ledger.close()


def _say_totals(totals: Totals) -> None:
    from jurist.plurals import counted

    notices().print(
        f"{counted(totals.calls, 'call')}, {totals.cached:,} cached, {totals.failed:,} failed, "
        f"{totals.input_tokens:,} input tokens, {totals.output_tokens:,} output tokens, "
        f"${totals.usd:.4f}"
    )
