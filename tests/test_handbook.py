"""The handbook: true of the code, whole, and good to be asked."""

from __future__ import annotations

import ast
import io
import os
import re
import shlex
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import get_args

import pytest
import yaml
from filelock import FileLock
from pydantic import BaseModel

from benchmarks.follow_ups import FOLLOWING, WAYS, follow_ups
from benchmarks.follow_ups import ask as ask_on
from bot.composition import open_archive
from bot.language import ENGLISH, catalogue
from config.settings import FieldName, Settings, SourceKind, SourceSettings, load_settings
from docs import generate
from retrieval.archive import Archive
from retrieval.sources.formats import tell
from retrieval.sources.jsonlines import read_json_lines
from retrieval.sources.table import read_table
from retrieval.types import Answer, Article

from .commands import ROOT, environment, footnote

PAGES = sorted(generate.HANDBOOK.glob("*.md"))
TEXTS = {page.name: page.read_text(encoding="utf-8") for page in PAGES}
FRONT = {"title", "date", "authors"}
AUTHORS = ["The Footnote authors"]
SHORTEST, LONGEST = 150, 450
"""Words that a page has at least, and words that it has at most, what is generated apart."""

QUOTING = (
    "discord-messages.md", "errors.md", "pdf-files.md", "troubleshooting.md",
    "unreadable-files.md", "unreadable-pages.md", "unreadable-rows.md",
)  # fmt: skip
"""The pages that quote messages; “…” in a quoted message stands for what varies."""

pytestmark = pytest.mark.timeout(300)

CODE_FOLDERS = ("bot", "config", "retrieval")

FENCE = re.compile(r"^```(\w*)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
CODE = re.compile(r"`([^`\n]+)`")
LINK = re.compile(r"\]\(([^)\s]+)\)")
FORMAT = re.compile(r"^\| [^|]+ \| `(\w+)` \| ([^|]+) \|", re.MULTILINE)
"""A row of the table of formats: its kind, and how it is told."""

ANSWERED = [
    ("What is Footnote?", "What Footnote is, and what it is not"),
    ("Does Footnote make up answers?", "What Footnote is, and what it is not"),
    ("Does it search the web?", "What Footnote is, and what it is not"),
    ("How do I ask a question in Discord?", "Ask a question in Discord"),
    ("Can I ask a question so that only I see the answer?", "Ask a question in Discord"),
    (
        "What happens to an answer when the article is withdrawn?",
        "Corrections: when a quoted article changes",
    ),
    ("Does a corrected answer ping anyone?", "Corrections: when a quoted article changes"),
    ("How do I narrow a question to one author?", "Ask a question in Discord"),
    ("How do I search only the articles of last week?", "Dates in words"),
    ("How do I remove the date from a question?", "Dates in words"),
    ("Which time zone are dates in?", "Dates in words"),
    ("How do I let the bot listen in a channel?", "Let the bot listen in a channel"),
    ("When does the bot speak without being asked?", "Let the bot listen in a channel"),
    ("How do I look up what somebody wrote?", "Find a message in the archive, and share it"),
    (
        "How do I share an answer that only I can see?",
        "Find a message in the archive, and share it",
    ),
    ("What happens when I edit my question?", "Mention the bot in a message"),
    ("Can I ask several questions in one message?", "Mention the bot in a message"),
    ("What does the bold sentence mean?", "Read an answer"),
    ("What do the buttons below an answer do?", "Read an answer"),
    ("How do I delete an answer?", "Read an answer"),
    ("Do votes change the ranking?", "Learn from votes"),
    (
        "How do I see what was written on a subject in order of date?",
        "Follow a subject through time",
    ),
    ("Can I get a timeline of a story?", "Follow a subject through time"),
    ("When do the votes of readers count?", "Learn from votes"),
    (
        "Why does the bot say that the archive does not answer?",
        "When the archive does not answer",
    ),
    ("What does the threshold do?", "When the archive does not answer"),
    ("What are the nearest articles?", "When the archive does not answer"),
    ("How do I ask a follow-up question?", "Ask a follow-up question"),
    ("Why can't the bot read my message?", "Ask a follow-up question"),
    ("How do I find an article by its title?", "Look up an article"),
    ("How do I read a whole article?", "Read an article in Discord"),
    ("How do I see all the articles there are?", "Browse the articles"),
    ("Which publications are there?", "Browse the articles"),
    ("Can I ask in the terminal without Discord?", "Ask in the terminal"),
    ("How do I get an answer as JSON?", "Ask in the terminal"),
    ("What do the exit codes mean?", "Ask in the terminal"),
    ("How do I install Footnote?", "Install Footnote and start it"),
    ("How much memory does it need?", "Install Footnote and start it"),
    ("Which version of Python do I need?", "Install Footnote and start it"),
    ("How do I create the bot?", "Create the bot in Discord"),
    ("Where do I put the token?", "Create the bot in Discord"),
    ("How do I invite the bot to my server?", "Create the bot in Discord"),
    ("Do I need the message content intent?", "Create the bot in Discord"),
    ("How do I run the bot day and night with systemd?", "Keep the bot running"),
    ("What happens when the bot restarts?", "Keep the bot running"),
    ("How do I add articles?", "Add articles"),
    ("How do I index a file without changing the settings?", "Add articles"),
    ("Which file formats can it read?", "File formats"),
    ("How does it know the format of a file?", "File formats"),
    ("Can it read Word documents?", "File formats"),
    ("How do I add a web page?", "Web pages, feeds and sitemaps"),
    ("How is an RSS feed read?", "Web pages, feeds and sitemaps"),
    ("How do I index a whole site?", "Web pages, feeds and sitemaps"),
    ("What happens when a page is removed from its site?", "Web pages, feeds and sitemaps"),
    ("Does it respect robots.txt?", "How web pages are fetched"),
    ("Is every page downloaded again each time?", "How web pages are fetched"),
    ("Can it read pages in my own network?", "How web pages are fetched"),
    ("Can it read pages behind a login?", "How web pages are fetched"),
    ("How do I save a web page as a file?", "HTML files and saved web pages"),
    ("Where does the date of a web page come from?", "HTML files and saved web pages"),
    ("Can it read scanned PDFs?", "PDF files"),
    ("What happens to page numbers in a PDF?", "PDF files"),
    ("Why does my PDF have no date?", "PDF files"),
    ("Which columns must a CSV file have?", "CSV files"),
    ("What if my columns have other names?", "CSV files"),
    ("Can it read a zip file?", "Folders and zips"),
    ("How do I leave some files of a folder out?", "Folders and zips"),
    ("How are several articles in one text file told apart?", "Text files and crawl dumps"),
    ("How do I read a crawl of another newspaper?", "Text files and crawl dumps"),
    ("What can I write in the front matter?", "Markdown articles and front matter"),
    ("How do I write an article as JSON lines?", "JSON lines"),
    (
        "Does Footnote correct spelling mistakes in articles?",
        "How articles are cleaned and credited",
    ),
    ("What happens to picture captions?", "How articles are cleaned and credited"),
    ("Are cookie lines and newsletter offers quoted?", "How articles are cleaned and credited"),
    ("How do I update the index?", "Keep the index up to date"),
    ("When are articles withdrawn?", "Keep the index up to date"),
    ("Is everything read again each time?", "Keep the index up to date"),
    ("How do I see what would change?", "Keep the index up to date"),
    ("How do I refresh a source automatically?", "Refresh sources on a schedule"),
    ("What happens when a source fails again and again?", "Refresh sources on a schedule"),
    ("How does it recognise an article that has changed?", "Articles and their versions"),
    ("How do I read an old version of an article?", "Articles and their versions"),
    ("Is the original file kept?", "Articles and their versions"),
    ("Why does an answer say also in?", "The same story in several articles"),
    ("How are duplicate articles found?", "The same story in several articles"),
    ("Is it safe to index files from strangers?", "Safety: files and pages from strangers"),
    ("What happens with a zip bomb?", "Safety: files and pages from strangers"),
    ("How do I roll back?", "Generations, rolling back and recovery"),
    ("What happens if the index is damaged?", "Generations, rolling back and recovery"),
    ("How do I restrict articles to one channel?", "Who may read what"),
    ("Who can read a collection?", "Who may read what"),
    ("How do I make somebody an admin?", "Who administers the archive"),
    ("Why can't I see /reindex?", "Who administers the archive"),
    ("How do I change a setting?", "Settings"),
    ("How do I change the embedding model?", "The embedding model"),
    ("Can I use it for articles in German?", "The embedding model"),
    ("Which languages does the bot speak?", "The languages that the bot speaks"),
    ("How do I translate the bot into Spanish?", "The languages that the bot speaks"),
    ("How do I turn the reranker on?", "The reranker, a second look at the first hits"),
    (
        "What happens when the cross-encoder is too slow?",
        "The reranker, a second look at the first hits",
    ),
    ("How is the confidence calculated?", "How ranking and confidence work"),
    ("How are passages ranked?", "How ranking and confidence work"),
    ("Does it read all my messages?", "Privacy: what is stored, and for how long"),
    ("Are my questions stored?", "Privacy: what is stored, and for how long"),
    ("How do I make a backup?", "Back up and move the data folder"),
    ("How do I move Footnote to another server?", "Back up and move the data folder"),
    ("Why does the bot not react when I mention it?", "Troubleshooting"),
    ("Why do the slash commands not show up?", "Troubleshooting"),
    ("What does One question at a time mean?", "What the bot says when it cannot help"),
    ("Why was my file not read?", "Files that could not be read"),
    ("Where do I see what could not be read?", "Files that could not be read"),
    ("Why was a web page not read?", "Web pages that could not be read"),
    ("Why was a row of my CSV file left out?", "Rows and zips that could not be read"),
    ("What does Nothing has been indexed yet mean?", "Error messages"),
    ("Which commands are there?", "The footnote command"),
    ("How do I measure how good the answers are?", "Measure your archive"),
    ("How do I write a question set for my own archive?", "Measure your archive"),
    ("How do I compare two settings?", "Measure your archive"),
    ("What does nDCG@10 mean?", "Read a measurement"),
    ("When is a difference between two runs real?", "Read a measurement"),
    ("What is a hit?", "Glossary"),
    ("What is a passage?", "Glossary"),
]
"""Questions as readers ask them, each with the title of the page that answers it."""

REFUSED = [
    "How do I bake sourdough bread?",
    "Who won the football world cup in 1998?",
    "What is the capital of Mongolia?",
    "How tall is Mount Everest?",
    "When does the next train to Lyon leave?",
    "What is the best treatment for a cold?",
    "How do I change a bicycle tyre?",
    "Who wrote War and Peace?",
    "How many moons does Jupiter have?",
    "What will the weather be like tomorrow?",
]
"""Questions that no page answers."""

Pages = pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)


def _front(text: str) -> dict[str, object]:
    _, front, _ = text.split("---\n", 2)
    found: dict[str, object] = yaml.safe_load(front)
    return found


def _written(name: str) -> str:
    """Return what is written by hand on a page, its front matter apart."""
    _, _, text = TEXTS[name].split("---\n", 2)
    if name in generate.PARTS:
        text = generate.between(generate.PARTS[name][0]).sub("", text)
    return re.sub(r"<!--.*?-->", "", text, flags=re.DOTALL)


def _prose(name: str) -> str:
    """Return a page's text without its fenced blocks, its lines joined."""
    return " ".join(FENCE.sub("", TEXTS[name]).split())


# Every page.


@Pages
def test_a_page_has_its_front_matter(page: Path) -> None:
    """Title, date and authors, and nothing else."""
    front = _front(TEXTS[page.name])
    assert set(front) == FRONT
    assert front["authors"] == AUTHORS
    assert str(front["date"]) == "2026-11-24"


def test_no_title_is_repeated() -> None:
    """A title names one page, as it names one article of the sample archive."""
    titles = [str(_front(text)["title"]).casefold() for text in TEXTS.values()]
    assert sorted(set(titles)) == sorted(titles)


@Pages
def test_a_page_is_short(page: Path) -> None:
    """One subject a page: long enough to answer, short enough to read."""
    words = len(_written(page.name).split())
    assert words <= LONGEST
    assert len(TEXTS[page.name].split()) >= SHORTEST


@Pages
def test_a_page_links_to_what_is_there(page: Path) -> None:
    """Every relative link leads to a file."""
    links = LINK.findall(FENCE.sub("", TEXTS[page.name]))
    relative = [link for link in links if "://" not in link]
    assert [link for link in relative if not (page.parent / link.partition("#")[0]).exists()] == []


def test_the_page_that_an_error_names_is_there() -> None:
    """The message about a missing token sends its reader to this page."""
    assert _front(TEXTS["create-the-bot.md"])["title"] == "Create the bot in Discord"


# What is generated, and what must not be missing.


@pytest.mark.parametrize("name", sorted(generate.PARTS))
def test_a_generated_part_is_up_to_date(name: str) -> None:
    """Settings, commands and errors stand in the handbook as they are in the code."""
    assert generate.renew(name, TEXTS[name]) == TEXTS[name], "run `python docs/generate.py`"


def test_check_says_what_is_stale(tmp_path: Path) -> None:
    """`--check` is silent and 0 where all is well, as it must be in this very checkout."""
    command = [sys.executable, str(generate.HANDBOOK.parent / "generate.py"), "--check"]
    done = subprocess.run(
        command, cwd=tmp_path, env=environment(), capture_output=True, check=False
    )
    assert (done.returncode, done.stdout, done.stderr) == (0, b"", b"")


def test_renewing_needs_the_comments_around_a_part() -> None:
    """A page that lost its comments is an error, not a page without its part."""
    with pytest.raises(ValueError, match="put them back"):
        generate.renew("settings.md", "no comments here")


def _names(model: type[BaseModel], within: str = "") -> Iterator[str]:
    for name, field in model.model_fields.items():
        inner = field.annotation
        if isinstance(inner, type) and issubclass(inner, BaseModel):
            yield from _names(inner, f"{within}{name}.")
        else:
            yield f"{within}{name}"


@pytest.mark.parametrize("name", sorted(_names(Settings)))
def test_every_setting_is_described(name: str) -> None:
    """A setting stands on the page of settings by its full name."""
    assert f"`{name}`" in TEXTS["settings.md"]


@pytest.mark.parametrize("name", sorted(SourceSettings.model_fields))
def test_every_key_of_a_source_is_described(name: str) -> None:
    """What a source can be told stands on the page about adding articles."""
    assert f"`{name}`" in TEXTS["add-articles.md"]


@pytest.mark.parametrize("kind", get_args(SourceKind))
def test_every_kind_of_source_is_described(kind: str) -> None:
    """A kind that a source can be told has a row in the table of formats."""
    assert kind in {kind for kind, _ in FORMAT.findall(TEXTS["formats.md"])}


def test_an_ending_that_is_named_tells_the_format() -> None:
    """A file that content says nothing of is read as the table of formats says."""
    named = [
        (ending, kind)
        for kind, how in FORMAT.findall(TEXTS["formats.md"])
        for ending in re.findall(r"`(\.\w+)`", how)
    ]
    told = [(ending, tell(b"", f"articles{ending}")) for ending, _ in named]
    saved = {"mhtml": "html", "webarchive": "html"}
    assert named
    assert named == [(ending, saved.get(shown or "", shown)) for ending, shown in told]


@pytest.mark.parametrize("page", ["csv-files.md", "json-lines.md"])
def test_every_field_of_a_row_is_described(page: str) -> None:
    """What a row may say of its article stands on the pages of both formats of rows."""
    assert [name for name in get_args(FieldName) if f"`{name}`" not in TEXTS[page]] == []


@pytest.mark.parametrize("name", sorted(generate.sub_commands()))
def test_every_sub_command_and_option_is_described(name: str) -> None:
    """A sub-command has a section with its options, those that all share apart."""
    text = TEXTS["commands.md"]
    _, _, section = text.partition(f"### `footnote {name}`\n")
    section = section.partition("\n#")[0]
    assert section
    for option in generate.options(generate.sub_commands()[name]):
        described = text if option in generate.COMMON else section
        assert f"`{option}" in described


@pytest.mark.parametrize("error", generate.error_classes(), ids=lambda error: error.__name__)
def test_every_error_is_described(error: type[Exception]) -> None:
    """An error class stands on the page of errors."""
    assert f"`{error.__name__}`" in TEXTS["errors.md"]


# What the pages show is what the code takes.


def _commands(text: str) -> Iterator[str]:
    """Yield every `footnote` command that a page shows, in a block or within a line."""
    lines = [line for _, block in FENCE.findall(text) for line in block.splitlines()]
    lines += CODE.findall(" ".join(FENCE.sub("", text).split()))
    for line in lines:
        command = line.strip().removeprefix(".venv/bin/")
        if command.startswith("footnote "):
            yield command


SHOWN = sorted({(name, command) for name in TEXTS for command in _commands(TEXTS[name])})


@pytest.mark.parametrize(("page", "command"), SHOWN)
def test_a_command_that_is_shown_exists(page: str, command: str) -> None:
    """A shown command names a sub-command that there is, and options that it takes."""
    words = shlex.split(re.split(r"[<>|]", command)[0])[1:]
    allowed, name = set(generate.COMMON), ""
    skipped = ""
    for word in words:
        if word.startswith("-"):
            assert word in allowed, f"{page} shows `{command}`"
        elif not name and skipped not in ("--config", "--data-dir"):
            name = word
            assert name in generate.sub_commands(), f"{page} shows `{command}`"
            allowed |= set(generate.options(generate.sub_commands()[name]))
        skipped = word


def _blocks(language: str) -> list[tuple[str, str]]:
    return [
        (name, block)
        for name, text in TEXTS.items()
        for found, block in FENCE.findall(text)
        if found == language
    ]


@pytest.mark.parametrize(("page", "block"), _blocks("yaml"))
def test_settings_that_are_shown_are_valid(page: str, block: str, tmp_path: Path) -> None:
    """An example of a settings file can be used as it is."""
    path = tmp_path / "my.yaml"
    path.write_text(block, encoding="utf-8")
    assert load_settings(path).model_fields_set


@pytest.mark.parametrize(("page", "block"), _blocks("json"))
def test_json_lines_that_are_shown_are_valid(page: str, block: str) -> None:
    """An example of JSON lines is read as an article."""
    found = read_json_lines(io.BytesIO(block.encode()), "articles.jsonl")
    assert all(isinstance(article, Article) for article, _ in found)


@pytest.mark.parametrize(("page", "block"), _blocks("csv"))
def test_tables_that_are_shown_are_valid(page: str, block: str) -> None:
    """An example of a CSV file is read as articles."""
    found = read_table(io.BytesIO(block.encode()), "articles.csv")
    assert all(isinstance(article, Article) for article, _ in found)


@Pages
def test_a_setting_that_is_named_exists(page: Path) -> None:
    """A dotted name in the text, such as `search.threshold`, is a setting or a group of them."""
    known = set(_names(Settings))
    groups = {name.rpartition(".")[0] for name in known}
    first = {name.partition(".")[0] for name in known if "." in name}
    named = {
        word
        for word in CODE.findall(_prose(page.name))
        if word.partition(".")[0] in first and re.fullmatch(r"[a-z_]+(\.[a-z_]+)+", word)
    }
    assert set() == named - known - groups


@pytest.fixture(scope="module")
def literals() -> str:
    """Return every piece of text that the code and its English catalogue hold."""
    paths = [path for folder in CODE_FOLDERS for path in sorted((ROOT / folder).rglob("*.py"))]
    nodes = (node for path in paths for node in ast.walk(ast.parse(path.read_text("utf-8"))))
    constants = (node.value for node in nodes if isinstance(node, ast.Constant))
    texts = [value for value in constants if isinstance(value, str)]
    return "\n".join([*texts, catalogue(ENGLISH)])


@pytest.mark.parametrize("name", QUOTING)
def test_a_message_that_is_quoted_is_one_of_the_codes(name: str, literals: str) -> None:
    """Whoever looks a message up finds it as the code writes it."""
    quoted = re.findall(r"“([^”]+)”", _prose(name))
    pieces = [piece.strip() for message in quoted for piece in message.split("…")]
    assert quoted
    assert [piece for piece in pieces if len(piece) > 5 and piece not in literals] == []


# The sample archive: the handbook, asked as its readers ask.


@pytest.fixture(scope="module")
def handbook(session_dir: Path, models: Path) -> Iterator[Archive]:
    """Yield the handbook's archive, built once for all workers by `footnote index`."""
    folder = session_dir / "handbook"
    with FileLock(session_dir / "handbook.lock"):
        if not (folder / "index" / "CURRENT").exists():
            folder.mkdir(exist_ok=True)
            os.symlink(models, folder / "models")
            ran = footnote("--data-dir", folder, "index")
            assert ran.code == 0, ran.err
    with pytest.MonkeyPatch.context() as patch:
        patch.delenv("FOOTNOTE_CONFIG", raising=False)
        settings = load_settings(data_dir=folder)
    archive = open_archive(settings)
    yield archive
    archive.close()


def _titles(answer: Answer) -> list[str]:
    return [hit.version.article.title for hit in answer.hits]


def test_the_sample_archive_is_the_handbook(handbook: Archive) -> None:
    """Every page is an article, under its title, with its author and date, and no markup."""
    entries = handbook.articles()
    assert sorted(str(_front(text)["title"]) for text in TEXTS.values()) == sorted(
        entry.ref.title for entry in entries
    )
    for version in handbook.read(entries):
        assert list(version.article.authors) == AUTHORS
        assert version.article.published_at is not None
        assert "<!--" not in version.article.text
        assert "generated:" not in version.article.text


@pytest.mark.parametrize(("question", "title"), ANSWERED)
def test_a_readers_question_is_answered(handbook: Archive, question: str, title: str) -> None:
    """The page that answers is among the first three hits, and the bot is sure enough."""
    answer = handbook.ask(question, k=3)
    assert title in _titles(answer)
    assert answer.answered, f"confidence {answer.confidence:.2f}"


def test_the_right_page_comes_first(handbook: Archive) -> None:
    """For nine questions in ten the first hit is already on the page that answers."""
    asked = [(question, title, handbook.ask(question, k=1)) for question, title in ANSWERED]
    missed = [question for question, title, answer in asked if _titles(answer) != [title]]
    assert len(missed) <= len(ANSWERED) // 10, missed


@pytest.mark.parametrize("question", REFUSED)
def test_an_off_topic_question_is_refused(handbook: Archive, question: str) -> None:
    """What the handbook does not say, the bot does not answer."""
    answer = handbook.ask(question)
    assert not answer.answered, f"confidence {answer.confidence:.2f}: {_titles(answer)[:1]}"


def test_a_follow_up_finds_its_passage(handbook: Archive) -> None:
    """For five follow-ups in six the passage that answers is among the first three."""
    rows = [row for row in follow_ups() if row.kind in FOLLOWING]
    missed = [row for row in rows if not ask_on(handbook, row, WAYS["as shipped"]).three]
    assert len(missed) <= len(rows) // 6, missed


def test_a_reply_about_something_else_is_not_dragged_back(handbook: Archive) -> None:
    """A new question that is asked in reply finds what it finds when it is asked alone."""
    rows = [row for row in follow_ups() if row.kind == "change"]
    alone = [ask_on(handbook, row, WAYS["alone"]) for row in rows]
    replied = [ask_on(handbook, row, WAYS["as shipped"]) for row in rows]
    dragged = [r.row for a, r in zip(alone, replied, strict=True) if a.first and not r.first]
    assert len(dragged) <= len(rows) // 20, dragged


def test_what_a_follow_up_adds_is_not_taken_for_answered(handbook: Archive) -> None:
    """A follow-up about what the handbook does not hold is refused, whatever came before."""
    rows = [row for row in follow_ups() if row.kind == "unanswerable"]
    answered = [row for row in rows if ask_on(handbook, row, WAYS["as shipped"]).answered]
    assert len(answered) <= len(rows) // 10, answered
