"""Text to tokens: words folded, stemmed in a language, and told from function words."""

from __future__ import annotations

import tantivy

from retrieval.languages import LANGUAGES, UNKNOWN

STEMMED = "words"
FOLDED = "folding"
"""The names by which a schema calls the two ways of making tokens."""


class Analysis:
    """What makes tokens of texts in a language."""

    def __init__(self, code: str) -> None:
        """Make the analysers of a language, by its two-letter code."""
        language = LANGUAGES.get(code, UNKNOWN)
        self._stemming = _analyzer(language.stemmer)
        self._folding = _analyzer(None)
        self._words = language.words
        self._listed = _listed(language.stemmer or "") if language.is_listed else None

    def register(self, index: tantivy.Index) -> None:
        """Make the analysers known to an index."""
        index.register_tokenizer(STEMMED, self._stemming)
        index.register_tokenizer(FOLDED, self._folding)

    def stem(self, text: str) -> list[str]:
        """Return a text's tokens as the index knows them, in order."""
        return list(self._stemming.analyze(text))

    def fold(self, text: str) -> list[str]:
        """Return a text's words lower-case and without accents, in order."""
        return list(self._folding.analyze(text))

    def is_function_word(self, word: str) -> bool:
        """Tell whether a word says nothing of what a question is about."""
        lowered = word.lower()
        if lowered in self._words:
            return True
        return self._listed is not None and not self._listed.analyze(lowered)


def _analyzer(stemmer: str | None) -> tantivy.TextAnalyzer:
    builder = (
        tantivy.TextAnalyzerBuilder(tantivy.Tokenizer.simple())
        .filter(tantivy.Filter.remove_long(64))
        .filter(tantivy.Filter.lowercase())
        .filter(tantivy.Filter.ascii_fold())
    )
    if stemmer is not None:
        builder = builder.filter(tantivy.Filter.stemmer(stemmer))
    return builder.build()


def _listed(stemmer: str) -> tantivy.TextAnalyzer:
    """Return what drops the function words that tantivy lists for a language."""
    stopwords = tantivy.Filter.stopword(stemmer)
    return tantivy.TextAnalyzerBuilder(tantivy.Tokenizer.raw()).filter(stopwords).build()
