"""One indexing run as a child process, told by its JSON lines."""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from typing import Any

_NICE = 10
_LONGEST_LINE = 64 * 1024 * 1024


class Reindexing:
    """A run of `footnote index --json`, niced so that questions come first."""

    def __init__(self, process: asyncio.subprocess.Process) -> None:
        self._process = process
        self.cancelled = False

    @classmethod
    async def start(cls, command: list[str]) -> Reindexing:
        """Start a run.

        Args:
            command: The command line.

        Raises:
            OSError: It cannot be started.
        """
        process = await asyncio.create_subprocess_exec(
            *command,
            stdin=asyncio.subprocess.DEVNULL,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.PIPE,
            limit=_LONGEST_LINE,
        )
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.setpriority(os.PRIO_PROCESS, process.pid, _NICE)
        return cls(process)

    def cancel(self) -> None:
        """Stop the run; what it had not published is as if it had not been."""
        self.cancelled = True
        with contextlib.suppress(ProcessLookupError):
            self._process.terminate()

    async def events(self) -> AsyncIterator[dict[str, Any]]:
        """Yield what the run reports, until it ends."""
        assert self._process.stdout is not None
        async for line in self._process.stdout:
            with contextlib.suppress(ValueError):
                event = json.loads(line)
                if isinstance(event, dict) and "event" in event:
                    yield event

    async def gone(self) -> None:
        """Wait for the run's end."""
        await self._process.wait()

    async def ended(self) -> tuple[int, str]:
        """Wait for the run's end; return its exit code and the last thing that it said."""
        assert self._process.stderr is not None
        said = (await self._process.stderr.read()).decode("utf-8", "replace").strip()
        code = await self._process.wait()
        return code, said.splitlines()[-1] if said else ""


@dataclass(slots=True)
class Run:
    """A run that someone started from Discord.

    Attributes:
        starter_id: Who started it.
        starter: Their name.
        before: The generation that answered when it began.
        process: The run itself.
        last: The last event that it reported.
    """

    starter_id: int
    starter: str
    before: str
    process: Reindexing
    last: dict[str, Any] = field(default_factory=dict)
