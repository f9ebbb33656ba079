"""The real command line against a loopback Discord: `launch HTTP_BASE GATEWAY_URL ARGUMENT…`."""

from __future__ import annotations

import sys

import yarl
from discord.gateway import DiscordWebSocket
from discord.http import Route


def main() -> None:
    """Point discord.py at the loopback server, then hand over to `footnote`."""
    _, http_base, gateway_url, *arguments = sys.argv
    Route.BASE = http_base
    DiscordWebSocket.DEFAULT_GATEWAY = yarl.URL(gateway_url)
    sys.argv = ["footnote", *arguments]
    # Imported here, so that nothing of the bot runs before discord.py points at the loopback.
    from bot.cli import main as footnote

    footnote()


if __name__ == "__main__":
    main()
