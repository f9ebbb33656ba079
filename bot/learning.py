"""The composition root's part that learns from votes: settings become a prior, or none."""

from __future__ import annotations

import logging
from dataclasses import asdict, dataclass
from typing import Any

from bot.composition import answering_encoder, chunking, open_archive
from config.settings import Settings
from retrieval.answering import Answerer
from retrieval.archive import recipe_of
from retrieval.database import Database
from retrieval.errors import EvaluationError, FootnoteError, StorageError
from retrieval.generation import Generations
from retrieval.golden import read_golden
from retrieval.learning import FEWEST, learn
from retrieval.prior import Lesson, prior_file
from retrieval.records import Records
from retrieval.report import Report

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Learned:
    """What came of learning, and what it ends.

    Attributes:
        lesson: What was learned.
        retired: Whether an earlier prior was in use, and is no more.
    """

    lesson: Lesson
    retired: bool

    @property
    def sentence(self) -> str:
        """What was measured and decided, in words."""
        lesson = self.lesson
        ended = " The votes that counted before no longer do." if self.retired else ""
        if not lesson.votes:
            return (
                "Not used: there are no votes yet; readers vote with Useful and Not useful "
                f"below an answer in Discord.{ended}"
            )
        votes = "1 vote" if lesson.votes == 1 else f"{lesson.votes} votes"
        people = "1 person" if lesson.people == 1 else f"{lesson.people} people"
        given = f"from {votes} of {people}"
        before, after = lesson.before, lesson.after
        if before is None or after is None:
            return f"Not used: no passage {given} stands in the archive any more.{ended}"
        measured = (
            f"{before.answered} of {before.asked} → {after.answered} of {after.asked} golden "
            f"questions answered, mean reciprocal rank {before.reciprocal_rank:.2f} → "
            f"{after.reciprocal_rank:.2f}, {given}."
        )
        if lesson.used:
            return f"Used: {measured}"
        return f"Not used, for the golden questions fare no better: {measured}{ended}"


def fields(learned: Learned) -> dict[str, Any]:
    """Return what was learned as JSON values; scores are null where nothing was measured."""
    lesson = learned.lesson
    return {
        "used": lesson.used,
        "retired": learned.retired,
        "votes": lesson.votes,
        "people": lesson.people,
        "before": lesson.before and asdict(lesson.before),
        "after": lesson.after and asdict(lesson.after),
        "weight": lesson.prior.weight,
        "passages": len(lesson.prior.passages),
        "sentence": learned.sentence,
    }


def learn_from_votes(settings: Settings) -> Learned:
    """Learn a prior from the votes and the golden questions; keep it, or that it is not used.

    Raises:
        EvaluationError: There are no golden questions, too few, or they cannot be read.
        IndexMissing: Nothing has been indexed yet.
        FootnoteError: The model or the data folder cannot be used.
    """
    if settings.gate.questions is None:
        raise EvaluationError(
            "There are no golden questions, and votes count only where these fare better with "
            "them; name a file of questions and articles by `gate.questions`."
        )
    encoder = answering_encoder(settings)
    archive = open_archive(settings)
    try:
        golden = read_golden(settings.gate.questions, archive.check)
        if len(golden) < FEWEST:
            raise EvaluationError(
                f"{len(golden)} golden questions are too few to judge votes by; add to "
                f"{settings.gate.questions} until there are {FEWEST} or more."
            )
        recipe = recipe_of(encoder, chunking(settings, encoder))
        index = Generations(settings.data_dir).open_current(recipe)
        answerer = Answerer(encoder, archive.catalog, archive.search, archive.reranker)
        ballots = archive.records.ballots()
        lesson = learn(ballots, golden, answerer, index, archive.catalog)
    finally:
        archive.close()
    path = prior_file(settings.data_dir)
    before = _last(settings)
    lesson.save(path)
    return Learned(lesson, before is not None and before.used and not lesson.used)


def learned_after(settings: Settings, report: Report) -> Learned | None:
    """Learn after an indexing run where that is due; None where it is not, or fails.

    It is due where golden questions are named, and the votes are not those of the last
    time, or the passages are not while votes count.
    """
    if settings.gate.questions is None:
        return None
    try:
        return learn_from_votes(settings) if _due(settings, report) else None
    except (FootnoteError, OSError, ValueError, LookupError) as error:
        # What was indexed is published by now, and must be reported as it is.
        _log.warning("Votes could not be learned from. %s", error)
        return None


def _due(settings: Settings, report: Report) -> bool:
    database = Database(settings.data_dir)
    try:
        ballots = Records(database).ballots()
    finally:
        database.close()
    last = _last(settings)
    if last is None:
        return bool(ballots)
    newest = max((ballot.voted_at for ballot in ballots), default=None)
    changed = (last.votes, last.voted_at) != (len(ballots), newest)
    return changed or (report.published and last.used)


def _last(settings: Settings) -> Lesson | None:
    """Return what was learned last; a damaged file is about to be replaced."""
    try:
        return Lesson.load(prior_file(settings.data_dir))
    except StorageError:
        return None
