"""Links that open a page at the very sentence."""

from __future__ import annotations

from urllib.parse import unquote, urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.citation import fragment_link, hit_link
from retrieval.types import Article, ArticleVersion, Hit, Passage, Scores, Span

URL = "https://example.org/k"


@pytest.mark.parametrize(
    ("url", "sentence", "link"),
    [
        (URL, "Open at six.", f"{URL}#:~:text=Open%20at%20six."),
        (URL, "one two three four five six seven eight nine ten",
         f"{URL}#:~:text=one%20two%20three%20four%20five%20six%20seven%20eight%20nine%20ten"),
        (URL, "a b c d e f g h i j k", f"{URL}#:~:text=a%20b%20c%20d%20e,g%20h%20i%20j%20k"),
        (URL, "well-known, & so on", f"{URL}#:~:text=well%2Dknown%2C%20%26%20so%20on"),
        (URL, "one\n  two", f"{URL}#:~:text=one%20two"),
        (URL, "北京 café", f"{URL}#:~:text=%E5%8C%97%E4%BA%AC%20caf%C3%A9"),
        (f"{URL}#top", "Open.", f"{URL}#top:~:text=Open."),
        (f"{URL}?a=b#", "Open.", f"{URL}?a=b#:~:text=Open."),
        (URL, " \n", URL),
        (URL, "", URL),
    ],
)  # fmt: skip
def test_a_link_names_the_sentences_ends(url: str, sentence: str, link: str) -> None:
    """A short sentence is named whole, a long one by its first and last words."""
    assert link == fragment_link(url, sentence)


@given(st.text(alphabet=st.characters(codec="utf-8"), max_size=200))
def test_any_sentence_makes_a_whole_link(sentence: str) -> None:
    """Whatever its signs, a link's fragment holds none that ends or further parts it."""
    link = fragment_link(URL, sentence)
    assert URL == link.split("#")[0]
    assert not set(link) & set(" \n\t<>()[]\"'`|")
    directive = urlsplit(link).fragment.removeprefix(":~:text=")
    parts = directive.split(",")
    assert len(parts) <= 2
    words = sentence.split()
    if words:
        assert unquote(parts[0]).split(" ") == words[: len(unquote(parts[0]).split(" "))]
    assert "-" not in directive


def _hit(url: str | None, *highlights: Span) -> Hit:
    text = "Open at six. Close at seven."
    version = ArticleVersion("a", "v", Article("T", text, "here", url=url))
    passage = Passage("p", "v", Span(0, len(text)), None, (Span(0, 12), Span(13, 28)))
    return Hit(passage, version, Scores(0, 0, 0, 0, 0), highlights)


@pytest.mark.parametrize(
    ("hit", "link"),
    [
        (_hit(None, Span(0, 12)), None),
        (_hit(URL, Span(13, 28)), f"{URL}#:~:text=Close%20at%20seven."),
        (_hit(URL, Span(0, 12), Span(13, 28)), f"{URL}#:~:text=Open%20at%20six."),
        (_hit(URL), f"{URL}#:~:text=Open%20at%20six.%20Close%20at%20seven."),
    ],
)
def test_a_hits_link_opens_at_its_answer(hit: Hit, link: str | None) -> None:
    """A hit links to its first highlight, else its passage, and not at all without an address."""
    assert link == hit_link(hit)
