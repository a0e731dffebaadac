"""Make an environment for each agent, of its own requirements: python environments.py [FOLDER].

One lock could not hold them all: the frameworks ask for versions that exclude each other.
Packages come from whatever index pip is set up to use.
"""

from __future__ import annotations

import os
import subprocess
import sys
import venv
from pathlib import Path

HERE = Path(__file__).resolve().parent
NAMES = ("microsoft-agent-framework", "langgraph", "pydantic-ai", "openai-agents")


def folder_of(name: str) -> Path:
    """Where an agent's environment is; the variable AGENTS_ENVIRONMENTS puts them elsewhere."""
    return Path(os.environ.get("AGENTS_ENVIRONMENTS", HERE / ".environments")) / name


def python_of(name: str) -> Path:
    windows = os.name == "nt"
    return folder_of(name) / ("Scripts/python.exe" if windows else "bin/python")


def make(name: str) -> None:
    """Make it, unless it is there and its requirements are the same."""
    wanted = (HERE / name / "requirements.txt").read_text()
    done = folder_of(name) / "requirements.done"
    if done.exists() and done.read_text() == wanted:
        return
    venv.create(folder_of(name), with_pip=True, clear=True)
    pip = [str(python_of(name)), "-m", "pip", "--disable-pip-version-check", "-q", "install"]
    subprocess.run([*pip, "-r", str(HERE / name / "requirements.txt")], check=True)
    done.write_text(wanted)


if __name__ == "__main__":
    for each in sys.argv[1:] or NAMES:
        print(f"{each}: {folder_of(each)}")
        make(each)
