"""Files of articles that are indexed beside a question set's corpus, gzip unpacked."""

from __future__ import annotations

import gzip
import os
import shutil
import zlib
from pathlib import Path

from retrieval.errors import EvaluationError
from retrieval.types import digest

_GZIP = b"\x1f\x8b"


def unpacked(path: Path, folder: Path) -> Path:
    """Return a file of JSON lines as it can be read: itself, or its content unpacked.

    Args:
        path: The file.
        folder: Where what is unpacked is kept, and used again while the file is the same.

    Raises:
        EvaluationError: It cannot be opened, or is damaged.
    """
    try:
        with path.open("rb") as stream:
            if stream.read(2) != _GZIP:
                return path
        target = folder / f"{digest(str(path.resolve()))}.jsonl"
        changed = path.stat().st_mtime_ns
        if not target.exists() or target.stat().st_mtime_ns != changed:
            _unpack(path, target, changed)
    except (OSError, EOFError, zlib.error) as error:
        reason = error.strerror if isinstance(error, OSError) and error.strerror else str(error)
        raise EvaluationError(
            f"{path} cannot be read ({reason}); name a file of JSON lines, plain or packed by gzip."
        ) from error
    return target


def _unpack(path: Path, target: Path, changed: int) -> None:
    """Unpack a file; until it is whole, it goes by another name."""
    target.parent.mkdir(parents=True, exist_ok=True)
    part = target.with_suffix(".part")
    with gzip.open(path) as packed, part.open("wb") as plain:
        shutil.copyfileobj(packed, plain, 1 << 20)
    os.utime(part, ns=(changed, changed))
    part.replace(target)
