"""Telling an article's text from its credits, captions, notices and prompts."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from retrieval.credits import is_caption, split_credits
from retrieval.prompts import find_prompts

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
        ("Subscribe to The Harbour Press.", ()),
        ("Sign up for one of our free newsletters", ()),
        ("Become a Harbour Press subscriber here.", ()),
        ("Ada Quill is Professor Emeritus of harbour law at a northern college.", ("Ada Quill",)),
        ("Ada Quill and Ian Berg are lecturers at a college.", ("Ada Quill", "Ian Berg")),
        ("Ada Quill writes about ferries for the Press.", ("Ada Quill",)),
        ("Ada Quill can be reached at quill@harbour.example", ("Ada Quill",)),
        ("By Ada Quill", ("Ada Quill",)),
        ("Reporting by Ada Quill; Editing by Ian Berg", ("Ada Quill",)),
        ("(Reporting by Ada Quill in North Quay and Ian Berg; Writing by Lena Weiss; Editing by "
         "Omar Haddad)", ("Ada Quill", "Ian Berg", "Lena Weiss")),
        ("Additional reporting by Ian Berg.", ()),
        ("Words by Ada Quill. Photographs by Ian Berg", ("Ada Quill",)),
        ("Words by Ada Q. Quill. Photographs by Ian Berg.", ("Ada Q. Quill",)),
        ("Written by Ada Quill | Translated by Ian Berg", ("Ada Quill",)),
        ("The Harbour Press contributed to this report.", ()),
        ("Ada Quill in North Quay contributed to this report", ()),
        ("Ian Berg contributed reporting from North Quay.", ()),
        ("Follow The Harbour Press on Facebook", ()),
        ("This article is republished from The Harbour Talk under a Creative Commons license. "
         "Read the original article.", ()),
        ("This work is licensed under CC BY 4.0.", ()),
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
        ("By Maud Ferrier, staff writer", ("Maud Ferrier",)),
        ("By Maud Ferrier, Senior Harbour Correspondent", ("Maud Ferrier",)),
        ("By Maud Ferrier and Ian Berg, staff writers", ("Maud Ferrier", "Ian Berg")),
        ("By Maud Ferrier | 3 May 2024", ("Maud Ferrier",)),
        ("By Maud Ferrier – May 3, 2024", ("Maud Ferrier",)),
        ("By Maud Ferrier, 2024-05-03", ("Maud Ferrier",)),
        ("By Maud Ferrier • 5 min read", ("Maud Ferrier",)),
        ("By Maud Ferrier for The Harbour Press", ("Maud Ferrier",)),
        ("By Maud Ferrier, The Harbour Press", ("Maud Ferrier",)),
        ("By The Harbour Press", ()),
        ("Words by Maud Ferrier. Photographs by Ian Berg", ("Maud Ferrier",)),
        ("Story by Maud Ferrier\nPhotos by Ian Berg", ("Maud Ferrier",)),
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
        "By the Old Harbour, 1924, a novel.",
        "By Maud Ferrier’s reckoning the ferry was late.",
        "Reporting by night is harder than it sounds.",
        "Story by story, the tower rose.",
        "Written by Ada Quill, the play opened on the quay.",
        "Editing by hand is a lost art.",
        "Ada Quill was a student of the old harbour master.",
        "Ada Quill is not by any means a writer.",
        "An Oarlock is stuck whenever a writer rows.",
        "In 1918 the ferry served as a fellow in the Northern Crossing.",
        "The crew rowed under a lecturer in the Northern Crossing.",
        "It was the lecturer in harbour law Tomas Berg.",
        "Sign up for Saturday’s swim at the harbour office.",
        "Subscribe to a theory long enough and it becomes a habit.",
        "What she wrote was published on Nora Vance’s blog.",
        "The gulls contributed to this reputation. So did the fog.",
        "x" * 700 + " By Maud Ferrier",
    ],
)
def test_a_sentence_is_no_credit(paragraph: str) -> None:
    """A sentence that merely sounds like a credit stays text, and names nobody."""
    credited = split_credits([paragraph, LEAD, paragraph])
    assert ((paragraph, LEAD, paragraph), (), (), None) == credited


def test_whom_an_article_speaks_of_is_not_its_author() -> None:
    """A last line that says who somebody of the article is, is text and names no author."""
    spoken = "Maud Ferrier raised the lantern."
    who = "Maud Ferrier is a writer who lives by the harbour."
    notice = "Republished from a coastal paper."
    assert ((LEAD, spoken, who), (notice,), (), notice) == split_credits(
        [LEAD, spoken, who, notice]
    )
    bylined = split_credits(["By Maud Ferrier", LEAD, BODY, who])
    assert ((LEAD, BODY), ("Maud Ferrier",)) == (bylined.paragraphs, bylined.authors)


def test_authors_stand_in_the_order_in_which_they_are_named() -> None:
    """Two authors' lines name them in their order, though each speaks of the other."""
    tail = ["Maud Ferrier is a writer, often with Ian Berg.", "Ian Berg is an editor."]
    assert ("Maud Ferrier", "Ian Berg") == split_credits([LEAD, BODY, *tail]).authors


@pytest.mark.parametrize(
    ("asides", "licence"),
    [
        (["Republished from a coastal paper.", "© 2025 The Harbour Press"], 0),
        (["Follow Maud Ferrier on X", "This work is licensed under CC BY 4.0."], 1),
        (["The Harbour Press contributed to this report."], None),
        (["Advertisement"], None),
    ],
)
def test_the_licence_is_the_first_notice(asides: list[str], licence: int | None) -> None:
    """The first notice that says under which terms the text appears is its licence."""
    expected = None if licence is None else asides[licence]
    assert expected == split_credits([LEAD, BODY, *asides]).licence


def test_a_credit_in_the_middle_stays() -> None:
    """Credits are taken from the unbroken run at the end alone."""
    credit = "Follow Maud Ferrier on X"
    assert ((LEAD, credit, BODY), (), (), None) == split_credits([LEAD, credit, BODY])


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
        ("The quay. Photo: courtesy of the Press", True),
        ("Turn to the picture: add a line to it", False),
        ("How to sharpen an Image: add a line to it", False),
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
    assert ((LEAD, BODY), (caption,), (), None) == split_credits([LEAD, caption, BODY])


@pytest.mark.parametrize(
    "paragraphs",
    [
        [],
        ["The quay at night. Photo: Lena Weiss"],
        ["Follow Maud Ferrier on X"],
        ["By Maud Ferrier"],
        ["Maud Ferrier is a writer of the last century."],
        ["Advertisement"],
        ["By Maud Ferrier", "Follow Maud Ferrier on X", "The quay. Photo: Lena Weiss"],
    ],
)
def test_an_article_never_loses_all_its_text(paragraphs: list[str]) -> None:
    """Where nothing else would be left, everything stays text, and nothing is taken from it."""
    assert (tuple(paragraphs), (), (), None) == split_credits(paragraphs)


def test_repeated_paragraphs_stay() -> None:
    """A paragraph that stands twice stays twice, in order."""
    assert ((LEAD, BODY, LEAD), (), (), None) == split_credits([LEAD, BODY, LEAD])


@pytest.mark.parametrize(
    "prompt",
    [
        "Share this article",
        "Share this",
        "SHARE THIS STORY",
        "Share this:",
        "Share on Facebook",
        "Share this article on Facebook",
        "Share via email",
        "Click to share on Facebook (Opens in new window)",
        "Click to share on X (Opens in new window)",
        "Click to print (Opens in new window)",
        "Click to email a link to a friend (Opens in new window)",
        "Follow us on Facebook",
        "Follow us on X, Facebook and Instagram",
        "Follow us on X @harbourpress",
        "Follow us on Facebook for more stories",
        "Like us on Facebook",
        "Email this",
        "Email this article",
        "Print this page",
        "Sign up for our newsletter",
        "Sign up here for our daily newsletter",
        "Sign up for one of our free newsletters",
        "Sign up to our newsletter to get the best of the harbour every week",
        "Get the day's news in your inbox",
        "Get the day’s news in your inbox.",
        "Get our best stories delivered straight to your inbox every morning",
        "Thank you for signing up",
        "Thank you for signing up!",
        "Thank you for registering",
        "Thanks for subscribing to our newsletter.",
        "Subscribe to our newsletter",
        "Subscribe to our podcast here",
        "Subscribe to The Harbour Press newsletter today",
        "We use cookies",
        "We use cookies to improve your experience.",
        "We use cookies to give you the best experience on our website. By continuing to use this "
        "site, you agree to our use of cookies.",
        "This site uses cookies",
        "This site uses cookies. Learn more",
        "This website uses cookies to improve your experience.",
        "We use cookies and similar technologies to personalise content, analyse traffic "
        "and improve our services.",
        "Accept all cookies",
        "Advertisement",
        "ADVERTISEMENT",
        "Story continues below advertisement",
        "Read more: Why the harbour froze",
        "Related: Ferry strike, day three",
        "READ MORE | Why did the harbour freeze?",
        "Also read: Ten lanterns",
        "Read more",
        "Comments are closed",
        "Comments are closed.",
        "Share this:\nClick to share on X (Opens in new window)\nX\nPrint",
        "Click to share on X (Opens in new window)Click to print (Opens in new window)",
        "Thank you for signing up! Please check your inbox.",
        "Enter your email address to subscribe to the letter. No spam.",
        "By signing up you agree to our terms.",
    ],
)  # fmt: skip
def test_a_prompt_is_set_apart_wherever_it_stands(prompt: str) -> None:
    """What a page says to its visitors is no text, before, between and behind paragraphs."""
    credited = split_credits([prompt, LEAD, prompt, BODY, prompt])
    assert ((LEAD, BODY), (prompt,) * 3, (), None) == credited


@pytest.mark.parametrize(
    "paragraph",
    [
        "We use cookies made with butter for the base.",
        "We use cookies to give children a treat.",
        "We use cookies to lure the gulls away from our site of the wreck, says Quill.",
        "This site uses cookies that follow readers for a year.",
        "Cookies are small files that a site leaves behind.",
        "“We use cookies to improve your experience,” says the banner.",
        "The banner reads: we use cookies.",
        "Sign up for the swim by Friday at the harbour office.",
        "Sign up for a newsletter with a fresh address.",
        "Sign up for our newsletter and regret it, a columnist once joked.",
        "Subscribe to a theory long enough and it becomes a habit.",
        "Subscribe to our way of thinking and you will be poor.",
        "Get a thousand messages in your inbox every morning and you stop reading.",
        "Get the bank to write to your inbox.",
        "Thank you for registering your dog, the letter began.",
        "Thank you for registering to vote.",
        "Share this bread with your neighbours.",
        "Share this story with your children, for it is worth it.",
        "Share on a small farm",
        "Follow us on a walk through the old harbour.",
        "Print is dead.",
        "Print",
        "Email",
        "Facebook",
        "Related: the two men were cousins.",
        "Related: The two men were cousins.",
        "Read more books this winter.",
        "Also read by thousands was her diary.",
        "Comments are closed to strangers in this town.",
        "Advertisement was his trade.",
        "An advertisement in the paper changed her life.",
        "Accept all cookies that your grandmother bakes.",
        "The newsletter sign-up form broke twice.",
        "Click to share the file, says the manual, and wait.",
        "Follow the river to the mill.",
        "Check your inbox for a link.",
        "By signing up, you agree to be sold, the lawyer warned.",
        "Enter your email address.",
        "Like this the days went by.",
        "Comments",
        "We use cookies. Then we use flour.",
        "Share this article? Never, she thought.",
        "Learn more",
        "Advertisement " * 40,
    ],
)  # fmt: skip
def test_what_only_speaks_of_prompts_stays(paragraph: str) -> None:
    """A paragraph about cookies, newsletters, print or sharing is text."""
    assert ((LEAD, paragraph, BODY), (), (), None) == split_credits([LEAD, paragraph, BODY])


@pytest.mark.parametrize(
    ("paragraphs", "prompts"),
    [
        (["Print", LEAD, BODY], {0}),
        ([LEAD, BODY, "Print"], {2}),
        ([LEAD, "Share", "Tweet", "Facebook", BODY], {1, 2, 3}),
        ([LEAD, "Facebook", "Share this article", "Email", BODY], {1, 2, 3}),
        ([LEAD, "Print", BODY, "Email", BODY], set()),
        ([LEAD, "Facebook", "Reddit", BODY], set()),
        ([LEAD, BODY, "Facebook"], set()),
        (["Facebook", LEAD], set()),
        ([], set()),
    ],
)
def test_a_bare_word_is_a_prompt_in_company(paragraphs: list[str], prompts: set[int]) -> None:
    """A button's word, which might be a heading, is a prompt beside another or at an end."""
    assert prompts == find_prompts(paragraphs)


PARTS = (
    LEAD, BODY, "Print", "Advertisement", "By Ada Quill", "Photo: Ada", "© 2025",
    "Ada Quill is a writer.", "Read more: A harbour",
)  # fmt: skip


@given(st.lists(st.sampled_from(PARTS), max_size=8))
def test_every_paragraph_is_text_or_aside(paragraphs: list[str]) -> None:
    """No paragraph is lost, added or moved among its own."""
    credited = split_credits(paragraphs)
    assert sorted(paragraphs) == sorted((*credited.paragraphs, *credited.asides))
    for part in (credited.paragraphs, credited.asides):
        rest = iter(paragraphs)
        assert all(paragraph in rest for paragraph in part)


@pytest.mark.parametrize(
    "paragraph",
    ["By " + "Ann " * 50_000, "Photo: " * 50, "This article " * 20_000, "By " + "A, " * 70_000,
     "A" * 200_000, "By " + "Ann Lee and " * 20_000 + "5", "By A.-A.-A.-A.-A.-A" * 15 + "!",
     "By " + "Ann Lee, Ann Lee Lee Lee and " * 9 + "5", "author of author of " * 29 + "!",
     "We use cookies to " + "our site experience " * 18, "Get " + "in your inbox " * 25 + "!",
     "Share on " + "X, X and " * 40, "Reporting by " + "Ann Lee in Lee and " * 15 + "5",
     "Ann " * 149 + "!", "Sign up for " + "A " * 190, "“" * 200_000, " " * 200_000],
)  # fmt: skip
@pytest.mark.timeout(20)  # what takes exponential time never ends
def test_hostile_paragraphs_take_no_time(paragraph: str) -> None:
    """No paragraph, however made, keeps a reader waiting, nor do a hundred like it."""
    split_credits([paragraph, LEAD, *[paragraph] * 100])


@pytest.mark.parametrize(
    "line",
    [
        "5 March 2023", "March 5, 2023", "2023-03-05", "05.03.2023", "Sunday, 5 March 2023",
        "Published 5 March 2023", "Updated: March 5, 2023 at 10:30 am GMT", "Posted on 5 Mar 2023",
    ],
)  # fmt: skip
def test_a_bare_date_at_the_start_is_set_apart(line: str) -> None:
    """A line that is only a date says when, not what."""
    credited = split_credits([line, LEAD, BODY])
    assert ((LEAD, BODY), (line,)) == (credited.paragraphs, credited.asides)


@pytest.mark.parametrize(
    "line", ["5 March 2023 was cold", "On 5 March 2023", "2023", "March", "1–2 March 2023"]
)
def test_a_line_that_says_more_than_a_date_is_text(line: str) -> None:
    """A sentence with a date in it, or a part of a date, is text, and so is a date farther down."""
    assert (line, LEAD) == split_credits([line, LEAD]).paragraphs
    assert (LEAD, BODY, LEAD, "5 March 2023", BODY) == split_credits(
        [LEAD, BODY, LEAD, "5 March 2023", BODY]
    ).paragraphs


@pytest.mark.parametrize(
    "paragraph",
    [
        "Sign up for The Towpath, our morning newsletter.",
        "Sign up for our newsletter, The Towpath, and never miss a story.",
        "Like clocks? Subscribe to Clockwork & Weather by email. It’s free and comes out weekly.",
        "Read more: Sea urchins ate the forest. Can crabs bring it back?",
        "The post Pier to be rebuilt appeared first on The Canal Gazette.",
        "The post What now? And why? first appeared on The Canal Gazette.",
    ],
)
def test_named_offers_and_links_are_set_apart(paragraph: str) -> None:
    """Offers of a newsletter by its name, link lines and a feed's last line are not text."""
    credited = split_credits([LEAD, paragraph, BODY])
    assert ((LEAD, BODY), (paragraph,)) == (credited.paragraphs, credited.asides)


@pytest.mark.parametrize(
    "paragraph",
    [
        "The post office first appeared on maps of 1850, and it stands.",
        "It’s free and comes out weekly.",
        "Do you like clocks? The museum has forty.",
        "She would sign up for the navy, our oldest service.",
    ],
)
def test_sentences_like_offers_stay(paragraph: str) -> None:
    """What only resembles an offer is text."""
    assert (LEAD, paragraph, BODY) == split_credits([LEAD, paragraph, BODY]).paragraphs
