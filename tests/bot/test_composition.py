"""Settings become the parts that answer."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from bot.composition import open_archive
from bot.sourcing import index_sources
from config.settings import Settings, load_settings
from retrieval.errors import ModelError
from tests.commands import ROOT, environment

QUESTION = "When does the keeper open the gate?"

ASKING = """
import sys
from pathlib import Path
from bot.composition import open_archive
from config.settings import load_settings
archive = open_archive(load_settings(Path(sys.argv[1])))
(hit,) = archive.ask(sys.argv[2], k=1).hits
print(hit.version.article.title, sorted({"torch", "sentence_transformers"} & set(sys.modules)))
"""


def _settings(path: Path, cross_encoder: str | None) -> Settings:
    """Write a settings file that names a cross-encoder beside one source, and load it."""
    reranker = {"name": cross_encoder, "budget_ms": 60_000}
    values = {"data_dir": "data", "sources": [{"path": "a.jsonl"}], "reranker": reranker}
    path.write_text(json.dumps(values))
    return load_settings(path)


@pytest.mark.slow
def test_a_named_reranker_is_prepared_while_indexing(
    models: Path, cross_encoders: dict[str, str], tmp_path: Path
) -> None:
    """Indexing exports it, without which nothing is opened; answering never loads torch."""
    texts = {"Gates": "The keeper opens the gate at six.", "Reeds": "A heron stood. " * 3}
    rows = [json.dumps({"title": title, "text": text}) for title, text in texts.items()]
    (tmp_path / "a.jsonl").write_text("\n".join(rows))
    (tmp_path / "data" / "models").mkdir(parents=True)
    for prepared in models.glob("all-MiniLM*"):
        (tmp_path / "data" / "models" / prepared.name).symlink_to(prepared)
    plain = _settings(tmp_path / "plain.yaml", None)
    index_sources(plain, [], False, False, lambda _: None)
    archive = open_archive(plain)
    assert "Gates" == archive.ask(QUESTION).hits[0].version.article.title
    archive.close()
    named = _settings(tmp_path / "named.yaml", cross_encoders["plain"])
    with pytest.raises(ModelError, match="has not been prepared; run `footnote index`"):
        open_archive(named)
    assert not index_sources(named, [], False, False, lambda _: None).published
    command = [sys.executable, "-c", ASKING, str(tmp_path / "named.yaml"), QUESTION]
    done = subprocess.run(
        command, cwd=ROOT, env=environment(), capture_output=True, text=True, check=False
    )
    assert (0, "Reeds []\n") == (done.returncode, done.stdout), done.stderr
