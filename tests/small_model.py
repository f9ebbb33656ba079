"""A prepared model of a few weights, made by hand, so that tests need not wait for a large one."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import onnx
from onnx import helper, numpy_helper
from tokenizers import Tokenizer
from tokenizers.models import WordLevel
from tokenizers.pre_tokenizers import Whitespace
from tokenizers.processors import TemplateProcessing

from retrieval.encoder import ModelCard

WORDS = [f"w{number}" for number in range(60)]
_WIDTH = 16


def build(folder: Path) -> ModelCard:
    """Write the model into a folder: the mean of two layers over its words' vectors."""
    vocabulary = {word: n for n, word in enumerate(["[UNK]", "[CLS]", "[SEP]", *WORDS])}
    tokenizer = Tokenizer(WordLevel(vocabulary, unk_token="[UNK]"))
    tokenizer.pre_tokenizer = Whitespace()
    tokenizer.post_processor = TemplateProcessing(
        single="[CLS] $A [SEP]", special_tokens=[("[CLS]", 1), ("[SEP]", 2)]
    )
    tokenizer.save(str(folder / "tokenizer.json"))
    onnx.save(_graph(len(vocabulary)), str(folder / "model.onnx"))
    card = ModelCard(
        name="small", weights_sha256="5" * 64, window=32, exact=False, dimensions=_WIDTH,
        special_tokens=2, question_prompt="", passage_prompt="",
    )  # fmt: skip
    card.save(folder)
    return card


def _graph(vocabulary: int) -> onnx.ModelProto:
    random = np.random.default_rng(7)
    arrays = {
        "words": random.normal(size=(vocabulary, _WIDTH)),
        "first": random.normal(size=(_WIDTH, 4 * _WIDTH)),
        "second": random.normal(size=(4 * _WIDTH, _WIDTH)),
    }
    weights = [numpy_helper.from_array(a.astype(np.float32), name) for name, a in arrays.items()]
    weights += [numpy_helper.from_array(np.array([at]), f"axis{at}") for at in (1, 2)]
    ints, floats = onnx.TensorProto.INT64, onnx.TensorProto.FLOAT
    nodes = [
        helper.make_node("Gather", ["words", "input_ids"], ["read"]),
        helper.make_node("MatMul", ["read", "first"], ["wide"]),
        helper.make_node("Relu", ["wide"], ["bent"]),
        helper.make_node("MatMul", ["bent", "second"], ["narrow"]),
        helper.make_node("Cast", ["attention_mask"], ["flags"], to=floats),
        helper.make_node("Unsqueeze", ["flags", "axis2"], ["mask"]),
        helper.make_node("Mul", ["narrow", "mask"], ["kept"]),
        helper.make_node("ReduceSum", ["kept", "axis1"], ["sum"], keepdims=0),
        helper.make_node("LpNormalization", ["sum"], ["output"], axis=1, p=2),
    ]
    inputs = [
        helper.make_tensor_value_info(name, ints, ["batch", "tokens"])
        for name in ("input_ids", "attention_mask")
    ]
    output = helper.make_tensor_value_info("output", floats, ["batch", _WIDTH])
    graph = helper.make_graph(nodes, "small", inputs, [output], weights)
    return helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8)
