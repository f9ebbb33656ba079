"""A model that was exported to ONNX: its card, its tokenizer, and its graph on ONNX Runtime.

Nothing here imports torch; `retrieval.export` does, to load and export a model.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import ClassVar, Self

import numpy as np
import numpy.typing as npt
import onnxruntime
from tokenizers import Encoding, Tokenizer

from retrieval.errors import ModelError

Vectors = npt.NDArray[np.float32]

GRAPH = "model.onnx"
TOKENIZER = "tokenizer.json"


@dataclass(frozen=True, slots=True)
class Card:
    """What a prepared model is.

    Attributes:
        name: The model's name, as its operator gave it.
        weights_sha256: The hash of its weights.
        window: The most tokens it reads, special tokens included.
        exact: Whether it must run in sentence-transformers, its export not having matched.
    """

    FILE: ClassVar[str]
    """The file, in the model's folder, that holds the card."""

    name: str
    weights_sha256: str
    window: int
    exact: bool

    def save(self, folder: Path) -> None:
        """Write the card into the model's folder."""
        text = json.dumps(asdict(self), indent=1)
        (folder / self.FILE).write_text(text, encoding="utf-8")

    @classmethod
    def load(cls, folder: Path) -> Self:
        """Read the card of a model's folder.

        Raises:
            ModelError: There is none, or it is not whole.
        """
        try:
            return cls(**json.loads((folder / cls.FILE).read_text(encoding="utf-8")))
        except (OSError, ValueError, TypeError) as error:
            raise ModelError(
                f"The model in {folder} has not been prepared; run `footnote index`."
            ) from error


class Halt:
    """Ends, from any thread, the runs of a graph that were given it."""

    def __init__(self) -> None:
        self.options = onnxruntime.RunOptions()

    def set(self) -> None:
        """End what runs, at its next operation, with an error, and whatever is yet to start."""
        self.options.terminate = True


class Graph:
    """An exported model, opened. Several threads may run it at once."""

    def __init__(self, folder: Path, window: int, threads: int) -> None:
        """Load the graph and its tokenizer.

        Args:
            folder: Where the export lies.
            window: The most tokens that the model reads.
            threads: Threads for one batch; 0 takes every core.

        Raises:
            ModelError: The folder holds no whole export.
        """
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = threads
        options.inter_op_num_threads = 1
        options.log_severity_level = 3
        try:
            self.tokenizer = Tokenizer.from_file(str(folder / TOKENIZER))
            self._session = onnxruntime.InferenceSession(
                str(folder / GRAPH), options, providers=["CPUExecutionProvider"]
            )
        except Exception as error:  # tokenizers raises bare Exception, onnxruntime its own tree
            raise ModelError(
                f"The exported model in {folder} is damaged ({error}); delete that folder and "
                "run `footnote index`, which exports it again."
            ) from error
        self.tokenizer.no_padding()
        self.tokenizer.enable_truncation(window)
        self._inputs = {entry.name for entry in self._session.get_inputs()}

    def run(self, batch: Sequence[Encoding], halt: Halt | None = None) -> Vectors:
        """Return the model's output for texts, or pairs of texts, that were tokenized.

        Args:
            batch: The encodings; padded here to the longest of them.
            halt: What may end the run before it is done.

        Returns:
            A row for each encoding, float32.
        """
        shape = (len(batch), max(len(encoding.ids) for encoding in batch))
        feed = {
            name: np.zeros(shape, dtype=np.int64)
            for name in ("input_ids", "attention_mask", "token_type_ids")
        }
        for row, encoding in enumerate(batch):
            length = len(encoding.ids)
            feed["input_ids"][row, :length] = encoding.ids
            feed["attention_mask"][row, :length] = 1
            feed["token_type_ids"][row, :length] = encoding.type_ids
        read = {name: tensor for name, tensor in feed.items() if name in self._inputs}
        found: Vectors = self._session.run(None, read, halt and halt.options)[0]
        return found
