"""LlamaIndex: VectorStoreIndex with its FAISS vector store."""

from __future__ import annotations

from pathlib import Path

import faiss
from llama_index.core import StorageContext, VectorStoreIndex
from llama_index.embeddings.huggingface import HuggingFaceEmbedding
from llama_index.vector_stores.faiss import FaissVectorStore

from benchmarks.peers.llamaindex_simple import asked_of, nodes
from benchmarks.peers.system import Passages, Search


def build(passages: Passages, folder: Path, model: str) -> None:
    """Index the passages and keep the index in an empty folder."""
    store = FaissVectorStore(faiss_index=faiss.IndexFlatIP(passages.vectors.shape[1]))
    index = VectorStoreIndex(
        nodes(passages),
        storage_context=StorageContext.from_defaults(vector_store=store),
        embed_model=HuggingFaceEmbedding(model_name=model),
    )
    index.storage_context.persist(persist_dir=str(folder))


def opened(folder: Path, model: str) -> Search:
    """Open what was built; the model is given by its folder."""
    store = FaissVectorStore.from_persist_dir(str(folder))
    storage = StorageContext.from_defaults(vector_store=store, persist_dir=str(folder))
    return asked_of(storage, model)
