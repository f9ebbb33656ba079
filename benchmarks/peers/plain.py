"""A plain script: sentence-transformers and an exact FAISS index, saved with its texts."""

from __future__ import annotations

import json
from pathlib import Path

import faiss
from sentence_transformers import SentenceTransformer

from benchmarks.peers.system import HITS, Passages, Search


def build(passages: Passages, folder: Path, model: str) -> None:
    """Index the passages and keep the index in an empty folder."""
    index = faiss.IndexFlatIP(passages.vectors.shape[1])
    index.add(passages.vectors)
    faiss.write_index(index, str(folder / "index.faiss"))
    rows = json.dumps([passages.ids, passages.texts])
    (folder / "texts.json").write_text(rows, encoding="utf-8")


def opened(folder: Path, model: str) -> Search:
    """Open what was built; the model is given by its folder."""
    encoder = SentenceTransformer(model)
    index = faiss.read_index(str(folder / "index.faiss"))
    ids, texts = json.loads((folder / "texts.json").read_text(encoding="utf-8"))

    def search(question: str) -> list[str]:
        vector = encoder.encode([question], normalize_embeddings=True)
        _, positions = index.search(vector, HITS)
        hits = [(ids[position], texts[position]) for position in positions[0]]
        return [id_ for id_, _ in hits]

    return search
