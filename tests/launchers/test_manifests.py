"""What launchers write for other systems: the shape of it, and the script as a shell runs it."""

from __future__ import annotations

import os
import re
import subprocess
from pathlib import Path
from typing import Any

import pytest
import yaml

from jurist.launchers import SessionCommand, array_script, job_manifest

COMMAND = SessionCommand("0f3a9c", folder="/work dir")


def job() -> dict[str, Any]:
    written = job_manifest(COMMAND, image="registry.example/jurist:1", sessions=4, cores=8)
    return yaml.safe_load(written)


def test_the_job_is_indexed_and_starts_sessions_again() -> None:
    manifest = job()
    assert (manifest["apiVersion"], manifest["kind"]) == ("batch/v1", "Job")
    spec = manifest["spec"]
    assert spec["completionMode"] == "Indexed"
    assert spec["completions"] == spec["parallelism"] == 4
    assert spec["backoffLimitPerIndex"] > 0
    assert spec["template"]["spec"]["restartPolicy"] == "Never"  # what podFailurePolicy asks for
    lost, over = spec["podFailurePolicy"]["rules"]
    assert lost == {"action": "Ignore", "onPodConditions": [{"type": "DisruptionTarget"}]}
    assert over["action"] == "FailIndex"
    assert over["onExitCodes"]["operator"] == "In"
    assert over["onExitCodes"]["values"] == [2, 3]


def test_a_pod_works_on_the_run_and_finds_the_store_in_a_secret() -> None:
    (container,) = job()["spec"]["template"]["spec"]["containers"]
    assert container["command"] == [
        "jurist", "work", "0f3a9c", "--workers", "8", "--folder", "/work dir", "--quiet",
    ]  # fmt: skip
    assert container["envFrom"] == [{"secretRef": {"name": "jurist"}}]
    assert container["resources"]["requests"]["cpu"] == "8"
    assert container["securityContext"]["allowPrivilegeEscalation"] is False


def test_names_of_kubernetes_are_kept_to() -> None:
    command = SessionCommand("Größe & Zahl " * 9 + "_1a2b3c4d")
    metadata = yaml.safe_load(job_manifest(command, image="i", sessions=1, cores=1))["metadata"]
    for name in (metadata["name"], *metadata["labels"].values()):
        assert re.fullmatch("[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?", name)
    assert metadata["name"].endswith("1a2b3c4d")


def run_script(tmp_path: Path, codes: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """The script, with an `srun` that notes its arguments and ends with one code after another."""
    binaries = tmp_path / "bin"
    binaries.mkdir()
    stub = binaries / "srun"
    stub.write_text(
        '#!/bin/bash\nprintf "%s\\n" "$*" >> "$LOG"\n'
        'read -r code rest < "$CODES"; echo "$rest" > "$CODES"; exit "$code"\n'
    )
    stub.chmod(0o755)
    sleeping = binaries / "sleep"
    sleeping.write_text("#!/bin/bash\n")
    sleeping.chmod(0o755)
    (tmp_path / "codes").write_text(codes + "\n")
    script = tmp_path / "job.sh"
    script.write_text(array_script(COMMAND, sessions=3, cores=8))
    return subprocess.run(
        ["/bin/bash", script],
        env={
            "PATH": f"{binaries}:{os.environ['PATH']}",
            "LOG": str(tmp_path / "log"),
            "CODES": str(tmp_path / "codes"),
            **environment,
        },
        capture_output=True,
        text=True,
        check=False,
    )


def test_the_array_has_a_task_a_session() -> None:
    lines = array_script(COMMAND, sessions=3, cores=8).splitlines()
    assert lines[0] == "#!/bin/bash"
    assert "#SBATCH --array=0-2" in lines
    assert "#SBATCH --cpus-per-task=8" in lines
    assert "#SBATCH --requeue" in lines


@pytest.mark.parametrize(
    ("codes", "started", "code"),
    [("0", 1, 0), ("137 0", 2, 0), ("2", 1, 2), ("3", 1, 3), ("139 139 139 139 139 139 0", 6, 139)],
)
def test_a_session_that_died_is_started_again(
    tmp_path: Path, codes: str, started: int, code: int
) -> None:
    ended = run_script(tmp_path, codes, JURIST_STORE="postgresql://here/runs")
    assert ended.returncode == code
    asked = (tmp_path / "log").read_text().splitlines()
    assert len(asked) == started
    assert asked[0] == (
        "--cpus-per-task=8 jurist work 0f3a9c --workers 8 --folder /work dir --quiet"
    )


def test_the_script_asks_for_the_store(tmp_path: Path) -> None:
    ended = run_script(tmp_path, "0")
    assert ended.returncode != 0
    assert "JURIST_STORE" in ended.stderr
    assert not (tmp_path / "log").exists()
