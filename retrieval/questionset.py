"""Read question sets in BEIR layout: questions, judgements, and where their answers stand.

A set is a folder with `corpus.jsonl`, `queries.jsonl` and `qrels/NAME.tsv`; where it
has them, `evidence.jsonl` says where an answer stands, and `unanswerable.jsonl`
holds questions that the corpus does not answer.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np

from retrieval.errors import EvaluationError

_SEED = 20
_NAMED = 3
"""Ids that a message names at most."""


@dataclass(frozen=True, slots=True)
class Support:
    """What a set says of where an answer stands.

    Attributes:
        article_id: The article that answers.
        texts: Words of the article, each of which answers or helps to.
        start: Where the first of `texts` stands in the corpus row's text, or None.
    """

    article_id: str
    texts: tuple[str, ...]
    start: int | None = None


@dataclass(frozen=True, slots=True)
class Question:
    """A question of a set.

    Attributes:
        id: Its id.
        text: The question.
        relevant: The grade, 1 or more, of each article judged to answer it; none where
            the corpus does not.
        support: Where the answer stands, as far as the set says.
    """

    id: str
    text: str
    relevant: Mapping[str, int]
    support: tuple[Support, ...] = ()


@dataclass(frozen=True, slots=True)
class QuestionSet:
    """A question set.

    Attributes:
        folder: Where it lies.
        qrels: The name of its judgements.
        questions: The questions that are judged.
        unanswerable: Questions that its corpus does not answer.
    """

    folder: Path
    qrels: str
    questions: tuple[Question, ...]
    unanswerable: tuple[Question, ...]

    @property
    def name(self) -> str:
        """The folder's name."""
        return self.folder.name

    @property
    def corpus(self) -> Path:
        """The file of articles."""
        return self.folder / "corpus.jsonl"

    def sample(self, count: int | None) -> QuestionSet:
        """Return the set with so many questions of each kind, always the same; None for all."""
        if count is None:
            return self
        questions, unanswerable = _drawn(self.questions, count), _drawn(self.unanswerable, count)
        return replace(self, questions=questions, unanswerable=unanswerable)


def _drawn(questions: tuple[Question, ...], count: int) -> tuple[Question, ...]:
    if count >= len(questions):
        return questions
    chosen = np.random.default_rng(_SEED).choice(len(questions), count, replace=False)
    return tuple(questions[number] for number in np.sort(chosen))


def read_set(folder: Path, qrels: str = "test") -> QuestionSet:
    """Read a set.

    Args:
        folder: Its folder.
        qrels: The name of the judgements, of `qrels/NAME.tsv`.

    Raises:
        EvaluationError: Something is missing or malformed; the message says what to mend.
    """
    folder = folder.resolve()
    if not folder.is_dir():
        raise EvaluationError(f"{folder} is no folder; name the folder of a question set.")
    texts = dict(_texts(folder / "queries.jsonl"))
    judged = _judgements(_qrels_path(folder, qrels), texts)
    _check_judged(folder, qrels, judged)
    support = _support(folder / "evidence.jsonl")
    questions = tuple(
        Question(
            id_,
            texts[id_],
            relevant,
            tuple(s for s in support.get(id_, ()) if s.article_id in relevant),
        )
        for id_, relevant in judged.items()
    )
    path = folder / "unanswerable.jsonl"
    rest = _texts(path) if path.exists() else iter(())
    return QuestionSet(folder, qrels, questions, tuple(Question(i, t, {}) for i, t in rest))


def read_foreign(spec: str) -> QuestionSet:
    """Read a set named as `DIR` or `DIR:QRELS`.

    Raises:
        EvaluationError: It is missing or malformed.
    """
    folder, _, qrels = spec.rpartition(":")
    if not folder or Path(spec).is_dir():
        return read_set(Path(spec))
    return read_set(Path(folder), qrels or "test")


def _rows(path: Path) -> Iterator[tuple[str, dict[str, Any]]]:
    """Yield the objects of a file of JSON lines, each with its place."""
    try:
        with path.open("rb") as lines:
            for number, line in enumerate(lines, start=1):
                if line.strip():
                    yield f"{path}:{number}", _row(f"{path}:{number}", line)
    except OSError as error:
        reason = error.strerror or type(error).__name__
        raise EvaluationError(
            f"{path} cannot be opened ({reason}); a question set needs this file: add it, or "
            "name another folder."
        ) from error


def _row(place: str, line: bytes) -> dict[str, Any]:
    try:
        row = json.loads(line.decode("utf-8-sig"))
    except (ValueError, RecursionError) as error:
        raise EvaluationError(f"{place} is not JSON in UTF-8 ({error}); mend the line.") from error
    if not isinstance(row, dict):
        raise EvaluationError(f'{place} is no object; write {{"_id": …, "text": …}} there.')
    return row


def _text(row: Mapping[str, Any], key: str, place: str) -> str:
    """Return a text that a row must have; a number counts as its digits."""
    value = row.get(key)
    if isinstance(value, int) and not isinstance(value, bool):
        value = str(value)
    if not isinstance(value, str) or not value.strip():
        raise EvaluationError(f'{place} has no "{key}"; add it to the line.')
    return value


def _texts(path: Path) -> Iterator[tuple[str, str]]:
    """Yield id and text of every question of a file."""
    seen: set[str] = set()
    for place, row in _rows(path):
        id_ = _text(row, "_id", place)
        if id_ in seen:
            raise EvaluationError(f"{place} repeats the id {id_}; give each question its own.")
        seen.add(id_)
        yield id_, _text(row, "text", place)


def _qrels_path(folder: Path, qrels: str) -> Path:
    names = sorted(path.stem for path in (folder / "qrels").glob("*.tsv"))
    if qrels in names:
        return folder / "qrels" / f"{qrels}.tsv"
    if not names:
        raise EvaluationError(
            f"{folder} has no judgements; add qrels/test.tsv with a line `query-id corpus-id "
            "score` for each."
        )
    raise EvaluationError(
        f"{folder.name} has no qrels/{qrels}.tsv; choose --qrels from: {', '.join(names)}."
    )


def _judgements(path: Path, known: Mapping[str, str]) -> dict[str, dict[str, int]]:
    """Return the relevant articles, with their grades, of every question that has any."""
    judged: dict[str, dict[str, int]] = {}
    for number, line in enumerate(_lines(path), start=1):
        fields = line.rstrip("\r\n").split("\t")
        if not line.strip() or (number == 1 and fields[-1] == "score"):
            continue
        try:
            question, article, score = fields
            grade = int(score)
        except ValueError as error:
            raise EvaluationError(
                f"{path}:{number} is no judgement; write query-id, corpus-id and a whole number, "
                "with tabs between them."
            ) from error
        if question not in known:
            raise EvaluationError(
                f"{path}:{number} judges the question {question}, which queries.jsonl lacks; add "
                "it there or delete the line."
            )
        if grade > 0:
            judged.setdefault(question, {})[article] = grade
    if not judged:
        raise EvaluationError(f"{path} judges nothing relevant; add a line for each question.")
    return judged


def _lines(path: Path) -> list[str]:
    try:
        return path.read_text(encoding="utf-8-sig").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise EvaluationError(
            f"{path} cannot be read ({error}); save it as a text file in UTF-8."
        ) from error


def _check_judged(folder: Path, qrels: str, judged: Mapping[str, Mapping[str, int]]) -> None:
    """Raise an error where an article is judged that the corpus does not hold."""
    rows = _rows(folder / "corpus.jsonl")
    # What `footnote articles --json` prints is a corpus, too.
    held = {_text(row, "id" if row.get("id") else "_id", place) for place, row in rows}
    missing = sorted({article for grades in judged.values() for article in grades} - held)
    if missing:
        named = ", ".join(missing[:_NAMED]) + (", …" if len(missing) > _NAMED else "")
        raise EvaluationError(
            f"qrels/{qrels}.tsv judges articles that corpus.jsonl lacks ({named}); add them, or "
            "choose other judgements by --qrels."
        )


def _support(path: Path) -> dict[str, list[Support]]:
    """Return where answers stand, by the questions' ids."""
    found: dict[str, list[Support]] = {}
    for place, row in _rows(path) if path.exists() else ():
        question, article = _text(row, "query_id", place), _text(row, "corpus_id", place)
        sentences, start = row.get("sentences"), row.get("start")
        if row.get("answer_in_passage") is False:
            continue
        answer = row.get("answer")
        if isinstance(sentences, list) and sentences:
            texts, start = tuple(dict.fromkeys(map(str, sentences))), None
        elif isinstance(answer, str) and answer.strip():
            texts = (answer,)
        else:
            raise EvaluationError(f'{place} has no "answer"; add it to the line.')
        if start is not None and not isinstance(start, int):
            raise EvaluationError(f'{place}: "start" is no whole number; mend it or leave it out.')
        found.setdefault(question, []).append(Support(article, texts, start))
    return found
