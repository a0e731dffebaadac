"""Names for workers that tell, on the machine they ran on, whether they are still alive."""

from __future__ import annotations

import os
import socket
from hashlib import blake2b
from pathlib import Path


def new_worker() -> str:
    """A name that no other session has: place, process, and chance."""
    return f"{_place()}:{os.getpid()}:{os.urandom(6).hex()}"


def is_dead(worker: str) -> bool:
    """Whether a worker ran here and its process is gone. Of other places nothing is known."""
    place, _, rest = worker.partition(":")
    process = rest.partition(":")[0]
    if place != _place() or not process.isdigit() or os.name != "posix":
        return False
    try:
        os.kill(int(process), 0)
    except ProcessLookupError:
        return True
    except PermissionError:
        return False
    return False


def _place() -> str:
    """This machine since it was started, and this container: where process numbers are unique."""
    parts = [socket.gethostname()]
    for source in ("/proc/sys/kernel/random/boot_id", "/proc/self/ns/pid"):
        path = Path(source)
        try:
            parts.append(str(path.readlink()) if path.is_symlink() else path.read_text())
        except OSError:  # not Linux: the host's name has to do
            continue
    return blake2b("\n".join(parts).encode(), digest_size=8).hexdigest()
