"""Ledgers as files: one exchange a line, written by exports, read by `replay:`.

The first line may say where the replies come from: `{"provenance": {...}}`.
"""

from __future__ import annotations

import gzip
import os
import zlib
from collections.abc import AsyncIterable, Generator, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import IO, BinaryIO, Final, cast

import msgspec

from jurist.errors import InputError
from jurist.languages.lines import decode_line, is_blank, lines_of
from jurist.languages.texts import explained
from jurist.private_files import make_private, written_whole
from jurist.records import FailureKind

from .failures import failed, quote
from .ledger import Exchange, holds_reply, key_of
from .presets import ReplayOf
from .types import Request

_LARGEST_RECORDING: Final = 500_000_000
_EXPECTED: Final = "one exchange a line, as `jurist ledger --export` writes them"
_LONGEST_LINE: Final = 50_000_000
_CHUNK: Final = 1_000_000
_decoder = msgspec.json.Decoder(Exchange)
_encoder = msgspec.json.Encoder()


class _Provenance(msgspec.Struct):
    provenance: dict[str, object]


class Recording:
    """The recorded replies of one model; never calls out.

    Args:
        path: For messages.
        identity: The recorded model.
        exchanges: Its exchanges by key.
    """

    def __init__(self, path: str, identity: str, exchanges: Mapping[str, Exchange]) -> None:
        self.path = path
        self.identity = identity
        self._exchanges = exchanges

    async def exchange(self, key: str, asked: Request | str) -> Exchange:
        """The recorded exchange.

        Raises:
            ModelError: There is none for this request.
        """
        found = self._exchanges.get(key)
        if found is None:
            text = asked if isinstance(asked, str) else asked.messages[-1].content
            raise failed(
                FailureKind.MISSING,
                f"the recording {self.path} of {self.identity} holds no reply to the request "
                f"{key} that ends in {quote(text[-200:])}: record it with the model itself",
            )
        return found


def open_recording(target: ReplayOf) -> Recording:
    """The recording that `replay:PATH#model` names.

    Raises:
        InputError: It cannot be read, or holds several models and none was named.
    """
    by_model: dict[str, dict[str, Exchange]] = {}
    for exchange in read_exchanges(target.path):
        by_model.setdefault(exchange.model, {})[exchange.key] = exchange
    wanted = target.model
    fitting = [name for name in by_model if not wanted or name == wanted]
    if not fitting:
        fitting = [name for name in by_model if name.rpartition("#")[2] == wanted] or [
            name for name in by_model if name.partition(":")[2] == wanted
        ]
    if len(fitting) != 1:
        known = ", ".join(sorted(by_model)) or "none"
        problem = "holds several models" if len(fitting) > 1 else f"holds no model {wanted!r}"
        raise InputError(
            f"the recording {target.path} {problem}",
            expected=f"one of: {known}",
            fix="name it as replay:PATH#model",
        )
    return Recording(target.path, fitting[0], by_model[fitting[0]])


def read_exchanges(path: str | Path) -> Iterator[Exchange]:
    """The exchanges of a file; one whose name ends in `.gz` is unpacked.

    Raises:
        InputError: The file or a line of it cannot be read, or a key is not its request's.
    """
    for number, line in _lines(path):
        if number == 1 and _provenance(line) is not None:
            continue
        where = f"{path}, line {number}"
        exchange = decode_line(line, _decoder, where=where, expected=_EXPECTED, raises=InputError)
        if key_of(bytes(exchange.request)) != exchange.key:
            raise InputError(
                f"the key {exchange.key!r} is not the digest of its request",
                expected="requests as they were recorded",
                fix="do not edit recorded requests: record them again",
                where=where,
            )
        if not holds_reply(exchange):
            raise InputError(
                f"the exchange {exchange.key!r} holds no reply that can be read",
                expected="replies as they were recorded",
                fix="record it again",
                where=where,
            )
        yield exchange


def read_provenance(path: str | Path) -> dict[str, object]:
    """Where a recording's replies come from; empty where it does not say.

    Raises:
        InputError: The file cannot be read.
    """
    for _, line in _lines(path):
        return _provenance(line) or {}
    return {}


async def write_recording(
    path: Path, exchanges: AsyncIterable[Exchange], provenance: Mapping[str, object]
) -> int:
    """Write exchanges to a new file, gzip'd where its name ends in `.gz`; returns how many."""
    count = 0
    with written_whole(path) as place, _writing(place, packed=path.suffix == ".gz") as file:
        file.write(_encoder.encode({"provenance": provenance}) + b"\n")
        async for exchange in exchanges:
            file.write(_encoder.encode(exchange) + b"\n")
            count += 1
    return count


class JsonlLedger:
    """A ledger in one file of JSON lines, for recordings; appended to by one process.

    Every exchange reaches the operating system before `put` returns, so it outlives the
    process; a line that a killed process left half written is dropped on opening.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._exchanges: dict[str, Exchange] = {}
        if path.exists():
            _drop_torn_line(path)
            self._exchanges = {exchange.key: exchange for exchange in read_exchanges(path)}
        make_private(path)
        self._file = path.open("ab")

    async def get(self, key: str) -> Exchange | None:
        """The exchange under this key, if there is one."""
        return self._exchanges.get(key)

    async def put(self, exchange: Exchange) -> None:
        """Append an exchange, unless its key is there."""
        if exchange.key in self._exchanges:
            return
        self._file.write(_encoder.encode(exchange) + b"\n")
        self._file.flush()
        self._exchanges[exchange.key] = exchange

    def close(self) -> None:
        """Close the file."""
        self._file.close()


def _drop_torn_line(path: Path) -> None:
    with path.open("r+b") as file:
        end = file.seek(0, os.SEEK_END)
        while end:
            start = max(end - _CHUNK, 0)
            file.seek(start)
            last = file.read(end - start).rfind(b"\n")
            if last >= 0:
                file.truncate(start + last + 1)
                return
            end = start
        file.truncate(0)


def _lines(path: str | Path) -> Iterator[tuple[int, bytes]]:
    """The lines that hold something, with their numbers; sizes are those after unpacking."""
    place = Path(path)
    size = 0
    with explained(place), _unpacking(place), _reading(place) as file:
        lines = lines_of(file, str(path), longest=_LONGEST_LINE, raises=InputError)
        for number, line in enumerate(lines, start=1):
            size += len(line)
            if size > _LARGEST_RECORDING:
                raise InputError(
                    f"the recording {path} holds more than {_LARGEST_RECORDING:,} bytes",
                    expected=f"at most {_LARGEST_RECORDING:,} bytes, unpacked",
                    fix="export one model's calls: jurist ledger --export FILE --model MODEL",
                )
            if not is_blank(line):
                yield number, line


@contextmanager
def _unpacking(path: Path) -> Generator[None]:
    try:
        yield
    except (gzip.BadGzipFile, EOFError, zlib.error) as error:
        raise InputError(
            f"the recording {path} cannot be unpacked: {error}",
            expected="a whole file in the gzip format, as its name says",
            fix="copy or record it again",
        ) from None


def _reading(path: Path) -> IO[bytes]:
    packed = path.suffix == ".gz"
    return cast("IO[bytes]", gzip.open(path, "rb")) if packed else path.open("rb")


def _writing(path: Path, *, packed: bool) -> BinaryIO:
    return cast("BinaryIO", gzip.open(path, "wb")) if packed else path.open("wb")


def _provenance(line: bytes) -> dict[str, object] | None:
    try:
        return msgspec.json.decode(line, type=_Provenance).provenance
    except (msgspec.DecodeError, UnicodeDecodeError):
        return None
