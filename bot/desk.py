"""The desk where questions are taken: searched in threads, recorded, never twice at once."""

from __future__ import annotations

import asyncio
import json
import logging
import secrets
import time
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial
from typing import TypeVar

from bot.access import Place
from bot.failures import Refused
from bot.given import given, taken
from bot.language import ENGLISH
from bot.markdown import one_line
from bot.narrow import to_json
from bot.passages import count_shown
from retrieval.archive import Archive
from retrieval.database import now
from retrieval.errors import NotFound, QuestionError, StorageError
from retrieval.records import GivenAnswer, GivenHit
from retrieval.types import (
    Answer,
    ArticleRef,
    ArticleVersion,
    Filters,
    Hit,
    Reader,
    Standing,
    Timings,
)

T = TypeVar("T")

_log = logging.getLogger(__name__)

_ANY_DATE = "-any"
"""What follows an answer's id in that of the answer of any date, where the two differ."""

_RELATED = 3
"""Articles that a card names as related."""

_FOUND = 20
"""Passages that an answer's record holds: what More can show."""


@dataclass(frozen=True, slots=True)
class Question:
    """A question as it was asked.

    Attributes:
        text: The question.
        asker_id: Who asked.
        reader: Who will read the reply.
        private: Whether only the asker will.
        place: Where the reply is read.
        channel_id: The channel, or None.
        filters: What it is narrowed to.
        context: The questions that it follows up, a line each, or None.
        locale: The language of the reply.
        replied: Whether it replies to a message that asks.
        about: The message whose words it is, where its answer may be shared; else None.
    """

    text: str
    asker_id: int
    reader: Reader
    private: bool
    place: Place
    channel_id: int | None
    filters: Filters = Filters()
    context: str | None = None
    locale: str = ENGLISH
    replied: bool = False
    about: int | None = None


class Desk:
    """Takes questions, one cooldown a user, and keeps the records of the answers."""

    def __init__(self, archive: Archive, concurrency: int, cooldown: float) -> None:
        """Open the desk.

        Args:
            archive: The archive.
            concurrency: Questions that are searched at the same time.
            cooldown: Seconds that a user waits between two questions.
        """
        self.archive = archive
        self._cooldown = cooldown
        self._asked: dict[int, float] = {}
        self._asking = ThreadPoolExecutor(concurrency, thread_name_prefix="ask")
        # Look-ups are short and must not wait behind questions: autocomplete has 100 ms.
        self._looking = ThreadPoolExecutor(2, thread_name_prefix="look")
        # Writing waits while another process writes, and must keep nobody waiting who reads.
        self._keeping = ThreadPoolExecutor(1, thread_name_prefix="keep")

    def close(self) -> None:
        """Let what runs end; take nothing new."""
        for pool in (self._asking, self._looking, self._keeping):
            pool.shutdown(wait=True, cancel_futures=True)

    def admit(self, user_id: int) -> None:
        """Let a user ask now.

        Raises:
            Refused: They asked less than the cooldown ago.
        """
        moment = time.monotonic()
        left = self._asked.get(user_id, -self._cooldown) + self._cooldown - moment
        if left > 0:
            when = f"<t:{int(time.time() + left) + 1}:R>"
            raise Refused("refused-cooldown", when=when)
        if len(self._asked) > 10_000:
            recent = moment - self._cooldown
            self._asked = {user: at for user, at in self._asked.items() if at > recent}
        self._asked[user_id] = moment

    def check(self, words: str) -> str:
        """Return a question's text, trimmed.

        Raises:
            Refused: It is empty, has no word in it, or is too long.
        """
        try:
            return self.archive.check(words)
        except QuestionError as error:
            length, longest = len(" ".join(words.split())), self.archive.search.longest_question
            if length > longest:
                raise Refused("question-too-long", length=length, longest=longest) from error
            raise Refused("question-wordless" if length else "question-empty") from error

    async def ask(self, question: Question) -> tuple[Answer, str]:
        """Answer a question; return the answer and the id of its record.

        Raises:
            QuestionError: It is empty, has no word in it, or is too long.
        """
        loop = asyncio.get_running_loop()
        answer = await self.gather(question, _FOUND)
        record_id = secrets.token_hex(8)
        if answer.period is not None:
            # Its text is not kept, so what Any date will show is found now.
            search = partial(self._search, question, _FOUND, any_date=True)
            undated = await loop.run_in_executor(self._asking, search)
            await self.note(self._record, record_id + _ANY_DATE, question, undated)
        await self.note(self._record, record_id, question, answer)
        if not answer.answered and question.filters != Filters():
            # Whoever wants to be told when it is answered wants it narrowed as it was.
            kept = json.dumps(to_json(question.filters))
            await self.note(self.archive.records.open_list, record_id, kept)
        return answer, record_id

    async def gather(self, question: Question, most: int) -> Answer:
        """Return what the archive says to a question, with so many passages at most; unrecorded.

        Raises:
            QuestionError: It is empty, has no word in it, or is too long.
        """
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(self._asking, self._search, question, most)

    async def record(self, question: Question, answer: Answer, cited: int) -> str:
        """Record an answer of whose passages a message shows the first; return its record's id."""
        record_id = secrets.token_hex(8)
        await self.note(self._record, record_id, question, answer, cited)
        return record_id

    async def look(self, call: Callable[..., T], *arguments: object) -> T:
        """Run a short look-up of the archive or the catalog in a thread."""
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(self._looking, partial(call, *arguments))

    async def search(self, call: Callable[..., T], *arguments: object) -> T:
        """Run what takes as long as a question in a thread, behind the questions before it."""
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(self._asking, partial(call, *arguments))

    async def keep(self, call: Callable[..., T], *arguments: object) -> T:
        """Run what writes, or may take a while, in a thread of its own."""
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(self._keeping, partial(call, *arguments))

    async def note(self, call: Callable[..., object], *arguments: object) -> None:
        """Keep something about an answer; where that fails, the answer is given all the same."""
        try:
            await self.keep(call, *arguments)
        except StorageError as error:
            _log.error("An answer cannot be recorded; its buttons will not work. %s", error)

    def _search(self, question: Question, most: int, *, any_date: bool = False) -> Answer:
        return self.archive.ask(
            question.text,
            k=most,
            filters=question.filters,
            reader=question.reader,
            context=question.context,
            any_date=any_date,
        )

    def _record(
        self, record_id: str, question: Question, answer: Answer, cited: int | None = None
    ) -> None:
        """Record an answer that is about to be shown, or may be.

        Args:
            record_id: The record's id.
            question: The question.
            answer: The answer.
            cited: How many passages its message shows; None for as many as an answer does.
        """
        if cited is None:
            cited = count_shown(answer.hits, answer.threshold) if answer.answered else 0
        held = question.reader.collections
        self.archive.records.record(
            GivenAnswer(
                id=record_id,
                asked_at=now(),
                generation=answer.generation,
                asker_id=question.asker_id,
                guild_id=question.place.guild_id,
                channel_id=question.channel_id,
                message_id=None,
                private=question.private,
                collections=None if held is None else tuple(sorted(held)),
                answered=answer.answered,
                confidence=answer.confidence,
                hits=tuple(given(hit) for hit in answer.hits),
                cited=cited,
                locale=question.locale,
            )
        )

    def of_any_date(self, record_id: str, question: str, reader: Reader) -> tuple[Answer, str]:
        """Return the answer of any date that was found beside a dated one, and its record's id.

        Args:
            record_id: The id of the dated answer's record.
            question: The question, as the message shows it.
            reader: Who will see it.

        Raises:
            Refused: It has expired, or this reader may see nothing of it.
        """
        record = self.given(record_id + _ANY_DATE)
        return self.recalled(record, question, reader), record.id

    def recalled(self, record: GivenAnswer, question: str, reader: Reader) -> Answer:
        """Return an answer given before, as this reader may see it.

        Raises:
            Refused: This reader may see nothing of it.
        """
        hits = tuple(self.hits(record, reader).values())
        if not hits:
            raise Refused("refused-none-visible")
        versions = {hit.version.article_id: hit.version.article.title for hit in hits}
        return Answer(
            question=question,
            answered=record.answered,
            confidence=record.confidence,
            threshold=self.archive.search.threshold,
            generation=record.generation,
            hits=hits,
            nearest=tuple(ArticleRef(*named) for named in versions.items())[:5],
            unknown_words=(),
            timings=Timings(0, 0, 0, 0),
        )

    def given(self, record_id: str) -> GivenAnswer:
        """Return an answer's record.

        Raises:
            Refused: It has expired.
        """
        record = self.archive.records.given(record_id)
        if record is None:
            raise Refused("refused-answer-expired")
        return record

    def hits(self, record: GivenAnswer, reader: Reader) -> dict[int, Hit]:
        """Return the hits of a record that this reader may see, by their number from 1.

        They are from the versions cited then.
        """
        return self.visible(record.hits, reader)

    def visible(self, kept: Sequence[GivenHit], reader: Reader) -> dict[int, Hit]:
        """Return the kept hits that this reader may see, by their number from 1."""
        versions = self.archive.catalog.load(list({hit.version_id for hit in kept}))
        names = self.archive.names({i for hit in kept for i in hit.also_in}, reader)
        found = {}
        for number, hit in enumerate(kept, start=1):
            version = versions.get(hit.version_id)
            if version is not None and _may_see(version, reader):
                found[number] = taken(hit, version, names)
        return found

    def version(self, version_id: str, reader: Reader) -> ArticleVersion:
        """Return an article version that this reader may see.

        Raises:
            Refused: There is none.
        """
        version = self.archive.catalog.load([version_id]).get(version_id)
        if version is None or not _may_see(version, reader):
            raise Refused("refused-article-gone")
        return version

    def look_up(self, title_or_id: str, reader: Reader) -> ArticleVersion:
        """Return the article of that id or title, as this reader may see it.

        Raises:
            Refused: There is none.
        """
        try:
            return self.archive.look_up(title_or_id, reader)
        except NotFound as error:
            name = one_line(title_or_id, 200)
            near = self.archive.suggest(title_or_id, reader, 3)
            if not near:
                raise Refused("article-unknown", name=name) from error
            titles = tuple(one_line(found.entry.ref.title, 100) for found in near)
            raise Refused("article-unknown-near", name=name, titles=titles) from error

    def standings(self, hits: Iterable[Hit]) -> dict[str, Standing]:
        """Return what became of the article versions of hits, by version id."""
        versions = {hit.version.id: hit.version for hit in hits}
        return {key: self.archive.standing(version) for key, version in versions.items()}

    def related(self, version: ArticleVersion, reader: Reader) -> list[ArticleRef]:
        """Return the articles nearest to one, as many as its card names."""
        return self.archive.related(version, reader, _RELATED)


def _may_see(version: ArticleVersion, reader: Reader) -> bool:
    return reader.collections is None or version.article.collection in reader.collections
