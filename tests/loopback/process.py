"""BotProcess: the bot as a child process, talking to a loopback Discord over real sockets."""

from __future__ import annotations

import asyncio
import os
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from types import TracebackType
from typing import Self

from .server import LoopbackDiscord

PROJECT = Path(__file__).parents[2]


class BotProcess:
    """One run of `footnote` against a loopback Discord, started on entering it."""

    def __init__(
        self,
        server: LoopbackDiscord,
        arguments: Sequence[str] = ("run",),
        *,
        environment: Mapping[str, str] | None = None,
        token: str | None = None,
        cwd: Path | None = None,
    ) -> None:
        """Prepare a run.

        Args:
            server: The Discord it is pointed at.
            arguments: The arguments of `footnote`.
            environment: Variables added to this process's own.
            token: The token, if it is not the right one.
            cwd: Where it runs; the project's folder by default.
        """
        self._server = server
        self._cwd = cwd or PROJECT
        self._command = [sys.executable, "-m", "tests.loopback.launch"]
        self._command += [server.http_base, "", *arguments]
        self._environment = {
            **os.environ,
            "DISCORD_TOKEN": server.token if token is None else token,
            "HF_HUB_OFFLINE": "1",
            "PYTHONUNBUFFERED": "1",
            "PYTHONPATH": os.pathsep.join(filter(None, [str(PROJECT), os.getenv("PYTHONPATH")])),
            **(environment or {}),
        }
        self._output: list[str] = []
        self._process: asyncio.subprocess.Process | None = None
        self._reader: asyncio.Task[None] | None = None

    @property
    def pid(self) -> int:
        """The child's process id."""
        return self._child.pid

    @property
    def returncode(self) -> int | None:
        """How it ended, or None while it runs."""
        return self._child.returncode

    async def __aenter__(self) -> Self:
        """Start it."""
        await self.start()
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """End it by force if it still runs."""
        await self.kill()

    async def start(self) -> None:
        """Start the child, and read what it prints."""
        self._command[4] = self._server.gateway_url
        self._process = await asyncio.create_subprocess_exec(
            *self._command,
            cwd=self._cwd,
            env=self._environment,
            stdin=asyncio.subprocess.DEVNULL,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.STDOUT,
        )
        self._reader = asyncio.create_task(self._read())

    async def ready(self, timeout: float = 30.0, *, synced: bool = True) -> None:
        """Wait until READY has been sent, and commands are synced unless that is not awaited.

        Raises:
            RuntimeError: It ended before; the message holds what it printed.
            TimeoutError: It is not ready in time; the message holds what it printed.
        """
        server = self._server

        def probe() -> bool | None:
            if self.returncode is not None:
                raise RuntimeError(f"the bot ended with {self.returncode}\n{self.log()}")
            connected = bool(server.gateway.connections)
            return (connected and (bool(server.commands) or not synced)) or None

        try:
            await server.until(probe, timeout, "ready bot")
        except TimeoutError as error:
            raise TimeoutError(f"{error}\n{self.log()}") from None

    async def wait(self, timeout: float = 10.0) -> int:
        """Wait for the child to end by itself, and return its code."""
        async with asyncio.timeout(timeout):
            code = await self._child.wait()
            if self._reader is not None:
                await self._reader
        return code

    async def terminate(self, timeout: float = 10.0) -> int:
        """Send SIGTERM, wait, and return the code."""
        if self.returncode is None:
            self._child.terminate()
        return await self.wait(timeout)

    async def kill(self) -> None:
        """Send SIGKILL, and wait."""
        if self.returncode is None:
            self._child.kill()
        await self.wait()

    def log(self) -> str:
        """Return what it has printed so far."""
        return "".join(self._output)

    @property
    def _child(self) -> asyncio.subprocess.Process:
        if self._process is None:
            raise RuntimeError("the bot has not been started")
        return self._process

    async def _read(self) -> None:
        assert self._child.stdout is not None, "its output is a pipe"
        while chunk := await self._child.stdout.read(65536):
            self._output.append(chunk.decode(errors="replace"))
            self._server.notify()
        await self._child.wait()
        self._server.notify()
