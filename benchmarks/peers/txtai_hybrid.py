"""txtai, hybrid: its dense index beside its BM25, half and half."""

from __future__ import annotations

from pathlib import Path

from benchmarks.peers.system import Passages
from benchmarks.peers.txtai_dense import build_as, opened

__all__ = ["build", "opened"]


def build(passages: Passages, folder: Path, model: str) -> None:
    """Index the passages and keep the index in an empty folder."""
    build_as(passages, folder, hybrid=True)
