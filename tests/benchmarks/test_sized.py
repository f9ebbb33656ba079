"""Archives of a given size answer, copies and all."""

from __future__ import annotations

from pathlib import Path

from benchmarks.sized import build
from retrieval.archive import Archive
from retrieval.encoder import OnnxEncoder
from tests.conftest import SEARCH, whole_window


def test_an_archive_can_be_cut_short_and_grown(
    newspaper_dir: Path, newspaper: Archive, encoder: OnnxEncoder, tmp_path: Path
) -> None:
    """A grown archive holds its articles and copies of them, and answers as the original does."""
    (tmp_path / "archive").symlink_to(newspaper_dir)
    held = len(newspaper.articles())
    question = "Who is in charge of Alibaba?"
    for size, grown in ((5, False), (200, True)):
        build(tmp_path, tmp_path / str(size), encoder, size)
        archive = Archive(tmp_path / str(size), encoder, whole_window(encoder), SEARCH)
        answer = archive.ask(question, grouped=False)
        assert answer.hits
        assert grown == (len(archive.articles()) > held)
        archive.close()
    assert newspaper.ask(question).hits[0].text == answer.hits[0].text
