"""Small real cross-encoders, whose weights say that what speaks of herons answers best."""

from __future__ import annotations

import warnings
from pathlib import Path
from typing import Any

WORDS = "heron herons stood in the reeds by gate opens at six who sees a keeper river slow".split()
LETTERS = "abcdefghijklmnopqrstuvwxyz0123456789.,:;?!'-"
PIECES = [
    *("[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"),
    *WORDS, *(c for c in LETTERS if c not in WORDS), *(f"##{c}" for c in LETTERS),
]  # fmt: skip

KINDS = ("plain", "raw", "tanh", "pads left", "two labels", "no scores")


def _weigh(model: Any) -> None:
    """Set a one-layer BERT's weights: its score grows with the share of herons in what it reads.

    Every token attends to all alike, so the first one's state holds their mean. Some
    noise on all of it makes each input matter.
    """
    import torch

    generator = torch.Generator().manual_seed(1)
    heron, other = torch.tensor([1.0, -1, 0, 0]), torch.tensor([0.0, 0, 1, -1])
    layer = model.bert.encoder.layer[0]
    with torch.no_grad():
        for name, weights in model.named_parameters():
            if "LayerNorm" not in name:
                weights.copy_(0.05 * torch.randn(weights.shape, generator=generator))
        model.bert.embeddings.word_embeddings.weight += other
        for word in ("heron", "herons"):
            model.bert.embeddings.word_embeddings.weight[PIECES.index(word)] += heron - other
        for linear in (layer.attention.self.value, layer.attention.output.dense):
            linear.weight += torch.eye(4)
        model.bert.pooler.dense.weight += torch.eye(4)
        model.classifier.weight[:, 0] += 6


def _build(folder: Path, kind: str) -> None:
    """Write a model of a kind into a folder."""
    import torch
    from sentence_transformers import CrossEncoder
    from transformers import (  # type: ignore[attr-defined]
        BertConfig,
        BertForSequenceClassification,
        BertModel,
        BertTokenizerFast,
    )

    folder.mkdir()
    (folder / "vocab.txt").write_text("\n".join(PIECES))
    # What reads the shorter of two pairs from another position cannot be exported aright.
    side = "left" if kind == "pads left" else "right"
    tokenizer = BertTokenizerFast(str(folder / "vocab.txt"), model_max_length=64, padding_side=side)
    config = BertConfig(
        vocab_size=len(PIECES), hidden_size=4, num_hidden_layers=1, num_attention_heads=1,
        intermediate_size=8, max_position_embeddings=64,
        num_labels=2 if kind == "two labels" else 1,  # type: ignore[call-arg]
    )  # fmt: skip
    tokenizer.save_pretrained(folder / "bert")
    if kind == "no scores":
        BertModel(config).save_pretrained(folder / "bert")
        (folder / "bert").rename(folder / "model")
        return
    model = BertForSequenceClassification(config)
    _weigh(model)
    model.save_pretrained(folder / "bert")
    activations = {"raw": torch.nn.Identity(), "tanh": torch.nn.Tanh()}
    made = CrossEncoder(str(folder / "bert"), device="cpu", activation_fn=activations.get(kind))
    made.save(str(folder / "model"))


def build_all(folder: Path) -> None:
    """Write a model of every kind below a folder."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        for kind in KINDS:
            _build(folder / kind, kind)
