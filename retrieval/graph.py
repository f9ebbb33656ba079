"""A model that was exported to ONNX: its card, its tokenizer, and its graph on ONNX Runtime.

A graph runs on any runtime that has `Runnable`'s shape (`retrieval.runtimes`).

Nothing here imports torch; `retrieval.export` does, to load and export a model.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import ClassVar, Protocol, Self

import numpy as np
import numpy.typing as npt
import onnxruntime
from tokenizers import Encoding, Tokenizer

from retrieval.errors import ModelError

Vectors = npt.NDArray[np.float32]
Feed = dict[str, npt.NDArray[np.int64]]
Ranges = Mapping[str, tuple[Vectors, Vectors]]

GRAPH = "model.onnx"
QUANTISED = "model.int8.onnx"
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


class Runnable(Protocol):
    """An opened graph. Several threads may run it at once."""

    def run(self, batch: Sequence[Encoding]) -> Vectors:
        """Return a row, float32, for each text that was tokenized."""
        ...


def open_tokenizer(folder: Path, window: int) -> Tokenizer:
    """Open a prepared model's tokenizer; it cuts texts off at the window.

    Raises:
        ModelError: There is none, or it is damaged.
    """
    try:
        tokenizer = Tokenizer.from_file(str(folder / TOKENIZER))
    except Exception as error:  # tokenizers raises nothing narrower
        raise damaged(folder, error) from error
    tokenizer.no_padding()
    tokenizer.enable_truncation(window)
    return tokenizer


def damaged(folder: Path, error: Exception) -> ModelError:
    """Return the error that says what to do about a damaged export."""
    return ModelError(
        f"The exported model in {folder} is damaged ({error}); delete that folder and "
        "run `footnote index`, which exports it again."
    )


def feed(batch: Sequence[Encoding], names: Iterable[str], multiple: int = 1) -> Feed:
    """Return what a graph reads of texts, or pairs of texts, that were tokenized.

    Args:
        batch: The encodings; padded here to the longest of them.
        names: The inputs that the graph has.
        multiple: What the padded length is a multiple of.

    Returns:
        An int64 array of shape (texts, tokens) for each input.
    """
    longest = max(len(encoding.ids) for encoding in batch)
    shape = (len(batch), -(-longest // multiple) * multiple)
    parts = ("input_ids", "attention_mask", "token_type_ids")
    made = {name: np.zeros(shape, dtype=np.int64) for name in parts}
    for row, encoding in enumerate(batch):
        length = len(encoding.ids)
        made["input_ids"][row, :length] = encoding.ids
        made["attention_mask"][row, :length] = 1
        made["token_type_ids"][row, :length] = encoding.type_ids
    return {name: made[name] for name in names}


def measure_ranges(graph: bytes, names: Sequence[str], feeds: Iterable[Feed]) -> Ranges:
    """Return the least and the largest value, by channel, of a graph's outputs.

    Args:
        graph: The graph, serialised, with these outputs.
        names: Its outputs, channels last.
        feeds: What it reads.
    """
    session = onnxruntime.InferenceSession(graph, _options(0), providers=_PROVIDERS)
    inputs = [entry.name for entry in session.get_inputs()]
    found: dict[str, tuple[Vectors, Vectors]] = {}
    for part in feeds:
        values = session.run(list(names), {name: part[name] for name in inputs})
        for name, value in zip(names, values, strict=True):
            rows = value.reshape(-1, value.shape[-1])
            least, largest = found.get(name, (rows[0], rows[0]))
            found[name] = (
                np.minimum(least, rows.min(axis=0)),
                np.maximum(largest, rows.max(axis=0)),
            )
    return found


class Halt:
    """Ends, from any thread, the runs of a graph that were given it."""

    def __init__(self) -> None:
        self.options = onnxruntime.RunOptions()

    def set(self) -> None:
        """End what runs, at its next operation, with an error, and whatever is yet to start."""
        self.options.terminate = True


_PROVIDERS = ["CPUExecutionProvider"]


def _options(threads: int) -> onnxruntime.SessionOptions:
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = threads
    options.inter_op_num_threads = 1
    options.log_severity_level = 3
    return options


class Session:
    """An exported graph on ONNX Runtime, opened. Several threads may run it at once."""

    def __init__(self, folder: Path, threads: int, file: str = GRAPH) -> None:
        """Load the graph.

        Args:
            folder: Where the export lies.
            threads: Threads for one batch; 0 takes every core.
            file: Which of its graphs.

        Raises:
            ModelError: The folder holds no whole export.
        """
        try:
            self._session = onnxruntime.InferenceSession(
                str(folder / file), _options(threads), providers=_PROVIDERS
            )
        except Exception as error:  # onnxruntime has a tree of its own, below nothing narrower
            raise damaged(folder, error) from error
        self._inputs = [entry.name for entry in self._session.get_inputs()]

    def run(self, batch: Sequence[Encoding], halt: Halt | None = None) -> Vectors:
        """Return the model's output for texts, or pairs of texts, that were tokenized.

        Args:
            batch: The encodings; padded here to the longest of them.
            halt: What may end the run before it is done.

        Returns:
            A row for each encoding, float32.
        """
        read = feed(batch, self._inputs)
        found: Vectors = self._session.run(None, read, halt and halt.options)[0]
        return found


class Graph(Session):
    """An exported model on ONNX Runtime: its graph and its tokenizer."""

    def __init__(self, folder: Path, window: int, threads: int) -> None:
        """Load the graph and its tokenizer.

        Args:
            folder: Where the export lies.
            window: The most tokens that the model reads.
            threads: Threads for one batch; 0 takes every core.

        Raises:
            ModelError: The folder holds no whole export.
        """
        self.tokenizer = open_tokenizer(folder, window)
        super().__init__(folder, threads)
