"""Haystack, hybrid: in-memory BM25 and embedding retrievers, joined by DocumentJoiner."""

from __future__ import annotations

from pathlib import Path

from haystack import Document, Pipeline
from haystack.components.joiners import DocumentJoiner
from haystack.components.retrievers.in_memory import (
    InMemoryBM25Retriever,
    InMemoryEmbeddingRetriever,
)
from haystack.document_stores.in_memory import InMemoryDocumentStore
from haystack_integrations.components.embedders.sentence_transformers import (
    SentenceTransformersTextEmbedder,
)

from benchmarks.peers.system import HITS, Passages, Search


def build(passages: Passages, folder: Path, model: str) -> None:
    """Index the passages and keep the index in an empty folder."""
    store = InMemoryDocumentStore()
    columns = zip(passages.ids, passages.texts, passages.vectors.tolist(), strict=True)
    store.write_documents(
        [Document(id=id_, content=text, embedding=vector) for id_, text, vector in columns]
    )
    store.save_to_disk(str(folder / "store.json"))


def opened(folder: Path, model: str) -> Search:
    """Open what was built; the model is given by its folder."""
    return joined(folder, model, "concatenate")


def joined(folder: Path, model: str, mode: str) -> Search:
    """Return what asks a pipeline whose joiner works in one of its modes."""
    store = InMemoryDocumentStore.load_from_disk(str(folder / "store.json"))
    pipeline = Pipeline()
    pipeline.add_component("embedder", SentenceTransformersTextEmbedder(model=model))
    pipeline.add_component("dense", InMemoryEmbeddingRetriever(store, top_k=HITS))
    pipeline.add_component("words", InMemoryBM25Retriever(store, top_k=HITS))
    pipeline.add_component("joiner", DocumentJoiner(join_mode=mode, top_k=HITS))
    pipeline.connect("embedder.embedding", "dense.query_embedding")
    pipeline.connect("dense", "joiner")
    pipeline.connect("words", "joiner")

    def search(question: str) -> list[str]:
        asked = {"embedder": {"text": question}, "words": {"query": question}}
        return [hit.id for hit in pipeline.run(asked)["joiner"]["documents"]]

    return search
