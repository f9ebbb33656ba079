"""LangChain: its FAISS vector store with HuggingFace embeddings."""

from __future__ import annotations

from pathlib import Path

from langchain_community.vectorstores import FAISS
from langchain_huggingface import HuggingFaceEmbeddings

from benchmarks.peers.system import HITS, Passages, Search


def build(passages: Passages, folder: Path, model: str) -> None:
    """Index the passages and keep the index in an empty folder."""
    pairs = zip(passages.texts, passages.vectors.tolist(), strict=True)
    store = FAISS.from_embeddings(
        pairs, HuggingFaceEmbeddings(model_name=model), ids=list(passages.ids)
    )
    store.save_local(str(folder))


def opened(folder: Path, model: str) -> Search:
    """Open what was built; the model is given by its folder."""
    store = FAISS.load_local(
        str(folder),
        HuggingFaceEmbeddings(model_name=model),
        allow_dangerous_deserialization=True,  # its own file, a moment old
    )

    def search(question: str) -> list[str]:
        return [hit.id for hit in store.similarity_search(question, k=HITS)]

    return search
