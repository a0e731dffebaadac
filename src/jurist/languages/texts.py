"""Files that people name, read whole: their sizes are counted, for a pipe or a device has none."""

from __future__ import annotations

import difflib
from collections.abc import Generator, Iterable
from contextlib import contextmanager
from pathlib import Path

from jurist.errors import InputError

MAX_BYTES = 20_000_000
"""Most bytes of a file that is read whole."""


def read_text(path: str | Path, *, raises: type[InputError] = InputError) -> str:
    """The text of a UTF-8 file, without a byte order mark.

    Args:
        path: The file; a pipe will do.
        raises: The class of the error, so that it says what the file was meant to be.

    Raises:
        InputError: (as `raises`) it cannot be read, is too large or is not UTF-8.
    """
    with explained(path, raises=raises):
        with Path(path).open("rb") as file:
            raw = file.read(MAX_BYTES + 1)
        if len(raw) > MAX_BYTES:
            raise raises(
                f"{path} has more than {MAX_BYTES:,} bytes",
                expected=f"at most {MAX_BYTES:,} bytes",
                fix="leave out what is not needed, or name another file",
            )
        return raw.decode("utf-8-sig")


@contextmanager
def explained(path: str | Path, *, raises: type[InputError] = InputError) -> Generator[None]:
    """Says of the system's errors about a file what is wrong and what to do."""
    try:
        yield
    except (FileExistsError, NotADirectoryError):
        raise raises(
            f"{path} would lie in a file, or be a folder where a file is",
            expected="a path that leads through folders",
            fix="check the path",
        ) from None
    except FileNotFoundError:
        raise raises(
            f"there is no file {path}", expected="a file that is there", fix="check the path"
        ) from None
    except IsADirectoryError:
        raise raises(
            f"{path} is a folder", expected="a file", fix="name a file in that folder"
        ) from None
    except PermissionError:
        raise raises(
            f"{path} may not be used",
            expected="a file with permissions for you",
            fix="check its permissions and those of its folder",
        ) from None
    except UnicodeDecodeError as error:
        raise raises(
            f"{path} is not UTF-8 text (byte {error.start})",
            expected="text in UTF-8",
            fix="save it as UTF-8",
        ) from None
    except OSError as error:
        raise raises(
            f"{path} cannot be used: {error.strerror or error}",
            expected="a file that can be read or written",
            fix="check the path, the disk and its free space",
        ) from None


def nearest_hint(name: str, known: Iterable[str]) -> str:
    """`did you mean ...?`, or nothing where no known name is near."""
    near = difflib.get_close_matches(name[:200], list(known), n=1)
    return f"did you mean {near[0]!r}?" if near else ""
