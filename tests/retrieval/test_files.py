"""Files and folders of them, each read by the module of its format."""

from __future__ import annotations

import os
import re
from pathlib import Path

import pytest

from retrieval.sources import Fingerprint, Found, Labels, Limits, Read, Unchanged, Unread
from retrieval.sources.documents import Reading
from retrieval.sources.dump import DumpFormat
from retrieval.sources.files import FileSource
from retrieval.sources.formats import Kind
from retrieval.sources.parser import Parser
from retrieval.sources.patterns import Selection
from tests.retrieval.test_zips import pack

FORM = DumpFormat(re.compile(r"^Title: (?P<title>.+)$"), re.compile(r"^END$"))


def _source(path: Path, kind: Kind | None = None) -> FileSource:
    return FileSource(path, Reading(FORM, kind, Labels("Canal Gazette", "staff")), Parser())


def _titles(path: Path, kind: Kind | None = None) -> list[str]:
    found = _source(path, kind).read(lambda _: None)
    return [each.article.title for each in found if isinstance(each, Found)]


def _unread(path: Path) -> list[Unread]:
    return [each for each in _source(path).read(lambda _: None) if isinstance(each, Unread)]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Return a folder with a file of each kind, at several depths."""
    folder = tmp_path / "articles"
    (folder / "b" / "deep").mkdir(parents=True)
    (folder / "c.txt").write_text("Title: Dump\nText.\nEND\nTitle: Second\nText.\nEND\n")
    (folder / "a.MD").write_text("# Page\n\nText.")
    (folder / "b" / "rows.jsonl").write_text('{"title": "Row", "text": "Text."}')
    (folder / "b" / "deep" / "d.text").write_text("Title: Deep\nText.")
    return folder


def test_a_folder_yields_every_file_of_a_known_kind(folder: Path) -> None:
    """Files are found at any depth, in the order of their names; pictures and code are no texts."""
    (folder / "picture.png").write_bytes(b"\x89PNG\x00")
    (folder / "notes").write_text("Title: No ending\nText.")
    (folder / "style.css").write_text("p { color: red }")
    assert ["Page", "Deep", "Row", "Dump", "Second", "No ending"] == _titles(folder)


def test_every_article_gets_the_sources_publication_and_collection(folder: Path) -> None:
    """What an article does not say of itself is its source's."""
    events = _source(folder).read(lambda _: None)
    found = [each.article for each in events if isinstance(each, Found)]
    assert {("Canal Gazette", "staff")} == {(each.source, each.collection) for each in found}


@pytest.mark.parametrize("hidden", [".git/page.md", ".page.md", "b/.cache/page.md"])
def test_hidden_files_are_left_out(folder: Path, hidden: str) -> None:
    """A file whose name, or whose folder's, starts with a point is no article."""
    (folder / hidden).parent.mkdir(exist_ok=True)
    (folder / hidden).write_text("# Hidden\n\nText.")
    assert "Hidden" not in _titles(folder)


def test_a_source_below_a_hidden_folder_is_read(tmp_path: Path) -> None:
    """Only what is hidden within the source is left out, not a source that lies in such a place."""
    folder = tmp_path / ".local" / "articles"
    folder.mkdir(parents=True)
    (folder / "page.md").write_text("# Page\n\nText.")
    assert ["Page"] == _titles(folder)


@pytest.mark.parametrize(
    ("name", "kind", "title"),
    [
        ("page.md", None, "Title: Named"),
        ("page.md", "dump", "Named"),
        ("page.unknown", None, "Named"),
        ("page.unknown", "markdown", "page"),
    ],
)
def test_a_named_kind_wins_over_the_files_name(
    tmp_path: Path, name: str, kind: Kind | None, title: str
) -> None:
    """A file is read by the kind that is named, else by its name's end, else as text."""
    path = tmp_path / name
    path.write_text("Title: Named\nText." if title != "Title: Named" else "# Title: Named\n\nText.")
    assert [title] == _titles(path, kind)


def test_what_cannot_be_read_is_reported_and_the_rest_is_read(folder: Path) -> None:
    """An empty, a binary and a wrongly encoded file are each reported; the others are articles."""
    (folder / "empty.txt").touch()
    (folder / "binary.md").write_bytes(b"\x00\x01")
    (folder / "latin.txt").write_bytes(b"caf\xe9")
    (folder / "broken.md").write_text("---\na: [\n---\nText.")
    assert ["binary.md", "broken.md", "empty.txt", "latin.txt"] == [
        Path(each.location).name for each in _unread(folder)
    ]
    assert 5 == len(_titles(folder))


@pytest.mark.skipif(os.name != "posix", reason="file names are bytes on POSIX alone")
def test_a_name_that_is_not_utf8_is_reported(folder: Path) -> None:
    """A file whose name cannot be stored as text is reported, and the others are read."""
    name = os.fsdecode(b"caf\xe9.md")
    try:
        (folder / name).write_text("# Named badly\n\nText.")
    except OSError:
        pytest.skip("this file system takes only UTF-8 names")
    (unread,) = _unread(folder)
    unread.location.encode()
    assert "rename it" in unread.reason
    assert 5 == len(_titles(folder))


def test_a_folder_without_articles_says_so(tmp_path: Path) -> None:
    """A folder that holds no text is reported."""
    (tmp_path / "picture.png").write_bytes(b"\x89PNG\x00")
    (unread,) = _unread(tmp_path)
    assert (str(tmp_path), True) == (unread.location, "add one" in unread.reason)


def test_a_missing_path_says_so(tmp_path: Path) -> None:
    """A path where nothing is gets a sentence."""
    assert [Unread(str(tmp_path / "gone"), "does not exist; check the path")] == _unread(
        tmp_path / "gone"
    )


def test_a_source_is_the_same_from_wherever_its_path_is_said(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A relative and an absolute path name one origin, and give its articles one location."""
    monkeypatch.chdir(folder.parent)
    said, meant = _source(Path("articles/../articles")), _source(folder)
    assert meant.origin == said.origin
    assert list(meant.read(lambda _: None)) == list(said.read(lambda _: None))


def test_links_are_followed_once(folder: Path) -> None:
    """A linked file is read; a broken link, or a link back to the folder, is passed over."""
    (folder / "b" / "linked.md").symlink_to(folder / "a.MD")
    (folder / "b" / "broken.md").symlink_to(folder / "nowhere.md")
    (folder / "b" / "loop").symlink_to(folder)
    assert ["Page", "Deep", "Page", "Row", "Dump", "Second"] == _titles(folder)


def test_links_that_lead_out_are_refused(folder: Path, tmp_path: Path) -> None:
    """A link out of its folder is reported and not read; a folder that is a link is not entered."""
    secret = tmp_path / "secret"
    secret.mkdir()
    (secret / "key.md").write_text("# Key\n\nSecret.")
    (folder / "out.md").symlink_to(secret / "key.md")
    (folder / "b" / "up").symlink_to(secret)
    assert "Key" not in _titles(folder)
    reason = "is a link that leads out of its folder; copy the file here"
    assert [Unread(str(folder / "out.md"), reason)] == _unread(folder)


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="there are no named pipes here")
def test_a_pipe_is_not_waited_for(folder: Path) -> None:
    """A named pipe, which nobody writes to, is passed over in a folder and refused by name."""
    os.mkfifo(folder / "pipe.md")
    assert ["Page", "Deep", "Row", "Dump", "Second"] == _titles(folder)
    reason = "is not a file; leave it out"
    assert [Unread(str(folder / "pipe.md"), reason)] == _unread(folder / "pipe.md")


def test_a_device_is_refused() -> None:
    """What never ends is not read."""
    assert [Unread("/dev/zero", "is not a file; leave it out")] == _unread(Path("/dev/zero"))


def test_files_are_chosen_by_patterns(folder: Path) -> None:
    """Include and exclude name files by their path in the folder, or by their bare name."""

    def titles(**patterns: tuple[str, ...]) -> list[str]:
        how = Reading(FORM, selection=Selection(**patterns))
        found = FileSource(folder, how, Parser()).read(lambda _: None)
        return [each.article.title for each in found if isinstance(each, Found)]

    assert ["Deep", "Row"] == titles(include=("b/*",))
    assert ["Deep", "Dump", "Second"] == titles(include=("*.t*xt",))
    assert ["Page", "Row"] == titles(exclude=("*.t*xt",))
    assert ["Row"] == titles(include=("b/*",), exclude=("*/deep/*",))


def test_a_folder_may_hold_so_many_files_and_no_more(folder: Path) -> None:
    """Beyond the limit of documents the folder is reported, as a list that was not read whole."""
    how = Reading(FORM, limits=Limits(documents=2))
    events = list(FileSource(folder, how, Parser()).read(lambda _: None))
    assert ["Page", "Deep"] == [e.article.title for e in events if isinstance(e, Found)]
    assert isinstance(events[-1], Unread)
    assert (str(folder), True) == (events[-1].location, events[-1].listing)


def test_a_file_beyond_the_limit_is_reported(folder: Path) -> None:
    """A document larger than it may be is reported with what cures it."""
    (folder / "long.md").write_text("x" * 2000)
    how = Reading(FORM, limits=Limits(document_bytes=1000))
    events = list(FileSource(folder, how, Parser()).read(lambda _: None))
    (unread,) = [event for event in events if isinstance(event, Unread)]
    assert "is larger than 1,000 bytes; split it, or raise `limits.document_bytes`" == unread.reason


def test_what_a_browser_saved_beside_a_page_is_left_out(folder: Path) -> None:
    """The folder of parts that belongs to a saved page holds no articles of its own."""
    (folder / "gates.html").write_text("not read here")
    (folder / "gates_files").mkdir()
    (folder / "gates_files" / "frame.md").write_text("# Frame\n\nText.")
    (folder / "other_files").mkdir()
    (folder / "other_files" / "kept.md").write_text("# Kept\n\nText.")
    titles = _titles(folder)
    assert ("Frame" in titles, "Kept" in titles) == (False, True)


# What is read again.


class Memory:
    """What the documents of a source were when they were last read."""

    def __init__(self) -> None:
        self.kept: dict[str, Fingerprint] = {}

    def read(self, source: FileSource) -> list[str]:
        """Read a source; return what was found, and what was unchanged in brackets."""
        said = []
        for event in source.read(self.kept.get):
            if isinstance(event, Found):
                said.append(event.article.title)
            elif isinstance(event, Read | Unchanged):
                self.kept[event.document] = event.fingerprint
                if isinstance(event, Unchanged):
                    said.append(f"({Path(event.document).name})")
        return said


def _age(folder: Path, seconds: float = 60) -> None:
    for path in folder.rglob("*"):
        if path.is_file():
            moment = path.stat().st_mtime - seconds
            os.utime(path, (moment, moment))


def test_only_what_changed_is_read_again(folder: Path) -> None:
    """A file of the same size and time is not opened; one of the same bytes is not parsed."""
    _age(folder)
    memory = Memory()
    assert ["Page", "Deep", "Row", "Dump", "Second"] == memory.read(_source(folder))
    unchanged = ["(a.MD)", "(d.text)", "(rows.jsonl)", "(c.txt)"]
    assert unchanged == memory.read(_source(folder))
    _age(folder)
    assert unchanged == memory.read(_source(folder))
    (folder / "a.MD").write_text("# Pages\n\nText.")
    assert ["Pages", *unchanged[1:]] == memory.read(_source(folder))
    assert "" == memory.kept[str(folder / "a.MD")].stamp


def test_a_change_within_the_clocks_grain_is_seen(folder: Path) -> None:
    """A file that has just been written may be written again unseen, so its bytes are compared."""
    path = folder / "a.MD"
    memory = Memory()
    memory.read(_source(folder))
    times = path.stat()
    path.write_text("# Pegs\n\nText.")
    os.utime(path, ns=(times.st_atime_ns, times.st_mtime_ns))
    assert "Pegs" in memory.read(_source(folder))


def test_other_settings_read_everything_again(folder: Path) -> None:
    """What was read in another way, or for another collection, is read anew."""
    memory = Memory()
    memory.read(_source(folder))
    labels = Labels("Canal Gazette", "public")
    other = FileSource(folder, Reading(FORM, labels=labels), Parser())
    assert ["Page", "Deep", "Row", "Dump", "Second"] == memory.read(other)


def test_a_file_with_a_part_that_fails_is_read_again(folder: Path) -> None:
    """A failure is reported in every run until it is mended."""
    (folder / "b" / "rows.jsonl").write_text('{"title": "Row", "text": "T."}\nbroken\n')
    memory = Memory()
    for _ in range(2):
        assert "Row" in memory.read(_source(folder))


def test_members_of_a_zip_are_told_apart(folder: Path) -> None:
    """Of a zip that was packed anew, only the members that changed are read again."""
    path = folder / "z.zip"
    path.write_bytes(pack(("a.md", b"# A\n\nText."), ("b.md", b"# B\n\nText.")))
    memory = Memory()
    assert ["A", "B"] == memory.read(_source(path))
    path.write_bytes(pack(("b.md", b"# B\n\nText."), ("a.md", b"# Aa\n\nText.")))
    assert ["Aa", "(b.md)"] == memory.read(_source(path))
