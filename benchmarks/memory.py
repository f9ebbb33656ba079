"""The memory of a process."""

from __future__ import annotations

from pathlib import Path


def resident(pid: int | str = "self") -> dict[str, float]:
    """Return megabytes in memory: a process's own (RssAnon), and pages of files (RssFile)."""
    lines = Path(f"/proc/{pid}/status").read_text(encoding="ascii").splitlines()
    fields = dict(line.split(":", 1) for line in lines if ":" in line)
    return {name: int(fields[name].split()[0]) / 1024 for name in ("RssAnon", "RssFile")}
