"""What a generation takes over of the one before, and that nobody can tell."""

from __future__ import annotations

from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from retrieval.embedded import EmbeddedIndex
from retrieval.embeddedwriter import EmbeddedWriter, Kept
from retrieval.embedding import embed
from retrieval.merging import Limits, keep
from retrieval.types import OPERATOR, Article, ArticleVersion, Filters
from tests.hashed import CHUNKING, HashedEncoder
from tests.strategies import WORDS

HASHED = HashedEncoder()
ALWAYS = Limits(small=0, share=10.0, segments=3)

texts = st.lists(st.sampled_from(WORDS), min_size=1, max_size=30).map(
    lambda words: f"{' '.join(words).capitalize()}. {words[0].capitalize()} again."
)
steps = st.lists(st.dictionaries(st.integers(0, 6), texts, min_size=1, max_size=5), max_size=6)


def _version(number: int, text: str) -> ArticleVersion:
    article = Article(f"Title {number}", text, "here", source="Gazette")
    return ArticleVersion(f"a{number}", f"v{number}-{text}", article)


def _write(folder: Path, versions: list[ArticleVersion], kept: Kept | None) -> EmbeddedIndex:
    folder.mkdir()
    writer = EmbeddedWriter(folder, HASHED.card.dimensions, "en", kept)
    held = kept.versions if kept else set()
    fresh = [version for version in versions if version.id not in held]
    made = embed(fresh, HASHED, CHUNKING)
    for version in fresh:
        writer.add(version, made[version.id])
    writer.finish()
    return EmbeddedIndex(folder, "en")


def _answers(index: EmbeddedIndex, question: str) -> dict[str, list[float]]:
    terms = index.terms(question)
    vector = HASHED.encode_question(question)
    found = index.search(vector, terms, 100, Filters(), OPERATOR)
    return {
        index.passage(int(position)).id: [
            *(float(of[i]) for of in (found.dense, found.keyword)),
            *found.sentences[found.rows(i)].tolist(),
        ]
        for i, position in enumerate(found.positions)
    }


@settings(max_examples=12, deadline=None)
@given(steps, st.sampled_from(WORDS))
def test_a_changed_index_answers_as_one_written_anew(
    changes: list[dict[int, str]], word: str
) -> None:
    """After any changes, articles and scores are those of an index of what stands now."""
    with TemporaryDirectory() as name:
        folder = Path(name)
        standing: dict[int, str] = {}
        index = _write(folder / "0", [], None)
        for number, change in enumerate(changes, start=1):
            # What is said twice over is withdrawn.
            standing = {n: t for n, t in (standing | change).items() if standing.get(n) != t}
            versions = [_version(*item) for item in sorted(standing.items())]
            kept = keep(index, {version.id for version in versions}, ALWAYS)
            index = _write(folder / str(number), versions, kept)
            anew = _write(folder / f"{number}-anew", versions, None)
            assert len(anew) == len(index)
            assert anew.count_sentences() == index.count_sentences()
            assert anew.standing() == index.standing()
            assert {t.stem: t.weight for t in anew.terms(word)} == pytest.approx(
                {t.stem: t.weight for t in index.terms(word)}
            )
            ours, theirs = _answers(index, word), _answers(anew, word)
            assert theirs.keys() == ours.keys()
            for passage, scores in theirs.items():
                np.testing.assert_allclose(scores, ours[passage], rtol=1e-4, atol=1e-5)
            assert index.answers()


@pytest.fixture
def twenty(tmp_path: Path) -> EmbeddedIndex:
    """Return an index of twenty articles."""
    return _write(tmp_path / "0", [_version(n, f"Ferry {n}.") for n in range(20)], None)


@pytest.mark.parametrize(
    ("limits", "changed", "segments"),
    [
        (Limits(small=0, share=0.1), 1, 1),
        (Limits(small=0, share=0.1), 3, None),
        (Limits(small=21, share=0.1), 1, None),
    ],
)
def test_small_changes_are_added_and_large_ones_written_anew(
    twenty: EmbeddedIndex, limits: Limits, changed: int, segments: int | None
) -> None:
    """Up to a share of the articles may change before all is written anew; few always are."""
    wanted = twenty.standing() - {f"v{n}-Ferry {n}." for n in range(changed)}
    kept = keep(twenty, wanted, limits)
    assert segments == (kept and kept.segments)
    assert kept is None or (list(range(changed)), wanted) == (kept.dead.tolist(), kept.versions)


def test_many_segments_become_two(twenty: EmbeddedIndex, tmp_path: Path) -> None:
    """Changes have segments of their own until there are too many; then these are merged."""
    index, numbers = twenty, []
    versions = [_version(n, f"Ferry {n}.") for n in range(20)]
    for number in range(1, 6):
        versions.append(_version(100 + number, f"Quay {number}."))
        kept = keep(
            index, {version.id for version in versions}, Limits(small=0, share=1, segments=3)
        )
        index = _write(tmp_path / str(number), versions, kept)
        numbers.append(len(index.segments))
    assert [2, 3, 2, 3, 2] == numbers
    assert {version.id for version in versions} == index.standing()


def test_files_are_shared_and_stay_as_they_were(twenty: EmbeddedIndex, tmp_path: Path) -> None:
    """The new generation links what it takes over, and the old one still answers the same."""
    before = _answers(twenty, "ferry")
    files = {p: p.read_bytes() for p in twenty.folder.rglob("*") if p.is_file()}
    wanted = twenty.standing() - {"v3-Ferry 3."}
    kept = keep(twenty, wanted, Limits(small=0))
    index = _write(tmp_path / "1", [], kept)
    shared = index.folder / "segments" / "1" / "codes.bin"
    assert (twenty.folder / "segments" / "1" / "codes.bin").samefile(shared)
    assert files == {p: p.read_bytes() for p in files}
    assert before == _answers(EmbeddedIndex(twenty.folder, "en"), "ferry")
    assert 19 == len(_answers(index, "ferry"))
