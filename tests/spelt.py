"""The tiny encoder, as one that reads common words whole and others in pieces."""

from __future__ import annotations

from collections.abc import Sequence

from tests.hashed import HashedEncoder


class PiecewiseEncoder(HashedEncoder):
    """A hashed encoder to which only the words it was told are one piece."""

    def __init__(self, *whole: str) -> None:
        super().__init__("piecewise")
        self._whole = frozenset(whole)

    def count_tokens(self, texts: Sequence[str]) -> list[int]:
        """Return each text's words and marks; a lone word in pieces of three letters."""
        counts = super().count_tokens(texts)
        return [
            -(-len(text) // 3) if count == 1 and text not in self._whole else count
            for text, count in zip(texts, counts, strict=True)
        ]
