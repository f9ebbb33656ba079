"""Telling an article's text from its credits, captions and notices."""

from __future__ import annotations

import time

import pytest

from retrieval.credits import is_caption, split_credits

LEAD = "The ferry left the old harbour at dawn, and nobody on the quay waved."
BODY = "By noon the lanterns were lit, which the harbour master called a waste of good oil."


@pytest.mark.parametrize(
    ("credit", "authors"),
    [
        ("Follow Maud Ferrier on X at @maudferrier", ("Maud Ferrier",)),
        ("Follow Ian van der Berg on Bluesky.", ("Ian van der Berg",)),
        ("Tomas O’Hara is a lecturer in harbour law at a northern college.", ("Tomas O’Hara",)),
        ("Lena Weiss, 34, is a former ferry correspondent.", ("Lena Weiss",)),
        ("At Lakeside College, Omar Haddad is a senior research fellow.", ("Omar Haddad",)),
        ("This article first appeared in a journal; its author is Professor of maritime history "
         "at the coast Ada Quill", ("Ada Quill",)),
        ("This essay was first published on Nora Vance’s Substack and is used with leave.",
         ("Nora Vance",)),
        ("This article was originally published by a wire service.", ()),
        ("Read the original here.", ()),
        ("Republished from a coastal paper with permission.", ()),
        ("© 2025 The Harbour Press", ()),
        ("Subscribe to our letters", ()),
        ("Sign up for one of our free newsletters", ()),
    ],
)  # fmt: skip
def test_a_credit_at_the_end_is_set_apart(credit: str, authors: tuple[str, ...]) -> None:
    """A last paragraph that credits, or says where the text appeared, is no text."""
    credited = split_credits([LEAD, BODY, credit])
    assert (LEAD, BODY) == credited.paragraphs
    assert (credit,) == credited.asides
    assert authors == credited.authors


@pytest.mark.parametrize(
    ("byline", "authors"),
    [
        ("By Maud Ferrier", ("Maud Ferrier",)),
        ("by: Maud Ferrier", ("Maud Ferrier",)),
        ("BY Maud Ferrier and Ian Berg", ("Maud Ferrier", "Ian Berg")),
        ("By Maud Ferrier, Ian Berg and Lena Weiss", ("Maud Ferrier", "Ian Berg", "Lena Weiss")),
        ("By Maud Ferrier & Ian Berg", ("Maud Ferrier", "Ian Berg")),
    ],
)
def test_a_byline_names_the_authors(byline: str, authors: tuple[str, ...]) -> None:
    """A byline among the first two paragraphs names every author and is no text."""
    credited = split_credits([byline, LEAD, BODY])
    assert (LEAD, BODY) == credited.paragraphs
    assert (byline,) == credited.asides
    assert authors == credited.authors


@pytest.mark.parametrize(
    "paragraph",
    [
        "By noon the fog had gone.",
        "By Friday",
        "Maud Ferrier is a fine name for a boat.",
        "She is a lecturer.",
        "The author is unknown.",
        "Follow the river to the mill.",
        "This article of faith was never doubted.",
    ],
)
def test_a_sentence_is_no_credit(paragraph: str) -> None:
    """A sentence that merely sounds like a credit stays text, and names nobody."""
    credited = split_credits([paragraph, LEAD, paragraph])
    assert ((paragraph, LEAD, paragraph), (), ()) == credited


def test_a_credit_in_the_middle_stays() -> None:
    """Credits are taken from the unbroken run at the end alone."""
    credit = "Follow Maud Ferrier on X"
    assert ((LEAD, credit, BODY), (), ()) == split_credits([LEAD, credit, BODY])


def test_several_credits_name_each_author_once() -> None:
    """Two credits and a notice at the end are all set apart; an author is named once."""
    tail = [
        "Maud Ferrier is a writer.",
        "This story was first published by a local paper.",
        "Follow Maud Ferrier on X",
    ]
    credited = split_credits([LEAD, BODY, *tail])
    assert (LEAD, BODY) == credited.paragraphs
    assert tuple(tail) == credited.asides
    assert ("Maud Ferrier",) == credited.authors


@pytest.mark.parametrize(
    ("paragraph", "caption"),
    [
        ("The quay at night. Photo: Lena Weiss", True),
        ("The quay at night (Photograph courtesy: The Press)", True),
        ("A map of the bay. Map: Survey Office.", True),
        ("Image credit: Wiki", True),
        ("Photo: this is what she said. And then she left the room.", False),
        ("He took a photo: it was dark.", False),
        ("The quay at night.", False),
        ("x" * 500 + " Photo: Lena Weiss", False),
    ],
)
def test_a_caption_ends_with_its_credit(paragraph: str, caption: bool) -> None:
    """A picture's caption is known by the picture's credit at its end."""
    assert caption == is_caption(paragraph)


def test_a_caption_is_set_apart_wherever_it_stands() -> None:
    """A caption between two paragraphs is no text."""
    caption = "The quay at night. Photo: Lena Weiss"
    assert ((LEAD, BODY), (caption,), ()) == split_credits([LEAD, caption, BODY])


@pytest.mark.parametrize(
    "paragraphs",
    [
        [],
        ["The quay at night. Photo: Lena Weiss"],
        ["Follow Maud Ferrier on X"],
        ["By Maud Ferrier"],
        ["By Maud Ferrier", "Follow Maud Ferrier on X", "The quay. Photo: Lena Weiss"],
    ],
)
def test_an_article_never_loses_all_its_text(paragraphs: list[str]) -> None:
    """Where nothing else would be left, everything stays text."""
    credited = split_credits(paragraphs)
    assert tuple(paragraphs) == credited.paragraphs
    assert () == credited.asides


def test_repeated_paragraphs_stay() -> None:
    """A paragraph that stands twice stays twice, in order."""
    assert ((LEAD, BODY, LEAD), (), ()) == split_credits([LEAD, BODY, LEAD])


@pytest.mark.parametrize(
    "paragraph",
    ["By " + "Ann " * 50_000, "Photo: " * 50, "This article " * 20_000, "By " + "A, " * 50_000,
     "A" * 200_000, "By " + "Ann Lee and " * 20_000 + "5"],
)  # fmt: skip
def test_hostile_paragraphs_take_no_time(paragraph: str) -> None:
    """No paragraph, however made, keeps a reader waiting."""
    began = time.process_time()
    split_credits([paragraph, LEAD, paragraph])
    assert time.process_time() - began < 5
