"""Fixtures that the tests share; what is dear is made once for all of xdist's workers."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import hypothesis
import pytest
from filelock import FileLock

from retrieval.answering import Search
from retrieval.archive import Archive
from retrieval.collecting import Plan
from retrieval.confidence import THRESHOLDS, Calibration
from retrieval.crossencoder import open_cross_encoder, prepare_cross_encoder
from retrieval.encoder import Encoder, OnnxEncoder
from retrieval.export import model_folder
from retrieval.indexing import Indexer
from retrieval.passages import Chunking
from retrieval.ranking import Ranker
from retrieval.report import Report
from retrieval.reranker import CrossEncoder, Reranker
from retrieval.sources import Event, Found, Known, Source, Unread
from retrieval.types import Article

from .commands import ROOT, environment
from .hashed import CHUNKING, HashedEncoder
from .herons import KINDS, build_all

os.environ["HF_HUB_OFFLINE"] = "1"  # before any library reads it
os.environ.pop("DISCORD_TOKEN", None)
os.environ.pop("FOOTNOTE_CONFIG", None)

# A busy machine is no reason to fail: what must be quick is measured on its own.
# FOOTNOTE_EXAMPLES=2000 searches deeper.
_EXAMPLES = int(os.environ.get("FOOTNOTE_EXAMPLES", "25"))
hypothesis.settings.register_profile("footnote", deadline=None, max_examples=_EXAMPLES)
hypothesis.settings.load_profile("footnote")

MODEL = "all-MiniLM-L6-v2"
SEARCH = Search(
    candidates=100,
    ranker=Ranker.load(),
    calibration=Calibration.load(),
    threshold=THRESHOLDS["balanced"],
    longest_question=2000,
)


@pytest.fixture(scope="session")
def session_dir(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder that every worker of this run shares."""
    base = tmp_path_factory.getbasetemp()
    shared = base.parent if "PYTEST_XDIST_WORKER" in os.environ else base
    folder = shared / "shared-by-workers"
    folder.mkdir(exist_ok=True)
    return folder


def once(folder: Path, name: str, make: Callable[[Path], object]) -> Path:
    """Return a folder that `make` fills, in whichever worker comes first."""
    made = folder / name
    with FileLock(folder / f"{name}.lock"):
        if not (made / ".done").exists():
            made.mkdir(exist_ok=True)
            make(made)
            (made / ".done").touch()
    return made


@pytest.fixture(scope="session")
def models(session_dir: Path) -> Path:
    """Return a folder of prepared models that holds the default model's export."""

    def export(folder: Path) -> None:
        code = (
            "import sys; from pathlib import Path; from retrieval.model import prepare_encoder; "
            "prepare_encoder(Path(sys.argv[1]), sys.argv[2], None, 0)"
        )
        command = [sys.executable, "-c", code, str(folder), MODEL]
        subprocess.run(command, check=True, cwd=ROOT, env=environment())

    return once(session_dir, "models", export)


@pytest.fixture(scope="session")
def encoder(models: Path) -> OnnxEncoder:
    """Return the default model on ONNX Runtime, on every core."""
    return OnnxEncoder(model_folder(models, MODEL), threads=0)


@pytest.fixture(scope="session")
def cross_encoders(session_dir: Path) -> dict[str, str]:
    """Return the folders of small cross-encoders, by their kind."""
    folder = once(session_dir, "cross-encoders", build_all)
    return {kind: str(folder / kind / "model") for kind in KINDS}


@pytest.fixture(scope="session")
def heron_model(session_dir: Path, cross_encoders: dict[str, str]) -> CrossEncoder:
    """Return the cross-encoder that looks for herons, on ONNX Runtime."""
    name = cross_encoders["plain"]
    made = once(session_dir, "heron", lambda folder: prepare_cross_encoder(folder, name, None))
    return open_cross_encoder(made, name, None)


@pytest.fixture(scope="session")
def hashed() -> HashedEncoder:
    """Return the tiny encoder."""
    return HashedEncoder()


def whole_window(encoder: Encoder) -> Chunking:
    """Return the chunking that the default settings give an encoder."""
    return Chunking(encoder.card.window - encoder.card.special_tokens, 40, "en")


@dataclass
class Shelf:
    """A Source whose articles a test sets by hand.

    Attributes:
        origin: What names it from run to run.
        articles: What it yields.
    """

    origin: str
    articles: Sequence[Article | Unread]
    lists_all: bool = True
    repeats: bool = True

    def read(self, known: Known) -> Iterator[Event]:
        """Yield the articles."""
        for each in self.articles:
            if isinstance(each, Unread):
                yield each
            else:
                yield Found(each, each.location, each.text.encode("utf-8", "replace"))


class Library:
    """A data folder that a test indexes into and asks, by the tiny encoder."""

    def __init__(self, data_dir: Path, encoder: Encoder) -> None:
        self.data_dir = data_dir
        self.encoder = encoder
        self._open: list[Archive] = []

    def index(self, *sources: Source, configured: bool = True, **options: Any) -> Report:
        """Run one indexing of the sources."""
        plan = Plan(sources, configured, **options)
        return Indexer(self.data_dir, self.encoder, CHUNKING, plan, lambda _: None).run()

    def shelve(self, *articles: Article | Unread, **options: Any) -> Report:
        """Index the articles as the only source there is."""
        return self.index(Shelf("shelf", articles), **options)

    def open(self, search: Search = SEARCH, reranker: Reranker | None = None) -> Archive:
        """Open the archive; it is closed when the test ends."""
        archive = Archive(self.data_dir, self.encoder, CHUNKING, search, reranker)
        self._open.append(archive)
        return archive

    def close(self) -> None:
        """Close every archive that was opened."""
        for archive in self._open:
            archive.close()
        self._open.clear()


@pytest.fixture
def library(tmp_path: Path, hashed: HashedEncoder) -> Iterator[Library]:
    """Yield an empty data folder."""
    library = Library(tmp_path / "data", hashed)
    yield library
    library.close()


# The real archive that the maintainers keep beside the project.


@pytest.fixture(scope="session")
def shared() -> Path:
    """Return the folder of shared material, beside the project or where FOOTNOTE_SHARED says."""
    folder = Path(os.environ.get("FOOTNOTE_SHARED", ROOT.parent / "shared"))
    if not folder.is_dir():
        pytest.skip(f"{folder} is absent; FOOTNOTE_SHARED may name it")
    return folder


@pytest.fixture(scope="session")
def crawl(shared: Path) -> Path:
    """Return the crawl of a newspaper: ten articles in one text file."""
    found = sorted((shared / "archive").glob("*.txt"))
    if not found:
        pytest.skip(f"{shared / 'archive'} holds no crawl")
    return found[0]


@pytest.fixture(scope="session")
def questions(shared: Path) -> dict[str, list[dict[str, str]]]:
    """Return the questions asked of that crawl: `answerable` and `unanswerable`."""
    path = shared / "archive" / "questions.json"
    if not path.is_file():
        pytest.skip(f"{path} is absent")
    found: dict[str, list[dict[str, str]]] = json.loads(path.read_text(encoding="utf-8"))
    return found


@pytest.fixture(scope="session")
def newspaper_dir(session_dir: Path, models: Path, encoder: OnnxEncoder, crawl: Path) -> Path:
    """Return a data folder in which the crawl is indexed by the default model."""

    def build(folder: Path) -> None:
        (folder / "models").symlink_to(models)
        command = [sys.executable, "-m", "bot", "--data-dir", str(folder), "index", str(crawl)]
        subprocess.run(command, check=True, cwd=ROOT, env=environment(), capture_output=True)

    return once(session_dir, "newspaper", build)


@pytest.fixture(scope="session")
def newspaper(newspaper_dir: Path, encoder: OnnxEncoder) -> Iterator[Archive]:
    """Yield the crawl's archive, open, as the default settings open it."""
    archive = Archive(newspaper_dir, encoder, whole_window(encoder), SEARCH)
    yield archive
    archive.close()
