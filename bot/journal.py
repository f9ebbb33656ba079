"""The in-flight journal: what was acknowledged and not yet answered, across a restart.

A file an entry, readable by its owner alone: an entry holds the question and,
for an interaction, the token that lets the answer be sent. Entries go when the
answer is out, and in any case after fifteen minutes, when Discord's token ends.
A folder that cannot be written keeps no question from its answer: only from being
answered after a restart.
"""

from __future__ import annotations

import json
import logging
import os
import time
from dataclasses import asdict, dataclass
from pathlib import Path

from bot.access import Place
from bot.language import ENGLISH

_log = logging.getLogger(__name__)

LIFETIME = 15 * 60
"""Seconds for which Discord takes an answer to an interaction."""


@dataclass(frozen=True, slots=True)
class Entry:
    """A question that was acknowledged.

    Attributes:
        id: The interaction's or the message's id.
        at: When it was acknowledged, seconds since the epoch.
        question: The question.
        context: The questions that it follows up, a line each, or None.
        filters: What it is narrowed to, times as ISO 8601.
        place: Where the reply is read: server, channels and roles.
        private: Whether only its asker sees the reply.
        asker_id: Who asked.
        channel_id: The channel.
        token: The interaction's token; None for a message.
        locale: The language of the reply.
        about: The message whose words it is, where its answer may be shared; else None.
    """

    id: int
    at: float
    question: str
    context: str | None
    filters: dict[str, str]
    place: Place
    private: bool
    asker_id: int
    channel_id: int | None
    token: str | None
    locale: str
    about: int | None = None


class Journal:
    """The entries in one folder."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._told = False

    def open(self, entry: Entry) -> None:
        """Write an entry down, whole or not at all, before its question is searched for."""
        try:
            self._write(entry)
            self._told = False
        except OSError as error:
            self._tell(error)
            self._drop(self._staged(entry.id))

    def _tell(self, error: OSError) -> None:
        """Say that the folder cannot be written, once until it can be again."""
        if not self._told:
            _log.error(
                "Questions in flight cannot be written down in %s (%s); they are answered, "
                "unless the bot is killed: check the folder's permissions and free space.",
                self._folder,
                error.strerror,
            )
        self._told = True

    def _write(self, entry: Entry) -> None:
        self._folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        staged = self._staged(entry.id)
        descriptor = os.open(staged, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(descriptor, "w", encoding="utf-8") as stream:
            json.dump(asdict(entry), stream)
        staged.replace(self._folder / f"{entry.id}.json")

    def _staged(self, entry_id: int) -> Path:
        return self._folder / f".{entry_id}"

    def close(self, entry_id: int) -> None:
        """Drop an entry: its question has been answered."""
        self._drop(self._folder / f"{entry_id}.json")

    def _drop(self, path: Path) -> None:
        try:
            path.unlink(missing_ok=True)
        except OSError as error:
            self._tell(error)

    def pending(self) -> list[Entry]:
        """Return what can still be answered after a restart, oldest first; drop the rest."""
        for left in self._folder.glob(".*"):  # one that was being written when all ended
            self._drop(left)
        self.drop_expired()
        found = [entry for path in self._folder.glob("*.json") if (entry := _read(path))]
        return sorted((e for e in found if not _is_over(e)), key=lambda entry: entry.at)

    def drop_expired(self) -> None:
        """Drop the entries that Discord no longer takes an answer to, and those not whole."""
        for path in self._folder.glob("*.json"):
            entry = _read(path)
            if entry is None or _is_over(entry):
                self._drop(path)


def _is_over(entry: Entry) -> bool:
    return time.time() - entry.at >= LIFETIME


def _read(path: Path) -> Entry | None:
    """Return the entry in a file, None where it is not whole or has just gone."""
    try:
        row = json.loads(path.read_text(encoding="utf-8"))
        guild_id, channel_ids, role_ids = row["place"].values()
        place = Place(guild_id, tuple(channel_ids), tuple(role_ids))
        # The first entries have no language.
        return Entry(**{"locale": ENGLISH, **row, "place": place})
    except (OSError, ValueError, TypeError, KeyError, AttributeError):
        return None
