"""Repairing text without touching a word."""

from __future__ import annotations

import re
from pathlib import Path

import ftfy
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from retrieval.clean import (
    mend_entities,
    mend_figures,
    mend_mojibake,
    mend_spaces,
    repair,
    repair_line,
)
from retrieval.quotes import mend_quotes
from tests.strategies import any_text, plain

ENGLISH = "The mayor called it “a fine day” and went home. "
"""A sentence that quotes as English does."""

damaged = st.lists(
    st.one_of(
        st.text(alphabet="éß’“”—…£€½ÿжβα漢👩\u00a0 ab\n", max_size=12).map(
            lambda text: text.encode().decode("cp1252", "replace")
        ),
        st.text(alphabet="é’“”ж\u00a0 b", max_size=8).map(
            lambda text: text.encode().decode("latin-1").encode().decode("latin-1")
        ),
        st.text(
            alphabet="ÃÂâ€™œ\x9d\x80\ufffd£½”“Ø ²\u2028\x85\r\n\x1b[1m\ud83d\udca9\ufffc",
            max_size=8,
        ),
        st.sampled_from(
            "&amp;amp;lt; &amp, &nbsp, &#8217 &#39s &#x2019; &a&#109;p; ” “ ’’ don‘t 1, 000".split()
        ),
        st.text(alphabet="“”’‘ .,ab&;#19$%\n\u200c\u200d\u202a\u05d0کक", max_size=12),
        any_text,
    ),
    max_size=6,
).map("".join)
"""Text with every damage that is mended, mingled."""


def _kept(text: str) -> str:
    return "".join(character for character in text if character.isalnum())


@pytest.mark.parametrize(
    ("damaged", "mended"),
    [
        ("Ada&nbsp, Byron", "Ada Byron"),
        ("a&nbsp, mill", "a mill"),
        ("of&nbsp;the", "of the"),
        ("S&amp, P", "S&P"),
        ("S&amp;P", "S&P"),
        ("salt &amp, pepper", "salt & pepper"),
        ("salt &amp; pepper", "salt & pepper"),
        ("&ldquo, Yes&rdquo, she said", "“Yes” she said"),
        ("&quot;Yes&quot;", '"Yes"'),
        ("it&#39;s", "it's"),
        ("it&#x27;s", "it's"),
        ("1 &lt; 2 &gt; 0", "1 < 2 > 0"),
        ("then&hellip;", "then…"),
        ("&amp;lt;", "&lt;"),
        ("AT&T, and others", "AT&T, and others"),
        ("R&D, too", "R&D, too"),
        ("fish & chips, please", "fish & chips, please"),
        ("&copy, stays", "&copy, stays"),
        ("&", "&"),
        ("&nbsp without an end", "&nbsp without an end"),
        # A numeric entity without its semicolon, where it can be nothing else.
        ("it&#39s", "it's"),
        ("it&#8217s", "it’s"),
        ("&#8220Yes&#8221 she said", "“Yes” she said"),
        ("it&#x2019s", "it&#x2019s"),
        ("the quay&#x2014 at last", "the quay— at last"),
        ("caf&#233 noir", "café noir"),
        ("a&#160b", "a b"),
        ("room &#233", "room &#233"),
        ("No. &#12 of 20", "No. &#12 of 20"),
        ("&#00", "&#00"),
        ("&#55296;", "\ufffd"),
    ],
)
def test_entities_are_resolved_once(damaged: str, mended: str) -> None:
    """An entity, its semicolon whole, lost or turned into a comma, becomes its character."""
    assert mended == mend_entities(damaged)


@pytest.mark.parametrize(
    ("escaped", "mended"),
    [
        ("salt &amp;amp; pepper", "salt & pepper"),
        ("&amp;amp;amp;quot;Yes&amp;amp;amp;quot;", '"Yes"'),
        ("of&amp;nbsp;the", "of the"),
        ("it&amp;#8217;s", "it’s"),
        ("&amp;lt;b&amp;gt;", "<b>"),
    ],
)
def test_what_is_escaped_twice_is_resolved_twice(escaped: str, mended: str) -> None:
    """Repair resolves entities until none is left, however often they were escaped."""
    assert mended == repair(escaped)


def test_text_that_never_comes_to_rest_is_left() -> None:
    """Entities nested deeper than anyone nests them stay, in text that can be stored."""
    nested = "&#4&#5&#5&#5&#5" * 4 + "1" + ";" * 20
    repaired = repair(nested + " \ud800\u00a0\x00end\r\n")
    assert nested + " \ufffd end" == repaired
    assert repaired == repair(repaired)


@pytest.mark.parametrize(
    ("spaced", "closed"),
    [
        ("nearly$ 6 billion", "nearly $6 billion"),
        ("more than$ 53 billion", "more than $53 billion"),
        ("a$ 200 million bridge", "a $200 million bridge"),
        ("US$ 5", "US$5"),
        ("US$  5", "US$5"),
        ("a US$ 500 billion plan", "a US$500 billion plan"),
        ("cost $ 12.50 each", "cost $12.50 each"),
        ("(€ 40)", "(€40)"),
        ("£ 3m", "£3m"),
        ("25 %", "25%"),
        ("25 % of it", "25% of it"),
        ("10, 000", "10,000"),
        ("some 10, 000 ships", "some 10,000 ships"),
        ("1, 000, 000", "1,000,000"),
        ("1, 200, 000 ships", "1,200,000 ships"),
        ("12, 200, 345, 000", "12,200,345,000"),
        ("$10, 500", "$10,500"),
        ("$ 10, 500", "$10,500"),
        ("US$ 1, 234, 567 in all", "US$1,234,567 in all"),
        ("some£ 2, 750, then", "some £2,750, then"),
        ("2, 5, 200, 000", "2, 5, 200,000"),
        # Where it might be two figures, a prompt or a name, nothing is touched.
        ("in 2010, 200 people", "in 2010, 200 people"),
        ("in 2010, 000", "in 2010, 000"),
        ("rooms 10, 200 and 300", "rooms 10, 200 and 300"),
        ("3.10, 000", "3.10, 000"),
        ("10, 0001", "10, 0001"),
        ("10, 500", "10, 500"),
        ("1, 200, 300", "1, 200, 300"),
        ("$10, 500 and 700", "$10, 500 and 700"),
        ("$10, 500, 700 or 900", "$10, 500, 700 or 900"),
        ("$10, 500, $700", "$10, 500, $700"),
        ("$10, 5000", "$10, 5000"),
        ("$2010, 200", "$2010, 200"),
        ("$ ls", "$ ls"),
        ("$ 7zip x file", "$ 7zip x file"),
        ("cost$ and 5", "cost$ and 5"),
        ("VAR$ 5", "VAR$ 5"),
        ("7 %d", "7 %d"),
        ("7 %% 2", "7 %% 2"),
        ("x % y", "x % y"),
        ("$5", "$5"),
        ("", ""),
    ],
)
def test_figures_close_up_only_beyond_doubt(spaced: str, closed: str) -> None:
    """Signs and thousands close up where the figure is beyond doubt, and nowhere else."""
    assert closed == mend_figures(spaced)


@pytest.mark.parametrize(
    ("text", "mended"),
    [
        ("a\u00a0b\u2009c\u3000d", "a b c d"),
        ("a  \t b", "a b"),
        ("line  \nnext\t\n", "line\nnext"),
        ("a\r\nb\rc\u2028d\x0ce\x85f", "a\nb\nc\nd\ne\nf"),
        ("a\u2029b", "a\n\nb"),
        ("a\n\n\n\n\nb", "a\n\nb"),
        ("\n\n  indented", "  indented"),
        ("so\u00adft zero\u200bwidth \ufeffmark", "soft zerowidth mark"),
        ("bell\x07 escape\x1b[31m null\x00", "bell escape[31m null"),
        ("long\u2011term", "long-term"),
        # Joiners shape letters and pictures.
        ("👩\u200d🌾 joins", "👩\u200d🌾 joins"),
        ("🏳\ufe0f\u200d🌈, 👩🏽\u200d🌾", "🏳\ufe0f\u200d🌈, 👩🏽\u200d🌾"),
        ("می\u200cروم", "می\u200cروم"),
        ("PDF\u200cها", "PDF\u200cها"),
        ("क्\u200dष क्\u200cष", "क्\u200dष क्\u200cष"),
        ("അവന്\u200d പറഞ്ഞു", "അവന്\u200d പറഞ്ഞു"),
        # Elsewhere they only hide.
        ("har\u200dbour lan\u200ctern", "harbour lantern"),
        ("👩\u200d and\u200d🌾", "👩 and🌾"),
        ("می\u200c روم", "می روم"),
        ("a \u200d\u200c b\u200d", "a b"),
        ("left \u202ato\u202c right\u200e", "left to right"),
        ("\u200fשלום (1)\u200f", "\u200fשלום (1)\u200f"),
        ("   ", ""),
    ],
)
def test_spaces_become_plain_ones(text: str, mended: str) -> None:
    """Every space is a plain one, lines are trimmed, gaps are one line, nothing is invisible."""
    assert mended == mend_spaces(text)


@pytest.mark.parametrize(
    ("text", "mended"),
    [
        ("itâ€™s", "it’s"),
        ("cafÃ©", "café"),
        ("“curly” – ﬁne … ½", "“curly” – ﬁne … ½"),
        ("a lone \ud800 surrogate", "a lone \ufffd surrogate"),
        ("  padded  ", "  padded"),
    ],
)
def test_mojibake_is_undone_and_typography_kept(text: str, mended: str) -> None:
    """Text decoded wrongly is decoded aright; quotes, dashes and ligatures stay as they are."""
    assert mended == repair(text)


def test_a_line_has_its_white_space_folded() -> None:
    """A title is one line, whatever white space its source put into it."""
    assert "A title, & more" == repair_line("  A\n title,\t&amp;\u00a0more ")


@pytest.mark.parametrize(
    ("wrong", "right"),
    [
        ("He said ”we are here” today.", "He said “we are here” today."),
        ("”We are here” is what he said.", "“We are here” is what he said."),
        ("A sign (”no fishing”) stood there.", "A sign (“no fishing”) stood there."),
        ("He said ’’we aren’t here’’ today.", "He said “we aren’t here” today."),
        ("He said “we are here.“ He left.", "He said “we are here.” He left."),
        ("“We are here“, he said, and “we stay”.", "“We are here”, he said, and “we stay”."),
        ("on the Street’s” Gull business” group", "on the Street’s “Gull business” group"),
        ("Rosa” Rosie” Quill, baker", "Rosa “Rosie” Quill, baker"),
        ("boats like” stubborn mules.”", "boats like “stubborn mules.”"),
        ("for” tourism” here and for” trade” there", "for “tourism” here and for “trade” there"),
        ("” The mood was good, so far,” says Quill.", "“The mood was good, so far,” says Quill."),
    ],
)
def test_quotation_marks_are_turned(wrong: str, right: str) -> None:
    """A mark that is set the wrong way round is turned in a text that quotes as English does."""
    assert ENGLISH + "\n\n" + right == mend_quotes(ENGLISH + "\n\n" + wrong)


@pytest.mark.parametrize(
    "text",
    [
        # No mark is missing, or which one is wrong is in doubt.
        ENGLISH,
        "She said “yes” and then “no”.",
        "“We are here, he said.\n\n“We stay,” he said.",
        "A board of 5” and a pipe of 3” lay there.",
        "He said ”we are here today.",
        "He said we are here.” Then he left.",
        "We will go” he said and we will stay” she said.",
        "It is bold” and daring” to go.",
        "The day was long. We went” home. And then” we slept.",
        "The town called” far away in a valley that nobody ever saw or ever wishes to see” ours.",
        "It will, Quill adds”, be the” Gull business” after all.",
        "It was” his, it was” hers, and it was” ours.",
        "“We are here ”he said.",
        "“We said ”yes” to it.",
        "He spoke of “the dogs’’ house” today.",
        "“We are here.\n\n” Then she left,” he said.",
        "He wrote “we went to “ the shop”.",
        "He wrote “the“ shop”.",
    ],
)
def test_quotation_marks_in_doubt_stay(text: str) -> None:
    """Where both marks might be right, or neither, none is turned."""
    assert ENGLISH + "\n\n" + text == mend_quotes(ENGLISH + "\n\n" + text)


@pytest.mark.parametrize(
    "text",
    [
        "Hon sade ”vi är här” i dag.",
        "Hon sade ”vi är här” och ”vi stannar”, men “så” säger ingen.",
        "Er sagte „wir sind hier“ und ging.",
        "Er sagte „wir sind hier“, sie “nein” und ”doch” dazu.",
        "Il a dit « nous sommes “ici” » et ”non” aussi.",
        "The sign read ”no fishing” and no more.",
    ],
)
def test_other_languages_keep_their_marks(text: str) -> None:
    """A text that quotes as another language does, or never as English does, keeps its marks."""
    assert text == mend_quotes(text)


@pytest.mark.parametrize(
    ("wrong", "right"),
    [
        ("don‘t", "don’t"),
        ("We‘ll see; it‘s late, and they‘re gone.", "We’ll see; it’s late, and they’re gone."),
        ("I‘m told he couldn‘t, at ten o‘clock", "I’m told he couldn’t, at ten o’clock"),
        ("ISN‘T", "ISN’T"),
        ("Hawai‘i, Ka‘ba, so‘m, O‘zbekiston, Qur‘an", "Hawai‘i, Ka‘ba, so‘m, O‘zbekiston, Qur‘an"),
        ("a ‘small’ boat", "a ‘small’ boat"),
        ("the town‘s", "the town‘s"),
    ],
)
def test_contractions_get_their_apostrophe(wrong: str, right: str) -> None:
    """English contractions alone get an apostrophe for an opening mark."""
    assert right == mend_quotes(wrong)


@given(plain)
def test_no_letter_or_digit_changes(text: str) -> None:
    """Repairing drops, adds and changes no letter or digit, and keeps their order."""
    assert _kept(text) == _kept(repair(text))


@given(st.text(alphabet="“”’‘ ab.,()\n1", max_size=80).map(lambda text: ENGLISH + text))
def test_turning_marks_touches_nothing_else(text: str) -> None:
    """Only quotation marks, and spaces beside them, change; turning twice is turning once."""
    turned = mend_quotes(text)
    marks = str.maketrans("", "", "“”’‘ ")
    assert text.translate(marks) == turned.translate(marks)
    assert turned == mend_quotes(turned)


@given(damaged)
@example("&amp;amp;amp;lt;b&gt;")
@example("x&amp, amp, amp, lt,")
@example("  ” Since then,” he “said” so.")
def test_repairing_twice_is_repairing_once(text: str) -> None:
    """What is repaired needs no repair, whatever it was."""
    assert repair(text) == repair(repair(text))
    assert repair_line(text) == repair_line(repair_line(text))


@given(damaged)
def test_each_repair_done_twice_is_done_once(text: str) -> None:
    """Mending spaces or figures a second time changes nothing."""
    assert mend_spaces(text) == mend_spaces(mend_spaces(text))
    assert mend_figures(text) == mend_figures(mend_figures(text))


@given(st.text(alphabet="$€£ 0123459.,%abnmkUSA", max_size=40))
def test_figures_settle_at_once(text: str) -> None:
    """Closing figures up twice is closing them up once, and keeps every digit."""
    mended = mend_figures(text)
    assert mended == mend_figures(mended)
    assert text.replace(" ", "") == mended.replace(" ", "")


@given(damaged)
@example("“Curly”, – and—so… on\n’tis\t~")
@example("œ\nÃ la\n Ã\u00a0")
def test_skipping_sound_lines_changes_no_result(text: str) -> None:
    """Mojibake is mended as ftfy mends it, although most lines are never shown to it."""
    config = ftfy.TextFixerConfig(
        unescape_html=False,
        fix_latin_ligatures=False,
        fix_character_width=False,
        uncurl_quotes=False,
        normalization=None,
    )
    assert ftfy.fix_text(text, config) == mend_mojibake(text)


@given(any_text)
def test_repaired_text_can_be_stored(text: str) -> None:
    """Any text comes out without lone surrogates, NULs, carriage returns or wide gaps."""
    repaired = repair(text)
    repaired.encode()
    assert not re.search("[\x00\r\u00a0]|\n{3}|[ \t]$", repaired)


@given(st.text(alphabet="&ampnbspltquo;,# 1234567890xX", max_size=60))
def test_broken_entities_never_fail(text: str) -> None:
    """Whatever looks like an entity is resolved or left, never an error."""
    mend_entities(text)


HOSTILE = {
    "blanks": " " * 200_000 + "x",
    "blanks within": "x" + " " * 200_000 + "y",
    "white space": "\t \n" * 66_000,
    "carriage returns": "\r\n" * 100_000,
    "ampersands": "&" * 200_000,
    "escapes of escapes": "&" + "amp;" * 50_000 + "lt;",
    "broken escapes": "x&" + "amp, " * 40_000 + "lt,",
    "nested entities": "&#4&#5&#5&#5&#5" * 12_000 + "1" + ";" * 60_000,
    "digits": "1" * 200_000 + " %",
    "groups": "1, " + "000, " * 40_000,
    "groups of a sum": "$1" + ", 100" * 40_000 + " and 5",
    "sums": "$ 1" * 66_000,
    "capitals": "A" * 200_000,
    "closing marks": "”" * 200_000,
    "opening marks": "“" * 200_000,
    "turned marks": ENGLISH + " ”a" * 66_000,
    "parted marks": ENGLISH + "a” b" * 50_000,
    "single marks": ENGLISH + " ’’a" * 50_000,
    "contractions": "don‘" * 50_000,
    "mojibake": "â€™" * 66_000,
    "mojibake of spaces": "Â " * 100_000,
    "joiners": "a\u200d" * 100_000,
}  # fmt: skip


@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE)
@pytest.mark.timeout(30)  # what takes quadratic time takes minutes
def test_long_runs_take_no_time(text: str) -> None:
    """A run of anything, however long, is repaired in about linear time."""
    for mend in (mend_entities, mend_spaces, mend_quotes, mend_figures, repair):
        assert len(mend(text)) <= len(text)


# The real crawl.


def test_the_crawls_marks_are_turned_where_there_is_no_doubt(crawl: Path) -> None:
    """Of the crawl's marks nine are turned, each of them rightly."""
    turned = []
    for article in crawl.read_text(encoding="utf-8").split("Continue Reading"):
        before = mend_spaces(mend_entities(article))
        after = mend_quotes(before)
        assert len(re.findall("[“”]", before)) == len(re.findall("[“”]", after))
        pairs = zip(re.finditer("[“”]", before), re.finditer("[“”]", after), strict=True)
        turned += [after[b.start() : b.start() + 9] for a, b in pairs if a.group() != b.group()]
    assert [
        "“Trump bu", "“Since Ja", "“Magic Se", "“The upbe", "“Bongbong", "“crooked ", "“conjoine",
        "“tourism”", "“tourism”",
    ] == turned  # fmt: skip
