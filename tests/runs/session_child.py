"""Runs a study in a process of its own, so that tests can kill it: STUDY STORE LOG."""

from __future__ import annotations

import os
import sys
from pathlib import Path

from jurist.runs import read_study, run_study
from jurist.store import open_store

if __name__ == "__main__":
    os.environ["CALLS"] = sys.argv[3]
    store = open_store(sys.argv[2])
    outcome = run_study(read_study(Path(sys.argv[1])), store, workers=2)
    print(outcome.ending, outcome.done, outcome.open, flush=True)
    store.close()
