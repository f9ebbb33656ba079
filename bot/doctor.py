"""Check everything that a running bot needs, and say what to do about what is amiss."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import aiohttp
import discord
from pydantic import SecretStr

from retrieval.archive import Archive
from retrieval.errors import FootnoteError
from retrieval.generation import Generations
from retrieval.reranker import Reranker


@dataclass(frozen=True, slots=True)
class Check:
    """One thing looked at.

    Attributes:
        name: What was looked at.
        passed: Whether it is in order.
        finding: What was found; where it is amiss, what to do.
    """

    name: str
    passed: bool
    finding: str


def examine(
    data_dir: Path,
    sources: Iterable[Path],
    open_archive: Callable[[], Archive],
    token: SecretStr | None,
    *,
    listens: bool = False,
) -> list[Check]:
    """Return every check, in the order in which they depend on each other.

    Args:
        data_dir: The data folder.
        sources: The files and folders of the sources.
        open_archive: Opens the archive.
        token: The bot's token, None where there is none.
        listens: Whether the bot is to read messages that are not addressed to it.
    """
    checks = [_data_dir(data_dir)]
    checks += [_source(path) for path in sources]
    checks += _archive(open_archive)
    checks += _generations(Generations(data_dir))
    checks += _token(token, listens)
    return checks


def _data_dir(folder: Path) -> Check:
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        return Check("data folder", False, f"{folder} cannot be made ({error.strerror}).")
    if not os.access(folder, os.W_OK):
        return Check("data folder", False, f"{folder} cannot be written; correct its permissions.")
    return Check("data folder", True, str(folder))


def _source(path: Path) -> Check:
    if not path.exists():
        return Check("source", False, f"{path} does not exist; correct `sources` in the settings.")
    return Check("source", True, str(path))


def _archive(open_archive: Callable[[], Archive]) -> list[Check]:
    try:
        archive = open_archive()
    except FootnoteError as error:
        return [Check("index", False, str(error))]
    checks = [_index(archive)]
    if archive.reranker is not None:
        checks.append(_reranker(archive.reranker))
    return checks


def _generations(generations: Generations) -> list[Check]:
    """Check that the generations kept are whole, every file read to its end."""
    reviewed = generations.review(thorough=True)
    if not reviewed:
        return []
    if problems := [each.problem for each in reviewed if each.problem]:
        return [Check("generations", False, " ".join(problems))]
    return [Check("generations", True, f"{len(reviewed)} kept, every file of them whole")]


def _reranker(reranker: Reranker) -> Check:
    """Check that what the reranker is asked to do fits into its time."""
    milliseconds = reranker.measure()
    if milliseconds is None:
        cure = "it cannot score passages; the log says why. Name another in `reranker.name`."
        return Check("reranker", False, cure)
    found = (
        f"{reranker.model.card.name} needs {milliseconds:.0f} ms for {reranker.first} passages "
        f"and has {reranker.budget_ms:g}"
    )
    if milliseconds > reranker.budget_ms:
        cure = "it will be skipped; lower `reranker.first`, raise `reranker.budget_ms`, or name"
        return Check("reranker", False, f"{found}; {cure} a smaller model.")
    return Check("reranker", True, found)


def _index(archive: Archive) -> Check:
    try:
        answer = archive.ask("What is in the archive?", k=1)
        count = len(archive.articles())
    except FootnoteError as error:
        return Check("index", False, str(error))
    finally:
        archive.close()
    if archive.generation != archive.published:
        found = f"generation {archive.published} is damaged and {archive.generation} answers"
        return Check("index", False, f"{found}; run `footnote index`.")
    milliseconds = answer.timings.total
    found = (
        f"generation {archive.generation}, {count} articles, a question in {milliseconds:.0f} ms"
    )
    return Check("index", True, found)


def _token(token: SecretStr | None, listens: bool) -> list[Check]:
    if token is None:
        cure = "DISCORD_TOKEN is not set; without it `footnote chat` answers in the terminal."
        return [Check("token", True, cure)]
    return asyncio.run(_ask_discord(token, listens))


async def _ask_discord(token: SecretStr, listens: bool) -> list[Check]:
    client = discord.Client(intents=discord.Intents.none())
    try:
        await client.login(token.get_secret_value())
        application = await client.application_info()
        servers = await client.http.get_guilds(limit=200)
    except discord.LoginFailure:
        return [Check("token", False, "Discord refuses DISCORD_TOKEN; copy it anew.")]
    except (discord.HTTPException, aiohttp.ClientError, OSError) as error:
        reason = type(error).__name__
        return [Check("token", False, f"Discord cannot be reached ({reason}); try again later.")]
    finally:
        await client.close()
    invite = discord.utils.oauth_url(application.id, permissions=INVITE_PERMISSIONS)
    checks = [
        Check("token", True, f"it is {application.name}'s"),
        _intents(application.flags, listens),
    ]
    if not servers:
        return [*checks, Check("servers", True, f"the bot is in none yet; invite it: {invite}")]
    return checks + [_server(server, invite) for server in servers]


def _intents(flags: discord.ApplicationFlags, listens: bool) -> Check:
    """Check that the bot may read what it is to read."""
    if not listens:
        found = "none that is privileged is needed, and none is asked for"
        return Check("intents", True, found)
    if not (flags.gateway_message_content or flags.gateway_message_content_limited):
        cure = (
            "to listen, it needs the Message Content Intent; turn that on in the Developer "
            "Portal (your application, Bot), or clear `discord.listening.channels`."
        )
        return Check("intents", False, cure)
    return Check("intents", True, "the bot may read the messages of the channels it listens in")


def _server(server: Mapping[str, Any], invite: str) -> Check:
    """Check what the bot may do in a server, as far as its roles go."""
    held = discord.Permissions(int(server.get("permissions", 0)))
    lacking = [
        name.replace("_", " ")
        for name, wanted in INVITE_PERMISSIONS
        if wanted and not (held.administrator or getattr(held, name))
    ]
    if lacking:
        cure = f"the bot lacks {', '.join(lacking)}; invite it anew: {invite}"
        return Check(f"server {server['name']}", False, cure)
    return Check(f"server {server['name']}", True, "the bot may do all that it needs")


INVITE_PERMISSIONS = discord.Permissions(
    view_channel=True,
    send_messages=True,
    send_messages_in_threads=True,
    read_message_history=True,
)
"""What the bot asks of a server: to read, to answer, and to reply to what was asked."""
