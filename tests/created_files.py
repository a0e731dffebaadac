"""Runs `jurist` under a umask of nothing and says of each file and folder how it came to be.

    python created_files.py REPORT.json -- ARGUMENTS [-- ARGUMENTS ...]

Python tells of each file before it opens it, and of each change of permissions before it is
made. What is new is looked at when Python next tells of anything: a file that is made first and
made private then is seen in between.
"""

from __future__ import annotations

import json
import os
import stat
import sys
from pathlib import Path

_fresh: list[str] = []
_seen: dict[str, int] = {}
_looking = False


def _told(event: str, arguments: tuple[object, ...]) -> None:
    global _looking
    if _looking:
        return
    _looking = True
    try:
        for path in list(_fresh):
            if os.path.lexists(path):
                _seen.setdefault(path, stat.S_IMODE(os.lstat(path).st_mode))
                _fresh.remove(path)
        new = event == "os.mkdir" or (
            event == "open" and isinstance(arguments[2], int) and arguments[2] & os.O_CREAT
        )
        path = arguments[0] if new else None
        if isinstance(path, str | Path) and not os.path.lexists(path):
            _fresh.append(str(Path.cwd() / path))
    finally:
        _looking = False


def main() -> None:
    """Run each command, then write what was seen."""
    from jurist.cli import main as jurist

    report, *rest = sys.argv[1:]
    commands: list[list[str]] = []
    for argument in rest:
        if argument == "--":
            commands.append([])
        else:
            commands[-1].append(argument)
    os.umask(0)
    sys.addaudithook(_told)
    codes: list[object] = []
    for command in commands:
        sys.argv = ["jurist", *command]
        try:
            jurist()
            codes.append(0)
        except SystemExit as ended:
            codes.append(ended.code)
    Path(report).write_text(json.dumps({"codes": codes, "created": _seen}))


if __name__ == "__main__":
    main()
