"""The child process that parsers run in: cut off, replaced, and gone with its parent."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator

import pytest

from retrieval.errors import SourceError
from retrieval.sources.parser import Parser
from tests.commands import ROOT, environment

MEMORY = 1_500_000_000


def name_process() -> int:
    """Return the number of the process that runs this."""
    return os.getpid()


def hang() -> None:
    """Never return."""
    while True:
        time.sleep(60)


def spin() -> None:
    """Keep the processor busy for ever."""
    while True:
        pass


def swell() -> int:
    """Take more memory than there may be."""
    return len(b"x" * 4 * MEMORY)


def crash() -> None:
    """End the process at once."""
    os.kill(os.getpid(), signal.SIGSEGV)


def refuse() -> Iterator[str]:
    """Yield something, then refuse the rest."""
    yield "something"
    raise SourceError("is no page; leave it out")


def dig(depth: int) -> int:
    """Nest calls until there is no more room."""
    return dig(depth + 1) + 1


def count(most: int) -> Iterator[int]:
    """Yield numbers."""
    yield from range(most)


@pytest.fixture(scope="module")
def parser() -> Iterator[Parser]:
    """Yield a parser whose calls may take a second."""
    with Parser(seconds=1.0, memory=MEMORY) as parser:
        yield parser


def test_functions_run_elsewhere(parser: Parser) -> None:
    """A function's result comes back from another process; what it yields, as a list."""
    assert os.getpid() != parser.run(name_process)
    assert parser.run(name_process) == parser.run(name_process)
    assert [0, 1, 2] == parser.read(count, 3)


@pytest.mark.parametrize(
    ("function", "arguments", "reason"),
    [
        (hang, (), "kept its reader busy for 1 seconds and was cut off; "),
        (spin, (), "kept its reader busy for 1 seconds and was cut off; "),
        (swell, (), "takes more memory than a document may; "),
        (crash, (), "made its reader crash; "),
        (dig, (0,), "is nested too deeply to be read; "),
    ],
)
def test_a_function_that_goes_wrong_is_a_sentence(
    parser: Parser, function: object, arguments: tuple[int, ...], reason: str
) -> None:
    """What hangs, swells, crashes or digs is cut off, and the next call is served."""
    with pytest.raises(SourceError) as refused:
        parser.run(function, *arguments)  # type: ignore[arg-type]
    assert str(refused.value).startswith(reason)
    assert [0] == parser.read(count, 1)


def test_a_refusal_arrives_as_it_was_said(parser: Parser) -> None:
    """A sentence that a reader raises reaches its caller."""
    with pytest.raises(SourceError, match=r"^is no page; leave it out$"):
        parser.read(refuse)


ORPHANING = """
import os, threading
from retrieval.sources.parser import Parser
from tests.retrieval.test_parser import hang, name_process
with Parser(seconds=1) as parser:
    print(parser.run(name_process), flush=True)
    threading.Timer(0.3, lambda: os.kill(os.getpid(), 9)).start()
    parser.run(hang)
"""


@pytest.mark.slow
def test_a_child_does_not_outlive_its_parent() -> None:
    """When a run is killed while its parser hangs, the parser ends itself a little later."""
    done = subprocess.run(
        [sys.executable, "-c", ORPHANING],
        cwd=ROOT,
        env=environment(),
        stdout=subprocess.PIPE,
        text=True,
        check=False,
    )
    assert -signal.SIGKILL == done.returncode
    deadline = time.monotonic() + 20
    while time.monotonic() < deadline:
        try:
            os.kill(int(done.stdout), 0)
        except ProcessLookupError:
            return
        time.sleep(0.1)
    pytest.fail("the child is still there")
