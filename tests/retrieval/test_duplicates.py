"""Articles that tell the same story, and articles that only look as if they did."""

from __future__ import annotations

import hashlib
import itertools
import random
from collections import defaultdict

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from retrieval.duplicates import Rule, sketch, stories
from tests.strategies import texts

STORY = """\
The harbour town of Ellwick has voted to keep its lighthouse lit. At a meeting that ran past \
midnight, 214 residents spoke for the old lamp and 37 against it, and the council followed them.

The lamp has burned since 1871. Ships have long found their way without it, and the port \
authority wanted to save the 18,000 crowns a year that its upkeep costs. A retired pilot, Jonas \
Harrow, told the meeting that he still looks for the beam when he drives home from his daughter's \
farm.

From next spring a society of volunteers will tend the tower. They mean to open the gallery on \
Sundays and to teach children how the great lens was ground. The bakery on the quay has promised \
bread for every opening, and the ferry will stop at the rocks when the tide allows.

The council set one condition: the lamp must be dark for 6 weeks each autumn, when migrating \
thrushes cross the bay and are drawn to the light. The society agreed at once, as its founder \
counts birds for the university."""

OTHER = """\
Snow closed the mountain road above Farrow for the third week running, and the valley has begun to \
ration its diesel. A convoy of 9 lorries waits at the tunnel with flour, medicine and post.

The road master, Ilse Brandt, said that the slopes are too loaded to send ploughs beneath them. \
Twice the rangers have fired charges from the ridge, and twice the slide stopped short of the \
gallery. She expects the wind to turn by Thursday.

Meanwhile the school teaches in the parish hall, where the stove burns wood. Families from the \
upper hamlets sleep in the gymnasium, and the choir sings there after supper."""

SYLLABLES = "ba de fi go lu ma ne pi ro su ta ve wi zo".split()
VOCABULARY = ["".join(parts) for parts in itertools.product(SYLLABLES, repeat=3)]


def _prose(words: int, seed: int) -> str:
    """Return text of made-up words, other words for every seed."""
    return " ".join(random.Random(seed).choices(VOCABULARY, k=words))


def _told(*of: str) -> dict[str, str]:
    return stories((str(n), sketch(text)) for n, text in enumerate(of))


def _groups(told: dict[str, str]) -> set[frozenset[str]]:
    """Return who is grouped with whom."""
    found: dict[str, set[str]] = defaultdict(set)
    for article, story in told.items():
        found[story].add(article)
    return {frozenset(group) for group in found.values()}


def _without(text: str, *sentences: int) -> str:
    parts = text.replace("\n\n", " ").split(". ")
    return ". ".join(part for n, part in enumerate(parts) if n not in sentences)


# Sketches.


def test_a_sketch_is_the_same_everywhere() -> None:
    """A sketch that is stored can be compared with one made years later, on another machine."""
    made = sketch(STORY)
    assert (
        "8aeea39bbaff2e2fc4f63d5b7114ad1552d30b58a5a2d6820ef1102ba0b5bbb5"
        == hashlib.sha256(made).hexdigest()
    )


@given(st.text(max_size=400))
def test_a_sketch_has_one_size(text: str) -> None:
    """The sketch of any text, empty or odd, has 768 bytes."""
    assert 768 == len(sketch(text))


@pytest.mark.parametrize(
    "same",
    [
        STORY.upper(),
        STORY.replace("\n\n", "\n"),
        STORY.replace("'", "’").replace(":", " –").replace(".", "!"),
        STORY.replace("fi", "\ufb01"),
        f"_{STORY}_",
    ],
    ids=["case", "lines", "punctuation", "ligature", "emphasis"],
)
def test_typography_is_no_edit(same: str) -> None:
    """Case, punctuation, lines and ligatures leave the sketch as it is."""
    assert sketch(STORY) == sketch(same)


def test_a_long_text_is_sketched_whole() -> None:
    """A text of many batches holds what its halves hold, and little beside."""
    one, other = _prose(15_000, 1), _prose(15_000, 2)
    whole, *halves = (
        np.frombuffer(sketch(text), dtype="<u4") for text in (f"{one} {other}", one, other)
    )
    assert (whole <= np.minimum(*halves)).all()
    assert (whole == np.minimum(*halves)).mean() > 0.95


# The same story.


@pytest.mark.parametrize(
    "retelling",
    [
        f"By Ada Finch\n\n{STORY}\n\nAda Finch writes about the coast for the Ellwick Mercury.",
        f"{_prose(40, 3)}\n\n{STORY}",
        f"{STORY}\n\n{_prose(60, 3)}",
        f"{STORY}\n\n{_prose(130, 3)}",
        _without(STORY, 1, 6),
        _without(STORY, 0, 4, 8),
        STORY.replace("214 residents", "241 residents") + "\n\nCorrection: 241 residents spoke.",
        STORY.replace("told the meeting", "said").replace("at once", "gladly"),
    ],
    ids=[
        "credits", "lead", "update of a third", "update of two thirds", "shortened",
        "without its lead", "corrected", "reworded",
    ],
)  # fmt: skip
def test_a_retelling_is_the_same_story(retelling: str) -> None:
    """An edited copy, an update and a correction tell the story of the article they come from."""
    assert {"0": "0", "2": "0"} == _told(STORY, OTHER, retelling)


def test_one_corrected_figure_is_no_other_story() -> None:
    """The only figure of an article is corrected; it tells the same story."""
    assert {"0": "0", "1": "0"} == _told(OTHER, OTHER.replace("9 lorries", "11 lorries"))


@settings(max_examples=40)
@given(st.lists(texts, min_size=1, max_size=4))
def test_equal_texts_are_one_story(found: list[str]) -> None:
    """Every text that is given twice is grouped with itself."""
    told = _told(*found, *found)
    for n in range(len(found)):
        assert told[str(n)] == told[str(n + len(found))]


def test_a_story_is_named_for_its_first_article() -> None:
    """The story's name is the id of the article that comes first, whichever is the longest."""
    longer = f"{STORY}\n\n{_prose(60, 3)}"
    given_first = [("long", sketch(longer)), ("other", sketch(OTHER)), ("short", sketch(STORY))]
    assert {"long": "long", "short": "long"} == stories(given_first)
    assert {"long": "short", "short": "short"} == stories(reversed(given_first))


def test_an_update_of_an_update_is_the_same_story() -> None:
    """A story that grows, each version holding the one before, stays one."""
    told = _told(*(f"{STORY}\n\n{_prose(50 * n, 3)}" for n in range(4)))
    assert {"0", "1", "2", "3"} == set(told)
    assert {"0"} == set(told.values())


def test_a_text_without_spaces_is_compared_by_its_signs() -> None:
    """A retelling in a script that sets no spaces is found, and a stranger is not."""
    signs = [chr(code) for code in range(0x4E00, 0x4E00 + 800)]
    first, second = ("".join(random.Random(n).choices(signs, k=200)) for n in (1, 2))
    edited = f"{first[:90]}{signs[0]}{first[91:]}{second[:40]}"
    assert {"0": "0", "2": "0"} == _told(first, second, edited)


# Other stories.


def test_nothing_tells_no_story() -> None:
    """No articles, or one, are no group."""
    assert {} == stories([])
    assert {} == _told(STORY)


@pytest.mark.parametrize("text", ["", " \n", "—", "…?!"])
def test_texts_without_a_word_are_never_grouped(text: str) -> None:
    """Two articles that hold only a picture are two."""
    assert {} == _told(text, text)


def test_short_texts_are_grouped_only_when_equal() -> None:
    """A notice of a few words differs from the next in the one word that matters."""
    notice = "The library is closed on {} for repairs to the roof. The book drop stays open."
    told = _told(notice.format("Monday"), notice.format("Tuesday"), notice.format("MONDAY"))
    assert {"0": "0", "2": "0"} == told


@settings(max_examples=40)
@given(
    st.integers(0, 2**32),
    st.lists(st.integers(0, 300), min_size=2, max_size=6),
)
def test_texts_without_a_word_in_common_are_never_grouped(seed: int, lengths: list[int]) -> None:
    """However long or short, texts of other words are other stories."""
    draw = random.Random(seed)
    shuffled = draw.sample(VOCABULARY, len(VOCABULARY))
    own = [shuffled[n :: len(lengths)] for n in range(len(lengths))]
    told = _told(
        *(" ".join(draw.choices(o, k=length)) for o, length in zip(own, lengths, strict=True))
    )
    assert {} == told


@settings(max_examples=25)
@given(st.randoms(use_true_random=False))
def test_the_order_of_articles_only_names_the_stories(draw: random.Random) -> None:
    """Articles in another order are grouped as before."""
    found = [STORY, OTHER, f"{STORY} {_prose(90, 3)}", _without(STORY, 1, 6), _without(OTHER, 2)]
    found += [_prose(200, 4), f"{_prose(200, 4)} {_prose(200, 5)}", _prose(200, 5), STORY]
    sketches = [(str(n), sketch(text)) for n, text in enumerate(found)]
    shuffled = draw.sample(sketches, len(sketches))
    assert _groups(stories(sketches)) == _groups(stories(shuffled))


def test_a_chain_does_not_become_one_story() -> None:
    """Where each version drops a quarter of the last and adds more, the ends are strangers."""
    words, first, length = _prose(3000, 6).split(), 0, 120
    versions = []
    for _ in range(10):
        versions.append(" ".join(words[first : first + length]))
        first, length = first + length // 4, length * 6 // 5
    told = _told(*versions)
    assert told["0"] == told["1"]
    assert all(int(article) - int(story) < 4 for article, story in told.items())


def test_a_digest_joins_no_two_stories() -> None:
    """An article that holds two stories does not make them one."""
    told = _told(STORY, OTHER, f"{STORY}\n\n{OTHER}")
    assert told.get("0") != told.get("1") or told.get("0") is None


def test_background_is_no_retelling() -> None:
    """A follow-up of which half is the old story's background is a story of its own."""
    followup = f"{_prose(80, 7)}\n\n{' '.join(STORY.split()[:95])}"
    found = [("story", sketch(STORY)), ("follow-up", sketch(followup))]
    assert {} == stories(found)
    assert 2 == len(stories(found, Rule(contained=0.4)))


def test_a_part_is_no_retelling() -> None:
    """A roundup does not tell the stories of which it holds a brief."""
    briefs = [_prose(120, n) for n in range(100, 112)]
    roundups = [f"{_prose(180, n)}\n\n{brief}\n\n{_prose(180, 300 + n)}" for n, brief in
                enumerate(briefs, 200)]  # fmt: skip
    assert {} == _told(*briefs, *roundups)
    found = [(str(n), sketch(text)) for n, text in enumerate(briefs + roundups)]
    assert {} != stories(found, Rule(alike=0.1))


def test_what_many_articles_share_makes_them_no_story() -> None:
    """Two thirds of each article are the same notice; the stories are still other stories."""
    notice = _prose(160, 10)
    assert {} == _told(*(f"{_prose(80, 20 + n)}\n\n{notice}" for n in range(60)))


def test_a_form_filled_in_anew_is_another_story() -> None:
    """A forecast that differs from yesterday's in its figures is no copy of it."""
    form = (
        "Tomorrow will be fair, with {} degrees at noon and {} at dawn. The wind blows from the"
        " west at {} knots and brings {} millimetres of rain by the evening. High water is at {}"
        " metres, low water at {} metres, and the sea is {} degrees at the pier. Pollen counts are"
        " moderate, and the next forecast comes at noon."
    )
    assert {} == _told(form.format(*range(10, 17)), form.format(*range(30, 37)))


def test_a_rule_may_ask_for_more() -> None:
    """A stricter rule parts what the rule as shipped joins."""
    found = [("a", sketch(STORY)), ("b", sketch(_without(STORY, 1, 6)))]
    assert {"a": "a", "b": "a"} == stories(found)
    assert {} == stories(found, Rule(alike=0.95))
