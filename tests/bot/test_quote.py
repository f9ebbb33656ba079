"""A passage shortened around its answering sentence: word for word, at sentence ends."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.markdown import boundary, escape
from bot.quote import Quote, markup, shorten
from retrieval.types import Heading, Hit, Span

from . import hits as made
from .hostile import read, undirected

TEXT = (
    "Alpha stands first. Beta comes second. Gamma is the third of them. Delta follows. "
    "Epsilon ends it."
)


def shown(hit: Hit, room: int) -> str:
    """Return what is shown of a hit."""
    return markup(hit.version.article.text, shorten(hit, room))


@pytest.mark.parametrize(
    ("room", "expected"),
    [
        (
            200,
            "Alpha stands first. Beta comes second. **Gamma is the third of them.** "
            "Delta follows. Epsilon ends it.",
        ),
        (
            80,
            "… Beta comes second. **Gamma is the third of them.** Delta follows. Epsilon ends it.",
        ),
        (50, "… **Gamma is the third of them.** Delta follows. …"),
        (30, "… **Gamma is the third of them.** …"),
        (20, "… **Gamma is the third** …"),
        (7, "… **Gamma** …"),
    ],
)
def test_a_quote_grows_around_its_answering_sentence(room: int, expected: str) -> None:
    """Whole sentences are added while they fit; a sentence too long is cut at a word's end."""
    assert expected == shown(made.whole("T", TEXT, "Gamma is the third of them."), room)


def test_two_answering_sentences_are_both_bold() -> None:
    """Each of the sentences that answer stands in bold."""
    hit = made.whole("T", TEXT, "Beta comes second.", "Delta follows.")
    assert shown(hit, 100) == (
        "Alpha stands first. **Beta comes second.** Gamma is the third of them. "
        "**Delta follows.** Epsilon ends it."
    )


def test_sentences_that_touch_are_bold_as_one() -> None:
    """Without a space between two answering sentences their marks do not meet."""
    hit = made.whole("T", "第一句。第二句。第三句。", "第一句。", "第二句。")
    assert shown(hit, 100) == "**第一句。第二句。**第三句。"


def test_a_heading_gives_way_to_the_sentence_under_it() -> None:
    """Where room is short, the answering sentence is shown and not the heading above it."""
    text = "A heading of several words\n\nThe answer is seven."
    heading = (Heading(0, 26),)
    hit = made.whole("T", text, "The answer is seven.", headings=heading)
    assert shown(hit, 22) == "… **The answer is seven.**"


def test_a_hit_without_a_sentence_is_shown_from_its_start() -> None:
    """A passage of which no sentence is known is still quoted."""
    hit = made.hit(made.version("T", TEXT), made.whole("T", TEXT).passage, ())
    assert shown(hit, 20) == "Alpha stands first. …"


@settings(max_examples=60, deadline=None)
@given(made.hits(), st.sampled_from([70, 137, 275, 550, 600, 1100]))
def test_a_quote_is_article_text_that_fits(hit: Hit, room: int) -> None:
    """A quote is a span of its article and passage, and fits its room once escaped."""
    quote = shorten(hit, room)
    start, end = hit.passage.span
    assert start <= quote.span.start < quote.span.end <= end
    assert len(escape(hit.version.article.text[quote.span.start : quote.span.end])) <= room
    assert quote.span.end == boundary(hit.version.article.text, quote.span.start, quote.span.end)


@settings(max_examples=60, deadline=None)
@given(made.hits(), st.sampled_from([137, 600, 1100]))
def test_the_answering_sentence_is_in_it_and_bold(hit: Hit, room: int) -> None:
    """The first answering sentence is shown whole and in bold, or from its start if it is long."""
    quote = shorten(hit, room)
    text = hit.version.article.text
    if not hit.highlights:
        return
    first = hit.highlights[0]
    assert quote.highlights
    bold = quote.highlights[0]
    assert bold.start == first.start
    if len(escape(text[first.start : first.end])) <= room:
        # A passage of endless text may end within a sign; a quote does not.
        assert bold.end == boundary(text, first.start, first.end)
    _, bolds = read(markup(text, quote))
    assert undirected(bolds[0]).startswith(undirected(text[bold.start : bold.end]))


@settings(max_examples=60, deadline=None)
@given(made.hits(), st.sampled_from([137, 1100]))
def test_markup_unescaped_is_the_quote(hit: Hit, room: int) -> None:
    """Without its bold marks, gaps and escapes, what is shown is the article's text."""
    text = hit.version.article.text
    quote = shorten(hit, room)
    shown, _ = read(markup(text, quote))
    shown = undirected(shown)
    shown = shown.removeprefix("… ") if quote.cut_before else shown
    shown = shown.removesuffix(" …") if quote.cut_after else shown
    assert shown == undirected(text[quote.span.start : quote.span.end])


def test_a_highlight_outside_what_is_shown_is_left_out() -> None:
    """A quote marks only what it shows."""
    assert markup(TEXT, Quote(Span(0, 19), (), False, True)) == "Alpha stands first. …"


def test_a_quote_tears_no_sign() -> None:
    """A sentence that has to be cut where no space is near is cut between signs."""
    text = "Families:" + "👩\u200d👩\u200d👧" * 100
    hit = made.whole("T", text, text)
    quote = shorten(hit, 100)
    assert (quote.span.end - len("Families:")) % len("👩\u200d👩\u200d👧") == 0
