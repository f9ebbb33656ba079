"""Take the tour of the bot, and write its transcript to docs/tour.md.

`python -m docs.tour` needs Discord's OpenAPI description beside the project, as the tests do.
`--models DIR` names prepared models (`data/models` has them once anything was indexed), which
saves half a minute. What the pictures are made of is written to docs/pictures/messages.json.
"""

from __future__ import annotations

import argparse
import asyncio
import sys
import tempfile
from pathlib import Path

from tests.loopback.openapi import locate
from tests.tour.papers import papers, stale
from tests.tour.staging import tour


def main() -> int:
    """Take the tour and write it down; return the exit code."""
    parser = argparse.ArgumentParser(description="Write the transcript of the tour anew.")
    parser.add_argument("--models", type=Path, help="a folder of prepared models")
    models = parser.parse_args().models
    if locate() is None:
        sys.stderr.write("Discord's OpenAPI description is absent; DISCORD_OPENAPI names it.\n")
        return 2
    with tempfile.TemporaryDirectory() as folder:
        guide = asyncio.run(tour(Path(folder), models))
    written = papers(guide)
    for path in stale(written):
        path.write_text(written[path], encoding="utf-8")
        sys.stdout.write(f"{path} is renewed.\n")
    if violations := guide.server.violations:
        sys.stderr.write("\n".join(map(str, violations)) + "\n")
    return 1 if violations else 0


if __name__ == "__main__":
    sys.exit(main())
