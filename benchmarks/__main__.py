"""Runs the benchmarks: `python -m benchmarks [--only NAME] [--quick] [--against FILE]`."""

from __future__ import annotations

import argparse
import importlib
import json
import os
import platform
import subprocess
import sys
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from rich.console import Console
from rich.table import Table

from benchmarks.aims import AIMS
from benchmarks.measuring import QUICK

FOLDER: Final = Path(__file__).parent
RESULTS: Final = FOLDER / "results"
PREFIX: Final = "bench_"

Figures = dict[str, dict[str, float]]


def main() -> int:
    """Run what is asked for, show it, write it; 1 where a module could not be run."""
    options = _options()
    if options.run:
        print(json.dumps(importlib.import_module(f"benchmarks.{PREFIX}{options.run}").bench()))
        return 0
    names = sorted(path.stem.removeprefix(PREFIX) for path in FOLDER.glob(f"{PREFIX}*.py"))
    chosen = options.only or names
    if unknown := sorted(set(chosen) - set(names)):
        print(f"no benchmark {', '.join(unknown)}; there are {', '.join(names)}", file=sys.stderr)
        return 2
    earlier: Figures = _read(options.against) if options.against else {}
    say = Console(stderr=True, highlight=False)
    facts = _facts(quick=options.quick)
    figures: Figures = {}
    failed: list[str] = []
    for name in chosen:
        say.print(f"==> {name}", style="dim")
        began = time.perf_counter()
        found = _run(name, quick=options.quick)
        if found is None:
            failed.append(name)
            continue
        figures[name] = found
        facts[f"{name}_took_s"] = round(time.perf_counter() - began, 1)
    facts["load_after"] = _load()
    _show(figures, earlier)
    path = RESULTS / f"{datetime.now(UTC):%Y%m%dT%H%M%SZ}.json"
    RESULTS.mkdir(exist_ok=True)
    path.write_text(json.dumps({"machine": facts, "figures": figures}, indent=1) + "\n")
    load = f"load average {facts['load_before']} before, {facts['load_after']} after"
    say.print(f"{facts['cores']} cores, Python {facts['python']}, {load}; kept in {path}")
    for name in failed:
        say.print(f"{name} could not be run: see its error above", style="bold red")
    return 1 if failed else 0


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser("python -m benchmarks", description=__doc__)
    parser.add_argument("--only", action="append", metavar="NAME", help="repeatable; default: all")
    parser.add_argument("--quick", action="store_true", help="smaller sizes, fewer rounds")
    parser.add_argument("--against", type=Path, metavar="FILE", help="an earlier result to compare")
    parser.add_argument("--run", help=argparse.SUPPRESS)
    return parser.parse_args()


def _run(name: str, *, quick: bool) -> dict[str, float] | None:
    """A module's figures from a fresh interpreter; `None` where it failed."""
    environment = {key: value for key, value in os.environ.items() if key != QUICK}
    if quick:
        environment[QUICK] = "1"
    done = subprocess.run(
        [sys.executable, "-m", "benchmarks", "--run", name],
        check=False,
        cwd=FOLDER.parent,
        env=environment,
        stdout=subprocess.PIPE,
    )
    if done.returncode:
        return None
    return json.loads(done.stdout.splitlines()[-1])


def _facts(*, quick: bool) -> dict[str, object]:
    return {
        "at": datetime.now(UTC).isoformat(timespec="seconds"),
        "quick": quick,
        "cores": os.cpu_count(),
        "machine": platform.machine(),
        "system": platform.system(),
        "python": platform.python_version(),
        "load_before": _load(),
    }


def _load() -> float | None:
    """Processes that wanted a core in the last minute."""
    return round(os.getloadavg()[0], 2) if hasattr(os, "getloadavg") else None


def _read(path: Path) -> Figures:
    return json.loads(path.read_text())["figures"]


def _show(figures: Figures, earlier: Figures) -> None:
    table = Table(box=None, pad_edge=False, header_style="bold")
    table.add_column("figure")
    for column in ("value", "aim", "to aim", *(["to earlier"] if earlier else [])):
        table.add_column(column, justify="right")
    table.add_column("")
    for name, found in figures.items():
        table.add_row(f"[bold]{name}[/]")
        for figure, value in found.items():
            aim = AIMS.get(name, {}).get(figure)
            before = earlier.get(name, {}).get(figure)
            cells = [
                f"  {figure}",
                _number(value),
                "" if aim is None else str(aim),
                "" if aim is None else f"{value / aim.bound:.2f}",
            ]
            if earlier:
                cells.append(f"{value / before:.2f}" if before else "")
            missed = aim is not None and not aim.is_met(value)
            table.add_row(*cells, "[bold red]missed[/]" if missed else "")
    width = None if sys.stdout.isatty() else 100
    Console(highlight=False, width=width).print(table)


def _number(value: float) -> str:
    return f"{value:,.0f}" if abs(value) >= 1000 else f"{value:.4g}"


if __name__ == "__main__":
    sys.exit(main())
