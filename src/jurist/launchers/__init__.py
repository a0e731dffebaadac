"""Starting sessions of a run on other machines.

The store is the engine: it keeps the tasks, their results and the budget's account, and each
session claims, works and commits by itself. So a launcher starts `jurist work`, starts it again
where it died, and knows nothing of pairs or verdicts: when it is lost, nothing else is.
"""

from __future__ import annotations

from jurist.launchers.kubernetes import job_manifest
from jurist.launchers.session_command import Ended, SessionCommand
from jurist.launchers.slurm import array_script

__all__ = ["Ended", "SessionCommand", "array_script", "job_manifest"]
