"""What became of quotes as a Discord message: verdict, differences, the article's words; pure."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import product
from typing import Any

from discord import ui

from bot.controls import Control, button
from bot.language import Language
from bot.layout import MOST_TEXT, Layout, layout, row, text
from bot.markdown import CUT, GAP, boundary, escape, one_line, quoted
from bot.passages import article_buttons, footnote
from bot.quote import markup, shorten
from retrieval.quotation import Difference, Kind, Quotation, Verdict
from retrieval.types import Hit

MOST_PIECES = 5
"""Pieces of one quote that are shown; its record holds them all."""

_LABELS = 300
"""Characters that the labels of the buttons may have: they count as text."""

_TEXT_ROOM = 1600
_PIECE_ROOM = 600
_ABSENT_ROOM = 300
_NUMBER_ROOM = 40
_NUMBERS = 3
_SIGNS = ("~~", "**")
_OPENING = ("“", "„", "«", "(")
_SPACE = re.compile(r"\s+")
_FAULTS = (Kind.NUMBER, Kind.WORD, Kind.LEFT_OUT, Kind.ADDED, Kind.JOINED)
_LONGEST = (2000, 300, 120, 40)
"""Characters of a stretch of text that are shown of it, the less the more there is."""


@dataclass(frozen=True, slots=True)
class Checked:
    """A quote that was checked.

    Attributes:
        quotation: What the archive says to it.
        hits: Its pieces as hits, by the numbers of their footnotes.
    """

    quotation: Quotation
    hits: Mapping[int, Hit]


def check(
    say: Language, found: Sequence[Checked], record_id: str, about: int | None, *, cut: bool
) -> Layout:
    """Return what became of the quotes of a message.

    Args:
        say: The reader's language.
        found: The quotes.
        record_id: The id of the check's record.
        about: The message, where its check may be shared.
        cut: Whether there was more to check.
    """
    controls = _controls(say, found, record_id, about)
    # What is longest gives way first: the stretches that are shown, then footnotes, then quotes.
    for quotes, pieces, share in product((len(found), 1), (MOST_PIECES, 1), (1, 2, 4, 8)):
        items: list[ui.Item[Any]] = []
        for each in found[:quotes]:
            items += [ui.Separator()] if items else []
            items += _parts(say, each, pieces, share)
        if cut or quotes < len(found):
            items.append(text(f"-# {say('check-not-all')}"))
        view = layout(*items, *controls)
        if view.content_length() <= MOST_TEXT - _LABELS:
            return view
    raise AssertionError("one quote and one footnote fit any message")


def _controls(
    say: Language, found: Sequence[Checked], record_id: str, about: int | None
) -> list[ui.Item[Any]]:
    """Return the rows of what a check offers."""
    if not any(each.hits for each in found):
        nearest = article_buttons(found[0].quotation.nearest)
        return [text(f"-# {say('check-nearest')}"), row(*nearest)] if nearest else []
    offered: list[Control] = [button(say("answer-in-context"), "context", f"{record_id}:1")]
    if about is not None:
        offered.append(button(say("answer-share"), "sharecheck", f"{record_id}:{about}"))
    return [row(*offered)]


def shared(say: Language, parts: Sequence[str], record_id: str) -> Layout:
    """Return a check for everyone in a channel.

    Args:
        say: The channel's language.
        parts: The texts of the private message.
        record_id: The id of the shared check's record.
    """
    offered = [
        button(say("answer-in-context"), "context", f"{record_id}:1"),
        button(say("answer-delete"), "delete", record_id),
    ]
    return layout(*map(text, parts), row(*offered))


def _parts(say: Language, found: Checked, pieces: int, share: int) -> Iterator[ui.Item[Any]]:
    """Yield the verdict on a quote with its differences, and its pieces with their footnotes."""
    quotation = found.quotation
    lines = [verdict(say, quotation)]
    if quotation.verdict is Verdict.ABSENT:
        lines.append(one_line(quotation.text, _ABSENT_ROOM // share))
    else:
        lines.append(marked(quotation, _TEXT_ROOM // share))
    if quotation.verdict is Verdict.ALTERED:
        lines.append(f"-# {say('check-legend')}")
    yield text("\n".join(lines))
    for number, hit in list(found.hits.items())[:pieces]:
        quote = replace(shorten(hit, _PIECE_ROOM // share), highlights=())
        words = quoted(markup(hit.version.article.text, quote, hit.version.article.headings))
        yield text(f"{words}\n{footnote(say, number, hit)}")


def verdict(say: Language, quotation: Quotation) -> str:
    """Return in words what became of a quote."""
    if quotation.verdict is Verdict.ABSENT:
        return say("check-absent")
    kinds = [difference.kind for difference in quotation.differences]
    counts = {kind: kinds.count(kind) for kind in _FAULTS if kind in kinds}
    if counts:
        faults = [say(f"check-{kind.value}", count=count) for kind, count in counts.items()]
        said = say("check-altered", differences=say.list(faults))
    else:
        said = say("check-verbatim")
    lines = [said]
    if Kind.NUMBER in counts:
        numbers = [d for d in quotation.differences if d.kind is Kind.NUMBER][:_NUMBERS]
        lines.append(
            say("check-numbers", numbers=say.list([_pair(say, quotation, d) for d in numbers]))
        )
    if Kind.OMISSION in kinds:
        lines.append(say("check-omission"))
    return "\n".join(lines)


def _pair(say: Language, quotation: Quotation, difference: Difference) -> str:
    """Return a changed number, and what the article has instead."""
    said = quotation.text[slice(*difference.said)]
    return say(
        "check-number-pair",
        said=one_line(said, _NUMBER_ROOM),
        written=one_line(_written(quotation, difference), _NUMBER_ROOM),
    )


def _written(quotation: Quotation, difference: Difference) -> str:
    article = quotation.pieces[difference.piece].version.article
    return article.text[slice(*difference.written)]


def marked(quotation: Quotation, room: int) -> str:
    """Return a quote's text with its differences: struck through, and the article's in bold.

    Args:
        quotation: The quote.
        room: How many characters the text may have.
    """
    parts = list(_stretches(quotation))
    for longest in _LONGEST:
        shown = _glued([(sign, _middle(words, longest)) for sign, words in parts])
        if len(shown) <= room:
            return shown
    while parts and len(shown) > room - len(CUT):
        parts.pop()
        shown = _glued([(sign, _middle(words, _LONGEST[-1])) for sign, words in parts])
    return f"{shown}{CUT}"


def _stretches(quotation: Quotation) -> Iterator[tuple[str, str]]:
    """Yield a quote's text in stretches, each with the sign that it stands between."""
    at = 0
    for difference in quotation.differences:
        if difference.kind is Kind.OMISSION:
            continue
        start, end = difference.said
        yield "", quotation.text[at:start]
        if start < end:
            yield "~~", quotation.text[start:end]
        if difference.kind is Kind.JOINED:
            yield "**", f"[{GAP}]"
        elif written := _written(quotation, difference):
            yield "**", written
        at = end
    yield "", quotation.text[at:]


def _middle(words: str, most: int) -> str:
    """Return words on one line, the middle left out where they have more characters."""
    line = _SPACE.sub(" ", words)
    if len(line) <= most:
        return line
    head = line[: boundary(line, 0, most // 2)].rstrip()
    space = line.find(" ", len(line) - most // 2)
    return f"{head} {GAP}{line[space:] if space > 0 else ''}"


def _glued(parts: Sequence[tuple[str, str]]) -> str:
    """Return stretches as one line of markdown."""
    shown = ""
    for sign, words in parts:
        if not words:
            continue
        # Signs that touch would be taken for one another's.
        touches = shown != "" and not shown.endswith((" ", *_OPENING))
        if touches and (sign or (shown.endswith(_SIGNS) and words[0].isalnum())):
            shown += " "
        shown += f"{sign}{escape(words)}{sign}"
    return shown.strip()
