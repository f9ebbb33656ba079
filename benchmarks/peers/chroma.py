"""Chroma: a persistent collection with its own sentence-transformers embedding function."""

from __future__ import annotations

from pathlib import Path

import chromadb
from chromadb.utils.embedding_functions import SentenceTransformerEmbeddingFunction

from benchmarks.peers.system import HITS, Passages, Search


def build(passages: Passages, folder: Path, model: str) -> None:
    """Index the passages and keep the index in an empty folder."""
    client = chromadb.PersistentClient(str(folder))
    collection = client.create_collection(
        "passages", embedding_function=SentenceTransformerEmbeddingFunction(model_name=model)
    )
    most = client.get_max_batch_size()
    for first in range(0, len(passages.ids), most):
        part = slice(first, first + most)
        collection.add(
            ids=passages.ids[part],
            documents=passages.texts[part],
            embeddings=passages.vectors[part],
        )


def opened(folder: Path, model: str) -> Search:
    """Open what was built; the model is given by its folder."""
    client = chromadb.PersistentClient(str(folder))
    collection = client.get_collection(
        "passages", embedding_function=SentenceTransformerEmbeddingFunction(model_name=model)
    )

    def search(question: str) -> list[str]:
        found: list[str] = collection.query(query_texts=[question], n_results=HITS)["ids"][0]
        return found

    return search
