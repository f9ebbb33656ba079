"""A graph in int8: weights by column, activations by ranges that are measured once.

A column of weights has a scale of its own. An activation's channels differ a
hundredfold in range, so each is stretched first, and the weights that meet it
shrunk by as much (SmoothQuant, Xiao et al. 2023). The ranges are fixed in the
graph, so a text's vector does not depend on the texts that share its batch.
onnx is needed here alone, when a model is prepared.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import onnx
from onnx import helper, numpy_helper
from tokenizers import Tokenizer

from retrieval.graph import Feed, Ranges, Vectors

_SHARE = 0.75
"""How much of a channel's range moves into the weights; 1 is all of it."""

_MARGIN = 1.1
"""How much wider than measured an activation may be before it is cut off."""

_STEPS = 255
_MIDDLE = 128
_LARGEST = 127
_NARROWEST = 1e-3
"""The least range of a channel, as a share of the widest one's."""

_TEXTS_AT_RANDOM = 16
_TEXTS = (
    "",
    "a",
    "What is the capital of Mongolia?",
    "how do i reset my password",
    "The city council voted 7–2 on Tuesday to close the harbour road until spring, after engineers "
    "found cracks in two of its piers; drivers will be sent through the old town.",
    "In 1867 the physicist, then a clerk at the mint, wrote to his sister: “I have seen a light "
    "that no lamp gives.” He never published the result, and the letters were lost until 1932.",
    "Preheat the oven to 180 °C. Whisk 3 eggs with 200 g of sugar until pale, fold in the flour "
    "and a pinch of salt, and bake for 35 minutes.",
    "def mean(xs): return sum(xs) / len(xs)  # raises ZeroDivisionError; see "
    "https://example.org/faq?id=42",
    "Shares of the company (ticker: ABC) fell 12.4% to $31.07 after it cut its forecast for the "
    "third quarter and said its chief executive would leave.",
    "El río creció tres metros en una noche. Die Brücke wurde gesperrt. Les habitants ont été "
    "évacués. 彼らは翌朝戻った。 Мост открыли через неделю.",
    "Patients given the drug recovered in 6.1 days on average, against 8.3 days with placebo "
    "(p < 0.01), but one in ten stopped because of nausea.",
)

_Column = npt.NDArray[np.float64]


def samples(tokenizer: Tokenizer, window: int, texts: Iterable[str] = ()) -> Iterator[Feed]:
    """Yield what to measure ranges on: prose of many kinds, and tokens at random.

    With tokens alone the range of an empty text or of digits is missed, and with prose
    alone that of rare tokens.

    Args:
        tokenizer: The model's.
        window: The most tokens that the model reads.
        texts: More prose.
    """
    prose = [*_TEXTS, " ".join(_TEXTS), " ".join(_TEXTS[::-1]), *texts]
    rows = [encoding.ids for encoding in tokenizer.encode_batch(prose)]
    special = tokenizer.encode("").ids
    middle, most = len(special) // 2, max(window - len(special), 1)
    generator = np.random.default_rng(0)
    for length in np.geomspace(min(4, most), most, _TEXTS_AT_RANDOM).astype(int):
        words = generator.integers(tokenizer.get_vocab_size(), size=length).tolist()
        rows.append([*special[:middle], *words, *special[middle:]])
    for row in filter(None, rows):
        ids = np.array([row], dtype=np.int64)
        mask, kinds = np.ones_like(ids), np.zeros_like(ids)
        yield {"input_ids": ids, "attention_mask": mask, "token_type_ids": kinds}


def activations(graph: Path) -> list[str]:
    """Return the names of what a graph multiplies by weights, each once."""
    model = onnx.load(str(graph))
    return list(_products(model.graph))


def exposed(graph: Path, names: Iterable[str]) -> bytes:
    """Return a graph, serialised, whose only outputs are the named values."""
    model = onnx.load(str(graph))
    del model.graph.output[:]
    kind = onnx.TensorProto.FLOAT
    model.graph.output.extend(helper.make_tensor_value_info(name, kind, None) for name in names)
    whole: bytes = model.SerializeToString()
    return whole


def quantise_graph(source: Path, target: Path, ranges: Ranges) -> None:
    """Write a graph whose products with weights are of int8.

    Args:
        source: The graph in float32.
        target: Where the other goes.
        ranges: The least and the largest value of every channel of what meets weights.
    """
    model = onnx.load(str(source))
    graph = model.graph
    made: dict[str, list[Any]] = {}
    for name, products in _products(graph).items():
        matrices = [_matrix(graph, node) for node in products]
        step, offset = _steps(*ranges[name], matrices)
        made.setdefault(products[0].output[0], []).extend(_rounded(graph, name, step, offset))
        for node, matrix in zip(products, matrices, strict=True):
            made.setdefault(node.output[0], []).append(_product(graph, node, matrix, step, offset))
    nodes = [new for node in graph.node for new in made.get(node.output[0], [node])]
    del graph.node[:]
    graph.node.extend(nodes)
    read = {name for node in nodes for name in node.input}
    kept = [tensor for tensor in graph.initializer if tensor.name in read]
    del graph.initializer[:]
    graph.initializer.extend(kept)
    model.opset_import.append(helper.make_opsetid("com.microsoft", 1))
    onnx.save(model, str(target))


def _products(graph: Any) -> dict[str, list[Any]]:
    """Return the products with a matrix of weights, by the name of what is multiplied."""
    matrices = {tensor.name for tensor in graph.initializer if len(tensor.dims) == 2}
    found: dict[str, list[Any]] = {}
    for node in graph.node:
        if node.op_type == "MatMul" and node.input[1] in matrices:
            found.setdefault(node.input[0], []).append(node)
    return found


def _matrix(graph: Any, node: Any) -> Vectors:
    (tensor,) = (tensor for tensor in graph.initializer if tensor.name == node.input[1])
    matrix: Vectors = numpy_helper.to_array(tensor)
    return matrix


def _steps(
    least: Vectors, largest: Vectors, matrices: Sequence[Vectors]
) -> tuple[_Column, _Column]:
    """Return each channel's step, and the whole number that puts its range in the middle."""
    spread = (largest - least).astype(np.float64)
    spread = np.maximum(spread, max(spread.max() * _NARROWEST, 1e-9))
    weight = np.max([np.abs(matrix).max(axis=1) for matrix in matrices], axis=0)
    step = spread**_SHARE / np.maximum(weight, 1e-4) ** (1 - _SHARE)
    step *= (spread / step).max() * _MARGIN / _STEPS
    return step, -np.round((largest + least) / 2 / step)


def _add(graph: Any, name: str, array: npt.NDArray[Any]) -> str:
    graph.initializer.append(numpy_helper.from_array(array, name))
    return name


def _rounded(graph: Any, name: str, step: _Column, offset: _Column) -> list[Any]:
    """Return the nodes that bring an activation to eight bits."""
    inverse = _add(graph, f"{name}/inverse", (1 / step).astype(np.float32))
    shift = _add(graph, f"{name}/shift", offset.astype(np.float32))
    one = _add(graph, f"{name}/one", np.array(1, dtype=np.float32))
    middle = _add(graph, f"{name}/middle", np.array(_MIDDLE, dtype=np.uint8))
    stretched, shifted, rounded = (f"{name}/{word}" for word in ("stretched", "shifted", "int8"))
    # QuantizeLinear by channel would do all of this, some thirty times as slowly.
    return [
        helper.make_node("Mul", [name, inverse], [stretched]),
        helper.make_node("Add", [stretched, shift], [shifted]),
        helper.make_node("QuantizeLinear", [shifted, one, middle], [rounded]),
    ]


def _product(graph: Any, node: Any, matrix: Vectors, step: _Column, offset: _Column) -> Any:
    """Return the node that multiplies eight bits by eight bits."""
    name, weights = node.input
    stretched = matrix * step[:, None]
    scale = np.maximum(np.abs(stretched).max(axis=0), 1e-12) / _LARGEST
    rounded = np.clip(np.round(stretched / scale), -_LARGEST, _LARGEST)
    arrays = {
        "int8": rounded.astype(np.int8),
        "scale": scale.astype(np.float32),
        "zero": np.zeros(len(scale), dtype=np.int8),
        # What the offset of the activation adds to every row.
        "bias": (-offset @ rounded * scale).astype(np.float32),
    }
    at = {word: _add(graph, f"{weights}/{word}", array) for word, array in arrays.items()}
    inputs = [f"{name}/int8", at["int8"], f"{name}/one", at["scale"], f"{name}/middle"]
    return helper.make_node(
        "MatMulIntegerToFloat",
        [*inputs, at["zero"], at["bias"]],
        list(node.output),
        domain="com.microsoft",
    )
