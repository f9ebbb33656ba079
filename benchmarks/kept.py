"""Vectors kept on disk, so that what hours have encoded is encoded once.

A folder holds shards, `*.npz`, each with `keys` (the hash of each text that the model
read, uint64, shape (texts,)) and `v` (its unit vector, float16 or float32, shape
(texts, dimensions)). Shards made elsewhere are used like one's own.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import numpy.typing as npt

from retrieval.encoder import Encoder, ModelCard, Vectors

_SHARD = 4096
"""Texts that a shard holds before it is written."""


def _key(text: str) -> int:
    return int.from_bytes(hashlib.blake2b(text.encode(), digest_size=8).digest(), "little")


class KeptEncoder:
    """An Encoder that looks a passage up before it encodes it, and keeps what it encodes."""

    def __init__(self, encoder: Encoder, folder: Path) -> None:
        """Read a folder's shards.

        Args:
            encoder: Encodes what the folder lacks.
            folder: The shards' folder; made where it is not there.
        """
        self._encoder = encoder
        self._folder = folder
        self._fresh: dict[int, Vectors] = {}
        folder.mkdir(parents=True, exist_ok=True)
        self._shards: list[npt.NDArray[np.floating]] = []
        self._places: dict[int, tuple[int, int]] = {}
        for number, path in enumerate(sorted(folder.glob("*.npz"))):
            with np.load(path, allow_pickle=False) as shard:
                self._shards.append(shard["v"])
                keys = shard["keys"].tolist()
            self._places |= {key: (number, row) for row, key in enumerate(keys)}

    @property
    def card(self) -> ModelCard:
        """What the model is."""
        return self._encoder.card

    def count_tokens(self, texts: Sequence[str]) -> list[int]:
        """Return each text's tokens, special tokens apart."""
        return self._encoder.count_tokens(texts)

    def encode_question(self, text: str) -> Vectors:
        """Return one float32 unit vector of shape (dimensions,)."""
        return self._encoder.encode_question(text)

    def encode_passages(self, texts: Sequence[str]) -> Vectors:
        """Return float32 unit vectors of shape (texts, dimensions)."""
        keys = [_key(text) for text in texts]
        lacking = {
            key: text
            for key, text in zip(keys, texts, strict=True)
            if key not in self._places and key not in self._fresh
        }
        if lacking:
            made = self._encoder.encode_passages(list(lacking.values()))
            self._fresh |= dict(zip(lacking, made, strict=True))
            if len(self._fresh) >= _SHARD:
                self.save()
        vectors = np.empty((len(texts), self.card.dimensions), dtype=np.float32)
        for row, key in enumerate(keys):
            if key in self._fresh:
                vectors[row] = self._fresh[key]
            else:
                number, place = self._places[key]
                vectors[row] = self._shards[number][place]
        return vectors

    def save(self) -> None:
        """Write what no shard holds yet into a new one."""
        if not self._fresh:
            return
        keys = np.array(list(self._fresh), dtype=np.uint64)
        vectors = np.stack(list(self._fresh.values()))
        target = self._folder / f"{keys[0]:016x}.npz"
        part = target.with_suffix(".part")
        with part.open("wb") as stream:
            np.savez(stream, keys=keys, v=vectors)
        part.replace(target)
        number = len(self._shards)
        self._shards.append(vectors)
        self._places |= {int(key): (number, row) for row, key in enumerate(keys)}
        self._fresh.clear()
