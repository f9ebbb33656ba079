"""The memory of the process that asks."""

from __future__ import annotations

from pathlib import Path


def resident() -> dict[str, float]:
    """Return megabytes in memory: its own (RssAnon), and pages of files (RssFile)."""
    lines = Path("/proc/self/status").read_text(encoding="ascii").splitlines()
    fields = dict(line.split(":", 1) for line in lines if ":" in line)
    return {name: int(fields[name].split()[0]) / 1024 for name in ("RssAnon", "RssFile")}
