"""The articles that the bot's tests are answered from: made up, in three collections."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

BOARD, LAB = "board", "lab"
"""Collections that nobody reads without a grant."""

HOSTILE_TITLE = (
    "**@everyone** [prize](https://evil.example/x) <@1> `rm` ||spoiler|| discord.gg/abcd <:cat:7>"
)
LONG_TITLE = "A complete register of every vessel " + "that called at the harbour " * 35
TWIN_TITLE = "Notes from the parish council"

GAZETTE, ALMANAC = "Harbour Gazette", "Island Almanac"


def _article(number: int, title: str, text: str, **more: Any) -> dict[str, Any]:
    base = {"id": f"a{number:02d}", "title": title, "text": text, "source": GAZETTE}
    return base | {"published_at": f"2024-02-{number:02d}T09:00:00+00:00"} | more


ARTICLES: list[dict[str, Any]] = [
    _article(
        1,
        "The lighthouse on Gull Rock",
        "The lighthouse on Gull Rock was built in 1874 by the engineer Maud Ferris. It stands on a "
        "ledge of basalt that the sea covers twice a day. The first keeper, Tobias Wren, rowed "
        "out with a goat and eleven sacks of flour.\n\nThe lamp burned colza oil until 1921. Its "
        "lens weighs three tonnes and floats in a bath of mercury.",
        url="https://gazette.example/lighthouse",
        authors=["Ines Calder"],
    ),
    _article(
        2,
        "Winter timetable of the ferry",
        "From November the ferry leaves the pier at seven in the morning and at four in the "
        "afternoon. A return ticket costs six crowns, and bicycles travel free. In a gale the "
        "captain may cancel the crossing without notice.",
        url="https://gazette.example/ferry?season=winter",
        authors=["Ines Calder", "Rolf Amsel"],
    ),
    _article(
        3,
        "Why the salt works closed",
        "The salt works closed in 1962 because coal became too dear. Ninety people lost their "
        "posts in one week. The pans were filled with sand and are a playground today.",
        authors=["Rolf Amsel"],
    ),
    _article(
        4,
        "Oat bread from the old mill",
        "Soak the oats overnight in buttermilk. Add rye flour, a spoon of treacle and a pinch of "
        "salt, and knead for ten minutes. Bake the loaf for fifty minutes in a hot oven.",
        source=ALMANAC,
    ),
    _article(
        5,
        "The school choir sings in Brennick",
        "The school choir won the silver cup in Brennick with a song about herring. Its "
        "conductor, Odile Marsh, has led it for twenty-two years.",
        source=ALMANAC,
        authors=["Piet Hollander"],
    ),
    _article(
        6,
        "A bridge over the Tarn",
        "The new bridge over the Tarn opened on the first of May. It carries one lane of traffic "
        "and a path for walkers. It cost four million crowns, twice what the council had planned.",
        url="https://gazette.example/bridge",
    ),
    _article(
        7,
        HOSTILE_TITLE,
        "# The smuggler's almanac\n\n- **Never** trust a @here who says `sudo`; the smuggler "
        "Barnaby Quill hid his brandy in a hollow pulpit.\n\n1. ||Ask|| <@&99> or "
        "[click](https://evil.example) or discord.gg/abcd for a map.\n\n> ~~He was hanged~~ he "
        "sailed away :wave: in 1799, and <t:0:R> nobody saw him again.",
    ),
    _article(8, LONG_TITLE, "The brig Heron called at the harbour in June with a cargo of tea."),
    _article(
        9,
        TWIN_TITLE,
        "The parish council met on Tuesday and voted to repair the bells of the chapel.",
    ),
    _article(
        10,
        TWIN_TITLE,
        "The parish council heard that the chapel's weathercock had been struck by lightning.",
        source=ALMANAC,
    ),
    _article(
        11,
        "Who mends the nets",
        "Nets are mended in the loft above the smithy by Greta Voss and her sons. A torn herring "
        "net takes them two days.",
    ),
    _article(
        12,
        "The walled garden and its bees",
        "Bees returned to the walled garden after the council stopped spraying. There are nine "
        "hives, and they gave forty kilograms of heather honey.",
        source=ALMANAC,
        published_at=None,
    ),
    _article(
        13,
        "Loan for the sea wall",
        "The board borrows two million crowns from the Quillon Bank to raise the sea wall. The "
        "interest is four per cent, and the treasurer Hugo Dane signed on Friday.",
        collection=BOARD,
    ),
    _article(
        14,
        "Trial of the tidal turbine",
        "The tidal turbine ran for ninety hours before its zirconia bearing cracked. The "
        "laboratory of Professor Linnea Osk pays for the next trial.",
        collection=LAB,
    ),
]
"""Each article, as a line of a JSON lines file has it."""

PUBLIC = len([a for a in ARTICLES if a.get("collection") not in (BOARD, LAB)]) + 1
"""Articles that anyone may see; one of them is the Markdown page."""

_SECTIONS = ("Peat", "Heather", "Standing stones", "The drove road", "Sheep", "Weather")

HANDBOOK_TITLE = "A walker's guide to the moor"


def _guide() -> str:
    """Return a Markdown page with headings, long enough to be read in pages."""
    parts = [f"---\ntitle: {HANDBOOK_TITLE}\nauthors: [Sanna Brook]\ndate: 2022-08-01\n---\n"]
    parts.append("The moor covers forty square kilometres, and no road crosses it.\n")
    for section in _SECTIONS:
        parts.append(f"## {section}\n")
        parts += [
            f"Paragraph {number} on {section.lower()} was written after a long walk in the "
            f"rain. A walker meets {section.lower()} everywhere on the moor, and ought to "
            "carry a compass, a flask of tea and dry socks. The path is marked by white "
            "stones; whoever loses it follows the water downhill.\n"
            for number in range(1, 4)
        ]
    return "\n".join(parts)


def write(folder: Path) -> Path:
    """Write the corpus into a folder, and return the folder."""
    folder.mkdir(parents=True, exist_ok=True)
    lines = [json.dumps(article, ensure_ascii=False) for article in ARTICLES]
    (folder / "articles.jsonl").write_text("\n".join(lines) + "\n", encoding="utf-8")
    (folder / "moor.md").write_text(_guide(), encoding="utf-8")
    return folder
