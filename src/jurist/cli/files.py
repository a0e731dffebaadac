"""Reading the files that people name on the command line, with errors that say what to do."""

from __future__ import annotations

from pathlib import Path

from jurist.errors import InputError

LIMIT = 20_000_000
"""Most bytes that a file named on the command line may have to be read whole."""


def read_text(path: Path) -> str:
    """The file's text; raises `InputError` where it cannot be read as UTF-8."""
    try:
        if path.stat().st_size > LIMIT:
            raise InputError(
                f"{path} has {path.stat().st_size:,} bytes", expected=f"at most {LIMIT:,}"
            )
        return path.read_text(encoding="utf-8-sig")
    except FileNotFoundError:
        raise InputError(f"there is no file {path}", fix="check the path") from None
    except IsADirectoryError:
        raise InputError(f"{path} is a folder", expected="a file") from None
    except PermissionError:
        raise InputError(f"{path} may not be read", fix="check its permissions") from None
    except UnicodeDecodeError as error:
        raise InputError(
            f"{path} is not UTF-8 text (byte {error.start})", fix="save it as UTF-8"
        ) from None
