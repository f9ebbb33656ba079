"""The database: opened, migrated, shared, and refused where it is not ours."""

from __future__ import annotations

import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest

from retrieval.database import HEAD, Database, metadata
from retrieval.errors import StorageError
from retrieval.records import Records
from tests.commands import ROOT, environment


def test_a_database_is_kept_from_run_to_run(tmp_path: Path) -> None:
    """What one process stored, the next one finds; opening again migrates nothing."""
    first = Database(tmp_path)
    Records(first).remember("key", "value")
    first.close()
    second = Database(tmp_path)
    records = Records(second)
    assert ("value", None) == (records.recall("key"), records.recall("other"))
    records.remember("key", "newer")
    assert "newer" == records.recall("key")
    second.close()


def test_several_may_open_a_new_folder_at_once(tmp_path: Path) -> None:
    """Processes that meet an empty data folder together all get the one database."""
    code = (
        "import sys; from pathlib import Path; from retrieval.database import Database; "
        "from retrieval.records import Records; "
        "Records(Database(Path(sys.argv[1]))).remember('key', 'value')"
    )
    command = [sys.executable, "-c", code, str(tmp_path / "new" / "data")]
    running = [subprocess.Popen(command, cwd=ROOT, env=environment()) for _ in range(3)]
    assert [0, 0, 0] == [process.wait(60) for process in running]


@pytest.mark.parametrize("content", [b"garbage" * 100, b"SQLite format 3\x00" + b"\x01" * 2000])
def test_a_file_that_is_no_database_says_so(tmp_path: Path, content: bytes) -> None:
    """A damaged database is an error with its cure, not a traceback."""
    (tmp_path / "catalog.db").write_bytes(content)
    with pytest.raises(StorageError, match="cannot be used"):
        Database(tmp_path)


def test_a_folder_that_cannot_be_made_says_so(tmp_path: Path) -> None:
    """A data folder below a file is an error with its cure."""
    (tmp_path / "file").touch()
    with pytest.raises(StorageError, match="set data_dir to a folder you own"):
        Database(tmp_path / "file" / "data")
    with pytest.raises(StorageError, match="set data_dir to a folder you own"):
        Database(tmp_path / "file")


def test_a_newer_database_is_not_touched(tmp_path: Path) -> None:
    """A database of a later Footnote is refused with its cure, and left as it is."""
    Database(tmp_path).close()
    with sqlite3.connect(tmp_path / "catalog.db") as database:
        database.execute("UPDATE alembic_version SET version_num = '9999'")
    database.close()
    before = (tmp_path / "catalog.db").read_bytes()
    with pytest.raises(StorageError, match="newest Footnote"):
        Database(tmp_path)
    assert before == (tmp_path / "catalog.db").read_bytes()


def test_a_folder_with_strange_signs_is_a_folder(tmp_path: Path) -> None:
    """Percent signs, question marks, spaces and other scripts in the path do no harm."""
    folder = tmp_path / "50% ?x=1#y café 档案 'q'"
    Database(folder).close()
    assert (folder / "catalog.db").is_file()


def test_the_migrations_make_what_the_code_speaks(tmp_path: Path) -> None:
    """The migrated schema is the one that the code declares, table for table, column for column."""
    Database(tmp_path).close()
    database = sqlite3.connect(tmp_path / "catalog.db")
    made = {
        (table, name, kind, bool(required))
        for table in metadata.tables
        for _, name, kind, required, _, _ in database.execute(f"PRAGMA table_info({table})")
    }
    (head,) = database.execute("SELECT version_num FROM alembic_version").fetchone()
    indexes = {
        name
        for (name,) in database.execute("SELECT name FROM sqlite_master WHERE type = 'index'")
        if not name.startswith("sqlite_")
    }
    database.close()
    declared = {
        (table.name, column.name, str(column.type), not column.nullable)
        for table in metadata.tables.values()
        for column in table.columns
    }
    assert declared == made
    assert HEAD == head
    assert {str(i.name) for t in metadata.tables.values() for i in t.indexes} == indexes
