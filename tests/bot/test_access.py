"""Who may see what: no reply in any place shows a collection that is not granted there."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.access import Access, Place
from bot.desk import Desk, Question
from bot.failures import Refused
from bot.narrow import suggest, valued
from retrieval.archive import Archive
from retrieval.errors import NotFound
from retrieval.types import Answer, Article, Filters, Hit, Reader
from tests.conftest import SEARCH, Library
from tests.hashed import HashedEncoder
from tests.loopback import Channel, Message, User, buttons, selects, visible_text
from tests.loopback.interactions import InteractionRecord

from .corpus import BOARD, LAB
from .stage import PATIENCE, Stage, Theatre, reply_to

COLLECTIONS = ("public", "board", "lab", "attic")
SERVERS, CHANNELS, ROLES = (1, 2), (11, 12, 13), (21, 22)
SECRET = {
    "public": "harbour",
    "board": "quillon",
    "lab": "zirconia",
    "attic": "gramophone",
}
"""A word that only this collection's articles hold."""


# The rule itself.


@pytest.mark.parametrize(
    ("place", "expected"),
    [
        (Place(), {"p"}),
        (Place(1), {"p", "s"}),
        (Place(2), {"p"}),
        (Place(1, (11,)), {"p", "s", "c"}),
        (Place(1, (99, 11)), {"p", "s", "c"}),
        (Place(1, (11,), (21, 22)), {"p", "s", "c", "r"}),
        (Place(2, (), (21,)), {"p", "r"}),
        # In direct messages only what is public, whatever else is known of the reader.
        (Place(None, (11,), (21,)), {"p"}),
    ],
)
def test_what_is_granted_adds_up(place: Place, expected: set[str]) -> None:
    """A reader sees what is public, and what is granted to server, channels and roles."""
    access = Access(
        frozenset({"p"}),
        servers={1: frozenset({"s"})},
        channels={11: frozenset({"c"})},
        roles={21: frozenset({"r"})},
    )
    assert Reader(frozenset(expected)) == access.reader(place)


def test_nothing_is_seen_where_nothing_is_granted() -> None:
    """Without grants a reader sees no collection, which is not the same as every collection."""
    assert Access(frozenset()).reader(Place(1, (2,), (3,))) == Reader(frozenset())


# Everything that shows articles, over random grants.


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    """Yield a desk over articles of four collections, each with words of its own."""
    library = Library(tmp_path_factory.mktemp("access") / "data", HashedEncoder())
    library.shelve(
        *(
            Article(
                title=f"The {word} and the lamp, part {part}",
                text=f"The {word} keeps a lamp in the cellar. A {word} is never sold twice.",
                location=f"{collection}:{part}",
                given_id=f"{collection}-{part}",
                source=f"{word} gazette",
                authors=(f"{word} author",),
                collection=collection,
            )
            for collection, word in SECRET.items()
            for part in (1, 2)
        )
    )
    desk = Desk(library.open(SEARCH), concurrency=1, cooldown=0)
    yield desk
    desk.close()
    library.close()


_granted = st.frozensets(st.sampled_from(COLLECTIONS))


def _grants(ids: tuple[int, ...]) -> st.SearchStrategy[dict[int, frozenset[str]]]:
    return st.dictionaries(st.sampled_from(ids), _granted, max_size=len(ids))


accesses = st.builds(Access, _granted, _grants(SERVERS), _grants(CHANNELS), _grants(ROLES))
places = st.builds(
    Place,
    st.none() | st.sampled_from(SERVERS),
    st.lists(st.sampled_from(CHANNELS), max_size=2).map(tuple),
    st.lists(st.sampled_from(ROLES), max_size=2).map(tuple),
)


def _may(access: Access, place: Place) -> set[str]:
    """Return what a place may see, by the rule as the design words it."""
    allowed = set(access.public)
    if place.guild_id is not None:
        allowed |= access.servers.get(place.guild_id, frozenset())
        for channel in place.channel_ids:
            allowed |= access.channels.get(channel, frozenset())
        for role in place.role_ids:
            allowed |= access.roles.get(role, frozenset())
    return allowed


def _ask(desk: Desk, words: str, reader: Reader, place: Place) -> tuple[Answer, str]:
    return asyncio.run(desk.ask(Question(words, 1, reader, False, place, None)))


def _looked_up(desk: Desk, title: str, reader: Reader) -> list[str]:
    """Return the collections of an article and those related to it, or of the titles near it."""
    try:
        version = desk.archive.look_up(title, reader)
    except NotFound as error:
        return [name for name, word in SECRET.items() if f"“The {word}" in str(error).split(";")[1]]
    related = [ref.id.split("-")[0] for ref in desk.related(version, reader)]
    return [version.article.collection, *related]


def _collections(hits: list[Hit]) -> set[str]:
    return {hit.version.article.collection for hit in hits}


_many = settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)


@_many
@given(accesses, places, places, st.sampled_from(COLLECTIONS))
def test_no_reply_shows_what_is_not_granted(
    desk: Desk, access: Access, place: Place, elsewhere: Place, wanted: str
) -> None:
    """Answers, titles, words, suggestions, cards and old buttons show granted collections only."""
    reader, allowed = access.reader(place), _may(access, place)
    archive: Archive = desk.archive
    word = SECRET[wanted]
    answer, record_id = _ask(desk, f"Where does the {word} keep a lamp?", reader, place)
    assert _collections(list(answer.hits)) <= allowed
    assert {ref.id.split("-")[0] for ref in answer.nearest} <= allowed
    # A word is unknown exactly where no article that this reader may see holds it.
    assert (word in answer.unknown_words) == (wanted not in allowed)

    for typed in ("", word, word[:-1] + "x", "lamp"):
        assert {s.entry.collection for s in archive.suggest(typed, reader, 25)} <= allowed
    entries = archive.articles(Filters(), reader)
    assert {entry.collection for entry in entries} == allowed
    assert set(suggest(valued(entries)["author"], "")) == {
        f"{SECRET[name]} author" for name in allowed
    }
    assert set(suggest(valued(entries)["collection"], "")) == allowed

    for title in (f"{wanted}-1", f"The {word} and the lamp, part 1"):
        found = _looked_up(desk, title, reader)
        assert found[:1] == [wanted] or wanted not in allowed
        assert set(found) <= allowed

    # The same record, pressed in another place.
    there, may_there = access.reader(elsewhere), _may(access, elsewhere)
    record = desk.given(record_id)
    later = desk.hits(record, there)
    assert _collections(list(later.values())) <= may_there & allowed
    for number, hit in later.items():
        assert record.hits[number - 1].version_id == hit.version.id
    for given_hit in record.hits:
        try:
            version = desk.version(given_hit.version_id, there)
        except Refused:
            continue
        assert version.article.collection in may_there


# In Discord.


@pytest.fixture
def insider(stage: Stage) -> User:
    """Return a member who has the laboratory's role."""
    return stage.person("insider", roles=[stage.laboratory])


async def asked(
    stage: Stage, user: User, channel: Channel, question: str, **options: object
) -> Message:
    """Return the answer to a slash command."""
    record = await stage.server.slash(user, channel, "ask", {"question": question, **options})
    return await record.response(PATIENCE)


async def shown(record: InteractionRecord) -> str:
    """Return what an interaction showed."""
    return visible_text(await record.response(PATIENCE))


LOAN = "From which bank does the board borrow two million crowns to raise the sea wall?"
TRIAL = "Why did the trial of the tidal turbine end, which bearing cracked?"

session = pytest.mark.asyncio(loop_scope="session")


@session
async def test_a_channels_collection_is_shown_in_that_channel_only(
    stage: Stage, reader: User, channel: Channel
) -> None:
    """What is granted to a channel is answered there, and in its threads, and nowhere else."""
    room = stage.board_room
    thread = stage.server.add_thread(room)
    for place in (room, thread):
        assert "Quillon Bank" in visible_text(await asked(stage, reader, place, LOAN))
    for place in (channel, stage.server.dm(reader)):
        text = visible_text(message := await asked(stage, reader, place, LOAN))
        assert "Quillon" not in text
        assert "“borrow”" in text
        assert "Loan for the sea wall" not in [button.label for button in buttons(message)]


@session
async def test_mentions_know_their_place_too(stage: Stage, reader: User, channel: Channel) -> None:
    """A mention in the channel is answered from its collection, one elsewhere is not."""
    for place, told in ((stage.board_room, True), (channel, False)):
        message = await stage.server.say(reader, place, LOAN, mention_bot=True)
        answer = await reply_to(stage, message)
        assert ("Quillon Bank" in visible_text(answer)) == told


@session
async def test_a_roles_collection_is_shown_in_private_replies_only(
    stage: Stage, insider: User, reader: User, channel: Channel
) -> None:
    """What is granted to a role never stands in a reply that others read."""
    cases = [(insider, True, True), (insider, False, False), (reader, True, False)]
    for user, private, told in cases:
        message = await asked(stage, user, channel, TRIAL, private=private)
        assert ("zirconia" in visible_text(message)) == told
    # Roles are a server's: nobody has one in direct messages.
    there = await asked(stage, insider, stage.server.dm(insider), TRIAL, private=True)
    assert "zirconia" not in visible_text(there)


@session
async def test_looking_up_knows_its_place(
    stage: Stage, insider: User, reader: User, channel: Channel
) -> None:
    """Cards, suggestions, lists and filters name only what their readers may see."""
    server = stage.server
    title = "Loan for the sea wall"
    for place, told in ((stage.board_room, True), (channel, False)):
        names = await server.autocomplete(reader, place, "article", "title", "loan for the sea")
        assert (title in [choice["name"] for choice in names]) == told
        values = await server.autocomplete(reader, place, "articles", "collection", "")
        assert (BOARD in [choice["value"] for choice in values]) == told
        for wanted in (title, "a13"):
            card = await server.slash(reader, place, "article", {"title": wanted})
            assert ("Quillon Bank" in await shown(card)) == told
        listed = await server.slash(reader, place, "articles", {"collection": BOARD})
        assert (title in await shown(listed)) == told
    for user, told in ((insider, True), (reader, False)):
        listed = await server.slash(user, channel, "articles", {"collection": LAB})
        assert ("tidal turbine" in await shown(listed)) == told
        card = await server.slash(user, channel, "article", {"title": "Trial of the tidal turbine"})
        assert "zirconia" not in await shown(card)


@session
async def test_old_buttons_show_what_their_presser_may_see(
    stage: Stage, insider: User, reader: User
) -> None:
    """More, In context and titles ask again who reads, and where."""
    server = stage.server
    room = stage.board_room
    message = await asked(stage, reader, room, LOAN)
    in_context = await server.click(insider, message, "In context")
    assert "Quillon Bank" in await shown(in_context)
    (menu,) = selects(message)
    # The same answer, forwarded to where its collection is not granted.
    moved = await asked(stage, reader, stage.channel(), LOAN)
    moved.payload["components"] = message.components
    for label, told in (("In context", "The article of this passage is not here any more."),):
        assert told == (await (await server.click(reader, moved, label)).response(PATIENCE)).content
    more = await shown(await server.click(reader, moved, "More passages"))
    assert "Quillon" not in more
    for option in ("Why this?", "Other articles"):
        record = await server.select(reader, moved, menu["custom_id"], [option])
        assert "Loan" not in await shown(record)


@session
async def test_a_page_can_be_read_only_where_its_article_may_be(
    stage: Stage, reader: User, insider: User
) -> None:
    """A Read button that was carried off opens nothing."""
    server = stage.server
    card = await server.slash(reader, stage.board_room, "article", {"title": "a13"})
    message = await card.response(PATIENCE)
    carried = await asked(stage, reader, stage.channel(), "When did Napoleon invade Russia?")
    carried.payload["components"] = message.components
    record = await server.click(reader, carried, "Read")
    assert "not here any more" in (await record.response(PATIENCE)).content


@session
async def test_a_foreign_server_has_no_grants(play: Theatre, stage: Stage) -> None:
    """A user install elsewhere reads what is public."""
    traveller = stage.server.create_user("tourist", installed=True)
    abroad = stage.server.add_guild("Abroad", members=[traveller], with_bot=False)
    place = stage.server.add_channel(abroad)
    for private in (False, True):
        for question, secret in ((LOAN, "Quillon"), (TRIAL, "zirconia")):
            message = await asked(stage, traveller, place, question, private=private)
            assert secret not in visible_text(message)


def test_the_words_that_tell_collections_apart_are_theirs_alone(articles: Path) -> None:
    """The secrets that these tests look for stand in restricted articles only."""
    text = (articles / "articles.jsonl").read_text(encoding="utf-8")
    lines = [line for line in text.splitlines() if "Quillon" in line or "zirconia" in line]
    assert len(lines) == 2
    assert all('"collection": "public"' not in line for line in lines)
