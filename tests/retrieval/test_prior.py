"""What votes say of passages: counted once a person, shrunk, placed, and never trusted blindly."""

from __future__ import annotations

import json
import math
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from retrieval.answering import Answerer
from retrieval.archive import Archive, recipe_of
from retrieval.errors import StorageError
from retrieval.generation import Generations
from retrieval.golden import Golden
from retrieval.learning import Trial, learn, opinions_of
from retrieval.prior import (
    KeptPrior,
    Learned,
    Lesson,
    Opinion,
    Placed,
    Prior,
    Score,
    log_odds,
    prior_file,
)
from retrieval.records import Ballot
from retrieval.types import OPERATOR, Answer, Article, Filters, Hit, Span
from tests.conftest import SEARCH, Library
from tests.hashed import CHUNKING

EAGER = replace(SEARCH, threshold=0.0)
"""Every question that finds anything is answered: the tiny encoder is never sure."""

WORDS = ("harbour", "orchard", "lantern", "quarry", "cellar", "turbine")


@pytest.mark.parametrize(
    ("opinions", "odds"),
    [
        ([], {}),
        ([("a", 1.0)], math.log(3 / 2)),
        ([("a", -1.0)], math.log(2 / 3)),
        ([("a", 0.5)], math.log(2.5 / 2)),
        ([("a", 1.0), ("a", 1.0), ("a", 1.0)], math.log(3 / 2)),
        ([("a", 1.0), ("a", -1.0)], 0.0),
        ([("a", 1.0), ("b", -1.0)], 0.0),
        ([("a", 1.0), ("b", 1.0), ("c", 1.0), ("d", -1.0)], math.log(5 / 3)),
    ],
)
def test_opinions_become_log_odds(
    opinions: list[tuple[str, float]], odds: float | dict[int, float]
) -> None:
    """Each voter counts once, and few of them count little."""
    found = log_odds(Opinion(voter, 7, says) for voter, says in opinions)
    assert (odds if isinstance(odds, dict) else pytest.approx({7: odds})) == found


OPINIONS = st.lists(
    st.builds(
        Opinion, st.integers(0, 4), st.integers(0, 3), st.sampled_from([-1.0, -0.5, 0.5, 1.0])
    )
)


@given(OPINIONS, st.integers(0, 4), st.integers(0, 3))
def test_a_useful_vote_never_lowers_a_passage(
    opinions: list[Opinion], voter: int, position: int
) -> None:
    """One more useful vote leaves the passage as high or higher, and the others as they were."""
    before = log_odds(opinions)
    after = log_odds([*opinions, Opinion(voter, position, 1.0)])
    assert after.pop(position) >= before.pop(position, 0.0) - 1e-12
    assert before == after


@given(st.lists(st.sampled_from([1.0, 0.5]), min_size=1), st.sampled_from([1, -1]))
def test_one_voter_cannot_outweigh_three(stuffed: list[float], way: int) -> None:
    """However often one person votes, three who say the opposite once prevail."""
    one = [Opinion("one", 0, way * share) for share in stuffed]
    three = [Opinion(voter, 0, -way * 1.0) for voter in range(3)]
    assert log_odds([*one, *three])[0] * -way > 0


@given(OPINIONS, st.lists(st.integers(0, 9)))
def test_a_prior_adds_to_the_passages_it_knows(opinions: list[Opinion], asked: list[int]) -> None:
    """What is added to candidates' scores is the weighed log-odds, and 0 where nothing is known."""
    odds = log_odds(opinions)
    added = Placed.of(odds, 0.1).at(np.array(asked, dtype=np.int64))
    assert pytest.approx([0.1 * odds.get(position, 0.0) for position in asked], abs=1e-6) == (
        added.tolist()
    )


# On an archive of two articles a word, of which the second is the right one.


def _articles() -> list[Article]:
    return [
        Article(f"{kind} {word}", f"The old {word} lies beyond the {word} {thing}.", word,
                url=f"{kind}-{word}")
        for word in WORDS
        for kind, thing in (("Stale", "wall"), ("Right", "mill"))
    ]  # fmt: skip


def _golden(kind: str = "Right") -> list[Golden]:
    return [Golden(f"the old {word} wall", frozenset({f"{kind}-{word}"})) for word in WORDS]


class Learning:
    """The parts that learn, over one library."""

    def __init__(self, library: Library) -> None:
        self.archive = library.open(EAGER)
        recipe = recipe_of(library.encoder, CHUNKING)
        self.index = Generations(library.data_dir).open_current(recipe)
        self.answerer = Answerer(library.encoder, self.archive.catalog, EAGER, None)

    def learn(self, ballots: Sequence[Ballot], golden: Sequence[Golden]) -> Lesson:
        """Learn from votes as `footnote learn` does."""
        return learn(ballots, golden, self.answerer, self.index, self.archive.catalog)


@pytest.fixture
def learning(library: Library) -> Learning:
    """Return the parts that learn, over twelve articles."""
    library.shelve(*_articles())
    return Learning(library)


def _first(archive: Archive, word: str) -> Hit:
    return archive.ask(f"the old {word} wall").hits[0]


def _ballots(archive: Archive, *, useful: bool, people: int = 3) -> list[Ballot]:
    """Return votes, by some people each, on what comes first for every word."""
    return [
        Ballot(person, useful, f"2026-01-0{person + 1}", ((hit.version.id, hit.passage.span),))
        for word in WORDS
        for hit in [_first(archive, word)]
        for person in range(people)
    ]


def _all(archive: Archive) -> tuple[Hit, ...]:
    return archive.ask("old lantern", k=20).hits


def _shape(answer: Answer) -> tuple[object, ...]:
    return answer.hits, answer.nearest, answer.confidence, answer.answered


def test_votes_that_help_are_used(learning: Learning, library: Library) -> None:
    """Votes against the stale articles bring the right ones first, and the archive ranks so."""
    assert "Stale lantern" == _first(learning.archive, "lantern").version.article.title
    lesson = learning.learn(_ballots(learning.archive, useful=False), _golden())
    assert (True, 18, 3, "2026-01-03") == (
        lesson.used, lesson.votes, lesson.people, lesson.voted_at,
    )  # fmt: skip
    assert (Score(6, 6, 0.5), Score(6, 6, 1.0)) == (lesson.before, lesson.after)
    sure = {h.version.id: h.scores.confidence for h in _all(learning.archive)}
    lesson.save(prior_file(library.data_dir))
    assert learning.archive.reload() is None
    first = _first(learning.archive, "lantern")
    assert ("Right lantern", True) == (first.version.article.title, first.scores.prior > 0)
    assert sure == {h.version.id: h.scores.confidence for h in _all(learning.archive)}


@pytest.mark.parametrize(("useful", "golden"), [(True, "Right"), (False, "Stale")])
def test_votes_that_do_not_help_are_not_used(
    learning: Learning, library: Library, useful: bool, golden: str
) -> None:
    """Votes that leave the golden questions as they are, or harm them, change no score."""
    archive = learning.archive
    before = [_shape(archive.ask(f"the old {word} wall", k=20)) for word in WORDS]
    lesson = learning.learn(_ballots(archive, useful=useful), _golden(golden))
    assert (False, lesson.before, ()) == (lesson.used, lesson.after, lesson.prior.passages)
    lesson.save(prior_file(library.data_dir))
    archive.reload()
    assert before == [_shape(archive.ask(f"the old {word} wall", k=20)) for word in WORDS]


def test_a_golden_question_does_not_praise_itself(learning: Learning) -> None:
    """With their own words for themselves the questions would win; without them they do not."""
    (noise,) = _ballots(learning.archive, useful=True, people=1)[:1]
    opinions = opinions_of([noise], learning.index, learning.archive.catalog)
    trial = Trial(learning.answerer, learning.index, _golden(), opinions)
    praised = Placed.of(trial.odds(), 1.0)
    ask = learning.answerer.ask
    firsts = [
        ask(learning.index, g.question, k=1, filters=Filters(), reader=OPERATOR,
            context=None, grouped=True, any_date=False, prior=praised).hits[0]
        for g in _golden()
    ]  # fmt: skip
    assert 5 <= sum(g.expects(hit) for g, hit in zip(_golden(), firsts, strict=True))
    (held_out,) = trial.outcomes(1.0)
    assert trial.before[:, 1].sum() >= held_out[:, 1].sum()
    assert not learning.learn([noise], _golden()).used


def test_without_votes_on_what_stands_nothing_is_used(learning: Learning) -> None:
    """No votes, or votes on what is gone, leave the ranking alone without measuring."""
    gone = Ballot(1, True, "2026-01-01", (("no such version", Span(0, 9)),))
    for ballots in ([], [gone]):
        lesson = learning.learn(ballots, _golden())
        assert (False, None, len(ballots)) == (lesson.used, lesson.after, lesson.votes)


def test_a_changed_article_keeps_the_votes_on_what_it_still_says(
    learning: Learning, library: Library
) -> None:
    """A passage's votes follow its words into a new version, and end where these are gone."""
    ballots = _ballots(learning.archive, useful=False, people=1)
    changed = [
        replace(article, text=f"{article.text}\n\nSeen again in May." if n else "All is new.")
        for n, article in enumerate(_articles())
    ]
    library.shelve(*changed)
    later = Learning(library)
    opinions = opinions_of(ballots, later.index, later.archive.catalog)
    named = {later.index.entry(opinion.position).ref.title for opinion in opinions}
    assert {f"Stale {word}" for word in WORDS[1:]} == named


def test_a_prior_is_placed_upon_a_new_generation(learning: Learning, library: Library) -> None:
    """What was learned stays upon its passages when a new generation moves them."""
    archive = learning.archive
    first = _first(archive, "lantern")
    prior = Prior(0.2, (Learned(first.version.id, *first.passage.span, -2.0),))
    lesson = Lesson(True, 1, 1, None, Score(4, 4, 0.5), Score(4, 4, 1.0), prior)
    lesson.save(prior_file(library.data_dir))
    articles = [Article(f"New {n}", f"Something else {n}.", f"new {n}") for n in range(6)]
    library.shelve(*articles, *_articles(), full=True)
    assert "000002" == archive.reload()
    assert pytest.approx(-0.4) == archive.ask("the old lantern wall").hits[1].scores.prior
    library.shelve(*articles)
    assert "000003" == archive.reload()
    assert all(not hit.scores.prior for hit in archive.ask("the old lantern wall").hits)


@pytest.mark.parametrize(
    "content",
    [
        "{",
        "[]",
        '{"used": true}',
        json.dumps({"used": True, "votes": 1, "people": 1, "voted_at": None, "before": None,
                    "after": None, "prior": {"weight": float("nan"), "passages": []}}),
        json.dumps({"used": True, "votes": 1, "people": 1, "voted_at": None, "before": None,
                    "after": None, "prior": {"weight": 1, "passages": [["v", 0, 1]]}}),
    ],
)  # fmt: skip
def test_a_damaged_file_is_told_once_and_ignored(
    tmp_path: Path, content: str, caplog: pytest.LogCaptureFixture
) -> None:
    """What is no prior ranks nothing, is said once, and is read again when it has changed."""
    path = tmp_path / "prior.json"
    kept = KeptPrior(path)
    assert kept.read() is None
    path.write_text(content, encoding="utf-8")
    assert [None, None] == [kept.read(), kept.read()]
    assert 1 == len(caplog.records)
    assert "run `footnote learn`" in caplog.text
    prior = Prior(0.1, (Learned("v", 0, 9, 0.5),))
    lesson = Lesson(True, 3, 2, "2026-01-01", Score(4, 3, 0.5), Score(4, 4, 0.75), prior)
    lesson.save(path)
    assert (lesson, prior) == (Lesson.load(path), kept.read())
    path.unlink()
    assert kept.read() is None


def test_a_lesson_that_cannot_be_written_is_an_error(tmp_path: Path) -> None:
    """A folder in the file's place is said with what to check."""
    (tmp_path / "prior.json").mkdir()
    with pytest.raises(StorageError, match="check the disk"):
        Lesson(False, 0, 0, None).save(tmp_path / "prior.json")
