"""txtai, dense: an Embeddings database with content."""

from __future__ import annotations

from pathlib import Path

from txtai import Embeddings

from benchmarks.peers.system import HITS, Passages, Search


def build_as(passages: Passages, folder: Path, **options: object) -> None:
    """Index the passages by an external transform that looks their vectors up."""
    places = {text: place for place, text in enumerate(passages.texts)}

    def given(texts: list[str]) -> object:
        return passages.vectors[[places[text] for text in texts]]

    embeddings = Embeddings(method="external", transform=given, content=True, **options)
    embeddings.index(zip(passages.ids, passages.texts, strict=True))
    del embeddings.config["transform"]  # a function cannot be saved
    embeddings.save(str(folder / "index"))


def build(passages: Passages, folder: Path, model: str) -> None:
    """Index the passages and keep the index in an empty folder."""
    build_as(passages, folder)


def opened(folder: Path, model: str) -> Search:
    """Open what was built; the model is given by its folder."""
    embeddings = Embeddings()
    # From here on the questions are encoded as by default.
    embeddings.load(str(folder / "index"), config={"path": model, "method": None})

    def search(question: str) -> list[str]:
        return [hit["id"] for hit in embeddings.search(question, HITS)]

    return search
