"""Ask an archive the questions of a set, and note what it answers and why."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass

from retrieval import places
from retrieval.archive import Archive
from retrieval.baselines import orders
from retrieval.embedded import EmbeddedIndex
from retrieval.encoder import Encoder
from retrieval.errors import QuestionError
from retrieval.places import Places
from retrieval.questionset import Question
from retrieval.types import OPERATOR, Answer, Article, Filters, Hit, Span, Timings

SHIPPED = "as shipped"
"""The name of the ranking that answers."""

ANSWERABLE = "answerable"
"""The kind of a set's judged questions."""

DEEPEST = 100
"""Passages of a ranking that are measured."""

_USUAL = 5
"""Passages that an answer has by default, for confidence and time."""

Found = tuple[str, str]
"""A passage that was found: its article's id, and its own."""


@dataclass(frozen=True, slots=True)
class Shown:
    """A passage to read in a report.

    Attributes:
        article_id: Its article's id.
        title: Its article's title.
        text: The passage.
        highlights: Where, in `text`, the sentences stand that answer.
        place: Its place in the ranking, from 1; None where it was not found.
        scores: Its scores by name; empty where it was not found.
    """

    article_id: str
    title: str
    text: str
    highlights: tuple[Span, ...]
    place: int | None
    scores: dict[str, float]


@dataclass(frozen=True, slots=True)
class Held:
    """Whether the answer stands in what is shown, as far as the set says where it stands.

    Attributes:
        passage_1: Whether it stands in the first passage.
        passage_3: Whether it stands in one of the first three.
        highlight_1: Whether it stands in the highlighted sentences of the first.
        sentences: How many sentences of the first passage are highlighted.
    """

    passage_1: bool
    passage_3: bool
    highlight_1: bool
    sentences: int


@dataclass(frozen=True, slots=True)
class Asked:
    """A question that was asked, and what came of it.

    Attributes:
        question: The question.
        kind: `ANSWERABLE`, or the name of the unanswerable questions it is one of.
        confidence: How sure the archive was.
        answered: Whether it answered.
        timings: Milliseconds by stage.
        rankings: What each ranking found, best first, by its name; only the first
            passage of an unanswerable question.
        relevant_passages: The grade of every passage that answers, by its id.
        held: Whether the answer is shown, None where the set does not say what it is.
        first: The first passage, None where nothing was found.
        due: The passage that should have come first, None where there is none.
    """

    question: Question
    kind: str
    confidence: float
    answered: bool
    timings: Timings
    rankings: dict[str, list[Found]]
    relevant_passages: dict[str, int]
    held: Held | None
    first: Shown | None
    due: Shown | None

    @property
    def right(self) -> bool:
        """Whether the first passage is of an article that answers."""
        return self.first is not None and self.first.article_id in self.question.relevant


class Examiner:
    """Asks one archive, and looks into its index for what the plain rankings find."""

    def __init__(self, archive: Archive, index: EmbeddedIndex, encoder: Encoder) -> None:
        """Prepare.

        Args:
            archive: The archive; a row of the set's corpus is an article.
            index: The generation that it answers from.
            encoder: The model of both.
        """
        self._archive = archive
        self._index = index
        self._encoder = encoder
        self._depth = min(DEEPEST, archive.search.candidates)
        self._of: dict[str, list[int]] = {}
        for position in range(len(index)):
            self._of.setdefault(index.entry(position).ref.id, []).append(position)
        self._articles: dict[str, Article] = {}
        self._found: dict[int, Found] = {}

    def ask(
        self, kind: str, questions: Sequence[Question], tell: Callable[[], None]
    ) -> Iterator[Asked]:
        """Yield what came of each question.

        Args:
            kind: What kind of questions they are.
            questions: The questions.
            tell: Is called after each.

        Raises:
            QuestionError: A question is longer than the settings allow, or has no word.
        """
        self._load(article for question in questions for article in question.relevant)
        for question in questions:
            try:
                yield (
                    self._judged(question, kind)
                    if question.relevant
                    else self._plain(question, kind)
                )
            except QuestionError as error:
                raise QuestionError(
                    f"The question {question.id} cannot be asked. {error}"
                ) from error
            tell()

    def _load(self, article_ids: Iterable[str]) -> None:
        """Keep the articles that answer, to look for answers in them."""
        wanted = set(article_ids)
        entries = [entry for entry in self._archive.articles() if entry.ref.id in wanted]
        self._articles = {v.article_id: v.article for v in self._archive.read(entries)}

    def _usual(self, question: str) -> Answer:
        return self._archive.ask(question, k=_USUAL, grouped=False)

    def _plain(self, question: Question, kind: str) -> Asked:
        answer = self._usual(question.text)
        first = _shown(answer.hits[0], 1) if answer.hits else None
        return Asked(
            question, kind, answer.confidence, answer.answered, answer.timings, {}, {}, None,
            first, None,
        )  # fmt: skip

    def _judged(self, question: Question, kind: str) -> Asked:
        answer = self._usual(question.text)
        hits = self._archive.ask(question.text, k=self._depth, grouped=False).hits
        found = {s.article_id: self._places(question, s.article_id) for s in question.support}
        return Asked(
            question=question,
            kind=kind,
            confidence=answer.confidence,
            answered=answer.answered,
            timings=answer.timings,
            rankings={
                SHIPPED: [(hit.version.article_id, hit.passage.id) for hit in hits],
                **self._baselines(question.text),
            },
            relevant_passages=self._relevant_passages(question, found),
            held=_held(hits, found) if any(p.all for p in found.values()) else None,
            first=_shown(hits[0], 1) if hits else None,
            due=self._due(question, hits, found),
        )

    def _places(self, question: Question, article_id: str) -> Places:
        article = self._articles.get(article_id)
        if article is None:
            return places.NOWHERE
        parts = [
            places.find(article.text, s) for s in question.support if s.article_id == article_id
        ]
        return Places(
            tuple(span for part in parts for span in part.stated),
            tuple(span for part in parts for span in part.all),
        )

    def _relevant_passages(self, question: Question, found: dict[str, Places]) -> dict[str, int]:
        """Return the grades of the passages of the right articles that hold the answer.

        Where an article's passages are not known to hold it, all of them count.
        """
        grades: dict[str, int] = {}
        for article_id, grade in question.relevant.items():
            passages = [self._index.passage(position) for position in self._of.get(article_id, [])]
            stated = found.get(article_id, places.NOWHERE).stated
            holding = [p for p in passages if places.holds([p.span], stated)]
            grades |= {passage.id: grade for passage in holding or passages}
        return grades

    def _baselines(self, question: str) -> dict[str, list[Found]]:
        """Return what the plain rankings make of the candidates of a question."""
        index, limit = self._index, self._archive.search.candidates
        vector = self._encoder.encode_question(question)
        found = index.search(vector, index.terms(question), limit, Filters(), OPERATOR)
        made = orders(found.dense, found.keyword, limit)
        return {
            name: [self._at(int(found.positions[i])) for i in order[: self._depth]]
            for name, order in made.items()
        }

    def _at(self, position: int) -> Found:
        if position not in self._found:
            ids = (self._index.entry(position).ref.id, self._index.passage(position).id)
            self._found[position] = ids
        return self._found[position]

    def _due(
        self, question: Question, hits: Sequence[Hit], found: dict[str, Places]
    ) -> Shown | None:
        """Return the passage that should have come first."""
        for place, hit in enumerate(hits, start=1):
            if hit.version.article_id in question.relevant:
                return _shown(hit, place)
        best = max(question.relevant, key=lambda id_: question.relevant[id_])
        article = self._articles.get(best)
        if article is None:
            return None
        spans = [self._index.passage(position).span for position in self._of.get(best, [])]
        stated = found.get(best, places.NOWHERE).stated
        holding = [span for span in spans if places.holds([span], stated)]
        span = (holding or spans or [Span(0, len(article.text))])[0]
        inside = tuple(
            Span(s.start - span.start, s.end - span.start)
            for s in stated
            if places.holds([span], [s])
        )
        text = article.text[span.start : span.end]
        return Shown(best, article.title, text, inside, None, {})


def _shown(hit: Hit, place: int) -> Shown:
    start = hit.passage.span.start
    marked = tuple(Span(s.start - start, s.end - start) for s in hit.highlights)
    article = hit.version.article
    scores = {name: float(score) for name, score in asdict(hit.scores).items() if score is not None}
    return Shown(hit.version.article_id, article.title, hit.text, marked, place, scores)


def _held(hits: Sequence[Hit], found: dict[str, Places]) -> Held:
    """Return whether the answer stands in the first passages and in what they highlight."""

    def stands(hit: Hit, spans: Iterable[Span]) -> bool:
        return places.holds(spans, found.get(hit.version.article_id, places.NOWHERE).all)

    first = hits[:1]
    return Held(
        passage_1=any(stands(hit, [hit.passage.span]) for hit in first),
        passage_3=any(stands(hit, [hit.passage.span]) for hit in hits[:3]),
        highlight_1=any(
            stands(hit, places.joined(hit.version.article.text, hit.highlights)) for hit in first
        ),
        sentences=sum(len(hit.highlights) for hit in first),
    )
