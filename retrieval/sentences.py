"""Sentence boundaries, by the `sentencex` library; nothing else splits sentences."""

from __future__ import annotations

import re

import sentencex

from retrieval.types import Span

_PARAGRAPH = re.compile(r"[^\n]+")


def split_sentences(text: str, language: str) -> list[Span]:
    """Return the sentences of a text, in order, without the white space between them.

    A sentence never crosses a line's end: paragraphs, headings and list items
    stand on lines of their own.

    Args:
        text: The text.
        language: Its two-letter language code.
    """
    spans = []
    for line in _PARAGRAPH.finditer(text):
        for found in sentencex.get_sentence_boundaries(language, line.group()):
            sentence: str = found["text"]
            body = sentence.strip()
            if body:
                lead = len(sentence) - len(sentence.lstrip())
                start = line.start() + found["start_index"] + lead
                spans.append(Span(start, start + len(body)))
    return spans
