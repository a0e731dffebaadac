"""Recordings: written by a ledger, replayed without a call."""

from __future__ import annotations

import gzip
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from jurist.errors import InputError, ModelError
from jurist.models import (
    Exchange,
    JsonlLedger,
    MemoryLedger,
    Message,
    Models,
    Request,
    read_exchanges,
    read_provenance,
    write_recording,
)
from jurist.records import FailureKind
from model_server import ModelServer


async def record(path: Path, names: tuple[str, ...] = ("qwen",), cases: int = 3) -> list[str]:
    """Record some calls; returns the replies' texts."""
    ledger = JsonlLedger(path)
    texts: list[str] = []
    async with ModelServer() as server, Models(ledger) as models:
        for name in names:
            for case in range(cases):
                asked = Request(f"{server.url}#{name}", (Message("user", f"case {case}"),))
                texts.append((await models.call(asked)).text)
    ledger.close()
    return texts


def asked(path: Path, text: str, model: str = "") -> Request:
    fragment = f"#{model}" if model else ""
    return Request(f"replay:{path}{fragment}", (Message("user", text),))


async def test_a_replay_answers_as_recorded(tmp_path: Path) -> None:
    path = tmp_path / "a.jsonl"
    texts = await record(path)
    async with Models() as models:
        replies = [await models.call(asked(path, f"case {n}", "qwen")) for n in range(3)]
    assert [reply.text for reply in replies] == texts
    assert all(reply.cached for reply in replies)


async def test_a_miss_names_the_case(tmp_path: Path) -> None:
    path = tmp_path / "a.jsonl"
    await record(path)
    async with Models() as models:
        with pytest.raises(ModelError, match="case 77") as raised:
            await models.call(asked(path, "case 77"))
        assert raised.value.failure.kind is FailureKind.MISSING


async def test_several_models_must_be_told_apart(tmp_path: Path) -> None:
    path = tmp_path / "a.jsonl"
    texts = await record(path, ("qwen", "llama"), cases=1)
    async with Models() as models:
        with pytest.raises(InputError, match="several"):
            models.require(f"replay:{path}")
        with pytest.raises(InputError, match="no model 'gpt'"):
            models.require(f"replay:{path}#gpt")
        assert (await models.call(asked(path, "case 0", "llama"))).text == texts[1]


async def test_export_packed_with_provenance(tmp_path: Path) -> None:
    ledger = MemoryLedger()
    async with ModelServer() as server, Models(ledger) as models:
        await models.call(Request(f"{server.url}#qwen", (Message("user", "case 0"),)))

    async def exchanges() -> AsyncIterator[Exchange]:
        for exchange in ledger.exchanges.values():
            yield exchange

    path = tmp_path / "a.jsonl.gz"
    assert await write_recording(path, exchanges(), {"model": "Qwen", "by": "us"}) == 1
    assert gzip.decompress(path.read_bytes()).count(b"\n") == 2
    assert read_provenance(path) == {"model": "Qwen", "by": "us"}
    assert list(read_exchanges(path)) == list(ledger.exchanges.values())
    async with Models() as models:
        assert (await models.call(asked(path, "case 0"))).cached


async def test_a_ledger_in_a_file_goes_on_after_a_torn_line(tmp_path: Path) -> None:
    path = tmp_path / "a.jsonl"
    await record(path)
    whole = path.read_bytes()
    path.write_bytes(whole[:-20])
    ledger = JsonlLedger(path)
    ledger.close()
    assert len(list(read_exchanges(path))) == 2


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        (b"case 1", b"case 9", "line 2.*digest"),
        (b'{"key"', b'{"kee"', "line 1"),
        (b'"attempts":1', b'"attempts":"one"', "line 1"),
    ],
)
async def test_a_spoilt_recording_is_refused(
    tmp_path: Path, old: bytes, new: bytes, said: str
) -> None:
    path = tmp_path / "a.jsonl"
    await record(path)
    path.write_bytes(path.read_bytes().replace(old, new))
    with pytest.raises(InputError, match=said):
        list(read_exchanges(path))


def test_a_recording_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="there is no file"):
        list(read_exchanges(tmp_path / "no.jsonl"))
    (tmp_path / "bad.jsonl.gz").write_bytes(b"no gzip")
    with pytest.raises(InputError, match="cannot be unpacked"):
        list(read_exchanges(tmp_path / "bad.jsonl.gz"))
