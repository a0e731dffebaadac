"""Start one of the agents in its own environment: python run.py FOLDER."""

from __future__ import annotations

import os
import sys
from pathlib import Path

from environments import python_of

HERE = Path(__file__).resolve().parent

if __name__ == "__main__":
    name = sys.argv[1]
    python = python_of(name)
    if not python.exists():
        sys.exit(f"{name} has no environment yet: make it with python environments.py {name}")
    os.environ["JURIST_PYTHON"] = sys.executable
    os.environ["PYTHONPATH"] = os.pathsep.join(
        filter(None, [str(HERE), os.environ.get("PYTHONPATH")])
    )
    os.execv(python, [str(python), str(HERE / name / "agent.py")])
