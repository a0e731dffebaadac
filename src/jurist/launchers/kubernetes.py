"""An indexed Job of Kubernetes: one session a pod, each started again where its pod is lost."""

from __future__ import annotations

from typing import Final

import yaml

from jurist.launchers.session_command import Ended, SessionCommand

ENVIRONMENT: Final = "jurist"
"""The secret whose keys become the sessions' environment: JURIST_STORE, and keys of models."""
_GRACE_S: Final = 10
"""A session that is told to end has done so long before."""
_MOST_DEATHS: Final = 6
"""Of one session, from whatever its node did not cause."""


def job_manifest(command: SessionCommand, *, image: str, sessions: int, cores: int) -> str:
    """The manifest of a Job, for `kubectl apply -f -`.

    A pod that its node took away does not count as a death. A session that ended as it should,
    or that cannot work, is not started again.

    Args:
        command: What each pod does.
        image: An image that has jurist, with the extra `postgres`.
        sessions: How many pods.
        cores: Cores of each, all of which prove.
    """
    container = {
        "name": "session",
        "image": image,
        "command": ["jurist", *command.arguments(str(cores))],
        "envFrom": [{"secretRef": {"name": ENVIRONMENT}}],
        "resources": {"requests": {"cpu": str(cores)}},
        "securityContext": {
            "allowPrivilegeEscalation": False,
            "capabilities": {"drop": ["ALL"]},
        },
    }
    never_again = [int(Ended.UNABLE), int(Ended.STOPPED)]
    rules = [
        {"action": "Ignore", "onPodConditions": [{"type": "DisruptionTarget"}]},
        {
            "action": "FailIndex",
            "onExitCodes": {
                "containerName": container["name"],
                "operator": "In",
                "values": never_again,
            },
        },
    ]
    labels = {"app.kubernetes.io/name": "jurist", "jurist/run": command.name}
    manifest = {
        "apiVersion": "batch/v1",
        "kind": "Job",
        "metadata": {"name": f"jurist-{command.name}", "labels": labels},
        "spec": {
            "completionMode": "Indexed",
            "completions": sessions,
            "parallelism": sessions,
            "backoffLimitPerIndex": _MOST_DEATHS,
            "maxFailedIndexes": sessions,
            "podFailurePolicy": {"rules": rules},
            "template": {
                "metadata": {"labels": dict(labels)},  # the same twice would be a YAML anchor
                "spec": {
                    "restartPolicy": "Never",  # the Job starts pods again, by its policy
                    "terminationGracePeriodSeconds": _GRACE_S,
                    "automountServiceAccountToken": False,
                    "containers": [container],
                },
            },
        },
    }
    return yaml.safe_dump(manifest, sort_keys=False)
