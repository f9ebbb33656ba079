"""Haystack, hybrid as above, but joined by reciprocal rank fusion."""

from __future__ import annotations

from pathlib import Path

from benchmarks.peers.haystack_hybrid import build, joined
from benchmarks.peers.system import Search

__all__ = ["build", "opened"]


def opened(folder: Path, model: str) -> Search:
    """Open what was built; the model is given by its folder."""
    return joined(folder, model, "reciprocal_rank_fusion")
