"""The first indexing: in a child process, before anything can answer."""

from __future__ import annotations

import signal
import subprocess
import sys


def index_first(command: list[str]) -> None:
    """Run the first indexing; whoever is told to stop meanwhile takes it along."""
    child: subprocess.Popen[bytes] | None = None

    def stop(number: int, frame: object) -> None:
        if child is not None:
            child.terminate()
        raise SystemExit

    before = signal.signal(signal.SIGTERM, stop)
    try:
        with subprocess.Popen(command, stdout=sys.stderr) as child:
            child.wait()
    finally:
        signal.signal(signal.SIGTERM, before)
