"""An archive in German: its stems, its function words, its sentence ends."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from config.settings import load_settings
from retrieval.archive import Archive
from retrieval.collecting import Plan
from retrieval.indexing import Indexer
from retrieval.types import Article
from tests.conftest import SEARCH, Shelf
from tests.hashed import CHUNKING
from tests.spelt import PiecewiseEncoder

_TEXTS = {
    "Die alte Brücke": "Die Brücke wurde 1872 von Dr. Karl Müller gebaut. Sie trägt z. B. Fußgänger"
    " und Radfahrer. Lastwagen fahren über die Umgehungsstraße.",
    "Bäume am Kanal": "Am Kanal stehen ca. 40 Bäume. Im Herbst fallen die Blätter ins Wasser.",
    "Das Häuschen": "Das Häuschen gehört einem Fährmann. „Ich verkaufe es nie“, sagte er am"
    " 3. Mai. Danach ging er fischen.",
    "Ärzte im Dorf": "Im Dorf arbeiten zwei Ärzte. Die Krankenhausapotheke liegt am Markt.",
    "Der Bäcker": "Der Bäcker Schröder backt Brot u. a. aus Roggen. Seine Öfen sind groß.",
    "Vogelzug": "Die Störche ziehen im August nach Süden. Prof. Weiß zählt sie jedes Jahr.",
}


@pytest.fixture(scope="module")
def archive(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Archive]:
    """Yield an archive of six German articles, served in German."""
    folder = tmp_path_factory.mktemp("german")
    chunking = replace(CHUNKING, language="de")
    encoder = PiecewiseEncoder()
    shelf = Shelf("shelf", [Article(title, text, title) for title, text in _TEXTS.items()])
    Indexer(folder, encoder, chunking, Plan([shelf], configured=True), lambda _: None).run()
    archive = Archive(folder, encoder, chunking, SEARCH)
    yield archive
    archive.close()


@pytest.mark.parametrize(
    ("question", "title", "highlight"),
    [
        (
            "Wann wurden die Brücken gebaut?",
            "Die alte Brücke",
            "Die Brücke wurde 1872 von Dr. Karl Müller gebaut.",
        ),
        ("Wie viele Baum stehen am Kanal?", "Bäume am Kanal", "Am Kanal stehen ca. 40 Bäume."),
        (
            "Was verkaufte der Fährmann am Mai nie?",
            "Das Häuschen",
            "„Ich verkaufe es nie“, sagte er am 3. Mai.",
        ),
        ("Welcher Arzt arbeitet im DORF?", "Ärzte im Dorf", "Im Dorf arbeiten zwei Ärzte."),
        (
            "Was backt Baecker Schroeder aus Roggen?",
            "Der Bäcker",
            "Der Bäcker Schröder backt Brot u. a. aus Roggen.",
        ),
        ("Welche Lastwagen fahren ueber die UMGEHUNGSSTRASSE?", "Die alte Brücke",
         "Lastwagen fahren über die Umgehungsstraße."),
        ("Wer zaehlt den Storch?", "Vogelzug", "Prof. Weiß zählt sie jedes Jahr."),
    ],
)  # fmt: skip
def test_inflected_questions_find_their_sentence(
    archive: Archive, question: str, title: str, highlight: str
) -> None:
    """Other forms, ß and umlauts match, and a highlight ends where a German sentence does."""
    hit = archive.ask(question).hits[0]
    text = hit.version.article.text
    assert title == hit.version.article.title
    sentences = [text[s.start : s.end] for s in hit.passage.sentences]
    assert highlight in sentences
    assert {text[s.start : s.end] for s in hit.highlights} <= set(sentences)


@pytest.mark.parametrize(
    "question",
    [
        "Wer ist der Zeppelin?",
        "Wann und warum gibt es den Zeppelin?",
        "Wie viele Zeppelin gibt es denn?",
        "Welches ist das, wozu und wofür wurde es Zeppelin?",
        "Wie heißt die, über die etwa ein Zeppelin könnte?",
    ],
)
def test_german_question_words_are_no_unknown_words(archive: Archive, question: str) -> None:
    """A refusal names the unknown word alone: articles and question words ask about nothing."""
    answer = archive.ask(question)
    assert not answer.answered
    assert ("Zeppelin",) == answer.unknown_words


def test_german_words_are_corrected(archive: Archive) -> None:
    """A misspelt German word is taken for the archive's, with its capital and its umlaut."""
    answer = archive.ask("Wo ist die Krankenhausapoteke?")
    assert ["Krankenhausapotheke"] == [c.taken_for for c in answer.corrections]
    assert ["Fußgänger"] == [
        c.taken_for for c in archive.ask("Trägt sie Fusganger?").corrections
    ]  # fmt: skip


def test_a_language_and_its_model_are_named_in_the_settings(tmp_path: Path) -> None:
    """Language and model stand beside each other; a folder is meant from the file's place."""
    (tmp_path / "models" / "german").mkdir(parents=True)
    config = tmp_path / "my.yaml"
    config.write_text("language: de\nmodel: {name: models/german}\n", encoding="utf-8")
    settings = load_settings(config)
    assert ("de", str(tmp_path / "models" / "german"), None) == (
        settings.language, settings.model.name, settings.model.sha256,
    )  # fmt: skip
