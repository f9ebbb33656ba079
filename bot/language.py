"""What Footnote says, in the reader's language; every string is in `locales`.

Source of the catalogues' form: Project Fluent's syntax (projectfluent.org).
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from functools import lru_cache
from importlib.resources import files
from typing import TYPE_CHECKING, Any

import babel
from babel.dates import format_date, format_interval, format_time, format_timedelta
from babel.lists import format_list
from babel.numbers import format_percent
from fluent.runtime import FluentBundle, FluentResource

if TYPE_CHECKING:
    # A third of a second to import, and the terminal speaks too.
    import discord

ENGLISH = "en"
LANGUAGES = (ENGLISH, "de", "fr")
"""The languages with a catalogue; the first stands in for every other."""


class Language:
    """Says things in one language."""

    def __init__(self, code: str, locale: str) -> None:
        """Read a language's catalogue.

        Args:
            code: One of `LANGUAGES`.
            locale: The language as a place writes it, such as `en-GB`: its dates and numbers.
        """
        self.code = code
        self.locale = locale
        self._locale = babel.Locale.parse(locale, sep="-")
        # The marks that Fluent would put around arguments count towards Discord's limits.
        self._bundle = FluentBundle([locale], use_isolating=False)
        self._bundle.add_resource(_resource(code))

    def __call__(self, key: str, /, **arguments: Any) -> str:
        """Return a string of the catalogue.

        Args:
            key: Its id.
            **arguments: What its placeables stand for: text, which must be escaped for where
                the string is shown, numbers, which are written as the language writes them,
                and tuples of texts, which are quoted and listed.

        Raises:
            KeyError: The catalogue has no such string, or it wants another argument.
        """
        pattern = self._bundle.get_message(key).value
        if pattern is None:
            raise KeyError(key)
        shown = {
            name: self.list([self("quoted", words=part) for part in value])
            if isinstance(value, tuple)
            else value
            for name, value in arguments.items()
        }
        said, errors = self._bundle.format_pattern(pattern, shown)
        if errors:
            raise KeyError(f"{key}: {errors[0]}")
        return str(said)

    def list(self, parts: Sequence[str]) -> str:
        """Return parts as a list in a sentence."""
        return format_list(parts, locale=self._locale)

    def either(self, parts: Sequence[str]) -> str:
        """Return parts, quoted, as the alternatives in a sentence."""
        quoted = [self("quoted", words=part) for part in parts]
        return format_list(quoted, style="or", locale=self._locale)

    def percent(self, share: float) -> str:
        """Return a share of one as a percentage."""
        return format_percent(share, locale=self._locale)

    def span(self, seconds: float) -> str:
        """Return about how long something takes, a second at least."""
        lasting = timedelta(seconds=max(1.0, seconds))
        return format_timedelta(lasting, threshold=1.5, locale=self._locale)

    def day(self, day: date) -> str:
        """Return a date in words."""
        return format_date(day, "long", locale=self._locale)

    def dates(self, first: date, last: date) -> str:
        """Return first and last day of a period, without what both share."""
        return format_interval(first, last, "yMMMMd", locale=self._locale)

    def time(self, moment: datetime) -> str:
        """Return a time of day."""
        return format_time(moment, "short", locale=self._locale)


def catalogue(code: str) -> str:
    """Return the text of a language's catalogue."""
    return (files("bot") / "locales" / f"{code}.ftl").read_text(encoding="utf-8")


@lru_cache(maxsize=len(LANGUAGES))
def _resource(code: str) -> Any:
    return FluentResource(catalogue(code))


@lru_cache(maxsize=16)
def _language(code: str, locale: str) -> Language:
    return Language(code, locale)


def speaking(locale: str | None) -> Language:
    """Return the language of a locale, such as `de` or `en-GB`; English where there is none."""
    locale = locale or ENGLISH
    code = locale.partition("-")[0]
    return _language(code, locale) if code in LANGUAGES else _language(ENGLISH, ENGLISH)


def of_interaction(interaction: discord.Interaction) -> Language:
    """Return the language that the user of an interaction has chosen in Discord."""
    return speaking(interaction.locale.value)


def of_message(message: discord.Message) -> Language:
    """Return the language of a message's server: Discord does not tell its author's."""
    return speaking(message.guild.preferred_locale.value if message.guild else None)
