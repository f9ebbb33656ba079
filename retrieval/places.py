"""Find where an answer stands in a stored article's text; pure."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from retrieval.clean import repair_line
from retrieval.questionset import Support
from retrieval.types import Span


@dataclass(frozen=True, slots=True)
class Places:
    """Where an answer stands in one article.

    Attributes:
        stated: The place that the set names; where it names none, the same as `all`.
        all: Every place where the answer's words stand.
    """

    stated: tuple[Span, ...]
    all: tuple[Span, ...]


NOWHERE = Places((), ())


def find(text: str, support: Support) -> Places:
    """Return where an answer stands.

    Case and the width of white space do not matter, since reading an article may have
    mended it. Words must be whole, but for the one place that the set names.
    """
    every = [span for words in support.texts for span in _spans(words, text)]
    whole = [span for span in every if _is_whole(text, span)]
    if support.start is None or not every:
        return Places(tuple(whole), tuple(whole))
    start = support.start
    stated = min(every, key=lambda span: abs(span.start - start))
    return Places((stated,), tuple(sorted({stated, *whole})))


def _spans(words: str, text: str) -> Iterable[Span]:
    pattern = r"\s+".join(map(re.escape, repair_line(words).split()))
    return [Span(*m.span()) for m in re.finditer(pattern, text, re.IGNORECASE)] if pattern else []


def _is_whole(text: str, span: Span) -> bool:
    """Tell whether a span begins and ends where words do: “24” does not stand in “1924”."""
    before, after = text[: span.start][-1:], text[span.end :][:1]
    begins = not (before.isalnum() and text[span.start].isalnum())
    return begins and not (after.isalnum() and text[span.end - 1].isalnum())


def holds(spans: Iterable[Span], places: Iterable[Span]) -> bool:
    """Tell whether one of the spans holds one of the places from end to end."""
    within = list(spans)
    return any(s.start <= p.start and p.end <= s.end for p in places for s in within)


def joined(text: str, spans: Iterable[Span]) -> list[Span]:
    """Return spans in text order, those with nothing but white space between them made one."""
    made: list[Span] = []
    for span in sorted(spans):
        if made and not text[made[-1].end : span.start].strip():
            made[-1] = Span(made[-1].start, max(made[-1].end, span.end))
        else:
            made.append(span)
    return made
