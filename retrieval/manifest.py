"""The manifest of a generation: what it is, what it holds, what its files must be."""

from __future__ import annotations

import hashlib
import json
import os
from dataclasses import asdict, dataclass
from pathlib import Path

from retrieval.checksums import Checksum, Checksums
from retrieval.errors import GenerationDamaged, GenerationForeign

FORMAT = 4
"""The version of the layout of a generation's files."""

_FIRST = 4
"""The first format whose manifest had the fields of this one."""

MANIFEST = "manifest.json"
"""The manifest's file within a generation's folder."""


@dataclass(frozen=True, slots=True)
class Recipe:
    """What a generation's vectors depend on: where it differs, nothing can be shared.

    Attributes:
        format: The layout of the files.
        model: The model's name.
        weights_sha256: The hash of its weights.
        dimensions: The length of its vectors.
        window: Tokens of a passage at most.
        overlap: Tokens a passage may repeat of the one before.
        language: The articles' two-letter language code.
    """

    format: int
    model: str
    weights_sha256: str
    dimensions: int
    window: int
    overlap: int
    language: str

    def require(self, name: str, other: Recipe) -> None:
        """Check that a generation was made by this recipe.

        Raises:
            GenerationForeign: It was made by another.
        """
        ours, theirs = asdict(self), asdict(other)
        if differing := ", ".join(key for key in ours if ours[key] != theirs[key]):
            raise _foreign(name, differing)


def _foreign(name: str, differing: str) -> GenerationForeign:
    return GenerationForeign(
        f"Generation {name} was made with other settings ({differing}); "
        "run `footnote index --full` to rebuild it."
    )


@dataclass(frozen=True, slots=True)
class Manifest:
    """What a generation is and holds.

    Attributes:
        name: The generation's name; later ones sort behind earlier ones.
        made_at: When it was built, ISO 8601 in UTC; nothing depends on it.
        before: The generation that answered before it, None for none.
        recipe: What its vectors depend on.
        articles: How many articles it holds.
        passages: How many passages.
        sentences: How many sentences.
        recall: Share of the true nearest passages that its vectors' search finds.
        golden: The golden questions, by their digests, that it answered when it was built.
        files: The checksum of every file.
    """

    name: str
    made_at: str
    before: str | None
    recipe: Recipe
    articles: int
    passages: int
    sentences: int
    recall: float
    golden: tuple[str, ...]
    files: Checksums

    @classmethod
    def load(cls, folder: Path) -> Manifest:
        """Read a generation's manifest.

        Raises:
            GenerationDamaged: It is missing or not whole.
            GenerationForeign: It is of another format.
        """
        try:
            row = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
            if row.pop("seal") != _seal(row):
                raise ValueError("its seal is broken")
            if row["recipe"]["format"] < _FIRST:
                raise _foreign(folder.name, "format")
            row["recipe"] = Recipe(**row["recipe"])
            row["files"] = {path: Checksum(*pair) for path, pair in row["files"].items()}
            return cls(**{**row, "golden": tuple(row["golden"])})
        except (OSError, ValueError, TypeError, LookupError, AttributeError) as error:
            raise GenerationDamaged(
                f"Generation {folder.name} has no whole manifest; run `footnote index`."
            ) from error

    def save(self, folder: Path) -> None:
        """Write the manifest, sealed by its own hash, into a generation's folder."""
        row = asdict(self)
        text = json.dumps({**row, "seal": _seal(row)}, indent=1)
        (folder / MANIFEST).write_text(text, encoding="utf-8")
        flush(folder / MANIFEST)


def _seal(row: dict[str, object]) -> str:
    return hashlib.sha256(json.dumps(row, sort_keys=True).encode()).hexdigest()


def flush(path: Path) -> None:
    """Wait until a file or a folder is on the disk."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
