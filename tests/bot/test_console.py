"""The same answers in a terminal."""

from __future__ import annotations

import io
import sys
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from rich.console import Console

from bot.console import byline, chat, show_answer, typed
from retrieval.errors import QuestionError
from retrieval.types import (
    Answer,
    Article,
    ArticleRef,
    ArticleVersion,
    Hit,
    Passage,
    Period,
    Scores,
    Span,
    Timings,
)

TEXT = "[b]Open[/b] at six :ship:. Close at seven. [/nothing] is left."
MARKED = Article(
    "A [red]title[/blue] :bomb:", TEXT, "here", url="https://example.org/k", source="Gazette",
    authors=("Maud [i]Ferrier", "Ian Berg"), published_at=datetime(2025, 3, 1, tzinfo=UTC),
)  # fmt: skip


def _hit(article: Article = MARKED, heading: str | None = None) -> Hit:
    passage = Passage("p", "v", Span(0, len(article.text)), heading, (Span(0, 26), Span(27, 42)))
    return Hit(passage, ArticleVersion("a", "v", article), Scores(0, 0, 0, 0, 0), (Span(27, 42),))


def _answer(*hits: Hit, answered: bool = True, nearest: tuple[ArticleRef, ...] = (),
            unknown: tuple[str, ...] = ()) -> Answer:  # fmt: skip
    return Answer(
        "When?", answered, 0.75, 0.3, "000001", hits, nearest, unknown, Timings(1, 1, 1, 3)
    )


@pytest.fixture
def console() -> Console:
    """Return a console whose output is kept as text."""
    return Console(file=io.StringIO(), width=200, emoji=False, highlight=False)


def _shown(console: Console) -> str:
    assert isinstance(console.file, io.StringIO)
    return console.file.getvalue()


def test_an_answer_is_its_quotes_with_citations(console: Console) -> None:
    """Up to three quotes are shown word for word, each with title, byline and link."""
    show_answer(console, _answer(_hit(), _hit(heading="Hours"), _hit(), _hit()))
    shown = _shown(console)
    assert 3 == shown.count(TEXT)
    assert "[1] A [red]title[/blue] :bomb:\n" in shown
    assert "[2] A [red]title[/blue] :bomb: › Hours\n" in shown
    assert 3 == shown.count("Gazette · Maud [i]Ferrier, Ian Berg · 1 March 2025")
    assert 3 == shown.count("https://example.org/k#:~:text=Close%20at%20seven.")
    assert "3 of 4 passages, confidence 0.75, 3 ms" in shown


def test_the_answering_sentence_is_bold() -> None:
    """On a terminal the sentence that answers stands out."""
    console = Console(file=io.StringIO(), width=200, force_terminal=True, color_system="standard")
    show_answer(console, _answer(_hit()))
    assert "\x1b[1mClose at seven.\x1b[0m" in _shown(console)


def test_what_is_unknown_is_left_out(console: Console) -> None:
    """Without source, author, date or link nothing stands in their place."""
    show_answer(console, _answer(_hit(Article("Bare", TEXT, "here"))))
    assert f"\n{TEXT}\n[1] Bare\n\n1 of 1 passages" in _shown(console)


def test_a_refusal_names_words_and_titles(console: Console) -> None:
    """A refusal shows no quote, but the words that nobody wrote and the nearest titles."""
    nearest = (ArticleRef("a", "A [red]title"), ArticleRef("b", "Other :ship:"))
    show_answer(console, _answer(_hit(), answered=False, nearest=nearest, unknown=("a[b]", "c")))
    shown = _shown(console)
    assert TEXT not in shown
    assert "No article contains “a[b]”, “c”." in shown
    assert "  • A [red]title\n  • Other :ship:\n" in shown


def test_an_empty_archive_says_so(console: Console) -> None:
    """Where there is no article, one line says it."""
    show_answer(console, _answer(answered=False))
    assert "The archive holds no article to answer from.\n" == _shown(console)


@pytest.mark.parametrize(
    ("fields", "line"),
    [
        ({}, ""),
        ({"source": "Gazette"}, "Gazette"),
        ({"authors": ("Maud", "Ian")}, "Maud, Ian"),
        ({"published_at": datetime(2025, 12, 24, tzinfo=UTC)}, "24 December 2025"),
        ({"source": "Gazette", "published_at": datetime(987, 1, 9, tzinfo=UTC)},
         "Gazette · 9 January 987"),
    ],
)  # fmt: skip
def test_a_byline_is_what_is_known(fields: dict[str, object], line: str) -> None:
    """Source, authors and date stand in this order, as far as they are known."""
    article = Article("T", "Text.", "here", **fields)  # type: ignore[arg-type]
    assert line == byline(ArticleVersion("a", "v", article))


def test_a_chat_answers_each_line(console: Console) -> None:
    """Every line is a question, empty ones apart; what cannot be asked gets a sentence."""

    def ask(question: str, *, context: str | None = None, any_date: bool = False) -> Answer:
        if "?" not in question:
            raise QuestionError(f"[b]{question.strip()} is no question; ask in words.")
        return _answer(_hit())

    chat(console, ask, ["When?\n", "\n", "  \t\n", "oops\n", "Why?"])
    shown = _shown(console)
    assert 2 == shown.count(TEXT)
    assert "[b]oops is no question; ask in words.\n" in shown


LAST_WEEK = Period(
    "last [week]", datetime(2026, 11, 16, tzinfo=UTC), datetime(2026, 11, 23, tzinfo=UTC)
)


def test_an_answer_of_a_period_says_so(console: Console) -> None:
    """Above an answer, and above a refusal, stands in a line to which period it keeps."""
    line = "Only articles published last [week] (Nov 16\u2009–\u200922, 2026).\n"
    show_answer(console, replace(_answer(_hit()), period=LAST_WEEK))
    assert _shown(console).startswith(line)
    show_answer(console, replace(_answer(nearest=(ArticleRef("a", "A"),), answered=False),
                                 period=LAST_WEEK))  # fmt: skip
    assert f"{line}The archive does not answer that." in _shown(console)


def test_a_chat_asks_again_of_any_date(console: Console) -> None:
    """`/any` asks the last question of articles of any date; without one it is a question."""
    asked = []

    def ask(question: str, *, context: str | None = None, any_date: bool = False) -> Answer:
        asked.append((question, any_date))
        return replace(_answer(_hit()), period=None if any_date else LAST_WEEK)

    chat(console, ask, ["/any", "When?\n", " /any \n"])
    assert [("/any", False), ("When?\n", False), ("When?\n", True)] == asked
    assert 2 == _shown(console).count("Type /any to ask that of articles of any date.")


@pytest.fixture
def standard_input(monkeypatch: pytest.MonkeyPatch) -> Callable[[bytes], None]:
    """Return what puts bytes into standard input."""

    def put(data: bytes) -> None:
        monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(data)))

    return put


@pytest.mark.parametrize(
    "line", ["and when?", "+when?", " + when?", "What about noon?", "OR when?", "but why?"]
)
def test_a_chat_follows_up(console: Console, line: str) -> None:
    """A line that begins as a follow-up is asked with the question before, any other alone."""
    asked: list[tuple[str, str | None]] = []

    def ask(question: str, *, context: str | None = None, any_date: bool = False) -> Answer:
        asked.append((question, context))
        return replace(_answer(_hit()), question=question.strip(), context=context)

    chat(console, ask, [line, "Who opens?", "thanks", line, line, "Android?", "Who closes?"])
    mine = line.lstrip(" +")
    assert [
        (mine, None),
        ("Who opens?", None),
        (mine, "Who opens?"),
        (mine, f"Who opens?\n{mine}"),
        ("Android?", None),
        ("Who closes?", None),
    ] == asked
    assert 1 == _shown(console).count("Following up “Who opens?”\n")


def test_a_greeting_is_greeted_back(console: Console) -> None:
    """A greeting and a thank-you are no questions: each gets one friendly line."""

    def ask(question: str, *, context: str | None = None, any_date: bool = False) -> Answer:
        raise AssertionError(question)

    chat(console, ask, ["hi\n", "Thank you!\n"])
    assert ["Hello!", "You are welcome!"] == [
        line.split(" Ask")[0] for line in _shown(console).splitlines() if line
    ]


def test_without_a_terminal_lines_are_read_as_they_come(
    console: Console, standard_input: Callable[[bytes], None]
) -> None:
    """Piped lines are yielded without a prompt, whatever their bytes."""
    standard_input("Wann öffnet das Tor?\ncaf".encode() + b"\xe9\r\nlast")
    assert ["Wann öffnet das Tor?\n", "caf\ufffd\r\n", "last"] == list(typed(console))
    assert "" == _shown(console)
