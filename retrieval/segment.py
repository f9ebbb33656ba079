"""One segment of an index: the files of the articles that were embedded together.

The folder holds `vectors.*`, `passages.npy` (a row a passage), `sentences.npy` (a row
a sentence), `codes.bin` (int8 sentence vectors), `words.*` and `titles.*` (the stems of
each sentence; of each passage's title and heading) and the articles of `roster.py`. It is
written once and then only read, memory-mapped. None of it is ever unpickled.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import ExitStack, closing, suppress
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import numpy as np
import numpy.typing as npt

from retrieval.bm25 import Counts
from retrieval.encoder import Vectors
from retrieval.errors import GenerationDamaged, StorageError
from retrieval.passages import heading_over
from retrieval.roster import Roster, RosterWriter
from retrieval.tokens import Tokens, TokensWriter
from retrieval.types import ArticleVersion, Passage, Span, digest
from retrieval.vectors import Codes, Mask, PassageVectors, Positions, VectorsWriter, likeness

_PASSAGE = np.dtype(
    [
        ("article", "<u4"),
        ("start", "<u4"),
        ("end", "<u4"),
        ("heading_start", "<u4"),
        ("heading_end", "<u4"),
        ("sentence", "<u8"),
        ("sentences", "<u4"),
        ("key", "<u8"),
    ]
)
_SENTENCE = np.dtype([("start", "<u4"), ("end", "<u4"), ("scale", "<f4"), ("key", "<u8")])

Keys = npt.NDArray[np.uint64]
"""Hashes of the texts that a model read, shape (texts,)."""


@dataclass(frozen=True, slots=True)
class Embedded:
    """An article version cut and encoded.

    Attributes:
        passages: Its passages, in order.
        vectors: Their float32 unit vectors, shape (passages, dimensions).
        sentences: The distinct sentences of its passages, in order.
        codes: Their vectors' int8 codes, shape (sentences, dimensions).
        scales: The codes' float32 scales, shape (sentences,).
        keys: The hash of what the model read of each passage, shape (passages,).
        sentence_keys: Likewise of each sentence, shape (sentences,).
    """

    passages: tuple[Passage, ...]
    vectors: Vectors
    sentences: tuple[Span, ...]
    codes: Codes
    scales: Vectors
    keys: Keys
    sentence_keys: Keys


@dataclass(frozen=True, slots=True)
class Reading:
    """What some passages' sentences and titles say to a question.

    Attributes:
        dense: Cosine of the question and each passage, float32, shape (n,).
        rows: How many of the following rows each passage has, at least one, shape (n,).
        sentences: Cosine of the question and each sentence, float32, shape (rows,).
        counts: How often a sentence holds a term, shape (rows, terms).
        joined: Whether the next term stands close behind that one, shape (rows, terms).
        lengths: How many words a sentence has, shape (rows,).
        titled: How often a passage's title or heading holds a term, shape (n, terms).
        title_lengths: How many words these have, shape (n,).
    """

    dense: Vectors
    rows: Positions
    sentences: Vectors
    counts: Counts
    joined: Mask
    lengths: Counts
    titled: Counts
    title_lengths: Counts


class SegmentWriter:
    """Writes the files of one segment, article by article."""

    def __init__(self, folder: Path, dimensions: int, stem: Callable[[str], list[str]]) -> None:
        """Start in an empty folder.

        Args:
            folder: Where the files go.
            dimensions: The length of a vector.
            stem: Returns a text's tokens.
        """
        self._folder = folder
        self._stem = stem
        with ExitStack() as stack:
            self._codes = stack.enter_context((folder / "codes.bin").open("wb"))
            self._roster = stack.enter_context(closing(RosterWriter(folder)))
            self._words = stack.enter_context(closing(TokensWriter(folder, "words")))
            self._titles = stack.enter_context(closing(TokensWriter(folder, "titles")))
            self._files = stack.pop_all()
        self._vectors = VectorsWriter(folder, dimensions)
        self._passages: list[npt.NDArray[np.void]] = []
        self._sentences: list[npt.NDArray[np.void]] = []
        self.articles = self.passages = self.sentences = 0

    def add(self, version: ArticleVersion, embedded: Embedded) -> None:
        """Add one article version."""
        article = version.article
        first = {span: number for number, span in enumerate(embedded.sentences)}
        rows = np.zeros(len(embedded.passages), dtype=_PASSAGE)
        for number, passage in enumerate(embedded.passages):
            heading = _heading_span(version, passage)
            begin = first[passage.sentences[0]] if passage.sentences else 0
            rows[number] = (
                self.articles, *passage.span, *heading,
                self.sentences + begin, len(passage.sentences), embedded.keys[number],
            )  # fmt: skip
            self._titles.add(self._stem(f"{article.title}\n{passage.heading or ''}"))
        spans = np.zeros(len(embedded.sentences), dtype=_SENTENCE)
        for number, span in enumerate(embedded.sentences):
            spans[number] = (*span, embedded.scales[number], embedded.sentence_keys[number])
            above = heading_over(article, span.start) or ""
            self._words.add(self._stem(f"{above}\n{article.text[span.start : span.end]}"))
        self._codes.write(embedded.codes.tobytes())
        self._roster.add(version)
        self._vectors.add(embedded.vectors)
        self._passages.append(rows)
        self._sentences.append(spans)
        self.articles += 1
        self.passages += len(rows)
        self.sentences += len(spans)

    def close(self) -> None:
        """Let go of the files, finished or not."""
        # What a full disk left unwritten is lost, and said by whatever met it first.
        with suppress(OSError):
            self._files.close()

    def finish(self) -> None:
        """Write what remains to disk.

        Raises:
            StorageError: The disk is full or cannot be written.
        """
        try:
            self._roster.finish()
            self._words.finish()
            self._titles.finish()
            self._files.close()
            self._vectors.finish()
            for name, dtype, rows in (
                ("passages.npy", _PASSAGE, self._passages),
                ("sentences.npy", _SENTENCE, self._sentences),
            ):
                whole = np.concatenate([np.empty(0, dtype), *rows])
                np.save(self._folder / name, whole, allow_pickle=False)
        except OSError as error:
            raise StorageError(
                f"The index cannot be written ({error.strerror}); check the disk's free space "
                "and permissions."
            ) from error


def _heading_span(version: ArticleVersion, passage: Passage) -> Span:
    """Return where the passage's heading stands in the text; an empty span for none."""
    text = version.article.text
    for heading in reversed(version.article.headings):
        before = heading.start <= passage.span.start
        if before and text[heading.start : heading.end] == passage.heading:
            return Span(*heading)
    return Span(0, 0)


class Segment:
    """A segment's files, open for reading. Passages and articles are numbered from 0."""

    def __init__(self, folder: Path) -> None:
        """Open the files.

        Raises:
            GenerationDamaged: A file is missing or is not what it should be.
        """
        self.folder = folder
        self.vectors = PassageVectors.open(folder)
        try:
            # As plain arrays: indexing a memmap costs several times as much.
            self._passages = np.asarray(np.load(folder / "passages.npy", "r", allow_pickle=False))
            self._sentences = np.asarray(np.load(folder / "sentences.npy", "r", allow_pickle=False))
            self._scales: Vectors = self._sentences["scale"]
            shape = (len(self._sentences), self.vectors.dimensions)
            self._codes: Codes = (
                np.asarray(np.memmap(folder / "codes.bin", np.int8, "r", shape=shape))
                if shape[0]
                else np.empty(shape, dtype=np.int8)
            )
            self.words = Tokens(folder, "words")
            self.titles = Tokens(folder, "titles")
            self.roster = Roster(folder)
            self.owners: Positions = self._passages["article"]
            counts = (len(self.vectors), len(self.titles), len(self.words))
            expected = (len(self.owners), len(self.owners), len(self._sentences))
            if counts != expected or (self.owners >= len(self.roster)).any():
                raise ValueError("its files do not fit together")
        except (OSError, EOFError, ValueError, LookupError, TypeError) as error:
            raise GenerationDamaged(
                f"The generation in {folder} is not whole ({error}); run `footnote index`."
            ) from error

    def __len__(self) -> int:
        """Return the number of passages."""
        return len(self._passages)

    def read(self, positions: Positions, vector: Vectors, stems: list[str]) -> Reading:
        """Return what passages say to a question.

        Args:
            positions: The passages, shape (n,).
            vector: The question's float32 unit vector, shape (dimensions,).
            stems: The stems of its terms.
        """
        dense = self.vectors.pick(positions) @ vector
        passages = self._passages[positions]
        rows = np.maximum(passages["sentences"].astype(np.int64), 1)
        ahead = np.cumsum(rows) - rows
        numbers = np.arange(rows.sum()) + np.repeat(
            passages["sentence"].astype(np.int64) - ahead, rows
        )
        # A passage without a sentence has one row for its whole text instead.
        real = np.repeat(passages["sentences"] > 0, rows)
        read = numbers[real]
        sentences = np.repeat(dense, rows)
        sentences[real] = likeness(self._codes[read], self._scales[read], vector)
        words = self.words.find(stems, read)
        counts = np.zeros((len(numbers), len(stems)), dtype=np.int64)
        joined = np.zeros(counts.shape, dtype=np.bool_)
        lengths = np.zeros(len(numbers), dtype=np.int64)
        counts[real], joined[real], lengths[real] = words.counts, words.joined, words.lengths
        titles = self.titles.find(stems, positions)
        return Reading(
            dense, rows, sentences, counts, joined, lengths, titles.counts, titles.lengths
        )

    def passage(self, position: int) -> Passage:
        """Return the passage at a position."""
        row = self._passages[position]
        number = int(row["article"])
        version = self.roster.entry(number).version_id
        span = Span(int(row["start"]), int(row["end"]))
        has_heading = row["heading_end"] > 0
        first, count = int(row["sentence"]), int(row["sentences"])
        spans = self._sentences[first : first + count][["start", "end"]]
        return Passage(
            id=digest(version, str(span.start), str(span.end)),
            version_id=version,
            span=span,
            heading=self.roster.heading(number, int(row["heading_start"])) if has_heading else None,
            sentences=tuple(Span(*ends) for ends in spans.tolist()),
        )

    def of_articles(self, mask: Mask) -> Mask:
        """Return which passages are of the articles of a mask, shape (passages,)."""
        found: Mask = mask[self.owners]
        return found

    def lengths(self, mask: Mask | None) -> tuple[int, int]:
        """Return how many words the texts and the titles of a mask's passages have together.

        Args:
            mask: Which passages, shape (passages,); None for all.
        """
        numbers = np.arange(len(self)) if mask is None else np.flatnonzero(mask)
        rows = self._passages[numbers]
        first = rows["sentence"].astype(np.int64)
        words = self.words.between(first, first + rows["sentences"])
        return int(words.sum()), int(self.titles.between(numbers, numbers + 1).sum())

    def count_sentences(self, mask: Mask | None) -> int:
        """Return how many sentences the articles of a mask have; of all for None."""
        if mask is None:
            return len(self._sentences)
        rows = self._passages[self.of_articles(mask) & (self._passages["sentences"] > 0)]
        last = np.zeros(len(mask), dtype=np.int64)
        first = np.full(len(mask), len(self._sentences), dtype=np.int64)
        np.maximum.at(last, rows["article"], (rows["sentence"] + rows["sentences"]).astype("i8"))
        np.minimum.at(first, rows["article"], rows["sentence"].astype("i8"))
        return int(np.maximum(last - first, 0).sum())

    # Building upon a segment.

    @cached_property
    def keys(self) -> Keys:
        """The keys of its passages."""
        return np.ascontiguousarray(self._passages["key"])

    @cached_property
    def sentence_keys(self) -> Keys:
        """The keys of its sentences."""
        return np.ascontiguousarray(self._sentences["key"])

    def embedded(self, number: int) -> Embedded:
        """Return an article as it was embedded here."""
        low, high = np.searchsorted(self.owners, [number, number + 1])
        positions = np.arange(low, high, dtype=np.int64)
        rows = self._passages[low:high]
        held = rows[rows["sentences"] > 0]
        first = int(held["sentence"].min()) if len(held) else 0
        last = int((held["sentence"] + held["sentences"]).max()) if len(held) else 0
        spans = self._sentences[first:last]
        return Embedded(
            passages=tuple(self.passage(int(position)) for position in positions),
            vectors=self.vectors.pick(positions),
            sentences=tuple(Span(int(s["start"]), int(s["end"])) for s in spans),
            codes=self._codes[first:last],
            scales=spans["scale"],
            keys=rows["key"],
            sentence_keys=spans["key"],
        )

    def sentence_codes(self, positions: Positions) -> tuple[Codes, Vectors]:
        """Return int8 codes of sentences, shape (positions, dimensions), and their scales."""
        return self._codes[positions], self._scales[positions]
