"""Putting the first hits in a cross-encoder's order, within a budget of time."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from retrieval.graph import Halt, Vectors
from retrieval.reranker import CrossEncoder, Reranker, RerankerCard
from retrieval.types import Answer, Article, Hit, Span
from tests.conftest import Library
from tests.hashed import HashedEncoder

QUESTION = "Who sees the keeper open the gate?"
BIRDS = "heron heron heron heron"
ENOUGH = 60_000.0


@pytest.fixture(scope="module")
def shelf(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Library]:
    """Yield a library of six articles: the farther from the question, the more herons."""
    library = Library(tmp_path_factory.mktemp("shelf") / "data", HashedEncoder())
    words = QUESTION.rstrip("?").split()
    library.shelve(
        *(
            Article(f"Page {n}", f"{' '.join(words[: 7 - n])} {'heron ' * n}now.", f"{n}")
            for n in range(6)
        )
    )
    yield library
    library.close()


@pytest.fixture(scope="module")
def plain(shelf: Library) -> Answer:
    """Return the answer without a reranker."""
    return shelf.open().ask(QUESTION, k=6)


def _titles(hits: Sequence[Hit]) -> list[str]:
    return [hit.version.article.title for hit in hits]


class Stalled:
    """A CrossEncoder that scores nothing until it is let go, and heeds no halt."""

    def __init__(self) -> None:
        self.go = threading.Event()
        self.running = 0
        self.most = 0
        self._lock = threading.Lock()

    @property
    def card(self) -> RerankerCard:
        """What the model is."""
        return RerankerCard("stalled", "0" * 64, 64, exact=True, sigmoid=None)

    def score(self, question: str, passages: Sequence[str], halt: Halt) -> Vectors:
        """Return the passages' numbers of herons, once it is let go."""
        with self._lock:
            self.running += 1
            self.most = max(self.most, self.running)
        self.go.wait(30)
        with self._lock:
            self.running -= 1
        return np.array([text.count("heron") for text in passages], dtype=np.float32)


class Broken(Stalled):
    """A CrossEncoder that fails, with the question in its mouth."""

    def score(self, question: str, passages: Sequence[str], halt: Halt) -> Vectors:
        """Raise."""
        raise ValueError(question)


@pytest.fixture
def stalled() -> Iterator[Stalled]:
    """Yield a model that stalls; it is let go when the test ends."""
    model = Stalled()
    yield model
    model.go.set()


def test_the_first_hits_come_in_the_models_order(
    shelf: Library, plain: Answer, heron_model: CrossEncoder
) -> None:
    """What the model scores higher comes first, with the score that it gives to the pair."""
    found = shelf.open(reranker=Reranker(heron_model, 20, ENOUGH, 2)).ask(QUESTION, k=6)
    assert [f"Page {n}" for n in range(6)] == _titles(plain.hits)
    assert [f"Page {n}" for n in (5, 4, 3, 2, 1, 0)] == _titles(found.hits)
    read = [f"{hit.version.article.title}: {hit.text}" for hit in found.hits]
    expected = heron_model.score(QUESTION, read, Halt())
    given = [hit.scores.reranker for hit in found.hits]
    np.testing.assert_allclose(expected, np.array(given, dtype=np.float32), atol=1e-6)
    assert sorted(given, key=lambda score: -(score or 0)) == given
    assert {None} == {hit.scores.reranker for hit in plain.hits}


def test_those_behind_stay_as_they_were(
    shelf: Library, plain: Answer, heron_model: CrossEncoder
) -> None:
    """Only the first so many are moved; the others follow in the search's order, unscored."""
    found = shelf.open(reranker=Reranker(heron_model, 3, ENOUGH, 1)).ask(QUESTION, k=6)
    assert [f"Page {n}" for n in (2, 1, 0, 3, 4, 5)] == _titles(found.hits)
    assert plain.hits[3:] == found.hits[3:]


@pytest.mark.parametrize("k", [1, 2, 5])
def test_fewer_are_shown_than_are_looked_at(
    shelf: Library, heron_model: CrossEncoder, k: int
) -> None:
    """A passage that the search put too far behind to be shown may come first."""
    found = shelf.open(reranker=Reranker(heron_model, 20, ENOUGH, 2)).ask(QUESTION, k=k)
    assert [f"Page {n}" for n in (5, 4, 3, 2, 1, 0)][:k] == _titles(found.hits)


def test_the_confidence_is_the_first_hits_own(
    shelf: Library, plain: Answer, heron_model: CrossEncoder
) -> None:
    """It rests on the search's evidence for whatever stands first, not on the model's score."""
    archive = shelf.open(reranker=Reranker(heron_model, 20, ENOUGH, 2))
    moved = archive.ask(QUESTION)
    before = next(hit for hit in plain.hits if hit.text == moved.hits[0].text)
    assert before.scores.confidence == moved.confidence < plain.confidence


def test_one_hit_needs_no_model(library: Library) -> None:
    """Where there is nothing to put in order, the model is not asked."""
    library.shelve(Article("Gates", "The keeper opens the gate.", "here"))
    (hit,) = library.open(reranker=Reranker(Broken(), 20, ENOUGH, 1)).ask(QUESTION).hits
    assert hit.scores.reranker is None


def test_an_empty_archive_needs_no_model(library: Library) -> None:
    """No hits stay no hits."""
    library.shelve()
    assert () == library.open(reranker=Reranker(Broken(), 20, ENOUGH, 1)).ask(QUESTION).hits


def test_a_spent_budget_leaves_the_order(
    shelf: Library, plain: Answer, stalled: Stalled, caplog: pytest.LogCaptureFixture
) -> None:
    """The answer goes out as the search gave it; one line of the log says so, without the words."""
    found = shelf.open(reranker=Reranker(stalled, 20, 1.5, 2)).ask(QUESTION, k=6)
    assert plain.hits == found.hits
    (record,) = (r for r in caplog.records if r.name == "retrieval.reranker")
    assert logging.WARNING == record.levelno
    assert "6 passages took longer than the 1.5 ms of reranker.budget_ms" in record.getMessage()
    _names_nothing(record.getMessage())


def _names_nothing(line: str) -> None:
    assert not {"keeper", "gate", "heron", "page"} & set(line.casefold().split())


def test_a_model_that_fails_leaves_the_order(
    shelf: Library, plain: Answer, caplog: pytest.LogCaptureFixture
) -> None:
    """A failing model costs the answer nothing but its order, and the log no question."""
    found = shelf.open(reranker=Reranker(Broken(), 20, ENOUGH, 2)).ask(QUESTION, k=6)
    assert plain.hits == found.hits
    (record,) = (r for r in caplog.records if r.name == "retrieval.reranker")
    assert "the model failed (ValueError)" in record.getMessage()
    _names_nothing(record.getMessage())


def test_what_stalls_delays_nobody_and_piles_nothing_up(
    shelf: Library, plain: Answer, stalled: Stalled, caplog: pytest.LogCaptureFixture
) -> None:
    """Many questions at once get their answers in time while the model hangs, and after."""
    reranker = Reranker(stalled, 6, 100, 2)
    archive = shelf.open(reranker=reranker)
    began = time.perf_counter()
    with ThreadPoolExecutor(8) as pool:
        found = list(pool.map(lambda _: archive.ask(QUESTION, k=6), range(8)))
    assert time.perf_counter() - began < 5
    assert [plain.hits] * 8 == [answer.hits for answer in found]
    assert 8 == sum(r.name == "retrieval.reranker" for r in caplog.records)
    assert stalled.most <= 2
    stalled.go.set()
    deadline = time.monotonic() + 10
    while stalled.running and time.monotonic() < deadline:
        time.sleep(0.01)
    assert "Page 5" == _titles(shelf.open(reranker=reranker).ask(QUESTION).hits)[0]


def test_no_budget_is_spent_on_waiting_for_what_hangs(
    shelf: Library, stalled: Stalled, caplog: pytest.LogCaptureFixture
) -> None:
    """While all threads hold what was given up on, a question does not wait at all."""
    archive = shelf.open(reranker=Reranker(stalled, 6, 200, 1))
    first, second = (archive.ask(QUESTION).timings.rank for _ in range(2))
    assert second < 200 <= first
    said = [r.getMessage() for r in caplog.records if r.name == "retrieval.reranker"]
    assert "gave up on still runs" in said[1]


def test_a_batch_that_runs_is_ended(heron_model: CrossEncoder) -> None:
    """A halted batch ends with an error; the model goes on to score the next."""
    halt = Halt()
    halt.set()
    with pytest.raises(Exception, match="terminate"):
        heron_model.score(QUESTION, [BIRDS], halt)
    assert (1,) == heron_model.score(QUESTION, [BIRDS], Halt()).shape


def test_threads_may_share_it(shelf: Library, heron_model: CrossEncoder) -> None:
    """The same question gets the same answer, whoever else asks, and on however many threads."""
    one = shelf.open(reranker=Reranker(heron_model, 20, ENOUGH, 1))
    four = shelf.open(reranker=Reranker(heron_model, 20, ENOUGH, 4))
    with ThreadPoolExecutor(6) as pool:
        found = list(pool.map(lambda n: (one, four)[n % 2].ask(QUESTION, k=6).hits, range(24)))
    assert 1 == len(set(found))


@given(st.lists(st.sampled_from(["", "a heron", BIRDS * 9, "the gate " * 40, "x" * 6000])))
def test_every_passage_gets_its_own_score(
    shelf: Library, plain: Answer, heron_model: CrossEncoder, texts: list[str]
) -> None:
    """However passages of all lengths share batches, each keeps the score that it has alone."""
    (hit, *_) = plain.hits
    hits = [_with_text(hit, text) for text in texts]
    ranked = Reranker(heron_model, 50, ENOUGH, 2).rerank(QUESTION, hits)
    assert sorted(texts) == sorted(hit.text for hit in ranked)
    for moved in ranked if len(texts) > 1 else ():
        alone = heron_model.score(QUESTION, [f"T: {moved.text}"], Halt())[0]
        assert moved.scores.reranker == pytest.approx(float(alone), abs=1e-5)


def _with_text(hit: Hit, text: str) -> Hit:
    return replace(
        hit,
        passage=replace(hit.passage, span=Span(0, len(text)), heading=None),
        version=replace(hit.version, article=Article("T", text, "here")),
    )


def test_equal_scores_keep_their_order(plain: Answer, heron_model: CrossEncoder) -> None:
    """Passages that the model cannot tell apart stay as the search ordered them."""
    hits = [_with_text(hit, BIRDS) for hit in plain.hits]
    ranked = Reranker(heron_model, 20, ENOUGH, 2).rerank(QUESTION, hits)
    assert [hit.passage.id for hit in hits] == [hit.passage.id for hit in ranked]


def test_it_says_what_it_takes(heron_model: CrossEncoder) -> None:
    """A trial gives the time that the first hits take, and None where the model fails."""
    took = Reranker(heron_model, 5, 0.001, 1).measure()
    assert took is not None
    assert took > 0
    assert Reranker(Broken(), 5, ENOUGH, 1).measure() is None
