"""Bringing the index up to date: identity, withdrawal, and being killed at it."""

from __future__ import annotations

import json
import random
import re
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from retrieval.archive import Archive
from retrieval.collecting import Plan
from retrieval.encoder import OnnxEncoder
from retrieval.indexing import Indexer
from retrieval.report import Progress, Report
from retrieval.sources import Event, Known, Unread
from retrieval.sources.documents import Reading
from retrieval.sources.dump import DumpFormat
from retrieval.sources.files import FileSource
from retrieval.sources.parser import Parser
from retrieval.types import Article, Filters, Reader
from tests.commands import ROOT, environment, footnote
from tests.conftest import SEARCH, Library, Shelf, whole_window
from tests.hashed import CHUNKING

FORM = DumpFormat(re.compile(r"^Title: (?P<title>.+)$"), re.compile(r"^END$"))


def _article(number: int, **fields: object) -> Article:
    made = Article(f"Gate {number}", f"Gate {number} was shut at night.", f"gates:{number}")
    return replace(made, **fields)  # type: ignore[arg-type]


def _titles(library: Library) -> list[str]:
    return [entry.ref.title for entry in library.open().articles()]


def _texts(library: Library) -> list[str]:
    archive = library.open()
    return [version.article.text for version in archive.read(archive.articles())]


def _counts(report: Report) -> tuple[int, int, int, int, int]:
    return (
        report.added.count, report.changed.count, report.withdrawn.count, report.unchanged,
        len(report.failed),
    )  # fmt: skip


def test_the_first_run_adds_everything(library: Library) -> None:
    """A first run indexes every article, in order, and reports what it did."""
    report = library.shelve(_article(1), _article(2))
    assert (2, 0, 0, 0, 0) == _counts(report)
    assert ("000001", True, 2, 2) == (
        report.generation, report.published, report.articles, report.passages,
    )  # fmt: skip
    assert ["Gate 1", "Gate 2"] == _titles(library)


def test_the_same_again_publishes_nothing(library: Library) -> None:
    """A run over unchanged sources leaves the published generation as it is."""
    library.shelve(_article(1))
    report = library.shelve(_article(1, location="moved:9"))
    assert (0, 0, 0, 1, 0) == _counts(report)
    assert ("000001", False, 1) == (report.generation, report.published, report.articles)


def test_a_full_run_embeds_everything_again(library: Library) -> None:
    """`full` publishes a new generation of the same articles."""
    library.shelve(_article(1))
    report = library.shelve(_article(1), full=True)
    assert (0, 0, 0, 1, 0) == _counts(report)
    assert ("000002", True) == (report.generation, report.published)


def test_new_text_is_a_new_version(library: Library) -> None:
    """A changed article keeps its id, answers anew, and its old version still loads."""
    library.shelve(_article(1), _article(2))
    archive = library.open()
    (hit, *_) = archive.ask("When was gate 1 shut?").hits
    report = library.shelve(_article(1, text="Gate 1 was opened at dawn."), _article(2))
    assert (0, 1, 0, 1, 0) == _counts(report)
    assert "000002" == archive.reload()
    (new, *_) = archive.ask("When was gate 1 opened at dawn?").hits
    assert "Gate 1 was opened at dawn." == new.text
    assert new.version.article_id == hit.version.article_id
    assert new.version.id != hit.version.id
    assert hit.version == archive.catalog.load([hit.version.id])[hit.version.id]
    assert 2 == len(archive.articles())


def test_unchanged_articles_are_not_embedded_again(library: Library) -> None:
    """Only what changed is encoded: the other vectors are taken over."""
    encoded: list[str] = []

    class Listening(type(library.encoder)):  # type: ignore[misc]
        def encode_passages(self, texts: list[str]) -> object:
            encoded.extend(texts)
            return super().encode_passages(texts)

    library.shelve(_article(1), _article(2), _article(3))
    library.encoder = Listening()
    library.shelve(_article(1), _article(2, text="Gate 2 was mended."), _article(3))
    assert {"Gate 2: Gate 2 was mended."} == set(encoded)


def test_a_passage_is_encoded_once(library: Library) -> None:
    """Of an article that changed, only the passages that changed are encoded."""
    encoded: list[str] = []

    class Listening(type(library.encoder)):  # type: ignore[misc]
        def encode_passages(self, texts: list[str]) -> object:
            encoded.extend(texts)
            return super().encode_passages(texts)

    sections = [f"Gate {n} was shut at night. " + f"The keeper of gate {n} slept. " * 3
                for n in range(6)]  # fmt: skip
    library.shelve(_article(1, text="\n\n".join(sections)))
    library.encoder = Listening()
    library.shelve(_article(1, text="\n\n".join(sections), tags=("locks",), given_id=None))
    assert [] == encoded
    sections[4] = "Gate 4 was mended."
    library.shelve(_article(1, text="\n\n".join(sections)))
    assert [] != encoded
    assert not [text for text in encoded if "gate 0" in text.casefold()]


def test_rows_that_share_source_and_title_stay_apart(library: Library) -> None:
    """Rows of one run with one title are separate articles, the same ones in the next run."""
    rows = [_article(1, text=f"Notice {n} of the day.", source="Gazette") for n in range(4)]
    assert (4, 0, 0, 0, 0) == _counts(library.shelve(*rows))
    ids = [entry.ref.id for entry in library.open().articles()]
    assert 4 == len(set(ids))
    assert (0, 0, 0, 4, 0) == _counts(library.shelve(*rows))
    rows[2] = replace(rows[2], text="Notice 2, corrected.")
    assert (0, 1, 0, 3, 0) == _counts(library.shelve(*rows))
    assert ids == [entry.ref.id for entry in library.open().articles()]
    assert (0, 0, 1, 3, 0) == _counts(library.shelve(*rows[:3]))
    assert 3 == len(_titles(library))


def test_rows_with_ids_may_change_everything_else(library: Library) -> None:
    """An article with an id of its source's is the same whatever its title, place and order."""
    library.shelve(_article(1, given_id="a"), _article(2, given_id="b"))
    moved = [_article(9, given_id="b"), _article(1, given_id="a")]
    assert (0, 1, 0, 1, 0) == _counts(library.shelve(*moved))
    assert {"a", "b"} == {entry.ref.id for entry in library.open().articles()}


def test_what_its_source_no_longer_has_is_withdrawn(library: Library) -> None:
    """An article that vanished is withdrawn; when it comes back it answers again."""
    library.shelve(_article(1), _article(2))
    report = library.shelve(_article(2))
    assert (0, 0, 1, 1, 0) == _counts(report)
    assert ["Gate 1"] == [ref.title for ref in report.withdrawn.named]
    assert ["Gate 2"] == _titles(library)
    back = library.shelve(_article(1), _article(2))
    assert 1 == back.added.count + back.changed.count
    assert ["Gate 1", "Gate 2"] == _titles(library)


def test_all_withdrawn_leaves_an_empty_archive(library: Library) -> None:
    """When everything is gone an empty generation is published, and answers that it is empty."""
    library.shelve(_article(1))
    report = library.shelve()
    assert ((0, 0, 1, 0, 0), 0, True) == (_counts(report), report.articles, report.published)
    answer = library.open().ask("When was gate 1 shut?")
    assert (False, (), ()) == (answer.answered, answer.hits, answer.nearest)
    assert library.shelve().published is False
    assert (1, 0, 0, 0, 0) == _counts(library.shelve(_article(1)))


def test_named_sources_withdraw_nothing_else(library: Library) -> None:
    """Sources that are named alone leave the others' articles, and are kept by later runs."""
    configured = Shelf("configured", [_article(1), _article(2)])
    library.index(configured)
    named = Shelf("named", [_article(3), _article(4)])
    assert (2, 0, 0, 0, 0) == _counts(library.index(named, configured=False))
    assert (0, 0, 1, 1, 0) == _counts(
        library.index(Shelf("named", [_article(3)]), configured=False)
    )
    assert (0, 0, 0, 2, 0) == _counts(library.index(configured))
    assert ["Gate 1", "Gate 2", "Gate 3"] == _titles(library)


def test_a_source_that_leaves_the_settings_is_withdrawn(library: Library) -> None:
    """Articles of a source that the settings name no more are withdrawn, and come back with it."""
    one, other = Shelf("one", [_article(1)]), Shelf("other", [_article(2)])
    library.index(one, other)
    assert (0, 0, 1, 1, 0) == _counts(library.index(one))
    assert (0, 0, 0, 1, 0) == _counts(library.index(one))
    assert ["Gate 1"] == _titles(library)
    library.index(one, other)
    assert ["Gate 1", "Gate 2"] == _titles(library)
    assert (0, 0, 2, 0, 0) == _counts(library.index())


def test_an_article_may_move_to_another_source(library: Library) -> None:
    """An article that another source has now is not withdrawn with its old one."""
    library.index(Shelf("one", [_article(1), _article(2)]), Shelf("other", []))
    library.index(Shelf("other", [_article(2)]), Shelf("one", [_article(1)]))
    assert ["Gate 1", "Gate 2"] == _titles(library)
    library.index(Shelf("one", [_article(1), _article(2)]), Shelf("other", []))
    assert ["Gate 1", "Gate 2"] == _titles(library)
    library.index(Shelf("other", [_article(1), _article(2)]))
    assert ["Gate 1", "Gate 2"] == _titles(library)


def test_an_article_that_moved_is_neither_new_nor_gone(library: Library) -> None:
    """Whichever source is read first, and in a dry run too, what has moved is unchanged."""
    library.index(Shelf("one", [_article(1), _article(2)]), Shelf("other", []))
    moved = [Shelf("one", [_article(1)]), Shelf("other", [_article(2)])]
    renamed = [Shelf("new name", [_article(1), _article(2)])]
    for sources in (moved, renamed):
        for dry_run in (True, False):
            assert (0, 0, 0, 2, 0) == _counts(library.index(*sources, dry_run=dry_run))
    assert ["Gate 1", "Gate 2"] == _titles(library)


def test_a_run_that_dies_leaves_its_withdrawals_to_the_next(library: Library) -> None:
    """A source dropped from the settings is withdrawn even when the first run after that dies."""

    class Dying(Shelf):
        def read(self, known: Known) -> Iterator[Event]:
            raise KeyboardInterrupt

    library.index(Shelf("one", [_article(1)]), Shelf("other", [_article(2)]))
    with pytest.raises(KeyboardInterrupt):
        library.index(Dying("one", []))
    assert ["Gate 1", "Gate 2"] == _titles(library)
    library.index(Shelf("one", [_article(1)]))
    assert ["Gate 1"] == _titles(library)


def test_a_dry_run_changes_nothing(library: Library) -> None:
    """A dry run reports what would change and leaves catalog and generations alone."""
    one, other = Shelf("one", [_article(1), _article(2)]), Shelf("other", [_article(3)])
    library.index(one, other)
    changed = Shelf("one", [_article(1, text="Other."), _article(4)])
    expected = (1, 1, 2, 0, 0)
    for _ in range(2):
        report = library.index(changed, dry_run=True)
        assert (expected, None, False) == (_counts(report), report.generation, report.published)
    assert ["Gate 1", "Gate 2", "Gate 3"] == _titles(library)
    assert expected == _counts(library.index(changed))


def test_what_cannot_be_read_is_reported(library: Library) -> None:
    """Failures are reported with place and reason; a run that read nothing publishes nothing."""
    failure = Unread("gates:7", "is broken; mend it")
    report = library.shelve(failure)
    assert ([failure], None, False) == (report.failed, report.generation, report.published)
    report = library.shelve(_article(1), failure)
    assert ((1, 0, 0, 0, 1), True) == (_counts(report), report.published)


# Files.


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Return a folder of four articles in three files."""
    folder = tmp_path / "articles"
    folder.mkdir()
    (folder / "dump.txt").write_text("Title: One\nGate one.\nEND\nTitle: Two\nGate two.\nEND\n")
    (folder / "page.md").write_text("# Three\n\nGate three.")
    (folder / "rows.jsonl").write_text('{"title": "Four", "text": "Gate four."}\n')
    return folder


def _files(path: Path) -> FileSource:
    return FileSource(path, Reading(FORM), Parser())


@pytest.mark.parametrize(
    ("name", "kept"),
    [
        ("dump.txt", ["Three", "Four"]),
        ("page.md", ["One", "Two", "Four"]),
        ("rows.jsonl", ["One", "Two", "Three"]),
    ],
)
def test_a_vanished_file_takes_its_articles_along(
    library: Library, folder: Path, name: str, kept: list[str]
) -> None:
    """The articles of a file that is gone from its folder are withdrawn."""
    library.index(_files(folder))
    (folder / name).unlink()
    library.index(_files(folder))
    assert kept == _titles(library)


def test_a_file_that_was_named_still_belongs_to_its_configured_folder(
    library: Library, folder: Path
) -> None:
    """A file of a configured folder, indexed by name meanwhile, is withdrawn when it vanishes."""
    library.index(_files(folder))
    report = library.index(_files(folder / "page.md"), configured=False)
    assert (0, 0, 0, 1, 0) == _counts(report)
    (folder / "page.md").unlink()
    library.index(_files(folder))
    assert ["One", "Two", "Four"] == _titles(library)


@pytest.mark.parametrize("name", ["dump.txt", "page.md", "rows.jsonl"])
@pytest.mark.parametrize("content", [b"", b"\x00\x01", b"caf\xe9", None])
def test_a_broken_file_keeps_its_last_good_articles(
    library: Library, folder: Path, name: str, content: bytes | None
) -> None:
    """A file that can no longer be read is reported, and what it last said still answers."""
    library.index(_files(folder))
    path = folder / name
    if content is None:
        path.unlink()
        path.symlink_to("/proc/self/mem")
        if not path.is_file():
            pytest.skip("no file here that exists and cannot be read")
    else:
        path.write_bytes(content)
    report = library.index(_files(folder))
    assert len(report.failed) >= 1
    assert ["One", "Two", "Three", "Four"] == _titles(library)
    assert 0 == report.withdrawn.count


def test_a_broken_row_keeps_its_last_good_article(library: Library, folder: Path) -> None:
    """While a row cannot be read, no article of its file is withdrawn: it may be that row's."""
    path = folder / "rows.jsonl"
    rows = [json.dumps({"title": f"R{n}", "text": f"Row {n}."}) for n in range(3)]
    path.write_text("\n".join(rows))
    library.index(_files(path))
    path.write_text("\n".join([rows[0], rows[1][:-3]]))
    assert (0, 0, 0, 1, 1) == _counts(library.index(_files(path)))
    assert ["R0", "R1", "R2"] == _titles(library)
    path.write_text("\n".join(rows[:2]))
    assert (0, 0, 1, 2, 0) == _counts(library.index(_files(path)))
    assert ["R0", "R1"] == _titles(library)


def test_a_source_that_is_gone_altogether_keeps_its_articles(
    library: Library, folder: Path
) -> None:
    """A folder that cannot be found, as on an unmounted disk, is a failure, not a withdrawal."""
    library.index(_files(folder))
    folder.rename(folder.with_name("elsewhere"))
    report = library.index(_files(folder))
    assert (0, 0, 0, 0, 1) == _counts(report)
    assert 4 == len(_titles(library))


def test_a_path_may_be_said_in_several_ways(
    library: Library, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A folder indexed by a relative path keeps its last good articles under its absolute one."""
    monkeypatch.chdir(folder.parent)
    library.index(_files(Path("articles")))
    (folder / "page.md").write_bytes(b"\x00")
    report = library.index(_files(folder))
    assert (0, 0, 0, 3, 1) == _counts(report)
    assert 4 == len(_titles(library))


def test_a_single_text_may_become_a_dump(library: Library, folder: Path) -> None:
    """A text file that gains an end mark is told apart anew, and nothing is left over."""
    path = folder / "dump.txt"
    path.write_text("Title: One\nGate one.")
    library.index(_files(path))
    path.write_text("Title: One\nGate one.\nEND\nTitle: Two\nGate two.\nEND")
    assert (1, 0, 0, 1, 0) == _counts(library.index(_files(path)))
    assert ["One", "Two"] == _titles(library)


@pytest.mark.parametrize(
    "text",
    ["", "gate " * 5000, "x" * 50_000, "闸" * 3000, "\n\n".join("A.B?C!" for _ in range(900))],
)
def test_strange_articles_are_indexed_and_answered_from(library: Library, text: str) -> None:
    """Articles of no, endless or odd text are indexed beside others, and every quote is exact."""
    library.shelve(_article(1), _article(2, text=text, title="T" * 3000), _article(3))
    for hit in library.open().ask("gate x 闸", k=50).hits:
        article = hit.version.article
        assert article.text[hit.passage.span.start : hit.passage.span.end] == hit.text != ""


def test_progress_is_told(library: Library) -> None:
    """Listeners hear of reading and of embedding, with a share that grows to 1."""
    heard: list[Progress] = []
    plan = Plan([Shelf("shelf", [_article(n) for n in range(500)])], configured=True)
    Indexer(library.data_dir, library.encoder, CHUNKING, plan, heard.append).run()
    reading = [p.articles for p in heard if p.stage == "reading"]
    shares = [p.share for p in heard if p.stage == "embedding"]
    assert [200, 400, 500] == reading
    assert 1.0 == shares[-1]
    assert sorted(s for s in shares if s is not None) == shares
    assert [p.seconds for p in heard] == sorted(p.seconds for p in heard)


# What changed alone.


def test_a_run_reads_only_what_changed(library: Library, folder: Path) -> None:
    """Documents that are as they were are counted and not read again; `full` reads all."""
    first = library.index(_files(folder))
    assert (3, 0) == (first.documents, first.skipped)
    again = library.index(_files(folder))
    assert ((0, 0, 0, 4, 0), 0, 3) == (_counts(again), again.documents, again.skipped)
    assert not again.published
    (folder / "page.md").write_text("# Three\n\nGate three, mended.")
    changed = library.index(_files(folder))
    assert ((0, 1, 0, 3, 0), 1, 2) == (_counts(changed), changed.documents, changed.skipped)
    full = library.index(_files(folder), full=True)
    assert ((0, 0, 0, 4, 0), 3, 0) == (_counts(full), full.documents, full.skipped)


def test_a_dry_run_remembers_nothing_of_what_it_read(library: Library, folder: Path) -> None:
    """What a dry run has read is read again by the run that it was a rehearsal of."""
    for dry_run in (True, False):
        report = library.index(_files(folder), dry_run=dry_run)
        assert ((4, 0, 0, 0, 0), 3, 0) == (_counts(report), report.documents, report.skipped)
    report = library.index(_files(folder), dry_run=True)
    assert ((0, 0, 0, 4, 0), 0, 3) == (_counts(report), report.documents, report.skipped)


def test_a_document_whose_articles_are_gone_is_read_again(library: Library, folder: Path) -> None:
    """Bytes that are unchanged do not keep away articles that were withdrawn meanwhile."""
    library.index(_files(folder))
    library.index(Shelf("other", []))
    assert [] == _titles(library)
    report = library.index(_files(folder))
    assert ((4, 0, 0, 0, 0), 3) == (_counts(report), report.documents)


def test_a_file_may_be_renamed(library: Library, folder: Path) -> None:
    """An article whose file has another name now is neither new nor gone."""
    library.index(_files(folder))
    ids = {entry.ref.id for entry in library.open().articles()}
    (folder / "page.md").rename(folder / "renamed.md")
    assert (0, 0, 0, 4, 0) == _counts(library.index(_files(folder)))
    assert ids == {entry.ref.id for entry in library.open().articles()}


def test_articles_of_one_title_survive_each_others_changes(library: Library, folder: Path) -> None:
    """Two files with an article of one title: a second one added to the first costs none."""
    (folder / "a.jsonl").write_text('{"title": "Notice", "text": "From a."}\n')
    (folder / "b.jsonl").write_text('{"title": "Notice", "text": "From b."}\n')
    library.index(_files(folder))
    (folder / "a.jsonl").write_text(
        '{"title": "Notice", "text": "From a."}\n{"title": "Notice", "text": "Also from a."}\n'
    )
    library.index(_files(folder))
    found = [text for text in _texts(library) if "From" in text or "Also" in text]
    assert ["Also from a.", "From a.", "From b."] == sorted(found)


def test_failures_are_remembered_until_they_are_mended(library: Library, folder: Path) -> None:
    """What could not be read is listed, source by source, as the last run of each left it."""
    other = folder.parent / "other.md"
    other.write_bytes(b"\x00")
    (folder / "page.md").write_bytes(b"")
    (folder / "rows.jsonl").write_text("broken\n")
    library.index(_files(folder))
    library.index(_files(other), configured=False)

    def failed() -> list[str]:
        return [Path(unread.location).name for unread in library.open().catalog.failed()]

    assert ["page.md", "rows.jsonl:1", "other.md"] == failed()
    (folder / "page.md").write_text("# Three\n\nGate three.")
    library.index(_files(folder / "page.md"), configured=False)
    assert ["rows.jsonl:1", "other.md"] == failed()
    library.index(_files(folder), dry_run=True)
    (folder / "rows.jsonl").unlink()
    library.index(_files(folder))
    # What was named once, gave nothing and is not configured is forgotten with the next run.
    assert [] == failed()


# The same story twice.

STORY = (
    "The council met on Tuesday to settle the quarrel over the old ferry landing. After four "
    "hours of argument the members agreed to rebuild the pier in oak, as it was in 1921, and to "
    "let the ferry company pay a third of the cost. The mayor called it a fair bargain. Several "
    "fishermen in the gallery disagreed, saying that the new pier would stand in deeper water "
    "than their boats could use at low tide. Work is to begin in March and to end by August."
)


def test_a_story_is_shown_once(library: Library) -> None:
    """Of two copies of a story an answer shows one, and names the other."""
    copy = STORY.replace("Several fishermen", "A few fishermen")
    library.shelve(
        Article("Pier to be rebuilt", STORY, "a"), Article("Council settles", copy, "b"),
        _article(1),
    )  # fmt: skip
    archive = library.open()
    answer = archive.ask("Who pays for the new pier?", k=10)
    shown = {hit.version.article.title for hit in answer.hits}
    assert 1 == len(shown & {"Pier to be rebuilt", "Council settles"})
    (other,) = {"Pier to be rebuilt", "Council settles"} - shown
    crossed = {ref.title for hit in answer.hits for ref in hit.also_in}
    assert {other} == crossed
    assert other not in {ref.title for ref in answer.nearest}
    ungrouped = archive.ask("Who pays for the new pier?", k=10, grouped=False)
    assert {"Pier to be rebuilt", "Council settles"} <= {
        hit.version.article.title for hit in ungrouped.hits
    }
    assert {()} == {hit.also_in for hit in ungrouped.hits}


def test_a_copy_that_a_reader_may_not_see_is_not_named(library: Library) -> None:
    """Neither its passages nor its title reach a reader of other collections, or past a filter."""
    library.shelve(
        Article("Pier to be rebuilt", STORY, "a", collection="staff"),
        Article("Council settles", STORY, "b"),
    )
    archive = library.open()
    public = Reader(frozenset({"public"}))
    for answer in (
        archive.ask("Who pays for the new pier?", reader=public),
        archive.ask("Who pays for the new pier?", filters=Filters(collection="public")),
    ):
        assert {"Council settles"} == {hit.version.article.title for hit in answer.hits}
        assert {()} == {hit.also_in for hit in answer.hits}


# Being killed.


def _kill_while_indexing(data_dir: Path, folder: Path, after: float) -> None:
    """Start `footnote index` and kill it after some seconds."""
    command = [sys.executable, "-m", "bot", "--data-dir", str(data_dir), "index", str(folder)]
    with subprocess.Popen(
        command, cwd=ROOT, env=environment(), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    ) as child:
        time.sleep(after)
        child.kill()


def _change(folder: Path, round_: int) -> None:
    """Change what a folder says, and which of its files there are."""
    for number in range(6):
        rain = " ".join(f"Boat {100 * number + boat} passed." for boat in range(30))
        text = f"# Gate {number}\n\nGate {number} was shut in round {round_}. {rain}"
        (folder / f"gate{number}.md").write_text(text)
    rows = [{"title": "Row", "text": f"Row {n}, round {round_}."} for n in range(2 + round_ % 3)]
    (folder / "rows.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows))
    for old in folder.glob("only-in-*.txt"):
        old.unlink()
    (folder / f"only-in-{round_}.txt").write_text(f"Title: Only now\nThis is round {round_}.")


def _rounds(data_dir: Path, folder: Path, encoder: OnnxEncoder, times: int) -> None:
    """Kill a run over changed articles at random moments; the archive answers after each."""
    randomly = random.Random(time.time_ns())
    folder.mkdir()
    _change(folder, 0)
    assert 0 == footnote("--data-dir", data_dir, "index", folder).code
    for round_ in range(1, times + 1):
        _change(folder, round_)
        _kill_while_indexing(data_dir, folder, randomly.uniform(0.4, 3.0))
        # One whole generation answers, every article of it from the same round.
        assert 1 == len(_rounds_told(data_dir, encoder))
    assert 0 == footnote("--data-dir", data_dir, "index", folder).code
    assert {f"round {times}"} == _rounds_told(data_dir, encoder)
    assert not list((data_dir / "index").glob(".building-*"))
    unbroken = data_dir.with_name("unbroken")
    unbroken.mkdir()
    (unbroken / "models").symlink_to(data_dir / "models")
    assert 0 == footnote("--data-dir", unbroken, "index", folder).code
    assert _held(unbroken) == _held(data_dir)


def _held(data_dir: Path) -> list[str]:
    """Return every article of an archive, with its id and its version."""
    return sorted(footnote("--data-dir", data_dir, "articles", "--json", "--text").out.splitlines())


def _rounds_told(data_dir: Path, encoder: OnnxEncoder) -> set[str]:
    archive = Archive(data_dir, encoder, whole_window(encoder), SEARCH)
    answer = archive.ask("In which round was gate 3 shut?", k=6)
    told = [version.article.text for version in archive.read(archive.articles())]
    archive.close()
    assert 9 <= len(told) <= 11
    assert 6 == len(answer.hits)
    texts = [*told, *(hit.text for hit in answer.hits)]
    return {text[text.index("round") :].split(".")[0] for text in texts}


@pytest.fixture
def prepared_dir(tmp_path: Path, models: Path) -> Path:
    """Return a data folder in which the default model is prepared."""
    folder = tmp_path / "data"
    folder.mkdir()
    (folder / "models").symlink_to(models)
    return folder


@pytest.mark.slow
def test_a_killed_run_leaves_a_usable_archive(
    prepared_dir: Path, encoder: OnnxEncoder, tmp_path: Path
) -> None:
    """Killed at any moment, an indexing run leaves the generation before answering, undamaged."""
    _rounds(prepared_dir, tmp_path / "articles", encoder, times=1)


@pytest.mark.slow
@pytest.mark.timeout(900)
def test_runs_killed_again_and_again_leave_a_usable_archive(
    prepared_dir: Path, encoder: OnnxEncoder, tmp_path: Path
) -> None:
    """The same, many times over."""
    _rounds(prepared_dir, tmp_path / "articles", encoder, times=60)
