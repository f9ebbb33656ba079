"""LlamaIndex: VectorStoreIndex with its default, the in-memory SimpleVectorStore."""

from __future__ import annotations

from pathlib import Path

from llama_index.core import StorageContext, VectorStoreIndex, load_index_from_storage
from llama_index.core.schema import TextNode
from llama_index.embeddings.huggingface import HuggingFaceEmbedding

from benchmarks.peers.system import HITS, Passages, Search


def nodes(passages: Passages) -> list[TextNode]:
    """Return the passages as nodes that are embedded already."""
    columns = zip(passages.ids, passages.texts, passages.vectors.tolist(), strict=True)
    return [TextNode(id_=id_, text=text, embedding=vector) for id_, text, vector in columns]


def build(passages: Passages, folder: Path, model: str) -> None:
    """Index the passages and keep the index in an empty folder."""
    index = VectorStoreIndex(nodes(passages), embed_model=HuggingFaceEmbedding(model_name=model))
    index.storage_context.persist(persist_dir=str(folder))


def opened(folder: Path, model: str) -> Search:
    """Open what was built; the model is given by its folder."""
    return asked_of(StorageContext.from_defaults(persist_dir=str(folder)), model)


def asked_of(storage: StorageContext, model: str) -> Search:
    """Return what asks an index by its retriever."""
    index = load_index_from_storage(storage, embed_model=HuggingFaceEmbedding(model_name=model))
    retriever = index.as_retriever(similarity_top_k=HITS)

    def search(question: str) -> list[str]:
        return [hit.node.node_id for hit in retriever.retrieve(question)]

    return search
