"""An exported graph on OpenVINO, which an operator may install beside Footnote.

On processors that have bfloat16 it computes in it.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from queue import SimpleQueue
from typing import Any

import numpy as np
import openvino
from tokenizers import Encoding

from retrieval.graph import GRAPH, Vectors, damaged, feed

_LENGTHS = 16
"""Texts are padded to multiples of this: every shape it has not met costs it a preparation."""


class OpenVinoGraph:
    """A graph on OpenVINO, opened. Several threads may run it at once."""

    def __init__(self, folder: Path, threads: int, streams: int) -> None:
        """Load the graph.

        Args:
            folder: Where the export lies.
            threads: Threads, over all batches.
            streams: Batches that run at once.

        Raises:
            ModelError: The folder holds no whole export.
        """
        core = openvino.Core()
        settings = {"INFERENCE_NUM_THREADS": threads, "NUM_STREAMS": streams}
        try:
            model = core.compile_model(core.read_model(str(folder / GRAPH)), "CPU", settings)
        except Exception as error:  # whatever reading and compiling raise
            raise damaged(folder, error) from error
        self._inputs = [entry.any_name for entry in model.inputs]
        self._idle: SimpleQueue[Any] = SimpleQueue()
        for _ in range(streams):
            self._idle.put(model.create_infer_request())

    def run(self, batch: Sequence[Encoding]) -> Vectors:
        """Return a row, float32, for each text that was tokenized."""
        request = self._idle.get()
        try:
            found: Vectors = np.array(request.infer(feed(batch, self._inputs, _LENGTHS))[0])
        finally:
            self._idle.put(request)
        return found
