"""The embedded PassageIndex: FAISS and tantivy in one folder.

The folder holds `vectors.*`, `keywords/`, `passages.npy` (a row a passage),
`sentences.npy` (a row a sentence), `codes.bin` (int8 sentence vectors), `words.*` and
`titles.*` (the stems of each sentence; of each passage's title and heading) and
`articles.jsonl`. None of it is ever unpickled.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import numpy as np
import numpy.typing as npt

from retrieval.encoder import Vectors
from retrieval.errors import GenerationDamaged, StorageError
from retrieval.index import Candidates, Entry
from retrieval.keywords import Keywords, KeywordsWriter, Term
from retrieval.passages import heading_over
from retrieval.tokens import Tokens, TokensWriter
from retrieval.types import (
    OPERATOR,
    ArticleRef,
    ArticleVersion,
    Filters,
    Passage,
    Reader,
    Span,
    digest,
)
from retrieval.vectors import Codes, Mask, PassageVectors, Positions, VectorsWriter, likeness
from retrieval.vocabulary import Alike

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


class EmbeddedWriter:
    """Writes the files of one generation, article by article."""

    def __init__(self, folder: Path, dimensions: int, language: str) -> None:
        """Start in an empty folder.

        Args:
            folder: Where the files go.
            dimensions: The length of a vector.
            language: The articles' two-letter language code.
        """
        self._folder = folder
        (folder / "keywords").mkdir()
        self._keywords = KeywordsWriter(folder / "keywords", language)
        self._codes = (folder / "codes.bin").open("wb")
        self._entries = (folder / "articles.jsonl").open("w", encoding="utf-8")
        self._words = TokensWriter(folder, "words")
        self._titles = TokensWriter(folder, "titles")
        self._vectors = VectorsWriter(folder, dimensions)
        self._passages: list[npt.NDArray[np.void]] = []
        self._sentences: list[npt.NDArray[np.void]] = []
        self.articles = self.passages = self.sentences = 0

    def add(self, version: ArticleVersion, embedded: Embedded, story: str | None = None) -> None:
        """Add one article version.

        Args:
            version: The version.
            embedded: What it became.
            story: The id of the first article that tells the same story, None for none.
        """
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
            text = article.text[passage.span.start : passage.span.end]
            self._keywords.add(self.passages + number, article, passage.heading, text)
            self._titles.add(self._keywords.stem(f"{article.title}\n{passage.heading or ''}"))
        spans = np.zeros(len(embedded.sentences), dtype=_SENTENCE)
        for number, span in enumerate(embedded.sentences):
            spans[number] = (*span, embedded.scales[number], embedded.sentence_keys[number])
            above = heading_over(article, span.start) or ""
            sentence = article.text[span.start : span.end]
            self._words.add(self._keywords.stem(f"{above}\n{sentence}"))
        self._codes.write(embedded.codes.tobytes())
        self._entries.write(json.dumps(_entry(version, story), ensure_ascii=False) + "\n")
        self._vectors.add(embedded.vectors)
        self._passages.append(rows)
        self._sentences.append(spans)
        self.articles += 1
        self.passages += len(rows)
        self.sentences += len(spans)

    def finish(self) -> None:
        """Write what remains to disk.

        Raises:
            StorageError: The disk is full or cannot be written.
        """
        try:
            self._codes.close()
            self._entries.close()
            self._words.finish()
            self._titles.finish()
            self._vectors.finish()
            np.save(
                self._folder / "passages.npy",
                np.concatenate([np.empty(0, _PASSAGE), *self._passages]),
                allow_pickle=False,
            )
            np.save(
                self._folder / "sentences.npy",
                np.concatenate([np.empty(0, _SENTENCE), *self._sentences]),
                allow_pickle=False,
            )
        except OSError as error:
            raise StorageError(
                f"The index cannot be written ({error.strerror}); check the disk's free space "
                "and permissions."
            ) from error
        self._keywords.finish()


def _heading_span(version: ArticleVersion, passage: Passage) -> Span:
    """Return where the passage's heading stands in the text; an empty span for none."""
    text = version.article.text
    for heading in reversed(version.article.headings):
        before = heading.start <= passage.span.start
        if before and text[heading.start : heading.end] == passage.heading:
            return Span(*heading)
    return Span(0, 0)


def _entry(version: ArticleVersion, story: str | None) -> dict[str, object]:
    article = version.article
    published = article.published_at.isoformat() if article.published_at else None
    return {
        "id": version.article_id,
        "version": version.id,
        "title": article.title,
        "source": article.source,
        "authors": article.authors,
        "published_at": published,
        "collection": article.collection,
        "story": story,
        # Headings of passages are cut from the text, which the catalog holds; a
        # generation must be able to name them without it.
        "headings": {h.start: article.text[h.start : h.end] for h in article.headings},
    }


class EmbeddedIndex:
    """A PassageIndex over one generation's folder, read-only."""

    def __init__(self, folder: Path, language: str) -> None:
        """Open the files.

        Args:
            folder: The generation's folder.
            language: The articles' two-letter language code.

        Raises:
            GenerationDamaged: A file is missing or is not what it should be.
        """
        self._name = folder.name
        self.language = language
        self._vectors = PassageVectors.open(folder)
        self._keywords = Keywords.open(folder / "keywords", language)
        try:
            self._passages = np.load(folder / "passages.npy", allow_pickle=False)
            self._sentences = np.load(folder / "sentences.npy", mmap_mode="r", allow_pickle=False)
            shape = (len(self._sentences), self._vectors.dimensions)
            self._codes: Codes = (
                np.memmap(folder / "codes.bin", np.int8, "r", shape=shape)
                if shape[0]
                else np.empty(shape, dtype=np.int8)
            )
            self._words = Tokens(folder, "words")
            self._titles = Tokens(folder, "titles")
            self._read_entries(folder / "articles.jsonl")
            owners = self._passages["article"]
            counts = (len(self._vectors), len(self._titles), len(self._words))
            expected = (len(owners), len(owners), len(self._sentences))
            if counts != expected or (owners >= len(self._entries)).any():
                raise ValueError("its files do not fit together")
        except (OSError, EOFError, ValueError, LookupError, TypeError) as error:
            raise GenerationDamaged(
                f"The generation in {folder} is not whole ({error}); run `footnote index`."
            ) from error

    def _read_entries(self, path: Path) -> None:
        self._entries: list[Entry] = []
        self._headings: list[dict[str, str]] = []
        groups: dict[tuple[str, str], list[int]] = {}
        published: list[float] = []
        with path.open(encoding="utf-8") as lines:
            for number, line in enumerate(lines):
                row = json.loads(line)
                entry = Entry(
                    ArticleRef(row["id"], row["title"]), row["version"], row["source"],
                    tuple(row["authors"]), row["published_at"], row["collection"], row["story"],
                )  # fmt: skip
                self._entries.append(entry)
                self._headings.append(row["headings"])
                keys = [("collection", entry.collection)]
                keys += [("story", entry.story)] if entry.story else []
                keys += [("author", author.casefold()) for author in entry.authors]
                keys += [("source", entry.source.casefold())] if entry.source else []
                for key in keys:
                    groups.setdefault(key, []).append(number)
                moment = entry.published_at
                published.append(datetime.fromisoformat(moment).timestamp() if moment else np.nan)
        self._groups = {key: np.array(numbers) for key, numbers in groups.items()}
        self._published = np.array(published)

    @property
    def generation(self) -> str:
        """The generation's name."""
        return self._name

    def __len__(self) -> int:
        """Return the number of passages."""
        return len(self._passages)

    @property
    def recall(self) -> float:
        """The share of the nearest passages that the vectors' search finds."""
        return self._vectors.recall

    def terms(self, question: str, reader: Reader = OPERATOR) -> list[Term]:
        """Return the question's words, weighed by the passages that this reader may see."""
        return self._keywords.terms(question, reader)

    def stems(self, text: str) -> list[str]:
        """Return a text's tokens as the index knows them."""
        return self._keywords.stem(text)

    def _allowed(self, filters: Filters, reader: Reader) -> Mask | None:
        """Return which articles may be shown, shape (articles,); None for all."""
        if reader == Reader() and filters == Filters():
            return None
        mask = np.ones(len(self._entries), dtype=bool)
        if reader.collections is not None:
            mask &= self._any_of([("collection", name) for name in reader.collections])
        for field in ("collection", "author", "source"):
            value: str | None = getattr(filters, field)
            if value is not None:
                key = value if field == "collection" else value.casefold()
                mask &= self._any_of([(field, key)])
        if filters.after is not None:
            mask &= self._published >= filters.after.timestamp()
        if filters.before is not None:
            mask &= self._published < filters.before.timestamp()
        return mask

    def _any_of(self, keys: list[tuple[str, str]]) -> Mask:
        mask = np.zeros(len(self._entries), dtype=bool)
        for key in keys:
            if key in self._groups:
                mask[self._groups[key]] = True
        return mask

    def search(
        self, vector: Vectors, terms: Sequence[Term], limit: int, filters: Filters, reader: Reader
    ) -> Candidates:
        """Return the union of both legs' best `limit` passages.

        Args:
            vector: The question's float32 unit vector, shape (dimensions,).
            terms: The question's words.
            limit: How many passages each leg gives at most.
            filters: What the asker narrows to.
            reader: Who may see what.
        """
        articles = self._allowed(filters, reader)
        mask = None if articles is None else articles[self._passages["article"]]
        near = self._vectors.search(vector, limit, mask)
        worded, scores = self._keywords.search(terms, limit, filters, reader)
        positions = np.union1d(near, worded).astype(np.int64)
        keyword = np.zeros(len(positions), dtype=np.float32)
        keyword[np.searchsorted(positions, worded)] = scores
        if len(worded) == limit:  # else every passage with a word is among them
            unscored = np.setdiff1d(near, worded)
            keyword[np.searchsorted(positions, unscored)] = self._keywords.score(terms, unscored)
        return self._read(positions, keyword, vector, [term.stem for term in terms])

    def _read(
        self, positions: Positions, keyword: Vectors, vector: Vectors, stems: list[str]
    ) -> Candidates:
        """Return the candidates with what their sentences and titles say to the question."""
        dense = self._vectors.pick(positions) @ vector
        rows = self._passages[positions]
        counts = np.maximum(rows["sentences"].astype(np.int64), 1)
        ends = np.cumsum(counts)
        begins = ends - counts
        first = rows["sentence"].astype(np.int64)
        whole = rows["sentences"] == 0
        numbers = np.arange(counts.sum()) + np.repeat(first - begins, counts)
        real = np.repeat(~whole, counts)
        sentences = np.repeat(dense, counts)
        held = np.zeros((len(numbers), len(stems)), dtype=np.bool_)
        joined = np.zeros_like(held)
        read = numbers[real]
        sentences[real] = likeness(self._codes[read], self._sentences["scale"][read], vector)
        held[real], joined[real] = self._words.find(stems, read)
        titled, _ = self._titles.find(stems, positions)
        return Candidates(positions, dense, keyword, begins, sentences, held, joined, titled)

    def passage(self, position: int) -> Passage:
        """Return the passage at a position."""
        row = self._passages[position]
        number = int(row["article"])
        version = self._entries[number].version_id
        span = Span(int(row["start"]), int(row["end"]))
        has_heading = row["heading_end"] > 0
        first, count = int(row["sentence"]), int(row["sentences"])
        spans = np.asarray(self._sentences[first : first + count])[["start", "end"]]
        return Passage(
            id=digest(version, str(span.start), str(span.end)),
            version_id=version,
            span=span,
            heading=self._headings[number][str(row["heading_start"])] if has_heading else None,
            sentences=tuple(Span(*ends) for ends in spans.tolist()),
        )

    def entry(self, position: int) -> Entry:
        """Return the article of the passage at a position."""
        return self._entries[int(self._passages[position]["article"])]

    def unknown(self, terms: Sequence[Term], reader: Reader) -> list[str]:
        """Return the words that no passage this reader may see holds."""
        return self._keywords.unknown(terms, reader)

    def fold(self, text: str) -> list[str]:
        """Return a text's words lower-case and without accents."""
        return self._keywords.fold(text)

    def alike(self, word: str, most: int, reader: Reader) -> list[Alike]:
        """Return the words spelt like one, of those that this reader may see, nearest first."""
        return self._keywords.alike(word, most, reader)

    def holding(self, words: Sequence[str], reader: Reader) -> int | None:
        """Return the position of a passage that holds words side by side, None for none."""
        return self._keywords.holding(words, reader)

    def entries(self, filters: Filters, reader: Reader) -> list[Entry]:
        """Return the articles that match, in the order they were indexed."""
        allowed = self._allowed(filters, reader)
        if allowed is None:
            return self._entries
        return [self._entries[number] for number in np.flatnonzero(allowed)]

    def count(self, filters: Filters, reader: Reader) -> int:
        """Return how many articles match."""
        allowed = self._allowed(filters, reader)
        return len(self._entries) if allowed is None else int(np.count_nonzero(allowed))

    def answers(self) -> bool:
        """Tell whether both legs, asked for a passage that is held, find it or one as near."""
        if not len(self):
            return True
        asked = len(self) // 2
        (vector,) = self._vectors.pick(np.array([asked], dtype=np.int64))
        nearest = self._vectors.pick(self._vectors.search(vector, 1, None)) @ vector
        terms = self.terms(self.entry(asked).ref.title)
        worded, _ = self._keywords.search(terms, 1, Filters(), Reader())
        near = bool(np.any(nearest >= 0.999 * (vector @ vector)))
        return near and len(worded) == bool(terms)

    def copies(self, story: str, filters: Filters, reader: Reader) -> list[Entry]:
        """Return the articles that tell a story, of those that match."""
        mask = self._any_of([("story", story)])
        allowed = self._allowed(filters, reader)
        return [
            self._entries[i] for i in np.flatnonzero(mask if allowed is None else mask & allowed)
        ]

    # Building upon a generation.

    def keys(self) -> tuple[Keys, Keys]:
        """Return the keys of every passage and of every sentence, in their order."""
        return self._passages["key"], np.asarray(self._sentences["key"])

    def embedded(self, number: int) -> Embedded:
        """Return an article, by its number in `entries`, as it was embedded here."""
        low, high = np.searchsorted(self._passages["article"], [number, number + 1])
        positions = np.arange(low, high, dtype=np.int64)
        rows = self._passages[low:high]
        held = rows[rows["sentences"] > 0]
        first = int(held["sentence"].min()) if len(held) else 0
        last = int((held["sentence"] + held["sentences"]).max()) if len(held) else 0
        spans = self._sentences[first:last]
        return Embedded(
            passages=tuple(self.passage(int(position)) for position in positions),
            vectors=self._vectors.pick(positions),
            sentences=tuple(Span(int(s["start"]), int(s["end"])) for s in spans),
            codes=np.asarray(self._codes[first:last]),
            scales=np.asarray(spans["scale"]),
            keys=rows["key"],
            sentence_keys=np.asarray(spans["key"]),
        )

    def passage_vectors(self, positions: Positions) -> Vectors:
        """Return float32 vectors of passages, shape (positions, dimensions)."""
        return self._vectors.pick(positions)

    def sentence_codes(self, positions: Positions) -> tuple[Codes, Vectors]:
        """Return int8 codes of sentences, shape (positions, dimensions), and their scales."""
        return self._codes[positions], self._sentences["scale"][positions]
