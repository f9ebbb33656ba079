"""A child process for parsers that a hostile document could hang or swell."""

from __future__ import annotations

import multiprocessing
import resource
import signal
from collections.abc import Callable, Iterator
from concurrent.futures import TimeoutError as TookTooLong
from types import TracebackType
from typing import Any, Self, TypeVar

from pebble import ProcessExpired, ProcessPool

from retrieval.errors import SourceError

T = TypeVar("T")

_MEMORY = 3 * 1024**3
"""Bytes of address space that a parser may take."""

_GRACE = 5
"""Seconds behind the limit at which a child whose parent is gone ends itself."""


def _confine(memory: int) -> None:
    # macOS knows the limit and does not keep it; there the time limit alone holds.
    _, most = resource.getrlimit(resource.RLIMIT_AS)
    if most == resource.RLIM_INFINITY or most > memory:
        resource.setrlimit(resource.RLIMIT_AS, (memory, most))
    signal.signal(signal.SIGINT, signal.SIG_IGN)


def _call(seconds: int, function: Callable[..., T], arguments: tuple[Any, ...]) -> T:
    """Call a function; end this process where it takes far too long."""
    signal.alarm(seconds)
    try:
        return function(*arguments)
    except RecursionError as error:
        raise SourceError("is nested too deeply to be read; leave it out") from error
    finally:
        signal.alarm(0)


def _listed(function: Callable[..., Iterator[T]], *arguments: Any) -> list[T]:
    return list(function(*arguments))


class Parser:
    """Calls functions in a child process, cut off where they take too long or too much.

    The child starts with the first call. Functions and their arguments must be
    picklable.
    """

    def __init__(self, seconds: float = 20.0, memory: int = _MEMORY) -> None:
        """Prepare a parser.

        Args:
            seconds: What one call may take.
            memory: Bytes of address space that the child may take.
        """
        self._seconds = seconds
        self._memory = memory
        self._pool: ProcessPool | None = None

    def __enter__(self) -> Self:
        """Return this parser."""
        return self

    def __exit__(
        self, _: type[BaseException] | None, _error: BaseException | None, _at: TracebackType | None
    ) -> None:
        """End the child."""
        if self._pool is not None:
            self._pool.stop()  # type: ignore[no-untyped-call]
            self._pool.join()
            self._pool = None

    def _started(self) -> ProcessPool:
        if self._pool is None:
            # Spawned, not forked: a fork would inherit the threads' locks of the libraries.
            self._pool = ProcessPool(
                max_workers=1,
                initializer=_confine,
                initargs=[self._memory],
                context=multiprocessing.get_context("spawn"),
            )
        return self._pool

    def run(self, function: Callable[..., T], *arguments: Any) -> T:
        """Return what a function returns.

        Args:
            function: A function of a module.
            arguments: What it is called with.

        Raises:
            SourceError: The function raised it, was cut off, or ended its process.
        """
        alarm = int(self._seconds) + _GRACE
        future = self._started().schedule(
            _call, args=[alarm, function, arguments], timeout=self._seconds
        )
        try:
            result: T = future.result()
        except TookTooLong as error:
            raise SourceError(
                f"kept its reader busy for {self._seconds:g} seconds and was cut off; leave it "
                "out, or raise `limits.seconds`"
            ) from error
        except MemoryError as error:
            raise SourceError("takes more memory than a document may; leave it out") from error
        except ProcessExpired as error:
            raise SourceError("made its reader crash; leave it out") from error
        return result

    def read(self, function: Callable[..., Iterator[T]], *arguments: Any) -> list[T]:
        """Return what a function yields, as `run` does."""
        return self.run(_listed, function, *arguments)
