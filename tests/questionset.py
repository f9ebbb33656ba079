"""A small question set in BEIR layout, written by hand, for whoever measures."""

from __future__ import annotations

import gzip
import json
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

Row = Mapping[str, Any]

FILLER = (
    "The mill stands where two streams meet, and its roof is thatched with reed. In spring the "
    "meadow before it is flooded, and the miller's children row to school in a flat boat. "
    "Painters come in the summer and sit on the far bank until the light goes. "
)
"""Sentences that answer nothing, to fill an article with."""

OPENS = "The wheel was cast in the foundry at Elsterberg by the brothers Kranz."

CORPUS: list[Row] = [
    {"_id": "mill", "title": "The mill of Grauwinkel", "text": f"{FILLER * 5}{OPENS} {FILLER}"},
    {"_id": "bell", "title": "A bell for Saint Odile",
     "text": "The new bell weighs nine hundred kilos. It was hung on Tuesday by four climbers. "
             "In 1924 the old one had cracked in the frost of a long winter."},
    {"_id": "ferry", "title": "Ferry to the island",
     "text": "The ferry leaves at seven. A ticket costs four crowns, and bicycles travel free. "
             "In a storm it stays in the harbour."},
    {"_id": "bees", "title": "Bees on the roof",
     "text": "Twelve hives stand on the roof of the town hall. Their honey is sold in December."},
    {"_id": "road", "title": "Road <works> & more",
     "text": "The coast road is closed for <b & c> until the ninth of May. A detour leads "
             "through Anholt."},
]  # fmt: skip

QUERIES: list[Row] = [
    {"_id": "q1", "text": "Who cast the wheel of the mill?"},
    {"_id": "q2", "text": "How much does the new bell weigh?"},
    {"_id": "q3", "text": "What does a ferry ticket cost?"},
    {"_id": "q4", "text": "Where are the beehives kept?"},
    {"_id": "q5", "text": "When is the coast road open <again>?"},
    {"_id": "q6", "text": "Not judged at all?"},
]

QRELS = "query-id\tcorpus-id\tscore\n" + "".join(
    f"q{n}\t{article}\t1\n"
    for n, article in enumerate(("mill", "bell", "ferry", "bees", "mill"), start=1)
)
"""The last one is judged wrongly, so that something fails."""

EVIDENCE: list[Row] = [
    {"query_id": "q1", "corpus_id": "mill", "answer": "the brothers Kranz",
     "start": str(CORPUS[0]["text"]).index("the brothers Kranz")},
    {"query_id": "q2", "corpus_id": "bell", "answer": "nine hundred kilos"},
    {"query_id": "q3", "corpus_id": "ferry", "answer": "four", "sentences":
        ["A ticket costs four crowns, and bicycles travel free."]},
    {"query_id": "q4", "corpus_id": "bees", "answer": "in town", "answer_in_passage": False},
]  # fmt: skip

UNANSWERABLE: list[Row] = [
    {"_id": "u1", "text": "Who painted the chapel's ceiling?"},
    {"_id": "u2", "text": "How long is the coast road?"},
]

DISTRACTORS: list[Row] = [
    {"_id": "other-1", "title": "Chess", "text": "The chess club meets on Fridays in the library."},
    {"_id": "other-2", "title": "Boats", "text": "Old boats are mended in the yard by the weir."},
]

FOREIGN: list[Row] = [
    {"_id": "f1", "text": "Which enzyme unwinds the double helix?"},
    {"_id": "f2", "text": "What is the boiling point of mercury?"},
]


def lines(rows: Iterable[Row]) -> str:
    """Return rows as JSON lines."""
    return "".join(json.dumps(row) + "\n" for row in rows)


def write_set(folder: Path) -> Path:
    """Write the set into a new folder; return it."""
    (folder / "qrels").mkdir(parents=True)
    (folder / "corpus.jsonl").write_text(lines(CORPUS), encoding="utf-8")
    (folder / "queries.jsonl").write_text(lines(QUERIES), encoding="utf-8")
    (folder / "evidence.jsonl").write_text(lines(EVIDENCE), encoding="utf-8")
    (folder / "unanswerable.jsonl").write_text(lines(UNANSWERABLE), encoding="utf-8")
    (folder / "qrels" / "test.tsv").write_text(QRELS, encoding="utf-8")
    return folder


def write_foreign(folder: Path) -> Path:
    """Write a set of which nothing but the questions matters; return its folder."""
    (folder / "qrels").mkdir(parents=True)
    row = {"_id": "c", "title": "Chemistry", "text": "Helicase unwinds the double helix."}
    (folder / "corpus.jsonl").write_text(lines([row]), encoding="utf-8")
    (folder / "queries.jsonl").write_text(lines(FOREIGN), encoding="utf-8")
    judged = "query-id\tcorpus-id\tscore\nf1\tc\t1\nf2\tc\t2\n"
    (folder / "qrels" / "dev.tsv").write_text(judged, encoding="utf-8")
    return folder


def write_distractors(path: Path) -> Path:
    """Write articles beside the set's, packed by gzip; return the file."""
    path.write_bytes(gzip.compress(lines(DISTRACTORS).encode()))
    return path
