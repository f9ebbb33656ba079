"""Modals of one text input: one that was opened before a restart works as well."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from typing import Any

import discord
from discord import ui

from bot.controls import custom_id, parsed, remark
from bot.delivery import take
from bot.failures import guard

Submitted = Callable[[discord.Interaction, str, str], Awaitable[None]]
"""Does what a modal is for, given the interaction, the modal's argument and what was typed."""

_INPUT = "question"
_LIFETIME = 15 * 60.0


def modal(
    title: str, label: str, action: str, argument: str, *, longest: int = 1000, filled: str = ""
) -> ui.Modal:
    """Return a modal.

    Args:
        title: What stands above it; at most 45 characters.
        label: What its input asks for; at most 45 characters.
        action: Which of the client's `modals` takes what is typed.
        argument: What that is given besides.
        longest: Characters that may be typed.
        filled: What stands in the input at first.
    """
    found = ui.Modal(title=title, custom_id=custom_id(action, argument), timeout=_LIFETIME)
    words: ui.TextInput[Any] = ui.TextInput(
        custom_id=_INPUT,
        style=discord.TextStyle.paragraph,
        max_length=longest,
        default=filled[:longest] or None,
    )
    found.add_item(ui.Label(text=label, component=words))
    return found


async def submit(interaction: discord.Interaction, modals: Mapping[str, Submitted]) -> None:
    """Hand what was typed into one of our modals to what takes it; once, failures told."""
    data: dict[str, Any] = dict(interaction.data or {})
    action, argument = parsed(str(data.get("custom_id", "")))
    taker = modals.get(action)
    if interaction.type is discord.InteractionType.modal_submit and taker and take(interaction):
        await guard(interaction, taker(interaction, argument, _typed(data.get("components", []))))
        await remark(interaction, argument)


def _typed(components: list[dict[str, Any]]) -> str:
    """Return what was typed into the text input, whatever it is laid out in."""
    for component in components:
        inner = component.get("components") or [component.get("component") or {}]
        for item in inner:
            if item.get("custom_id") == _INPUT:
                return str(item.get("value", ""))
    return ""
