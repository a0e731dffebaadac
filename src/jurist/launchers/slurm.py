"""An array job of SLURM: one session a task, put back into the queue where its node is lost."""

from __future__ import annotations

import shlex
from typing import Final

from jurist.launchers.session_command import FINAL, SessionCommand

_SCRIPT: Final = """\
#!/bin/bash
#SBATCH --job-name=jurist-{name}
#SBATCH --array=0-{last}
#SBATCH --ntasks=1
#SBATCH --cpus-per-task={cores}
#SBATCH --requeue
#SBATCH --open-mode=append
#SBATCH --output=jurist-{name}-%a.log

: "${{JURIST_STORE:?is not set: the address of the store, such as postgresql://HOST/DATABASE}}"

# A session that dies is started again; what it held opens by itself when its lease runs out.
for death in 1 2 3 4 5 6; do
  srun --cpus-per-task="${{SLURM_CPUS_PER_TASK:-{cores}}}" {command}
  code=$?
  case "$code" in {final}) exit "$code" ;; esac
  echo "the session died (exit code $code)" >&2
  sleep 1
done
exit "$code"
"""


def array_script(command: SessionCommand, *, sessions: int, cores: int) -> str:
    """The script, for `sbatch`.

    Args:
        command: What each task of the array does.
        sessions: How many tasks.
        cores: Cores of each, all of which prove.
    """
    words = ["jurist", *command.arguments(str(cores))]
    return _SCRIPT.format(
        name=command.name,
        last=sessions - 1,
        cores=cores,
        command=" ".join(map(shlex.quote, words)),
        final="|".join(str(int(code)) for code in sorted(FINAL)),
    )
