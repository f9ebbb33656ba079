"""What a reader may not see counts nowhere."""

from __future__ import annotations

import string
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory

from hypothesis import given, settings
from hypothesis import strategies as st

from retrieval.types import Answer, Article, Reader
from tests.conftest import Library
from tests.spelt import PiecewiseEncoder
from tests.strategies import WORDS

_words = st.sampled_from([*WORDS, "harbor", "lanterns", "valleys", "saddler", "marbles"])
_texts = st.lists(_words, min_size=1, max_size=12).map(" ".join)
_collections = st.sampled_from(["public", "crew", "staff"])
_articles = st.lists(
    st.builds(lambda text, collection: (text, collection), _texts, _collections),
    min_size=1, max_size=5,
)  # fmt: skip


@st.composite
def _typed(draw: st.DrawFn) -> str:
    """Draw a question in which letters are replaced."""
    letters = list(draw(_texts))
    for at in draw(st.lists(st.integers(0, len(letters) - 1), max_size=2)):
        if letters[at] != " ":
            letters[at] = draw(st.sampled_from(string.ascii_lowercase))
    return "".join(letters)


def _told(answer: Answer) -> tuple[object, ...]:
    """Return what an answer tells, apart from where it ranks what it shows."""
    titles = {hit.version.article.title for hit in answer.hits}
    return titles, {r.title for r in answer.nearest}, answer.unknown_words, answer.corrections


@settings(max_examples=6)
@given(held=_articles, question=_typed(), collections=st.frozensets(_collections))
def test_hidden_articles_count_nowhere(
    held: list[tuple[str, str]], question: str, collections: frozenset[str]
) -> None:
    """An answer tells, and weighs words, as if the articles its reader may not see were not."""
    articles = [
        Article(f"Number {n}", f"{text} of {n}.", f"{n}", collection=collection)
        for n, (text, collection) in enumerate(held)
    ]
    seen = [article for article in articles if article.collection in collections]
    reader = Reader(collections)
    with TemporaryDirectory() as folder:
        whole = Library(Path(folder) / "whole", PiecewiseEncoder())
        part = Library(Path(folder) / "part", PiecewiseEncoder())
        whole.shelve(*articles)
        part.shelve(*seen, replace(articles[0], collection="nobody's", title="Elsewhere"))
        full, only = whole.open(), part.open()
        try:
            assert _told(only.ask(question, reader=reader)) == _told(
                full.ask(question, reader=reader)
            )
            assert only.speller(reader).understand(question) == full.speller(reader).understand(
                question
            )
            offered = {each.entry.ref.title for each in full.suggest(question, reader, 5)}
            assert offered == {each.entry.ref.title for each in only.suggest(question, reader, 5)}
            assert offered <= {article.title for article in seen}
        finally:
            whole.close()
            part.close()
