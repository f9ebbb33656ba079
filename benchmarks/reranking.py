"""What re-ranking costs: milliseconds a pair, and how soon a spent budget lets the answer go.

`python -m benchmarks.reranking` builds cross-encoders of common sizes with random
weights (what they cost does not depend on those) and times them on passages of 200
words.
"""

from __future__ import annotations

import logging
import statistics
import tempfile
import time
import warnings
from pathlib import Path

from sentence_transformers import CrossEncoder
from transformers import (
    AutoTokenizer,
    BertConfig,
    BertForSequenceClassification,
)

from retrieval.crossencoder import prepare_cross_encoder
from retrieval.export import locate
from retrieval.reranker import Reranker
from retrieval.types import Article, ArticleVersion, Hit, Passage, Scores, Span

_SIZES = {"MiniLM-L6": (384, 6, 12), "TinyBERT-L2": (128, 2, 2)}
"""Hidden size, layers and attention heads."""

_QUESTION = "Who is in charge of the archive, and since when?"
_WORDS = "the archive keeps every article and whoever asks gets the passages that answer it".split()
_PASSAGES = 20
_RUNS = 7


def _build(folder: Path, hidden: int, layers: int, heads: int) -> str:
    """Write a cross-encoder of random weights that reads as the default model does."""
    tokenizer = AutoTokenizer.from_pretrained(locate("all-MiniLM-L6-v2"), model_max_length=512)
    config = BertConfig(
        vocab_size=len(tokenizer), hidden_size=hidden, num_hidden_layers=layers,
        num_attention_heads=heads, intermediate_size=4 * hidden,
        num_labels=1,  # type: ignore[call-arg]
    )  # fmt: skip
    BertForSequenceClassification(config).save_pretrained(folder / "bert")
    tokenizer.save_pretrained(folder / "bert")
    CrossEncoder(str(folder / "bert"), device="cpu").save(str(folder / "model"))
    return str(folder / "model")


def _hits() -> list[Hit]:
    """Return hits whose passages have 200 words each, no two alike."""
    hits = []
    for number in range(_PASSAGES):
        text = " ".join(_WORDS[(number + i) % len(_WORDS)] for i in range(200))
        span = Span(0, len(text))
        passage = Passage(str(number), str(number), span, None, (span,))
        version = ArticleVersion(str(number), str(number), Article("Archive", text, "here"))
        hits.append(Hit(passage, version, Scores(0, 0, 0, 0, 0), ()))
    return hits


def main() -> None:
    """Print, for each size and number of threads, the cost of a pair and of a spent budget."""
    warnings.simplefilter("ignore")
    logging.getLogger("retrieval.reranker").setLevel(logging.ERROR)
    hits = _hits()
    with tempfile.TemporaryDirectory() as held:
        for name, size in _SIZES.items():
            folder = Path(held, name)
            folder.mkdir()
            model = prepare_cross_encoder(folder / "models", _build(folder, *size), None)
            for threads in (1, 2):
                whole = Reranker(model, _PASSAGES, 60_000, threads)
                spent = time.process_time()
                times = [_took(whole, hits) for _ in range(_RUNS)]
                core = 1000 * (time.process_time() - spent) / _RUNS / _PASSAGES
                half = Reranker(model, _PASSAGES, statistics.median(times) / 2, threads)
                over = [_took(half, hits) - half.budget_ms for _ in range(_RUNS)]
                print(
                    f"{name}, {threads} thread(s): {min(times):.0f} ms at best, "
                    f"{statistics.median(times):.0f} at the median for {_PASSAGES} passages, "
                    f"{core:.1f} ms of a core a pair; an answer whose budget was "
                    f"spent went out {max(over):.1f} ms after it at the latest"
                )


def _took(reranker: Reranker, hits: list[Hit]) -> float:
    began = time.perf_counter()
    reranker.rerank(_QUESTION, hits)
    return 1000 * (time.perf_counter() - began)


if __name__ == "__main__":
    main()
