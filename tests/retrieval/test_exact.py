"""Filters are exact through the whole archive: as many passages as there are, and no others."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from retrieval.types import Article, Filters, Reader
from tests.conftest import SEARCH, Library
from tests.hashed import HashedEncoder

from .test_index import BASE, _allows, _article, filters_, readers

HASHED = HashedEncoder()

# Few texts and many articles: most passages are copies, as of a notice on every page.
articles = st.builds(
    _article,
    text=st.integers(0, 9).map(lambda n: f"The ferry carried load {n}."),
    source=st.sampled_from([None, "Gazette", "Post"]),
    authors=st.sampled_from([(), ("Maud",), ("Maud", "Ian")]),
    collection=st.sampled_from(["public", "crew", "staff"]),
    published_at=st.none() | st.integers(-2, 2).map(lambda n: BASE + timedelta(microseconds=n)),
)


@settings(max_examples=4)
@given(
    articles=st.lists(articles, min_size=1, max_size=50),
    cases=st.lists(st.tuples(filters_, readers, st.integers(1, 12)), min_size=6, max_size=8),
    candidates=st.integers(1, 6),
)
def test_as_many_as_there_are_and_no_others(
    tmp_path_factory: pytest.TempPathFactory,
    articles: list[Article],
    cases: list[tuple[Filters, Reader, int]],
    candidates: int,
) -> None:
    """Whatever narrows a question, each distinct text there is comes back, up to k of them."""
    shelved = [replace(a, title=f"Number {n}", given_id=str(n)) for n, a in enumerate(articles)]
    library = Library(tmp_path_factory.mktemp("exact"), HASHED)
    library.shelve(*shelved)
    archive = library.open(replace(SEARCH, candidates=candidates))
    for filters, reader, k in cases:
        texts = {a.text for a in shelved if _allows(a, filters, reader)}
        for grouped in (False, True):
            answer = archive.ask(
                "load 3 ferry", k=k, filters=filters, reader=reader, grouped=grouped
            )
            assert {hit.text for hit in answer.hits} <= texts
            for hit in answer.hits:
                assert _allows(hit.version.article, filters, reader)
            if not grouped:
                assert min(k, len(texts)) == len(answer.hits)
    library.close()


def test_copies_do_not_hide_what_is_less_alike(library: Library) -> None:
    """Three hundred copies of the best text leave the places behind it to others."""
    copies = [_article("The ferry left at dawn.", f"Copy {n}") for n in range(300)]
    others = [_article(f"A kettle of load {n} was lost.", f"Kettle {n}") for n in range(4)]
    library.shelve(*copies, *others)
    archive = library.open()
    for k in (1, 3, 5, 9):
        found = archive.ask("When did the ferry leave at dawn?", k=k, grouped=False)
        assert min(k, 5) == len(found.hits)
        assert "The ferry left at dawn." == found.hits[0].text
