"""What users wait for, timed: `python -m benchmarks` (or `make bench`).

Each module `bench_*.py` has a function `bench() -> dict[str, float]` whose names carry the
unit (`parse_per_s`, `import_ms`, `peak_mb`); it is run in a process of its own. Nothing is
asserted: an aim that is missed is shown.
"""

import sys
from pathlib import Path

# The random queries that are timed are those that the tests draw.
sys.path.append(str(Path(__file__).resolve().parent.parent / "tests"))
