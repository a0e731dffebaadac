"""`jurist run --on`: the sessions of a run are started elsewhere, and watched from here."""

from __future__ import annotations

import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import typer

from jurist.cli.extras import require_ray
from jurist.cli.stores import working_on
from jurist.cli.terminal import notices, plain
from jurist.errors import InputError, WorkerError
from jurist.interrupts import listening
from jurist.launchers import Ended, SessionCommand, array_script, job_manifest
from jurist.plurals import counted
from jurist.report.progress import Bars, progress_bars
from jurist.runs.session import prepare_study
from jurist.runs.study import StudyFile
from jurist.runs.watching import watch
from jurist.store import Store
from jurist.store.runs import get_run

if TYPE_CHECKING:
    from jurist.launchers.ray_cluster import NodeEnding, RayCrew

KUBERNETES: Final = "kubernetes"
SLURM: Final = "slurm"
RAY: Final = ("ray", "ray:", "ray://")
_LOOK_S: Final = 1.0
_PATIENCE_S: Final = 60.0
"""How long a cluster may be without any node that works."""


@dataclass(frozen=True, slots=True)
class Launch:
    """How `jurist run` is asked to start sessions."""

    on: str
    sessions: int | None = None
    """Of Kubernetes and SLURM; a Ray cluster has as many as nodes."""
    cores: int | None = None
    """Of each session there."""
    image: str = ""
    """For Kubernetes."""
    folder: str = ""
    """Where nodes have the study's own modules and commands."""
    retry_failures: bool = False
    """Whether what failed is opened again first."""
    html: bool = False
    """Whether a report is asked for."""

    @property
    def writes(self) -> bool:
        """Whether it only writes what another program then starts."""
        return self.on in {KUBERNETES, SLURM}


def check_launch(launch: Launch, file: StudyFile) -> None:
    """Refuse what cannot be started, before anything is stored.

    Raises:
        InputError: It says which option is wrong.
    """
    on = launch.on
    if not launch.writes and on != RAY[0] and not on.startswith(RAY[1]):
        raise InputError(
            f"--on {on} is no place that sessions can be started on",
            expected=f"ray://HOST:PORT, ray:HOST:PORT, ray, {KUBERNETES} or {SLURM}",
            fix="anywhere else start `jurist work RUN --store URL` by yourself",
        )
    if not file.study.store.startswith("postgresql"):
        raise InputError(
            f"--on needs a store that all nodes reach, and this one is {file.study.store}",
            expected="a postgresql:// URL",
            fix="name it with --store; without a server each machine does a part: --shard 1/3",
        )
    if launch.writes and (launch.sessions is None or launch.cores is None):
        raise InputError(
            f"--on {on} has to know how many sessions to ask for, and how large",
            expected="--sessions and --cores",
            fix="such as --sessions 8 --cores 16: eight of 16 cores each",
        )
    if on == KUBERNETES and not launch.image:
        raise InputError(
            "--on kubernetes has to know what its pods run",
            expected="--image",
            fix="an image with `pip install 'jurist[postgres]'`, such as registry.example/jurist:1",
        )
    if launch.image and on != KUBERNETES:
        raise InputError(
            f"--image is what pods run, and --on {on} starts none",
            expected=f"--image with --on {KUBERNETES} alone",
            fix="leave it out",
        )
    if launch.writes and launch.html:
        raise InputError(
            f"--on {on} prints what starts the sessions, and there is no result yet",
            expected="--html when they have ended",
            fix="leave it out; in the end: jurist run STUDY --html FILE, without --on",
        )
    if not launch.writes and (launch.sessions is not None or launch.cores is not None):
        raise InputError(
            "--sessions and --cores are not for a Ray cluster",
            expected="neither: each node has a session, on all of its cores",
            fix="leave them out",
        )


def write_launch(launch: Launch, file: StudyFile) -> None:
    """Store the run, and print what Kubernetes or SLURM start of it."""
    with working_on(file.study.store) as store:
        run = prepare_study(file, store, retry_failures=launch.retry_failures)
    command = SessionCommand(run, folder=launch.folder)
    sessions, cores = launch.sessions or 1, launch.cores or 1
    say = notices()
    if launch.on == KUBERNETES:
        typer.echo(
            job_manifest(command, image=launch.image, sessions=sessions, cores=cores), nl=False
        )
        say.print(
            f"run {plain(run)} is stored. Pods read their environment from the secret 'jurist': "
            "JURIST_STORE, and the keys of models. To start: ... | kubectl apply -f -"
        )
    else:
        typer.echo(array_script(command, sessions=sessions, cores=cores), nl=False)
        say.print(f"run {plain(run)} is stored. To start, with JURIST_STORE set: ... | sbatch")
    say.print("Its table, when they have ended: the same command without --on")


def run_on_ray(launch: Launch, file: StudyFile, *, quiet: bool) -> bool:
    """Start a session on each node and wait for all of them.

    Returns:
        Whether they ended by themselves; else somebody asked to stop.

    Raises:
        InputError: There is no such cluster, or it has no node.
        WorkerError: A session cannot work on its node; it says why.
    """
    require_ray()
    from jurist.launchers import ray_cluster

    ray_cluster.connect(launch.on)
    try:
        with working_on(file.study.store) as store:
            run = prepare_study(file, store, retry_failures=launch.retry_failures)
            crew = ray_cluster.RayCrew(SessionCommand(run, folder=launch.folder), file.study.store)
            stop = threading.Event()
            with listening(stop.set), progress_bars(quiet=quiet) as bars:
                endings = _watch(crew, store, run, Bars(bars), stop)
            if stop.is_set():
                crew.stop()
                return False
            _refuse_unable(endings)
            notices(quiet=quiet).print(
                f"{counted(len(endings), 'node')} worked on the run {plain(run)}"
            )
            return True
    finally:
        ray_cluster.disconnect()


def _watch(
    crew: RayCrew, store: Store, run: str, bars: Bars, stop: threading.Event
) -> list[NodeEnding]:
    """Until all sessions have ended, or somebody asks to stop."""
    endings: list[NodeEnding] = []
    alone_since = time.monotonic()
    while not stop.is_set():
        if crew.staff():
            alone_since = time.monotonic()
        elif endings:
            break
        elif time.monotonic() - alone_since > _PATIENCE_S:
            raise InputError(
                f"the cluster has had no node with a core for {_PATIENCE_S:.0f} seconds",
                expected="nodes that sessions can be started on",
                fix="see `ray status`; started again, the same command goes on",
                where="--on",
            )
        else:
            stop.wait(_LOOK_S)
        endings += crew.endings(_LOOK_S)
        bars.update(watch(store, get_run(store, run)).stages)
    return endings


def _refuse_unable(endings: Sequence[NodeEnding]) -> None:
    unable = [ending for ending in endings if ending.code not in (Ended.FINISHED, Ended.STOPPED)]
    if not unable:
        return
    first = unable[0]
    last_words = first.messages.strip() or f"it ended with exit code {first.code}"
    raise WorkerError(
        f"the session on {first.node} cannot work: {last_words}",
        expected="nodes that have jurist, the study's own files and the keys of its models",
        fix=f"mend it there ({counted(len(unable), 'node')} of {len(endings)} ended so), "
        "and start again: what is done is kept",
    )
