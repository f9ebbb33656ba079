"""What the bot can do for who asks, where they ask."""

from __future__ import annotations

from typing import TYPE_CHECKING

import discord
from discord import app_commands
from discord.ext import commands

from bot.language import Language, of_interaction
from bot.layout import layout, text

if TYPE_CHECKING:
    from bot.client import FootnoteBot


class Help(commands.Cog):
    """Says what the bot can do."""

    def __init__(self, bot: FootnoteBot) -> None:
        self.bot = bot

    @app_commands.command(name="help")
    async def help(self, interaction: discord.Interaction) -> None:
        """Say what the bot can do for who asks, here."""
        say = of_interaction(interaction)
        parts = [self._asking(say, interaction), self._said(say, "help-look-up")]
        if self.bot.administers(interaction):
            parts.append(self._said(say, "help-admin"))
        view = layout(*(text(part) for part in parts))
        await interaction.response.send_message(view=view, ephemeral=True)

    def _asking(self, say: Language, interaction: discord.Interaction) -> str:
        """Return the ways to ask that there are in the place of an interaction."""
        lines = ["help-ask"]
        # Where only its user has installed the bot, it hears nothing but commands.
        if interaction.is_guild_integration() and interaction.guild_id is not None:
            lines += ["help-ask-mention", "help-ask-reply", "help-ask-message"]
        elif interaction.context.dm_channel:
            lines += ["help-ask-here", "help-ask-reply"]
        else:
            lines += ["help-ask-follow-up", "help-ask-message"]
        return "\n".join(self._said(say, line) for line in [*lines, "help-quoted"])

    def _said(self, say: Language, key: str) -> str:
        """Return a part of the help, its commands such that a click begins them."""
        names = {
            command.name: self.mention(command.name) for command in self.bot.tree.get_commands()
        }
        return say(key, **names)

    def mention(self, name: str) -> str:
        """Return what a command is called in a message: a click begins it where its id is known."""
        known = self.bot.command_ids.get(name)
        return f"</{name}:{known}>" if known else f"`/{name}`"
