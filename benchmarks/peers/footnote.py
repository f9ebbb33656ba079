"""Footnote itself: whole answers, with text, highlights and confidence, by its defaults."""

from __future__ import annotations

from pathlib import Path

from benchmarks.peers.system import HITS, Passages, Search
from bot.composition import open_archive
from config.settings import load_settings


def build(passages: Passages, folder: Path, model: str) -> None:
    """Do nothing: `benchmarks.peers vectors` has left the index that the passages come from."""


def opened(folder: Path, model: str) -> Search:
    """Open the archive of the work folder, the model prepared beside it."""
    work = folder.parents[1]
    archive = open_archive(load_settings(data_dir=work), work / "archive")

    def search(question: str) -> list[str]:
        hits = archive.ask(question, k=HITS, grouped=False).hits
        return [hit.passage.id for hit in hits]

    return search
