"""One suite of behaviour for every implementation of PassageIndex."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from retrieval.embedded import EmbeddedIndex
from retrieval.embeddedwriter import EmbeddedWriter, Kept
from retrieval.embedding import Reuse, embed
from retrieval.errors import GenerationDamaged
from retrieval.index import Candidates, PassageIndex
from retrieval.passages import contexts, cut_passages
from retrieval.types import OPERATOR, Article, ArticleVersion, Filters, Heading, Reader
from tests.hashed import CHUNKING, HashedEncoder
from tests.strategies import WORDS

HASHED = HashedEncoder()
BASE = datetime(2025, 1, 1, tzinfo=UTC)

Build = Callable[[Path, Sequence[ArticleVersion]], PassageIndex]


NONE = np.empty(0, dtype=np.int64)


def _embedded(folder: Path, versions: Sequence[ArticleVersion]) -> EmbeddedIndex:
    writer = EmbeddedWriter(folder, HASHED.card.dimensions, "en")
    made = embed(versions, HASHED, CHUNKING)
    for version in versions:
        writer.add(version, made[version.id])
    writer.finish()
    return EmbeddedIndex(folder, "en")


def _changed(folder: Path, versions: Sequence[ArticleVersion]) -> EmbeddedIndex:
    """Build an index of three segments, of which some articles were withdrawn."""
    half = len(versions) // 2
    gone = ArticleVersion("gone", "gone-1", _article("A ferry. A mutiny at the quay. Zeppelins."))
    old = folder.parent / f"{folder.name}-old"
    older = folder.parent / f"{folder.name}-older"
    older.mkdir()
    old.mkdir()
    first = _embedded(older, versions[:half])
    second = _added(old, Kept(first, 1, NONE), [*versions[half:], gone])
    dead = np.array([len(versions)])
    return _added(folder, Kept(second, 2, dead), [])


def _added(folder: Path, kept: Kept, versions: Sequence[ArticleVersion]) -> EmbeddedIndex:
    writer = EmbeddedWriter(folder, HASHED.card.dimensions, "en", kept)
    made = embed(versions, HASHED, CHUNKING, Reuse(kept.index))
    for version in versions:
        writer.add(version, made[version.id])
    writer.finish()
    return EmbeddedIndex(folder, "en")


BUILDERS: dict[str, Build] = {"embedded": _embedded, "changed": _changed}


@pytest.fixture(params=sorted(BUILDERS))
def build(request: pytest.FixtureRequest, tmp_path: Path) -> Callable[..., PassageIndex]:
    """Return what builds an index of articles, in each implementation there is."""

    def build(*articles: Article) -> PassageIndex:
        folder = tmp_path / "000007"
        folder.mkdir()
        return BUILDERS[request.param](folder, _versions(articles))

    return build


def _versions(articles: Sequence[Article]) -> list[ArticleVersion]:
    return [ArticleVersion(f"a{n}", f"v{n}", article) for n, article in enumerate(articles)]


def _article(text: str, title: str = "Untitled", **fields: object) -> Article:
    return Article(title, text, "here", **fields)  # type: ignore[arg-type]


def _search(
    index: PassageIndex,
    question: str,
    limit: int = 10,
    filters: Filters = Filters(),
    reader: Reader = OPERATOR,
) -> Candidates:
    vector = HASHED.encode_question(question)
    return index.search(vector, index.terms(question), limit, filters, reader)


LONG = " ".join(
    f"Gate {n} was shut by {word} at the {n}th hour of night." for n, word in enumerate(WORDS)
)


def test_passages_come_back_as_they_were_cut(build: Callable[..., PassageIndex]) -> None:
    """Id, span, heading and sentences of every passage are those that were cut."""
    headed = f"Upper gate\n\n{LONG}\n\nLower gate\n\n{LONG}"
    places = [headed.index("Upper gate"), headed.index("Lower gate")]
    headings = tuple(Heading(at, at + len("Upper gate")) for at in places)
    articles = [_article(LONG), _article(headed, headings=headings), _article("Lower gate",
                headings=(Heading(0, 10),)), _article("One. Two.")]  # fmt: skip
    index = build(*articles)
    expected = [
        passage
        for version in _versions(articles)
        for passage in cut_passages(version, CHUNKING, HASHED.count_tokens)
    ]
    assert len(expected) > 8
    assert expected == [index.passage(position) for position in range(len(expected))]


def test_entries_are_the_articles_in_order(build: Callable[..., PassageIndex]) -> None:
    """Each article has its entry, in the order of indexing, whether it has passages or none."""
    index = build(
        _article("One.", "First", source="Gazette", authors=("Maud", "Ian"), published_at=BASE),
        _article("", "Empty"),
        _article("Two.", "Third", collection="crew"),
    )
    entries = index.entries(Filters(), OPERATOR)
    assert ["First", "Empty", "Third"] == [entry.ref.title for entry in entries]
    assert ("a0", "v0", "Gazette", ("Maud", "Ian"), BASE.isoformat(), "public") == (
        entries[0].ref.id, entries[0].version_id, entries[0].source, entries[0].authors,
        entries[0].published_at, entries[0].collection,
    )  # fmt: skip
    assert ("Third", "crew") == (index.entry(1).ref.title, index.entry(1).collection)
    assert "000007" == index.generation


def test_both_legs_find_and_score(build: Callable[..., PassageIndex]) -> None:
    """Candidates are the union of both legs, each once, and each scored by both."""
    index = build(
        _article("The ferry left the harbour."),
        _article("An orchard bloomed."),
        _article("Ferries."),
    )
    found = _search(index, "ferry", limit=1)
    assert found.positions.tolist() == sorted(set(found.positions.tolist()))
    everything = _search(index, "ferry", limit=3)
    assert [0, 1, 2] == everything.positions.tolist()
    vector = HASHED.encode_question("ferry")
    texts = ["Untitled: The ferry left the harbour.", "Untitled: An orchard bloomed.",
             "Untitled: Ferries."]  # fmt: skip
    np.testing.assert_allclose(HASHED.encode_passages(texts) @ vector, everything.dense, atol=1e-5)
    assert [True, False, True] == (everything.keyword > 0).tolist()
    assert {"float32"} == {str(a.dtype) for a in (found.dense, found.keyword, found.sentences)}


def test_every_sentence_is_scored_and_read(build: Callable[..., PassageIndex]) -> None:
    """Each sentence of a candidate has its cosine and its words; a heading alone has a row too."""
    index = build(
        _article("The ferry left. Nobody waved at the quay. It rained.", "A quay"),
        _article("Nobody waved", headings=(Heading(0, 12),)),
    )
    question = "nobody waved at the quay"
    found = _search(index, question)
    assert [0, 3] == found.begins.tolist()
    assert (slice(0, 3), slice(3, 4)) == (found.rows(0), found.rows(1))
    vector = HASHED.encode_question(question)
    texts = ["A quay: The ferry left.", "A quay: Nobody waved at the quay.", "A quay: It rained."]
    expected = [*(HASHED.encode_passages(texts) @ vector), found.dense[1]]
    np.testing.assert_allclose(expected, found.sentences, atol=0.02)
    words = [term.word for term in index.terms(question)]
    assert ["nobody", "waved", "at", "the", "quay"] == words
    assert [[0, 0, 0, 1, 0], [1] * 5, [0] * 5, [0] * 5] == found.held.astype(int).tolist()
    assert [1, 1, 1, 1, 0] == found.joined[1].astype(int).tolist()
    assert [[0, 0, 0, 0, 1], [1, 1, 0, 0, 0]] == found.titled.astype(int).tolist()


def test_terms_stems_and_unknown_words(build: Callable[..., PassageIndex]) -> None:
    """The index knows its words: a question's terms, a text's stems, and what nobody wrote."""
    index = build(_article("The ferries left."), _article("A mutiny.", collection="crew"))
    terms = index.terms("ferry mutiny zeppelin")
    assert ["ferry", "mutiny", "zeppelin"] == [term.word for term in terms]
    assert terms[0].stem in index.stems("Two ferries")
    assert ["zeppelin"] == index.unknown(terms, OPERATOR)
    assert ["mutiny", "zeppelin"] == index.unknown(terms, Reader(frozenset({"public"})))


@pytest.mark.parametrize("question", ["ferry", "", "🚢"])
def test_an_empty_index_finds_nothing(build: Callable[..., PassageIndex], question: str) -> None:
    """An index of nothing is searched without complaint."""
    index = build()
    assert 0 == len(_search(index, question))
    assert [] == index.entries(Filters(), OPERATOR)
    assert 0 == len(_search(index, question, reader=Reader(frozenset({"public"}))))


_SEEN: dict[frozenset[str] | None, set[int]] = {
    None: {0, 1, 2, 3},
    frozenset({"public"}): {0, 2, 3},
    frozenset({"crew"}): {1},
    frozenset({"public", "crew", "other"}): {0, 1, 2, 3},
    frozenset(): set(),
}
"""Which of four articles a reader of some collections sees."""


@pytest.mark.parametrize(
    ("filters", "allowed"),
    [
        (Filters(), {0, 1, 2, 3}),
        (Filters(collection="crew"), {1}),
        (Filters(collection="CREW"), set()),
        (Filters(collection="no such"), set()),
        (Filters(author="Maud Ferrier"), {0, 1}),
        (Filters(author="MAUD ferrier"), {0, 1}),
        (Filters(author="Maud"), set()),
        (Filters(author="Ian Straße"), {1}),
        (Filters(author="IAN STRASSE"), {1}),
        (Filters(source="gazette"), {0, 2}),
        (Filters(source="Gazette", author="Maud Ferrier"), {0}),
        (Filters(after=BASE), {0, 1, 2}),
        (Filters(after=BASE + timedelta(microseconds=1)), {1, 2}),
        (Filters(before=BASE), set()),
        (Filters(before=BASE + timedelta(days=1)), {0}),
        (Filters(after=BASE + timedelta(days=1), before=BASE + timedelta(days=2)), {1}),
        (Filters(after=BASE + timedelta(days=2), before=BASE), set()),
    ],
)
def test_filters_and_reader_hold_in_every_answer(
    build: Callable[..., PassageIndex], filters: Filters, allowed: set[int]
) -> None:
    """Search and lists give what filters and reader both allow, all of it and nothing else."""
    index = build(
        _article("The ferry left.", source="Gazette", authors=("Maud Ferrier",), published_at=BASE),
        _article("The ferry left too.", authors=("Ian Straße", "Maud Ferrier"), collection="crew",
                 published_at=BASE + timedelta(days=1)),
        _article("A ferry left again.", source="GAZETTE", published_at=BASE + timedelta(days=2)),
        _article("No ferry left.", source="Gazetteer"),
    )  # fmt: skip
    for collections, seen in _SEEN.items():
        reader = Reader(collections)
        found = _search(index, "ferry", 10, filters, reader).positions.tolist()
        assert (collections, allowed & seen) == (collections, set(found))
        listed = {entry.ref.id for entry in index.entries(filters, reader)}
        assert (collections, {f"a{n}" for n in allowed & seen}) == (collections, listed)


articles = st.builds(
    _article,
    text=st.lists(st.sampled_from(WORDS), min_size=1, max_size=12).map(" ".join),
    source=st.sampled_from([None, "Gazette", "Post"]),
    authors=st.sampled_from([(), ("Maud",), ("Maud", "Ian")]),
    collection=st.sampled_from(["public", "crew", "staff"]),
    published_at=st.none() | st.integers(-2, 2).map(lambda n: BASE + timedelta(microseconds=n)),
)
filters_ = st.builds(
    Filters,
    collection=st.sampled_from([None, None, "public", "crew"]),
    author=st.sampled_from([None, None, "maud", "IAN"]),
    source=st.sampled_from([None, None, "gazette"]),
    after=st.sampled_from([None, None, BASE, BASE - timedelta(microseconds=1)]),
    before=st.sampled_from([None, None, BASE, BASE + timedelta(microseconds=1)]),
)
readers = st.builds(
    Reader, st.none() | st.frozensets(st.sampled_from(["public", "crew", "staff", "other"]))
)


def _allows(article: Article, filters: Filters, reader: Reader) -> bool:
    """Say by the plainest means whether an article may be shown."""
    published = article.published_at
    return (
        (reader.collections is None or article.collection in reader.collections)
        and filters.collection in (None, article.collection)
        and (filters.author is None or filters.author.lower() in map(str.lower, article.authors))
        and (filters.source is None or filters.source == (article.source or "").lower())
        and (filters.after is None or (published is not None and published >= filters.after))
        and (filters.before is None or (published is not None and published < filters.before))
    )


def _same_scores(expected: npt.NDArray[np.float32], found: npt.NDArray[np.float32]) -> None:
    np.testing.assert_allclose(np.sort(expected)[::-1], np.sort(found)[::-1], atol=1e-4)


@settings(max_examples=25)
@pytest.mark.parametrize("name", sorted(BUILDERS))
@given(
    articles=st.lists(articles, min_size=1, max_size=25),
    question=st.lists(st.sampled_from(WORDS), min_size=1, max_size=3).map(" ".join),
    limit=st.integers(1, 30),
    cases=st.lists(st.tuples(filters_, readers), min_size=1, max_size=8),
)
def test_search_is_what_brute_force_finds(
    tmp_path_factory: pytest.TempPathFactory,
    name: str,
    articles: list[Article],
    question: str,
    limit: int,
    cases: list[tuple[Filters, Reader]],
) -> None:
    """Under any filters and reader both legs find the best there are, never fewer than exist."""
    versions = _versions(articles)
    index = BUILDERS[name](tmp_path_factory.mktemp("index"), versions)
    vector = HASHED.encode_question(question)
    owners, texts = [], []
    for number, version in enumerate(versions):
        ahead = contexts(version.article, CHUNKING, HASHED.count_tokens)[None]
        for passage in cut_passages(version, CHUNKING, HASHED.count_tokens):
            owners.append(number)
            texts.append(ahead + version.article.text[passage.span.start : passage.span.end])
    dense = HASHED.encode_passages(texts) @ vector
    whole = _search(index, question, len(owners))
    keyword = np.zeros(len(owners), dtype=np.float32)
    keyword[whole.positions] = whole.keyword
    for filters, reader in cases:
        allowed = np.array([_allows(articles[n], filters, reader) for n in owners])
        found = _search(index, question, limit, filters, reader)
        positions = found.positions
        assert allowed[positions].all()
        assert len(positions) >= min(limit, int(allowed.sum()))
        np.testing.assert_allclose(dense[positions], found.dense, atol=1e-5)
        np.testing.assert_allclose(keyword[positions], found.keyword, rtol=1e-4)
        # The nearest are among the candidates, and as many with a word as there can be.
        best = np.sort(dense[allowed])[::-1][:limit]
        _same_scores(best, np.sort(found.dense)[::-1][: len(best)])
        worded = int(np.count_nonzero(allowed & (keyword > 0)))
        assert np.count_nonzero(found.keyword) >= min(limit, worded)


# The embedded index's own: its files.


def test_a_version_can_be_taken_over_as_it_was(tmp_path: Path) -> None:
    """A new index built from what an old one holds is the same index."""
    headed = f"Upper gate\n\n{LONG}"
    versions = _versions(
        [
            _article(LONG),
            _article(""),
            _article("Lower gate", headings=(Heading(0, 10),)),
            _article(headed, headings=(Heading(0, 10),)),
            _article("One. Two."),
        ]
    )
    (tmp_path / "old").mkdir()
    (tmp_path / "new").mkdir()
    old = _embedded(tmp_path / "old", versions)
    reuse = Reuse(old)
    writer = EmbeddedWriter(tmp_path / "new", HASHED.card.dimensions, "en")
    for version in versions:
        held = reuse.version(version.id)
        assert held is not None
        writer.add(version, held)
    writer.finish()
    assert reuse.version("no such version") is None
    for path in (tmp_path / "old" / "segments" / "1").iterdir():
        assert path.read_bytes() == (tmp_path / "new" / "segments" / "1" / path.name).read_bytes()


@pytest.mark.parametrize(
    "name", ["segments/1/passages.npy", "segments/1/sentences.npy", "segments/1/codes.bin",
             "segments/1/articles.jsonl", "segments/1/articles.npy", "segments/1/ids.npy",
             "segments/1/facets.npy", "segments/1/facets.json", "segments/1/vectors.f32",
             "segments/1/vectors.json",
             "segments/1/words.bin", "segments/1/titles.npy", "dead.npy", "stories.json",
             "keywords/meta.json"],
)  # fmt: skip
@pytest.mark.parametrize("content", [None, b"", b"garbage"])
def test_a_missing_or_garbage_file_is_damage(
    tmp_path: Path, name: str, content: bytes | None
) -> None:
    """An index one of whose files is missing or garbage is refused, with its cure."""
    _embedded(tmp_path, _versions([_article(LONG)]))
    (tmp_path / name).unlink()
    if content is not None:
        (tmp_path / name).write_bytes(content)
    with pytest.raises(GenerationDamaged, match="run `footnote index`"):
        EmbeddedIndex(tmp_path, "en")


def test_titles_of_any_signs_are_kept(tmp_path: Path) -> None:
    """Line separators and quotes in a title do not upset the list of articles."""
    title = 'a\u2028b\u0085c"d\\e\x0b{}'
    article = replace(_article("One."), title=title, authors=(title,), source=title)
    (entry,) = _embedded(tmp_path, _versions([article])).entries(Filters(), OPERATOR)
    assert (title, (title,), title) == (entry.ref.title, entry.authors, entry.source)
