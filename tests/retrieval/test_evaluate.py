"""Asking an archive the questions of a set, and summing up what came of it."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest

from retrieval.archive import recipe_of
from retrieval.errors import EvaluationError, QuestionError
from retrieval.evaluate import ANSWERABLE, SHIPPED, Asked, Examiner
from retrieval.generation import Generations
from retrieval.questionset import Question, Support
from retrieval.runs import check_writable, compare, load_run, question_fields
from retrieval.scorecard import ARTICLE, PASSAGE, Scorecard, score
from retrieval.types import Article
from tests.conftest import SEARCH, Library
from tests.hashed import CHUNKING

LONG = " ".join(f"Filler number {n} says that pepper grows in the valley." for n in range(30))

ARTICLES = [
    Article("Lanterns", f"{LONG} The copper lantern hangs above the harbour gate.", "1", "lantern"),
    Article("Ferries", "The ferry carries timber. It is painted green.", "2", "ferry"),
    Article("Needles", "A needle of marble stands on the island.", "3", "needle"),
]  # fmt: skip


def _question(id_: str, text: str, article: str, *answers: str) -> Question:
    return Question(id_, text, {article: 1}, (Support(article, answers),) if answers else ())


QUESTIONS = [
    _question("gate", "Where does the copper lantern hang?", "lantern", "above the harbour gate"),
    _question("paint", "Which colour is the ferry painted?", "ferry", "green"),
    _question("wrong", "What stands on the island of marble?", "ferry"),
]
FOREIGN = [Question("u", "Who mended the saddle?", {})]


@pytest.fixture
def examiner(library: Library) -> Examiner:
    """Return what examines the three articles by the tiny encoder."""
    library.shelve(*ARTICLES)
    recipe = recipe_of(library.encoder, CHUNKING)
    index = Generations(library.data_dir).open_current(recipe)
    return Examiner(library.open(), index, library.encoder)


@pytest.fixture
def asked(examiner: Examiner) -> list[Asked]:
    """Return what came of all the questions."""
    told: list[int] = []
    found = [*examiner.ask(ANSWERABLE, QUESTIONS, lambda: told.append(1))]
    found += examiner.ask("foreign", FOREIGN, lambda: told.append(1))
    assert 4 == len(told)
    return found


@pytest.fixture
def card(asked: list[Asked]) -> Scorecard:
    """Return the same, summed up."""
    return score(asked, SEARCH.threshold)


def test_a_passage_is_right_where_it_holds_the_answer(asked: list[Asked]) -> None:
    """Of a long article, only the passages with the answer count; of others, all."""
    gate, paint, wrong, _ = asked
    lanterns = [found for article, found in gate.rankings[SHIPPED] if article == "lantern"]
    assert 1 == len(gate.relevant_passages)
    assert len(lanterns) > 5
    assert (1, 1) == (len(paint.relevant_passages), len(wrong.relevant_passages))


def test_by_article_and_by_passage_are_told_apart(examiner: Examiner) -> None:
    """Where another passage of the right article comes first, only the article is found."""
    question = _question("filler", "Filler number 4 says pepper?", "lantern", "harbour gate")
    card = score([*examiner.ask(ANSWERABLE, [question], lambda: None)], SEARCH.threshold)
    assert 1.0 == card.values[ARTICLE]["filler"]["hit@1"]
    assert 0.0 == card.values[PASSAGE]["filler"]["hit@1"]
    assert 0.0 == card.answers["answer in passage@1"].value


def test_an_answer_is_looked_for_in_passage_and_highlight(asked: list[Asked]) -> None:
    """Where a set says what answers, it is said whether it is shown; elsewhere nothing is."""
    gate, paint, wrong, foreign = asked
    assert gate.held is not None
    assert (True, True, True) == (
        gate.held.passage_1, gate.held.passage_3, gate.held.highlight_1,
    )  # fmt: skip
    assert paint.held is not None
    assert (None, None) == (wrong.held, foreign.held)


def test_what_is_right_is_the_judged_article(asked: list[Asked], card: Scorecard) -> None:
    """A first hit of another article is wrong, however good, and is shown with its due."""
    assert [True, True, False, False] == [each.right for each in asked]
    assert pytest.approx(2 / 3) == card.right.value
    wrong = next(f.asked for f in card.failures if f.what == "another article first")
    assert wrong.first is not None
    assert wrong.due is not None
    assert ("needle", "ferry") == (wrong.first.article_id, wrong.due.article_id)
    assert wrong.first.text[slice(*wrong.first.highlights[0])] == wrong.first.text


def test_every_ranking_is_measured(card: Scorecard) -> None:
    """The plain rankings stand beside the shipped one, by article and by passage."""
    assert [SHIPPED, "BM25", "dense", "RRF", "convex 50/50"] == [*card.rankings]
    assert [ARTICLE, PASSAGE] == [*card.rankings["RRF"]]
    assert 3 == card.rankings["RRF"][PASSAGE]["MRR@10"].questions


def test_an_article_that_was_not_found_is_still_shown_as_due(library: Library) -> None:
    """What should have come first is shown though no ranking reached it."""
    library.shelve(*(Article(f"Bell {n}", f"The bell rings {n} times.", f"{n}", f"b{n}")
                     for n in range(30)), ARTICLES[2])  # fmt: skip
    narrow = library.open(replace(SEARCH, candidates=3))
    index = Generations(library.data_dir).open_current(recipe_of(library.encoder, CHUNKING))
    question = _question("bell", "How many times does the bell ring?", "needle", "of marble")
    (found,) = Examiner(narrow, index, library.encoder).ask(ANSWERABLE, [question], lambda: None)
    assert found.due is not None
    assert (None, {}) == (found.due.place, found.due.scores)
    assert ["of marble"] == [found.due.text[slice(*span)] for span in found.due.highlights]


def test_a_question_that_cannot_be_asked_is_named(examiner: Examiner) -> None:
    """A question without a word ends in a sentence with its id."""
    with pytest.raises(QuestionError, match="question q7 cannot be asked"):
        [*examiner.ask("foreign", [Question("q7", "?!", {})], lambda: None)]


# Runs, kept and compared.


def test_a_run_does_not_differ_from_itself(asked: list[Asked], card: Scorecard) -> None:
    """Every measure of both kinds of question is compared, with no difference."""
    rows = json.loads(json.dumps([question_fields(each, card) for each in asked]))
    found = compare(rows, rows)
    assert {(0.0, 1.0)} == {(each.value, each.p) for each in found.values()}
    assert {"article nDCG@10", "passage MRR@10", "answer in highlight@1", "answered",
            "answered, foreign"} <= set(found)  # fmt: skip
    assert 3 == found["article nDCG@10"].questions


def test_only_the_questions_of_both_runs_are_compared(asked: list[Asked], card: Scorecard) -> None:
    """A question that the earlier run lacks says nothing of the difference."""
    rows = [question_fields(each, card) for each in asked]
    worse = json.loads(json.dumps(rows[:2]))
    worse[0]["values"]["article hit@1"] = 0.0
    found = compare(rows, worse)["article hit@1"]
    assert (0.5, 2) == (found.value, found.questions)
    with pytest.raises(EvaluationError, match="name a run of the same set"):
        compare(rows, [{**rows[0], "id": "another"}])


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "is no earlier run; name a file"),
        ("[]", "is no earlier run; name a file"),
        ('{"format": 1, "questions": 3}', "is no earlier run; name a file"),
        ('{"format": 1, "questions": [{"id": 1, "kind": "x"}]}', "is no earlier run"),
        ('{"format": 1, "questions": [{"id": 1, "kind": "x", "values": {"a": null}}]}', "no earl"),
        ('{"format": 99}', "another version of Footnote; run it again"),
        (None, "cannot be opened .*; name the file"),
    ],
)
def test_a_file_that_is_no_run_is_refused(tmp_path: Path, text: str | None, message: str) -> None:
    """Whatever stands in the file, the message says what to name instead."""
    path = tmp_path / "run.json"
    if text is not None:
        path.write_text(text)
    with pytest.raises(EvaluationError, match=message):
        load_run(path)


def test_a_report_that_could_not_be_written_is_refused_at_the_start(tmp_path: Path) -> None:
    """Nobody waits for minutes to hear that a folder is missing."""
    check_writable(tmp_path / "new.html")
    assert not (tmp_path / "new.html").exists()
    with pytest.raises(EvaluationError, match="name a file in it"):
        check_writable(tmp_path)
    with pytest.raises(EvaluationError, match="make the folder first"):
        check_writable(tmp_path / "none" / "new.html")
