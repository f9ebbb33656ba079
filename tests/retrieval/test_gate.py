"""Golden questions: a new generation that answers them worse is not published."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from retrieval.collecting import Plan
from retrieval.errors import EvaluationError
from retrieval.generation import Generations
from retrieval.golden import Gate, Golden, read_golden
from retrieval.indexing import Indexer
from retrieval.report import Report, Verdict
from retrieval.types import Article
from tests.conftest import SEARCH, Library, Shelf
from tests.hashed import CHUNKING, HashedEncoder

EAGER = replace(SEARCH, threshold=0.0)
"""Every question that finds anything is answered: the tiny encoder is never sure."""

WORDS = ("harbour", "orchard", "lantern", "quarry")


def _article(word: str) -> Article:
    return Article(f"The {word}", f"The old {word} lies beyond the {word} wall.", word, url=word)


def _golden(*words: str) -> tuple[Golden, ...]:
    return tuple(Golden(f"Where is the {word}?", frozenset({f"THE {word}"})) for word in words)


def _gate(*words: str, allowed: float = 0.0, accept: bool = False) -> Gate:
    return Gate(_golden(*words), allowed, EAGER, accept=accept)


def _index(library: Library, *words: str, gate: Gate | None = None, full: bool = False) -> Report:
    plan = Plan([Shelf("shelf", [_article(word) for word in words])], configured=True, full=full)
    return Indexer(library.data_dir, library.encoder, CHUNKING, plan, lambda _: None, gate).run()


def _verdict(report: Report) -> Verdict:
    assert report.gate is not None
    return report.gate


def test_what_answers_as_before_is_published(library: Library) -> None:
    """With every golden question answered the new generation is published; the first always is."""
    first = _index(library, *WORDS[:2], gate=_gate(*WORDS[:3]))
    assert (True, None, 2) == (first.published, _verdict(first).before, _verdict(first).after)
    second = _index(library, *WORDS[:3], gate=_gate(*WORDS[:3]))
    assert (True, 2, 3) == (second.published, _verdict(second).before, _verdict(second).after)
    assert 3 == len(Generations(library.data_dir).manifests()[1].golden)


def test_a_drop_keeps_the_old_generation(library: Library) -> None:
    """A fallen question stops the publication and is named; each later run tries again."""
    _index(library, *WORDS)
    archive = library.open()
    for full in (False, True, False):
        report = _index(library, *WORDS[1:], gate=_gate(*WORDS), full=full)
        verdict = _verdict(report)
        assert (False, "000001", 4) == (report.published, report.generation, report.articles)
        assert (4, 3, ("Where is the harbour?",)) == (verdict.before, verdict.after, verdict.fell)
        assert verdict.stops
        assert "“Where is the harbour?”; mend the articles, or run `footnote index --accept`" in (
            verdict.sentence
        )
    assert archive.reload() is None
    assert "The harbour" in {h.version.article.title for h in archive.ask("the old harbour").hits}
    assert ["000001"] == Generations(library.data_dir).names()
    mended = _index(library, *WORDS, gate=_gate(*WORDS))
    assert ("000001", False) == (mended.generation, mended.published)


@pytest.mark.parametrize(
    ("gate", "published"),
    [
        (_gate(*WORDS, allowed=0.5), True),
        (_gate(*WORDS, allowed=0.49), False),
        (_gate(*WORDS, accept=True), True),
        (_gate("lantern", "quarry"), True),
        (_gate("cellar"), True),
    ],
)
def test_how_much_may_fall(library: Library, gate: Gate, published: bool) -> None:
    """As many as are allowed may fall, or all where that is accepted; others count nothing."""
    _index(library, *WORDS)
    report = _index(library, *WORDS[2:], gate=gate)
    assert (published, not published) == (report.published, _verdict(report).stops)


def test_one_that_rises_does_not_make_up_for_one_that_falls(library: Library) -> None:
    """As many answered as before is no comfort where it is not the same ones."""
    _index(library, "harbour")
    report = _index(library, "orchard", gate=_gate("harbour", "orchard"))
    assert (1, 1, True) == (
        _verdict(report).before, _verdict(report).after, _verdict(report).stops,
    )  # fmt: skip


def test_another_model_is_compared_by_what_was_written_down(library: Library) -> None:
    """A generation that another model made cannot be asked; what it answered is remembered."""
    _index(library, *WORDS[:2], gate=_gate(*WORDS[:2]))
    other = Library(library.data_dir, HashedEncoder(weights="1" * 64))
    report = _index(other, "orchard", gate=_gate(*WORDS[:2]))
    assert ("000001", False, ("Where is the harbour?",)) == (
        Generations(library.data_dir).current(), report.published, _verdict(report).fell,
    )  # fmt: skip


def test_what_was_refused_is_not_embedded_again(library: Library) -> None:
    """Accepting a generation that was refused takes over what it holds."""
    encoded: list[str] = []

    class Listening(HashedEncoder):
        def encode_passages(self, texts: list[str]) -> object:  # type: ignore[override]
            encoded.extend(text for text in texts if not text.endswith("?"))
            return super().encode_passages(texts)

    _index(library, "harbour", "orchard")
    library.encoder = Listening()  # type: ignore[assignment]
    assert not _index(library, "lantern", gate=_gate("harbour")).published
    assert encoded
    encoded.clear()
    assert _index(library, "lantern", gate=_gate("harbour", accept=True)).published
    assert [] == encoded
    assert not (library.data_dir / "index" / ".refused").exists()


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("golden.csv", "question,article\nWhere is it?,a\nWhere is it?,\"b, c\"\nWho?,d\n"),
        ("golden.jsonl", '\ufeff{"question": " Where is it? ", "article": ["a", "b, c"]}\n\n'
                         '{"question": "Who?", "article": "d"}\n'),
    ],
)  # fmt: skip
def test_golden_questions_are_read(tmp_path: Path, name: str, content: str) -> None:
    """A table and JSON lines say the same; several articles may answer one question."""
    path = tmp_path / name
    path.write_text(content, encoding="utf-8")
    assert (
        Golden("Where is it?", frozenset({"a", "b, c"})), Golden("Who?", frozenset({"d"})),
    ) == read_golden(path, SEARCH.check)  # fmt: skip


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("golden.jsonl", b"{", r"golden\.jsonl:1 is no golden question"),
        ("golden.jsonl", b'\n["a"]', r"golden\.jsonl:2 is no golden question"),
        ("golden.jsonl", b'{"question": "Who?"}', "give it a `question` and an `article`"),
        ("golden.jsonl", b'{"question": "Who?", "article": []}', "is no golden question"),
        ("golden.jsonl", b'{"question": "Who?", "article": [" "]}', "is no golden question"),
        ("golden.jsonl", b'{"question": "?!", "article": "a"}', "golden.jsonl:1 cannot be asked"),
        ("golden.csv", b"question,article\nWho?\n", r"golden\.csv:2 is no golden question"),
        ("golden.csv", b"a,b\nWho?,a\n", r"golden\.csv:2 is no golden question"),
        ("golden.csv", b"question,article\n\xff,a\n", "cannot be read .* correct `gate.questions`"),
        ("golden.txt", None, "cannot be read .* correct `gate.questions`"),
    ],
)
def test_a_golden_file_that_is_not_one_is_told(
    tmp_path: Path, name: str, content: bytes | None, said: str
) -> None:
    """What is no golden question is refused, with its line, before anything is read."""
    if content is not None:
        (tmp_path / name).write_bytes(content)
    with pytest.raises(EvaluationError, match=said):
        read_golden(tmp_path / name, SEARCH.check)
