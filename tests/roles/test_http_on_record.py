"""What a generator behind an address is sent is on record too, without the keys of its headers."""

from __future__ import annotations

from pathlib import Path

import msgspec
import pytest
from aiohttp import web

from jurist.models import MemorySent, logged_by, on_errand
from jurist.records import Origin, Question
from jurist.roles.loading import GENERATORS, load_generator, read_spec
from jurist.roles.spec import Means
from workspaces import small_workspace

KEY = "sk-very-secret-0123456789"


async def test_the_body_is_on_record_and_the_key_is_not(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MY_KEY", KEY)
    reached: list[bytes] = []
    log = MemorySent()

    async def serve(request: web.Request) -> web.Response:
        assert len(log.requests) == len(reached) + 1  # on record before it is here
        reached.append(await request.read())
        return web.json_response({"query": "trait('age') > 3"})

    app = web.Application()
    app.router.add_post("/ask", serve)
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    bound: tuple[str, int] = runner.addresses[0]
    url = f"http://127.0.0.1:{bound[1]}/ask"
    spec = {"http": f"{url}?key=${{MY_KEY}}", "headers": {"Authorization": "Bearer ${MY_KEY}"}}
    means = Means(tmp_path, environment=("MY_KEY",))
    generator = load_generator(read_spec(spec, GENERATORS), means)
    with logged_by(log), on_errand(run="r", role="mine"):
        await generator.answer(Question("q", f"über {KEY} 64?", Origin.REAL), small_workspace())
    await runner.cleanup()
    (request,) = log.requests
    assert request.body == reached[0].replace(KEY.encode(), b"[key]")
    assert "question" in msgspec.json.decode(request.body)
    assert (request.server, request.errand.run, request.errand.role) == (url, "r", "mine")
    assert log.outcomes[request.id].status == 200
    assert KEY not in repr(log.requests) + repr(log.outcomes)
