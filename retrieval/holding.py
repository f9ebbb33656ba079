"""Who uses a generation: a shared lock on it, which ends with the process that holds it.

The lock is on the generation's manifest, which is its own and never linked, and is taken
by a descriptor that only reads, so that a reader needs no right to write.
"""

from __future__ import annotations

import contextlib
import fcntl
import os
from collections.abc import Iterator
from pathlib import Path


def hold(path: Path) -> int:
    """Lock a file against being deleted; return the descriptor whose closing releases it.

    Raises:
        OSError: It is not there, or is being deleted.
    """
    descriptor = os.open(path, os.O_RDONLY)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_SH | fcntl.LOCK_NB)
        # Between opening and locking it may have been deleted.
        if not os.path.samestat(os.fstat(descriptor), os.stat(path)):
            raise FileNotFoundError(f"{path} has been replaced")
    except OSError:
        os.close(descriptor)
        raise
    return descriptor


@contextlib.contextmanager
def unused(path: Path) -> Iterator[bool]:
    """Tell whether no process holds a file; while the block runs, none can begin to."""
    try:
        descriptor = os.open(path, os.O_RDWR)
    except FileNotFoundError:
        yield True
        return
    except OSError:
        yield False
        return
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        yield True
    except BlockingIOError:
        yield False
    finally:
        os.close(descriptor)
