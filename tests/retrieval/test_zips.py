"""Zips: read in memory, and refused where they are out to do harm."""

from __future__ import annotations

import io
import random
import re
import stat
import struct
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from retrieval.sources import Document, Event, Found, Limits, Unread
from retrieval.sources.documents import Reading, read_document
from retrieval.sources.dump import DumpFormat
from retrieval.sources.parser import Parser
from retrieval.sources.patterns import Selection

FORM = DumpFormat(re.compile(r"^Title: (?P<title>.+)$"), re.compile(r"^END$"))
GOOD = ("good.txt", b"Title: Good\nThe gates are shut.")


def pack(
    *members: tuple[str | zipfile.ZipInfo, bytes], packing: int = zipfile.ZIP_DEFLATED
) -> bytes:
    """Return a zip of the members."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", packing) as archive:
        for name, data in members:
            archive.writestr(name, data, compress_type=packing)
    return packed.getvalue()


def read(data: bytes, selection: Selection = Selection(), limits: Limits = Limits()) -> list[Event]:
    """Return what a zip yields."""
    how = Reading(FORM, selection=selection, limits=limits)
    document = Document("a.zip", "a.zip", "", lambda: io.BytesIO(data))
    return list(read_document(document, how, lambda _: None, Parser()))


def _titles(events: list[Event]) -> list[str]:
    return [event.article.title for event in events if isinstance(event, Found)]


def _unread(events: list[Event]) -> list[tuple[str, str]]:
    return [(event.location, event.reason) for event in events if isinstance(event, Unread)]


def test_members_are_documents_of_their_own() -> None:
    """Every member is read by its content, in the order of names, and located within its zip."""
    events = read(
        pack(
            ("news/b.md", b"# Page\n\nText."), ("a.jsonl", b'{"title": "Row", "text": "T."}'),
            ("picture.png", b"\x89PNG\x00"), (".hidden.txt", b"no"),
            ("__MACOSX/a.txt", b"no"), ("deep/.git/a.txt", b"no"), ("folder/", b""),
        )
    )  # fmt: skip
    found = [event for event in events if isinstance(event, Found)]
    assert [("Row", "a.zip!/a.jsonl:1", "a.zip!/a.jsonl"),
            ("Page", "a.zip!/news/b.md", "a.zip!/news/b.md")] == [
        (each.article.title, each.article.location, each.document) for each in found
    ]  # fmt: skip
    assert b"# Page\n\nText." == found[1].original
    assert [] == _unread(events)


def test_members_are_chosen_by_patterns() -> None:
    """Include and exclude hold for the members of a zip."""
    data = pack(("a.md", b"# A\n\nT."), ("b.txt", b"Title: B\nT."), ("c/d.md", b"# D\n\nT."))
    assert ["A", "D"] == _titles(read(data, Selection(include=("*.md",))))
    assert ["A"] == _titles(read(data, Selection(include=("*.md",), exclude=("c/*",))))


def _info(name: str, mode: int = 0o644) -> zipfile.ZipInfo:
    info = zipfile.ZipInfo(name)
    info.external_attr = mode << 16
    return info


def _lying(size: int) -> bytes:
    """Return a zip whose second member is larger than its directory says."""
    data = bytearray(pack(GOOD, ("liar.txt", b"Title: Liar\n" + b"x " * 5000)))
    at = data.rindex(b"PK\x01\x02")
    struct.pack_into("<L", data, at + 24, size)
    return bytes(data)


def _flagged(data: bytes) -> bytes:
    """Return a zip whose last member is said to be encrypted."""
    flagged = bytearray(data)
    flagged[data.rindex(b"PK\x01\x02") + 8] |= 1
    return bytes(flagged)


BOMB = b"0" * 30_000_000

HOSTILE: dict[str, tuple[Callable[[], bytes], str]] = {
    "climbing": (lambda: pack(GOOD, ("../evil.txt", b"x")), "leads out of its zip"),
    "climbing deep": (lambda: pack(GOOD, ("a/../../evil.txt", b"x")), "leads out of its zip"),
    "absolute": (lambda: pack(GOOD, ("/etc/passwd.txt", b"x")), "leads out of its zip"),
    "drive": (lambda: pack(GOOD, ("C:/evil.txt", b"x")), "leads out of its zip"),
    "backslashes": (lambda: pack(GOOD, ("..\\..\\evil.txt", b"x")), "leads out of its zip"),
    "link": (
        lambda: pack(GOOD, (_info("link.txt", stat.S_IFLNK | 0o777), b"/etc/passwd")),
        "is a symbolic link",
    ),
    "bomb": (lambda: pack(GOOD, ("bomb.txt", BOMB)), "as a zip bomb does"),
    "nested": (lambda: pack(GOOD, ("inner.zip", pack(("bomb.txt", BOMB)))), "a zip within a zip"),
    "disguised": (lambda: pack(GOOD, ("inner.txt", pack(GOOD))), "a zip within a zip"),
    "larger than said": (lambda: _lying(100), "larger than its zip says|cannot be unpacked"),
    "smaller than said": (lambda: _lying(900_000), ""),
    "encrypted": (lambda: _flagged(pack(GOOD, ("key.txt", b"x"))), "is encrypted"),
    "unknown packing": (
        lambda: pack(GOOD, ("x.txt", b"x")).replace(b"\x08\x00", b"\x63\x00"),
        "cannot be unpacked",
    ),
    "twice": (lambda: pack(GOOD, ("x.txt", b"1"), ("y.txt", b"2")).replace(b"y.txt", b"x.txt"),
              "is in its zip twice"),
    "not utf-8": (lambda: pack(GOOD, ("latin.txt", b"caf\xe9")), "is not UTF-8"),
    "nothing": (lambda: pack(), "without a file"),
    "only pictures": (lambda: pack(("a.png", b"\x89PNG\x00")), "without a file"),
    "cut short": (lambda: pack(GOOD)[:-30], "is no zip that can be read"),
    "cut in the middle": (lambda: pack(GOOD, ("b.txt", b"x" * 999))[40:], ""),
    "only a beginning": (lambda: b"PK\x03\x04" + bytes(200), "is no zip that can be read"),
    "huge comment": (lambda: pack(GOOD) + b"y" * 70_000, "is no zip that can be read"),
    "odd names": (lambda: pack(GOOD, ("\u202egpj.txt", b"Title: Odd\nT."), (" .txt", b"T.")), ""),
    "long name": (lambda: pack(GOOD, ("x" * 60_000 + ".txt", b"T.")), ""),
    "deep name": (lambda: pack(GOOD, ("d/" * 20_000 + "x.txt", b"T.")), ""),
}  # fmt: skip


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_zip_does_no_harm(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What is out to do harm is refused with a sentence, nothing is unpacked, the rest is read."""
    monkeypatch.chdir(tmp_path)
    make, reason = HOSTILE[name]
    events = read(make())
    assert [] == list(tmp_path.iterdir())
    if reason:
        assert [said for _, said in _unread(events) if re.search(reason, said)], events
    for _, said in _unread(events):
        assert ";" in said


@pytest.mark.parametrize("name", [n for n in HOSTILE if n.split()[0] in (
    "climbing", "absolute", "drive", "link", "bomb", "nested", "larger", "encrypted", "twice",
)])  # fmt: skip
def test_the_good_member_of_a_hostile_zip_is_read(name: str) -> None:
    """One member that is refused does not cost the others."""
    assert "Good" in _titles(read(HOSTILE[name][0]()))


def test_a_zip_may_unpack_to_so_much_and_no_more() -> None:
    """Members beyond the limit of bytes, or of documents, are reported, those before it read."""
    data = pack(*((f"{n}.txt", b"Title: T\n" + b"gate %d. " % n * 100) for n in range(6)))
    events = read(data, limits=Limits(archive_bytes=3000))
    assert 3 == len(_titles(events))
    assert {"takes its zip over the limit of what it may unpack to; split the zip"} == {
        reason for _, reason in _unread(events)
    }
    events = read(data, limits=Limits(documents=4))
    assert 4 == len(_titles(events))
    assert [("a.zip", "has over 4 members; split it")] == _unread(events)


@given(st.integers(0, 2**32), st.integers(1, 12))
def test_a_damaged_zip_is_read_or_reported(seed: int, damages: int) -> None:
    """Wherever its bytes are wrong, a zip ends in articles and sentences."""
    randomly = random.Random(seed)
    data = bytearray(pack(GOOD, ("b.md", b"# B\n\nText. " * 20), ("c.jsonl", b'{"text": "T."}')))
    for _ in range(damages):
        data[randomly.randrange(len(data))] = randomly.randrange(256)
    for event in read(bytes(data)):
        assert not isinstance(event, Unread) or ";" in event.reason
