"""How long a command takes to start: whole processes, from nothing to their end."""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

from benchmarks.measuring import is_quick, run_process
from jurist.store import open_store

COMMANDS = {
    "bare_python": ["-c", "pass"],
    "import": ["-c", "import jurist"],
    "help": ["-m", "jurist", "--help"],
    "command_help": ["-m", "jurist", "align", "--help"],
    "plan": ["-m", "jurist", "plan", "--sd", "1.4"],
    "list_runs": ["-m", "jurist", "report", "--store"],
    "ledger": ["-m", "jurist", "ledger", "--store"],
    "diff": [
        "-m",
        "jurist",
        "diff",
        "event('Order Completed').count() >= 1",
        "event('Order Completed').count() > 0 AND event('Order Completed').count() < 2",
    ],
}


def bench() -> dict[str, float]:
    """Wall and CPU milliseconds: medians of seven processes each."""
    figures: dict[str, float] = {}
    with tempfile.TemporaryDirectory() as folder:
        store = str(Path(folder) / "jurist.db")
        open_store(store).close()
        for name, arguments in COMMANDS.items():
            command = [sys.executable, *arguments]
            if arguments[-1] == "--store":
                command.append(store)
            # Once unmeasured; `diff` says by its exit code that the two are not the same.
            run_process(command, times=1, codes=(0, 1))
            spent = run_process(command, times=3 if is_quick() else 7, codes=(0, 1))
            figures[f"{name}_ms"] = spent.wall_ms
            figures[f"{name}_cpu_ms"] = spent.cpu_ms
    return figures


if __name__ == "__main__":
    for name, value in bench().items():
        print(f"{name:36} {value:12,.1f}")
