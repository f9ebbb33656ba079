"""Files and folders of them, each read by the module of its format."""

from __future__ import annotations

import os
import re
from pathlib import Path

import pytest

from retrieval.sources import Unread
from retrieval.sources.dump import DumpFormat
from retrieval.sources.files import FileSource, Kind
from retrieval.types import Article

FORM = DumpFormat(re.compile(r"^Title: (?P<title>.+)$"), re.compile(r"^END$"))


def _source(path: Path, kind: Kind | None = None) -> FileSource:
    return FileSource(path, FORM, kind, "Canal Gazette", "staff")


def _titles(path: Path, kind: Kind | None = None) -> list[str]:
    found = list(_source(path, kind).read())
    return [each.title for each in found if isinstance(each, Article)]


def _unread(path: Path) -> list[Unread]:
    return [each for each in _source(path).read() if isinstance(each, Unread)]


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
    """Files are found at any depth, told by their names' ends, in the order of their names."""
    (folder / "picture.png").write_bytes(b"\x89PNG\x00")
    (folder / "notes").write_text("Title: No ending\nText.")
    assert ["Page", "Deep", "Row", "Dump", "Second"] == _titles(folder)


def test_every_article_gets_the_sources_publication_and_collection(folder: Path) -> None:
    """What an article does not say of itself is its source's."""
    found = [each for each in _source(folder).read() if isinstance(each, Article)]
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
    """An empty folder is reported with the kinds of file that it might hold."""
    (unread,) = _unread(tmp_path)
    assert (str(tmp_path), True) == (unread.location, ".md" in unread.reason)


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
    assert list(meant.read()) == list(said.read())


def test_links_are_followed_once(folder: Path) -> None:
    """A linked file is read; a broken link, or a link back to the folder, is passed over."""
    (folder / "b" / "linked.md").symlink_to(folder / "a.MD")
    (folder / "b" / "broken.md").symlink_to(folder / "nowhere.md")
    (folder / "b" / "loop").symlink_to(folder)
    assert ["Page", "Deep", "Page", "Row", "Dump", "Second"] == _titles(folder)
