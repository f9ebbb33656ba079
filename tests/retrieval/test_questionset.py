"""Reading question sets in BEIR layout."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from retrieval.errors import EvaluationError
from retrieval.questionset import Question, Support, read_foreign, read_set
from tests.questionset import EVIDENCE, write_foreign, write_set

Spoil = Callable[[Path], object]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Return a set that a test may change."""
    return write_set(tmp_path / "valley")


def test_a_set_is_its_judged_questions(folder: Path) -> None:
    """A question without a judgement is not one; the others have articles and evidence."""
    found = read_set(folder)
    assert ["q1", "q2", "q3", "q4", "q5"] == [q.id for q in found.questions]
    start = EVIDENCE[0]["start"]
    support = (Support("mill", ("the brothers Kranz",), start),)
    first = Question("q1", "Who cast the wheel of the mill?", {"mill": 1}, support)
    assert first == found.questions[0]
    assert ["u1", "u2"] == [q.id for q in found.unanswerable]
    assert ("valley", "test") == (found.name, found.qrels)


def test_sentences_are_the_evidence_where_there_are_any(folder: Path) -> None:
    """An answer in words of its own is looked for by the sentences that it rests on."""
    support = read_set(folder).questions[2].support
    assert (("A ticket costs four crowns, and bicycles travel free.",),) == tuple(
        each.texts for each in support
    )


def test_an_answer_that_is_not_in_the_passage_is_no_evidence(folder: Path) -> None:
    """A set may say itself that an answer's words do not stand there."""
    assert () == read_set(folder).questions[3].support


def test_evidence_and_unanswerable_questions_may_be_absent(folder: Path) -> None:
    """Corpus, queries and judgements are enough."""
    (folder / "evidence.jsonl").unlink()
    (folder / "unanswerable.jsonl").unlink()
    found = read_set(folder)
    assert ((), set()) == (found.unanswerable, {q.support for q in found.questions} - {()})


def test_a_corpus_may_be_what_footnote_exports(folder: Path) -> None:
    """`footnote articles --json --text` calls an article's id `id`."""
    path = folder / "corpus.jsonl"
    path.write_text(path.read_text(encoding="utf-8").replace('"_id"', '"id"'), encoding="utf-8")
    assert 5 == len(read_set(folder).questions)


def test_what_is_judged_irrelevant_does_not_count(folder: Path) -> None:
    """A grade of 0 makes no question; higher grades are kept."""
    judged = "query-id\tcorpus-id\tscore\nq1\tmill\t0\nq2\tbell\t2\nq2\tmill\t0\n"
    (folder / "qrels" / "graded.tsv").write_text(judged)
    assert [("q2", {"bell": 2})] == [
        (q.id, q.relevant) for q in read_set(folder, "graded").questions
    ]


def test_a_foreign_set_names_its_judgements_behind_a_colon(tmp_path: Path, folder: Path) -> None:
    """`DIR:QRELS` names both, and `DIR` alone means `test`."""
    other = write_foreign(tmp_path / "chemistry")
    assert ["f1", "f2"] == [q.id for q in read_foreign(f"{other}:dev").questions]
    assert "test" == read_foreign(str(folder)).qrels


@pytest.mark.parametrize("count", [1, 3, 5, 100])
def test_a_sample_is_drawn_once_for_all(folder: Path, count: int) -> None:
    """The same number draws the same questions of each kind, in their order."""
    whole = read_set(folder)
    drawn = whole.sample(count)
    assert drawn == read_set(folder).sample(count)
    assert min(count, 5) == len(drawn.questions)
    assert min(count, 2) == len(drawn.unanswerable)
    order = [whole.questions.index(q) for q in drawn.questions]
    assert sorted(order) == order


def _write(name: str, text: str) -> Spoil:
    return lambda folder: (folder / name).write_text(text, encoding="utf-8")


@pytest.mark.parametrize(
    ("spoil", "message"),
    [
        (lambda folder: (folder / "queries.jsonl").unlink(), "needs this file: add it"),
        (lambda folder: (folder / "corpus.jsonl").unlink(), "needs this file: add it"),
        (lambda folder: (folder / "qrels/test.tsv").unlink(), "add qrels/test.tsv"),
        (_write("queries.jsonl", '{"_id": "q1", "text": '), "queries.jsonl:1 is not JSON"),
        (_write("queries.jsonl", "[1]\n"), "queries.jsonl:1 is no object"),
        (_write("queries.jsonl", '\n{"_id": "q1"}\n'), 'queries.jsonl:2 has no "text"; add it'),
        (_write("queries.jsonl", '{"text": "Why?"}\n'), 'queries.jsonl:1 has no "_id"; add it'),
        (_write("queries.jsonl", '{"_id": 1, "text": "a"}\n{"_id": "1", "text": "b"}'),
         "repeats the id 1; give each question its own"),
        (_write("qrels/test.tsv", "q1 mill 1\n"), "test.tsv:1 is no judgement; write query-id"),
        (_write("qrels/test.tsv", "q1\tmill\tmuch\n"), "test.tsv:1 is no judgement"),
        (_write("qrels/test.tsv", "q99\tmill\t1\n"), "q99, which queries.jsonl lacks; add it"),
        (_write("qrels/test.tsv", "q1\tmoon\t1\n"), r"lacks \(moon\); add them"),
        (_write("qrels/test.tsv", "query-id\tcorpus-id\tscore\n"), "judges nothing relevant; add"),
        (_write("evidence.jsonl", '{"query_id": "q1", "corpus_id": "mill"}'), 'no "answer"; add'),
        (_write("evidence.jsonl",
                '{"query_id": "q1", "corpus_id": "mill", "answer": "x", "start": "3"}'),
         '"start" is no whole number; mend it'),
    ],
)  # fmt: skip
def test_a_malformed_set_is_named_with_its_cure(folder: Path, spoil: Spoil, message: str) -> None:
    """Whatever is wrong with a set is said with its place and what mends it."""
    spoil(folder)
    with pytest.raises(EvaluationError, match=message) as raised:
        read_set(folder)
    assert str(raised.value).endswith(".")


def test_qrels_that_are_not_in_utf_8_are_refused(folder: Path) -> None:
    """Bytes that are no text are a sentence, not a traceback."""
    (folder / "qrels" / "test.tsv").write_bytes(b"q1\tm\xff\t1\n")
    with pytest.raises(EvaluationError, match="save it as a text file in UTF-8"):
        read_set(folder)


def test_unknown_judgements_are_answered_with_those_there_are(folder: Path) -> None:
    """A wrong --qrels names the right ones."""
    with pytest.raises(EvaluationError, match="choose --qrels from: test"):
        read_set(folder, "dev")


def test_a_folder_that_is_none_is_refused(tmp_path: Path) -> None:
    """A path that leads nowhere is said to."""
    with pytest.raises(EvaluationError, match="name the folder of a question set"):
        read_set(tmp_path / "nowhere")
