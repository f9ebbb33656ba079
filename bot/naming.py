"""What commands and their options are called, in Discord's menus, in the user's language."""

from __future__ import annotations

from typing import Any

import discord
from discord import app_commands
from discord.app_commands import TranslationContextLocation as Location

from bot.language import LANGUAGES, speaking

Command = app_commands.Command[Any, ..., Any] | app_commands.Group


def _key(command: Command) -> str:
    return "command-" + command.qualified_name.replace(" ", "-")


def menu_name(key: str) -> app_commands.locale_str:
    """Return the name of a command in the menu of messages, by its key in the catalogue."""
    return app_commands.locale_str(speaking(None)(key), key=key)


def describe_commands(tree: app_commands.CommandTree[Any]) -> None:
    """Describe every command and option in English, which Discord shows where it knows no more."""
    say = speaking(None)
    for command in tree.walk_commands():
        command.description = say(_key(command))
        if isinstance(command, app_commands.Command):
            # discord.py has no description translated that is a plain string.
            options = {
                option.name: app_commands.locale_str(say(f"{_key(command)}-{option.name}"))
                for option in command.parameters
            }
            app_commands.describe(**options)(command)


class Naming(app_commands.Translator):
    """Translates what commands say of themselves."""

    async def translate(
        self,
        string: app_commands.locale_str,
        locale: discord.Locale,
        context: app_commands.TranslationContextTypes,
    ) -> str | None:
        """Return a name or a description in a language of the catalogues', else None."""
        say = speaking(locale.value)
        if say.code == LANGUAGES[0]:
            return None
        if isinstance(context.data, app_commands.ContextMenu):
            return say(string.extras["key"])
        if context.location in (Location.command_description, Location.group_description):
            return say(_key(context.data))
        if context.location is Location.parameter_description:
            return say(f"{_key(context.data.command)}-{context.data.name}")
        return None
