"""Cut and encode article versions, encoding nothing that an earlier generation holds."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from functools import cached_property

import numpy as np

from retrieval.embedded import EmbeddedIndex
from retrieval.encoder import Encoder, Vectors
from retrieval.passages import Chunking, contexts, cut_passages, heading_over
from retrieval.segment import Embedded, Keys, Segment
from retrieval.types import ArticleVersion
from retrieval.vectors import Codes, Positions, quantise


def _keys(texts: Sequence[str]) -> Keys:
    """Return the hash of each text that a model reads."""
    hashes = (hashlib.blake2b(text.encode(), digest_size=8).digest() for text in texts)
    return np.frombuffer(b"".join(hashes), dtype="<u8")


class _Places:
    """Where each key of a segment stands."""

    def __init__(self, keys: Keys) -> None:
        self._order = np.argsort(keys, kind="stable")
        self._sorted = keys[self._order]

    def find(self, keys: Keys) -> Positions:
        """Return each key's position, -1 where it is not there; shape (keys,)."""
        if not len(self._sorted):
            return np.full(len(keys), -1, dtype=np.int64)
        at = np.minimum(np.searchsorted(self._sorted, keys), len(self._sorted) - 1)
        return np.where(self._sorted[at] == keys, self._order[at], -1).astype(np.int64)


class Reuse:
    """What a generation of the same recipe has embedded already."""

    def __init__(self, index: EmbeddedIndex) -> None:
        self._index = index
        self._numbers = {version: n for n, version in enumerate(index.version_ids())}

    @cached_property
    def _places(self) -> list[tuple[Segment, _Places, _Places]]:
        """The segments, and where the keys of their passages and sentences stand."""
        return [(s, _Places(s.keys), _Places(s.sentence_keys)) for s in self._index.segments]

    def version(self, version_id: str) -> Embedded | None:
        """Return a version as it was embedded, None where it was not."""
        number = self._numbers.get(version_id)
        return None if number is None else self._index.embedded(number)

    def passages(self, keys: Keys, vectors: Vectors) -> Positions:
        """Fill in the vectors of passages that were embedded; return the rows that were not."""
        missing = np.arange(len(keys))
        for segment, places, _ in self._places:
            found = places.find(keys[missing])
            held = found >= 0
            vectors[missing[held]] = segment.vectors.pick(found[held])
            missing = missing[~held]
        return missing

    def sentences(self, keys: Keys, codes: Codes, scales: Vectors) -> Positions:
        """Fill in the codes of sentences that were embedded; return the rows that were not."""
        missing = np.arange(len(keys))
        for segment, _, places in self._places:
            found = places.find(keys[missing])
            held = found >= 0
            rows = missing[held]
            codes[rows], scales[rows] = segment.sentence_codes(found[held])
            missing = missing[~held]
        return missing


def embed(
    versions: Sequence[ArticleVersion],
    encoder: Encoder,
    chunking: Chunking,
    reuse: Reuse | None = None,
) -> dict[str, Embedded]:
    """Cut article versions, and encode in one go what no earlier generation holds of them.

    Args:
        versions: The article versions.
        encoder: Encodes them.
        chunking: How passages are cut.
        reuse: What need not be encoded again.

    Returns:
        What each version became, by its id.
    """
    cut = [tuple(cut_passages(version, chunking, encoder.count_tokens)) for version in versions]
    spans = [tuple(sorted({s for p in passages for s in p.sentences})) for passages in cut]
    ahead = [contexts(version.article, chunking, encoder.count_tokens) for version in versions]
    passage_texts = []
    sentence_texts = []
    for version, passages, sentences, before in zip(versions, cut, spans, ahead, strict=True):
        text = version.article.text
        passage_texts += [before[p.heading] + text[p.span.start : p.span.end] for p in passages]
        sentence_texts += [
            before[heading_over(version.article, s.start)] + text[s.start : s.end]
            for s in sentences
        ]
    keys, sentence_keys = _keys(passage_texts), _keys(sentence_texts)
    vectors = np.empty((len(keys), encoder.card.dimensions), dtype=np.float32)
    codes = np.empty((len(sentence_keys), encoder.card.dimensions), dtype=np.int8)
    scales = np.empty(len(sentence_keys), dtype=np.float32)
    new = reuse.passages(keys, vectors) if reuse else np.arange(len(keys))
    new_sentences = (
        reuse.sentences(sentence_keys, codes, scales) if reuse else np.arange(len(codes))
    )
    texts = [passage_texts[i] for i in new] + [sentence_texts[i] for i in new_sentences]
    fresh = encoder.encode_passages(texts)
    vectors[new] = fresh[: len(new)]
    codes[new_sentences], scales[new_sentences] = quantise(fresh[len(new) :])
    made = {}
    passage = sentence = 0
    for version, passages, sentences in zip(versions, cut, spans, strict=True):
        rows = slice(passage, passage + len(passages))
        lines = slice(sentence, sentence + len(sentences))
        made[version.id] = Embedded(
            passages=passages,
            vectors=vectors[rows],
            sentences=sentences,
            codes=codes[lines],
            scales=scales[lines],
            keys=keys[rows],
            sentence_keys=sentence_keys[lines],
        )
        passage, sentence = rows.stop, lines.stop
    return made
