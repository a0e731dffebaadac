"""`jurist run` while its store goes away: a clear error, nothing lost, nothing paid for twice."""

from __future__ import annotations

import asyncio
import signal
import sys
from collections.abc import Sequence
from pathlib import Path

import pytest

from jurist.runs import read_study
from jurist.store import open_store
from model_server import ModelServer
from model_studies import model_study, play, read_rows, run_beside, stored_requests, told
from postgres import Server

IN_FLIGHT = 4 + 4 + 2 * 4
"""Calls under way at once: askers, answerers, and judges with two samples each."""
COMMAND = (sys.executable, "-m", "jurist", "run", "study.yaml", "--quiet")


@pytest.mark.postgres
async def test_a_killed_database_is_an_error_and_the_run_goes_on_later(
    tmp_path: Path, postgres_server: Server, postgres_url: str
) -> None:
    async with ModelServer(reply=play, delay_s=0.01) as server:
        study = model_study(tmp_path, server.url, cases=20, extra=f'store: "{postgres_url}"')
        child = await start(COMMAND, tmp_path)
        for _ in range(10_000):
            if len(server.counts.bodies) >= 30 or child.returncode is not None:
                break
            await asyncio.sleep(0.005)
        await asyncio.to_thread(postgres_server.stop, signal.SIGQUIT)
        try:
            _, said = await asyncio.wait_for(child.communicate(), 60)
        finally:
            await asyncio.to_thread(postgres_server.start)
        explained(child.returncode, said.decode())
        await goes_on(study, server, tmp_path, postgres_url)


@pytest.mark.skipif(sys.platform == "win32", reason="needs a limit on a file's size")
async def test_a_full_disk_is_an_error_and_the_run_goes_on_later(tmp_path: Path) -> None:
    place = tmp_path / "s.db"
    async with ModelServer(reply=play) as server:
        study = model_study(tmp_path, server.url, cases=20, extra="store: s.db")
        open_store(place).close()  # its tables take room of their own
        most = place.stat().st_size // 512 + 300  # 150 kB more
        limited = ("sh", "-c", f'ulimit -f {most}; exec "$@"', "sh", *COMMAND)
        child = await start(limited, tmp_path)
        _, said = await asyncio.wait_for(child.communicate(), 60)
        explained(child.returncode, said.decode())
        assert "disk" in said.decode()
        assert server.counts.replies  # it was under way
        await goes_on(study, server, tmp_path, str(place))


async def start(command: Sequence[str], folder: Path) -> asyncio.subprocess.Process:
    return await asyncio.create_subprocess_exec(
        *command, cwd=folder, stdout=asyncio.subprocess.DEVNULL, stderr=asyncio.subprocess.PIPE
    )


def explained(code: int | None, said: str) -> None:
    assert code == 2, said
    assert "Traceback" not in said
    assert said.startswith("error: the store ")
    assert "fix: " in said
    assert "what was committed is safe" in said


async def goes_on(study: Path, server: ModelServer, folder: Path, place: str) -> None:
    """The run ends as an undisturbed one does; only what was in flight is asked again."""
    stored, begun = await asyncio.to_thread(stored_requests, place), len(server.counts.bodies)
    assert stored
    last = await run_beside(read_study(study), place)
    assert last.ending == "finished"
    again = {told(body) for body in server.counts.bodies[begun:]}
    assert not stored & again, "asked again, although the reply was stored"
    calls = len(server.counts.bodies)
    whole = await run_beside(read_study(study), folder / "whole.db")
    assert calls - (len(server.counts.bodies) - calls) <= IN_FLIGHT
    assert read_rows(place, last.run) == read_rows(folder / "whole.db", whole.run)
