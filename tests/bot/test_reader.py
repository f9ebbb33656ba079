"""The reader that the other tests trust: it sees what Discord forms, and what it does not."""

from __future__ import annotations

import pytest

from . import reader
from .hostile import HOSTILE

USER = "<@123456789012345678>"


@pytest.mark.parametrize(
    ("markdown", "text", "kinds"),
    [
        (r"plain \*words\* \\ 3.5", "plain *words* \\ 3.5", []),
        ("*a* _b_ __c__ ~~d~~", "a b c d", ["italic", "italic", "underline", "strikethrough"]),
        ("> **a**\n> \n> b", "a\n\nb", ["quote", "bold"]),
        ("> a\nb", "a\nb", ["quote"]),
        (">>> a\nb", "a\nb", ["quote"]),
        ("### a\n-# b\nc", "a\nb\nc", ["heading", "small"]),
        ("- a", "", ["list"]),
        ("1. a", "", ["list"]),
        ("[a](<https://b.example/c>)", "a", ["link"]),
        ("[https://a.example](https://b.example)", "[https://a.example]()", ["link"]),
        ("https://a.example", "", ["link"]),
        ("discord.gg/abcd", "", ["link"]),
        ("<a@b.example>", "a@b.example", ["link"]),
        (f"{USER} @everyone @here", "  ", ["mention"] * 3),
        ("<id:home> </ask:123456789012345678>", " ", ["mention"] * 2),
        ("<:cat:123456789012345678>", "", ["emoji"]),
        (":wave: 🦆", "👋 🦆", []),
        ("<t:1700000000:D>", "", ["timestamp"]),
        ("||a||", "", ["spoiler"]),
        ("`a`", "", ["code"]),
        ("```py\na\n```", "", ["code_block"]),
        ("a\n\n", "a\n\n", []),
    ],
)
def test_a_reader_sees_what_discord_forms(markdown: str, text: str, kinds: list[str]) -> None:
    """Text without what formed markup, and the markup in order."""
    shown = reader.shown(markdown)
    assert (text, kinds) == (shown.text, [mark.kind for mark in shown.marks])


def test_attacks_are_seen() -> None:
    """Unescaped, most of the attacks show something else than their own text."""
    changed = [text for text in HOSTILE if reader.shown(text).text != text]
    assert len(changed) > len(HOSTILE) / 2
