"""What the bot can do for who asks, where they ask."""

from __future__ import annotations

from collections.abc import Collection
from typing import TYPE_CHECKING, Any

import discord
from discord import AppCommandType, app_commands
from discord.ext import commands

from bot.language import Language, of_interaction
from bot.layout import layout, text

if TYPE_CHECKING:
    from bot.client import FootnoteBot

_CHANNELS = 10
"""Channels that are named at most."""


def ways(*, member: bool, direct: bool, menu: bool, listening: bool) -> list[str]:
    """Return the keys of the ways to ask that there are in a place.

    Args:
        member: Whether the bot is a member of the server, and so hears messages there.
        direct: Whether the place is the direct messages with the bot.
        menu: Whether there is a command in the menu of messages.
        listening: Whether it listens in channels of the place.
    """
    offered = {
        "help-ask": True,
        "help-ask-here": direct,
        "help-ask-mention": member,
        "help-ask-reply": member or direct,
        "help-ask-follow-up": not (member or direct),
        "help-ask-menu": menu,
        "help-ask-check": menu,
        "help-ask-message": not direct,
        "help-ask-listening": listening,
    }
    return [key for key, there in offered.items() if there]


class Help(commands.Cog):
    """Says what the bot can do."""

    def __init__(self, bot: FootnoteBot, listening: Collection[int] = ()) -> None:
        """Prepare the help.

        Args:
            bot: The bot.
            listening: The channels in which it answers what is not addressed to it.
        """
        self.bot = bot
        self._listening = listening

    @app_commands.command(name="help")
    async def help(self, interaction: discord.Interaction) -> None:
        """Say what the bot can do for who asks, here."""
        say = of_interaction(interaction)
        heard = self._heard(interaction)
        keys = ways(
            # Where only its user has installed the bot, it hears nothing but commands.
            member=interaction.guild_id is not None and interaction.is_guild_integration(),
            direct=interaction.context.dm_channel,
            menu=bool(self.bot.tree.get_commands(type=AppCommandType.message)),
            listening=bool(heard),
        )
        parts = ["\n".join(self._said(say, key, channels=say.list(heard)) for key in keys)]
        parts += [self._said(say, key) for key in ("help-look-up", "help-come-back")]
        if self.bot.administers(interaction):
            parts.append(self._said(say, "help-admin"))
        parts.append(f"-# {say('help-quoted')}")
        view = layout(*(text(part) for part in parts))
        await interaction.response.send_message(view=view, ephemeral=True)

    def _heard(self, interaction: discord.Interaction) -> list[str]:
        """Return the channels of the server in which it listens, of those that the user sees."""
        server, user = interaction.guild, interaction.user
        if server is None or not isinstance(user, discord.Member):
            return []
        channels = (server.get_channel(number) for number in sorted(self._listening))
        seen = [c.mention for c in channels if c and c.permissions_for(user).view_channel]
        return seen[:_CHANNELS]

    def _said(self, say: Language, key: str, **arguments: str) -> str:
        """Return a part of the help, its commands such that a click begins them."""
        known = self.bot.tree.get_commands(type=AppCommandType.chat_input)
        names = {command.name: self._mention(command) for command in known}
        return say(key, **names, **arguments)

    def _mention(self, command: app_commands.Command[Any, ..., Any] | app_commands.Group) -> str:
        """Return what a command is called in a message: a click begins it where its id is known.

        Discord lets nobody click a group, so its first command stands for it.
        """
        first = command.commands[0] if isinstance(command, app_commands.Group) else command
        known = self.bot.command_ids.get(command.name)
        return f"</{first.qualified_name}:{known}>" if known else f"`/{first.qualified_name}`"
