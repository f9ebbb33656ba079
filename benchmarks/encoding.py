"""How quickly texts become vectors, by runtime, beside sentence-transformers and the processor.

    python -m benchmarks.encoding [WORK_DIR] [--passages N] [--rounds N] [--json FILE]

Bulk: the same passages (of the pool, cut to the model's window) by every runtime, all
cores, beside sentence-transformers' `encode` on torch at its best batch size, in turn;
medians, and the median of the rounds' ratios. Questions: one at a time, one thread.
Share of peak: what the model's products with weights amount to a second, as a share of
one large product's, in float32 and in int8, measured in the same run. Cosine: with fp32.
"""

from __future__ import annotations

import argparse
import gzip
import itertools
import json
import os
import statistics
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, dataclass, field
from pathlib import Path

import numpy as np
import onnx
import onnxruntime
from onnx import helper, numpy_helper

from benchmarks.sets import SHARED, WORK, questions
from config.settings import load_settings
from retrieval.encoder import OnnxEncoder, Vectors
from retrieval.export import model_folder
from retrieval.graph import GRAPH
from retrieval.model import SentenceTransformersEncoder, prepare_encoder
from retrieval.runtimes import AUTO, FP32, Choice, available, choose

_TORCH = "sentence-transformers"
_TORCH_BATCHES = (8, 16, 32)
_SIDE = 1536
_QUESTIONS = 100


@dataclass
class Row:
    """What a runtime was measured to do.

    Attributes:
        passages: Passages a second, by round.
        questions: Milliseconds of a question, each.
        cosine: The mean and the least cosine with fp32.
    """

    passages: list[float] = field(default_factory=list)
    questions: list[float] = field(default_factory=list)
    cosine: tuple[float, float] = (1.0, 1.0)


def passages(count: int) -> list[str]:
    """Return passages of the pool, evenly spread over it."""
    with gzip.open(SHARED / "datasets" / "pool_120k.jsonl.gz", "rt", encoding="utf-8") as lines:
        rows = [json.loads(line) for line in itertools.islice(lines, 0, None, 120_000 // count)]
    return [f"{row['title']}\n{row['text']}" for row in rows[:count]]


def _torch_encode(model: SentenceTransformersEncoder, size: int) -> Callable[[list[str]], Vectors]:
    def encode(texts: list[str]) -> Vectors:
        found: Vectors = model.model.encode(
            texts, batch_size=size, normalize_embeddings=True, show_progress_bar=False
        )
        return found

    return encode


def _rate(encode: Callable[[list[str]], Vectors], texts: list[str]) -> float:
    began = time.perf_counter()
    encode(texts)
    return len(texts) / (time.perf_counter() - began)


def weights(graph: Path) -> int:
    """Return how many weights a token meets in a graph."""
    found = onnx.load(str(graph)).graph
    shapes = {tensor.name: tensor.dims for tensor in found.initializer if len(tensor.dims) == 2}
    met = [n.input[1] for n in found.node if n.op_type == "MatMul" and n.input[1] in shapes]
    return sum(int(np.prod(shapes[name])) for name in met)


def peak(kind: str) -> Callable[[], float]:
    """Return what measures the operations a second of a large product, every core busy with one.

    Args:
        kind: `fp32` or `int8`.
    """
    random = np.random.default_rng(0)
    matrix = random.integers(-127, 127, (_SIDE, _SIDE))
    small = kind == "int8"
    right = matrix.astype(np.int8 if small else np.float32)
    left = np.abs(matrix).astype(np.uint8 if small else np.float32)
    types = onnx.TensorProto
    entry, out = (types.UINT8, types.INT32) if small else (types.FLOAT, types.FLOAT)
    node = helper.make_node("MatMulInteger" if small else "MatMul", ["x", "w"], ["y"])
    shape = [_SIDE, _SIDE]
    ends = [helper.make_tensor_value_info(n, t, shape) for n, t in (("x", entry), ("y", out))]
    graph = helper.make_graph(
        [node], "peak", ends[:1], ends[1:], [numpy_helper.from_array(right, "w")]
    )
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8)
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    session = onnxruntime.InferenceSession(
        model.SerializeToString(), options, providers=["CPUExecutionProvider"]
    )
    cores = os.cpu_count() or 1

    def measure() -> float:
        with ThreadPoolExecutor(cores) as pool:
            began = time.perf_counter()
            list(pool.map(lambda _: session.run(None, {"x": left}), range(2 * cores)))
            return 2 * cores * 2 * _SIDE**3 / (time.perf_counter() - began)

    return measure


def measure(work: Path, count: int, rounds: int) -> dict[str, object]:
    """Measure everything and return it, ready for JSON."""
    settings = load_settings().model
    models = work / "models"
    prepare_encoder(models, settings.name, settings.sha256, 0, AUTO)
    folder = model_folder(models, settings.name)
    encoders = {r: OnnxEncoder(folder, 0, Choice(r, r)) for r in available(folder)}
    reference = SentenceTransformersEncoder(settings.name, settings.sha256)
    texts = passages(count)
    asked = [a.question for a in questions("squad2_dev")[:: 3000 // _QUESTIONS]]
    size = max(_TORCH_BATCHES, key=lambda n: _rate(_torch_encode(reference, n), texts[:48]))
    bulk: dict[str, Callable[[list[str]], Vectors]] = {_TORCH: _torch_encode(reference, size)}
    bulk |= {name: encoder.encode_passages for name, encoder in encoders.items()}
    rows = {name: Row() for name in bulk}
    vectors = {name: encode(texts) for name, encode in bulk.items()}
    for name, row in rows.items():
        cosines = (vectors[name] * vectors[FP32]).sum(axis=1)
        row.cosine = (float(cosines.mean()), float(cosines.min()))
    peaks: dict[str, list[float]] = {"fp32": [], "int8": []}
    gauges = {kind: peak(kind) for kind in peaks}
    for number in range(rounds):
        for name in sorted(bulk, key=lambda n: (n == _TORCH) == (number % 2 == 0)):
            rows[name].passages.append(_rate(bulk[name], texts))
        for kind, gauge in gauges.items():
            peaks[kind].append(gauge())
    for question in asked:
        for name, row in rows.items():
            began = time.perf_counter()
            (reference if name == _TORCH else encoders[name]).encode_question(question)
            row.questions.append(1000 * (time.perf_counter() - began))
    window = reference.card.window
    read = [min(n + 2, window) for n in encoders[FP32].count_tokens(texts)]
    return {
        "batch_of_sentence_transformers": size,
        "tokens_a_passage": statistics.mean(read),
        "chosen": asdict(choose(folder, encoders[FP32].card, AUTO)),
        "operations_a_token": 2 * weights(folder / GRAPH),
        "peak_a_second": {kind: statistics.median(found) for kind, found in peaks.items()},
        "runtimes": {name: asdict(row) for name, row in rows.items()},
    }


def _median_ratio(ours: Sequence[float], theirs: Sequence[float]) -> float:
    return statistics.median(a / b for a, b in zip(ours, theirs, strict=True))


def show(found: dict[str, object]) -> None:
    """Print a measurement as a table."""
    rows: dict[str, dict[str, list[float]]] = found["runtimes"]  # type: ignore[assignment]
    peaks: dict[str, float] = found["peak_a_second"]  # type: ignore[assignment]
    tokens = float(str(found["tokens_a_passage"]))
    work = float(str(found["operations_a_token"])) * tokens
    print(f"sentence-transformers in batches of {found['batch_of_sentence_transformers']}")
    print(f"{tokens:.0f} tokens a passage; chosen by itself: {found['chosen']}")
    print(f"peak: {', '.join(f'{k} {p / 1e9:.0f} G operations/s' for k, p in peaks.items())}")
    print(
        f"{'runtime':22} {'passages/s':>10} {'tokens/s':>9} {'ratio':>6} "
        f"{'of fp32':>8} {'of int8':>8} {'question p50':>13} {'p95 ms':>7}   cosine, least"
    )
    for name, row in rows.items():
        rate = statistics.median(row["passages"])
        shares = [rate * work / peaks[kind] for kind in ("fp32", "int8")]
        p50, p95 = np.percentile(row["questions"], [50, 95])
        ratio = _median_ratio(row["passages"], rows[_TORCH]["passages"])
        print(
            f"{name:22} {rate:10.1f} {rate * tokens:9.0f} {ratio:5.2f}x {shares[0]:8.0%} "
            f"{shares[1]:8.0%} {p50:13.2f} {p95:7.2f}   {row['cosine'][0]:.5f}, "
            f"{row['cosine'][1]:.5f}"
        )


def main() -> None:
    """Measure, print, and write where asked to."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("work", nargs="?", type=Path, default=WORK)
    parser.add_argument("--passages", type=int, default=200)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--json", type=Path)
    arguments = parser.parse_args()
    found = measure(arguments.work, arguments.passages, arguments.rounds)
    show(found)
    if arguments.json:
        arguments.json.write_text(json.dumps(found, indent=1), encoding="utf-8")


if __name__ == "__main__":
    main()
