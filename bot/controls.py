"""Persistent buttons and menus: their state is in their custom id and in the catalog."""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable, Coroutine, Sequence
from typing import Any, NamedTuple, Self

import discord
from discord import ui

from bot.delivery import respond, take
from bot.failures import Refused, guard

Handler = Callable[[discord.Interaction, str], Awaitable[None]]
"""Does what a control says, given the interaction and the control's argument."""

_PREFIX = "fn"

_LAST = {"delete"}
"""Actions after which there is nothing left to remark upon."""


class Choice(NamedTuple):
    """An option of a menu: what it is called, and the action and argument it stands for."""

    label: str
    action: str
    argument: str
    description: str | None = None


def custom_id(action: str, argument: str) -> str:
    """Return the custom id of a control; at most 100 characters, as Discord allows."""
    return f"{_PREFIX}:{action}:{argument}"


def parsed(given: str) -> tuple[str, str]:
    """Return the action and the argument in a custom id; no action where it is not ours."""
    prefix, _, rest = given.partition(":")
    action, _, argument = rest.partition(":")
    return (action, argument) if prefix == _PREFIX else ("", "")


class Control(
    ui.DynamicItem[ui.Item[Any]], template=rf"{_PREFIX}:(?P<action>[a-z]+):(?P<argument>.{{0,80}})"
):
    """The one base of every button and menu: it works after a restart, and its failures are told.

    Discord.py makes one anew at each press from the message's component; the
    client's `handlers` say what its action does.
    """

    def __init__(self, item: ui.Item[Any], action: str, argument: str) -> None:
        super().__init__(item)
        self._action = action
        self._argument = argument

    @classmethod
    async def from_custom_id(
        cls, interaction: discord.Interaction, item: ui.Item[Any], match: re.Match[str], /
    ) -> Self:
        """Make the control that was pressed."""
        return cls(item, match["action"], match["argument"])

    async def interaction_check(self, interaction: discord.Interaction, /) -> bool:
        """Leave alone what was told of before."""
        return take(interaction)

    async def callback(self, interaction: discord.Interaction) -> None:
        """Do what the control says."""
        action, argument = self._action, self._argument
        if isinstance(self.item, ui.Select):
            action, _, argument = "".join(self.item.values[:1]).partition(":")
        await perform(interaction, action, argument)


async def perform(interaction: discord.Interaction, action: str, argument: str) -> None:
    """Run an action's handler; every failure ends in a sentence for the user."""
    handlers: dict[str, Handler] = getattr(interaction.client, "handlers", {})
    await guard(interaction, handlers.get(action, _unknown)(interaction, argument))
    if action not in _LAST:
        await remark(interaction, argument)


async def remark(interaction: discord.Interaction, argument: str) -> None:
    """Say what else there is to say to who pressed, now that they have their answer."""
    remarks: Handler | None = getattr(interaction.client, "remarks", None)
    if remarks is not None and interaction.response.is_done():
        await remarks(interaction, argument)


def privately(
    make: Callable[[discord.Interaction, str], Coroutine[Any, Any, ui.LayoutView]],
) -> Handler:
    """Return the handler that shows what is made to whoever pressed, and to nobody else."""

    async def handler(interaction: discord.Interaction, argument: str) -> None:
        await respond(interaction, make(interaction, argument))

    return handler


def number(digits: str) -> int:
    """Return the number in a control's argument.

    Raises:
        Refused: It is none.
    """
    if not digits.isdecimal():
        raise Refused("refused-foreign")
    return int(digits)


async def _unknown(interaction: discord.Interaction, argument: str) -> None:
    raise Refused("refused-foreign")


def button(
    label: str,
    action: str,
    argument: str,
    style: discord.ButtonStyle = discord.ButtonStyle.secondary,
    *,
    disabled: bool = False,
) -> Control:
    """Return a persistent button; one that is disabled is seen and cannot be pressed."""
    item: ui.Button[Any] = ui.Button(
        label=label[:80],
        style=style,
        custom_id=custom_id(action, argument),
        disabled=disabled,
    )
    return Control(item, action, argument)


def menu(placeholder: str, argument: str, choices: Sequence[Choice]) -> Control:
    """Return a persistent menu of at most 25 choices, one of which is taken at a time."""
    options = [
        discord.SelectOption(
            label=choice.label[:100],
            value=f"{choice.action}:{choice.argument}",
            description=choice.description[:100] if choice.description else None,
        )
        for choice in choices[:25]
    ]
    item: ui.Select[Any] = ui.Select(
        placeholder=placeholder, custom_id=custom_id("menu", argument), options=options
    )
    return Control(item, "menu", argument)
