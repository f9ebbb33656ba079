"""Feeds say what they say of articles, and nothing that a stranger puts into one does harm."""

from __future__ import annotations

import contextlib
from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from retrieval.errors import SourceError
from retrieval.sources import Labels, Unread
from retrieval.sources.entries import Entry, completed
from retrieval.sources.feed import Feed, read_feed, read_feed_articles
from retrieval.sources.sitemap import read_sitemap
from retrieval.types import Article

AT = "https://courier.example/feeds/all.xml"

RSS_2 = """<?xml version="1.0" encoding="UTF-8"?>
<rss version="2.0" xmlns:content="http://purl.org/rss/1.0/modules/content/"
  xmlns:dc="http://purl.org/dc/elements/1.1/">
<channel><title>The Courier &amp; Post</title><link>https://courier.example/</link>
<language>en-gb</language><copyright>CC BY 4.0</copyright>
<managingEditor>desk@courier.example (The Desk)</managingEditor>
<item><title>Snow on the pass</title><link>/news/snow?a=1&amp;b=2</link>
<guid isPermaLink="false">courier-7</guid><dc:creator>Ada Fell</dc:creator>
<pubDate>Tue, 05 Mar 2024 07:30:00 +0100</pubDate><category>Weather</category>
<category>Roads</category><description>The pass is closed.</description>
<content:encoded><![CDATA[<p>The pass is closed.</p><p>It opens on Friday.</p>]]></content:encoded>
</item></channel></rss>"""

RSS_1 = """<?xml version="1.0"?>
<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns="http://purl.org/rss/1.0/"
  xmlns:dc="http://purl.org/dc/elements/1.1/">
<channel rdf:about="https://courier.example/"><title>The Courier</title></channel>
<item rdf:about="https://courier.example/a"><title>Snow on the pass</title>
<link>https://courier.example/a</link><dc:creator>Ada Fell</dc:creator>
<dc:date>2024-03-05T07:30:00+01:00</dc:date><description>The pass is closed.</description>
</item></rdf:RDF>"""

RSS_091 = """<?xml version="1.0"?>
<!DOCTYPE rss PUBLIC "-//Netscape Communications//DTD RSS 0.91//EN"
  "http://my.netscape.com/publish/formats/rss-0.91.dtd">
<rss version="0.91"><channel><title>The Courier</title><link>https://courier.example/</link>
<language>en</language><item><title>Snow on the pass</title>
<link>https://courier.example/a</link><description>The pass is closed.</description>
</item></channel></rss>"""

ATOM = """<?xml version="1.0" encoding="utf-8"?>
<feed xmlns="http://www.w3.org/2005/Atom" xml:lang="en" xml:base="https://courier.example/x/">
<title>The Courier</title><author><name>The Desk</name></author><rights>All rights reserved</rights>
<entry><title type="html">Snow &amp;lt; ice on the &lt;i&gt;pass&lt;/i&gt;</title>
<link href="snow"/>
<id>tag:courier,7</id><published>2024-03-05T07:30:00+01:00</published>
<updated>2024-03-06T09:00:00Z</updated><category term="w" label="Weather"/>
<link rel="license" href="https://creativecommons.org/licenses/by/4.0/"/>
<content type="xhtml"><div xmlns="http://www.w3.org/1999/xhtml"><p>The pass is
<em>closed</em>.</p></div></content></entry></feed>"""

FEEDS = {"RSS 2.0": RSS_2, "RSS 1.0": RSS_1, "RSS 0.91": RSS_091, "Atom": ATOM}


def _feed(text: str, location: str = AT) -> Feed:
    return read_feed(text.encode(), location)


def _rss(item: str, channel: str = "") -> str:
    return (
        f'<rss version="2.0"><channel><title>T</title>{channel}<item>{item}</item></channel></rss>'
    )


def _entry(item: str, channel: str = "") -> Entry:
    (entry,) = _feed(_rss(item, channel)).entries
    return entry


# What feeds say.


def test_rss_tells_of_an_article() -> None:
    """Everything that an RSS feed states of an article is read."""
    feed = _feed(RSS_2)
    assert ("The Courier & Post", "en-GB") == (feed.title, feed.language)
    expected = Entry(
        title="Snow on the pass",
        link="https://courier.example/news/snow?a=1&b=2",
        id="courier-7",
        authors=("Ada Fell",),
        published_at=datetime(2024, 3, 5, 7, 30, tzinfo=timezone(timedelta(hours=1))),
        language="en-GB",
        licence="CC BY 4.0",
        tags=("Weather", "Roads"),
        content="<p>The pass is closed.</p><p>It opens on Friday.</p>",
        whole=True,
    )
    assert (expected,) == feed.entries


def test_atom_tells_of_an_article() -> None:
    """Everything that an Atom feed states of an article is read, its times in their zones."""
    (entry,) = _feed(ATOM).entries
    expected = Entry(
        title="Snow < ice on the pass",
        link="https://courier.example/x/snow",
        id="tag:courier,7",
        authors=("The Desk",),
        published_at=datetime(2024, 3, 5, 7, 30, tzinfo=timezone(timedelta(hours=1))),
        updated_at=datetime(2024, 3, 6, 9, 0, tzinfo=UTC),
        language="en",
        licence="https://creativecommons.org/licenses/by/4.0/",
        tags=("Weather",),
        content="<p>The pass is\n<em>closed</em>.</p>",
        whole=True,
    )
    assert expected == entry
    assert timedelta(hours=1) == (entry.published_at or datetime.now(UTC)).utcoffset()


@pytest.mark.parametrize("name", FEEDS)
def test_every_kind_of_feed_is_read(name: str) -> None:
    """A feed of any age gives its title and its entries' titles."""
    feed = _feed(FEEDS[name])
    assert (feed.title or "").startswith("The Courier")
    assert ["Snow"] == [(entry.title or "").split()[0] for entry in feed.entries]


def test_the_same_entry_twice_is_two_entries() -> None:
    """What a feed repeats is for its reader to tell."""
    item = "<item><link>https://courier.example/a</link></item>"
    assert 2 == len(_feed(_rss("<title>A</title>", item)).entries)


@pytest.mark.parametrize(
    ("item", "expected"),
    [
        ("<author>Ada Fell</author>", ("Ada Fell",)),
        ("<author>ada@courier.example (Ada Fell)</author>", ("Ada Fell",)),
        ("<author>ada@courier.example</author>", ()),
        ("<author>ada@courier.com</author>", ()),
        ("<author>ada@courier.com (Ada Fell)</author>", ("Ada Fell",)),
        ("<author>ada@courier.info (Ada Fell)</author>", ("Ada Fell",)),
        ("<author/>", ()),
        ("", ()),
    ],
)
def test_an_author_is_a_name(item: str, expected: tuple[str, ...]) -> None:
    """An address of mail is no author, and nor is an RSS feed's editor."""
    editor = "<managingEditor>desk@courier.example (The Desk)</managingEditor>"
    assert expected == _entry(f"<title>A</title>{item}", editor).authors


@pytest.mark.parametrize(
    ("stated", "expected"),
    [
        ("Tue, 05 Mar 2024 07:30:00 GMT", datetime(2024, 3, 5, 7, 30, tzinfo=UTC)),
        ("5 Mar 2024 07:30 EST", datetime(2024, 3, 5, 12, 30, tzinfo=UTC)),
        ("2024-03-05", datetime(2024, 3, 5, tzinfo=UTC)),
        ("2024-03-05T07:30:00Z", datetime(2024, 3, 5, 7, 30, tzinfo=UTC)),
        ("2024-03", None),
        ("yesterday", None),
        ("Tue, 99 Foo 2024 99:99:99 +9999", None),
        ("0000-00-00T00:00:00Z", None),
        ("", None),
    ],
)
def test_a_time_is_read_or_unknown(stated: str, expected: datetime | None) -> None:
    """A time that is no time stays unknown: no part of it is made up."""
    entry = _entry(f"<title>A</title><pubDate>{stated}</pubDate>")
    assert (expected, None) == (entry.published_at, entry.updated_at)


@pytest.mark.parametrize(
    ("stated", "expected"),
    [
        ("news/a", "https://courier.example/feeds/news/a"),
        ("//other.example/a", "https://other.example/a"),
        ("javascript:alert(1)", None),
        ("file:///etc/passwd", None),
        ("https://me:word@courier.example/", None),
        ("https://[", None),
    ],
)
def test_a_link_is_a_web_address(stated: str, expected: str | None) -> None:
    """A link is resolved against the feed's address; what nobody should follow is none."""
    assert expected == _entry(f"<title>A</title><link>{stated}</link>").link


def test_a_feed_in_a_file_has_no_address() -> None:
    """A relative link in a file leads nowhere."""
    (entry,) = _feed(_rss("<title>A</title><link>/a</link>"), "/tmp/feed.xml").entries
    assert entry.link is None


@pytest.mark.parametrize(
    ("item", "content", "whole"),
    [
        ("<description>Short &lt;b&gt;text&lt;/b&gt;</description>", "Short <b>text</b>", False),
        ("<description>First\n\nSecond &amp;amp; last</description>",
         "<p>First</p><p>Second &amp; last</p>", False),
        ("", "", False),
    ],
)  # fmt: skip
def test_a_summary_is_told_from_the_whole(item: str, content: str, whole: bool) -> None:
    """Where a feed gives only a summary, that is the text, and is known for one."""
    entry = _entry(f"<title>A</title>{item}")
    assert (content, whole) == (entry.content.strip(), entry.whole)


@pytest.mark.parametrize(
    ("title", "expected"),
    [
        ("Fish &amp;amp; chips", "Fish & chips"),
        ("1 &lt; 2", "1 < 2"),
        ("&lt;b&gt;Bold&lt;/b&gt;", "Bold"),
        ("<![CDATA[Two\n  lines]]>", "Two lines"),
        ("", None),
    ],
)
def test_a_title_is_one_line_of_text(title: str, expected: str | None) -> None:
    """Markup is taken off a title, and what only looks like markup stays."""
    assert expected == _entry(f"<title>{title}</title><link>https://h.example/</link>").title


@pytest.mark.parametrize(
    ("encoding", "declared"),
    [
        ("utf-8", "utf-8"), ("utf-8-sig", "utf-8"), ("utf-16", "utf-16"), ("utf-16-le", "utf-16"),
        ("utf-16-be", "utf-16"), ("utf-32", "utf-32"), ("iso-8859-1", "ISO-8859-1"),
        ("windows-1251", "windows-1251"), ("windows-1252", ""), ("windows-1252", "utf-8"),
        ("utf-8", "iso-2022-no-such"), ("utf-8", "unicode_escape"), ("utf-8", ""),
    ],
)  # fmt: skip
def test_feeds_of_many_encodings_are_read(encoding: str, declared: str) -> None:
    """An encoding is told by its mark, its statement, or by what the bytes can be."""
    title = "Мост" if encoding == "windows-1251" else "Café"
    statement = f' encoding="{declared}"' if declared else ""
    text = f'<?xml version="1.0"{statement}?>{_rss(f"<title>{title}</title>")}'
    (entry,) = read_feed(text.encode(encoding), AT).entries
    assert title == entry.title


def test_a_damaged_feed_gives_what_it_can() -> None:
    """A feed that is no proper XML is read all the same, as feeds often are."""
    damaged = RSS_2.replace(
        "The pass is closed.</description>", "Fish & chips &nbsp;</description>"
    )
    assert ["Snow on the pass"] == [entry.title for entry in _feed(damaged).entries]


# The articles that feeds carry.


def _articles(text: str, labels: Labels = Labels()) -> list[Article]:
    found = list(read_feed_articles(text.encode(), AT, "all.xml", labels))
    return [each for each in found if isinstance(each, Article)]


def test_a_feed_carries_articles() -> None:
    """An entry's own text is an article, as the entry tells of it."""
    (article,) = _articles(RSS_2, Labels(collection="staff"))
    assert "The pass is closed.\n\nIt opens on Friday." == article.text
    assert f"{AT}:1" == article.location
    assert ("courier-7", "https://courier.example/news/snow?a=1&b=2") == (
        article.given_id, article.url,
    )  # fmt: skip
    assert ("The Courier & Post", ("Ada Fell",), "staff") == (
        article.source, article.authors, article.collection,
    )  # fmt: skip
    assert ("CC BY 4.0", ("Weather", "Roads")) == (article.licence, article.tags)


def test_the_operators_name_for_a_publication_wins() -> None:
    """A feed's title names its articles' publication only where the settings do not."""
    assert ["Mine"] == [each.source for each in _articles(RSS_2, Labels("Mine"))]


def test_an_entry_without_text_is_reported() -> None:
    """An entry that carries nothing is told by its number; the others are read."""
    text = _rss("<title>Empty</title>", RSS_2[RSS_2.index("<item>") : RSS_2.index("</channel>")])
    found = list(read_feed_articles(text.encode(), AT, "all.xml"))
    assert [Article, Unread] == [type(each) for each in found]
    assert f"{AT}:2" == found[1].location


def test_a_page_is_completed_by_its_feed() -> None:
    """What a page states of itself wins; what it leaves out, its feed may tell."""
    (entry,) = _feed(RSS_2).entries
    page = Article(title="snow", text="x", location="https://courier.example/snow.html")
    told = completed(page, entry, "snow.html", "The Courier")
    assert ("Snow on the pass", "The Courier", ("Ada Fell",)) == (
        told.title, told.source, told.authors,
    )  # fmt: skip
    assert (entry.published_at, entry.tags, "en-GB") == (
        told.published_at, told.tags, told.language,
    )  # fmt: skip
    stated = replace(
        page, title="Own", source="Own", authors=("Own",), tags=("own",), language="fr"
    )
    kept = completed(stated, entry, "snow.html", "The Courier")
    assert ("Own", "Own", ("Own",), ("own",), "fr") == (
        kept.title, kept.source, kept.authors, kept.tags, kept.language,
    )  # fmt: skip


# What strangers send.

LAUGHS = "".join(f'<!ENTITY a{n} "{f"&a{n - 1};" * 10}">' for n in range(1, 10))

REFUSED = {
    "a bomb": f'<!DOCTYPE rss [<!ENTITY a0 "ha">{LAUGHS}]><rss><channel>&a9;</channel></rss>',
    "a bomb behind a comment": f"<!-- <rss> --><!DOCTYPE r [{LAUGHS}]><rss>&a9;</rss>",
    "a bomb behind an instruction": f"<?a <rss>?><!DOCTYPE r [{LAUGHS}]><rss>&a9;</rss>",
    "a bomb in small letters": f"<!doctype r [{LAUGHS}]><rss>&a9;</rss>",
    "one large entity": '<!DOCTYPE r [<!ENTITY a "'
    + "a" * 9999
    + '">]><rss>'
    + "&a;" * 99
    + "</rss>",
    "a file": '<!DOCTYPE r [<!ENTITY a SYSTEM "file:///etc/passwd">]><rss>&a;</rss>',
    "an address": '<!DOCTYPE r [<!ENTITY a SYSTEM "http://127.0.0.1:9/">]><rss>&a;</rss>',
    "a parameter entity": '<!DOCTYPE r [<!ENTITY % a SYSTEM "http://127.0.0.1:9/">%a;]><rss/>',
    "an entity within itself": '<!DOCTYPE r [<!ENTITY a "&a;">]><rss>&a;</rss>',
    "two types": '<!DOCTYPE r><!DOCTYPE r [<!ENTITY a "b">]><rss>&a;</rss>',
    "a type that is open": "<!DOCTYPE r [<!ENTITY a 'b'",
    "a type with attributes": "<!DOCTYPE r [<!ATTLIST rss a CDATA 'b'>]><rss/>",
    "nothing": "",
    "blanks": " \n\t ",
    "NULs": "\x00" * 50,
    "text": "Once upon a time",
    "a comment alone": "<!-- nothing else -->",
    "a comment that is open": "<!-- " + "<rss>" * 50,
    "instructions alone": "<?xml version='1.0'?>" * 50,
    "a web page": "<!DOCTYPE html><html><body><p>Not found</p></body></html>",
    "another XML": "<svg xmlns='http://www.w3.org/2000/svg'/>",
}

READ = {
    "deep nesting": _rss("<a>" * 3000 + "</a>" * 3000),
    "a huge attribute": _rss(f"<title a='{'x' * 1_000_000}'>A</title>"),
    "many attributes": _rss(
        "<x " + " ".join(f"a{n}='b'" for n in range(500)) + "/><title>A</title>"
    ),
    "many namespaces": _rss("<x " + " ".join(f"xmlns:a{n}='b{n}'" for n in range(500)) + "/>"),
    "an open CDATA": _rss("<title><![CDATA[A"),
    "a type within": _rss("<title>A</title><!DOCTYPE r [<!ENTITY a 'b'>]><x>&a;</x>"),
    "an unknown entity": _rss("<title>A &unknown; B</title>"),
    "a number beyond all letters": _rss("<title>A &#1114112; &#xD800; &#0; B</title>"),
    "NULs within": _rss("<title>A\x00B\x0b\x1f</title>"),
    "elements with a field's name": _rss(
        "<links a='b'/><tags a='b'/><authors a='b'/><title_detail a='b'/><content_detail a='b'/>"
        "<summary_detail a='b'/><updated_parsed a='b'/><source a='b'/><language a='b'/>"
    ),
    "a content of no text": _rss("<content type='image/png' mode='base64'>%%%</content>"),
    "a place on a map": _rss("<point xmlns='http://www.georss.org/georss'>x y z</point>"),
}


@pytest.mark.parametrize("name", REFUSED)
@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
def test_what_is_no_feed_is_refused(name: str, encoding: str) -> None:
    """What declares entities is refused before it is parsed; what is no feed, after."""
    with pytest.raises(SourceError, match=r".; ."):
        read_feed(REFUSED[name].encode(encoding), AT)
    with pytest.raises(SourceError, match=r".; ."):
        read_sitemap(REFUSED[name].encode(encoding), AT)


@pytest.mark.parametrize("name", READ)
def test_an_odd_feed_does_no_harm(name: str) -> None:
    """What a hostile feed puts where other things belong is passed over."""
    with contextlib.suppress(SourceError):
        for entry in _feed(READ[name]).entries:
            assert isinstance(entry.title, str | None)
            assert all(isinstance(value, str) for value in (*entry.authors, *entry.tags))


def test_a_feed_is_never_a_path(tmp_path: Any) -> None:
    """Bytes that name a file or an address are bytes: nothing is opened, nothing is fetched."""
    path = tmp_path / "feed.xml"
    path.write_text(RSS_2)
    for name in (str(path), f"file://{path}", "http://127.0.0.1:9/feed"):
        with pytest.raises(SourceError, match="no XML"):
            read_feed(name.encode(), AT)


def _mutated(documents: dict[str, str]) -> st.SearchStrategy[bytes]:
    """Return documents of which a piece is replaced, doubled or left out."""
    pieces = st.sampled_from(
        [name.encode() for name in ("<", ">", "&", "]]>", "<![CDATA[", "<!--")]
    )
    tags = st.sampled_from(
        [b"<item>", b"</item>", b"<entry>", b"<title x='1'/>", b"<links a='b'/>", b"<source>",
         b"<author>", b"&#xD800;", b"&x;", b"\x00", b"\xff\xfe", b"<?xml encoding='utf-16'?>"]
    )  # fmt: skip

    def cut(document: str, first: int, length: int, piece: bytes) -> bytes:
        data = document.encode()
        at = first % (len(data) + 1)
        return data[:at] + piece + data[at + length :]

    return st.builds(
        cut,
        st.sampled_from(sorted(documents.values())),
        st.integers(0, 5000),
        st.integers(0, 80),
        pieces | tags | st.binary(max_size=12),
    )


SMALL = {name: text for name, text in (FEEDS | READ).items() if len(text) < 5000}


@given(st.binary(max_size=200) | _mutated(SMALL))
def test_no_feed_brings_a_traceback(data: bytes) -> None:
    """Any bytes are a feed, or an error that was meant."""
    with contextlib.suppress(SourceError):
        list(read_feed_articles(data, AT, "feed.xml"))
