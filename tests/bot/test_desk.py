"""The desk where questions are taken: one at a time a user, recorded, and found again."""

from __future__ import annotations

import asyncio
import re
import threading
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from bot.access import Place
from bot.desk import Desk, Question
from bot.failures import Refused
from retrieval.encoder import Vectors
from retrieval.errors import QuestionError
from retrieval.types import Article, Filters, Heading, Reader
from tests.conftest import SEARCH, Library
from tests.hashed import HashedEncoder

TODAY = datetime.now(UTC)
EVERYONE = Reader(frozenset({"public"}))


def article(name: str, text: str, **more: object) -> Article:
    """Return an article."""
    return Article(title=name, text=text, location=name, given_id=name, **more)  # type: ignore[arg-type]


def question(text: str, **more: object) -> Question:
    """Return a question asked in a channel."""
    known = {"asker_id": 5, "reader": EVERYONE, "private": False}
    known |= {"place": Place(1, (2,)), "channel_id": 2}
    return Question(text=text, **known | more)  # type: ignore[arg-type]


@pytest.fixture
def desk(library: Library) -> Iterator[Desk]:
    """Yield a desk over two articles."""
    library.shelve(
        article(
            "nets",
            "Mending\n\nThe nets are mended by Greta. It takes two days.",
            headings=(Heading(0, 7),),
        ),
        article("bread", "The bread is baked by Odile. It takes one hour."),
    )
    desk = Desk(library.open(SEARCH), concurrency=2, cooldown=30)
    yield desk
    desk.close()


def ask(desk: Desk, text: str, **more: object) -> str:
    """Ask, and return the id of the answer's record."""
    return asyncio.run(desk.ask(question(text, **more)))[1]


def test_a_user_waits_between_two_questions(desk: Desk) -> None:
    """A second question within the cooldown is refused, with the time of the next."""
    desk.admit(1)
    with pytest.raises(Refused, match="refused-cooldown") as refused:
        desk.admit(1)
    assert re.fullmatch(r"<t:\d+:R>", refused.value.arguments["when"])
    desk.admit(2)


def test_without_a_cooldown_nobody_waits(library: Library) -> None:
    """A cooldown of 0 lets every question in."""
    library.shelve(article("a", "Words of it."))
    desk = Desk(library.open(), concurrency=1, cooldown=0)
    for _ in range(3):
        desk.admit(1)
    desk.close()


def test_many_users_are_remembered_no_longer_than_needed(library: Library) -> None:
    """Ten thousand users with no cooldown left do not pile up, and one who has it still waits."""
    library.shelve(article("a", "Words of it."))
    desk = Desk(library.open(), concurrency=1, cooldown=1)
    for user in range(10_050):
        desk.admit(user)
    with pytest.raises(Refused):
        desk.admit(10_049)
    desk.close()


def test_an_answer_is_recorded_with_what_it_cited(desk: Desk) -> None:
    """The record holds who asked where, and every hit's span, sentences and scores."""
    answer, record_id = asyncio.run(desk.ask(question("Who mends the nets?", private=True)))
    record = desk.given(record_id)
    assert (record.asker_id, record.guild_id, record.channel_id) == (5, 1, 2)
    assert (record.private, record.collections) == (True, ("public",))
    assert (record.answered, record.confidence) == (answer.answered, answer.confidence)
    found = desk.hits(record, EVERYONE)
    # Which words matched would tell what was asked.
    assert list(found.values()) == [replace(hit, matched=()) for hit in answer.hits]
    assert list(found) == list(range(1, len(answer.hits) + 1))


def test_a_rewritten_article_is_shown_as_it_was_cited(desk: Desk, library: Library) -> None:
    """An old answer's hits are from the version that it cited, word for word."""
    record_id = ask(desk, "Who mends the nets?")
    library.shelve(article("nets", "The nets are mended by nobody now."))
    desk.archive.reload()
    found = desk.hits(desk.given(record_id), EVERYONE)
    assert "mended by Greta" in found[1].version.article.text


def test_a_record_that_is_gone_says_so(desk: Desk) -> None:
    """What has expired is refused with what to do."""
    with pytest.raises(Refused, match="refused-answer-expired"):
        desk.given("ffff")
    with pytest.raises(Refused, match="refused-article-gone"):
        desk.version("ffff", EVERYONE)


def test_only_visible_hits_keep_their_numbers(desk: Desk, library: Library) -> None:
    """A hit that the reader may not see leaves a gap: the others keep their numbers."""
    library.shelve(
        article("nets", "The nets are mended by Greta.", collection="board"),
        article("bread", "The nets of the baker hold bread."),
    )
    desk.archive.reload()
    record_id = ask(desk, "nets mended by Greta", reader=Reader())
    record = desk.given(record_id)
    everything, public = (desk.hits(record, reader) for reader in (Reader(), EVERYONE))
    assert list(everything) == [1, 2]
    assert public == {n: h for n, h in everything.items() if h.version.article_id == "bread"}


def test_a_question_that_is_none_is_not_recorded(desk: Desk) -> None:
    """What cannot be asked is told as such."""
    with pytest.raises(QuestionError):
        ask(desk, "??")


def test_a_question_is_narrowed_and_has_context(desk: Desk) -> None:
    """Filters and the earlier question reach the search."""
    narrowed = desk.given(ask(desk, "Who mends the nets?", filters=Filters(author="nobody")))
    assert narrowed.hits == ()
    alone, in_context = (
        desk.given(ask(desk, "How long does it take?", context=context)).hits[0].version_id
        for context in ("Who bakes the bread", "Who mends the nets")
    )
    assert alone != in_context


@pytest.mark.parametrize("title", ["🦆", "** **", "x" * 5000])
def test_related_articles_of_any_title(library: Library, title: str) -> None:
    """An article is related by what it says, whatever its title is: wordless, or endless."""
    library.shelve(article("a", "Words of it."), article("b", "Words of that.", source=title))
    found = Article(title=title, text="Words of it all.", location="c", given_id="c")
    library.shelve(article("a", "Words of it."), found)
    desk = Desk(library.open(), concurrency=1, cooldown=0)
    version = desk.archive.look_up("c")
    assert ["a"] == [ref.id for ref in desk.related(version, EVERYONE)]
    desk.close()


def test_related_articles_of_one_that_stands_no_more(library: Library) -> None:
    """A withdrawn article, and an old version, are related by their titles; never to themselves."""
    words = "The ferry crosses the sound at noon and carries hay."
    library.shelve(article("Ferry", words), article("The old ferry", words + " It sank."))
    desk = Desk(library.open(), concurrency=1, cooldown=0)
    old = desk.archive.look_up("The old ferry")
    assert ["Ferry"] == [ref.title for ref in desk.related(old, EVERYONE)]
    library.shelve(article("Ferry", words), article("Bread", "Bake the loaf in a hot oven."))
    desk.archive.reload()
    assert ["Ferry"] == [ref.title for ref in desk.related(old, EVERYONE)][:1]
    assert "The old ferry" not in [ref.title for ref in desk.related(old, EVERYONE)]
    desk.close()


class SlowEncoder(HashedEncoder):
    """An encoder that takes as long over a question as a test wants."""

    def __init__(self) -> None:
        super().__init__()
        self.gate = threading.Event()

    def encode_question(self, text: str) -> Vectors:
        """Return the question's vector, once the gate is open."""
        assert self.gate.wait(20)
        return super().encode_question(text)


def test_looking_up_does_not_wait_behind_questions(tmp_path: Path) -> None:
    """Look-ups have threads of their own: slow questions do not hold them up."""
    encoder = SlowEncoder()
    library = Library(tmp_path / "data", encoder)
    library.shelve(article("bread", "The bread is baked by Odile."))
    desk = Desk(library.open(), concurrency=2, cooldown=0)

    async def both() -> list[str]:
        slow = [asyncio.create_task(desk.ask(question("Who bakes?"))) for _ in range(4)]
        await asyncio.sleep(0)
        found = await asyncio.wait_for(desk.look(desk.archive.look_up, "bread"), 10)
        assert not any(task.done() for task in slow)
        encoder.gate.set()
        answers = await asyncio.gather(*slow)
        return [found.article.title, *(answer.hits[0].version.article_id for answer, _ in answers)]

    assert asyncio.run(both()) == ["bread"] * 5
    desk.close()
    library.close()


def test_a_closed_desk_takes_nothing(library: Library) -> None:
    """After the end nothing is begun."""
    library.shelve(article("a", "Words of it."))
    desk = Desk(library.open(), concurrency=1, cooldown=0)
    desk.close()
    with pytest.raises(RuntimeError):
        ask(desk, "Words?")


@pytest.fixture
def dated_desk(library: Library) -> Iterator[Desk]:
    """Yield a desk over an article of today, an old one, and one that few may read."""
    library.shelve(
        article("fresh", "The nets were mended by Odile.", published_at=TODAY),
        article("old", "The nets were mended by Greta.", published_at=TODAY - timedelta(900)),
        article("crew", "The nets were mended by Ian.", published_at=TODAY, collection="crew"),
    )
    desk = Desk(library.open(SEARCH), concurrency=2, cooldown=0)
    yield desk
    desk.close()


def test_the_answer_of_any_date_is_found_beside_a_dated_one(dated_desk: Desk) -> None:
    """Beside an answer of a period the one of any date is recorded, without the question."""
    words = "Who mended the nets this month?"
    record_id = ask(dated_desk, words)
    held = dated_desk.hits(dated_desk.given(record_id), EVERYONE)
    assert ["fresh"] == [hit.version.article.title for hit in held.values()]
    found, found_id = dated_desk.of_any_date(record_id, words, EVERYONE)
    assert (True, words, None) == (found.answered, found.question, found.period)
    assert {"fresh", "old"} == {hit.version.article.title for hit in found.hits}
    assert {"fresh", "old"} == {ref.title for ref in found.nearest}
    assert {"fresh", "old"} == {
        hit.version.article.title
        for hit in dated_desk.hits(dated_desk.given(found_id), EVERYONE).values()
    }
    with pytest.raises(Refused, match="refused-none-visible"):
        dated_desk.of_any_date(record_id, words, Reader(frozenset()))


def test_an_undated_answer_has_none_of_any_date(dated_desk: Desk) -> None:
    """Where no date narrowed an answer, nothing else was found beside it."""
    record_id = ask(dated_desk, "Who mended the nets?")
    with pytest.raises(Refused, match="refused-answer-expired"):
        dated_desk.of_any_date(record_id, "Who mended the nets?", EVERYONE)
