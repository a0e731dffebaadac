"""What `jurist --help` loads: nothing heavy, so that it answers at once."""

from __future__ import annotations

import subprocess
import sys

HEAVY = {
    "aiohttp",
    "lark",
    "numpy",
    "pydantic",
    "scipy",
    "sklearn",
    "sqlalchemy",
    "z3",
}

SCRIPT = """
import sys
sys.argv = ["jurist", "--help"]
from jurist.cli import main
try:
    main()
finally:
    print("loaded:", *sorted({name.partition(".")[0] for name in sys.modules}))
"""


def test_help_loads_nothing_heavy():
    done = subprocess.run(
        [sys.executable, "-c", SCRIPT], capture_output=True, text=True, check=False
    )
    helped, _, loaded = done.stdout.rpartition("loaded:")
    assert "disagreements" in helped
    assert "typer" in loaded.split()
    assert not HEAVY & set(loaded.split())


def test_the_package_loads_nothing_heavy():
    script = "import sys, jurist; print(*{name.partition('.')[0] for name in sys.modules})"
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=True
    )
    assert not HEAVY & set(done.stdout.split())
