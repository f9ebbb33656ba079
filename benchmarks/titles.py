"""Articles with the titles and headings of real texts, for what is measured by titles."""

from __future__ import annotations

import gzip
import json
import random
import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

from benchmarks.sets import SHARED
from retrieval.sources import Event, Found, Known
from retrieval.types import PUBLIC, Article, Heading

_TEXT = "More about that stands here."
_HIDDEN = 4
"""Of so many articles one is in a collection that is not public."""

_OPENING = re.compile(r"(?:^|(?<=[.!?]\s))[A-Z][a-z]+(?: [A-Za-z'’-]+){2,7}")
_FUNCTION = re.compile(r"(?:(?:the|this|these|an?|if|in|it|is|when|for|of|to)\s)+", re.I)

MEANT = {
    "Baking bread at home": "making your own loaf",
    "Electric cars and their batteries": "vehicles without petrol",
    "Keeping bees in the city": "urban hives",
    "A doctor on call": "physician at night",
    "Learning to swim": "beginners in the pool",
    "Choosing a bicycle": "which bike to buy",
    "The price of houses": "cost of homes",
    "A strike at the docks": "port workers stop work",
    "Flooding in the valley": "high water damage",
    "The election of a mayor": "vote for head of the town",
    "Sleep and the young": "why teenagers are tired",
    "Repairing an old clock": "mend antique timepiece",
    "Wolves return to the forest": "wild predators back in the woods",
    "The first snow": "start of winter weather",
    "A school without bells": "education with no timetable",
    "Railway stations at night": "trains after dark",
    "Growing tomatoes on a balcony": "vegetables in pots",
    "A concert in the park": "open-air music",
    "The theft of a painting": "stolen artwork",
    "Dogs that find people": "canine rescue",
    "A new bridge over the river": "crossing the water",
    "The death of a language": "tongue nobody speaks any more",
    "Fishing in the north sea": "catching cod",
    "Wine from cold hills": "vineyard in a chilly climate",
    "Running a marathon": "long distance race",
    "The library closes": "no more borrowing books",
    "Dangerous driving": "reckless motorists",
    "Allergies in spring": "hay fever season",
    "Earthquakes and buildings": "houses that withstand tremors",
    "Saving water at home": "use less from the tap",
    "Robots in the kitchen": "machines that cook",
    "A letter from prison": "inmate writes home",
    "How coffee came to Europe": "history of espresso drinks",
    "The lottery winner": "man becomes rich by luck",
    "Jobs for the old": "employment of pensioners",
    "Loneliness in large towns": "isolated people in cities",
    "Planes and noise": "loud aircraft",
    "Broken promises": "pledges not kept",
    "Taxes on sugar": "levy on sweet drinks",
    "The oldest tree": "ancient oak",
}
"""Titles, and what one might type who has the subject in mind but not the title."""


class Titles:
    """A Source of articles with titles, most with headings, and some with other titles before.

    Attributes:
        count: How many there are.
        former: Whether they are read as they were before.
    """

    origin = "titles"
    lists_all = True
    repeats = True

    def __init__(self, count: int) -> None:
        """Take so many titles from the pool."""
        self.count = count
        self.former = True
        titles, rest = _openings()
        self._titles = [*MEANT, *titles, *rest][:count]
        self._spare = (titles + rest)[count:]

    def title(self, number: int) -> str:
        """Return an article's title."""
        return self._titles[number]

    @staticmethod
    def hidden(number: int) -> bool:
        """Tell whether an article is not public."""
        return number % _HIDDEN == 1

    def title_before(self, number: int) -> str | None:
        """Return the title that an article had before, None for the same."""
        return self._spare[number] if number % 10 == 9 else None

    def headings(self, number: int) -> list[str]:
        """Return an article's headings; those of `MEANT` have none."""
        if number < len(MEANT):
            return []
        first = self.count // 10 + 3 * number
        return [self._spare[(first + n) % len(self._spare)] for n in range(3)]

    def article(self, number: int) -> Article:
        """Return an article, as it is now or was before."""
        text, headings = "", []
        for heading in self.headings(number):
            headings.append(Heading(len(text), len(text) + len(heading)))
            text += f"{heading}\n\n{_TEXT}\n\n"
        before = self.title_before(number) if self.former else None
        return Article(
            before or self._titles[number],
            text.strip() or _TEXT,
            f"{number}",
            given_id=f"{number}",
            published_at=datetime(2026, 1, 1, tzinfo=UTC) - timedelta(hours=number),
            collection="crew" if self.hidden(number) else PUBLIC,
            headings=tuple(headings),
        )

    def read(self, known: Known) -> Iterator[Event]:
        """Yield the articles."""
        for number in range(self.count):
            article = self.article(number)
            yield Found(article, article.location, article.text.encode())


def _openings() -> tuple[list[str], list[str]]:
    """Return the pool's titles of several words, and openings of its sentences, shuffled."""
    titles: dict[str, None] = {}
    found: dict[str, None] = {}
    pool = SHARED / "datasets" / "pool_120k.jsonl.gz"
    with gzip.open(pool, "rt", encoding="utf-8") as lines:
        for line in lines:
            row = json.loads(line)
            if " " in row["title"]:
                titles[row["title"]] = None
            for opening in _OPENING.findall(row["text"])[:2]:
                if len(plain := _FUNCTION.sub("", opening, count=1)) > 12:
                    found[plain[0].upper() + plain[1:]] = None
    rest = [opening for opening in found if opening not in titles]
    random.Random(6).shuffle(rest)
    return list(titles), rest
