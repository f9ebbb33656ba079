"""Web pages become articles: their main text, laid out, and nothing of what is around it."""

from __future__ import annotations

import pickle
from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from retrieval.sources import Labels, Unread
from retrieval.sources.html import read_html
from retrieval.types import Article, Heading

EMPTY = "shows no text; save it from a browser if scripts fill it, else leave it out"


def _read(page: str | bytes, url: str | None = None, labels: Labels = Labels()) -> Article:
    data = page if isinstance(page, bytes) else page.encode()
    (found,) = read_html(data, "gates.html", "gates.html", labels, url)
    assert isinstance(found, Article), found
    return found


def _text(body: str) -> str:
    return _read(f"<html><head><title>Gates</title></head><body>{body}</body></html>").text


NEWS = """\
<!DOCTYPE html>
<html lang="en-GB"><head>
<meta charset="utf-8">
<title>Lock gates to be replaced by spring | The Wharf Gazette</title>
<link rel="canonical" href="https://gazette.example/news/elm-basin-gates">
<meta property="og:title" content="New gates! | The Wharf Gazette">
<meta property="og:site_name" content="The Wharf Gazette">
<script type="application/ld+json">
{"@context": "https://schema.org", "@graph": [
 {"@type": "WebPage", "@id": "#page", "name": "A page"},
 {"@type": "NewsArticle", "headline": "Lock gates to be replaced by spring",
  "author": [{"@type": "Person", "name": "By Ann Lee"}, {"@id": "#bo"}],
  "publisher": {"@type": "NewsMediaOrganization", "name": "The Wharf Gazette"},
  "datePublished": "2025-03-01T08:30:00+01:00", "dateModified": "2025-03-02",
  "keywords": "canals, locks", "license": "https://creativecommons.org/licenses/by/4.0/"},
 {"@type": "Person", "@id": "#bo", "name": "Bo Ek"}]}
</script>
<style>.story { color: teal }</style>
<script>window.layer = ["<p>tracked</p>"];</script>
</head><body class="single">
<a class="skip-link sr-only" href="#main">Skip to content</a>
<div id="cookie-banner" class="cookie-consent"><p>We use cookies to give you the best experience
on our website. By continuing you accept our policy.</p><button>Accept all</button></div>
<header class="masthead"><a href="/">The Wharf Gazette</a>
<nav><ul><li><a href="/news">News</a></li><li><a href="/sport">Sport</a></li></ul></nav></header>
<main id="main"><article>
<header><h1>Lock gates to be replaced by spring</h1>
<p class="standfirst">The timber has dried well, the canal company says, and boats may pass again
in April.</p>
<div class="byline">By <a rel="author" href="/ann">Ann Lee</a> and <a href="/bo">Bo Ek</a></div>
<time datetime="2025-03-01T08:30:00+01:00">1 March 2025</time>
<div class="share-buttons"><a href="#">Share on Facebook</a><a href="#">Share on X</a></div>
</header>
<figure><img src="gates.jpg" alt="Gates"><figcaption>The old gates, photographed last week.
</figcaption></figure>
<p>The two oak gates that hold back the upper basin will be lifted out in the last week of March,
the company said on <time datetime="2025-02-27">Thursday</time>. It takes nine days.</p>
<p>“We have waited a long time for this,” said the keeper, Maud Ferrier. “The gates have leaked
since the flood, and every boat costs us <strong>forty thousand</strong> litres.”</p>
<div class="ad-slot"><script>ads.show("mid");</script></div>
<h2>A winter of drying</h2>
<p>The oak was felled in October and has stood under the roof of the old dye works since.
According to the carpenter, it holds less than 18 % water.</p>
<ul><li>Upper gates: two leaves of 4.2 metres</li><li>Lower gates: repaired in 2019</li>
<li>Cost: £ 212,000, of which the county pays half</li></ul>
<aside class="related"><h3>Related</h3><ul><li><a href="/1">Dredging begins in May</a></li></ul>
</aside>
<h2>What boaters should know</h2>
<p>The towpath stays open. Boats longer than 15 metres should moor below the bridge; see the table
for the days on which the basin is closed.</p>
<table><thead><tr><th>Day</th><th>Basin</th></tr></thead><tbody><tr><td>24 March</td>
<td>closed</td></tr><tr><td>25 March</td><td>closed from noon</td></tr></tbody></table>
<p>Questions are answered at the lock house between eight and noon. Whoever needs a mooring on the
lower side should ask soon, because there are only eleven places.</p>
<div class="newsletter-signup"><h3>Get the Gazette by mail</h3><p>Sign up for our newsletter and
never miss a story from the water.</p><form action="/s"><input type="email"></form></div>
</article>
<section class="most-read"><h2>Most read</h2><ol><li><a href="/a">Heron steals lunch</a></li></ol>
</section>
<section id="comments" class="comments"><h2>Comments</h2><div class="comment"><p>About time too,
I have been waiting for these gates for years and years!</p></div></section>
</main>
<footer><p>© 2025 The Wharf Gazette. All rights reserved.</p></footer>
<noscript>Turn on scripts.</noscript>
</body></html>
"""

NEWS_TEXT = """\
The timber has dried well, the canal company says, and boats may pass again in April.

The two oak gates that hold back the upper basin will be lifted out in the last week of March, \
the company said on Thursday. It takes nine days.

“We have waited a long time for this,” said the keeper, Maud Ferrier. “The gates have leaked \
since the flood, and every boat costs us forty thousand litres.”

A winter of drying

The oak was felled in October and has stood under the roof of the old dye works since. \
According to the carpenter, it holds less than 18% water.

• Upper gates: two leaves of 4.2 metres
• Lower gates: repaired in 2019
• Cost: £212,000, of which the county pays half

What boaters should know

The towpath stays open. Boats longer than 15 metres should moor below the bridge; see the table \
for the days on which the basin is closed.

Day | Basin
24 March | closed
25 March | closed from noon

Questions are answered at the lock house between eight and noon. Whoever needs a mooring on the \
lower side should ask soon, because there are only eleven places."""


def _heading(text: str, line: str) -> Heading:
    start = text.index(line)
    return Heading(start, start + len(line))


def test_a_news_page_becomes_its_article() -> None:
    """Of a full page the article's text stays, laid out, with all that the page states of it."""
    assert Article(
        title="Lock gates to be replaced by spring",
        text=NEWS_TEXT,
        location="gates.html",
        url="https://gazette.example/news/elm-basin-gates",
        source="The Wharf Gazette",
        authors=("Ann Lee", "Bo Ek"),
        published_at=datetime(2025, 3, 1, 8, 30, tzinfo=timezone(timedelta(hours=1))),
        updated_at=datetime(2025, 3, 2, tzinfo=UTC),
        language="en-GB",
        licence="https://creativecommons.org/licenses/by/4.0/",
        tags=("canals", "locks"),
        collection="press",
        headings=(
            _heading(NEWS_TEXT, "A winter of drying"),
            _heading(NEWS_TEXT, "What boaters should know"),
        ),
        asides=("The old gates, photographed last week.",),
    ) == _read(NEWS, "https://gazette.example/x?from=feed", Labels("A feed", "press"))


BLOG = """\
<!doctype html><html lang="en-US"><head><meta charset="UTF-8">
<title>How to keep a sourdough alive &#8211; Slow Water</title>
<meta property="og:title" content="How to keep a sourdough alive">
<meta property="og:url" content="https://slowwater.example/sourdough/">
<meta property="og:site_name" content="Slow Water">
<meta property="article:published_time" content="2024-11-09T18:02:11+00:00">
<meta property="article:author" content="https://facebook.example/pam">
<meta name="author" content="Pam Osei">
<meta property="article:tag" content="bread"><meta property="article:tag" content="winter">
</head><body class="single cookies-not-set"><div id="page">
<header id="masthead"><h1 class="site-title"><a href="/">Slow Water</a></h1>
<nav><ul class="menu"><li><a href="/">Home</a></li><li><a href="/about">About</a></li></ul></nav>
</header><main><article class="post hentry"><header class="entry-header">
<h1 class="entry-title">How to keep a sourdough alive</h1><div class="entry-meta">Posted on
<time class="published" datetime="2024-11-09T18:02:11+00:00">9 November 2024</time></div></header>
<div class="entry-content">
<p>It is cold in the galley in November, and a starter that doubles in six hours at home may need
two days here. I have lost three of them. This is what the fourth has taught me.</p>
<h2>Keep it near the stove, not on it <a class="anchor" href="#stove">¶</a></h2>
<p>The shelf above the stove is about 26&deg;C when the fire is in. On the stove itself it is
60&deg;C, which is the end of it&#8230;</p><p>Feed it:</p>
<ol><li>Throw away all but a spoonful.</li><li>Add 50&nbsp;g of rye flour.</li>
<li>Wait until it smells of apples. <em>Not</em> of paint.</li></ol>
<blockquote><p>A starter is a pet that you may eat.</p><footer>My mother</footer></blockquote>
<pre><code>if cold:
    wait(<span class="n">12</span>)</code></pre>
<p>If you must leave the boat for longer than a week, dry a thin smear of it on paper. It wakes
with a little warm water, even after months.</p>
<div class="sharedaddy"><h3>Share this:</h3><ul><li><a href="?s">Click to share on X (Opens in new
window)</a></li></ul></div></div></article>
<nav class="post-navigation"><a href="/prev">Previous: Ice on the lock</a></nav>
<div id="comments" class="comments-area"><h2>2 thoughts</h2><ol class="comment-list"><li>
<article class="comment-body"><p>Mine died on the third day, whatever I did with it. Thank you for
the tip with the paper.</p></article></li></ol></div></main>
<div id="secondary"><h2>Recent Posts</h2><ul><li><a href="/x">Ice on the lock</a></li></ul></div>
</div></body></html>
"""

BLOG_TEXT = """\
It is cold in the galley in November, and a starter that doubles in six hours at home may need \
two days here. I have lost three of them. This is what the fourth has taught me.

Keep it near the stove, not on it

The shelf above the stove is about 26°C when the fire is in. On the stove itself it is 60°C, \
which is the end of it…

Feed it:

1. Throw away all but a spoonful.
2. Add 50 g of rye flour.
3. Wait until it smells of apples. Not of paint.

A starter is a pet that you may eat.

My mother

if cold:
    wait(12)

If you must leave the boat for longer than a week, dry a thin smear of it on paper. It wakes \
with a little warm water, even after months."""


def test_a_blog_page_becomes_its_article() -> None:
    """A page with OpenGraph alone, comments, share buttons and a sidebar yields its post."""
    assert Article(
        title="How to keep a sourdough alive",
        text=BLOG_TEXT,
        location="gates.html",
        url="https://slowwater.example/sourdough/",
        source="Slow Water",
        authors=("Pam Osei",),
        published_at=datetime(2024, 11, 9, 18, 2, 11, tzinfo=UTC),
        language="en-US",
        tags=("bread", "winter"),
        headings=(_heading(BLOG_TEXT, "Keep it near the stove, not on it"),),
    ) == _read(BLOG)


OLD = """\
<HTML><HEAD><TITLE>Elm Basin: a short history</TITLE><META NAME="Author" CONTENT="Maud Ferrier">
<META NAME="DC.Date" CONTENT="1999-05-04">
<META HTTP-EQUIV="Content-Type" CONTENT="text/html; charset=iso-8859-1"></HEAD>
<BODY BGCOLOR=white><TABLE WIDTH=600 BORDER=0><TR><TD WIDTH=120><A HREF=index.htm>Home</A><BR>
<A HREF=boats.htm>Boats</A><BR><A HREF=locks.htm>Locks</A></TD>
<TD><FONT FACE=Arial><H2>Elm Basin: a short history</H2>
The basin was dug in 1794 by forty men from the dye works, who were paid in cloth and in beer.
It is fed by the mill stream.<BR><BR>
In 1851 the first steam barge came up from the coast. The café on the quay, which still stands,
was built for its crew – they were said to be “thirsty”.<BR><BR>
<B>The flood</B><BR>
In 1903 the water stood a metre deep in the lock house for three weeks.<P>
Nobody drowned, but two pigs were found as far away as the brick field, seven miles below.<P>
</FONT></TD></TR></TABLE></BODY></HTML>
"""


def test_an_old_page_becomes_its_article() -> None:
    """A page laid out by a table, in windows-1252 that calls itself ISO 8859-1, is read."""
    article = _read(OLD.encode("windows-1252"))
    assert (
        "The basin was dug in 1794 by forty men from the dye works, who were paid in cloth and in "
        "beer. It is fed by the mill stream.\n\n"
        "In 1851 the first steam barge came up from the coast. The café on the quay, which still "
        "stands, was built for its crew – they were said to be “thirsty”.\n\n"
        "The flood\nIn 1903 the water stood a metre deep in the lock house for three weeks.\n\n"
        "Nobody drowned, but two pigs were found as far away as the brick field, seven miles below."
    ) == article.text
    assert ("Elm Basin: a short history", ("Maud Ferrier",), datetime(1999, 5, 4, tzinfo=UTC)) == (
        article.title, article.authors, article.published_at,
    )  # fmt: skip


def test_a_german_page_becomes_its_article() -> None:
    """A page in German, built of nothing but divs, yields its text, what stands above it apart."""
    article = _read(
        """<!DOCTYPE html><html lang="de_at"><head><meta charset="utf-8">
        <title>Neue Brücke über die Erle - Talbote</title>
        <meta property="og:site_name" content="Talbote">
        <meta name="author" content="Von Anna Berger">
        <meta name="date" content="2023-06-05T06:00:00+0200"></head><body>
        <div class="header"><a href="/">Talbote</a><ul class="nav"><li><a href="/s">Sport</a></ul>
        </div>
        <div class="content"><div class="article"><div class="kicker">Lokales</div>
        <h1>Neue Brücke über die Erle</h1>
        <p>Ab Montag ist die Ortsdurchfahrt für sechs Wochen gesperrt. Der Umweg führt über Oberau
        und dauert etwa zwölf Minuten, für Lastwagen länger.</p>
        <h2>Was wird aus dem Bus?</h2>
        <p>„Der Bus wendet an der Sperre“, sagt Eva Holzer. Wer weiter will, geht über den Steg und
        steigt auf der anderen Seite um. Radfahrer müssen dort absteigen.</p>
        <div class="teaser-box"><h3>Mehr zum Thema</h3><ul><li><a href="/1">Oberau wehrt sich</a>
        </ul></div></div></div>
        <div class="cookie-layer"><p>Wir verwenden Cookies, um Ihnen ein optimales Erlebnis zu
        bieten.</p></div><div class="footer"><a href="/i">Impressum</a></div></body></html>"""
    )
    text = (
        "Ab Montag ist die Ortsdurchfahrt für sechs Wochen gesperrt. Der Umweg führt über Oberau "
        "und dauert etwa zwölf Minuten, für Lastwagen länger.\n\nWas wird aus dem Bus?\n\n„Der Bus "
        "wendet an der Sperre“, sagt Eva Holzer. Wer weiter will, geht über den Steg und steigt "
        "auf der anderen Seite um. Radfahrer müssen dort absteigen."
    )
    assert (text, "Neue Brücke über die Erle", "de-AT", ("Anna Berger",), ("Lokales",)) == (
        article.text, article.title, article.language, article.authors, article.asides,
    )  # fmt: skip


def test_a_short_page_is_read_without_what_is_around_it() -> None:
    """Two sentences amid banners, prompts and links are an article of two sentences."""
    article = _read(
        """<html><head><title>Ferry stops for a day | Wharf Radio</title></head><body>
        <div class="topbar nav"><a href="/">Wharf Radio</a> <a href="/live">Listen live</a></div>
        <div id="cookie-message">This site uses cookies. <a>More</a></div>
        <div class="breadcrumbs"><a href="/">Home</a> &gt; Ferry stops for a day</div>
        <h1>Ferry stops for a day</h1>
        <p>The ferry to the island will not run on Friday.</p>
        <p>A boat stands ready for the post.</p>
        <div class="share"><a href="#s">Facebook</a></div>
        <div class="newsletter"><p>Sign up for our daily letter from the quay.</p></div>
        <div class="related-links"><h3>More stories</h3><ul><li><a href="/1">Heron</a></ul></div>
        <div class="footer"><p>Wharf Radio, 2 Quay Street.</p></div></body></html>"""
    )
    assert (
        "Ferry stops for a day",
        "The ferry to the island will not run on Friday.\n\nA boat stands ready for the post.",
    ) == (article.title, article.text)


def test_a_page_without_any_metadata_states_nothing() -> None:
    """What a page does not say stays unknown; its file names it, its source's labels apply."""
    page = "<p>The heron stands on the upper gate.</p>"
    assert Article(
        "gates", "The heron stands on the upper gate.", "gates.html", source="Gazette",
        collection="staff",
    ) == _read(page, labels=Labels("Gazette", "staff"))  # fmt: skip


@pytest.mark.parametrize(
    ("markup", "text"),
    [
        ("<p>A <b>very</b> <i>old</i>\n gate.</p>", "A very old gate."),
        ("<p>One<p>Two", "One\n\nTwo"),
        ("<div>lead<br>second<br> <br>third<p>fourth</p>fifth</div>",
         "lead\nsecond\n\nthird\n\nfourth\n\nfifth"),
        ("<p><br>one<br><br><br>two<br></p>", "one\n\ntwo"),
        ("<ul><li>one<li>two<ul><li>in</ul><li>three</ul>", "• one\n• two\n  • in\n• three"),
        ("<ol start=3><li>three<li value=9>nine<li>ten</ol>", "3. three\n9. nine\n10. ten"),
        ("<ol reversed><li>a<li>b</ol>", "2. a\n1. b"),
        ("<ol start='x' ><li value='many'>a</ol>", "1. a"),
        ("<ul><li><p>one</p><p>more of one</p><li>two</ul>", "• one\n\nmore of one\n\n• two"),
        ("<li>alone", "• alone"),
        ("<ul><li>a<table><tr><td>1<td>2</table><li>b</ul>", "• a\n\n1 | 2\n\n• b"),
        ("<ul><li><pre>code</pre></ul>", "• code"),
        ("<ul><li>a</ul><ul><li>b</ul>", "• a\n\n• b"),
        ("<table><tr><th>a<th>b<tr><td>1<td><p>2</p><p>3</p></table>", "a | b\n1 | 2 3"),
        ("<table><caption>Days</caption><tr><td>1<td></table>", "Days\n\n1 |"),
        ("<table><tr><td><td></table><p>x", "x"),
        ("<table role=presentation><tr><td>a<td>b</table>", "a\n\nb"),
        ("<table><tr><td>a<tr><td>b</table>", "a\n\nb"),
        ("<table><tr><td>a<td><table><tr><td>1<td>2</table></table>", "a\n\n1 | 2"),
        ("<table><tr><td>a<td>" + "long " * 120 + "</table>", "a\n\n" + "long " * 119 + "long"),
        ("<pre>\n  a\n    b<br>c\n</pre>", "  a\n    b\nc"),
        ("<pre>  \n</pre><p>x", "x"),
        ("<pre>a<td>b</pre>", "a b"),
        ("<xmp><b>as it is</b></xmp>", "<b>as it is</b>"),
        ("<p>Run <code>a &lt; b</code>.", "Run a < b."),
        ("<p>10<sup>6</sup> m<sup>2</sup>, 1<sup>st</sup>, H<sub>2</sub>O", "10⁶ m², 1st, H2O"),
        ("<p>He said <q>no</q>.", "He said “no”."),
        ("<p>It is <del>shut</del> <ins>open</ins>.", "It is shut open."),
        ("<blockquote><p>Said.</p><footer>Maud</footer></blockquote>", "Said.\n\nMaud"),
        ("<dl><dt>Rare<dd>The osprey.</dl>", "Rare\n\nThe osprey."),
        ("<details><summary>When?</summary><p>At six.</details>", "When?\n\nAt six."),
        ("<p>Opens on <time>3 March</time> at <my-hour>six</my-hour>.", "Opens on 3 March at six."),
        ("<my-story><p>One</p><p>Two</p></my-story>", "One\n\nTwo"),
        ("<p><ruby>漢<rp>(</rp><rt>kan</rt></ruby> is one.", "漢 is one."),
        ("<p>Soft&shy;ly, a&nbsp;b, caf&eacute;, it is Ã©tÃ©.", "Softly, a b, café, it is été."),
        ("<p>nearly$ 600 and 15 %", "nearly $600 and 15%"),
        ("<a href='/x'><h2>Linked</h2><p>Text.</p></a>", "Linked\n\nText."),
        ("<figure><pre>code</pre><figcaption>Listing</figcaption></figure>", "code"),
        ("<form><input><h2>Permits</h2><p>You need one.</p></form>", "Permits\n\nYou need one."),
    ],
)  # fmt: skip
def test_markup_becomes_the_text_it_shows(markup: str, text: str) -> None:
    """Lists, tables, code, line breaks and the rest are laid out as plain text."""
    assert text == _text(markup)


@pytest.mark.parametrize(
    "hidden",
    [
        "<script>no()</script>",
        "<script type='text/template'><p>no</p></script>",
        "<style>.no { top: 0 }</style>",
        "<noscript><p>no</p></noscript>",
        "<template><p>no</p></template>",
        "<svg><title>no</title><text>no</text></svg>",
        "<math><mfrac><mi>no</mi><mn>2</mn></mfrac></math>",
        "<iframe>no</iframe>",
        "<object><p>no</p></object>",
        "<video>no</video>",
        "<textarea>no</textarea>",
        "<select><option>no</select>",
        "<button>no</button>",
        "<dialog open>no</dialog>",
        "<nav>no</nav>",
        "<aside>no</aside>",
        "<footer>no</footer>",
        "<!-- no -->",
        "<?php no ?>",
        "<![CDATA[ no ]]>",
        "<p hidden>no</p>",
        "<p hidden=hidden>no</p>",
        "<p style='color: red; display : none'>no</p>",
        "<p style='VISIBILITY:hidden'>no</p>",
        "<span aria-hidden=true>no</span>",
        "<span class='a sr-only'>no</span>",
        "<span class=visually-hidden>no</span>",
        "<div role=dialog><p>no</p></div>",
        "<div role=navigation><p>no</p></div>",
        "<form><input value=no><p>no</p></form>",
        "<img alt=no title=no>",
        "<p title=no></p>",
        "<div onclick='no()'></div>",
        "<a href='#no'>¶</a>",
    ],
)
@pytest.mark.parametrize("filler", ["", "The keeper opens the gates at six and shuts them. " * 12])
def test_what_is_not_shown_is_not_text(hidden: str, filler: str) -> None:
    """Of scripts, styles, templates, hidden and foreign elements nothing arrives, however long."""
    page = f"<p>Open at six. {filler}</p>{hidden}<p>Shut at ten. {filler}</p>"
    assert f"Open at six. {filler.strip()}".strip() + "\n\n" + (
        f"Shut at ten. {filler.strip()}".strip()
    ) == _text(page)


def test_entities_are_resolved_once() -> None:
    """An article on HTML that shows an entity keeps it, in its text, its code and its title."""
    article = _read(
        "<title>How &amp;lt; is written</title><h2>Write &amp;amp;</h2><p>Write <code>&amp;lt;"
        "</code> for &lt;.</p><pre>&amp;nbsp;</pre>"
    )
    assert ("How &lt; is written", "Write &amp;\n\nWrite &lt; for <.\n\n&nbsp;") == (
        article.title, article.text,
    )  # fmt: skip


@pytest.mark.parametrize(
    ("body", "text"),
    [
        ("<h1>Gates</h1><p>Text.", "Text."),
        ("<h1>GATES!</h1><p>Text.", "Text."),
        ("<p>News</p><h1>Gates</h1><p>Text.", "Text."),
        ("<h1>Locks</h1><p>Text.", "Locks\n\nText."),
        ("<p>Gates</p><p>Text.", "Gates\n\nText."),
        ("<p>" + "Word " * 40 + "</p><h2>Gates</h2><p>Text.",
         "Word " * 39 + "Word\n\nGates\n\nText."),
        ("<p>Text.</p><h2>Behind</h2><h3>it</h3>", "Text."),
        ("<h2>Only</h2><h3>headings</h3>", "Only\n\nheadings"),
    ],
)  # fmt: skip
def test_the_title_stands_apart_from_the_text(body: str, text: str) -> None:
    """The heading that says the title, what is above it, and a last heading are no text."""
    assert text == _text(body)


@pytest.mark.parametrize(
    ("page", "title"),
    [
        ("<h2>Upper gate</h2><p>Text.", "Upper gate"),
        ("<title> </title><h1>Upper\n<b>gate</b><a href='#u'>#</a></h1><p>Text.", "Upper gate"),
        ("<title>Untitled Document</title><p>Text.", "gates"),
        ("<p>Text.", "gates"),
    ],
)
def test_an_untitled_page_is_named_by_its_heading_or_its_file(page: str, title: str) -> None:
    """Without a title of its own a page is called by its opening heading, else by its file."""
    article = _read(page)
    assert (title, "Text.") == (article.title, article.text)


def test_a_nameless_page_is_named_by_its_opening_words() -> None:
    """Where there is no file name either, the opening words are the title."""
    (article,) = read_html(b"<p>The heron stands.", "https://e.org/", "")
    assert isinstance(article, Article)
    assert "The heron stands." == article.title


SENTENCE = "The keeper opens the gates at six in the morning and shuts them at ten at night. "


def test_an_article_that_the_judge_overlooks_is_read_whole() -> None:
    """Where little of a page's own article is taken for its main text, its own word counts."""
    # What is named a menu is mostly one.
    parts = [f"{number}. {SENTENCE * 2}".strip() for number in range(1, 9)]
    sections = "".join(f"<div class='lunch-menu'><p>{part}</p></div>" for part in parts)
    others = f"<div class='opinion'><p>{SENTENCE * 5}</p></div>"
    page = f"<article><h1>Gates</h1>{sections}</article>{others}"
    assert parts == _text(page).split("\n\n")


def test_a_wrapper_is_not_named_for_what_it_lacks() -> None:
    """What holds the page's heading is its text, though its name speaks of a sidebar."""
    page = "<h1>Gates</h1><p>Open at six.</p><div class=sidebar><p>Read the paper.</p></div>"
    assert "Open at six." == _text(f"<div class='page with-sidebar'>{page}</div>")


def test_teasers_do_not_count_as_the_article() -> None:
    """Where many articles stand on a page and none outweighs them, `<main>` is the page's own."""
    teasers = "".join(f"<article><h3>Story {n}</h3><p>Tease.</p></article>" for n in range(9))
    page = f"<main><p>The heron stands on the gate.</p></main><div>{teasers}</div>"
    assert "The heron stands on the gate." == _text(page)


def test_a_heading_stays_with_its_section() -> None:
    """A heading that the judge takes for decoration is text where its section is."""
    head = "<div class=titlepage><div><h2 class=title>{}</h2></div></div>"
    article = _read(
        f"<title>T</title><body><div class=section><p>{SENTENCE * 4}</p>{head.format('One')}"
        f"<p>{SENTENCE * 4}</p>{head.format('Two')}<p>{SENTENCE * 4}</p></div>"
    )
    assert ["One", "Two"] == [article.text[h.start : h.end] for h in article.headings]


def test_a_list_has_no_holes() -> None:
    """An item that the judge takes for a button is text where most of its list is."""
    items = ["The upper gate is of oak", "The lower gate is of iron", "Print"]
    page = f"<p>{SENTENCE * 4}</p><ul>{''.join(f'<li>{item}</li>' for item in items)}</ul>"
    article = _read(f"<title>T</title><body><article>{page}<p>{SENTENCE * 4}</p></article>")
    assert (
        "\n\n• The upper gate is of oak\n• The lower gate is of iron\n• Print\n\n" in article.text
    )


def test_a_list_between_paragraphs_of_the_text_is_text() -> None:
    """A list that the judge passes over is text where it stands amid the text; links are not."""
    rules = "<ul><li>No oars indoors.<li>No politics before five.<li>Feed the cat.</ul>"
    links = "<ul><li><a href=/1>Heron steals</a><li><a href=/2>Bridge painted</a></ul>"
    # A page of one cell: the judge takes its paragraphs one by one.
    page = f"<p>{SENTENCE * 4}</p>{{}}<p>{SENTENCE * 4}</p><p><i>Write to me!</i></p>"
    cell = "<table><tr><td valign=top><h1>Gates</h1><font>{}</font></table>"
    assert ["• No oars indoors.\n• No politics before five.\n• Feed the cat."] == [
        part for part in _text(cell.format(page.format(rules))).split("\n\n") if part[0] == "•"
    ]
    assert "Heron" not in _text(cell.format(page.format(links)))


def test_captions_and_datelines_are_asides() -> None:
    """A picture's caption and the line of the date are kept, and kept apart from the text."""
    article = _read(
        f"""<title>T</title><figure><figcaption>Elsewhere</figcaption></figure>
        <article><h1>T</h1><p>Published <time datetime="2025-03-01">1 March 2025</time></p>
        <figure><img><figcaption>The <i>old</i> gates</figcaption></figure><p>{SENTENCE * 4}</p>
        <div><img><p class="wp-caption-text">The new gates</p></div><p>{SENTENCE * 4}</p>
        </article>"""
    )
    assert ("Published 1 March 2025", "The old gates", "The new gates") == article.asides
    assert [f"{SENTENCE * 4}".strip()] * 2 == article.text.split("\n\n")


def test_a_page_may_leave_out_the_tags_that_html_lets_it() -> None:
    """A page without tags for its head and its body is read like one with them."""
    page = f"<title>Gates</title><main><article><h1>Gates</h1><p>{SENTENCE * 4}<p>Shut."
    article = _read(f"<!doctype html><meta name=author content='Ann Lee'>{page}")
    assert ("Gates", f"{SENTENCE * 4}\n\nShut.".replace(" \n", "\n"), ("Ann Lee",)) == (
        article.title, article.text, article.authors,
    )  # fmt: skip


def test_credits_are_set_apart() -> None:
    """A byline and a notice in the text are asides; they tell what the page's data does not."""
    body = f"<p>By Ann Lee</p><p>{SENTENCE * 4}</p><p>Republished under a free licence.</p>"
    article = _read(f"<title>T</title>{body}")
    assert (("Ann Lee",), "Republished under a free licence.") == (article.authors, article.licence)
    assert ("By Ann Lee", "Republished under a free licence.") == article.asides
    stated = _read(f"<title>T</title><meta name=author content='Bo Ek'>{body}")
    assert ("Bo Ek",) == stated.authors


def test_a_page_hidden_behind_a_dialog_is_read() -> None:
    """A page saved while a dialog was open, all of it hidden from screen readers, is read."""
    page = (
        f"<div aria-hidden=true><p>{SENTENCE * 4}</p><i aria-hidden=true>x</i></div><p>Agree?</p>"
    )
    assert _text(page).startswith("The keeper opens")


@pytest.mark.parametrize(
    "page",
    [
        "<title>Gates</title>",
        "<h1>Gates</h1>",
        "<div id=root></div><script>render()</script><noscript>Turn on scripts.</noscript>",
        "<img src=x alt=Gates>",
        "<frameset><frame src=a></frameset>",
        "<p>&nbsp;&shy;</p>",
    ],
)
def test_a_page_without_text_is_reported(page: str) -> None:
    """A page that shows no text beyond its title is no article, and the report says the cure."""
    assert [Unread("gates.html", EMPTY)] == list(read_html(page.encode(), "gates.html", "g.html"))


def test_a_page_too_long_to_be_judged_is_read(monkeypatch: pytest.MonkeyPatch) -> None:
    """Of a page of very many blocks its own article is taken, without a judge."""
    monkeypatch.setattr("retrieval.sources.html._MOST", 20)
    paragraphs = [f"The boat number {number} passed." for number in range(30)]
    page = "".join(f"<p>{paragraph}</p>" for paragraph in paragraphs)
    links = "<ul class=nav><li><a href=/>Home</a></ul>"
    assert paragraphs == _text(f"{links}{page}<p><a href=/x>More</a>").split("\n\n")


def test_articles_leave_the_process_that_read_them() -> None:
    """An article can be handed from one process to another."""
    article = _read(NEWS)
    assert article == pickle.loads(pickle.dumps(article))  # noqa: S301


BLOCKS = "p div section article main blockquote h2 h3 li ul ol td tr table pre dd figure".split()
INLINES = "b i a span code em time sup q br".split()
UNSEEN = "script style noscript template iframe textarea svg".split()
WORDS = st.lists(st.sampled_from("gate boat keeper water oak".split()), min_size=1, max_size=30)


@st.composite
def _pages(draw: st.DrawFn) -> str:
    parts = []
    for _ in range(draw(st.integers(1, 25))):
        words = " ".join(draw(WORDS))
        kind = draw(st.sampled_from("block block open close inline unseen hidden".split()))
        tag = draw(st.sampled_from(BLOCKS))
        inline = draw(st.sampled_from(INLINES))
        unseen = draw(st.sampled_from(UNSEEN))
        parts.append(
            {
                "block": f"<{tag}>{words}</{tag}>",
                "open": f"<{tag} class='x'>{words}",
                "close": f"</{tag}> ",
                "inline": f"<{inline}>{words}</{inline}> ",
                "unseen": f"<{unseen}>hush {words}</{unseen}>",
                "hidden": f"<{tag} hidden>hush</{tag}>",
            }[kind]
        )
    return "".join(parts)


@settings(max_examples=40, deadline=None)
@given(_pages())
def test_any_page_lays_out(page: str) -> None:
    """Whatever the markup, headings are exact lines, and neither tags nor unseen text get in."""
    (found,) = read_html(f"<body><p>Text.</p>{page}".encode(), "any.html", "any.html")
    assert isinstance(found, Article)
    assert "hush" not in found.text + found.title + "".join(found.asides)
    assert "<" not in found.text
    lines = found.text.split("\n")
    for heading in found.headings:
        assert found.text[heading.start : heading.end] in lines
    assert found.text == found.text.strip("\n")
    assert "\n\n\n" not in found.text
