"""Answers, refusals and articles as messages: whatever the articles hold, Discord takes them."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot import details, passages, render
from retrieval.types import ArticleRef, Filters, Heading, Hit, Period, Scores, Standing
from tests.loopback.components import ComponentType, walk
from tests.loopback.openapi import Description

from . import hits as made
from .hostile import hostile_texts, read, undirected
from .sendable import RECORD, SAY, assert_sendable, buttons, components, few, inert, quotes

# Answers.


@few
@given(
    st.lists(made.hits(), min_size=1, max_size=4), hostile_texts, st.sampled_from([None, "x" * 90])
)
def test_any_answer_can_be_sent(
    description: Description, found: list[Hit], question: str, source: str | None
) -> None:
    """An answer from any articles is a message that Discord takes, with at least one quote."""
    filters = Filters(source=source, after=datetime(2024, 1, 1, tzinfo=UTC))
    answer = made.answer(found, question)
    shown = assert_sendable(render.answer(SAY, answer, RECORD, filters), description)
    assert 1 <= len(quotes(shown)) <= 3
    assert [inert(text) for text in shown] == [[] for _ in shown]


@few
@given(made.hits())
def test_an_answers_quote_is_article_text_with_the_answer_in_bold(
    description: Description, hit: Hit
) -> None:
    """Unescaped, the quote stands in the article, and its bold part starts the answer."""
    shown = assert_sendable(render.answer(SAY, made.answer([hit]), RECORD), description)
    text, bold = read(quotes(shown)[0])
    text = undirected(text)
    article = undirected(hit.version.article.text)
    assert text.removeprefix("… ").removesuffix(" …") in article or text in article
    if hit.highlights:
        start, end = hit.highlights[0]
        answering = undirected(hit.version.article.text[start:end])
        assert bold
        assert answering.startswith(undirected(bold[0])) or undirected(bold[0]).startswith(
            answering
        )


IN_SIGHT = ["More passages", "Any date", "Follow up", "Useful", "Not useful"]


@pytest.mark.parametrize(
    ("count", "dated", "in_sight", "in_menu"),
    [
        (4, False, ["More passages", "In context", *IN_SIGHT[2:]], False),
        (3, False, ["In context", *IN_SIGHT[2:]], False),
        (4, True, IN_SIGHT, True),
        (3, True, ["Any date", "In context", *IN_SIGHT[2:]], False),
    ],
)
def test_five_controls_are_in_sight(
    description: Description, count: int, dated: bool, in_sight: list[str], in_menu: bool
) -> None:
    """A dated answer offers any date; where six would be in sight, In context is in the menu."""
    found = [made.whole(f"Lamp {n}", f"The lamp {n} burns oil.") for n in range(count)]
    period = Period("last *week*", made.DAY, made.DAY + timedelta(days=7)) if dated else None
    view = render.answer(SAY, replace(made.answer(found), period=period), RECORD)
    shown = assert_sendable(view, description)
    assert in_sight == buttons(view)
    (menu,) = [p for _, p in walk(components(view)) if p["type"] == ComponentType.STRING_SELECT]
    assert in_menu == ("In context" in [option["label"] for option in menu["options"]])
    line = "-# Only articles published last \\*week\\* (Feb 1\u2009–\u20097, 2024)"
    assert dated == (line in shown)


def test_a_refusal_of_a_period_offers_any_date(description: Description) -> None:
    """A refusal that keeps to a period says so, and offers to ask without it."""
    answer = made.answer([], answered=False, nearest=[ArticleRef("a", "A")])
    period = Period("since May", made.DAY, None)
    view = render.refusal(SAY, replace(answer, period=period), RECORD)
    shown = assert_sendable(view, description)
    assert "-# Only articles published since May (from February 1, 2024 on)" in shown
    assert ["A", "Any date", "Ask in other words", "Tell me when it does"] == buttons(view)


@few
@given(st.lists(made.hits(), min_size=1, max_size=3), st.integers(1, 18), st.booleans())
def test_more_passages_can_be_sent(
    description: Description, found: list[Hit], first: int, left: bool
) -> None:
    """The next passages are numbered on."""
    numbered = list(enumerate(found, start=first))
    standings = dict.fromkeys((hit.version.id for hit in found), Standing.CURRENT)
    view = details.more(SAY, numbered, RECORD, standings, 0.3, left=left)
    shown = assert_sendable(view, description)
    assert f"-# **{first}** " in shown[0]
    assert buttons(view) == [*(["More passages"] if left else []), "In context"]


@few
@given(made.hits())
def test_any_context_can_be_sent(description: Description, hit: Hit) -> None:
    """A passage with the article around it is a message that Discord takes, word for word."""
    view = details.context(SAY, {1: hit}, 1, RECORD, Standing.CURRENT, 3)
    cited, quoted = assert_sendable(view, description)
    assert cited.startswith("-# **1** ")
    text, bold = read(quoted)
    text = undirected(text).removeprefix("… ").removesuffix(" …")
    assert text in undirected(hit.version.article.text)
    assert bool(bold) == bool(hit.highlights)
    assert inert(quoted) == []


def test_passages_of_one_article_share_a_card(description: Description) -> None:
    """An article found twice is cited once, with both quotes and both numbers."""
    text = "The lamp burns oil.\n\nThe horn is steam."
    lamp, horn = (
        made.whole("Lamps", text, answering, url="https://p.example/l")
        for answering in ("The lamp burns oil.", "The horn is steam.")
    )
    other = made.whole("Horns", "A horn is loud.", "A horn is loud.")
    view = render.answer(SAY, made.answer([lamp, other, horn]), RECORD)
    shown = assert_sendable(view, description)
    assert 2 == len(quotes(shown))
    first, second = (next(t for t in shown if f"**{n}** " in t) for n in (1, 2))
    assert 2 == first.count("The lamp burns oil.")
    cited, again = (line for line in first.splitlines() if line.startswith("-# "))
    assert cited.startswith("-# **1** [Lamps](<https://p.example/l#:~:text=The%20lamp")
    assert again.startswith("-# **3** [the same article](<https://p.example/l#:~:text=The%20horn")
    assert "Horns" in second


@few
@given(made.hits(), st.integers(0, 5000), st.sampled_from("fb"))
def test_any_page_around_a_passage_can_be_sent(
    description: Description, hit: Hit, offset: int, way: str
) -> None:
    """Wherever the pages around a passage are turned to, they are the article, word for word."""
    view = details.context(SAY, {1: hit}, 1, RECORD, Standing.CHANGED, 3, (way, offset))
    texts = assert_sendable(view, description)
    assert texts[0].endswith("-# The article has changed since; this is what was quoted.")
    text, _ = read(texts[1])
    text = undirected(text).removeprefix("… ").removesuffix(" …")
    assert text in undirected(hit.version.article.text)


def test_the_pages_around_a_passage_are_the_whole_article(description: Description) -> None:
    """Turned on to the last page and back to the first, an article is all there."""
    article = made.version("T", "\n\n".join(f"{n}. " + "A paragraph. " * 90 for n in range(12)))
    (passage, *_) = made.cut(article)
    hit = made.hit(article, passage, ())
    for way, end in (("f", 0), ("b", len(article.article.text))):
        seen, at = [], (way, end)
        while True:
            view = details.context(SAY, {1: hit}, 1, RECORD, Standing.CURRENT, 3, at)
            seen.append(assert_sendable(view, description)[1])
            ids = [p["custom_id"] for _, p in walk(components(view)) if "custom_id" in p]
            turns = [i for i in ids if i.rpartition(":")[2][0] == way and ":passage:" in i]
            if not turns:
                break
            at = way, int(turns[0].rpartition(":")[2][1:])
        paragraphs = [line for page in seen for line in page.split("\n\n")]
        firsts = [re.sub(r"\D", "", line[:12].lstrip("… ")) for line in paragraphs]
        assert sorted(map(int, firsts)) == list(range(12))


def test_an_answer_names_what_it_knows_and_guesses_nothing(description: Description) -> None:
    """Title, link to the sentence, section, source, authors and date, as far as they are known."""
    known = made.whole(
        "A title",
        "Section\n\nIt is so.",
        "It is so.",
        url="https://paper.example/a",
        source="The Paper",
        authors=("A. B.", "C. D."),
        published_at=made.DAY,
        headings=(Heading(0, 7),),
    )
    bare = made.whole("A title", "It is so.", "It is so.")
    assert passages.footnote(SAY, 2, known) == (
        "-# **2** [A title](<https://paper.example/a#:~:text=It%20is%20so.>) › Section"
        " · The Paper · A. B., C. D. · <t:1706745600:D>"
    )
    assert passages.footnote(SAY, 1, bare) == "-# **1** A title"


@pytest.mark.parametrize(
    ("url", "linked"),
    [
        ("https://p.example/a", "https://p.example/a#:~:text=It%20is%20so."),
        ("https://p.example/" + "a" * 480, "https://p.example/" + "a" * 480),
        ("https://p.example/" + "a" * 500, None),
        ("https://p.example/(a)", "https://p.example/%28a%29#:~:text=It%20is%20so."),
        ("https://p.example:x/", None),
        (None, None),
    ],
    ids=["sentence", "page", "too long", "brackets", "no address", "none"],
)
def test_a_title_is_linked_where_discord_can_carry_the_link(
    url: str | None, linked: str | None
) -> None:
    """The link to the sentence gives way to the page's, and that to none."""
    hit = made.whole("T", "It is so.", "It is so.", url=url)
    assert passages.footnote(SAY, 1, hit) == ("-# **1** " + (f"[T](<{linked}>)" if linked else "T"))


def test_an_answer_with_no_more_passages_offers_none() -> None:
    """More stands below an answer that holds more than it shows."""
    hit = made.whole("T", "It is so.", "It is so.")
    three, four = (render.answer(SAY, made.answer([hit] * n), RECORD) for n in (3, 4))
    assert buttons(three) == ["In context", "Follow up", "Useful", "Not useful"]
    assert buttons(four) == ["More passages", "In context", "Follow up", "Useful", "Not useful"]


# Refusals.


@few
@given(
    hostile_texts,
    st.lists(made.titles, max_size=6),
    st.lists(hostile_texts.filter(bool), max_size=12),
)
def test_any_refusal_can_be_sent(
    description: Description, question: str, titles: list[str], unknown: list[str]
) -> None:
    """A refusal names any titles and words, at most five of them as buttons."""
    nearest = [ArticleRef(f"id{n}", title) for n, title in enumerate(titles)]
    answer = made.answer([], question, answered=False, nearest=nearest, unknown=unknown)
    view = render.refusal(SAY, answer, RECORD)
    shown = assert_sendable(view, description)
    assert [inert(text) for text in shown] == [[] for _ in shown]
    assert len(buttons(view)) == min(3, len(titles)) + 2


@pytest.mark.parametrize(("length", "offered"), [(80, True), (81, False)])
def test_an_id_that_no_button_can_carry_is_not_offered(
    description: Description, length: int, offered: bool
) -> None:
    """An article whose id is too long for a button is named in the text instead."""
    nearest = [ArticleRef("a" * length, "A title")]
    answer = made.answer([], answered=False, nearest=nearest)
    view = render.refusal(SAY, answer, RECORD)
    shown = assert_sendable(view, description)
    assert ("A title" in buttons(view)) == offered
    assert ("• A title" in shown[2]) == (not offered)


def test_why_says_what_matched_and_how_sure_the_bot_is(description: Description) -> None:
    """Every passage has its words, its chance and its scores, and markup in them is text."""
    hit = replace(
        made.whole("A gate", "It is so."),
        matched=("*gate*", "six"),
        scores=Scores(0.5, 7.25, 0.625, 0.9, 0.875),
    )
    first, second, threshold = assert_sendable(
        details.why(SAY, [(1, hit), (2, hit)], 0.3), description
    )
    name, said, numbers = first.splitlines()
    assert "**1** A gate" == name
    assert "It has “\\*gate\\*” and “six” of the question. That it answers is very likely." == said
    for figure in ("confidence 0.88", "0.62", "0.50", "7.2 (BM25)", "together 0.90"):
        assert figure in numbers
    assert second.startswith("**2** ")
    assert "cross-encoder" not in first
    assert "-# An answer needs a confidence of 0.30." == threshold


@pytest.mark.parametrize(
    ("confidence", "chance"),
    [
        (0.9, "That it answers is very likely."),
        (0.6, "That it answers is likely."),
        (0.3, "It may answer."),
        (0.05, "That it answers is unlikely."),
    ],
)
def test_why_says_how_likely_a_passage_answers(
    description: Description, confidence: float, chance: str
) -> None:
    """The chance stands in words; a passage without a word of the question is said to be so."""
    hit = replace(
        made.whole("A gate", "It is so."),
        matched=(),
        scores=Scores(0.1, 0, 0.1, 0.1, confidence, -3.456),
    )
    shown, _ = assert_sendable(details.why(SAY, [(1, hit)], 0.3), description)
    assert "It has no word of the question, but is near to it in meaning. " + chance in shown
    assert "cross\\-encoder -3.46" in shown.replace("\\-3", "-3").replace("s-e", "s\\-e")


def test_only_likely_passages_stand_beside_the_one_that_answers(description: Description) -> None:
    """What follows the answer is shown with it while it may answer too; the rest is behind More."""
    likely = [
        replace(made.whole(f"T{n}", "It is so."), scores=Scores(0.5, 1, 0.5, 0.5, confidence))
        for n, confidence in enumerate((0.9, 0.5, 0.2, 0.8))
    ]
    view = render.answer(SAY, made.answer(likely), RECORD)
    assert 2 == len(quotes(assert_sendable(view, description)))
    (more,) = [
        part["custom_id"]
        for _, part in walk(components(view))
        if part.get("label") == "More passages"
    ]
    assert f"fn:more:{RECORD}:2" == more
    standings = {hit.version.id: Standing.CURRENT for hit in likely}
    rest = list(enumerate(likely, start=1))[2:]
    view = details.more(SAY, rest, RECORD, standings, 0.3, left=False)
    assert "-# Less likely to answer:" == assert_sendable(view, description)[0]


def test_a_quote_keeps_to_its_section(description: Description) -> None:
    """A quote begins below its heading, which the footnote names, and ends before the next."""
    text = "Light\n\nIt burns oil.\n\nSound\n\nA horn is blown."
    hit = made.whole("Lamps", text, "It burns oil.", headings=(Heading(0, 5), Heading(22, 27)))
    view = render.answer(SAY, made.answer([hit]), RECORD)
    shown = assert_sendable(view, description)
    assert ["**It burns oil.** …"] == quotes(shown)
    assert "› Light" in shown[1]


def test_a_heading_stands_above_what_it_heads(description: Description) -> None:
    """No page around a passage ends with a heading; it begins the next, and looks like one."""
    light, sound = "It burns oil. " * 200, "A horn is blown. " * 200
    text = f"Light\n\n{light.strip()}\n\nSound\n\n{sound.strip()}"
    at = text.index("Sound")
    article = made.version("Lamps", text, headings=(Heading(0, 5), Heading(at, at + 5)))
    (passage, *_) = made.cut(article)
    hit = made.hit(article, passage, ())
    view = details.context(SAY, {1: hit}, 1, RECORD, Standing.CURRENT, 3)
    assert assert_sendable(view, description)[1].endswith("It burns oil. …")
    following = details.context(SAY, {1: hit}, 1, RECORD, Standing.CURRENT, 3, ("f", at - 2))
    assert assert_sendable(following, description)[1].startswith("-# Sound\n\nA horn")


@pytest.mark.parametrize(
    ("filters", "line"),
    [
        (Filters(), None),
        (Filters(collection="c", author="a*"), r"-# Only by a\* · collection c"),
        (Filters(source="s"), "-# Only in s"),
        (Filters(after=made.DAY), "-# Only from <t:1706745600:D>"),
        (Filters(before=made.DAY), "-# Only until <t:1706745599:D>"),
    ],
)
def test_what_a_question_is_narrowed_to_is_said(filters: Filters, line: str | None) -> None:
    """Filters are named in a line, their values as plain text."""
    assert line == render.narrowed(SAY, filters)


@given(hostile_texts, hostile_texts)
def test_a_follow_up_says_what_it_follows_and_both_are_read_back(
    description: Description, question: str, earlier: str
) -> None:
    """Below a follow-up stands the question before it; a reply has both for context."""
    question, earlier = (
        " ".join(undirected(f"why {words[:90]}").split()) for words in (question, earlier)
    )
    found = replace(made.answer([], question), context=f"Who?\n{earlier}")
    shown = assert_sendable(render.refusal(SAY, found, RECORD), description)[0]
    assert undirected(shown.splitlines()[1]).startswith("-# ↳ following up “why")
    assert [] == inert(shown)
    read_back = render.asked(shown)
    assert read_back is not None
    assert undirected(f"{earlier}\n{question}") == undirected(read_back)


@pytest.mark.parametrize("shown", ["", "The archive", "-# ↳ following up “Who?”", "# Why?\nso"])
def test_what_has_no_heading_is_no_context(shown: str) -> None:
    """A message that begins otherwise shows no question."""
    assert render.asked(shown) is None
