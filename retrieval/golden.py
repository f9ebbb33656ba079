"""Golden questions: what a new generation must answer as well as the one before it."""

from __future__ import annotations

import csv
import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from retrieval.answering import Answerer, Search
from retrieval.catalog import Catalog
from retrieval.encoder import Encoder
from retrieval.errors import EvaluationError, QuestionError
from retrieval.index import PassageIndex
from retrieval.report import Verdict
from retrieval.reranker import Reranker
from retrieval.types import OPERATOR, Answer, Filters, Hit, digest

_SHOWN = 3
"""Passages of an answer among which the expected article must be: as many as a reader sees."""


@dataclass(frozen=True, slots=True)
class Golden:
    """A question, and the articles any of which is its answer.

    Attributes:
        question: The question.
        expected: Their ids, links or titles; titles without regard to case.
    """

    question: str
    expected: frozenset[str]

    @property
    def key(self) -> str:
        """What a manifest keeps of it, which holds no question's text."""
        return digest(self.question, *sorted(self.expected))

    def is_answered(self, answer: Answer) -> bool:
        """Tell whether an answer is given, and shows an expected article."""
        return answer.answered and any(map(self.expects, answer.hits[:_SHOWN]))

    def expects(self, hit: Hit) -> bool:
        """Tell whether a passage is of an expected article, or of one that tells its story."""
        article = hit.version.article
        names = {hit.version.article_id, article.url, article.title.casefold()}
        names |= {name for ref in hit.also_in for name in (ref.id, ref.title.casefold())}
        expected = self.expected | {name.casefold() for name in self.expected}
        return not expected.isdisjoint(names)


def read_golden(path: Path, check: Callable[[str], str]) -> tuple[Golden, ...]:
    """Read golden questions: JSON lines, or CSV by its ending.

    A row has a `question` and an `article`, its id, link or title; of rows that repeat a
    question, and of a list of articles, any one will do.

    Args:
        path: The file.
        check: Trims a question, or raises a QuestionError.

    Raises:
        EvaluationError: The file cannot be read, or a row is not whole.
    """
    expected: dict[str, set[str]] = {}
    try:
        with path.open(encoding="utf-8-sig", newline="") as lines:
            rows = _table(lines) if path.suffix.casefold() == ".csv" else _json_lines(lines)
            for number, row in rows:
                question, articles = _row(row, check, f"{path}:{number}")
                expected.setdefault(question, set()).update(articles)
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise EvaluationError(
            f"The golden questions in {path} cannot be read ({error}); correct `gate.questions`."
        ) from error
    return tuple(Golden(question, frozenset(names)) for question, names in expected.items())


def _table(lines: Iterable[str]) -> Iterator[tuple[int, Any]]:
    table = csv.DictReader(lines)
    for row in table:
        yield table.line_num, row


def _json_lines(lines: Iterable[str]) -> Iterator[tuple[int, Any]]:
    for number, line in enumerate(lines, start=1):
        if line.strip():
            try:
                yield number, json.loads(line)
            except (ValueError, RecursionError):
                yield number, None


def _row(row: Any, check: Callable[[str], str], place: str) -> tuple[str, list[str]]:
    found = row if isinstance(row, Mapping) else {}
    question, articles = found.get("question"), found.get("article")
    named = articles if isinstance(articles, list) else [articles]
    names = [name.strip() for name in named if isinstance(name, str) and name.strip()]
    if not isinstance(question, str) or not names or len(names) < len(named):
        raise EvaluationError(
            f"{place} is no golden question; give it a `question` and an `article`."
        )
    try:
        return check(question), names
    except QuestionError as error:
        raise EvaluationError(f"{place} cannot be asked. {error}") from error


@dataclass(frozen=True, slots=True)
class Gate:
    """What stops a generation that answers golden questions worse than the one before.

    Attributes:
        golden: The questions.
        allowed: The share of them that may fall: answered before, and no longer.
        search: How they are answered.
        reranker: What re-ranks the first hits, or None.
        accept: Whether the generation is published all the same.
    """

    golden: Sequence[Golden]
    allowed: float
    search: Search
    reranker: Reranker | None = None
    accept: bool = False

    def judge(
        self,
        new: PassageIndex,
        old: PassageIndex | tuple[str, ...] | None,
        encoder: Encoder,
        catalog: Catalog,
    ) -> tuple[Verdict, tuple[str, ...]]:
        """Ask a new generation, and compare it with the old one.

        Args:
            new: The new generation.
            old: The old one; where it cannot be asked, the keys of the questions that it
                answered when it was built; None where there was none.
            encoder: Encodes the questions.
            catalog: Holds the texts of both generations' articles.

        Returns:
            The verdict, and the keys of the questions that the new one answers.
        """
        answerer = Answerer(encoder, catalog, self.search, self.reranker)
        after = {golden.key for golden in self.golden if _answers(answerer, new, golden)}
        before = self._before(answerer, old)
        fell = [g.question for g in self.golden if g.key in before and g.key not in after]
        verdict = Verdict(
            asked=len(self.golden),
            before=None if old is None else len(before),
            after=len(after),
            fell=tuple(fell),
            allowed=self.allowed,
            accepted=self.accept,
        )
        return verdict, tuple(sorted(after))

    def _before(
        self, answerer: Answerer, old: PassageIndex | tuple[str, ...] | None
    ) -> frozenset[str]:
        if old is None:
            return frozenset()
        if isinstance(old, tuple):
            return frozenset(old) & {golden.key for golden in self.golden}
        return frozenset(g.key for g in self.golden if _answers(answerer, old, g))


def _answers(answerer: Answerer, index: PassageIndex, golden: Golden) -> bool:
    answer = answerer.ask(
        index,
        golden.question,
        k=_SHOWN,
        filters=Filters(),
        reader=OPERATOR,
        context=None,
        grouped=True,
        any_date=False,
    )
    return golden.is_answered(answer)
